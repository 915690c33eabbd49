//! Every viewer ends with exactly the leaves there are, whatever happens in between.

use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

use bidroom_domain::ReaderClass;
use bidroom_ledger::replay::LeafView;
use bidroom_ledger::replay::Replica;
use bidroom_wire::Frame;
use proptest::prelude::*;

use super::super::hub::{Step, Viewer};
use super::super::{Hub, LiveRefusal};
use super::log::{LOG, PRICE, SIGNED_IN_ONLY, Store, TestLog, Time, WITHDRAWN, hub_over};
use crate::error::fault;

fn hub(store: &Arc<Store>) -> Hub {
    hub_over(store, &Time::default(), 1000)
}

/// A viewer as a page is one: it keeps what it got, and comes back with its size.
struct Page {
    class: ReaderClass,
    viewer: Option<Viewer>,
    leaves: Vec<LeafView>,
    replica: Replica,
    text: String,
    verify: bool,
    may_see: bool,
}

impl Page {
    fn new(class: ReaderClass, verify: bool) -> Self {
        Self {
            class,
            viewer: None,
            leaves: Vec::new(),
            replica: Replica::new(LOG.keys.clone(), LOG.origin.clone()),
            text: String::new(),
            verify,
            may_see: false,
        }
    }

    fn join(&mut self, hub: &Hub) {
        if self.viewer.is_none() {
            let from = self.leaves.len() as u64;
            hub.check_from(from).unwrap();
            self.viewer = Some(hub.join(self.class, from).unwrap());
        }
    }

    /// Takes one step; false when there is nothing to do.
    fn step(&mut self, hub: &Hub) -> bool {
        let Some(viewer) = &mut self.viewer else { return false };
        match viewer.step(&Context::from_waker(Waker::noop())) {
            Step::Frame(encoded) => {
                let text = String::from_utf8(encoded.plain().to_vec()).unwrap();
                self.take(&text);
                true
            }
            Step::Load(class, from) => {
                hub.load(class, from);
                true
            }
            Step::Wait => false,
            Step::Close(_) => {
                self.viewer = None;
                false
            }
        }
    }

    fn take(&mut self, text: &str) {
        let frame: Frame = serde_json::from_str(text).unwrap();
        assert_eq!(frame.from, self.leaves.len() as u64, "a gap or a repetition");
        assert_eq!(frame.note.is_some(), !frame.leaves.is_empty());
        if !self.may_see {
            assert!(frame.leaves.is_empty() && frame.from == 0 && frame.note.is_none());
            assert!(
                frame.status.online.is_none()
                    && frame.status.queue.is_empty()
                    && frame.status.pace_millis.is_none()
            );
        }
        if let Some(note) = frame.note.filter(|_| self.verify) {
            self.replica.extend(&frame.leaves, &note).unwrap();
        }
        self.text.push_str(text);
        self.leaves.extend(frame.leaves);
    }

    fn drain(&mut self, hub: &Hub) {
        while self.step(hub) {}
    }

    #[track_caller]
    fn check(&self, size: usize) {
        assert_eq!(self.leaves.len(), size);
        for (index, view) in self.leaves.iter().enumerate() {
            let stored = &LOG.leaves[index];
            match view {
                LeafView::Hidden { .. } => {
                    assert!(!TestLog::is_known(self.class, index), "{index} is hidden from {:?}", self.class);
                    assert_eq!(*view, LeafView::hidden(&stored.bytes));
                }
                LeafView::Entry { bytes, openings } => {
                    assert!(TestLog::is_known(self.class, index), "{index} is shown to {:?}", self.class);
                    assert_eq!(bytes.as_bytes(), stored.bytes);
                    assert!(openings.iter().all(|opening| stored.openings.contains(opening)));
                }
            }
        }
        let supervisor = self.class == ReaderClass::Supervisor;
        for name in [WITHDRAWN, SIGNED_IN_ONLY] {
            assert_eq!(self.text.contains(name), supervisor, "{name} and {:?}", self.class);
        }
        let reads_prices = matches!(self.class, ReaderClass::Supervisor | ReaderClass::Staff);
        if size > LOG.opens_at {
            assert_eq!(self.text.contains(PRICE), reads_prices, "{:?}", self.class);
        }
        for (index, leaf) in LOG.leaves[..size].iter().enumerate() {
            let salt_seen = |n: usize| self.text.contains(&leaf.openings[n].salt.to_string());
            assert_eq!(salt_seen(0), TestLog::is_known(self.class, index), "salt of leaf {index}");
        }
    }
}

