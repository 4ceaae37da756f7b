//! A filter against one span in memory, with the same outcome as the index has: for the live tail, and as a check.

use tracewood_span::{Content, Span, SpanId, Value};

use super::ast::{Check, Expr, Pattern, Quantity, Test};
use super::field::Field;
use super::words::{EXACT_BYTES_MAX, first_bytes, text_of, words};
use crate::Stored;

pub(super) fn matches(expr: &Expr, stored: &Stored) -> bool {
    match expr {
        Expr::All(parts) => parts.iter().all(|part| matches(part, stored)),
        Expr::Any(parts) => parts.iter().any(|part| matches(part, stored)),
        Expr::Not(inner) => !matches(inner, stored),
        Expr::Test(test) => holds(test, stored),
    }
}

fn holds(test: &Test, stored: &Stored) -> bool {
    let span = &stored.span;
    let usage = &span.usage;
    let check = &test.check;
    let one = |said: Option<&str>| texts(check, said.into_iter());
    match &test.field {
        Field::Name => one(Some(&span.name)),
        Field::Kind => one(Some(span.kind.as_str())),
        Field::KindOriginal => one(Some(&span.kind_text)),
        Field::Status => one(Some(span.status.as_str())),
        Field::Model => one(span.model()),
        Field::Provider => one(span.provider.as_deref()),
        Field::Environment => one(span.environment.as_deref()),
        Field::Session => one(span.session_id.as_deref()),
        Field::User => one(span.user_id.as_deref()),
        Field::Tag => texts(check, span.tags.iter().map(String::as_str)),
        Field::Tool => one(span.names.tool.as_deref()),
        Field::Agent => one(span.names.agent.as_deref()),
        Field::Workflow => one(span.names.workflow.as_deref()),
        Field::Prompt => one(span.names.prompt.as_deref()),
        Field::Release => one(span.names.release.as_deref()),
        Field::Service => one(span.names.service.as_deref()),
        Field::Duration => whole(check, span.duration_nanos()),
        Field::TimeToFirstToken => whole(check, span.time_to_first_token_nanos),
        Field::Tokens => whole(check, usage.total()),
        Field::InputTokens => whole(check, usage.input_tokens),
        Field::OutputTokens => whole(check, usage.output_tokens),
        Field::CacheReadTokens => whole(check, usage.cache_read_tokens),
        Field::CacheWriteTokens => whole(check, usage.cache_write_tokens),
        Field::ReasoningTokens => whole(check, usage.reasoning_tokens),
        Field::Cost => real(check, span.cost_usd.filter(|cost| cost.is_finite())),
        Field::StartedAt => whole(check, Some(span.started_at_unix_nanos)),
        Field::ReceivedAt => whole(check, Some(stored.received_at_unix_nanos)),
        Field::TraceId => match check {
            Check::Traces(ids) => ids.contains(&span.trace_id),
            check => *check == Check::Exists,
        },
        Field::SpanId => id(check, Some(span.span_id)),
        Field::ParentId => id(check, span.parent_span_id),
        Field::Root => flag(check, span.parent_span_id.is_none()),
        Field::Pending => flag(check, span.ended_at_unix_nanos.is_none()),
        Field::Text => [contents(span.input_value()), contents(span.output_value()), message(span)]
            .iter()
            .any(|found| found_in(check, found.as_deref())),
        Field::Input => found_in(check, contents(span.input_value()).as_deref()),
        Field::Output => found_in(check, contents(span.output_value()).as_deref()),
        Field::Message => found_in(check, message(span).as_deref()),
        Field::Metadata(path) => at_path(check, &span.metadata, path),
        Field::Attributes(path) => at_path(check, &searched_attributes(span), path),
        Field::Resource(path) => at_path(check, &span.resource.attributes, path),
        // Where a store looked up what has such a score, the check carries that; otherwise nothing is known to have one.
        Field::Score(_) => match check {
            Check::Scored { targets, .. } => targets.contains(span.trace_id, span.span_id),
            _ => false,
        },
    }
}

fn texts<'a>(check: &Check, texts: impl Iterator<Item = &'a str>) -> bool {
    let mut texts = texts.filter(|text| !text.is_empty()).map(|text| first_bytes(text, EXACT_BYTES_MAX));
    match check {
        Check::Exists => texts.next().is_some(),
        Check::Text(patterns) => texts.any(|text| patterns.iter().any(|pattern| fits(pattern, text))),
        _ => false,
    }
}

fn fits(pattern: &Pattern, text: &str) -> bool {
    pattern.as_exact().map_or_else(|| pattern.fits(text), |exact| first_bytes(exact, EXACT_BYTES_MAX) == text)
}

