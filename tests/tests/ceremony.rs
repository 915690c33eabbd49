//! The officers' ceremony through the public API: probes, replacements, the time, devices; and what must not work.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::sync::Arc;

use bidroom::clock::RoomClock as _;
use bidroom::demo::play::{Script, Told};
use bidroom::demo::site::SiteDevice;
use bidroom::room::event_of;
use bidroom_canon::{Base64Bytes, Hex32, Sm3Digest};
use bidroom_domain::At;
use bidroom_domain::opening::Phase;
use bidroom_envelope::suite::pki::Name;
use bidroom_lock::{Lock as _, LockKind, SignedStatement, SoftLock, Statement, StatementKind};
use bidroom_tender::PROBE_MILLIS;
use bidroom_tests::ask::code;
use bidroom_tests::random::CountingRandom;
use bidroom_tests::raw::Raw;
use bidroom_tests::room::{DEADLINE, MORNING, StoryRoom, Turned, set_clock};
use bidroom_unlocking::{Seen, Successor, agree, answer_probe, authorise};
use bidroom_wire::{
    AuthoriseMaterial, CeremonyView, ProbeAnswerBody, ProbeBody, ProbeMaterial, ReplaceBody, ReplaceMaterial,
};

const DAY: i64 = 86_400_000;

fn silent() -> Told {
    Arc::new(|_: &str| {})
}

/// A lock of somebody who was not there when the tender package was signed.
fn new_lock(room: &StoryRoom, name: &'static str) -> SoftLock {
    let mut again = StoryRoom::people(room.world.bidders.len()).unwrap();
    let subject = Name::new("云州市行政审批服务局", None, name);
    let valid = (MORNING.plus_millis(-DAY), MORNING.plus_millis(300 * DAY));
    again.cas[0].lock(LockKind::Officer, &subject, valid, &mut CountingRandom::new(name)).unwrap()
}

fn successor(index: u8, lock: &SoftLock) -> Successor {
    let identity = lock.identity();
    Successor {
        index,
        signing: identity.signing_certificate().clone(),
        encryption: identity.encryption_certificate().clone(),
    }
}

async fn view(room: &StoryRoom) -> CeremonyView {
    let client = room.logged_in(&room.world.officers[0].lock).await.unwrap();
    client.ceremony(&StoryRoom::session().unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn officers_probe_their_locks_and_who_did_not_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let room = StoryRoom::new(folder.path(), 3).await.unwrap();
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, Script::default(), silent()).unwrap();
    play.prepare().await.unwrap();
    let published = room.published().await.unwrap();
    let [first, second, ..] = room.world.officers.as_slice() else { panic!("no officers") };

    let before = view(&room).await;
    assert_eq!((before.dealing, before.threshold), (1, 2));
    assert!(before.officers.iter().all(|officer| officer.probe_missing), "T-24 h is long past: {before:?}");
    assert!(before.devices.iter().all(|device| device.lost.is_none()));

    let client = room.logged_in(&first.lock).await.unwrap();
    let done = client.probe(&published, &first.lock).await.unwrap();
    assert_eq!(done.events, ["officer.probed"]);
    assert_eq!(done.entry, None, "before the deadline the log's size is nobody's business");
    let again = client.probe(&published, &first.lock).await.unwrap();
    assert!(again.events.is_empty(), "a page that asks in a loop fills no log: {again:?}");
    assert_eq!(code(client.probe(&published, &second.lock).await), "officer_lock");
    let after = view(&room).await;
    let missing: Vec<u8> = after.officers.iter().filter(|it| it.probe_missing).map(|it| it.index).collect();
    assert_eq!(missing, [2, 3]);

    // A bidder sees nothing of it.
    let bidder = room.logged_in(&room.world.bidders[0].main).await.unwrap();
    assert_eq!(code(bidder.ceremony(&StoryRoom::session().unwrap()).await), "not_your_role");

    // An answer is good for its challenge, its lock and its officer, and fills no log however often it comes.
    let certificate = Base64Bytes(second.lock.identity().encryption_certificate().der().to_vec());
    let path = format!("sessions/{}/probe", StoryRoom::session().unwrap());
    let raw = Raw::new(&room, &second.lock).await.unwrap();
    let (status, challenge) = raw.post_json(&path, &ProbeBody { certificate }).await.unwrap();
    assert_eq!(status, 200, "{challenge}");
    let challenge: ProbeMaterial = serde_json::from_value(challenge).unwrap();
    let answer = answer_probe(&published, &challenge, &second.lock).unwrap();
    assert_eq!(refused(&room, &first.lock, "probe-answer", &answer).await, "other_signer");
    let statement = Statement::Probe {
        session: StoryRoom::session().unwrap().to_string(),
        challenge: Sm3Digest::of(&challenge.challenge.0),
        answer: Hex32([7; 32]),
    };
    let guessed = second.lock.sign_statement(&statement).unwrap();
    let guessed = ProbeAnswerBody { statement: Base64Bytes(guessed.der().to_vec()), ..answer.clone() };
    assert_eq!(refused(&room, &second.lock, "probe-answer", &guessed).await, "probe");
    assert!(!room.state().unwrap().probed.contains_key(&2));
    let path = format!("{path}-answer");
    for _ in 0..2 {
        let (status, said) = raw.post_json(&path, &answer).await.unwrap();
        assert_eq!(status, 200, "{said}");
    }
    let entries = room.app.store.entries(&StoryRoom::session().unwrap(), 0, usize::MAX).unwrap();
    let kinds = entries.iter().map(|entry| event_of(entry).unwrap().1.kind().to_owned());
    assert_eq!(kinds.filter(|kind| kind == "officer.probed").count(), 2);
    room.clock.set(room.clock.now().plus_millis(PROBE_MILLIS + 1));
    assert_eq!(refused(&room, &second.lock, "probe-answer", &answer).await, "probe", "too old by now");
    play.whole().await.unwrap();
    room.sound().unwrap();
    room.stop().await.unwrap();
}

