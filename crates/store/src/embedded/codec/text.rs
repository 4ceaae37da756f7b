//! Bytes as text, for the index: it copies a stored text at once and stored bytes one by one, which takes 40 times as
//! long and was a tenth of all work.
//!
//! What is UTF-8 of three bytes a letter or more, or plain ASCII, stays as it is, and most letters of two bytes. Every
//! other byte becomes the letter with its number, U+0080 to U+00FF; letters of just these numbers are taken apart into
//! their two bytes, so that the way back is clear.

/// First bytes of the letters U+0080 to U+00FF.
const FIRST_BYTES: [u8; 2] = [0xc2, 0xc3];

/// Bytes that are looked at together for one that is not ASCII.
const BLOCK_BYTES: usize = 16;

/// Adds the bytes as text.
pub(crate) fn push_text(text: &mut String, bytes: &[u8]) {
    text.reserve(bytes.len() + bytes.len() / 8);
    let mut left = bytes;
    while !left.is_empty() {
        // Letters end before ASCII and after it, so that both parts can be looked at by themselves.
        let (ascii, rest) = left.split_at(n_ascii(left));
        text.push_str(str::from_utf8(ascii).unwrap_or_default());
        let n_other = rest.iter().position(u8::is_ascii).unwrap_or(rest.len());
        let (other, rest) = rest.split_at(n_other);
        for chunk in other.utf8_chunks() {
            push_valid(text, chunk.valid());
            text.extend(chunk.invalid().iter().map(|byte| char::from(*byte)));
        }
        left = rest;
    }
}

/// How many bytes at the beginning are ASCII.
fn n_ascii(bytes: &[u8]) -> usize {
    let (blocks, _) = bytes.as_chunks::<BLOCK_BYTES>();
    let n_whole = blocks.iter().take_while(|block| block.is_ascii()).count() * BLOCK_BYTES;
    let rest = bytes.get(n_whole..).unwrap_or_default();
    n_whole + rest.iter().position(|byte| !byte.is_ascii()).unwrap_or(rest.len())
}

/// Text without ASCII.
fn push_valid(text: &mut String, valid: &str) {
    for letter in valid.chars() {
        if ('\u{80}'..='\u{ff}').contains(&letter) {
            let mut bytes = [0; 2];
            text.extend(letter.encode_utf8(&mut bytes).bytes().map(char::from));
        } else {
            text.push(letter);
        }
    }
}

/// The bytes that a text was made of.
pub(crate) fn from_text(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let all = text.as_bytes();
    let mut begin = 0;
    let mut at = 0;
    while let Some(byte) = all.get(at) {
        if !FIRST_BYTES.contains(byte) {
            at += 1;
            continue;
        }
        bytes.extend_from_slice(all.get(begin..at).unwrap_or_default());
        // The second byte has the low six bits of the letter's number, the first one the two above.
        let low = all.get(at + 1).copied().unwrap_or_default();
        bytes.push((byte << 6) | (low & 0x3f));
        at += 2;
        begin = at;
    }
    bytes.extend_from_slice(all.get(begin..).unwrap_or_default());
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn to_text(bytes: &[u8]) -> String {
        let mut text = String::new();
        push_text(&mut text, bytes);
        text
    }

    #[test]
    fn text_of_any_language_keeps_its_size_and_other_bytes_take_two() {
        assert_eq!(to_text("plain, 漢字, Привет".as_bytes()), "plain, 漢字, Привет");
        assert_eq!(to_text("café".as_bytes()), "caf\u{c3}\u{a9}");
        assert_eq!(to_text(&[0xff, b'a', 0x80, 0xe6, 0xbc]), "\u{ff}a\u{80}\u{e6}\u{bc}");
        assert_eq!(to_text(&[]), "");
    }

    proptest! {
        #[test]
        fn bytes_read_back(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(from_text(&to_text(&bytes)), bytes);
        }

        #[test]
        fn text_reads_back(text in "(\\PC|[a-zé漢\u{80}-\u{100}]){0,80}", tail in proptest::collection::vec(any::<u8>(), 0..9)) {
            let bytes = [text.as_bytes(), &tail].concat();
            prop_assert_eq!(from_text(&to_text(&bytes)), bytes);
        }
    }
}
