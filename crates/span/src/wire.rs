//! Protobuf's own form, read where it lies: OTLP's requests, and the spans of the store.
//!
//! The encoding is that of <https://protobuf.dev/programming-guides/encoding/>.

use std::fmt;

/// Groups within groups that are skipped; the form died out before OTLP was made.
const GROUP_DEPTH_MAX: usize = 16;

/// Why bytes are no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// A field goes on behind the end.
    CutOff,
    /// A number has more than ten bytes.
    LongNumber,
    /// A field has no number, or a form that protobuf does not know.
    NoField,
    /// A field has another form than it should.
    OtherForm,
    /// A text is not UTF-8.
    NotText,
    /// Values lie in each other too deep.
    Deep,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CutOff => "a field goes on behind the end of the bytes",
            Self::LongNumber => "a number has more than ten bytes",
            Self::NoField => "a field has no number or no form that protobuf knows",
            Self::OtherForm => "a field has another form than it should",
            Self::NotText => "a text is not UTF-8",
            Self::Deep => "values lie in each other too deep",
        })
    }
}

impl std::error::Error for Broken {}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Held<'a> {
    /// A number of one to ten bytes.
    Varint(u64),
    /// A number of eight bytes.
    Fixed64(u64),
    /// A number of four bytes.
    Fixed32(u32),
    /// Bytes, text or a message.
    Bytes(&'a [u8]),
    /// A group, which nothing of ours has.
    Group,
}

/// The fields of a message with their numbers, in order; ends behind the first that is broken.
#[derive(Debug, Clone)]
pub struct Fields<'a>(&'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u32, Held<'a>), Broken>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field(0);
        if field.is_err() {
            self.0 = &[];
        }
        Some(field)
    }
}

impl<'a> Fields<'a> {
    /// The fields of a message.
    pub fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    fn field(&mut self, depth: usize) -> Result<(u32, Held<'a>), Broken> {
        let key = u32::try_from(self.varint()?).map_err(|_| Broken::NoField)?;
        let (number, form) = (key >> 3, key & 7);
        if number == 0 {
            return Err(Broken::NoField);
        }
        let held = match form {
            0 => Held::Varint(self.varint()?),
            1 => Held::Fixed64(u64::from_le_bytes(self.array()?)),
            2 => {
                let n_bytes = usize::try_from(self.varint()?).map_err(|_| Broken::CutOff)?;
                Held::Bytes(self.take(n_bytes)?)
            }
            3 if depth < GROUP_DEPTH_MAX => {
                self.skip_group(number, depth + 1)?;
                Held::Group
            }
            3 => return Err(Broken::Deep),
            5 => Held::Fixed32(u32::from_le_bytes(self.array()?)),
            _ => return Err(Broken::NoField),
        };
        Ok((number, held))
    }

    /// Goes behind the end of a group.
    fn skip_group(&mut self, number: u32, depth: usize) -> Result<(), Broken> {
        const END: u32 = 4;
        loop {
            let before = self.0;
            if self.varint()? == u64::from(number << 3 | END) {
                return Ok(());
            }
            self.0 = before;
            self.field(depth)?;
        }
    }

    #[inline]
    fn varint(&mut self) -> Result<u64, Broken> {
        // Most are of one byte.
        if let Some((first, rest)) = self.0.split_first()
            && *first < 0x80
        {
            self.0 = rest;
            return Ok(u64::from(*first));
        }
        self.long_varint()
    }

    fn long_varint(&mut self) -> Result<u64, Broken> {
        let mut number = 0;
        for (place, byte) in self.0.iter().enumerate() {
            let bits = u64::from(byte & 0x7f);
            // The tenth byte has one bit left.
            if place > 9 || (place == 9 && bits > 1) {
                return Err(Broken::LongNumber);
            }
            number |= bits << (7 * place);
            if *byte < 0x80 {
                self.0 = self.0.get(place + 1..).unwrap_or_default();
                return Ok(number);
            }
        }
        Err(Broken::CutOff)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Broken> {
        let (array, rest) = self.0.split_first_chunk().ok_or(Broken::CutOff)?;
        self.0 = rest;
        Ok(*array)
    }

    fn take(&mut self, n_bytes: usize) -> Result<&'a [u8], Broken> {
        let (taken, rest) = self.0.split_at_checked(n_bytes).ok_or(Broken::CutOff)?;
        self.0 = rest;
        Ok(taken)
    }
}

