//! The native module of the Python package: glue between Python objects and the SDK core.
//!
//! Nothing here raises into a traced call, and nothing waits with the interpreter held.

mod arguments;
mod call;
mod capture;
mod context;
mod depth;
mod exception;
mod guard;
mod held;
mod log;
mod memory;
mod otel;
mod recorder;
mod redact;
mod remote;
mod scope;
mod site;
mod span;
mod terminate;
mod update;

use pyo3::prelude::*;

/// What the Python package builds upon; see `_native.pyi`.
#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    context::prepare(module.py())?;
    call::prepare(module.py())?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<site::Site>()?;
    module.add_class::<span::Span>()?;
    module.add_class::<memory::Memory>()?;
    module.add_class::<context::Attributes>()?;
    for function in [
        wrap_pyfunction!(call::traced, module)?,
        wrap_pyfunction!(capture::plan::is_coroutine, module)?,
        wrap_pyfunction!(capture::plan::register, module)?,
        wrap_pyfunction!(context::carried, module)?,
        wrap_pyfunction!(context::carry, module)?,
        wrap_pyfunction!(context::current_session_id, module)?,
        wrap_pyfunction!(context::pop_attributes, module)?,
        wrap_pyfunction!(context::push_attributes, module)?,
        wrap_pyfunction!(log::drain_log, module)?,
        wrap_pyfunction!(log::log_line, module)?,
        wrap_pyfunction!(recorder::add_destination, module)?,
        wrap_pyfunction!(recorder::add_memory, module)?,
        wrap_pyfunction!(recorder::after_fork_in_child, module)?,
        wrap_pyfunction!(recorder::encode, module)?,
        wrap_pyfunction!(recorder::flush, module)?,
        wrap_pyfunction!(recorder::has_destination, module)?,
        wrap_pyfunction!(recorder::is_active_now, module)?,
        wrap_pyfunction!(recorder::remove_destination, module)?,
        wrap_pyfunction!(recorder::set_limits, module)?,
        wrap_pyfunction!(recorder::set_observer, module)?,
        wrap_pyfunction!(recorder::shutdown, module)?,
        wrap_pyfunction!(recorder::stats, module)?,
        wrap_pyfunction!(recorder::tell_resource, module)?,
        wrap_pyfunction!(recorder::set_captures, module)?,
        wrap_pyfunction!(recorder::set_sampling, module)?,
        wrap_pyfunction!(recorder::set_secrets_hidden, module)?,
        wrap_pyfunction!(redact::end_redaction, module)?,
        wrap_pyfunction!(redact::set_redactor, module)?,
        wrap_pyfunction!(remote::current_headers, module)?,
        wrap_pyfunction!(remote::remote_span, module)?,
        wrap_pyfunction!(site::rearm, module)?,
        wrap_pyfunction!(terminate::follow_sigterm, module)?,
        wrap_pyfunction!(terminate::handle_sigterm, module)?,
        wrap_pyfunction!(terminate::limit_sigterm, module)?,
        wrap_pyfunction!(update::current_ids, module)?,
        wrap_pyfunction!(update::current_span, module)?,
        wrap_pyfunction!(update::start_span, module)?,
        wrap_pyfunction!(update::swap_current, module)?,
        wrap_pyfunction!(update::update, module)?,
    ] {
        module.add_function(function)?;
    }
    otel::add_to(module)
}
