//! Things that somebody tries, so that random evaluations can be played.

use std::collections::BTreeMap;

use bidroom_canon::Hex32;
use bidroom_domain::evaluation::CommitteeList;
use bidroom_domain::evaluation::{
    About, CancelGround, Change, ChangeGround, Command, CorrectionRule, DrawPurpose, Finding, LeaveGround,
    Matter, MemberRole, OwnResult, Review, SheetPart, Stage, State, StopGround, Subject, Trigger,
};
use bidroom_domain::{Actor, Fen};
use proptest::prelude::*;

use super::committee_room::*;

/// One thing somebody tries. Members are 0 to 7 (0 is nobody), bids 1 to 5.
#[derive(Debug, Clone, Copy)]
pub enum Step {
    Wait(i64),
    Tick,
    Import,
    Start,
    Open,
    Seat(u8),
    Move(u8),
    Commit(u8),
    Elect(u8, u8),
    Resign,
    Recuse(u8),
    Replace(u8),
    AskTime(u8),
    Finish,
    AskBack(u8),
    Approve,
    /// A reviewer, 0 for the purchaser, lets a bid pass or not.
    Give(u8, u32, bool),
    Conclude(u32),
    /// All who have not reviewed a bid do so, and it is concluded if it can be.
    ReviewAll(u32, bool),
    Ask(u32, bool),
    Answer(u32),
    Propose(u32),
    Confirm(u32, bool),
    LowPrice(u32),
    Explain(u32),
    ConcludeLow(u32),
    OpenVote(u8, u32),
    Ballot(u8, bool),
    Dissent(u8),
    Number(bool),
    Lift,
    /// A member's sheet: as it should be, with another objective score, or incomplete.
    Sheet(u8, u8),
    Correct(u8, u32, u8),
    Draw,
    Fix(u8),
    Check,
    Acknowledge,
    Sign(u8),
    Unsigned(u8),
    Supervise,
    Close,
    Publish,
    Again(u8),
    Tell,
    Stop(bool),
    Resume,
    Cancel,
}

/// Who tries it, where it is not the one whose business it is.
#[derive(Debug, Clone, Copy)]
pub enum Who {
    Right,
    Expert(u8),
    Host,
    Supervisor,
    Tenderer,
    Bidder(u8),
    Room,
}

impl Who {
    pub fn actor(self, right: Actor) -> Actor {
        match self {
            Self::Right => right,
            Self::Expert(index) => expert(index),
            Self::Host => host(),
            Self::Supervisor => supervisor(),
            Self::Tenderer => tenderer(),
            Self::Bidder(n) => bidder(n),
            Self::Room => Actor::Room,
        }
    }
}

fn open_vote(state: &State) -> u32 {
    state.votes.iter().find(|it| it.closed.is_none() && it.void.is_none()).map_or(9, |it| it.number)
}

fn review_of(state: &State) -> Review {
    if state.stage == Stage::Qualification { Review::Qualification } else { Review::Conformity }
}

/// The part that is scored next.
fn part_of(room: &Room) -> SheetPart {
    let state = room.state();
    let parts = room.plan().parts();
    let next = parts.iter().find(|part| !state.awaited_sheets(**part).is_empty());
    next.or(parts.first()).copied().unwrap_or(SheetPart::Whole)
}

