//! What a bidder believes of a log: only what fits the checked publication, the signed table and the sealed schedule.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests: a failure is reported by stopping"
)]

#[path = "../../unlocking/tests/world/mod.rs"]
mod world;

use bidroom_bidder::client::Follower;
use bidroom_bidder::schedule::parse_schedule;
use bidroom_canon::{Base64Bytes, Hex32, Sm3Digest, labelled_sm3, to_canonical};
use bidroom_domain::opening::{
    BidOutcome, Event, KeysPublished, OpeningOpened, Outcome, RosterPublished, RosterRow, ScheduleRow,
    SessionCreated,
};
use bidroom_domain::{Bidder, CreditCode};
use bidroom_envelope::bid::schedule::ScheduleCommitment;
use bidroom_envelope::bid::scope::BidScope;
use bidroom_ledger::entry::draft;
use bidroom_ledger::replay::LeafView;
use bidroom_ledger::tree::{Tree, leaf_hashes};
use bidroom_wire::{ClockQuality, Frame, LiveStatus, SignedClock};
use world::*;

const SCHEDULE: &str = r#"{"price":"10986523.60","days":"60","quality":"合格"}"#;

fn code() -> CreditCode {
    BIDDER.parse().unwrap()
}

fn row() -> ScheduleRow {
    let schedule = parse_schedule(SCHEDULE.as_bytes(), &columns()).unwrap();
    let scope = BidScope {
        tender: "YZ2026-0117".parse().unwrap(),
        lot: 1.try_into().unwrap(),
        envelope: 1.try_into().unwrap(),
        bidder: BIDDER.parse().unwrap(),
    };
    ScheduleRow {
        commitment: schedule.commit(&Hex32([9; 32]), &scope).0,
        schedule: String::from_utf8(to_canonical(&schedule).unwrap()).unwrap(),
        salt: Hex32([9; 32]),
    }
}

/// The digest as the specification says it: over members in the order of their names.
fn table(opened: &OpeningOpened) -> Sm3Digest {
    let json = serde_json::json!({ "outcomes": opened.outcomes, "rows": opened.rows });
    labelled_sm3("bidroom/table/v1", &[&to_canonical(&json).unwrap()])
}

fn opened(row: ScheduleRow) -> OpeningOpened {
    let outcome =
        |number, bidder: &str, outcome| BidOutcome { number, bidder: bidder.parse().unwrap(), outcome };
    let mut opened = OpeningOpened {
        attempt: 1,
        outcomes: vec![
            outcome(1, BIDDER, Outcome::Opened),
            outcome(2, "91370100MA3U7K2X2B", Outcome::NotUnlocked),
        ],
        table: Sm3Digest::of(b""),
        rows: [(1, row)].into(),
    };
    opened.table = table(&opened);
    opened
}

fn events(world: &World, opened: OpeningOpened) -> Vec<Event> {
    let room = &world.room;
    vec![
        SessionCreated {
            package: room.package().digest(),
            origin: world.origin(),
            lot: Box::new(room.facts().clone()),
        }
        .into(),
        KeysPublished {
            publication: room.publication().digest(),
            devices: vec![],
            officers_certificate: room.officers_certificate().digest(),
            draw: None,
        }
        .into(),
        RosterPublished {
            rows: vec![RosterRow {
                number: 1,
                bidder: Bidder { code: code(), name: "甲".into() },
                bid: Sm3Digest::of(b"bid"),
                received_at: NOW,
                signed_in: true,
            }],
        }
        .into(),
        opened.into(),
    ]
}

fn frame(world: &World, events: &[Event]) -> Frame {
    let (mut tree, mut leaves) = (Tree::new(), Vec::new());
    for event in events {
        let by = serde_json::json!({"role": "room"});
        let paths = event.private_paths();
        let made = draft(DEADLINE.0, event.kind(), by, event.fields().unwrap(), &paths, || [3; 32]).unwrap();
        tree.append(&leaf_hashes(&made.bytes)).unwrap();
        leaves
            .push(LeafView::Entry { bytes: String::from_utf8(made.bytes).unwrap(), openings: made.openings });
    }
    let quality = ClockQuality { sources_zh: vec![], sources_en: vec![], within_millis: None };
    Frame {
        clock: SignedClock { at: DEADLINE, quality, signature: Base64Bytes(vec![]) },
        from: 0,
        leaves,
        note: Some(note_over(&tree, &world.origin(), DEADLINE)),
        status: LiveStatus::default(),
    }
}

