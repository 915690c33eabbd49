//! When unlocking goes wrong for one bidder: its facts, its own window, and the time the room gives back.

use super::super::event::{BidderHeld, BidderReleased, ClockResumed, ClockStopped, Event, TroubleReported};
use super::super::refusal::Refusal;
use super::super::state::{Phase, RowState, State};
use super::super::trouble::{MOST_FACTS, Trouble};
use super::collecting::clock;
use super::{checked_text, in_phase, lot};
use crate::{Actor, At, CreditCode};

/// What the room may still find out about its own part while fates are decided.
const ROOM_REPORTS: [Phase; 3] = [Phase::Unlock, Phase::Announce, Phase::Confirm];

fn row<'a>(state: &'a State, bidder: &CreditCode) -> Result<&'a RowState, Refusal> {
    state.row(bidder).ok_or_else(|| Refusal::NotOnRoster { bidder: bidder.clone() })
}

/// The row of a bidder whose share is missing.
fn without_share<'a>(state: &'a State, bidder: &CreditCode) -> Result<&'a RowState, Refusal> {
    let row = row(state, bidder)?;
    match &row.collected {
        Some(collected) => Err(Refusal::AlreadyCollected { at: collected.at }),
        None => Ok(row),
    }
}

fn window_ended(state: &State, ended: At) -> Result<Refusal, Refusal> {
    let clause = lot(state)?.policy.unlock_window_seconds.clause.clone();
    Ok(Refusal::WindowEnded { ended, clause })
}

pub(super) fn report(
    state: &State,
    by: &Actor,
    bidder: CreditCode,
    trouble: Trouble,
) -> Result<Vec<Event>, Refusal> {
    let unusable = |what: &str| Refusal::UnusableReport { what: what.to_owned() };
    in_phase(state, if *by == Actor::Room { &ROOM_REPORTS } else { &[Phase::Unlock] })?;
    let of_another = matches!(by, Actor::Bidder { code, .. } if *code != bidder);
    let vouched = trouble.voucher(by).filter(|_| !of_another).ok_or(Refusal::NotYourRole)?;
    if let Some(what) = trouble.unusable() {
        return Err(unusable(what));
    }
    let row = without_share(state, &bidder)?;
    let mut own = row.facts.iter().filter(|fact| fact.vouched == vouched);
    // Said before is no news, and a page that reports in a loop must not fill the log.
    let known = own.clone().next_back().is_some_and(|fact| fact.trouble == trouble);
    if known || own.by_ref().count() >= MOST_FACTS {
        return Ok(Vec::new());
    }
    Ok(vec![TroubleReported { bidder, trouble, vouched }.into()])
}

pub(super) fn hold(state: &State, bidder: CreditCode, reason: String, at: At) -> Result<Vec<Event>, Refusal> {
    let clock = clock(state)?;
    checked_text(&reason)?;
    let row = without_share(state, &bidder)?;
    if row.held.is_some() {
        return Err(Refusal::WindowStands { held: true });
    }
    let remaining = row.own_end.unwrap_or(clock.ends_at).millis_since(clock.moment(at));
    if remaining <= 0 {
        return Err(window_ended(state, row.own_end.unwrap_or(clock.ends_at))?);
    }
    Ok(vec![BidderHeld { bidder, reason, remaining, since: None }.into()])
}

pub(super) fn release(state: &State, bidder: CreditCode, at: At) -> Result<Vec<Event>, Refusal> {
    let clock = clock(state)?;
    let row = without_share(state, &bidder)?;
    let Some((_, remaining)) = &row.held else { return Err(Refusal::WindowStands { held: false }) };
    // While all windows stand still this one goes on standing with them.
    let ends_at = clock.moment(at).plus_millis(*remaining);
    Ok(vec![BidderReleased { bidder, ends_at }.into()])
}

/// One bidder's window as if it had stood still from `since` on.
pub(super) fn make_up(
    state: &State,
    bidder: CreditCode,
    reason: String,
    since: At,
    at: At,
) -> Result<Vec<Event>, Refusal> {
    let clock = clock(state)?;
    checked_text(&reason)?;
    let row = without_share(state, &bidder)?;
    let ended = row.own_end.unwrap_or(clock.ends_at);
    // What was given back once is not given back again.
    let given = [Some(clock.started_at), clock.resumed_at, row.released_at];
    let since = given.into_iter().flatten().fold(since, At::max);
    if row.held.is_some() || clock.stopped.is_some() || since >= at {
        // It stands still already, or no time was lost.
        return Ok(Vec::new());
    }
    let remaining = ended.millis_since(since);
    if remaining <= 0 {
        return Err(window_ended(state, ended)?);
    }
    let ends_at = at.plus_millis(remaining);
    Ok(vec![
        BidderHeld { bidder: bidder.clone(), reason, remaining, since: Some(since) }.into(),
        BidderReleased { bidder, ends_at }.into(),
    ])
}

/// All windows as if the clock had stood still from `since` on: nothing could be recorded while the room was at fault.
pub(super) fn make_up_clock(state: &State, reason: String, since: At, at: At) -> Result<Vec<Event>, Refusal> {
    let clock = clock(state)?;
    checked_text(&reason)?;
    // What was given back once is not given back again.
    let since = since.max(clock.started_at).max(clock.resumed_at.unwrap_or(since));
    if clock.stopped.is_some() || since >= at {
        return Ok(Vec::new());
    }
    let remaining = clock.ends_at.millis_since(since);
    let last_own =
        state.roster.iter().filter(|row| row.collected.is_none()).filter_map(|row| row.own_end).max();
    if remaining <= 0 && last_own.is_none_or(|own| own <= since) {
        return Err(window_ended(state, clock.ends_at)?);
    }
    let ends_at = at.plus_millis(remaining);
    Ok(vec![ClockStopped { reason, remaining, since: Some(since) }.into(), ClockResumed { ends_at }.into()])
}
