//! From what was found to the canonical fields.

use tracewood_span::{Attributes, Content, Kind, SourceLocation, Span, Status};

use super::find::Found;
use super::resource::Inherited;
use super::rule::Text;
use super::{content, lists, messages, names, provider};

/// Writes every canonical field of a span; those for which nothing was found become empty.
pub(super) fn fill(span: &mut Span, mut found: Found<'_>, attributes: &Attributes, inherited: &Inherited) {
    let text = |found: &Found<'_>, which| found.text(which).and_then(lists::text);
    let own_or = |own: Option<String>, inherited: &Option<String>| own.or_else(|| inherited.clone());

    span.input = found.input.get().and_then(|source| content::content(source, &found, attributes));
    span.output = found.output.get().and_then(|source| content::content(source, &found, attributes));
    if span.input.is_none() {
        span.input = messages::input(&span.events).map(Content::Value);
    }
    if span.output.is_none() {
        span.output = messages::output(&span.events).map(Content::Value);
    }
    span.model_requested = text(&found, Text::ModelRequested);
    span.model_responded = text(&found, Text::ModelResponded);
    // One key for both models holds the one that answered in the end.
    if span.model_responded == span.model_requested
        && let Some(asked) = lists::model_asked(&found.parameters)
    {
        span.model_requested = Some(asked);
    }
    span.session_id = own_or(text(&found, Text::Session), &inherited.session);
    span.user_id = own_or(text(&found, Text::User), &inherited.user);
    span.environment = own_or(text(&found, Text::Environment), &inherited.environment);
    span.git_repo = own_or(text(&found, Text::GitRepo), &inherited.git_repo);
    span.git_ref = own_or(text(&found, Text::GitRef), &inherited.git_ref);
    span.source = text(&found, Text::SourceFile).map(|file| SourceLocation {
        file,
        line: found.source_line.get(),
        function: text(&found, Text::SourceFunction),
    });
    span.usage = found.usage();
    span.cost_usd = found.cost.get().or(found.cost_parts);
    span.time_to_first_token_nanos = found.first_token_nanos.get();
    span.finish_reasons = found.finish_reasons.get().map(lists::texts).unwrap_or_default();
    span.model_parameters = lists::parameters(std::mem::take(&mut found.parameters));
    span.metadata = lists::metadata(std::mem::take(&mut found.metadata));
    span.tags = lists::tags(std::mem::take(&mut found.tags));

    (span.kind, span.kind_text) = match found.kind.get() {
        // Graph frameworks call their nodes chains and say in other keys that they are nodes.
        Some((Kind::Chain, word)) if found.hints.has(Kind::Node) => (Kind::Node, word.to_owned()),
        Some((kind, word)) => (kind, word.to_owned()),
        None => (found.hints.kind(), String::new()),
    };
    // Any HTTP client names the host it calls; it tells a provider only where a model was called.
    let host_provider = || found.host_provider.get().filter(|_| span.model_requested.is_some()).map(str::to_owned);
    span.provider = text(&found, Text::Provider).map(|word| provider::canonical(&word)).or_else(host_provider);

    names::fill(span, &found, inherited);
    if span.status == Status::Unset && found.is_error {
        span.status = Status::Error;
    }
    if span.status_message.is_empty()
        && let Some(message) = text(&found, Text::StatusMessage)
    {
        span.status_message = message;
    }
    if found.is_pending {
        span.ended_at_unix_nanos = None;
    }
}
