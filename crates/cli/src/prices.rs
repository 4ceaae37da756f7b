//! Prices of the user's own, from the tables `[[prices]]` of the TOML file.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use toml::{Table, Value};
use tracewood_server::Override;

use crate::failure::Failure;

const KEYS: [&str; 7] = [
    "model",
    "provider",
    "from",
    "input_usd_per_million",
    "output_usd_per_million",
    "cache_read_usd_per_million",
    "cache_write_usd_per_million",
];
const FORM: &str = "tables [[prices]] with a model, and input_usd_per_million and output_usd_per_million";

/// Reads the prices of a file, where it has some.
pub(crate) fn read(path: &str, file: &Table) -> Result<Vec<Override>, Failure> {
    let Some(value) = file.get("prices") else { return Ok(Vec::new()) };
    let tables = value.as_array().and_then(|list| list.iter().map(Value::as_table).collect::<Option<Vec<_>>>());
    let Some(tables) = tables else {
        return Err(Failure::usage(format!("\"prices\" in {path} must be {FORM}")));
    };
    (1..).zip(tables).map(|(number, table)| price(path, number, table)).collect()
}

fn price(path: &str, number: usize, table: &Table) -> Result<Override, Failure> {
    let wrong = |what: String| Failure::usage(format!("price {number} in {path}: {what}"));
    if let Some(key) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(wrong(format!("\"{key}\" is no setting; the settings are {}", KEYS.join(", "))));
    }
    let text = |key: &str| match table.get(key) {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text.clone())),
        Some(other) => Err(wrong(format!("\"{key}\" is {other}, but must be a text"))),
    };
    let usd = |key: &str| match table.get(key) {
        None => Ok(None),
        Some(Value::Integer(usd)) if *usd >= 0 => Ok(Some(*usd as f64)),
        Some(Value::Float(usd)) if usd.is_finite() && *usd >= 0.0 => Ok(Some(*usd)),
        Some(other) => Err(wrong(format!("\"{key}\" is {other}, but must be a number of US dollars"))),
    };
    let needed = |key: &str| usd(key)?.ok_or_else(|| wrong(format!("\"{key}\" is missing")));
    let model = text("model")?.ok_or_else(|| wrong("\"model\" is missing".to_owned()))?;
    let from = match table.get("from") {
        None => 0,
        Some(value) => from(value).ok_or_else(|| {
            wrong(format!(
                "\"from\" is {value}, but must be a day or a moment such as 2026-01-31 or 2026-01-31T12:00:00Z"
            ))
        })?,
    };
    let mut price = Override::new(model, from);
    price.provider = text("provider")?;
    price.input_usd_per_million = needed("input_usd_per_million")?;
    price.output_usd_per_million = needed("output_usd_per_million")?;
    price.cache_read_usd_per_million = usd("cache_read_usd_per_million")?;
    price.cache_write_usd_per_million = usd("cache_write_usd_per_million")?;
    Ok(price)
}

/// A day in UTC, or a moment, written as text or as TOML's own.
fn from(value: &Value) -> Option<u64> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Datetime(at) => at.to_string(),
        _ => return None,
    };
    let at: Timestamp = match text.parse() {
        Ok(at) => at,
        Err(_) => text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp(),
    };
    u64::try_from(at.as_nanosecond()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Vec<Override>, String> {
        read("FILE", &text.parse().unwrap()).map_err(|failure| failure.to_string())
    }

    #[test]
    fn prices_are_read_with_their_day() {
        let text = "[[prices]]\nmodel = \"our-*\"\nprovider = \"openai\"\nfrom = 2026-01-31\ninput_usd_per_million = 1\n\
                    output_usd_per_million = 2.5\ncache_read_usd_per_million = 0.1\n";
        let mut expected = Override::new("our-*", 1_769_817_600_000_000_000);
        expected.provider = Some("openai".to_owned());
        expected.input_usd_per_million = 1.0;
        expected.output_usd_per_million = 2.5;
        expected.cache_read_usd_per_million = Some(0.1);
        assert_eq!(read_text(text).unwrap(), [expected]);
        assert_eq!(read_text("").unwrap(), []);
    }

    #[test]
    fn broken_price_names_its_number_and_key() {
        let rest = "input_usd_per_million = 1\noutput_usd_per_million = 1\n";
        for (text, words) in [
            ("prices = 3".to_owned(), "\"prices\" in FILE must be tables [[prices]]"),
            (format!("[[prices]]\n{rest}"), "price 1 in FILE: \"model\" is missing"),
            ("[[prices]]\nmodel = \"a\"".to_owned(), "\"input_usd_per_million\" is missing"),
            (format!("[[prices]]\nmodel = \"a\"\nfrom = \"soon\"\n{rest}"), "\"from\" is \"soon\", but must be"),
            (format!("[[prices]]\nmodel = \"a\"\nprice = 1\n{rest}"), "\"price\" is no setting"),
            ("[[prices]]\nmodel = \"a\"\ninput_usd_per_million = -1".to_owned(), "must be a number of US dollars"),
        ] {
            let message = read_text(&text).unwrap_err();
            assert!(message.contains(words), "{message}");
        }
    }
}
