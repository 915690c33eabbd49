//! Locks give their shares to the published room and to no other.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests: a failure is reported by stopping"
)]

mod world;

use bidroom_canon::{Base64Bytes, Sm3Digest, to_canonical};
use bidroom_domain::At;
use bidroom_envelope::bid::core::{Core, CoreFormat, SuiteName};
use bidroom_envelope::bid::package::{PackageContext, Purpose, open_share, packages_digest, seal_package};
use bidroom_envelope::bid::record::RecordDigest;
use bidroom_envelope::bid::schedule::ScheduleCommitment;
use bidroom_envelope::bid::share::{Share, Shares};
use bidroom_envelope::content::stream::ChunkSize;
use bidroom_envelope::officers::open_officer_share;
use bidroom_envelope::suite::cms::SignedData;
use bidroom_ledger::receipt::{RECEIPT_FORMAT, Receipt};
use bidroom_ledger::tree::leaf_hashes;
use bidroom_lock::{Lock, SignedStatement, Statement, StatementKind, checkpoint_digest};
use bidroom_unlocking::{Seen, SeenRecord, answer, authorise, give_share, mismatch, present, sign_record};
use bidroom_wire::promise::{Acknowledgement, RoomStatement};
use bidroom_wire::{
    Accepted, Answer, Ask, AuthoriseMaterial, Challenge, ErrorKind, HolderKind, LockPackage, PinnedRoom,
    ReceiptBody, SignRecordMaterial, UnlockMaterial,
};
use world::*;

fn shares() -> Shares {
    Shares {
        lock: Share::from_bytes(&[1; 32]),
        room: Share::from_bytes(&[2; 32]),
        officers: Share::from_bytes(&[3; 32]),
    }
}

fn core_of(bidder: &str, tender: &str) -> Core {
    let mut core = Core {
        format: CoreFormat,
        suite: SuiteName,
        tender: tender.parse().unwrap(),
        lot: 1.try_into().unwrap(),
        envelope: 1.try_into().unwrap(),
        bidder: bidder.parse().unwrap(),
        chunk_size: ChunkSize::STANDARD,
        shares: shares().commit(&bidroom_envelope::bid::scope::BidScope {
            tender: tender.parse().unwrap(),
            lot: 1.try_into().unwrap(),
            envelope: 1.try_into().unwrap(),
            bidder: bidder.parse().unwrap(),
        }),
        schedule: ScheduleCommitment(Sm3Digest::of(b"schedule")),
        documents: vec![],
    };
    core.shares = shares().commit(&core.scope());
    core
}

fn material_with(world: &World, core: &Core, share: &Share) -> UnlockMaterial {
    let core = String::from_utf8(core.to_bytes().unwrap()).unwrap();
    let hash = Core::hash(core.as_bytes());
    let packages = [main_lock(), sub_lock()].map(|lock| {
        let recipient = lock.identity().encryption_certificate();
        let context = PackageContext { subject: &hash.0, purpose: Purpose::Lock, attempt: 0, recipient };
        LockPackage {
            recipient: recipient.digest(),
            tail: recipient.tail(),
            package: Base64Bytes(seal_package(share.expose(), &context).unwrap()),
        }
    });
    UnlockMaterial {
        session: world.room.session(),
        envelope: 1,
        attempt: 1,
        bid: Sm3Digest::of(b"bid"),
        core,
        packages: packages.into(),
        opening_certificates: world
            .room
            .opening_certificates()
            .iter()
            .map(|certificate| Base64Bytes(certificate.der().to_vec()))
            .collect(),
        checkpoint: note(&world.origin(), DEADLINE),
    }
}

fn material(world: &World) -> UnlockMaterial {
    material_with(world, &core_of(BIDDER, "YZ2026-0117"), &shares().lock)
}

