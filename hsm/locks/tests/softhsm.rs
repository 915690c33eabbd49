//! PKCS#11 locks on SoftHSM2, a stock module that knows no SM2: it opens by ECDH and does not sign.
//!
//! SoftHSM reads its configuration from the environment once per process, so the test runs its body in a process of its
//! own. `BIDROOM_PKCS11_MODULE` names the module, and with it `softhsm2-util` must be installed.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests, outside of the functions that clippy takes for tests"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use bidroom_envelope::suite::pki::{Name, Profile};
use bidroom_locks::config::LockConfig;
use bidroom_locks::conformance::{self, Bench as Suite};
use bidroom_locks::pkcs11::Pkcs11Locks;
use bidroom_test_device::keys::{certificate, firm, key, officer};
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::object::{Attribute, CertificateType, KeyType, ObjectClass};
use cryptoki::session::{Session, UserType};
use tempfile::TempDir;

/// Set in the process that runs the body.
const INSIDE: &str = "BIDROOM_TEST_INSIDE";
const PIN: &str = "123456";
const CURVE: &[u8] = &[0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d];

fn module() -> PathBuf {
    std::env::var_os("BIDROOM_PKCS11_MODULE")
        .map_or_else(|| PathBuf::from("/usr/lib/softhsm/libsofthsm2.so"), PathBuf::from)
}

fn make_token(configuration: &Path, label: &str) {
    let output = Command::new("softhsm2-util")
        .env("SOFTHSM2_CONF", configuration)
        .arg("--module")
        .arg(module())
        .args(["--init-token", "--free", "--label", label, "--so-pin", "12345678", "--pin", PIN])
        .output()
        .expect("softhsm2-util must be installed (Debian package softhsm2)");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Puts a certificate and its key into a token.
fn provide(session: &Session, subject: &Name, seed: u8, profile: Profile) {
    let certificate = certificate(subject, seed, profile);
    let id = Attribute::Id(vec![seed]);
    session
        .create_object(&[
            Attribute::Class(ObjectClass::CERTIFICATE),
            Attribute::CertificateType(CertificateType::X_509),
            Attribute::Token(true),
            Attribute::Private(false),
            Attribute::Subject(certificate.subject().der().to_vec()),
            Attribute::Value(certificate.der().to_vec()),
            id.clone(),
        ])
        .unwrap();
    session
        .create_object(&[
            Attribute::Class(ObjectClass::PRIVATE_KEY),
            Attribute::KeyType(KeyType::EC),
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::EcParams(CURVE.to_vec()),
            Attribute::Value(key(seed).to_bytes().to_vec()),
            Attribute::Sign(profile == Profile::Signing),
            Attribute::Derive(profile == Profile::Encryption),
            id,
        ])
        .unwrap();
}

fn body() {
    let context = Pkcs11::new(module()).unwrap();
    context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)).unwrap();
    for slot in context.get_slots_with_initialized_token().unwrap() {
        let session = context.open_rw_session(slot).unwrap();
        session.login(UserType::User, Some(&PIN.to_owned().into())).unwrap();
        let label = context.get_token_info(slot).unwrap().label().to_owned();
        let (subject, seed) = if label == "main" { (firm("主锁"), 10) } else { (officer("李敏"), 20) };
        provide(&session, &subject, seed, Profile::Signing);
        provide(&session, &subject, seed + 1, Profile::Encryption);
    }
    let text = format!("interface = \"pkcs11\"\nname = \"soft\"\nlibrary = '{}'", module().display());
    let LockConfig::Pkcs11(config) = LockConfig::parse(Path::new("test.toml"), &text).unwrap() else {
        panic!("a PKCS#11 configuration")
    };
    let driver = Pkcs11Locks::open(config).unwrap();
    conformance::run(&Suite { driver: &driver, pin: PIN, wrong: "654321", signs: false });
}

#[test]
fn a_stock_token_opens_by_ecdh_and_does_not_sign() {
    if std::env::var_os(INSIDE).is_some() {
        return body();
    }
    let directory = TempDir::new().unwrap();
    let tokens = directory.path().join("tokens");
    std::fs::create_dir(&tokens).unwrap();
    let configuration = directory.path().join("softhsm2.conf");
    let text = format!("directories.tokendir = {}\nobjectstore.backend = file\n", tokens.display());
    std::fs::write(&configuration, text).unwrap();
    make_token(&configuration, "main");
    make_token(&configuration, "officer");
    let test = "a_stock_token_opens_by_ecdh_and_does_not_sign";
    let output = Command::new(std::env::current_exe().unwrap())
        .env("SOFTHSM2_CONF", &configuration)
        .env(INSIDE, "1")
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("1 passed"), "the body did not run: {text}");
}