#[derive(Debug, Clone)]
enum Act {
    Publish(usize),
    Flush,
    Tick,
    Step(usize),
    Drain(usize),
    Leave(usize),
    Restart,
}

const PAGES: usize = 6;

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (1usize..5).prop_map(Act::Publish),
        3 => Just(Act::Flush),
        2 => Just(Act::Tick),
        6 => (0..PAGES).prop_map(Act::Step),
        2 => (0..PAGES).prop_map(Act::Drain),
        1 => (0..PAGES).prop_map(Act::Leave),
        1 => Just(Act::Restart),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn every_viewer_gets_exactly_the_log(acts in proptest::collection::vec(act(), 1..120)) {
        let store = Arc::new(Store::default());
        let time = Time::default();
        let mut hub = hub_over(&store, &time, 1000);
        let mut pages: Vec<Page> = (0..PAGES)
            .map(|n| Page::new(ReaderClass::ALL[n % 4], n < 4))
            .collect();
        let now = Duration::from_secs(1);
        let append = |hub: &Hub, pages: &mut Vec<Page>, count: usize| {
            let size = store.size();
            let until = (size + count).min(LOG.leaves.len());
            // The deadline and the roster are one batch.
            let until = if until == LOG.opens_at - 1 { LOG.opens_at } else { until };
            if until > size {
                store.append(until);
                pages.iter_mut().for_each(|page| page.may_see |= until >= LOG.opens_at);
                hub.publish_at(LOG.batch(size, until), now);
            }
        };
        for act in acts {
            match act {
                Act::Publish(count) => append(&hub, &mut pages, count),
                Act::Flush => hub.flush_at(now),
                Act::Tick => {
                    time.advance(1000);
                    hub.tick();
                }
                Act::Step(n) => {
                    pages[n].join(&hub);
                    pages[n].step(&hub);
                }
                Act::Drain(n) => pages[n].drain(&hub),
                Act::Leave(n) => pages[n].viewer = None,
                Act::Restart => {
                    hub.stop();
                    pages.iter_mut().for_each(|page| page.drain(&hub));
                    prop_assert_eq!(hub.viewers(), 0);
                    hub = hub_over(&store, &time, 1000);
                }
            }
        }
        append(&hub, &mut pages, LOG.leaves.len());
        hub.flush_at(now);
        for page in &mut pages {
            page.join(&hub);
            page.drain(&hub);
            page.check(LOG.leaves.len());
        }
    }
}

#[test]
fn nothing_of_the_log_is_seen_before_the_deadline() {
    let store = Arc::new(Store::default());
    let hub = hub(&store);
    let mut texts = Vec::new();
    for size in 0..LOG.opens_at - 1 {
        let mut page = Page::new(ReaderClass::Supervisor, false);
        page.join(&hub);
        page.drain(&hub);
        texts.push(page.text);
        for from in [1, size as u64, 1000] {
            let expect = if from == 0 { Ok(()) } else { Err(LiveRefusal::Ahead { from }) };
            assert_eq!(hub.check_from(from), expect);
        }
        store.append(size + 1);
        hub.publish_at(LOG.batch(size, size + 1), Duration::ZERO);
        hub.flush_at(Duration::ZERO);
    }
    texts.dedup();
    assert_eq!(texts.len(), 1, "what is sent depends on the log: {texts:?}");
}

#[test]
fn events_close_together_become_one_frame() {
    let store = Arc::new(Store::default());
    store.append(LOG.opens_at);
    let hub = hub(&store);
    let mut page = Page::new(ReaderClass::Staff, true);
    page.may_see = true;
    page.join(&hub);
    page.drain(&hub);
    let publish = |first: usize, millis: u64| {
        store.append(first + 1);
        hub.publish_at(LOG.batch(first, first + 1), Duration::from_millis(millis))
    };
    let first = LOG.opens_at;
    assert_eq!(publish(first, 1000), Some(Duration::ZERO), "a single event is sent at once");
    hub.flush_at(Duration::from_millis(1000));
    assert_eq!(publish(first + 1, 1005), Some(Duration::from_millis(15)));
    assert_eq!(publish(first + 2, 1006), None, "a flush is on its way");
    assert_eq!(publish(first + 3, 1019), None);
    hub.flush_at(Duration::from_millis(1020));
    let mut frames = 0;
    while page.step(&hub) {
        frames += 1;
    }
    assert_eq!(frames, 2);
    page.check(first + 4);
    assert_eq!(publish(first + 4, 2000), Some(Duration::ZERO));
}

