//! The remedy key: a bidder that lost all its locks asks, host and supervisor agree, and two of three trustees outside the
//! room give its lock share. At every step somebody tries to have it earlier, or with less.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::sync::Arc;

use bidroom::archive::read_trust;
use bidroom::demo::play::{Play, Script};
use bidroom::demo::site::SiteDevice;
use bidroom_bidder::client::{Client, ClientError, ClientOptions, Follower};
use bidroom_bidder::locks::AnyLock;
use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_custody::{EntryBytes, Evidence, Problem};
use bidroom_domain::opening::{
    Event, LockKind, LockTag, Phase, Remedy, RemedyAgreed, RemedyAsked, RemedyPartGiven, ShareCollected,
    State,
};
use bidroom_domain::{Actor, At, CreditCode, RemedyKey, StaffRole, Trustee};
use bidroom_envelope::bid::core::Core;
use bidroom_envelope::bid::package::packages_digest;
use bidroom_envelope::bid::remedy::{RemedyPart, open_sealed_part, seal_given_part};
use bidroom_envelope::suite::pki::Name;
use bidroom_judging::{EvidenceKind, EvidenceName};
use bidroom_ledger::entry::draft;
use bidroom_lock::{
    GivenShare, Lock as _, LockKind as HeldKind, SignedStatement, SoftLock, Statement, checkpoint_digest,
};
use bidroom_tender::TenderPackage;
use bidroom_tests::random::CountingRandom;
use bidroom_tests::raw::Raw;
use bidroom_tests::room::{DEADLINE, MORNING, StoryRoom, Turned};
use bidroom_tests::trustees::{announce, package, trustee, trustees};
use bidroom_unlocking::{PublishedRoom, RemedyKeyError, agree_remedy_key, give_remedy_part};
use bidroom_verifier::{Outcome, verify};
use bidroom_wire::{AskRemedyKeyBody, HostCommand, RemedyPartBody, RemedyPartMaterial};

const PLAIN: Script = Script { replaces: None, wrong_lock: None, objects: None, absent: None, leaves: None };
/// The bidder that has none of the locks its bid is sealed to, and opted for the remedy key.
const LOCKLESS: usize = 2;
const DAY: i64 = 86_400_000;

struct Story<'a> {
    room: &'a StoryRoom,
    play: Play<'a>,
    published: PublishedRoom,
    trustees: &'a [SoftLock],
}

