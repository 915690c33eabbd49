//! Several drivers as one: several libraries, several devices, and one that fails.

use bidroom_lock::LockKind;
use bidroom_locks::config::{LockConfig, load};
use bidroom_locks::files::FileLocks;
use bidroom_locks::skf::SkfLocks;
use bidroom_locks::{Drivers, LockTrouble, PinEntry};
use bidroom_test_device::Bench;
use bidroom_test_device::keys::firm;
use bidroom_test_device::skf::{ContainerSpec, Contents, DeviceSpec};

use crate::skf::{PIN, bench, config};

#[test]
fn all_locks_of_all_libraries_are_listed_once() {
    let first = bench();
    // A second vendor with one lock of its own and one that is the same as the first vendor's.
    let device = DeviceSpec::with(
        "usb-9",
        vec![ContainerSpec::lock("own", &firm("业务锁"), 40), ContainerSpec::lock("same", &firm("主锁"), 10)],
    );
    let second = Bench::new("bidroom_test_skf", &Contents { devices: vec![device] });
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::write(folder.path().join("a.lock"), crate::files::lock_file(LockKind::Sub, 50)).unwrap();
    let drivers = Drivers::new(vec![
        Box::new(SkfLocks::open(config(first.library(), "first")).unwrap()),
        Box::new(SkfLocks::open(config(second.library(), "second")).unwrap()),
        Box::new(FileLocks::new(folder.path())),
    ]);
    let listing = drivers.list();
    let tails: Vec<_> = listing.locks.iter().map(|lock| lock.identity.serial_tail()).collect();
    assert_eq!(tails, ["3C0A", "3C14", "3C28", "3C32"]);
    let own = &listing.locks[2];
    let held = drivers.open(own, PinEntry::new(PIN)).unwrap();
    held.try_sign(b"m").unwrap();

    // One library fails: its locks are missing, the reason is told, the others are there.
    first.fail("SKF_EnumDev", 0x0A00_0001);
    let listing = drivers.list();
    assert_eq!(listing.locks.len(), 3, "the second vendor's copy of the first lock is shown now");
    assert_eq!(listing.unreadable[0].at, "first");
    assert!(matches!(listing.unreadable[0].why, LockTrouble::Failed { .. }));
    // One device fails: the other device of the same library is there.
    first.inject(&bidroom_test_device::Faults {
        faults: vec![bidroom_test_device::Fault {
            times: Some(1),
            ..bidroom_test_device::Fault::always("SKF_GetDevInfo", 0x0A00_000F)
        }],
        ..Default::default()
    });
    let listing = drivers.list();
    assert_eq!(listing.unreadable.len(), 1);
    assert_eq!(listing.unreadable[0].at, "first / usb-1");
    assert_eq!(listing.locks.len(), 4);
}

#[test]
fn a_library_that_is_not_installed_hides_no_other() {
    let bench = bench();
    let missing = config(&bench.folder().join("missing.so"), "missing");
    let there = config(bench.library(), "there");
    let (drivers, failed) = load(vec![LockConfig::Skf(missing), LockConfig::Skf(there)]);
    assert_eq!(drivers.list().locks.len(), 2);
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].at, "missing");
    assert!(failed[0].why.zh().contains("驱动"), "{}", failed[0].why.zh());
}