#[test]
fn either_lock_gives_the_share_to_both_devices() {
    let world = World::new();
    let material = material(&world);
    let core = core_of(BIDDER, "YZ2026-0117");
    let hash = Core::hash(material.core.as_bytes());
    for lock in [main_lock(), sub_lock()] {
        let body = give_share(&world.room, &material, &lock, Some(material.bid)).unwrap();
        let signed = SignedStatement::verify(&body.statement.0, StatementKind::Consent).unwrap();
        assert_eq!(signed.certificate(), lock.identity().signing_certificate());
        let Statement::Consent(given) = signed.statement() else { panic!("another statement") };
        assert_eq!(
            given.share_package_digest,
            packages_digest(body.packages.iter().map(|it| it.0.as_slice()))
        );
        assert_eq!(given.checkpoint, checkpoint_digest(material.checkpoint.as_bytes()));
        assert_eq!(given.bid_digest, material.bid);
        assert_eq!(body.lock, lock.identity().encryption_certificate().digest());
        for (device, package) in (0_u8..).zip(&body.packages) {
            let certificate = &world.room.opening_certificates()[usize::from(device)];
            let (purpose, key) = (Purpose::Consent, device_keys(device).1);
            let share = open_share(&package.0, &core, &hash, purpose, 1, certificate, &key).unwrap();
            assert_eq!(share.expose(), shares().lock.expose());
        }
    }
}

#[track_caller]
fn refused(change: impl FnOnce(&World, &mut UnlockMaterial), lock: &dyn Lock, own: &[u8], expect: &str) {
    let world = World::new();
    let mut material = material(&world);
    change(&world, &mut material);
    let error =
        give_share(&world.room, &material, lock, Some(Sm3Digest::of(own))).expect_err("must be refused");
    assert!(error.to_string().contains(expect), "{error}");
    assert!(!error.sentence().zh.title.is_empty());
}

#[test]
fn a_lock_gives_nothing_to_a_room_that_is_not_the_published_one() {
    let lock = main_lock();
    let nothing = |_: &World, _: &mut UnlockMaterial| {};
    refused(nothing, &old_lock(), b"bid", "not sealed to the lock");
    refused(nothing, &foreign_lock(), b"bid", "expected is YZ2026-0117/1/1/91370100MA3U7K2X2B");
    refused(nothing, &officer_lock(1), b"bid", "not a bidder's");
    refused(nothing, &lock, b"other bid", "the receipt is for");
    refused(|_, it| it.session = "YZ2026-0117-2".parse().unwrap(), &lock, b"bid", "asked was for");
    refused(|_, it| it.envelope = 2, &lock, b"bid", "envelope 2");
    refused(|_, it| it.attempt = 0, &lock, b"bid", "attempt 0");
    refused(|_, it| it.opening_certificates.reverse(), &lock, b"bid", "opening certificates");
    refused(|_, it| it.opening_certificates.truncate(1), &lock, b"bid", "opening certificates");
    let other = |_: &World, it: &mut UnlockMaterial| {
        it.opening_certificates[0] =
            Base64Bytes(main_lock().identity().encryption_certificate().der().to_vec());
    };
    refused(other, &lock, b"bid", "opening certificates");
    let early =
        |world: &World, it: &mut UnlockMaterial| it.checkpoint = note(&world.origin(), At(DEADLINE.0 - 1));
    refused(early, &lock, b"bid", "before the opening time");
    let other_log = |_: &World, it: &mut UnlockMaterial| {
        it.checkpoint = note("room.example.cn/YZ2026-0117/2", DEADLINE);
    };
    refused(other_log, &lock, b"bid", "of log room.example.cn/YZ2026-0117/2");
    let unsigned = |_: &World, it: &mut UnlockMaterial| {
        let cut = it.checkpoint.trim_end().rfind('\n').unwrap() + 1;
        it.checkpoint.truncate(cut);
    };
    refused(unsigned, &lock, b"bid", "SM2 line is missing");
    refused(|_, it| it.core.push(' '), &lock, b"bid", "core");
    let other_core = |world: &World, it: &mut UnlockMaterial| {
        *it = material_with(world, &core_of(BIDDER, "YZ2026-0118"), &shares().lock);
    };
    refused(other_core, &lock, b"bid", "YZ2026-0118");
    let other_share = |world: &World, it: &mut UnlockMaterial| {
        *it = material_with(world, &core_of(BIDDER, "YZ2026-0117"), &shares().room);
    };
    refused(other_share, &lock, b"bid", "another lock share");
    let swapped =
        |_: &World, it: &mut UnlockMaterial| it.packages[0].package = it.packages[1].package.clone();
    refused(swapped, &lock, b"bid", "key package");
    let garbage = |_: &World, it: &mut UnlockMaterial| it.packages[0].package = Base64Bytes(vec![0; 100]);
    refused(garbage, &lock, b"bid", "malformed");
}

