//! One pass over a span's attributes that keeps the most trusted value for each field.

use tracewood_span::{Event, Kind, Usage, Value};

use super::index::{Index, Meaning, Rank};
use super::kind::Hints;
use super::rule::{Clock, Count, Field, Level, N_COUNTS, N_TEXTS, Text};
use super::{provider, usage};
use crate::{json_text, time};

/// The most trusted value so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot<T>(Option<(Rank, T)>);

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Slot<T> {
    /// Takes the value if nothing as trusted was there before.
    fn offer(&mut self, rank: Rank, value: T) {
        if self.0.as_ref().is_none_or(|(best, _)| rank < *best) {
            self.0 = Some((rank, value));
        }
    }

    pub(super) fn get(self) -> Option<T> {
        self.0.map(|(_, value)| value)
    }
}

/// Where an input or output lies.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source {
    /// In this attribute.
    Attribute(u32),
    /// In this attribute, in MutagenT's wrapping.
    Wrapped(u32),
    /// In this attribute, with the instructions to the model before it.
    Messages(u32),
    /// In all attributes whose keys begin like that of this one, up to the given length.
    Parts(u32, usize),
    /// In the attributes of [`Found::sides`].
    Sides,
}

/// An entry of a list that several attributes add to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Addition<'a> {
    pub(super) order: (Level, Rank),
    pub(super) what: Addend<'a>,
}

/// What an attribute adds to a list.
#[derive(Debug, Clone, Copy)]
pub(super) enum Addend<'a> {
    /// All entries of this object, or all items of this array.
    All(&'a Value),
    /// One entry.
    One(&'a str, &'a Value),
}

