//! The keys of TraceRoot's SDKs.

use tracewood_span::Kind;
use tracewood_span::keys::traceroot as key;

use super::kind;
use super::rule::{Field, Level, Rule, Text};

pub(super) const RULES: &[Rule] = &[
    (key::SPAN_TYPE, Field::Kind(&kind::OWN)),
    (key::SPAN_INPUT, Field::Input),
    // What the model was told, where nobody says what went in.
    (key::LLM_PROMPT, Field::Input),
    (key::SPAN_OUTPUT, Field::Output),
    (key::SPAN_METADATA, Field::Metadata(Level::Span)),
    (key::TRACE_METADATA, Field::Metadata(Level::Trace)),
    (key::SPAN_TAGS, Field::Tags),
    (key::TRACE_TAGS, Field::Tags),
    (key::TRACE_USER_ID, Field::Text(Text::User)),
    (key::TRACE_SESSION_ID, Field::Text(Text::Session)),
    (key::LLM_MODEL, Field::Text(Text::ModelRequested)),
    (key::LLM_MODEL_PARAMETERS, Field::Parameters),
    (key::LLM_USAGE, Field::Counts),
    (key::LLM_MODEL, Field::Hint(Kind::Llm)),
    (key::ENVIRONMENT, Field::Text(Text::Environment)),
    (key::GIT_REPO, Field::Text(Text::GitRepo)),
    (key::GIT_REF, Field::Text(Text::GitRef)),
    (key::GIT_SOURCE_FILE, Field::Text(Text::SourceFile)),
    (key::GIT_SOURCE_LINE, Field::SourceLine),
    (key::GIT_SOURCE_FUNCTION, Field::Text(Text::SourceFunction)),
];
