//! The end of a span, told to the processors of a provider before it is delivered.

use std::sync::Arc;

use pyo3::prelude::*;
use tracewood_sdk::OpenSpan;

use super::api;
use super::provider::{self, ProviderCore};
use super::snapshot::{Snapshot, attributes_of};
use super::span::{OtelSpan, Told};
use crate::guard::quietly;
use crate::span::Span;

/// Tells whoever listens that a span has ended; what they put in the place of its attributes is what is delivered.
#[inline]
pub(crate) fn tell_end(py: Python<'_>, span: &Bound<'_, Span>, open: &mut OpenSpan) {
    let Some(told) = span.get().otel.get() else {
        if provider::is_anybody_listening() && api::is_joined(py) {
            tell_of_ours(py, span, open);
        }
        return;
    };
    tell(py, span, open, told);
}

#[cold]
fn tell_of_ours(py: Python<'_>, span: &Bound<'_, Span>, open: &mut OpenSpan) {
    let made = api::get(py).and_then(|api| OtelSpan::of(py, api, span));
    if let Some(made) = made {
        tell(py, span, open, &made.get().told);
    }
}

fn tell(py: Python<'_>, span: &Bound<'_, Span>, open: &mut OpenSpan, told: &Arc<Told>) {
    let core = match &told.tracer {
        Some(tracer) => Some(tracer.bind(py).get().provider.clone_ref(py)),
        None if provider::is_anybody_listening() => provider::main(py),
        None => None,
    };
    let Some(core) = core else { return };
    let core = core.bind(py).get();
    if !core.is_listening() && !core.keeps_ended {
        return;
    }
    quietly(py, || tell_processors(py, span, open, told, core));
}

fn tell_processors(
    py: Python<'_>,
    span: &Bound<'_, Span>,
    open: &mut OpenSpan,
    told: &Arc<Told>,
    core: &ProviderCore,
) -> PyResult<()> {
    let snapshot = Bound::new(py, Snapshot::of(open, told))?;
    let old = span.get().state().ended.replace(snapshot.clone().unbind());
    drop(old);
    if !core.is_listening() {
        return Ok(());
    }
    let processor = core.processor.bind(py);
    if let (Some(api), Ok(Some(ending))) = (api::get(py), processor.getattr_opt("_on_ending"))
        && let Some(face) = OtelSpan::of(py, api, span)
    {
        ending.call1((face,))?;
    }
    let readable = Snapshot::readable(&snapshot)?;
    processor.call_method1("on_end", (&readable,))?;
    let replaced = readable.call_method0("replaced_attributes")?;
    if !replaced.is_none() {
        open.replace_attributes(attributes_of(&replaced));
    }
    Ok(())
}

/// Tells whoever listens that a span of ours has begun.
#[inline]
pub(crate) fn tell_start(py: Python<'_>, span: &Bound<'_, Span>) {
    if provider::is_anybody_listening() {
        tell_start_of_ours(py, span);
    }
}

#[cold]
fn tell_start_of_ours(py: Python<'_>, span: &Bound<'_, Span>) {
    let Some(core) = provider::main(py) else { return };
    let core = core.bind(py).get();
    if !core.is_listening() {
        return;
    }
    quietly(py, || {
        let face = api::get(py).and_then(|api| OtelSpan::of(py, api, span));
        face.map_or(Ok(()), |face| core.processor.bind(py).call_method1("on_start", (face,)).map(drop))
    });
}
