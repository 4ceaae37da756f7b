//! Bytes of any sort as OTLP in JSON, keys and meanings included.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tracewood_otlp::decode;

fuzz_target!(|bytes: &[u8]| {
    let _ = decode::json(bytes);
});
