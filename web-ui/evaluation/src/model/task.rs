//! What a member has to do now, and what it waits for.

use bidroom_domain::evaluation::{Review, SheetPart, Stage, State, Vote};

use super::Sight;
use super::correct::is_stale;

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

/// What the member has to do now.
pub fn task(sight: Sight<'_>) -> Task {
    let Sight { plan, state, me, .. } = sight;
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
        return elect(sight);
    }
    match state.stage {
        Stage::Assembly => elect(sight),
        Stage::Qualification | Stage::Conformity => {
            let review = match state.stage {
                Stage::Qualification => Review::Qualification,
                _ => Review::Conformity,
            };
            if plan.is_purchasers(review) { Task::Wait(Waiting::Staff) } else { reviewing(sight, review) }
        }
        Stage::Scoring => scoring(sight),
        Stage::Price => Task::Wait(Waiting::Chair),
        Stage::Report => signing(sight),
        _ => Task::Wait(Waiting::Staff),
    }
}

fn elect(sight: Sight<'_>) -> Task {
    let Sight { state, me, .. } = sight;
    let Some(committee) = &state.committee else { return Task::Wait(Waiting::Staff) };
    let absent = sight.without(|index| committee.members.get(&index).is_some_and(|it| it.is_ready()));
    if !absent.is_empty() {
        return Task::Wait(Waiting::Members(absent));
    }
    if committee.chair.is_some() {
        return Task::Wait(Waiting::Staff);
    }
    let awaited = sight.without(|index| committee.election.ballots.contains_key(&index));
    if awaited.contains(&me) {
        return Task::Elect { round: committee.election.round };
    }
    Task::Wait(Waiting::Ballots(awaited))
}

fn reviewing(sight: Sight<'_>, review: Review) -> Task {
    let Sight { state, me, .. } = sight;
    let gave = |bid: u32, member: u8| {
        state
            .review(review, bid)
            .is_some_and(|it| it.concluded.is_some() || it.opinions.contains_key(&Some(member)))
    };
    let bids: Vec<u32> = state.standing_bids().filter(|bid| !gave(*bid, me)).collect();
    if !bids.is_empty() {
        return Task::Review { review, bids };
    }
    let awaited = sight.without(|member| state.standing_bids().all(|bid| gave(bid, member)));
    Task::Wait(if awaited.is_empty() { Waiting::Chair } else { Waiting::Opinions(awaited) })
}

fn scoring(sight: Sight<'_>) -> Task {
    let Sight { plan, state, me, .. } = sight;
    for part in plan.parts() {
        if part == SheetPart::Blind && sight.lacks_numbers() {
            return Task::Wait(Waiting::Numbers);
        }
        let bids = sight.missing(part, me);
        if !bids.is_empty() {
            return Task::Score { part, bids };
        }
    }
    for part in plan.parts() {
        let awaited = sight.without(|member| sight.missing(part, member).is_empty());
        if !awaited.is_empty() {
            return Task::Wait(Waiting::Sheets(awaited));
        }
    }
    if plan.parts().into_iter().any(|part| !state.differences(plan, part).is_empty()) {
        return Task::Wait(Waiting::Differences);
    }
    Task::Wait(if sight.is_blind() { Waiting::Lift } else { Waiting::Chair })
}

fn signing(sight: Sight<'_>) -> Task {
    let Sight { plan, state, me, .. } = sight;
    if plan.parts().into_iter().any(|part| !state.differences(plan, part).is_empty()) {
        return Task::Wait(Waiting::Differences);
    }
    // Scores changed since: the result is fixed again, and the report printed again, before anybody signs.
    if is_stale(state) {
        return Task::Wait(Waiting::Chair);
    }
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

#[cfg(test)]
mod tests {
    use super::super::fixture::{gives, plan, state_of};
    use super::*;
    use bidroom_canon::Sm3Digest;
    use bidroom_domain::At;
    use bidroom_domain::evaluation::{Fixed, Plan, Report, Sheet};

    fn blind_plan() -> Plan {
        let mut plan = plan();
        plan.criteria.iter_mut().for_each(|item| item.blind = item.id == "design");
        plan
    }

    #[test]
    fn blind_bids_are_scored_once_the_room_has_numbers_for_all() {
        let plan = blind_plan();
        let mut state = State { stage: Stage::Scoring, ..state_of(3, 3) };
        let now = |state: &State, blind: &[u32]| task(Sight { plan: &plan, state, blind, me: 2 });
        let score = |bids: &[u32]| Task::Score { part: SheetPart::Blind, bids: bids.to_vec() };
        assert_eq!(now(&state, &[]), Task::Wait(Waiting::Numbers));
        assert_eq!(now(&state, &[1, 2]), Task::Wait(Waiting::Numbers));
        assert_eq!(now(&state, &[1, 2, 3]), score(&[1, 2, 3]));
        // A bid leaves while the page is open: its number goes with it.
        state.bids.pop();
        assert_eq!(now(&state, &[1, 3]), score(&[1, 3]));
        // Another committee goes on counting.
        assert_eq!(now(&state, &[4, 6]), score(&[4, 6]));
        let committed = Sheet { committed: [(4, At(1)), (6, At(1))].into(), ..Sheet::default() };
        state.sheets.insert(SheetPart::Blind, [(2, committed)].into());
        assert_eq!(now(&state, &[4, 6]), Task::Score { part: SheetPart::Named, bids: vec![1, 2] });
    }

    #[test]
    fn nobody_signs_a_report_whose_scores_were_changed() {
        let plan = plan();
        let mut state = State { stage: Stage::Report, ..state_of(3, 1) };
        gives(&mut state, 2, "design", &[(1, 500)]);
        state.result = Some(Fixed {
            number: 1,
            inputs: state.inputs().digest().unwrap(),
            outcome: Sm3Digest::of(b"outcome"),
            table: None,
            candidates: None,
            at: At(1),
        });
        state.report = Some(Report {
            digest: Sm3Digest::of(b"report"),
            count: 0,
            findings: None,
            acknowledged: None,
            signatures: Default::default(),
            supervised: None,
        });
        let now = |state: &State, me| task(Sight { plan: &plan, state, blind: &[], me });
        assert_eq!(now(&state, 2), Task::Sign);
        assert_eq!(now(&state, 1), Task::Wait(Waiting::Signatures(vec![2, 3])));
        gives(&mut state, 2, "design", &[(1, 550)]);
        assert_eq!(now(&state, 2), Task::Wait(Waiting::Chair));
    }
}