fn whole(check: &Check, number: Option<u64>) -> bool {
    let Some(number) = number else { return false };
    match check {
        Check::Exists => true,
        Check::OneOf(numbers) => numbers.contains(&Quantity::Whole(number)),
        Check::Compare(comparison, Quantity::Whole(bound)) => comparison.holds(&number, bound),
        _ => false,
    }
}

fn real(check: &Check, number: Option<f64>) -> bool {
    let Some(number) = number else { return false };
    match check {
        Check::Exists => true,
        Check::OneOf(numbers) => numbers.contains(&Quantity::Real(number)),
        Check::Compare(comparison, Quantity::Real(bound)) => comparison.holds(&number, bound),
        _ => false,
    }
}

fn flag(check: &Check, flag: bool) -> bool {
    match check {
        Check::Exists => true,
        Check::Flag(wanted) => *wanted == flag,
        _ => false,
    }
}

fn id(check: &Check, id: Option<SpanId>) -> bool {
    let Some(id) = id else { return false };
    match check {
        Check::Exists => true,
        Check::Spans(ids) => ids.contains(&id),
        _ => false,
    }
}

fn contents(value: Option<&Value>) -> Option<String> {
    value.map(|value| text_of(value).into_owned()).filter(|text| !text.is_empty())
}

fn message(span: &Span) -> Option<String> {
    (!span.status_message.is_empty()).then(|| span.status_message.clone())
}

fn found_in(check: &Check, text: Option<&str>) -> bool {
    let Some(text) = text else { return false };
    match check {
        Check::Exists => words(text).next().is_some(),
        Check::Text(patterns) => patterns.iter().any(|pattern| {
            if let Some(phrase) = pattern.as_exact() {
                return has_phrase(text, phrase);
            }
            let pattern = pattern.lowered();
            words(text).any(|(_, word)| pattern.fits(&word))
        }),
        _ => false,
    }
}

fn has_phrase(text: &str, phrase: &str) -> bool {
    let wanted: Vec<(usize, String)> = words(phrase).collect();
    let Some((first_place, first)) = wanted.first() else { return false };
    let found: Vec<(usize, String)> = words(text).collect();
    let begins = found.iter().filter(|(_, word)| word == first).map(|(place, _)| *place);
    // Words too long to be found leave a gap in both.
    begins.into_iter().any(|begin| {
        wanted.iter().all(|(place, word)| {
            let place = begin + place - first_place;
            let here = found.binary_search_by_key(&place, |(place, _)| *place);
            here.ok().and_then(|index| found.get(index)).is_some_and(|(_, there)| there == word)
        })
    })
}

/// The attributes but for those that carry input and output, which are found by their words.
fn searched_attributes(span: &Span) -> Vec<(String, Value)> {
    let is_content = |place: usize| {
        [&span.input, &span.output]
            .iter()
            .any(|content| matches!(content, Some(Content::Attribute(index)) if *index as usize == place))
    };
    span.attributes.iter().enumerate().filter(|(place, _)| !is_content(*place)).map(|(_, pair)| pair.clone()).collect()
}

fn at_path(check: &Check, pairs: &[(String, Value)], path: &str) -> bool {
    let here = pairs.iter().filter(|(key, _)| key == path).any(|(_, value)| leaf(check, value));
    // `a.b` is the same path whether it is one key or two.
    here || pairs.iter().any(|(key, value)| {
        let rest = path.strip_prefix(key.as_str()).and_then(|rest| rest.strip_prefix('.'));
        rest.is_some_and(|rest| below(check, value, rest))
    })
}

fn below(check: &Check, value: &Value, path: &str) -> bool {
    match value {
        Value::Map(pairs) => at_path(check, pairs, path),
        Value::Array(values) => values.iter().any(|value| below(check, value, path)),
        _ => false,
    }
}

pub(super) fn leaf(check: &Check, value: &Value) -> bool {
    match value {
        Value::Null | Value::Bytes(_) | Value::Map(_) => false,
        Value::Array(values) => values.iter().any(|value| leaf(check, value)),
        Value::String(text) if text.is_empty() => *check == Check::Exists,
        Value::String(text) => texts(check, std::iter::once(text.as_str())),
        Value::Bool(flag) => match check {
            Check::Exists => true,
            Check::Text(patterns) => {
                patterns.iter().any(|p| p.as_exact() == Some(if *flag { "true" } else { "false" }))
            }
            _ => false,
        },
        Value::Int(number) => number_at(check, *number as f64),
        Value::Double(number) => number.is_finite() && number_at(check, *number),
    }
}

fn number_at(check: &Check, number: f64) -> bool {
    match check {
        Check::Exists => true,
        Check::Text(patterns) => patterns
            .iter()
            .filter_map(|pattern| super::value::number(pattern.as_exact()?))
            .any(|wanted| wanted.total_cmp(&(number + 0.0)).is_eq()),
        Check::Compare(comparison, Quantity::Real(bound)) => comparison.holds(&number, bound),
        _ => false,
    }
}
