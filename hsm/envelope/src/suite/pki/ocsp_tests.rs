use super::*;
use crate::suite::pki::SignatureRefusal;
use crate::suite::pki::vectors::{self, FRESH, REVOKED, certificate, ocsp};

#[track_caller]
fn check(name: &str, about: &str, issuer: &str, expect: OcspStatus) {
    let (response, issuer) = (ocsp(name), certificate(issuer));
    assert_eq!(response.verify(&issuer), Ok(()), "{name}");
    let answer = response.answers().iter().find(|it| it.is_about(certificate(about).serial(), &issuer));
    let answer = answer.unwrap();
    assert_eq!(answer.status(), expect, "{name}");
    assert!(answer.this_update() < FRESH && answer.next_update().unwrap() > FRESH);
    assert!(!answer.is_about(&[9], &issuer));
}

#[test]
fn answers_of_other_tools_are_read() {
    check("good", "rsa-sha256", "rsa-root", OcspStatus::Good);
    let revoked = Revoked { at: REVOKED, reason: Reason::KeyCompromise };
    check("revoked-sha256", "rsa-sha256", "rsa-root", OcspStatus::Revoked(revoked));
    check("unknown", "rsa-sha256", "rsa-root", OcspStatus::Unknown);
    check("p256-good", "p256-sha256", "p256-root", OcspStatus::Good);
    check("delegated", "rsa-sha256", "rsa-root", OcspStatus::Good);
    check("delegated-by-key", "rsa-sha256", "rsa-root", OcspStatus::Good);
}

#[track_caller]
fn refused(name: &str, issuer: &str, expect: impl Fn(&RevocationRefusal) -> bool) {
    let refusal = ocsp(name).verify(&certificate(issuer)).unwrap_err();
    assert!(expect(&refusal), "{name}: {refusal:?}");
}

#[test]
fn only_the_issuer_and_whom_it_certified_for_this_may_answer() {
    let responder = |refusal: &RevocationRefusal| matches!(refusal, RevocationRefusal::Responder(_));
    refused("responder-without-purpose", "rsa-root", responder);
    refused("responder-of-another-issuer", "rsa-root", responder);
    refused("good", "p256-root", responder);
    let unauthorized = OcspResponse::from_der(&vectors::file("unauthorized.ocsp")).err().unwrap();
    assert_eq!(unauthorized, RevocationError::Unsuccessful(6));

    let mut late = ocsp("delegated");
    late.produced_at = certificate("rsa-root").not_after() + 1000;
    assert_eq!(late.verify(&certificate("rsa-root")), Err(RevocationRefusal::ResponderDates));
    let mut forged = ocsp("good");
    forged.signature = ocsp("unknown").signature;
    let wrong = Err(RevocationRefusal::Signature(SignatureRefusal::Wrong));
    assert_eq!(forged.verify(&certificate("rsa-root")), wrong);
}

#[test]
fn no_truncation_and_no_flipped_byte_passes() {
    let (der, issuer) = (vectors::file("p256-good.ocsp"), certificate("p256-root"));
    for length in 0..der.len() {
        assert!(OcspResponse::from_der(&der[..length]).is_err(), "cut to {length}");
    }
    for at in 0..der.len() {
        let mut changed = der.clone();
        changed[at] ^= 0x01;
        let passes = OcspResponse::from_der(&changed).is_ok_and(|it| it.verify(&issuer).is_ok());
        assert!(!passes, "byte {at}");
    }
}
