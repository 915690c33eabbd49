//! The encrypted key store: conformance, and what is its own.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests, outside of the functions that clippy takes for tests"
)]

use std::fs;
use std::path::Path;

use bidroom_hsm::conformance::{self, name};
use bidroom_hsm::soft::{DerivationCost, SoftCustody, StoreSecret};
use bidroom_hsm::{Custody, CustodyError, ErrorKind, KeyPurpose, Refusal, Role, SecretKind};
use tempfile::TempDir;

/// Cheap, so that tests are fast; a store's cost is its maker's choice.
const COST: DerivationCost = DerivationCost { memory_kib: 64, passes: 1, lanes: 1 };

fn passphrase(text: &str) -> StoreSecret {
    StoreSecret::Passphrase(text.to_owned().into())
}

fn secret() -> StoreSecret {
    passphrase("correct horse 电池")
}

/// A store with two keys.
fn filled() -> TempDir {
    let directory = TempDir::new().unwrap();
    let custody = SoftCustody::create(directory.path(), &secret(), COST).unwrap();
    custody.create_key(&name("a", Role::Tender), KeyPurpose::Decrypt).unwrap();
    custody.create_key(&name("a", Role::LogEd25519), KeyPurpose::SignEd25519).unwrap();
    directory
}

fn open(directory: &Path) -> Result<SoftCustody, CustodyError> {
    SoftCustody::open(directory, &secret())
}

fn failure(result: Result<SoftCustody, CustodyError>) -> CustodyError {
    result.err().expect("it must not open")
}

#[track_caller]
fn check_refusal(result: Result<SoftCustody, CustodyError>, expect: &Refusal) {
    match failure(result) {
        CustodyError::Refused(refusal) => assert_eq!(refusal, *expect),
        other => panic!("{other}"),
    }
}

#[test]
fn conforms() {
    let directory = TempDir::new().unwrap();
    conformance::run(|| {
        let exists = SoftCustody::exists(directory.path());
        let custody = if exists {
            open(directory.path())
        } else {
            SoftCustody::create(directory.path(), &secret(), COST)
        };
        Box::new(custody.unwrap())
    });
}

#[test]
fn conforms_with_a_credential() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("credential");
    fs::write(&file, [0xa5; 32]).unwrap();
    let store = directory.path().join("deep/store");
    conformance::run(|| {
        let secret = StoreSecret::from_credential_file(&file).unwrap();
        let exists = SoftCustody::exists(&store);
        let custody = if exists {
            SoftCustody::open(&store, &secret)
        } else {
            SoftCustody::create(&store, &secret, COST)
        };
        Box::new(custody.unwrap())
    });
}

#[test]
fn a_wrong_secret_is_told_from_damage() {
    let directory = filled();
    for wrong in ["correct horse", "Correct horse 电池", "correct horse 电池 "] {
        let error = failure(SoftCustody::open(directory.path(), &passphrase(wrong)));
        assert!(matches!(error, CustodyError::WrongPassphrase { last_try: false, .. }), "{error}");
        assert_eq!(error.kind(), ErrorKind::Refusal);
    }
    check_refusal(
        SoftCustody::open(directory.path(), &StoreSecret::Credential(vec![1; 32].into())),
        &Refusal::OtherSecret(SecretKind::Passphrase),
    );
    assert_eq!(open(directory.path()).unwrap().keys().unwrap().len(), 2);
}

#[test]
fn weak_secrets_are_refused() {
    let directory = TempDir::new().unwrap();
    check_refusal(
        SoftCustody::create(directory.path(), &passphrase("1234567"), COST),
        &Refusal::SecretLength { bytes: 7, least: 8, most: 1024 },
    );
    let short = directory.path().join("short");
    fs::write(&short, [1; 31]).unwrap();
    let long = directory.path().join("long");
    fs::write(&long, vec![1; 100_000]).unwrap();
    for (file, bytes) in [(short, 31), (long, 1025)] {
        match StoreSecret::from_credential_file(&file) {
            Err(CustodyError::Refused(refusal)) => {
                assert_eq!(refusal, Refusal::SecretLength { bytes, least: 32, most: 1024 });
            }
            other => panic!("{other:?}"),
        }
    }
    let missing = StoreSecret::from_credential_file(&directory.path().join("none")).unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::Fault);
}

#[test]
fn one_custody_at_a_time() {
    let directory = filled();
    let first = open(directory.path()).unwrap();
    let in_use = Refusal::InUse(directory.path().display().to_string());
    check_refusal(open(directory.path()), &in_use);
    check_refusal(SoftCustody::create(directory.path(), &secret(), COST), &in_use);
    drop(first);
    check_refusal(
        SoftCustody::create(directory.path(), &secret(), COST),
        &Refusal::StoreExists(directory.path().to_owned()),
    );
    open(directory.path()).unwrap();
}

#[test]
fn no_store_is_no_store() {
    let directory = TempDir::new().unwrap();
    check_refusal(open(directory.path()), &Refusal::NoStore(directory.path().to_owned()));
    let missing = directory.path().join("missing");
    check_refusal(open(&missing), &Refusal::NoStore(missing.clone()));
}

#[test]
fn a_store_cut_short_or_changed_is_named() {
    let directory = filled();
    let file = directory.path().join("custody.store");
    let whole = fs::read(&file).unwrap();
    let check = |bytes: &[u8], what: &str| {
        fs::write(&file, bytes).unwrap();
        let error = failure(open(directory.path()));
        assert!(matches!(error, CustodyError::Tampered(_)), "{what}: {error}");
        assert_eq!(error.kind(), ErrorKind::Tamper);
        assert_eq!(fs::read(&file).unwrap(), bytes, "evidence is left as it is");
    };
    for length in 0..whole.len() {
        check(&whole[..length], &format!("cut to {length}"));
    }
    for index in 0..whole.len() {
        let mut changed = whole.clone();
        changed[index] ^= 1 << (index % 8);
        check(&changed, &format!("byte {index} changed"));
    }
    check(&[&whole[..], b" "].concat(), "a byte more");
    check(&vec![b'['; 40 * 1024 * 1024], "huge");
    fs::write(&file, &whole).unwrap();
    assert_eq!(open(directory.path()).unwrap().self_check().unwrap(), 2);
}

#[test]
fn a_change_behind_the_running_process_is_noticed() {
    let directory = filled();
    let file = directory.path().join("custody.store");
    let old = fs::read(&file).unwrap();
    let custody = open(directory.path()).unwrap();
    custody.create_key(&name("b", Role::Tender), KeyPurpose::Decrypt).unwrap();
    assert_eq!(custody.self_check().unwrap(), 3);
    fs::write(&file, &old).unwrap();
    assert_eq!(custody.self_check().unwrap_err().kind(), ErrorKind::Tamper);
    fs::remove_file(&file).unwrap();
    assert_eq!(custody.self_check().unwrap_err().kind(), ErrorKind::Tamper);
}

#[test]
fn nothing_secret_is_on_disk_or_in_debug() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = filled();
    let text = fs::read_to_string(directory.path().join("custody.store")).unwrap();
    assert!(!text.contains("opening") && !text.contains("ed25519"), "not even names");
    for entry in fs::read_dir(directory.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o077, 0, "{entry:?}");
    }
    assert!(!format!("{:?}", secret()).contains("horse"));
}
