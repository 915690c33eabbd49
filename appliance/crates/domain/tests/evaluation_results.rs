//! The result, the report and its signatures, and what comes after: 87号令 第五十八条、第六十一条、第六十四条、第六十九条.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

mod committee_room;

use std::collections::BTreeMap;

use bidroom_domain::evaluation::{
    Change, ChangeGround, Command, Event, Finding, LeaveGround, MemberRole, OwnResult, Plan, Reader, Refusal,
    SheetPart, Signature, Stage, Subject, VoidCause, Voided, may_know, may_read,
};
use bidroom_domain::{Actor, Fen};
use committee_room::*;

const WHOLE: SheetPart = SheetPart::Whole;
const STANDS: &str = "87号令 第六十四条";

fn stands() -> Refusal {
    Refusal::ResultStands { clause: STANDS.into() }
}

fn signed() -> Refusal {
    Refusal::ReportSigned { clause: STANDS.into() }
}

fn again(room: &Room, table: &str, ground: ChangeGround) -> Command {
    let Command::FixResult { inputs, outcome, table, candidates, .. } = room.result(table, vec![2, 1]) else {
        panic!()
    };
    let reason = Some("复核发现".to_owned());
    Command::FixResult { inputs, outcome, table, candidates, ground: Some(ground), reason }
}

/// A score that the committee finds abnormal and its member changes.
fn correct_abnormal(room: &mut Room) {
    let subject = Subject::Abnormal { member: 2, part: WHOLE, bid: 1, item: "design".into() };
    room.yes(expert(1), Command::OpenVote { subject, text: "明显偏离".into() });
    let number = u32::try_from(room.state().votes.len()).unwrap();
    room.vote(number, 3);
    let from = room.state().score(WHOLE, 2, 1, "design").unwrap();
    let changes = vec![Change { bid: 1, item: "design".into(), from, to: 2950 }];
    let (ground, reason) = (ChangeGround::Abnormal, "按评分标准第2档".into());
    room.yes(expert(2), Command::CorrectSheet { part: WHOLE, ground, changes, reason });
}

#[test]
fn a_result_is_taken_only_if_it_was_computed_of_what_stands() {
    let mut room = Room::new(scored(), 5);
    room.reach_price();
    let table = "{\"first\":1}";
    assert_eq!(room.no(host(), room.result(table, vec![1])), Refusal::NotYourRole);
    let finish = Command::FinishStage { stage: Stage::Price };
    assert_eq!(room.no(expert(1), finish.clone()), Refusal::NoResult);
    let Command::FixResult { outcome, candidates, .. } = room.result(table, vec![1]) else { panic!() };
    let stale = Command::FixResult {
        inputs: digest("before"),
        outcome,
        table: table.into(),
        candidates,
        ground: None,
        reason: None,
    };
    let inputs = room.state().inputs().digest().unwrap();
    assert_eq!(room.no(Actor::Room, stale), Refusal::StaleInputs { inputs });
    for (table, candidates) in
        [("{\"first\": 1}", vec![1]), (table, vec![]), (table, vec![1, 1]), (table, vec![1, 2, 3, 4])]
    {
        assert!(matches!(
            room.no(Actor::Room, room.result(table, candidates)),
            Refusal::UnusableResult { .. }
        ));
    }
    assert_eq!(room.no(Actor::Room, room.result(table, vec![9])), Refusal::BidOut { bid: 9 });
    assert_eq!(room.no(Actor::Room, again(&room, table, ChangeGround::WrongSum)), Refusal::GroundNotHere);
    room.yes(Actor::Room, room.result(table, vec![1, 2, 3]));
    room.yes(expert(1), finish);
    assert_eq!(room.stage(), Stage::Report);
}

