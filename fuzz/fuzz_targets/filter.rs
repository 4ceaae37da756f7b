//! Texts of any sort as a filter; what is understood says the same when it is written out and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tracewood_store::filter::Filter;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(filter) = Filter::parse(text) {
        let written = filter.to_string();
        assert_eq!(Filter::parse(&written).as_ref(), Ok(&filter), "{written}");
    }
});