#[test]
fn a_wrong_lock_names_itself_only() {
    let body = mismatch(&old_lock()).unwrap();
    assert_eq!(body.certificate.0, old_lock().identity().encryption_certificate().der());
    assert!(mismatch(&officer_lock(1)).is_err());
}

fn authorise_material(world: &World, index: u8) -> AuthoriseMaterial {
    AuthoriseMaterial {
        session: world.room.session(),
        envelope: 1,
        attempt: 1,
        index,
        dealt: Base64Bytes(world.dealing.packages[usize::from(index - 1)].clone()),
        deal: String::from_utf8(world.dealing.deal.to_bytes().unwrap()).unwrap(),
        opening_certificates: world
            .room
            .opening_certificates()
            .iter()
            .map(|certificate| Base64Bytes(certificate.der().to_vec()))
            .collect(),
        roster: Sm3Digest::of(b"roster"),
        checkpoint: Sm3Digest::of(b"note"),
        redeal: None,
    }
}

#[test]
fn an_officer_gives_a_part_that_fits_to_both_devices() {
    let world = World::new();
    for index in 1..=3 {
        let material = authorise_material(&world, index);
        let seen = Seen { roster: Some(material.roster), checkpoint: Some(material.checkpoint) };
        let body = authorise(&world.room, &material, &officer_lock(index), seen).unwrap();
        let signed = SignedStatement::verify(&body.statement.0, StatementKind::Authorise).unwrap();
        let Statement::Authorise { share_index, package_digest, .. } = signed.statement() else { panic!() };
        assert_eq!(*share_index, u32::from(index));
        assert_eq!(*package_digest, packages_digest(body.packages.iter().map(|it| it.0.as_slice())));
        for (device, package) in (0_u8..).zip(&body.packages) {
            let certificate = &world.room.opening_certificates()[usize::from(device)];
            let key = device_keys(device).1;
            let (deal, purpose) = (&world.dealing.deal, Purpose::Authorise);
            open_officer_share(deal, index.into(), &package.0, purpose, 1, certificate, &key).unwrap();
        }
    }
}

#[track_caller]
fn not_authorised(change: impl FnOnce(&mut AuthoriseMaterial), lock: &dyn Lock, expect: &str) {
    let world = World::new();
    let mut material = authorise_material(&world, 1);
    change(&mut material);
    let seen = Seen { roster: Some(Sm3Digest::of(b"roster")), checkpoint: Some(Sm3Digest::of(b"note")) };
    let error = authorise(&world.room, &material, lock, seen).expect_err("must be refused");
    assert!(error.to_string().contains(expect), "{error}");
}

#[test]
fn an_officer_gives_nothing_to_a_room_that_is_not_the_published_one() {
    let lock = officer_lock(1);
    not_authorised(|_| {}, &officer_lock(2), "belongs to 张三");
    not_authorised(|it| it.index = 9, &lock, "belongs to nobody");
    not_authorised(|it| it.roster = Sm3Digest::of(b"x"), &lock, "roster");
    not_authorised(|it| it.checkpoint = Sm3Digest::of(b"x"), &lock, "checkpoint");
    not_authorised(|it| it.deal.push(' '), &lock, "dealing");
    not_authorised(|it| it.opening_certificates.clear(), &lock, "opening certificates");
    not_authorised(|it| it.session = "Y-1".parse().unwrap(), &lock, "asked was for");
    not_authorised(|it| it.attempt = 0, &lock, "attempt 0");
    not_authorised(
        |it| it.dealt = Base64Bytes(World::new().dealing.packages[1].clone()),
        &lock,
        "key package",
    );
}

