//! The rules of the officers' ceremony and of bidders' locks: who may do what until when, and that a no changes nothing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

#[allow(dead_code, reason = "every program that includes this file uses a part of it")]
mod world;

use bidroom_domain::opening::{Command, Event, OfficersRedealt, Phase, Refusal, State, decide};
use bidroom_domain::{Actor, At, Officer};
use world::{DEADLINE, Step, World, bidder, digest, lot, officer};

/// The state after the first steps of a day, at the time of the last.
fn after(steps: &[Step]) -> (State, World) {
    let (mut world, mut state) = (World::new(), State::default());
    for step in steps {
        let (by, command) = world.command(&state, *step);
        for event in decide(&state, &by, command, world.now).unwrap() {
            state.apply(&event, world.now);
        }
    }
    (state, world)
}

fn receiving() -> (State, World) {
    after(&[
        Step::Create,
        Step::Publish,
        Step::Receive(1, true),
        Step::Receive(2, true),
        Step::Receive(3, true),
    ])
}

fn act(state: &mut State, by: &Actor, command: Command, at: At) -> Result<Vec<Event>, Refusal> {
    let events = decide(state, by, command, at)?;
    for event in &events {
        state.apply(event, at);
    }
    Ok(events)
}

fn successors() -> Vec<Officer> {
    let mut officers = lot().officers;
    officers[2].name = "新授权人".into();
    officers[2].certificate = digest("new sign");
    officers[2].encryption_certificate = digest("new encrypt");
    officers
}

fn agreement(index: u8, version: u32, officers: Vec<Officer>) -> Command {
    Command::AgreeReplacement {
        index,
        version,
        officers,
        lock_tail: "31C8".into(),
        packages: digest("packages"),
        statement: digest(&format!("agreement {index}")),
    }
}

fn redealt(agreed: Vec<u8>, version: u32) -> Command {
    Command::RedealOfficers(OfficersRedealt {
        version,
        redeal: digest("redeal"),
        from: digest("first deal"),
        deal: digest("second deal"),
        agreed,
        officers: successors(),
    })
}

#[track_caller]
fn refused(state: &State, by: &Actor, command: Command, at: At, expect: impl FnOnce(&Refusal) -> bool) {
    match decide(state, by, command, at) {
        Err(refusal) => assert!(expect(&refusal), "{refusal:?}"),
        Ok(events) => panic!("{events:?}"),
    }
}

#[test]
fn two_of_three_officers_replace_the_third_and_only_then() {
    let (mut state, world) = receiving();
    let at = world.now;
    act(&mut state, &officer(1), agreement(1, 2, successors()), at).unwrap();
    refused(&state, &Actor::Room, redealt(vec![1], 2), at, |it| {
        matches!(it, Refusal::TooFewAgreed { agreed: 1, .. })
    });
    refused(&state, &Actor::Room, redealt(vec![1, 2], 2), at, |it| {
        matches!(it, Refusal::TooFewAgreed { .. })
    });
    refused(&state, &officer(1), agreement(1, 2, successors()), at, |it| {
        matches!(it, Refusal::AlreadyAgreed { .. })
    });
    refused(&state, &officer(1), agreement(2, 2, successors()), at, |it| matches!(it, Refusal::NotYourRole));
    refused(&state, &bidder(1), agreement(1, 2, successors()), at, |it| matches!(it, Refusal::NotYourRole));
    refused(&state, &officer(2), agreement(2, 3, successors()), at, |it| {
        matches!(it, Refusal::OtherDealing { version: 1 })
    });
    act(&mut state, &officer(2), agreement(2, 2, successors()), at).unwrap();
    assert_eq!(state.due_replacement().map(|(_, agreed)| agreed), Some(vec![1, 2]));
    refused(&state, &officer(1), redealt(vec![1, 2], 2), at, |it| matches!(it, Refusal::NotYourRole));
    act(&mut state, &Actor::Room, redealt(vec![1, 2], 2), at).unwrap();
    assert_eq!((state.dealing, state.officer(3).unwrap().name.as_str()), (2, "新授权人"));
    assert!(state.agreements.is_empty());

    // What was agreed to the dealing before is void, and the one who left is no officer.
    refused(&state, &officer(1), agreement(1, 2, lot().officers), at, |it| {
        matches!(it, Refusal::OtherDealing { version: 2 })
    });
    let old = Command::AuthoriseShare { index: 3, lock_tail: "31C8".into(), statement: digest("s") };
    let (mut late, at) = (state.clone(), DEADLINE);
    act(&mut late, &Actor::Room, Command::Tick, at).unwrap();
    refused(&late, &officer(3), old.clone(), at, |it| matches!(it, Refusal::NotYourRole));
    let new = Actor::Officer { index: 3, name: "新授权人".into() };
    act(&mut late, &new, old, at).unwrap();
    refused(&late, &officer(1), agreement(1, 3, lot().officers), at, |it| {
        matches!(it, Refusal::ReplacementClosed { .. })
    });
    // Who was an officer when, for whoever reads the log later.
    let then: Vec<_> = state.officers_at(At(world.now.0 - 1)).map(|it| it.name.clone()).collect();
    assert!(then.contains(&"授权人3".to_owned()) && !then.contains(&"新授权人".to_owned()), "{then:?}");
}

