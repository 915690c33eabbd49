//! Messages of any length as they stream by: reading, opening and verifying never panic and take no more memory than
//! their buffer.
#![no_main]

use bidroom_envelope::suite::cms::stream::{Envelope, SignedMessage, kind_of};
use bidroom_envelope::suite::pki::Certificate;
use bidroom_envelope::suite::sm2::SecretKey;
use libfuzzer_sys::fuzz_target;

const CERTIFICATE: &str = include_str!("../../vectors/cms/bidder-enc.cert.pem");
const KEY: &str = include_str!("../../vectors/cms/bidder-enc.key.pem");

fuzz_target!(|bytes: &[u8]| {
    let _ = kind_of(bytes);
    if let Ok(mut message) = SignedMessage::begin(bytes)
        && std::io::copy(&mut message, &mut std::io::sink()).is_ok()
    {
        let signers = message.signers().expect("the end was reached");
        let _ = signers.verify(std::io::empty());
    }
    let (certificate, key) = (Certificate::from_pem(CERTIFICATE), SecretKey::from_pem(KEY));
    if let (Ok(certificate), Ok(key)) = (certificate, key)
        && let Ok(envelope) = Envelope::begin(bytes)
        && let Ok(mut opened) = envelope.open(&certificate, &key)
    {
        let _ = std::io::copy(&mut opened, &mut std::io::sink());
    }
});
