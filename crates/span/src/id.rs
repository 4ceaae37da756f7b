//! Trace and span ids as the W3C Trace Context defines them: 16 and 8 bytes, never all zero.

use std::fmt;
use std::str::FromStr;

/// The text or bytes given are not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidId {
    /// How many bytes an id of the wanted sort has.
    pub n_bytes_wanted: usize,
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.n_bytes_wanted;
        write!(f, "an id has {n} bytes ({} hex digits) that are not all zero", n * 2)
    }
}

impl std::error::Error for InvalidId {}

macro_rules! id {
    ($name:ident, $n:literal, $doc:literal) => {
        #[doc = $doc]
        ///
        /// Shown and parsed as lowercase hex; upper case is accepted when parsing.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; $n]);

        impl $name {
            /// How many bytes an id has.
            pub const N_BYTES: usize = $n;

            /// Takes the bytes of an id, or `None` if they are all zero, which W3C Trace Context forbids.
            pub const fn new(bytes: [u8; $n]) -> Option<Self> {
                if is_zero(&bytes) { None } else { Some(Self(bytes)) }
            }

            /// Takes an id from a slice as it stands on the wire.
            ///
            /// # Errors
            ///
            /// If the length is wrong or every byte is zero.
            pub fn from_slice(bytes: &[u8]) -> Result<Self, InvalidId> {
                let bytes = bytes.try_into().map_err(|_| InvalidId { n_bytes_wanted: $n })?;
                Self::new(bytes).ok_or(InvalidId { n_bytes_wanted: $n })
            }

            /// The bytes of the id.
            pub const fn as_bytes(&self) -> &[u8; $n] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let wrong = InvalidId { n_bytes_wanted: $n };
                let digits = text.as_bytes();
                if digits.len() != $n * 2 {
                    return Err(wrong);
                }
                let mut bytes = [0; $n];
                for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
                    let high = (pair[0] as char).to_digit(16).ok_or(wrong)?;
                    let low = (pair[1] as char).to_digit(16).ok_or(wrong)?;
                    *byte = (high << 4 | low) as u8;
                }
                Self::new(bytes).ok_or(wrong)
            }
        }
    };
}

id!(TraceId, 16, "The id that all spans of one trace share.");
id!(SpanId, 8, "The id of one span, unique within its trace.");

const fn is_zero(bytes: &[u8]) -> bool {
    let mut i = 0;
    while i < bytes.len() {
        if bytes[i] != 0 {
            return false;
        }
        i += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_reads_back_what_it_shows() {
        let text = "0af7651916cd43dd8448eb211c80319c";
        assert_eq!(text.parse::<TraceId>().unwrap().to_string(), text);
        assert_eq!("B7AD6B7169203331".parse::<SpanId>().unwrap().to_string(), "b7ad6b7169203331");
    }

    #[test]
    fn zero_short_long_and_foreign_text_are_not_ids() {
        for text in ["0000000000000000", "b7ad6b716920333", "b7ad6b71692033311", "b7ad6b716920333g", "", "ééééééé1"]
        {
            assert_eq!(text.parse::<SpanId>(), Err(InvalidId { n_bytes_wanted: 8 }), "{text}");
        }
        assert!(TraceId::from_slice(&[0; 16]).is_err());
        assert!(SpanId::from_slice(&[1; 7]).is_err());
    }
}
