//! From files to a sealed bid and back, without a network.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests: a failure is reported by stopping"
)]

#[path = "../../unlocking/tests/world/mod.rs"]
mod world;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use bidroom_bidder::bidfile::{BidFile, BidFileError, Foreign};
use bidroom_bidder::files::FileError;
use bidroom_bidder::inspect::inspect;
use bidroom_bidder::locks::{LockFilesError, open_lock, read_certificate, read_key, read_password};
use bidroom_bidder::progress::{Progress, Silent, Stage};
use bidroom_bidder::schedule::parse_schedule;
use bidroom_bidder::seal::{KeptBid, Replaces, SealFilesError, SealRequest, Sealed, Signer, Warning, seal};
use bidroom_domain::At;
use bidroom_envelope::bid::header::HeaderEnvelope;
use bidroom_envelope::bid::open::{Opening, check_kept};
use bidroom_envelope::bid::package::{Purpose, open_share};
use bidroom_envelope::bid::schedule::{Schedule, ScheduleValue};
use bidroom_envelope::bid::share::Shares;
use bidroom_envelope::officers::{combine, open_officer_share};
use bidroom_envelope::suite::pki::Certificate;
use bidroom_envelope::suite::sm2::{SecretKey, Unwrap};
use bidroom_lock::{KdfCost, Lock, LockError, SoftLock};
use tempfile::TempDir;
use world::*;

const SCHEDULE: &[u8] = r#"{"price":"10986523.60","days":"60","quality":"合格"}"#.as_bytes();

struct Desk {
    world: World,
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { world: World::new(), folder: tempfile::tempdir().unwrap() };
        desk.write("投标函.pdf", "%PDF-1.7 投标函".as_bytes());
        desk.write("技术标.pdf", &vec![7; 3_000_000]);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        std::fs::write(self.path(name), bytes).unwrap();
        self.path(name)
    }

    fn schedule(&self) -> Schedule {
        parse_schedule(SCHEDULE, &columns()).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Seals with the usual request after a change.
    fn seal(&self, change: impl FnOnce(&mut Plan)) -> Result<Sealed, SealFilesError> {
        let lock = main_lock();
        let mut plan = Plan {
            documents: vec![self.path("投标函.pdf"), self.path("技术标.pdf")],
            locks: [main_lock(), sub_lock()].map(|lock| encryption(&lock)).into(),
            signing: lock.identity().signing_certificate().clone(),
            replaces: None,
            now: NOW,
        };
        change(&mut plan);
        let (schedule, out, keep) = (self.schedule(), self.path("a.bid"), self.path("a.keep"));
        let request = SealRequest {
            room: &self.world.room,
            schedule: &schedule,
            documents: &plan.documents,
            locks: &plan.locks,
            signer: Signer { certificate: &plan.signing, key: &lock },
            replaces: plan.replaces,
            out: &out,
            keep: Some(&keep),
            remedy: false,
            now: plan.now,
        };
        seal(&request, &mut Counting(77), &Silent)
    }
}

struct Plan {
    documents: Vec<PathBuf>,
    locks: Vec<Certificate>,
    signing: Certificate,
    replaces: Option<Replaces>,
    now: At,
}

fn encryption(lock: &SoftLock) -> Certificate {
    lock.identity().encryption_certificate().clone()
}

/// The three shares, as lock, device and two officers would give them.
fn shares(world: &World, file: &BidFile, envelope: &HeaderEnvelope, lock: &SoftLock) -> Shares {
    let record = file.header().packages().value();
    let share = |purpose, certificate: &Certificate, key: &dyn Unwrap| {
        let package = record.find(envelope.core.envelope, purpose, &certificate.digest()).unwrap();
        open_share(&package.der.0, &envelope.core, &envelope.hash, purpose, 0, certificate, key).unwrap()
    };
    let deal = &world.dealing.deal;
    let parts: Vec<_> = (1_u8..=2)
        .zip(&world.dealing.packages)
        .map(|(index, der)| {
            let officer = officer_lock(index);
            open_officer_share(deal, index.into(), der, Purpose::Deal, 0, &encryption(&officer), &officer)
                .unwrap()
        })
        .collect();
    let officers: SecretKey = combine(deal, &parts).unwrap();
    Shares {
        lock: share(Purpose::Lock, &encryption(lock), lock),
        room: share(Purpose::Room, &world.room.tender_certificates()[1], &device_keys(1).0),
        officers: share(Purpose::Officers, world.room.officers_certificate(), &officers),
    }
}