#[track_caller]
fn check_signing(change: impl FnOnce(&World, &mut SignRecordMaterial, &mut SeenRecord), expect: &str) {
    let world = World::new();
    let (closed, record) = (DEADLINE.plus_seconds(3600), Sm3Digest::of(b"table"));
    let mut material = SignRecordMaterial {
        session: world.room.session(),
        record,
        checkpoint: note(&world.origin(), closed),
    };
    let mut seen = SeenRecord { record, closed, size: 100 };
    change(&world, &mut material, &mut seen);
    let lock = officer_lock(1);
    let said = match sign_record(&world.room, &material, &lock, seen) {
        Err(error) => error.to_string(),
        Ok(body) => {
            let signed = SignedStatement::verify(&body.statement.0, StatementKind::SignRecord).unwrap();
            assert_eq!(signed.certificate(), lock.identity().signing_certificate());
            let expected = Statement::SignRecord {
                session: world.room.session().to_string(),
                record,
                checkpoint: checkpoint_digest(material.checkpoint.as_bytes()),
            };
            assert_eq!(*signed.statement(), expected);
            "signed".to_owned()
        }
    };
    assert!(said.contains(expect), "{said}");
}

#[test]
fn the_record_is_signed_as_it_was_seen_and_not_otherwise() {
    check_signing(|_, _, _| {}, "signed");
    check_signing(|_, material, _| material.session = "YZ2026-0117-2".parse().unwrap(), "asked was for");
    check_signing(|_, material, _| material.record = Sm3Digest::of(b"another"), "the room names table");
    check_signing(|_, material, _| material.checkpoint = "x".into(), "does not stand");
    check_signing(
        |_, material, _| material.checkpoint = note("room.example.cn/YZ2026-0117/2", DEADLINE),
        "does not stand",
    );
    check_signing(
        |world, material, _| material.checkpoint = note(&world.origin(), DEADLINE),
        "the session ended at",
    );
    check_signing(|_, _, seen| seen.size = 0, "the session ended at");
}

fn pinned(world: &World) -> PinnedRoom {
    let publication = world.room.publication();
    PinnedRoom { publication: Base64Bytes(publication.der().to_vec()), digest: publication.digest(), at: NOW }
}

#[test]
fn a_page_has_its_acts_done() {
    let world = World::new();
    let session = world.room.session();
    let record = Sm3Digest::of(b"table");
    let challenge = Challenge {
        challenge: bidroom_canon::Hex32([7; 32]),
        room: "room.example.cn".into(),
        at: NOW,
        expires: NOW.plus_seconds(60),
    };
    let text = "唱标价与报价表不符".to_owned();
    let closed = DEADLINE.plus_seconds(3600);
    let signing =
        SignRecordMaterial { session: session.clone(), record, checkpoint: note(&world.origin(), closed) };
    let says = [
        (Ask::LogIn(challenge), StatementKind::Login),
        (Ask::SignIn { session: session.clone() }, StatementKind::SignIn),
        (Ask::Confirm { session: session.clone(), record }, StatementKind::Confirm),
        (Ask::Object { session, record, text }, StatementKind::Object),
        (
            Ask::SignRecord { room: pinned(&world), material: signing, record, closed, size: 100 },
            StatementKind::SignRecord,
        ),
    ];
    for (ask, kind) in says {
        let Ok(Answer::Said(body)) = answer(&main_lock(), &ask) else { panic!("{ask:?}") };
        SignedStatement::verify(&body.statement.0, kind).unwrap();
    }
    let time = Ask::ConfirmTime { session: world.room.session(), step: 1, at: NOW };
    let Ok(Answer::Said(body)) = answer(&officer_lock(1), &time) else { panic!("the time") };
    let said = SignedStatement::verify(&body.statement.0, StatementKind::ConfirmTime).unwrap();
    let expected = Statement::ConfirmTime { session: world.room.session().to_string(), step: 1, at: NOW.0 };
    assert_eq!(*said.statement(), expected);
    let hand_in = Ask::HandIn { room: pinned(&world), material: Box::new(material(&world)) };
    assert!(matches!(answer(&main_lock(), &hand_in), Ok(Answer::Share(_))));
    assert!(matches!(answer(&old_lock(), &hand_in), Ok(Answer::NotSealedTo(_))));
    let material = authorise_material(&world, 1);
    let roster = material.roster;
    let part = Ask::Authorise { room: pinned(&world), material: Box::new(material), roster };
    assert!(matches!(answer(&officer_lock(1), &part), Ok(Answer::Part(_))));
}

