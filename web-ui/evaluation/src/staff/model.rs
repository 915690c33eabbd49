//! What a reader has to do now, and what the evaluation waits for. Plain values.

use crate::model::{points_of, result_rows, sitting};
use bidroom_canon::Sm3Digest;
use bidroom_domain::StaffRole;
use bidroom_domain::evaluation::{
    BelowMinimum, MemberRole, OwnResult, Plan, Rejection, Review, SheetPart, Signature, Stage, State,
    StopGround,
};

/// Who reads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Viewer {
    /// Nobody is signed in.
    #[default]
    Nobody,
    /// 主持人.
    Host,
    /// 采购人（招标人）代表.
    Tenderer,
    /// 监督人员.
    Supervisor,
    /// A bidder.
    Bidder,
    /// Somebody with another part in the session.
    Other,
}

impl Viewer {
    /// By the part in the session.
    pub const fn of(staff: Option<StaffRole>, bidder: bool) -> Self {
        match (staff, bidder) {
            (Some(StaffRole::Host), _) => Self::Host,
            (Some(StaffRole::Tenderer), _) => Self::Tenderer,
            (Some(StaffRole::Supervisor), _) => Self::Supervisor,
            (None, true) => Self::Bidder,
            (None, false) => Self::Other,
        }
    }
}

/// Something the reader can do now, the most pressing first.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Todo {
    /// Import the sealed list of members; again after a committee was dissolved.
    Import,
    /// Begin the evaluation.
    Start,
    /// Review these bids for the purchaser.
    Review(Vec<u32>),
    /// Conclude the review of these bids.
    Conclude(Vec<u32>),
    /// Finish the purchaser's review; where too few bids are left the lot ends by it: so many are left, so many it takes.
    FinishQualification(Option<(u32, u32)>),
    /// Open the list.
    OpenList,
    /// Give these members their seats.
    Seat(Vec<u8>),
    /// Find somebody in the place of these.
    Replace(Vec<u8>),
    /// The committee is complete: go on.
    FinishAssembly,
    /// Approve going back, or leave it.
    Reopen(u32, Stage),
    /// Lift the blind.
    Lift,
    /// Sign the report.
    Supervise(Sm3Digest),
    /// End the evaluation.
    Close,
    /// Record the letter to the finance department.
    TellFinance,
    /// Publish the result.
    Publish,
    /// The document is defective: go on, or end the lot.
    Resume,
    /// Answer a question.
    Answer(u32),
    /// Confirm a corrected price, or not.
    Confirm(u32),
    /// Explain a price.
    Explain(u32),
}

/// What `viewer` can do now. `closed` says whether the opening is closed.
pub fn todo(plan: &Plan, state: &State, viewer: Viewer, closed: bool) -> Vec<Todo> {
    match viewer {
        Viewer::Host => host(plan, state, closed),
        Viewer::Tenderer
            if state.stage == Stage::Qualification && plan.is_purchasers(Review::Qualification) =>
        {
            qualification(plan, state)
        }
        Viewer::Tenderer if waits_for_the_document(state) => vec![Todo::Resume],
        Viewer::Supervisor => supervisor(plan, state),
        Viewer::Bidder => bidder(state),
        Viewer::Tenderer | Viewer::Nobody | Viewer::Other => Vec::new(),
    }
}

fn waits_for_the_document(state: &State) -> bool {
    state.stage == Stage::Stopped && state.stopped.is_some_and(|(ground, ..)| ground == StopGround::Document)
}

fn host(plan: &Plan, state: &State, closed: bool) -> Vec<Todo> {
    let mut todo = Vec::new();
    let dissolved = state.stage == Stage::Stopped
        && state.stopped.is_some_and(|(ground, ..)| ground == StopGround::NoReplacement);
    if dissolved || (state.committee.is_none() && !matches!(state.stage, Stage::Cancelled | Stage::Closed)) {
        todo.push(Todo::Import);
    }
    let gone = |committee: &bidroom_domain::evaluation::Committee| -> Vec<u8> {
        let left = committee
            .members
            .iter()
            .filter(|(_, member)| member.left.as_ref().is_some_and(|left| left.successor.is_none()));
        left.map(|(index, _)| *index).collect()
    };
    let without_successor = state.committee.as_ref().map(gone).unwrap_or_default();
    if state.stage.is_at_work() && !without_successor.is_empty() {
        todo.push(Todo::Replace(without_successor));
    }
    let opened = state.committee.as_ref().is_some_and(|committee| committee.opened.is_some());
    if state.stage.is_at_work() && opened {
        let seatless: Vec<u8> = sitting(state)
            .into_iter()
            .filter(|index| state.member(*index).is_some_and(|it| it.seating.is_none()))
            .collect();
        if !seatless.is_empty() {
            todo.push(Todo::Seat(seatless));
        }
    }
    match state.stage {
        Stage::Waiting if closed => todo.push(Todo::Start),
        Stage::Qualification if plan.is_purchasers(Review::Qualification) => {
            todo.extend(qualification(plan, state));
        }
        Stage::Assembly if !opened && state.committee.is_some() => todo.push(Todo::OpenList),
        Stage::Assembly => {
            let ready =
                sitting(state).iter().all(|index| state.member(*index).is_some_and(|it| it.is_ready()));
            if opened && ready && state.chair().is_some() && todo.is_empty() {
                todo.push(Todo::FinishAssembly);
            }
        }
        Stage::Report if must_tell(state) => todo.push(Todo::TellFinance),
        Stage::Report if state.is_signed() => todo.push(Todo::Close),
        Stage::Closed if must_tell(state) => todo.push(Todo::TellFinance),
        Stage::Closed if state.published.is_none_or(|published| Some(published) < state.closed) => {
            todo.push(Todo::Publish);
        }
        Stage::Stopped if waits_for_the_document(state) => todo.push(Todo::Resume),
        _ => {}
    }
    todo
}

