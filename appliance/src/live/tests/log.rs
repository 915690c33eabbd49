//! A small, complete log with a checkpoint after every leaf, so that it can be cut into any batches.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use bidroom_canon::{Hex32, Sm3Digest};
use bidroom_domain::opening::{
    BidAnnounced, BidOutcome, BidReceived, BidWithdrawn, BidderSignedIn, DeadlinePassed, Event,
    OpeningOpened, Outcome, ReplacementStarted, RosterPublished, RosterRow, ScheduleRow, SessionCreated,
    State,
};
use bidroom_domain::{
    At, Bidder, LotFacts, LotNumber, Policy, ProcurementKind, ReaderClass, ScheduleReaders,
};
use bidroom_envelope::suite::sm2::SecretKey;
use bidroom_ledger::checkpoint::RoomKeys;
use bidroom_ledger::checkpoint::{Checkpoint, Origin};
use bidroom_ledger::entry::draft;
use bidroom_ledger::tree::{Tree, leaf_hashes};
use bidroom_wire::{ClockQuality, SignedClock};
use ed25519_dalek::Signer as _;

use super::super::board::Batch;
use super::super::hub::{Hub, Timekeeper};
use super::super::source::{LeafSource, SourceFault, StoredNote};
use crate::store::StoredEntry;

/// Names that only some readers may ever see, and prices that only some may.
pub(super) const WITHDRAWN: &str = "撤回投标的公司";
pub(super) const SIGNED_IN_ONLY: &str = "只签到没有投标的公司";
pub(super) const PRICE: &str = "12345678901";

pub(super) struct TestLog {
    pub(super) keys: RoomKeys,
    pub(super) origin: Origin,
    pub(super) leaves: Vec<StoredEntry>,
    /// Note over the first n + 1 leaves.
    notes: Vec<String>,
    /// State after n leaves.
    states: Vec<Arc<State>>,
    /// Leaves up to the roster.
    pub(super) opens_at: usize,
}

pub(super) static LOG: LazyLock<TestLog> = LazyLock::new(|| TestLog::new(30));

fn digest(n: usize) -> Sm3Digest {
    Sm3Digest::of(&n.to_be_bytes())
}

fn bidder(n: usize, name: &str) -> Bidder {
    Bidder { code: format!("9137000000000{n:04}X").parse().unwrap(), name: name.into() }
}

fn lot() -> LotFacts {
    let mut policy = Policy::tender_default();
    policy.schedule_readers.value = ScheduleReaders::Staff;
    LotFacts {
        tender: "T-1".parse().unwrap(),
        title: "道路".into(),
        lot: LotNumber::FIRST,
        lot_title: "一标段".into(),
        kind: ProcurementKind::OpenTender,
        method: "综合评分法".into(),
        centre: "中心".into(),
        room: "三号".into(),
        tenderer: "甲方".into(),
        agency: "代理".into(),
        deadline: At(1000),
        ceiling: None,
        columns: Vec::new(),
        officers: Vec::new(),
        staff: Vec::new(),
        policy,
        drill: true,
        evaluation: None,
    }
}

fn events(tail: usize) -> (Vec<Event>, usize) {
    let mut events: Vec<Event> = vec![
        SessionCreated { package: digest(0), origin: "三号/T-1/1".into(), lot: Box::new(lot()) }.into(),
        BidWithdrawn {
            bidder: Some(bidder(9, WITHDRAWN)),
            bid: Some(digest(9)),
            statement: Some(digest(10)),
        }
        .into(),
        ReplacementStarted { bidder: Some(bidder(1, "一公司")), bid: Some(digest(5)) }.into(),
        BidderSignedIn { bidder: Some(bidder(8, SIGNED_IN_ONLY)), statement: Some(digest(11)) }.into(),
    ];
    let mut received = |n: usize, name: &str| {
        events.push(
            BidReceived {
                bidder: Some(bidder(n, name)),
                bid: Some(digest(n)),
                packages: Some(digest(n + 100)),
                sequence: Some(1),
                length: Some(7),
            }
            .into(),
        );
    };
    for n in 1..=3 {
        received(n, &format!("{n}号公司"));
    }
    received(9, WITHDRAWN);
    events.push(DeadlinePassed { deadline: At(1000) }.into());
    let rows = (1..=3)
        .map(|n| RosterRow {
            number: u32::try_from(n).unwrap(),
            bidder: bidder(n, &format!("{n}号公司")),
            bid: digest(n),
            received_at: At(900),
            signed_in: false,
        })
        .collect();
    events.push(RosterPublished { rows }.into());
    let opens_at = events.len();
    let outcome = |n: usize| BidOutcome {
        number: u32::try_from(n).unwrap(),
        bidder: bidder(n, "").code,
        outcome: Outcome::Opened,
    };
    let row = ScheduleRow { schedule: PRICE.into(), salt: Hex32([77; 32]), commitment: digest(3) };
    events.push(
        OpeningOpened {
            attempt: 1,
            outcomes: (1..=3).map(outcome).collect(),
            table: digest(4),
            rows: (1..=3).map(|n| (n, row.clone())).collect(),
        }
        .into(),
    );
    events.extend((0..tail).map(|n| BidAnnounced { number: u32::try_from(n).unwrap() }.into()));
    (events, opens_at)
}

