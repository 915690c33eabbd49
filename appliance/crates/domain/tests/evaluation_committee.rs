//! The committee: each rule with the clause it is refused by, and what becomes of the work of who leaves.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

mod committee_room;

use bidroom_domain::evaluation::{
    Command, CommitteeList, LeaveGround, MemberRole, Plan, Refusal, Relation, RelationKind, Review, Stage,
    StopGround, VoidCause, Voided,
};
use bidroom_domain::{Actor, Fen, ProcurementKind, opening};
use committee_room::*;

fn in_assembly(plan: Plan) -> Room {
    let mut room = Room::new(plan, 4);
    room.begin();
    if room.plan().is_purchasers(Review::Qualification) {
        room.qualify(&[]);
    }
    room
}

/// Imports another list into a fresh room, opens it, and says what came of it.
fn open(plan: Plan, list: CommitteeList) -> Result<String, Refusal> {
    let mut room = Room::new(plan, 4);
    room.yes(Actor::Room, Command::ImportCommittee { list: list.digest().unwrap() });
    room.yes(host(), Command::Start);
    if room.plan().is_purchasers(Review::Qualification) {
        room.qualify(&[]);
    }
    room.try_it(host(), Command::OpenCommittee { list: Box::new(list) }).map(|kinds| kinds.join(" "))
}

fn with(change: impl FnOnce(&mut CommitteeList)) -> CommitteeList {
    let mut list = list(5);
    change(&mut list);
    list
}

#[track_caller]
fn check_list(plan: Plan, list: CommitteeList, expect: Result<&str, (&str, &str)>) {
    let opened = open(plan, list);
    let said = opened.as_ref().map(String::as_str).map_err(|refusal| {
        let value = serde_json::to_value(refusal).unwrap();
        let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        (text("rule"), text("clause"))
    });
    match (said, expect) {
        (Ok(kinds), Ok(wanted)) => assert_eq!(kinds, wanted),
        (Err((rule, clause)), Err((wanted, by))) => {
            assert_eq!((rule.as_str(), clause.as_str()), (wanted, by))
        }
        (said, expect) => panic!("{said:?}, expected {expect:?}"),
    }
}

#[test]
fn a_committee_is_composed_as_the_law_asks() {
    let clause = "87号令 第四十七条";
    check_list(scored(), list(5), Ok("committee.opened"));
    check_list(scored(), list(7), Ok("committee.opened"));
    check_list(scored(), list(6), Err(("even_committee", clause)));
    check_list(scored(), list(3), Err(("too_few_members", clause)));
    let two = |list: &mut CommitteeList| {
        list.members[3].role = MemberRole::Representative;
        list.members[3].employer = "招标人".into();
    };
    check_list(scored(), with(two), Err(("too_few_experts", clause)));
    check_list(engineering(), with(two), Err(("too_few_experts", "招标投标法 第三十七条")));

    // At least seven from a budget of 10 million yuan, inclusive; or complex; or of high social impact.
    let large = "87号令 第四十七条（一）（二）（三）";
    for (fen, complex, social, wanted) in [
        (Some(999_999_999), false, false, Ok("committee.opened")),
        (Some(1_000_000_000), false, false, Err(("too_few_members", large))),
        (None, true, false, Err(("too_few_members", large))),
        (None, false, true, Err(("too_few_members", large))),
    ] {
        let mut plan = scored();
        plan.committee.budget = fen.map(|fen| Fen::try_from(fen).unwrap());
        plan.committee.is_complex = complex;
        plan.committee.has_social_impact = social;
        check_list(plan, list(5), wanted);
    }

    let agency = |list: &mut CommitteeList| list.members[0].employer = "代理机构".into();
    check_list(scored(), with(agency), Err(("agency_staff", clause)));
    let purchaser = |list: &mut CommitteeList| list.members[0].employer = "招标人".into();
    check_list(scored(), with(purchaser), Err(("purchasers_expert", clause)));
    let attended = |list: &mut CommitteeList| list.members[4].certificate = Some(digest("tenderer"));
    check_list(scored(), with(attended), Err(("attended_opening", "87号令 第四十条")));
    check_list(engineering(), with(attended), Ok("committee.opened"));
    let twice = |list: &mut CommitteeList| list.members[1].name = list.members[0].name.clone();
    check_list(scored(), with(twice), Err(("unusable_list", "")));
}

