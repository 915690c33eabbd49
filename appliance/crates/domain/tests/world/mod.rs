//! A world of seven bidders, three officers and a host for random sessions.

use std::collections::BTreeMap;

use bidroom_canon::{Hex32, Sm3Digest};
use bidroom_domain::opening::{
    BidOutcome, BodyVerified, Command, DeviceKeys, FailureCause, Fate, KeysPublished, LockKind, LockTag,
    OfficersRedealt, Outcome, RoomPart, ScheduleRow, SessionCreated, State, Trouble,
};
use bidroom_domain::{
    Actor, At, Bidder, Column, ColumnKind, LotFacts, LotNumber, Officer, Policy, ProcurementKind, Staff,
    StaffRole,
};
use proptest::prelude::*;

pub const DEADLINE: At = At(1_773_799_200_000);

/// One thing somebody tries.
#[derive(Debug, Clone, Copy)]
pub enum Step {
    Wait(i64),
    WaitForDeadline,
    Create,
    Publish,
    Start(u8),
    Receive(u8, bool),
    Withdraw(u8),
    SignIn(u8),
    Tick,
    Authorise(u8),
    StartUnlock,
    Mismatch(u8),
    Collect(u8),
    Stop,
    Resume,
    Close,
    Open(bool),
    Body(u8),
    Attribute(u8),
    Announce(u8),
    AnnounceNext,
    Finish,
    Confirm(u8),
    Object(u8),
    Answer(u8),
    End,
    /// A member of staff, from 0, signs the table or another one.
    Sign(u8, bool),
    Absent(u8),
    /// An officer's lock, its own or another one, opens a challenge.
    ProbeOfficer(u8, bool),
    Agree(u8),
    Redeal,
    SetClock(i64),
    ConfirmTime(u8),
    ProbeLock(u8),
    Rewrap(u8),
    /// A device, the main one or the standby, is lost or comes back.
    Device(bool, bool),
    /// A bidder reports trouble, one of several kinds.
    Trouble(u8, u8),
    /// The room reports a fault of its own that met a bidder.
    RoomTrouble(u8),
    Hold(u8),
    Release(u8),
    /// The room gives one bidder, or all, so many milliseconds back.
    MakeUp(Option<u8>, i64),
    /// The supervisor agrees with the fate of a bidder, or contests it.
    Judge(u8, bool),
}

pub struct World {
    pub now: At,
    pub ended: Option<(State, usize)>,
    sequence: u32,
}

pub fn digest(text: &str) -> Sm3Digest {
    Sm3Digest::of(text.as_bytes())
}

pub fn firm(n: u8) -> Bidder {
    Bidder {
        code: format!("91370000MA3U7K2X{:02}", n % 100).parse().unwrap(), name: format!("第{n}家公司")
    }
}

pub fn bidder(n: u8) -> Actor {
    Actor::bidder(&firm(n))
}

pub fn host() -> Actor {
    Actor::Host { certificate: digest("host"), name: "沈若兰".into() }
}

pub fn supervisor() -> Actor {
    Actor::Supervisor { certificate: digest("supervisor"), name: "罗毅".into() }
}

pub fn tenderer() -> Actor {
    Actor::Tenderer { certificate: digest("tenderer"), name: "顾明远".into() }
}

/// Staff of the lot; the last carries a certificate that the lot does not name.
pub fn staff(n: u8) -> Actor {
    match n {
        0 => host(),
        1 => tenderer(),
        2 => supervisor(),
        _ => Actor::Supervisor { certificate: digest("another"), name: "罗毅".into() },
    }
}

pub fn officer(index: u8) -> Actor {
    Actor::Officer { index, name: format!("授权人{index}") }
}