/// Whether a review after the signing changed the result and the finance department was not told yet.
fn must_tell(state: &State) -> bool {
    let review = state.rereview.as_ref().filter(|it| it.told.is_none());
    review.zip(state.result.as_ref()).is_some_and(|(review, result)| review.outcome != result.outcome)
}

/// The purchaser's own review.
fn qualification(plan: &Plan, state: &State) -> Vec<Todo> {
    let gave =
        |bid: &u32| state.review(Review::Qualification, *bid).is_some_and(|it| !it.opinions.is_empty());
    let (given, open): (Vec<u32>, Vec<u32>) = state.unconcluded(Review::Qualification).partition(gave);
    let mut todo = Vec::new();
    if !open.is_empty() {
        todo.push(Todo::Review(open.clone()));
    }
    if !given.is_empty() {
        todo.push(Todo::Conclude(given.clone()));
    }
    if open.is_empty() && given.is_empty() && state.unsettled().0 == 0 {
        let left = u32::try_from(state.standing_bids().count()).unwrap_or(u32::MAX);
        let least = plan.minimum_qualified.value;
        let ends = left == 0 || (left < least && plan.below_minimum.value == BelowMinimum::Cancel);
        todo.push(Todo::FinishQualification(ends.then_some((left, least))));
    }
    todo
}

fn supervisor(plan: &Plan, state: &State) -> Vec<Todo> {
    let mut todo = Vec::new();
    if state.stage.is_at_work() && state.result.is_none() {
        let asked = state.reopenings.iter().filter(|it| it.approved.is_none());
        todo.extend(asked.map(|it| Todo::Reopen(it.number, it.stage)));
    }
    let blind = plan.is_blind() && state.blind.drawn > 0 && state.blind.lifted.is_none();
    if state.stage == Stage::Scoring && blind && all_committed(state, SheetPart::Blind) {
        todo.push(Todo::Lift);
    }
    let report = state.report.as_ref().filter(|report| report.supervised.is_none());
    if let Some(report) = report.filter(|_| state.stage == Stage::Report && state.unsigned().is_empty()) {
        todo.push(Todo::Supervise(report.digest));
    }
    todo
}

fn bidder(state: &State) -> Vec<Todo> {
    let questions =
        state.clarifications.iter().filter(|it| !it.is_settled()).map(|it| Todo::Answer(it.number));
    let corrections =
        state.corrections.iter().filter(|it| it.is_pending()).map(|it| Todo::Confirm(it.number));
    let prices =
        state.low_prices.iter().filter(|(_, low)| low.explanation.is_none() && low.concluded.is_none());
    questions.chain(corrections).chain(prices.map(|(bid, _)| Todo::Explain(*bid))).collect()
}

/// How far a member is with its work in this stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Not asked for anything.
    Idle,
    /// So many of so many.
    Of(usize, usize),
    /// The report is signed, with or without a dissent.
    Signed {
        /// With a dissent.
        dissent: bool,
    },
    /// Counts as agreeing with the report.
    Agreeing,
}

