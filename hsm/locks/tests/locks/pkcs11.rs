//! PKCS#11 locks over a module of our own that knows SM2: conformance, PIN flags, and tokens that misbehave.

use std::path::Path;

use bidroom_envelope::suite::sm2::encrypt;
use bidroom_locks::config::{LockConfig, Pkcs11LockConfig};
use bidroom_locks::conformance::{self, Bench as Suite};
use bidroom_locks::pkcs11::Pkcs11Locks;
use bidroom_locks::{FoundLock, Lack, LockDriver, LockTrouble, PinEntry, PinTries};
use bidroom_test_device::keys::{firm, officer};
use bidroom_test_device::{Bench, Faults};
use bidroom_test_p11::model::{Contents, TokenSpec};

const PIN: &str = "123456";

/// Digest in, r ‖ s out; C1 ‖ C3 ‖ C2 in.
const SM2: &str = "
    [sm2]
    sign = { mechanism = 0x80000010 }
    decrypt = { mechanism = 0x80000020 }
";

fn config(library: &Path, sm2: &str) -> Pkcs11LockConfig {
    let head = format!("interface = \"pkcs11\"\nname = \"drill\"\nlibrary = '{}'\n", library.display());
    match LockConfig::parse(Path::new("test.toml"), &format!("{head}{sm2}")).unwrap() {
        LockConfig::Pkcs11(config) => config,
        LockConfig::Skf(_) => panic!("a PKCS#11 configuration"),
    }
}

fn bench() -> Bench {
    let tokens =
        vec![TokenSpec::lock("main", &firm("主锁"), 10), TokenSpec::lock("officer", &officer("李敏"), 20)];
    Bench::new("bidroom_test_p11", &Contents { tokens })
}

fn driver(bench: &Bench, sm2: &str) -> Pkcs11Locks {
    Pkcs11Locks::open(config(bench.library(), sm2)).unwrap()
}

fn first(driver: &Pkcs11Locks) -> FoundLock {
    driver.list().unwrap().locks.remove(0)
}

fn conforms(sm2: &str, signs: bool) {
    let bench = bench();
    let driver = driver(&bench, sm2);
    conformance::run(&Suite { driver: &driver, pin: PIN, wrong: "654321", signs });
}

#[test]
fn conforms_with_one_vendors_sm2() {
    conforms(SM2, true);
}

