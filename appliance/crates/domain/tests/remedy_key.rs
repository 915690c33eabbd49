//! The remedy key by the rules alone: who may do what, in which order, and that fewer than M parts are no share.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

#[allow(dead_code, reason = "every program that includes this file uses a part of it")]
mod world;

use bidroom_canon::Sm3Digest;
use bidroom_domain::opening::{Command, Event, LockKind, LockTag, Phase, Refusal, Remedy, State, decide};
use bidroom_domain::{Actor, At, Figure, LotFacts, RemedyKey, Trustee, check_remedy_key};
use proptest::prelude::*;
use world::{DEADLINE, Step, World, bidder, digest, firm, host, officer, supervisor, tenderer};

fn trustee(index: u8) -> Trustee {
    Trustee {
        index,
        name: format!("受托人{index}"),
        code: None,
        certificate: digest(&format!("trustee signs {index}")),
        encryption_certificate: digest(&format!("trustee opens {index}")),
    }
}

fn actor(index: u8) -> Actor {
    Actor::Trustee { index, name: format!("受托人{index}") }
}

/// A lot with a remedy key of two of three.
fn declared() -> LotFacts {
    let mut lot = world::lot();
    lot.policy.remedies = Some(Figure::new(vec![Remedy::RemedyKey], "招标文件 5.5"));
    let key = RemedyKey { threshold: 2, trustees: (1..=3).map(trustee).collect() };
    lot.policy.remedy_key = Some(Figure::new(key, "招标文件 5.5.3"));
    lot
}

fn minutes(n: u32) -> At {
    DEADLINE.plus_seconds(60 * n)
}

/// Four bidders, collecting has begun; with the remedy key declared.
fn unlocking() -> State {
    let (mut world, mut state) = (World::new(), State::default());
    let mut steps = vec![Step::Create, Step::Publish];
    steps.extend((1..=4).map(|n| Step::Receive(n, true)));
    steps.extend([Step::WaitForDeadline, Step::Authorise(1), Step::Authorise(2), Step::StartUnlock]);
    for step in steps {
        let (by, command) = world.command(&state, step);
        for event in decide(&state, &by, command, world.now).unwrap() {
            state.apply(&event, world.now);
        }
    }
    assert_eq!(state.phase, Phase::Unlock);
    state.lot = Some(declared());
    state
}

fn ask(state: &State, n: u8, attempt: u32) -> Command {
    Command::AskRemedyKey {
        attempt,
        bid: state.row(&firm(n).code).unwrap().row.bid,
        lock: LockTag { kind: LockKind::Main, authority: "云州CA".into(), tail: "9E41".into() },
        reason: "两把锁均已损坏".into(),
        statement: request(n),
    }
}

fn request(n: u8) -> Sm3Digest {
    digest(&format!("request {n}"))
}

fn allow(n: u8) -> Command {
    Command::AllowRemedyKey { bidder: firm(n).code, request: request(n), reason: "柜台核实".into() }
}

fn agree(n: u8) -> Command {
    let statement = digest("agreement");
    Command::AgreeRemedyKey { bidder: firm(n).code, request: request(n), lock_tail: "31C8".into(), statement }
}

fn give(state: &State, n: u8, index: u8) -> Command {
    Command::GiveRemedyPart {
        bidder: firm(n).code,
        index,
        attempt: 1,
        bid: state.row(&firm(n).code).unwrap().row.bid,
        request: request(n),
        lock_tail: "7F10".into(),
        statement: digest(&format!("part {index}")),
        packages: digest(&format!("packages {index}")),
    }
}

#[track_caller]
fn done(state: &mut State, by: &Actor, command: Command, at: At) -> Vec<Event> {
    let events = decide(state, by, command, at).unwrap();
    for event in &events {
        state.apply(event, at);
    }
    events
}

#[track_caller]
fn refused(state: &State, by: &Actor, command: Command, at: At) -> Refusal {
    decide(state, by, command, at).unwrap_err()
}

