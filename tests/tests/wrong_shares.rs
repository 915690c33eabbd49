//! Shares that are not what they should be, and two who do the same thing at once: each gets its own answer, and nothing
//! changes but what may.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::sync::Arc;

use bidroom::demo::play::{Play, Script};
use bidroom::demo::world::Ca;
use bidroom_bidder::client::{Client, ClientOptions};
use bidroom_bidder::locks::AnyLock;
use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::At;
use bidroom_domain::opening::Phase;
use bidroom_envelope::bid::core::Core;
use bidroom_envelope::bid::package::{Purpose, open_share, packages_digest};
use bidroom_envelope::suite::cms::EnvelopedData;
use bidroom_envelope::suite::pki::{Certificate, Name};
use bidroom_lock::{Lock as _, LockKind, SignedStatement, SoftLock, Statement, StatementKind};
use bidroom_tests::random::CountingRandom;
use bidroom_tests::raw::Raw;
use bidroom_tests::room::{DEADLINE, MORNING, StoryRoom, Turned};
use bidroom_unlocking::{AuthoriseError, PublishedRoom, Seen, authorise, give_share};
use bidroom_wire::{AuthoriseBody, AuthoriseMaterial, ConsentBody, HostCommand, UnlockMaterial};

const PLAIN: Script = Script { replaces: None, wrong_lock: None, objects: None, absent: None, leaves: None };
const YEAR: i64 = 365 * 86_400_000;

/// A room whose deadline has passed.
async fn after_the_deadline(room: &StoryRoom, play: &Play<'_>) -> PublishedRoom {
    play.prepare().await.unwrap();
    room.clock.set(DEADLINE);
    let handle = room.app.rooms.get(&play.session).unwrap();
    handle
        .wait_for(|snapshot| snapshot.state.phase == Phase::Authorise && snapshot.note.is_some())
        .await
        .unwrap();
    let client = Client::new(&ClientOptions { server: room.url.clone(), trust: Vec::new() }).unwrap();
    let der = client.publication(&play.session).await.unwrap();
    PublishedRoom::open(&der, None, room.app.now()).unwrap()
}

fn entries(room: &StoryRoom) -> u64 {
    room.app.rooms.get(&StoryRoom::session().unwrap()).unwrap().snapshot().size
}

fn at(what: &str) -> String {
    format!("sessions/{}/{what}", StoryRoom::session().unwrap())
}

/// The same body with its statement said differently and signed by `lock`.
fn restated(body: &ConsentBody, lock: &SoftLock, change: impl FnOnce(&mut Statement)) -> ConsentBody {
    let signed = SignedStatement::verify(&body.statement.0, StatementKind::Consent).unwrap();
    let mut statement = signed.statement().clone();
    change(&mut statement);
    let signed = SignedStatement::sign(&statement, lock.identity().signing_certificate(), lock).unwrap();
    ConsentBody { statement: Base64Bytes(signed.der().to_vec()), ..body.clone() }
}

/// The same statement, truly signed, over other packages.
fn repacked(body: &ConsentBody, lock: &SoftLock, packages: Vec<Base64Bytes>) -> ConsentBody {
    let digest = packages_digest(packages.iter().map(|package| package.0.as_slice()));
    let body = restated(body, lock, |statement| {
        let Statement::Consent(given) = statement else { panic!("a consent") };
        given.share_package_digest = digest;
    });
    ConsentBody { packages, ..body }
}

