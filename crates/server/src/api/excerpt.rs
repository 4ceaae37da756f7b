//! The places in which a span has the words of a filter, cut out around them and with the words marked.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use serde_json::Value as Json;
use tracewood_span::Span;
use tracewood_store::filter::{Check, Expr, Field, Filter, Pattern};

use super::model::{Excerpt, ExcerptPart};
use super::value;

/// How many characters an excerpt has at the most: three lines of a page.
const CHARS_MAX: usize = 280;
/// How many of them stand before the first word, so that it is seen where it comes from.
const CHARS_BEFORE: usize = 60;
/// Bytes of a text that are looked through, as many as the index has words of.
const TEXT_BYTES_MAX: usize = 256 * 1024;
/// Places of words among which the best are chosen; a page of a common word has no more.
const PLACES_MAX: usize = 1_000;

/// What a filter looks for in words.
#[derive(Debug, Default)]
pub(super) struct Sought {
    input: Vec<Term>,
    output: Vec<Term>,
    message: Vec<Term>,
}

/// A word, a phrase, or a word with stars.
#[derive(Debug, Clone)]
enum Term {
    Phrase(Vec<String>),
    Pattern(Pattern),
}

impl Sought {
    /// What has to be there; what must not be there has no place.
    pub(super) fn of(filter: &Filter) -> Self {
        let mut sought = Self::default();
        if let Some(expr) = filter.expr() {
            sought.gather(expr);
        }
        sought
    }

    fn gather(&mut self, expr: &Expr) {
        match expr {
            Expr::All(parts) | Expr::Any(parts) => parts.iter().for_each(|part| self.gather(part)),
            Expr::Not(_) => {}
            Expr::Test(test) => {
                let Check::Text(patterns) = &test.check else { return };
                let terms: Vec<Term> = patterns.iter().map(term).collect();
                if matches!(test.field, Field::Text | Field::Input) {
                    self.input.extend_from_slice(&terms);
                }
                if matches!(test.field, Field::Text | Field::Output) {
                    self.output.extend_from_slice(&terms);
                }
                if matches!(test.field, Field::Text | Field::Message) {
                    self.message.extend(terms);
                }
            }
        }
    }

    /// Where a span has them: at most one excerpt each of input, output and message.
    pub(super) fn excerpts(&self, span: &Span) -> Vec<Excerpt> {
        let content = |value: Option<&tracewood_span::Value>| value.map(|value| readable(&value::content(value)));
        let sides = [
            ("input", &self.input, content(span.input_value()).unwrap_or_default()),
            ("output", &self.output, content(span.output_value()).unwrap_or_default()),
            ("message", &self.message, span.status_message.clone()),
        ];
        let found = sides.into_iter().filter_map(|(field, terms, text)| {
            let parts = excerpt(&text, terms)?;
            Some(Excerpt { field: field.to_owned(), parts })
        });
        found.collect()
    }
}

fn term(pattern: &Pattern) -> Term {
    match pattern.as_exact() {
        Some(phrase) => Term::Phrase(words(phrase).map(|(_, word)| word).collect()),
        None => Term::Pattern(pattern.lowered()),
    }
}

/// A text as it is, and of everything else its keys and texts, a line each.
fn readable(value: &Json) -> String {
    let mut text = String::new();
    lines(value, &mut text);
    text
}

fn lines(value: &Json, out: &mut String) {
    if out.len() >= TEXT_BYTES_MAX {
        return;
    }
    match value {
        Json::Null => {}
        Json::String(text) => {
            out.push_str(text);
            out.push('\n');
        }
        Json::Array(values) => values.iter().for_each(|value| lines(value, out)),
        Json::Object(pairs) => {
            for (key, value) in pairs {
                let _ = write!(out, "{key}: ");
                lines(value, out);
            }
        }
        other => {
            let _ = writeln!(out, "{other}");
        }
    }
}

/// The best place of some words in a text; `None` where it has none of them.
fn excerpt(text: &str, terms: &[Term]) -> Option<Vec<ExcerptPart>> {
    if terms.is_empty() {
        return None;
    }
    let text = text.get(..text.floor_char_boundary(TEXT_BYTES_MAX)).unwrap_or(text);
    let found = places(text, terms);
    let begin = found.get(best(&found)?)?.1.start;
    let window = window(text, begin);
    let mut parts = Vec::new();
    let mut at = window.start;
    push(&mut parts, if window.start > 0 { "…" } else { "" }, false);
    for (_, place) in found.iter().filter(|(_, place)| place.start >= window.start && place.end <= window.end) {
        if place.start >= at {
            push(&mut parts, &text[at..place.start], false);
            push(&mut parts, &text[place.clone()], true);
            at = place.end;
        }
    }
    push(&mut parts, text[at..window.end].trim_end(), false);
    push(&mut parts, if text[window.end..].trim().is_empty() { "" } else { "…" }, false);
    Some(parts)
}

/// Which terms stand where, from the front to the back, longer ones first.
fn places(text: &str, terms: &[Term]) -> Vec<(usize, Range<usize>)> {
    let all: Vec<(Range<usize>, String)> = words(text).collect();
    let mut found = Vec::new();
    for (number, (begin, word)) in all.iter().enumerate() {
        let ends = terms.iter().enumerate().filter_map(|(which, term)| match term {
            Term::Phrase(phrase) => {
                let there = all.get(number..number + phrase.len())?;
                let is_there = !phrase.is_empty() && there.iter().map(|(_, word)| word).eq(phrase);
                is_there.then(|| (which, there.last().map_or(begin.end, |(last, _)| last.end)))
            }
            Term::Pattern(pattern) => pattern.fits(word).then_some((which, begin.end)),
        });
        if let Some((which, end)) = ends.max_by_key(|(_, end)| *end) {
            found.push((which, begin.start..end));
        }
        if found.len() >= PLACES_MAX {
            break;
        }
    }
    found
}

