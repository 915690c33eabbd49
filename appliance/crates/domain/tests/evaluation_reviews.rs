//! Reviews, questions, prices and votes: each rule with the clause it is refused by.

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
    About, CancelGround, Command, CorrectionRule, DrawPurpose, Ground, Matter, Plan, Reader, Refusal,
    Rejection, Replayed, Review, Stage, StopGround, Subject, Trigger, Verdict, may_know, may_read, replay,
};
use bidroom_domain::{Actor, Fen, opening};
use committee_room::*;

const CONFORMITY: Review = Review::Conformity;

fn in_conformity(plan: Plan, bids: u8) -> Room {
    let mut room = Room::new(plan, bids);
    room.begin();
    room.before_conformity();
    room
}

fn with(plan: &Plan, item: &str, verdict: Verdict) -> std::collections::BTreeMap<String, Verdict> {
    let mut verdicts = verdicts(plan, CONFORMITY, true);
    verdicts.insert(item.into(), verdict);
    verdicts
}

fn conclude(bid: u32) -> Command {
    Command::ConcludeReview { review: CONFORMITY, bid }
}

#[test]
fn a_no_needs_a_ground_and_a_reason_and_every_item_a_verdict() {
    let mut room = in_conformity(scored(), 4);
    let plan = room.plan().clone();
    for verdict in [
        Verdict { passes: false, ground: None, reason: Some("不符".into()) },
        Verdict { passes: false, ground: Some(Ground::NoResponse), reason: None },
        Verdict { passes: false, ground: Some(Ground::NoResponse), reason: Some("  ".into()) },
    ] {
        let said = room.no(expert(1), give(CONFORMITY, 1, with(&plan, "answers", verdict)));
        assert_eq!(said, Refusal::NoWithoutReason { item: "answers".into() });
    }
    let mut other = verdicts(&plan, CONFORMITY, true);
    other.remove("sealed");
    other.insert("invented".into(), pass());
    let said = room.no(expert(1), give(CONFORMITY, 1, other));
    assert_eq!(
        said,
        Refusal::OtherItems { missing: vec!["sealed".into()], unknown: vec!["invented".into()] }
    );
    assert_eq!(
        room.no(expert(1), give(CONFORMITY, 9, verdicts(&plan, CONFORMITY, true))),
        Refusal::BidOut { bid: 9 }
    );
    let purchasers = give(Review::Qualification, 1, verdicts(&plan, Review::Qualification, true));
    assert_eq!(room.no(expert(1), purchasers), Refusal::NotYourRole);
    let outside = give(CONFORMITY, 1, verdicts(&plan, CONFORMITY, true));
    for stranger in [host(), supervisor(), tenderer(), bidder(1), Actor::Room] {
        assert_eq!(room.no(stranger, outside.clone()), Refusal::NotYourRole);
    }
}

#[test]
fn no_rejection_before_the_bidder_was_asked() {
    let mut room = in_conformity(scored(), 4);
    let plan = room.plan().clone();
    for (bid, ground, wrong, right) in [
        (2, Ground::Unclear, Matter::Price, Matter::Inconsistent),
        (1, Ground::BelowCost, Matter::Mistake, Matter::Price),
    ] {
        let no = give(CONFORMITY, bid, with(&plan, "answers", fail(ground)));
        let clause = "发改法规〔2022〕1117号（十三）".to_owned();
        let first = Refusal::ClarificationFirst { bid, ground, clause };
        assert_eq!(room.no(expert(2), no.clone()), first);
        let ask = |about, matter, minutes| Command::AskClarification {
            about,
            matter,
            text: "第37页与第52页的流量不一致，请说明".into(),
            minutes,
        };
        let chair = Refusal::ChairOnly { chair: 1 };
        assert_eq!(room.no(expert(2), ask(About::Bid(bid), right, 30)), chair);
        assert!(matches!(
            room.no(expert(1), ask(About::Bid(bid), right, 29)),
            Refusal::TooShort { minimum: 30, .. }
        ));
        room.yes(expert(1), ask(About::Bid(3), right, 30));
        room.yes(expert(1), ask(About::Bid(bid), wrong, 30));
        assert_eq!(room.no(expert(2), no.clone()), first);
        room.yes(expert(1), ask(About::Bid(bid), right, 30));
        room.yes(expert(2), no);
    }
    for member in [1, 3, 4, 5] {
        room.yes(expert(member), give(CONFORMITY, 1, with(&plan, "answers", fail(Ground::BelowCost))));
    }
    room.yes(expert(2), give(CONFORMITY, 1, with(&plan, "answers", fail(Ground::BelowCost))));
    // Asked is not enough to conclude: the bidder has its time.
    assert!(matches!(room.no(expert(1), conclude(1)), Refusal::ClarificationFirst { bid: 1, .. }));
    room.wait(31);
    room.yes(Actor::Room, Command::Tick);
    room.yes(expert(1), conclude(1));
    assert_eq!(room.state().rejection(1), Some(Rejection::Review(CONFORMITY)));
}

