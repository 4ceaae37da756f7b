//! Our own keys, for what OpenTelemetry has no word for.

use tracewood_span::keys::tracewood as key;

use super::kind;
use super::rule::{Count, Field, Level, Rule};

pub(super) const RULES: &[Rule] = &[
    (key::KIND, Field::Kind(&kind::OWN)),
    (key::INPUT, Field::Input),
    (key::OUTPUT, Field::Output),
    (key::METADATA, Field::Metadata(Level::Span)),
    (key::TRACE_METADATA, Field::Metadata(Level::Trace)),
    (key::TAGS, Field::Tags),
    (key::TRACE_TAGS, Field::Tags),
    (key::COST_USD, Field::Cost),
    (key::MODEL_PARAMETERS, Field::Parameters),
    (key::TOTAL_TOKENS, Field::Count(Count::Total)),
    (key::PENDING, Field::Pending),
];
