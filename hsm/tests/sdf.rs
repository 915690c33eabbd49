//! The SDF backend over a library of our own: conformance, and what is its own.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests, outside of the functions that clippy takes for tests"
)]

use std::path::Path;

use bidroom_hsm::conformance::{self, name, seal};
use bidroom_hsm::sdf::{Pool, SdfConfig, SdfCustody, SdfDecryption, SdfProfile};
use bidroom_hsm::{
    Custody, CustodyError, CustodyHealth, CustodyLevel, ErrorKind, Fault, KeyPurpose, ObjectDamage, Refusal,
    Role, StoreDamage, Tamper,
};
use bidroom_test_device::{Bench, Fault as DeviceFault, Faults};
use bidroom_test_sdf::model::{Contents, DEVICE};
use tempfile::TempDir;

const PASSWORD: &str = "pass-word";

struct Place {
    bench: Bench,
    directory: TempDir,
}

impl Place {
    fn new() -> Self {
        Self::with(&Contents::with(80))
    }

    fn with(contents: &Contents) -> Self {
        Self { bench: Bench::new("bidroom_test_sdf", contents), directory: TempDir::new().unwrap() }
    }

    fn config(&self) -> SdfConfig {
        let profile = SdfProfile {
            library: self.bench.library().to_owned(),
            coordinate: Default::default(),
            directory_key: 1,
            pool: Pool { first: 2, last: 100 },
            decrypt: SdfDecryption::Exchange,
            sm2_encryption: 0x0002_0800,
            password: true,
            sessions: 4,
        };
        SdfConfig {
            profile,
            directory: self.directory.path().to_owned(),
            password: PASSWORD.to_owned().into(),
        }
    }

    fn open(&self) -> SdfCustody {
        SdfCustody::open(&self.config()).unwrap()
    }

    fn failure(&self) -> CustodyError {
        SdfCustody::open(&self.config()).err().unwrap()
    }

    fn file(&self) -> std::path::PathBuf {
        self.directory.path().join("custody.sdf")
    }
}

#[test]
fn conforms() {
    let place = Place::new();
    conformance::run(|| Box::new(place.open()));
}

#[test]
fn conforms_with_the_vendors_decryption() {
    let place = Place::new();
    let mut config = place.config();
    config.profile.decrypt = SdfDecryption::Internal;
    conformance::run(|| Box::new(SdfCustody::open(&config).unwrap()));
}

#[test]
fn the_level_says_that_keys_were_made_beforehand() {
    let place = Place::new();
    let description = place.open().description();
    assert_eq!(description.decryption, CustodyLevel::DeviceProvided);
    assert_eq!(description.sm2_signing, CustodyLevel::DeviceProvided);
    assert_eq!(description.ed25519_signing, CustodyLevel::WrappedUnderDevice);
    assert!(description.zh()[0].contains(DEVICE), "{}", description.zh()[0]);
    assert_eq!(description.device.unwrap().serial, "SDF-0001");
}

#[test]
fn an_index_is_claimed_once_and_the_pool_ends() {
    let place = Place::with(&Contents::with(4));
    let lots = ["1", "2", "3", "4"].map(|lot| name(lot, Role::Tender));
    {
        let custody = place.open();
        for lot in &lots[..3] {
            custody.create_key(lot, KeyPurpose::Decrypt).unwrap();
        }
        custody.destroy(&lots[0]).unwrap();
    }
    // Also after a restart: the destroyed key's index stays retired.
    let custody = place.open();
    match custody.create_key(&lots[3], KeyPurpose::Decrypt).unwrap_err() {
        error @ CustodyError::Refused(Refusal::PoolEmpty { first: 2, last: 100, .. }) => {
            assert!(error.zh().contains("密钥池"), "{}", error.zh());
        }
        other => panic!("{other}"),
    }
    assert_eq!(custody.keys().unwrap().len(), 2);
    // The administrator makes another key; an index that was never used is claimed.
    place.bench.fill(&Contents::with(5));
    place.bench.inject(&Faults { reset: 1, ..Faults::default() });
    custody.create_key(&lots[3], KeyPurpose::Decrypt).unwrap();
    assert_eq!(custody.self_check().unwrap(), 3);
}