pub fn lot() -> LotFacts {
    let officers = (1..=3).map(|index| Officer {
        index,
        name: format!("授权人{index}"),
        role: StaffRole::Host,
        certificate: digest(&format!("sign {index}")),
        encryption_certificate: digest(&format!("encrypt {index}")),
    });
    LotFacts {
        tender: "T-2026-1".parse().unwrap(),
        title: "水质在线监测设备采购".into(),
        lot: LotNumber::FIRST,
        lot_title: "第 1 包".into(),
        kind: ProcurementKind::OpenTender,
        method: "综合评分法".into(),
        centre: "交易中心".into(),
        room: "开标一室".into(),
        tenderer: "招标人".into(),
        agency: "代理机构".into(),
        deadline: DEADLINE,
        ceiling: None,
        columns: vec![Column {
            key: "price".into(),
            zh: "报价（元）".into(),
            en: "Price".into(),
            kind: ColumnKind::Money,
        }],
        officers: officers.collect(),
        staff: (0..3)
            .filter_map(|n| {
                let actor = staff(n);
                let (role, certificate, name) = actor.staff()?;
                Some(Staff { name: name.to_owned(), role, certificate })
            })
            .collect(),
        policy: Policy::tender_default(),
        drill: true,
        evaluation: None,
    }
}

pub fn created(lot: LotFacts) -> SessionCreated {
    SessionCreated { package: digest("package"), origin: "room/T-2026-1/1".into(), lot: Box::new(lot) }
}

fn tag(n: u8) -> LockTag {
    LockTag { kind: LockKind::Main, authority: "云州CA".into(), tail: format!("{n:04X}") }
}

impl World {
    pub fn new() -> Self {
        Self { now: DEADLINE.plus_seconds(0).plus_millis(-7_200_000), ended: None, sequence: 0 }
    }