#[test]
fn a_bidder_answers_what_it_was_asked_once_and_in_time() {
    let mut room = in_conformity(scored(), 4);
    let answer = |number| Command::AnswerClarification {
        number,
        text: "以第37页为准".into(),
        documents: vec![digest("annex")],
    };
    let clause = "87号令 第五十一条、第六十二条（二）";
    let not_asked = Refusal::NotAsked { clause: clause.into() };
    assert_eq!(room.no(bidder(1), answer(1)), not_asked);
    let ask = Command::AskClarification {
        about: About::Bid(1),
        matter: Matter::Unclear,
        text: "请说明质保期自何时起算".into(),
        minutes: 30,
    };
    room.yes(expert(1), ask.clone());
    assert_eq!(room.no(bidder(2), answer(1)), not_asked);
    assert_eq!(room.no(bidder(9), answer(1)), Refusal::NotYourRole);
    room.yes(bidder(1), answer(1));
    assert!(matches!(room.no(bidder(1), answer(1)), Refusal::AlreadyAnswered { .. }));
    room.yes(expert(1), ask);
    room.wait(30);
    assert!(matches!(room.no(bidder(1), answer(2)), Refusal::TimeEnded { .. }));
    // The room's own tick is enough.
    let due = opening::decide(&room.opening, &Actor::Room, opening::Command::Tick, room.now).unwrap();
    assert_eq!(due.iter().map(opening::Event::kind).collect::<Vec<_>>(), ["clarification.lapsed"]);
    assert_eq!(room.yes(Actor::Room, Command::Tick), "clarification.lapsed");
    assert_eq!(room.yes(Actor::Room, Command::Tick), "");
    assert!(matches!(room.no(bidder(1), answer(2)), Refusal::TimeEnded { .. }));
}

#[test]
fn where_members_differ_the_majority_decides_and_the_outvoted_write_why() {
    let mut room = in_conformity(scored(), 4);
    let plan = room.plan().clone();
    for member in 1..=5 {
        let verdict = if member <= 2 { fail(Ground::NoResponse) } else { pass() };
        room.yes(expert(member), give(CONFORMITY, 1, with(&plan, "answers", verdict)));
    }
    let disputed =
        Refusal::Disputed {
            bid: 1, items: vec!["answers".into()], clause: "87号令 第六十一条".into()
        };
    assert_eq!(room.no(expert(1), conclude(1)), disputed);
    let open = |bid, item: &str| Command::OpenVote {
        subject: Subject::Review { review: CONFORMITY, bid, item: item.into() },
        text: "是否满足检测要求".into(),
    };
    assert_eq!(room.no(expert(1), open(1, "sealed")), Refusal::NothingToVote);
    assert_eq!(room.no(expert(1), open(2, "answers")), Refusal::NothingToVote);
    room.yes(expert(1), open(1, "answers"));
    assert_eq!(room.no(expert(1), open(1, "answers")), Refusal::VoteThere { vote: 1 });
    let dissent = |vote| Command::WriteDissent { vote, reason: "检测报告过期".into() };
    assert_eq!(room.no(expert(1), dissent(1)), Refusal::NotOutvoted { vote: 1 });
    room.yes(expert(1), ballot(1, false));
    assert!(matches!(room.no(expert(1), ballot(1, true)), Refusal::AlreadyVoted { .. }));
    for (member, yes) in [(2, false), (3, true), (4, true)] {
        room.yes(expert(member), ballot(1, yes));
    }
    assert_eq!(room.no(expert(1), conclude(1)), disputed);
    assert_eq!(room.yes(expert(5), ballot(1, true)), "vote.balloted vote.closed");
    assert_eq!(room.no(expert(1), ballot(1, true)), Refusal::NoOpenVote { vote: 1 });
    room.yes(expert(1), conclude(1));
    let state = room.state();
    assert!(
        state.stands(1)
            && state.review(CONFORMITY, 1).unwrap().concluded.as_ref().unwrap().votes["answers"] == 1
    );
    assert_eq!(room.no(expert(4), dissent(1)), Refusal::NotOutvoted { vote: 1 });
    room.yes(expert(1), dissent(1));
    // Who was outvoted and stays silent counts as agreeing.
    assert_eq!(room.state().votes[0].silent().collect::<Vec<u8>>(), [2]);
}

