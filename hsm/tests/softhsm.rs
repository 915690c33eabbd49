//! The PKCS#11 backend on SoftHSM2: conformance, and what is its own.
//!
//! SoftHSM reads its configuration from the environment once per process, so every test runs its body in a process
//! of its own, with a token directory of its own. `BIDROOM_PKCS11_MODULE` names the module, and with it
//! `softhsm2-util` must be installed.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "helpers of tests, outside of the functions that clippy takes for tests"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use bidroom_hsm::conformance::{self, name, seal};
use bidroom_hsm::pkcs11::{Pkcs11Config, Pkcs11Custody, TokenSelector};
use bidroom_hsm::{
    Custody, CustodyError, CustodyLevel, ErrorKind, Fault, KeyPurpose, ObjectDamage, Refusal, Role, Tamper,
};
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::object::{Attribute, AttributeInfo, AttributeType, KeyType, ObjectClass};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;
use tempfile::TempDir;

/// Set in the process that runs a test's body.
const INSIDE: &str = "BIDROOM_TEST_TOKEN_DIRECTORY";
const LABEL: &str = "房间 room";
const PIN: &str = "93-71-40";

fn module() -> PathBuf {
    std::env::var_os("BIDROOM_PKCS11_MODULE")
        .map_or_else(|| PathBuf::from("/usr/lib/softhsm/libsofthsm2.so"), PathBuf::from)
}

fn util(configuration: &Path, arguments: &[&str]) {
    let output = Command::new("softhsm2-util")
        .env("SOFTHSM2_CONF", configuration)
        .arg("--module")
        .arg(module())
        .args(arguments)
        .output()
        .expect("softhsm2-util must be installed (Debian package softhsm2)");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Runs `body` in a process of its own with one fresh token.
fn with_token(test: &str, body: impl FnOnce()) {
    with_token_of("", test, body);
}

/// The same with more lines in SoftHSM's configuration.
fn with_token_of(more: &str, test: &str, body: impl FnOnce()) {
    if std::env::var_os(INSIDE).is_some() {
        return body();
    }
    let directory = TempDir::new().unwrap();
    let tokens = directory.path().join("tokens");
    std::fs::create_dir(&tokens).unwrap();
    let configuration = directory.path().join("softhsm2.conf");
    let text = format!("directories.tokendir = {}\nobjectstore.backend = file\n{more}", tokens.display());
    std::fs::write(&configuration, text).unwrap();
    let so_pin = ["--so-pin", "12345678", "--pin", PIN];
    util(&configuration, &[&["--init-token", "--free", "--label", LABEL][..], &so_pin].concat());
    let output = Command::new(std::env::current_exe().unwrap())
        .env("SOFTHSM2_CONF", &configuration)
        .env(INSIDE, directory.path())
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("1 passed"), "the body did not run: {text}");
}

fn config() -> Pkcs11Config {
    Pkcs11Config {
        module: module(),
        token: TokenSelector::Label(LABEL.to_owned()),
        pin: PIN.to_owned().into(),
    }
}

fn open() -> Pkcs11Custody {
    Pkcs11Custody::open(&config()).unwrap()
}

fn failure(config: &Pkcs11Config) -> CustodyError {
    Pkcs11Custody::open(config).err().expect("it must not open")
}

/// The token as any other program in this process sees it.
fn beside() -> Pkcs11 {
    let context = Pkcs11::new(module()).unwrap();
    drop(context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)));
    context
}

fn session_beside() -> Session {
    let context = beside();
    let slot = context.get_slots_with_initialized_token().unwrap()[0];
    context.open_rw_session(slot).unwrap()
}

/// Logged in; it shares the login with whatever else is open in this process.
fn user_session_beside() -> Session {
    let session = session_beside();
    drop(session.login(UserType::User, Some(&AuthPin::from(PIN))));
    session
}

#[test]
fn conforms() {
    with_token("conforms", || conformance::run(|| Box::new(open())));
}

