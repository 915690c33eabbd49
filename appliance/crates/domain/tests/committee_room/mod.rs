//! A room in which the opening is closed and an evaluation can be played: five members, a host, a supervisor, bidders.

#![allow(dead_code, reason = "each test file uses its part")]

#[path = "../world/mod.rs"]
mod world;

use std::collections::BTreeMap;

use bidroom_canon::{Hex32, Sm3Digest};
use bidroom_domain::evaluation::{
    Command, CommitteeList, Criterion, CriterionKind, CriterionPart, Event, IdentityCheck, Member,
    MemberRole, Plan, Refusal, Review, ReviewItem, Said, Scores, SheetPart, Stage, State, Verdict,
    command_of, commitment, statement_of, value_of,
};
use bidroom_domain::opening::{
    self, BidOutcome, KeysPublished, OpeningOpened, Outcome, RosterPublished, RosterRow, ScheduleRow,
    SessionClosed,
};
use bidroom_domain::{Actor, At};

use world::DEADLINE;
pub use world::{digest, firm, host, supervisor, tenderer};

/// From what the room's values for draws follow.
pub const SECRET: Hex32 = Hex32([5; 32]);

pub const START: At = At(DEADLINE.0 + 10_000_000);

pub fn bidder(n: u8) -> Actor {
    world::bidder(n)
}

pub fn expert(index: u8) -> Actor {
    Actor::Expert { index }
}

pub fn item(id: &str, review: Review) -> ReviewItem {
    ReviewItem {
        id: id.into(), review, text: format!("审查项 {id}"), clause: format!("招标文件 6.{id}")
    }
}

fn criterion(id: &str, part: CriterionPart, kind: CriterionKind, max: u32, blind: bool) -> Criterion {
    let (name, guide, grades) = (format!("评分项 {id}"), String::new(), Vec::new());
    Criterion { id: id.into(), name, part, kind, max, step: 50, blind, guide, grades }
}

/// Items, criteria and times that every plan here has.
pub fn filled(plan: Plan, blind: bool) -> Plan {
    use CriterionKind::{Objective, Subjective};
    use CriterionPart::{Commercial, Price, Technical};
    let scored = vec![
        criterion("cases", Technical, Objective, 1000, blind),
        criterion("design", Technical, Subjective, 3000, blind),
        criterion("service", Commercial, Subjective, 2000, false),
        criterion("price", Price, Objective, 4000, false),
    ];
    Plan {
        reviews: vec![
            item("licence", Review::Qualification),
            item("sealed", Review::Conformity),
            item("answers", Review::Conformity),
        ],
        criteria: if plan.procedure == Plan::lowest_price().procedure { Vec::new() } else { scored },
        blind_clause: blind.then(|| "招标文件 7.3".to_owned()),
        blind_documents: blind.then(|| "技术文件.pdf".to_owned()).into_iter().collect(),
        ..plan
    }
}

pub fn scored() -> Plan {
    filled(Plan::scored(), false)
}

pub fn blind() -> Plan {
    filled(Plan::scored(), true)
}

pub fn engineering() -> Plan {
    filled(Plan::engineering(), false)
}

pub fn member(index: u8, role: MemberRole) -> Member {
    Member {
        index,
        name: format!("评审成员{index}"),
        employer: if role == MemberRole::Expert { format!("设计院{index}") } else { "招标人".into() },
        employer_code: None,
        specialty: "水质监测".into(),
        role,
        certificate: None,
        relations: Vec::new(),
    }
}

pub fn list(members: u8) -> CommitteeList {
    let role = |index| if index == members { MemberRole::Representative } else { MemberRole::Expert };
    CommitteeList {
        salt: Hex32([3; 32]),
        members: (1..=members).map(|index| member(index, role(index))).collect(),
    }
}

/// Imports a tender 招标 with this plan, long before its deadline.
pub fn import(plan: Plan) -> Result<Vec<opening::Event>, opening::Refusal> {
    let lot = bidroom_domain::LotFacts { evaluation: Some(Box::new(plan)), ..world::lot() };
    let create = opening::Command::CreateSession(Box::new(world::created(lot)));
    opening::decide(&opening::State::default(), &host(), create, At(0))
}

