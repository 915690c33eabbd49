//! The officers' ceremony: probes of their locks, replacing them, confirming the time.

use std::collections::BTreeSet;

use bidroom_canon::Sm3Digest;

use super::super::event::{
    ClockConfirmed, ClockSet, Event, OfficerProbed, OfficersRedealt, ReplacementAgreed,
};
use super::super::refusal::Refusal;
use super::super::state::{Phase, State};
use super::{count, in_phase, lot};
use crate::{Actor, At, Officer};

/// Answers of one lock within so many milliseconds are one event: a page that asks in a loop must not fill the log.
pub(super) const PROBE_PAUSE: i64 = 60_000;
/// How far a confirmed time may lie from the room's when it is recorded, milliseconds.
const SAID_WITHIN: i64 = 300_000;

/// The officer behind an officer's command, as the officers are now.
pub(super) fn officer<'a>(state: &'a State, by: &Actor, index: u8) -> Result<&'a Officer, Refusal> {
    let officer = state.officer(index).ok_or(Refusal::UnknownOfficer { index })?;
    if by.name() == Some(officer.name.as_str()) { Ok(officer) } else { Err(Refusal::NotYourRole) }
}

/// Refuses while the time is in doubt.
pub(super) fn time_stands(state: &State) -> Result<(), Refusal> {
    let Some(step) = state.clock_in_doubt() else { return Ok(()) };
    let needed = lot(state)?.policy.officers_threshold.value.into();
    Err(Refusal::ClockInDoubt { millis: step.millis, confirmed: count(step.confirmed.len()), needed })
}

/// Phases of a session that is under way: keys are there, the record is not fixed.
pub(super) const UNDER_WAY: [Phase; 6] =
    [Phase::Receive, Phase::Authorise, Phase::Unlock, Phase::Opening, Phase::Announce, Phase::Confirm];

pub(super) fn probe(
    state: &State,
    by: &Actor,
    index: u8,
    lock: Sm3Digest,
    lock_tail: String,
    (challenge, statement): (Sm3Digest, Sm3Digest),
    at: At,
) -> Result<Vec<Event>, Refusal> {
    in_phase(state, &[Phase::Receive, Phase::Authorise, Phase::Unlock])?;
    let officer = officer(state, by, index)?;
    if officer.encryption_certificate != lock {
        return Err(Refusal::OtherLock { tail: lock_tail });
    }
    let recent = |at_before: At| at.millis_since(at_before) < PROBE_PAUSE;
    if state.probed.get(&index).is_some_and(|probed| probed.lock == lock && recent(probed.at)) {
        return Ok(Vec::new());
    }
    let name = officer.name.clone();
    Ok(vec![OfficerProbed { index, name, lock, lock_tail, challenge, statement }.into()])
}

/// Only before the deadline: afterwards the parts open bids, and whoever holds one stays as it was published.
fn before_deadline(state: &State, at: At) -> Result<(), Refusal> {
    let deadline = lot(state)?.deadline;
    if at >= deadline && state.phase != Phase::Prepare {
        return Err(Refusal::ReplacementClosed { deadline });
    }
    in_phase(state, &[Phase::Receive])
}

/// What an officer hands in for a replacement.
pub(super) struct Handed {
    pub(super) index: u8,
    pub(super) version: u32,
    pub(super) officers: Vec<Officer>,
    pub(super) lock_tail: String,
    pub(super) packages: Sm3Digest,
    pub(super) statement: Sm3Digest,
}

pub(super) fn agree(state: &State, by: &Actor, handed: Handed, at: At) -> Result<Vec<Event>, Refusal> {
    before_deadline(state, at)?;
    let officer = officer(state, by, handed.index)?;
    check_version(state, handed.version)?;
    usable(&state.officers, &handed.officers).map_err(|what| Refusal::UnusableOfficers { what })?;
    let trustees = lot(state)?.policy.declared_remedy_key();
    if trustees.is_some_and(|key| handed.officers.iter().any(|officer| key.names(officer))) {
        let what = "a trustee of the remedy key holds no role in the room".to_owned();
        return Err(Refusal::UnusableOfficers { what });
    }
    let before = state.agreements.get(&handed.index);
    if let Some(before) = before.filter(|before| before.officers == handed.officers) {
        return Err(Refusal::AlreadyAgreed { name: officer.name.clone(), at: before.at });
    }
    Ok(vec![
        ReplacementAgreed {
            index: handed.index,
            name: officer.name.clone(),
            lock_tail: handed.lock_tail,
            version: handed.version,
            officers: handed.officers,
            packages: handed.packages,
            statement: handed.statement,
        }
        .into(),
    ])
}

