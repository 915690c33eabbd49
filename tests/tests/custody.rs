//! Custody against a room that was taken over, and custody that dies.
//!
//! While an honest opening is played, a hostile room tries at every acknowledged step what it must not do: open early,
//! invent consents, sign a second history, promise what the log does not bear out. And custody as a process of its own
//! is killed between an answer and its delivery.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use bidroom::archive::read_trust;
use bidroom::demo::play::Script;
use bidroom::demo::site::SiteDevice;
use bidroom::room::state_of;
use bidroom::store::Store;
use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_custody::{Custodian, EntryBytes, Evidence, Problem, ProblemKind};
use bidroom_domain::opening::{
    BidReceived, ClockConfirmed, ClockSet, CloseCause, DeadlinePassed, DeviceLost, Event, LockKind,
    LockProbed, LockTag, OfficerProbed, OfficersRedealt, OpeningClosed, PackagesReplaced, Phase,
    RecordConfirmed, RosterPublished, ShareAuthorised, ShareCollected, State, UnlockStarted,
};
use bidroom_domain::{Actor, At, Bidder, SessionId, StaffRole};
use bidroom_judging::{EvidenceKind, EvidenceName};
use bidroom_ledger::entry::draft;
use bidroom_tests::room::{DEADLINE, StoryRoom, Turned};
use bidroom_verifier::{Outcome, verify};
use bidroom_wire::ClockQuality;
use bidroom_wire::promise::{Acknowledgement, RoomStatement};

/// A room in somebody else's hands.
struct Hostile {
    store: Arc<Store>,
    custodian: Custodian,
    session: SessionId,
    tried: Arc<Mutex<BTreeSet<&'static str>>>,
}

fn entry(event: &Event, by: &Actor, at: At) -> EntryBytes {
    let by = serde_json::to_value(by).unwrap();
    let fields = event.fields().unwrap();
    let made = draft(at.0, event.kind(), by, fields, &event.private_paths(), || [7; 32]).unwrap();
    EntryBytes { entry: Base64Bytes(made.bytes), openings: made.openings }
}

impl Hostile {
    #[track_caller]
    fn refused<T: std::fmt::Debug>(&self, what: &'static str, answer: Result<T, Problem>) -> Problem {
        self.tried.lock().unwrap().insert(what);
        answer.expect_err(what)
    }

    /// Shows custody an event that did not happen, with the evidence of others.
    fn forge(&self, what: &'static str, size: u64, events: &[(Event, Actor, At)], evidence: Vec<Evidence>) {
        let entries = events.iter().map(|(event, by, at)| entry(event, by, *at)).collect();
        let problem = self.refused(what, self.custodian.judge(&self.session, size, entries, evidence));
        // The honest room works on meanwhile: then the log is longer than it was.
        let moved = !self.store.entries(&self.session, size, 1).unwrap().is_empty();
        assert!(
            moved || matches!(problem, Problem::Objection { .. } | Problem::Time { .. } | Problem::Share),
            "{what}: {problem:?}"
        );
    }

    /// Everything that must not work, whatever has happened so far.
    fn attack(&self, now: At) {
        let entries = self.store.entries(&self.session, 0, usize::MAX).unwrap();
        let size = u64::try_from(entries.len()).unwrap();
        if size == 0 {
            return;
        }
        let state = state_of(&entries).unwrap();
        self.attack_the_log(size, &entries, now);
        self.attack_the_opening(size, &state, now);
        self.attack_the_words(&state, now);
    }

