//! Keys and certificates as text files.
#![no_main]

use bidroom_envelope::suite::pki::Certificate;
use bidroom_envelope::suite::sm2::SecretKey;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = core::str::from_utf8(bytes) {
        let _ = SecretKey::from_pem(text);
        if let Ok(certificate) = Certificate::from_pem(text) {
            assert_eq!(Certificate::from_pem(&certificate.to_pem()).expect("our own text").der(), certificate.der());
        }
    }
});
