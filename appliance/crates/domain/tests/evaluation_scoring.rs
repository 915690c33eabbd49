//! Sheets, the blind, and who reads what: independent scoring (87号令 第五十五条、第六十二条（四）).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

mod committee_room;

use bidroom_canon::Hex32;
use bidroom_domain::evaluation::{
    About, Change, ChangeGround, Command, Difference, DrawOf, EvaluationStopped, Event, Matter, Reader,
    Refusal, Replayed, Review, SheetPart, Stage, StopGround, Subject, Voided, may_know, may_read,
    numbers_due, replay,
};
use bidroom_domain::opening;
use bidroom_domain::{Actor, ReaderClass};
use committee_room::*;

const WHOLE: SheetPart = SheetPart::Whole;

fn in_scoring(plan: bidroom_domain::evaluation::Plan) -> Room {
    let mut room = Room::new(plan, 4);
    room.begin();
    room.before_conformity();
    room.conform(&[4]);
    room
}

fn changed(command: Command, change: impl FnOnce(&mut bidroom_domain::evaluation::Scores)) -> Command {
    let Command::CommitSheet { part, mut sheet } = command else { panic!("{command:?}") };
    change(&mut sheet);
    Command::CommitSheet { part, sheet }
}

#[test]
fn a_sheet_is_complete_in_range_and_in_its_steps() {
    let mut room = in_scoring(scored());
    let whole = room.sheet(WHOLE, 1, 500);
    let set = |item: &str, score: Option<u32>| {
        let item = item.to_owned();
        changed(whole.clone(), |sheet| {
            let row = sheet.get_mut(&2).unwrap();
            match score {
                Some(score) => row.insert(item, score),
                None => row.remove(&item),
            };
        })
    };
    let range =
        |item: &str, score, max| Refusal::OutOfRange { bid: 2, item: item.into(), score, max, step: 50 };
    assert_eq!(room.no(expert(1), set("cases", Some(1050))), range("cases", 1050, 1000));
    assert_eq!(room.no(expert(1), set("design", Some(125))), range("design", 125, 3000));
    let lacking = Refusal::IncompleteSheet { bid: 2, missing: vec!["service".into()], unknown: Vec::new() };
    assert_eq!(room.no(expert(1), set("service", None)), lacking);
    // Prices are computed, on no sheet.
    let unknown = Refusal::IncompleteSheet { bid: 2, missing: Vec::new(), unknown: vec!["price".into()] };
    assert_eq!(room.no(expert(1), set("price", Some(100))), unknown);
    let fewer = changed(whole.clone(), |sheet| drop(sheet.remove(&3)));
    assert_eq!(room.no(expert(1), fewer), Refusal::OtherBids { missing: vec![1, 2, 3] });
    // A bid that was rejected is not scored.
    let more = changed(whole.clone(), |sheet| drop(sheet.insert(4, sheet[&3].clone())));
    assert_eq!(room.no(expert(1), more), Refusal::OtherBids { missing: vec![1, 2, 3] });
    let Command::CommitSheet { sheet, .. } = whole.clone() else { panic!() };
    let blind = Command::CommitSheet { part: SheetPart::Blind, sheet };
    assert_eq!(room.no(expert(1), blind), Refusal::NoSheet { part: SheetPart::Blind });
    room.yes(expert(1), whole.clone());
    let again = Refusal::SheetCommitted { clause: "87号令 第六十四条".into() };
    assert_eq!(room.no(expert(1), whole), again);
    let finish = Command::FinishStage { stage: Stage::Scoring };
    let missing = Refusal::SheetsMissing {
        part: WHOLE,
        members: vec![2, 3, 4, 5],
        clause: "87号令 第五十五条、第六十二条（四）".into(),
    };
    assert_eq!(room.no(expert(1), finish), missing);
}