#[test]
fn another_key_at_the_index_is_tampering() {
    let place = Place::with(&Contents::with(4));
    let custody = place.open();
    let (tender, log) = (name("1", Role::Tender), name("1", Role::LogSm2));
    let key = *custody.create_key(&tender, KeyPurpose::Decrypt).unwrap().sm2().unwrap();
    custody.create_key(&log, KeyPurpose::SignSm2).unwrap();
    let mut contents = Contents::with(4);
    contents.keys.insert(2, (100, 101));
    contents.keys.insert(3, (102, 103));
    place.bench.fill(&contents);
    place.bench.inject(&Faults { reset: 1, ..Faults::default() });
    let other = |error: CustodyError| match error {
        CustodyError::Tampered(Tamper::Object { what: ObjectDamage::OtherKey, .. } | Tamper::Pair(_)) => {}
        other => panic!("{other}"),
    };
    other(custody.unwrap(&tender, &seal(&key, b"share", 5)).map(drop).unwrap_err());
    other(custody.public_key(&tender).map(drop).unwrap_err());
    other(custody.sign_sm2(&log, b"m").map(drop).unwrap_err());
    assert_eq!(custody.self_check().unwrap_err().kind(), ErrorKind::Tamper);
}

#[track_caller]
fn check_directory(file: &Path, place: &Place, bytes: &[u8], expect: StoreDamage) {
    let before = std::fs::read(file).unwrap();
    std::fs::write(file, bytes).unwrap();
    match place.failure() {
        CustodyError::Tampered(Tamper::Store { what, .. }) => assert_eq!(what, expect),
        other => panic!("{other}"),
    }
    std::fs::write(file, before).unwrap();
}

#[test]
fn the_directory_is_the_devices_own() {
    let place = Place::new();
    let (one, two) = (name("1", Role::Tender), name("1", Role::Opening));
    {
        let custody = place.open();
        custody.create_key(&one, KeyPurpose::Decrypt).unwrap();
        custody.create_key(&two, KeyPurpose::Decrypt).unwrap();
        match place.failure() {
            CustodyError::Refused(Refusal::InUse(_)) => {}
            other => panic!("{other}"),
        }
    }
    let file = place.file();
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(!text.contains(PASSWORD));
    let swapped = text.replace("\"index\":2", "\"index\":9").replace("\"index\":3", "\"index\":2");
    assert_ne!(swapped, text);
    check_directory(&file, &place, swapped.as_bytes(), StoreDamage::Signature);
    check_directory(&file, &place, &text.as_bytes()[..text.len() / 2], StoreDamage::Shape);
    check_directory(&file, &place, b"{}", StoreDamage::Shape);
    // Of another device: the same file does not verify there.
    let mut contents = Contents::with(80);
    contents.keys.insert(1, (120, 121));
    let other = Place::with(&contents);
    drop(other.open());
    let foreign = std::fs::read(other.file()).unwrap();
    check_directory(&file, &place, &foreign, StoreDamage::Signature);
    assert_eq!(place.open().self_check().unwrap(), 2);
    // Changed while it is in use.
    let custody = place.open();
    std::fs::write(&file, &text).unwrap();
    match custody.self_check().unwrap_err() {
        CustodyError::Tampered(Tamper::Store { what: StoreDamage::Replaced, .. }) => {}
        other => panic!("{other}"),
    }
}

#[test]
fn a_wrapped_key_is_bound_to_its_name_and_device() {
    let place = Place::new();
    let custody = place.open();
    let log = name("1", Role::LogEd25519);
    custody.create_key(&log, KeyPurpose::SignEd25519).unwrap();
    custody.sign_ed25519(&log, b"m").unwrap();
    // The device loses the wrapping key: noticed, and not taken for a missing key.
    let mut contents = Contents::with(80);
    contents.keys.insert(1, (2, 99));
    place.bench.fill(&contents);
    place.bench.inject(&Faults { reset: 1, ..Faults::default() });
    assert_eq!(custody.sign_ed25519(&log, b"m").unwrap_err().kind(), ErrorKind::Tamper);
}

