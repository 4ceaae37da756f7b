//! Walks along the text of a filter: names, operators, texts in quotes.

use std::ops::Range;

use super::error::Error;

/// What stands between a field and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Is,
    IsNot,
    Less,
    AtMost,
    More,
    AtLeast,
}

/// The longer ones first, since they begin with the shorter ones.
const OPERATORS: &[(&str, Operator)] = &[
    ("!=", Operator::IsNot),
    ("<=", Operator::AtMost),
    (">=", Operator::AtLeast),
    (":", Operator::Is),
    ("=", Operator::Is),
    ("<", Operator::Less),
    (">", Operator::More),
];

/// A place in the text of a filter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

/// A piece of a text: what stands there, or a star.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    Star,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn slice(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or_default()
    }

    pub(super) fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Takes a piece of text if it stands here.
    pub(super) fn take(&mut self, token: &str) -> bool {
        let is_here = self.rest().starts_with(token);
        self.at += if is_here { token.len() } else { 0 };
        is_here
    }

    /// Whether a word such as `or` stands here by itself, in small or capital letters.
    pub(super) fn sees_keyword(&self, word: &str) -> bool {
        let (Some(here), Some(behind)) = (self.rest().get(..word.len()), self.rest().get(word.len()..)) else {
            return false;
        };
        let is_whole = behind.chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, '(' | ')' | '"'));
        here.eq_ignore_ascii_case(word) && is_whole
    }

    pub(super) fn take_keyword(&mut self, word: &str) -> bool {
        let is_here = self.sees_keyword(word);
        self.at += if is_here { word.len() } else { 0 };
        is_here
    }

    /// The operator that stands here, if one does.
    pub(super) fn take_operator(&mut self) -> Option<Operator> {
        let (_, operator) = OPERATORS.iter().find(|(token, _)| self.take(token))?;
        Some(*operator)
    }

    /// A field's name: words with dots between them, of which any but the first may stand in quotes.
    pub(super) fn take_name(&mut self) -> Result<Option<Vec<String>>, Error> {
        let mut parts = Vec::new();
        loop {
            let begin = self.at;
            let part = if !parts.is_empty() && self.peek() == Some('"') {
                self.take_quoted()?
            } else {
                self.take_while(is_name);
                self.slice(begin..self.at).to_owned()
            };
            if part.is_empty() {
                return Ok(None);
            }
            parts.push(part);
            if !self.take(".") {
                return Ok(Some(parts));
            }
        }
    }

    /// A text: bare letters, texts in quotes and stars, without space between them.
    pub(super) fn take_pieces(&mut self) -> Result<Vec<Piece>, Error> {
        let mut pieces = Vec::new();
        loop {
            let begin = self.at;
            match self.peek() {
                Some('*') => {
                    self.at += 1;
                    pieces.push(Piece::Star);
                }
                Some('"') => pieces.push(Piece::Text(self.take_quoted()?)),
                Some(letter) if is_bare(letter) => {
                    self.take_while(is_bare);
                    pieces.push(Piece::Text(self.slice(begin..self.at).to_owned()));
                }
                _ => return Ok(pieces),
            }
        }
    }

    fn take_while(&mut self, is_wanted: fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|letter| !is_wanted(letter)).unwrap_or(rest.len());
    }

    fn take_quoted(&mut self) -> Result<String, Error> {
        let begin = self.at;
        let mut text = String::new();
        let mut letters = self.rest().char_indices().skip(1);
        while let Some((place, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.at += place + 1;
                    return Ok(text);
                }
                '\\' => match letters.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, 't')) => text.push('\t'),
                    Some((_, 'r')) => text.push('\r'),
                    Some((_, escaped @ ('"' | '\\'))) => text.push(escaped),
                    Some((behind, other)) => {
                        let at = begin + place..begin + behind + other.len_utf8();
                        return Err(Error::new(
                            at,
                            "a backslash stands before '\"', '\\', 'n', 't' or 'r'; write '\\\\' for itself",
                        ));
                    }
                    None => break,
                },
                other => text.push(other),
            }
        }
        Err(Error::new(begin..self.text.len(), "the closing '\"' is missing"))
    }
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-' | '/' | '@' | '+')
}

/// Whether a letter of a value needs no quotes.
fn is_bare(letter: char) -> bool {
    !letter.is_whitespace() && !matches!(letter, '(' | ')' | '"' | ',' | '*')
}