impl Room {
    /// The command, and whose business it is.
    pub fn command(&self, step: Step) -> (Actor, Command) {
        let (state, chair) = (self.state(), self.chair());
        let report = state.report.as_ref().map_or(digest("report"), |report| report.digest);
        let reason = || "情况属实，见附件".to_owned();
        let next = state.committee.iter().flat_map(|it| it.members.keys()).max().map_or(1, |last| last + 1);
        match step {
            Step::Wait(_) | Step::Tick => (Actor::Room, Command::Tick),
            Step::Import => (Actor::Room, Command::ImportCommittee { list: self.list().digest().unwrap() }),
            Step::Start => (host(), Command::Start),
            Step::Open => (host(), Command::OpenCommittee { list: Box::new(self.list()) }),
            Step::Seat(n) => (host(), seat(n, n, &format!("终端{n}"))),
            Step::Move(n) => {
                let terminal = format!("备用终端{n}");
                (host(), Command::MoveMember { member: n, terminal, reason: reason() })
            }
            Step::Commit(n) => (expert(n), Command::SignCommitment),
            Step::Elect(n, choice) => {
                let round = state.committee.as_ref().map_or(1, |it| it.election.round);
                (expert(n), Command::VoteChair { round, choice })
            }
            Step::Resign => (chair, Command::ResignChair { reason: reason() }),
            Step::Recuse(n) => (expert(n), Command::DeclareRecusal { reason: reason() }),
            Step::Replace(n) => {
                let role = state.member(n).map_or(MemberRole::Expert, |member| member.role);
                let (ground, successor) = (LeaveGround::Absent, Box::new(member(next, role)));
                (host(), Command::ReplaceMember { member: n, ground, reason: reason(), successor })
            }
            Step::AskTime(n) => (expert(n), Command::AskTime { reason: reason() }),
            Step::Finish => {
                let by_host = state.stage == Stage::Assembly
                    || state.stage == Stage::Qualification
                        && self.plan().is_purchasers(Review::Qualification);
                (if by_host { host() } else { chair }, Command::FinishStage { stage: state.stage })
            }
            Step::AskBack(n) => {
                let stage = [Stage::Qualification, Stage::Conformity, Stage::Scoring][usize::from(n % 3)];
                (chair, Command::AskReopening { stage, reason: reason() })
            }
            Step::Approve => {
                let number = u32::try_from(state.reopenings.len()).unwrap();
                (supervisor(), Command::ReopenStage { number, lock_tail: "7D12".into() })
            }
            Step::Give(n, bid, passes) => {
                let review = review_of(&state);
                let by = if n == 0 { host() } else { expert(n) };
                (by, give(review, bid, verdicts(self.plan(), review, passes)))
            }
            Step::Conclude(bid) | Step::ReviewAll(bid, _) => {
                let review = review_of(&state);
                let by = if self.plan().is_purchasers(review) { host() } else { chair };
                (by, Command::ConcludeReview { review, bid })
            }
            Step::Ask(bid, blind) => {
                let about = if blind { About::Blind(bid) } else { About::Bid(bid) };
                let (matter, text, minutes) = (Matter::Unclear, "请说明工期".into(), 30);
                (chair, Command::AskClarification { about, matter, text, minutes })
            }
            Step::Answer(bid) => {
                let own = state
                    .clarifications
                    .iter()
                    .find(|it| !it.is_settled() && state.bid_of(it.about) == Some(bid));
                let number = own.map_or(1, |it| it.number);
                let (text, documents) = ("以投标函为准".into(), Vec::new());
                let by = bidder(u8::try_from(bid).unwrap());
                (by, Command::AnswerClarification { number, text, documents })
            }
            Step::Propose(bid) => {
                let (before, after) = (Fen::try_from(100).unwrap(), Fen::try_from(90).unwrap());
                let (rule, minutes) = (CorrectionRule::Words, 30);
                (chair, Command::ProposeCorrection { bid, rule, before, after, reason: reason(), minutes })
            }
            Step::Confirm(bid, confirmed) => {
                let own = state.corrections.iter().find(|it| it.bid == bid && it.is_pending());
                let number = own.map_or(1, |it| it.number);
                let by = bidder(u8::try_from(bid).unwrap());
                (by, Command::AnswerCorrection { number, confirmed })
            }
            Step::LowPrice(bid) => {
                let triggers = vec![Trigger::Ceiling];
                (Actor::Room, Command::OpenLowPrice { bid, triggers, reason: reason(), minutes: 30 })
            }
            Step::Explain(bid) => {
                let by = bidder(u8::try_from(bid).unwrap());
                (by, Command::ExplainLowPrice { bid, text: reason(), documents: Vec::new() })
            }
            Step::ConcludeLow(bid) => (chair, Command::ConcludeLowPrice { bid, opinion: reason() }),
            Step::OpenVote(kind, bid) => {
                let item = "design".to_owned();
                let subject = match kind % 5 {
                    0 => {
                        let review = review_of(&state);
                        let last = verdicts(self.plan(), review, true).into_keys().next_back();
                        Subject::Review { review, bid, item: last.unwrap_or_default() }
                    }
                    1 => Subject::Competition { bids: u32::try_from(state.standing_bids().count()).unwrap() },
                    2 => Subject::LowPrice { bid },
                    3 => Subject::Abnormal { member: 2, part: part_with_design(self), bid, item },
                    _ => Subject::Document {},
                };
                (chair, Command::OpenVote { subject, text: reason() })
            }
            Step::Ballot(n, agrees) => (expert(n), ballot(open_vote(&state), agrees)),
            Step::Dissent(n) => {
                let vote = state.votes.last().map_or(1, |vote| vote.number);
                (expert(n), Command::WriteDissent { vote, reason: reason() })
            }
            Step::Number(honest) => {
                let value = if honest { self.value() } else { Hex32([7; 32]) };
                (Actor::Room, Command::NumberBlind { value })
            }
            Step::Lift => (supervisor(), Command::LiftBlind { lock_tail: "7D12".into() }),
            Step::Sheet(n, kind) => {
                let cases = if kind == 1 { 600 } else { 500 };
                let mut command = self.sheet(part_of(self), n, cases);
                if let (2, Command::CommitSheet { sheet, .. }) = (kind, &mut command) {
                    sheet.pop_last();
                }
                (expert(n), command)
            }
            Step::Correct(n, bid, kind) => {
                let (ground, item) = match kind % 4 {
                    0 => (ChangeGround::Abnormal, "design"),
                    1 => (ChangeGround::ObjectiveDiffers, "cases"),
                    2 => (ChangeGround::OutOfRange, "cases"),
                    _ => (ChangeGround::WrongSum, "design"),
                };
                let part = part_with_design(self);
                let from = state.score(part, n, bid, item).unwrap_or(0);
                let changes = vec![Change { bid, item: item.into(), from, to: 500 }];
                (expert(n), Command::CorrectSheet { part, ground, changes, reason: reason() })
            }
            Step::Draw => {
                let among: Vec<u32> = state.standing_bids().take(2).collect();
                let purpose = DrawPurpose::EqualCandidates;
                (Actor::Room, Command::RecordDraw { purpose, among, value: self.value() })
            }
            Step::Fix(kind) => {
                let first = state.standing_bids().next();
                let mut command = self.result(&format!("{{\"kind\":{kind}}}"), first.into_iter().collect());
                if let Command::FixResult { ground, reason: why, inputs, .. } = &mut command {
                    *ground = match kind {
                        1 => Some(ChangeGround::WrongSum),
                        2 => Some(ChangeGround::Abnormal),
                        3 => Some(ChangeGround::ObjectiveDiffers),
                        _ => None,
                    };
                    *why = ground.map(|_| reason());
                    if kind == 4 {
                        *inputs = digest("other inputs");
                    }
                }
                (Actor::Room, command)
            }
            Step::Check => {
                let findings = vec![Finding { code: "deviation".into(), text: reason() }];
                (Actor::Room, Command::CheckReport { report: digest("report"), findings })
            }
            Step::Acknowledge => (chair, Command::AcknowledgeFindings { report, text: reason() }),
            Step::Sign(n) => {
                let dissent = (n == 4).then(reason);
                (expert(n), Command::SignReport { report, dissent })
            }
            Step::Unsigned(n) => (host(), Command::RecordUnsigned { member: n, report, note: reason() }),
            Step::Supervise => (supervisor(), Command::SuperviseReport { report, lock_tail: "7D12".into() }),
            Step::Close => (host(), Command::Close),
            Step::Publish => {
                let told = |bid: &u32| (*bid, OwnResult { score: Some(1), rank: None, rejected: None });
                let own: BTreeMap<u32, OwnResult> = state.bids.iter().map(told).collect();
                (host(), Command::Publish { own })
            }
            Step::Again(kind) => {
                let ground = if kind == 0 { ChangeGround::WrongSum } else { ChangeGround::Abnormal };
                (host(), Command::OpenRereview { ground, reason: reason() })
            }
            Step::Tell => (host(), Command::TellFinance { document: digest("letter") }),
            Step::Stop(document) => {
                let by = if document { chair } else { host() };
                let ground = if document { StopGround::Document } else { StopGround::NoReplacement };
                (by, Command::Stop { ground, reason: reason() })
            }
            Step::Resume => (tenderer(), Command::Resume { reason: reason() }),
            Step::Cancel => (host(), Command::Cancel { ground: CancelGround::TaskDropped, reason: reason() }),
        }
    }

