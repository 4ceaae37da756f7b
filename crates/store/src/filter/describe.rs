//! What somebody who writes a filter needs to know of a field: for completion, and for help.

use tracewood_span::{Kind, Status};

use super::error::Error;
use super::field::{Field, PATHS, Sort, TABLE};
use super::parser;

/// A field in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// How it is written; with a path behind a dot if [`has_path`](Self::has_path).
    pub name: &'static str,
    /// Other names that it is known by.
    pub aliases: Vec<&'static str>,
    /// What sort of value it takes: `text`, `words`, `duration`, `count`, `money`, `moment`, `flag`, `id` or `any`.
    pub sort: &'static str,
    /// What may stand between it and a value.
    pub operators: &'static [&'static str],
    /// The only values that it may have; empty where there is no such list.
    pub words: Vec<&'static str>,
    /// Whether a path follows it.
    pub has_path: bool,
    /// Whether the values that spans have can be listed.
    pub is_listed: bool,
}

const EQUALITY: &[&str] = &[":", "="];
const NEGATABLE: &[&str] = &[":", "=", "!="];
const ORDERED: &[&str] = &[":", "=", "!=", "<", "<=", ">", ">="];

/// Every field, in the order of the grammar's page.
pub fn descriptions() -> Vec<Description> {
    let plain = TABLE.iter().map(|(field, sort, names)| {
        let (sort, operators, words): (_, _, Vec<&str>) = match sort {
            Sort::Text => ("text", NEGATABLE, Vec::new()),
            Sort::Kind => ("text", NEGATABLE, Kind::ALL.map(Kind::as_str).to_vec()),
            Sort::Status => {
                ("text", NEGATABLE, [Status::Ok, Status::Error, Status::Unset].map(Status::as_str).to_vec())
            }
            Sort::Words => ("words", NEGATABLE, Vec::new()),
            Sort::Duration => ("duration", ORDERED, Vec::new()),
            Sort::Count => ("count", ORDERED, Vec::new()),
            Sort::Cost => ("money", ORDERED, Vec::new()),
            Sort::Moment => ("moment", ORDERED, Vec::new()),
            Sort::Flag => ("flag", EQUALITY, vec!["true", "false"]),
            Sort::TraceId | Sort::SpanId => ("id", NEGATABLE, Vec::new()),
            Sort::Path => ("any", ORDERED, Vec::new()),
        };
        let (name, aliases) = names.split_first().map_or(("", Vec::new()), |(name, rest)| (*name, rest.to_vec()));
        Description { name, aliases, sort, operators, words, has_path: false, is_listed: field.is_listed() }
    });
    let with_path = PATHS.iter().map(|(name, make)| Description {
        name,
        aliases: Vec::new(),
        sort: "any",
        operators: ORDERED,
        words: Vec::new(),
        has_path: true,
        is_listed: make(String::new()).is_listed(),
    });
    plain.chain(with_path).collect()
}

impl Field {
    /// Reads a field's name as it stands in a filter, such as `model` or `metadata.plan`. The word before a path alone,
    /// such as `metadata`, stands for all its paths together.
    ///
    /// # Errors
    ///
    /// Says which field may have been meant.
    pub fn parse(text: &str) -> Result<Self, Error> {
        parser::parse_field(text)
    }

    /// Whether it is the word before a path, without a path.
    pub fn is_without_path(&self) -> bool {
        match self {
            Self::Metadata(path) | Self::Attributes(path) | Self::Resource(path) | Self::Score(path) => path.is_empty(),
            _ => false,
        }
    }

    /// Whether spans can be grouped by it: its values can be listed, and lie with the spans.
    pub fn is_grouped(&self) -> bool {
        self.is_listed() && !self.is_without_path() && !matches!(self, Self::Score(_))
    }

    /// Whether the values that spans have in it can be listed: what an index keeps as whole values.
    pub fn is_listed(&self) -> bool {
        matches!(self.sort(), Sort::Text | Sort::Kind | Sort::Status | Sort::Flag | Sort::Path)
    }
}
