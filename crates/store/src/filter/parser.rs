//! From the text of a filter to its tree, by recursive descent with bounds on length, depth and number.

use std::ops::Range;

use tracewood_span::{Kind, SpanId, Status, TraceId};

use super::ast::{Check, Comparison, Expr, Pattern, Quantity, Test};
use super::cursor::{Cursor, Operator, Piece};
use super::error::Error;
use super::field::{Field, Sort, closest};
use super::words::words;
use super::{DEPTH_MAX, TERMS_MAX, TEXT_BYTES_MAX, value};

/// Reads a filter; `None` for one that lets everything through.
pub(super) fn parse(text: &str) -> Result<Option<Expr>, Error> {
    if text.len() > TEXT_BYTES_MAX {
        let message = format!("the filter has {} bytes, more than the {TEXT_BYTES_MAX} that are read", text.len());
        return Err(Error::new(TEXT_BYTES_MAX..text.len(), message));
    }
    let mut parser = Parser { cursor: Cursor::new(text), depth: 0, n_terms: 0 };
    parser.cursor.skip_space();
    if parser.cursor.rest().is_empty() {
        return Ok(None);
    }
    let expr = parser.any()?;
    parser.cursor.skip_space();
    match parser.cursor.peek() {
        None => Ok(Some(expr)),
        Some(')') => Err(parser.at_letter("this ')' closes nothing; remove it or open it with '('")),
        Some(',') => Err(parser.at_letter("a ',' stands in lists only, such as model:(a,b); put text into quotes")),
        Some(_) => Err(parser.at_letter("this cannot stand here; put text into quotes")),
    }
}

/// Reads the name of one field and nothing else; a field with a path may stand without one, for all its paths.
pub(super) fn parse_field(text: &str) -> Result<Field, Error> {
    if let Some(make) = Field::with_path(text) {
        return Ok(make(String::new()));
    }
    let mut cursor = Cursor::new(text);
    let whole = 0..text.len();
    match cursor.take_name()? {
        Some(parts) if cursor.rest().is_empty() => find_field(&parts, whole),
        _ => Err(Error::new(whole, format!("'{}' is no name of a field", text.escape_debug()))),
    }
}

struct Parser<'a> {
    cursor: Cursor<'a>,
    depth: usize,
    n_terms: usize,
}