/// A package for the right recipient, with the right share in it, that nobody can make again: its randomness is free.
fn irreproducible(material: &UnlockMaterial, lock: &SoftLock, recipient: &Certificate) -> Base64Bytes {
    let core = Core::parse(material.core.as_bytes()).unwrap();
    let hash = Core::hash(material.core.as_bytes());
    let certificate = lock.identity().encryption_certificate();
    let sealed = material.packages.iter().find(|package| package.recipient == certificate.digest()).unwrap();
    let share = open_share(&sealed.package.0, &core, &hash, Purpose::Lock, 0, certificate, lock).unwrap();
    let der = EnvelopedData::seal(recipient, &[9; 16], &[7; 16], &[[5; 32]], share.expose()).unwrap();
    Base64Bytes(der)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_share_is_for_one_bid_one_attempt_and_of_one_bidder() {
    let folder = tempfile::tempdir().unwrap();
    let mut room = StoryRoom::new(folder.path(), 3).await.unwrap();
    let firm = &room.world.bidders[0].firm;
    let name = Name::new(&firm.name, Some(firm.code.as_str()), &firm.name);
    let mut random = CountingRandom::new("other locks");
    let valid = (At(MORNING.0 - YEAR), At(MORNING.0 + YEAR));
    let mut other_province = Ca::new("外省CA", MORNING, &mut random).unwrap();
    let foreign = other_province.lock(LockKind::Main, &name, valid, &mut random).unwrap();
    let past = (At(MORNING.0 - YEAR), At(MORNING.0 - 1000));
    let expired = room.world.cas[0].lock(LockKind::Main, &name, past, &mut random).unwrap();

    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    let published = after_the_deadline(&room, &play).await;
    play.authorise().await.unwrap();
    let (lock, neighbour) = (&room.world.bidders[0].main, &room.world.bidders[1].main);
    let (mine, theirs) = (Raw::new(&room, lock).await.unwrap(), Raw::new(&room, neighbour).await.unwrap());
    let material: UnlockMaterial = serde_json::from_value(mine.get(&at("unlock")).await.unwrap().1).unwrap();
    let their_material: UnlockMaterial =
        serde_json::from_value(theirs.get(&at("unlock")).await.unwrap().1).unwrap();
    let good = give_share(&published, &material, lock, None).unwrap();
    let theirs_good = give_share(&published, &their_material, neighbour, None).unwrap();
    let second = UnlockMaterial { attempt: material.attempt + 1, ..material.clone() };
    let for_second = give_share(&published, &second, lock, None).unwrap();
    let opening = published.opening_certificates();
    let free = |device: usize| irreproducible(&material, lock, &opening[device]);
    let swapped: Vec<Base64Bytes> = good.packages.iter().rev().cloned().collect();
    let mut flipped = good.packages.clone();
    let middle = flipped[1].0.len() / 2;
    flipped[1].0[middle] ^= 1;

    let before = entries(&room);
    let other_bid = |statement: &mut Statement| {
        let Statement::Consent(given) = statement else { panic!("a consent") };
        given.bid_digest = their_material.bid;
    };
    let old_checkpoint = |statement: &mut Statement| {
        let Statement::Consent(given) = statement else { panic!("a consent") };
        given.checkpoint = Sm3Digest::of(b"another note");
    };
    let same = |_: &mut Statement| {};
    let unlisted = ConsentBody { lock: Sm3Digest::of(b"a lock nobody has"), ..good.clone() };
    for (what, body, status, code) in [
        ("of another bid", restated(&good, lock, other_bid), 409, "statement_outdated"),
        ("for the next attempt", for_second.clone(), 409, "statement_outdated"),
        ("after another checkpoint", restated(&good, lock, old_checkpoint), 409, "statement_outdated"),
        (
            "with other packages than it names",
            ConsentBody { packages: swapped.clone(), ..good.clone() },
            409,
            "statement_outdated",
        ),
        ("with packages of the next attempt", repacked(&good, lock, for_second.packages), 409, "share"),
        ("with another's share", repacked(&good, lock, theirs_good.packages.clone()), 409, "share"),
        ("to the devices the wrong way round", repacked(&good, lock, swapped), 409, "share"),
        ("that does not re-encrypt to itself", repacked(&good, lock, vec![free(0), free(1)]), 409, "share"),
        (
            "of which one does not re-encrypt to itself",
            repacked(&good, lock, vec![good.packages[0].clone(), free(1)]),
            409,
            "share",
        ),
        ("with a flipped bit for the standby", repacked(&good, lock, flipped), 409, "share"),
        ("to one device only", repacked(&good, lock, good.packages[..1].to_vec()), 409, "share"),
        ("from a lock it is not sealed to", unlisted, 409, "wrong_lock"),
        ("signed by another bidder", restated(&good, neighbour, same), 409, "other_signer"),
        ("signed by an expired lock", restated(&good, &expired, same), 409, "certificate_expired"),
        ("signed by a foreign lock", restated(&good, &foreign, same), 409, "unknown_certificate"),
    ] {
        let (found, said) = mine.post_json(&at("unlock"), &body).await.unwrap();
        assert_eq!((found, said["code"].as_str()), (status, Some(code)), "a share {what}: {said}");
        assert_eq!((said["kind"].as_str(), entries(&room)), (Some("refusal"), before), "a share {what}");
    }
    // One bidder's good share in another's hands.
    let (status, said) = mine.post_json(&at("unlock"), &theirs_good).await.unwrap();
    assert_eq!((status, said["code"].as_str()), (409, Some("other_signer")), "{said}");

    // After all that the right one is taken, once.
    let (status, said) = mine.post_json(&at("unlock"), &good).await.unwrap();
    assert_eq!(status, 200, "{said}");
    let after = entries(&room);
    assert_eq!(after, before + 1);
    let (status, said) = mine.post_json(&at("unlock"), &good).await.unwrap();
    assert_eq!((status, said["code"].as_str()), (409, Some("already_collected")), "{said}");
    assert_eq!(entries(&room), after);
    room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officers_part_is_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let mut room = StoryRoom::new(folder.path(), 3).await.unwrap();
    let elsewhere = Name::new("外市公共资源交易中心", None, "沈若兰");
    let valid = (At(MORNING.0 - YEAR), At(MORNING.0 + YEAR));
    let mut random = CountingRandom::new("an officer of another tender");
    let stranger = room.world.cas[0].lock(LockKind::Officer, &elsewhere, valid, &mut random).unwrap();
    let room = room;
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    let published = after_the_deadline(&room, &play).await;
    let locks: Vec<&SoftLock> = room.world.officers.iter().map(|person| &person.lock).collect();
    let (one, two) = (Raw::new(&room, locks[0]).await.unwrap(), Raw::new(&room, locks[1]).await.unwrap());
    let material = |value| serde_json::from_value::<AuthoriseMaterial>(value).unwrap();
    let first = material(one.get(&at("authorise")).await.unwrap().1);
    let second = material(two.get(&at("authorise")).await.unwrap().1);
    let body = |material: &AuthoriseMaterial, lock: &AnyLock| {
        authorise(&published, material, lock, Seen::default()).unwrap()
    };
    let (mine, theirs) = (body(&first, locks[0]), body(&second, locks[1]));
    let before = entries(&room);

    let (status, said) = one.post_json(&at("authorise"), &theirs).await.unwrap();
    assert_eq!((status, said["code"].as_str()), (409, Some("other_signer")), "{said}");
    let later = AuthoriseMaterial { attempt: 2, ..first.clone() };
    let (status, said) = one.post_json(&at("authorise"), &body(&later, locks[0])).await.unwrap();
    assert_eq!((status, said["code"].as_str()), (409, Some("statement_outdated")), "{said}");
    let roster = AuthoriseMaterial { roster: Sm3Digest::of(b"another roster"), ..first.clone() };
    let (status, said) = one.post_json(&at("authorise"), &body(&roster, locks[0])).await.unwrap();
    assert_eq!((status, said["code"].as_str()), (409, Some("statement_outdated")), "{said}");
    let mut mixed = mine.clone();
    mixed.packages = theirs.packages;
    let (status, said) = one.post_json(&at("authorise"), &mixed).await.unwrap();
    assert_eq!((status, said["code"].as_str()), (409, Some("statement_outdated")), "{said}");
    // The same officer's true words about another session, and an officer of another tender with the same name.
    let signed = SignedStatement::verify(&mine.statement.0, StatementKind::Authorise).unwrap();
    let mut words = signed.statement().clone();
    let Statement::Authorise { session, .. } = &mut words else { panic!("an authorisation") };
    "YZZC-2026-G0117-2".clone_into(session);
    let signed = locks[0].sign_statement(&words).unwrap();
    let foreign = AuthoriseBody { statement: Base64Bytes(signed.der().to_vec()), ..mine.clone() };
    let (status, said) = one.post_json(&at("authorise"), &foreign).await.unwrap();
    assert_eq!((status, said["code"].as_str()), (409, Some("statement_outdated")), "{said}");
    let tool = authorise(&published, &first, &stranger, Seen::default());
    assert!(matches!(tool, Err(AuthoriseError::Officer { .. })), "{tool:?}");
    let outside = Raw::new(&room, &stranger).await.unwrap();
    let signed = SignedStatement::verify(&mine.statement.0, StatementKind::Authorise).unwrap();
    let signed = stranger.sign_statement(signed.statement()).unwrap();
    let posing = AuthoriseBody { statement: Base64Bytes(signed.der().to_vec()), ..mine.clone() };
    for body in [&posing, &mine] {
        let (status, said) = outside.post_json(&at("authorise"), body).await.unwrap();
        assert_eq!((status, said["code"].as_str()), (403, Some("not_your_role")), "{said}");
    }
    assert_eq!(entries(&room), before);

    let (status, said) = one.post_json(&at("authorise"), &mine).await.unwrap();
    assert_eq!((status, entries(&room)), (200, before + 1), "{said}");
    // Once is once: the same words, and new ones of the same officer.
    for body in [&mine, &body(&first, locks[0])] {
        let (status, said) = one.post_json(&at("authorise"), body).await.unwrap();
        assert_eq!((status, said["code"].as_str()), (409, Some("already_authorised")), "{said}");
    }
    assert_eq!(entries(&room), before + 1);
    room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fewer_officers_than_needed_start_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let room = StoryRoom::new(folder.path(), 3).await.unwrap();
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    let published = after_the_deadline(&room, &play).await;
    let host = Raw::new(&room, &room.world.officers[0].lock).await.unwrap();
    let bidder = Raw::new(&room, &room.world.bidders[0].main).await.unwrap();
    for person in &room.world.officers[..2] {
        // Nobody's share is asked for, and the host is told how many are missing.
        let before = entries(&room);
        let (status, said) = host.post_json(&at("commands"), &HostCommand::StartUnlock).await.unwrap();
        assert_eq!((status, said["code"].as_str()), (409, Some("too_few_officers")), "{said}");
        assert!(said["sentence"]["zh"]["body"].as_str().unwrap().contains("需要 2 名"), "{said}");
        let (status, said) = bidder.get(&at("unlock")).await.unwrap();
        assert_eq!((status, said["kind"].as_str()), (409, Some("refusal")), "{said}");
        assert_eq!(entries(&room), before);
        let officer = room.logged_in(&person.lock).await.unwrap();
        officer.authorise(&published, &person.lock, Seen::default()).await.unwrap();
    }
    let (status, said) = host.post_json(&at("commands"), &HostCommand::StartUnlock).await.unwrap();
    assert_eq!(status, 200, "{said}");
    room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hosts_at_once_do_a_thing_once() {
    let folder = tempfile::tempdir().unwrap();
    let room = StoryRoom::new(folder.path(), 3).await.unwrap();
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    let published = after_the_deadline(&room, &play).await;
    let host = &room.world.officers[0].lock;
    let (one, two) = (Raw::new(&room, host).await.unwrap(), Raw::new(&room, host).await.unwrap());
    for person in room.world.officers.iter().take(2) {
        let mut officer =
            Client::new(&ClientOptions { server: room.url.clone(), trust: Vec::new() }).unwrap();
        officer.log_in(&person.lock, &room.app.config.origin).await.unwrap();
        officer.authorise(&published, &person.lock, Seen::default()).await.unwrap();
    }
    at_once(&room, &one, &two, HostCommand::StartUnlock).await;
    play.unlock().await.unwrap();
    let handle = room.app.rooms.get(&play.session).unwrap();
    // Bodies are verified meanwhile; only then the log stands still.
    handle
        .wait_for(|snapshot| {
            snapshot.state.roster.iter().all(|row| row.body.is_some()) && snapshot.note.is_some()
        })
        .await
        .unwrap();
    at_once(&room, &one, &two, HostCommand::AnnounceBid { number: 1 }).await;
    room.stop().await.unwrap();
}

/// One is told that it is done, the other which rule stands against doing it again.
async fn at_once(room: &StoryRoom, one: &Raw, two: &Raw, command: HostCommand) {
    let (before, path) = (entries(room), at("commands"));
    let (first, second) = tokio::join!(one.post_json(&path, &command), two.post_json(&path, &command));
    let mut answers = [first.unwrap(), second.unwrap()];
    answers.sort_by_key(|(status, _)| *status);
    let [(done, _), (refused, said)] = answers;
    assert_eq!((done, refused, said["kind"].as_str()), (200, 409, Some("refusal")), "{said}");
    assert!(!said["sentence"]["zh"]["title"].as_str().unwrap().is_empty(), "{said}");
    assert_eq!(entries(room), before + 1, "{command:?}");
}