#[test]
fn fewer_than_three_qualified_bids_end_a_government_tender() {
    let mut room = Room::new(scored(), 4);
    room.begin();
    room.review(Review::Qualification, &[1, 2]);
    let finish = Command::FinishStage { stage: Stage::Qualification };
    assert_eq!(room.yes(tenderer(), finish.clone()), "lot.cancelled");
    let (ground, clause, _) = room.state().cancelled.unwrap();
    assert_eq!((ground, clause.as_str()), (CancelGround::TooFew, "87号令 第四十四条"));
    assert_eq!(room.no(tenderer(), finish), Refusal::WrongStage { stage: Stage::Cancelled });

    let mut room = in_conformity(scored(), 4);
    room.review(CONFORMITY, &[1, 2]);
    assert_eq!(room.yes(expert(1), Command::FinishStage { stage: Stage::Conformity }), "lot.cancelled");
    assert_eq!(room.state().cancelled.unwrap().1, "政府采购法 第三十六条（一）");
}

#[test]
fn an_engineering_committee_may_reject_all_and_argues_it() {
    for (yes, expect) in [(3, "lot.cancelled"), (2, "stage.finished")] {
        let mut room = in_conformity(engineering(), 4);
        room.review(CONFORMITY, &[1, 2]);
        let finish = Command::FinishStage { stage: Stage::Conformity };
        let few = Refusal::TooFewBids { bids: 2, minimum: 3, clause: "12号令 第二十七条".into() };
        assert_eq!(room.no(expert(1), finish.clone()), few);
        let vote = |bids| Command::OpenVote {
            subject: Subject::Competition { bids },
            text: "有效投标两家，是否明显缺乏竞争".into(),
        };
        assert_eq!(room.no(expert(1), vote(3)), Refusal::NothingToVote);
        room.yes(expert(1), vote(2));
        room.vote(1, yes);
        assert_eq!(room.yes(expert(1), finish), expect);
    }
}

fn fen(fen: u64) -> Fen {
    Fen::try_from(fen).unwrap()
}