#[test]
fn a_viewer_that_never_reads_loses_its_seat_and_a_slow_one_catches_up() {
    let store = Arc::new(Store::default());
    store.append(LOG.opens_at);
    let time = Time::default();
    let hub = hub_over(&store, &time, 1000);
    let mut slow = Page::new(ReaderClass::Bidder, true);
    let mut stalled = Page::new(ReaderClass::Staff, true);
    for page in [&mut slow, &mut stalled] {
        page.may_see = true;
        page.join(&hub);
        page.step(&hub);
    }
    for size in LOG.opens_at..LOG.leaves.len() {
        store.append(size + 1);
        hub.publish_at(LOG.batch(size, size + 1), Duration::ZERO);
        hub.flush_at(Duration::ZERO);
    }
    for _ in 0..70 {
        time.advance(1000);
        hub.tick();
        // One frame in a second is little, but it is alive.
        slow.step(&hub);
    }
    assert_eq!(hub.viewers(), 1);
    stalled.drain(&hub);
    assert!(stalled.viewer.is_none());
    slow.drain(&hub);
    slow.check(LOG.leaves.len());
}

#[test]
fn a_full_house_is_refused_and_a_free_seat_is_given_again() {
    let store = Arc::new(Store::default());
    let hub = hub_over(&store, &Time::default(), 2);
    let first = hub.join(ReaderClass::Public, 0).unwrap();
    let _second = hub.join(ReaderClass::Staff, 0).unwrap();
    assert_eq!(hub.join(ReaderClass::Public, 0).err(), Some(LiveRefusal::Full { most: 2 }));
    drop(first);
    assert!(hub.join(ReaderClass::Public, 0).is_ok());
}

#[test]
fn a_damaged_leaf_is_shown_to_nobody() {
    let store = Arc::new(Store::default());
    store.append(LOG.opens_at);
    let hub = hub(&store);
    let mut page = Page::new(ReaderClass::Staff, true);
    page.may_see = true;
    page.join(&hub);
    page.drain(&hub);
    let mut update = LOG.batch(LOG.opens_at, LOG.opens_at + 1);
    update.leaves[0].bytes.push(b' ');
    hub.publish_at(update, Duration::ZERO);
    hub.flush_at(Duration::ZERO);
    // The store has not got it either: the viewer is told to come back.
    page.drain(&hub);
    assert!(page.viewer.is_none());
    page.check(LOG.opens_at);
}

#[test]
fn leaves_without_a_checkpoint_are_held_back_and_the_clock_goes_on() {
    let store = Arc::new(Store::default());
    store.append(LOG.opens_at);
    let time = Time::default();
    let hub = hub_over(&store, &time, 1000);
    let mut page = Page::new(ReaderClass::Staff, true);
    page.may_see = true;
    page.join(&hub);
    page.drain(&hub);
    let mut batch = LOG.batch(LOG.opens_at, LOG.opens_at + 2);
    let note = batch.note.take();
    let state = Arc::clone(&batch.state);
    assert_eq!(hub.publish_at(batch, Duration::from_secs(5)), None);
    hub.flush_at(Duration::from_secs(5));
    hub.halt(Some(&fault("custody", &"密码机无应答")));
    hub.tick();
    page.drain(&hub);
    assert!(page.text.contains("密码机无应答"));
    page.check(LOG.opens_at);
    store.append(LOG.opens_at + 2);
    let owed = super::super::board::Batch { leaves: Vec::new(), state, note };
    assert_eq!(hub.publish_at(owed, Duration::from_secs(6)), Some(Duration::ZERO));
    hub.flush_at(Duration::from_secs(6));
    page.drain(&hub);
    page.check(LOG.opens_at + 2);
}

#[test]
fn whoever_catches_up_reads_a_halt_at_once() {
    let store = Arc::new(Store::default());
    store.append(LOG.opens_at);
    let hub = hub_over(&store, &Time::default(), 1000);
    let newcomer = || {
        let mut page = Page::new(ReaderClass::Staff, true);
        page.may_see = true;
        page.join(&hub);
        page.drain(&hub);
        page.text
    };
    assert!(!newcomer().contains("密码机无应答"));
    // No time passes, so that the frame just made would do but for this.
    hub.halt(Some(&fault("custody", &"密码机无应答")));
    assert!(newcomer().contains("密码机无应答"));
    hub.halt(None);
    assert!(!newcomer().contains("密码机无应答"));
}
