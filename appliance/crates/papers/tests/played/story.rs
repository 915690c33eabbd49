//! The days that are played.

use bidroom_canon::Hex32;
use bidroom_domain::evaluation::{
    About, Change, ChangeGround, Command, CorrectionRule, Finding, Ground, LeaveGround, Matter, MemberRole,
    Plan, Review, SheetPart, Stage, Subject,
};
use bidroom_domain::opening::ScheduleRow;
use bidroom_domain::{Actor, Fen};
use bidroom_outcome::{Computed, compute, low_prices};
use serde_json::json;

use super::committee_room::{
    Room, bidder, digest, engineering, expert, fail, filled, give, host, list, member, pass, scored, sign,
    supervisor, verdicts,
};

const CONFORMITY: Review = Review::Conformity;

/// Fen of whole yuan.
pub fn yuan(yuan: u64) -> Fen {
    Fen::try_from(yuan * 100).unwrap()
}

/// A room whose bids have prices, in whole yuan.
pub fn room(plan: Plan, prices: &[u64]) -> Room {
    let mut room = Room::new(plan, u8::try_from(prices.len()).unwrap());
    for (row, price) in room.opening.roster.iter_mut().zip(prices) {
        let schedule = json!({"fields": [{"key": "price", "value": {"fen": price * 100}}]}).to_string();
        row.schedule = Some(ScheduleRow { schedule, salt: Hex32([7; 32]), commitment: digest("schedule") });
    }
    if let Some(lot) = &mut room.opening.lot {
        lot.title = "云州市城区供水管网水质在线监测设备采购项目".into();
        lot.centre = "云州市公共资源交易中心".into();
        lot.tenderer = "云州市水务局".into();
        lot.agency = "云州诚达项目管理有限公司".into();
        lot.ceiling = Some(yuan(12_500_000));
    }
    room
}

/// The plan of the rooms here, with the method that says the same.
pub fn with_method() -> Plan {
    let item = |id: &str, kind: &str, maximum: &str| json!({"id": id, "name": {"zh": id, "en": id}, "maximum": maximum, "item": {"kind": kind}});
    let method = json!({
        "format": "bidroom-method/1",
        "id": "goods",
        "name": {"zh": "综合评分法", "en": "scoring"},
        "clause": "招标文件 第六章",
        "regime": "government_procurement",
        "object": "goods",
        "full": "100",
        "price": {"low_price_first": {"maximum": "40"}},
        "criteria": [
            item("cases", "objective", "10"),
            item("design", "subjective", "30"),
            item("service", "subjective", "20"),
        ],
    });
    Plan { method: Some(method), ..scored() }
}

fn conclude(room: &mut Room, bids: &[u32]) {
    for bid in bids {
        room.yes(room.chair(), Command::ConcludeReview { review: CONFORMITY, bid: *bid });
    }
}

/// The committee votes whether bid 6 passes, and finds that it does not.
fn vote_on_six(room: &mut Room) -> u32 {
    let subject = Subject::Review { review: CONFORMITY, bid: 6, item: "answers".into() };
    room.yes(room.chair(), Command::OpenVote { subject, text: "检测报告是否满足 6.4".into() });
    let number = u32::try_from(room.state().votes.len()).unwrap();
    room.vote(number, 2);
    number
}

