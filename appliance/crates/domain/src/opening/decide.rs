//! What may happen: `decide(&State, by, Command, At) -> Result<Vec<Event>, Refusal>`.

mod closing;
mod collecting;
mod devices;
mod fates;
mod locks;
mod officers;
mod preparing;
mod receiving;
mod remedy_key;
mod signing;
mod trouble;

use super::command::Command;
use super::event::Event;
use super::refusal::Refusal;
use super::state::{Phase, State};
use crate::bounds::is_text;
pub(super) use crate::bounds::{MOST_TEXT, count};
use crate::{Actor, At, LotFacts, evaluation};

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
        Command::ProbeLock { bid, lock, lock_tail, challenge, statement } => {
            let answered = locks::Answered { bid, lock, lock_tail, challenge, statement };
            locks::probe(state, by, answered, at)
        }
        Command::ReplacePackages { bid, packages, version, added, record } => {
            locks::rewrap(state, by, locks::Rewrapped { bid, packages, version, added, record }, at)
        }
        Command::LoseDevice { device } => devices::lose(state, device),
        Command::ReturnDevice { device } => devices::come_back(state, device),
        Command::DoubtClock { step, millis } => officers::doubt_clock(state, step, millis),
        Command::ConfirmTime { index, step, said, lock_tail, statement } => {
            officers::confirm_time(state, by, (index, step, said), lock_tail, statement, at)
        }
        Command::ProbeOfficer { index, lock, lock_tail, challenge, statement } => {
            officers::probe(state, by, index, lock, lock_tail, (challenge, statement), at)
        }
        Command::AgreeReplacement { index, version, officers, lock_tail, packages, statement } => {
            let handed = officers::Handed { index, version, officers, lock_tail, packages, statement };
            officers::agree(state, by, handed, at)
        }
        Command::RedealOfficers(redealt) => officers::redeal(state, redealt, at),
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
        Command::CollectShare { lock, attempt, bid, statement, packages, remedy } => {
            let consent = collecting::Consent { lock, attempt, bid, statement, packages, remedy };
            collecting::collect(state, by, consent, at)
        }
        Command::AskRemedyKey { attempt, bid, lock, reason, statement } => {
            remedy_key::ask(state, by, remedy_key::Asked { attempt, bid, lock, reason, statement }, at)
        }
        Command::AllowRemedyKey { bidder, request, reason } => {
            remedy_key::allow(state, bidder, request, reason, at)
        }
        Command::AgreeRemedyKey { bidder, request, lock_tail, statement } => {
            remedy_key::agree(state, by, bidder, request, (lock_tail, statement), at)
        }
        Command::GiveRemedyPart { bidder, index, attempt, bid, request, lock_tail, statement, packages } => {
            let part =
                remedy_key::Part { bidder, index, attempt, bid, request, lock_tail, statement, packages };
            remedy_key::give(state, by, part, at)
        }
        Command::ReportTrouble { bidder, trouble } => trouble::report(state, by, bidder, trouble),
        Command::HoldBidder { bidder, reason } => trouble::hold(state, bidder, reason, at),
        Command::ReleaseBidder { bidder } => trouble::release(state, bidder, at),
        Command::MakeUpBidder { bidder, reason, since } => trouble::make_up(state, bidder, reason, since, at),
        Command::MakeUpClock { reason, since } => trouble::make_up_clock(state, reason, since, at),
        Command::StopClock { reason } => collecting::stop_clock(state, reason, at),
        Command::ResumeClock => collecting::resume_clock(state, by, at),
        Command::CloseUnlock => collecting::close(state, at),
        Command::RecordOpening { outcomes, table, rows } => {
            closing::record_opening(state, outcomes, table, rows)
        }
        Command::RecordBody(body) => closing::record_body(state, body),
        Command::AttributeBid { bidder, fate, reason } => fates::attribute(state, bidder, fate, reason, at),
        Command::AgreeFate { bidder, decision, lock_tail, statement } => {
            fates::agree(state, by, bidder, (decision, lock_tail, statement))
        }
        Command::ContestFate { bidder, decision, reason, lock_tail, statement } => {
            fates::contest(state, by, bidder, reason, (decision, lock_tail, statement))
        }
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
        Command::Evaluate(said) => evaluate(state, by, *said, at),
    }
}

/// Who may give which command.
fn permit(by: &Actor, command: &Command) -> Result<(), Refusal> {
    let allowed = match command {
        command if command.is_bidders_own() => matches!(by, Actor::Bidder { .. }),
        Command::AuthoriseShare { index, .. }
        | Command::ProbeOfficer { index, .. }
        | Command::AgreeReplacement { index, .. }
        | Command::ConfirmTime { index, .. } => {
            matches!(by, Actor::Officer { index: own, .. } if own == index)
        }
        Command::Tick
        | Command::PublishKeys(_)
        | Command::LoseDevice { .. }
        | Command::ReturnDevice { .. }
        | Command::DoubtClock { .. }
        | Command::RedealOfficers(_)
        | Command::RecordOpening { .. }
        | Command::MakeUpBidder { .. }
        | Command::MakeUpClock { .. }
        | Command::RecordBody(_) => *by == Actor::Room,
        // Whether it is theirs to know is decided with the report.
        Command::ReportTrouble { .. } => matches!(by, Actor::Bidder { .. } | Actor::Room),
        Command::AgreeFate { .. } | Command::ContestFate { .. } | Command::AgreeRemedyKey { .. } => {
            matches!(by, Actor::Supervisor { .. })
        }
        Command::GiveRemedyPart { index, .. } => {
            matches!(by, Actor::Trustee { index: own, .. } if own == index)
        }
        Command::SignRecord { .. } => by.staff().is_some(),
        // Each of its commands has its own people.
        Command::Evaluate(_) => true,
        Command::StopClock { .. } | Command::ResumeClock => matches!(by, Actor::Host { .. } | Actor::Room),
        _ => matches!(by, Actor::Host { .. }),
    };
    if allowed { Ok(()) } else { Err(Refusal::NotYourRole) }
}

/// What the time alone makes happen.
fn tick(state: &State, at: At) -> Result<Vec<Event>, Refusal> {
    if state.clock_in_doubt().is_some() {
        // What the clock says decides nothing until people have confirmed it.
        return Ok(Vec::new());
    }
    match state.phase {
        Phase::Receive => receiving::deadline(state, at),
        Phase::Unlock => collecting::close_by_itself(state, at),
        Phase::Closed if state.evaluation.is_some() => {
            evaluate(state, &Actor::Room, evaluation::Said::tick(), at)
        }
        _ => Ok(Vec::new()),
    }
}

/// What follows the opening in the same log.
fn evaluate(state: &State, by: &Actor, said: evaluation::Said, at: At) -> Result<Vec<Event>, Refusal> {
    let decided = evaluation::decide(state, by, said, at);
    decided
        .map(|events| events.into_iter().map(Event::Evaluation).collect())
        .map_err(|refusal| Refusal::Evaluation(Box::new(refusal)))
}

pub(super) fn in_phase(state: &State, phases: &[Phase]) -> Result<(), Refusal> {
    if phases.contains(&state.phase) { Ok(()) } else { Err(Refusal::WrongPhase { phase: state.phase }) }
}

/// The lot; present in every phase but before `session.created`.
pub(super) fn lot(state: &State) -> Result<&LotFacts, Refusal> {
    state.lot.as_ref().ok_or(Refusal::WrongPhase { phase: state.phase })
}

pub(super) fn checked_text(text: &str) -> Result<(), Refusal> {
    if is_text(text) { Ok(()) } else { Err(Refusal::Text { most: MOST_TEXT }) }
}
