//! What may happen: `decide(&State, by, Command, At) -> Result<Vec<Event>, Refusal>`.

mod closing;
mod collecting;
mod preparing;
mod receiving;
mod signing;

use super::command::Command;
use super::event::Event;
use super::refusal::Refusal;
use super::state::{Phase, State};
use crate::{Actor, At, LotFacts};

/// Longest reason, objection or answer, in characters.
pub(super) const MOST_TEXT: u32 = 2000;

/// Decides a command of `by` at `at`. Pure: nothing is changed, neither by a yes nor by a no.
///
/// An empty list means: allowed, and nothing happened (a tick before its time).
///
/// # Errors
/// The [`Refusal`] of the first rule that says no.
pub fn decide(state: &State, by: &Actor, command: Command, at: At) -> Result<Vec<Event>, Refusal> {
    permit(by, &command)?;
    match command {
        Command::CreateSession(created) => preparing::create(state, *created, at),
        Command::PublishKeys(keys) => preparing::publish_keys(state, keys),
        Command::StartBid { bid, sequence, replaces } => {
            receiving::start_bid(state, by, bid, sequence, replaces, at)
        }
        Command::ReceiveBid { bid, packages, sequence, replaces, length } => {
            let accepted = receiving::Accepted { bid, packages, sequence, length };
            receiving::receive_bid(state, by, accepted, replaces, at)
        }
        Command::WithdrawBid { bid, statement } => receiving::withdraw_bid(state, by, bid, statement, at),
        Command::SignIn { statement } => receiving::sign_in(state, by, statement, at),
        Command::Tick => tick(state, at),
        Command::AuthoriseShare { index, lock_tail, statement } => {
            collecting::authorise(state, by, index, lock_tail, statement, at)
        }
        Command::StartUnlock => collecting::start(state, at),
        Command::ReportLockMismatch { present, sealed_to } => {
            collecting::mismatch(state, by, present, sealed_to)
        }
        Command::CollectShare { lock, attempt, bid, statement, packages } => {
            let consent = collecting::Consent { lock, attempt, bid, statement, packages };
            collecting::collect(state, by, consent, at)
        }
        Command::StopClock { reason } => collecting::stop_clock(state, reason, at),
        Command::ResumeClock => collecting::resume_clock(state, at),
        Command::CloseUnlock => collecting::close(state, at),
        Command::RecordOpening { outcomes, table, rows } => {
            closing::record_opening(state, outcomes, table, rows)
        }
        Command::RecordBody(body) => closing::record_body(state, body),
        Command::AttributeBid { bidder, fate, reason } => closing::attribute(state, bidder, fate, reason),
        Command::AnnounceBid { number } => closing::announce(state, number),
        Command::FinishAnnouncing => closing::finish_announcing(state, at),
        Command::ConfirmRecord { record, statement } => closing::confirm(state, by, record, statement, at),
        Command::RaiseObjection { record, text, statement } => {
            closing::object(state, by, record, text, statement, at)
        }
        Command::AnswerObjection { objection, text } => closing::answer(state, objection, text),
        Command::CloseSession => closing::close_session(state, at),
        Command::SignRecord { record, lock_tail, statement } => {
            signing::sign(state, by, record, lock_tail, statement)
        }
        Command::RecordAbsence { role, reason } => signing::absence(state, role, reason),
    }
}

/// Who may give which command.
fn permit(by: &Actor, command: &Command) -> Result<(), Refusal> {
    let allowed = match command {
        command if command.is_bidders_own() => matches!(by, Actor::Bidder { .. }),
        Command::AuthoriseShare { index, .. } => {
            matches!(by, Actor::Officer { index: own, .. } if own == index)
        }
        Command::Tick | Command::PublishKeys(_) | Command::RecordOpening { .. } | Command::RecordBody(_) => {
            *by == Actor::Room
        }
        Command::SignRecord { .. } => by.staff().is_some(),
        Command::StopClock { .. } => matches!(by, Actor::Host { .. } | Actor::Room),
        _ => matches!(by, Actor::Host { .. }),
    };
    if allowed { Ok(()) } else { Err(Refusal::NotYourRole) }
}

/// What the time alone makes happen.
fn tick(state: &State, at: At) -> Result<Vec<Event>, Refusal> {
    match state.phase {
        Phase::Receive => receiving::deadline(state, at),
        Phase::Unlock => collecting::close_by_itself(state, at),
        _ => Ok(Vec::new()),
    }
}

pub(super) fn in_phase(state: &State, phases: &[Phase]) -> Result<(), Refusal> {
    if phases.contains(&state.phase) { Ok(()) } else { Err(Refusal::WrongPhase { phase: state.phase }) }
}

/// The lot; present in every phase but before `session.created`.
pub(super) fn lot(state: &State) -> Result<&LotFacts, Refusal> {
    state.lot.as_ref().ok_or(Refusal::WrongPhase { phase: state.phase })
}

pub(super) fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}

pub(super) fn checked_text(text: &str) -> Result<(), Refusal> {
    let characters = count(text.chars().count());
    if text.trim().is_empty() || characters > MOST_TEXT {
        Err(Refusal::Text { most: MOST_TEXT })
    } else {
        Ok(())
    }
}