#[test]
fn what_is_sealed_from_files_opens_to_the_files() {
    let desk = Desk::new();
    let sealed = desk.seal(|_| {}).unwrap();
    assert_eq!((sealed.sequence, sealed.warnings.as_slice()), (1, &[][..]));
    let file = BidFile::open(&desk.path("a.bid")).unwrap();
    assert_eq!(file.header().bid_digest(), sealed.bid);
    file.check_content(&Silent).unwrap();
    file.check_for(&desk.world.room).unwrap();
    for lock in [main_lock(), sub_lock()] {
        let envelope = &file.header().envelopes()[0];
        let shares = shares(&desk.world, &file, envelope, &lock);
        let mut opening = Opening::start(envelope, &shares, file.at_content(0).unwrap()).unwrap();
        let manifest = opening.manifest().clone();
        assert_eq!(manifest.schedule.schedule.value("price"), Some(&ScheduleValue::Fen(1_098_652_360)));
        assert_eq!(manifest.documents[1].media_type.as_str(), "application/pdf");
        for name in ["投标函.pdf", "技术标.pdf"] {
            let mut out = Vec::new();
            let document = opening.next_document(&mut out).unwrap().unwrap();
            assert_eq!(document.name.as_str(), name);
            assert_eq!(out, std::fs::read(desk.path(name)).unwrap());
        }
    }
}