impl Parser<'_> {
    fn any(&mut self) -> Result<Expr, Error> {
        let mut parts = vec![self.all()?];
        loop {
            self.cursor.skip_space();
            if !self.cursor.take_keyword("or") {
                return Expr::any(parts).ok_or_else(|| self.missing("a condition"));
            }
            parts.push(self.all()?);
        }
    }

    fn all(&mut self) -> Result<Expr, Error> {
        let mut parts = vec![self.one()?];
        loop {
            self.cursor.skip_space();
            let is_over = matches!(self.cursor.peek(), None | Some(')' | ','));
            if !self.cursor.take_keyword("and") && (is_over || self.cursor.sees_keyword("or")) {
                return Expr::all(parts).ok_or_else(|| self.missing("a condition"));
            }
            parts.push(self.one()?);
        }
    }

    fn one(&mut self) -> Result<Expr, Error> {
        self.cursor.skip_space();
        let begin = self.cursor.at();
        if self.depth >= DEPTH_MAX {
            let message = format!("parentheses and 'not' go deeper than {DEPTH_MAX} levels here");
            return Err(Error::new(begin..begin + 1, message));
        }
        self.depth += 1;
        let expr = if self.cursor.take_keyword("not") || self.cursor.take("-") || self.takes_bang() {
            Expr::Not(Box::new(self.one()?))
        } else if self.cursor.take("(") {
            let inner = self.any()?;
            self.cursor.skip_space();
            if !self.cursor.take(")") {
                return Err(Error::new(begin..begin + 1, "the ')' to this '(' is missing"));
            }
            inner
        } else {
            self.condition()?
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn takes_bang(&mut self) -> bool {
        !self.cursor.rest().starts_with("!=") && self.cursor.take("!")
    }

    fn condition(&mut self) -> Result<Expr, Error> {
        let begin = self.cursor.at();
        for keyword in ["and", "or"] {
            if self.cursor.sees_keyword(keyword) {
                let message =
                    format!("a condition is missing before '{keyword}'; to look for the word, put it in quotes");
                return Err(Error::new(begin..begin + keyword.len(), message));
            }
        }
        let mut ahead = self.cursor;
        if let Some(parts) = ahead.take_name()? {
            let name = begin..ahead.at();
            ahead.skip_space();
            if let Some(operator) = ahead.take_operator() {
                let field = find_field(&parts, name)?;
                self.cursor = ahead;
                return self.check(field, operator);
            }
        }
        if self.cursor.take_operator().is_some() {
            return Err(Error::new(begin..self.cursor.at(), "a field is missing before this, such as 'duration'"));
        }
        let (pattern, at) = self.pattern("a condition")?;
        if pattern.is_star() {
            return Err(Error::new(at, "a '*' alone says nothing; say which field, such as user:*"));
        }
        check_words(&pattern, at)?;
        Ok(Expr::Test(Test { field: Field::Text, check: Check::Text(vec![pattern]) }))
    }

    fn check(&mut self, field: Field, operator: Operator) -> Result<Expr, Error> {
        let comparison = match operator {
            Operator::Is | Operator::IsNot => None,
            Operator::Less => Some(Comparison::Less),
            Operator::AtMost => Some(Comparison::AtMost),
            Operator::More => Some(Comparison::More),
            Operator::AtLeast => Some(Comparison::AtLeast),
        };
        self.cursor.skip_space();
        let check = match comparison {
            Some(comparison) => {
                let (pattern, at) = self.pattern("a value")?;
                Check::Compare(comparison, bound(&field, &pattern, at)?)
            }
            None => self.equality(&field)?,
        };
        let test = Expr::Test(Test { field, check });
        Ok(if operator == Operator::IsNot { Expr::Not(Box::new(test)) } else { test })
    }

    fn equality(&mut self, field: &Field) -> Result<Check, Error> {
        let open = self.cursor.at();
        if !self.cursor.take("(") {
            let (pattern, at) = self.pattern("a value")?;
            return if pattern.is_star() { Ok(Check::Exists) } else { one_of(field, &[(pattern, at)]) };
        }
        let mut values = Vec::new();
        loop {
            self.cursor.skip_space();
            values.push(self.pattern("a value")?);
            self.cursor.skip_space();
            if self.cursor.take(")") {
                return one_of(field, &values);
            }
            if !self.cursor.take(",") {
                let message = "this list goes on without ',' or ends without ')'; write it like (a,b)";
                return Err(Error::new(open..self.cursor.at(), message));
            }
        }
    }

    /// A text with or without stars, and where it stands.
    fn pattern(&mut self, wanted: &str) -> Result<(Pattern, Range<usize>), Error> {
        let begin = self.cursor.at();
        let found = self.cursor.take_pieces()?;
        let at = begin..self.cursor.at();
        if found.is_empty() {
            return Err(self.missing(wanted));
        }
        self.n_terms += 1;
        if self.n_terms > TERMS_MAX {
            return Err(Error::new(at, format!("a filter has at most {TERMS_MAX} conditions and values")));
        }
        let mut pieces = vec![String::new()];
        for piece in found {
            match (piece, pieces.last_mut()) {
                (Piece::Text(text), Some(last)) => last.push_str(&text),
                _ => pieces.push(String::new()),
            }
        }
        let pattern = Pattern::of_pieces(pieces);
        if pattern.as_exact() == Some("") {
            return Err(Error::new(at, "an empty text is like none at all; 'not user:*' finds what has no user"));
        }
        Ok((pattern, at))
    }

    fn missing(&self, what: &str) -> Error {
        let at = self.cursor.at();
        let end = at + self.cursor.peek().map_or(0, char::len_utf8);
        Error::new(at..end, format!("{what} is missing here"))
    }

    fn at_letter(&self, message: &str) -> Error {
        let at = self.cursor.at();
        Error::new(at..at + self.cursor.peek().map_or(0, char::len_utf8), message)
    }
}

fn find_field(parts: &[String], at: Range<usize>) -> Result<Field, Error> {
    let name = parts.join(".");
    if let Some(field) = Field::find(&name) {
        return Ok(field);
    }
    let (first, path) = name.split_once('.').unwrap_or((&name, ""));
    match Field::with_path(first) {
        Some(_) if path.is_empty() => {
            Err(Error::new(at, format!("'{first}' needs a path behind a dot, such as {first}.plan")))
        }
        Some(make) => Ok(make(path.to_owned())),
        None => {
            let hint = match Field::suggestion(&name).or_else(|| Field::suggestion(first)) {
                Some(other) => format!("did you mean '{other}'?"),
                None => "to look for words with ':' or '=' in them, put them in quotes".to_owned(),
            };
            Err(Error::new(at, format!("there is no field '{name}'; {hint}")))
        }
    }
}

/// The bound of a comparison.
fn bound(field: &Field, pattern: &Pattern, at: Range<usize>) -> Result<Quantity, Error> {
    match field.sort() {
        Sort::Path => {
            let number = pattern.as_exact().and_then(value::number).map(Quantity::Real);
            number.ok_or_else(|| Error::new(at, "a comparison needs a number, such as 5 or 0.25"))
        }
        Sort::Duration | Sort::Count | Sort::Cost | Sort::Moment => quantity(field, pattern, at),
        _ => Err(Error::new(at, format!("'{field}' has no order; compare it with ':' or '!='"))),
    }
}

/// What a field has to be, out of a list.
fn one_of(field: &Field, values: &[(Pattern, Range<usize>)]) -> Result<Check, Error> {
    let patterns = || values.iter().map(|(pattern, _)| pattern.clone()).collect();
    match field.sort() {
        Sort::Text | Sort::Path => {
            if let Some((_, at)) = values.iter().find(|(pattern, _)| pattern.is_star()) {
                return Err(Error::new(at.clone(), "a '*' alone stands outside of lists only"));
            }
            Ok(Check::Text(patterns()))
        }
        Sort::Words => {
            values.iter().try_for_each(|(pattern, at)| check_words(pattern, at.clone()))?;
            Ok(Check::Text(patterns()))
        }
        Sort::Kind => {
            check_known(field, values, &Kind::ALL.map(Kind::as_str))?;
            Ok(Check::Text(patterns()))
        }
        Sort::Status => {
            check_known(field, values, &[Status::Ok, Status::Error, Status::Unset].map(Status::as_str))?;
            Ok(Check::Text(patterns()))
        }
        Sort::Duration | Sort::Count | Sort::Cost | Sort::Moment => {
            let quantities = values.iter().map(|(pattern, at)| quantity(field, pattern, at.clone()));
            Ok(Check::OneOf(quantities.collect::<Result<_, _>>()?))
        }
        Sort::Flag => match values {
            [(pattern, at)] => flag(pattern)
                .map(Check::Flag)
                .ok_or_else(|| Error::new(at.clone(), format!("'{field}' is true or false"))),
            _ => Err(Error::new(span_of(values), format!("'{field}' is true or false and takes no list"))),
        },
        Sort::TraceId => {
            let ids = values.iter().map(|(pattern, at)| {
                let id = pattern.as_exact().and_then(|text| text.replace('-', "").parse::<TraceId>().ok());
                id.ok_or_else(|| Error::new(at.clone(), "a trace id has 32 hex digits that are not all zero"))
            });
            Ok(Check::Traces(ids.collect::<Result<_, _>>()?))
        }
        Sort::SpanId => {
            let ids = values.iter().map(|(pattern, at)| {
                let id = pattern.as_exact().and_then(|text| text.parse::<SpanId>().ok());
                id.ok_or_else(|| Error::new(at.clone(), "a span id has 16 hex digits that are not all zero"))
            });
            Ok(Check::Spans(ids.collect::<Result<_, _>>()?))
        }
    }
}

fn quantity(field: &Field, pattern: &Pattern, at: Range<usize>) -> Result<Quantity, Error> {
    let text = pattern.as_exact();
    let (found, wanted) = match field.sort() {
        Sort::Duration => (
            text.and_then(value::duration).map(Quantity::Whole),
            "a duration has a number and a unit (ns, us, ms, s, m, h), such as 1.5s",
        ),
        Sort::Count => {
            (text.and_then(value::count).map(Quantity::Whole), "a count is a whole number, such as 1000, 1.5k or 2M")
        }
        Sort::Cost => (text.and_then(value::cost).map(Quantity::Real), "a cost is in US dollars, such as 0.01"),
        _ => (
            text.and_then(value::moment).map(Quantity::Whole),
            "a moment is RFC 3339, such as 2026-11-22T08:00:00Z or 2026-11-22",
        ),
    };
    found.ok_or_else(|| Error::new(at, wanted))
}

fn flag(pattern: &Pattern) -> Option<bool> {
    match pattern.as_exact()? {
        "true" | "yes" => Some(true),
        "false" | "no" => Some(false),
        _ => None,
    }
}

/// Words of a closed list; with a star they are looked for like others.
fn check_known(field: &Field, values: &[(Pattern, Range<usize>)], known: &[&str]) -> Result<(), Error> {
    for (pattern, at) in values {
        let Some(word) = pattern.as_exact().filter(|word| !known.contains(word)) else { continue };
        let hint = match closest(word, known.iter().copied()) {
            Some(other) => format!("did you mean '{other}'?"),
            None => format!("it is one of {}", known.join(", ")),
        };
        return Err(Error::new(at.clone(), format!("'{word}' is no {field}; {hint}")));
    }
    Ok(())
}

/// Words are found by letters and digits; a star stands within one word.
fn check_words(pattern: &Pattern, at: Range<usize>) -> Result<(), Error> {
    match pattern.as_exact() {
        Some(text) if words(text).next().is_none() => {
            Err(Error::new(at, "there is no word of letters and digits in this that could be found"))
        }
        None if !pattern.pieces().iter().all(|piece| piece.chars().all(char::is_alphanumeric)) => {
            Err(Error::new(at, "a '*' stands in a single word here, such as weath*"))
        }
        None if pattern.is_star() => Err(Error::new(at, "a '*' alone stands outside of lists only")),
        _ => Ok(()),
    }
}

fn span_of(values: &[(Pattern, Range<usize>)]) -> Range<usize> {
    let begin = values.first().map_or(0, |(_, at)| at.start);
    begin..values.last().map_or(begin, |(_, at)| at.end)
}
