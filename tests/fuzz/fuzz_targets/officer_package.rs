//! An officer's package, opened against a fixed dealing: what opens is the officer's part.
#![no_main]

use bidroom_envelope::bid::package::Purpose;
use bidroom_envelope::officers::{Deal, open_officer_share};
use bidroom_envelope::suite::pki::Certificate;
use bidroom_envelope::suite::sm2::SecretKey;
use libfuzzer_sys::fuzz_target;

// `deal` ‖ newline ‖ recipient's certificate (DER, its length in two bytes before it) ‖ package.
fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.splitn(2, |byte| *byte == b'\n');
    let (Some(deal), Some(rest)) = (parts.next(), parts.next()) else { return };
    let Ok(deal) = Deal::parse(deal) else { return };
    let Some((length, rest)) = rest.split_first_chunk::<2>() else { return };
    let Some((certificate, package)) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length))) else { return };
    let Ok(certificate) = Certificate::from_der(certificate) else { return };
    let key = SecretKey::from_bytes(&[7; 32]).expect("a scalar in range");
    for purpose in [Purpose::Deal, Purpose::Authorise] {
        if let Ok(part) = open_officer_share(&deal, 1, package, purpose, 1, &certificate, &key) {
            assert!(deal.admits(&part));
        }
    }
});
