use bidroom_envelope::suite::pki::{
    Certificate, CrlRequest, Name, Profile, Reason, Request, Revoked, issue, issue_crl, self_sign,
};
use bidroom_envelope::suite::sm2::SecretKey;
use der::asn1::ObjectIdentifier;

use super::*;
use crate::profile::Names;

/// 2026-06-02T00:00:00Z, while the vectors are fresh.
const NOW: At = At(1_780_358_400_000);
const DAY: i64 = 86_400_000;
const ONE: &str = "91430300MA4L1A2B3C";
const OTHER: &str = "91370000MA3U7K2X1Q";
const UNIT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.11");
const ORGANISATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");

fn key(seed: u8) -> SecretKey {
    SecretKey::from_bytes(&[seed; 32]).unwrap()
}

fn made(ca: u8, name: &Name, serial: u8, profile: Profile, days: (i64, i64)) -> Certificate {
    let (not_before, not_after) = (NOW.0 + days.0 * DAY, NOW.0 + days.1 * DAY);
    let key = key(serial);
    let serial = [serial];
    let request = Request {
        subject: name,
        public_key: key.public_key(),
        serial: &serial,
        not_before,
        not_after,
        profile,
    };
    issue(&root(ca), &self::key(ca), &request).unwrap()
}

fn root(ca: u8) -> Certificate {
    let (key, name) = (key(ca), Name::new(&format!("{ca}号CA"), None, &format!("{ca}号根")));
    let request = Request {
        subject: &name,
        public_key: key.public_key(),
        serial: &[1],
        not_before: NOW.0 - 1000 * DAY,
        not_after: NOW.0 + 1000 * DAY,
        profile: Profile::Authority { path_length: 1 },
    };
    self_sign(&key, &request).unwrap()
}

fn firm(code: &str) -> Name {
    Name::new("湘潭建设有限公司", Some(code), "湘潭建设 主锁")
}

fn signing(ca: u8, code: &str, serial: u8) -> Certificate {
    made(ca, &firm(code), serial, Profile::Signing, (-100, 100))
}

fn encryption(ca: u8, code: &str, serial: u8) -> Certificate {
    made(ca, &firm(code), serial, Profile::Encryption, (-100, 100))
}

/// A profile that says nothing but its root.
fn profile(roots: Vec<X509>) -> CaProfile {
    let name = Names { zh: "云州CA".into(), en: "Yunzhou CA".into() };
    let json = serde_json::json!({ "name": name, "roots": roots });
    serde_json::from_value(json).unwrap()
}

fn authority(ca: u8, profile: Option<CaProfile>) -> Authority {
    Authority { name: format!("{ca}号CA"), root: root(ca).into(), profile }
}

/// Two authorities without profiles.
fn judge() -> Judge {
    Judge::new(vec![authority(1, None), authority(2, None)])
}

fn vector(name: &str) -> X509 {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/vectors/pki/");
    X509::from_pem(&std::fs::read_to_string(format!("{folder}{name}.pem")).unwrap()).unwrap()
}

#[track_caller]
fn check<T: core::fmt::Debug>(answer: Result<T, Refusal>, expect: &str) {
    match &answer {
        Ok(_) => assert_eq!("accepted", expect, "{answer:?}"),
        Err(no) => {
            assert_eq!(no.code(), expect, "{no}");
            let said = no.sentence();
            for words in [&said.zh, &said.en] {
                assert!(!words.title.is_empty() && !words.body.is_empty());
            }
            assert!(!no.to_string().is_empty() && !no.remark_zh().is_empty());
        }
    }
}

#[test]
fn a_certificate_of_any_accepted_authority_is_a_lock_of_its_account() {
    let (judge, code) = (judge(), ONE.parse().unwrap());
    for certificate in [signing(1, ONE, 10), signing(2, ONE, 11), signing(2, ONE, 12)] {
        let accepted = judge.account(&certificate, &code, Usage::Sign, NOW).unwrap();
        assert_eq!((accepted.code.as_str(), accepted.revocation), (ONE, Revocation::NotAsked));
    }
    check(judge.account(&signing(1, OTHER, 13), &code, Usage::Sign, NOW), "certificate_other_holder");
    check(judge.account(&signing(3, ONE, 14), &code, Usage::Sign, NOW), "unknown_certificate");
}

