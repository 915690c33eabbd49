//! Who may know of an event, and who may read which private field of it.
//!
//! Before the deadline nobody outside gets anything; that is the live stream's rule, and these come on top of it.

use super::event::Event;
use super::state::State;
use crate::{LotFacts, ReaderClass, ScheduleReaders, evaluation};

/// Whether readers of `class` may know that `event` happened. Others get its leaf's hashes only.
///
/// `state` is the state after the deadline.
pub fn may_know(class: ReaderClass, event: &Event, state: &State) -> bool {
    match (class, event) {
        (_, Event::Evaluation(event)) => state
            .evaluation
            .as_ref()
            .is_some_and(|evaluation| evaluation::may_know(class.into(), event, evaluation)),
        (ReaderClass::Supervisor, _) => true,
        // Whoever withdrew, or signed in and did not bid, does not become known by it (20号令 第二十条).
        (_, Event::BidReceived(received)) => {
            on_roster(state, received.bidder.as_ref().map(|bidder| &bidder.code))
        }
        (_, Event::ReplacementStarted(started)) => {
            class == ReaderClass::Staff
                && on_roster(state, started.bidder.as_ref().map(|bidder| &bidder.code))
        }
        (_, Event::BidderSignedIn(signed_in)) => {
            on_roster(state, signed_in.bidder.as_ref().map(|bidder| &bidder.code))
        }
        (_, Event::PackagesReplaced(replaced)) => {
            on_roster(state, replaced.bidder.as_ref().map(|bidder| &bidder.code))
        }
        // How often a bidder tried its lock is nobody else's business.
        (_, Event::BidWithdrawn(_) | Event::LockProbed(_)) => false,
        _ => true,
    }
}

/// Whether readers of `class` may read the private field at `path` (or `by`) of an event they may know of.
pub fn may_read(class: ReaderClass, event: &Event, path: &str, lot: &LotFacts) -> bool {
    match event {
        // What a class shares is fixed when the event happens: nothing that is revealed later only. Whoever reads for
        // itself is asked for by `evaluation::may_read`.
        Event::Evaluation(event) => {
            evaluation::may_read(class.into(), event, path, &evaluation::State::default())
        }
        Event::OpeningOpened(_) if path != "by" => match lot.policy.schedule_readers.value {
            ScheduleReaders::Public => true,
            ScheduleReaders::Bidders => class != ReaderClass::Public,
            ScheduleReaders::Staff => matches!(class, ReaderClass::Staff | ReaderClass::Supervisor),
        },
        // How long a bid is, less what is read of it by its name, is how long its blind part is: that would name it.
        Event::BidReceived(_) if path == "length" && evaluation::is_blind(lot) => {
            class == ReaderClass::Supervisor
        }
        _ => true,
    }
}

/// The same for what is handed out once, with `state` as it stands then: also what was revealed long after its event.
pub fn may_read_now(class: ReaderClass, event: &Event, path: &str, lot: &LotFacts, state: &State) -> bool {
    match (event, &state.evaluation) {
        (Event::Evaluation(event), Some(evaluation)) => {
            evaluation::may_read(class.into(), event, path, evaluation)
        }
        _ => may_read(class, event, path, lot),
    }
}

fn on_roster(state: &State, bidder: Option<&crate::CreditCode>) -> bool {
    bidder.is_some_and(|bidder| state.row(bidder).is_some())
}
