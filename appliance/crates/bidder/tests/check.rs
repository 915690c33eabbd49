//! What a newcomer is told of locks, certificates, tender and bid, without a PIN and with one.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests: a failure is reported by stopping")]

#[path = "../../unlocking/tests/world/mod.rs"]
mod world;

use bidroom_bidder::bidfile::BidFile;
use bidroom_bidder::check::{Computer, Finding, Report, Standing, check_locks, try_lock};
use bidroom_bidder::progress::Silent;
use bidroom_bidder::schedule::parse_schedule;
use bidroom_bidder::seal::{SealRequest, Signer, seal};
use bidroom_domain::At;
use bidroom_lock::{KdfCost, Lock as _, SoftLock};
use bidroom_locks::files::FileLocks;
use bidroom_locks::{Drivers, LockDriver as _, PinEntry};
use tempfile::TempDir;
use world::*;

const PASSWORD: &str = "correct horse";
const SCHEDULE: &[u8] = r#"{"price":"10986523.60","days":"60","quality":"合格"}"#.as_bytes();
/// In two hundred years: after every certificate.
const LATER: At = At(DEADLINE.0 + 200 * 365 * 86_400_000);

struct Desk {
    world: World,
    folder: TempDir,
}

impl Desk {
    fn with(locks: &[&SoftLock]) -> Self {
        let desk = Self { world: World::new(), folder: tempfile::tempdir().unwrap() };
        for (number, lock) in (1..).zip(locks) {
            let file = lock.to_file(PASSWORD, KdfCost::LEAST, &mut Counting(number)).unwrap();
            std::fs::write(desk.folder.path().join(format!("{number}.lock")), file).unwrap();
        }
        desk
    }

    fn drivers(&self) -> Drivers {
        Drivers::new(vec![Box::new(FileLocks::new(self.folder.path()))])
    }

    /// A bid that is sealed to main and sub lock.
    fn bid(&self) -> BidFile {
        let (document, out) = (self.folder.path().join("a.pdf"), self.folder.path().join("a.bid"));
        std::fs::write(&document, "%PDF-1.7").unwrap();
        let lock = main_lock();
        let locks = [main_lock(), sub_lock()].map(|lock| lock.identity().encryption_certificate().clone());
        let request = SealRequest {
            room: &self.world.room,
            schedule: &parse_schedule(SCHEDULE, &columns()).unwrap(),
            documents: &[document],
            locks: &locks,
            signer: Signer { certificate: lock.identity().signing_certificate(), key: &lock },
            replaces: None,
            out: &out,
            keep: None,
            remedy: false,
            now: NOW,
        };
        seal(&request, &mut Counting(77), &Silent).unwrap();
        BidFile::read_head(&out).unwrap()
    }

    fn check(&self, bid: Option<&BidFile>, wanted: Option<&str>, now: At) -> (Vec<Finding>, bool) {
        let listing = self.drivers().list();
        let room = Some(&self.world.room);
        let computer = Computer { configured: 1, failed: &[], listing: &listing, room, bid, wanted, now };
        let locks = check_locks(&computer);
        (locks.findings, locks.chosen.is_some())
    }
}

#[track_caller]
fn stands(findings: &[Finding], what: &str, standing: Standing) {
    let found: Vec<_> = findings.iter().filter(|finding| finding.what == what).collect();
    assert!(!found.is_empty(), "{what}: {findings:#?}");
    for finding in found {
        assert_eq!(finding.standing, standing, "{finding:#?}");
        let told = standing == Standing::Good || !finding.sentence.zh.body.is_empty();
        assert!(told, "what to do is missing: {finding:#?}");
    }
}

#[test]
fn a_lock_that_fits_passes() {
    let desk = Desk::with(&[&main_lock()]);
    let bid = desk.bid();
    let (findings, chosen) = desk.check(Some(&bid), None, NOW);
    for what in ["drivers", "lock", "validity", "validity-at-opening", "authority", "sealed-to", "bid"] {
        stands(&findings, what, Standing::Good);
    }
    assert!(chosen && Report::new(findings).passed);
}

#[test]
fn a_lock_that_was_renewed_is_found_before_the_deadline() {
    let desk = Desk::with(&[&old_lock()]);
    let bid = desk.bid();
    let (findings, _) = desk.check(Some(&bid), None, NOW);
    stands(&findings, "sealed-to", Standing::Problem);
    stands(&findings, "authority", Standing::Good);
    assert!(!Report::new(findings).passed);
}

#[test]
fn another_authority_and_an_expired_certificate_are_named() {
    let stranger = lock(bidroom_lock::LockKind::Main, 30, &firm(), OTHER_CA);
    let desk = Desk::with(&[&stranger]);
    let (findings, _) = desk.check(None, None, NOW);
    stands(&findings, "authority", Standing::Problem);
    let said = findings.iter().find(|finding| finding.what == "authority").unwrap();
    assert!(said.sentence.zh.body.contains(CA.1) && said.sentence.en.body.contains(CA.1), "{said:?}");
    let (findings, _) = desk.check(None, None, LATER);
    stands(&findings, "validity", Standing::Problem);
    stands(&findings, "validity-at-opening", Standing::Good);
}

#[test]
fn of_several_locks_one_is_chosen_by_its_last_digits() {
    let desk = Desk::with(&[&main_lock(), &sub_lock()]);
    let (findings, chosen) = desk.check(None, None, NOW);
    stands(&findings, "choice", Standing::Note);
    assert!(!chosen && Report::new(findings).passed);
    let tail = sub_lock().identity().serial_tail().to_lowercase();
    assert!(desk.check(None, Some(&tail), NOW).1);
    let (findings, chosen) = desk.check(None, Some("no such digits"), NOW);
    stands(&findings, "choice", Standing::Problem);
    assert!(!chosen);
}

#[test]
fn signing_and_decrypting_are_tried_with_nothing_that_anybody_could_use() {
    let desk = Desk::with(&[&main_lock()]);
    let drivers = desk.drivers();
    let listing = drivers.list();
    let held = drivers.open(&listing.locks[0], PinEntry::new(PASSWORD)).unwrap();
    let findings = try_lock(&held, NOW, &mut Counting(5));
    stands(&findings, "signing", Standing::Good);
    stands(&findings, "decrypting", Standing::Good);
    assert_eq!(FileLocks::new(desk.folder.path()).list().unwrap().locks.len(), 1, "the lock is as it was");
}

#[test]
fn nothing_at_all_says_what_to_install_and_plug_in() {
    let desk = Desk::with(&[]);
    let listing = desk.drivers().list();
    let computer = Computer {
        configured: 0,
        failed: &[],
        listing: &listing,
        room: None,
        bid: None,
        wanted: None,
        now: NOW,
    };
    let findings = check_locks(&computer).findings;
    stands(&findings, "drivers", Standing::Problem);
    stands(&findings, "lock", Standing::Problem);
}