    fn attack_the_log(&self, size: u64, entries: &[bidroom::store::StoredEntry], now: At) {
        let last = &entries[entries.len() - 1];
        let shown = EntryBytes { entry: Base64Bytes(last.bytes.clone()), openings: last.openings.clone() };
        let again = self.custodian.judge(&self.session, size - 1, vec![shown], Vec::new());
        let problem = self.refused("a second entry in the place of the last", again);
        assert_eq!(problem.kind(), ProblemKind::Tamper, "{problem:?}");
        self.refused("a checkpoint over more than there is", self.custodian.sign(&self.session, size + 1000));
        if size > 1 {
            self.refused(
                "a checkpoint over less than was signed",
                self.custodian.sign(&self.session, size - 1),
            );
        }
        let withheld = BidReceived { bidder: None, bid: None, packages: None, sequence: None, length: None };
        let mut hidden = entry(&withheld.into(), &Actor::Room, now);
        hidden.openings.clear();
        let problem = self.custodian.judge(&self.session, size, vec![hidden], Vec::new());
        self.refused("an entry whose content is withheld", problem);
    }

    fn attack_the_opening(&self, size: u64, state: &State, now: At) {
        let host = state.lot.as_ref().and_then(|lot| {
            let host = lot.staff.iter().find(|staff| staff.role == StaffRole::Host)?;
            Some(Actor::Host { certificate: host.certificate, name: host.name.clone() })
        });
        let host = host.unwrap_or(Actor::Room);
        let opened = matches!(state.phase, Phase::Opening | Phase::Announce | Phase::Confirm);
        for standing in state.standing.values() {
            if !opened {
                let shares =
                    self.custodian.shares(&self.session, &standing.bid, self.evidence_at_hand(state));
                self.refused("the shares of a bid before the close", shares.map(|_| ()));
            }
        }
        if state.phase == Phase::Receive {
            let early = |at| {
                let passed = DeadlinePassed { deadline: DEADLINE };
                let roster = RosterPublished { rows: Vec::new() };
                vec![(passed.into(), Actor::Room, at), (roster.into(), Actor::Room, at)]
            };
            if now < DEADLINE {
                self.forge("the deadline before its time", size, &early(now), Vec::new());
                if DEADLINE.millis_since(now) > 2000 {
                    self.forge("a deadline in the future", size, &early(DEADLINE), Vec::new());
                }
            }
            let stranger =
                Bidder { code: "91370000MA3U99999X".parse().unwrap(), name: "没有投标的公司".into() };
            let received = |at| {
                let received = BidReceived {
                    bidder: Some(stranger.clone()),
                    bid: Some(Sm3Digest::of(b"bid")),
                    packages: Some(Sm3Digest::of(b"packages")),
                    sequence: Some(1),
                    length: Some(1),
                };
                vec![(received.into(), Actor::bidder(&stranger), at)]
            };
            self.forge("a bid that nobody signed", size, &received(now), Vec::new());
            self.forge("a backdated bid", size, &received(now.plus_millis(-120_000)), Vec::new());
        }
        let closed = OpeningClosed {
            attempt: 1,
            cause: CloseCause::AllCollected,
            officers: vec![1, 2],
            opens: Vec::new(),
            missing: Vec::new(),
        };
        self.forge("the close without shares", size, &[(closed.into(), host.clone(), now)], Vec::new());
        if state.authorised.len() < 2 {
            let started = UnlockStarted { attempt: 1, ends_at: now.plus_millis(1_800_000) };
            self.forge(
                "the unlock window without officers",
                size,
                &[(started.into(), host, now)],
                Vec::new(),
            );
        }
        self.attack_the_ceremony(size, state, now);
        self.attack_with_old_statements(size, state, now);
        if let Some(row) = state.roster.first() {
            let confirmed =
                RecordConfirmed { bidder: row.row.bidder.code.clone(), statement: Sm3Digest::of(b"s") };
            let by = Actor::bidder(&row.row.bidder);
            self.forge("a confirmation that nobody signed", size, &[(confirmed.into(), by, now)], Vec::new());
        }
    }