#[test]
fn a_result_that_stands_changes_on_four_grounds_only() {
    let mut room = Room::new(scored(), 4);
    room.reach_report();
    // The same again, another table without a ground, a ground that did not happen.
    assert_eq!(room.no(Actor::Room, room.result("{\"first\":2}", vec![2])), stands());
    for ground in [ChangeGround::OutOfRange, ChangeGround::ObjectiveDiffers, ChangeGround::Abnormal] {
        assert_eq!(room.no(Actor::Room, again(&room, "{\"first\":2}", ground)), stands());
    }
    // （一） the sum was wrong: other table, same scores.
    room.yes(Actor::Room, again(&room, "{\"first\":2}", ChangeGround::WrongSum));
    // （四） on the spot, before the report is signed; what was signed of the old one does not count.
    let report = room.check_report("report");
    room.yes(expert(3), sign(report));
    correct_abnormal(&mut room);
    assert_eq!(room.no(expert(4), sign(report)), Refusal::NoResult);
    assert_eq!(room.no(Actor::Room, again(&room, "{\"first\":3}", ChangeGround::WrongSum)), stands());
    room.yes(Actor::Room, again(&room, "{\"first\":3}", ChangeGround::Abnormal));
    let state = room.state();
    assert!(state.report.is_none() && state.results == 3);
    let void = |wanted: fn(&Voided) -> bool| state.void.iter().filter(|it| wanted(&it.what)).count();
    assert_eq!(void(|it| matches!(it, Voided::Result(_))), 2);
    assert_eq!(void(|it| matches!(it, Voided::Report(report) if report.signatures.len() == 1)), 1);
    assert!(state.void.iter().all(|it| it.cause == VoidCause::Replaced));
}

#[test]
fn a_result_waits_while_objective_scores_differ_again() {
    let mut room = Room::new(scored(), 4);
    room.reach_price();
    let subject = Subject::Abnormal { member: 2, part: WHOLE, bid: 1, item: "cases".into() };
    room.yes(expert(1), Command::OpenVote { subject, text: "业绩分偏低".into() });
    room.vote(1, 3);
    let correct = |ground, from, to| Command::CorrectSheet {
        part: WHOLE,
        ground,
        changes: vec![Change { bid: 1, item: "cases".into(), from, to }],
        reason: "少计一份合同".into(),
    };
    room.yes(expert(2), correct(ChangeGround::Abnormal, 500, 600));
    let fix = room.result("{\"first\":1}", vec![1]);
    assert!(matches!(room.no(Actor::Room, fix), Refusal::ObjectiveDiffers { .. }));
    for member in [1, 3, 4, 5] {
        room.yes(expert(member), correct(ChangeGround::ObjectiveDiffers, 500, 600));
    }
    room.yes(Actor::Room, room.result("{\"first\":1}", vec![1]));
}