#[test]
fn corrections_come_in_order_and_bind_once_confirmed() {
    let mut room = in_conformity(scored(), 4);
    let propose = |bid, rule, before, after| Command::ProposeCorrection {
        bid,
        rule,
        before: fen(before),
        after: fen(after),
        reason: "大写与小写不一致".into(),
        minutes: 30,
    };
    assert_eq!(
        room.no(expert(2), propose(1, CorrectionRule::Words, 100, 90)),
        Refusal::ChairOnly { chair: 1 }
    );
    assert_eq!(room.no(expert(1), propose(1, CorrectionRule::Words, 100, 100)), Refusal::OtherPrice);
    room.yes(expert(1), propose(1, CorrectionRule::Words, 100, 90));
    let order = Refusal::CorrectionOrder { clause: "87号令 第五十九条".into() };
    assert_eq!(room.no(expert(1), propose(1, CorrectionRule::Schedule, 90, 80)), order);
    assert_eq!(room.no(expert(1), propose(1, CorrectionRule::UnitPrices, 100, 80)), Refusal::OtherPrice);
    room.yes(expert(1), propose(1, CorrectionRule::UnitPrices, 90, 80));
    room.yes(expert(1), propose(2, CorrectionRule::Schedule, 50, 60));
    room.yes(expert(1), propose(3, CorrectionRule::Schedule, 50, 60));
    let say = |number, confirmed| Command::AnswerCorrection { number, confirmed };
    assert!(matches!(room.no(bidder(2), say(1, true)), Refusal::NotAsked { .. }));
    room.yes(bidder(1), say(1, true));
    assert!(matches!(room.no(bidder(1), say(1, false)), Refusal::AlreadyAnswered { .. }));
    room.yes(bidder(1), say(2, true));
    room.yes(bidder(2), say(3, false));
    room.wait(31);
    assert!(matches!(room.no(bidder(3), say(4, true)), Refusal::TimeEnded { .. }));
    assert_eq!(room.yes(Actor::Room, Command::Tick), "correction.lapsed");
    let state = room.state();
    assert_eq!(state.inputs().corrected, [(1, fen(80))].into());
    assert_eq!(
        [2, 3].map(|bid| state.rejection(bid)),
        [Some(Rejection::Correction(3)), Some(Rejection::Correction(4))]
    );
    // Engineering names two rules only (12号令 第十九条).
    let mut room = in_conformity(engineering(), 4);
    let order = Refusal::CorrectionOrder { clause: "12号令 第十九条".into() };
    assert_eq!(room.no(expert(1), propose(1, CorrectionRule::Schedule, 100, 90)), order);
}

#[test]
fn an_abnormally_low_price_is_explained_before_it_is_judged() {
    let mut room = Room::new(scored(), 4);
    room.reach_price();
    let open = |triggers: &[Trigger], minutes| Command::OpenLowPrice {
        bid: 1,
        triggers: triggers.to_vec(),
        reason: "报价低于平均报价的50%，请说明成本构成".into(),
        minutes,
    };
    assert!(matches!(
        room.no(expert(1), open(&[Trigger::Committee], 29)),
        Refusal::TooShort { minimum: 30, .. }
    ));
    assert_eq!(room.no(expert(1), open(&[Trigger::Mean], 30)), Refusal::GroundNotHere);
    assert_eq!(room.no(expert(1), open(&[], 30)), Refusal::GroundNotHere);
    assert_eq!(room.no(Actor::Room, open(&[Trigger::Committee], 30)), Refusal::NotYourRole);
    room.yes(Actor::Room, open(&[Trigger::Mean, Trigger::SecondLowest], 30));
    let result = room.result("{\"first\":1}", vec![1]);
    assert!(matches!(room.no(Actor::Room, result), Refusal::Unsettled { low_prices: 1, .. }));
    let vote = Command::OpenVote { subject: Subject::LowPrice { bid: 1 }, text: "说明是否成立".into() };
    assert!(matches!(room.no(expert(1), vote.clone()), Refusal::StillExplaining { .. }));
    let explain = Command::ExplainLowPrice {
        bid: 1,
        text: "自有厂房，见附件".into(),
        documents: vec![digest("costs")],
    };
    assert!(matches!(room.no(bidder(2), explain.clone()), Refusal::NotAsked { .. }));
    room.yes(bidder(1), explain.clone());
    assert!(matches!(room.no(bidder(1), explain), Refusal::AlreadyAnswered { .. }));
    let conclude = Command::ConcludeLowPrice { bid: 1, opinion: "材料不足以证明".into() };
    assert!(matches!(room.no(expert(1), conclude.clone()), Refusal::VoteFirst { .. }));
    room.yes(expert(1), vote);
    room.vote(1, 2);
    room.yes(expert(1), conclude);
    assert_eq!(room.state().rejection(1), Some(Rejection::LowPrice));
    let out = room.result("{\"first\":1}", vec![1]);
    assert_eq!(room.no(Actor::Room, out), Refusal::BidOut { bid: 1 });
    room.yes(Actor::Room, room.result("{\"first\":2}", vec![2]));
    // Once there is a result, nothing of it is opened again.
    let late = Command::OpenLowPrice {
        bid: 2,
        triggers: vec![Trigger::Committee],
        reason: "再议".into(),
        minutes: 30,
    };
    assert!(matches!(room.no(expert(1), late), Refusal::ResultStands { .. }));

    // Who explains nothing proves nothing, and too few bids after that end the lot.
    let mut room = Room::new(scored(), 3);
    room.reach_price();
    room.yes(expert(1), open(&[Trigger::Committee], 30));
    room.wait(31);
    let vote = Command::OpenVote { subject: Subject::LowPrice { bid: 1 }, text: "未说明".into() };
    room.yes(expert(1), vote);
    room.vote(1, 5);
    room.yes(expert(1), Command::ConcludeLowPrice { bid: 1, opinion: "逾期未说明".into() });
    assert_eq!(room.state().rejection(1), Some(Rejection::LowPrice));
    let few = room.result("{\"first\":2}", vec![2]);
    assert!(matches!(room.no(Actor::Room, few), Refusal::TooFewBids { bids: 2, .. }));
    assert_eq!(room.yes(expert(1), Command::FinishStage { stage: Stage::Price }), "lot.cancelled");

    let mut room = Room::new(engineering(), 3);
    room.reach_price();
    assert_eq!(room.no(expert(1), open(&[Trigger::Committee], 30)), Refusal::NoLowPriceReview);
}