#[test]
fn dates_and_uses_decide() {
    let judge = judge();
    let at = |days: (i64, i64)| made(1, &firm(ONE), 10, Profile::Signing, days);
    check(judge.firm(&at((-10, -1)), Usage::Sign, NOW), "certificate_expired");
    check(judge.firm(&at((1, 10)), Usage::Sign, NOW), "certificate_not_yet_valid");
    check(judge.firm(&encryption(1, ONE, 10), Usage::Sign, NOW), "certificate_usage");
    check(judge.firm(&signing(1, ONE, 10), Usage::Encrypt, NOW), "certificate_usage");
    check(judge.firm(&root(1), Usage::Sign, NOW), "certificate_usage");
    let nameless = made(1, &Name::new("湘潭", None, "张三"), 10, Profile::Signing, (-1, 1));
    check(judge.firm(&nameless, Usage::Sign, NOW), "certificate_no_credit_code");
    check(judge.person(&nameless, Usage::Sign, NOW), "accepted");
    let two = Name::from_attributes(&[
        (ObjectIdentifier::new_unwrap("2.5.4.97"), ONE),
        (ObjectIdentifier::new_unwrap("2.5.4.97"), OTHER),
    ]);
    let two = made(1, &two, 10, Profile::Signing, (-1, 1));
    check(judge.firm(&two, Usage::Sign, NOW), "certificate_several_credit_codes");
}

#[test]
fn a_pair_is_of_one_holder_each_for_its_use() {
    let judge = judge();
    check(judge.pair(&signing(1, ONE, 10), &encryption(1, ONE, 11), NOW), "accepted");
    check(judge.pair(&signing(1, ONE, 10), &encryption(1, OTHER, 11), NOW), "certificate_pair");
    check(judge.pair(&encryption(1, ONE, 11), &signing(1, ONE, 10), NOW), "certificate_usage");
    check(judge.pair(&signing(1, ONE, 10), &signing(1, ONE, 11), NOW), "certificate_usage");
    check(judge.pair(&signing(1, ONE, 10), &encryption(3, ONE, 11), NOW), "unknown_certificate");
}

