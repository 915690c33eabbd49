//! An evaluation of any size, made of its events: the rules are not asked, so that texts may be as odd as a log can hold.

use std::collections::BTreeMap;

use bidroom_canon::{Hex32, Sm3Digest};
use bidroom_domain::evaluation::{
    About, ChairElected, Change, ChangeGround, ClarificationAnswered, ClarificationAsked, CommitmentSigned,
    CommitteeImported, CommitteeList, CommitteeOpened, CorrectionProposed, CorrectionRule, Criterion,
    CriterionKind, CriterionPart, DissentWritten, EvaluationStarted, Event, Failing, Finding, Ground,
    IdentityCheck, LowPriceConcluded, LowPriceExplained, LowPriceOpened, Matter, MemberRole, MemberSeated,
    Plan, ReportChecked, ReportSigned, ResultFixed, Review, ReviewConcluded, ReviewGiven, ReviewItem,
    SheetCommitted, SheetCorrected, SheetPart, SheetsRevealed, Stage, StageFinished, Subject, Trigger,
    Verdict, VoteBalloted, VoteClosed, VoteOpened,
};
use bidroom_domain::{Actor, opening};
use serde_json::json;

use super::committee_room::{Room, digest, expert, host, member};
use super::story;

/// How large, and of which texts; names and reasons are `text` where it is not empty.
pub struct Size<'a> {
    pub bids: u8,
    pub criteria: u32,
    pub items: u32,
    pub experts: u8,
    pub text: &'a str,
}

fn plan(size: &Size<'_>) -> Plan {
    let text = |fallback: String| if size.text.is_empty() { fallback } else { size.text.to_owned() };
    let criterion = |n: u32| Criterion {
        id: format!("c{n}"),
        name: text(format!("评分项第{n}项实施方案")),
        part: if n.is_multiple_of(3) { CriterionPart::Commercial } else { CriterionPart::Technical },
        kind: if n.is_multiple_of(4) { CriterionKind::Objective } else { CriterionKind::Subjective },
        max: 150,
        step: 5,
        blind: false,
        guide: String::new(),
        grades: Vec::new(),
    };
    let item = |n: u32, review| ReviewItem {
        id: format!("i{n}"),
        review,
        text: text(format!("投标文件按招标文件第{n}条要求签署、盖章")),
        clause: text(format!("招标文件 6.{n}")),
    };
    let price = Criterion { id: "price".into(), part: CriterionPart::Price, max: 3000, ..criterion(0) };
    Plan {
        criteria: (1..=size.criteria).map(criterion).chain([price]).collect(),
        reviews: (1..=size.items)
            .map(|n| item(n, if n % 2 == 0 { Review::Qualification } else { Review::Conformity }))
            .collect(),
        ..Plan::scored()
    }
}

fn push(room: &mut Room, by: Actor, event: impl Into<Event>) {
    room.now = room.now.plus_millis(1000);
    let event = event.into();
    room.opening.apply(&opening::Event::Evaluation(event.clone()), room.now);
    room.log.push((room.now, by, event));
}

fn said(room: &Room) -> Sm3Digest {
    digest(&format!("statement {}", room.log.len()))
}

