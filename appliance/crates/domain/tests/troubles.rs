//! When unlocking fails: windows of single bidders, time that is given back, what is proposed, who decides.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

#[allow(dead_code, reason = "every program that includes this file uses a part of it")]
mod world;

use bidroom_domain::opening::{
    BidOutcome, Command, Event, FailureCause, Fate, Ground, OpeningClosed, OpeningOpened, Outcome, Phase,
    Proposed, Refusal, Remedy, RoomPart, Side, State, Trouble, decide, opening_conditions, proposal,
};
use bidroom_domain::{Actor, At, Figure};
use proptest::prelude::*;
use world::{DEADLINE, Step, World, bidder, firm, host};

/// Four bidders, collecting has begun at the deadline.
fn unlocking() -> (World, State) {
    let (mut world, mut state) = (World::new(), State::default());
    let mut steps = vec![Step::Create, Step::Publish];
    steps.extend((1..=4).map(|n| Step::Receive(n, true)));
    steps.extend([Step::WaitForDeadline, Step::Authorise(1), Step::Authorise(2), Step::StartUnlock]);
    for step in steps {
        play(&mut world, &mut state, step).unwrap();
    }
    assert_eq!(state.phase, Phase::Unlock);
    (world, state)
}

fn play(world: &mut World, state: &mut State, step: Step) -> Result<Vec<Event>, Refusal> {
    let (by, command) = world.command(state, step);
    done(state, &by, command, world.now)
}

fn done(state: &mut State, by: &Actor, command: Command, at: At) -> Result<Vec<Event>, Refusal> {
    let events = decide(state, by, command, at)?;
    for event in &events {
        state.apply(event, at);
    }
    Ok(events)
}

fn minutes(n: u32) -> At {
    DEADLINE.plus_seconds(60 * n)
}

fn report(n: u8, trouble: Trouble) -> Command {
    Command::ReportTrouble { bidder: firm(n).code, trouble }
}

const OUTAGE: Trouble = Trouble::RoomFault { part: RoomPart::Custody, millis: 60_000 };

fn hold(n: u8) -> Command {
    Command::HoldBidder { bidder: firm(n).code, reason: "柜台电脑故障".into() }
}

fn release(n: u8) -> Command {
    Command::ReleaseBidder { bidder: firm(n).code }
}

/// Collecting is over and nobody was unlocked.
fn over(state: &mut State, at: At) {
    let closed = OpeningClosed {
        attempt: 1,
        cause: bidroom_domain::opening::CloseCause::WindowEnded,
        officers: vec![1, 2],
        opens: Vec::new(),
        missing: state.roster.iter().map(|row| row.row.bidder.code.clone()).collect(),
    };
    state.apply(&closed.into(), at);
    let outcomes = state.roster.iter().map(|row| BidOutcome {
        number: row.row.number,
        bidder: row.row.bidder.code.clone(),
        outcome: Outcome::NotUnlocked,
    });
    let outcomes = outcomes.collect();
    let opened =
        OpeningOpened { attempt: 1, outcomes, table: world::digest("table"), rows: Default::default() };
    state.apply(&opened.into(), at);
}

#[test]
fn one_window_stands_still_and_the_others_run_on() {
    let (mut world, mut state) = unlocking();
    for n in [2, 3] {
        play(&mut world, &mut state, Step::Collect(n)).unwrap();
    }
    done(&mut state, &host(), hold(1), minutes(10)).unwrap();
    assert_eq!(done(&mut state, &host(), hold(1), minutes(11)), Err(Refusal::WindowStands { held: true }));
    // The fourth's window ends at 30 minutes; the first one's stands.
    world.now = minutes(31);
    let ended = play(&mut world, &mut state, Step::Collect(4));
    assert!(matches!(ended, Err(Refusal::WindowEnded { ended, .. }) if ended == minutes(30)), "{ended:?}");
    let close = done(&mut state, &host(), Command::CloseUnlock, minutes(32));
    assert!(matches!(close, Err(Refusal::BiddersHeld { bidders: 1, .. })), "{close:?}");
    assert_eq!(done(&mut state, &Actor::Room, Command::Tick, minutes(200)), Ok(Vec::new()));
    assert!(opening_conditions(&state, minutes(32)).iter().any(|it| !it.met));

    done(&mut state, &host(), release(1), minutes(40)).unwrap();
    assert_eq!(
        done(&mut state, &host(), release(1), minutes(40)),
        Err(Refusal::WindowStands { held: false })
    );
    let close = done(&mut state, &host(), Command::CloseUnlock, minutes(41));
    let left = 19 * 60_000;
    assert!(
        matches!(close, Err(Refusal::StillCollecting { missing: 2, remaining_millis, .. }) if remaining_millis == left),
        "{close:?}"
    );
    // A stop of all windows lengthens this one by as much.
    assert!(matches!(
        done(&mut state, &host(), Command::StopClock { reason: "停".into() }, minutes(45)),
        Err(Refusal::WindowEnded { .. })
    ));
    assert!(done(&mut state, &Actor::Room, Command::Tick, minutes(59)).unwrap().is_empty());
    world.now = minutes(59);
    play(&mut world, &mut state, Step::Collect(1)).unwrap();
    let closed = done(&mut state, &Actor::Room, Command::Tick, minutes(61)).unwrap();
    assert_eq!(closed[0].kind(), "opening.closed");
}

