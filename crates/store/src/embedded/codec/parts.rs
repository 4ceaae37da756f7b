//! What belongs to a span, and what spans share, out of its bytes.

use tracewood_span::wire::{Broken, Fields};
use tracewood_span::{Event, Link, Names, Resource, Scope, SourceLocation, SpanId, TraceId, Usage};

use super::value::{Pairs, pair, whole_pair};

/// The attributes of a resource.
pub(super) fn resource_attributes(bytes: &[u8]) -> Result<Pairs<'_>, Broken> {
    let mut attributes = Vec::new();
    for field in Fields::of(bytes) {
        if let (1, held) = field? {
            attributes.push(pair(held.bytes()?)?);
        }
    }
    Ok(attributes)
}

pub(super) fn resource(bytes: &[u8]) -> Result<Resource, Broken> {
    let mut resource = Resource::default();
    for field in Fields::of(bytes) {
        match field? {
            (1, held) => resource.attributes.push(whole_pair(held.bytes()?)?),
            (2, held) => held.text()?.clone_into(&mut resource.schema_url),
            _ => {}
        }
    }
    Ok(resource)
}

pub(super) fn scope(bytes: &[u8]) -> Result<Scope, Broken> {
    let mut scope = Scope::default();
    for field in Fields::of(bytes) {
        match field? {
            (1, held) => held.text()?.clone_into(&mut scope.name),
            (2, held) => held.text()?.clone_into(&mut scope.version),
            (3, held) => scope.attributes.push(whole_pair(held.bytes()?)?),
            (4, held) => held.text()?.clone_into(&mut scope.schema_url),
            _ => {}
        }
    }
    Ok(scope)
}

pub(super) fn usage(bytes: &[u8]) -> Result<Usage, Broken> {
    let mut usage = Usage::default();
    for field in Fields::of(bytes) {
        let (tag, held) = field?;
        let count = match tag {
            1 => &mut usage.input_tokens,
            2 => &mut usage.output_tokens,
            3 => &mut usage.total_tokens,
            4 => &mut usage.cache_read_tokens,
            5 => &mut usage.cache_write_tokens,
            6 => &mut usage.reasoning_tokens,
            _ => continue,
        };
        *count = Some(held.varint()?);
    }
    Ok(usage)
}

pub(super) fn event(bytes: &[u8]) -> Result<Event, Broken> {
    let mut event = Event::default();
    for field in Fields::of(bytes) {
        match field? {
            (1, held) => held.text()?.clone_into(&mut event.name),
            (2, held) => event.at_unix_nanos = held.fixed64()?,
            (3, held) => event.attributes.push(whole_pair(held.bytes()?)?),
            (4, held) => event.n_dropped_attributes = held.varint()? as u32,
            _ => {}
        }
    }
    Ok(event)
}

pub(super) fn link(bytes: &[u8]) -> Result<Link, Broken> {
    let (mut trace_id, mut span_id, mut attributes) = (None, None, Vec::new());
    let (mut trace_state, mut n_dropped_attributes) = (String::new(), 0);
    for field in Fields::of(bytes) {
        match field? {
            (1, held) => trace_id = Some(TraceId::from_slice(held.bytes()?).map_err(|_| Broken::OtherForm)?),
            (2, held) => span_id = Some(SpanId::from_slice(held.bytes()?).map_err(|_| Broken::OtherForm)?),
            (3, held) => attributes.push(whole_pair(held.bytes()?)?),
            (4, held) => held.text()?.clone_into(&mut trace_state),
            (5, held) => n_dropped_attributes = held.varint()? as u32,
            _ => {}
        }
    }
    Ok(Link { trace_id, span_id, trace_state, attributes, n_dropped_attributes })
}

pub(super) fn source(bytes: &[u8]) -> Result<SourceLocation, Broken> {
    let mut source = SourceLocation::default();
    for field in Fields::of(bytes) {
        match field? {
            (1, held) => held.text()?.clone_into(&mut source.file),
            (2, held) => source.line = Some(held.varint()? as u32),
            (3, held) => source.function = Some(held.text()?.to_owned()),
            _ => {}
        }
    }
    Ok(source)
}

/// The names that spans are found by.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct NamesView<'a> {
    pub(crate) tool: Option<&'a str>,
    pub(crate) agent: Option<&'a str>,
    pub(crate) workflow: Option<&'a str>,
    pub(crate) prompt: Option<&'a str>,
    pub(crate) release: Option<&'a str>,
    pub(crate) service: Option<&'a str>,
}

/// What of the names can be read.
pub(super) fn names_view(bytes: &[u8]) -> NamesView<'_> {
    let mut names = NamesView::default();
    for (number, held) in Fields::of(bytes).map_while(Result::ok) {
        let name = match number {
            3 => &mut names.prompt,
            5 => &mut names.tool,
            7 => &mut names.agent,
            8 => &mut names.workflow,
            9 => &mut names.release,
            10 => &mut names.service,
            _ => continue,
        };
        *name = held.text().ok();
    }
    names
}

/// The number of the tools that were offered, behind those of the names that stand alone.
pub(super) const NAMES_TOOLS: u32 = 11;

pub(super) fn names(bytes: &[u8]) -> Result<Names, Broken> {
    let mut names = Names::default();
    for field in Fields::of(bytes) {
        let (number, held) = field?;
        let name = match number {
            1 => &mut names.title,
            2 => &mut names.trace,
            3 => &mut names.prompt,
            4 => &mut names.prompt_version,
            5 => &mut names.tool,
            6 => &mut names.tool_call_id,
            7 => &mut names.agent,
            8 => &mut names.workflow,
            9 => &mut names.release,
            10 => &mut names.service,
            NAMES_TOOLS => {
                names.tools_offered.push(held.text()?.to_owned());
                continue;
            }
            _ => continue,
        };
        *name = Some(held.text()?.to_owned());
    }
    Ok(names)
}
