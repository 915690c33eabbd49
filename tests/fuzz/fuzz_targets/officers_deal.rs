//! A published dealing of an officers' key.
#![no_main]

use bidroom_envelope::officers::Deal;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(deal) = Deal::parse(bytes) {
        assert_eq!(deal.to_bytes().expect("what was read can be written"), bytes);
        assert!(deal.public_key().is_some());
    }
});
