//! How a span ended.

use std::fmt;

/// How a span ended, in OpenTelemetry's three words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Status {
    /// Nobody said; read it as "nothing went wrong that we know of".
    #[default]
    Unset,
    /// The program said that it went well.
    Ok,
    /// It failed.
    Error,
}

impl Status {
    /// The word that stands for the status in the API and in MutagenT's JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unset => "unset",
            Self::Ok => "ok",
            Self::Error => "error",
        }
    }

    /// The status that a word of [`as_str`](Self::as_str) stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Unset, Self::Ok, Self::Error].into_iter().find(|status| status.as_str() == word)
    }

    /// The number of `opentelemetry.proto.trace.v1.Status.StatusCode`.
    pub const fn code(self) -> i32 {
        match self {
            Self::Unset => 0,
            Self::Ok => 1,
            Self::Error => 2,
        }
    }

    /// The status for a number of `Status.StatusCode`; numbers that OpenTelemetry does not know are unset.
    pub const fn from_code(code: i32) -> Self {
        match code {
            1 => Self::Ok,
            2 => Self::Error,
            _ => Self::Unset,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
