//! What was said in a trace before: chats send their whole history with each turn, and the words of a message are put
//! into the index once for the spans of one kind, with the first that says it. An agent and the model call below it are
//! both found by what they were asked.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::BuildHasher;
use std::ops::Range;

use foldhash::fast::RandomState;
use memchr::memchr2;
use tracewood_span::Kind;

use crate::embedded::codec::ValueView;
use crate::filter::words::{WORDS_BYTES_MAX, first_bytes, text_of};

/// Shorter messages cost less in the index than here.
const MESSAGE_BYTES_MIN: usize = 32;
/// Messages of one trace that are remembered; the turns behind them are found by all their words.
const MESSAGES_MAX: usize = 4_096;
/// How deep in brackets a list of messages is looked for: `[..]`, `{"messages": [..]}`, and one level of luck.
const DEPTH_MAX: usize = 3;

/// The messages of a trace, and which span said each first.
#[derive(Debug, Default)]
pub(crate) struct Said {
    first: HashMap<u64, u64, RandomState>,
}

impl Said {
    pub(crate) fn len(&self) -> usize {
        self.first.len()
    }

    /// Forgets what a span said, which is about to be replaced by another form of it; says how much that was.
    pub(crate) fn forget(&mut self, span_id: u64) -> usize {
        let n_before = self.first.len();
        self.first.retain(|_, first| *first != span_id);
        n_before - self.first.len()
    }

    /// The text whose words are found with a span: what it says first.
    pub(crate) fn news<'a>(
        &mut self,
        hasher: &RandomState,
        kind: Kind,
        span_id: u64,
        value: ValueView<'a>,
    ) -> Cow<'a, str> {
        match value {
            ValueView::String(text) => {
                let repeats: Vec<_> = messages(text)
                    .into_iter()
                    .filter(|place| !self.is_first(hasher, kind, span_id, text.get(place.clone()).unwrap_or_default()))
                    .collect();
                without(text, &repeats)
            }
            ValueView::Array(values) => {
                let mut news = String::new();
                for value in values.items() {
                    let value = value.or_nothing();
                    let text = text_of(&value);
                    if self.is_first(hasher, kind, span_id, &text) {
                        news.push_str(first_bytes(&text, WORDS_BYTES_MAX.saturating_sub(news.len())));
                        news.push('\n');
                    }
                }
                Cow::Owned(news)
            }
            other => Cow::Owned(text_of(&other.or_nothing()).into_owned()),
        }
    }

    /// Whether nobody said it before, or the same span did.
    fn is_first(&mut self, hasher: &RandomState, kind: Kind, span_id: u64, message: &str) -> bool {
        if message.len() < MESSAGE_BYTES_MIN {
            return true;
        }
        let hash = hasher.hash_one((kind.as_str(), message));
        if let Some(first) = self.first.get(&hash) {
            return *first == span_id;
        }
        if self.first.len() < MESSAGES_MAX {
            self.first.insert(hash, span_id);
        }
        true
    }
}

/// The text without some parts of it, up to the bytes that are found.
fn without<'a>(text: &'a str, parts: &[Range<usize>]) -> Cow<'a, str> {
    if parts.is_empty() {
        return Cow::Borrowed(first_bytes(text, WORDS_BYTES_MAX));
    }
    let mut left = String::new();
    let mut begin = 0;
    for end in parts.iter().map(|part| part.start).chain([text.len()]) {
        let piece = text.get(begin..end).unwrap_or_default();
        left.push_str(first_bytes(piece, WORDS_BYTES_MAX.saturating_sub(left.len())));
        // What stood on both sides does not become one word or phrase.
        left.push('\n');
        begin = parts.iter().find(|part| part.start == end).map_or(end, |part| part.end);
    }
    Cow::Owned(left)
}

