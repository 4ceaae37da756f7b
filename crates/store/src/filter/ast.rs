//! A filter as a tree, and the tree as text.

use std::fmt;
use std::sync::Arc;

use tracewood_span::{SpanId, TraceId};

use super::field::{Field, Sort};
use super::score::Targets;
use super::value;
use super::words::lower;

/// A filter as a tree.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// All of these; at least two, none of them `All` itself.
    All(Vec<Expr>),
    /// Any of these; at least two, none of them `Any` itself.
    Any(Vec<Expr>),
    /// Not this.
    Not(Box<Expr>),
    /// One condition.
    Test(Test),
}

/// One condition on a span.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// What is asked about.
    pub field: Field,
    /// What it has to be.
    pub check: Check,
}

/// What a field has to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Check {
    /// Anything at all.
    Exists,
    /// One of these texts; on fields of words, one of these words or phrases.
    Text(Vec<Pattern>),
    /// One of these numbers.
    OneOf(Vec<Quantity>),
    /// A number on that side of this one.
    Compare(Comparison, Quantity),
    /// True or false.
    Flag(bool),
    /// One of these traces.
    Traces(Vec<TraceId>),
    /// One of these spans.
    Spans(Vec<SpanId>),
    /// A check of a score, with the traces and spans that a store found for it.
    Scored {
        /// What the score has to be.
        check: Box<Check>,
        /// What has such a score.
        targets: Arc<Targets>,
    },
}

/// On which side of a number another one lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

impl Comparison {
    /// Whether a value lies on that side of the bound.
    pub fn holds<T: PartialOrd>(self, value: &T, bound: &T) -> bool {
        match self {
            Self::Less => value < bound,
            Self::AtMost => value <= bound,
            Self::More => value > bound,
            Self::AtLeast => value >= bound,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
        }
    }
}

/// A number as a field has it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Quantity {
    /// Nanoseconds, nanoseconds since the Unix epoch, or tokens.
    Whole(u64),
    /// US dollars, or a number at a path.
    Real(f64),
}

/// A text with stars in it: the pieces between the stars. One piece is a text without a star.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern {
    pieces: Vec<String>,
}

impl Pattern {
    /// A text without a star.
    pub fn exact(text: impl Into<String>) -> Self {
        Self { pieces: vec![text.into()] }
    }

    /// The pieces between stars.
    pub(super) fn of_pieces(mut pieces: Vec<String>) -> Self {
        let mut place = 0;
        let last = pieces.len().saturating_sub(1);
        // Two stars in a row say no more than one.
        pieces.retain(|piece| {
            let is_kept = !piece.is_empty() || place == 0 || place == last;
            place += 1;
            is_kept
        });
        Self { pieces }
    }

    /// The pieces between stars; one if there is no star.
    pub fn pieces(&self) -> &[String] {
        &self.pieces
    }

    /// The text, if there is no star in it.
    pub fn as_exact(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [text] => Some(text),
            _ => None,
        }
    }

    /// The same in small letters, as words are compared.
    #[must_use]
    pub fn lowered(&self) -> Self {
        Self { pieces: self.pieces.iter().map(|piece| lower(piece)).collect() }
    }

    /// Whether it is nothing but a star.
    pub(super) fn is_star(&self) -> bool {
        self.pieces.len() > 1 && self.pieces.iter().all(String::is_empty)
    }

    /// Whether a text fits.
    pub fn fits(&self, text: &str) -> bool {
        let (Some((first, rest)), true) = (self.pieces.split_first(), self.pieces.len() > 1) else {
            return self.as_exact() == Some(text);
        };
        let Some((last, middle)) = rest.split_last() else { return false };
        let Some(mut left) = text.strip_prefix(first.as_str()) else { return false };
        // The earliest place is the best for each piece, since it leaves the most to those behind.
        for piece in middle {
            let Some(found) = left.split_once(piece.as_str()) else { return false };
            left = found.1;
        }
        left.ends_with(last.as_str())
    }
}

impl Expr {
    /// All of some; `None` of none.
    pub fn all(parts: Vec<Self>) -> Option<Self> {
        let flat = parts.into_iter().flat_map(|part| match part {
            Self::All(parts) => parts,
            other => vec![other],
        });
        Self::one_or(flat.collect(), Self::All)
    }

