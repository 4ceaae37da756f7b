//! A filter as a question to the index of a partition.

use std::ops::Bound;

use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, EmptyQuery, ExistsQuery, InvertedIndexRangeQuery, Occur, PhraseQuery, Query, RangeQuery,
    RegexQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field as IndexField, IndexRecordOption};

use crate::Error;
use crate::embedded::partition::document::moment;
use crate::embedded::partition::key::{TraceKey, span_number};
use crate::embedded::partition::schema::{Fields, NameFields};
use crate::embedded::partition::snapshot::Snapshot;
use crate::embedded::words::{Place, Wanted, WordsQuery};
use crate::filter::words::{EXACT_BYTES_MAX, first_bytes, lower, words};
use crate::filter::{Check, Comparison, Expr, Field, Filter, Pattern, Quantity, Targets, Test, value};

/// Between the parts of a path in the index, and between a path and its value.
const PATH_SEPARATOR: char = '\u{1}';
const PATH_END: char = '\u{0}';
/// A star as a regular expression.
const ANYTHING: &str = "(?s:.)*";
/// What stands before a text at a path.
const TEXT_TYPE: char = 's';

/// The spans of a project that pass a filter, and that the flag says.
pub(super) fn plan(
    snapshot: &Snapshot,
    project: &str,
    filter: &Filter,
    flag: Option<IndexField>,
) -> Result<Box<dyn Query>, Error> {
    let fields = snapshot.fields();
    let mut parts = vec![term(Term::from_field_text(fields.project, project))];
    parts.extend(flag.map(|field| term(Term::from_field_bool(field, true))));
    if let Some(expr) = filter.expr() {
        let planner = Planner { fields, project };
        parts.push(planner.expr(expr).map_err(|e| snapshot.fail(e))?);
    }
    Ok(Box::new(BooleanQuery::intersection(parts)))
}

struct Planner<'a> {
    fields: &'a Fields,
    project: &'a str,
}

type Planned = tantivy::Result<Box<dyn Query>>;

impl Planner<'_> {
    fn expr(&self, expr: &Expr) -> Planned {
        Ok(match expr {
            Expr::All(parts) => Box::new(BooleanQuery::intersection(self.each(parts)?)),
            Expr::Any(parts) => any(self.each(parts)?),
            Expr::Not(inner) => not(self.expr(inner)?),
            Expr::Test(test) => self.test(test)?,
        })
    }

    fn each(&self, parts: &[Expr]) -> tantivy::Result<Vec<Box<dyn Query>>> {
        parts.iter().map(|part| self.expr(part)).collect()
    }

    fn test(&self, test: &Test) -> Planned {
        let fields = self.fields;
        let check = &test.check;
        match &test.field {
            Field::Name => text(fields.name, "name", check),
            Field::Kind => text(fields.kind, "kind", check),
            Field::KindOriginal => text(fields.kind_text, "kind_text", check),
            Field::Status => text(fields.status, "status", check),
            Field::Model => text(fields.model, "model", check),
            Field::Provider => text(fields.provider, "provider", check),
            Field::Environment => text(fields.environment, "environment", check),
            Field::Session => text(fields.session, "session", check),
            Field::User => text(fields.user, "user", check),
            Field::Tag => text(fields.tags, "tags", check),
            Field::Tool => named(fields, |names| names.tool, "tool", check),
            Field::Agent => named(fields, |names| names.agent, "agent", check),
            Field::Workflow => named(fields, |names| names.workflow, "workflow", check),
            Field::Prompt => named(fields, |names| names.prompt, "prompt", check),
            Field::Release => named(fields, |names| names.release, "release", check),
            Field::Service => named(fields, |names| names.service, "service", check),
            Field::Duration => Ok(number(fields.duration, "duration", check, count)),
            Field::TimeToFirstToken => Ok(number(fields.time_to_first_token, "time_to_first_token", check, count)),
            Field::Tokens => Ok(number(fields.total_tokens, "total_tokens", check, count)),
            Field::InputTokens => Ok(number(fields.input_tokens, "input_tokens", check, count)),
            Field::OutputTokens => Ok(number(fields.output_tokens, "output_tokens", check, count)),
            Field::CacheReadTokens => Ok(number(fields.cache_read_tokens, "cache_read_tokens", check, count)),
            Field::CacheWriteTokens => Ok(number(fields.cache_write_tokens, "cache_write_tokens", check, count)),
            Field::ReasoningTokens => Ok(number(fields.reasoning_tokens, "reasoning_tokens", check, count)),
            Field::Cost => Ok(number(fields.cost, "cost", check, real)),
            Field::StartedAt => Ok(number(fields.started, "started", check, date)),
            Field::ReceivedAt => Ok(number(fields.received, "received", check, date)),
            Field::TraceId => Ok(match check {
                Check::Traces(ids) => any(ids
                    .iter()
                    .map(|id| {
                        let key = TraceKey::new(self.project, *id);
                        term(Term::from_field_bytes(fields.trace_key, key.as_bytes()))
                    })
                    .collect()),
                _ => Box::new(AllQuery),
            }),
            Field::SpanId => Ok(span_ids(fields.span_id, "span_id", check)),
            Field::ParentId => Ok(span_ids(fields.parent_id, "parent_id", check)),
            Field::Root => Ok(match check {
                Check::Flag(true) => not(exists("parent_id")),
                Check::Flag(false) => exists("parent_id"),
                _ => Box::new(AllQuery),
            }),
            Field::Pending => Ok(match check {
                Check::Flag(flag) => term(Term::from_field_bool(fields.pending, *flag)),
                _ => Box::new(AllQuery),
            }),
            Field::Text => {
                let places = [Place::Input, Place::Output, Place::Message];
                Ok(any(places.into_iter().map(|place| found(fields, place, check)).collect::<Result<_, _>>()?))
            }
            Field::Input => found(fields, Place::Input, check),
            Field::Output => found(fields, Place::Output, check),
            Field::Message => found(fields, Place::Message, check),
            Field::Metadata(path) => at_path(fields.metadata, path, check),
            Field::Attributes(path) => at_path(fields.attributes, path, check),
            Field::Resource(path) => at_path(fields.resource, path, check),
            Field::Score(_) => Ok(match check {
                Check::Scored { targets, .. } => self.scored(targets),
                // Nobody looked up what has such a score, so that nothing is known to have one.
                _ => Box::new(EmptyQuery),
            }),
        }
    }
}