/// An opening that is closed, with so many bids opened.
pub fn opened(plan: Plan, bids: u8) -> opening::State {
    let mut state = opening::State::default();
    let lot = bidroom_domain::LotFacts { evaluation: Some(Box::new(plan)), ..world::lot() };
    let rows = (1..=bids).map(|n| RosterRow {
        number: n.into(),
        bidder: firm(n),
        bid: digest(&format!("bid {n}")),
        received_at: At(0),
        signed_in: true,
    });
    let outcomes = (1..=bids)
        .map(|n| BidOutcome { number: n.into(), bidder: firm(n).code, outcome: Outcome::Opened })
        .collect();
    let schedule =
        |n| ScheduleRow { schedule: "{}".into(), salt: Hex32([n; 32]), commitment: digest("schedule") };
    let draw = Some(commitment(&lot.session(), &SECRET));
    let events: Vec<opening::Event> = vec![
        world::created(lot).into(),
        KeysPublished {
            publication: digest("publication"),
            devices: Vec::new(),
            officers_certificate: digest("officers"),
            draw,
        }
        .into(),
        RosterPublished { rows: rows.collect() }.into(),
        OpeningOpened {
            attempt: 1,
            outcomes,
            table: digest("table"),
            rows: (1..=bids).map(|n| (n.into(), schedule(n))).collect(),
        }
        .into(),
        SessionClosed { silent: Vec::new() }.into(),
    ];
    for event in &events {
        state.apply(event, DEADLINE);
    }
    state
}

pub struct Room {
    pub opening: opening::State,
    pub now: At,
    pub log: Vec<(At, Actor, Event)>,
}

impl Room {
    pub fn new(plan: Plan, bids: u8) -> Self {
        Self { opening: opened(plan, bids), now: START, log: Vec::new() }
    }

    pub fn plan(&self) -> &Plan {
        self.opening.lot.as_ref().unwrap().evaluation.as_ref().unwrap()
    }

    pub fn state(&self) -> State {
        self.opening.evaluation.as_deref().cloned().unwrap_or_default()
    }

    pub fn stage(&self) -> Stage {
        self.state().stage
    }

    pub fn wait(&mut self, minutes: i64) {
        self.now = self.now.plus_millis(minutes * 60_000);
    }

