use super::*;
use crate::suite::fixtures::{DAY, END, START, encryption, key, request, root, signing, vectors};
use crate::suite::pki::vectors::{FRESH, certificate as foreign};
use crate::suite::pki::{IssueError, Name, Profile, Request, issue, self_sign};
use crate::suite::sm2::SecretKey;

#[track_caller]
fn check(certificate: &Certificate, anchors: &[Certificate], at: i64, usage: Usage, expect: &str) {
    check_with(certificate, &[], anchors, at, usage, expect);
}

#[track_caller]
fn check_with(
    certificate: &Certificate,
    intermediates: &[Certificate],
    anchors: &[Certificate],
    at: i64,
    usage: Usage,
    expect: &str,
) {
    let answer = match verify_chain(certificate, intermediates, anchors, at, usage) {
        Ok(()) => "ok".to_owned(),
        // The variant's name.
        Err(refusal) => format!("{refusal:?}").split(' ').next().unwrap().to_owned(),
    };
    assert_eq!(answer, expect);
}

#[test]
fn dates_uses_and_anchors_decide() {
    let (root, other) = (root(), vectors::authority());
    let anchors = [root.clone()];
    check(&signing(), &anchors, START, Usage::Sign, "ok");
    check(&signing(), &anchors, END + 999, Usage::Sign, "ok");
    check(&signing(), &anchors, END + 1000, Usage::Sign, "Expired");
    check(&signing(), &anchors, START - 1, Usage::Sign, "NotYetValid");
    check(&signing(), &anchors, START, Usage::Encrypt, "WrongUsage");
    check(&signing(), &anchors, START, Usage::Issue, "WrongUsage");
    check(&encryption(), &anchors, START, Usage::Encrypt, "ok");
    check(&encryption(), &anchors, START, Usage::Sign, "WrongUsage");
    check(&root, &anchors, START, Usage::Issue, "ok");
    check(&signing(), &[other], START, Usage::Sign, "UnknownIssuer");
    check(&signing(), &[], START, Usage::Sign, "UnknownIssuer");
    check(&signing(), &[signing()], START, Usage::Sign, "ok");
}

#[test]
fn chains_of_another_tool_verify() {
    let anchors = [vectors::authority()];
    let at = vectors::signing().not_before() + DAY;
    check(&vectors::signing(), &anchors, at, Usage::Sign, "ok");
    check(&vectors::encryption(), &anchors, at, Usage::Encrypt, "ok");
    check(&vectors::encryption(), &anchors, at - 2 * DAY, Usage::Encrypt, "NotYetValid");
}

/// An authority under the root, with the keys of `seed`.
fn authority(seed: u8, path_length: u8) -> Certificate {
    let subject = Name::new("演练CA", None, &format!("下级{seed}"));
    issue(&root(), &key(1), &request(&subject, &key(seed), Profile::Authority { path_length })).unwrap()
}

fn under(
    issuer: &Certificate,
    issuer_key: &SecretKey,
    common_name: &str,
    seed: u8,
    profile: Profile,
) -> Certificate {
    let subject = Name::new("测试单位", None, common_name);
    issue(issuer, issuer_key, &request(&subject, &key(seed), profile)).unwrap()
}

#[test]
fn intermediates_are_found_and_limited() {
    let anchors = [root()];
    let middle = authority(4, 0);
    let leaf = under(&middle, &key(4), "签名", 5, Profile::Signing);
    check_with(&leaf, &[signing(), middle.clone()], &anchors, START, Usage::Sign, "ok");
    check_with(&leaf, &[], &anchors, START, Usage::Sign, "UnknownIssuer");

    // A second authority under one that allows none.
    let second = under(&middle, &key(4), "越级", 6, Profile::Authority { path_length: 0 });
    let deep = under(&second, &key(6), "签名", 7, Profile::Signing);
    check_with(&deep, &[second, middle], &anchors, START, Usage::Sign, "PathLength");

    // A signing certificate that issues.
    let forged = under(&signing(), &key(2), "冒名", 8, Profile::Signing);
    check_with(&forged, &[signing()], &anchors, START, Usage::Sign, "NotAuthority");

    let crowd = vec![signing(); MAX_INTERMEDIATES + 1];
    check_with(&leaf, &crowd, &anchors, START, Usage::Sign, "TooMany");
}

#[test]
fn an_issuer_of_the_same_name_but_another_key_is_not_believed() {
    let subject = root().subject().clone();
    let profile = Profile::Authority { path_length: 1 };
    let double = self_sign(&key(9), &request(&subject, &key(9), profile)).unwrap();
    let forged = under(&double, &key(9), "冒名", 8, Profile::Signing);
    // The authority's key identifier tells them apart before any signature is checked.
    check(&forged, &[root()], START, Usage::Sign, "UnknownIssuer");
    check_with(&forged, &[double], &[root()], START, Usage::Sign, "UnknownIssuer");

    let mut der = signing().der().to_vec();
    *der.last_mut().unwrap() ^= 1;
    check(&Certificate::from_der(&der).unwrap(), &[root()], START, Usage::Sign, "BadSignature");
}

#[test]
fn authorities_that_certify_one_another_cost_little() {
    // Thirty certificates of one key and one name, each of which signed all the others.
    let subject = Name::new("环", None, "环");
    let ring: Vec<Certificate> = (1..=30_u8)
        .map(|serial| {
            let profile = Profile::Authority { path_length: 100 };
            let serial = [serial];
            let request = Request { serial: &serial, ..request(&subject, &SEED, profile) };
            self_sign(&*SEED, &request).unwrap()
        })
        .collect();
    let leaf = under(&ring[0], &SEED, "签名", 5, Profile::Signing);
    check_with(&leaf, &ring, &[root()], START, Usage::Sign, "TooMany");
}