#[test]
fn nobody_reads_anothers_sheet_before_all_are_in() {
    let mut room = in_scoring(scored());
    let readers = [
        Reader::Public,
        Reader::Bidders,
        Reader::Bidder(1),
        Reader::Staff,
        Reader::Tenderer,
        Reader::Host,
        Reader::Supervisor,
        Reader::Expert(1),
        Reader::Expert(2),
        Reader::Expert(9),
    ];
    let reads = |room: &Room| {
        let sheet = room.log.iter().find(|(.., event)| matches!(event, Event::SheetCommitted(_))).unwrap();
        let state = room.state();
        let allowed = readers.iter().filter(|reader| may_read(**reader, &sheet.2, "sheet", &state));
        allowed.copied().collect::<Vec<Reader>>()
    };
    for member in 1..=5 {
        room.yes(expert(member), room.sheet(WHOLE, member, 500));
        if member < 5 {
            assert_eq!(reads(&room), [Reader::Expert(1)], "after {member}");
        }
    }
    assert_eq!(reads(&room), [Reader::Supervisor, Reader::Expert(1), Reader::Expert(2)]);
    // Who comes into the committee later scores first.
    room.yes(expert(2), Command::DeclareRecusal { reason: "回避".into() });
    let successor = Box::new(member(6, bidroom_domain::evaluation::MemberRole::Expert));
    let (ground, reason) = (bidroom_domain::evaluation::LeaveGround::Recused, "回避".into());
    room.yes(host(), Command::ReplaceMember { member: 2, ground, reason, successor });
    room.seat(6);
    let first =
        room.log.iter().find(|(.., event)| matches!(event, Event::SheetCommitted(_))).unwrap().2.clone();
    assert!(!may_read(Reader::Expert(6), &first, "sheet", &room.state()));
    assert!(!may_read(Reader::Expert(2), &first, "sheet", &room.state()));
    for bid in 1..=4 {
        let verdicts = verdicts(room.plan(), bidroom_domain::evaluation::Review::Conformity, bid != 4);
        room.yes(expert(6), give(bidroom_domain::evaluation::Review::Conformity, bid, verdicts));
        let review = bidroom_domain::evaluation::Review::Conformity;
        room.yes(expert(1), Command::ConcludeReview { review, bid });
    }
    room.yes(expert(1), Command::FinishStage { stage: Stage::Conformity });
    room.yes(expert(6), room.sheet(WHOLE, 6, 500));
    assert!(may_read(Reader::Expert(6), &first, "sheet", &room.state()));
    room.yes(expert(1), Command::FinishStage { stage: Stage::Scoring });
    assert!(!may_read(Reader::Host, &first, "sheet", &room.state()));
    room.yes(Actor::Room, room.result("{\"first\":1}", vec![1]));
    assert!(may_read(Reader::Host, &first, "sheet", &room.state()));
}

fn change(bid: u32, item: &str, from: u32, to: u32) -> Change {
    Change { bid, item: item.into(), from, to }
}

fn correct(ground: ChangeGround, changes: Vec<Change>) -> Command {
    let reason = "业绩合同第4份超出年限".into();
    Command::CorrectSheet { part: WHOLE, ground, changes, reason }
}

