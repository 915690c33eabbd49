//! A certificate of any key: its bytes are kept, its fields can all be asked for, and it never certifies itself by
//! accident.
#![no_main]

use bidroom_envelope::suite::pki::{Certificate, Usage, X509, find_chain};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(any) = X509::from_der(bytes) else { return };
    assert_eq!(any.der(), bytes);
    let _ = (any.serial_hex(), any.tail(), any.to_pem(), any.policies(), any.purposes(), any.key_kind());
    let _ = any.texts().count();
    let at = any.not_before();
    for usage in [Usage::Sign, Usage::Encrypt, Usage::Issue] {
        let _ = find_chain(&any, std::slice::from_ref(&any), &[], at, usage).expect_err("no anchor");
    }
    if let Ok(certificate) = Certificate::from_der(bytes) {
        let _ = certificate.credit_code();
    }
});