/// A device without Ed25519: such keys are second best there, and it says so.
#[test]
fn conforms_without_ed25519() {
    let without = "slots.mechanisms = -CKM_EDDSA,CKM_EC_EDWARDS_KEY_PAIR_GEN\n";
    with_token_of(without, "conforms_without_ed25519", || {
        conformance::run(|| Box::new(open()));
        let description = open().description();
        assert_eq!(description.ed25519_signing, CustodyLevel::WrappedUnderDevice);
        assert_eq!(description.decryption, CustodyLevel::Device);
    });
}

#[test]
fn older_wrapped_keys_stay_usable_and_lower_the_level() {
    let without = "slots.mechanisms = -CKM_EDDSA,CKM_EC_EDWARDS_KEY_PAIR_GEN\n";
    with_token_of(without, "older_wrapped_keys_stay_usable_and_lower_the_level", || {
        let (old, new) = (name("old", Role::LogEd25519), name("new", Role::LogEd25519));
        let made = open().create_key(&old, KeyPurpose::SignEd25519).unwrap();
        // The device learns Ed25519: a firmware update.
        let configuration = PathBuf::from(std::env::var_os("SOFTHSM2_CONF").unwrap());
        let text = std::fs::read_to_string(&configuration).unwrap().replace(without, "");
        std::fs::write(&configuration, text).unwrap();
        beside().finalize().unwrap();
        let custody = open();
        assert_eq!(custody.public_key(&old).unwrap(), made);
        custody.sign_ed25519(&old, b"m").unwrap();
        let error = custody.create_key(&old, KeyPurpose::SignEd25519).unwrap_err();
        assert!(matches!(error, CustodyError::Refused(Refusal::Exists(_))), "{error}");
        custody.create_key(&new, KeyPurpose::SignEd25519).unwrap();
        assert_eq!(custody.self_check().unwrap(), 2);
        assert_eq!(custody.description().ed25519_signing, CustodyLevel::WrappedUnderDevice);
        custody.destroy(&old).unwrap();
        drop(custody);
        assert_eq!(open().description().ed25519_signing, CustodyLevel::Device);
    });
}

#[test]
fn private_keys_do_not_leave_the_device() {
    with_token("private_keys_do_not_leave_the_device", || {
        let custody = open();
        for role in Role::ALL {
            custody.create_key(&name("1", role), role.purpose()).unwrap();
        }
        let session = user_session_beside();
        let mut seen = 0;
        for class in [ObjectClass::PRIVATE_KEY, ObjectClass::SECRET_KEY] {
            for object in session.find_objects(&[Attribute::Class(class)]).unwrap() {
                let info = session.get_attribute_info(object, &[AttributeType::Value]).unwrap();
                assert!(matches!(info[..], [AttributeInfo::Sensitive]), "{info:?}");
                assert_eq!(session.get_attributes(object, &[AttributeType::Value]).unwrap(), []);
                for loosened in [Attribute::Extractable(true), Attribute::Sensitive(false)] {
                    assert!(session.update_attributes(object, &[loosened]).is_err());
                }
                seen += 1;
            }
        }
        assert_eq!(seen, 4, "tender, opening, log-ed25519 and the wrapping key");
        // Software keys are in data objects, and what is in these is not the scalar.
        assert_eq!(session.find_objects(&[Attribute::Class(ObjectClass::DATA)]).unwrap().len(), 3);
        assert_eq!(custody.description().sm2_signing, CustodyLevel::WrappedUnderDevice);
        assert!(custody.description().zh()[0].contains("软件模拟"), "SoftHSM is no hardware");
    });
}

#[test]
fn nothing_is_seen_without_the_pin() {
    with_token("nothing_is_seen_without_the_pin", || {
        {
            let custody = open();
            for role in Role::ALL {
                custody.create_key(&name("1", role), role.purpose()).unwrap();
            }
        }
        assert_eq!(session_beside().find_objects(&[]).unwrap(), []);
    });
}

