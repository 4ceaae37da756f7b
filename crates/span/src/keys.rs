//! Attribute keys that more than one room of Tracewood writes or reads, each written down once.
//!
//! Keys that only one dialect's table reads stay in that table (`tracewood-otlp`, `conventions/`).

/// Keys of our own, for what OpenTelemetry has no word for.
pub mod tracewood {
    /// The word for the span's kind, as the user wrote it.
    pub const KIND: &str = "tracewood.kind";
    /// The input: a scalar as it is, everything else as JSON text.
    pub const INPUT: &str = "tracewood.input";
    /// The output, likewise.
    pub const OUTPUT: &str = "tracewood.output";
    /// How many bytes the input had before it was cut to a limit; absent when it was not cut.
    pub const INPUT_BYTES_ORIGINAL: &str = "tracewood.input.bytes_original";
    /// How many bytes the output had before it was cut to a limit; absent when it was not cut.
    pub const OUTPUT_BYTES_ORIGINAL: &str = "tracewood.output.bytes_original";
    /// The span's metadata, as a JSON object in text.
    pub const METADATA: &str = "tracewood.metadata";
    /// Metadata of the whole trace, as a JSON object in text.
    pub const TRACE_METADATA: &str = "tracewood.trace.metadata";
    /// The span's tags, as an array of text.
    pub const TAGS: &str = "tracewood.tags";
    /// Tags of the whole trace, as an array of text.
    pub const TRACE_TAGS: &str = "tracewood.trace.tags";
    /// What the call cost in US dollars, as the user stated it.
    pub const COST_USD: &str = "tracewood.cost_usd";
    /// The prompt as it was sent to the model, as JSON text.
    pub const PROMPT: &str = "tracewood.prompt";
    /// Temperature and the like, as a JSON object in text.
    pub const MODEL_PARAMETERS: &str = "tracewood.model_parameters";
    /// The total of tokens as the user stated it; OpenTelemetry has only input and output.
    pub const TOTAL_TOKENS: &str = "tracewood.usage.total_tokens";
    /// `start` on a span that was sent when it began; its end follows under the same ids.
    pub const PENDING: &str = "tracewood.pending";
    /// Prefix of the resource attributes that count what a client could not deliver, by reason.
    pub const LOSS_PREFIX: &str = "tracewood.loss.";
}

/// Keys of TraceRoot's SDK, as `traceroot` 0.5.0 writes them.
pub mod traceroot {
    /// Lowercase kind: `span`, `agent`, `tool`, `llm`, `evaluation`, `task` or `scorer`.
    pub const SPAN_TYPE: &str = "traceroot.span.type";
    /// JSON text, or a scalar or array of text as it is.
    pub const SPAN_INPUT: &str = "traceroot.span.input";
    /// JSON text, or a scalar or array of text as it is.
    pub const SPAN_OUTPUT: &str = "traceroot.span.output";
    /// A JSON object in text.
    pub const SPAN_METADATA: &str = "traceroot.span.metadata";
    /// An array of text.
    pub const SPAN_TAGS: &str = "traceroot.span.tags";
    /// The user of the trace.
    pub const TRACE_USER_ID: &str = "traceroot.trace.user_id";
    /// The session of the trace.
    pub const TRACE_SESSION_ID: &str = "traceroot.trace.session_id";
    /// A JSON object in text.
    pub const TRACE_METADATA: &str = "traceroot.trace.metadata";
    /// An array of text.
    pub const TRACE_TAGS: &str = "traceroot.trace.tags";
    /// The model that was asked for.
    pub const LLM_MODEL: &str = "traceroot.llm.model";
    /// A JSON object in text.
    pub const LLM_MODEL_PARAMETERS: &str = "traceroot.llm.model_parameters";
    /// A JSON object in text: `input_tokens`, `output_tokens` and so on.
    pub const LLM_USAGE: &str = "traceroot.llm.usage";
    /// JSON text.
    pub const LLM_PROMPT: &str = "traceroot.llm.prompt";
    /// `owner/name`.
    pub const GIT_REPO: &str = "traceroot.git.repo";
    /// The full commit hash.
    pub const GIT_REF: &str = "traceroot.git.ref";
    /// The file, relative to the repository.
    pub const GIT_SOURCE_FILE: &str = "traceroot.git.source_file";
    /// The line, counted from one.
    pub const GIT_SOURCE_LINE: &str = "traceroot.git.source_line";
    /// The function's name.
    pub const GIT_SOURCE_FUNCTION: &str = "traceroot.git.source_function";
    /// `traceroot-py` or `traceroot-ts`.
    pub const SDK_NAME: &str = "traceroot.sdk.name";
    /// The SDK's version.
    pub const SDK_VERSION: &str = "traceroot.sdk.version";
    /// The names from the root to the span itself.
    pub const SPAN_PATH: &str = "traceroot.span.path";
    /// The ids, in hex, from the root to the span's parent.
    pub const SPAN_IDS_PATH: &str = "traceroot.span.ids_path";
    /// The deployment environment.
    pub const ENVIRONMENT: &str = "traceroot.environment";
    /// True on a span that the program's own function looked through before it was sent.
    pub const REDACTED: &str = "traceroot.redacted";
}

