//! A certificate: its bytes are kept, its fields can all be asked for.
#![no_main]

use bidroom_envelope::suite::pki::Certificate;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(certificate) = Certificate::from_der(bytes) {
        assert_eq!(certificate.der(), bytes);
        let _ =
            (certificate.credit_code(), certificate.serial_hex(), certificate.tail(), certificate.to_pem());
    }
});
