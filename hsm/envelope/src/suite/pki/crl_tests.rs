use super::*;
use crate::suite::fixtures::{DAY, START, key, root, signing};
use crate::suite::pki::vectors::{self, FRESH, REVOKED, certificate, crl};
use crate::suite::pki::{CrlRequest, SignatureRefusal, issue_crl};

#[track_caller]
fn holds(list: &Crl, issuer: &str) {
    assert_eq!(list.verify(&certificate(issuer)), Ok(()), "{list:?}");
}

#[test]
fn lists_of_other_tools_are_read() {
    let list = crl("rsa");
    holds(&list, "rsa-root");
    holds(&crl("p256"), "p256-root");
    holds(&crl("p384"), "p384-root");
    assert_eq!((list.len(), list.number(), list.is_empty()), (3, &[7_u8][..], false));
    assert!(list.this_update() < FRESH && list.next_update().unwrap() > FRESH);
    let reason = |serial: &str| list.find(certificate(serial).serial()).map(|revoked| revoked.reason);
    assert_eq!(reason("rsa-sha256"), Some(Reason::KeyCompromise));
    assert_eq!(reason("rsa-sha384"), Some(Reason::Unspecified));
    assert_eq!(reason("rsa-sha512"), Some(Reason::Hold));
    assert_eq!(reason("rsa-pss"), None);
    assert_eq!(list.find(certificate("rsa-sha256").serial()).unwrap().at, REVOKED);
    assert!(crl("empty-rsa").is_empty());

    let list = Crl::from_pem(&String::from_utf8(vectors::file("sm2-crl.pem")).unwrap()).unwrap();
    holds(&list, "sm2-root");
    assert_eq!(list.find(certificate("sm2-sign").serial()).unwrap().reason, Reason::KeyCompromise);
    assert_eq!(list.find(certificate("sm2-encrypt").serial()), None);
}

#[track_caller]
fn refused(name: &str, expect: &RevocationError) {
    assert_eq!(Crl::from_der(&vectors::file(&format!("{name}.crl"))).unwrap_err(), *expect);
}

#[test]
fn a_list_that_is_not_the_whole_is_refused_by_name() {
    refused("delta", &RevocationError::Delta);
    refused("indirect", &RevocationError::Indirect);
    refused("partial", &RevocationError::Partial);
    refused("entry-of-another-issuer", &RevocationError::Indirect);
    let unknown = ObjectIdentifier::new_unwrap("1.2.3.4.5");
    refused("unknown-critical", &RevocationError::CriticalExtension(unknown));
    assert_eq!(Crl::from_pem("no list").unwrap_err(), RevocationError::NotPem);
    let long = vec![0x30; MAX_DER + 1];
    assert_eq!(Crl::from_der(&long).unwrap_err(), RevocationError::TooLong(long.len()));
}

#[test]
fn a_list_counts_for_its_own_issuer_only() {
    let list = crl("rsa");
    let other = list.verify(&certificate("p256-root"));
    assert!(matches!(other, Err(RevocationRefusal::OtherIssuer { .. })), "{other:?}");
    // An issuer that may certify and not sign lists.
    let list = crl("p256");
    let mut forged = list.clone();
    forged.signature = crl("p384").signature;
    let wrong = Err(RevocationRefusal::Signature(SignatureRefusal::Wrong));
    assert_eq!(forged.verify(&certificate("p256-root")), wrong);
}

#[test]
fn no_truncation_and_no_flipped_byte_passes() {
    let (der, issuer) = (vectors::file("p256.crl"), certificate("p256-root"));
    for length in 0..der.len() {
        assert!(Crl::from_der(&der[..length]).is_err(), "cut to {length}");
    }
    for at in 0..der.len() {
        let mut changed = der.clone();
        changed[at] ^= 0x01;
        assert!(!Crl::from_der(&changed).is_ok_and(|list| list.verify(&issuer).is_ok()), "byte {at}");
    }
}

#[test]
fn a_list_that_is_issued_here_reads_back() {
    let revoked = [
        (signing().serial().to_vec(), Revoked { at: START + DAY, reason: Reason::Superseded }),
        (vec![9], Revoked { at: START, reason: Reason::Hold }),
    ];
    let request =
        CrlRequest { this_update: START, next_update: START + DAY, number: &[1, 0], revoked: &revoked };
    let list = issue_crl(&root(), &key(1), &request).unwrap();
    assert_eq!(list.verify(&root()), Ok(()));
    assert_eq!(list.find(signing().serial()), Some(revoked[0].1));
    assert_eq!((list.number(), list.this_update()), (&[1_u8, 0][..], START));
    assert!(list.verify(&signing()).is_err());
    let none = CrlRequest { revoked: &[], ..request.clone() };
    assert!(issue_crl(&root(), &key(1), &none).unwrap().is_empty());
    assert!(issue_crl(&root(), &key(2), &request).is_err(), "another key");
    let backwards = CrlRequest { next_update: START, ..request };
    assert!(issue_crl(&root(), &key(1), &backwards).is_err());
}