    pub fn command(&mut self, state: &State, step: Step) -> (Actor, Command) {
        let statement = digest("statement");
        match step {
            Step::Wait(millis) => {
                self.now = self.now.plus_millis(millis);
                (Actor::Room, Command::Tick)
            }
            Step::WaitForDeadline => {
                self.now = self.now.max(DEADLINE);
                (Actor::Room, Command::Tick)
            }
            Step::Create => (host(), Command::CreateSession(Box::new(created(lot())))),
            Step::Publish => {
                let device = |device: &str| DeviceKeys {
                    device: device.into(),
                    level_zh: "软件".into(),
                    level_en: "software".into(),
                    tender_certificate: digest("tender"),
                    opening_certificate: digest("opening"),
                };
                let keys = KeysPublished {
                    publication: digest("publication"),
                    devices: vec![device("main"), device("standby")],
                    officers_certificate: digest("officers"),
                    draw: None,
                };
                (Actor::Room, Command::PublishKeys(keys))
            }
            Step::Start(n) => {
                self.sequence += 1;
                let replaces = state.standing.get(&firm(n).code).map(|standing| standing.bid);
                let bid = digest(&format!("bid {n} {}", self.sequence));
                (bidder(n), Command::StartBid { bid, sequence: self.sequence, replaces })
            }
            Step::Receive(n, honest) => {
                self.sequence += 1;
                let replaces =
                    state.standing.get(&firm(n).code).map(|standing| standing.bid).filter(|_| honest);
                let bid = digest(&format!("bid {n} {}", self.sequence));
                let sequence = if honest { self.sequence } else { 1 };
                (
                    bidder(n),
                    Command::ReceiveBid { bid, packages: digest("packages"), sequence, replaces, length: 7 },
                )
            }
            Step::Withdraw(n) => {
                let bid = state.standing.get(&firm(n).code).map_or(digest("none"), |standing| standing.bid);
                (bidder(n), Command::WithdrawBid { bid, statement })
            }
            Step::SignIn(n) => (bidder(n), Command::SignIn { statement }),
            Step::Tick => (Actor::Room, Command::Tick),
            Step::Authorise(n) => {
                (officer(n), Command::AuthoriseShare { index: n, lock_tail: "31C8".into(), statement })
            }
            Step::StartUnlock => (host(), Command::StartUnlock),
            Step::Mismatch(n) => {
                (bidder(n), Command::ReportLockMismatch { present: tag(n), sealed_to: vec!["55B2".into()] })
            }
            Step::Collect(n) => {
                let bid = state.row(&firm(n).code).map_or(digest("none"), |row| row.row.bid);
                let packages = digest("share");
                (
                    bidder(n),
                    Command::CollectShare {
                        lock: tag(n),
                        attempt: 1,
                        bid,
                        statement,
                        packages,
                        remedy: None,
                    },
                )
            }
            Step::Stop => (host(), Command::StopClock { reason: "加密机没有响应".into() }),
            Step::Resume => (host(), Command::ResumeClock),
            Step::Close => (host(), Command::CloseUnlock),
            Step::Open(honest) => (Actor::Room, opening(state, honest)),
            Step::Body(n) => {
                let body = BodyVerified { bidder: firm(n).code, documents: 2 };
                (Actor::Room, Command::RecordBody(Ok(body)))
            }
            Step::Attribute(n) => {
                let reason = "未在时限内提交".into();
                (host(), Command::AttributeBid { bidder: firm(n).code, fate: Fate::Revoked, reason })
            }
            Step::Announce(n) => (host(), Command::AnnounceBid { number: n.into() }),
            Step::AnnounceNext => (host(), Command::AnnounceBid { number: state.next_row().unwrap_or(0) }),
            Step::Finish => (host(), Command::FinishAnnouncing),
            Step::Confirm(n) => {
                let record = state.opened.map_or(digest("none"), |(_, table)| table);
                (bidder(n), Command::ConfirmRecord { record, statement })
            }
            Step::Object(n) => {
                let record = state.opened.map_or(digest("none"), |(_, table)| table);
                (bidder(n), Command::RaiseObjection { record, text: "质保期请核对".into(), statement })
            }
            Step::Answer(n) => {
                (host(), Command::AnswerObjection { objection: n.into(), text: "以一览表为准".into() })
            }
            Step::End => (host(), Command::CloseSession),
            Step::Sign(n, honest) => {
                let record = state.opened.filter(|_| honest).map_or(digest("none"), |(_, table)| table);
                (staff(n), Command::SignRecord { record, lock_tail: "7D12".into(), statement })
            }
            Step::ProbeOfficer(n, own) => {
                let lock = if own { digest(&format!("encrypt {n}")) } else { digest("another lock") };
                let (challenge, lock_tail) = (digest("challenge"), "31C8".into());
                (officer(n), Command::ProbeOfficer { index: n, lock, lock_tail, challenge, statement })
            }
            Step::Agree(n) => {
                let mut officers = state.officers.clone();
                if let Some(last) = officers.last_mut() {
                    last.name = format!("授权人3之{}", state.dealing);
                    last.certificate = digest(&format!("sign {}", last.name));
                    last.encryption_certificate = digest(&format!("encrypt {}", last.name));
                }
                let (version, packages) = (state.dealing + 1, digest("part"));
                let lock_tail = "31C8".into();
                let agree =
                    Command::AgreeReplacement { index: n, version, officers, lock_tail, packages, statement };
                (officer(n), agree)
            }
            Step::Redeal => {
                let due = state.due_replacement();
                let (officers, agreed) =
                    due.map_or((Vec::new(), vec![1, 2]), |(officers, agreed)| (officers.to_vec(), agreed));
                let (version, redeal) = (state.dealing + 1, digest("redeal"));
                let (from, deal) = (digest("deal before"), digest("deal"));
                let redealt = OfficersRedealt { version, redeal, from, deal, agreed, officers };
                (Actor::Room, Command::RedealOfficers(redealt))
            }
            Step::SetClock(millis) => {
                let step = state.clock_step.as_ref().map_or(1, |step| step.step + 1);
                (Actor::Room, Command::DoubtClock { step, millis })
            }
            Step::ConfirmTime(n) => {
                let step = state.clock_step.as_ref().map_or(1, |step| step.step);
                let (said, lock_tail) = (self.now, "31C8".into());
                (officer(n), Command::ConfirmTime { index: n, step, said, lock_tail, statement })
            }
            Step::ProbeLock(n) => {
                let bid = state.standing.get(&firm(n).code).map_or(digest("none"), |standing| standing.bid);
                let (lock, challenge, lock_tail) = (digest("lock"), digest("challenge"), "55B2".into());
                (bidder(n), Command::ProbeLock { bid, lock, lock_tail, challenge, statement })
            }
            Step::Rewrap(n) => {
                let standing = state.standing.get(&firm(n).code);
                let bid = standing.map_or(digest("none"), |standing| standing.bid);
                let version = standing.map_or(2, |standing| standing.version + 1);
                let packages = digest(&format!("packages {version}"));
                let (added, record) = (vec![digest("new lock")], digest("record"));
                (bidder(n), Command::ReplacePackages { bid, packages, version, added, record })
            }
            Step::Device(main, lost) => {
                let device = if main { "main" } else { "standby" }.to_owned();
                let command =
                    if lost { Command::LoseDevice { device } } else { Command::ReturnDevice { device } };
                (Actor::Room, command)
            }
            Step::Trouble(n, kind) => {
                let trouble = match kind {
                    0 => Trouble::NoLock {},
                    1 => Trouble::PinWrong { left: Some(3) },
                    2 => Trouble::Connection { millis: 4000 },
                    _ => Trouble::QueueWait { millis: 1 },
                };
                (bidder(n), Command::ReportTrouble { bidder: firm(n).code, trouble })
            }
            Step::RoomTrouble(n) => {
                let trouble = Trouble::RoomFault { part: RoomPart::Custody, millis: 7000 };
                (Actor::Room, Command::ReportTrouble { bidder: firm(n).code, trouble })
            }
            Step::Hold(n) => {
                (host(), Command::HoldBidder { bidder: firm(n).code, reason: "柜台电脑故障".into() })
            }
            Step::Release(n) => (host(), Command::ReleaseBidder { bidder: firm(n).code }),
            Step::MakeUp(n, millis) => {
                let (reason, since) = ("密码机故障".into(), self.now.plus_millis(-millis));
                let command = match n {
                    Some(n) => Command::MakeUpBidder { bidder: firm(n).code, reason, since },
                    None => Command::MakeUpClock { reason, since },
                };
                (Actor::Room, command)
            }
            Step::Judge(n, agrees) => {
                let (bidder, lock_tail) = (firm(n).code, "7D12".into());
                let decided = state.row(&bidder).and_then(|row| row.decided.as_ref());
                let decision = decided.map_or(digest("none"), |decided| decided.digest().unwrap());
                let command = if agrees {
                    Command::AgreeFate { bidder, decision, lock_tail, statement }
                } else {
                    let reason = "请核对中心侧日志".into();
                    Command::ContestFate { bidder, decision, reason, lock_tail, statement }
                };
                (supervisor(), command)
            }
            Step::Absent(n) => {
                let role = staff(n).staff().map_or(StaffRole::Host, |(role, ..)| role);
                (host(), Command::RecordAbsence { role, reason: "因公务提前离场".into() })
            }
        }
    }
}

