//! Statements: one encoding, typed, bounded, bound to the signing certificate.

use bidroom_canon::{Hex32, Sm3Digest};
use bidroom_envelope::bid::package::packages_digest;
use bidroom_envelope::suite::cms::SignedData;
use bidroom_lock::{Lock as _, SignedStatement, Statement, StatementError, StatementKind, checkpoint_digest};

use crate::holders::main_lock;

fn digest(text: &str) -> Sm3Digest {
    Sm3Digest::of(text.as_bytes())
}

fn session() -> String {
    "E4303000001-1".to_owned()
}

fn consent() -> Statement {
    Statement::Consent {
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
    ]
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
        ["login", "sign-in", "consent", "authorise", "withdraw", "confirm", "object", "sign-record"]
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
        if let Statement::Consent { envelope, attempt, opening_certificates, .. } = &mut statement {
            change(envelope, attempt, opening_certificates);
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
