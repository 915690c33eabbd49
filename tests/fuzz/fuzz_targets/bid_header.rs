//! The head of a sealed bid: never a panic, and what is accepted has a place for every envelope.
#![no_main]

use bidroom_envelope::bid::header::Header;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut source = bytes;
    if let Ok(header) = Header::read(&mut source) {
        for envelope in header.envelopes() {
            assert!(header.content_offset(envelope.core.envelope).is_some());
        }
    }
});
