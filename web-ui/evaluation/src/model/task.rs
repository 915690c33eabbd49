//! What a member has to do now, what it waits for, and what the chair can do.

use bidroom_domain::At;
use bidroom_domain::evaluation::{BelowMinimum, Plan, Review, SheetPart, Stage, State, Subject, Vote};

/// What is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// The evaluation has not begun, or the purchaser reviews, or the staff has something to do.
    Staff,
    /// These members have not signed in or not signed the commitment.
    Members(Vec<u8>),
    /// These members have not voted for a chair.
    Ballots(Vec<u8>),
    /// These members have not given their verdicts on all bids.
    Opinions(Vec<u8>),
    /// The room draws the blind numbers.
    Numbers,
    /// These members have not committed their sheets.
    Sheets(Vec<u8>),
    /// Members differ in objective items; one of them corrects its sheet.
    Differences,
    /// The supervisor lifts the blind.
    Lift,
    /// The chair goes on.
    Chair,
    /// These members have not signed the report.
    Signatures(Vec<u8>),
    /// The supervisor signs the report.
    Supervisor,
}

/// What a member has to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Sign the commitment, or declare an interest.
    Commit,
    /// Vote for a chair.
    Elect {
        /// In which ballot.
        round: u32,
    },
    /// Give verdicts on these bids.
    Review {
        /// Which review.
        review: Review,
        /// Bids without the member's verdicts, by roster number.
        bids: Vec<u32>,
    },
    /// Score these bids.
    Score {
        /// Which sheet.
        part: SheetPart,
        /// The bids, as the sheet names them.
        bids: Vec<u32>,
    },
    /// Sign the report.
    Sign,
    /// Nothing.
    Wait(Waiting),
    /// The committee's work is done, or the member left, or the lot ended.
    Over,
}

/// The bids of a sheet, as it names them. Members know no more of blind numbers than how many were drawn.
pub fn sheet_bids(state: &State, part: SheetPart) -> Vec<u32> {
    if part == SheetPart::Blind && state.blind.numbers.is_empty() {
        return (1..=state.blind.drawn).collect();
    }
    state.labels(part).into_iter().collect()
}

/// Bids of a sheet that a member has not committed.
fn missing(state: &State, part: SheetPart, member: u8) -> Vec<u32> {
    let sheet = state.sheets.get(&part).and_then(|sheets| sheets.get(&member));
    let committed = |bid: &u32| sheet.is_some_and(|sheet| sheet.committed.contains_key(bid));
    sheet_bids(state, part).into_iter().filter(|bid| !committed(bid)).collect()
}

/// Indexes of those who belong to the committee.
pub fn sitting(state: &State) -> Vec<u8> {
    let sitting = state.committee.iter().flat_map(|committee| committee.sitting());
    sitting.map(|(index, _)| index).collect()
}

fn without(state: &State, has: impl Fn(u8) -> bool) -> Vec<u8> {
    sitting(state).into_iter().filter(|index| !has(*index)).collect()
}

/// What `me` has to do now.
pub fn task(plan: &Plan, state: &State, me: u8) -> Task {
    let member = state.committee.as_ref().and_then(|committee| committee.members.get(&me));
    let Some(member) = member.filter(|member| member.is_member()) else { return Task::Over };
    match state.stage {
        Stage::Closed | Stage::Stopped | Stage::Cancelled => return Task::Over,
        _ if member.committed.is_none() => return Task::Commit,
        _ => {}
    }
    let by_committee = state.stage.is_at_work()
        && !(state.stage == Stage::Qualification && plan.is_purchasers(Review::Qualification));
    // A chair that left or resigned is followed by another one before anything goes on.
    if by_committee && state.chair().is_none() {
        return elect(state, me);
    }
    match state.stage {
        Stage::Assembly => elect(state, me),
        Stage::Qualification | Stage::Conformity => {
            let review = match state.stage {
                Stage::Qualification => Review::Qualification,
                _ => Review::Conformity,
            };
            if plan.is_purchasers(review) { Task::Wait(Waiting::Staff) } else { reviewing(state, review, me) }
        }
        Stage::Scoring => scoring(plan, state, me),
        Stage::Price => Task::Wait(Waiting::Chair),
        Stage::Report => signing(state, me),
        _ => Task::Wait(Waiting::Staff),
    }
}

