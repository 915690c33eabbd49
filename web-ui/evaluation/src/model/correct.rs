//! Scores that may still be changed, on the grounds of 87号令 第六十四条, and what follows for a result that stands.

use bidroom_domain::At;
use bidroom_domain::evaluation::{
    Change, ChangeGround, Criterion, CriterionKind, Plan, Sheet, SheetPart, Stage, State, Subject,
};

use super::Sight;

/// A score that is to be looked at again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// On which ground.
    pub ground: ChangeGround,
    /// Which sheet.
    pub part: SheetPart,
    /// The bid, as the sheet names it.
    pub bid: u32,
    /// The item.
    pub item: Criterion,
    /// What each member gave.
    pub scores: Vec<(u8, u32)>,
    /// Whose score it is about; none where all members look again.
    pub whose: Option<u8>,
    /// The member's own score, where it may change it.
    pub own: Option<u32>,
}

/// Everything that is to be looked at again, as the member sees it: objective items in which members differ, scores that the
/// committee found abnormal, scores out of range.
pub fn findings(sight: Sight<'_>) -> Vec<Finding> {
    let Sight { plan, state, me, .. } = sight;
    let mut findings = Vec::new();
    if !matches!(state.stage, Stage::Scoring | Stage::Price | Stage::Report) || state.is_signed() {
        return findings;
    }
    let allowed = |ground: ChangeGround| state.rereview.as_ref().is_none_or(|review| review.ground == ground);
    for part in plan.parts() {
        let differences = state.differences(plan, part);
        for bid in sight.labels(part) {
            for item in plan.sheet(part) {
                let scores = sight.scores(part, bid, &item.id);
                let finding = |ground, whose: Option<u8>| Finding {
                    ground,
                    part,
                    bid,
                    item: item.clone(),
                    own: state.score(part, me, bid, &item.id).filter(|_| whose.is_none_or(|it| it == me)),
                    scores: scores.clone(),
                    whose,
                };
                let differs = item.kind == CriterionKind::Objective
                    && differences.iter().any(|it| it.bid == bid && it.item == item.id);
                if differs && allowed(ChangeGround::ObjectiveDiffers) {
                    findings.push(finding(ChangeGround::ObjectiveDiffers, None));
                }
                for (member, score) in &scores {
                    if !is_revealed(state, part, *member, bid) {
                        continue;
                    }
                    let wrong = *score > item.max || !score.is_multiple_of(item.step.max(1));
                    if wrong && allowed(ChangeGround::OutOfRange) {
                        findings.push(finding(ChangeGround::OutOfRange, Some(*member)));
                    } else if allowed(ChangeGround::Abnormal)
                        && is_abnormal(state, (part, *member, bid), &item.id)
                    {
                        findings.push(finding(ChangeGround::Abnormal, Some(*member)));
                    }
                }
            }
        }
    }
    findings
}

fn is_revealed(state: &State, part: SheetPart, member: u8, bid: u32) -> bool {
    let sheet = state.sheets.get(&part).and_then(|sheets| sheets.get(&member));
    sheet.is_some_and(|sheet| sheet.revealed.contains(&bid))
}

/// Whether the committee found a score abnormal and it was not changed since: one finding, one change.
fn is_abnormal(state: &State, (part, member, bid): (SheetPart, u8, u32), item: &str) -> bool {
    let vote = state.vote_on(&Subject::Abnormal { member, part, bid, item: item.to_owned() });
    let found = vote.filter(|vote| vote.carried() == Some(true)).and_then(|vote| vote.closed);
    let sheet = state.sheets.get(&part).and_then(|sheets| sheets.get(&member));
    let here = |change: &Change| change.bid == bid && change.item == item;
    let used = |since: At, sheet: &Sheet| {
        sheet.corrected.iter().any(|(ground, changes, at)| {
            *ground == ChangeGround::Abnormal && *at >= since && changes.iter().flatten().any(here)
        })
    };
    found.is_some_and(|tally| sheet.is_some_and(|sheet| !used(tally.at, sheet)))
}

/// Whether a result stands that was not computed of what stands now.
pub fn is_stale(state: &State) -> bool {
    state.result.as_ref().is_some_and(|result| state.inputs().digest().ok() != Some(result.inputs))
}