#[test]
fn going_back_needs_the_supervisor_and_keeps_what_was_there() {
    let mut room = Room::new(scored(), 4);
    room.reach_price();
    let ask = |stage| Command::AskReopening { stage, reason: "第3家漏审一项".into() };
    assert_eq!(room.no(expert(1), ask(Stage::Report)), Refusal::NotEarlier { stage: Stage::Report });
    assert_eq!(room.no(expert(1), ask(Stage::Assembly)), Refusal::NotEarlier { stage: Stage::Assembly });
    assert_eq!(room.no(expert(2), ask(Stage::Conformity)), Refusal::ChairOnly { chair: 1 });
    room.yes(expert(1), ask(Stage::Conformity));
    let approve = Command::ReopenStage { number: 1, lock_tail: "7D12".into() };
    for stranger in [host(), expert(1), Actor::Room, bidder(1)] {
        assert_eq!(room.no(stranger, approve.clone()), Refusal::NotYourRole);
    }
    let other = Actor::Supervisor { certificate: digest("another"), name: "罗毅".into() };
    assert_eq!(room.no(other, approve.clone()), Refusal::NotYourRole);
    let sheets = room.state().sheets;
    room.yes(supervisor(), approve.clone());
    assert_eq!(room.no(supervisor(), approve), Refusal::NoRequest { number: 1 });
    let state = room.state();
    assert_eq!((state.stage, state.unconcluded(CONFORMITY).count()), (Stage::Conformity, 4));
    // Going back is no ground to change a score.
    assert_eq!(state.sheets, sheets);
    room.conform(&[3]);
    let finish = Command::FinishStage { stage: Stage::Scoring };
    room.yes(expert(1), finish);
    room.yes(Actor::Room, room.result("{\"first\":1}", vec![1]));
    assert!(matches!(room.no(expert(1), ask(Stage::Conformity)), Refusal::ResultStands { .. }));
}

