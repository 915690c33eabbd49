//! Random sessions: whatever is tried in whatever order, the invariants hold after every event, events are written to
//! the log before they are applied, and the log alone gives the state back.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

mod world;

use bidroom_domain::opening::{Command, Event, Outcome, Phase, State, decide};
use bidroom_domain::{Actor, At};
use proptest::prelude::*;
use world::{DEADLINE, Step, World, lot};

/// What must hold in every state that can be reached.
fn check_invariants(log: &[(At, Event)], state: &State, at: At) {
    let find = |wanted: fn(&Event) -> bool| log.iter().find(|(_, event)| wanted(event)).map(|(at, _)| *at);
    let opened = find(|event| matches!(event, Event::OpeningOpened(_)));
    let closed = find(|event| matches!(event, Event::OpeningClosed(_)));
    let started = find(|event| matches!(event, Event::UnlockStarted(_)));
    let refused = find(|event| matches!(event, Event::OpeningRefused(_)));
    let deadline = find(|event| matches!(event, Event::DeadlinePassed(_)));

    // Nobody opens early.
    for later in [opened, closed, started, deadline].into_iter().flatten() {
        assert!(later >= DEADLINE, "{later:?} before the deadline");
    }
    // Nobody opens first: schedules appear in one event only, after the close, which needs M officers.
    let with_rows = log.iter().filter(|(_, event)| matches!(event, Event::OpeningOpened(_))).count();
    assert!(with_rows <= 1);
    assert!(opened.is_none() || closed.is_some());
    if closed.is_some() {
        assert!(state.authorised.len() >= 2, "closed with {} officers", state.authorised.len());
    }
    // Below the statutory number there is no opening.
    if refused.is_some() {
        assert!(opened.is_none() && started.is_none() && state.phase == Phase::Refused);
    }
    if opened.is_some() {
        assert!(state.roster.len() >= 3);
        for row in &state.roster {
            // A bid is opened exactly if its share was handed in.
            assert_eq!(row.collected.is_some(), row.outcome != Some(Outcome::NotUnlocked), "{row:?}");
            assert_eq!(row.is_opened(), row.schedule.is_some());
        }
    }
    // Each bidder is on the roster at most once, and numbers are 1..n.
    for (number, row) in (1..).zip(&state.roster) {
        assert_eq!(row.row.number, number);
        assert_eq!(
            state.roster.iter().filter(|other| other.row.bidder.code == row.row.bidder.code).count(),
            1
        );
        assert!(row.row.received_at < DEADLINE);
    }
    // The window: a share is never taken after its end unless the clock stood still.
    for (when, event) in log {
        if let (Event::ShareCollected(_), Some(closed)) = (event, closed) {
            assert!(*when <= closed);
        }
    }
    // Time in the log does not run backwards.
    assert!(log.windows(2).all(|pair| pair[0].0 <= pair[1].0));
    assert!(log.last().is_none_or(|(last, _)| *last <= at));
}

fn run(steps: Vec<Step>) -> World {
    let mut world = World::new();
    let mut log: Vec<(At, Event)> = Vec::new();
    let mut state = State::default();
    for step in steps {
        let (by, command) = world.command(&state, step);
        let before = state.clone();
        match decide(&state, &by, command, world.now) {
            Err(_) => assert_eq!(state, before, "a refusal changes nothing"),
            Ok(events) => {
                for event in events {
                    // The log's form first, as a store would do it: kind and fields, then back.
                    let again = Event::from_parts(event.kind(), event.fields().unwrap()).unwrap();
                    assert_eq!(again, event);
                    for path in event.private_paths() {
                        let fields = serde_json::Value::Object(event.fields().unwrap());
                        let pointer = format!("/{}", path.replace('.', "/"));
                        assert!(fields.pointer(&pointer).is_some(), "{path} is not in {}", event.kind());
                    }
                    log.push((world.now, event.clone()));
                    state.apply(&event, world.now);
                    check_invariants(&log, &state, world.now);
                }
            }
        }
    }
    let mut replayed = State::default();
    for (at, event) in &log {
        replayed.apply(event, *at);
    }
    assert_eq!(replayed, state, "the log alone gives the state");
    world.ended = Some((state, log.len()));
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn invariants_hold_whatever_is_tried(steps in prop::collection::vec(world::any_step(), 1..160)) {
        run(steps);
    }

    #[test]
    fn invariants_hold_on_the_way_of_a_real_day(steps in world::likely_day()) {
        run(steps);
    }
}

#[test]
fn a_likely_day_reaches_the_end() {
    let world = run(world::whole_day());
    let (state, entries) = world.ended.unwrap();
    assert_eq!(state.phase, Phase::Closed);
    assert!(entries > 30, "{entries}");
}

#[test]
fn nobody_but_the_owner_of_a_role_can_do_its_part() {
    let mut world = World::new();
    let mut state = State::default();
    for step in world::whole_day() {
        let (by, command) = world.command(&state, step);
        for stranger in [Actor::Room, world::host(), world::supervisor(), world::bidder(9), world::officer(1)]
        {
            let same_role = std::mem::discriminant(&stranger) == std::mem::discriminant(&by);
            let room_may_stop = matches!(command, Command::StopClock { .. }) && stranger == Actor::Room;
            if !same_role && !room_may_stop {
                assert!(
                    decide(&state, &stranger, command.clone(), world.now).is_err(),
                    "{stranger:?} {command:?}"
                );
            }
        }
        for event in decide(&state, &by, command, world.now).unwrap_or_default() {
            state.apply(&event, world.now);
        }
    }
}

#[test]
fn a_package_cannot_lower_the_statutory_number() {
    let mut low = lot();
    low.policy.minimum_bidders.value = 2;
    let created = world::created(low);
    let refused = decide(&State::default(), &world::host(), Command::CreateSession(Box::new(created)), At(0));
    assert!(matches!(refused, Err(bidroom_domain::opening::Refusal::UnusableLot { .. })), "{refused:?}");
}
