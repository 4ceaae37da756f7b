//! Bytes of any sort as a batch of MutagenT's traces.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tracewood_otlp::mutagent;

fuzz_target!(|bytes: &[u8]| {
    let _ = mutagent::batch(bytes);
});
