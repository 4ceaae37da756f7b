//! Well-known shapes of keys, tokens and passwords, found in text and written over.
//!
//! One search for the beginnings of all shapes passes over the text at the speed of memory nearly; only where one is
//! found, the rest of the shape is looked at by hand. The text may be JSON: what is written over never reaches beyond
//! the string it is in, and what is written in its place needs no escaping.

mod shapes;

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind, Span, packed};

use crate::once::once;
use shapes::SHAPES;

/// Finds the beginnings of all shapes.
enum Finder {
    /// With vector instructions.
    Packed(packed::Searcher),
    /// On processors without them.
    Automaton(AhoCorasick),
    /// If neither could be made, which their limits on size rule out.
    None,
}

static FINDER: OnceLock<Finder> = OnceLock::new();

fn finder() -> Finder {
    let beginnings = || SHAPES.iter().map(|shape| shape.beginning);
    if let Some(searcher) = packed::Config::new().builder().extend(beginnings()).build() {
        return Finder::Packed(searcher);
    }
    let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(beginnings());
    automaton.map_or(Finder::None, Finder::Automaton)
}

/// Where the next beginning of a shape is, and of which one.
pub(crate) fn find(text: &[u8], from: usize) -> Option<(usize, usize)> {
    let span = Span { start: from.min(text.len()), end: text.len() };
    let found = match once(&FINDER, finder) {
        Finder::Packed(searcher) => searcher.find_in(text, span),
        Finder::Automaton(automaton) => automaton.find(aho_corasick::Input::new(text).span(span)),
        Finder::None => None,
    };
    found.map(|found| (found.start(), found.pattern().as_usize()))
}

/// The text with every secret in it written over; `None` if there is none.
pub(crate) fn scrub(text: &[u8]) -> Option<Vec<u8>> {
    let mut out: Option<Vec<u8>> = None;
    let (mut n_copied, mut from) = (0, 0);
    while let Some((at, shape)) = find(text, from) {
        // What was written over is no part of the word that follows it.
        let rest = text.get(n_copied..).unwrap_or_default();
        let secret = SHAPES.get(shape).and_then(|shape| Some((shape, shape.secret(rest, at - n_copied)?)));
        let Some((shape, secret)) = secret else {
            from = at + 1;
            continue;
        };
        let secret = secret.start + n_copied..secret.end + n_copied;
        let out = out.get_or_insert_default();
        out.extend_from_slice(text.get(n_copied..secret.start).unwrap_or_default());
        out.extend_from_slice(b"[redacted ");
        out.extend_from_slice(shape.kind.as_bytes());
        out.push(b']');
        (n_copied, from) = (secret.end, secret.end);
    }
    let mut out = out?;
    out.extend_from_slice(text.get(n_copied..).unwrap_or_default());
    Some(out)
}

/// The same for text that is known to be UTF-8.
pub(crate) fn scrub_text(text: &str) -> Option<String> {
    // What is written over begins and ends at ASCII characters, so what is left is UTF-8 too.
    scrub(text.as_bytes()).map(|bytes| String::from_utf8(bytes).unwrap_or_default())
}

#[cfg(test)]
mod tests;
