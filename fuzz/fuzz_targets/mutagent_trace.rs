//! Bytes of any sort as one of MutagenT's traces, or as an id of one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tracewood_otlp::mutagent;

fuzz_target!(|bytes: &[u8]| {
    let _ = mutagent::trace(bytes);
    let _ = mutagent::trace_id(&String::from_utf8_lossy(bytes));
});