#[test]
fn a_defective_document_stops_the_evaluation() {
    let mut room = in_conformity(scored(), 4);
    let stop = Command::Stop { ground: StopGround::Document, reason: "6.2 与 7.1 互相矛盾".into() };
    assert!(matches!(room.no(expert(1), stop.clone()), Refusal::VoteFirst { .. }));
    let cancel =
        |ground| Command::Cancel { ground, reason: "采购人确认招标文件有重大缺陷".into() };
    assert_eq!(room.no(host(), cancel(CancelGround::Document)), Refusal::GroundNotHere);
    assert_eq!(room.no(host(), cancel(CancelGround::TooFew)), Refusal::GroundNotHere);
    let vote = Command::OpenVote { subject: Subject::Document {}, text: "是否停止评标".into() };
    room.yes(expert(1), vote.clone());
    room.vote(1, 4);
    room.yes(expert(1), stop.clone());
    assert_eq!(room.stage(), Stage::Stopped);
    assert!(matches!(
        room.no(host(), Command::ImportCommittee { list: digest("x") }),
        Refusal::ListImported { .. }
    ));
    room.yes(tenderer(), Command::Resume { reason: "经核对不构成缺陷".into() });
    assert_eq!(room.stage(), Stage::Conformity);
    // The vote was for that stop; another stop needs another vote.
    assert!(matches!(room.no(expert(1), stop.clone()), Refusal::VoteFirst { .. }));
    room.yes(expert(1), vote);
    room.vote(2, 3);
    room.yes(expert(1), stop);
    room.yes(host(), cancel(CancelGround::Document));
    assert_eq!(room.state().cancelled.unwrap().1, "87号令 第六十五条");
}

#[test]
fn a_lot_is_cancelled_on_grounds_of_law() {
    for (ground, clause) in [
        (CancelGround::Unlawful, "政府采购法 第三十六条（二）"),
        (CancelGround::AboveBudget, "政府采购法 第三十六条（三）"),
        (CancelGround::TaskDropped, "政府采购法 第三十六条（四）"),
    ] {
        let mut room = in_conformity(scored(), 4);
        let cancel = Command::Cancel { ground, reason: "见监督部门通知".into() };
        assert_eq!(room.no(expert(1), cancel.clone()), Refusal::NotYourRole);
        room.yes(host(), cancel.clone());
        assert_eq!(room.state().cancelled.clone().unwrap().1, clause);
        assert_eq!(room.no(host(), cancel), Refusal::WrongStage { stage: Stage::Cancelled });
    }
    let mut room = Room::new(scored(), 4);
    room.reach_end();
    let late = Command::Cancel { ground: CancelGround::TaskDropped, reason: "取消".into() };
    assert_eq!(room.no(host(), late), Refusal::WrongStage { stage: Stage::Closed });
}

#[test]
fn draws_are_made_once_and_among_bids_that_stand() {
    let mut room = Room::new(scored(), 4);
    room.reach_price();
    let value = room.value();
    let draw = |among: &[u32], value| {
        let (purpose, among) = (DrawPurpose::SameBrand, among.to_vec());
        Command::RecordDraw { purpose, among, value }
    };
    assert_eq!(room.no(host(), draw(&[1, 2], value)), Refusal::NotYourRole);
    for among in [&[1][..], &[2, 1], &[1, 1], &[]] {
        assert!(matches!(room.no(Actor::Room, draw(among, value)), Refusal::UnusableDraw { .. }));
    }
    assert_eq!(room.no(Actor::Room, draw(&[1, 9], value)), Refusal::BidOut { bid: 9 });
    assert_eq!(room.no(Actor::Room, draw(&[1, 2], Hex32([1; 32]))), Refusal::OtherValue { number: 1 });
    room.yes(Actor::Room, draw(&[1, 2], value));
    let first = room.log.last().unwrap().2.clone();
    assert_eq!(replay(&room.opening, &first), Replayed::Agrees);
    // A value serves one draw.
    assert!(matches!(room.no(Actor::Room, draw(&[1, 2], value)), Refusal::AlreadyDrawn { .. }));
    assert_eq!(room.no(Actor::Room, draw(&[1, 3], value)), Refusal::OtherValue { number: 2 });
    let value = room.value();
    room.yes(Actor::Room, draw(&[1, 3], value));
    // Inside it is read at once, outside nobody learns of it.
    let state = room.state();
    assert!(may_read(Reader::Expert(1), &first, "value", &state));
    assert!(!may_know(Reader::Bidder(1), &first, &state));
    // A lot whose publication commits to nothing has no draws.
    room.opening.draw = None;
    let value = Hex32([1; 32]);
    assert_eq!(room.no(Actor::Room, draw(&[2, 3], value)), Refusal::NoDraws);
}