    /// Any of some; `None` of none.
    pub fn any(parts: Vec<Self>) -> Option<Self> {
        let flat = parts.into_iter().flat_map(|part| match part {
            Self::Any(parts) => parts,
            other => vec![other],
        });
        Self::one_or(flat.collect(), Self::Any)
    }

    fn one_or(mut parts: Vec<Self>, many: fn(Vec<Self>) -> Self) -> Option<Self> {
        match parts.len() {
            0 | 1 => parts.pop(),
            _ => Some(many(parts)),
        }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(parts) => separated(f, parts, " ", |f, part| match part {
                Self::Any(_) => write!(f, "({part})"),
                _ => part.fmt(f),
            }),
            Self::Any(parts) => separated(f, parts, " or ", |f, part| part.fmt(f)),
            Self::Not(inner) => match **inner {
                Self::All(_) | Self::Any(_) => write!(f, "not ({inner})"),
                _ => write!(f, "not {inner}"),
            },
            Self::Test(test) => test.fmt(f),
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, check } = self;
        match check {
            Check::Exists => write!(f, "{field}:*"),
            Check::Text(patterns) if *field == Field::Text && patterns.len() == 1 => {
                patterns.iter().try_for_each(|pattern| write_pattern(f, pattern, true))
            }
            Check::Text(patterns) => list(f, field, patterns, |f, pattern| write_pattern(f, pattern, false)),
            Check::OneOf(values) => list(f, field, values, |f, value| write_quantity(f, field, *value)),
            Check::Compare(comparison, value) => {
                write!(f, "{field}{}", comparison.as_str())?;
                write_quantity(f, field, *value)
            }
            Check::Flag(flag) => write!(f, "{field}:{flag}"),
            Check::Traces(ids) => list(f, field, ids, |f, id| id.fmt(f)),
            Check::Spans(ids) => list(f, field, ids, |f, id| id.fmt(f)),
            Check::Scored { check, .. } => Self { field: field.clone(), check: (**check).clone() }.fmt(f),
        }
    }
}

fn list<T>(
    f: &mut fmt::Formatter<'_>,
    field: &Field,
    items: &[T],
    write: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    write!(f, "{field}:")?;
    if let [one] = items {
        return write(f, one);
    }
    f.write_str("(")?;
    separated(f, items, ",", write)?;
    f.write_str(")")
}

fn separated<T>(
    f: &mut fmt::Formatter<'_>,
    items: &[T],
    separator: &str,
    write: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            f.write_str(separator)?;
        }
        write(f, item)?;
    }
    Ok(())
}

fn write_quantity(f: &mut fmt::Formatter<'_>, field: &Field, quantity: Quantity) -> fmt::Result {
    match (quantity, field.sort()) {
        (Quantity::Real(number), _) => write!(f, "{number}"),
        (Quantity::Whole(nanos), Sort::Duration) => value::write_duration(f, nanos),
        (Quantity::Whole(nanos), Sort::Moment) => value::write_moment(f, nanos),
        (Quantity::Whole(number), _) => write!(f, "{number}"),
    }
}

fn write_pattern(f: &mut fmt::Formatter<'_>, pattern: &Pattern, is_always_quoted: bool) -> fmt::Result {
    separated(f, pattern.pieces(), "*", |f, piece| {
        if piece.is_empty() {
            Ok(())
        } else if is_always_quoted || !piece.chars().all(is_plain) {
            write_quoted(f, piece)
        } else {
            f.write_str(piece)
        }
    })
}

/// A path as it stands behind the dot of its field.
pub(super) fn write_path(f: &mut fmt::Formatter<'_>, path: &str) -> fmt::Result {
    let is_plain_path = path.split('.').all(|part| !part.is_empty() && part.chars().all(is_plain));
    if is_plain_path { f.write_str(path) } else { write_quoted(f, path) }
}

/// Whether a character means itself everywhere in a filter.
fn is_plain(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | '/' | '@' | '+')
}

fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    for letter in text.chars() {
        match letter {
            '"' => f.write_str("\\\""),
            '\\' => f.write_str("\\\\"),
            '\n' => f.write_str("\\n"),
            '\t' => f.write_str("\\t"),
            '\r' => f.write_str("\\r"),
            other => write!(f, "{other}"),
        }?;
    }
    f.write_str("\"")
}