#[test]
fn lists_of_officers_that_do_not_follow_are_refused() {
    let (state, world) = receiving();
    type Change = fn(&mut Vec<Officer>);
    let cases: [(&str, Change); 6] = [
        ("nobody", |officers| *officers = lot().officers),
        ("indexes", |officers| drop(officers.pop())),
        ("indexes", |officers| officers[2].index = 4),
        ("stands twice", |officers| officers[2].encryption_certificate = digest("encrypt 1")),
        ("names", |officers| officers[2].name = officers[1].name.clone()),
        ("names", |officers| officers[2].name = " ".into()),
    ];
    for (expect, change) in cases {
        let mut officers = successors();
        change(&mut officers);
        refused(&state, &officer(1), agreement(1, 2, officers), world.now, |it| match it {
            Refusal::UnusableOfficers { what } => what.contains(expect),
            _ => false,
        });
    }
}

#[test]
fn a_clock_that_was_set_holds_the_deadline_until_two_officers_confirmed() {
    let (mut state, world) = receiving();
    let confirm = |index: u8, step: u64, said: At| Command::ConfirmTime {
        index,
        step,
        said,
        lock_tail: "31C8".into(),
        statement: digest("time"),
    };
    let at = world.now;
    refused(&state, &officer(1), confirm(1, 1, at), at, |it| matches!(it, Refusal::NothingToConfirm));
    act(&mut state, &Actor::Room, Command::DoubtClock { step: 4, millis: -9000 }, at).unwrap();
    assert!(
        act(&mut state, &Actor::Room, Command::DoubtClock { step: 4, millis: -9000 }, at).unwrap().is_empty()
    );
    assert!(act(&mut state, &Actor::Room, Command::Tick, DEADLINE).unwrap().is_empty(), "no deadline yet");
    refused(&state, &officer(1), confirm(1, 3, at), at, |it| matches!(it, Refusal::NothingToConfirm));
    refused(&state, &officer(1), confirm(1, 4, At(at.0 - 300_001)), at, |it| {
        matches!(it, Refusal::StaleTime { .. })
    });
    act(&mut state, &officer(1), confirm(1, 4, at), at).unwrap();
    refused(&state, &officer(1), confirm(1, 4, at), at, |it| matches!(it, Refusal::TimeConfirmed { .. }));
    assert!(state.clock_in_doubt().is_some());
    act(&mut state, &officer(3), confirm(3, 4, at), at).unwrap();
    assert!(state.clock_in_doubt().is_none());
    assert_eq!(act(&mut state, &Actor::Room, Command::Tick, DEADLINE).unwrap().len(), 2);

    // Again, while officers authorise: nothing of the opening goes on.
    act(&mut state, &Actor::Room, Command::DoubtClock { step: 5, millis: 3000 }, DEADLINE).unwrap();
    let share = Command::AuthoriseShare { index: 1, lock_tail: "31C8".into(), statement: digest("s") };
    refused(&state, &officer(1), share.clone(), DEADLINE, |it| {
        matches!(it, Refusal::ClockInDoubt { millis: 3000, confirmed: 0, needed: 2 })
    });
    for index in [1, 2] {
        act(&mut state, &officer(index), confirm(index, 5, DEADLINE), DEADLINE).unwrap();
    }
    act(&mut state, &officer(1), share, DEADLINE).unwrap();
}

