//! From the opening to the record: outcomes, announcing, confirming, objecting, closing.

use std::collections::{BTreeMap, BTreeSet};

use bidroom_canon::Sm3Digest;

use super::super::command::bidder_of;
use super::super::event::{
    AnnouncingFinished, BidAnnounced, BidOutcome, BodyFailed, BodyVerified, Event, ObjectionAnswered,
    ObjectionRaised, OpeningOpened, Outcome, RecordConfirmed, ScheduleRow, SessionClosed,
};
use super::super::refusal::Refusal;
use super::super::state::{Phase, RowState, State};
use super::{checked_text, count, in_phase, lot};
use crate::{Actor, At, CreditCode};

pub(super) fn record_opening(
    state: &State,
    outcomes: Vec<BidOutcome>,
    table: Sm3Digest,
    rows: BTreeMap<u32, ScheduleRow>,
) -> Result<Vec<Event>, Refusal> {
    in_phase(state, &[Phase::Opening])?;
    let disagree = |what: &str| Refusal::OutcomesDisagree { what: what.to_owned() };
    if outcomes.len() != state.roster.len() {
        return Err(disagree("number of outcomes"));
    }
    for (row, outcome) in state.roster.iter().zip(&outcomes) {
        if row.row.number != outcome.number || row.row.bidder.code != outcome.bidder {
            return Err(disagree("order of outcomes"));
        }
        if row.collected.is_none() != (outcome.outcome == Outcome::NotUnlocked) {
            return Err(disagree("a bid was opened without a share, or a share was ignored"));
        }
    }
    let opened: BTreeSet<u32> = outcomes
        .iter()
        .filter(|outcome| outcome.outcome == Outcome::Opened)
        .map(|outcome| outcome.number)
        .collect();
    if opened != rows.keys().copied().collect() {
        return Err(disagree("rows are not those of the opened bids"));
    }
    let attempt = state.unlock.as_ref().map_or(0, |clock| clock.attempt);
    Ok(vec![OpeningOpened { attempt, outcomes, table, rows }.into()])
}

pub(super) fn record_body(
    state: &State,
    body: Result<BodyVerified, BodyFailed>,
) -> Result<Vec<Event>, Refusal> {
    in_phase(state, &[Phase::Announce, Phase::Confirm])?;
    let bidder = match &body {
        Ok(verified) => &verified.bidder,
        Err(failed) => &failed.bidder,
    };
    let row = state.row(bidder).ok_or_else(|| Refusal::NotOnRoster { bidder: bidder.clone() })?;
    if row.body.is_some() || !row.is_opened() {
        return Err(Refusal::AlreadyRecorded);
    }
    Ok(vec![body.map_or_else(Event::from, Event::from)])
}

pub(super) fn announce(state: &State, number: u32) -> Result<Vec<Event>, Refusal> {
    in_phase(state, &[Phase::Announce])?;
    let next = state.next_row();
    if next != Some(number) {
        return Err(Refusal::NotNextRow { next });
    }
    Ok(vec![BidAnnounced { number }.into()])
}

pub(super) fn finish_announcing(state: &State, at: At) -> Result<Vec<Event>, Refusal> {
    in_phase(state, &[Phase::Announce])?;
    let left = state.roster.iter().filter(|row| row.is_opened() && row.announced.is_none()).count();
    if left > 0 {
        return Err(Refusal::RowsLeft {
            left: count(left), clause: "招标投标法 第三十六条".to_owned()
        });
    }
    let window = lot(state)?.policy.confirm_window_seconds.value;
    Ok(vec![AnnouncingFinished { confirm_until: at.plus_seconds(window) }.into()])
}

/// The bidder's row, if it may still confirm or object and speaks of the published table.
fn answering<'a>(state: &'a State, by: &Actor, record: Sm3Digest, at: At) -> Result<&'a RowState, Refusal> {
    let bidder = bidder_of(by).ok_or(Refusal::NotYourRole)?;
    let row = state.row(&bidder.code).ok_or_else(|| Refusal::NotOnRoster { bidder: bidder.code.clone() })?;
    if let Some(ended) = state.confirm_until.filter(|until| at >= *until) {
        let clause = lot(state)?.policy.confirm_window_seconds.clause.clone();
        return Err(Refusal::ConfirmWindowEnded { ended, clause });
    }
    let (_, published) = state.opened.ok_or(Refusal::WrongPhase { phase: state.phase })?;
    if record != published {
        return Err(Refusal::OtherRecord { record: published });
    }
    if row.confirmed.is_some() || state.open_objection(&bidder.code).is_some() {
        return Err(Refusal::AlreadyAnswered);
    }
    Ok(row)
}

pub(super) fn confirm(
    state: &State,
    by: &Actor,
    record: Sm3Digest,
    statement: Sm3Digest,
    at: At,
) -> Result<Vec<Event>, Refusal> {
    in_phase(state, &[Phase::Confirm])?;
    let row = answering(state, by, record, at)?;
    Ok(vec![RecordConfirmed { bidder: row.row.bidder.code.clone(), statement }.into()])
}

pub(super) fn object(
    state: &State,
    by: &Actor,
    record: Sm3Digest,
    text: String,
    statement: Sm3Digest,
    at: At,
) -> Result<Vec<Event>, Refusal> {
    // An objection belongs to the opening, so it may be raised while rows are still being read.
    in_phase(state, &[Phase::Announce, Phase::Confirm])?;
    let row = answering(state, by, record, at)?;
    checked_text(&text)?;
    let objection = count(state.objections.len()).saturating_add(1);
    Ok(vec![ObjectionRaised { objection, bidder: row.row.bidder.code.clone(), text, statement }.into()])
}

pub(super) fn answer(state: &State, objection: u32, text: String) -> Result<Vec<Event>, Refusal> {
    in_phase(state, &[Phase::Announce, Phase::Confirm])?;
    let open = state.objections.iter().any(|known| known.number == objection && known.answer.is_none());
    if !open {
        return Err(Refusal::NoOpenObjection { objection });
    }
    checked_text(&text)?;
    Ok(vec![ObjectionAnswered { objection, text }.into()])
}

pub(super) fn close_session(state: &State, at: At) -> Result<Vec<Event>, Refusal> {
    in_phase(state, &[Phase::Confirm])?;
    let has_answered = |row: &&RowState| {
        row.confirmed.is_some()
            || state.objections.iter().any(|objection| objection.bidder == row.row.bidder.code)
    };
    let silent: Vec<CreditCode> =
        state.roster.iter().filter(|row| !has_answered(row)).map(|row| row.row.bidder.code.clone()).collect();
    let window_over = state.confirm_until.is_none_or(|until| at >= until);
    let objections = count(state.objections.iter().filter(|objection| objection.answer.is_none()).count());
    let waiting = if window_over { 0 } else { count(silent.len()) };
    let fates = count(state.roster.iter().filter(|row| row.needs_fate()).count());
    let unagreed = count(state.roster.iter().filter(|row| state.awaits_verdict(row)).count());
    let bodies = count(state.roster.iter().filter(|row| row.is_opened() && row.body.is_none()).count());
    if objections > 0 || waiting > 0 || fates > 0 || unagreed > 0 || bodies > 0 {
        return Err(Refusal::NotReadyToClose { objections, waiting, fates, unagreed, bodies });
    }
    Ok(vec![SessionClosed { silent }.into()])
}