/// From the list to the signed report.
pub fn played(size: &Size<'_>) -> Room {
    let prices: Vec<u64> = (0..u64::from(size.bids)).map(|n| 9_000_000 + n * 137_000).collect();
    let mut room = story::room(plan(size), &prices);
    let text = |fallback: &str| if size.text.is_empty() { fallback.to_owned() } else { size.text.to_owned() };
    let odd = size.text;
    if !odd.is_empty() {
        for row in &mut room.opening.roster {
            row.row.bidder.name = odd.to_owned();
        }
        let lot = room.opening.lot.as_mut().unwrap();
        for field in [
            &mut lot.title,
            &mut lot.lot_title,
            &mut lot.centre,
            &mut lot.room,
            &mut lot.tenderer,
            &mut lot.agency,
        ] {
            *field = odd.to_owned();
        }
    }
    let bids: Vec<u32> = (1..=u32::from(size.bids)).collect();
    let members: Vec<u8> = (1..=size.experts).collect();
    let mut list = CommitteeList {
        salt: Hex32([3; 32]),
        members: members.iter().map(|index| member(*index, MemberRole::Expert)).collect(),
    };
    if !odd.is_empty() {
        for member in &mut list.members {
            member.name = odd.to_owned();
            member.employer = odd.to_owned();
            member.specialty = odd.to_owned();
        }
    }
    push(&mut room, Actor::Room, CommitteeImported { list: list.digest().unwrap() });
    let until = room.now.plus_millis(14_400_000);
    push(&mut room, host(), EvaluationStarted { stage: Stage::Qualification, bids: bids.clone(), until });
    review(&mut room, Review::Qualification, &[None], &bids, &text);
    let opened = CommitteeOpened { list: Some(list), members: members.clone(), representatives: Vec::new() };
    push(&mut room, host(), opened);
    for member in &members {
        let statement = said(&room);
        let (seat, identity) = (*member, IdentityCheck::IdCard);
        let terminal = Some(text("终端"));
        push(
            &mut room,
            host(),
            MemberSeated { member: *member, seat, terminal, identity, phone_deposited: true, statement },
        );
        let statement = said(&room);
        push(&mut room, expert(*member), CommitmentSigned { member: *member, statement });
    }
    push(&mut room, expert(1), ChairElected { round: 1, chair: 1, votes: 5 });
    let reviewers: Vec<Option<u8>> = members.iter().copied().map(Some).collect();
    review(&mut room, Review::Conformity, &reviewers, &bids, &text);
    questions(&mut room, &text);
    for member in &members {
        let row = |bid: u32| -> BTreeMap<String, u32> {
            (1..=size.criteria)
                .map(|n| (format!("c{n}"), 5 * ((n + bid + u32::from(*member)) % 31)))
                .collect()
        };
        let sheet = Some(bids.iter().map(|bid| (*bid, row(*bid))).collect());
        let statement = said(&room);
        let part = SheetPart::Whole;
        push(
            &mut room,
            expert(*member),
            SheetCommitted { part, member: *member, bids: bids.clone(), sheet, statement },
        );
    }
    push(&mut room, expert(1), SheetsRevealed { part: SheetPart::Whole });
    let from = room.state().score(SheetPart::Whole, 2, 1, "c1").unwrap();
    let changes = Some(vec![Change { bid: 1, item: "c1".into(), from, to: 150 }]);
    let (ground, reason, statement) = (ChangeGround::Abnormal, Some(text("按评分标准第2档")), said(&room));
    push(
        &mut room,
        expert(2),
        SheetCorrected { part: SheetPart::Whole, member: 2, ground, changes, reason, statement },
    );
    let rows: Vec<_> = bids
        .iter()
        .map(|bid| json!({"bid": bid, "status": "evaluated", "evaluated_price": "9,137,000.00", "price_score": "29.5502", "total": "78.1204", "rank": bid}))
        .collect();
    let table = json!({"method": digest("m"), "outcome": digest("o"), "rows": rows}).to_string();
    let fixed = ResultFixed {
        number: 1,
        inputs: digest("inputs"),
        outcome: digest("outcome"),
        table: Some(table),
        candidates: Some(vec![1, 2, 3]),
        ground: None,
        reason: None,
    };
    push(&mut room, Actor::Room, fixed);
    let statement = Some(said(&room));
    push(&mut room, expert(1), StageFinished { stage: Stage::Price, next: Stage::Report, bids, statement });
    let report = digest("report");
    let findings = Some(vec![Finding { code: "deviation".into(), text: text("偏离均值") }]);
    push(&mut room, Actor::Room, ReportChecked { report, count: 1, findings });
    for member in &members {
        let statement = said(&room);
        let dissent = (*member == 2).then(|| text("不同意第 1 家的业绩分"));
        push(&mut room, expert(*member), ReportSigned { member: *member, report, dissent, statement });
    }
    room
}

