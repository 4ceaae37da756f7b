//! What a made-up trace is like.

mod agents;
mod chat;
mod hostile;
mod model;
mod plain;

use std::fmt;
use std::str::FromStr;

use crate::build::Builder;

/// What a trace is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// An agent with model calls, tools, retrievals, sub-agents, repetitions and failures.
    Agents,
    /// One agent whose every model call holds the whole conversation so far.
    Chat,
    /// A chain in which every span is the child of the one before.
    Deep,
    /// A root and its children with ten attributes each.
    Flat,
    /// Strings that have broken viewers in every field that a span has.
    Hostile,
}

impl Shape {
    /// Every shape.
    pub const ALL: [Self; 5] = [Self::Agents, Self::Chat, Self::Deep, Self::Flat, Self::Hostile];

    /// The word for the shape.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agents => "agents",
            Self::Chat => "chat",
            Self::Deep => "deep",
            Self::Flat => "flat",
            Self::Hostile => "hostile",
        }
    }

    /// Makes exactly so many spans.
    pub(crate) fn fill(self, builder: &mut Builder<'_>, n_spans: u64) {
        match self {
            Self::Agents => agents::fill(builder, n_spans),
            Self::Chat => chat::fill(builder, n_spans),
            Self::Deep => plain::deep(builder, n_spans),
            Self::Flat => plain::flat(builder, n_spans),
            Self::Hostile => hostile::fill(builder, n_spans),
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Shape {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let known = || Self::ALL.map(Self::as_str).join(", ");
        Self::ALL
            .into_iter()
            .find(|shape| shape.as_str() == word)
            .ok_or_else(|| format!("there is no shape '{word}', only {}", known()))
    }
}
