//! Blind review: numbers instead of names, until every blind sheet is committed and the supervisor lifts them.

use super::super::event::{BlindLifted, Event};
use super::super::refusal::Refusal;
use super::super::terms::{SheetPart, Stage};
use super::case::Case;

pub(super) fn lift(case: &Case<'_>, lock_tail: String) -> Result<Vec<Event>, Refusal> {
    let name = case.supervisor()?;
    let Some(clause) = case.plan.blind_clause.as_ref().filter(|_| case.plan.is_blind()) else {
        return Err(Refusal::NotBlind);
    };
    case.in_stage(&[Stage::Scoring])?;
    if let Some(at) = case.state.blind.lifted {
        return Err(Refusal::AlreadyDone { at });
    }
    if !case.state.unnumbered().is_empty() {
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