/// From which place on an excerpt has the most different terms; of equal ones the first.
fn best(found: &[(usize, Range<usize>)]) -> Option<usize> {
    let room = CHARS_MAX - CHARS_BEFORE;
    let different = |from: usize| {
        let begin = found.get(from).map_or(0, |(_, place)| place.start);
        let near = found.iter().skip(from).take_while(|(_, place)| place.end <= begin + room);
        let mut which: Vec<usize> = near.map(|(which, _)| *which).take(CHARS_MAX).collect();
        which.sort_unstable();
        which.dedup();
        which.len()
    };
    (0..found.len()).rev().max_by_key(|from| different(*from))
}

/// What is cut out around a place: from where a word begins to where one ends.
fn window(text: &str, place: usize) -> Range<usize> {
    let before = text[..place].char_indices().rev().take(CHARS_BEFORE).last().map_or(place, |(at, _)| at);
    let start = if before == 0 {
        0
    } else {
        text[before..place].find(char::is_whitespace).map_or(before, |at| before + at + 1)
    };
    let start = text.ceil_char_boundary(start).min(place);
    let end = text[start..].char_indices().nth(CHARS_MAX).map_or(text.len(), |(at, _)| start + at);
    let last = if end == text.len() { None } else { text[start..end].rfind(char::is_whitespace) };
    let end = last.map(|at| start + at).filter(|end| *end > place).unwrap_or(end);
    start..end
}

/// White space becomes one blank: an excerpt is read in a line.
fn push(parts: &mut Vec<ExcerptPart>, text: &str, marked: bool) {
    let mut line = String::with_capacity(text.len());
    for letter in text.chars() {
        if !letter.is_whitespace() {
            line.push(letter);
        } else if !line.ends_with(' ') {
            line.push(' ');
        }
    }
    if line.is_empty() {
        return;
    }
    match parts.last_mut() {
        Some(last) if last.marked == marked => last.text.push_str(&line),
        _ => parts.push(ExcerptPart { text: line, marked }),
    }
}

/// The words of a text in small letters and where they stand, cut as the index cuts them.
fn words(text: &str) -> impl Iterator<Item = (Range<usize>, String)> + '_ {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let begin = rest + text[rest..].find(char::is_alphanumeric)?;
        let end = text[begin..].find(|letter: char| !letter.is_alphanumeric()).map_or(text.len(), |at| begin + at);
        rest = end;
        Some((begin..end, lower(&text[begin..end]).into_owned()))
    })
}

fn lower(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(word.chars().flat_map(char::to_lowercase).collect())
}

#[cfg(test)]
mod tests {
    use tracewood_span::{Content, SpanId, TraceId, Value};

    use super::*;

    fn span(input: Value, message: &str) -> Span {
        let (trace, span) = (TraceId::new([1; 16]).unwrap(), SpanId::new([1; 8]).unwrap());
        let mut span = Span::new(trace, span, "a".to_owned(), 1);
        span.input = Some(Content::Value(input));
        span.status_message = message.into();
        span
    }

    /// Marked words in brackets.
    fn found(filter: &str, span: &Span) -> Vec<String> {
        let excerpts = Sought::of(&Filter::parse(filter).unwrap()).excerpts(span);
        let line = |excerpt: &Excerpt| {
            let part = |part: &ExcerptPart| if part.marked { format!("[{}]", part.text) } else { part.text.clone() };
            format!("{}: {}", excerpt.field, excerpt.parts.iter().map(part).collect::<String>())
        };
        excerpts.iter().map(line).collect()
    }

    #[test]
    fn words_and_phrases_are_marked_where_they_stand_in_any_case() {
        let span = span("The TRAM was late,\nso the tram  driver\twaited.".into(), "tram lost");
        assert_eq!(
            found("tram", &span),
            ["input: The [TRAM] was late, so the [tram] driver waited.", "message: [tram] lost"]
        );
        assert_eq!(found("\"tram driver\" late", &span), ["input: The TRAM was [late], so the [tram driver] waited."]);
        assert_eq!(found("input:WAIT* kind:tool", &span), ["input: The TRAM was late, so the tram driver [waited]."]);
        assert_eq!(found("message:lost", &span), ["message: tram [lost]"]);
        assert_eq!(found("not tram", &span), Vec::<String>::new());
        assert_eq!(found("kind:tool", &span), Vec::<String>::new());
    }

    #[test]
    fn json_is_read_as_lines_of_its_keys_and_texts() {
        let text = r#"{"messages":[{"role":"user","content":"A refund,\nplease"}],"n":3}"#;
        assert_eq!(
            found("refund", &span(text.into(), "")),
            ["input: messages: role: user content: A [refund], please n: 3"]
        );
    }

    #[test]
    fn long_text_is_cut_around_the_place_with_the_most_words() {
        let text = format!("alpha {} the beta came before alpha ö {}", "x ".repeat(500), "y ".repeat(500));
        let lines = found("alpha beta", &span(text.as_str().into(), ""));
        let [line] = lines.as_slice() else { panic!("{lines:?}") };
        assert!(line.contains("x the [beta] came before [alpha] ö y"), "{line}");
        assert!(line.starts_with("input: …") && line.ends_with('…'), "{line}");
        assert!(line.chars().count() < CHARS_MAX + 20, "{line}");
    }

    #[test]
    fn any_text_is_cut_at_characters() {
        for filler in ["ö", "\u{1f600}", "a\u{301}", " "] {
            let text = format!("{0} word {0}", filler.repeat(400));
            assert_eq!(found("word", &span(text.as_str().into(), "")).len(), 1, "{filler}");
        }
    }
}