    /// The list of this committee; a later one has other indexes and names.
    fn list(&self) -> CommitteeList {
        let state = self.state();
        let shift = u8::try_from(state.attempt.max(1) - 1).unwrap() * 20
            + if state.stage == Stage::Stopped { 20 } else { 0 };
        let mut list = list(5);
        for member in &mut list.members {
            member.index += shift;
            member.name = format!("{}·{shift}", member.name);
        }
        list
    }
}

fn part_with_design(room: &Room) -> SheetPart {
    if room.plan().is_blind() { SheetPart::Blind } else { SheetPart::Whole }
}

pub fn any_step() -> impl Strategy<Value = Step> {
    let member = || 0..=7_u8;
    let bid = || 1..=5_u32;
    let sure = || prop::bool::weighted(0.8);
    let people = prop_oneof![
        member().prop_map(Step::Seat),
        member().prop_map(Step::Move),
        member().prop_map(Step::Commit),
        (member(), 1..=3_u8).prop_map(|(n, choice)| Step::Elect(n, choice)),
        Just(Step::Resign),
        member().prop_map(Step::Recuse),
        member().prop_map(Step::Replace),
        member().prop_map(Step::AskTime),
        Just(Step::Import),
        Just(Step::Open),
    ];
    let stages = prop_oneof![
        (0..2_000_000_i64).prop_map(Step::Wait),
        Just(Step::Tick),
        Just(Step::Start),
        Just(Step::Finish),
        (0..3_u8).prop_map(Step::AskBack),
        Just(Step::Approve),
        prop::bool::ANY.prop_map(Step::Stop),
        Just(Step::Resume),
        prop::bool::weighted(0.1).prop_map(|yes| if yes { Step::Cancel } else { Step::Tick }),
    ];
    let reviews = prop_oneof![
        (member(), bid(), sure()).prop_map(|(n, bid, passes)| Step::Give(n, bid, passes)),
        bid().prop_map(Step::Conclude),
        (bid(), prop::bool::ANY).prop_map(|(bid, blind)| Step::Ask(bid, blind)),
        bid().prop_map(Step::Answer),
        bid().prop_map(Step::Propose),
        (bid(), sure()).prop_map(|(bid, yes)| Step::Confirm(bid, yes)),
        bid().prop_map(Step::LowPrice),
        bid().prop_map(Step::Explain),
        bid().prop_map(Step::ConcludeLow),
    ];
    let votes = prop_oneof![
        (0..5_u8, bid()).prop_map(|(kind, bid)| Step::OpenVote(kind, bid)),
        (member(), sure()).prop_map(|(n, yes)| Step::Ballot(n, yes)),
        member().prop_map(Step::Dissent),
        sure().prop_map(Step::Number),
        Just(Step::Lift),
        (member(), 0..3_u8).prop_map(|(n, kind)| Step::Sheet(n, kind)),
        (member(), bid(), 0..4_u8).prop_map(|(n, bid, kind)| Step::Correct(n, bid, kind)),
    ];
    let results = prop_oneof![
        Just(Step::Draw),
        (0..=4_u8).prop_map(Step::Fix),
        Just(Step::Check),
        Just(Step::Acknowledge),
        member().prop_map(Step::Sign),
        member().prop_map(Step::Unsigned),
        Just(Step::Supervise),
        Just(Step::Close),
        Just(Step::Publish),
        (0..2_u8).prop_map(Step::Again),
        Just(Step::Tell),
    ];
    prop_oneof![people, stages, reviews, votes, results]
}

