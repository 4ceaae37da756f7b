//! What prompt, tool, agent and the like are called.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the things that a span has to do with are called; each null, or empty, where the client did not say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Names {
    /// What the work is called where the span's name is that of an operation.
    #[schema(required)]
    pub title: Option<String>,
    /// What the trace is called.
    #[schema(required)]
    pub trace: Option<String>,
    /// The prompt that the input was made of.
    #[schema(required)]
    pub prompt: Option<String>,
    /// Its version.
    #[schema(required)]
    pub prompt_version: Option<String>,
    /// The tool that was called.
    #[schema(required)]
    pub tool: Option<String>,
    /// The model's id for the call of the tool.
    #[schema(required)]
    pub tool_call_id: Option<String>,
    /// The tools that the model could have called; 128 at the most.
    pub tools_offered: Vec<String>,
    /// The agent.
    #[schema(required)]
    pub agent: Option<String>,
    /// The workflow.
    #[schema(required)]
    pub workflow: Option<String>,
    /// The version of the program.
    #[schema(required)]
    pub release: Option<String>,
    /// The program.
    #[schema(required)]
    pub service: Option<String>,
}