impl<'a> Held<'a> {
    /// The number of one to ten bytes that it should be.
    ///
    /// # Errors
    ///
    /// If it is something else.
    pub fn varint(self) -> Result<u64, Broken> {
        if let Self::Varint(number) = self { Ok(number) } else { Err(Broken::OtherForm) }
    }

    /// The number of eight bytes that it should be.
    ///
    /// # Errors
    ///
    /// If it is something else.
    pub fn fixed64(self) -> Result<u64, Broken> {
        if let Self::Fixed64(number) = self { Ok(number) } else { Err(Broken::OtherForm) }
    }

    /// The number of four bytes that it should be.
    ///
    /// # Errors
    ///
    /// If it is something else.
    pub fn fixed32(self) -> Result<u32, Broken> {
        if let Self::Fixed32(number) = self { Ok(number) } else { Err(Broken::OtherForm) }
    }

    /// The bytes that it should be.
    ///
    /// # Errors
    ///
    /// If it is something else.
    pub fn bytes(self) -> Result<&'a [u8], Broken> {
        if let Self::Bytes(bytes) = self { Ok(bytes) } else { Err(Broken::OtherForm) }
    }

    /// The text that it should be.
    ///
    /// # Errors
    ///
    /// If it is something else, or not UTF-8.
    pub fn text(self) -> Result<&'a str, Broken> {
        str::from_utf8(self.bytes()?).map_err(|_| Broken::NotText)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> Vec<Result<(u32, Held<'_>), Broken>> {
        Fields::of(bytes).collect()
    }

    #[test]
    fn fields_have_their_numbers_and_forms() {
        let bytes = b"\x08\xac\x02\x11\x05\0\0\0\0\0\0\0\x1a\x04text\x25\x07\0\0\0\x80\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01";
        let wanted = vec![
            Ok((1, Held::Varint(300))),
            Ok((2, Held::Fixed64(5))),
            Ok((3, Held::Bytes(b"text"))),
            Ok((4, Held::Fixed32(7))),
            Ok((16, Held::Varint(u64::MAX))),
        ];
        assert_eq!(all(bytes), wanted);
        assert_eq!(Held::Bytes(b"text").text(), Ok("text"));
        assert_eq!(Held::Bytes(b"\xff").text(), Err(Broken::NotText));
        assert_eq!(Held::Varint(1).bytes(), Err(Broken::OtherForm));
        let ends = [3, 12, 18, 23];
        for n in 1..bytes.len() {
            let is_between_fields = ends.contains(&n);
            assert_eq!(Fields::of(&bytes[..n]).all(|field| field.is_ok()), is_between_fields, "{n}");
        }
    }

    #[test]
    fn group_is_skipped_with_all_that_lies_in_it() {
        assert_eq!(
            all(b"\x0b\x10\x05\x1b\x22\x02\x0c\x0c\x1c\x0c\x28\x01"),
            [Ok((1, Held::Group)), Ok((5, Held::Varint(1)))]
        );
        assert_eq!(all(b"\x0b\x10\x05"), [Err(Broken::CutOff)]);
        assert_eq!(all(&[0x0b; 100]), [Err(Broken::Deep)]);
    }

    #[test]
    fn what_is_no_field_is_said() {
        assert_eq!(all(b"\x00\x01"), [Err(Broken::NoField)]);
        assert_eq!(all(b"\x0c"), [Err(Broken::NoField)]);
        assert_eq!(all(b"\x0e\x00"), [Err(Broken::NoField)]);
        assert_eq!(all(b"\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\x02"), [Err(Broken::LongNumber)]);
        assert_eq!(all(b"\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00"), [Err(Broken::LongNumber)]);
        assert_eq!(all(b"\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01a"), [Err(Broken::CutOff)]);
    }
}