static SEED: std::sync::LazyLock<SecretKey> = std::sync::LazyLock::new(|| key(0x51));

#[test]
fn requests_that_make_no_certificate_are_refused() {
    let subject = Name::new("测试单位", None, "签名");
    let key = key(2);
    let good = request(&subject, &key, Profile::Signing);
    let check = |request: &Request<'_>, expect: IssueError| {
        assert_eq!(self_sign(&key, request), Err(expect));
    };
    check(&Request { serial: &[], ..good.clone() }, IssueError::Serial);
    check(&Request { serial: &[0], ..good.clone() }, IssueError::Serial);
    check(&Request { serial: &[1; 20], ..good.clone() }, IssueError::Serial);
    check(&Request { not_after: START, ..good.clone() }, IssueError::Dates);
    check(&Request { not_before: -1, ..good.clone() }, IssueError::Dates);
    check(&Request { not_after: i64::MAX, ..good.clone() }, IssueError::Dates);
    let other = SecretKey::from_bytes(&[7; 32]).unwrap();
    assert_eq!(self_sign(&other, &good), Err(IssueError::WrongKey));
    let far = Request { not_after: 4_102_444_800_000, ..good };
    assert_eq!(self_sign(&key, &far).unwrap().not_after(), 4_102_444_800_000, "2100 needs GeneralizedTime");
}

#[track_caller]
fn check_foreign(certificate: &str, intermediates: &[&str], anchor: &str, usage: Usage, expect: &str) {
    let intermediates: Vec<X509> = intermediates.iter().map(|name| foreign(name)).collect();
    let (certificate, anchors) = (foreign(certificate), [foreign(anchor)]);
    // The SM2 files begin on the day they were made.
    let at = FRESH.max(certificate.not_before());
    let answer = match find_chain(&certificate, &intermediates, &anchors, at, usage) {
        Ok(chain) => {
            assert_eq!((chain[0], chain.last()), (&certificate, Some(&&anchors[0])));
            chain.len().to_string()
        }
        Err(refusal) => format!("{refusal:?}").split(' ').next().unwrap().to_owned(),
    };
    assert_eq!(answer, expect, "{}", certificate.holder());
}

#[test]
fn chains_of_every_algorithm_hold() {
    for name in ["rsa-sha256", "rsa-sha384", "rsa-sha512", "rsa-pss", "sm2-under-rsa"] {
        check_foreign(name, &[], "rsa-root", Usage::Sign, "2");
    }
    for name in ["p256-sha256", "p256-sha384"] {
        check_foreign(name, &[], "p256-root", Usage::Sign, "2");
    }
    for name in ["p384-sha384", "p384-sha256"] {
        check_foreign(name, &[], "p384-root", Usage::Sign, "2");
    }
    check_foreign("sm2-sign", &[], "sm2-root", Usage::Sign, "2");
    check_foreign("sm2-encrypt", &[], "sm2-root", Usage::Encrypt, "2");
    check_foreign("p256-under-middle", &["p256-narrow", "p256-middle"], "p256-root", Usage::Sign, "3");
    check_foreign("p256-sha256", &[], "p256-sha256", Usage::Sign, "1");
}

#[test]
fn other_algorithms_keys_and_extensions_are_refused_by_name() {
    check_foreign("rsa-pss-short-salt", &[], "rsa-root", Usage::Sign, "Algorithm");
    check_foreign("p256-sha512", &[], "p256-root", Usage::Sign, "Algorithm");
    check_foreign("rsa-1024", &[], "rsa-1024-root", Usage::Sign, "Algorithm");
    check_foreign("p256-under-middle", &[], "p256-root", Usage::Sign, "UnknownIssuer");
    check_foreign("p256-under-narrow", &["p256-narrow"], "p256-root", Usage::Sign, "CriticalExtension");
    check_foreign("p256-unknown-critical", &[], "p256-root", Usage::Sign, "CriticalExtension");
    check_foreign("p256-encryption", &[], "p256-root", Usage::Sign, "WrongUsage");
    check_foreign("p256-sha256", &[], "rsa-root", Usage::Sign, "UnknownIssuer");
}

#[test]
fn an_algorithm_of_other_keys_than_the_issuers_is_named() {
    // The SM2 certificate says that RSA signed it, its issuer has an SM2 key of the same name.
    let name = foreign("rsa-root").subject().clone();
    let key = key(9);
    let profile = Profile::Authority { path_length: 1 };
    let namesake = self_sign(&key, &request(&name, &key, profile)).unwrap();
    let mixed = foreign("sm2-under-rsa");
    let answer = mixed.verify_issued_by(&namesake);
    assert!(matches!(answer, Err(SignatureRefusal::Mismatch { key: KeyKind::Sm2, .. })), "{answer:?}");
    let answer = foreign("sm2-sign").verify_issued_by(&foreign("rsa-root"));
    assert!(matches!(answer, Err(SignatureRefusal::Mismatch { key: KeyKind::Rsa, .. })), "{answer:?}");
    let answer = foreign("rsa-sha256").verify_issued_by(&foreign("p256-root"));
    assert!(matches!(answer, Err(SignatureRefusal::Mismatch { key: KeyKind::P256, .. })), "{answer:?}");
}
