//! Collecting shares: officers, the unlock window, bidders' shares, and the close.

use bidroom_canon::Sm3Digest;

use super::super::command::bidder_of;
use super::super::event::{
    ClockResumed, ClockStopped, CloseCause, Event, FixedBid, LockMismatched, LockTag, OpeningClosed,
    OpeningRefused, ShareAuthorised, ShareCollected, UnlockStarted,
};
use super::super::proposal::Remedy;
use super::super::refusal::Refusal;
use super::super::state::{Phase, RowState, State, UnlockClock};
use super::super::trouble::DEVICES_SILENT;
use super::officers::{officer, time_stands};
use super::{checked_text, count, in_phase, lot};
use crate::{Actor, At, CreditCode, TooFewUnlocked};

/// A lock share with the consent it came with.
pub(super) struct Consent {
    pub(super) lock: LockTag,
    pub(super) attempt: u32,
    pub(super) bid: Sm3Digest,
    pub(super) statement: Sm3Digest,
    pub(super) packages: Sm3Digest,
    pub(super) remedy: Option<Remedy>,
}

pub(super) fn authorise(
    state: &State,
    by: &Actor,
    index: u8,
    lock_tail: String,
    statement: Sm3Digest,
    at: At,
) -> Result<Vec<Event>, Refusal> {
    let lot = lot(state)?;
    if state.phase <= Phase::Receive {
        return Err(Refusal::TooEarly { opening: lot.deadline, now: at });
    }
    if let Some((bidders, minimum, clause, _)) = &state.refused {
        return Err(Refusal::TooFewBidders { bidders: *bidders, minimum: *minimum, clause: clause.clone() });
    }
    // A third officer may authorise while shares are collected, in case one of the first two has to be replaced.
    in_phase(state, &[Phase::Authorise, Phase::Unlock])?;
    let officer = officer(state, by, index)?;
    time_stands(state)?;
    if let Some(authorised) = state.authorised.get(&index) {
        return Err(Refusal::AlreadyAuthorised { name: authorised.name.clone(), at: authorised.at });
    }
    Ok(vec![ShareAuthorised { index, name: officer.name.clone(), lock_tail, statement }.into()])
}

pub(super) fn start(state: &State, at: At) -> Result<Vec<Event>, Refusal> {
    let lot = lot(state)?;
    if at < lot.deadline {
        return Err(Refusal::TooEarly { opening: lot.deadline, now: at });
    }
    if let Some((bidders, minimum, clause, _)) = &state.refused {
        return Err(Refusal::TooFewBidders { bidders: *bidders, minimum: *minimum, clause: clause.clone() });
    }
    if let Some(clock) = &state.unlock {
        return Err(Refusal::AlreadyStarted { at: clock.started_at });
    }
    in_phase(state, &[Phase::Authorise])?;
    time_stands(state)?;
    enough_officers(state)?;
    let ends_at = at.plus_seconds(lot.policy.unlock_window_seconds.value);
    Ok(vec![UnlockStarted { attempt: 1, ends_at }.into()])
}

fn enough_officers(state: &State) -> Result<(), Refusal> {
    let threshold = &lot(state)?.policy.officers_threshold;
    let authorised = count(state.authorised.len());
    let needed = u32::from(threshold.value);
    if authorised < needed {
        return Err(Refusal::TooFewOfficers { authorised, needed, clause: threshold.clause.clone() });
    }
    Ok(())
}

pub(super) fn clock(state: &State) -> Result<&UnlockClock, Refusal> {
    in_phase(state, &[Phase::Unlock])?;
    state.unlock.as_ref().ok_or(Refusal::WrongPhase { phase: state.phase })
}

/// A bidder's row, while shares are collected and its window is open.
pub(super) fn open_row<'a>(state: &'a State, bidder: &CreditCode, at: At) -> Result<&'a RowState, Refusal> {
    let clock = clock(state)?;
    let row = state.row(bidder).ok_or_else(|| Refusal::NotOnRoster { bidder: bidder.clone() })?;
    if state.window_of(row, at).is_some_and(|window| window.is_open()) {
        return Ok(row);
    }
    let clause = lot(state)?.policy.unlock_window_seconds.clause.clone();
    Err(Refusal::WindowEnded { ended: row.own_end.unwrap_or(clock.ends_at), clause })
}

pub(super) fn mismatch(
    state: &State,
    by: &Actor,
    present: LockTag,
    sealed_to: Vec<String>,
) -> Result<Vec<Event>, Refusal> {
    clock(state)?;
    let bidder = bidder_of(by).ok_or(Refusal::NotYourRole)?;
    let row = state.row(&bidder.code).ok_or(Refusal::NotOnRoster { bidder: bidder.code.clone() })?;
    if let Some(collected) = &row.collected {
        return Err(Refusal::AlreadyCollected { at: collected.at });
    }
    // The same wrong lock again is no news, and a page that reports in a loop must not fill the log.
    if row.mismatch.as_ref().is_some_and(|(known, _, times)| known.present == present || *times >= 20) {
        return Ok(Vec::new());
    }
    Ok(vec![LockMismatched { bidder: bidder.code, present, sealed_to }.into()])
}