fn opening(state: &State, honest: bool) -> Command {
    let mut rows = BTreeMap::new();
    let outcomes = state.roster.iter().map(|row| {
        let outcome = match (&row.collected, row.row.number) {
            (Some(_), 2) => Outcome::Failed { cause: FailureCause::Content },
            (Some(_), _) => Outcome::Opened,
            (None, _) if honest => Outcome::NotUnlocked,
            (None, _) => Outcome::Opened,
        };
        if outcome == Outcome::Opened {
            let row_value =
                ScheduleRow { schedule: "{}".into(), salt: Hex32([7; 32]), commitment: digest("schedule") };
            rows.insert(row.row.number, row_value);
        }
        BidOutcome { number: row.row.number, bidder: row.row.bidder.code.clone(), outcome }
    });
    let outcomes = outcomes.collect();
    Command::RecordOpening { outcomes, table: digest("table"), rows }
}

pub fn any_step() -> impl Strategy<Value = Step> {
    let bidder = 1..=7_u8;
    let some = prop_oneof![
        (0..600_000_i64).prop_map(Step::Wait),
        Just(Step::WaitForDeadline),
        Just(Step::Create),
        Just(Step::Publish),
        bidder.clone().prop_map(Step::Start),
        (bidder.clone(), prop::bool::weighted(0.9)).prop_map(|(n, honest)| Step::Receive(n, honest)),
        bidder.clone().prop_map(Step::Withdraw),
        bidder.clone().prop_map(Step::SignIn),
        Just(Step::Tick),
        (0..=4_u8).prop_map(Step::Authorise),
    ];
    let other = prop_oneof![
        Just(Step::StartUnlock),
        bidder.clone().prop_map(Step::Mismatch),
        bidder.clone().prop_map(Step::Collect),
        Just(Step::Stop),
        Just(Step::Resume),
        Just(Step::Close),
        prop::bool::weighted(0.8).prop_map(Step::Open),
        bidder.clone().prop_map(Step::Body),
        bidder.clone().prop_map(Step::Attribute),
    ];
    let last = prop_oneof![
        (0..=8_u8).prop_map(Step::Announce),
        Just(Step::AnnounceNext),
        Just(Step::Finish),
        bidder.clone().prop_map(Step::Confirm),
        bidder.prop_map(Step::Object),
        (1..=3_u8).prop_map(Step::Answer),
        Just(Step::End),
        (0..=3_u8, prop::bool::weighted(0.8)).prop_map(|(n, honest)| Step::Sign(n, honest)),
        (0..=3_u8).prop_map(Step::Absent),
    ];
    let ceremony = prop_oneof![
        (0..=4_u8, prop::bool::weighted(0.8)).prop_map(|(n, own)| Step::ProbeOfficer(n, own)),
        (1..=3_u8).prop_map(Step::Agree),
        Just(Step::Redeal),
        (2001..100_000_i64).prop_map(Step::SetClock),
        (1..=3_u8).prop_map(Step::ConfirmTime),
        (1..=7_u8).prop_map(Step::ProbeLock),
        (1..=7_u8).prop_map(Step::Rewrap),
        (prop::bool::ANY, prop::bool::ANY).prop_map(|(main, lost)| Step::Device(main, lost)),
    ];
    let firms = 1..=7_u8;
    let trouble = prop_oneof![
        (firms.clone(), 0..=3_u8).prop_map(|(n, kind)| Step::Trouble(n, kind)),
        firms.clone().prop_map(Step::RoomTrouble),
        firms.clone().prop_map(Step::Hold),
        firms.clone().prop_map(Step::Release),
        (prop::option::of(firms.clone()), 0..100_000_i64).prop_map(|(n, millis)| Step::MakeUp(n, millis)),
        (firms, prop::bool::weighted(0.7)).prop_map(|(n, agrees)| Step::Judge(n, agrees)),
    ];
    prop_oneof![some, other, last, ceremony, trouble]
}

