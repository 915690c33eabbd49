//! Soft lock files as a driver.

use bidroom_envelope::suite::pki::Profile;
use bidroom_lock::{KdfCost, LockIdentity, LockKeys, LockKind, SoftLock};
use bidroom_locks::conformance::{self, Bench as Suite};
use bidroom_locks::files::FileLocks;
use bidroom_locks::{LockDriver as _, LockTrouble, PinEntry};
use bidroom_test_device::keys::{certificate, firm, key, officer};
use rand_core::{TryCryptoRng, TryRng, UnwrapErr};
use tempfile::TempDir;

struct System;

impl TryRng for System {
    type Error = getrandom::Error;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        getrandom::u32()
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        getrandom::u64()
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
        getrandom::fill(out)
    }
}

impl TryCryptoRng for System {}

const PASSWORD: &str = "口令-123456";

pub(crate) fn lock_file(kind: LockKind, seed: u8) -> Vec<u8> {
    let subject = if kind == LockKind::Officer { officer("李敏") } else { firm("") };
    let signing = certificate(&subject, seed, Profile::Signing);
    let encryption = certificate(&subject, seed + 1, Profile::Encryption);
    let identity = LockIdentity::new(kind, signing, encryption).unwrap();
    let keys = LockKeys { signing: key(seed), encryption: key(seed + 1) };
    let lock = SoftLock::new(identity, keys).unwrap();
    lock.to_file(PASSWORD, KdfCost::LEAST, &mut UnwrapErr(System)).unwrap()
}

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("a.lock"), lock_file(LockKind::Main, 10)).unwrap();
    std::fs::write(folder.path().join("b.lock"), lock_file(LockKind::Officer, 20)).unwrap();
    std::fs::write(folder.path().join("readme.txt"), b"not a lock").unwrap();
    folder
}

#[test]
fn conforms() {
    let folder = folder();
    let driver = FileLocks::new(folder.path());
    conformance::run(&Suite { driver: &driver, pin: PASSWORD, wrong: "口令-654321", signs: true });
}

#[test]
fn a_folder_that_is_not_there_holds_no_lock() {
    let folder = TempDir::new().unwrap();
    let listing = FileLocks::new(folder.path().join("locks")).list().unwrap();
    assert!(listing.locks.is_empty() && listing.unreadable.is_empty());
}

#[test]
fn a_damaged_file_is_told_and_hides_no_other() {
    let folder = folder();
    std::fs::write(folder.path().join("aa.lock"), b"{}").unwrap();
    let listing = FileLocks::new(folder.path()).list().unwrap();
    assert_eq!(listing.locks.len(), 2);
    assert!(matches!(listing.unreadable[0].why, LockTrouble::File(_)));
    assert!(listing.unreadable[0].at.ends_with("aa.lock"));
}

#[test]
fn another_lock_under_the_same_name_is_noticed() {
    let folder = folder();
    let driver = FileLocks::new(folder.path());
    let lock = driver.list().unwrap().locks.remove(0);
    std::fs::write(folder.path().join("a.lock"), lock_file(LockKind::Sub, 30)).unwrap();
    let error = driver.open(&lock, PinEntry::new(PASSWORD)).unwrap_err();
    assert!(matches!(error, LockTrouble::Replaced { .. }), "{error}");
    std::fs::remove_file(folder.path().join("a.lock")).unwrap();
    let error = driver.open(&lock, PinEntry::new(PASSWORD)).unwrap_err();
    assert!(matches!(error, LockTrouble::Absent { .. }), "{error}");
}
