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

use bidroom_domain::opening::{Command, Event, Outcome, Phase, Refusal, State, decide};
use bidroom_domain::{Actor, At, StaffRole};
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
    // One bidder's window stands still while shares are collected only, and nothing is closed while one does.
    for (when, event) in log {
        if matches!(event, Event::BidderHeld(_) | Event::BidderReleased(_)) {
            assert!(started.is_some_and(|started| started <= *when));
            assert!(closed.is_none_or(|closed| *when <= closed));
        }
    }
    assert!(closed.is_none() || state.held().next().is_none());
    // No window is ever shorter than the one that was announced.
    if let (Phase::Unlock, Some(clock)) = (state.phase, &state.unlock) {
        let announced = clock.started_at.plus_seconds(1800);
        assert!(
            clock.ends_at >= announced
                && state.roster.iter().all(|row| row.own_end.is_none_or(|own| own >= announced))
        );
    }
    // The opening ends only when every fate is decided and the supervisor has agreed with it.
    if state.phase == Phase::Closed {
        for row in state.roster.iter().filter(|row| !row.is_opened()) {
            let verdict = row.verdict.as_ref().expect("a verdict");
            assert!(row.decided.is_some() && verdict.contested.is_none(), "{row:?}");
        }
    }
    // What is signed can change no more: after the close there are signatures and absences, and nothing else.
    let ended = log.iter().position(|(_, event)| matches!(event, Event::SessionClosed(_)));
    for (place, (_, event)) in log.iter().enumerate() {
        let signing = matches!(event, Event::RecordSigned(_) | Event::SignatureMissed(_));
        assert_eq!(signing, ended.is_some_and(|ended| place > ended), "{event:?} at {place}");
    }
    for (place, signature) in state.signatures.iter().enumerate() {
        let staff = &state.lot.as_ref().unwrap().staff;
        assert!(staff.iter().any(|it| it.certificate == signature.certificate && it.role == signature.role));
        assert!(state.signatures[..place].iter().all(|other| other.certificate != signature.certificate));
    }
    // Officers are replaced before the deadline only, and there are always as many.
    for (when, event) in log {
        assert!(!matches!(event, Event::OfficersRedealt(_)) || *when < DEADLINE, "{event:?}");
    }
    assert!(state.lot.as_ref().is_none_or(|lot| lot.officers.len() == state.officers.len()));
    // While the time is in doubt nothing that opens happens.
    let mut doubt: Option<(u64, Vec<u8>)> = None;
    for (_, event) in log {
        match event {
            Event::ClockSet(set) => doubt = Some((set.step, Vec::new())),
            Event::ClockConfirmed(confirmed) => {
                let (step, by) = doubt.as_mut().expect("something to confirm");
                assert!(*step == confirmed.step && !by.contains(&confirmed.index), "{confirmed:?}");
                by.push(confirmed.index);
                doubt = doubt.filter(|(_, by)| by.len() < 2);
            }
            Event::DeadlinePassed(_)
            | Event::ShareAuthorised(_)
            | Event::UnlockStarted(_)
            | Event::ShareCollected(_)
            | Event::OpeningClosed(_) => assert!(doubt.is_none(), "{event:?} while the time was in doubt"),
            _ => {}
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
            // Everybody of the staff signs, each for itself.
            let staff_may_sign = matches!(command, Command::SignRecord { .. }) && stranger.staff().is_some();
            if !same_role && !room_may_stop && !staff_may_sign {
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
    assert!(matches!(refused, Err(Refusal::UnusableLot { .. })), "{refused:?}");
}

/// The state after the whole day, without its signatures.
fn closed() -> (World, State) {
    let (mut world, mut state) = (World::new(), State::default());
    for step in world::whole_day() {
        if !matches!(step, Step::Sign(..) | Step::Absent(_)) {
            let (by, command) = world.command(&state, step);
            for event in decide(&state, &by, command, world.now).unwrap_or_default() {
                state.apply(&event, world.now);
            }
        }
    }
    assert_eq!(state.phase, Phase::Closed);
    (world, state)
}

#[track_caller]
fn check_signing(before: &[Step], last: Step, expect: Result<&str, Refusal>) {
    let (mut world, mut state) = closed();
    for step in before {
        let (by, command) = world.command(&state, *step);
        for event in decide(&state, &by, command, world.now).unwrap() {
            state.apply(&event, world.now);
        }
    }
    let (by, command) = world.command(&state, last);
    let decided = decide(&state, &by, command, world.now);
    let kinds = decided.as_ref().map(|events| events.iter().map(Event::kind).collect::<Vec<_>>().join(" "));
    assert_eq!(kinds.as_deref().map_err(|refusal| (*refusal).clone()), expect);
}

#[test]
fn the_record_is_signed_once_by_each_and_an_absence_bars_nobody() {
    let (_, state) = closed();
    assert_eq!(state.awaited_roles().collect::<Vec<_>>(), StaffRole::ALL);
    let (at, record) = (state.session_closed.unwrap(), state.opened.unwrap().1);
    let (sign, absent) = (|n| Step::Sign(n, true), Step::Absent);

    for person in 0..3 {
        check_signing(&[], sign(person), Ok("record.signed"));
    }
    check_signing(&[sign(2), sign(1)], sign(0), Ok("record.signed"));
    check_signing(&[sign(1)], sign(1), Err(Refusal::AlreadySigned { name: "顾明远".into(), at }));
    check_signing(&[], Step::Sign(2, false), Err(Refusal::OtherRecord { record }));
    // A certificate that the lot does not name, whatever name and role it claims.
    check_signing(&[], sign(3), Err(Refusal::NotYourRole));

    check_signing(&[], absent(2), Ok("signature.missed"));
    check_signing(&[absent(2)], sign(2), Ok("record.signed"));
    let not_awaited = || Err(Refusal::NotAwaited { role: StaffRole::Supervisor });
    check_signing(&[absent(2)], absent(2), not_awaited());
    check_signing(&[sign(2)], absent(2), not_awaited());
}

#[test]
fn nothing_is_signed_before_the_record_is_fixed() {
    let (mut world, mut state) = (World::new(), State::default());
    for step in world::whole_day() {
        if state.phase == Phase::Closed {
            break;
        }
        for early in [Step::Sign(0, true), Step::Sign(2, true), Step::Absent(1)] {
            let (by, command) = world.command(&state, early);
            let refused = decide(&state, &by, command, world.now);
            assert_eq!(refused, Err(Refusal::WrongPhase { phase: state.phase }), "{early:?}");
        }
        let (by, command) = world.command(&state, step);
        for event in decide(&state, &by, command, world.now).unwrap_or_default() {
            state.apply(&event, world.now);
        }
    }
}