#[test]
fn what_is_kept_proves_what_was_sealed() {
    let desk = Desk::new();
    let sealed = desk.seal(|_| {}).unwrap();
    let kept: KeptBid = serde_json::from_slice(&std::fs::read(desk.path("a.keep")).unwrap()).unwrap();
    assert_eq!((kept.bid, kept.bidder.as_str()), (sealed.bid.0, BIDDER));
    assert_eq!(kept.publication, desk.world.room.publication().digest());
    let file = BidFile::open(&desk.path("a.bid")).unwrap();
    let core = &file.header().envelopes()[0].core;
    check_kept(core, kept.manifests[0].as_bytes()).unwrap();
    let other = kept.manifests[0].replace("1098652360", "1098652361");
    assert!(check_kept(core, other.as_bytes()).is_err());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(desk.path("a.keep")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn an_inspection_shows_who_can_unlock_and_nothing_of_the_price() {
    let desk = Desk::new();
    let earlier = desk.seal(|_| {}).unwrap();
    for name in ["a.bid", "a.keep"] {
        std::fs::remove_file(desk.path(name)).unwrap();
    }
    let replaces = Replaces { bid: earlier.bid, sequence: 1 };
    let sealed = desk.seal(|plan| plan.replaces = Some(replaces)).unwrap();
    let seen = inspect(BidFile::open(&desk.path("a.bid")).unwrap().header());
    assert_eq!((seen.tender.as_str(), seen.lot, seen.bidder.as_str()), ("YZ2026-0117", 1, BIDDER));
    assert_eq!((seen.sequence, seen.replaces, seen.bid), (2, Some(earlier.bid.0), sealed.bid.0));
    assert_eq!(seen.file_length, std::fs::metadata(desk.path("a.bid")).unwrap().len());
    let recipients = &seen.envelopes[0].recipients;
    let purposes: Vec<&str> = recipients.iter().map(|recipient| recipient.purpose).collect();
    assert_eq!(purposes, ["lock", "lock", "room", "room", "officers"]);
    assert!(recipients.iter().any(|it| it.serial == encryption(&sub_lock()).serial_hex()));
    let json = serde_json::to_string(&seen).unwrap();
    assert!(!json.contains("1098652360") && !json.contains("技术标"), "{json}");
}

#[track_caller]
fn refused(change: impl FnOnce(&Desk, &mut Plan), expect: &str) {
    let desk = Desk::new();
    let before = desk.names();
    let error = desk.seal(|plan| change(&desk, plan)).expect_err("must be refused").to_string();
    assert!(error.contains(expect), "{error}");
    let added: Vec<String> = desk.names().into_iter().filter(|name| !before.contains(name)).collect();
    assert!(added.iter().all(|name| !name.starts_with("a.")), "left behind: {added:?}");
}

#[test]
fn what_the_room_would_refuse_is_refused_before_anything_is_written() {
    refused(|_, plan| plan.locks.clear(), "no lock certificate");
    refused(|_, plan| plan.locks[1] = plan.locks[0].clone(), "given twice");
    refused(|_, plan| plan.locks.push(encryption(&foreign_lock())), "91370100MA3U7K2X2B");
    refused(|_, plan| plan.locks.push(encryption(&officer_lock(1))), "no unified social credit code");
    refused(|_, plan| plan.locks[0] = main_lock().identity().signing_certificate().clone(), "Lock(");
    let other_ca = |_: &Desk, plan: &mut Plan| {
        plan.locks.push(encryption(&lock(bidroom_lock::LockKind::Sub, 60, &firm(), OTHER_CA)));
    };
    refused(other_ca, "他州CA");
    refused(|_, plan| plan.signing = foreign_lock().identity().signing_certificate().clone(), "is of 9137");
    refused(|_, plan| plan.signing = sub_lock().identity().signing_certificate().clone(), "sign");
    refused(|_, plan| plan.now = At(NOW.0 + 30 * 365 * 86_400_000), "Signing");
    refused(|_, plan| plan.documents.clear(), "0 documents");
    refused(|_, plan| plan.documents[0] = PathBuf::from("/nonexistent/x.pdf"), "x.pdf");
    refused(|desk, plan| plan.documents[0] = desk.folder.path().to_owned(), "not a regular file");
    refused(|_, plan| plan.documents[1] = plan.documents[0].clone(), "two documents");
    refused(|desk, plan| plan.documents[0] = desk.write("leer.pdf", b""), "is empty");
    refused(|desk, plan| plan.documents[0] = desk.write("b .pdf ", b"x"), "no document name");
}

#[test]
fn nothing_is_overwritten() {
    for name in ["a.bid", "a.keep"] {
        let desk = Desk::new();
        desk.write(name, b"precious");
        let error = desk.seal(|_| {}).expect_err("must be refused");
        assert!(
            matches!(&error, SealFilesError::File(FileError::Exists(path)) if path.ends_with(name)),
            "{error}"
        );
        assert_eq!(std::fs::read(desk.path(name)).unwrap(), b"precious");
        assert_eq!(desk.names().iter().filter(|name| name.starts_with("a.")).count(), 1);
    }
}

#[test]
fn what_may_keep_a_bid_from_being_accepted_is_said() {
    let desk = Desk::new();
    let sealed = desk.seal(|plan| {
        plan.now = DEADLINE;
        plan.locks.truncate(1);
    });
    let warnings = sealed.unwrap().warnings;
    assert_eq!(warnings, [Warning::PastDeadline(DEADLINE), Warning::OneLock]);
}

#[track_caller]
fn not_a_bid(name: &str, bytes: &[u8], expect: Foreign) {
    let desk = Desk::new();
    let error = BidFile::open(&desk.write(name, bytes)).expect_err("must be refused");
    assert!(matches!(&error, BidFileError::NotSealed { foreign, .. } if *foreign == expect), "{error}");
}

#[test]
fn what_is_not_sealed_is_recognised() {
    not_a_bid("x.pdf", b"%PDF-1.7", Foreign::Pdf);
    not_a_bid("x.docx", b"PK\x03\x04....", Foreign::Zip);
    not_a_bid("x.bid", b"", Foreign::Empty);
    not_a_bid("x.bid", b"bidroom-bid/1\n\x1a\0\0\x10\0aaaaaaaaa", Foreign::ChangedLines);
    not_a_bid("x.bid", &[0; 100], Foreign::Other);
}

#[test]
fn damage_is_found_before_sending() {
    let desk = Desk::new();
    desk.seal(|_| {}).unwrap();
    let good = std::fs::read(desk.path("a.bid")).unwrap();
    let longer = desk.write("longer.bid", &[good.as_slice(), b"x"].concat());
    assert!(matches!(BidFile::open(&longer), Err(BidFileError::Length { .. })));
    let shorter = desk.write("shorter.bid", &good[..good.len() - 1]);
    assert!(matches!(BidFile::open(&shorter), Err(BidFileError::Length { .. })));
    let cut = desk.write("cut.bid", &good[..100]);
    assert!(matches!(BidFile::open(&cut), Err(BidFileError::Head { .. })));
    let flip = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        desk.write("flipped.bid", &bytes)
    };
    let in_head = flip(200);
    assert!(matches!(BidFile::open(&in_head), Err(BidFileError::Head { .. })));
    let in_content = BidFile::open(&flip(good.len() - 5)).unwrap();
    assert!(matches!(in_content.check_content(&Silent), Err(BidFileError::Content { .. })));
}

#[test]
fn locks_keys_and_passwords_come_from_files() {
    let desk = Desk::new();
    let lock = main_lock();
    let file = lock.to_file("correct horse", KdfCost::LEAST, &mut Counting(1)).unwrap();
    let path = desk.write("main.lock", &file);
    let password = |text: &str| read_password(&desk.write("password", text.as_bytes()));
    for text in ["correct horse", "correct horse\n", "correct horse\r\n"] {
        let opened = open_lock(&path, &password(text).unwrap()).unwrap();
        assert_eq!(opened.identity(), lock.identity());
    }
    let wrong = open_lock(&path, &password("wrong horse\n").unwrap());
    assert!(matches!(wrong, Err(LockFilesError::Lock { source: LockError::WrongPassword, .. })));
    assert!(matches!(password("two\nlines\n"), Err(LockFilesError::Password(_))));
    assert!(matches!(read_password(&desk.write("password", &[0xff])), Err(LockFilesError::Password(_))));
    assert!(matches!(read_password(&desk.path("none")), Err(LockFilesError::File(_))));
    assert!(matches!(open_lock(&desk.write("x.lock", b"{}"), "x"), Err(LockFilesError::Lock { .. })));

    let certificate = lock.identity().signing_certificate();
    for bytes in [certificate.der().to_vec(), certificate.to_pem().into_bytes()] {
        assert_eq!(&read_certificate(&desk.write("c", &bytes)).unwrap(), certificate);
    }
    assert!(matches!(read_certificate(&desk.write("c", b"x")), Err(LockFilesError::Certificate { .. })));
    let key = key(10);
    assert_eq!(read_key(&desk.write("k", key.to_pem().as_bytes())).unwrap().public_key(), key.public_key());
    let encrypted = desk.write("k", b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n");
    assert!(matches!(read_key(&encrypted), Err(LockFilesError::Key { .. })));
}

/// The largest number of bytes told for each stage.
#[derive(Default)]
struct Told([AtomicU64; 3]);

impl Progress for Told {
    fn tell(&self, stage: Stage, done: u64, total: u64) {
        assert!(done <= total);
        let place = match stage {
            Stage::Measure => 0,
            Stage::Seal => 1,
            Stage::Check | Stage::Read | Stage::Send => 2,
        };
        self.0[place].fetch_max(done, Ordering::Relaxed);
    }
}

/// The process's peak of resident memory, KiB.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[test]
fn sixty_four_mebibytes_are_sealed_in_bounded_memory() {
    const LENGTH: u64 = 64 << 20;
    let desk = Desk::new();
    let large: &Path = &desk.path("图纸.zip");
    std::fs::File::create(large).unwrap().set_len(LENGTH).unwrap();
    let (schedule, out, locks) = (desk.schedule(), desk.path("large.bid"), [encryption(&main_lock())]);
    let (lock, documents) = (main_lock(), [large.to_owned()]);
    let request = SealRequest {
        room: &desk.world.room,
        schedule: &schedule,
        documents: &documents,
        locks: &locks,
        signer: Signer { certificate: lock.identity().signing_certificate(), key: &lock },
        replaces: None,
        out: &out,
        keep: None,
        remedy: false,
        now: NOW,
    };
    let told = Told::default();
    let before = peak();
    let sealed = seal(&request, &mut Counting(5), &told).unwrap();
    let file = BidFile::open(&out).unwrap();
    file.check_content(&told).unwrap();
    assert_eq!(sealed.length, std::fs::metadata(&out).unwrap().len());
    let told: Vec<u64> = told.0.iter().map(|done| done.load(Ordering::Relaxed)).collect();
    assert_eq!(told, [LENGTH, LENGTH, file.content_length()]);
    // Other tests run beside this one, with a few mebibytes each; the document itself must not be in memory.
    if let (Some(before), Some(after)) = (before, peak()) {
        assert!(after - before < 48 * 1024, "{before} → {after} KiB");
    }
}