#[test]
fn an_interest_in_a_bidder_is_found_and_its_member_has_to_leave() {
    let employer = |list: &mut CommitteeList| list.members[1].employer = firm(2).name;
    check_list(scored(), with(employer), Ok("committee.opened recusal.found"));
    for kind in [RelationKind::Shareholder, RelationKind::Relative] {
        let related = |list: &mut CommitteeList| {
            list.members[2].relations.push(Relation { firm: firm(3).code, kind });
        };
        check_list(scored(), with(related), Ok("committee.opened recusal.found"));
    }
    // A firm that does not bid is nobody's concern.
    let elsewhere = |list: &mut CommitteeList| {
        list.members[2].relations.push(Relation { firm: firm(9).code, kind: RelationKind::Shareholder });
    };
    check_list(scored(), with(elsewhere), Ok("committee.opened"));
}

#[test]
fn the_list_stays_sealed_until_the_opening_is_closed() {
    let mut room = Room::new(scored(), 4);
    let early = room.no(host(), Command::OpenCommittee { list: Box::new(list(5)) });
    assert_eq!(early, Refusal::WrongStage { stage: Stage::Waiting });
    room.opening.phase = opening::Phase::Confirm;
    // The sealed list may come in before; nothing else begins.
    room.yes(Actor::Room, Command::ImportCommittee { list: list(5).digest().unwrap() });
    assert_eq!(room.no(host(), Command::Start), Refusal::OpeningNotClosed);
    let again = room.no(host(), Command::ImportCommittee { list: digest("another") });
    assert!(matches!(again, Refusal::ListImported { .. }));
    room.opening.phase = opening::Phase::Closed;
    room.yes(host(), Command::Start);
    room.qualify(&[]);
    let other = with(|list| list.members[0].name = "换了一个人".into());
    let other = room.no(host(), Command::OpenCommittee { list: Box::new(other) });
    assert_eq!(other, Refusal::OtherList { list: list(5).digest().unwrap() });
    room.yes(host(), Command::OpenCommittee { list: Box::new(list(5)) });
}

#[test]
fn one_person_one_seat_one_terminal() {
    let mut room = in_assembly(scored());
    room.yes(host(), Command::OpenCommittee { list: Box::new(list(5)) });
    let kept = Command::SeatMember {
        member: 1,
        seat: 1,
        terminal: "终端1".into(),
        identity: bidroom_domain::evaluation::IdentityCheck::IdCard,
        phone_deposited: false,
    };
    assert_eq!(room.no(host(), kept), Refusal::PhoneKept);
    assert_eq!(room.no(expert(1), seat(1, 1, "终端1")), Refusal::NotYourRole);
    let commit = Command::SignCommitment;
    assert_eq!(room.no(expert(1), commit.clone()), Refusal::NotSeated { member: 1 });
    room.yes(host(), seat(1, 1, "终端1"));
    assert_eq!(room.no(host(), seat(2, 1, "终端2")), Refusal::SeatTaken { seat: 1, member: 1 });
    assert_eq!(room.no(host(), seat(2, 2, "终端1")), Refusal::TerminalTaken { member: 1 });
    assert!(matches!(room.no(host(), seat(1, 2, "终端2")), Refusal::AlreadyDone { .. }));
    room.yes(host(), seat(2, 2, "终端2"));
    let move_to = |terminal: &str| Command::MoveMember {
        member: 1,
        terminal: terminal.into(),
        reason: "终端1没有响应".into(),
    };
    assert_eq!(room.no(host(), move_to("终端2")), Refusal::TerminalTaken { member: 2 });
    assert_eq!(room.yes(host(), move_to("终端9")), "member.moved");
    // The terminal that was left is free again.
    room.yes(host(), seat(3, 3, "终端1"));
    room.yes(expert(1), commit.clone());
    assert!(matches!(room.no(expert(1), commit), Refusal::AlreadyDone { .. }));
    assert_eq!(room.no(host(), seat(9, 9, "终端7")), Refusal::NoSuchMember { member: 9 });
}