impl TestLog {
    fn new(tail: usize) -> Self {
        let ed25519 = ed25519_dalek::SigningKey::from_bytes(&[1; 32]);
        let sm2 = SecretKey::from_bytes(&[2; 32]).unwrap();
        let keys = RoomKeys {
            ed25519: Hex32(ed25519.verifying_key().to_bytes()),
            name: "三号".into(),
            sm2: *sm2.public_key(),
            standby: None,
        };
        let origin: Origin = "三号/T-1/1".parse().unwrap();
        let (events, opens_at) = events(tail);
        let (mut tree, mut state) = (Tree::new(), State::default());
        let (mut leaves, mut notes, mut states) = (Vec::new(), Vec::new(), vec![Arc::new(state.clone())]);
        let mut salt = 0u16;
        for (n, event) in events.iter().enumerate() {
            let at = 100 * i64::try_from(n).unwrap();
            let salts = || {
                salt += 1;
                let mut bytes = [0xA5; 32];
                bytes[..2].copy_from_slice(&salt.to_be_bytes());
                bytes
            };
            let drafted = draft(
                at,
                event.kind(),
                serde_json::json!({"role": "room"}),
                event.fields().unwrap(),
                &event.private_paths(),
                salts,
            )
            .unwrap();
            tree.append(&leaf_hashes(&drafted.bytes)).unwrap();
            state.apply(event, At(at));
            let checkpoint = Checkpoint::new(origin.clone(), tree.size(), &tree.root(), at);
            let text = checkpoint.text().unwrap();
            let signatures = (ed25519.sign(text.as_bytes()).to_bytes(), sm2.sign(text.as_bytes()).unwrap());
            notes.push(keys.assemble(&checkpoint, &signatures.0, &signatures.1).unwrap().note.to_text());
            leaves.push(StoredEntry { bytes: drafted.bytes, openings: drafted.openings });
            states.push(Arc::new(state.clone()));
        }
        Self { keys, origin, leaves, notes, states, opens_at }
    }

    pub(super) fn state(&self, size: usize) -> Arc<State> {
        Arc::clone(&self.states[size])
    }

    /// Whether readers of `class` may know of leaf `index`: written down here by hand.
    pub(super) fn is_known(class: ReaderClass, index: usize) -> bool {
        match (class, index) {
            (ReaderClass::Supervisor, _) => true,
            (ReaderClass::Staff, 2) => true,
            (_, 1 | 2 | 3 | 7) => false,
            _ => true,
        }
    }

    pub(super) fn batch(&self, first: usize, until: usize) -> Batch {
        Batch {
            leaves: self.leaves[first..until].to_vec(),
            note: Some(self.notes[until - 1].clone()),
            state: self.state(until),
        }
    }
}

pub(super) fn clock(at: i64) -> SignedClock {
    SignedClock {
        at: At(at),
        quality: ClockQuality { sources_zh: vec!["本机".into()], sources_en: vec![], within_millis: None },
        signature: Default::default(),
    }
}

/// A clock that tests set.
#[derive(Clone, Default)]
pub(super) struct Time(Arc<AtomicI64>);

impl Time {
    pub(super) fn advance(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Timekeeper for Time {
    fn now(&self) -> At {
        At(self.0.load(Ordering::SeqCst))
    }

    fn signed(&self) -> Option<SignedClock> {
        Some(clock(self.now().0))
    }

    fn unsigned(&self) -> SignedClock {
        clock(self.now().0)
    }
}

/// A hub over `store` as it stands after a start.
pub(super) fn hub_over(store: &Arc<Store>, time: &Time, most_viewers: usize) -> Hub {
    let hub = Hub::over(Box::new(Arc::clone(store)), Box::new(time.clone()), most_viewers);
    hub.set_queue(vec!["排队的人".into()], Some(Duration::from_millis(40)));
    let size = store.size();
    if size > 0 {
        hub.publish_at(LOG.batch(0, size), Duration::ZERO);
        hub.flush_at(Duration::ZERO);
    }
    hub
}

/// A store with the leaves that were appended so far, in the batches they came in.
#[derive(Default)]
pub(super) struct Store {
    batches: Mutex<Vec<usize>>,
}

impl Store {
    /// Appends leaves up to `size`, as one batch.
    pub(super) fn append(&self, size: usize) {
        self.batches.lock().unwrap().push(size);
    }

    pub(super) fn size(&self) -> usize {
        self.batches.lock().unwrap().last().copied().unwrap_or(0)
    }
}

impl LeafSource for Arc<Store> {
    fn leaves(&self, from: u64, until: u64) -> Result<Vec<StoredEntry>, SourceFault> {
        let until = (until as usize).min(self.size());
        Ok(LOG.leaves[from as usize..until].to_vec())
    }

    fn note_from(&self, size: u64) -> Result<Option<StoredNote>, SourceFault> {
        let batches = self.batches.lock().unwrap();
        let size = batches.iter().find(|end| **end as u64 >= size);
        Ok(size.map(|size| StoredNote { size: *size as u64, note: LOG.notes[size - 1].clone() }))
    }
}
