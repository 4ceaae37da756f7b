//! The filter language: one way to say which spans are wanted, the same in API, command line and page.
//!
//! `docs/filter.md` is its grammar. This module is pure: text to a tree, the tree to text, and the tree against one
//! span. How an index is asked lies with the store.

mod ast;
mod cursor;
mod describe;
mod error;
mod field;
mod matching;
mod parser;
mod score;
#[cfg(test)]
mod tests;
pub(crate) mod value;
pub(crate) mod words;

use std::fmt;
use std::str::FromStr;

pub use ast::{Check, Comparison, Expr, Pattern, Quantity, Test};
pub use describe::{Description, descriptions};
pub use error::Error;
pub use field::Field;
pub use score::Targets;
pub(crate) use score::holds_of_score;

use crate::Stored;

/// Bytes of the longest filter: a list of a hundred ids fits with room to spare.
pub const TEXT_BYTES_MAX: usize = 8 * 1024;
/// How deep parentheses and `not` go: far deeper than anybody writes, far less than a stack holds.
pub const DEPTH_MAX: usize = 32;
/// How many conditions and values a filter has at the most; each costs a look into every dictionary.
pub const TERMS_MAX: usize = 200;

/// Which spans are wanted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filter {
    expr: Option<Expr>,
}

impl Filter {
    /// The filter that lets every span through.
    pub const fn everything() -> Self {
        Self { expr: None }
    }

    /// Reads a filter; an empty text wants everything.
    ///
    /// # Errors
    ///
    /// Points at the place that could not be read and says what would be right.
    pub fn parse(text: &str) -> Result<Self, Error> {
        parser::parse(text).map(|expr| Self { expr })
    }

    /// What it says; `None` if it lets everything through.
    pub fn expr(&self) -> Option<&Expr> {
        self.expr.as_ref()
    }

    /// Whether it lets everything through.
    pub fn is_everything(&self) -> bool {
        self.expr.is_none()
    }

    /// The filter that wants both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { expr: Expr::all(self.expr.into_iter().chain(other.expr).collect()) }
    }

    /// Whether a condition in it is about scores, which lie beside the spans.
    pub fn asks_for_scores(&self) -> bool {
        self.expr.as_ref().is_some_and(Expr::asks_for_scores)
    }

    /// Whether a span passes, judged as the index judges it.
    pub fn matches(&self, stored: &Stored) -> bool {
        self.expr.as_ref().is_none_or(|expr| matching::matches(expr, stored))
    }
}

impl From<Expr> for Filter {
    fn from(expr: Expr) -> Self {
        Self { expr: Some(expr) }
    }
}

impl FromStr for Filter {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expr.as_ref().map_or(Ok(()), |expr| expr.fmt(f))
    }
}