/// Where the objects are that stand in the lists of a text in JSON; none if it is no JSON, or only looks like it.
fn messages(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    if !matches!(bytes.iter().find(|byte| !byte.is_ascii_whitespace()), Some(b'[' | b'{')) {
        return found;
    }
    let mut open: Vec<(u8, usize)> = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => match end_of_string(bytes, at + 1) {
                Some(end) => at = end,
                None => return found,
            },
            b'[' | b'{' => open.push((*byte, at)),
            b']' | b'}' => {
                let Some((opener, begin)) = open.pop() else { return found };
                let is_in_list = open.last().is_some_and(|(opener, _)| *opener == b'[');
                if opener == b'{' && is_in_list && open.len() <= DEPTH_MAX {
                    // What lies in it was found before it, and goes up in it.
                    while found.pop_if(|inner: &mut Range<usize>| inner.start > begin).is_some() {}
                    found.push(begin..at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Where a string ends that began before `at`.
fn end_of_string(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let place = at + memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes.get(place) == Some(&b'"') {
            return Some(place);
        }
        at = place + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        messages(text).into_iter().map(|place| &text[place]).collect()
    }

    #[test]
    fn messages_are_the_objects_in_lists() {
        let one = r#"{"role":"user","parts":[{"content":"a ] } \" b"}]}"#;
        let other = r#"{"role":"assistant","content":"c"}"#;
        assert_eq!(cut(&format!("[{one}, {other}]")), [one, other]);
        assert_eq!(cut(&format!(r#"{{"model":"m","messages":[{one},{other}]}}"#)), [one, other]);
        for text in ["", "words", "[1,2]", "{\"a\":{\"b\":1}}", "]]", "[{\"never ends", "{{{{"] {
            assert_eq!(cut(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn message_is_news_once_a_kind_of_span_and_again_for_the_span_that_said_it() {
        let hasher = RandomState::default();
        let mut said = Said::default();
        let text = |n: usize| {
            let turns: Vec<_> = (0..n).map(|n| format!(r#"{{"content":"turn {n} of a long conversation"}}"#)).collect();
            format!("[{}]", turns.join(","))
        };
        let mut news = |kind, span_id, text: &str| {
            let text = said.news(&hasher, kind, span_id, ValueView::String(text)).into_owned();
            (0..9).filter(|n| text.contains(&format!("turn {n}"))).collect::<Vec<_>>()
        };
        assert_eq!(news(Kind::Llm, 1, &text(2)), [0, 1]);
        assert_eq!(news(Kind::Llm, 2, &text(4)), [2, 3]);
        assert_eq!(news(Kind::Agent, 2, &text(1)), [0]);
        assert_eq!(news(Kind::Llm, 1, &text(2)), [0, 1], "another form of the same span");
        assert_eq!(news(Kind::Llm, 3, &text(4)), [0; 0]);
        // Field 1 of a list: a value whose field 1 is a text.
        let item = b"\x0a\x2e\x0a\x2ca text that is long enough to be known again";
        let bytes = item.repeat(2);
        let list = ValueView::list(&bytes);
        let once = said.news(&hasher, Kind::Llm, 4, list).into_owned();
        assert_eq!(once.matches("long enough").count(), 2);
        assert!(!said.news(&hasher, Kind::Llm, 5, list).contains("long enough"));
        said.forget(1);
        assert_eq!(said.news(&hasher, Kind::Llm, 9, ValueView::String(&text(2))).matches("turn").count(), 2);
    }

    #[test]
    fn words_of_the_last_turn_are_found_behind_any_length_of_history() {
        let hasher = RandomState::default();
        let mut said = Said::default();
        let turn = |n: usize| format!(r#"{{"content":"turn{n} {}"}}"#, "word ".repeat(20_000));
        let text = |n: usize| format!("[{}]", (0..n).map(turn).collect::<Vec<_>>().join(","));
        for n in 1..8 {
            let text = text(n);
            let value = ValueView::String(&text);
            assert!(said.news(&hasher, Kind::Llm, n as u64, value).contains(&format!("turn{} ", n - 1)));
        }
    }
}