#[test]
fn a_stop_of_all_lengthens_the_windows_of_single_bidders_too() {
    let (_, mut state) = unlocking();
    done(&mut state, &host(), hold(1), minutes(10)).unwrap();
    done(&mut state, &host(), release(1), minutes(15)).unwrap();
    let stop = || Command::StopClock { reason: "换用备机".into() };
    done(&mut state, &host(), stop(), minutes(20)).unwrap();
    // Held and released while everything stands: nothing is counted twice.
    done(&mut state, &host(), hold(2), minutes(21)).unwrap();
    done(&mut state, &host(), release(2), minutes(24)).unwrap();
    assert_eq!(done(&mut state, &Actor::Room, Command::ResumeClock, minutes(25)), Err(Refusal::NotYourRole));
    done(&mut state, &host(), Command::ResumeClock, minutes(25)).unwrap();
    let ends = |state: &State, n: u8| {
        let row = state.row(&firm(n).code).unwrap();
        row.own_end.unwrap_or(state.unlock.as_ref().unwrap().ends_at)
    };
    assert_eq!([1, 2, 3].map(|n| ends(&state, n)), [minutes(40), minutes(35), minutes(35)]);
}

#[test]
fn what_the_room_gives_back_is_given_back_once_and_only_what_was_lost() {
    let (_, mut state) = unlocking();
    let all = |since: At| Command::MakeUpClock { reason: "密码机故障".into(), since };
    let one = |since: At| Command::MakeUpBidder { bidder: firm(1).code, reason: "排队".into(), since };
    let room = Actor::Room;
    let ends = |state: &State| state.unlock.as_ref().unwrap().ends_at;
    // Longer than the window: as if the clock had been stopped when the fault began.
    let events = done(&mut state, &room, all(minutes(20)), minutes(50)).unwrap();
    assert_eq!(events.iter().map(Event::kind).collect::<Vec<_>>(), ["clock.stopped", "clock.resumed"]);
    assert_eq!(ends(&state), minutes(60));
    // A wait that began before that is given back from there on only.
    done(&mut state, &room, one(minutes(15)), minutes(55)).unwrap();
    assert_eq!(state.row(&firm(1).code).unwrap().own_end, Some(minutes(65)));
    assert_eq!(done(&mut state, &room, one(minutes(15)), minutes(55)), Ok(Vec::new()));
    assert_eq!(done(&mut state, &room, all(minutes(55)), minutes(55)), Ok(Vec::new()));
    // Nothing is given back of a window that had ended before.
    let late = done(&mut state, &room, all(minutes(66)), minutes(70));
    assert!(matches!(late, Err(Refusal::WindowEnded { .. })), "{late:?}");
    for by in [host(), bidder(1)] {
        assert_eq!(done(&mut state, &by, one(minutes(50)), minutes(56)), Err(Refusal::NotYourRole));
    }
}

