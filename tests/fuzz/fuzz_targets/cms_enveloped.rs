//! EnvelopedData of any dialect: what is our own encoding is a dialect too.
#![no_main]

use bidroom_envelope::suite::cms::EnvelopedData;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if EnvelopedData::parse_own(bytes).is_ok() {
        assert!(EnvelopedData::parse(bytes).is_ok());
    }
});