fn elect(state: &State, me: u8) -> Task {
    let Some(committee) = &state.committee else { return Task::Wait(Waiting::Staff) };
    let absent = without(state, |index| committee.members.get(&index).is_some_and(|it| it.is_ready()));
    if !absent.is_empty() {
        return Task::Wait(Waiting::Members(absent));
    }
    if committee.chair.is_some() {
        return Task::Wait(Waiting::Staff);
    }
    let awaited = without(state, |index| committee.election.ballots.contains_key(&index));
    if awaited.contains(&me) {
        return Task::Elect { round: committee.election.round };
    }
    Task::Wait(Waiting::Ballots(awaited))
}

fn reviewing(state: &State, review: Review, me: u8) -> Task {
    let gave = |bid: u32, member: u8| {
        state
            .review(review, bid)
            .is_some_and(|it| it.concluded.is_some() || it.opinions.contains_key(&Some(member)))
    };
    let bids: Vec<u32> = state.standing_bids().filter(|bid| !gave(*bid, me)).collect();
    if !bids.is_empty() {
        return Task::Review { review, bids };
    }
    let awaited = without(state, |member| state.standing_bids().all(|bid| gave(bid, member)));
    Task::Wait(if awaited.is_empty() { Waiting::Chair } else { Waiting::Opinions(awaited) })
}

fn scoring(plan: &Plan, state: &State, me: u8) -> Task {
    for part in plan.parts() {
        if part == SheetPart::Blind && state.blind.drawn == 0 {
            return Task::Wait(Waiting::Numbers);
        }
        let bids = missing(state, part, me);
        if !bids.is_empty() {
            return Task::Score { part, bids };
        }
    }
    for part in plan.parts() {
        let awaited = without(state, |member| missing(state, part, member).is_empty());
        if !awaited.is_empty() {
            return Task::Wait(Waiting::Sheets(awaited));
        }
    }
    if plan.parts().into_iter().any(|part| !state.differences(plan, part).is_empty()) {
        return Task::Wait(Waiting::Differences);
    }
    let blind = plan.is_blind() && state.blind.lifted.is_none();
    Task::Wait(if blind { Waiting::Lift } else { Waiting::Chair })
}

fn signing(state: &State, me: u8) -> Task {
    let Some(report) = &state.report else { return Task::Wait(Waiting::Staff) };
    if !report.is_answered() {
        return Task::Wait(Waiting::Chair);
    }
    let awaited = state.unsigned();
    // The chair signs last.
    let last = state.chair() != Some(me) || awaited == [me];
    match awaited.as_slice() {
        [] if report.supervised.is_none() => Task::Wait(Waiting::Supervisor),
        [] => Task::Wait(Waiting::Staff),
        _ if awaited.contains(&me) && last => Task::Sign,
        _ => Task::Wait(Waiting::Signatures(awaited.into_iter().filter(|index| *index != me).collect())),
    }
}

/// The first vote in which `me` has not voted, if it may.
pub fn open_vote(state: &State, me: u8) -> Option<&Vote> {
    if !state.committee.as_ref()?.members.get(&me)?.is_ready() || !state.stage.is_at_work() {
        return None;
    }
    state
        .votes
        .iter()
        .find(|vote| vote.void.is_none() && vote.closed.is_none() && !vote.ballots.contains_key(&me))
}

/// Something the chair can do now.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Chairing {
    /// Conclude the review of a bid.
    Conclude(Review, u32),
    /// Put items of a bid, in which members differ, to the vote.
    VoteReview(Review, u32, String),
    /// Finish the stage.
    Finish(Stage),
    /// Finish the stage with so few bids that the lot ends by it; so many are left, and so many it takes.
    End(Stage, u32, u32),
    /// Put to the vote whether competition is missing with so few bids.
    VoteCompetition(u32),
    /// Have the room compute the result.
    Result,
    /// Put to the vote whether the explanation proves the price reasonable.
    VoteLowPrice(u32),
    /// Conclude the review of an abnormally low price.
    ConcludeLowPrice(u32),
    /// Answer the findings of the report's check.
    Findings,
}