#[test]
fn the_report_is_signed_by_all_the_chair_last_then_the_supervisor() {
    let mut room = Room::new(scored(), 4);
    room.reach_report();
    let report = digest("report");
    assert_eq!(room.no(expert(2), sign(report)), Refusal::OtherReport { report: None });
    let findings =
        vec![Finding { code: "deviation".into(), text: "成员2第1家设计分偏离均值".into() }];
    room.yes(Actor::Room, Command::CheckReport { report, findings });
    assert_eq!(room.no(expert(2), sign(report)), Refusal::FindingsOpen { count: 1 });
    let answer = Command::AcknowledgeFindings { report, text: "经复核维持".into() };
    assert_eq!(room.no(expert(2), answer.clone()), Refusal::ChairOnly { chair: 1 });
    room.yes(expert(1), answer.clone());
    assert!(matches!(room.no(expert(1), answer), Refusal::AlreadyDone { .. }));
    assert_eq!(room.no(expert(2), sign(digest("another"))), Refusal::OtherReport { report: Some(report) });
    let missing = |members: &[u8], supervisor| Refusal::SignaturesMissing {
        members: members.into(),
        supervisor,
        clause: "87号令 第五十八条、第六十一条".into(),
    };
    assert_eq!(room.no(expert(1), sign(report)), missing(&[2, 3, 4, 5], false));
    let supervise = Command::SuperviseReport { report, lock_tail: "7D12".into() };
    assert_eq!(room.no(supervisor(), supervise.clone()), missing(&[1, 2, 3, 4, 5], false));
    room.yes(expert(2), sign(report));
    assert!(matches!(room.no(expert(2), sign(report)), Refusal::AlreadyDone { .. }));
    let dissent = Some("第1家业绩不应得满分，理由见附页".to_owned());
    room.yes(expert(3), Command::SignReport { report, dissent: dissent.clone() });
    // Whoever refuses to sign and writes no reasons counts as agreeing; it is written down.
    let refused =
        |member| Command::RecordUnsigned { member, report, note: "拒绝签字，未说明理由".into() };
    assert_eq!(room.no(expert(2), refused(4)), Refusal::NotYourRole);
    assert_eq!(room.no(expert(1), refused(1)), Refusal::NotYourRole);
    room.yes(expert(1), refused(4));
    assert_eq!(room.no(host(), Command::Close), missing(&[1, 5], true));
    room.yes(host(), refused(5));
    room.yes(expert(1), sign(report));
    assert_eq!(room.no(host(), Command::Close), missing(&[], true));
    room.yes(supervisor(), supervise);
    let signatures = room.state().report.unwrap().signatures;
    assert!(matches!(&signatures[&3], Signature::Signed { dissent: said, .. } if *said == dissent));
    assert!(matches!(&signatures[&4], Signature::CountsAsAgreeing { .. }));
    assert_eq!(room.no(Actor::Room, again(&room, "{\"first\":2}", ChangeGround::WrongSum)), signed());
    assert_eq!(room.yes(host(), Command::Close), "evaluation.closed");
}

fn own(bids: u32) -> BTreeMap<u32, OwnResult> {
    (1..=bids)
        .map(|bid| (bid, OwnResult { score: Some(9000 - bid), rank: Some(bid), rejected: None }))
        .collect()
}

#[test]
fn a_bidder_reads_its_own_score_and_rank_and_nobody_elses() {
    let mut room = Room::new(scored(), 4);
    room.reach_report();
    assert!(matches!(room.no(host(), Command::Publish { own: own(4) }), Refusal::WrongStage { .. }));
    let report = room.check_report("report");
    room.sign_all(report);
    room.yes(host(), Command::Close);
    let fewer = room.no(host(), Command::Publish { own: own(3) });
    assert_eq!(fewer, Refusal::OtherBidders { bids: vec![1, 2, 3, 4] });
    room.yes(host(), Command::Publish { own: own(4) });
    assert!(matches!(room.no(host(), Command::Publish { own: own(4) }), Refusal::AlreadyPublished { .. }));
    let (state, published) = (room.state(), room.log.last().unwrap().2.clone());
    let Event::ResultPublished(it) = &published else { panic!("{published:?}") };
    assert_eq!((it.members.len(), it.candidates.as_slice()), (5, [1, 2].as_slice()));
    for reader in [Reader::Public, Reader::Bidder(2), Reader::Expert(1), Reader::Staff] {
        assert!(may_know(reader, &published, &state));
        for bid in 1..=4 {
            let reads = may_read(reader, &published, &format!("own.{bid}"), &state);
            assert_eq!(reads, reader == Reader::Bidder(bid), "{reader:?} {bid}");
        }
    }
}