/// What was found for each field.
#[derive(Default)]
pub(super) struct Found<'a> {
    pub(super) kind: Slot<(Kind, &'a str)>,
    pub(super) hints: Hints,
    pub(super) input: Slot<Source>,
    pub(super) output: Slot<Source>,
    pub(super) sides: Vec<(Rank, &'static str, u32)>,
    pub(super) instructions: Slot<u32>,
    pub(super) texts: [Slot<&'a Value>; N_TEXTS],
    pub(super) host_provider: Slot<&'static str>,
    pub(super) counts: [Slot<u64>; N_COUNTS],
    pub(super) cost: Slot<f64>,
    pub(super) cost_parts: Option<f64>,
    pub(super) first_token_nanos: Slot<u64>,
    pub(super) finish_reasons: Slot<&'a Value>,
    pub(super) parameters: Vec<Addition<'a>>,
    pub(super) metadata: Vec<Addition<'a>>,
    pub(super) tags: Vec<Addition<'a>>,
    /// The lists of tools and pieces of them, each with what is left of its key behind the prefix.
    pub(super) tools: Vec<(Rank, &'a str, &'a Value)>,
    pub(super) source_line: Slot<u32>,
    pub(super) is_error: bool,
    pub(super) is_pending: bool,
}

impl<'a> Found<'a> {
    /// Looks through the attributes and events of a span that began at the given moment.
    pub(super) fn among(attributes: &'a [(String, Value)], events: &[Event], started_at_unix_nanos: u64) -> Self {
        let index = Index::get();
        let mut found = Self::default();
        for (position, (key, value)) in attributes.iter().enumerate() {
            if value.is_null() {
                continue;
            }
            let position = position as u32;
            index.look_up(key, |meaning| found.take(meaning, position, key, value, started_at_unix_nanos));
        }
        if let Some(event) = events.iter().find(|event| event.name == FIRST_TOKEN_EVENT) {
            found.first_token_nanos.offer(Rank::MAX, event.at_unix_nanos.saturating_sub(started_at_unix_nanos));
        }
        found
    }

    pub(super) fn text(&self, text: Text) -> Option<&'a Value> {
        self.texts[text as usize].get()
    }

    fn take(&mut self, meaning: Meaning, position: u32, key: &'a str, value: &'a Value, started_at_unix_nanos: u64) {
        let rank = meaning.rank;
        let rest = || &key[meaning.n_prefix_bytes..];
        match meaning.field {
            Field::Kind(words) => {
                if let Some(word) = value.as_str()
                    && let Some(kind) = words.kind(word)
                {
                    self.kind.offer(rank, (kind, word));
                }
            }
            Field::Hint(kind) => self.hints.add(kind),
            Field::Database => {
                if value.as_str().is_some_and(|name| VECTOR_STORES.contains(&name)) {
                    self.hints.add(Kind::Retrieval);
                }
            }
            Field::Input => self.input.offer(rank, Source::Attribute(position)),
            Field::Output => self.output.offer(rank, Source::Attribute(position)),
            // An empty wrapping holds nothing.
            Field::WrappedInput | Field::WrappedOutput if value.as_str() == Some("{}") => {}
            Field::WrappedInput => self.input.offer(rank, Source::Wrapped(position)),
            Field::WrappedOutput => self.output.offer(rank, Source::Wrapped(position)),
            Field::InputMessages => self.input.offer(rank, Source::Messages(position)),
            Field::SystemInstructions => self.instructions.offer(rank, position),
            Field::InputPart => self.input.offer(rank, Source::Parts(position, meaning.n_prefix_bytes)),
            Field::OutputPart => self.output.offer(rank, Source::Parts(position, meaning.n_prefix_bytes)),
            Field::OutputSide(name) => {
                self.output.offer(rank, Source::Sides);
                self.sides.push((rank, name, position));
            }
            Field::Text(text) => {
                if is_text(value) {
                    self.texts[text as usize].offer(rank, value);
                }
            }
            Field::Host => {
                if let Some(name) = value.as_str().and_then(provider::of_host) {
                    self.host_provider.offer(rank, name);
                }
            }
            Field::Parameters => self.parameters.push(all(Level::Span, rank, value)),
            Field::Parameter(name) => self.parameters.push(one(Level::Span, rank, name, value)),
            Field::ParameterEntry => self.parameters.push(one(Level::Span, rank, rest(), value)),
            Field::Count(which) => self.count(which, rank, value),
            Field::Counts => usage::counts(value, |which, value| self.count(which, rank, value)),
            Field::Cost => {
                if let Some(cost) = dollars(value) {
                    self.cost.offer(rank, cost);
                }
            }
            Field::CostPart => {
                if let Some(cost) = dollars(value) {
                    *self.cost_parts.get_or_insert(0.0) += cost;
                }
            }
            Field::Costs => {
                if let Some(cost) = usage::total_cost(value) {
                    self.cost.offer(rank, cost);
                }
            }
            Field::FirstToken(clock) => {
                if let Some(nanos) = nanos(clock, value, started_at_unix_nanos) {
                    self.first_token_nanos.offer(rank, nanos);
                }
            }
            Field::FinishReasons => self.finish_reasons.offer(rank, value),
            Field::Tags => self.tags.push(all(Level::Span, rank, value)),
            Field::Metadata(level) => self.metadata.push(all(level, rank, value)),
            Field::MetadataEntry(level) => self.metadata.push(one(level, rank, rest(), value)),
            Field::SourceLine => {
                if let Some(line) = value.as_i64().and_then(|line| u32::try_from(line).ok()) {
                    self.source_line.offer(rank, line);
                }
            }
            Field::Tools => self.tools.push((rank, "", value)),
            Field::ToolsPart => self.tools.push((rank, rest(), value)),
            Field::ErrorMark => self.is_error |= is_text(value) || *value == Value::Bool(true),
            Field::Severity => {
                self.is_error |= value.as_str().is_some_and(|level| level.eq_ignore_ascii_case("error"));
            }
            Field::SeverityNumber => self.is_error |= value.as_i64().is_some_and(|number| number >= SEVERITY_ERROR),
            Field::Pending => self.is_pending |= value.as_str() == Some("start"),
        }
    }

    fn count(&mut self, which: Count, rank: Rank, value: &Value) {
        if let Some(count) = usage::count(value) {
            self.counts[which as usize].offer(rank, count);
        }
    }

    /// The tokens used.
    pub(super) fn usage(&self) -> Usage {
        let count = |which: Count| self.counts[which as usize].get();
        Usage {
            input_tokens: count(Count::Input),
            output_tokens: count(Count::Output),
            total_tokens: count(Count::Total),
            cache_read_tokens: count(Count::CacheRead),
            cache_write_tokens: count(Count::CacheWrite),
            reasoning_tokens: count(Count::Reasoning),
        }
    }
}

/// The event by which OpenInference marks the first token.
const FIRST_TOKEN_EVENT: &str = "First Token Stream Event";

/// `SEVERITY_NUMBER_ERROR` of OpenTelemetry's logs, which Logfire uses for spans.
const SEVERITY_ERROR: i64 = 17;

/// Databases that keep vectors, in the words of OpenLLMetry.
const VECTOR_STORES: [&str; 7] = ["chroma", "lancedb", "marqo", "milvus", "pinecone", "qdrant", "weaviate"];

fn all(level: Level, rank: Rank, value: &Value) -> Addition<'_> {
    Addition { order: (level, rank), what: Addend::All(value) }
}

fn one<'a>(level: Level, rank: Rank, name: &'a str, value: &'a Value) -> Addition<'a> {
    Addition { order: (level, rank), what: Addend::One(name, value) }
}

/// Whether a value can name something; some clients send numbers as user ids, and empty text names nothing.
fn is_text(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.trim().is_empty(),
        Value::Int(_) | Value::Double(_) => true,
        _ => false,
    }
}

/// A sum of money that makes sense.
pub(super) fn dollars(value: &Value) -> Option<f64> {
    value.as_f64().filter(|cost| cost.is_finite() && *cost >= 0.0)
}

fn nanos(clock: Clock, value: &Value, started_at_unix_nanos: u64) -> Option<u64> {
    let nanos_per_unit = match clock {
        Clock::Seconds => 1e9,
        Clock::Millis => 1e6,
        Clock::Moment => {
            let text = value.as_str()?;
            // Langfuse encodes the moment as JSON text, quotes included.
            let moment = match json_text::parse(text) {
                Some(Value::String(text)) => time::unix_nanos(&text)?,
                _ => time::unix_nanos(text)?,
            };
            return moment.checked_sub(started_at_unix_nanos);
        }
    };
    value.as_f64().filter(|duration| duration.is_finite() && *duration >= 0.0).map(|duration| {
        // Rounded, since 0.3 seconds are not exactly 300 000 000 nanoseconds as floating point.
        (duration * nanos_per_unit).round() as u64
    })
}
