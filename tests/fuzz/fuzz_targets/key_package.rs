//! One key package, opened with a fixed key.
#![no_main]

use bidroom_envelope::bid::package::parse_package;
use bidroom_envelope::suite::sm2::SecretKey;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(message) = parse_package(bytes) {
        let key = SecretKey::from_bytes(&[7; 32]).expect("a scalar in range");
        let _ = message.open_with(&key);
    }
});