#[test]
fn a_chair_is_elected_never_the_purchasers_representative() {
    let mut room = in_assembly(scored());
    room.yes(host(), Command::OpenCommittee { list: Box::new(list(5)) });
    let vote = |round, choice| Command::VoteChair { round, choice };
    for member in 1..=4 {
        room.seat(member);
    }
    assert_eq!(room.no(expert(1), vote(1, 1)), Refusal::NotReady { members: vec![5] });
    room.seat(5);
    let refused = room.no(expert(1), vote(1, 5));
    assert_eq!(refused, Refusal::RepresentativeAsChair { clause: "87号令 第四十五条（四）".into() });
    for (member, choice) in [(1, 1), (2, 1), (3, 2), (4, 2)] {
        room.yes(expert(member), vote(1, choice));
    }
    assert!(matches!(room.no(expert(1), vote(1, 1)), Refusal::AlreadyVoted { .. }));
    assert_eq!(room.yes(expert(5), vote(1, 3)), "chair.balloted chair.tied");
    assert_eq!(room.no(expert(5), vote(1, 3)), Refusal::OtherRound { round: 2 });
    let finish = Command::FinishStage { stage: Stage::Assembly };
    assert!(matches!(room.no(host(), finish.clone()), Refusal::NoChair { .. }));
    room.elect(2);
    assert_eq!(room.state().chair(), Some(2));
    assert_eq!(room.no(expert(1), vote(2, 1)), Refusal::ChairThere { chair: 2 });
    room.yes(host(), finish);
    // Whoever resigns from the chair stays a member, and another one is elected.
    let resign = Command::ResignChair { reason: "身体不适".into() };
    assert_eq!(room.no(expert(1), resign.clone()), Refusal::ChairOnly { chair: 2 });
    room.yes(expert(2), resign);
    let conclude = Command::ConcludeReview { review: Review::Conformity, bid: 1 };
    assert!(matches!(room.no(expert(2), conclude), Refusal::NoChair { .. }));
    room.elect(3);
    assert_eq!((room.state().chair(), room.sitting().len()), (Some(3), 5));

    // Where the law lets the purchaser's representative be the chair (12号令 第九条) it may be elected.
    let mut room = in_assembly(engineering());
    room.yes(host(), Command::OpenCommittee { list: Box::new(list(5)) });
    (1..=5).for_each(|member| room.seat(member));
    room.elect(5);
}

fn replace(room: &Room, leaves: u8, comes: u8) -> Command {
    let role = room.state().member(leaves).unwrap().role;
    Command::ReplaceMember {
        member: leaves,
        ground: LeaveGround::Health,
        reason: "突发疾病，已送医".into(),
        successor: Box::new(member(comes, role)),
    }
}

