//! The shapes of one session as a conversation, and of one user with their sessions.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Group, TraceSummary};

/// A session as a conversation.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Conversation {
    /// The session with the totals of all its traces.
    pub session: Group,
    /// What was said, one turn for each trace, the oldest first.
    pub turns: Vec<Turn>,
    /// What to ask for the next page with; null after the last.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// One turn of a conversation: a trace, with what went in and out of it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Turn {
    /// The trace in one line.
    pub trace: TraceSummary,
    /// What went in: JSON where the client sent JSON as text; null where it is left out.
    #[schema(required)]
    pub input: Option<Value>,
    /// What came out, likewise.
    #[schema(required)]
    pub output: Option<Value>,
    /// Whether input or output was too long for this list; the span `entry_span_id` of the trace has them whole.
    pub shortened: bool,
}

/// A user with their sessions.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct User {
    /// The user with the totals of all their traces.
    pub user: Group,
    /// Their sessions, those that were active last first, with the totals of those of their traces in which the user is named.
    pub sessions: Vec<Group>,
    /// What to ask for the next page with; null after the last.
    #[schema(required)]
    pub next_cursor: Option<String>,
}