#[test]
fn reports_are_bounded_and_everybody_speaks_for_itself() {
    let (_, mut state) = unlocking();
    let at = minutes(1);
    let wrong =
        |by: &Actor, n: u8, trouble: Trouble, state: &State| decide(state, by, report(n, trouble), at);
    for (by, n, trouble) in [
        (bidder(1), 2, Trouble::NoLock {}),
        (bidder(1), 1, OUTAGE),
        (bidder(1), 1, Trouble::QueueWait { millis: 90_000 }),
        (bidder(1), 1, Trouble::ClockStopped { reason: "停".into() }),
        (bidder(1), 1, Trouble::Held { reason: "停".into() }),
        (Actor::Room, 1, Trouble::PinLocked {}),
        (Actor::Room, 1, Trouble::Held { reason: "停".into() }),
        (host(), 1, Trouble::NoLock {}),
    ] {
        assert_eq!(wrong(&by, n, trouble, &state), Err(Refusal::NotYourRole));
    }
    for trouble in [
        Trouble::Device { code: " ".into() },
        Trouble::Device { code: "码".repeat(65) },
        Trouble::Device { code: "a\nb".into() },
        Trouble::Connection { millis: -1 },
        Trouble::WrongLock { present: "55B2X".into(), sealed_to: vec![] },
        Trouble::WrongLock { present: "55B2".into(), sealed_to: vec!["55B2".into(); 17] },
    ] {
        let refused = wrong(&bidder(1), 1, trouble, &state);
        assert!(matches!(refused, Err(Refusal::UnusableReport { .. })), "{refused:?}");
    }
    // Said twice is said once, and a page in a loop does not fill the log.
    let mut recorded = 0;
    for left in (0..40).flat_map(|left| [left, left]) {
        recorded += done(&mut state, &bidder(1), report(1, Trouble::PinWrong { left: Some(left) }), at)
            .unwrap()
            .len();
    }
    assert_eq!(recorded, 24);
    assert_eq!(done(&mut state, &Actor::Room, report(1, OUTAGE), at).unwrap().len(), 1);
}

/// What happens to the first bidder, in its order.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Met {
    Bidders,
    Neither,
    Fault,
    /// The window is held and released again: its time is given back.
    GivenBack,
    /// All windows stood still.
    AllStopped,
}

fn met(state: &mut State, what: Met, at: At) {
    let room = Actor::Room;
    match what {
        Met::Bidders => {
            // Every report another one, so that none is the same news.
            let left = state.row(&firm(1).code).unwrap().facts.len().try_into().ok();
            done(state, &bidder(1), report(1, Trouble::PinWrong { left }), at).map(drop).unwrap();
        }
        Met::Neither => {
            let millis = at.0;
            done(state, &bidder(1), report(1, Trouble::Connection { millis }), at).map(drop).unwrap();
        }
        Met::Fault => {
            let fault = Trouble::RoomFault { part: RoomPart::Custody, millis: at.0 };
            done(state, &room, report(1, fault), at).map(drop).unwrap();
        }
        Met::GivenBack => {
            done(state, &host(), hold(1), at).unwrap();
            done(state, &host(), release(1), at).unwrap();
        }
        Met::AllStopped => {
            done(state, &host(), Command::StopClock { reason: "停".into() }, at).unwrap();
            done(state, &host(), Command::ResumeClock, at).unwrap();
        }
    }
}

fn after(story: &[Met]) -> (Proposed, Ground, Vec<u32>) {
    let (_, mut state) = unlocking();
    for (place, what) in (1..).zip(story) {
        met(&mut state, *what, DEADLINE.plus_seconds(place));
    }
    over(&mut state, minutes(31));
    let proposal = proposal(&state, &firm(1).code, minutes(31)).unwrap();
    assert_eq!(proposal.clauses, ["电子招标投标办法 第三十一条"]);
    assert_eq!(proposal.reasons.len(), state.row(&firm(1).code).unwrap().facts.len(), "all are listed");
    let decisive = proposal.reasons.iter().filter(|reason| reason.decisive).map(|reason| reason.number);
    (proposal.what.clone(), proposal.ground, decisive.collect())
}

#[test]
fn the_table_of_causes_and_fates() {
    use Met::{AllStopped, Bidders, Fault, GivenBack, Neither};
    let (revoked, withdrawn) = (Fate::Revoked, Fate::Withdrawn);
    let table: &[(&[Met], Fate, Ground, &[u32])] = &[
        (&[], revoked, Ground::NoAction, &[]),
        (&[Neither], revoked, Ground::NoAction, &[]),
        (&[AllStopped], revoked, Ground::NoAction, &[]),
        (&[Bidders], revoked, Ground::BidderOnly, &[1]),
        (&[Bidders, Neither, Bidders], revoked, Ground::BidderOnly, &[1, 3]),
        (&[AllStopped, Bidders], revoked, Ground::BidderOnly, &[2]),
        (&[Fault], withdrawn, Ground::CentreUnsettled, &[1]),
        (&[Bidders, Fault, Bidders], withdrawn, Ground::CentreUnsettled, &[2]),
        // A stop of all windows settles no fault that met this one.
        (&[Fault, AllStopped, Bidders], withdrawn, Ground::CentreUnsettled, &[1]),
        (&[Fault, GivenBack, Bidders], revoked, Ground::BidderAfter, &[3]),
        (&[Bidders, Fault, GivenBack], withdrawn, Ground::CentreLast, &[3]),
        (&[GivenBack], withdrawn, Ground::CentreLast, &[1]),
        (&[GivenBack, Bidders, Fault], withdrawn, Ground::CentreUnsettled, &[3]),
    ];
    for (story, fate, ground, decisive) in table {
        assert_eq!(after(story), (Proposed::Fate(*fate), *ground, decisive.to_vec()), "{story:?}");
    }
}

