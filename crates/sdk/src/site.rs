//! What is known of a piece of work before it ever runs: one `Site` per decorated function, made once.

use std::sync::OnceLock;

use tracewood_span::Value;

use crate::once::once;
use crate::secrets::scrub_text;

/// What the user wrote at the place where spans are made; everything may be left at its default but the name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Config {
    /// What its spans are called.
    pub name: String,
    /// The user's own word for the sort of work: `agent`, `llm.chat`, …; empty means `span`.
    pub kind: String,
    /// The file, relative to the repository where one is known.
    pub file: Option<String>,
    /// The line of the function's definition, counted from one.
    pub line: Option<u32>,
    /// The function.
    pub function: Option<String>,
    /// The metadata given at decoration, as a JSON object in text.
    pub metadata_json: Option<String>,
    /// The tags given at decoration.
    pub tags: Vec<String>,
    /// The session given at decoration.
    pub session_id: Option<String>,
    /// The user given at decoration.
    pub user_id: Option<String>,
    /// The instrumentation library (OTLP's scope) and its version, where it is not Tracewood itself.
    pub scope: Option<(String, String)>,
    /// What else that library says of itself.
    pub scope_attributes: Vec<(String, Value)>,
    /// Where the words that it uses are defined.
    pub scope_schema_url: String,
    /// Whether an instrumentation makes its spans, whose attributes tell what sort of work they are: nothing is said of
    /// the kind then, unless somebody names one later.
    pub is_instrumented: bool,
    /// OTLP's `SpanKind` number; 0 is sent as 1 (internal).
    pub otel_kind: i32,
}

/// A place in the program that makes spans, shared by all of them.
#[derive(Debug, Default)]
pub struct Site {
    config: Config,
    /// The attributes that never change, already in OTLP's bytes, one cell per dialect of keys.
    pub(crate) own_bytes: OnceLock<Vec<u8>>,
    pub(crate) traceroot_bytes: OnceLock<Vec<u8>>,
    /// The same site without secrets, where it has any.
    cleaned: OnceLock<Option<Box<Site>>>,
}

impl Site {
    /// A site as configured.
    pub fn new(config: Config) -> Self {
        Self { config, ..Self::default() }
    }

    /// A site of which only name and kind are known.
    pub fn named(name: impl Into<String>, kind: impl Into<String>) -> Self {
        Self::new(Config { name: name.into(), kind: kind.into(), ..Config::default() })
    }

    /// What its spans are called.
    pub fn name(&self) -> &str {
        &self.config.name
    }

    /// The user's own word for the sort of work.
    pub fn kind(&self) -> &str {
        if self.config.kind.is_empty() { "span" } else { &self.config.kind }
    }

    /// The site as it is sent: most often itself, else with secrets in its texts written over.
    pub(crate) fn without_secrets(&self) -> &Self {
        let cleaned = once(&self.cleaned, || {
            let mut config = self.config.clone();
            let mut is_changed = false;
            let said = config.scope_attributes.iter_mut().filter_map(|(_, value)| match value {
                Value::String(text) => Some(text),
                _ => None,
            });
            let texts = [&mut config.name].into_iter().chain(&mut config.metadata_json).chain(&mut config.tags);
            let texts = texts.chain(said);
            for text in texts {
                if let Some(cleaned) = scrub_text(text) {
                    (*text, is_changed) = (cleaned, true);
                }
            }
            is_changed.then(|| Box::new(Self::new(config)))
        });
        cleaned.as_deref().unwrap_or(self)
    }

    /// Everything that was configured.
    pub fn config(&self) -> &Config {
        &self.config
    }
}