/// The bodies that an officer would send, made without sending them.
async fn agreement(room: &StoryRoom, officer: &SoftLock, successor: &Successor) -> ReplaceBody {
    agree(&room.published().await.unwrap(), &got(room, officer, "replace").await, officer, successor).unwrap()
}

/// What the room hands out to whoever holds a lock.
async fn got<T: serde::de::DeserializeOwned>(room: &StoryRoom, lock: &SoftLock, what: &str) -> T {
    let path = format!("sessions/{}/{what}", StoryRoom::session().unwrap());
    let (status, body) = Raw::new(room, lock).await.unwrap().get(&path).await.unwrap();
    assert_eq!(status, 200, "{body}");
    serde_json::from_value(body).unwrap()
}

/// The code with which the room refuses what somebody sends without the tool's checks.
async fn refused(room: &StoryRoom, lock: &SoftLock, what: &str, body: &impl serde::Serialize) -> String {
    let path = format!("sessions/{}/{what}", StoryRoom::session().unwrap());
    let (status, said) = Raw::new(room, lock).await.unwrap().post_json(&path, body).await.unwrap();
    assert!(status >= 400, "{said}");
    said["code"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officer_whose_lock_is_lost_is_replaced_and_bids_that_were_sealed_before_open() {
    let folder = tempfile::tempdir().unwrap();
    let room = StoryRoom::new(folder.path(), 3).await.unwrap();
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, Script::default(), silent()).unwrap();
    play.prepare().await.unwrap();
    let room_published = room.published().await.unwrap();
    let [first, second, third, ..] = room.world.officers.as_slice() else { panic!("no officers") };
    let found = new_lock(&room, "罗毅");
    let next = successor(3, &found);

    // What officer 1 would hand in on the day for the first dealing, kept for later.
    let old_authorisation = dealt(&room, &first.lock).await;
    let replayed = agreement(&room, &second.lock, &next).await;

    let host = room.logged_in(&first.lock).await.unwrap();
    let agreed = host.replace(&room_published, &first.lock, &next).await.unwrap();
    assert_eq!(agreed.events, ["replacement.agreed"]);
    assert_eq!(code(host.replace(&room_published, &first.lock, &next).await), "already_agreed");
    let one = view(&room).await;
    assert_eq!(one.dealing, 1, "one of three is not enough");
    assert_eq!(one.replacement.as_ref().unwrap().agreed, [1]);
    let custodian = room.app.signer.custodian();
    let early = custodian.redeal(&StoryRoom::session().unwrap(), MORNING, Vec::new()).unwrap_err();
    assert!(early.to_string().contains("not enough officers"), "{early}");

    // What is signed for another session says nothing here.
    let signed = SignedStatement::verify(&replayed.statement.0, StatementKind::ReplaceOfficers).unwrap();
    let mut said = signed.statement().clone();
    if let Statement::ReplaceOfficers { session, .. } = &mut said {
        "T-1".clone_into(session);
    }
    let foreign = second.lock.sign_statement(&said).unwrap();
    let foreign = ReplaceBody { statement: Base64Bytes(foreign.der().to_vec()), ..replayed.clone() };
    assert_eq!(refused(&room, &second.lock, "replace", &foreign).await, "statement_outdated");

    // Strangers cannot agree, and nobody agrees to another list by it.
    let bidder = room.logged_in(&room.world.bidders[0].main).await.unwrap();
    assert_eq!(
        code(bidder.replace(&room_published, &room.world.bidders[0].main, &next).await),
        "not_your_role"
    );
    let other = new_lock(&room, "另一人");
    let mate = room.logged_in(&second.lock).await.unwrap();
    mate.replace(&room_published, &second.lock, &successor(3, &other)).await.unwrap();
    assert_eq!(view(&room).await.dealing, 1, "two officers agreed, to two different lists");
    let done = mate.replace(&room_published, &second.lock, &next).await.unwrap();
    assert_eq!(done.events, ["replacement.agreed"]);
    let two = view(&room).await;
    assert_eq!((two.dealing, two.replacement.is_none()), (2, true));
    assert_eq!(two.officers[2].name, "罗毅");

    // A true agreement to the dealing before counts no more.
    assert_eq!(refused(&room, &second.lock, "replace", &replayed).await, "statement_outdated");
    // The lost lock is nobody's any more; the new one answers for officer 3.
    let lost = room.logged_in(&third.lock).await.unwrap();
    assert_eq!(code(lost.probe(&room_published, &third.lock).await), "not_your_role");
    let officer = room.logged_in(&found).await.unwrap();
    assert_eq!(officer.probe(&room_published, &found).await.unwrap().events, ["officer.probed"]);

    room.clock.set(DEADLINE);
    room.handle()
        .unwrap()
        .wait_for(|it| it.state.phase == Phase::Authorise && it.note.is_some())
        .await
        .unwrap();
    assert_eq!(code(host.replace(&room_published, &first.lock, &next).await), "replacement_closed");
    assert_eq!(code(lost.authorise(&room_published, &third.lock, Seen::default()).await), "not_your_role");
    // A part of the first dealing is no part of the second, however well it is signed.
    let now: AuthoriseMaterial = got(&room, &first.lock, "authorise").await;
    let material = AuthoriseMaterial { redeal: None, ..now.clone() };
    let material = AuthoriseMaterial { dealt: old_authorisation.0, deal: old_authorisation.1, ..material };
    let body = authorise(&room_published, &material, &first.lock, Seen::default()).unwrap();
    assert_eq!(refused(&room, &first.lock, "authorise", &body).await, "share");
    officer.authorise(&room_published, &found, Seen::default()).await.unwrap();
    play.whole().await.unwrap();

    let state = room.state().unwrap();
    assert_eq!(state.phase, Phase::Closed);
    assert!(
        state.authorised.contains_key(&3),
        "the new officer's part opened: {:?}",
        state.authorised.keys()
    );
    assert_eq!(state.roster.iter().filter(|row| row.is_opened()).count(), 3);
    room.sound().unwrap();
    room.stop().await.unwrap();
}

/// The part and the dealing that count now.
async fn dealt(room: &StoryRoom, officer: &SoftLock) -> (Base64Bytes, String) {
    let material: ReplaceMaterial = got(room, officer, "replace").await;
    (material.dealt, material.deal)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn custody_that_dies_while_the_key_is_dealt_again_deals_it_once_more() {
    let folder = tempfile::tempdir().unwrap();
    let devices = vec![SiteDevice::Soft, SiteDevice::Soft];
    let (room, custody) = StoryRoom::with_custody(folder.path(), 3, devices).await.unwrap();
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, Script::default(), silent()).unwrap();
    play.prepare().await.unwrap();
    let room_published = room.published().await.unwrap();
    let found = new_lock(&room, "罗毅");
    let next = successor(3, &found);
    let [first, second, ..] = room.world.officers.as_slice() else { panic!("no officers") };
    let client = room.logged_in(&first.lock).await.unwrap();
    client.replace(&room_published, &first.lock, &next).await.unwrap();
    custody.kill([1, 2, 1, 3, 2, 4]);
    let client = room.logged_in(&second.lock).await.unwrap();
    client.replace(&room_published, &second.lock, &next).await.unwrap();
    let mut dealing = view(&room).await.dealing;
    if dealing == 1 {
        // Whoever agrees once more has it done that custody's death left undone.
        assert_eq!(code(client.replace(&room_published, &second.lock, &next).await), "already_agreed");
        dealing = view(&room).await.dealing;
    }
    assert_eq!(dealing, 2);
    assert!(custody.deaths() >= 4, "custody died {} times only", custody.deaths());
    room.clock.set(DEADLINE);
    room.handle()
        .unwrap()
        .wait_for(|it| it.state.phase == Phase::Authorise && it.note.is_some())
        .await
        .unwrap();
    let officer = room.logged_in(&found).await.unwrap();
    officer.authorise(&room_published, &found, Seen::default()).await.unwrap();
    play.whole().await.unwrap();
    assert_eq!(room.state().unwrap().roster.iter().filter(|row| row.is_opened()).count(), 3);
    room.sound().unwrap();
    room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_was_set_opens_nothing_until_two_officers_confirmed_the_time() {
    let folder = tempfile::tempdir().unwrap();
    let devices = vec![SiteDevice::Soft, SiteDevice::Soft];
    let (room, custody) = StoryRoom::with_custody(folder.path(), 3, devices).await.unwrap();
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, Script::default(), silent()).unwrap();
    play.prepare().await.unwrap();
    let room_published = room.published().await.unwrap();
    let [first, second, ..] = room.world.officers.as_slice() else { panic!("no officers") };
    let client = room.logged_in(&first.lock).await.unwrap();
    let nothing = client.confirm_time(&room_published, &first.lock, 1, now(&room)).await;
    assert_eq!(code(nothing), "nothing_to_confirm");

    set_clock(folder.path(), 90_000).unwrap();
    room.app.rooms.tick();
    let doubt = room.handle().unwrap().wait_for(|it| it.state.clock_in_doubt().is_some()).await.unwrap();
    assert_eq!(doubt.state.clock_in_doubt().map(|doubt| (doubt.step, doubt.millis)), Some((1, 90_000)));

    // The deadline comes, and nothing follows from it; nor does starting custody anew settle anything.
    custody.kill([]);
    room.clock.set(DEADLINE);
    room.app.rooms.tick();
    let shown = view(&room).await;
    assert_eq!(shown.phase, Phase::Receive);
    assert_eq!(shown.clock.as_ref().map(|doubt| (doubt.step, doubt.confirmed.len())), Some((1, 0)));

    let done = client.confirm_time(&room_published, &first.lock, 1, now(&room)).await.unwrap();
    assert_eq!(done.events, ["clock.confirmed"]);
    assert_eq!(
        code(client.confirm_time(&room_published, &first.lock, 1, now(&room)).await),
        "time_confirmed"
    );
    let mate = room.logged_in(&second.lock).await.unwrap();
    let stale = mate.confirm_time(&room_published, &second.lock, 1, now(&room).plus_millis(-400_000)).await;
    assert_eq!(code(stale), "stale_time");
    assert_eq!(view(&room).await.phase, Phase::Receive, "one of two is not enough");
    let foreign = Statement::ConfirmTime { session: "T-1".to_owned(), step: 1, at: now(&room).0 };
    let foreign = second.lock.sign_statement(&foreign).unwrap();
    let body = bidroom_wire::StatementBody { statement: Base64Bytes(foreign.der().to_vec()) };
    assert_eq!(refused(&room, &second.lock, "confirm-time", &body).await, "statement_outdated");
    mate.confirm_time(&room_published, &second.lock, 1, now(&room)).await.unwrap();
    room.app.rooms.tick();
    room.handle().unwrap().wait_for(|it| it.state.phase == Phase::Authorise).await.unwrap();

    // Once more, backwards, in the middle of the opening.
    play.authorise().await.unwrap();
    set_clock(folder.path(), -5000).unwrap();
    room.app.rooms.tick();
    room.handle().unwrap().wait_for(|it| it.state.clock_in_doubt().is_some()).await.unwrap();
    let bidder = room.logged_in(&room.world.bidders[0].main).await.unwrap();
    let waits = bidder.unlock(&room_published, &room.world.bidders[0].main, None).await;
    assert_eq!(code(waits), "clock_in_doubt");
    for (client, person) in [(&client, first), (&mate, second)] {
        client.confirm_time(&room_published, &person.lock, 2, now(&room)).await.unwrap();
    }
    play.whole().await.unwrap();
    room.sound().unwrap();
    room.stop().await.unwrap();
}

fn now(room: &StoryRoom) -> At {
    room.clock.now()
}
