//! Protobuf's own form, written in one pass; what reads it is in [`tracewood_span::wire`].

use prost::encoding::{WireType, encode_key, encode_varint, encoded_len_varint};

/// Writes a number.
pub(super) fn varint(out: &mut Vec<u8>, tag: u32, number: u64) {
    encode_key(tag, WireType::Varint, out);
    encode_varint(number, out);
}

/// Writes a number of eight bytes.
pub(super) fn fixed64(out: &mut Vec<u8>, tag: u32, number: u64) {
    encode_key(tag, WireType::SixtyFourBit, out);
    out.extend_from_slice(&number.to_le_bytes());
}

/// Writes bytes or text.
pub(super) fn bytes(out: &mut Vec<u8>, tag: u32, bytes: &[u8]) {
    encode_key(tag, WireType::LengthDelimited, out);
    encode_varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

/// Writes text unless it is empty, which is what a reader takes for granted.
pub(super) fn text(out: &mut Vec<u8>, tag: u32, text: &str) {
    if !text.is_empty() {
        bytes(out, tag, text.as_bytes());
    }
}

/// Writes text, empty or not, if there is one.
pub(super) fn some_text(out: &mut Vec<u8>, tag: u32, text: Option<&str>) {
    if let Some(text) = text {
        bytes(out, tag, text.as_bytes());
    }
}

/// Writes a number, zero or not, if there is one.
pub(super) fn some_varint(out: &mut Vec<u8>, tag: u32, number: Option<u64>) {
    if let Some(number) = number {
        varint(out, tag, number);
    }
}

/// Writes a message inside of another. Its length stands before it and is known only behind it: room is left for a length
/// of one byte, and the message moves where that is too little.
pub(super) fn message(out: &mut Vec<u8>, tag: u32, write: impl FnOnce(&mut Vec<u8>)) {
    encode_key(tag, WireType::LengthDelimited, out);
    let place = out.len();
    out.push(0);
    write(out);
    let end = out.len();
    let n_bytes = (end - place - 1) as u64;
    let n_more = encoded_len_varint(n_bytes) - 1;
    if n_more > 0 {
        out.resize(end + n_more, 0);
        out.copy_within(place + 1..end, place + 1 + n_more);
    }
    if let Some(mut length) = out.get_mut(place..=place + n_more) {
        encode_varint(n_bytes, &mut length);
    }
}

#[cfg(test)]
mod tests {
    use tracewood_span::wire::Fields;

    use super::*;

    #[test]
    fn message_has_the_length_that_it_needs() {
        for n_bytes in [0, 1, 127, 128, 16_383, 16_384, 3_000_000] {
            let mut out = Vec::new();
            message(&mut out, 3, |out| out.resize(out.len() + n_bytes, 7));
            let fields: Vec<_> = Fields::of(&out).map(|field| field.unwrap()).collect();
            assert_eq!(fields.len(), 1);
            assert_eq!((fields[0].0, fields[0].1.bytes().unwrap()), (3, vec![7; n_bytes].as_slice()));
        }
    }
}