/// How far a member is.
pub fn progress(plan: &Plan, state: &State, member: u8) -> Progress {
    let review = match state.stage {
        Stage::Qualification if !plan.is_purchasers(Review::Qualification) => Some(Review::Qualification),
        Stage::Conformity => Some(Review::Conformity),
        _ => None,
    };
    if let Some(review) = review {
        let bids: Vec<u32> = state.standing_bids().collect();
        let gave = |bid: &&u32| {
            state
                .review(review, **bid)
                .is_some_and(|it| it.concluded.is_some() || it.opinions.contains_key(&Some(member)))
        };
        return Progress::Of(bids.iter().filter(gave).count(), bids.len());
    }
    match state.stage {
        Stage::Scoring => {
            let (mut done, mut all) = (0_usize, 0_usize);
            // How many bids stand is known also while nobody knows under which numbers.
            let standing = state.standing_bids().count();
            for part in plan.parts() {
                let sheet = state.sheets.get(&part).and_then(|sheets| sheets.get(&member));
                let committed = sheet.map_or(0, |sheet| sheet.committed.len());
                done = done.saturating_add(committed.min(standing));
                all = all.saturating_add(standing);
            }
            Progress::Of(done, all)
        }
        Stage::Report | Stage::Closed => {
            match state.report.as_ref().and_then(|report| report.signatures.get(&member)) {
                Some(Signature::Signed { dissent, .. }) => Progress::Signed { dissent: dissent.is_some() },
                Some(Signature::CountsAsAgreeing { .. }) => Progress::Agreeing,
                None if state.report.is_some() => Progress::Of(0, 1),
                None => Progress::Idle,
            }
        }
        _ => Progress::Idle,
    }
}

/// Whether every member has committed its whole sheet. Those who do not know the numbers know how many there are.
fn all_committed(state: &State, part: SheetPart) -> bool {
    let (sheets, bids) = (state.sheets.get(&part), state.standing_bids().count());
    let has =
        |index: u8| sheets.and_then(|sheets| sheets.get(&index)).is_some_and(|it| it.revealed.len() >= bids);
    bids > 0 && sitting(state).into_iter().all(has)
}

/// How many members there are, how many it takes, and how many are experts.
pub fn composition(plan: &Plan, state: &State) -> (usize, u8, usize) {
    let members = sitting(state);
    let experts = members
        .iter()
        .filter(|index| state.member(**index).is_some_and(|it| it.role == MemberRole::Expert))
        .count();
    (members.len(), plan.committee.required().0, experts)
}

