//! An OCSP answer: its bytes are kept, and whatever responder it names, checking it never panics.
#![no_main]

use bidroom_envelope::suite::pki::{OcspResponse, X509};
use libfuzzer_sys::fuzz_target;

const ISSUER: &str = include_str!("../../vectors/pki/p256-root.pem");

fuzz_target!(|bytes: &[u8]| {
    let Ok(response) = OcspResponse::from_der(bytes) else { return };
    assert_eq!(response.der(), bytes);
    let issuer = X509::from_pem(ISSUER).expect("a vector");
    let _ = response.verify(&issuer);
    for answer in response.answers() {
        let _ = (answer.status(), answer.next_update(), answer.is_about(answer.serial(), &issuer));
    }
});
