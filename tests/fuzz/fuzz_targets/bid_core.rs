//! A core: one spelling.
#![no_main]

use bidroom_envelope::bid::core::Core;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(core) = Core::parse(bytes) {
        assert_eq!(core.to_bytes().expect("what was read can be written"), bytes);
    }
});