#[test]
fn what_a_replaced_member_found_is_void_and_done_again() {
    let mut room = Room::new(scored(), 4);
    room.reach_price();
    room.yes(Actor::Room, room.result("{\"first\":1}", vec![1]));
    let recuse = Command::DeclareRecusal { reason: "与第2家有利害关系".into() };
    assert_eq!(room.yes(expert(3), recuse), "recusal.declared");
    let state = room.state();
    assert_eq!((state.stage, state.result.is_none()), (Stage::Conformity, true));
    let void = |wanted: fn(&Voided) -> bool| {
        state.void.iter().filter(|it| it.cause == VoidCause::MemberLeft && wanted(&it.what)).count()
    };
    assert_eq!(void(|it| matches!(it, Voided::Opinion { member: Some(3), .. })), 4);
    assert_eq!(void(|it| matches!(it, Voided::Conclusion { .. })), 4);
    assert_eq!(void(|it| matches!(it, Voided::Sheet { member: 3, .. })), 1);
    assert_eq!(void(|it| matches!(it, Voided::Result(_))), 1);
    // The purchaser's review is not the committee's: it stands.
    assert_eq!(state.unconcluded(Review::Qualification).count(), 0);
    assert!(!state.inputs().scores.contains_key(&3));

    let gone = room.no(expert(3), Command::SignCommitment);
    assert!(matches!(gone, Refusal::MemberLeft { member: 3, .. }));
    let finish = Command::FinishStage { stage: Stage::Conformity };
    assert!(matches!(
        room.no(expert(1), finish.clone()),
        Refusal::TooFewMembers { members: 4, minimum: 5, .. }
    ));
    let mut own = member(6, MemberRole::Expert);
    own.relations.push(Relation { firm: firm(1).code, kind: RelationKind::Relative });
    let related = Command::ReplaceMember {
        member: 3,
        ground: LeaveGround::Recused,
        reason: "回避".into(),
        successor: Box::new(own),
    };
    assert!(matches!(room.no(host(), related), Refusal::RelatedToBidder { .. }));
    assert!(matches!(room.no(host(), replace(&room, 3, 2)), Refusal::UnusableList { .. }));
    room.yes(host(), replace(&room, 3, 6));
    assert!(matches!(room.no(host(), replace(&room, 3, 7)), Refusal::MemberLeft { member: 3, .. }));
    assert_eq!(room.no(expert(1), finish), Refusal::NotReady { members: vec![6] });
    room.seat(6);
    // Only the successor reviews again; the others' verdicts stand, the conclusions are drawn again.
    let conclude = |bid| Command::ConcludeReview { review: Review::Conformity, bid };
    assert_eq!(room.no(expert(1), conclude(1)), Refusal::OpinionsMissing { bid: 1, members: vec![6] });
    for bid in 1..=4 {
        room.yes(expert(6), give(Review::Conformity, bid, verdicts(room.plan(), Review::Conformity, true)));
        room.yes(expert(1), conclude(bid));
    }
    room.yes(expert(1), Command::FinishStage { stage: Stage::Conformity });
    let whole = bidroom_domain::evaluation::SheetPart::Whole;
    assert_eq!(room.state().awaited_sheets(whole), [6]);
    assert_eq!(room.yes(expert(6), room.sheet(whole, 6, 500)), "sheet.committed sheets.revealed");
    room.yes(expert(1), Command::FinishStage { stage: Stage::Scoring });
}

#[test]
fn where_nobody_can_replace_the_evaluation_stops_and_a_new_committee_begins() {
    let mut room = Room::new(scored(), 4);
    room.reach_price();
    let stop = Command::Stop { ground: StopGround::NoReplacement, reason: "库内无同专业专家".into() };
    assert_eq!(room.no(host(), stop.clone()), Refusal::GroundNotHere);
    room.yes(expert(2), Command::DeclareRecusal { reason: "回避".into() });
    assert_eq!(room.yes(host(), stop), "evaluation.stopped");
    let state = room.state();
    assert!(state.committee.is_none() && state.sheets.is_empty() && state.result.is_none());
    assert!(
        state.reviews[&Review::Conformity]
            .values()
            .all(|it| it.opinions.is_empty() && it.concluded.is_none())
    );
    assert_eq!(state.unconcluded(Review::Qualification).count(), 0);
    let sealed = room.no(expert(1), Command::SignCommitment);
    assert_eq!(sealed, Refusal::WrongStage { stage: Stage::Stopped });
    // No member of the old one comes back under its index.
    room.yes(host(), Command::ImportCommittee { list: list(5).digest().unwrap() });
    assert_eq!(room.stage(), Stage::Assembly);
    let old = room.no(host(), Command::OpenCommittee { list: Box::new(list(5)) });
    assert!(matches!(old, Refusal::UnusableList { .. }));
}