/// A day in its order, with random steps in between.
pub fn likely_day() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((any_step(), prop::bool::weighted(0.25)), 80).prop_map(|noise| {
        let mut noise = noise.into_iter();
        let mut steps = Vec::new();
        for step in whole_day() {
            if let Some((other, true)) = noise.next() {
                steps.push(other);
            }
            steps.push(step);
        }
        steps
    })
}

pub fn whole_day() -> Vec<Step> {
    let mut steps = vec![Step::Create, Step::Publish];
    steps.extend((1..=5).map(|n| Step::Receive(n, true)));
    steps.extend([Step::Start(3), Step::Receive(3, true), Step::Withdraw(5), Step::Wait(6_000_000)]);
    steps.extend((1..=4).map(Step::SignIn));
    steps.extend([Step::WaitForDeadline, Step::Authorise(1), Step::Authorise(2), Step::StartUnlock]);
    steps.extend([Step::Collect(1), Step::Mismatch(2), Step::Collect(2), Step::Collect(3)]);
    steps.extend([
        Step::Trouble(4, 1),
        Step::Hold(4),
        Step::RoomTrouble(4),
        Step::Wait(1000),
        Step::Release(4),
    ]);
    steps.extend([Step::Stop, Step::Wait(60_000), Step::Resume, Step::Wait(1_900_000), Step::Close]);
    steps.extend([Step::Open(true), Step::Body(1), Step::Body(3), Step::AnnounceNext, Step::AnnounceNext]);
    steps.extend([Step::Attribute(2), Step::Attribute(4), Step::Judge(2, true), Step::Judge(4, false)]);
    steps.extend([Step::Attribute(4), Step::Judge(4, true), Step::Finish, Step::Confirm(1), Step::Object(3)]);
    steps.extend([Step::Answer(1), Step::Wait(1_000_000), Step::End]);
    steps.extend([Step::Sign(0, true), Step::Sign(1, true), Step::Absent(2), Step::Sign(2, true)]);
    steps
}