#[test]
fn a_page_that_carries_something_else_gets_a_reason() {
    let world = World::new();
    let other = PinnedRoom { digest: Sm3Digest::of(b"another"), ..pinned(&world) };
    let broken = PinnedRoom { publication: Base64Bytes(vec![0x30, 0]), ..pinned(&world) };
    let early = UnlockMaterial { checkpoint: note(&world.origin(), At(DEADLINE.0 - 1)), ..material(&world) };
    let hand_in = |room, material| Ask::HandIn { room, material: Box::new(material) };
    let authorise = |roster| Ask::Authorise {
        room: pinned(&world),
        material: Box::new(authorise_material(&world, 1)),
        roster,
    };
    let long = Ask::Object {
        session: world.room.session(),
        record: Sm3Digest::of(b"table"),
        text: "长".repeat(3000),
    };
    for (ask, lock, kind, code) in [
        (hand_in(other, material(&world)), main_lock(), ErrorKind::Tamper, "room"),
        (hand_in(broken, material(&world)), main_lock(), ErrorKind::Tamper, "room"),
        (hand_in(pinned(&world), early), main_lock(), ErrorKind::Refusal, "share"),
        (hand_in(pinned(&world), material(&world)), officer_lock(1), ErrorKind::Refusal, "share"),
        (authorise(Sm3Digest::of(b"x")), officer_lock(1), ErrorKind::Tamper, "part"),
        (authorise(Sm3Digest::of(b"roster")), officer_lock(2), ErrorKind::Refusal, "part"),
        (long, main_lock(), ErrorKind::Fault, "lock"),
    ] {
        let error = answer(&lock, &ask).expect_err("must be refused");
        assert_eq!((error.kind, error.code.as_str()), (kind, code), "{error:?}");
        assert!(!error.sentence.zh.body.is_empty() && !error.sentence.en.body.is_empty());
    }
}

#[test]
fn a_lock_shows_whose_it_is() {
    let lock = present(main_lock().identity());
    assert_eq!((lock.kind, lock.holder.as_str()), (HolderKind::Main, "甲建设有限公司"));
    assert!(lock.serial.ends_with(&lock.tail));
    assert_eq!(lock.opens, main_lock().identity().encryption_certificate().tail());
}

fn receipt(world: &World) -> Receipt {
    Receipt {
        at: NOW.0,
        bid_digest: Sm3Digest::of(b"bid"),
        format: RECEIPT_FORMAT.into(),
        leaf: leaf_hashes(b"entry"),
        origin: world.room.origin().clone(),
        packages_digest: Sm3Digest::of(b"packages"),
        room_certificate: room_certificate().digest(),
        session: world.room.session().to_string(),
    }
}

fn signed_receipt(receipt: &Receipt) -> ReceiptBody {
    ReceiptBody {
        receipt: Base64Bytes(
            SignedData::sign(&receipt.to_bytes().unwrap(), &room_certificate(), &room_key()).unwrap(),
        ),
        code: receipt.code().unwrap(),
        at: At(receipt.at),
        bid: receipt.bid_digest,
    }
}