#[test]
fn after_signing_only_the_original_committee_reviews_again() {
    let mut room = Room::new(scored(), 4);
    room.reach_end();
    let open = |ground| Command::OpenRereview { ground, reason: "采购人核对时发现".into() };
    assert_eq!(room.no(expert(1), open(ChangeGround::Abnormal)), Refusal::NotYourRole);
    room.yes(host(), open(ChangeGround::Abnormal));
    assert_eq!(room.stage(), Stage::Price);
    let successor = Box::new(member(6, MemberRole::Expert));
    let (ground, reason) = (LeaveGround::Health, "生病".into());
    let replace = Command::ReplaceMember { member: 2, ground, reason, successor };
    assert_eq!(room.no(host(), replace), Refusal::OriginalCommittee { clause: STANDS.into() });
    let back = Command::AskReopening { stage: Stage::Conformity, reason: "重审".into() };
    assert_eq!(room.no(expert(1), back), stands());
    let document = Command::OpenVote { subject: Subject::Document {}, text: "停止".into() };
    assert_eq!(room.no(expert(1), document), stands());
    correct_abnormal(&mut room);
    assert_eq!(room.no(Actor::Room, again(&room, "{\"first\":2}", ChangeGround::WrongSum)), stands());
    room.yes(Actor::Room, again(&room, "{\"first\":2}", ChangeGround::Abnormal));
    room.yes(expert(1), Command::FinishStage { stage: Stage::Price });
    let report = room.check_report("second report");
    room.sign_all(report);
    assert_eq!(room.no(host(), Command::Close), Refusal::FinanceNotTold { clause: STANDS.into() });
    let tell = Command::TellFinance { document: digest("letter") };
    room.yes(host(), tell.clone());
    assert_eq!(room.no(host(), tell.clone()), Refusal::NothingToTell);
    room.yes(host(), Command::Close);
    room.yes(host(), Command::Publish { own: own(4) });

    // A review that changes nothing is signed again and told nobody.
    room.yes(host(), open(ChangeGround::WrongSum));
    room.yes(expert(1), Command::FinishStage { stage: Stage::Price });
    let report = room.check_report("third report");
    room.sign_all(report);
    assert_eq!(room.no(host(), tell), Refusal::NothingToTell);
    room.yes(host(), Command::Close);
    assert_eq!(room.state().rereviews, 2);
}

#[test]
fn the_lowest_price_needs_no_sheets_and_a_consultation_three_members() {
    let mut room = Room::new(filled(Plan::lowest_price(), false), 3);
    room.reach_price();
    assert!(room.state().sheets.is_empty());
    room.yes(Actor::Room, room.result("{\"lowest\":3}", vec![3]));
    let mut plan = filled(Plan::consultation(), false);
    plan.committee.budget = Some(Fen::try_from(2_000_000_000).unwrap());
    assert_eq!(plan.committee.required(), (3, "财库〔2014〕214号 第十四条"));
    let mut room = Room::new(plan, 3);
    room.reach_end();
}

#[test]
fn a_lot_without_a_plan_is_evaluated_elsewhere() {
    let mut room = Room::new(scored(), 4);
    room.opening.lot.as_mut().unwrap().evaluation = None;
    assert_eq!(room.no(host(), Command::Start), Refusal::NoPlan);
    // Packages that know nothing of it stay as they were, byte for byte.
    let text = serde_json::to_string(room.opening.lot.as_ref().unwrap()).unwrap();
    assert!(!text.contains("evaluation"), "{text}");
    let again: bidroom_domain::LotFacts = serde_json::from_str(&text).unwrap();
    assert_eq!(Some(&again), room.opening.lot.as_ref());
    let whole = serde_json::to_string(&*Box::new(blind())).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&whole).unwrap(), blind());
}

#[test]
fn no_kind_belongs_to_both_families() {
    let opening = bidroom_domain::opening::Event::KINDS;
    assert!(Event::KINDS.iter().all(|kind| !opening.contains(kind)));
    let all: std::collections::BTreeSet<_> = Event::KINDS.iter().collect();
    assert_eq!(all.len(), Event::KINDS.len());
    let unknown = bidroom_domain::opening::Event::from_parts("evaluation.invented", Default::default());
    assert!(unknown.is_err());
}
