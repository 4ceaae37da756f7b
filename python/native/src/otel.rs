//! OpenTelemetry's interfaces over the recorder: its context, its spans, its tracers.
//!
//! Nothing of this runs until `opentelemetry-api` is imported. From then on its context is where the current span lies,
//! for spans of ours and of others alike, so that each nests in the other.

pub(crate) mod api;
pub(crate) mod attach;
mod exporter;
mod place;
mod provider;
mod reading;
mod scope;
mod snapshot;
mod span;
mod start;
mod value;

use pyo3::prelude::*;

/// Adds what the package builds upon to the module.
pub(crate) fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<span::OtelSpan>()?;
    module.add_class::<scope::SpanScope>()?;
    module.add_class::<provider::ProviderCore>()?;
    module.add_class::<provider::TracerCore>()?;
    module.add_class::<snapshot::Snapshot>()?;
    module.add_function(wrap_pyfunction!(api::join_opentelemetry, module)?)?;
    module.add_function(wrap_pyfunction!(provider::random_ids, module)?)?;
    module.add_function(wrap_pyfunction!(exporter::record_readable, module)?)
}

pub(crate) use reading::{tell_end, tell_start};
pub(crate) use snapshot::Snapshot;
pub(crate) use span::Told;