#[test]
fn each_step_follows_the_one_before_and_is_its_own_role_s() {
    let (mut state, at) = (unlocking(), minutes(1));
    let parts = |state: &State, n| refused(state, &actor(1), give(state, n, 1), at);
    assert_eq!(refused(&state, &host(), allow(1), at), Refusal::RemedyNotAsked);
    assert_eq!(refused(&state, &supervisor(), agree(1), at), Refusal::RemedyNotAsked);
    assert_eq!(parts(&state, 1), Refusal::RemedyNotAsked);
    for by in [host(), supervisor(), actor(1), officer(1), Actor::Room] {
        assert_eq!(refused(&state, &by, ask(&state, 1, 1), at), Refusal::NotYourRole, "{by:?}");
    }
    let bid = state.row(&firm(1).code).unwrap().row.bid;
    let other = Refusal::OtherBidOrAttempt { attempt: 1, bid };
    assert_eq!(refused(&state, &bidder(1), ask(&state, 1, 2), at), other);
    assert_eq!(refused(&state, &bidder(1), ask(&state, 2, 1), at), other);

    let asked = ask(&state, 1, 1);
    done(&mut state, &bidder(1), asked, at);
    assert_eq!(refused(&state, &bidder(1), ask(&state, 1, 1), at), Refusal::RemedyAsked { at });
    assert_eq!(refused(&state, &supervisor(), agree(1), at), Refusal::RemedyNotAgreed);
    assert_eq!(parts(&state, 1), Refusal::RemedyNotAgreed);
    for by in [bidder(1), supervisor(), actor(1), Actor::Room] {
        assert_eq!(refused(&state, &by, allow(1), at), Refusal::NotYourRole, "{by:?}");
    }
    let other =
        Command::AllowRemedyKey { bidder: firm(1).code, request: request(2), reason: "柜台核实".into() };
    assert_eq!(refused(&state, &host(), other, at), Refusal::RemedyNotAsked);

    done(&mut state, &host(), allow(1), at);
    assert_eq!(refused(&state, &host(), allow(1), at), Refusal::RemedyAnswered { at });
    assert_eq!(parts(&state, 1), Refusal::RemedyNotAgreed);
    for by in [bidder(1), host(), tenderer(), world::staff(3), actor(1)] {
        assert_eq!(refused(&state, &by, agree(1), at), Refusal::NotYourRole, "{by:?}");
    }

    done(&mut state, &supervisor(), agree(1), at);
    assert_eq!(refused(&state, &supervisor(), agree(1), at), Refusal::RemedyAnswered { at });
    let stranger = Actor::Trustee { index: 1, name: "外人".into() };
    for by in [bidder(1), host(), supervisor(), officer(1), actor(2), stranger] {
        assert_eq!(refused(&state, &by, give(&state, 1, 1), at), Refusal::NotYourRole, "{by:?}");
    }
    let beyond = Actor::Trustee { index: 4, name: "受托人4".into() };
    assert_eq!(refused(&state, &beyond, give(&state, 1, 4), at), Refusal::NotYourRole);
    // What was agreed is agreed for this bidder.
    assert_eq!(parts(&state, 2), Refusal::RemedyNotAsked);
}

#[test]
fn the_last_part_brings_the_share_and_no_part_before_does() {
    let (mut state, at) = (unlocking(), minutes(1));
    let asked = ask(&state, 1, 1);
    done(&mut state, &bidder(1), asked, at);
    done(&mut state, &host(), allow(1), at);
    done(&mut state, &supervisor(), agree(1), at);
    let first = give(&state, 1, 3);
    let events = done(&mut state, &actor(3), first, at);
    assert!(matches!(events.as_slice(), [Event::RemedyPartGiven(_)]), "{events:?}");
    let name = "受托人3".to_owned();
    assert_eq!(refused(&state, &actor(3), give(&state, 1, 3), at), Refusal::PartGiven { name, at });
    let late = refused(&state, &actor(1), give(&state, 1, 1), minutes(30));
    assert!(matches!(late, Refusal::WindowEnded { .. }), "{late:?}");
    let last = give(&state, 1, 1);
    let events = done(&mut state, &actor(1), last, minutes(2));
    let [Event::RemedyPartGiven(_), Event::ShareCollected(collected)] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!((collected.remedy, collected.statement), (Some(Remedy::RemedyKey), request(1)));
    let over = refused(&state, &actor(2), give(&state, 1, 2), minutes(3));
    assert_eq!(over, Refusal::AlreadyCollected { at: minutes(2) });
}

#[test]
fn the_share_cannot_be_handed_in_as_the_bidder_s_own() {
    let state = unlocking();
    let bid = state.row(&firm(1).code).unwrap().row.bid;
    let lock = LockTag { kind: LockKind::Main, authority: "云州CA".into(), tail: "9E41".into() };
    let (statement, packages) = (digest("statement"), digest("share"));
    let remedy = Some(Remedy::RemedyKey);
    let collect = Command::CollectShare { lock, attempt: 1, bid, statement, packages, remedy };
    assert_eq!(refused(&state, &bidder(1), collect, minutes(1)), Refusal::RemedyNotDeclared);
}

#[test]
fn without_the_tender_document_there_is_nothing_to_ask_for() {
    let mut state = unlocking();
    state.lot = Some(world::lot());
    assert_eq!(refused(&state, &bidder(1), ask(&state, 1, 1), minutes(1)), Refusal::RemedyNotDeclared);
    assert_eq!(refused(&state, &actor(1), give(&state, 1, 1), minutes(1)), Refusal::RemedyNotDeclared);
}