    /// What officers and locks did not do, and what devices and clock do not show.
    fn attack_the_ceremony(&self, size: u64, state: &State, now: At) {
        let Some(lot) = &state.lot else { return };
        if state.phase != Phase::Receive {
            return;
        }
        let (first, statement) = (&lot.officers[0], Sm3Digest::of(b"statement"));
        let by = Actor::Officer { index: 1, name: first.name.clone() };
        let forge = |what, event: Event, by: &Actor| {
            self.forge(what, size, &[(event, by.clone(), now)], self.evidence_at_hand(state));
        };
        let probed = OfficerProbed {
            index: 1,
            name: first.name.clone(),
            lock: first.encryption_certificate,
            lock_tail: "31C8".into(),
            challenge: Sm3Digest::of(b"challenge"),
            statement,
        };
        forge("a probe that no lock answered", probed.into(), &by);
        let mut officers = lot.officers.clone();
        officers[2].name = "外人".into();
        officers[2].certificate = Sm3Digest::of(b"sign");
        officers[2].encryption_certificate = Sm3Digest::of(b"encrypt");
        let redealt = OfficersRedealt {
            version: 2,
            redeal: Sm3Digest::of(b"redeal"),
            from: Sm3Digest::of(b"from"),
            deal: Sm3Digest::of(b"deal"),
            agreed: vec![1, 2],
            officers,
        };
        forge("officers whom nobody agreed to", redealt.into(), &Actor::Room);
        let redeal = self.custodian.redeal(&self.session, now, self.evidence_at_hand(state));
        self.refused("a dealing that nobody agreed to", redeal);
        forge("a clock that nobody set", ClockSet { step: 1, millis: 5000 }.into(), &Actor::Room);
        let confirmed = ClockConfirmed {
            index: 1,
            name: first.name.clone(),
            lock_tail: "31C8".into(),
            step: 1,
            said: now,
            statement,
        };
        forge("a time that nobody confirmed", confirmed.into(), &by);
        let lost = DeviceLost { device: "main".into(), serving: Some("standby".into()) };
        forge("a device that is there called lost", lost.into(), &Actor::Room);
        let Some(standing) = state.standing.values().next() else { return };
        let bidder = Actor::bidder(&standing.bidder);
        let probed = LockProbed {
            bidder: Some(standing.bidder.clone()),
            bid: Some(standing.bid),
            lock: Some(Sm3Digest::of(b"lock")),
            lock_tail: Some("55B2".into()),
            challenge: Some(Sm3Digest::of(b"challenge")),
            statement: Some(statement),
        };
        forge("a bidder's probe that no lock answered", probed.into(), &bidder);
        let replaced = PackagesReplaced {
            bidder: Some(standing.bidder.clone()),
            bid: Some(standing.bid),
            packages: Some(Sm3Digest::of(b"packages")),
            version: Some(2),
            added: Some(Vec::new()),
            record: Some(Sm3Digest::of(b"record")),
        };
        forge("key packages that nobody signed", replaced.into(), &bidder);
    }

    /// True statements, used again for something else.
    fn attack_with_old_statements(&self, size: u64, state: &State, now: At) {
        let evidence = self.evidence_at_hand(state);
        if let (Some((index, given)), Some(lot)) = (state.authorised.iter().next(), &state.lot) {
            for officer in &lot.officers {
                let authorised = ShareAuthorised {
                    index: officer.index,
                    name: officer.name.clone(),
                    lock_tail: given.lock_tail.clone(),
                    statement: given.statement,
                };
                let by = Actor::Officer { index: officer.index, name: officer.name.clone() };
                let what = if officer.index == *index {
                    "the same officer twice"
                } else {
                    "one officer's statement for another"
                };
                self.forge(what, size, &[(authorised.into(), by, now)], evidence.clone());
            }
        }
        if let Some(consent) = state.roster.iter().find_map(|row| row.collected.as_ref()) {
            for row in &state.roster {
                let collected = ShareCollected {
                    bidder: row.row.bidder.code.clone(),
                    lock: LockTag { kind: LockKind::Main, authority: "CA".into(), tail: "0000".into() },
                    attempt: 1,
                    statement: consent.statement,
                    packages: Sm3Digest::of(b"packages"),
                    remedy: None,
                };
                let by = Actor::bidder(&row.row.bidder);
                let event = [(collected.into(), by, now)];
                self.forge("one bidder's consent for another", size, &event, evidence.clone());
            }
        }
    }