    /// Decides and, if allowed, appends and applies; with everything that must hold for every event.
    pub fn try_it(&mut self, by: Actor, command: Command) -> Result<Vec<&'static str>, Refusal> {
        self.now = self.now.plus_millis(1000);
        let before = self.opening.clone();
        let statement = digest(&format!("said after {}", self.log.len()));
        let decide = |opening: &opening::State, said: Said| {
            opening::decide(opening, &by, opening::Command::Evaluate(Box::new(said)), self.now)
        };
        let said = match by {
            Actor::Room => command.clone().unsigned(),
            _ => command.clone().signed(statement),
        };
        let decided = decide(&self.opening, said);
        assert_eq!(self.opening, before, "deciding changes nothing");
        let events = match decided {
            Ok(events) => events,
            Err(opening::Refusal::Evaluation(refusal)) => {
                // What a page is told must survive the way to it.
                let text = serde_json::to_string(&opening::Refusal::Evaluation(refusal.clone())).unwrap();
                let again: opening::Refusal = serde_json::from_str(&text).unwrap();
                assert_eq!(again, opening::Refusal::Evaluation(refusal.clone()), "{text}");
                return Err(*refusal);
            }
            Err(other) => panic!("{other:?}"),
        };
        if let Some(opening::Event::Evaluation(first)) = events.first() {
            let again = command_of(first);
            assert_eq!(again.as_ref(), Some(&command), "the first event says what was asked");
            let text = bidroom_canon::to_canonical(&command).unwrap();
            assert_eq!(
                bidroom_canon::from_canonical::<Command>(&text).unwrap(),
                command,
                "what was signed is read back"
            );
            let unsigned = decide(&self.opening, command.clone().unsigned());
            match by {
                Actor::Room => assert_eq!(statement_of(first), None),
                // The host signs little of what it does.
                Actor::Host { .. } => assert!(statement_of(first).is_none_or(|it| it == statement)),
                _ => {
                    assert_eq!(statement_of(first), Some(statement));
                    let no = opening::Refusal::Evaluation(Box::new(Refusal::Unsigned));
                    assert_eq!(unsigned, Err(no), "{command:?}");
                }
            }
        }
        let mut kinds = Vec::new();
        for event in events {
            let stored = opening::Event::from_parts(event.kind(), event.fields().unwrap()).unwrap();
            assert_eq!(stored, event);
            for path in event.private_paths() {
                let fields = serde_json::Value::Object(event.fields().unwrap());
                let pointer = format!("/{}", path.replace('.', "/"));
                assert!(fields.pointer(&pointer).is_some(), "{path} is not in {}", event.kind());
            }
            let bytes = bidroom_canon::to_canonical(&event.fields().unwrap()).unwrap().len();
            assert!(bytes < 60_000, "{} has {bytes} bytes", event.kind());
            kinds.push(event.kind());
            self.opening.apply(&event, self.now);
            if let opening::Event::Evaluation(event) = event {
                self.log.push((self.now, by.clone(), event));
            }
        }
        if self.state().said.contains(&statement) {
            let again = opening::Command::Evaluate(Box::new(command.signed(statement)));
            let no = opening::Refusal::Evaluation(Box::new(Refusal::SaidBefore));
            assert_eq!(
                opening::decide(&self.opening, &by, again, self.now),
                Err(no),
                "a statement counts once"
            );
        }
        Ok(kinds)
    }

    #[track_caller]
    pub fn yes(&mut self, by: Actor, command: Command) -> String {
        match self.try_it(by.clone(), command.clone()) {
            Ok(kinds) => kinds.join(" "),
            Err(refusal) => panic!("{by:?} {command:?}: {refusal:?}"),
        }
    }

    #[track_caller]
    pub fn no(&mut self, by: Actor, command: Command) -> Refusal {
        match self.try_it(by.clone(), command.clone()) {
            Ok(kinds) => panic!("{by:?} {command:?}: {kinds:?}"),
            Err(refusal) => refusal,
        }
    }

    /// Members that belong to the committee.
    pub fn sitting(&self) -> Vec<u8> {
        let state = self.state();
        state.committee.iter().flat_map(|it| it.sitting()).map(|(index, _)| index).collect()
    }

    pub fn chair(&self) -> Actor {
        expert(self.state().chair().unwrap_or(1))
    }

    pub fn begin(&mut self) {
        self.yes(Actor::Room, Command::ImportCommittee { list: list(5).digest().unwrap() });
        self.yes(host(), Command::Start);
    }

    /// The purchaser finds the qualification of all bids good.
    pub fn qualify(&mut self, failing: &[u32]) {
        self.review(Review::Qualification, failing);
        let by = if self.plan().is_purchasers(Review::Qualification) { host() } else { self.chair() };
        self.yes(by, Command::FinishStage { stage: Stage::Qualification });
    }

    pub fn seat(&mut self, member: u8) {
        self.yes(host(), seat(member, member, &format!("终端{member}")));
        self.yes(expert(member), Command::SignCommitment);
    }

    pub fn elect(&mut self, chair: u8) {
        let round = self.state().committee.unwrap().election.round;
        for member in self.sitting() {
            self.yes(expert(member), Command::VoteChair { round, choice: chair });
        }
    }

    /// The committee sits down with member 1 as its chair.
    pub fn assemble(&mut self) {
        self.yes(host(), Command::OpenCommittee { list: Box::new(list(5)) });
        for member in self.sitting() {
            self.seat(member);
        }
        self.elect(1);
        self.yes(host(), Command::FinishStage { stage: Stage::Assembly });
    }

    pub fn review(&mut self, review: Review, failing: &[u32]) {
        for bid in self.state().standing_bids().collect::<Vec<u32>>() {
            let verdicts = verdicts(self.plan(), review, !failing.contains(&bid));
            if self.plan().is_purchasers(review) {
                self.yes(tenderer(), give(review, bid, verdicts));
                self.yes(host(), Command::ConcludeReview { review, bid });
            } else {
                for member in self.sitting() {
                    self.yes(expert(member), give(review, bid, verdicts.clone()));
                }
                self.yes(self.chair(), Command::ConcludeReview { review, bid });
            }
        }
    }

    pub fn conform(&mut self, failing: &[u32]) {
        self.review(Review::Conformity, failing);
        self.yes(self.chair(), Command::FinishStage { stage: Stage::Conformity });
    }

    /// The room's value for the next draw.
    pub fn value(&self) -> Hex32 {
        let session = self.opening.lot.as_ref().unwrap().session();
        value_of(&session, &SECRET, self.state().next_draw()).unwrap()
    }

    pub fn number(&mut self) {
        let value = self.value();
        self.yes(Actor::Room, Command::NumberBlind { value });
    }

    /// A whole sheet of one member as it is asked for now.
    pub fn sheet(&self, part: SheetPart, member: u8, cases: u32) -> Command {
        let (state, plan) = (self.state(), self.plan());
        let row = |bid: u32| -> BTreeMap<String, u32> {
            let score = |item: &Criterion| match item.kind {
                CriterionKind::Objective => cases,
                CriterionKind::Subjective => 50 * ((u32::from(member) + bid) % 20),
            };
            plan.sheet(part).map(|item| (item.id.clone(), score(item))).collect()
        };
        let sheet: Scores = state.missing(part, member).into_iter().map(|bid| (bid, row(bid))).collect();
        Command::CommitSheet { part, sheet }
    }

    pub fn score(&mut self) {
        for part in self.plan().parts() {
            for member in self.sitting() {
                self.yes(expert(member), self.sheet(part, member, 500));
            }
        }
    }

    pub fn lift(&mut self) {
        self.yes(supervisor(), Command::LiftBlind { lock_tail: "7D12".into() });
    }

    /// The way to the stage in which prices are looked at.
    pub fn reach_price(&mut self) {
        self.begin();
        self.before_conformity();
        self.conform(&[]);
        if !self.plan().parts().is_empty() {
            if self.plan().is_blind() {
                self.number();
            }
            self.score();
            if self.plan().is_blind() {
                self.lift();
            }
            self.yes(self.chair(), Command::FinishStage { stage: Stage::Scoring });
        }
    }

    pub fn before_conformity(&mut self) {
        if self.plan().is_purchasers(Review::Qualification) {
            self.qualify(&[]);
            self.assemble();
        } else {
            self.assemble();
            self.qualify(&[]);
        }
    }

    pub fn result(&self, table: &str, candidates: Vec<u32>) -> Command {
        Command::FixResult {
            inputs: self.state().inputs().digest().unwrap(),
            outcome: Sm3Digest::of(table.as_bytes()),
            table: table.to_owned(),
            candidates,
            ground: None,
            reason: None,
        }
    }

    pub fn reach_report(&mut self) {
        self.reach_price();
        self.yes(Actor::Room, self.result("{\"first\":1}", vec![1, 2]));
        self.yes(self.chair(), Command::FinishStage { stage: Stage::Price });
    }

    pub fn check_report(&mut self, name: &str) -> Sm3Digest {
        let report = digest(name);
        self.yes(Actor::Room, Command::CheckReport { report, findings: Vec::new() });
        report
    }

    pub fn sign_all(&mut self, report: Sm3Digest) {
        let mut members = self.sitting();
        members.rotate_left(1);
        for member in members {
            self.yes(expert(member), sign(report));
        }
        self.yes(supervisor(), Command::SuperviseReport { report, lock_tail: "7D12".into() });
    }

    pub fn reach_end(&mut self) {
        self.reach_report();
        let report = self.check_report("report");
        self.sign_all(report);
        self.yes(host(), Command::Close);
    }

    pub fn vote(&mut self, number: u32, yes: usize) -> String {
        let mut last = String::new();
        for (place, member) in self.sitting().into_iter().enumerate() {
            last = self.yes(expert(member), ballot(number, place < yes));
        }
        last
    }
}

