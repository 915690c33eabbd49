//! Openings in which unlocking fails for one bidder after the other, each for another cause.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::process::Command;
use std::sync::Arc;

use bidroom::archive::read_trust;
use bidroom::demo::play::{Play, Script};
use bidroom::demo::site::SiteDevice;
use bidroom_bidder::client::{Client, ClientError, ClientOptions, Follower};
use bidroom_bidder::kept::{KeptError, kept_share, read_kept};
use bidroom_bidder::locks::AnyLock;
use bidroom_bidder::seal::KeptBid;
use bidroom_canon::Base64Bytes;
use bidroom_domain::opening::{
    BidAttributed, Fate, Ground, Phase, Proposed, Remedy, RoomPart, State, Trouble, Voucher, proposal,
};
use bidroom_domain::{At, CreditCode};
use bidroom_envelope::bid::core::Core;
use bidroom_envelope::bid::package::{PackageContext, Purpose, packages_digest, seal_package};
use bidroom_envelope::bid::share::Share;
use bidroom_lock::{GivenShare, Lock as _, SignedStatement, Statement, checkpoint_digest};
use bidroom_tests::raw::Raw;
use bidroom_tests::room::{DEADLINE, StoryRoom, Turned};
use bidroom_unlocking::{PublishedRoom, RemedyError, judge_fate};
use bidroom_verifier::{Outcome, verify};
use bidroom_wire::{HostCommand, RemedyBody, StatementBody, UnlockMaterial};

const PLAIN: Script = Script { replaces: None, wrong_lock: None, objects: None, absent: None, leaves: None };
/// The bidder whose device fails for good.
const BROKEN: usize = 2;
/// The bidder whose counter's computer is the centre's and fails.
const HELD: usize = 3;
/// The bidder that has none of the locks its bid is sealed to.
const LOCKLESS: usize = 4;

fn minutes(n: u32) -> At {
    DEADLINE.plus_seconds(60 * n)
}

struct Story<'a> {
    room: &'a StoryRoom,
    play: Play<'a>,
    published: PublishedRoom,
}

impl Story<'_> {
    async fn client(&self, lock: &AnyLock) -> Client {
        let options = ClientOptions { server: self.room.url.clone(), trust: Vec::new() };
        let mut client = Client::new(&options).unwrap();
        client.log_in(lock, &self.room.app.config.origin).await.unwrap();
        client
    }

    fn main(&self, number: usize) -> &AnyLock {
        &self.room.world.bidders[number].main
    }

    fn code(&self, number: usize) -> CreditCode {
        self.room.world.bidders[number].firm.code.clone()
    }

    async fn host(&self, command: &HostCommand) -> Result<(), ClientError> {
        let client = self.client(&self.room.world.officers[0].lock).await;
        client.command(&self.published, command).await.map(drop)
    }

    fn state(&self) -> State {
        self.room.app.rooms.get(&self.play.session).unwrap().snapshot().state.clone()
    }

    async fn until(&self, ready: impl FnMut(&bidroom::room::Snapshot) -> bool) {
        self.room.app.rooms.get(&self.play.session).unwrap().wait_for(ready).await.unwrap();
    }

    async fn decide(&self, number: usize, fate: Fate, reason: &str) -> BidAttributed {
        let (bidder, reason) = (self.code(number), reason.to_owned());
        self.host(&HostCommand::AttributeBid { bidder, fate, reason }).await.unwrap();
        self.state().row(&self.code(number)).unwrap().decided.clone().unwrap()
    }
}