/// All that can happen in one evaluation that ends well. Seven bids: 7 is not qualified, 6 does not conform after a dispute, 1
/// is abnormally low and proven, 2 is corrected. Member 4 is replaced by 6; a score is corrected; the result changes.
pub fn full() -> (Room, Computed) {
    let mut room = room(
        with_method(),
        &[5_480_000, 10_986_524, 11_238_000, 12_180_000, 9_618_000, 10_455_000, 9_999_000],
    );
    room.begin();
    room.qualify(&[7]);
    room.assemble();

    for bid in 1..=5 {
        for member in room.sitting() {
            room.yes(expert(member), give(CONFORMITY, bid, verdicts(room.plan(), CONFORMITY, true)));
        }
    }
    for member in room.sitting() {
        let mut verdicts = verdicts(room.plan(), CONFORMITY, true);
        verdicts.insert("answers".into(), if member > 2 { fail(Ground::NoResponse) } else { pass() });
        room.yes(expert(member), give(CONFORMITY, 6, verdicts));
    }
    let ask = |bid, text: &str| Command::AskClarification {
        about: About::Bid(bid),
        matter: Matter::Unclear,
        text: text.to_owned(),
        minutes: 30,
    };
    room.yes(expert(1), ask(3, "第37页与第52页的流量不一致，请说明"));
    room.yes(expert(1), ask(5, "请说明质保期自何时起算"));
    let answer = "以第52页为准，流量为每小时30立方米";
    let documents = vec![digest("annex")];
    room.yes(bidder(3), Command::AnswerClarification { number: 1, text: answer.into(), documents });
    room.yes(
        expert(1),
        Command::ProposeCorrection {
            bid: 2,
            rule: CorrectionRule::Words,
            before: yuan(10_986_524),
            after: yuan(10_968_524),
            reason: "大写与小写不一致，以大写为准".into(),
            minutes: 30,
        },
    );
    room.yes(bidder(2), Command::AnswerCorrection { number: 1, confirmed: true });
    room.wait(31);
    room.yes(Actor::Room, Command::Tick);
    let vote = vote_on_six(&mut room);
    let dissent = "检测报告附在第118页，应认定响应";
    room.yes(expert(2), Command::WriteDissent { vote, reason: dissent.into() });
    conclude(&mut room, &[1, 2, 3, 4, 5, 6]);
    room.yes(room.chair(), Command::FinishStage { stage: Stage::Conformity });

    // Back to the conformity review, with the supervisor's approval.
    let reason = "复核第 6 家检测报告".to_owned();
    room.yes(room.chair(), Command::AskReopening { stage: Stage::Conformity, reason });
    room.yes(supervisor(), Command::ReopenStage { number: 1, lock_tail: "7D12".into() });
    vote_on_six(&mut room);
    conclude(&mut room, &[1, 2, 3, 4, 5, 6]);
    room.yes(room.chair(), Command::FinishStage { stage: Stage::Conformity });

    for member in [1, 2, 4] {
        room.yes(expert(member), room.sheet(SheetPart::Whole, member, 500));
    }
    room.yes(
        host(),
        Command::ReplaceMember {
            member: 4,
            ground: LeaveGround::Health,
            reason: "突发疾病，已送医".into(),
            successor: Box::new(member(6, MemberRole::Expert)),
        },
    );
    room.seat(6);
    for bid in 1..=6 {
        let mut verdicts = verdicts(room.plan(), CONFORMITY, true);
        if bid == 6 {
            verdicts.insert("answers".into(), fail(Ground::NoResponse));
        }
        room.yes(expert(6), give(CONFORMITY, bid, verdicts));
    }
    vote_on_six(&mut room);
    conclude(&mut room, &[1, 2, 3, 4, 5, 6]);
    room.yes(room.chair(), Command::FinishStage { stage: Stage::Conformity });
    for member in [3, 5, 6] {
        room.yes(expert(member), room.sheet(SheetPart::Whole, member, 500));
    }
    room.yes(room.chair(), Command::FinishStage { stage: Stage::Scoring });

    low_price(&mut room, 4);
    let first = compute(&room.opening).unwrap();
    room.yes(Actor::Room, first.fix(None));
    correct_abnormal(&mut room);
    let second = compute(&room.opening).unwrap();
    room.yes(Actor::Room, second.fix(Some((ChangeGround::Abnormal, "复核发现评分畸低".into()))));
    room.yes(room.chair(), Command::FinishStage { stage: Stage::Price });
    finish(&mut room);
    (room, second)
}

/// The price that the figures call abnormally low: explained, voted on with so many yes, concluded.
pub fn low_price(room: &mut Room, yes: usize) {
    let due = low_prices(&compute(&room.opening).unwrap(), &room.state());
    let (bid, triggers) = due.first().cloned().unwrap();
    let reason = "报价低于最高限价的 45%，请说明成本构成".to_owned();
    room.yes(Actor::Room, Command::OpenLowPrice { bid, triggers, reason, minutes: 30 });
    let text = "核心部件自产，附近三年同类合同与成本核算表".to_owned();
    let by = bidder(u8::try_from(bid).unwrap());
    room.yes(by, Command::ExplainLowPrice { bid, text, documents: vec![digest("costs")] });
    room.yes(
        room.chair(),
        Command::OpenVote { subject: Subject::LowPrice { bid }, text: "能否证明合理".into() },
    );
    let number = u32::try_from(room.state().votes.len()).unwrap();
    room.vote(number, yes);
    let opinion = "核对附件与合同后作出认定".to_owned();
    room.yes(room.chair(), Command::ConcludeLowPrice { bid, opinion });
}

