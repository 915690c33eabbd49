//! SignedData of any dialect: reading and verifying never panic.
#![no_main]

use bidroom_envelope::suite::cms::SignedData;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(message) = SignedData::parse(bytes) {
        let _ = message.verify();
    }
    let _ = SignedData::parse_own(bytes);
});