#[test]
fn a_wrong_password_is_tried_once() {
    let place = Place::new();
    let wrong = SdfConfig { password: "pass-wort".to_owned().into(), ..place.config() };
    let error = SdfCustody::open(&wrong).err().unwrap();
    assert!(matches!(error, CustodyError::WrongPassphrase { .. }), "{error}");
    assert!(!format!("{error:?}{wrong:?}").contains("pass-wort"));
    let custody = place.open();
    let log = name("1", Role::LogSm2);
    custody.create_key(&log, KeyPurpose::SignSm2).unwrap();
    // The password is changed behind a custody that runs: one try of all threads together,
    // although a second one would be accepted.
    place.bench.inject(&Faults {
        faults: vec![DeviceFault {
            times: Some(1),
            ..DeviceFault::always("SDF_GetPrivateKeyAccessRight", 0x0100_0018)
        }],
        ..Faults::default()
    });
    std::thread::scope(|scope| {
        let tries: Vec<_> =
            (0..6).map(|_| scope.spawn(|| custody.sign_sm2(&log, b"m").unwrap_err())).collect();
        for error in tries.into_iter().map(|thread| thread.join().unwrap()) {
            assert!(matches!(error, CustodyError::WrongPassphrase { .. }), "{error}");
        }
    });
    drop(custody);
    place.open().sign_sm2(&log, b"m").unwrap();
}

#[test]
fn a_lost_connection_is_made_again_and_a_lasting_one_is_named() {
    let place = Place::new();
    let custody = place.open();
    let (log, tender) = (name("1", Role::LogSm2), name("1", Role::Tender));
    custody.create_key(&log, KeyPurpose::SignSm2).unwrap();
    custody.create_key(&tender, KeyPurpose::Decrypt).unwrap();
    // Every session and the device handle are gone.
    for reset in 1..4 {
        place.bench.inject(&Faults { reset, ..Faults::default() });
        custody.sign_sm2(&log, b"m").unwrap();
    }
    // Lost in the middle, twice in a row.
    let lost = |function: &str, times| Faults {
        faults: vec![DeviceFault { times: Some(times), ..DeviceFault::always(function, 0x0100_0003) }],
        reset: 3,
        ..Faults::default()
    };
    for function in ["SDF_InternalSign_ECC", "SDF_OpenSession", "SDF_GetPrivateKeyAccessRight"] {
        place.bench.inject(&lost(function, 2));
        custody.sign_sm2(&log, b"m").unwrap();
        place.bench.inject(&lost(function, 9));
        match custody.sign_sm2(&log, b"m").unwrap_err() {
            CustodyError::Fault(Fault::Sdf { function: found, code }) => {
                assert_eq!((found, code.as_str()), (function, "SDR_COMMFAIL (0x01000003)"));
            }
            other => panic!("{other}"),
        }
    }
    // A failure while a key is made leaves none.
    place.bench.inject(&lost("SDF_InternalSign_ECC", 9));
    let second = name("2", Role::LogSm2);
    assert_eq!(custody.create_key(&second, KeyPurpose::SignSm2).unwrap_err().kind(), ErrorKind::Fault);
    place.bench.inject(&Faults { reset: 3, ..Faults::default() });
    assert!(matches!(custody.public_key(&second), Err(CustodyError::NotFound(_))));
    place.bench.inject(&Faults { removed: vec![DEVICE.to_owned()], reset: 3, ..Faults::default() });
    assert_eq!(custody.self_check().unwrap_err().kind(), ErrorKind::Fault);
    place.bench.inject(&Faults { reset: 3, ..Faults::default() });
    assert_eq!(custody.self_check().unwrap(), 2);
    // Another device that answers in its place is not used.
    place.bench.fill(&Contents { serial: "SDF-0002".to_owned(), ..Contents::with(80) });
    place.bench.inject(&Faults { reset: 4, ..Faults::default() });
    let error = custody.sign_sm2(&log, b"m").unwrap_err();
    assert!(matches!(error, CustodyError::Fault(Fault::Absent(_))), "{error}");
}

