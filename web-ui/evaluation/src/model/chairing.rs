//! What the chair does next.

use bidroom_domain::At;
use bidroom_domain::evaluation::{BelowMinimum, ChangeGround, Plan, Review, Stage, State, Subject};

use super::Sight;
use super::correct::{changed, is_stale};

/// Something the chair can do now.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// Have the room compute the result again, after scores were changed on this ground.
    Again(ChangeGround),
    /// Answer the findings of the report's check.
    Findings,
    /// Stop the evaluation, as the committee voted: the tender document is defective.
    Stop,
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
pub fn chairing(sight: Sight<'_>, now: At) -> Vec<Chairing> {
    let Sight { plan, state, .. } = sight;
    if !sight.is_chair() {
        return Vec::new();
    }
    if state.is_carried(&Subject::Document {}) {
        return vec![Chairing::Stop];
    }
    let differs = plan.parts().into_iter().any(|part| !state.differences(plan, part).is_empty());
    let mut can = Vec::new();
    match state.stage {
        Stage::Qualification | Stage::Conformity => {
            let review =
                if state.stage == Stage::Conformity { Review::Conformity } else { Review::Qualification };
            if !plan.is_purchasers(review) {
                concluding(sight, review, &mut can);
            }
        }
        Stage::Scoring => {
            low_prices(state, now, &mut can);
            let done = plan.parts().into_iter().all(|part| state.is_revealed(part));
            if done && !differs && !sight.is_blind() {
                can.push(finishing(plan, state, Stage::Scoring));
            }
        }
        Stage::Price => {
            low_prices(state, now, &mut can);
            if state.result.is_none() {
                can.push(Chairing::Result);
            } else {
                let again = changed(state).filter(|_| !differs).map(Chairing::Again);
                let fresh = !is_stale(state);
                can.extend(again);
                can.extend(fresh.then_some(Chairing::Finish(Stage::Price)));
            }
        }
        Stage::Report => match changed(state) {
            Some(ground) if !differs => can.push(Chairing::Again(ground)),
            Some(_) => {}
            None if state.report.as_ref().is_some_and(|report| !report.is_answered()) => {
                can.push(Chairing::Findings);
            }
            None => {}
        },
        _ => {}
    }
    can
}

/// Prices that are under review and heard: put to the vote, then concluded as the vote went.
fn low_prices(state: &State, now: At, can: &mut Vec<Chairing>) {
    let open = state.low_prices.iter().filter(|(bid, low)| low.concluded.is_none() && state.stands(**bid));
    for (bid, low) in open {
        let vote = state.vote_on(&Subject::LowPrice { bid: *bid });
        match vote.map(|vote| vote.closed.is_some()) {
            Some(true) => can.push(Chairing::ConcludeLowPrice(*bid)),
            Some(false) => {}
            None if low.explanation.is_some() || now >= low.until => can.push(Chairing::VoteLowPrice(*bid)),
            None => {}
        }
    }
}

fn concluding(sight: Sight<'_>, review: Review, can: &mut Vec<Chairing>) {
    let Sight { plan, state, .. } = sight;
    let members = sight.sitting();
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

#[cfg(test)]
mod tests {
    use super::super::fixture::{gives, plan, state_of, voted};
    use super::*;
    use bidroom_canon::Sm3Digest;
    use bidroom_domain::evaluation::{Change, Fixed, LowPrice, SheetPart, Trigger};

    fn can(plan: &Plan, state: &State, now: i64) -> Vec<Chairing> {
        chairing(Sight { plan, state, blind: &[], me: 1 }, At(now))
    }

    #[test]
    fn a_price_is_voted_on_once_it_was_heard_also_while_scoring() {
        let plan = plan();
        for stage in [Stage::Scoring, Stage::Price] {
            let mut state = State { stage, ..state_of(3, 2) };
            let low = LowPrice {
                triggers: vec![Trigger::Committee],
                reason: None,
                at: At(1),
                until: At(100),
                explanation: None,
                concluded: None,
            };
            state.low_prices.insert(2, low);
            assert!(!can(&plan, &state, 99).contains(&Chairing::VoteLowPrice(2)), "{stage:?}");
            assert!(can(&plan, &state, 100).contains(&Chairing::VoteLowPrice(2)), "{stage:?}");
            let said = [(1, true), (2, true), (3, false)];
            state.votes.push(voted(1, Subject::LowPrice { bid: 2 }, &said, At(110)));
            assert!(can(&plan, &state, 120).contains(&Chairing::ConcludeLowPrice(2)), "{stage:?}");
        }
    }

    #[test]
    fn a_defective_document_stops_everything_else() {
        let (plan, mut state) = (plan(), State { stage: Stage::Price, ..state_of(3, 2) });
        state.votes.push(voted(1, Subject::Document {}, &[(1, true), (2, true), (3, false)], At(1)));
        assert_eq!(can(&plan, &state, 2), [Chairing::Stop]);
        state.votes[0] = voted(1, Subject::Document {}, &[(1, true), (2, false), (3, false)], At(1));
        assert_eq!(can(&plan, &state, 2), [Chairing::Result]);
    }

    #[test]
    fn a_result_is_computed_again_before_anything_else_once_a_score_was_changed() {
        let plan = plan();
        for (stage, fresh) in [(Stage::Price, vec![Chairing::Finish(Stage::Price)]), (Stage::Report, vec![])]
        {
            let mut state = State { stage, ..state_of(3, 3) };
            for member in 1..=3 {
                gives(&mut state, member, "design", &[(1, 500), (2, 500), (3, 500)]);
            }
            state.result = Some(Fixed {
                number: 1,
                inputs: state.inputs().digest().unwrap(),
                outcome: Sm3Digest::of(b"outcome"),
                table: None,
                candidates: None,
                at: At(10),
            });
            assert_eq!(can(&plan, &state, 11), fresh);
            gives(&mut state, 2, "design", &[(1, 900)]);
            let change = Change { bid: 1, item: "design".into(), from: 500, to: 900 };
            let sheet = state.sheets.get_mut(&SheetPart::Whole).unwrap().get_mut(&2).unwrap();
            sheet.corrected.push((ChangeGround::Abnormal, Some(vec![change]), At(20)));
            assert_eq!(can(&plan, &state, 21), [Chairing::Again(ChangeGround::Abnormal)]);
        }
    }
}
