//! SKF locks over a library of our own: conformance with both widths of ULONG, PINs, and hardware that misbehaves.

use std::path::Path;

use bidroom_envelope::suite::pki::Profile;
use bidroom_envelope::suite::sm2::{Sign as _, SignError, Unwrap as _, UnwrapError, encrypt};
use bidroom_hsm::ErrorKind;
use bidroom_lock::LockKind;
use bidroom_locks::config::{DecryptFunction, LockConfig, SkfConfig, Width};
use bidroom_locks::conformance::{self, Bench as Suite};
use bidroom_locks::skf::SkfLocks;
use bidroom_locks::{FoundLock, Lack, LockDriver, LockTrouble, PinEntry, PinTries};
use bidroom_test_device::keys::{firm, officer};
use bidroom_test_device::skf::{ContainerSpec, Contents, DeviceSpec, PairSpec};
use bidroom_test_device::{Bench, Fault, Faults};

pub(crate) const PIN: &str = "123456";

pub(crate) fn config(library: &Path, name: &str) -> SkfConfig {
    let text = format!("interface = \"skf\"\nname = \"{name}\"\nlibrary = '{}'", library.display());
    match LockConfig::parse(Path::new("test.toml"), &text).unwrap() {
        LockConfig::Skf(config) => config,
        LockConfig::Pkcs11(_) => panic!("an SKF configuration"),
    }
}

/// Two devices with one lock each.
pub(crate) fn two_devices() -> Contents {
    let first = DeviceSpec::with("usb-1", vec![ContainerSpec::lock("main", &firm("主锁"), 10)]);
    let second = DeviceSpec::with("usb-2", vec![ContainerSpec::lock("sub", &firm("副锁"), 20)]);
    Contents { devices: vec![first, second] }
}

pub(crate) fn bench() -> Bench {
    Bench::new("bidroom_test_skf", &two_devices())
}

fn driver(bench: &Bench) -> SkfLocks {
    SkfLocks::open(config(bench.library(), "drill")).unwrap()
}

fn first(driver: &SkfLocks) -> FoundLock {
    driver.list().unwrap().locks.remove(0)
}

/// Handles that the library still has open.
fn open_handles(bench: &Bench) -> u32 {
    #[expect(unsafe_code, reason = "asks the test library for its count")]
    // SAFETY: the function takes nothing and answers a 32-bit number in this library.
    unsafe {
        let library = libloading::Library::new(bench.library()).unwrap();
        let count: libloading::Symbol<'_, unsafe extern "system" fn() -> u32> =
            library.get(b"BIDROOM_OpenHandles").unwrap();
        count()
    }
}

fn conforms(config: SkfConfig) {
    let driver = SkfLocks::open(config).unwrap();
    conformance::run(&Suite { driver: &driver, pin: PIN, wrong: "654321", signs: true });
}

#[test]
fn conforms_with_ulong_of_32_bits() {
    let bench = bench();
    conforms(config(bench.library(), "drill"));
    assert_eq!(open_handles(&bench), 0, "every session is closed after its act");
}

#[test]
fn conforms_with_ulong_of_64_bits() {
    let bench = Bench::new("bidroom_test_skf64", &two_devices());
    conforms(SkfConfig { ulong: Width::Bits64, ..config(bench.library(), "drill") });
}

#[test]
fn conforms_with_the_other_decrypt_function() {
    let bench = bench();
    let decrypt = DecryptFunction { function: "SKF_PrvKeyDecrypt".to_owned(), key: Some(1) };
    conforms(SkfConfig { decrypt, ..config(bench.library(), "drill") });
}

#[test]
fn a_lock_says_whose_it_is_before_any_pin() {
    let bench = bench();
    let locks = driver(&bench).list().unwrap().locks;
    let kinds: Vec<_> = locks.iter().map(|lock| (lock.identity.kind(), lock.kind_stated)).collect();
    assert_eq!(kinds, [(LockKind::Main, true), (LockKind::Sub, true)]);
    assert_eq!(locks[0].identity.credit_code(), Some("91430300MA4L1A2B3C"));
    assert_eq!(locks[0].identity.authority(), "演练CA");
    assert_eq!(locks[0].identity.serial_tail(), "3C0A");
    assert_eq!(locks[0].device.serial, "SN-usb-1");
    assert_eq!(locks[0].tries, PinTries::Exact { left: 8, of: 8 });
    assert_eq!(locks[0].place.to_string(), "drill / usb-1 / GM / main");
}