impl Planner<'_> {
    /// The spans that have a score, or whose traces have it.
    fn scored(&self, targets: &Targets) -> Box<dyn Query> {
        let key = |trace_id| TraceKey::new(self.project, trace_id);
        let traces = targets.traces().map(|id| Term::from_field_bytes(self.fields.trace_key, key(id).as_bytes()));
        let mut parts: Vec<Box<dyn Query>> = vec![Box::new(TermSetQuery::new(traces))];
        for (trace_id, span_id) in targets.spans() {
            let trace = term(Term::from_field_bytes(self.fields.trace_key, key(trace_id).as_bytes()));
            let span = equal(Term::from_field_u64(self.fields.span_id, span_number(span_id)));
            parts.push(Box::new(BooleanQuery::intersection(vec![trace, span])));
        }
        any(parts)
    }
}

fn term(term: Term) -> Box<dyn Query> {
    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
}

fn any(mut parts: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    match (parts.len(), parts.pop()) {
        (1, Some(one)) => one,
        (_, Some(last)) => {
            parts.push(last);
            Box::new(BooleanQuery::union(parts))
        }
        (_, None) => Box::new(EmptyQuery),
    }
}

fn not(inner: Box<dyn Query>) -> Box<dyn Query> {
    Box::new(BooleanQuery::new(vec![(Occur::Must, Box::new(AllQuery)), (Occur::MustNot, inner)]))
}

fn exists(column: &str) -> Box<dyn Query> {
    Box::new(ExistsQuery::new(column.to_owned(), false))
}

/// A text that is found as a whole.
fn text(field: IndexField, column: &str, check: &Check) -> Planned {
    let Check::Text(patterns) = check else { return Ok(exists(column)) };
    let parts = patterns.iter().map(|pattern| match pattern.as_exact() {
        Some(text) => Ok(term(Term::from_field_text(field, first_bytes(text, EXACT_BYTES_MAX)))),
        None => regex(field, &regex_of(pattern)),
    });
    Ok(any(parts.collect::<Result<_, _>>()?))
}

/// What something is called; in an index that is too old to keep that, nothing is called anything.
fn named(fields: &Fields, field: fn(&NameFields) -> IndexField, column: &str, check: &Check) -> Planned {
    match &fields.names {
        Some(names) => text(field(names), column, check),
        None => Ok(Box::new(EmptyQuery)),
    }
}

