//! Cuts text into words for the index, letter for letter as [`crate::filter::words::words`] does, in one pass over bytes
//! as long as they are ASCII.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use crate::filter::words::WORD_BYTES_MAX;

/// Cuts text into words.
#[derive(Clone, Default)]
pub(crate) struct Words {
    token: Token,
}

/// The words of a text.
pub(crate) struct WordStream<'a> {
    text: &'a str,
    at: usize,
    token: &'a mut Token,
}

impl Tokenizer for Words {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.token.reset();
        WordStream { text, at: 0, token: &mut self.token }
    }
}

impl WordStream<'_> {
    /// Goes behind the letters that are, or are not, part of a word; says whether all of them were ASCII.
    fn skip(&mut self, is_in_word: bool) -> bool {
        let bytes = self.text.as_bytes();
        let mut is_ascii = true;
        while let Some(byte) = bytes.get(self.at) {
            if byte.is_ascii() {
                if byte.is_ascii_alphanumeric() != is_in_word {
                    break;
                }
                self.at += 1;
            } else {
                let letter = self.text.get(self.at..).and_then(|rest| rest.chars().next()).unwrap_or_default();
                if letter.is_alphanumeric() != is_in_word {
                    break;
                }
                is_ascii = false;
                self.at += letter.len_utf8();
            }
        }
        is_ascii
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        loop {
            self.skip(false);
            let begin = self.at;
            let is_ascii = self.skip(true);
            let word = self.text.get(begin..self.at).unwrap_or_default();
            if word.is_empty() {
                return false;
            }
            // A word that is too long has a place too, so that phrases around it are none.
            self.token.position = self.token.position.wrapping_add(1);
            if word.len() >= WORD_BYTES_MAX {
                continue;
            }
            self.token.offset_from = begin;
            self.token.offset_to = self.at;
            self.token.text.clear();
            if is_ascii {
                self.token.text.push_str(word);
                self.token.text.make_ascii_lowercase();
            } else {
                self.token.text.extend(word.chars().flat_map(char::to_lowercase));
            }
            return true;
        }
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tantivy::tokenizer::{LowerCaser, RemoveLongFilter, SimpleTokenizer, TextAnalyzer};

    use super::*;
    use crate::filter::words::words;

    fn tokens(mut analyzer: TextAnalyzer, text: &str) -> Vec<Token> {
        let mut stream = analyzer.token_stream(text);
        let mut tokens = Vec::new();
        stream.process(&mut |token| tokens.push(token.clone()));
        tokens
    }

    proptest! {
        /// Indexes made before have words cut by tantivy's own parts.
        #[test]
        fn words_are_those_of_tantivy_and_of_the_filter(text in "([a-zA-Z0-9]{1,70}|[ ,.\"{}:_-]|\\PC|[éßİǅ漢字]){0,30}") {
            let ours = tokens(TextAnalyzer::builder(Words::default()).build(), &text);
            let theirs = TextAnalyzer::builder(SimpleTokenizer::default())
                .filter(RemoveLongFilter::limit(WORD_BYTES_MAX))
                .filter(LowerCaser)
                .build();
            prop_assert_eq!(&ours, &tokens(theirs, &text));
            let ours: Vec<(usize, String)> = ours.into_iter().map(|token| (token.position, token.text)).collect();
            prop_assert_eq!(ours, words(&text).collect::<Vec<_>>());
        }
    }
}
