use bidroom_envelope::suite::pki::{CrlRequest, Name, Profile, Reason, Request, issue_crl, self_sign};
use bidroom_envelope::suite::sm2::SecretKey;

use super::*;

/// 2026-06-02T00:00:00Z, while the vectors are fresh.
const FRESH: At = At(1_780_358_400_000);
const DAY: i64 = 86_400_000;

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../../../tests/vectors/pki/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn certificate(name: &str) -> X509 {
    X509::from_pem(&String::from_utf8(file(&format!("{name}.pem"))).unwrap()).unwrap()
}

fn issuers() -> Vec<X509> {
    ["p256-root", "rsa-root", "sm2-root"].iter().map(|name| certificate(name)).collect()
}

#[track_caller]
fn finds(book: &RevocationBook, name: &str, issuer: &str) -> Option<Finding> {
    book.find(&certificate(name), &certificate(issuer))
}

#[test]
fn lists_and_answers_are_taken_from_known_authorities() {
    let mut book = RevocationBook::default();
    let (list, _) = book.import_list(&file("rsa.crl"), &issuers(), FRESH).unwrap();
    assert_eq!((list.revoked, list.known), (3, false));
    assert!(book.import_list(&file("rsa.crl"), &issuers(), FRESH).unwrap().0.known);
    assert!(matches!(finds(&book, "rsa-sha256", "rsa-root"), Some(Finding::Revoked(_))));
    assert!(matches!(finds(&book, "rsa-pss", "rsa-root"), Some(Finding::Good { .. })));
    assert_eq!(finds(&book, "p256-sha256", "p256-root"), None);

    let answer = book.import_answer(&file("p256-good.ocsp"), &issuers(), FRESH).unwrap();
    assert_eq!((answer.revoked, answer.known), (0, false));
    assert!(book.import_answer(&file("p256-good.ocsp"), &issuers(), FRESH).unwrap().known);
    assert!(matches!(finds(&book, "p256-sha256", "p256-root"), Some(Finding::Good { .. })));
    let entries = book.entries();
    assert_eq!(entries.iter().map(|entry| entry.source).collect::<Vec<_>>(), [Source::List, Source::Answer]);
    assert_eq!((entries[0].revoked, entries[1].serial.as_deref()), (3, Some("0201")));

    // At the same moment the list that says "revoked" outweighs an answer that says "good".
    book.import_answer(&file("good.ocsp"), &issuers(), FRESH).unwrap();
    assert!(matches!(finds(&book, "rsa-sha256", "rsa-root"), Some(Finding::Revoked(_))));
    let mut book = RevocationBook::default();
    book.import_list(&file("empty-rsa.crl"), &issuers(), FRESH).unwrap();
    book.import_answer(&file("unknown.ocsp"), &issuers(), FRESH).unwrap();
    assert_eq!(finds(&book, "rsa-sha256", "rsa-root"), Some(Finding::NotIssued));
}

#[track_caller]
fn refused(bytes: &[u8], issuers: &[X509], now: At, expect: fn(&ImportError) -> bool) {
    let mut book = RevocationBook::default();
    let error = if bytes.starts_with(b"-----") || bidroom_envelope::suite::pki::Crl::from_der(bytes).is_ok() {
        book.import_list(bytes, issuers, now).unwrap_err()
    } else {
        book.import_answer(bytes, issuers, now).unwrap_err()
    };
    assert!(expect(&error), "{error:?}");
    assert!(book.entries().is_empty());
}

#[test]
fn what_is_not_believed_changes_nothing() {
    refused(&file("p384.crl"), &issuers(), FRESH, |no| matches!(no, ImportError::UnknownIssuer { .. }));
    refused(&file("rsa.crl"), &[], FRESH, |no| matches!(no, ImportError::UnknownIssuer { .. }));
    refused(&file("rsa.crl"), &issuers(), At(FRESH.0 - 30 * DAY), |no| {
        matches!(no, ImportError::Future { .. })
    });
    refused(&file("delta.crl"), &issuers(), FRESH, |no| matches!(no, ImportError::Form(_)));
    refused(&file("responder-without-purpose.ocsp"), &issuers(), FRESH, |no| {
        matches!(no, ImportError::Unbelieved(RevocationRefusal::Responder(_)))
    });
    let mut changed = file("p256.crl");
    *changed.last_mut().unwrap() ^= 1;
    refused(&changed, &issuers(), FRESH, |no| matches!(no, ImportError::Unbelieved(_)));
}

#[test]
fn an_older_list_does_not_bring_back_a_revoked_certificate() {
    let key = SecretKey::from_bytes(&[7; 32]).unwrap();
    let name = Name::new("云州CA", None, "云州CA");
    let root = self_sign(
        &key,
        &Request {
            subject: &name,
            public_key: key.public_key(),
            serial: &[1],
            not_before: FRESH.0 - 100 * DAY,
            not_after: FRESH.0 + 100 * DAY,
            profile: Profile::Authority { path_length: 0 },
        },
    )
    .unwrap();
    let list = |number: u8, day: i64, revoked: &[(Vec<u8>, Revoked)]| {
        let this_update = FRESH.0 + day * DAY;
        let request = CrlRequest { this_update, next_update: this_update + DAY, number: &[number], revoked };
        issue_crl(&root, &key, &request).unwrap().der().to_vec()
    };
    let stolen = [(vec![9], Revoked { at: FRESH.0, reason: Reason::KeyCompromise })];
    let (issuers, now) = ([X509::clone(&root)], At(FRESH.0 + 10 * DAY));
    let mut book = RevocationBook::default();
    book.import_list(&list(5, 2, &stolen), &issuers, now).unwrap();
    for (number, day) in [(4, 1), (4, 3), (6, 1), (5, 2)] {
        let no = book.import_list(&list(number, day, &[]), &issuers, now).unwrap_err();
        assert!(matches!(no, ImportError::Older { .. }), "{number} of day {day}: {no:?}");
    }
    assert_eq!(book.entries()[0].revoked, 1);
    // A suspension ends with a newer list.
    book.import_list(&list(6, 3, &[]), &issuers, now).unwrap();
    assert_eq!((book.entries().len(), book.entries()[0].revoked), (1, 0));
}