#[track_caller]
fn check_receipt(change: impl FnOnce(&mut ReceiptBody, Receipt), expect: &str) {
    let world = World::new();
    let mut body = signed_receipt(&receipt(&world));
    change(&mut body, receipt(&world));
    let packages = Some(RecordDigest(Sm3Digest::of(b"packages")));
    match world.room.check_receipt(&body, Sm3Digest::of(b"bid"), packages) {
        Ok(found) => assert_eq!((expect, found), ("", receipt(&world))),
        Err(error) => assert!(!expect.is_empty() && error.to_string().contains(expect), "{error}"),
    }
}

#[test]
fn only_the_pinned_rooms_receipt_for_this_bid_counts() {
    check_receipt(|_, _| {}, "");
    check_receipt(|it, _| it.code = "0000 0000".into(), "code");
    check_receipt(|it, _| it.at = At(1), "its at");
    check_receipt(
        |it, of| *it = signed_receipt(&Receipt { bid_digest: Sm3Digest::of(b"x"), ..of }),
        "bid_digest",
    );
    check_receipt(|it, of| *it = signed_receipt(&Receipt { session: "x".into(), ..of }), "session");
    check_receipt(
        |it, of| *it = signed_receipt(&Receipt { origin: "a/b/c".parse().unwrap(), ..of }),
        "origin",
    );
    let other = |it: &mut ReceiptBody, of: Receipt| {
        *it = signed_receipt(&Receipt { packages_digest: Sm3Digest::of(b"x"), ..of });
    };
    check_receipt(other, "packages_digest");
    let not_the_room = |it: &mut ReceiptBody, of: Receipt| {
        let lock = main_lock();
        let der = SignedData::sign(&of.to_bytes().unwrap(), lock.identity().signing_certificate(), &lock);
        it.receipt = Base64Bytes(der.unwrap());
    };
    check_receipt(not_the_room, "not by the room");
    check_receipt(|it, _| it.receipt = Base64Bytes(vec![0x30, 0]), "message");
}

#[test]
fn an_acknowledgement_names_the_statement_it_answers() {
    let world = World::new();
    let statement = Sm3Digest::of(b"statement");
    let said = Acknowledgement {
        acknowledged: Some(statement),
        at: NOW,
        entry: Some(7),
        events: vec!["share.collected".into()],
        session: world.room.session(),
    };
    let der = SignedData::sign(
        &to_canonical(&RoomStatement::Acknowledgement(said.clone())).unwrap(),
        &room_certificate(),
        &room_key(),
    )
    .unwrap();
    let accepted = Accepted { at: NOW, entry: Some(7), acknowledgement: Base64Bytes(der) };
    assert_eq!(world.room.check_acknowledgement(&accepted, Some(statement)).unwrap(), said);
    assert!(world.room.check_acknowledgement(&accepted, None).is_err());
    let check = |statement| Ask::CheckAccepted {
        room: pinned(&world),
        session: world.room.session(),
        accepted: accepted.clone(),
        statement,
    };
    assert!(matches!(answer(&main_lock(), &check(statement)), Ok(Answer::Checked)));
    let other = answer(&main_lock(), &check(Sm3Digest::of(b"other"))).unwrap_err();
    assert_eq!((other.kind, other.code.as_str()), (ErrorKind::Tamper, "acknowledgement"));
    let later = Accepted { at: At(NOW.0 + 1), ..accepted };
    assert!(world.room.check_acknowledgement(&later, Some(statement)).is_err());
}

#[test]
fn a_publication_is_believed_only_whole() {
    let world = World::new();
    let agency_root = root(CA.0, CA.1);
    let other = root(OTHER_CA.0, OTHER_CA.1);
    use bidroom_unlocking::PublishedRoom;
    let open = |der: &[u8], roots: Option<&[_]>| PublishedRoom::open(der, roots, NOW).map(|_| ());
    open(&world.publication, Some(std::slice::from_ref(&agency_root))).unwrap();
    assert!(open(&world.publication, Some(std::slice::from_ref(&other))).is_err());
    let mut changed = world.publication.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    assert!(open(&changed, None).is_err());
    assert!(open(b"", None).is_err());
}