pub fn anybody() -> impl Strategy<Value = Who> {
    prop_oneof![
        8 => Just(Who::Right),
        2 => (0..=7_u8).prop_map(Who::Expert),
        1 => Just(Who::Host),
        1 => Just(Who::Supervisor),
        1 => Just(Who::Tenderer),
        1 => (1..=5_u8).prop_map(Who::Bidder),
        1 => Just(Who::Room),
    ]
}

/// A whole evaluation in its order.
pub fn whole_day(purchaser_first: bool, blind: bool) -> Vec<Step> {
    day(purchaser_first, blind, false)
}

/// The same; where it is harsh, three bids respond in substance and one of them cannot explain its price.
pub fn day(purchaser_first: bool, blind: bool, harsh: bool) -> Vec<Step> {
    let mut steps = vec![Step::Import, Step::Start];
    let qualification = |steps: &mut Vec<Step>| {
        steps.extend((1..=5).map(|bid| Step::ReviewAll(bid, true)));
        steps.push(Step::Finish);
    };
    if purchaser_first {
        qualification(&mut steps);
    }
    steps.push(Step::Open);
    for n in 1..=5 {
        steps.extend([Step::Seat(n), Step::Commit(n)]);
    }
    steps.extend((1..=5).map(|n| Step::Elect(n, 1)));
    steps.push(Step::Finish);
    if !purchaser_first {
        qualification(&mut steps);
    }
    steps.extend([Step::Ask(2, false), Step::Answer(2), Step::Propose(3), Step::Confirm(3, true)]);
    steps.extend((1..=5).map(|bid| Step::ReviewAll(bid, bid < if harsh { 4 } else { 5 })));
    steps.push(Step::Finish);
    for _ in 0..=u8::from(blind) {
        steps.push(Step::Number(true));
        steps.extend((1..=5).map(|n| Step::Sheet(n, 0)));
    }
    steps.extend([Step::Lift, Step::Finish, Step::LowPrice(2), Step::Explain(2), Step::OpenVote(2, 2)]);
    steps.extend((1..=5).map(|n| Step::Ballot(n, n < if harsh { 3 } else { 5 })));
    steps.extend([
        Step::Dissent(5),
        Step::ConcludeLow(2),
        Step::Draw,
        Step::Fix(0),
        Step::Finish,
        Step::Check,
    ]);
    steps.push(Step::Acknowledge);
    steps.extend([2, 3, 4].map(Step::Sign));
    steps.extend([Step::Unsigned(5), Step::Sign(1), Step::Supervise, Step::Close, Step::Publish]);
    steps
}

/// That day, with anything else by anybody in between.
pub fn likely_day(
    purchaser_first: bool,
    blind: bool,
    harsh: bool,
) -> impl Strategy<Value = Vec<(Step, Who)>> {
    let noise = prop::collection::vec((any_step(), anybody(), prop::bool::weighted(0.2)), 120);
    (noise, 0..100_usize).prop_map(move |(noise, quiet)| {
        let mut steps = Vec::new();
        let mut noise = noise.into_iter();
        for (place, step) in day(purchaser_first, blind, harsh).into_iter().enumerate() {
            // Up to a point nothing happens beside, so that later stages are reached as well.
            if let Some((other, who, true)) = noise.next().filter(|_| place >= quiet) {
                steps.push((other, who));
            }
            steps.push((step, Who::Right));
        }
        steps
    })
}
