//! Signing the record: once it is fixed, by the lot's staff, each person once; and why somebody does not.

use bidroom_canon::Sm3Digest;

use super::super::event::{Event, RecordSigned, SignatureMissed};
use super::super::refusal::Refusal;
use super::super::state::{Phase, State};
use super::{checked_text, in_phase, lot};
use crate::{Actor, StaffRole};

pub(super) fn sign(
    state: &State,
    by: &Actor,
    record: Sm3Digest,
    lock_tail: String,
    statement: Sm3Digest,
) -> Result<Vec<Event>, Refusal> {
    let (role, certificate, name) = by.staff().ok_or(Refusal::NotYourRole)?;
    // Only a closed session has a record that nothing can change any more.
    in_phase(state, &[Phase::Closed])?;
    let named = |person: &&crate::Staff| {
        person.role == role && person.certificate == certificate && person.name == name
    };
    let person = lot(state)?.staff.iter().find(named).ok_or(Refusal::NotYourRole)?;
    let (_, published) = state.opened.ok_or(Refusal::WrongPhase { phase: state.phase })?;
    if record != published {
        return Err(Refusal::OtherRecord { record: published });
    }
    if let Some(signed) = state.signatures.iter().find(|signed| signed.certificate == certificate) {
        return Err(Refusal::AlreadySigned { name: signed.name.clone(), at: signed.at });
    }
    Ok(vec![RecordSigned { role, name: person.name.clone(), certificate, lock_tail, statement }.into()])
}

/// An absence holds nobody back: whoever comes later may still sign, and the log shows both.
pub(super) fn absence(state: &State, role: StaffRole, reason: String) -> Result<Vec<Event>, Refusal> {
    in_phase(state, &[Phase::Closed])?;
    if !state.awaited_roles().any(|awaited| awaited == role) {
        return Err(Refusal::NotAwaited { role });
    }
    checked_text(&reason)?;
    Ok(vec![SignatureMissed { role, reason }.into()])
}