#[test]
fn locks_are_probed_for_what_is_sealed_to_them_and_packages_follow_each_other() {
    let (mut state, world) = receiving();
    let at = world.now;
    let bid = state.standing.values().next().unwrap().bid;
    let probe = |bid| Command::ProbeLock {
        bid,
        lock: digest("lock"),
        lock_tail: "55B2".into(),
        challenge: digest("challenge"),
        statement: digest("statement"),
    };
    refused(&state, &bidder(7), probe(bid), at, |it| matches!(it, Refusal::NoBid));
    refused(&state, &bidder(1), probe(digest("another")), at, |it| {
        matches!(it, Refusal::StaleReplacement { .. })
    });
    assert_eq!(act(&mut state, &bidder(1), probe(bid), at).unwrap().len(), 1);
    assert!(act(&mut state, &bidder(1), probe(bid), at.plus_millis(59_999)).unwrap().is_empty());
    assert_eq!(act(&mut state, &bidder(1), probe(bid), at.plus_millis(60_000)).unwrap().len(), 1);

    let rewrap = |version, packages: &str| Command::ReplacePackages {
        bid,
        packages: digest(packages),
        version,
        added: vec![digest("new lock")],
        record: digest("record"),
    };
    refused(&state, &bidder(1), rewrap(1, "second"), at, |it| {
        matches!(it, Refusal::OtherPackages { version: 1 })
    });
    act(&mut state, &bidder(1), rewrap(2, "second"), at).unwrap();
    refused(&state, &bidder(1), rewrap(2, "again"), at, |it| {
        matches!(it, Refusal::OtherPackages { version: 2 })
    });
    let standing = state.standing.values().next().unwrap();
    assert_eq!((standing.packages, standing.version, standing.bid), (digest("second"), 2, bid));
    act(&mut state, &Actor::Room, Command::Tick, DEADLINE).unwrap();
    refused(&state, &bidder(1), rewrap(3, "third"), DEADLINE, |it| matches!(it, Refusal::TooLate { .. }));
    refused(&state, &bidder(1), probe(bid), DEADLINE, |it| matches!(it, Refusal::TooLate { .. }));
}

#[test]
fn a_device_is_lost_once_and_the_other_one_serves() {
    let (mut state, world) = receiving();
    let at = world.now;
    let lose = |device: &str| Command::LoseDevice { device: device.into() };
    refused(&state, &Actor::Room, lose("third"), at, |it| matches!(it, Refusal::UnknownDevice { .. }));
    refused(&state, &officer(1), lose("main"), at, |it| matches!(it, Refusal::NotYourRole));
    let events = act(&mut state, &Actor::Room, lose("main"), at).unwrap();
    assert!(matches!(&events[..], [Event::DeviceLost(lost)] if lost.serving.as_deref() == Some("standby")));
    assert!(act(&mut state, &Actor::Room, lose("main"), at).unwrap().is_empty());
    let events = act(&mut state, &Actor::Room, lose("standby"), at).unwrap();
    assert!(matches!(&events[..], [Event::DeviceLost(lost)] if lost.serving.is_none()));
    let back = Command::ReturnDevice { device: "main".into() };
    assert_eq!(act(&mut state, &Actor::Room, back.clone(), at).unwrap().len(), 1);
    assert!(act(&mut state, &Actor::Room, back, at).unwrap().is_empty());
}

#[test]
fn keys_are_published_with_the_proof_that_every_device_has_them() {
    let (mut world, mut state) = (World::new(), State::default());
    let (by, create) = world.command(&state, Step::Create);
    act(&mut state, &by, create, world.now).unwrap();
    let (by, publish) = world.command(&state, Step::Publish);
    let Command::PublishKeys(mut keys) = publish.clone() else { panic!("{publish:?}") };
    let events = decide(&state, &by, publish, world.now).unwrap();
    assert!(matches!(&events[..], [Event::KeysPublished(_), Event::StandbyProved(proved)]
        if proved.devices == ["main", "standby"]));
    keys.devices.truncate(1);
    refused(&state, &by, Command::PublishKeys(keys.clone()), world.now, |it| {
        matches!(it, Refusal::StandbyMissing { .. })
    });
    state.lot.as_mut().unwrap().policy.standby_required.value = false;
    let events = decide(&state, &by, Command::PublishKeys(keys), world.now).unwrap();
    assert!(matches!(&events[..], [Event::KeysPublished(_), Event::StandbyMissing(missing)]
        if missing.device == "main" && !missing.clause.is_empty()));
    assert_eq!(state.phase, Phase::Prepare);
}