/// Keys of MutagenT's JSON batch that have no OTLP home; the decoder gives them these names among the raw attributes.
pub mod mutagent {
    /// The span's `kind`, such as `llm.chat`.
    pub const KIND: &str = "mutagent.kind";
    /// The span's `input`, as JSON text.
    pub const INPUT: &str = "mutagent.input";
    /// The span's `output`, as JSON text.
    pub const OUTPUT: &str = "mutagent.output";
    /// The trace's `source`: `sdk`, `langchain` and so on.
    pub const SOURCE: &str = "mutagent.source";
}

/// Keys of OpenTelemetry's GenAI conventions (semantic-conventions-genai, development status).
pub mod genai {
    /// `chat`, `execute_tool`, `invoke_agent` and so on.
    pub const OPERATION_NAME: &str = "gen_ai.operation.name";
    /// Who runs the model.
    pub const PROVIDER_NAME: &str = "gen_ai.provider.name";
    /// The model that was asked for.
    pub const REQUEST_MODEL: &str = "gen_ai.request.model";
    /// The model that answered.
    pub const RESPONSE_MODEL: &str = "gen_ai.response.model";
    /// Seconds to the first chunk of a streamed answer.
    pub const RESPONSE_TIME_TO_FIRST_CHUNK: &str = "gen_ai.response.time_to_first_chunk";
    /// Tokens in the prompt, cached ones included.
    pub const USAGE_INPUT_TOKENS: &str = "gen_ai.usage.input_tokens";
    /// Tokens in the answer, reasoning included.
    pub const USAGE_OUTPUT_TOKENS: &str = "gen_ai.usage.output_tokens";
    /// Input tokens read from a cache.
    pub const USAGE_CACHE_READ: &str = "gen_ai.usage.cache_read.input_tokens";
    /// Input tokens written to a cache.
    pub const USAGE_CACHE_WRITE: &str = "gen_ai.usage.cache_write.input_tokens";
    /// Output tokens spent on reasoning.
    pub const USAGE_REASONING: &str = "gen_ai.usage.reasoning.output_tokens";
}

/// Keys of OpenInference that `using_attributes` of TraceRoot writes.
pub mod openinference {
    /// The session.
    pub const SESSION_ID: &str = "session.id";
    /// The user.
    pub const USER_ID: &str = "user.id";
    /// A JSON object in text.
    pub const METADATA: &str = "metadata";
    /// An array of text.
    pub const TAGS: &str = "tag.tags";
    /// What the call cost in US dollars.
    pub const COST_TOTAL: &str = "llm.cost.total";
    /// The text of a prompt template.
    pub const PROMPT_TEMPLATE: &str = "llm.prompt_template.template";
    /// The version of a prompt template.
    pub const PROMPT_TEMPLATE_VERSION: &str = "llm.prompt_template.version";
    /// The variables of a prompt template, as a JSON object in text.
    pub const PROMPT_TEMPLATE_VARIABLES: &str = "llm.prompt_template.variables";
}

/// Keys of OpenTelemetry's stable conventions for resources, code and exceptions.
pub mod otel {
    /// The name of the program.
    pub const SERVICE_NAME: &str = "service.name";
    /// `production`, `staging` and the like.
    pub const ENVIRONMENT: &str = "deployment.environment.name";
    /// The repository.
    pub const VCS_REPOSITORY: &str = "vcs.repository.url.full";
    /// The commit.
    pub const VCS_REVISION: &str = "vcs.ref.head.revision";
    /// `tracewood`.
    pub const SDK_NAME: &str = "telemetry.sdk.name";
    /// `python`, `nodejs`, `rust`.
    pub const SDK_LANGUAGE: &str = "telemetry.sdk.language";
    /// The SDK's version.
    pub const SDK_VERSION: &str = "telemetry.sdk.version";
    /// The file of a piece of code.
    pub const CODE_FILE: &str = "code.file.path";
    /// The line of a piece of code.
    pub const CODE_LINE: &str = "code.line.number";
    /// The function of a piece of code.
    pub const CODE_FUNCTION: &str = "code.function.name";
    /// The name of the event that records an exception.
    pub const EXCEPTION_EVENT: &str = "exception";
    /// The exception's class.
    pub const EXCEPTION_TYPE: &str = "exception.type";
    /// The exception's text.
    pub const EXCEPTION_MESSAGE: &str = "exception.message";
    /// `True` where the exception left the span's block, as text.
    pub const EXCEPTION_ESCAPED: &str = "exception.escaped";
    /// The exception's stack.
    pub const EXCEPTION_STACKTRACE: &str = "exception.stacktrace";
}