#[test]
fn conforms_with_another_vendors_sm2() {
    conforms(
        "[sm2]
        sign = { mechanism = 0x80000011, input = \"message\", parameter = \"signer-id\", signature = \"der\" }
        decrypt = { mechanism = 0x80000022, ciphertext = \"der\" }",
        true,
    );
}

#[test]
fn a_token_whose_mechanism_is_not_configured_does_not_sign_and_says_why() {
    conforms("[sm2]\ndecrypt = { mechanism = 0x80000020 }", false);
    // Configured and not offered is the same.
    conforms("[sm2]\nsign = { mechanism = 0x80000099 }\ndecrypt = { mechanism = 0x80000020 }", false);
    let bench = bench();
    let lock = first(&driver(&bench, ""));
    assert_eq!((lock.no_signing, lock.no_opening), (Some(Lack::Sm2Signing), Some(Lack::Sm2Decryption)));
}

#[test]
fn the_flags_of_the_pin_are_believed() {
    let bench = bench();
    let driver = driver(&bench, SM2);
    let wrong = || driver.open(&first(&driver), PinEntry::new("000000")).unwrap_err();
    assert_eq!(first(&driver).tries, PinTries::Enough);
    for expect in [PinTries::Low, PinTries::Low, PinTries::Last] {
        match wrong() {
            LockTrouble::WrongPin { left, .. } => assert_eq!(left, expect),
            other => panic!("{other}"),
        }
    }
    // The last try is made only by who says so.
    let error = driver.open(&first(&driver), PinEntry::new(PIN)).unwrap_err();
    assert!(matches!(error, LockTrouble::LastTry { .. }), "{error}");
    let held = driver.open(&first(&driver), PinEntry::new(PIN).with_last_try()).unwrap();
    assert_eq!(held.tries().unwrap(), PinTries::Enough);
    for _ in 0..3 {
        wrong();
    }
    let error = driver.open(&first(&driver), PinEntry::new("000000").with_last_try()).unwrap_err();
    assert!(matches!(error, LockTrouble::PinLocked { .. }), "{error}");
    assert_eq!(first(&driver).tries, PinTries::Locked);
    assert!(matches!(held.try_sign(b"m"), Err(LockTrouble::PinLocked { .. })));
    // The other token is not concerned.
    assert_eq!(driver.list().unwrap().locks[1].tries, PinTries::Enough);
}

#[test]
fn a_pulled_token_is_named_and_used_again() {
    let bench = bench();
    let driver = driver(&bench, SM2);
    let held = driver.open(&first(&driver), PinEntry::new(PIN)).unwrap();
    bench.remove("main");
    let listing = driver.list().unwrap();
    assert_eq!(listing.locks.len(), 1);
    assert!(matches!(held.try_sign(b"m"), Err(LockTrouble::Absent { .. })));
    bench.heal();
    held.try_sign(b"m").unwrap();
    for (function, code) in [("C_Login", 0x32), ("C_Sign", 0x32), ("C_SignInit", 0xB3)] {
        bench.fail(function, code);
        match held.try_sign(b"m").unwrap_err() {
            LockTrouble::Removed { call, .. } => assert_eq!(call.function, function),
            other => panic!("{other}"),
        }
        bench.heal();
        held.try_sign(b"m").unwrap();
    }
    for reset in 1..4 {
        bench.inject(&Faults { reset, ..Faults::default() });
        held.try_sign(b"m").unwrap();
    }
    bench.fail("C_Sign", 0x30);
    let error = held.try_sign(b"m").unwrap_err();
    assert_eq!(error.detail(), "main lock …3C0A: C_Sign returned CKR_DEVICE_ERROR");
    assert!(error.zh().contains("主锁（尾号 3C0A）"), "{}", error.zh());
}

#[test]
fn nobody_stays_logged_in() {
    let bench = bench();
    let driver = driver(&bench, SM2);
    let held = driver.open(&first(&driver), PinEntry::new(PIN)).unwrap();
    held.try_sign(b"m").unwrap();
    // A second user of the same module in this process sees no private object.
    let module = cryptoki::context::Pkcs11::new(bench.library()).unwrap();
    let slot = module.get_slots_with_token().unwrap()[0];
    let session = module.open_ro_session(slot).unwrap();
    let wanted = [cryptoki::object::Attribute::Class(cryptoki::object::ObjectClass::PRIVATE_KEY)];
    assert_eq!(session.find_objects(&wanted).unwrap(), []);
    // Somebody else's login does not stand in for the PIN, and is ended.
    session.login(cryptoki::session::UserType::User, Some(&PIN.to_owned().into())).unwrap();
    assert!(!session.find_objects(&wanted).unwrap().is_empty());
    let error = driver.open(held.found(), PinEntry::new("000000")).unwrap_err();
    assert!(matches!(error, LockTrouble::WrongPin { .. }), "{error}");
    assert_eq!(session.find_objects(&wanted).unwrap(), []);
}

#[test]
fn two_tokens_that_look_alike_get_no_pin() {
    let mut twin = TokenSpec::lock("main", &firm("主锁"), 10);
    twin.serial = "SN-main".to_owned();
    let tokens = vec![TokenSpec::lock("main", &firm("主锁"), 10), twin];
    let bench = Bench::new("bidroom_test_p11", &Contents { tokens });
    let driver = driver(&bench, SM2);
    let error = driver.open(&first(&driver), PinEntry::new("000000")).unwrap_err();
    assert!(matches!(error, LockTrouble::Replaced { .. }), "{error}");
    assert!(driver.list().unwrap().locks.iter().all(|lock| lock.tries == PinTries::Enough));
}

#[test]
fn a_key_that_is_not_its_certificates_is_found_out() {
    let mut token = TokenSpec::lock("main", &firm("主锁"), 10);
    token.pairs[0].1.seed = 30;
    let bench = Bench::new("bidroom_test_p11", &Contents { tokens: vec![token] });
    let driver = driver(&bench, SM2);
    let held = driver.open(&first(&driver), PinEntry::new(PIN)).unwrap();
    assert!(matches!(held.try_sign(b"m"), Err(LockTrouble::OtherKey { signing: true, .. })));
    let key = held.found().identity.encryption_certificate().public_key();
    let sealed = encrypt(key, b"share", &[[5; 32]]).unwrap();
    assert_eq!(held.try_unwrap(&sealed).unwrap().as_slice(), b"share");
}
