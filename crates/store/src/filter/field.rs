//! The fields that a filter may name, in one table.

use std::fmt;

use super::ast::write_path;

/// What a filter asks a span about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the table below says what each one is; they are the fields of a span")]
pub enum Field {
    Name,
    Kind,
    KindOriginal,
    Status,
    Model,
    Provider,
    Environment,
    Session,
    User,
    Tag,
    /// The tool that was called, and so on: what the things that a span has to do with are called.
    Tool,
    Agent,
    Workflow,
    Prompt,
    Release,
    Service,
    Duration,
    TimeToFirstToken,
    Tokens,
    InputTokens,
    OutputTokens,
    CacheReadTokens,
    CacheWriteTokens,
    ReasoningTokens,
    Cost,
    StartedAt,
    ReceivedAt,
    TraceId,
    SpanId,
    ParentId,
    Root,
    Pending,
    /// Input, output or error message: where bare words are looked for.
    Text,
    Input,
    Output,
    Message,
    /// What the user attached, at a path.
    Metadata(String),
    /// What the client said, at a path.
    Attributes(String),
    /// What the process said of itself, at a path.
    Resource(String),
    /// A judgement of the span or its trace, by the name of the score.
    Score(String),
}

/// What sort of value a field has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Text,
    Kind,
    Status,
    Words,
    Duration,
    Count,
    Cost,
    Moment,
    Flag,
    TraceId,
    SpanId,
    Path,
}

/// Each plain field: its name first, then other names that it is known by.
pub(super) const TABLE: &[(Field, Sort, &[&str])] = &[
    (Field::Name, Sort::Text, &["name"]),
    (Field::Kind, Sort::Kind, &["kind"]),
    (Field::KindOriginal, Sort::Text, &["kind_original"]),
    (Field::Status, Sort::Status, &["status"]),
    (Field::Model, Sort::Text, &["model"]),
    (Field::Provider, Sort::Text, &["provider"]),
    (Field::Environment, Sort::Text, &["environment", "env"]),
    (Field::Session, Sort::Text, &["session", "session_id", "session.id"]),
    (Field::User, Sort::Text, &["user", "user_id", "user.id"]),
    (Field::Tag, Sort::Text, &["tag", "tags"]),
    (Field::Tool, Sort::Text, &["tool"]),
    (Field::Agent, Sort::Text, &["agent"]),
    (Field::Workflow, Sort::Text, &["workflow"]),
    (Field::Prompt, Sort::Text, &["prompt"]),
    (Field::Release, Sort::Text, &["release"]),
    (Field::Service, Sort::Text, &["service"]),
    (Field::Duration, Sort::Duration, &["duration", "latency"]),
    (Field::TimeToFirstToken, Sort::Duration, &["time_to_first_token", "ttft"]),
    (Field::Tokens, Sort::Count, &["tokens", "total_tokens"]),
    (Field::InputTokens, Sort::Count, &["input_tokens"]),
    (Field::OutputTokens, Sort::Count, &["output_tokens"]),
    (Field::CacheReadTokens, Sort::Count, &["cache_read_tokens"]),
    (Field::CacheWriteTokens, Sort::Count, &["cache_write_tokens"]),
    (Field::ReasoningTokens, Sort::Count, &["reasoning_tokens"]),
    (Field::Cost, Sort::Cost, &["cost", "cost_usd"]),
    (Field::StartedAt, Sort::Moment, &["started_at", "started", "time"]),
    (Field::ReceivedAt, Sort::Moment, &["received_at", "received"]),
    (Field::TraceId, Sort::TraceId, &["trace.id", "trace_id", "trace"]),
    (Field::SpanId, Sort::SpanId, &["span.id", "span_id", "span"]),
    (Field::ParentId, Sort::SpanId, &["parent.id", "parent_id", "parent", "parent_span_id"]),
    (Field::Root, Sort::Flag, &["root"]),
    (Field::Pending, Sort::Flag, &["pending"]),
    (Field::Text, Sort::Words, &["text"]),
    (Field::Input, Sort::Words, &["input"]),
    (Field::Output, Sort::Words, &["output"]),
    (Field::Message, Sort::Words, &["message", "status_message"]),
];

/// A field with a path: its name, and how it is made.
pub(super) type WithPath = (&'static str, fn(String) -> Field);

pub(super) const PATHS: &[WithPath] = &[
    ("metadata", Field::Metadata),
    ("attributes", Field::Attributes),
    ("resource", Field::Resource),
    ("score", Field::Score),
];

impl Field {
    /// The field that a name stands for.
    pub(super) fn find(name: &str) -> Option<Self> {
        TABLE.iter().find(|(_, _, names)| names.contains(&name)).map(|(field, ..)| field.clone())
    }

    /// The field with a path that a first word stands for, such as `metadata`.
    pub(super) fn with_path(word: &str) -> Option<fn(String) -> Self> {
        PATHS.iter().find(|(name, _)| *name == word).map(|(_, make)| *make)
    }

    pub(super) fn sort(&self) -> Sort {
        TABLE.iter().find(|(field, ..)| field == self).map_or(Sort::Path, |(_, sort, _)| *sort)
    }

    /// The names of all fields, each once.
    pub fn names() -> impl Iterator<Item = &'static str> {
        let plain = TABLE.iter().filter_map(|(_, _, names)| names.first().copied());
        plain.chain(PATHS.iter().map(|(name, _)| *name))
    }

    /// The name that somebody who wrote `word` may have meant.
    pub(super) fn suggestion(word: &str) -> Option<&'static str> {
        let all = TABLE.iter().flat_map(|(_, _, names)| names.iter().copied());
        closest(word, all.chain(PATHS.iter().map(|(name, _)| *name)))
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, path) = match self {
            Self::Metadata(path) => ("metadata", path),
            Self::Attributes(path) => ("attributes", path),
            Self::Resource(path) => ("resource", path),
            Self::Score(name) => ("score", name),
            plain => {
                let names = TABLE.iter().find(|(field, ..)| field == plain).and_then(|(_, _, names)| names.first());
                return f.write_str(names.copied().unwrap_or_default());
            }
        };
        write!(f, "{word}.")?;
        write_path(f, path)
    }
}

/// The word that is closest to `word`, if one is close.
pub(super) fn closest<'a>(word: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_ascii_lowercase();
    // Two slips in a long word, one in a short one; beyond that a suggestion is only noise.
    let bound = if word.chars().count() > 4 { 2 } else { 1 };
    words
        .map(|other| (distance(&word, other), other))
        .filter(|(slips, _)| *slips <= bound)
        .min()
        .map(|(_, other)| other)
}

/// How many letters have to be changed, added, left out or swapped with their neighbour (optimal string alignment).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    let mut previous = None;
    for (i, letter) in one.chars().enumerate() {
        let mut row = vec![i + 1];
        for (j, letter_there) in other.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX - 1);
            let mut cost = (at(&last, j) + usize::from(letter != *letter_there))
                .min(at(&last, j + 1) + 1)
                .min(row.last().copied().unwrap_or_default() + 1);
            let is_swapped = j > 0 && previous == Some(*letter_there) && other.get(j.wrapping_sub(1)) == Some(&letter);
            if is_swapped {
                cost = cost.min(at(&before, j - 1) + 1);
            }
            row.push(cost);
        }
        before = std::mem::replace(&mut last, row);
        previous = Some(letter);
    }
    last.last().copied().unwrap_or_default()
}