#[test]
fn a_wrong_pin_is_tried_once() {
    with_token("a_wrong_pin_is_tried_once", || {
        for wrong in ["93-71-41", "?", &"9".repeat(300)] {
            let error = failure(&Pkcs11Config { pin: wrong.to_owned().into(), ..config() });
            assert!(matches!(error, CustodyError::WrongPassphrase { .. }), "{error}");
            assert!(!format!("{error:?}{}", error.zh()).contains(wrong));
        }
        assert!(!format!("{:?}", config()).contains(PIN));
        drop(open());
        // Somebody else's login does not stand in for the PIN.
        let other = user_session_beside();
        let error = failure(&Pkcs11Config { pin: "93-71-41".to_owned().into(), ..config() });
        assert!(matches!(error, CustodyError::WrongPassphrase { .. }), "{error}");
        drop(other);

        // The PIN is changed behind a custody that runs: one try, and none after it.
        let custody = open();
        let log = name("1", Role::LogEd25519);
        custody.create_key(&log, KeyPurpose::SignEd25519).unwrap();
        let session = user_session_beside();
        let (old, new) = (AuthPin::from(PIN), AuthPin::from("93-71-42"));
        session.set_pin(&old, &new).unwrap();
        session.logout().unwrap();
        let wrong = |result: Result<[u8; 64], CustodyError>| {
            assert!(matches!(result, Err(CustodyError::WrongPassphrase { .. })), "{result:?}");
        };
        wrong(custody.sign_ed25519(&log, b"m"));
        session.login(UserType::User, Some(&new)).unwrap();
        session.set_pin(&new, &old).unwrap();
        session.logout().unwrap();
        wrong(custody.sign_ed25519(&log, b"m"));
        drop(custody);
        open().sign_ed25519(&log, b"m").unwrap();
    });
}

#[test]
fn the_token_is_named_exactly() {
    with_token("the_token_is_named_exactly", || {
        let check = |token: TokenSelector, expect: usize| match failure(&Pkcs11Config { token, ..config() }) {
            CustodyError::Refused(Refusal::Token { found, present, .. }) => {
                assert_eq!(found, expect);
                assert!(present.contains(LABEL));
            }
            other => panic!("{other}"),
        };
        check(TokenSelector::Label("room".to_owned()), 0);
        check(TokenSelector::Serial(String::new()), 0);
        let first = open();
        let serial = first.description().device.unwrap().serial;
        let error = failure(&Pkcs11Config { token: TokenSelector::Serial(serial.clone()), ..config() });
        assert!(matches!(error, CustodyError::Refused(Refusal::InUse(_))), "{error}");
        drop(first);
        let second = Pkcs11Config { token: TokenSelector::Serial(serial), ..config() };
        drop(Pkcs11Custody::open(&second).unwrap());

        let configuration = PathBuf::from(std::env::var_os("SOFTHSM2_CONF").unwrap());
        util(
            &configuration,
            &["--init-token", "--free", "--label", LABEL, "--so-pin", "12345678", "--pin", PIN],
        );
        // SoftHSM looks for tokens when it starts.
        beside().finalize().unwrap();
        check(TokenSelector::Label(LABEL.to_owned()), 2);
        drop(Pkcs11Custody::open(&second).unwrap());

        let module = Pkcs11Config { module: PathBuf::from("/nonexistent.so"), ..config() };
        assert_eq!(failure(&module).kind(), ErrorKind::Fault);
    });
}

#[test]
fn lost_sessions_are_renewed() {
    with_token("lost_sessions_are_renewed", || {
        let custody = open();
        let tender = name("1", Role::Tender);
        let key = *custody.create_key(&tender, KeyPurpose::Decrypt).unwrap().sm2().unwrap();
        let log = name("1", Role::LogSm2);
        let log_key = *custody.create_key(&log, KeyPurpose::SignSm2).unwrap().sm2().unwrap();
        let works = || {
            assert_eq!(custody.unwrap(&tender, &seal(&key, b"share", 5)).unwrap()[..], b"share"[..]);
            log_key.verify(b"m", &custody.sign_sm2(&log, b"m").unwrap()).unwrap();
            assert_eq!(custody.keys().unwrap().len(), 2, "a session that is logged out sees nothing");
        };
        works();
        session_beside().logout().unwrap();
        works();
        beside().finalize().unwrap();
        works();
        // In the middle of what several threads do. The restart comes between their calls: handles of before and
        // after it are the same numbers, and only whoever restarts the module can know that nobody holds one.
        for round in 0..8 {
            std::thread::scope(|scope| {
                let threads: Vec<_> = (0..4).map(|_| scope.spawn(works)).collect();
                if round % 2 == 0 {
                    session_beside().logout().ok();
                }
                threads.into_iter().for_each(|thread| thread.join().unwrap());
            });
            if round % 2 == 0 {
                beside().finalize().unwrap();
            }
        }
        works();
    });
}

