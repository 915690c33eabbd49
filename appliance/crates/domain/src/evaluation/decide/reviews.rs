//! Reviews: verdicts item by item, and conclusions in which nobody's no goes without reason.

use std::collections::{BTreeMap, BTreeSet};

use super::super::event::{Event, Failing, ReviewConcluded, ReviewGiven};
use super::super::plan::Rule;
use super::super::refusal::Refusal;
use super::super::terms::{Ground, Review, Subject, Verdict};
use super::case::{Case, checked_text, fits};

/// Who reviews: a member, or none for purchaser and agency.
fn reviewer(case: &Case<'_>, review: Review) -> Result<Option<u8>, Refusal> {
    if case.plan.is_purchasers(review) {
        case.by_purchaser()?;
        return Ok(None);
    }
    case.reviewer().map(Some)
}

pub(super) fn give(
    case: &Case<'_>,
    review: Review,
    bid: u32,
    verdicts: BTreeMap<String, Verdict>,
) -> Result<Vec<Event>, Refusal> {
    let member = reviewer(case, review)?;
    case.in_stage(&[review.stage()])?;
    case.standing(bid)?;
    unconcluded(case, review, bid)?;
    let items: BTreeSet<&str> = case.plan.items(review).map(|item| item.id.as_str()).collect();
    let missing: Vec<String> =
        items.iter().filter(|item| !verdicts.contains_key(**item)).map(|item| (*item).to_owned()).collect();
    let unknown: Vec<String> =
        verdicts.keys().filter(|item| !items.contains(item.as_str())).cloned().collect();
    if !missing.is_empty() || !unknown.is_empty() {
        return Err(Refusal::OtherItems { missing, unknown });
    }
    for (item, verdict) in &verdicts {
        let reasoned = verdict.reason.as_ref().is_some_and(|reason| !reason.trim().is_empty());
        if !verdict.passes && (verdict.ground.is_none() || !reasoned) {
            return Err(Refusal::NoWithoutReason { item: item.clone() });
        }
        if let Some(reason) = &verdict.reason {
            checked_text(reason)?;
        }
        if let Some(ground) = verdict.ground.filter(|_| !verdict.passes) {
            asked_first(case, bid, ground, false)?;
        }
    }
    fits(&verdicts)?;
    Ok(vec![ReviewGiven { review, bid, member, verdicts: Some(verdicts), statement: case.signed()? }.into()])
}

fn unconcluded(case: &Case<'_>, review: Review, bid: u32) -> Result<(), Refusal> {
    match case.state.review(review, bid).and_then(|it| it.concluded.as_ref()) {
        Some(concluded) => Err(Refusal::AlreadyConcluded { at: concluded.at }),
        None => Ok(()),
    }
}

/// No rejection for unclear text or a price possibly below cost before the bidder was asked; and, where `settled`, had
/// its time to answer (发改法规〔2022〕1117号（十三）).
fn asked_first(case: &Case<'_>, bid: u32, ground: Ground, settled: bool) -> Result<(), Refusal> {
    let Some(matters) = ground.asked_first() else { return Ok(()) };
    let mut asked = case
        .state
        .clarifications
        .iter()
        .filter(|it| case.state.bid_of(it.about) == Some(bid) && matters.contains(&it.matter));
    if asked.any(|it| it.is_settled() || !settled) {
        return Ok(());
    }
    let clause = "发改法规〔2022〕1117号（十三）".to_owned();
    Err(Refusal::ClarificationFirst { bid, ground, clause })
}

/// Concludes one bid: where all agree as they agree, where they differ as the majority voted.
pub(super) fn conclude(case: &Case<'_>, review: Review, bid: u32) -> Result<Vec<Event>, Refusal> {
    let by_purchaser = case.plan.is_purchasers(review);
    if by_purchaser {
        case.by_purchaser()?;
    } else {
        case.chair()?;
    }
    case.in_stage(&[review.stage()])?;
    case.standing(bid)?;
    unconcluded(case, review, bid)?;
    let reviewed = case.state.review(review, bid);
    let has = |member: Option<u8>| reviewed.is_some_and(|it| it.opinions.contains_key(&member));
    let missing: Vec<u8> = if by_purchaser {
        Vec::new()
    } else {
        let sitting = case.quorum()?.sitting();
        sitting.map(|(index, _)| index).filter(|index| !has(Some(*index))).collect()
    };
    let Some(reviewed) = reviewed.filter(|_| missing.is_empty() && (!by_purchaser || has(None))) else {
        return Err(Refusal::OpinionsMissing { bid, members: missing });
    };
    let disputed = reviewed.disputed();
    let mut votes = BTreeMap::new();
    let mut open = Vec::new();
    let mut failing = Vec::new();
    for item in case.plan.items(review) {
        let verdicts = || {
            let opinions = reviewed.opinions.values().filter_map(|opinion| opinion.verdicts.as_ref());
            opinions.filter_map(|verdicts| verdicts.get(&item.id))
        };
        let mut passes = verdicts().all(|verdict| verdict.passes);
        if disputed.contains(&item.id) {
            let vote = case.state.vote_on(&Subject::Review { review, bid, item: item.id.clone() });
            match vote.and_then(|vote| Some((vote.number, vote.carried()?))) {
                Some((number, carried)) => {
                    votes.insert(item.id.clone(), number);
                    passes = carried;
                }
                None => open.push(item.id.clone()),
            }
        }
        if !passes {
            let grounds: BTreeSet<Ground> = verdicts().filter_map(|verdict| verdict.ground).collect();
            for ground in &grounds {
                asked_first(case, bid, *ground, true)?;
            }
            let first = grounds.iter().find_map(|ground| ground.clause(case.plan.procedure));
            let clause = first.map_or_else(|| item.clause.clone(), |law| format!("{law}；{}", item.clause));
            let grounds = grounds.into_iter().collect();
            failing.push(Failing { item: item.id.clone(), grounds, clause });
        }
    }
    if !open.is_empty() {
        return Err(Refusal::Disputed { bid, items: open, clause: case.clause(Rule::Dispute) });
    }
    Ok(vec![ReviewConcluded { review, bid, failing, votes, statement: case.given()? }.into()])
}