#[test]
fn before_the_end_the_remedies_come_first() {
    let (mut world, mut state) = unlocking();
    let code = firm(1).code;
    let now = |state: &State, at| proposal(state, &code, at).unwrap();
    assert_eq!(now(&state, minutes(1)).ground, Ground::Running);
    met(&mut state, Met::Bidders, minutes(2));
    assert_eq!(now(&state, minutes(2)).what, Proposed::Remedy(vec![Remedy::OtherLock]));
    let lot = state.lot.as_mut().unwrap();
    lot.policy.remedies = Some(Figure::new(vec![Remedy::KeptShare], "招标文件 5.5"));
    let proposed = now(&state, minutes(2));
    assert_eq!(proposed.what, Proposed::Remedy(vec![Remedy::OtherLock, Remedy::KeptShare]));
    assert_eq!(proposed.clauses[0], "招标文件 5.5");
    done(&mut state, &host(), hold(1), minutes(3)).unwrap();
    assert_eq!(now(&state, minutes(100)).ground, Ground::Standing);
    done(&mut state, &host(), release(1), minutes(4)).unwrap();
    assert_eq!(now(&state, minutes(30)).ground, Ground::TimeLeft);
    assert_eq!(now(&state, minutes(31)).ground, Ground::CentreLast);
    world.now = minutes(5);
    play(&mut world, &mut state, Step::Collect(1)).unwrap();
    assert_eq!(proposal(&state, &code, minutes(6)), None);
    // A share that does not open afterwards has its own causes.
    for (cause, ground) in [
        (FailureCause::RoomDevice, Ground::RoomDevice),
        (FailureCause::BidderMaterial, Ground::Material),
        (FailureCause::Content, Ground::Material),
    ] {
        let mut failed = state.clone();
        over(&mut failed, minutes(31));
        failed.roster[0].outcome = Some(Outcome::Failed { cause });
        assert_eq!(now(&failed, minutes(31)).ground, ground);
    }
}

#[test]
fn a_kept_share_is_taken_only_where_the_tender_document_names_it() {
    let (world, state) = unlocking();
    let bid = state.row(&firm(1).code).unwrap().row.bid;
    let collect = |remedy| {
        let lock = bidroom_domain::opening::LockTag {
            kind: bidroom_domain::opening::LockKind::Main,
            authority: "云州CA".into(),
            tail: "9E41".into(),
        };
        let (statement, packages) = (world::digest("statement"), world::digest("share"));
        Command::CollectShare { lock, attempt: 1, bid, statement, packages, remedy }
    };
    let by = bidder(1);
    let kept = || collect(Some(Remedy::KeptShare));
    assert_eq!(decide(&state, &by, kept(), world.now), Err(Refusal::RemedyNotDeclared));
    let mut declared = state.clone();
    declared.lot.as_mut().unwrap().policy.remedies =
        Some(Figure::new(vec![Remedy::KeptShare], "招标文件 5.5"));
    assert!(decide(&declared, &by, kept(), world.now).is_ok());
    // Another lock is no remedy to be named: its share is handed in like any other.
    let other = collect(Some(Remedy::OtherLock));
    assert_eq!(decide(&declared, &by, other, world.now), Err(Refusal::RemedyNotDeclared));
    let late = decide(&declared, &by, kept(), minutes(30));
    assert!(matches!(late, Err(Refusal::WindowEnded { .. })), "{late:?}");
}