/// What each bidder is told of itself, as the fixed result and the reviews give it: the host looks through it before it is published.
/// Nothing while the table cannot be read.
pub fn own_results(
    state: &State,
    rejected: impl Fn(u32, Rejection) -> String,
) -> Option<std::collections::BTreeMap<u32, OwnResult>> {
    let rows = result_rows(state)?;
    let own = |bid: u32| {
        let row = rows.iter().find(|row| row.bid == bid);
        let score = row.and_then(|row| row.total.as_deref()).and_then(points_of);
        let rejection = state.rejection(bid).map(|rejection| rejected(bid, rejection));
        (
            bid,
            OwnResult {
                score: score.filter(|_| rejection.is_none()),
                rank: row.and_then(|row| row.rank),
                rejected: rejection,
            },
        )
    };
    Some(state.bids.iter().copied().map(own).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bidroom_domain::At;
    use bidroom_domain::evaluation::{
        Blind, Committee, Departure, Election, LeaveGround, MemberState, Reopening, Report, ReviewItem,
        Seating,
    };
    use std::collections::BTreeMap;

    fn plan() -> Plan {
        let item = ReviewItem {
            id: "licence".into(),
            review: Review::Qualification,
            text: "营业执照".into(),
            clause: "招标文件".into(),
        };
        Plan { reviews: vec![item], ..Plan::scored() }
    }

    fn member(seated: bool, committed: bool) -> MemberState {
        MemberState {
            role: MemberRole::Expert,
            member: None,
            seating: seated.then_some(Seating { seat: 1, terminal: None, at: At(1) }),
            committed: committed.then_some(At(2)),
            left: None,
            asked_time: None,
        }
    }

    fn state(stage: Stage, members: Vec<MemberState>) -> State {
        let members: BTreeMap<u8, MemberState> = (1_u8..).zip(members).collect();
        let committee = Committee {
            list: Sm3Digest::of(b"list"),
            imported: At(0),
            opened: (!members.is_empty()).then_some(At(1)),
            members,
            chair: None,
            election: Election { round: 1, ballots: BTreeMap::new() },
        };
        State { stage, committee: Some(committee), bids: vec![1, 2, 3], ..State::default() }
    }

    #[track_caller]
    fn check(state: &State, viewer: Viewer, expect: &[Todo]) {
        assert_eq!(todo(&plan(), state, viewer, true), expect, "{viewer:?}");
    }

    #[test]
    fn the_host_begins_once_the_opening_is_closed_and_imports_at_any_time() {
        let none = State::default();
        assert_eq!(todo(&plan(), &none, Viewer::Host, false), [Todo::Import]);
        check(&none, Viewer::Host, &[Todo::Import, Todo::Start]);
        check(&state(Stage::Waiting, vec![]), Viewer::Host, &[Todo::Start]);
        check(&none, Viewer::Supervisor, &[]);
    }

    #[test]
    fn the_committee_sits_down_before_the_review_begins() {
        check(&state(Stage::Assembly, vec![]), Viewer::Host, &[Todo::OpenList]);
        let mut there = state(Stage::Assembly, vec![member(true, true), member(false, false)]);
        check(&there, Viewer::Host, &[Todo::Seat(vec![2])]);
        there = state(Stage::Assembly, vec![member(true, true), member(true, true)]);
        check(&there, Viewer::Host, &[]);
        there.committee.as_mut().unwrap().chair = Some(1);
        check(&there, Viewer::Host, &[Todo::FinishAssembly]);
        let gone = Departure { ground: LeaveGround::Health, at: At(3), successor: None };
        there.committee.as_mut().unwrap().members.get_mut(&2).unwrap().left = Some(gone);
        check(&there, Viewer::Host, &[Todo::Replace(vec![2])]);
    }

    #[test]
    fn the_purchaser_reviews_concludes_and_finishes() {
        let review = state(Stage::Qualification, vec![]);
        check(&review, Viewer::Tenderer, &[Todo::Review(vec![1, 2, 3])]);
        check(&review, Viewer::Supervisor, &[]);
    }

    #[test]
    fn the_supervisor_is_asked_when_it_is_due() {
        let mut asked = state(Stage::Price, vec![member(true, true)]);
        asked.reopenings.push(Reopening {
            number: 1,
            stage: Stage::Conformity,
            reason: None,
            at: At(5),
            approved: None,
        });
        check(&asked, Viewer::Supervisor, &[Todo::Reopen(1, Stage::Conformity)]);
        asked.reopenings[0].approved = Some(At(6));
        check(&asked, Viewer::Supervisor, &[]);

        let report = Sm3Digest::of(b"report");
        let mut signed = state(Stage::Report, vec![member(true, true)]);
        signed.report = Some(Report {
            digest: report,
            count: 0,
            findings: None,
            acknowledged: None,
            signatures: BTreeMap::new(),
            supervised: None,
        });
        check(&signed, Viewer::Supervisor, &[]);
        let signature = Signature::Signed { dissent: None, statement: report, at: At(7) };
        signed.report.as_mut().unwrap().signatures.insert(1, signature);
        check(&signed, Viewer::Supervisor, &[Todo::Supervise(report)]);
        signed.report.as_mut().unwrap().supervised = Some((report, At(8)));
        check(&signed, Viewer::Supervisor, &[]);
        check(&signed, Viewer::Host, &[Todo::Close]);
    }

    #[test]
    fn the_blind_is_lifted_once_every_sheet_is_in() {
        let mut scored = state(Stage::Scoring, vec![member(true, true)]);
        scored.blind = Blind { drawn: 3, ..Blind::default() };
        let mut blind = plan();
        blind.criteria = vec![bidroom_domain::evaluation::Criterion {
            id: "design".into(),
            name: "方案".into(),
            part: bidroom_domain::evaluation::CriterionPart::Technical,
            kind: bidroom_domain::evaluation::CriterionKind::Subjective,
            max: 1000,
            step: 50,
            blind: true,
            guide: String::new(),
            grades: Vec::new(),
        }];
        assert_eq!(todo(&blind, &scored, Viewer::Supervisor, true), []);
        let sheet = scored.sheets.entry(SheetPart::Blind).or_default().entry(1).or_default();
        sheet.committed = (1..=3).map(|bid| (bid, At(1))).collect();
        sheet.revealed = (1..=3).collect();
        assert_eq!(todo(&blind, &scored, Viewer::Supervisor, true), [Todo::Lift]);
        scored.blind.lifted = Some(At(9));
        assert_eq!(todo(&blind, &scored, Viewer::Supervisor, true), []);
    }

    #[test]
    fn each_bidder_is_told_its_own_result() {
        let mut fixed = state(Stage::Closed, vec![]);
        let table =
            r#"{"rows":[{"bid":1,"total":"91.50","rank":1},{"bid":2,"total":"85","rank":2},{"bid":3}]}"#;
        fixed.result = Some(bidroom_domain::evaluation::Fixed {
            number: 1,
            inputs: Sm3Digest::of(b"inputs"),
            outcome: Sm3Digest::of(b"outcome"),
            table: Some(table.to_owned()),
            candidates: None,
            at: At(1),
        });
        let own = own_results(&fixed, |_, _| "低价".to_owned()).unwrap();
        assert_eq!(own[&1], OwnResult { score: Some(9150), rank: Some(1), rejected: None });
        assert_eq!(own[&2], OwnResult { score: Some(8500), rank: Some(2), rejected: None });
        assert_eq!(own[&3], OwnResult { score: None, rank: None, rejected: None });
        fixed.result.as_mut().unwrap().table = Some("{".to_owned());
        assert_eq!(own_results(&fixed, |_, _| String::new()), None);
    }
}
