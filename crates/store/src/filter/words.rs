//! How texts are cut: a value into its text, a text into words, and what an index keeps of a long one.

use std::borrow::Cow;

use tracewood_span::{Attributes, Value};

/// Bytes of a text that can be found as a whole; a longer one is found by its first bytes. Half a kilobyte holds every
/// name and id; prompts and answers are found by their words instead.
pub(crate) const EXACT_BYTES_MAX: usize = 512;
/// Bytes of an input or output whose words are found: a long prompt. What stands behind is shown but not found.
pub(crate) const WORDS_BYTES_MAX: usize = 256 * 1024;
/// Words of this many bytes and longer are base64, hashes and the like, which nobody types; they are not found.
pub(crate) const WORD_BYTES_MAX: usize = 64;
/// How deep the paths of metadata and attributes go.
pub(crate) const PATH_DEPTH_MAX: usize = 12;

/// The words of a text in small letters, each with its place; the same cut as the index makes.
pub(crate) fn words(text: &str) -> impl Iterator<Item = (usize, String)> + '_ {
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.enumerate().filter(|(_, word)| word.len() < WORD_BYTES_MAX).map(|(place, word)| (place, lower(word)))
}

/// Small letters, letter by letter as the index does it.
pub(crate) fn lower(word: &str) -> String {
    word.chars().flat_map(char::to_lowercase).collect()
}

/// The text, cut before the character that goes beyond `n_bytes`.
pub(crate) fn first_bytes(text: &str, n_bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(n_bytes)).unwrap_or(text)
}

/// The text whose words are found: the value's own text, or all the texts and keys in it.
pub(crate) fn text_of(value: &Value) -> Cow<'_, str> {
    if let Value::String(text) = value {
        return Cow::Borrowed(first_bytes(text, WORDS_BYTES_MAX));
    }
    let mut words = String::new();
    gather(value, 0, &mut words);
    Cow::Owned(words)
}

fn gather(value: &Value, depth: usize, words: &mut String) {
    if depth > PATH_DEPTH_MAX || words.len() >= WORDS_BYTES_MAX {
        return;
    }
    let room = WORDS_BYTES_MAX - words.len();
    let mut add = |text: &str| {
        words.push_str(first_bytes(text, room));
        words.push('\n');
    };
    match value {
        Value::Null | Value::Bytes(_) => {}
        Value::Bool(flag) => add(if *flag { "true" } else { "false" }),
        Value::Int(number) => add(&number.to_string()),
        Value::Double(number) => add(&number.to_string()),
        Value::String(text) => add(text),
        Value::Array(values) => values.iter().for_each(|value| gather(value, depth + 1, words)),
        Value::Map(pairs) => gather_pairs(pairs, depth, words),
    }
}

fn gather_pairs(pairs: &Attributes, depth: usize, words: &mut String) {
    for (key, value) in pairs {
        words.push_str(first_bytes(key, EXACT_BYTES_MAX));
        words.push('\n');
        gather(value, depth + 1, words);
    }
}