#[test]
fn a_log_that_fits_gives_the_record_and_the_own_row() {
    let world = World::new();
    let mut follower = Follower::new(&world.room);
    assert!(follower.record().is_err());
    follower.take(&frame(&world, &events(&world, opened(row())))).unwrap();
    assert_eq!(follower.size(), 4);
    assert_eq!(follower.record().unwrap(), opened(row()).table);
    let sealed = ScheduleCommitment(row().commitment);
    let own = follower.row_of(&code(), Some(&sealed)).unwrap().unwrap();
    assert_eq!(own.schedule, parse_schedule(SCHEDULE.as_bytes(), &columns()).unwrap());
    let other = ScheduleCommitment(Sm3Digest::of(b"other"));
    assert!(follower.row_of(&code(), Some(&other)).is_err());
    assert_eq!(follower.row_of(&"91370100MA3U7K2X2B".parse().unwrap(), None).unwrap(), None);
    assert!(follower.seen().unwrap().roster.is_some());
    // What was taken is not taken again.
    let again = follower.take(&frame(&world, &events(&world, opened(row())))).expect_err("must be refused");
    assert!(again.to_string().contains("from 0"), "{again}");
}

#[track_caller]
fn refused(change: impl FnOnce(&mut Frame, &mut Vec<Event>, &World) -> bool, expect: &str) {
    let world = World::new();
    let mut events = events(&world, opened(row()));
    let mut sent = frame(&world, &events);
    if change(&mut sent, &mut events, &world) {
        sent = frame(&world, &events);
    }
    let mut follower = Follower::new(&world.room);
    let error = match follower.take(&sent) {
        Err(error) => {
            assert_eq!(follower.size(), 0);
            error
        }
        Ok(_) => match follower.record() {
            Err(error) => error,
            Ok(_) => follower.row_of(&code(), None).expect_err("must be refused"),
        },
    };
    assert!(error.to_string().contains(expect), "{error}");
}

#[test]
fn a_log_that_does_not_fit_is_not_believed() {
    refused(
        |frame, _, _| {
            frame.note = None;
            false
        },
        "without a checkpoint",
    );
    refused(
        |frame, _, _| {
            frame.leaves.pop();
            false
        },
        "are not the",
    );
    refused(
        |frame, _, world| {
            frame.note = Some(note(&world.origin(), DEADLINE));
            false
        },
        "are not the",
    );
    let package = |_: &mut Frame, events: &mut Vec<Event>, world: &World| {
        let (origin, lot) = (world.origin(), Box::new(world.room.facts().clone()));
        events[0] = SessionCreated { package: Sm3Digest::of(b"x"), origin, lot }.into();
        true
    };
    refused(package, "another tender package");
    let publication = |_: &mut Frame, events: &mut Vec<Event>, _: &World| {
        let other = Sm3Digest::of(b"x");
        events[1] =
            KeysPublished { publication: other, devices: vec![], officers_certificate: other, draw: None }
                .into();
        true
    };
    refused(publication, "another publication");
    let wrong_table = |_: &mut Frame, events: &mut Vec<Event>, _: &World| {
        events[3] = OpeningOpened { table: Sm3Digest::of(b"x"), ..opened(row()) }.into();
        true
    };
    refused(wrong_table, "the room says");
    let wrong_price = |_: &mut Frame, events: &mut Vec<Event>, _: &World| {
        let schedule = row().schedule.replace("1098652360", "1098652361");
        events[3] = opened(ScheduleRow { schedule, ..row() }).into();
        true
    };
    refused(wrong_price, "is not the schedule that was sealed");
}