fn review(
    room: &mut Room,
    review: Review,
    reviewers: &[Option<u8>],
    bids: &[u32],
    text: &dyn Fn(&str) -> String,
) {
    let items: Vec<String> = room.plan().items(review).map(|item| item.id.clone()).collect();
    for bid in bids {
        for reviewer in reviewers {
            let fails = |n: usize| *bid == 3 && n == 0 && reviewer.is_none_or(|member| member != 2);
            let verdict = |n: usize| match fails(n) && review == Review::Conformity {
                true => Verdict {
                    passes: false,
                    ground: Some(Ground::NoResponse),
                    reason: Some(text("不满足要求")),
                },
                false => Verdict { passes: true, ground: None, reason: None },
            };
            let verdicts = items.iter().enumerate().map(|(n, item)| (item.clone(), verdict(n))).collect();
            let by = reviewer.map_or_else(host, expert);
            let statement = said(room);
            push(
                room,
                by,
                ReviewGiven { review, bid: *bid, member: *reviewer, verdicts: Some(verdicts), statement },
            );
        }
        let failing = (*bid == 3 && review == Review::Conformity).then(|| Failing {
            item: items[0].clone(),
            grounds: vec![Ground::NoResponse],
            clause: text("招标文件 6.1"),
        });
        let statement = Some(said(room));
        let failing = failing.into_iter().collect();
        push(
            room,
            expert(1),
            ReviewConcluded { review, bid: *bid, failing, votes: BTreeMap::new(), statement },
        );
    }
}

fn questions(room: &mut Room, text: &dyn Fn(&str) -> String) {
    let until = room.now.plus_millis(1_800_000);
    let (about, matter) = (About::Bid(2), Matter::Mistake);
    let statement = said(room);
    push(
        room,
        expert(1),
        ClarificationAsked {
            number: 1,
            about,
            matter,
            text: Some(text("请说明")),
            minutes: 30,
            until,
            statement,
        },
    );
    let statement = said(room);
    let documents = vec![digest("annex"); 3];
    push(
        room,
        super::committee_room::bidder(2),
        ClarificationAnswered { number: 1, text: Some(text("说明如下")), documents, statement },
    );
    let (before, after) = (Some(story::yuan(9_137_000)), Some(story::yuan(9_999_999_999)));
    let (rule, reason, clause, statement) =
        (CorrectionRule::Words, Some(text("大写为准")), text("87号令 第五十九条"), said(room));
    push(
        room,
        expert(1),
        CorrectionProposed {
            number: 1,
            bid: 2,
            rule,
            before,
            after,
            reason,
            clause,
            minutes: 30,
            until,
            statement,
        },
    );
    let reason = Some(text("请说明成本"));
    push(
        room,
        Actor::Room,
        LowPriceOpened {
            bid: 1,
            triggers: vec![Trigger::Mean, Trigger::Ceiling],
            reason,
            minutes: 30,
            until,
            statement: None,
        },
    );
    let (reply, statement) = (Some(text("成本说明")), said(room));
    push(
        room,
        super::committee_room::bidder(1),
        LowPriceExplained { bid: 1, text: reply, documents: Vec::new(), statement },
    );
    let statement = said(room);
    push(
        room,
        expert(1),
        VoteOpened {
            vote: 1,
            subject: Subject::LowPrice { bid: 1 },
            text: Some(text("能否证明")),
            statement,
        },
    );
    for member in 1..=3_u8 {
        let (agrees, statement) = (Some(member != 2), said(room));
        push(room, expert(member), VoteBalloted { vote: 1, member, agrees, reason: None, statement });
    }
    push(room, expert(3), VoteClosed { vote: 1, yes: 2, no: 1, carried: true });
    let (reason, statement) = (Some(text("材料不足")), said(room));
    push(room, expert(2), DissentWritten { vote: 1, member: 2, reason, statement });
    let (opinion, statement) = (Some(text("可以证明")), said(room));
    push(room, expert(1), LowPriceConcluded { bid: 1, proven: true, vote: 1, opinion, statement });
}