#[test]
fn a_key_with_other_attributes_is_not_used() {
    with_token("a_key_with_other_attributes_is_not_used", || {
        let custody = open();
        let (good, forged) = (name("1", Role::Tender), name("2", Role::Tender));
        custody.create_key(&good, KeyPurpose::Decrypt).unwrap();
        let session = user_session_beside();
        let find = |class: ObjectClass, label: String| {
            session.find_objects(&[Attribute::Class(class), Attribute::Label(label.into_bytes())]).unwrap()
        };
        // An extractable key under the name and id that custody would look for.
        let id = {
            custody.create_key(&forged, KeyPurpose::Decrypt).unwrap();
            let object = find(ObjectClass::PRIVATE_KEY, forged.label())[0];
            let id = session.get_attributes(object, &[AttributeType::Id]).unwrap().remove(0);
            custody.destroy(&forged).unwrap();
            id
        };
        let curve = vec![0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d];
        let common = [
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::KeyType(KeyType::EC),
            Attribute::Label(forged.label().into_bytes()),
            id,
        ];
        let public = [&common[..], &[Attribute::EcParams(curve)]].concat();
        let private = [
            &common[..],
            &[Attribute::Derive(true), Attribute::Extractable(true), Attribute::Sensitive(false)],
        ]
        .concat();
        session.generate_key_pair(&cryptoki::mechanism::Mechanism::EccKeyPairGen, &public, &private).unwrap();
        for error in [
            custody.public_key(&forged).map(drop).unwrap_err(),
            custody.self_check().map(drop).unwrap_err(),
            custody.keys().map(drop).unwrap_err(),
        ] {
            match error {
                CustodyError::Tampered(Tamper::Object { name, what }) => {
                    assert_eq!(name, forged);
                    let attribute = AttributeType::Sensitive.to_string();
                    assert_eq!(what, ObjectDamage::Attribute(attribute));
                }
                other => panic!("{other}"),
            }
        }
        custody.destroy(&forged).unwrap();
        assert_eq!(custody.self_check().unwrap(), 1);

        // A public half that belongs to another private one.
        custody.create_key(&forged, KeyPurpose::Decrypt).unwrap();
        let point = |label: String| {
            let object = find(ObjectClass::PUBLIC_KEY, label)[0];
            (object, session.get_attributes(object, &[AttributeType::EcPoint]).unwrap().remove(0))
        };
        let (object, _) = point(forged.label());
        let (_, foreign) = point(good.label());
        let mut replacement = session
            .get_attributes(
                object,
                &[
                    AttributeType::Class,
                    AttributeType::KeyType,
                    AttributeType::Token,
                    AttributeType::Private,
                    AttributeType::Label,
                    AttributeType::Id,
                    AttributeType::EcParams,
                ],
            )
            .unwrap();
        replacement.push(foreign);
        session.destroy_object(object).unwrap();
        session.create_object(&replacement).unwrap();
        match custody.self_check() {
            Err(CustodyError::Tampered(Tamper::Pair(found))) => assert_eq!(found, forged),
            other => panic!("{other:?}"),
        }
        // And a second one beside it.
        session.create_object(&replacement).unwrap();
        assert_eq!(custody.public_key(&forged).unwrap_err().kind(), ErrorKind::Tamper);
    });
}