#[test]
fn objective_scores_that_differ_are_found_and_sent_back() {
    let mut room = in_scoring(scored());
    for member in 1..=4 {
        room.yes(expert(member), room.sheet(WHOLE, member, 500));
    }
    let early = correct(ChangeGround::ObjectiveDiffers, vec![change(1, "cases", 500, 600)]);
    assert!(matches!(room.no(expert(1), early), Refusal::GroundFails { .. }));
    let odd = changed(room.sheet(WHOLE, 5, 500), |sheet| {
        sheet.get_mut(&3).unwrap().insert("cases".into(), 600);
    });
    assert_eq!(room.yes(expert(5), odd), "sheet.committed sheets.revealed objective.differed");
    let clause = "87号令 第六十四条（三）".to_owned();
    let items = vec![Difference { bid: 3, item: "cases".into() }];
    let differ = Refusal::ObjectiveDiffers { part: WHOLE, items, clause: clause.clone() };
    assert_eq!(room.no(expert(1), Command::FinishStage { stage: Stage::Scoring }), differ);
    let fails = Refusal::GroundFails { ground: ChangeGround::ObjectiveDiffers, clause };
    // Where nobody differs there is nothing to change; nor on a subjective item.
    for wrong in [change(1, "cases", 500, 600), change(3, "design", 50 * 8, 100)] {
        assert_eq!(room.no(expert(5), correct(ChangeGround::ObjectiveDiffers, vec![wrong])), fails);
    }
    let stale = correct(ChangeGround::ObjectiveDiffers, vec![change(3, "cases", 500, 550)]);
    assert_eq!(
        room.no(expert(5), stale),
        Refusal::OtherScore { bid: 3, item: "cases".into(), stands: Some(600) }
    );
    let right = correct(ChangeGround::ObjectiveDiffers, vec![change(3, "cases", 600, 500)]);
    room.yes(expert(5), right);
    let sheet = &room.state().sheets[&WHOLE][&5];
    assert_eq!(sheet.scores.as_ref().unwrap()[&3]["cases"], 500);
    assert_eq!(sheet.original.as_ref().unwrap()[&3]["cases"], 600, "both versions are kept");
    room.yes(expert(1), Command::FinishStage { stage: Stage::Scoring });
}

#[test]
fn an_abnormal_score_is_found_by_the_committee_and_changed_once() {
    let mut room = in_scoring(scored());
    room.score();
    let design = room.state().score(WHOLE, 2, 1, "design").unwrap();
    let fix = |from, to| correct(ChangeGround::Abnormal, vec![change(1, "design", from, to)]);
    assert!(matches!(room.no(expert(2), fix(design, 3000)), Refusal::GroundFails { .. }));
    for ground in [ChangeGround::WrongSum, ChangeGround::OutOfRange] {
        let other = correct(ground, vec![change(1, "design", design, 3000)]);
        assert!(matches!(room.no(expert(2), other), Refusal::GroundFails { .. }));
    }
    let subject = |bid| Subject::Abnormal { member: 2, part: WHOLE, bid, item: "design".into() };
    let open = |bid| Command::OpenVote { subject: subject(bid), text: "偏离均值过大".into() };
    assert_eq!(room.no(expert(1), open(4)), Refusal::NothingToVote);
    room.yes(expert(1), open(1));
    room.vote(1, 3);
    // Found in its sheet, so nobody else changes anything by it.
    let other = room.state().score(WHOLE, 3, 1, "design").unwrap();
    assert!(matches!(room.no(expert(3), fix(other, 3000)), Refusal::GroundFails { .. }));
    room.yes(expert(2), fix(design, 2000));
    assert!(matches!(room.no(expert(2), fix(2000, 2500)), Refusal::GroundFails { .. }));
}