#[test]
fn health_tells_device_sessions_and_troubles() {
    let place = Place::new();
    let custody = place.open();
    let log = name("1", Role::LogSm2);
    custody.create_key(&log, KeyPurpose::SignSm2).unwrap();
    let health = custody.health();
    assert_eq!(health.device.unwrap().serial, "SDF-0001");
    assert_eq!(health.firmware.as_deref(), Some("0x00000102"));
    let sessions = health.sessions.unwrap();
    assert_eq!((sessions.open, sessions.limit, sessions.renewals), (0, 4, 0));
    assert_eq!(health.last_trouble, None);
    place.bench.inject(&Faults { reset: 1, ..Faults::default() });
    custody.sign_sm2(&log, b"m").unwrap();
    assert_eq!(custody.health().sessions.unwrap().renewals, 1);
    place.bench.inject(&Faults {
        faults: vec![DeviceFault::always("SDF_InternalSign_ECC", 0x0100_0004)],
        reset: 1,
        ..Faults::default()
    });
    let health = CustodyHealth::examine(&custody, 5);
    assert!(!health.is_well());
    assert_eq!(
        health.last_trouble.unwrap().en,
        "fault: SDF_InternalSign_ECC returned SDR_HARDFAIL (0x01000004)"
    );
}

#[test]
fn a_slow_device_serves_others_meanwhile() {
    let place = Place::new();
    let custody = place.open();
    let (log, tender) = (name("1", Role::LogSm2), name("1", Role::Tender));
    custody.create_key(&log, KeyPurpose::SignSm2).unwrap();
    let key = *custody.create_key(&tender, KeyPurpose::Decrypt).unwrap().sm2().unwrap();
    let gate = place.bench.folder().join("gate");
    let slow = DeviceFault {
        function: "SDF_InternalSign_ECC".to_owned(),
        gate: Some(gate.clone()),
        ..DeviceFault::default()
    };
    place.bench.inject(&Faults { faults: vec![slow], ..Faults::default() });
    std::thread::scope(|scope| {
        let signing = scope.spawn(|| custody.sign_sm2(&log, b"m").map(drop));
        // The signature cannot end before the gate opens, and another session opens a share meanwhile.
        assert_eq!(custody.unwrap(&tender, &seal(&key, b"share", 5)).unwrap()[..], b"share"[..]);
        assert!(!signing.is_finished());
        std::fs::write(&gate, b"").unwrap();
        signing.join().unwrap().unwrap();
    });
}

#[test]
fn what_the_device_does_not_offer_is_named() {
    let place = Place::new();
    let custody = place.open();
    let tender = name("1", Role::Tender);
    let key = *custody.create_key(&tender, KeyPurpose::Decrypt).unwrap().sm2().unwrap();
    place.bench.fail("SDF_ExchangeDigitEnvelopeBaseOnECC", 0x0100_0002);
    match custody.unwrap(&tender, &seal(&key, b"share", 5)).map(drop).unwrap_err() {
        CustodyError::Refused(Refusal::Mechanism(name)) => {
            assert_eq!(name, "SDF_ExchangeDigitEnvelopeBaseOnECC");
        }
        other => panic!("{other}"),
    }
    drop(custody);
    let mut config = place.config();
    config.profile.library = place.bench.folder().join("nothing.so");
    let error = SdfCustody::open(&config).err().unwrap();
    assert!(matches!(error, CustodyError::Fault(Fault::Library { .. })), "{error}");
    let mut config = place.config();
    config.profile.directory_key = 7;
    let error = SdfCustody::open(&config).err().unwrap();
    assert!(matches!(error, CustodyError::Refused(Refusal::Configuration(_))), "{error}");
}