fn count(field: IndexField, quantity: Quantity) -> Term {
    match quantity {
        Quantity::Whole(number) => Term::from_field_u64(field, number),
        Quantity::Real(number) => Term::from_field_u64(field, number as u64),
    }
}

fn real(field: IndexField, quantity: Quantity) -> Term {
    match quantity {
        Quantity::Whole(number) => Term::from_field_f64(field, number as f64),
        Quantity::Real(number) => Term::from_field_f64(field, number),
    }
}

fn date(field: IndexField, quantity: Quantity) -> Term {
    match quantity {
        Quantity::Whole(nanos) => Term::from_field_date(field, moment(nanos)),
        Quantity::Real(nanos) => Term::from_field_date(field, moment(nanos as u64)),
    }
}

/// A number in a column.
fn number(field: IndexField, column: &str, check: &Check, to_term: fn(IndexField, Quantity) -> Term) -> Box<dyn Query> {
    match check {
        Check::OneOf(numbers) => any(numbers.iter().map(|number| equal(to_term(field, *number))).collect()),
        Check::Compare(comparison, bound) => {
            let (low, high) = bounds(*comparison, to_term(field, *bound));
            Box::new(RangeQuery::new(low, high))
        }
        _ => exists(column),
    }
}

fn span_ids(field: IndexField, column: &str, check: &Check) -> Box<dyn Query> {
    match check {
        Check::Spans(ids) => any(ids.iter().map(|id| equal(Term::from_field_u64(field, span_number(*id)))).collect()),
        _ => exists(column),
    }
}

fn equal(term: Term) -> Box<dyn Query> {
    Box::new(RangeQuery::new(Bound::Included(term.clone()), Bound::Included(term)))
}

fn bounds(comparison: Comparison, term: Term) -> (Bound<Term>, Bound<Term>) {
    match comparison {
        Comparison::Less => (Bound::Unbounded, Bound::Excluded(term)),
        Comparison::AtMost => (Bound::Unbounded, Bound::Included(term)),
        Comparison::More => (Bound::Excluded(term), Bound::Unbounded),
        Comparison::AtLeast => (Bound::Included(term), Bound::Unbounded),
    }
}

/// A word or phrase.
fn found(fields: &Fields, place: Place, check: &Check) -> Planned {
    if fields.has_own_words {
        return said(place, check);
    }
    let field = match place {
        Place::Input => fields.input,
        Place::Output => fields.output,
        Place::Message => fields.message,
    };
    let Check::Text(patterns) = check else {
        let any_word = Bound::Included(Term::from_field_text(field, ""));
        return Ok(Box::new(InvertedIndexRangeQuery::new(any_word, Bound::Unbounded)));
    };
    let parts = patterns.iter().map(|pattern| {
        if let Some(text) = pattern.as_exact() {
            return Ok(phrase(field, text));
        }
        regex(field, &regex_of_word(pattern))
    });
    Ok(any(parts.collect::<tantivy::Result<_>>()?))
}

/// The same where our component keeps the words.
fn said(place: Place, check: &Check) -> Planned {
    let query = |wanted| -> Box<dyn Query> { Box::new(WordsQuery::new(place, wanted)) };
    let Check::Text(patterns) = check else { return Ok(query(Wanted::Anything)) };
    let parts = patterns.iter().map(|pattern| {
        Ok(query(match pattern.as_exact() {
            Some(text) => Wanted::Phrase(words(text).map(|(place, word)| (place as u32, word)).collect()),
            None => Wanted::like(&regex_of_word(pattern))?,
        }))
    });
    Ok(any(parts.collect::<tantivy::Result<_>>()?))
}

/// Words one after the other.
fn phrase(field: IndexField, text: &str) -> Box<dyn Query> {
    let terms = words(text).map(|(place, word)| (place, Term::from_field_text(field, &word)));
    let mut terms: Vec<(usize, Term)> = terms.collect();
    if terms.len() > 1 {
        return Box::new(PhraseQuery::new_with_offset(terms));
    }
    terms.pop().map_or_else(|| Box::new(EmptyQuery) as Box<dyn Query>, |(_, one)| term(one))
}

