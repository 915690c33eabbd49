//! A room is killed at every append of a session: after the restart it stands exactly after its last durable event,
//! every acknowledged action is there, and the session goes on to the same end.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::Command;

use bidroom::archive::read_trust;
use bidroom::room::event_of;
use bidroom::store::Store;
use bidroom_domain::opening::{Event, Phase, State};
use bidroom_tests::room::StoryRoom;
use bidroom_verifier::{Outcome, verify};

const BIDDERS: &str = "3";

fn play(folder: &Path, kill_at: u64) -> std::process::Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_killed-room"));
    command.arg(folder).args([BIDDERS, &kill_at.to_string()]);
    command.output().unwrap()
}

fn events(folder: &Path) -> Vec<Event> {
    let store = Store::open(&folder.join("room/data")).unwrap();
    let entries = store.entries(&StoryRoom::session().unwrap(), 0, usize::MAX).unwrap();
    entries.iter().map(|entry| event_of(entry).unwrap().1).collect()
}

/// Kinds of events that an acknowledged step must have left behind, and how many of each.
fn promised(folder: &Path) -> BTreeMap<&'static str, usize> {
    let acknowledged = std::fs::read_to_string(folder.join("acknowledged")).unwrap_or_default();
    let mut promised = BTreeMap::new();
    for step in acknowledged.lines() {
        let kind = match step.split_whitespace().next().unwrap() {
            "import" => "keys.published",
            "receipt" => "bid.received",
            "sign-in" => "bidder.signed_in",
            "authorise" => "share.authorised",
            "start" => "unlock.started",
            "mismatch" => "lock.mismatched",
            "share" => "share.collected",
            "close" if step == "close" => "session.closed",
            "close" => "opening.closed",
            "AnnounceBid" => "bid.announced",
            "FinishAnnouncing" => "announcing.finished",
            "confirm" => "record.confirmed",
            "objection" => "objection.raised",
            "answer" => "objection.answered",
            "signature" => "record.signed",
            "absent" => "signature.missed",
            other => panic!("an unknown step {other}"),
        };
        *promised.entry(kind).or_default() += 1;
    }
    promised
}

/// Phase, and for each bidder of the roster its name, its schedule and whether it confirmed.
type End = (Phase, Vec<(String, Option<String>, bool)>);

/// What a session came to, whatever happened on its way: opened schedules by bidder, phase, confirmations.
fn outcome(events: &[Event]) -> End {
    let mut state = State::default();
    for event in events {
        state.apply(event, bidroom_tests::room::DEADLINE);
    }
    let row = |row: &bidroom_domain::opening::RowState| {
        let schedule = row.schedule.as_ref().map(|schedule| schedule.schedule.clone());
        (row.row.bidder.name.clone(), schedule, row.confirmed.is_some())
    };
    (state.phase, state.roster.iter().map(row).collect())
}

fn killed_at(kill_at: u64, expected: &End) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let first = play(folder.path(), kill_at);
    if first.status.success() {
        return false;
    }
    assert_eq!(first.status.signal(), Some(9), "{}", String::from_utf8_lossy(&first.stderr));
    if folder.path().join("room/data/room.sqlite").exists() {
        let left = events(folder.path());
        for (kind, count) in promised(folder.path()) {
            let there = left.iter().filter(|event| event.kind() == kind).count();
            assert!(
                there >= count,
                "killed at append {kill_at}: {count} × {kind} acknowledged, {there} there"
            );
        }
    }
    let second = play(folder.path(), 0);
    assert!(second.status.success(), "killed at {kill_at}: {}", String::from_utf8_lossy(&second.stderr));
    assert_eq!(outcome(&events(folder.path())), *expected, "killed at append {kill_at}");
    let trust = read_trust(&folder.path().join("trust")).unwrap();
    let archive = BufReader::new(File::open(folder.path().join("archive.zip")).unwrap());
    assert_eq!(
        verify(archive, Some(&trust)).unwrap().outcome(),
        Outcome::Sound,
        "killed at append {kill_at}"
    );
    true
}

#[test]
fn nothing_is_lost_wherever_the_power_fails() {
    let folder = tempfile::tempdir().unwrap();
    let whole = play(folder.path(), 0);
    assert!(whole.status.success(), "{}", String::from_utf8_lossy(&whole.stderr));
    let expected = outcome(&events(folder.path()));
    assert_eq!(expected.0, Phase::Closed);
    assert!(
        expected.1.iter().all(|(_, schedule, confirmed)| schedule.is_some() && *confirmed),
        "{expected:?}"
    );

    // Two at a time, as the machine has two cores.
    let next = std::sync::atomic::AtomicU64::new(1);
    let kills = std::sync::atomic::AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while killed_at(next.fetch_add(1, std::sync::atomic::Ordering::SeqCst), &expected) {
                    kills.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                }
            });
        }
    });
    let kills = kills.into_inner();
    assert!(kills > 25, "only {kills} appends were tried");
}
