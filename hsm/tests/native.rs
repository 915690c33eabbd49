//! The PKCS#11 backend on a module that knows SM2: conformance in the forms that vendors have, health, and devices that
//! are reset or pulled.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests, outside of the functions that clippy takes for tests"
)]

use bidroom_hsm::conformance::{self, name, seal};
use bidroom_hsm::device::DeviceConfig;
use bidroom_hsm::pkcs11::{Pkcs11Config, Pkcs11Custody, Pkcs11Profile, TokenSelector};
use bidroom_hsm::{
    Custody, CustodyError, CustodyHealth, CustodyLevel, ErrorKind, Fault, KeyPurpose, Refusal, Role,
};
use bidroom_test_device::{Bench, Fault as DeviceFault, Faults};
use bidroom_test_p11::model::{Contents, TokenSpec};

const PIN: &str = "123456";
const LABEL: &str = "room";

/// Vendor's key type and generation, digest in, r ‖ s out.
const ONE_VENDOR: &str = "
    [profile.sm2]
    key_type = 0x80000005
    generation = 0x80000001
    sign = { mechanism = 0x80000010 }
    decrypt = { mechanism = 0x80000020 }
";

/// Ordinary EC keys, message in, DER out, signer id as parameter.
const ANOTHER_VENDOR: &str = "
    [profile.sm2]
    sign = { mechanism = 0x80000011, input = \"message\", parameter = \"signer-id\", signature = \"der\" }
    decrypt = { mechanism = 0x80000021, ciphertext = \"c1c2c3\" }
";

fn bench() -> Bench {
    Bench::new(
        "bidroom_test_p11",
        &Contents { tokens: vec![TokenSpec::empty(LABEL), TokenSpec::empty("other")] },
    )
}

fn read(bench: &Bench, profile: &str) -> DeviceConfig {
    let path = bench.folder().join("device.toml");
    let head = format!("interface = \"pkcs11\"\nlibrary = '{}'\n", bench.library().display());
    std::fs::write(&path, format!("{head}token = {{ label = \"{LABEL}\" }}\n{profile}")).unwrap();
    DeviceConfig::read(&path).unwrap()
}

fn profile(bench: &Bench, text: &str) -> Pkcs11Profile {
    match read(bench, text) {
        DeviceConfig::Pkcs11(device) => device.profile,
        DeviceConfig::Sdf(_) => Pkcs11Profile::default(),
    }
}

fn config(bench: &Bench) -> Pkcs11Config {
    Pkcs11Config {
        module: bench.library().to_owned(),
        token: TokenSelector::Label(LABEL.to_owned()),
        pin: PIN.to_owned().into(),
    }
}

fn open(bench: &Bench) -> Pkcs11Custody {
    Pkcs11Custody::open_with(&config(bench), &profile(bench, ONE_VENDOR)).unwrap()
}

#[track_caller]
fn check_conformance(text: &str) {
    let bench = bench();
    let device = read(&bench, text);
    conformance::run(|| {
        let custody = device.open(PIN.to_owned().into(), bench.folder()).unwrap();
        let description = custody.description();
        assert!(KeyPurpose::ALL.iter().all(|purpose| description.level(*purpose) == CustodyLevel::Device));
        custody
    });
}

#[test]
fn conforms_with_one_vendors_sm2() {
    check_conformance(ONE_VENDOR);
}

#[test]
fn conforms_with_another_vendors_sm2() {
    check_conformance(ANOTHER_VENDOR);
}

#[test]
fn a_device_without_keys_of_origin_conforms() {
    check_conformance(&format!("profile.origin_attributes = false\nprofile.sessions = 1\n{ONE_VENDOR}"));
}

#[track_caller]
fn check_refused(text: &str, expect: &Refusal) {
    let bench = bench();
    match Pkcs11Custody::open_with(&config(&bench), &profile(&bench, text)).err().unwrap() {
        CustodyError::Refused(refusal) => assert_eq!(refusal, *expect),
        other => panic!("{other}"),
    }
}

#[test]
fn what_is_configured_and_not_offered_is_refused_by_number() {
    let what = |what, number| Refusal::VendorMechanism { what, number };
    check_refused("[profile.sm2]\nsign = { mechanism = 0x80000099 }", &what("SM2 signing", 0x8000_0099));
    check_refused("[profile.sm2]\ngeneration = 0x80000098", &what("SM2 key generation", 0x8000_0098));
    // Without a mechanism for decryption it would be ECDH, which this module does not have.
    check_refused("", &Refusal::Mechanism("CKM_ECDH1_DERIVE"));
    check_refused("profile.sessions = 0", &Refusal::Configuration("sessions must be 1 to 64"));
}

#[test]
fn a_wrong_form_of_signature_is_found_when_the_key_is_made() {
    // The device hashes; it is given the digest, and its signatures are over something else.
    let text = "[profile.sm2]
        sign = { mechanism = 0x80000011, parameter = \"signer-id\", signature = \"der\" }
        decrypt = { mechanism = 0x80000020 }";
    let bench = bench();
    let custody = Pkcs11Custody::open_with(&config(&bench), &profile(&bench, text)).unwrap();
    let error = custody.create_key(&name("1", Role::LogSm2), KeyPurpose::SignSm2).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tamper, "{error}");
    assert_eq!(custody.keys().unwrap(), [], "nothing of it stays");
}

#[test]
fn a_slot_number_is_the_last_resort() {
    let bench = bench();
    let by_slot = |slot| Pkcs11Config { token: TokenSelector::Slot(slot), ..config(&bench) };
    let profile = profile(&bench, ONE_VENDOR);
    let custody = Pkcs11Custody::open_with(&by_slot(1), &profile).unwrap();
    assert_eq!(custody.description().device.unwrap().label, "other");
    let error = Pkcs11Custody::open_with(&by_slot(7), &profile).err().unwrap();
    assert!(matches!(error, CustodyError::Refused(Refusal::Token { found: 0, .. })), "{error}");
}

#[test]
fn health_tells_device_slots_mechanisms_and_troubles() {
    let bench = bench();
    let custody = open(&bench);
    custody.create_key(&name("1", Role::Tender), KeyPurpose::Decrypt).unwrap();
    let health = CustodyHealth::examine(&custody, 1_767_225_600_000);
    assert!(health.is_well());
    assert_eq!(health.device.unwrap().label, LABEL);
    assert_eq!(health.firmware.as_deref(), Some("7.3"));
    assert!(health.library.unwrap().contains("drill module"));
    let used: Vec<_> = health.slots.iter().map(|slot| (slot.number, slot.used)).collect();
    assert_eq!(used, [(0, true), (1, false)]);
    assert!(health.mechanisms.iter().any(|name| name == "CKM_EDDSA"), "{:?}", health.mechanisms);
    let sessions = health.sessions.unwrap();
    assert!((1..=sessions.limit).contains(&sessions.open) && sessions.renewals == 0);
    assert_eq!(health.last_trouble, None);
    let check = health.self_check.unwrap();
    assert_eq!((check.at, check.keys, check.failed), (1_767_225_600_000, Some(1), None));

    bench.fail("C_Decrypt", 0x30);
    let health = CustodyHealth::examine(&custody, 2);
    assert!(!health.is_well());
    let trouble = health.last_trouble.unwrap();
    assert_eq!(trouble.en, "fault: C_Decrypt returned CKR_DEVICE_ERROR");
    assert!(!trouble.tamper && trouble.zh.contains("CKR_DEVICE_ERROR"));
    bench.heal();
    let health = CustodyHealth::examine(&custody, 3);
    assert!(health.is_well() && health.last_trouble.is_some(), "the last trouble stays told");
}

#[test]
fn a_device_that_is_reset_or_pulled_is_used_again() {
    let bench = bench();
    let custody = open(&bench);
    let (tender, log) = (name("1", Role::Tender), name("1", Role::LogSm2));
    let key = *custody.create_key(&tender, KeyPurpose::Decrypt).unwrap().sm2().unwrap();
    custody.create_key(&log, KeyPurpose::SignSm2).unwrap();
    let works = || {
        assert_eq!(custody.unwrap(&tender, &seal(&key, b"share", 5)).unwrap()[..], b"share"[..]);
        custody.sign_sm2(&log, b"m").unwrap();
        assert_eq!(custody.keys().unwrap().len(), 2);
    };
    for reset in 1..4 {
        bench.inject(&Faults { reset, ..Faults::default() });
        works();
    }
    assert!(custody.health().sessions.unwrap().renewals >= 3);
    // In the middle of an operation: its session is gone, once.
    for function in ["C_DecryptInit", "C_Decrypt", "C_SignInit", "C_Sign", "C_FindObjects"] {
        let fault = DeviceFault { times: Some(1), ..DeviceFault::always(function, 0xB3) };
        bench.inject(&Faults { faults: vec![fault], reset: 3, ..Faults::default() });
        works();
    }
    bench.inject(&Faults { removed: vec![LABEL.to_owned()], reset: 3, ..Faults::default() });
    let error = custody.sign_sm2(&log, b"m").unwrap_err();
    assert!(matches!(error, CustodyError::Fault(Fault::Absent(_))), "{error}");
    assert!(!CustodyHealth::examine(&custody, 1).is_well());
    bench.inject(&Faults { reset: 3, ..Faults::default() });
    works();
}

#[test]
fn the_examples_are_configurations() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("devices/custody");
    let mut interfaces = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match DeviceConfig::read(&path).unwrap_or_else(|error| panic!("{error}")) {
            DeviceConfig::Pkcs11(_) => interfaces.push("pkcs11"),
            DeviceConfig::Sdf(profile) => {
                profile.check().unwrap();
                interfaces.push("sdf");
            }
        }
    }
    interfaces.sort_unstable();
    interfaces.dedup();
    assert_eq!(interfaces, ["pkcs11", "sdf"]);
}