#[test]
fn the_host_decides_the_supervisor_agrees_and_a_contested_fate_goes_back() {
    let (mut world, mut state) = unlocking();
    for n in [1, 2, 3] {
        play(&mut world, &mut state, Step::Collect(n)).unwrap();
    }
    world.now = minutes(31);
    for step in
        [Step::Close, Step::Open(true), Step::Body(1), Step::Body(3), Step::AnnounceNext, Step::AnnounceNext]
    {
        play(&mut world, &mut state, step).unwrap();
    }
    play(&mut world, &mut state, Step::Finish).unwrap();
    world.now = minutes(60);
    let left = |state: &State, at: At| match decide(state, &host(), Command::CloseSession, at) {
        Err(Refusal::NotReadyToClose { fates, unagreed, .. }) => (fates, unagreed),
        other => panic!("{other:?}"),
    };
    // The second was handed in and could not be opened, the fourth was not handed in.
    assert_eq!(left(&state, world.now), (2, 0));
    assert_eq!(play(&mut world, &mut state, Step::Judge(4, true)), Err(Refusal::NothingToAttribute));
    play(&mut world, &mut state, Step::Attribute(2)).unwrap();
    play(&mut world, &mut state, Step::Attribute(4)).unwrap();
    assert_eq!(left(&state, world.now), (0, 2));
    assert_eq!(play(&mut world, &mut state, Step::Attribute(4)), Err(Refusal::NothingToAttribute));
    let first = state.row(&firm(4).code).unwrap().decided.clone().unwrap();
    assert_eq!((first.decision, first.proposed), (1, Fate::Revoked));

    play(&mut world, &mut state, Step::Judge(4, false)).unwrap();
    assert_eq!(left(&state, world.now), (1, 1));
    let (by, stale) = world.command(&state, Step::Judge(4, true));
    play(&mut world, &mut state, Step::Attribute(4)).unwrap();
    // An answer to the first decision does not count for the second, though its words are the same.
    assert_eq!(decide(&state, &by, stale, world.now), Err(Refusal::OtherDecision));
    let (_, fresh) = world.command(&state, Step::Judge(4, true));
    for stranger in [host(), world::tenderer(), world::staff(3), Actor::Room] {
        assert_eq!(decide(&state, &stranger, fresh.clone(), world.now), Err(Refusal::NotYourRole));
    }
    play(&mut world, &mut state, Step::Judge(4, true)).unwrap();
    assert_eq!(play(&mut world, &mut state, Step::Judge(4, true)), Err(Refusal::NothingToAttribute));
    play(&mut world, &mut state, Step::Judge(2, true)).unwrap();
    assert!(decide(&state, &host(), Command::CloseSession, world.now).is_ok());
}

#[test]
fn without_a_supervisor_in_the_package_the_host_alone_decides() {
    let (_, mut state) = unlocking();
    let lot = state.lot.as_mut().unwrap();
    lot.staff.retain(|person| person.role != bidroom_domain::StaffRole::Supervisor);
    over(&mut state, minutes(31));
    let attribute =
        Command::AttributeBid { bidder: firm(1).code, fate: Fate::Withdrawn, reason: "中心停电".into() };
    done(&mut state, &host(), attribute, minutes(32)).unwrap();
    let row = state.row(&firm(1).code).unwrap();
    assert!(!row.needs_fate() && !state.awaits_verdict(row));
    assert_eq!(
        row.decided.as_ref().unwrap().proposed,
        Fate::Revoked,
        "that the host deviates stands in the log"
    );
}

fn any_met() -> impl Strategy<Value = Met> {
    prop_oneof![
        Just(Met::Bidders),
        Just(Met::Neither),
        Just(Met::Fault),
        Just(Met::GivenBack),
        Just(Met::AllStopped)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_fact_of_the_rooms_never_moves_a_proposal_towards_revoked(
        story in prop::collection::vec(any_met(), 0..10),
        place in 0..10_usize,
    ) {
        let place = place.min(story.len());
        let mut with = story.clone();
        with.insert(place, Met::Fault);
        let ((before, ..), (then, ..)) = (after(&story), after(&with));
        prop_assert!(
            before != Proposed::Fate(Fate::Withdrawn) || then == Proposed::Fate(Fate::Withdrawn),
            "{story:?} {place}"
        );
    }

    #[test]
    fn a_cause_of_the_bidders_never_moves_one_towards_withdrawn(
        story in prop::collection::vec(any_met(), 0..10),
    ) {
        let mut with = story.clone();
        with.push(Met::Bidders);
        let ((before, ..), (then, ..)) = (after(&story), after(&with));
        prop_assert!(before != Proposed::Fate(Fate::Revoked) || then == Proposed::Fate(Fate::Revoked));
    }

    #[test]
    fn what_decides_lies_on_the_side_that_is_named(story in prop::collection::vec(any_met(), 0..10)) {
        let (_, mut state) = unlocking();
        for (place, what) in (1..).zip(&story) {
            met(&mut state, *what, DEADLINE.plus_seconds(place));
        }
        over(&mut state, minutes(31));
        let proposal = proposal(&state, &firm(1).code, minutes(31)).unwrap();
        let side = match proposal.what {
            Proposed::Fate(Fate::Revoked) => Side::Bidder,
            _ => Side::Centre,
        };
        for reason in proposal.reasons.iter().filter(|reason| reason.decisive) {
            prop_assert_eq!(reason.fact.trouble.side(), side);
        }
        prop_assert!(proposal.ground == Ground::NoAction || proposal.reasons.iter().any(|it| it.decisive));
    }
}
