//! Statements: one encoding, typed, bounded, bound to the signing certificate.

use bidroom_canon::{Hex32, Sm3Digest};
use bidroom_envelope::bid::package::packages_digest;
use bidroom_envelope::suite::cms::SignedData;
use bidroom_lock::{
    GivenShare, Lock as _, SignedStatement, Statement, StatementError, StatementKind, checkpoint_digest,
};

use crate::holders::main_lock;

fn digest(text: &str) -> Sm3Digest {
    Sm3Digest::of(text.as_bytes())
}

fn session() -> String {
    "E4303000001-1".to_owned()
}

fn given() -> GivenShare {
    GivenShare {
        session: session(),
        envelope: 1,
        attempt: 1,
        bid_digest: digest("bid"),
        share_package_digest: packages_digest([b"one".as_slice(), b"two".as_slice()]),
        opening_certificates: vec![digest("device"), digest("standby")],
        checkpoint: checkpoint_digest(b"note"),
    }
}

fn authorise() -> Statement {
    Statement::Authorise {
        session: session(),
        envelope: 2,
        attempt: 1,
        share_index: 3,
        package_digest: digest("package"),
        opening_certificates: vec![digest("device")],
        roster_digest: digest("roster"),
        deadline_checkpoint: digest("checkpoint"),
    }
}

fn all() -> Vec<Statement> {
    vec![
        Statement::Login { room: "xt-01".to_owned(), challenge: Hex32([7; 32]), at: 1_767_225_600_000 },
        Statement::SignIn { session: session() },
        consent(),
        authorise(),
        Statement::Withdraw { session: session(), bid_digest: digest("bid") },
        Statement::Confirm { session: session(), record: digest("record") },
        Statement::Object {
            session: session(),
            record: digest("record"),
            text: "唱标金额与投标函不一致。".to_owned(),
        },
        Statement::SignRecord {
            session: session(),
            record: digest("record"),
            checkpoint: checkpoint_digest(b"note"),
        },
        Statement::Probe { session: session(), challenge: digest("challenge"), answer: Hex32([9; 32]) },
        replace_officers(),
        Statement::ConfirmTime { session: session(), step: 1, at: 1_767_225_600_000 },
        remedy(),
        agree_fate("revoked"),
        contest_fate("withdrawn", "该投标人的设备在使用中损坏"),
        ask_remedy_key("主锁和副锁均已损坏"),
        Statement::AgreeRemedyKey {
            session: session(),
            bidder: "91370000MA3U7K2X9Q".to_owned(),
            request: digest("request"),
        },
        remedy_part(2),
    ]
}

fn consent() -> Statement {
    Statement::Consent(given())
}

fn remedy() -> Statement {
    Statement::Remedy(given())
}

fn ask_remedy_key(text: &str) -> Statement {
    Statement::AskRemedyKey {
        session: session(),
        envelope: 1,
        attempt: 1,
        bid_digest: digest("bid"),
        text: text.to_owned(),
    }
}

fn remedy_part(share_index: u32) -> Statement {
    Statement::RemedyPart { request: digest("request"), share_index, given: given() }
}

fn agree_fate(fate: &str) -> Statement {
    Statement::AgreeFate {
        session: session(),
        bidder: "91370000MA3U7K2X9Q".to_owned(),
        fate: fate.to_owned(),
        decision: digest("decision"),
    }
}

fn contest_fate(fate: &str, text: &str) -> Statement {
    Statement::ContestFate {
        session: session(),
        bidder: "91370000MA3U7K2X9Q".to_owned(),
        fate: fate.to_owned(),
        decision: digest("decision"),
        text: text.to_owned(),
    }
}

fn replace_officers() -> Statement {
    Statement::ReplaceOfficers {
        session: session(),
        envelope: 1,
        version: 2,
        deal: digest("deal"),
        share_index: 3,
        package_digest: digest("package"),
        opening_certificates: vec![digest("device"), digest("standby")],
        officers: digest("officers"),
    }
}