#[track_caller]
fn refused(error: &ClientError, code: &str) {
    assert_eq!(error.code(), Some(code), "{error:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_is_revoked_one_is_held_one_is_remedied() {
    let folder = tempfile::tempdir().unwrap();
    let room = StoryRoom::new(folder.path(), 5).await.unwrap();
    let pace = Turned(room.clock.clone());
    let script = Script { replaces: Some(LOCKLESS), ..PLAIN };
    let play = room.play(&pace, script, Arc::new(|_: &str| {})).unwrap();
    let published = room.imported(&play).await.unwrap();
    // The one that will lose its locks keeps what belongs into its safe; it replaces its bid once.
    let keep = |sequence: u32| folder.path().join(format!("kept-{sequence}"));
    let bid = |sequence: u32| play.folder.join(format!("bid-{}-{sequence}.bid", LOCKLESS + 1));
    play.seal_and_keep(&published, LOCKLESS, None, &bid(1), Some(&keep(1))).unwrap();
    let first = read_kept(&keep(1)).unwrap();
    let replaced = bidroom_bidder::seal::Replaces {
        bid: bidroom_envelope::bid::submission::BidDigest(first.bid),
        sequence: 1,
    };
    play.seal_and_keep(&published, LOCKLESS, Some(replaced), &bid(2), Some(&keep(2))).unwrap();
    play.prepare().await.unwrap();
    room.clock.set(DEADLINE);
    let story = Story { room: &room, play, published };
    story.until(|snapshot| snapshot.state.phase == Phase::Authorise && snapshot.note.is_some()).await;
    early_is_refused(&story).await;
    story.play.authorise().await.unwrap();

    for number in [0, 1] {
        let lock = story.main(number);
        story.client(lock).await.unlock(&story.published, lock, None).await.unwrap();
    }
    a_device_fails(&story).await;
    a_lost_lock(&story, &first, &read_kept(&keep(2)).unwrap()).await;
    a_window_is_held(&story).await;
    the_fate(&story).await;

    story.play.announce().await.unwrap();
    story.play.confirm().await.unwrap();
    story.play.close().await.unwrap();
    story.play.sign().await.unwrap();
    sound(&room, folder.path());
    let said = record(&room, folder.path()).await;
    for part in [
        "视为撤销其投标文件",
        "不同意",
        "同意对",
        "以封标时留存的份额补救解密",
        "单独停表，原因在中心一侧：柜台电脑故障",
    ] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
    room.stop().await.unwrap();
}

/// Nothing about unlocking can be said or done before it began.
async fn early_is_refused(story: &Story<'_>) {
    let client = story.client(story.main(BROKEN)).await;
    let told = client.report_trouble(&story.published, &Trouble::PinLocked {}).await;
    refused(&told.unwrap_err(), "wrong_phase");
    let hold = HostCommand::HoldBidder { bidder: story.code(HELD), reason: "柜台电脑故障".into() };
    refused(&story.host(&hold).await.unwrap_err(), "wrong_phase");
}

/// One says what its device does, and is told what it still can do.
async fn a_device_fails(story: &Story<'_>) {
    let client = story.client(story.main(BROKEN)).await;
    let device = Trouble::Device { code: "0x0A000011".into() };
    for trouble in [Trouble::PinWrong { left: Some(2) }, device.clone(), device.clone()] {
        client.report_trouble(&story.published, &trouble).await.unwrap();
    }
    // Nobody makes the room's faults up, and nobody speaks for another.
    let fault = Trouble::RoomFault { part: RoomPart::Custody, millis: 60_000 };
    refused(&client.report_trouble(&story.published, &fault).await.unwrap_err(), "not_your_role");
    let state = story.state();
    let row = state.row(&story.code(BROKEN)).unwrap();
    let facts: Vec<_> = row.facts.iter().map(|fact| (&fact.trouble, fact.vouched)).collect();
    assert_eq!(
        facts,
        [(&Trouble::PinWrong { left: Some(2) }, Voucher::Bidder), (&device, Voucher::Bidder)],
        "the same again is no news"
    );
    let proposed = proposal(&state, &story.code(BROKEN), minutes(1)).unwrap();
    assert_eq!(proposed.what, Proposed::Remedy(vec![Remedy::OtherLock, Remedy::KeptShare]));
    assert_eq!(proposed.clauses[0], "招标文件 5.5");
}

/// The lock share that was kept opens the bid it was kept for, and no other.
async fn a_lost_lock(story: &Story<'_>, first: &KeptBid, second: &KeptBid) {
    let (room, lock) = (&story.published, &story.room.world.bidders[LOCKLESS].old);
    let client = story.client(lock).await;
    let path = std::path::Path::new("kept");
    let of_the_first = client.remedy(room, lock, kept_share(first, path).unwrap()).await.unwrap_err();
    assert!(matches!(of_the_first, ClientError::Remedy(RemedyError::Bid { .. })), "{of_the_first:?}");
    let posing = KeptBid { bid: second.bid, ..first.clone() };
    let posing = client.remedy(room, lock, kept_share(&posing, path).unwrap()).await.unwrap_err();
    assert!(matches!(posing, ClientError::Remedy(RemedyError::Share)), "{posing:?}");
    let without = KeptBid { shares: Vec::new(), ..second.clone() };
    assert!(matches!(kept_share(&without, path), Err(KeptError::NoShare(_))));

    // The tool would not send these; whoever does is refused by custody, which alone can compare the share.
    let raw = Raw::new(story.room, lock).await.unwrap();
    let at = format!("sessions/{}/unlock", story.play.session);
    let material: UnlockMaterial = serde_json::from_value(raw.get(&at).await.unwrap().1).unwrap();
    let at = format!("sessions/{}/remedy", story.play.session);
    let before = story.room.app.rooms.get(&story.play.session).unwrap().snapshot().size;
    let neighbour = &story.room.world.bidders[0].main;
    for (share, signer) in [(&first.shares[0].0, lock), (&second.shares[0].0, neighbour)] {
        let body = sealed_by_hand(story, &material, share, signer);
        let (status, answer) = raw.post_json(&at, &body).await.unwrap();
        assert!((400..500).contains(&status), "{answer}");
    }
    assert_eq!(story.room.app.rooms.get(&story.play.session).unwrap().snapshot().size, before);

    let said = client.remedy(room, lock, kept_share(second, path).unwrap()).await.unwrap();
    assert!(said.entry.is_some());
    let state = story.state();
    let collected = state.row(&story.code(LOCKLESS)).unwrap().collected.clone().unwrap();
    assert_eq!(collected.remedy, Some(Remedy::KeptShare));
    assert_eq!(collected.lock.tail, lock.identity().signing_certificate().tail());
    refused(
        &client.remedy(room, lock, kept_share(second, path).unwrap()).await.unwrap_err(),
        "already_collected",
    );
}

/// A remedy as somebody might make it that has the share at hand and signs with `signer`.
fn sealed_by_hand(
    story: &Story<'_>,
    material: &UnlockMaterial,
    share: &Share,
    signer: &AnyLock,
) -> RemedyBody {
    let hash = Core::hash(material.core.as_bytes());
    let opening = story.published.opening_certificates();
    let packages: Vec<Vec<u8>> = opening
        .iter()
        .map(|recipient| {
            let (purpose, attempt) = (Purpose::Consent, material.attempt);
            let context = PackageContext { subject: &hash.0, purpose, attempt, recipient };
            seal_package(share.expose(), &context).unwrap()
        })
        .collect();
    let statement = Statement::Remedy(GivenShare {
        session: material.session.to_string(),
        envelope: material.envelope,
        attempt: material.attempt,
        bid_digest: material.bid,
        share_package_digest: packages_digest(packages.iter().map(Vec::as_slice)),
        opening_certificates: opening.iter().map(|certificate| certificate.digest()).collect(),
        checkpoint: checkpoint_digest(material.checkpoint.as_bytes()),
    });
    let signed = SignedStatement::sign(&statement, signer.identity().signing_certificate(), signer).unwrap();
    RemedyBody {
        statement: Base64Bytes(signed.der().to_vec()),
        packages: packages.into_iter().map(Base64Bytes).collect(),
        kind: bidroom_domain::opening::LockKind::Main,
    }
}

/// One window stands still while all others end; the share comes late, and in its own time.
async fn a_window_is_held(story: &Story<'_>) {
    let (clock, code, lock) = (&story.room.clock, story.code(HELD), story.main(HELD));
    clock.set(minutes(28));
    let hold = || HostCommand::HoldBidder { bidder: code.clone(), reason: "柜台电脑故障".into() };
    story.host(&hold()).await.unwrap();
    refused(&story.host(&hold()).await.unwrap_err(), "window_stands");
    clock.set(minutes(33));
    let late = story.client(story.main(BROKEN)).await;
    let late = late.unlock(&story.published, story.main(BROKEN), None).await.unwrap_err();
    refused(&late, "window_ended");
    refused(&story.host(&HostCommand::CloseUnlock).await.unwrap_err(), "bidders_held");
    let release = HostCommand::ReleaseBidder { bidder: code.clone() };
    story.host(&release).await.unwrap();
    refused(&story.host(&HostCommand::CloseUnlock).await.unwrap_err(), "still_collecting");
    clock.set(minutes(34));
    story.client(lock).await.unlock(&story.published, lock, None).await.unwrap();
    // Nothing is unsettled any more and the others' windows ended long ago: the room closes by itself.
    story.until(|snapshot| snapshot.state.phase == Phase::Announce && snapshot.note.is_some()).await;
    let state = story.state();
    let opened: Vec<bool> =
        (0..5).map(|number| state.row(&story.code(number)).unwrap().is_opened()).collect();
    assert_eq!(opened, [true, true, false, true, true]);
}

/// The host decides otherwise than the facts propose; the supervisor contests it, and agrees with what follows them.
async fn the_fate(story: &Story<'_>) {
    let code = story.code(BROKEN);
    let proposed = proposal(&story.state(), &code, minutes(35)).unwrap();
    assert_eq!((proposed.what, proposed.ground), (Proposed::Fate(Fate::Revoked), Ground::BidderOnly));
    let supervisor = &story.room.world.officers[2].lock;
    let watching = story.client(supervisor).await;
    let first = story.decide(BROKEN, Fate::Withdrawn, "投标人称柜台网络不稳").await;
    assert_eq!((first.fate, first.proposed), (Fate::Withdrawn, Fate::Revoked));
    let contested = Some("账本没有中心一侧的故障");
    watching.judge_fate(&story.published, supervisor, &first, contested).await.unwrap();
    let again = watching.judge_fate(&story.published, supervisor, &first, None).await.unwrap_err();
    refused(&again, "nothing_to_attribute");

    let second = story.decide(BROKEN, Fate::Revoked, "投标人的锁损坏，期间中心一侧各设备正常").await;
    assert_eq!(second.decision, 2);
    // An answer to what no longer stands, the host's own agreement, and one that the host signs for the supervisor.
    let stale = watching.judge_fate(&story.published, supervisor, &first, None).await.unwrap_err();
    refused(&stale, "other_decision");
    let host_lock = &story.room.world.officers[0].lock;
    let own = story.client(host_lock).await.judge_fate(&story.published, host_lock, &second, None).await;
    refused(&own.unwrap_err(), "not_your_role");
    let raw = Raw::new(story.room, supervisor).await.unwrap();
    let at = format!("sessions/{}/fates", story.play.session);
    let said = judge_fate(&story.published.session(), &second, None).unwrap();
    let forged = SignedStatement::sign(&said, host_lock.identity().signing_certificate(), host_lock).unwrap();
    let body = StatementBody { statement: Base64Bytes(forged.der().to_vec()) };
    assert!((400..500).contains(&raw.post_json(&at, &body).await.unwrap().0));
    let wrong = Statement::AgreeFate {
        session: story.published.session().to_string(),
        bidder: code.to_string(),
        fate: "withdrawn".into(),
        decision: second.digest().unwrap(),
    };
    let wrong =
        SignedStatement::sign(&wrong, supervisor.identity().signing_certificate(), supervisor).unwrap();
    let body = StatementBody { statement: Base64Bytes(wrong.der().to_vec()) };
    let (_, answer) = raw.post_json(&at, &body).await.unwrap();
    assert_eq!(answer["code"], "other_decision", "{answer}");
    assert!(story.state().row(&code).unwrap().verdict.is_none());

    // What everybody can follow is what the supervisor signed.
    let mut follower = Follower::new(&story.published);
    watching.catch_up(&mut follower).await.unwrap();
    let decided = follower.state().row(&code).unwrap().decided.clone().unwrap();
    assert_eq!(decided, second);
    watching.judge_fate(&story.published, supervisor, &decided, None).await.unwrap();
    let state = story.state();
    let verdict = state.row(&code).unwrap().verdict.clone().unwrap();
    assert_eq!((verdict.name.as_str(), verdict.contested), ("罗毅", None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_of_custody_costs_nobody_its_window() {
    let folder = tempfile::tempdir().unwrap();
    let devices = vec![SiteDevice::Soft, SiteDevice::Soft];
    let (room, custody) = StoryRoom::with_custody(folder.path(), 3, devices).await.unwrap();
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    let published = room.imported(&play).await.unwrap();
    play.prepare().await.unwrap();
    room.clock.set(DEADLINE);
    let story = Story { room: &room, play, published };
    story.until(|snapshot| snapshot.state.phase == Phase::Authorise && snapshot.note.is_some()).await;
    story.play.authorise().await.unwrap();
    for number in [0, 1] {
        let lock = story.main(number);
        story.client(lock).await.unlock(&story.published, lock, None).await.unwrap();
    }

    // The last one comes two minutes before the end, and custody is away until long after it.
    room.clock.set(minutes(28));
    let lock = story.main(2);
    let client = story.client(lock).await;
    custody.stay_away();
    let met = client.unlock(&story.published, lock, None).await.unwrap_err();
    let ClientError::Api { status: 503, error, .. } = &met else { panic!("{met:?}") };
    assert!(error.sentence.zh.body.contains("原因在中心一侧"), "{error:?}");
    room.clock.set(minutes(50));
    custody.come_back();
    story
        .until(|snapshot| {
            snapshot.state.unlock.as_ref().is_some_and(|clock| clock.ends_at == minutes(52))
                && snapshot.halted.is_none()
                && snapshot.note.is_some()
        })
        .await;
    let state = story.state();
    assert_eq!(state.phase, Phase::Unlock, "the room did not close over its own fault");
    let row = state.row(&story.code(2)).unwrap();
    let fault = row.facts.iter().find(|fact| matches!(fact.trouble, Trouble::RoomFault { .. })).unwrap();
    let expected = Trouble::RoomFault { part: RoomPart::Custody, millis: 22 * 60_000 };
    assert_eq!((&fault.trouble, fault.vouched, fault.made_up), (&expected, Voucher::Room, true));
    // Had it done nothing more, its bid would be taken for withdrawn, not revoked.
    let mut silent = state.clone();
    silent.phase = Phase::Announce;
    let proposed = proposal(&silent, &story.code(2), minutes(60)).unwrap();
    assert_eq!((proposed.what, proposed.ground), (Proposed::Fate(Fate::Withdrawn), Ground::CentreLast));

    room.clock.set(minutes(51));
    client.unlock(&story.published, lock, None).await.unwrap();
    story.host(&HostCommand::CloseUnlock).await.unwrap();
    story.until(|snapshot| snapshot.state.phase == Phase::Announce && snapshot.note.is_some()).await;
    assert!(story.state().row(&story.code(2)).unwrap().is_opened());
    story.play.announce().await.unwrap();
    story.play.confirm().await.unwrap();
    story.play.close().await.unwrap();
    story.play.sign().await.unwrap();
    sound(&room, folder.path());
    let said = record(&room, folder.path()).await;
    assert!(said.contains("含停表22分"), "{said}");
    room.stop().await.unwrap();
}

fn sound(room: &StoryRoom, folder: &std::path::Path) {
    let archive = folder.join("archive.zip");
    room.export(&archive).unwrap();
    let trust = read_trust(&room.site.folder.join("trust")).unwrap();
    let report = verify(std::fs::File::open(archive).unwrap(), Some(&trust)).unwrap();
    assert_eq!(report.outcome(), Outcome::Sound, "{report:#?}");
}

/// The words of the record, without spaces.
async fn record(room: &StoryRoom, folder: &std::path::Path) -> String {
    let address = format!("{}/api/v1/sessions/{}/record.pdf", room.url, StoryRoom::session().unwrap());
    let file = folder.join("record.pdf");
    std::fs::write(&file, reqwest::get(address).await.unwrap().bytes().await.unwrap()).unwrap();
    let text =
        Command::new("pdftotext").args(["-raw", "-enc", "UTF-8"]).arg(&file).arg("-").output().unwrap();
    assert!(text.status.success(), "{text:?}");
    String::from_utf8(text.stdout).unwrap().split_whitespace().collect()
}