pub fn seat(member: u8, seat: u8, terminal: &str) -> Command {
    Command::SeatMember {
        member,
        seat,
        terminal: terminal.into(),
        identity: IdentityCheck::IdCard,
        phone_deposited: true,
    }
}

pub fn give(review: Review, bid: u32, verdicts: BTreeMap<String, Verdict>) -> Command {
    Command::GiveReview { review, bid, verdicts }
}

/// All items pass, or the last one does not.
pub fn verdicts(plan: &Plan, review: Review, passes: bool) -> BTreeMap<String, Verdict> {
    let mut verdicts: BTreeMap<String, Verdict> =
        plan.items(review).map(|item| (item.id.clone(), pass())).collect();
    if !passes && let Some(mut last) = verdicts.last_entry() {
        last.insert(fail(bidroom_domain::evaluation::Ground::NoResponse));
    }
    verdicts
}

pub fn pass() -> Verdict {
    Verdict { passes: true, ground: None, reason: None }
}

pub fn fail(ground: bidroom_domain::evaluation::Ground) -> Verdict {
    Verdict {
        passes: false, ground: Some(ground), reason: Some("未提供检测报告，不满足 6.4".into())
    }
}

pub fn sign(report: Sm3Digest) -> Command {
    Command::SignReport { report, dissent: None }
}

pub fn ballot(vote: u32, agrees: bool) -> Command {
    Command::CastBallot { vote, agrees, reason: None }
}
