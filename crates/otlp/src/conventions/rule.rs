//! The vocabulary of the tables: what a key can mean.

use tracewood_span::Kind;

use super::kind::Words;

/// A key, or a prefix of keys where it ends in `*`, and what it means. A key with several meanings has several rules.
pub(super) type Rule = (&'static str, Field);

/// What a key means.
#[derive(Debug, Clone, Copy)]
pub(super) enum Field {
    /// A word for the span's kind.
    Kind(&'static Words),
    /// The shape of the span speaks for this kind, if nobody says its kind outright.
    Hint(Kind),
    /// The name of a database; those that keep vectors speak for a retrieval.
    Database,
    /// The input.
    Input,
    /// The output.
    Output,
    /// The input in MutagenT's wrapping.
    WrappedInput,
    /// The output in MutagenT's wrapping.
    WrappedOutput,
    /// The input, which instructions to the model may stand in front of.
    InputMessages,
    /// Instructions to the model, to stand in front of [`Field::InputMessages`].
    SystemInstructions,
    /// A piece of an input that was flattened into many keys; the rest of the key says which.
    InputPart,
    /// A piece of an output that was flattened into many keys; the rest of the key says which.
    OutputPart,
    /// One of several sorts of output that may stand side by side.
    OutputSide(&'static str),
    /// A short text.
    Text(Text),
    /// The host that was called.
    Host,
    /// Model parameters as an object.
    Parameters,
    /// One model parameter of this name.
    Parameter(&'static str),
    /// One model parameter; the rest of the key is its name.
    ParameterEntry,
    /// A number of tokens.
    Count(Count),
    /// Numbers of tokens as an object.
    Counts,
    /// What it cost in US dollars.
    Cost,
    /// What a part of it cost in US dollars, to be added up where nobody states the whole.
    CostPart,
    /// What it cost, by part, as an object.
    Costs,
    /// How long the first token took.
    FirstToken(Clock),
    /// Why the model stopped: one reason or a list.
    FinishReasons,
    /// Labels.
    Tags,
    /// What the user attached, as an object.
    Metadata(Level),
    /// One thing that the user attached; the rest of the key is its name.
    MetadataEntry(Level),
    /// The line in the source file.
    SourceLine,
    /// The tools that the model could have called, as a list.
    Tools,
    /// A piece of such a list that was flattened into many keys.
    ToolsPart,
    /// There only if the span failed.
    ErrorMark,
    /// A severity of Langfuse, of which `ERROR` means that the span failed.
    Severity,
    /// A severity number of OpenTelemetry's logs, which means a failure from 17 up.
    SeverityNumber,
    /// `start` on a span that has only begun.
    Pending,
}

/// The fields that hold a short text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    ModelRequested,
    ModelResponded,
    Provider,
    Session,
    User,
    Environment,
    GitRepo,
    GitRef,
    SourceFile,
    SourceFunction,
    StatusMessage,
    Title,
    TraceName,
    Prompt,
    PromptVersion,
    Tool,
    ToolCallId,
    Agent,
    Workflow,
    Release,
}

/// How many fields hold a short text.
pub(super) const N_TEXTS: usize = Text::Release as usize + 1;

/// The numbers of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    Input,
    Output,
    Total,
    CacheRead,
    CacheWrite,
    Reasoning,
}

/// How many numbers of tokens there are.
pub(super) const N_COUNTS: usize = Count::Reasoning as usize + 1;

/// How a duration is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    Seconds,
    Millis,
    /// The moment at which it was over, as ISO 8601 text.
    Moment,
}

/// Whose property something is; a span's own goes before its trace's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Span,
    Trace,
}
