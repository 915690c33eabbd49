//! Canonical JSON: what is read is written again as the same bytes.
#![no_main]

use bidroom_canon::{parse_canonical, to_canonical};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(value) = parse_canonical(bytes) {
        assert_eq!(to_canonical(&value).expect("what was read can be written"), bytes);
    }
});
