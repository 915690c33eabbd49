//! Whether what the room fixed or began by figures is what the method gives.

use bidroom_canon::Sm3Digest;
use bidroom_domain::evaluation::{DrawOf, Event};
use bidroom_domain::{Actor, opening};

use crate::{OutcomeError, compute, low_prices, order_due};

/// What came of computing an event again.
#[derive(Debug, PartialEq, Eq)]
pub enum Judged {
    /// Nothing in it is computed, or the method is not the package's.
    NotComputed,
    /// It is what the method gives.
    Agrees,
    /// It is not.
    Differs(&'static str),
}

/// Computes an event of `by` again, in the state before it.
///
/// # Errors
/// [`OutcomeError`] where it cannot be computed though the package names a method.
pub fn judge(before: &opening::State, by: &Actor, event: &Event) -> Result<Judged, OutcomeError> {
    // A draw that no method asks for decides nothing.
    if let Event::DrawRecorded(recorded) = event {
        let of = DrawOf::Order { purpose: recorded.purpose, among: recorded.among.clone() };
        return Ok(match order_due(before)? {
            Some(due) if due == of => Judged::Agrees,
            _ => Judged::Differs("the method does not ask for this draw"),
        });
    }
    let plan = before.lot.as_ref().and_then(|lot| lot.evaluation.as_deref());
    if plan.is_none_or(|plan| plan.method.is_none()) {
        return Ok(Judged::NotComputed);
    }
    match event {
        Event::ResultFixed(fixed) => {
            let computed = compute(before)?;
            let table = Sm3Digest::of(computed.table.as_bytes());
            Ok(if !computed.is_final() {
                Judged::Differs("the result is not final")
            } else if table != fixed.outcome {
                Judged::Differs("the table is not what the method gives")
            } else if fixed.candidates.as_ref().is_some_and(|shown| *shown != computed.candidates) {
                Judged::Differs("the candidates are not what the method gives")
            } else {
                Judged::Agrees
            })
        }
        // The committee may ask whomever it wants to; the room only whom the figures name.
        Event::LowPriceOpened(opened) if *by == Actor::Room => {
            let computed = compute(before)?;
            let state = before.evaluation.as_deref().cloned().unwrap_or_default();
            let due = low_prices(&computed, &state);
            Ok(match due.iter().any(|(bid, triggers)| *bid == opened.bid && *triggers == opened.triggers) {
                true => Judged::Agrees,
                false => Judged::Differs("the figures do not call the price abnormally low"),
            })
        }
        _ => Ok(Judged::NotComputed),
    }
}