#[test]
fn the_blind_holds_until_all_blind_sheets_are_in() {
    let mut room = in_scoring(blind());
    let sheet = room.sheet(SheetPart::Blind, 1, 500);
    assert_eq!(room.no(expert(1), sheet), Refusal::NumbersFirst);
    let value = room.value();
    let number = |value| Command::NumberBlind { value };
    assert_eq!(room.no(host(), number(value)), Refusal::NotYourRole);
    assert_eq!(room.no(Actor::Room, number(Hex32([1; 32]))), Refusal::OtherValue { number: 1 });
    let due = DrawOf::Numbers { bids: vec![1, 2, 3], first: 1 };
    assert_eq!(numbers_due(&room.opening), Some((1, due)));
    room.yes(Actor::Room, number(value));
    assert_eq!(numbers_due(&room.opening), None);
    assert_eq!(room.no(Actor::Room, number(room.value())), Refusal::AllNumbered);
    let numbered = room.log.last().unwrap().2.clone();
    assert_eq!(replay(&room.opening, &numbered), Replayed::Agrees);
    let Event::BlindNumbered(mut swapped) = numbered.clone() else { panic!("{numbered:?}") };
    let numbers = swapped.numbers.as_mut().unwrap();
    let (one, two) = (numbers[&1], numbers[&2]);
    numbers.extend([(1, two), (2, one)]);
    assert_eq!(replay(&room.opening, &swapped.into()), Replayed::Differs);
    let all = [Reader::Host, Reader::Supervisor, Reader::Expert(1), Reader::Bidder(1), Reader::Public];
    let reads = |room: &Room| {
        let read = |path| all.iter().filter(|it| may_read(**it, &numbered, path, &room.state())).count();
        assert_eq!(read("numbers"), read("value"));
        read("value")
    };
    assert_eq!(reads(&room), 0);

    // A question about a number reaches the bidder behind it, whose answer does not say who that is.
    let ask = Command::AskClarification {
        about: About::Blind(one),
        matter: Matter::Unclear,
        text: "第12页流程图缺一步".into(),
        minutes: 30,
    };
    room.yes(expert(1), ask);
    let answer =
        Command::AnswerClarification { number: 1, text: "见第13页".into(), documents: Vec::new() };
    assert!(matches!(room.no(bidder(2), answer.clone()), Refusal::NotAsked { .. }));
    room.yes(bidder(1), answer);
    let answered = room.log.last().unwrap().2.clone();
    let by = |reader, room: &Room| may_read(reader, &answered, "by", &room.state());
    assert!(!by(Reader::Expert(2), &room) && !by(Reader::Supervisor, &room) && by(Reader::Bidder(1), &room));
    assert!(may_read(Reader::Expert(2), &answered, "text", &room.state()));
    assert!(!may_know(Reader::Bidder(2), &answered, &room.state()));

    let lift = Command::LiftBlind { lock_tail: "7D12".into() };
    let holds =
        |members: &[u8]| Refusal::BlindHolds { members: members.into(), clause: "招标文件 7.3".into() };
    assert_eq!(room.no(supervisor(), lift.clone()), holds(&[1, 2, 3, 4, 5]));
    for member in 1..=5 {
        assert_eq!(room.no(host(), lift.clone()), Refusal::NotYourRole);
        room.yes(expert(member), room.sheet(SheetPart::Blind, member, 500));
        if member < 5 {
            assert!(matches!(room.no(supervisor(), lift.clone()), Refusal::BlindHolds { .. }));
        }
    }
    let finish = Command::FinishStage { stage: Stage::Scoring };
    assert!(matches!(
        room.no(expert(1), finish.clone()),
        Refusal::SheetsMissing { part: SheetPart::Named, .. }
    ));
    for member in 1..=5 {
        room.yes(expert(member), room.sheet(SheetPart::Named, member, 500));
    }
    assert_eq!(room.no(expert(1), finish.clone()), Refusal::StillBlind);
    assert_eq!(reads(&room), 0);
    room.yes(supervisor(), lift.clone());
    assert!(matches!(room.no(supervisor(), lift), Refusal::AlreadyDone { .. }));
    assert_eq!(reads(&room), 3);
    assert!(by(Reader::Expert(2), &room));
    room.yes(expert(1), finish);
    // Both sheets of a member come together in what the result is computed of, by roster number.
    let inputs = room.state().inputs();
    assert_eq!(inputs.scores[&1][&1].len(), 3);
    let mut room = in_scoring(scored());
    let none = Command::LiftBlind { lock_tail: "7D12".into() };
    assert_eq!(room.no(supervisor(), none), Refusal::NotBlind);
}

