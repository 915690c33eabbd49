//! An event as one line of the console's list.

use crate::text::{Both, Log, Say};
use bidroom_domain::CreditCode;
use bidroom_domain::opening::{Event, State};

/// The line. `state` is the state after the event.
pub fn line(event: &Event, state: &State) -> Both {
    let row = |code: &CreditCode| state.row(code).map_or(0, |row| row.row.number);
    let name = |bidder: &Option<bidroom_domain::Bidder>| {
        bidder.as_ref().map_or_else(|| "—".to_owned(), |bidder| bidder.name.clone())
    };
    match event {
        Event::SessionCreated(_) => Log::Created,
        Event::KeysPublished(_) => Log::Keys,
        Event::ReplacementStarted(it) => Log::ReplacementStarted { name: name(&it.bidder) },
        Event::BidReceived(it) => Log::Received { name: name(&it.bidder) },
        Event::BidWithdrawn(it) => Log::Withdrawn { name: name(&it.bidder) },
        Event::BidderSignedIn(it) => Log::SignedIn { name: name(&it.bidder) },
        Event::DeadlinePassed(_) => Log::Deadline,
        Event::RosterPublished(it) => Log::Roster { count: it.rows.len() },
        Event::OpeningRefused(it) => Log::Refused { bidders: it.bidders, minimum: it.minimum },
        Event::ShareAuthorised(it) => Log::Authorised { name: it.name.clone(), index: it.index },
        Event::UnlockStarted(it) => Log::UnlockStarted { until: it.ends_at.clock_text() },
        Event::LockMismatched(it) => Log::Mismatch { row: row(&it.bidder), tail: it.present.tail.clone() },
        Event::ShareCollected(it) => Log::Handed { row: row(&it.bidder), tail: it.lock.tail.clone() },
        Event::ClockStopped(it) => Log::Stopped { reason: it.reason.clone() },
        Event::ClockResumed(it) => Log::Resumed { until: it.ends_at.clock_text() },
        Event::OpeningClosed(it) => Log::Closed { opens: it.opens.len() },
        Event::OpeningOpened(it) => Log::Opened { count: it.rows.len() },
        Event::BodyVerified(it) => Log::Body { row: row(&it.bidder) },
        Event::BodyFailed(it) => Log::BodyFailed { row: row(&it.bidder) },
        Event::BidAttributed(it) => Log::Attributed { row: row(&it.bidder) },
        Event::BidAnnounced(it) => Log::Announced { row: it.number },
        Event::AnnouncingFinished(it) => Log::AnnouncingFinished { until: it.confirm_until.clock_text() },
        Event::RecordConfirmed(it) => Log::Confirmed { row: row(&it.bidder) },
        Event::ObjectionRaised(it) => Log::Objected { row: row(&it.bidder) },
        Event::ObjectionAnswered(it) => Log::Answered { number: it.objection },
        Event::SessionClosed(_) => Log::SessionClosed,
        Event::RecordSigned(it) => Log::Signed { name: it.name.clone(), tail: it.lock_tail.clone() },
        Event::SignatureMissed(it) => {
            let staff = state.lot.iter().flat_map(|lot| &lot.staff);
            let name = staff.filter(|person| person.role == it.role).map(|person| person.name.as_str());
            Log::Missed { name: name.collect::<Vec<_>>().join("、"), reason: it.reason.clone() }
        }
    }
    .both()
}
