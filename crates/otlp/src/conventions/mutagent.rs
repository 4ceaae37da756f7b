//! The keys under which the MutagenT decoder keeps the fields of a batch.

use tracewood_span::keys::mutagent as key;

use super::kind;
use super::rule::{Clock, Count, Field, Level, Rule, Text};

pub(super) const RULES: &[Rule] = &[
    (key::KIND, Field::Kind(&kind::OWN)),
    (key::INPUT, Field::WrappedInput),
    (key::OUTPUT, Field::WrappedOutput),
    ("mutagent.model", Field::Text(Text::ModelRequested)),
    ("mutagent.provider", Field::Text(Text::Provider)),
    ("mutagent.tokens.input", Field::Count(Count::Input)),
    ("mutagent.tokens.output", Field::Count(Count::Output)),
    ("mutagent.tokens.total", Field::Count(Count::Total)),
    ("mutagent.tokens.cachedInput", Field::Count(Count::CacheRead)),
    ("mutagent.tokens.cacheCreation", Field::Count(Count::CacheWrite)),
    ("mutagent.tokens.reasoning", Field::Count(Count::Reasoning)),
    ("mutagent.costUsd", Field::Cost),
    ("mutagent.ttftMs", Field::FirstToken(Clock::Millis)),
    ("mutagent.error", Field::ErrorMark),
    ("mutagent.error", Field::Text(Text::StatusMessage)),
    ("mutagent.sessionId", Field::Text(Text::Session)),
    ("mutagent.trace.sessionId", Field::Text(Text::Session)),
    ("mutagent.userId", Field::Text(Text::User)),
    ("mutagent.trace.userId", Field::Text(Text::User)),
    ("mutagent.environment", Field::Text(Text::Environment)),
    ("mutagent.trace.environment", Field::Text(Text::Environment)),
    ("mutagent.tags", Field::Tags),
    ("mutagent.trace.tags", Field::Tags),
    ("mutagent.metadata", Field::Metadata(Level::Span)),
    ("mutagent.trace.metadata", Field::Metadata(Level::Trace)),
];