impl Story<'_> {
    async fn client(&self, lock: &AnyLock) -> Client {
        let options = ClientOptions { server: self.room.url.clone(), trust: Vec::new() };
        let mut client = Client::new(&options).unwrap();
        client.log_in(lock, &self.room.app.config.origin).await.unwrap();
        client
    }

    fn code(&self, number: usize) -> CreditCode {
        self.room.world.bidders[number].firm.code.clone()
    }

    /// The lock that the bidder has left: nothing is sealed to it.
    fn other_lock(&self) -> &AnyLock {
        &self.room.world.bidders[LOCKLESS].old
    }

    fn staff(&self, role: StaffRole) -> &AnyLock {
        &self.room.world.officers.iter().find(|person| person.role == role).unwrap().lock
    }

    fn state(&self) -> State {
        self.room.app.rooms.get(&self.play.session).unwrap().snapshot().state.clone()
    }

    fn size(&self) -> u64 {
        self.room.app.rooms.get(&self.play.session).unwrap().snapshot().size
    }

    async fn until(&self, ready: impl FnMut(&bidroom::room::Snapshot) -> bool) {
        self.room.app.rooms.get(&self.play.session).unwrap().wait_for(ready).await.unwrap();
    }

    fn path(&self, path: &str) -> String {
        format!("sessions/{}/{path}", self.play.session)
    }

    /// Sends what no tool of ours would send; answers the code of the refusal. Nothing may have changed.
    async fn refused<T: serde::Serialize>(&self, lock: &AnyLock, path: &str, body: &T) -> String {
        let before = self.size();
        let raw = Raw::new(self.room, lock).await.unwrap();
        let (status, answer) = raw.post_json(&self.path(path), body).await.unwrap();
        assert!((400..500).contains(&status), "{status} {answer}");
        assert_eq!(self.size(), before);
        answer["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Shows custody events as a hostile room would, with everything that such a room has.
    fn forge(&self, what: &str, by: &Actor, events: &[Event]) {
        let at = bidroom::clock::RoomClock::now(&*self.room.clock);
        let entries = events.iter().map(|event| {
            let (by, fields) = (serde_json::to_value(by).unwrap(), event.fields().unwrap());
            let made = draft(at.0, event.kind(), by, fields, &event.private_paths(), || [7; 32]).unwrap();
            EntryBytes { entry: Base64Bytes(made.bytes), openings: made.openings }
        });
        let kinds = [
            EvidenceKind::Head,
            EvidenceKind::Statement,
            EvidenceKind::ConsentPackage,
            EvidenceKind::RemedyPackage,
        ];
        let evidence = kinds.into_iter().flat_map(|kind| {
            let records = self.room.app.store.records(&self.play.session, kind.as_str()).unwrap();
            records.into_iter().map(move |(key, bytes)| Evidence {
                name: EvidenceName { kind, key },
                bytes: Base64Bytes(bytes),
            })
        });
        let custodian = self.room.app.signer.custodian();
        let judged = custodian.judge(&self.play.session, self.size(), entries.collect(), evidence.collect());
        let problem = judged.expect_err(what);
        assert!(matches!(problem, Problem::Objection { .. } | Problem::Share), "{what}: {problem:?}");
    }

    fn lock_tag(&self) -> LockTag {
        let tail = self.other_lock().identity().signing_certificate().tail();
        LockTag { kind: LockKind::Main, authority: "云州CA".into(), tail }
    }

    fn trustee_actor(&self, index: u8) -> Actor {
        let name = self.trustees[usize::from(index) - 1].identity().holder().to_owned();
        Actor::Trustee { index, name }
    }
}

#[track_caller]
fn code(error: &ClientError) -> &str {
    error.code().unwrap_or_else(|| panic!("{error:?}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_trustees_of_three_unlock_for_a_bidder_without_locks() {
    let folder = tempfile::tempdir().unwrap();
    let devices = vec![SiteDevice::Soft, SiteDevice::Soft];
    let (mut room, _custody) = StoryRoom::with_custody(folder.path(), 4, devices).await.unwrap();
    let trustees = trustees(&mut room).unwrap();
    announce(&room, package(&room, &trustees).unwrap()).unwrap();
    let room = room;
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    let published = room.imported(&play).await.unwrap();
    let bid = play.folder.join(format!("bid-{}-1.bid", LOCKLESS + 1));
    play.seal_with_remedy(&published, LOCKLESS, &bid).unwrap();
    play.prepare().await.unwrap();
    let story = Story { room: &room, play, published, trustees: &trustees };
    before_the_deadline(&story).await;

    room.clock.set(DEADLINE);
    story.until(|snapshot| snapshot.state.phase == Phase::Authorise && snapshot.note.is_some()).await;
    story.play.authorise().await.unwrap();
    for number in [0, 1, 3] {
        let lock = &room.world.bidders[number].main;
        story.client(lock).await.unlock(&story.published, lock, None).await.unwrap();
    }
    asked(&story).await;
    let first = agreed(&story).await;
    given(&story, &first).await;

    let host = story.client(story.staff(StaffRole::Host)).await;
    host.command(&story.published, &HostCommand::CloseUnlock).await.unwrap();
    story.until(|snapshot| snapshot.state.phase == Phase::Announce && snapshot.note.is_some()).await;
    let state = story.state();
    assert!((0..4).all(|number| state.row(&story.code(number)).unwrap().is_opened()));
    story.play.announce().await.unwrap();
    story.play.confirm().await.unwrap();
    story.play.close().await.unwrap();
    story.play.sign().await.unwrap();
    sound(&room, folder.path());
    room.stop().await.unwrap();
}

/// Nothing can be asked, and a room that was taken over cannot pretend it was.
async fn before_the_deadline(story: &Story<'_>) {
    let (lock, state) = (story.other_lock(), story.state());
    let bid = state.standing[&story.code(LOCKLESS)].bid;
    let body = request(story, bid, lock, 1);
    assert_eq!(story.refused(lock, "remedy-key", &body).await, "too_early");
    let asked = RemedyAsked {
        bidder: story.code(LOCKLESS),
        bid,
        attempt: 1,
        lock: story.lock_tag(),
        reason: "锁损坏".into(),
        statement: Sm3Digest::of(&body.statement.0),
    };
    let by = Actor::bidder(&state.standing[&story.code(LOCKLESS)].bidder);
    story.forge("a request before the deadline", &by, &[asked.into()]);
    let trustee = &story.trustees[0];
    assert!(story.client(trustee).await.remedy_parts(&story.play.session).await.unwrap().is_empty());
}

/// A request as somebody might make it by hand.
fn request(story: &Story<'_>, bid: Sm3Digest, signer: &AnyLock, attempt: u32) -> AskRemedyKeyBody {
    let statement = Statement::AskRemedyKey {
        session: story.play.session.to_string(),
        envelope: 1,
        attempt,
        bid_digest: bid,
        text: "锁损坏".into(),
    };
    let signed = SignedStatement::sign(&statement, signer.identity().signing_certificate(), signer).unwrap();
    AskRemedyKeyBody { statement: Base64Bytes(signed.der().to_vec()), kind: LockKind::Main }
}

async fn asked(story: &Story<'_>) {
    let (room, lock) = (&story.published, story.other_lock());
    let client = story.client(lock).await;
    let bid = story.state().row(&story.code(LOCKLESS)).unwrap().row.bid;
    // Another firm for this bid, this firm for another bid, another attempt.
    let neighbour = &story.room.world.bidders[3].old;
    let of_neighbour = story.state().row(&story.code(3)).unwrap().row.bid;
    story.refused(lock, "remedy-key", &request(story, bid, neighbour, 1)).await;
    let other_bid = request(story, of_neighbour, lock, 1);
    assert_eq!(story.refused(lock, "remedy-key", &other_bid).await, "other_bid_or_attempt");
    let other_attempt = request(story, bid, lock, 2);
    assert_eq!(story.refused(lock, "remedy-key", &other_attempt).await, "other_bid_or_attempt");
    // Whoever did not opt for it when it sealed has no parts with the trustees.
    let missed = story.client(neighbour).await.ask_remedy_key(room, neighbour, "锁损坏").await.unwrap_err();
    assert_eq!(code(&missed), "remedy_not_chosen");

    client.ask_remedy_key(room, lock, "主锁和副锁均已损坏").await.unwrap();
    let again = client.ask_remedy_key(room, lock, "再次申请").await.unwrap_err();
    assert_eq!(code(&again), "remedy_asked");
}

/// Host and supervisor agree, in this order; answers what the first trustee is asked.
async fn agreed(story: &Story<'_>) -> RemedyPartMaterial {
    let (room, bidder) = (&story.published, story.code(LOCKLESS));
    let (host, supervisor) = (story.staff(StaffRole::Host), story.staff(StaffRole::Supervisor));
    let watching = story.client(supervisor).await;
    // Both read the request in the log that they checked.
    let mut follower = Follower::new(room);
    watching.catch_up(&mut follower).await.unwrap();
    let request = follower.state().row(&bidder).unwrap().remedy.as_ref().unwrap().statement;

    let early = watching.agree_remedy_key(room, supervisor, &bidder, request).await.unwrap_err();
    assert_eq!(code(&early), "remedy_not_agreed");
    let allow = |request| HostCommand::AllowRemedyKey {
        bidder: bidder.clone(),
        request,
        reason: "柜台核实，两把锁均已损坏".into(),
    };
    let client = story.client(host).await;
    let other = client.command(room, &allow(Sm3Digest::of(b"other"))).await.unwrap_err();
    assert_eq!(code(&other), "remedy_not_asked");
    client.command(room, &allow(request)).await.unwrap();
    assert_eq!(code(&client.command(room, &allow(request)).await.unwrap_err()), "remedy_answered");

    // Without the supervisor no trustee is asked, the host does not speak for it, and custody is not deceived.
    let first = &story.trustees[0];
    assert!(story.client(first).await.remedy_parts(&story.play.session).await.unwrap().is_empty());
    let own = client.agree_remedy_key(room, host, &bidder, request).await.unwrap_err();
    assert_eq!(code(&own), "not_your_role");
    let named = story.state().lot.unwrap().staff;
    let named = named.into_iter().find(|person| person.role == StaffRole::Supervisor).unwrap();
    let forged = RemedyAgreed {
        bidder: bidder.clone(),
        request,
        name: named.name.clone(),
        lock_tail: supervisor.identity().signing_certificate().tail(),
        statement: request,
    };
    let by = Actor::Supervisor { certificate: named.certificate, name: named.name };
    story.forge("an agreement that the supervisor did not sign", &by, &[forged.into()]);

    watching.agree_remedy_key(room, supervisor, &bidder, request).await.unwrap();
    let again = watching.agree_remedy_key(room, supervisor, &bidder, request).await.unwrap_err();
    assert_eq!(code(&again), "remedy_answered");
    let mut waiting = story.client(first).await.remedy_parts(&story.play.session).await.unwrap();
    assert_eq!((waiting.len(), waiting[0].bidder.code.clone(), waiting[0].index), (1, bidder, 1));
    waiting.remove(0)
}

/// The part in a trustee's package.
fn part(asked: &RemedyPartMaterial, lock: &SoftLock) -> RemedyPart {
    let hash = Core::hash(asked.material.core.as_bytes());
    let certificate = lock.identity().encryption_certificate();
    let package = &asked.material.packages[0].package.0;
    open_sealed_part(package, &hash, asked.index.into(), certificate, lock).unwrap()
}

/// A part as somebody might give it by hand.
fn by_hand(
    story: &Story<'_>,
    asked: &RemedyPartMaterial,
    (index, part): (u32, &RemedyPart),
    attempt: u32,
    session: &str,
    signer: &SoftLock,
) -> RemedyPartBody {
    let (material, opening) = (&asked.material, story.published.opening_certificates());
    let hash = Core::hash(material.core.as_bytes());
    let packages: Vec<Vec<u8>> = opening
        .iter()
        .map(|certificate| seal_given_part(part, &hash, attempt, certificate).unwrap())
        .collect();
    let given = GivenShare {
        session: session.to_owned(),
        envelope: 1,
        attempt,
        bid_digest: material.bid,
        share_package_digest: packages_digest(packages.iter().map(Vec::as_slice)),
        opening_certificates: opening.iter().map(|certificate| certificate.digest()).collect(),
        checkpoint: checkpoint_digest(material.checkpoint.as_bytes()),
    };
    let statement =
        Statement::RemedyPart { request: Sm3Digest::of(&asked.request.0), share_index: index, given };
    let signed = SignedStatement::sign(&statement, signer.identity().signing_certificate(), signer).unwrap();
    RemedyPartBody {
        statement: Base64Bytes(signed.der().to_vec()),
        packages: packages.into_iter().map(Base64Bytes).collect(),
    }
}

async fn given(story: &Story<'_>, first: &RemedyPartMaterial) {
    let room = &story.published;
    let [one, two, three] = [0, 1, 2].map(|at| &story.trustees[at]);
    let session = story.play.session.to_string();
    a_trustee_believes_signatures_only(story, first, one);

    // Nobody but trustees is asked, and nobody but trustees gives.
    let officer = story.staff(StaffRole::Tenderer);
    let not_asked = story.client(officer).await.remedy_parts(&story.play.session).await.unwrap_err();
    assert_eq!(code(&not_asked), "not_your_role");
    let own = part(first, one);
    let foreign = by_hand(story, first, (1, &own), 1, &session, one);
    assert_eq!(story.refused(officer, "remedy-key/parts", &foreign).await, "not_your_role");
    assert_eq!(story.refused(story.other_lock(), "remedy-key/parts", &foreign).await, "not_your_role");

    story.client(one).await.give_remedy_part(room, one, first).await.unwrap();
    assert!(story.client(one).await.remedy_parts(&story.play.session).await.unwrap().is_empty());
    assert!(story.state().row(&story.code(LOCKLESS)).unwrap().collected.is_none(), "one part is not enough");

    // The same trustee again; its part for another; the other's own statement with it; other attempt, other session.
    let path = "remedy-key/parts";
    let again = by_hand(story, first, (1, &own), 1, &session, one);
    assert_eq!(story.refused(one, path, &again).await, "part_given");
    let swapped = by_hand(story, first, (2, &own), 1, &session, two);
    story.refused(two, path, &swapped).await;
    story.refused(two, path, &again).await;
    let second = story.client(two).await.remedy_parts(&story.play.session).await.unwrap().remove(0);
    let right = part(&second, two);
    story.refused(two, path, &by_hand(story, &second, (2, &right), 2, &session, two)).await;
    story.refused(two, path, &by_hand(story, &second, (2, &right), 1, "YZZC-2026-G0118-1", two)).await;
    story.refused(two, path, &by_hand(story, &second, (3, &right), 1, &session, two)).await;
    a_hostile_room_does_not_go_on_alone(story);

    story.client(three).await.give_remedy_part(room, three, &waiting(story, three).await).await.unwrap();
    let state = story.state();
    let row = state.row(&story.code(LOCKLESS)).unwrap();
    let collected = row.collected.clone().unwrap();
    assert_eq!(collected.remedy, Some(Remedy::RemedyKey));
    assert_eq!(row.remedy.as_ref().unwrap().parts.keys().copied().collect::<Vec<_>>(), [1, 3]);
    // A third part is not wanted any more.
    assert!(story.client(two).await.remedy_parts(&story.play.session).await.unwrap().is_empty());
    let late = by_hand(story, &second, (2, &right), 1, &session, two);
    assert_eq!(story.refused(two, path, &late).await, "already_collected");
}

async fn waiting(story: &Story<'_>, lock: &SoftLock) -> RemedyPartMaterial {
    story.client(lock).await.remedy_parts(&story.play.session).await.unwrap().remove(0)
}

/// Whatever the room hands out, a trustee's lock gives nothing without the two signatures.
fn a_trustee_believes_signatures_only(story: &Story<'_>, asked: &RemedyPartMaterial, lock: &SoftLock) {
    let room = &story.published;
    let refused = |changed: &RemedyPartMaterial, lock: &SoftLock| {
        give_remedy_part(room, changed, lock).map(|_| ()).unwrap_err()
    };
    let other = &story.trustees[1];
    assert!(matches!(refused(asked, other), RemedyKeyError::NotTheTrustee(_)));
    let host = story.staff(StaffRole::Host);
    let said = agree_remedy_key(&room.session(), &asked.bidder.code, Sm3Digest::of(&asked.request.0));
    let forged = SignedStatement::sign(&said, host.identity().signing_certificate(), host).unwrap();
    let agreement = Base64Bytes(forged.der().to_vec());
    let changed = RemedyPartMaterial { agreement, ..asked.clone() };
    assert!(matches!(refused(&changed, lock), RemedyKeyError::Agreement(_)));
    let changed = RemedyPartMaterial { agreement: asked.request.clone(), ..asked.clone() };
    assert!(matches!(refused(&changed, lock), RemedyKeyError::Agreement(_)));
    let neighbour = &story.room.world.bidders[0].main;
    let request = self::request(story, asked.material.bid, neighbour, 1).statement;
    let changed = RemedyPartMaterial { request, ..asked.clone() };
    assert!(matches!(refused(&changed, lock), RemedyKeyError::Request(_)));
    let mut changed = asked.clone();
    changed.material.attempt = 2;
    assert!(matches!(refused(&changed, lock), RemedyKeyError::Request(_)));
    let mut changed = asked.clone();
    changed.material.opening_certificates.reverse();
    assert!(matches!(refused(&changed, lock), RemedyKeyError::Give(_)));
}

/// With one part at hand a room that was taken over has no second one, and no share of its own.
fn a_hostile_room_does_not_go_on_alone(story: &Story<'_>) {
    let state = story.state();
    let code = story.code(LOCKLESS);
    let row = state.row(&code).unwrap();
    let remedy = row.remedy.as_ref().unwrap();
    let held = &remedy.parts[&1];
    let posed = |index: u8, bidder: &CreditCode| RemedyPartGiven {
        bidder: bidder.clone(),
        request: remedy.statement,
        attempt: 1,
        index,
        name: story.trustees[usize::from(index) - 1].identity().holder().to_owned(),
        lock_tail: story.trustees[usize::from(index) - 1].identity().signing_certificate().tail(),
        statement: held.statement,
        packages: held.packages,
    };
    let collected = ShareCollected {
        bidder: code.clone(),
        lock: remedy.lock.clone(),
        attempt: 1,
        statement: remedy.statement,
        packages: held.packages,
        remedy: Some(Remedy::RemedyKey),
    };
    let alone = &[collected.clone().into()];
    story.forge("the share without its last part", &story.trustee_actor(1), alone);
    story.forge("the share as the bidder's own", &Actor::bidder(&row.row.bidder), alone);
    story.forge("a trustee twice", &story.trustee_actor(1), &[posed(1, &code).into()]);
    let second = [posed(2, &code).into(), collected.into()];
    story.forge("one trustee's part for another's", &story.trustee_actor(2), &second);
    let another = story.code(3);
    story.forge("a part for another bid", &story.trustee_actor(1), &[posed(1, &another).into()]);
}

fn sound(room: &StoryRoom, folder: &std::path::Path) {
    let archive = folder.join("archive.zip");
    room.export(&archive).unwrap();
    let trust = read_trust(&room.site.folder.join("trust")).unwrap();
    let report = verify(std::fs::File::open(archive).unwrap(), Some(&trust)).unwrap();
    assert_eq!(report.outcome(), Outcome::Sound, "{report:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_package_whose_trustees_have_a_role_in_the_room_is_not_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let mut room = StoryRoom::new(folder.path(), 3).await.unwrap();
    let trustees = trustees(&mut room).unwrap();
    let package = package(&room, &trustees).unwrap();
    package.check().unwrap();
    let check = |what: &str, change: &dyn Fn(&mut TenderPackage, &mut RemedyKey)| {
        let mut changed = package.clone();
        let mut key = changed.lots[0].policy.remedy_key.take().unwrap();
        changed.lots[0].policy.remedy_key = Some(key.clone());
        change(&mut changed, &mut key.value);
        if changed.lots[0].policy.remedy_key.is_some() {
            changed.lots[0].policy.remedy_key = Some(key);
        }
        let error = changed.check().expect_err(what);
        assert!(error.to_string().contains(what), "{what}: {error}");
    };
    let officer = trustee(3, &room.world.officers[1].lock);
    check("an officer is a trustee", &|_, key| key.trustees[2] = officer.clone());
    check("2 of 2", &|_, key| key.trustees.truncate(2));
    check("3 of 3", &|_, key| key.threshold = 3);
    check("1 of 3", &|_, key| key.threshold = 1);
    check("indexes are not 1..N", &|_, key| key.trustees.swap(0, 1));
    check("stands twice", &|_, key| key.trustees[1] = Trustee { index: 2, ..key.trustees[0].clone() });
    check("no certificate pair", &|package, _| package.certificates.truncate(6));
    check("credit code", &|_, key| key.trustees[0].code = Some("91370000MA3U7K2X1Q".parse().unwrap()));
    check("remedies does not name it", &|package, _| package.lots[0].policy.remedies = None);
    check("trustees are not given", &|package, _| package.lots[0].policy.remedy_key = None);
    check("needs a supervisor", &|package, _| {
        package.lots[0].staff.retain(|person| person.role != StaffRole::Supervisor);
    });
    // The same person under another certificate.
    let valid = (MORNING.plus_millis(-DAY), At(MORNING.0 + 500 * DAY));
    let subject = Name::new("云州市水务局", None, "顾明远");
    let mut random = CountingRandom::new("again");
    let again = room.world.cas[0].lock(HeldKind::Officer, &subject, valid, &mut random).unwrap();
    check("has a role in the room", &|package, key| {
        let identity = again.identity();
        for certificate in [identity.signing_certificate(), identity.encryption_certificate()] {
            package.certificates.push(Base64Bytes(certificate.der().to_vec()));
        }
        key.trustees[2] = trustee(3, &again);
    });
    room.stop().await.unwrap();
}
