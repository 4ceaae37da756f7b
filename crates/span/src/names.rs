//! What the things that a span has to do with are called.

/// What the things that a span has to do with are called, where a client says so; the span's own name is always there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// What the work is called where the span's name is that of an operation: the function that Vercel's
    /// `ai.generateText` was called for, the entity of a Traceloop decorator, Logfire's message.
    pub title: Option<String>,
    /// What the trace is called, as its client says.
    pub trace: Option<String>,
    /// The prompt that the input was made of, in the words of where it is kept.
    pub prompt: Option<String>,
    /// Its version.
    pub prompt_version: Option<String>,
    /// The tool that was called; on the span of a tool its own name where nothing else is said.
    pub tool: Option<String>,
    /// The model's id for the call of the tool.
    pub tool_call_id: Option<String>,
    /// The tools that the model could have called, in order.
    pub tools_offered: Vec<String>,
    /// The agent; on the span of an agent its own name where nothing else is said.
    pub agent: Option<String>,
    /// The workflow.
    pub workflow: Option<String>,
    /// The version of the program.
    pub release: Option<String>,
    /// The program.
    pub service: Option<String>,
}