/// How the stage may be finished: with too few bids the lot ends by it, or the committee decides.
fn finishing(plan: &Plan, state: &State, stage: Stage) -> Chairing {
    let left = u32::try_from(state.standing_bids().count()).unwrap_or(u32::MAX);
    let least = match stage {
        Stage::Qualification => plan.minimum_qualified.value,
        _ => plan.minimum_responsive.value,
    };
    let decides = plan.below_minimum.value == BelowMinimum::CommitteeDecides;
    match left {
        _ if left >= least => Chairing::Finish(stage),
        0 => Chairing::End(stage, 0, least),
        _ if !decides => Chairing::End(stage, left, least),
        _ => match state.vote_on(&Subject::Competition { bids: left }).map(|vote| vote.carried()) {
            None => Chairing::VoteCompetition(left),
            Some(Some(true)) => Chairing::End(stage, left, least),
            Some(_) => Chairing::Finish(stage),
        },
    }
}

/// What the chair can do now, in the order in which it is done. Whether it may is the rules' question.
pub fn chairing(plan: &Plan, state: &State, me: u8, now: At) -> Vec<Chairing> {
    if state.chair() != Some(me) {
        return Vec::new();
    }
    let mut can = Vec::new();
    match state.stage {
        Stage::Qualification | Stage::Conformity => {
            let review =
                if state.stage == Stage::Conformity { Review::Conformity } else { Review::Qualification };
            if !plan.is_purchasers(review) {
                concluding(plan, state, review, &mut can);
            }
        }
        Stage::Scoring => {
            let done = plan.parts().into_iter().all(|part| state.is_revealed(part));
            let differs = plan.parts().into_iter().any(|part| !state.differences(plan, part).is_empty());
            let blind = plan.is_blind() && state.blind.lifted.is_none();
            if done && !differs && !blind {
                can.push(finishing(plan, state, Stage::Scoring));
            }
        }
        Stage::Price => {
            for (bid, low) in state.low_prices.iter().filter(|(_, low)| low.concluded.is_none()) {
                let vote = state.vote_on(&Subject::LowPrice { bid: *bid });
                match vote.map(|vote| vote.closed.is_some()) {
                    Some(true) => can.push(Chairing::ConcludeLowPrice(*bid)),
                    Some(false) => {}
                    None if low.explanation.is_some() || now >= low.until => {
                        can.push(Chairing::VoteLowPrice(*bid))
                    }
                    None => {}
                }
            }
            if state.result.is_none() {
                can.push(Chairing::Result);
            } else {
                can.push(Chairing::Finish(Stage::Price));
            }
        }
        Stage::Report if state.report.as_ref().is_some_and(|report| !report.is_answered()) => {
            can.push(Chairing::Findings);
        }
        _ => {}
    }
    can
}

fn concluding(plan: &Plan, state: &State, review: Review, can: &mut Vec<Chairing>) {
    let members = sitting(state);
    let open: Vec<u32> = state.unconcluded(review).collect();
    for bid in &open {
        let Some(reviewed) = state.review(review, *bid) else { continue };
        if !members.iter().all(|member| reviewed.opinions.contains_key(&Some(*member))) {
            continue;
        }
        let vote = |item: &String| state.vote_on(&Subject::Review { review, bid: *bid, item: item.clone() });
        let disputed = reviewed.disputed();
        let unasked: Vec<&String> = disputed.iter().filter(|item| vote(item).is_none()).collect();
        can.extend(unasked.iter().map(|item| Chairing::VoteReview(review, *bid, (*item).clone())));
        let decided = disputed.iter().all(|item| vote(item).is_some_and(|vote| vote.closed.is_some()));
        if decided {
            can.push(Chairing::Conclude(review, *bid));
        }
    }
    if open.is_empty() {
        can.push(finishing(plan, state, review.stage()));
    }
}
