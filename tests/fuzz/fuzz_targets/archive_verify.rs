//! A whole archive through the verifier: never a panic, and never sound without an anchor.
#![no_main]

use std::io::Cursor;

use bidroom_verifier::{Outcome, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(report) = verify(Cursor::new(bytes), None) {
        assert_ne!(report.outcome(), Outcome::Sound);
    }
});
