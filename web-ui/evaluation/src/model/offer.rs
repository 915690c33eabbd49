//! What the chair may do when it sees need for it, and why not now.

use bidroom_domain::evaluation::{About, Plan, Review, SheetPart, Stage, State, Subject};

use super::Sight;
use super::correct::any_revealed;

/// Something the chair may do when it sees need for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// Ask a bidder for a clarification.
    Ask,
    /// Have a bidder confirm a correction of its price.
    Correct,
    /// Have a bidder explain its price, on the committee's own initiative.
    LowPrice,
    /// Put a member's score to the vote: abnormally high or low.
    Abnormal,
    /// Put to the vote whether the tender document is defective.
    Document,
    /// Ask the supervisor to go back.
    Back,
    /// Resign from the chair.
    Resign,
}

/// Why something is not possible now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotNow {
    /// It belongs to other stages.
    Stage,
    /// A result stands; it changes on four grounds only.
    ResultStands,
    /// Not all members are at their seats.
    Members(Vec<u8>),
    /// No score may be read by all yet.
    Sealed,
    /// There was a vote on it, and it counts.
    Voted(u32),
    /// The report has all its signatures.
    Signed,
    /// Every bid's price is under review, or was.
    AllAsked,
    /// A request is with the supervisor.
    Requested,
    /// There is no earlier stage to go back to.
    NoEarlier,
}

/// What the chair may do when it sees need for it, in the order in which it is offered; with each why not now. Nothing for others.
pub fn offers(sight: Sight<'_>) -> Vec<(Offer, Option<NotNow>)> {
    let Sight { plan, state, .. } = sight;
    if !sight.is_chair() {
        return Vec::new();
    }
    let absent = sight.without(|index| {
        let member = state.committee.as_ref().and_then(|committee| committee.members.get(&index));
        member.is_some_and(|member| member.is_ready())
    });
    let complete = (!absent.is_empty()).then_some(NotNow::Members(absent));
    let in_stage = |stages: &[Stage]| (!stages.contains(&state.stage)).then_some(NotNow::Stage);
    let stands = (state.result.is_some() || state.rereview.is_some()).then_some(NotNow::ResultStands);
    let purchasers = (state.stage == Stage::Qualification && plan.is_purchasers(Review::Qualification))
        .then_some(NotNow::Stage);
    let signed = state.is_signed().then_some(NotNow::Signed);
    let again = state.rereview.as_ref().map(|review| review.ground);
    let mut offers = vec![
        (
            Offer::Ask,
            purchasers
                .or_else(|| {
                    in_stage(&[Stage::Qualification, Stage::Conformity, Stage::Scoring, Stage::Price])
                })
                .or_else(|| stands.clone())
                .or_else(|| complete.clone()),
        ),
        (
            Offer::Correct,
            in_stage(&[Stage::Conformity, Stage::Scoring, Stage::Price])
                .or_else(|| stands.clone())
                .or_else(|| complete.clone()),
        ),
    ];
    if plan.low_price_minutes.is_some() {
        let all = (low_price_bids(sight).is_empty()).then_some(NotNow::AllAsked);
        let not = in_stage(&[Stage::Scoring, Stage::Price])
            .or_else(|| stands.clone())
            .or(all)
            .or_else(|| complete.clone());
        offers.push((Offer::LowPrice, not));
    }
    if !plan.parts().is_empty() {
        let sealed = (!any_revealed(plan, state)).then_some(NotNow::Sealed);
        let other = again.filter(|ground| *ground != bidroom_domain::evaluation::ChangeGround::Abnormal);
        let not = signed
            .clone()
            .or_else(|| other.map(|_| NotNow::ResultStands))
            .or(sealed)
            .or_else(|| complete.clone());
        offers.push((Offer::Abnormal, not));
    }
    let voted = state.vote_on(&Subject::Document {}).map(|vote| NotNow::Voted(vote.number));
    let reviewing = again.map(|_| NotNow::ResultStands);
    offers.push((Offer::Document, signed.or(reviewing).or(voted).or(complete)));
    let requested = state.reopenings.last().is_some_and(|it| it.approved.is_none());
    let back = requested
        .then_some(NotNow::Requested)
        .or_else(|| stands.clone())
        .or_else(|| earlier(sight).is_empty().then_some(NotNow::NoEarlier));
    offers.push((Offer::Back, back));
    offers.push((Offer::Resign, None));
    offers
}

/// Stages to which the evaluation may go back: those before, and a review that runs.
pub fn reopenable(plan: &Plan, state: &State) -> Vec<Stage> {
    let now = plan.place(state.stage).unwrap_or_default();
    let running = usize::from(matches!(state.stage, Stage::Qualification | Stage::Conformity));
    let stages = plan.stages().into_iter().take(now.saturating_add(running));
    stages.filter(|stage| *stage != Stage::Assembly).collect()
}

/// Those of them that the chair asks for: not the purchaser's own review.
pub fn earlier(sight: Sight<'_>) -> Vec<Stage> {
    let purchasers =
        |stage: &Stage| *stage == Stage::Qualification && sight.plan.is_purchasers(Review::Qualification);
    reopenable(sight.plan, sight.state).into_iter().filter(|stage| !purchasers(stage)).collect()
}

/// Bids whose price was not put under review yet, by roster number.
pub fn low_price_bids(sight: Sight<'_>) -> Vec<u32> {
    let state = sight.state;
    state.standing_bids().filter(|bid| !state.low_prices.contains_key(bid)).collect()
}

/// Of which bids a question may be asked: while a blind holds and there are numbers, of those first.
pub fn askable(sight: Sight<'_>) -> Vec<About> {
    let hidden = sight.is_blind() && sight.state.stage == Stage::Scoring;
    let blind = sight.blind.iter().filter(|_| hidden).map(|number| About::Blind(*number));
    blind.chain(sight.state.standing_bids().map(About::Bid)).collect()
}