/// A score that the committee finds abnormal and its member changes.
fn correct_abnormal(room: &mut Room) {
    let subject = Subject::Abnormal { member: 2, part: SheetPart::Whole, bid: 3, item: "design".into() };
    room.yes(room.chair(), Command::OpenVote { subject, text: "明显偏离".into() });
    let number = u32::try_from(room.state().votes.len()).unwrap();
    room.vote(number, 3);
    let from = room.state().score(SheetPart::Whole, 2, 3, "design").unwrap();
    let changes = vec![Change { bid: 3, item: "design".into(), from, to: 2150 }];
    let (ground, reason) = (ChangeGround::Abnormal, "按评分标准第2档".into());
    room.yes(expert(2), Command::CorrectSheet { part: SheetPart::Whole, ground, changes, reason });
}

/// The report: findings answered, one dissent, one that refuses to sign.
fn finish(room: &mut Room) {
    let report = digest("report");
    let findings =
        vec![Finding { code: "deviation".into(), text: "2 号评委第 3 家设计分偏离均值".into() }];
    room.yes(Actor::Room, Command::CheckReport { report, findings });
    room.yes(room.chair(), Command::AcknowledgeFindings { report, text: "经复核维持".into() });
    let dissent = Some("第 5 家业绩不应得满分，理由见附页".to_owned());
    room.yes(expert(2), Command::SignReport { report, dissent });
    let note = "拒绝签字，未说明理由".to_owned();
    room.yes(expert(1), Command::RecordUnsigned { member: 3, report, note });
    for member in [5, 6, 1] {
        room.yes(expert(member), sign(report));
    }
    room.yes(supervisor(), Command::SuperviseReport { report, lock_tail: "7D12".into() });
    room.yes(host(), Command::Close);
}

/// Two of four bids are not qualified: the lot is cancelled.
pub fn cancelled() -> Room {
    let mut room = room(with_method(), &[9_000_000, 9_500_000, 9_800_000, 10_000_000]);
    room.begin();
    room.review(Review::Qualification, &[2, 3]);
    room.yes(host(), Command::FinishStage { stage: Stage::Qualification });
    assert_eq!(room.stage(), Stage::Cancelled);
    room
}

/// Lowest price: nothing is scored.
pub fn lowest() -> Room {
    let mut room = room(filled(Plan::lowest_price(), false), &[9_000_000, 9_500_000, 9_800_000, 10_000_000]);
    room.reach_report();
    room
}

/// Blind technical part, lifted or still blind.
pub fn blind(lifted: bool) -> Room {
    let mut room = room(super::committee_room::blind(), &[9_000_000, 9_500_000, 9_800_000, 10_000_000]);
    room.begin();
    room.before_conformity();
    room.conform(&[]);
    room.number();
    for part in room.plan().parts() {
        let members = room.sitting();
        for member in members {
            // One member is late with its second sheet.
            if lifted || part == SheetPart::Blind || member != 5 {
                room.yes(expert(member), room.sheet(part, member, 500));
            }
        }
    }
    if lifted {
        room.lift();
        room.yes(room.chair(), Command::FinishStage { stage: Stage::Scoring });
    }
    room
}

/// An engineering tender up to its report.
pub fn works() -> Room {
    let mut room = room(engineering(), &[9_000_000, 9_500_000, 9_800_000, 10_000_000]);
    room.reach_report();
    room
}

/// A committee of which one member has signed in.
pub fn early() -> Room {
    let mut room = room(with_method(), &[9_000_000, 9_500_000, 9_800_000]);
    room.begin();
    room.qualify(&[]);
    room.yes(host(), Command::OpenCommittee { list: Box::new(list(5)) });
    room.seat(1);
    room
}