    /// All the evidence that a taken-over room has.
    fn evidence_at_hand(&self, state: &State) -> Vec<Evidence> {
        let kinds = [
            EvidenceKind::Head,
            EvidenceKind::Statement,
            EvidenceKind::ConsentPackage,
            EvidenceKind::OfficerPackage,
            EvidenceKind::Challenge,
            EvidenceKind::Packages,
            EvidenceKind::Certificate,
        ];
        assert!(state.lot.is_some());
        let of_kind = |kind: EvidenceKind| {
            let records = self.store.records(&self.session, kind.as_str()).unwrap();
            records.into_iter().map(move |(key, bytes)| Evidence {
                name: EvidenceName { kind, key },
                bytes: Base64Bytes(bytes),
            })
        };
        kinds.into_iter().flat_map(of_kind).collect()
    }

    fn attack_the_words(&self, state: &State, now: At) {
        let false_word = RoomStatement::Acknowledgement(Acknowledgement {
            acknowledged: None,
            at: now,
            entry: None,
            events: vec!["session.closed".into()],
            session: self.session.clone(),
        });
        if state.phase != Phase::Closed {
            self.refused("an acknowledgement of what did not happen", self.custodian.say(false_word));
        }
        let quality = ClockQuality { sources_zh: Vec::new(), sources_en: Vec::new(), within_millis: None };
        self.refused("another time", self.custodian.clock(now.plus_millis(3_600_000), quality));
        let bid = self.custodian.receipt(&self.session, &Sm3Digest::of(b"no such bid"), None).unwrap();
        assert!(bid.is_none(), "a receipt for a bid that was not received");
    }
}

const SCRIPT: Script =
    Script { replaces: Some(1), wrong_lock: Some(2), objects: Some(0), absent: None, leaves: None };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_room_that_was_taken_over_opens_nothing_early_and_signs_no_second_history() {
    let folder = tempfile::tempdir().unwrap();
    let room = StoryRoom::new(folder.path(), 3).await.unwrap();
    let hostile = Hostile {
        store: room.app.store.clone(),
        custodian: room.app.signer.custodian().clone(),
        session: StoryRoom::session().unwrap(),
        tried: Arc::default(),
    };
    let tried = hostile.tried.clone();
    let clock = room.clock.clone();
    let pace = Turned(room.clock.clone());
    let told = Arc::new(move |_: &str| hostile.attack(bidroom::clock::RoomClock::now(&*clock)));
    let play = room.play(&pace, SCRIPT, told).unwrap();
    play.whole().await.unwrap();
    let tried = tried.lock().unwrap().clone();
    assert!(tried.len() >= 23, "everything was tried: {tried:#?}");
    sound(&room, folder.path());
    room.stop().await.unwrap();
}

fn sound(room: &StoryRoom, folder: &std::path::Path) {
    let archive = folder.join("archive.zip");
    room.export(&archive).unwrap();
    let trust = read_trust(&room.site.folder.join("trust")).unwrap();
    let report = verify(std::fs::File::open(archive).unwrap(), Some(&trust)).unwrap();
    assert_eq!(report.outcome(), Outcome::Sound, "{report:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn custody_dies_between_an_answer_and_its_delivery_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let devices = vec![SiteDevice::Soft, SiteDevice::Soft];
    let (room, custody) = StoryRoom::with_custody(folder.path(), 3, devices).await.unwrap();
    let pace = Turned(room.clock.clone());
    // Custody dies again and again, after so many answers each time; nobody in the room notices more than a pause.
    let deadly: Vec<u64> = (0..24).map(|n| [1, 2, 3, 2, 4, 5, 3, 7][n % 8]).collect();
    custody.kill(deadly);
    let play = room.play(&pace, SCRIPT, Arc::new(|_: &str| {})).unwrap();
    play.whole().await.unwrap();
    assert!(custody.deaths() >= 15, "custody died {} times only", custody.deaths());
    sound(&room, folder.path());
    room.stop().await.unwrap();
}