fn check_version(state: &State, version: u32) -> Result<(), Refusal> {
    if state.dealing.checked_add(1) == Some(version) {
        Ok(())
    } else {
        Err(Refusal::OtherDealing { version: state.dealing })
    }
}

/// Checks that a list of officers can follow another: as many, in the same roles, nobody twice, somebody new.
fn usable(now: &[Officer], next: &[Officer]) -> Result<(), String> {
    let place = |officer: &Officer| (officer.index, officer.role);
    if !now.iter().map(place).eq(next.iter().map(place)) {
        return Err("indexes and roles must stay as they are".into());
    }
    if now == next {
        return Err("nobody is replaced".into());
    }
    let certificates: BTreeSet<Sm3Digest> =
        next.iter().flat_map(|officer| [officer.certificate, officer.encryption_certificate]).collect();
    if certificates.len() != 2 * next.len() {
        return Err("a certificate stands twice".into());
    }
    let names: BTreeSet<&str> = next.iter().map(|officer| officer.name.as_str()).collect();
    let usable = |name: &&str| {
        let length = name.chars().count();
        (1..=80).contains(&length) && name.trim().len() == name.len() && !name.chars().any(char::is_control)
    };
    if names.len() != next.len() || !names.iter().all(usable) {
        return Err("names must be different, of 1 to 80 characters".into());
    }
    Ok(())
}

pub(super) fn redeal(state: &State, redealt: OfficersRedealt, at: At) -> Result<Vec<Event>, Refusal> {
    before_deadline(state, at)?;
    check_version(state, redealt.version)?;
    let agreed = redealt.agreed.first().and_then(|first| state.agreed_with(*first));
    let threshold = &lot(state)?.policy.officers_threshold;
    let needed = usize::from(threshold.value);
    let fits = agreed.as_ref().is_some_and(|(officers, all)| {
        *officers == redealt.officers.as_slice() && *all == redealt.agreed && all.len() >= needed
    });
    if !fits {
        let agreed = count(agreed.map_or(0, |(_, all)| all.len()));
        return Err(Refusal::TooFewAgreed {
            agreed,
            needed: count(needed),
            clause: threshold.clause.clone(),
        });
    }
    Ok(vec![redealt.into()])
}

pub(super) fn doubt_clock(state: &State, step: u64, millis: i64) -> Result<Vec<Event>, Refusal> {
    in_phase(state, &UNDER_WAY)?;
    let known = state.clock_step.as_ref().map_or(0, |known| known.step);
    Ok(if step > known { vec![ClockSet { step, millis }.into()] } else { Vec::new() })
}

pub(super) fn confirm_time(
    state: &State,
    by: &Actor,
    (index, step, said): (u8, u64, At),
    lock_tail: String,
    statement: Sm3Digest,
    at: At,
) -> Result<Vec<Event>, Refusal> {
    in_phase(state, &UNDER_WAY)?;
    let officer = officer(state, by, index)?;
    let doubt = state.clock_in_doubt().filter(|doubt| doubt.step == step).ok_or(Refusal::NothingToConfirm)?;
    if let Some(at) = doubt.confirmed.get(&index) {
        return Err(Refusal::TimeConfirmed { name: officer.name.clone(), at: *at });
    }
    if at.millis_since(said).saturating_abs() > SAID_WITHIN {
        return Err(Refusal::StaleTime { said, now: at });
    }
    let name = officer.name.clone();
    Ok(vec![ClockConfirmed { index, name, lock_tail, step, said, statement }.into()])
}
