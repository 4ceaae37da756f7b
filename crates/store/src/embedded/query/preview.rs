//! The first characters of a value as text, for a list.

use std::fmt::Write as _;

use tracewood_span::Value;

/// How many characters a preview has at the most: two lines of a list.
const CHARS_MAX: usize = 200;

/// The first characters of a value: text as it is, everything else as JSON.
pub(super) fn preview(value: &Value) -> String {
    let mut out = Preview { text: String::new(), n_chars: 0 };
    match value {
        Value::String(text) => out.push(text),
        value => out.json(value, 0),
    }
    out.text
}

struct Preview {
    text: String,
    n_chars: usize,
}

impl Preview {
    fn is_full(&self) -> bool {
        self.n_chars >= CHARS_MAX
    }

    fn push(&mut self, text: &str) {
        let room = CHARS_MAX - self.n_chars.min(CHARS_MAX);
        for character in text.chars().take(room) {
            self.text.push(character);
            self.n_chars += 1;
        }
    }

    fn json(&mut self, value: &Value, depth: usize) {
        // Each level takes at least one character, so the bound on characters bounds the depth too.
        if self.is_full() || depth > CHARS_MAX {
            return;
        }
        match value {
            Value::Null => self.push("null"),
            Value::Bool(flag) => self.push(if *flag { "true" } else { "false" }),
            Value::Int(number) => self.push(&number.to_string()),
            Value::Double(number) => self.push(&number.to_string()),
            Value::String(text) => self.quoted(text),
            Value::Bytes(bytes) => {
                let mut text = String::new();
                let _ = write!(text, "<{} bytes>", bytes.len());
                self.push(&text);
            }
            Value::Array(values) => self.list('[', ']', values, |this, value| this.json(value, depth + 1)),
            Value::Map(pairs) => self.list('{', '}', pairs, |this, (key, value)| {
                this.quoted(key);
                this.push(": ");
                this.json(value, depth + 1);
            }),
        }
    }

    fn quoted(&mut self, text: &str) {
        // No more of a long text than fits is escaped.
        let head: String = text.chars().take(CHARS_MAX).collect();
        self.push(&serde_json::Value::String(head).to_string());
    }

    fn list<T>(&mut self, open: char, close: char, items: &[T], mut item: impl FnMut(&mut Self, &T)) {
        self.push(open.encode_utf8(&mut [0; 4]));
        for (i, element) in items.iter().enumerate() {
            if self.is_full() {
                return;
            }
            if i > 0 {
                self.push(", ");
            }
            item(self, element);
        }
        self.push(close.encode_utf8(&mut [0; 4]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preview_is_text_as_it_is_and_the_rest_as_json() {
        assert_eq!(preview(&"how is the \"weather\"?".into()), "how is the \"weather\"?");
        let value = Value::Map(vec![
            ("city".into(), "Köln".into()),
            ("days".into(), Value::Array(vec![Value::Int(1), Value::Double(2.5), Value::Null, true.into()])),
            ("raw".into(), Value::Bytes(vec![0; 3])),
        ]);
        assert_eq!(preview(&value), r#"{"city": "Köln", "days": [1, 2.5, null, true], "raw": <3 bytes>}"#);
    }

    #[test]
    fn preview_is_cut_at_a_character() {
        assert_eq!(preview(&"ö".repeat(10_000).into()).chars().count(), CHARS_MAX);
        let long = Value::Array(vec![Value::String("x".repeat(10_000)); 1_000]);
        assert_eq!(preview(&long).chars().count(), CHARS_MAX);
    }
}
