//! Orders of equal bids: which is to be drawn, and which of those that were drawn count.
//!
//! A draw stays in the log when corrected scores leave its bids unequal; the engine takes only draws that decide something. So
//! they are handed to it one after the other, as it asks for them.

use bidroom_domain::evaluation::{DrawOf, DrawPurpose, State};
use bidroom_domain::opening;
use bidroom_pricing::{Bids, Choice, Method, Outcome, Purpose, WaitingKind, evaluate};

use crate::result::number_of;
use crate::{OutcomeError, bid_id, compute};

/// What is to be drawn before a result can be final: nothing while something else is still awaited, or where it was drawn.
///
/// # Errors
/// [`OutcomeError`] where no result can be computed.
pub fn order_due(opening: &opening::State) -> Result<Option<DrawOf>, OutcomeError> {
    Ok(wanted(&compute(opening)?.outcome).map(|(purpose, among)| DrawOf::Order { purpose, among }))
}

/// The draw that an outcome waits for, if it waits for draws alone. The first one: what it decides may leave others unequal.
pub(crate) fn wanted(outcome: &Outcome) -> Option<(DrawPurpose, Vec<u32>)> {
    let mut first = None;
    for waiting in &outcome.waiting {
        let purpose = match waiting.kind {
            WaitingKind::SameBrandDraw => DrawPurpose::SameBrand,
            WaitingKind::EqualCandidatesDraw => DrawPurpose::EqualCandidates,
            _ => return None,
        };
        let mut among: Vec<u32> = waiting.bids.iter().map(|id| number_of(id)).collect();
        among.sort_unstable();
        first.get_or_insert((purpose, among));
    }
    first
}

/// Evaluates with the draws that were made, as far as they decide something.
pub(crate) fn evaluate_drawn(
    method: &Method,
    mut bids: Bids,
    state: &State,
) -> Result<Outcome, OutcomeError> {
    loop {
        let outcome = evaluate(method, &bids).map_err(|no| OutcomeError::Engine(Box::new(no)))?;
        let Some((purpose, among)) = wanted(&outcome) else { return Ok(outcome) };
        let drawn = state.draws.iter().find(|it| {
            let mut same = it.order.clone();
            same.sort_unstable();
            it.purpose == purpose && same == among
        });
        // The engine asks for no draw that it has: there are never more than were made.
        let drawn = drawn.filter(|_| bids.choices.len() < state.draws.len());
        let Some(drawn) = drawn else { return Ok(outcome) };
        let purpose = match purpose {
            DrawPurpose::SameBrand => Purpose::SameBrand,
            DrawPurpose::EqualCandidates => Purpose::EqualCandidates,
        };
        let order: Vec<String> = drawn.order.iter().map(|bid| bid_id(*bid)).collect();
        bids.choices.push(Choice { purpose, order });
    }
}

#[cfg(test)]
#[path = "draws_tests.rs"]
mod tests;