#[test]
fn the_profile_says_where_the_code_stands_and_what_else_must_be_there() {
    let mut sm2 = profile(vec![vector("sm2-root")]);
    sm2.credit_code.attribute = None;
    sm2.credit_code.extension = serde_json::from_str("\"1.2.156.10260.4.1.4\"").unwrap();
    sm2.credit_code.patterns = vec!["{code}".parse().unwrap()];
    sm2.lock_kind =
        serde_json::from_str(r#"{"attribute":"2.5.4.11","main":["main"],"sub":["sub"]}"#).unwrap();
    sm2.policies = serde_json::from_str(r#"["1.2.156.99999.7.2"]"#).unwrap();
    sm2.signing_usages = serde_json::from_str(r#"["digitalSignature","nonRepudiation"]"#).unwrap();
    assert_eq!(sm2.check(), Ok(()));
    let judge = |profile: &CaProfile| {
        let root = vector("sm2-root");
        Judge::new(vec![Authority { name: "海州CA".into(), root, profile: Some(profile.clone()) }])
    };
    let (sign, at) = (vector("sm2-sign"), At(vector("sm2-sign").not_before() + DAY));
    let accepted = judge(&sm2).pair(&sign, &vector("sm2-encrypt"), at).unwrap();
    assert_eq!((accepted.code.as_str(), accepted.kind), (ONE, Some(LockKind::Main)));

    let strict = CaProfile { policies: serde_json::from_str(r#"["1.2.3"]"#).unwrap(), ..sm2.clone() };
    check(judge(&strict).firm(&sign, Usage::Sign, at), "certificate_policy");
    let strict = CaProfile {
        signing_usages: serde_json::from_str(r#"["digitalSignature","keyAgreement"]"#).unwrap(),
        ..sm2.clone()
    };
    check(judge(&strict).firm(&sign, Usage::Sign, at), "certificate_usage");
    let plain = CaProfile { credit_code: CodePlace::default(), ..sm2 };
    check(judge(&plain).firm(&sign, Usage::Sign, at), "certificate_no_credit_code");

    // In a subject's unit, behind other things, with several units.
    let mut unit = profile(vec![root(1).into()]);
    unit.credit_code = serde_json::from_str(r#"{"attribute":"2.5.4.11","patterns":["*@N{code}"]}"#).unwrap();
    let judge = Judge::new(vec![authority(1, Some(unit))]);
    let name = format!("051@N{ONE}");
    let subject = Name::from_attributes(&[(ORGANISATION, "湘潭"), (UNIT, "工程部"), (UNIT, &name)]);
    let certificate = made(1, &subject, 10, Profile::Signing, (-1, 1));
    assert_eq!(judge.firm(&certificate, Usage::Sign, NOW).unwrap().code.as_str(), ONE);
}

#[test]
fn chains_of_each_algorithm_lead_to_their_authority() {
    let named = |name: &str| Authority { name: name.into(), root: vector(name), profile: None };
    let mut p256 = named("p256-root");
    let mut with_middle = profile(vec![vector("p256-root")]);
    with_middle.intermediates = vec![vector("p256-middle")];
    p256.profile = Some(with_middle);
    let judge = Judge::new(vec![named("rsa-root"), p256, named("p384-root"), named("sm2-root")]);
    for name in ["rsa-sha256", "rsa-sha384", "rsa-sha512", "rsa-pss", "p256-sha256", "p384-sha384"] {
        check(judge.person(&vector(name), Usage::Sign, NOW), "accepted");
    }
    check(judge.person(&vector("p256-under-middle"), Usage::Sign, NOW), "accepted");
    check(judge.person(&vector("p256-sha512"), Usage::Sign, NOW), "certificate_algorithm");
    check(judge.person(&vector("p256-unknown-critical"), Usage::Sign, NOW), "certificate_extension");
    check(judge.person(&vector("p256-encryption"), Usage::Sign, NOW), "certificate_usage");
    check(judge.person(&vector("rsa-1024"), Usage::Sign, NOW), "unknown_certificate");
    let mut changed = signing(1, ONE, 10).der().to_vec();
    *changed.last_mut().unwrap() ^= 1;
    let changed = X509::from_der(&changed).unwrap();
    check(self::judge().person(&changed, Usage::Sign, NOW), "certificate_signature");
}

/// A list of authority 1 that was made `made` days from now and lasts two days.
fn outside(made: i64, revoked: &[(u8, i64, Reason)], rule: &str) -> Arc<Outside> {
    let list: Vec<(Vec<u8>, Revoked)> = revoked
        .iter()
        .map(|(serial, day, reason)| (vec![*serial], Revoked { at: NOW.0 + day * DAY, reason: *reason }))
        .collect();
    let this_update = NOW.0 + made * DAY;
    let request =
        CrlRequest { this_update, next_update: this_update + 2 * DAY, number: &[1], revoked: &list };
    let crl = issue_crl(&root(1), &key(1), &request).unwrap();
    let mut book = RevocationBook::default();
    book.import_list(crl.der(), &[root(1).into()], At(NOW.0 + 500 * DAY)).unwrap();
    let mut profile = profile(vec![root(1).into()]);
    profile.revocation = serde_json::from_str(rule).unwrap();
    assert_eq!(profile.check(), Ok(()));
    Arc::new(Outside::new(vec![profile], book))
}

const ACCEPT: &str = r#"{"max_age_hours":24,"when_older":"accept"}"#;
const REFUSE: &str = r#"{"max_age_hours":24,"when_older":"refuse"}"#;

#[test]
fn revoked_is_refused_with_date_and_reason_from_that_moment_on() {
    let outside = outside(0, &[(10, -3, Reason::KeyCompromise), (11, -1, Reason::Hold)], ACCEPT);
    let judge = judge().with(outside);
    match judge.firm(&signing(1, ONE, 10), Usage::Sign, NOW) {
        Err(Refusal::Revoked { at, reason, authority, .. }) => {
            assert_eq!((at.0, reason), (NOW.0 - 3 * DAY, Reason::KeyCompromise));
            assert_eq!(authority, "1号CA");
        }
        other => panic!("{other:?}"),
    }
    check(judge.firm(&signing(1, ONE, 11), Usage::Sign, NOW), "certificate_revoked");
    check(judge.firm(&signing(1, ONE, 10), Usage::Sign, At(NOW.0 - 4 * DAY)), "accepted");
    let fresh = judge.firm(&signing(1, ONE, 12), Usage::Sign, NOW).unwrap();
    assert_eq!(fresh.revocation, Revocation::Fresh { made: NOW });
    let unknown = judge.firm(&signing(2, ONE, 10), Usage::Sign, NOW).unwrap();
    assert_eq!(unknown.revocation, Revocation::Unknown, "another authority's serial 10");
    // The room's own people, too.
    check(judge.named(&signing(1, ONE, 10), Usage::Sign, NOW), "certificate_revoked");
    check(judge.named(&signing(1, ONE, 12), Usage::Sign, NOW), "accepted");
    check(judge.named(&signing(3, ONE, 12), Usage::Sign, NOW), "accepted");
    check(judge.named(&encryption(3, ONE, 12), Usage::Sign, NOW), "certificate_usage");
}

#[test]
fn an_old_list_is_refused_or_its_age_is_shown() {
    let lock = signing(1, ONE, 10);
    let at = |made: i64, rule: &str| judge().with(outside(made, &[], rule)).firm(&lock, Usage::Sign, NOW);
    check(at(-1, REFUSE), "accepted");
    // Too old, and past its own end.
    check(at(-2, REFUSE), "revocation_outdated");
    check(at(-3, REFUSE), "revocation_outdated");
    let made = At(NOW.0 - 3 * DAY);
    assert_eq!(at(-3, ACCEPT).unwrap().revocation, Revocation::Old { made });
    // No list at all.
    let mut profile = profile(vec![root(2).into()]);
    profile.revocation = serde_json::from_str(REFUSE).unwrap();
    let outside = Arc::new(Outside::new(vec![profile], RevocationBook::default()));
    let judge = judge().with(outside);
    check(judge.firm(&signing(2, ONE, 10), Usage::Sign, NOW), "revocation_outdated");
    check(judge.firm(&lock, Usage::Sign, NOW), "accepted");
    // A certificate that an old list already names as revoked is refused whatever the rule.
    let old = self::outside(-30, &[(10, -40, Reason::Superseded)], ACCEPT);
    check(self::judge().with(old).firm(&lock, Usage::Sign, NOW), "certificate_revoked");
}

fn removed(days: i64) -> Arc<Outside> {
    let mut profile = profile(vec![root(1).into()]);
    let reason = Names { zh: "根密钥泄露".into(), en: "the root key was stolen".into() };
    profile.removed = Some(Removal { at: At(NOW.0 + days * DAY), reason });
    Arc::new(Outside::new(vec![profile], RevocationBook::default()))
}

#[test]
fn a_removed_authority_certifies_nobody_from_then_on() {
    let judge = judge().with(removed(-1));
    check(judge.firm(&signing(1, ONE, 10), Usage::Sign, NOW), "authority_removed");
    check(judge.firm(&signing(1, ONE, 10), Usage::Sign, At(NOW.0 - 2 * DAY)), "accepted");
    check(judge.firm(&signing(2, ONE, 10), Usage::Sign, NOW), "accepted");
    check(self::judge().with(removed(1)).firm(&signing(1, ONE, 10), Usage::Sign, NOW), "accepted");
}

#[test]
fn a_received_bid_can_be_unlocked_by_the_certificate_that_signed_it_whatever_came_later() {
    let code: CreditCode = ONE.parse().unwrap();
    let received = At(NOW.0 - 5 * DAY);
    let lock = signing(1, ONE, 10);
    #[track_caller]
    fn despite(answer: Result<Accepted, Refusal>, expect: &str) {
        assert_eq!(answer.unwrap().despite.map(|no| no.code()), Some(expect));
    }
    let revoked = |day: i64| judge().with(outside(0, &[(10, day, Reason::KeyCompromise)], ACCEPT));
    let by = |judge: &Judge, lock: &Certificate, signed: bool| {
        judge.of_received_bid(lock, &code, signed, received, NOW)
    };
    despite(by(&revoked(-1), &lock, true), "certificate_revoked");
    despite(by(&judge().with(removed(-1)), &lock, true), "authority_removed");
    despite(by(&judge(), &made(1, &firm(ONE), 10, Profile::Signing, (-10, -1)), true), "certificate_expired");
    let refusing = Arc::new(Outside::new(
        vec![CaProfile {
            revocation: serde_json::from_str(REFUSE).unwrap(),
            ..profile(vec![root(1).into()])
        }],
        RevocationBook::default(),
    ));
    despite(by(&judge().with(refusing), &lock, true), "revocation_outdated");
    // Another certificate, or something that was so already when the bid came.
    check(by(&revoked(-1), &lock, false), "certificate_revoked");
    check(by(&judge().with(removed(-1)), &lock, false), "authority_removed");
    check(by(&revoked(-6), &lock, true), "certificate_revoked");
    check(by(&judge().with(removed(-6)), &lock, true), "authority_removed");
    check(by(&judge(), &signing(1, OTHER, 10), true), "certificate_other_holder");
    check(by(&judge(), &signing(3, ONE, 10), true), "unknown_certificate");
    // What counts now needs no exception.
    assert_eq!(by(&judge(), &lock, false).unwrap().despite, None);
    assert_eq!(by(&revoked(-1), &signing(2, ONE, 20), false).unwrap().despite, None);
}

#[test]
fn a_profile_has_one_spelling_and_says_what_is_wrong_with_it() {
    let text = r#"
        policies = ["1.2.156.99999.7.2"]
        [name]
        zh = "海州CA"
        en = "Haizhou CA"
        [credit_code]
        extension = "1.2.156.10260.4.1.4"
        [revocation]
        max_age_hours = 24
        when_older = "refuse"
    "#;
    let mut table: toml::Table = toml::from_str(text).unwrap();
    let root = toml::Value::try_from(root(1)).unwrap();
    table.insert("roots".into(), toml::Value::Array(vec![root]));
    let profile: CaProfile = table.clone().try_into().unwrap();
    assert_eq!(profile.check(), Ok(()));
    let json = serde_json::to_string(&profile).unwrap();
    assert_eq!(serde_json::from_str::<CaProfile>(&json).unwrap(), profile);

    table.insert("extra".into(), toml::Value::Boolean(true));
    assert!(table.try_into::<CaProfile>().unwrap_err().to_string().contains("unknown field `extra`"));
    let wrong = |change: fn(&mut CaProfile), expect: crate::ProfileError| {
        let mut profile = profile.clone();
        change(&mut profile);
        assert_eq!(profile.check(), Err(expect));
    };
    use crate::ProfileError;
    wrong(|it| it.roots.clear(), ProfileError::Certificates);
    wrong(|it| it.credit_code.attribute = Some(crate::Oid::ORGANIZATION_IDENTIFIER), ProfileError::Place);
    wrong(|it| it.credit_code.patterns.clear(), ProfileError::PatternWithoutCode);
    wrong(|it| it.credit_code.patterns = vec!["*".parse().unwrap()], ProfileError::PatternWithoutCode);
    wrong(|it| it.name.en.clear(), ProfileError::Text("name"));
    wrong(|it| it.crl = vec!["x".into(); 17], ProfileError::TooMany("crl"));
    wrong(|it| it.revocation.max_age_hours = 0, ProfileError::Hours(0));
}
