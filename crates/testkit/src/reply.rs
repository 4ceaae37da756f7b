//! What the collector does with a request.

use crate::Gate;

/// What the collector does with a request.
#[derive(Debug, Clone)]
pub struct Reply {
    pub(crate) form: Form,
    pub(crate) gate: Option<Gate>,
}

#[derive(Debug, Clone)]
pub(crate) enum Form {
    Http { status: u16, headers: Vec<(String, String)>, body: Vec<u8> },
    HalfClosed,
    Closed,
    Garbage,
    Silence,
}

impl Reply {
    fn new(form: Form) -> Self {
        Self { form, gate: None }
    }

    /// A reply with a status, no headers and no body.
    pub fn status(status: u16) -> Self {
        Self::new(Form::Http { status, headers: Vec::new(), body: Vec::new() })
    }

    /// 200 and nothing else.
    pub fn ok() -> Self {
        Self::status(200)
    }

    /// Half of a reply's head, then the end of the connection.
    pub fn half_closed() -> Self {
        Self::new(Form::HalfClosed)
    }

    /// The end of the connection without a word.
    pub fn closed() -> Self {
        Self::new(Form::Closed)
    }

    /// Bytes that are no HTTP.
    pub fn garbage() -> Self {
        Self::new(Form::Garbage)
    }

    /// Nothing, until the collector is dropped.
    pub fn silence() -> Self {
        Self::new(Form::Silence)
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        if let Form::Http { headers, .. } = &mut self.form {
            headers.push((name.to_owned(), value.into()));
        }
        self
    }

    /// With a body.
    #[must_use]
    pub fn body(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        if let Form::Http { body, .. } = &mut self.form {
            *body = bytes.into();
        }
        self
    }

    /// Only when the gate is open.
    #[must_use]
    pub fn held_by(mut self, gate: &Gate) -> Self {
        self.gate = Some(gate.clone());
        self
    }
}