#[test]
fn until_the_result_is_published_outsiders_know_nothing_and_no_names() {
    let mut room = Room::new(scored(), 4);
    room.reach_report();
    let state = room.state();
    for (.., event) in &room.log {
        let open = ["committee.imported", "evaluation.started"].contains(&event.kind());
        for reader in [Reader::Public, Reader::Bidders, Reader::Staff, Reader::Bidder(1), Reader::Expert(9)] {
            assert_eq!(may_know(reader, event, &state), open, "{reader:?} {}", event.kind());
            assert!(!may_read(reader, event, "by", &state), "{reader:?} {}", event.kind());
        }
        // The purchaser knows of its own review, and of nothing that the committee does.
        let its_own = match event {
            Event::ReviewGiven(it) => it.member.is_none(),
            Event::ReviewConcluded(it) => it.review == Review::Qualification,
            Event::StageFinished(it) => it.stage == Stage::Qualification,
            _ => open,
        };
        assert_eq!(may_know(Reader::Tenderer, event, &state), its_own, "{}", event.kind());
        assert!(!may_read(Reader::Tenderer, event, "by", &state), "{}", event.kind());
        // Frames of a class are encoded once: what is revealed later is in none of them.
        let whole = opening::Event::Evaluation(event.clone());
        let lot = room.opening.lot.as_ref().unwrap();
        for class in ReaderClass::ALL {
            assert_eq!(
                opening::may_know(class, &whole, &room.opening),
                open || class == ReaderClass::Supervisor
            );
            let sealed = ["sheet", "agrees", "choice", "numbers"];
            for path in whole.private_paths() {
                let reads = opening::may_read(class, &whole, &path, lot);
                let sealed = sealed.contains(&path.as_str());
                assert_eq!(
                    reads,
                    class == ReaderClass::Supervisor && !sealed,
                    "{class:?} {} {path}",
                    event.kind()
                );
            }
        }
    }
}

#[test]
fn a_new_committee_gets_new_numbers_that_nobody_can_know_from_the_old_value() {
    let mut room = in_scoring(blind());
    room.number();
    for member in 1..=5 {
        room.yes(expert(member), room.sheet(SheetPart::Blind, member, 500));
    }
    room.yes(supervisor(), Command::LiftBlind { lock_tail: "7D12".into() });
    let first = room.log.iter().find(|(.., event)| matches!(event, Event::BlindNumbered(_)));
    let first = first.unwrap().2.clone();
    let told = |room: &Room, event: &Event| may_read(Reader::Supervisor, event, "value", &room.state());
    assert!(told(&room, &first));
    let mut state = room.state();
    let stopped = EvaluationStopped {
        ground: StopGround::NoReplacement,
        reason: None,
        from: Stage::Scoring,
        statement: None,
    };
    state.apply(&stopped.into(), room.now);
    assert_eq!((state.blind.drawn, state.blind.lifted, state.blind.numbers.len()), (3, None, 0));
    assert_eq!(state.void.iter().filter(|void| matches!(void.what, Voided::Blind(_))).count(), 1);
    // The bids are scored by others, the one that the old committee rejected too: other numbers, of a value that does not follow from the one that was told.
    state.stage = Stage::Scoring;
    room.opening.evaluation = Some(Box::new(state));
    let Event::BlindNumbered(old) = &first else { panic!("{first:?}") };
    let again = Command::NumberBlind { value: old.value.unwrap() };
    assert_eq!(room.no(Actor::Room, again), Refusal::OtherValue { number: 2 });
    let due = DrawOf::Numbers { bids: vec![1, 2, 3, 4], first: 4 };
    assert_eq!(numbers_due(&room.opening), Some((2, due)));
    room.number();
    let second = room.log.last().unwrap().2.clone();
    let Event::BlindNumbered(new) = &second else { panic!("{second:?}") };
    assert_eq!((new.number, new.first, new.count), (2, 4, 4));
    let numbers: std::collections::BTreeSet<u32> = new.numbers.as_ref().unwrap().values().copied().collect();
    assert!(numbers.into_iter().eq(4..=7));
    assert!(told(&room, &first) && !told(&room, &second));
    assert_eq!(replay(&room.opening, &first), Replayed::Agrees);
    assert_eq!(replay(&room.opening, &second), Replayed::Agrees);
}
