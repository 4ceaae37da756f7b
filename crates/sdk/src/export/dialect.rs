//! The words of a wire: which attributes a span has there, whatever the encoding.

use std::sync::OnceLock;

use tracewood_span::{Usage, Value};

use crate::Site;
use crate::captured::Form;
use crate::loss::Loss;
use crate::record::{Entry, View};

/// Takes attributes in.
pub(crate) trait Sink {
    /// Text; the bytes are UTF-8.
    fn text(&mut self, key: &str, text: &[u8]);
    fn int(&mut self, key: &str, number: i64);
    fn double(&mut self, key: &str, number: f64);
    fn bool(&mut self, key: &str, flag: bool);
    fn texts(&mut self, key: &str, texts: &[&str]);
    fn value(&mut self, key: &str, value: &Value);
    /// Attributes of a site that never change; an encoder may keep them as it wrote them.
    fn constant(&mut self, cell: &OnceLock<Vec<u8>>, write: impl Fn(&mut Self));

    fn str(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(key, text.as_bytes());
        }
    }

    fn strings(&mut self, key: &str, texts: &[String]) {
        if !texts.is_empty() {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            self.texts(key, &texts);
        }
    }

    /// A captured value: scalars and text as they are, everything else as JSON text.
    fn captured(&mut self, key: &str, view: View<'_>) {
        match view.form {
            Form::Text | Form::Json => self.text(key, view.bytes),
            Form::Int(number) => self.int(key, number),
            Form::Double(number) => self.double(key, number),
            Form::Bool(flag) => self.bool(key, flag),
        }
    }
}

/// The words of a wire.
pub(crate) trait Dialect: Send {
    /// The word of [`Wire::spool_word`](crate::destination::Wire::spool_word).
    const WIRE: &'static str;

    /// The name and version of the library that makes spans which no instrumentation made.
    fn scope(&self) -> (&str, &str);

    /// What is said of the process beyond what was configured.
    fn resource(&self, lost: &Loss, sink: &mut impl Sink) {
        let _ = (lost, sink);
    }

    /// What is said of a span.
    fn attributes(&self, entry: &Entry<'_>, sink: &mut impl Sink);
}

/// The library that made a span.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scope<'a> {
    pub(crate) name: &'a str,
    pub(crate) version: &'a str,
    pub(crate) attributes: &'a [(String, Value)],
    pub(crate) schema_url: &'a str,
}

impl<'a> Scope<'a> {
    /// The one that made the spans of a site.
    pub(crate) fn of(site: &'a Site, dialect: &'a impl Dialect) -> Self {
        let config = site.config();
        let stated = config.scope.as_ref();
        let (name, version) = stated.map_or_else(|| dialect.scope(), |(name, version)| (name, version));
        Self { name, version, attributes: &config.scope_attributes, schema_url: &config.scope_schema_url }
    }
}

/// The user's mapping of tokens, or one put together from what is known, in TraceRoot's words.
pub(crate) fn usage_json(usage: &Usage) -> Vec<u8> {
    let counts = [
        ("input_tokens", usage.input_tokens),
        ("output_tokens", usage.output_tokens),
        ("total_tokens", usage.total_tokens),
        ("cache_read_tokens", usage.cache_read_tokens),
        ("cache_write_tokens", usage.cache_write_tokens),
        ("reasoning_tokens", usage.reasoning_tokens),
    ];
    let mut out = vec![b'{'];
    for (name, count) in counts.into_iter().filter_map(|(name, count)| Some((name, count?))) {
        if out.len() > 1 {
            out.push(b',');
        }
        crate::json::push_string(&mut out, name, false, 0);
        out.push(b':');
        crate::json::push_unsigned(&mut out, count);
    }
    out.push(b'}');
    out
}

/// Two JSON objects in one; where both name a key, readers take the second one's value.
pub(crate) fn merged<'a>(first: Option<&'a [u8]>, second: Option<&'a [u8]>) -> Option<std::borrow::Cow<'a, [u8]>> {
    let inside = |object: &'a [u8]| object.strip_prefix(b"{").and_then(|rest| rest.strip_suffix(b"}"));
    let (first, second) = match (first, second) {
        (Some(first), Some(second)) => (first, second),
        (only, None) | (None, only) => return only.map(Into::into),
    };
    match (inside(first), inside(second)) {
        (Some(a), Some(b)) if !a.trim_ascii().is_empty() && !b.trim_ascii().is_empty() => {
            Some([b"{", a, b",", b, b"}"].concat().into())
        }
        (_, Some(b)) if !b.trim_ascii().is_empty() => Some(second.into()),
        _ => Some(first.into()),
    }
}