/// On which ground a result that stands is to be fixed again: the last one on which a score was changed since; or that of a
/// review after signing in which the sum is in doubt.
pub fn changed(state: &State) -> Option<ChangeGround> {
    let result = state.result.as_ref()?;
    let wanted = state.rereview.as_ref().map(|review| review.ground);
    if !is_stale(state) {
        let doubted = state.rereview.as_ref().is_some_and(|review| review.at > result.at);
        return wanted.filter(|ground| *ground == ChangeGround::WrongSum && doubted);
    }
    let sheets = state.sheets.values().flat_map(|sheets| sheets.values());
    let since = sheets
        .flat_map(|sheet| &sheet.corrected)
        .filter(|(ground, _, at)| *at >= result.at && wanted.is_none_or(|wanted| wanted == *ground));
    since.max_by_key(|(_, _, at)| *at).map(|(ground, ..)| *ground)
}

/// A score that members gave, as it can be put to the vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Whose.
    pub member: u8,
    /// The score, hundredths of a point.
    pub score: u32,
    /// How far it is from the mean of all, hundredths of a point.
    pub apart: u32,
    /// Why it cannot be put to the vote: it was voted on already.
    pub voted: Option<u32>,
}

/// What members gave a bid for an item, furthest from the mean first.
pub fn given(sight: Sight<'_>, part: SheetPart, bid: u32, item: &str) -> Vec<Given> {
    let scores = sight.scores(part, bid, item);
    let sum = scores.iter().fold(0_u64, |sum, (_, score)| sum.saturating_add(u64::from(*score)));
    let mean = u32::try_from(sum / u64::try_from(scores.len()).unwrap_or(1).max(1)).unwrap_or(u32::MAX);
    let voted = |member: u8| {
        let subject = Subject::Abnormal { member, part, bid, item: item.to_owned() };
        sight.state.vote_on(&subject).map(|vote| vote.number)
    };
    let revealed = scores.into_iter().filter(|(member, _)| is_revealed(sight.state, part, *member, bid));
    let mut given: Vec<Given> = Vec::new();
    for (member, score) in revealed {
        let it = Given { member, score, apart: score.abs_diff(mean), voted: voted(member) };
        let place = given.iter().position(|other| other.apart < it.apart).unwrap_or(given.len());
        given.insert(place, it);
    }
    given
}

