//! Blind review: numbers instead of names, until every blind sheet is committed and the supervisor lifts them.

use std::collections::{BTreeMap, BTreeSet};

use bidroom_canon::Sm3Digest;

use super::super::event::{BlindLifted, BlindNumbered, Event};
use super::super::refusal::Refusal;
use super::super::terms::{SheetPart, Stage};
use super::case::{Case, count};

/// Bids that are evaluated and have no blind number.
pub(super) fn unnumbered(case: &Case<'_>) -> BTreeSet<u32> {
    case.state.standing_bids().filter(|bid| !case.state.blind.numbers.contains_key(bid)).collect()
}

pub(super) fn number(
    case: &Case<'_>,
    draw: Sm3Digest,
    numbers: BTreeMap<u32, u32>,
) -> Result<Vec<Event>, Refusal> {
    case.by_room()?;
    if !case.plan.is_blind() {
        return Err(Refusal::NotBlind);
    }
    case.in_stage(&[Stage::Scoring])?;
    let bids = unnumbered(case);
    if bids.is_empty() {
        return Err(Refusal::AllNumbered);
    }
    let first = case.state.blind.drawn.saturating_add(1);
    let count = count(bids.len());
    let drawn: BTreeSet<u32> = numbers.values().copied().collect();
    let next: BTreeSet<u32> = (first..first.saturating_add(count)).collect();
    if numbers.keys().copied().collect::<BTreeSet<u32>>() != bids || drawn != next {
        return Err(Refusal::UnusableNumbers { first, count });
    }
    Ok(vec![BlindNumbered { draw, first, count, numbers: Some(numbers) }.into()])
}

pub(super) fn lift(case: &Case<'_>, lock_tail: String) -> Result<Vec<Event>, Refusal> {
    let name = case.supervisor()?;
    let Some(clause) = case.plan.blind_clause.as_ref().filter(|_| case.plan.is_blind()) else {
        return Err(Refusal::NotBlind);
    };
    case.in_stage(&[Stage::Scoring])?;
    if let Some(at) = case.state.blind.lifted {
        return Err(Refusal::AlreadyDone { at });
    }
    if !unnumbered(case).is_empty() {
        return Err(Refusal::NumbersFirst);
    }
    // A blind that was lifted too early cannot be put on again.
    case.quorum()?;
    let members = case.state.awaited_sheets(SheetPart::Blind);
    if !members.is_empty() || !case.state.is_revealed(SheetPart::Blind) {
        return Err(Refusal::BlindHolds { members, clause: clause.clone() });
    }
    Ok(vec![BlindLifted { name, lock_tail, statement: case.signed()? }.into()])
}