#[test]
fn more_than_a_third_extend_the_time() {
    let mut room = Room::new(scored(), 4);
    room.begin();
    room.before_conformity();
    let ask = || Command::AskTime { reason: "技术文件页数多".into() };
    let until = room.state().until.unwrap();
    assert_eq!(room.yes(expert(4), ask()), "time.asked");
    assert!(matches!(room.no(expert(4), ask()), Refusal::AlreadyDone { .. }));
    // Two of five are more than a third.
    assert_eq!(room.yes(expert(5), ask()), "time.asked time.extended");
    assert_eq!(room.state().until, Some(until.plus_seconds(3600)));
    assert_eq!(room.yes(expert(5), ask()), "time.asked");
}

#[test]
fn a_plan_that_contradicts_the_law_is_not_imported() {
    let check = |change: fn(&mut Plan), wanted: &str| {
        let mut plan = scored();
        change(&mut plan);
        let said = bidroom_domain::evaluation::check_plan(&plan, ProcurementKind::OpenTender).unwrap_err();
        assert!(said.contains(wanted), "{said}");
    };
    assert_eq!(bidroom_domain::evaluation::check_plan(&scored(), ProcurementKind::OpenTender), Ok(()));
    for good in [blind(), engineering(), filled(Plan::lowest_price(), false)] {
        let checked = bidroom_domain::evaluation::check_plan(&good, ProcurementKind::InvitedTender);
        assert_eq!(checked, Ok(()), "{:?}", good.procedure);
    }
    assert!(import(scored()).is_ok());
    let refused = import(filled(Plan::consultation(), false));
    assert!(matches!(refused, Err(opening::Refusal::UnusableLot { .. })), "{refused:?}");
    // No tender passes for a consultation, which needs fewer members.
    let consultation = filled(Plan::consultation(), false);
    for (kind, fits) in
        [(ProcurementKind::CompetitiveConsultation, true), (ProcurementKind::OpenTender, false)]
    {
        assert_eq!(bidroom_domain::evaluation::check_plan(&consultation, kind).is_ok(), fits);
    }
    check(|plan| plan.committee.minimum.value = 3, "committee.minimum");
    check(|plan| plan.committee.experts.value.parts = 1, "two thirds");
    check(|plan| plan.committee.representative_may_chair.value = true, "chair");
    check(|plan| plan.minimum_qualified.value = 2, "minimum_qualified");
    check(|plan| plan.minimum_responsive.value = 2, "minimum_responsive");
    check(|plan| plan.below_minimum = Plan::engineering().below_minimum, "below_minimum");
    check(|plan| plan.candidates.value = 4, "candidates");
    check(|plan| plan.criteria[0].step = 300, "steps");
    check(|plan| plan.criteria[0].blind = true, "blind_clause");
    check(|plan| plan.criteria[3].blind = true, "blind");
    check(|plan| plan.blind_documents.push("技术文件.pdf".into()), "blind_documents");
    check(|plan| plan.criteria[1].grades = vec![grade(0, 1000), grade(1000, 2000)], "grades");
    check(|plan| plan.criteria[1].grades = vec![grade(0, 3050)], "grades");
    check(|plan| plan.criteria[1].grades = vec![grade(0, 1001)], "grades");
    check(|plan| plan.criteria[1].guide = "看".repeat(501), "grades");
    check(|plan| plan.criteria.clear(), "procedure");
    check(|plan| plan.reviews.clear(), "conformity");
    check(|plan| plan.reviews[0].clause.clear(), "clause");
    check(|plan| plan.reviews[1].id = "licence".into(), "unique");
    check(|plan| plan.clarify_minutes.value = 0, "clarify_minutes");
}

fn grade(from: u32, to: u32) -> bidroom_domain::evaluation::Grade {
    bidroom_domain::evaluation::Grade { name: "良".into(), from, to }
}