#[test]
fn a_wrapped_key_is_bound_to_its_name() {
    with_token("a_wrapped_key_is_bound_to_its_name", || {
        let custody = open();
        let (one, two) = (name("1", Role::Issuer), name("2", Role::Issuer));
        custody.create_key(&one, KeyPurpose::SignSm2).unwrap();
        custody.create_key(&two, KeyPurpose::SignSm2).unwrap();
        let session = user_session_beside();
        let object = |name: &bidroom_hsm::KeyName| {
            let label = Attribute::Label(name.label().into_bytes());
            session.find_objects(&[Attribute::Class(ObjectClass::DATA), label]).unwrap()[0]
        };
        let value = |name| session.get_attributes(object(name), &[AttributeType::Value]).unwrap().remove(0);
        let (Attribute::Value(first), template) = (
            value(&one),
            session
                .get_attributes(
                    object(&two),
                    &[
                        AttributeType::Class,
                        AttributeType::Token,
                        AttributeType::Private,
                        AttributeType::Application,
                        AttributeType::Label,
                    ],
                )
                .unwrap(),
        ) else {
            panic!("no value")
        };
        let Attribute::Value(second) = value(&two) else { panic!("no value") };
        let check = |bytes: &[u8]| {
            session.destroy_object(object(&two)).unwrap();
            let mut replacement = template.clone();
            replacement.push(Attribute::Value(bytes.to_vec()));
            session.create_object(&replacement).unwrap();
            let error = custody.sign_sm2(&two, b"m").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Tamper, "{error}");
        };
        check(&first);
        check(b"");
        check(&second[..second.len() - 1]);
        for index in 0..second.len() {
            let mut changed = second.clone();
            changed[index] ^= 0x10;
            check(&changed);
        }
        assert!(custody.sign_sm2(&one, b"m").is_ok());
        // Without the device key nothing opens, and its loss is not taken for a missing key.
        let wrapping = session.find_objects(&[Attribute::Class(ObjectClass::SECRET_KEY)]).unwrap();
        assert_eq!(wrapping.len(), 1);
        session.destroy_object(wrapping[0]).unwrap();
        assert_eq!(custody.sign_sm2(&one, b"m").unwrap_err().kind(), ErrorKind::Tamper);
    });
}

#[test]
fn a_half_made_pair_is_no_key() {
    with_token("a_half_made_pair_is_no_key", || {
        let custody = open();
        let tender = name("1", Role::Tender);
        let first = custody.create_key(&tender, KeyPurpose::Decrypt).unwrap();
        let session = user_session_beside();
        let private = session.find_objects(&[Attribute::Class(ObjectClass::PRIVATE_KEY)]).unwrap();
        session.destroy_object(private[0]).unwrap();
        assert_eq!(custody.keys().unwrap(), []);
        assert!(matches!(custody.public_key(&tender), Err(CustodyError::NotFound(_))));
        let second = custody.create_key(&tender, KeyPurpose::Decrypt).unwrap();
        assert_ne!(first.key, second.key);
        assert_eq!(custody.public_key(&tender).unwrap(), second);
        // Objects of other software are left alone and not listed.
        let other =
            [Attribute::Class(ObjectClass::DATA), Attribute::Token(true), Attribute::Label(b"x".to_vec())];
        session.create_object(&other).unwrap();
        assert_eq!(custody.keys().unwrap(), [second]);
    });
}

#[test]
fn a_removed_token_is_a_fault_that_names_function_and_code() {
    with_token("a_removed_token_is_a_fault_that_names_function_and_code", || {
        let custody = open();
        let tender = name("1", Role::Tender);
        custody.create_key(&tender, KeyPurpose::Decrypt).unwrap();
        let directory = PathBuf::from(std::env::var_os(INSIDE).unwrap());
        let (tokens, away) = (directory.join("tokens"), directory.join("away"));
        std::fs::rename(&tokens, &away).unwrap();
        std::fs::create_dir(&tokens).unwrap();
        let error = custody.create_key(&name("2", Role::Tender), KeyPurpose::Decrypt).unwrap_err();
        match &error {
            CustodyError::Fault(Fault::Pkcs11 { function, code }) => {
                assert!(function.starts_with("C_") && code.starts_with("CKR_"), "{error}");
                assert!(error.zh().contains(code.as_str()));
            }
            other => panic!("{other}"),
        }
        beside().finalize().unwrap();
        let error = custody.self_check().unwrap_err();
        assert!(matches!(error, CustodyError::Fault(Fault::Absent(_))), "{error}");
        std::fs::remove_dir(&tokens).unwrap();
        std::fs::rename(&away, &tokens).unwrap();
        beside().finalize().unwrap();
        assert_eq!(custody.self_check().unwrap(), 1);
    });
}