#[test]
fn several_containers_are_several_locks_and_odd_ones_are_told() {
    let mut device = DeviceSpec::with("usb", vec![ContainerSpec::lock("one", &firm(""), 10)]);
    let pair = |seed, profile| Some(PairSpec::certified(&officer("李敏"), seed, profile));
    let bare = |name: &str| ContainerSpec { name: name.to_owned(), signing: None, encryption: None };
    device.applications[0].containers.extend([
        ContainerSpec::lock("officer", &officer("李敏"), 12),
        bare("empty"),
        ContainerSpec { signing: pair(14, Profile::Signing), ..bare("no encryption") },
        ContainerSpec { encryption: pair(16, Profile::Encryption), ..bare("no signing") },
        ContainerSpec {
            signing: Some(PairSpec { seed: 18, certificate: Some("3000".to_owned()) }),
            ..bare("garbage")
        },
        ContainerSpec {
            signing: pair(20, Profile::Signing),
            encryption: Some(PairSpec::certified(&firm(""), 21, Profile::Encryption)),
            ..bare("two holders")
        },
    ]);
    let bench = Bench::new("bidroom_test_skf", &Contents { devices: vec![device] });
    let listing = driver(&bench).list().unwrap();
    let holders: Vec<_> = listing.locks.iter().map(|lock| lock.identity.holder()).collect();
    assert_eq!(holders, ["湘潭建设有限公司", "李敏"]);
    assert_eq!(listing.locks[1].identity.kind(), LockKind::Officer);
    assert!(!listing.locks[0].kind_stated, "no word in the subject");
    let troubles: Vec<_> = listing.unreadable.iter().map(|entry| (entry.at.as_str(), &entry.why)).collect();
    match troubles.as_slice() {
        [(one, first), (two, second), (three, third), (four, fourth)] => {
            assert!(one.ends_with("no encryption") && two.ends_with("no signing"));
            assert!(three.ends_with("garbage") && four.ends_with("two holders"));
            assert!(matches!(first, LockTrouble::NoCertificate { signing: false }));
            assert!(matches!(second, LockTrouble::NoCertificate { signing: true }));
            assert!(matches!(third, LockTrouble::Certificate(_)));
            assert!(matches!(fourth, LockTrouble::Identity(_)));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_application_that_cannot_be_read_hides_no_other() {
    let mut device = DeviceSpec::with("usb", vec![ContainerSpec::lock("one", &firm(""), 10)]);
    let mut second = device.applications[0].clone();
    second.name = "GM2".to_owned();
    second.containers = ["two", "three"].map(|name| ContainerSpec::lock(name, &firm(""), 12)).to_vec();
    device.applications.push(second);
    let bench = Bench::new("bidroom_test_skf", &Contents { devices: vec![device] });
    let driver = driver(&bench);
    assert_eq!(driver.list().unwrap().locks.len(), 3);
    // What cannot be read, and what is listed nevertheless.
    for (function, code, at, locks) in [
        ("SKF_GetPINInfo", 0x0A00_0003, "drill / usb / GM", 2),
        ("SKF_OpenApplication", 0x0A00_0001, "drill / usb / GM", 2),
        ("SKF_EnumContainer", 0x0A00_0001, "drill / usb / GM", 2),
        ("SKF_OpenContainer", 0x0A00_0001, "drill / usb / GM / one", 2),
        ("SKF_ExportCertificate", 0x0A00_0001, "drill / usb / GM / one", 2),
    ] {
        let fault = Fault { times: Some(1), ..Fault::always(function, code) };
        bench.inject(&Faults { faults: vec![fault], ..Faults::default() });
        let listing = driver.list().unwrap();
        let unreadable: Vec<_> = listing.unreadable.iter().map(|entry| entry.at.as_str()).collect();
        assert_eq!((unreadable.as_slice(), listing.locks.len()), (&[at][..], locks), "{function}");
    }
    let config = SkfConfig { applications: vec!["GM2".to_owned()], ..config(bench.library(), "drill") };
    bench.heal();
    assert_eq!(SkfLocks::open(config).unwrap().list().unwrap().locks.len(), 2);
}

#[test]
fn what_is_found_can_be_sent_to_another_process() {
    let bench = bench();
    let driver = driver(&bench);
    let lock = first(&driver);
    let json = serde_json::to_value(&lock).unwrap();
    assert_eq!(json["place"], "drill / usb-1 / GM / main");
    assert_eq!(json["tries"], serde_json::json!({ "exact": { "left": 8, "of": 8 } }));
    assert_eq!(json["identity"]["kind"], "main");
    assert_eq!(json["no_signing"], serde_json::Value::Null);
    let notice = driver.open(&lock, PinEntry::new("000000")).unwrap_err().notice();
    let json = serde_json::to_value(&notice).unwrap();
    assert_eq!(json["kind"], "refusal");
    assert!(json["zh"].as_str().unwrap().contains("还可再试 7 次"));
    assert!(!json.to_string().contains("000000"));
}

#[test]
fn tries_are_counted_to_the_last_and_the_last_one_is_asked_for() {
    let bench = bench();
    let driver = driver(&bench);
    let lock = first(&driver);
    for expect in (1..8).rev() {
        match driver.open(&lock, PinEntry::new("000000")).unwrap_err() {
            LockTrouble::WrongPin { left: PinTries::Exact { left, of: 8 }, .. } => assert_eq!(left, expect),
            other => panic!("{other}"),
        }
    }
    // One is left: not even the right PIN is tried before the holder says so.
    let error = driver.open(&lock, PinEntry::new(PIN)).unwrap_err();
    assert!(matches!(error, LockTrouble::LastTry { .. }), "{error}");
    assert_eq!(first(&driver).tries, PinTries::Exact { left: 1, of: 8 });
    let held = driver.open(&lock, PinEntry::new(PIN).with_last_try()).unwrap();
    assert_eq!(held.tries().unwrap(), PinTries::Exact { left: 8, of: 8 });

    for _ in 0..7 {
        driver.open(&lock, PinEntry::new("000000")).unwrap_err();
    }
    let error = driver.open(&lock, PinEntry::new("000000").with_last_try()).unwrap_err();
    assert!(matches!(error, LockTrouble::PinLocked { .. }), "{error}");
    let error = driver.open(&lock, PinEntry::new(PIN).with_last_try()).unwrap_err();
    assert!(matches!(error, LockTrouble::PinLocked { .. }), "{error}");
    assert!(error.zh().contains("已锁死"), "{}", error.zh());
    // A lock that is in hand notices it too, and the other device is not concerned.
    assert!(matches!(held.try_sign(b"m"), Err(LockTrouble::PinLocked { .. })));
    assert!(first(&driver).tries.is_locked());
    assert_eq!(driver.list().unwrap().locks[1].tries, PinTries::Exact { left: 8, of: 8 });
}

#[test]
fn a_pin_that_was_refused_in_the_middle_is_not_tried_again() {
    let bench = bench();
    let driver = driver(&bench);
    let held = driver.open(&first(&driver), PinEntry::new(PIN)).unwrap();
    bench.fail("SKF_VerifyPIN", 0x0A00_0024);
    assert!(matches!(held.try_sign(b"m"), Err(LockTrouble::WrongPin { .. })));
    bench.heal();
    assert!(matches!(held.try_sign(b"m"), Err(LockTrouble::PinRefusedBefore { .. })));
    assert!(matches!(held.sign(b"m"), Err(SignError::Refused(_))));
    assert!(driver.open(&first(&driver), PinEntry::new(PIN)).unwrap().try_sign(b"m").is_ok());
}

#[test]
fn a_removed_device_is_named_as_removed_wherever_it_shows() {
    let bench = bench();
    let driver = driver(&bench);
    let lock = first(&driver);
    let held = driver.open(&lock, PinEntry::new(PIN)).unwrap();
    bench.remove("usb-1");
    let names: Vec<_> = driver.list().unwrap().locks.iter().map(|lock| lock.device.serial.clone()).collect();
    assert_eq!(names, ["SN-usb-2"], "the other one is still there");
    let error = held.try_sign(b"m").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Fault);
    assert!(matches!(error, LockTrouble::Removed { .. } | LockTrouble::Absent { .. }), "{error}");
    assert!(driver.open(&lock, PinEntry::new(PIN)).is_err());
    bench.heal();
    assert!(held.try_sign(b"m").is_ok(), "plugged in again it works on");

    // Pulled or reset between two calls of one act; and one that fails for no reason.
    for (function, code) in [
        ("SKF_VerifyPIN", 0x0A00_0023),
        ("SKF_GetPINInfo", 0x0A00_0005),
        ("SKF_OpenContainer", 0x0A00_0005),
        ("SKF_ECCSignData", 0x0A00_0001),
    ] {
        bench.inject(&Faults { faults: vec![Fault::always(function, code)], ..Faults::default() });
        let error = held.try_sign(b"m").unwrap_err();
        match (code, &error) {
            (0x0A00_0023 | 0x0A00_0005, LockTrouble::Removed { call, .. }) => {
                assert_eq!(call.function, function);
            }
            // Present and failing: not taken for removed.
            (0x0A00_0001, LockTrouble::Failed { call, .. }) => {
                assert_eq!(call.to_string(), "SKF_ECCSignData returned SAR_FAIL (0x0A000001)");
            }
            _ => panic!("{error}"),
        }
        assert!(matches!(held.sign(b"m"), Err(SignError::Device(_))));
        bench.heal();
        assert!(held.try_sign(b"m").is_ok(), "nothing is left open after a failure");
    }
    assert_eq!(open_handles(&bench), 0);
}

#[test]
fn a_reset_between_two_acts_is_not_noticed() {
    let bench = bench();
    let driver = driver(&bench);
    let held = driver.open(&first(&driver), PinEntry::new(PIN)).unwrap();
    for reset in 1..4 {
        bench.inject(&Faults { reset, ..Faults::default() });
        assert!(held.try_sign(b"m").is_ok());
    }
}

#[test]
fn another_device_in_the_same_place_does_not_get_the_pin() {
    let bench = bench();
    let driver = driver(&bench);
    let mut lock = first(&driver);
    lock.device.serial = "SN-other".to_owned();
    let error = driver.open(&lock, PinEntry::new("000000")).unwrap_err();
    assert!(matches!(error, LockTrouble::Replaced { .. }), "{error}");
    assert_eq!(error.kind(), ErrorKind::Tamper);
    assert_eq!(first(&driver).tries, PinTries::Exact { left: 8, of: 8 });
}

#[test]
fn a_key_that_is_not_its_certificates_is_found_out() {
    let mut contents = two_devices();
    let container = &mut contents.devices[0].applications[0].containers[0];
    container.signing.as_mut().unwrap().seed = 30;
    let bench = Bench::new("bidroom_test_skf", &contents);
    let driver = driver(&bench);
    let held = driver.open(&first(&driver), PinEntry::new(PIN)).unwrap();
    let error = held.try_sign(b"m").unwrap_err();
    assert!(matches!(error, LockTrouble::OtherKey { signing: true, .. }), "{error}");
}

#[test]
fn what_a_device_refuses_is_told_apart() {
    let bench = bench();
    let driver = driver(&bench);
    let held = driver.open(&first(&driver), PinEntry::new(PIN)).unwrap();
    let key = held.found().identity.encryption_certificate().public_key();
    let sealed = encrypt(key, b"share", &[[5; 32]]).unwrap();
    bench.fail("SKF_ECCDecrypt", 0x0A00_0003);
    let error = held.try_unwrap(&sealed).unwrap_err();
    assert!(matches!(error, LockTrouble::Cannot { lack: Lack::DecryptFunction, .. }), "{error}");
    assert!(matches!(held.unwrap(&sealed), Err(UnwrapError::Refused(_))));
    bench.fail("SKF_ECCDecrypt", 0x0A00_000F);
    let error = held.try_unwrap(&sealed).unwrap_err();
    assert!(error.zh().contains("换一个 USB 接口"), "{}", error.zh());
    assert!(error.detail().contains("SAR_TIMEOUTERR"), "{}", error.detail());

    let decrypt = DecryptFunction { function: "SKF_NoSuchThing".to_owned(), key: None };
    let without = SkfLocks::open(SkfConfig { decrypt, ..config(bench.library(), "drill") }).unwrap();
    bench.heal();
    let held = without.open(&first(&without), PinEntry::new(PIN)).unwrap();
    let error = held.try_unwrap(&sealed).unwrap_err();
    assert!(matches!(error, LockTrouble::Cannot { lack: Lack::DecryptFunction, .. }), "{error}");
    assert!(held.try_sign(b"m").is_ok());
}

#[test]
fn a_library_that_is_none_is_named() {
    let bench = bench();
    let nothing = bench.folder().join("nothing.so");
    let error = SkfLocks::open(config(&nothing, "drill")).err().unwrap();
    assert!(matches!(&error, LockTrouble::Library { path, .. } if *path == nothing), "{error}");
    // A shared library of something else.
    let other = std::env::current_exe().unwrap();
    assert!(matches!(SkfLocks::open(config(&other, "drill")), Err(LockTrouble::Library { .. })));
}

#[test]
fn a_slow_device_delays_nobody_elses_library() {
    let (slow, quick) = (bench(), bench());
    let (slow_driver, quick_driver) = (driver(&slow), driver(&quick));
    let held = slow_driver.open(&first(&slow_driver), PinEntry::new(PIN)).unwrap();
    let gate = slow.folder().join("gate");
    let wait = Fault { gate: Some(gate.clone()), ..Fault::default() };
    slow.inject(&Faults {
        faults: vec![Fault { function: "SKF_ECCSignData".to_owned(), ..wait }],
        ..Faults::default()
    });
    std::thread::scope(|scope| {
        let signing = scope.spawn(|| held.try_sign(b"m").map(drop));
        // The slow act cannot end before the gate opens, and the quick one is done meanwhile.
        let other = quick_driver.open(&first(&quick_driver), PinEntry::new(PIN)).unwrap();
        other.try_sign(b"m").unwrap();
        assert!(!signing.is_finished());
        std::fs::write(&gate, b"").unwrap();
        signing.join().unwrap().unwrap();
    });
}