fn at_path(field: IndexField, path: &str, check: &Check) -> Planned {
    // The index splits at dots, and takes a backslash for what makes a dot part of a key.
    let base = Term::from_field_json_path(field, &path.replace('\\', "\\\\"), true);
    Ok(match check {
        Check::Text(patterns) => {
            let mut parts = Vec::new();
            for pattern in patterns {
                let Some(text) = pattern.as_exact() else {
                    let path = path.replace('.', &PATH_SEPARATOR.to_string());
                    let begin = escaped(&format!("{path}{PATH_END}{TEXT_TYPE}"));
                    parts.push(regex(field, &format!("{begin}{}", regex_of(pattern)))?);
                    continue;
                };
                let mut exact = base.clone();
                exact.append_type_and_str(first_bytes(text, EXACT_BYTES_MAX));
                parts.push(term(exact));
                parts.extend(other_readings(&base, text).into_iter().map(term));
            }
            any(parts)
        }
        Check::Compare(comparison, Quantity::Real(bound)) => compared(&base, *comparison, *bound),
        _ => {
            let mut last = base.clone();
            last.append_bytes(&[u8::MAX]);
            Box::new(InvertedIndexRangeQuery::new(Bound::Included(base), Bound::Excluded(last)))
        }
    })
}

/// A text at a path that may be meant as a number or a flag too.
fn other_readings(base: &Term, text: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    if let Ok(flag) = text.parse::<bool>() {
        let mut term = base.clone();
        term.append_type_and_fast_value(flag);
        terms.push(term);
    }
    let mut whole = base.clone();
    if let Ok(number) = text.parse::<i64>() {
        whole.append_type_and_fast_value(number);
        terms.push(whole);
    } else if let Some(number) = value::number(text) {
        // The index keeps whole numbers as such, however they were written.
        if number.fract() == 0.0 && number.abs() < 9.2e18 {
            whole.append_type_and_fast_value(number as i64);
        } else if number.fract() == 0.0 && number > 0.0 && number < 1.8e19 {
            whole.append_type_and_fast_value(number as u64);
        } else {
            whole.append_type_and_fast_value(number);
        }
        terms.push(whole);
    }
    terms
}

/// Numbers at a path on one side of a bound: whole ones and others are kept apart.
fn compared(base: &Term, comparison: Comparison, bound: f64) -> Box<dyn Query> {
    let whole_term = |number: i64| {
        let mut term = base.clone();
        term.append_type_and_fast_value(number);
        term
    };
    let real_term = |number: f64| {
        let mut term = base.clone();
        term.append_type_and_fast_value(number);
        term
    };
    let range =
        |low: Bound<Term>, high: Bound<Term>| -> Box<dyn Query> { Box::new(InvertedIndexRangeQuery::new(low, high)) };
    let mut parts = Vec::new();
    let is_up = matches!(comparison, Comparison::More | Comparison::AtLeast);
    let is_strict = matches!(comparison, Comparison::More | Comparison::Less);
    // A cast from beyond the ends of `i64` stops at its ends, which is what a bound wants.
    let whole = if is_up { bound.ceil() } else { bound.floor() } as i64;
    let is_whole_strict = is_strict && bound.fract() == 0.0;
    let at = |term: Term, is_strict: bool| if is_strict { Bound::Excluded(term) } else { Bound::Included(term) };
    if is_up {
        if bound < i64::MAX as f64 {
            parts.push(range(at(whole_term(whole), is_whole_strict), Bound::Included(whole_term(i64::MAX))));
        }
        parts.push(range(at(real_term(bound), is_strict), Bound::Included(real_term(f64::MAX))));
    } else {
        if bound >= i64::MIN as f64 {
            parts.push(range(Bound::Included(whole_term(i64::MIN)), at(whole_term(whole), is_whole_strict)));
        }
        parts.push(range(Bound::Included(real_term(f64::MIN)), at(real_term(bound), is_strict)));
    }
    any(parts)
}

fn regex(field: IndexField, pattern: &str) -> Planned {
    Ok(Box::new(RegexQuery::from_pattern(pattern, field)?))
}

fn regex_of_word(pattern: &Pattern) -> String {
    pattern.pieces().iter().map(|piece| escaped(&lower(piece))).collect::<Vec<_>>().join(ANYTHING)
}

fn regex_of(pattern: &Pattern) -> String {
    pattern.pieces().iter().map(|piece| escaped(piece)).collect::<Vec<_>>().join(ANYTHING)
}

/// The text as a regular expression that fits only itself.
fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, letter| {
        if "\\.+*?()|[]{}^$#&-~".contains(letter) {
            out.push('\\');
        }
        out.push(letter);
        out
    })
}
