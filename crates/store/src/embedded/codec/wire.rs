//! Protobuf's own form, read where it lies and written in one pass.

use prost::encoding::{WireType, decode_key, decode_varint, encode_key, encode_varint, encoded_len_varint};

/// The bytes are not what this crate wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken;

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Held<'a> {
    Varint(u64),
    Fixed64(u64),
    Bytes(&'a [u8]),
    /// A form that nothing of ours has.
    Other,
}

/// The fields of a message, in order.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u32, Held<'a>), Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.0 = &[];
        }
        Some(field.ok_or(Broken))
    }
}

impl<'a> Fields<'a> {
    fn field(&mut self) -> Option<(u32, Held<'a>)> {
        let (tag, wire_type) = decode_key(&mut self.0).ok()?;
        let held = match wire_type {
            WireType::Varint => Held::Varint(decode_varint(&mut self.0).ok()?),
            WireType::SixtyFourBit => Held::Fixed64(u64::from_le_bytes(*self.take(8)?.first_chunk()?)),
            WireType::LengthDelimited => {
                let n_bytes = usize::try_from(decode_varint(&mut self.0).ok()?).ok()?;
                Held::Bytes(self.take(n_bytes)?)
            }
            WireType::ThirtyTwoBit => self.take(4).map(|_| Held::Other)?,
            WireType::StartGroup | WireType::EndGroup => return None,
        };
        Some((tag, held))
    }

    fn take(&mut self, n_bytes: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(n_bytes)?;
        self.0 = rest;
        Some(taken)
    }
}

impl<'a> Held<'a> {
    pub(super) fn varint(self) -> Result<u64, Broken> {
        if let Self::Varint(number) = self { Ok(number) } else { Err(Broken) }
    }

    pub(super) fn fixed64(self) -> Result<u64, Broken> {
        if let Self::Fixed64(number) = self { Ok(number) } else { Err(Broken) }
    }

    pub(super) fn bytes(self) -> Result<&'a [u8], Broken> {
        if let Self::Bytes(bytes) = self { Ok(bytes) } else { Err(Broken) }
    }

    pub(super) fn text(self) -> Result<&'a str, Broken> {
        str::from_utf8(self.bytes()?).map_err(|_| Broken)
    }
}

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
    use super::*;

    #[test]
    fn message_has_the_length_that_it_needs() {
        for n_bytes in [0, 1, 127, 128, 16_383, 16_384, 3_000_000] {
            let mut out = Vec::new();
            message(&mut out, 3, |out| out.resize(out.len() + n_bytes, 7));
            let fields: Vec<_> = Fields(&out).map(|field| field.unwrap()).collect();
            assert_eq!(fields.len(), 1);
            assert_eq!((fields[0].0, fields[0].1.bytes().unwrap()), (3, vec![7; n_bytes].as_slice()));
        }
    }

    #[test]
    fn cut_bytes_are_broken() {
        let mut out = Vec::new();
        bytes(&mut out, 1, b"text");
        fixed64(&mut out, 2, 5);
        varint(&mut out, 3, 300);
        let n_whole = |bytes: &[u8]| Fields(bytes).flatten().count();
        assert_eq!(n_whole(&out), 3);
        for n in 1..out.len() {
            let is_between_fields = [6, 15].contains(&n);
            assert_eq!(Fields(&out[..n]).all(|field| field.is_ok()), is_between_fields, "{n}");
        }
    }
}
