//! Fates of bids that were not opened: the host decides, the supervisor agrees or contests.

use bidroom_canon::Sm3Digest;

use super::super::event::{BidAttributed, Event, Fate, FateAgreed, FateContested};
use super::super::proposal::proposed_fate;
use super::super::refusal::Refusal;
use super::super::state::{Phase, State};
use super::{checked_text, in_phase, lot};
use crate::{Actor, At, CreditCode, StaffRole};

/// The opening is not closed, and all outcomes are known.
const DECIDING: [Phase; 2] = [Phase::Announce, Phase::Confirm];

pub(super) fn attribute(
    state: &State,
    bidder: CreditCode,
    fate: Fate,
    reason: String,
    at: At,
) -> Result<Vec<Event>, Refusal> {
    in_phase(state, &DECIDING)?;
    let row = state.row(&bidder).ok_or_else(|| Refusal::NotOnRoster { bidder: bidder.clone() })?;
    if !row.needs_fate() {
        return Err(Refusal::NothingToAttribute);
    }
    checked_text(&reason)?;
    let proposed = proposed_fate(state, &bidder, at).ok_or(Refusal::NothingToAttribute)?;
    let decision = row.decided.as_ref().map_or(0, |decided| decided.decision).saturating_add(1);
    Ok(vec![BidAttributed { bidder, decision, fate, proposed, reason }.into()])
}

/// The name of the supervisor that speaks of the decision that stands, if it awaits one, and its fate.
fn judging(
    state: &State,
    by: &Actor,
    bidder: &CreditCode,
    decision: Sm3Digest,
) -> Result<(String, Fate), Refusal> {
    in_phase(state, &DECIDING)?;
    let (_, certificate, name) =
        by.staff().filter(|(role, ..)| *role == StaffRole::Supervisor).ok_or(Refusal::NotYourRole)?;
    let named = lot(state)?.staff.iter().any(|person| {
        person.role == StaffRole::Supervisor && person.certificate == certificate && person.name == name
    });
    if !named {
        return Err(Refusal::NotYourRole);
    }
    let row = state.row(bidder).ok_or_else(|| Refusal::NotOnRoster { bidder: bidder.clone() })?;
    let decided =
        row.decided.as_ref().filter(|_| row.verdict.is_none()).ok_or(Refusal::NothingToAttribute)?;
    if decided.digest().is_ok_and(|digest| digest == decision) {
        Ok((name.to_owned(), decided.fate))
    } else {
        Err(Refusal::OtherDecision)
    }
}

pub(super) fn agree(
    state: &State,
    by: &Actor,
    bidder: CreditCode,
    (decision, lock_tail, statement): (Sm3Digest, String, Sm3Digest),
) -> Result<Vec<Event>, Refusal> {
    let (name, fate) = judging(state, by, &bidder, decision)?;
    Ok(vec![FateAgreed { bidder, decision, fate, name, lock_tail, statement }.into()])
}

pub(super) fn contest(
    state: &State,
    by: &Actor,
    bidder: CreditCode,
    reason: String,
    (decision, lock_tail, statement): (Sm3Digest, String, Sm3Digest),
) -> Result<Vec<Event>, Refusal> {
    let (name, fate) = judging(state, by, &bidder, decision)?;
    checked_text(&reason)?;
    Ok(vec![FateContested { bidder, decision, fate, reason, name, lock_tail, statement }.into()])
}
