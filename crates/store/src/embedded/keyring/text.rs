//! The text of a key: `tw_`, ten characters that name it, and thirty-two that only its owner knows.

use std::hint::black_box;

use sha2::{Digest as _, Sha256};

/// What is kept of a key. The secret has 160 random bits, so that a plain hash cannot be searched backwards.
pub(crate) type Digest = [u8; 32];

const PREFIX: &str = "tw_";
/// Five bits a character.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
const N_ID_CHARS: usize = 10;
const N_SECRET_CHARS: usize = 32;

/// A new text.
pub(crate) fn generate() -> Result<String, getrandom::Error> {
    let mut bytes = [0; N_ID_CHARS + N_SECRET_CHARS];
    getrandom::fill(&mut bytes)?;
    let letter = |byte: &u8| ALPHABET.get(usize::from(byte % 32)).map_or('a', |letter| char::from(*letter));
    let mut text = PREFIX.to_owned();
    text.extend(bytes.iter().map(letter));
    Ok(text)
}

/// The id and the digest of a text, if it looks like a key.
pub(crate) fn split(text: &str) -> Option<(&str, Digest)> {
    let rest = text.strip_prefix(PREFIX)?;
    if rest.len() != N_ID_CHARS + N_SECRET_CHARS || !rest.bytes().all(|byte| ALPHABET.contains(&byte)) {
        return None;
    }
    Some((rest.get(..N_ID_CHARS)?, Sha256::digest(text).into()))
}

/// Whether two digests are the same, in a time that does not tell where they differ.
pub(crate) fn is_equal(a: &Digest, b: &Digest) -> bool {
    let difference = a.iter().zip(b).fold(0, |difference, (a, b)| black_box(difference | (a ^ b)));
    difference == 0
}