#[test]
fn a_trustee_neither_bids_nor_becomes_an_officer() {
    let mut lot = declared();
    lot.policy.remedy_key.as_mut().unwrap().value.trustees[0].code = Some(firm(1).code);
    let (mut world, mut state) = (World::new(), State::default());
    for step in [Step::Create, Step::Publish] {
        let (by, command) = world.command(&state, step);
        for event in decide(&state, &by, command, world.now).unwrap() {
            state.apply(&event, world.now);
        }
    }
    state.lot = Some(lot.clone());
    let (by, command) = world.command(&state, Step::Receive(1, true));
    assert_eq!(refused(&state, &by, command, world.now), Refusal::TrusteeBids);
    let mut officers = lot.officers.clone();
    officers[2].name = "受托人2".into();
    officers[2].certificate = trustee(2).certificate;
    let agreed = Command::AgreeReplacement {
        index: 1,
        version: 2,
        officers,
        lock_tail: "31C8".into(),
        packages: digest("packages"),
        statement: digest("statement"),
    };
    let no = refused(&state, &officer(1), agreed, world.now);
    assert!(matches!(no, Refusal::UnusableOfficers { .. }), "{no:?}");
}

#[test]
fn who_may_be_a_trustee() {
    assert_eq!(check_remedy_key(&world::lot()), Ok(()));
    assert_eq!(check_remedy_key(&declared()), Ok(()));
    #[track_caller]
    fn wrong(what: &str, change: impl FnOnce(&mut LotFacts, &mut RemedyKey)) {
        let mut lot = declared();
        let mut key = lot.policy.remedy_key.take().unwrap();
        change(&mut lot, &mut key.value);
        lot.policy.remedy_key = Some(key);
        let found = check_remedy_key(&lot).unwrap_err();
        assert!(found.contains(what), "{found}");
    }
    wrong("an officer is a trustee", |lot, key| key.trustees[0].certificate = lot.officers[1].certificate);
    wrong("an officer is a trustee", |lot, key| {
        key.trustees[0].encryption_certificate = lot.officers[1].encryption_certificate;
    });
    wrong("a member of staff", |lot, key| key.trustees[1].certificate = lot.staff[0].certificate);
    wrong("stands twice", |_, key| key.trustees[1].certificate = key.trustees[0].certificate);
    wrong("stands twice", |_, key| key.trustees[1].name = key.trustees[0].name.clone());
    wrong("1 of 3", |_, key| key.threshold = 1);
    wrong("3 of 3", |_, key| key.threshold = 3);
    wrong("2 of 17", |_, key| key.trustees = (1..=17).map(trustee).collect());
    wrong("not 1..N", |_, key| key.trustees[2].index = 4);
    wrong("does not name it", |lot, _| lot.policy.remedies = None);
    let mut lot = declared();
    lot.policy.remedy_key.as_mut().unwrap().clause.clear();
    assert!(check_remedy_key(&lot).unwrap_err().contains("clause"));
    lot.policy.remedy_key = None;
    assert!(check_remedy_key(&lot).unwrap_err().contains("not given"));
}

proptest! {
    /// Whatever is tried in whatever order: no share without the bidder's request, the host's and the supervisor's
    /// agreement with it, and two different trustees, all within the window.
    #[test]
    fn no_share_without_all_of_them(steps in prop::collection::vec((0_u8..8, 1_u8..=3, 0_u32..35), 0..40)) {
        let mut state = unlocking();
        let mut now = minutes(0);
        for (what, who, minute) in steps {
            now = now.max(minutes(minute));
            let (by, command) = match what {
                0 => (bidder(who), ask(&state, 1, 1)),
                1 => (host(), allow(1)),
                2 => (supervisor(), agree(1)),
                3 => (host(), agree(1)),
                4 => (actor(who), give(&state, 1, who % 3 + 1)),
                _ => (actor(who), give(&state, 1, who)),
            };
            let before = state.clone();
            if let Ok(events) = decide(&state, &by, command, now) {
                for event in &events {
                    state.apply(event, now);
                }
            }
            let row = state.row(&firm(1).code).unwrap();
            let Some(collected) = &row.collected else { continue };
            let remedy = row.remedy.as_ref().unwrap();
            prop_assert!(remedy.allowed.is_some() && remedy.agreed.is_some() && remedy.parts.len() == 2);
            prop_assert!(collected.at < minutes(30));
            if before.row(&firm(1).code).unwrap().collected.is_some() {
                prop_assert_eq!(&before.row(&firm(1).code).unwrap().collected, &row.collected);
            }
        }
    }
}
