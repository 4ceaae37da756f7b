//! A value of the host program as it was at one moment: a scalar, text, or JSON already written out.

use crate::scratch;

/// A value of the host program as it was at one moment.
///
/// Scalars and text travel as themselves and everything else as JSON text, as the dialects of all three wires want it.
/// The bytes of text and JSON come from a pool of the calling thread and go back to it when the span ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Captured {
    pub(crate) form: Form,
    pub(crate) bytes: Vec<u8>,
    /// How many bytes it would have had uncut; zero when it was not cut.
    pub(crate) n_bytes_original: u64,
    /// Whether the JSON is an object of MutagenT's `SpanIO` form already, and not to be wrapped as `raw` there.
    pub(crate) is_io: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Form {
    Text,
    Json,
    Int(i64),
    Double(f64),
    Bool(bool),
}

impl Captured {
    fn new(form: Form, bytes: Vec<u8>) -> Self {
        Self { form, bytes, n_bytes_original: 0, is_io: false }
    }

    /// Text as it is, cut and marked if it is longer than `n_bytes_max`.
    pub fn text(text: &str, n_bytes_max: usize) -> Self {
        Self::text_of(text, text.len() as u64, n_bytes_max)
    }

    /// Text that the host may have cut already, `n_bytes_original` being its length before.
    pub fn text_of(text: &str, n_bytes_original: u64, n_bytes_max: usize) -> Self {
        let mut bytes = scratch::take();
        if text.len() <= n_bytes_max && text.len() as u64 == n_bytes_original {
            bytes.extend_from_slice(text.as_bytes());
            return Self::new(Form::Text, bytes);
        }
        crate::json::push_cut_text(&mut bytes, text, n_bytes_original, n_bytes_max);
        Self { n_bytes_original, ..Self::new(Form::Text, bytes) }
    }

    /// What a [`json::Writer`](crate::json::Writer) wrote.
    pub(crate) fn json(bytes: Vec<u8>, n_bytes_original: u64) -> Self {
        Self { n_bytes_original, ..Self::new(Form::Json, bytes) }
    }

    /// A whole number.
    pub fn int(number: i64) -> Self {
        Self::new(Form::Int(number), Vec::new())
    }

    /// A floating point number, which may be NaN or infinite.
    pub fn double(number: f64) -> Self {
        Self::new(Form::Double(number), Vec::new())
    }

    /// True or false.
    pub fn bool(flag: bool) -> Self {
        Self::new(Form::Bool(flag), Vec::new())
    }

    /// Says that the JSON is an object of MutagenT's `SpanIO` form (`messages`, `toolCalls`, `documents`, `text`,
    /// `raw`); every other value is sent to MutagenT as `{"raw": value}`.
    #[must_use]
    pub fn as_mutagent_io(mut self) -> Self {
        self.is_io = matches!(self.form, Form::Json);
        self
    }

    /// Whether a limit cut something off, or left something out.
    pub fn is_cut(&self) -> bool {
        self.n_bytes_original > 0
    }

    /// The value as JSON text.
    pub fn to_json(&self) -> String {
        let mut out = Vec::with_capacity(self.bytes.len() + 2);
        crate::json::push_captured(&mut out, self.form, &self.bytes);
        // The bytes are UTF-8 by construction; the check costs nothing where this is used.
        String::from_utf8(out).unwrap_or_default()
    }

    /// The same value, its bytes being JSON whatever they were before.
    pub(crate) fn into_json(self) -> Self {
        if matches!(self.form, Form::Json) {
            return self;
        }
        let n_bytes_original = self.n_bytes_original;
        Self { n_bytes_original, ..Self::new(Form::Json, self.to_json().into_bytes()) }
    }

    pub(crate) fn recycle(self) {
        scratch::give(self.bytes);
    }
}