/// Whether anything of a sheet may be read by all.
pub fn any_revealed(plan: &Plan, state: &State) -> bool {
    let revealed = |part: SheetPart| {
        let mut sheets = state.sheets.get(&part).into_iter().flat_map(|sheets| sheets.values());
        sheets.any(|sheet| !sheet.revealed.is_empty())
    };
    plan.parts().into_iter().any(revealed)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{gives, plan, state_of, voted};
    use super::*;
    use bidroom_canon::Sm3Digest;
    use bidroom_domain::evaluation::{Fixed, Report, Rereview};

    const PART: SheetPart = SheetPart::Whole;

    /// Three members, two bids; the second member's subjective score of the first bid is far from the others'.
    fn scored() -> State {
        let mut state = State { stage: Stage::Price, ..state_of(3, 2) };
        for (member, design) in [(1, 800), (2, 100), (3, 750)] {
            gives(&mut state, member, "design", &[(1, design), (2, 600)]);
            gives(&mut state, member, "cases", &[(1, 500), (2, 500)]);
        }
        state
    }

    fn abnormal(member: u8) -> Subject {
        Subject::Abnormal { member, part: PART, bid: 1, item: "design".into() }
    }

    fn fixed(state: &State, at: At) -> Fixed {
        Fixed {
            number: 1,
            inputs: state.inputs().digest().unwrap(),
            outcome: Sm3Digest::of(b"outcome"),
            table: None,
            candidates: None,
            at,
        }
    }

    fn correct(state: &mut State, member: u8, ground: ChangeGround, to: u32, at: At) {
        let sheet = state.sheets.get_mut(&PART).unwrap().get_mut(&member).unwrap();
        let score = sheet.scores.as_mut().unwrap().get_mut(&1).unwrap().get_mut("design").unwrap();
        let change = Change { bid: 1, item: "design".into(), from: *score, to };
        *score = to;
        sheet.corrected.push((ground, Some(vec![change]), at));
    }

    #[test]
    fn what_the_committee_found_abnormal_its_maker_changes_once() {
        let (plan, mut state) = (plan(), scored());
        let seen = |state: &State, me| findings(Sight { plan: &plan, state, blind: &[], me });
        assert_eq!(seen(&state, 2), []);
        // Outvoted: nothing to change.
        state.votes.push(voted(1, abnormal(2), &[(1, true), (2, false), (3, false)], At(10)));
        assert_eq!(seen(&state, 2), []);
        state.votes.pop();
        state.votes.push(voted(1, abnormal(2), &[(1, true), (2, false), (3, true)], At(10)));
        let [found] = seen(&state, 2).try_into().unwrap();
        assert_eq!((found.ground, found.whose, found.own), (ChangeGround::Abnormal, Some(2), Some(100)));
        // Others see it and cannot change it.
        let [found] = seen(&state, 1).try_into().unwrap();
        assert_eq!((found.whose, found.own), (Some(2), None));
        correct(&mut state, 2, ChangeGround::Abnormal, 600, At(20));
        assert_eq!(seen(&state, 2), []);
    }

    #[test]
    fn objective_items_differ_and_scores_are_out_of_range() {
        let (plan, mut state) = (plan(), scored());
        gives(&mut state, 3, "cases", &[(1, 450)]);
        gives(&mut state, 1, "design", &[(2, 1010)]);
        let seen = findings(Sight { plan: &plan, state: &state, blind: &[], me: 1 });
        let seen: Vec<_> = seen.iter().map(|it| (it.ground, it.bid, it.whose, it.own)).collect();
        assert_eq!(
            seen,
            [
                (ChangeGround::ObjectiveDiffers, 1, None, Some(500)),
                (ChangeGround::OutOfRange, 2, Some(1), Some(1010))
            ]
        );
        // Before scoring, and once it is signed, nothing is changed.
        state.stage = Stage::Conformity;
        assert_eq!(findings(Sight { plan: &plan, state: &state, blind: &[], me: 1 }), []);
    }

    #[test]
    fn a_result_is_fixed_again_on_the_ground_of_what_changed() {
        let mut state = scored();
        assert_eq!((is_stale(&state), changed(&state)), (false, None));
        state.result = Some(fixed(&state, At(10)));
        assert_eq!((is_stale(&state), changed(&state)), (false, None));
        correct(&mut state, 2, ChangeGround::Abnormal, 600, At(20));
        assert_eq!((is_stale(&state), changed(&state)), (true, Some(ChangeGround::Abnormal)));
        // What was changed before the result is in it.
        state.result = Some(fixed(&state, At(30)));
        assert_eq!((is_stale(&state), changed(&state)), (false, None));
        let review = |ground| Rereview {
            number: 1,
            ground,
            reason: None,
            outcome: Sm3Digest::of(b"outcome"),
            at: At(40),
            told: None,
        };
        state.rereview = Some(review(ChangeGround::WrongSum));
        assert_eq!(changed(&state), Some(ChangeGround::WrongSum));
        state.rereview = Some(review(ChangeGround::OutOfRange));
        assert_eq!(changed(&state), None);
    }

    #[test]
    fn a_review_after_signing_is_for_one_ground_only() {
        let (plan, mut state) = (plan(), scored());
        state.votes.push(voted(1, abnormal(2), &[(1, true), (2, false), (3, true)], At(10)));
        state.rereview = Some(Rereview {
            number: 1,
            ground: ChangeGround::OutOfRange,
            reason: None,
            outcome: Sm3Digest::of(b"outcome"),
            at: At(40),
            told: None,
        });
        assert_eq!(findings(Sight { plan: &plan, state: &state, blind: &[], me: 2 }), []);
        state.rereview = None;
        state.report = Some(Report {
            digest: Sm3Digest::of(b"report"),
            count: 0,
            findings: None,
            acknowledged: None,
            signatures: Default::default(),
            supervised: None,
        });
        assert_eq!(findings(Sight { plan: &plan, state: &state, blind: &[], me: 2 }).len(), 1);
    }

    #[test]
    fn scores_are_offered_furthest_from_the_mean_first() {
        let (plan, mut state) = (plan(), scored());
        state.votes.push(voted(4, abnormal(1), &[(1, false), (2, true), (3, false)], At(10)));
        let sight = Sight { plan: &plan, state: &state, blind: &[], me: 1 };
        let seen: Vec<_> =
            given(sight, PART, 1, "design").iter().map(|it| (it.member, it.apart, it.voted)).collect();
        assert_eq!(seen, [(2, 450, None), (1, 250, Some(4)), (3, 200, None)]);
        assert_eq!(given(sight, PART, 9, "design"), []);
    }
}