pub(super) fn collect(state: &State, by: &Actor, consent: Consent, at: At) -> Result<Vec<Event>, Refusal> {
    let attempt = clock(state)?.attempt;
    let row = open_row(state, &bidder_of(by).ok_or(Refusal::NotYourRole)?.code, at)?;
    time_stands(state)?;
    if let Some(collected) = &row.collected {
        return Err(Refusal::AlreadyCollected { at: collected.at });
    }
    if consent.attempt != attempt || consent.bid != row.row.bid {
        return Err(Refusal::OtherBidOrAttempt { attempt, bid: row.row.bid });
    }
    // With the remedy key it is the trustees who give the share.
    let declared =
        |remedy| remedy == Remedy::KeptShare && lot(state).is_ok_and(|lot| lot.policy.allows(remedy));
    if consent.remedy.is_some_and(|remedy| !declared(remedy)) {
        return Err(Refusal::RemedyNotDeclared);
    }
    Ok(vec![
        ShareCollected {
            bidder: row.row.bidder.code.clone(),
            lock: consent.lock,
            attempt,
            statement: consent.statement,
            packages: consent.packages,
            remedy: consent.remedy,
        }
        .into(),
    ])
}

pub(super) fn stop_clock(state: &State, reason: String, at: At) -> Result<Vec<Event>, Refusal> {
    let clock = clock(state)?;
    checked_text(&reason)?;
    if let Some((reason, _)) = &clock.stopped {
        return Err(Refusal::ClockIsStopped { reason: reason.clone() });
    }
    if at >= clock.ends_at {
        let clause = lot(state)?.policy.unlock_window_seconds.clause.clone();
        return Err(Refusal::WindowEnded { ended: clock.ends_at, clause });
    }
    Ok(vec![ClockStopped { reason, remaining: clock.remaining(at), since: None }.into()])
}

pub(super) fn resume_clock(state: &State, by: &Actor, at: At) -> Result<Vec<Event>, Refusal> {
    let clock = clock(state)?;
    let Some((reason, remaining)) = &clock.stopped else { return Err(Refusal::ClockIsRunning) };
    // The room lets run on what it stopped by itself; what the host stopped is the host's to settle.
    if *by == Actor::Room && reason != DEVICES_SILENT {
        return Err(Refusal::NotYourRole);
    }
    Ok(vec![ClockResumed { ends_at: at.plus_millis(*remaining) }.into()])
}

/// When the last window ends of those whose shares are missing.
fn last_end(state: &State, clock: &UnlockClock) -> At {
    let missing = state.roster.iter().filter(|row| row.collected.is_none());
    let own = missing.filter_map(|row| row.own_end).max();
    own.map_or(clock.ends_at, |own| own.max(clock.ends_at))
}

/// The host's button: all shares are in, or the window has ended and nothing is unsettled.
pub(super) fn close(state: &State, at: At) -> Result<Vec<Event>, Refusal> {
    let clock = clock(state)?;
    let missing = state.roster.len() - state.collected_count();
    if let Some((reason, _)) = &clock.stopped {
        return Err(Refusal::ClockIsStopped { reason: reason.clone() });
    }
    if let Some((reason, _)) = state.held().find_map(|row| row.held.as_ref()) {
        return Err(Refusal::BiddersHeld { bidders: count(state.held().count()), reason: reason.clone() });
    }
    let ends_at = last_end(state, clock);
    if missing > 0 && at < ends_at {
        return Err(Refusal::StillCollecting {
            missing: count(missing),
            remaining_millis: ends_at.millis_since(at).max(0),
            clause: lot(state)?.policy.unlock_window_seconds.clause.clone(),
        });
    }
    time_stands(state)?;
    enough_officers(state)?;
    fix(state, clock, if missing == 0 { CloseCause::AllCollected } else { CloseCause::WindowEnded })
}

/// After the policy's grace the room closes by itself, so that nobody can hold the opening back.
pub(super) fn close_by_itself(state: &State, at: At) -> Result<Vec<Event>, Refusal> {
    let clock = clock(state)?;
    if clock.stopped.is_some() || state.held().next().is_some() {
        return Ok(Vec::new());
    }
    let all_in = state
        .roster
        .iter()
        .map(|row| row.collected.as_ref().map(|collected| collected.at))
        .collect::<Option<Vec<_>>>()
        .and_then(|times| times.into_iter().max());
    let settled = all_in.unwrap_or_else(|| last_end(state, clock));
    if at < settled.plus_seconds(lot(state)?.policy.opening_grace_seconds.value) {
        return Ok(Vec::new());
    }
    close(state, at)
}

fn fix(state: &State, clock: &UnlockClock, cause: CloseCause) -> Result<Vec<Event>, Refusal> {
    let policy = &lot(state)?.policy;
    let unlocked = count(state.collected_count());
    let minimum = &policy.minimum_bidders;
    if policy.too_few_unlocked.value == TooFewUnlocked::OpenNone && unlocked < minimum.value {
        return Ok(vec![
            OpeningRefused {
                bidders: unlocked,
                minimum: minimum.value,
                clause: policy.too_few_unlocked.clause.clone(),
            }
            .into(),
        ]);
    }
    let (mut opens, mut missing) = (Vec::new(), Vec::new());
    for row in &state.roster {
        match &row.collected {
            Some(collected) => opens.push(FixedBid {
                bidder: row.row.bidder.code.clone(),
                bid: row.row.bid,
                consent: collected.statement,
            }),
            None => missing.push(row.row.bidder.code.clone()),
        }
    }
    let officers = state.authorised.keys().copied().collect();
    Ok(vec![OpeningClosed { attempt: clock.attempt, cause, officers, opens, missing }.into()])
}