/// The bid that a sheet names, as a question names it.
pub fn about(sight: Sight<'_>, part: SheetPart, bid: u32) -> About {
    if part != SheetPart::Blind {
        return About::Bid(bid);
    }
    let known = sight.state.blind.numbers.iter().find(|(_, number)| **number == bid);
    known.filter(|_| !sight.is_blind()).map_or(About::Blind(bid), |(bid, _)| About::Bid(*bid))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{gives, plan, state_of, voted};
    use super::*;
    use bidroom_canon::Sm3Digest;
    use bidroom_domain::At;
    use bidroom_domain::evaluation::{Fixed, Plan, State};

    fn not_now(plan: &Plan, state: &State, wanted: Offer) -> Option<NotNow> {
        let all = offers(Sight { plan, state, blind: &[], me: 1 });
        all.into_iter().find(|(offer, _)| *offer == wanted).unwrap().1
    }

    #[test]
    fn only_the_chair_is_offered_anything_and_only_at_work() {
        let (plan, mut state) = (plan(), State { stage: Stage::Conformity, ..state_of(3, 3) });
        let count = |state: &State, me| offers(Sight { plan: &plan, state, blind: &[], me }).len();
        assert_eq!((count(&state, 1), count(&state, 2)), (7, 0));
        state.stage = Stage::Closed;
        assert_eq!(count(&state, 1), 0);
        let engineering = Plan { low_price_minutes: None, criteria: Vec::new(), ..plan.clone() };
        state.stage = Stage::Conformity;
        assert_eq!(offers(Sight { plan: &engineering, state: &state, blind: &[], me: 1 }).len(), 5);
    }

    #[test]
    fn every_stage_has_its_own() {
        use NotNow::{NoEarlier, Sealed};
        let plan = plan();
        let elsewhere = Some(NotNow::Stage);
        for (stage, ask, correct, low, abnormal, back) in [
            (
                Stage::Assembly,
                elsewhere.clone(),
                elsewhere.clone(),
                elsewhere.clone(),
                Some(Sealed),
                Some(NoEarlier),
            ),
            (Stage::Conformity, None, None, elsewhere.clone(), Some(Sealed), None),
            (Stage::Scoring, None, None, None, Some(Sealed), None),
            (Stage::Price, None, None, None, Some(Sealed), None),
            (Stage::Report, elsewhere.clone(), elsewhere.clone(), elsewhere, Some(Sealed), None),
        ] {
            let state = State { stage, ..state_of(3, 3) };
            assert_eq!(not_now(&plan, &state, Offer::Ask), ask, "{stage:?}");
            assert_eq!(not_now(&plan, &state, Offer::Correct), correct, "{stage:?}");
            assert_eq!(not_now(&plan, &state, Offer::LowPrice), low, "{stage:?}");
            assert_eq!(not_now(&plan, &state, Offer::Abnormal), abnormal, "{stage:?}");
            assert_eq!(not_now(&plan, &state, Offer::Back), back, "{stage:?}");
            assert_eq!(not_now(&plan, &state, Offer::Resign), None, "{stage:?}");
        }
    }

    #[test]
    fn a_result_that_stands_and_an_empty_seat_are_reasons() {
        let (plan, mut state) = (plan(), State { stage: Stage::Price, ..state_of(3, 3) });
        gives(&mut state, 1, "design", &[(1, 500)]);
        assert_eq!(not_now(&plan, &state, Offer::Abnormal), None);
        state.result = Some(Fixed {
            number: 1,
            inputs: Sm3Digest::of(b"inputs"),
            outcome: Sm3Digest::of(b"outcome"),
            table: None,
            candidates: None,
            at: At(1),
        });
        for offer in [Offer::Ask, Offer::Correct, Offer::LowPrice, Offer::Back] {
            assert_eq!(not_now(&plan, &state, offer), Some(NotNow::ResultStands), "{offer:?}");
        }
        // What is abnormal is often found in the sums.
        assert_eq!(not_now(&plan, &state, Offer::Abnormal), None);
        state.committee.as_mut().unwrap().members.get_mut(&3).unwrap().seating = None;
        assert_eq!(not_now(&plan, &state, Offer::Abnormal), Some(NotNow::Members(vec![3])));
        let vote = voted(7, Subject::Document {}, &[(1, false), (2, false), (3, true)], At(2));
        state.votes.push(vote);
        assert_eq!(not_now(&plan, &state, Offer::Document), Some(NotNow::Voted(7)));
    }

    #[test]
    fn questions_name_bids_as_the_committee_knows_them() {
        let mut plan = plan();
        plan.criteria.iter_mut().for_each(|item| item.blind = item.id == "design");
        let mut state = State { stage: Stage::Conformity, ..state_of(3, 2) };
        let bids = [About::Bid(1), About::Bid(2)];
        let ask = |state: &State| askable(Sight { plan: &plan, state, blind: &[4, 5], me: 1 });
        assert_eq!(ask(&state), bids);
        state.stage = Stage::Scoring;
        assert_eq!(ask(&state), [About::Blind(4), About::Blind(5), About::Bid(1), About::Bid(2)]);
        let of = |state: &State, part| about(Sight { plan: &plan, state, blind: &[4, 5], me: 1 }, part, 5);
        assert_eq!(
            (of(&state, SheetPart::Blind), of(&state, SheetPart::Named)),
            (About::Blind(5), About::Bid(5))
        );
        state.blind.lifted = Some(At(3));
        state.blind.numbers = [(1, 5), (2, 4)].into();
        assert_eq!(ask(&state), bids);
        assert_eq!(of(&state, SheetPart::Blind), About::Bid(1));
    }
}