#[test]
fn every_statement_reads_back_from_its_signed_form() {
    for statement in all() {
        let signed = main_lock().sign_statement(&statement).unwrap();
        let read = SignedStatement::verify(signed.der(), statement.kind()).unwrap();
        assert_eq!(read, signed);
        assert_eq!(read.statement(), &statement);
        assert_eq!(read.certificate(), main_lock().identity().signing_certificate());
        assert_eq!(read.digest(), Sm3Digest::of(read.der()));
    }
}

#[test]
fn the_encoding_is_fixed() {
    let text = |statement: &Statement| String::from_utf8(statement.to_canonical().unwrap()).unwrap();
    assert_eq!(
        text(&Statement::SignIn { session: session() }),
        r#"{"session":"E4303000001-1","statement":"bidroom/sign-in/v1"}"#
    );
    assert_eq!(
        text(&Statement::Login { room: "xt-01".to_owned(), challenge: Hex32([0xab; 32]), at: 5 }),
        format!(
            r#"{{"at":5,"challenge":"{}","room":"xt-01","statement":"bidroom/login/v1"}}"#,
            "ab".repeat(32)
        )
    );
    let names: Vec<String> = all()
        .iter()
        .map(|statement| serde_json::to_value(statement).unwrap()["statement"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        names,
        [
            "login",
            "sign-in",
            "consent",
            "authorise",
            "withdraw",
            "confirm",
            "object",
            "sign-record",
            "probe",
            "replace-officers",
            "confirm-time",
            "remedy",
            "agree-fate",
            "contest-fate",
            "ask-remedy-key",
            "agree-remedy-key",
            "remedy-part"
        ]
        .map(|name| format!("bidroom/{name}/v1"))
    );
}

#[track_caller]
fn out_of_bounds(statement: Statement, field: &str) {
    let refused = |error: StatementError| match error {
        StatementError::Field(name) => assert_eq!(name, field),
        other => panic!("{other}"),
    };
    refused(statement.to_canonical().unwrap_err());
    // Also when somebody signed it all the same.
    let content = bidroom_canon::to_canonical(&statement).unwrap();
    let lock = main_lock();
    let der = SignedData::sign(&content, lock.identity().signing_certificate(), &lock).unwrap();
    refused(SignedStatement::verify(&der, statement.kind()).unwrap_err());
}

#[test]
fn fields_have_bounds() {
    out_of_bounds(Statement::SignIn { session: String::new() }, "session");
    out_of_bounds(Statement::SignIn { session: "x".repeat(129) }, "session");
    out_of_bounds(Statement::SignIn { session: "a\nb".to_owned() }, "session");
    let login = |room: &str| Statement::Login { room: room.to_owned(), challenge: Hex32([0; 32]), at: 0 };
    out_of_bounds(login(""), "room");
    let object = |text: String| Statement::Object { session: session(), record: digest("record"), text };
    out_of_bounds(object("  ".to_owned()), "text");
    out_of_bounds(object("长".repeat(2001)), "text");

    let change = |change: fn(&mut u32, &mut u32, &mut Vec<Sm3Digest>)| {
        let mut statement = consent();
        if let Statement::Consent(given) = &mut statement {
            change(&mut given.envelope, &mut given.attempt, &mut given.opening_certificates);
        }
        statement
    };
    out_of_bounds(change(|envelope, _, _| *envelope = 0), "envelope");
    out_of_bounds(change(|_, attempt, _| *attempt = 0), "attempt");
    out_of_bounds(change(|_, _, certificates| certificates.clear()), "opening_certificates");
    out_of_bounds(
        change(|_, _, certificates| certificates.extend(certificates.clone())),
        "opening_certificates",
    );
    let mut statement = authorise();
    if let Statement::Authorise { share_index, .. } = &mut statement {
        *share_index = 0;
    }
    out_of_bounds(statement, "share_index");

    let replace = |change: fn(&mut u32, &mut u32, &mut Vec<Sm3Digest>)| {
        let mut statement = replace_officers();
        if let Statement::ReplaceOfficers { version, share_index, opening_certificates, .. } = &mut statement
        {
            change(version, share_index, opening_certificates);
        }
        statement
    };
    out_of_bounds(replace(|version, _, _| *version = 1), "version");
    out_of_bounds(replace(|_, index, _| *index = 0), "share_index");
    out_of_bounds(replace(|_, _, certificates| certificates.clear()), "opening_certificates");
    out_of_bounds(Statement::ConfirmTime { session: session(), step: 0, at: 1 }, "step");

    let mut unaddressed = remedy();
    if let Statement::Remedy(given) = &mut unaddressed {
        given.opening_certificates.clear();
    }
    out_of_bounds(unaddressed, "opening_certificates");
    out_of_bounds(remedy_part(0), "share_index");
    out_of_bounds(ask_remedy_key(" "), "text");
    out_of_bounds(ask_remedy_key(&"长".repeat(2001)), "text");
    out_of_bounds(agree_fate("lost"), "fate");
    out_of_bounds(contest_fate("", "理由"), "fate");
    out_of_bounds(contest_fate("revoked", " "), "text");
    out_of_bounds(contest_fate("revoked", &"长".repeat(2001)), "text");
}

#[test]
fn a_statement_is_not_taken_for_another_kind() {
    let signed = main_lock().sign_statement(&consent()).unwrap();
    let error = SignedStatement::verify(signed.der(), StatementKind::Withdraw).unwrap_err();
    let expected = StatementKind::Withdraw;
    assert!(
        matches!(error, StatementError::Kind { expected: e, found: StatementKind::Consent } if e == expected)
    );
    assert!(SignedStatement::verify_any(signed.der()).is_ok());
}

#[track_caller]
fn refused_content(content: &str) {
    let lock = main_lock();
    let der = SignedData::sign(content.as_bytes(), lock.identity().signing_certificate(), &lock).unwrap();
    let error = SignedStatement::verify(&der, StatementKind::SignIn).unwrap_err();
    assert!(matches!(error, StatementError::Content(_)), "{content}: {error}");
}

#[test]
fn signed_bytes_that_are_no_statement_are_refused() {
    refused_content("");
    refused_content("{}");
    refused_content(r#"{"session":"s","statement":"bidroom/sign-in/v2"}"#);
    refused_content(r#"{"statement":"bidroom/sign-in/v1"}"#);
    refused_content(r#"{"session":"s","statement":"bidroom/sign-in/v1","zusatz":1}"#);
    refused_content(r#"{"statement":"bidroom/sign-in/v1","session":"s"}"#);
    refused_content(r#"{"session": "s","statement":"bidroom/sign-in/v1"}"#);
    refused_content(r#"{"session":1,"statement":"bidroom/sign-in/v1"}"#);
    refused_content(r#"["bidroom/sign-in/v1"]"#);
}

#[test]
fn changed_and_oversized_messages_are_refused() {
    let signed = main_lock().sign_statement(&consent()).unwrap();
    let at = signed.der().windows(5).position(|window| window == b"E4303").unwrap();
    let mut changed = signed.der().to_vec();
    changed[at] = b'F';
    let error = SignedStatement::verify(&changed, StatementKind::Consent).unwrap_err();
    assert!(matches!(error, StatementError::Signature(_)), "{error}");
    let error = SignedStatement::verify(&vec![0x30; 70_000], StatementKind::Consent).unwrap_err();
    assert!(matches!(error, StatementError::TooLong(70_000)), "{error}");
    let error = SignedStatement::verify(b"", StatementKind::Consent).unwrap_err();
    assert!(matches!(error, StatementError::Message(_)), "{error}");
}
