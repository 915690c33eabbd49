//! An event as one line of the console's list.

use crate::text::{Both, Log, Say};
use bidroom_domain::CreditCode;
use bidroom_domain::evaluation;
use bidroom_domain::opening::{Event, Remedy, State};

/// The line. `state` is the state after the event.
pub fn line(event: &Event, state: &State) -> Both {
    let row = |code: &CreditCode| state.row(code).map_or(0, |row| row.row.number);
    let name = |bidder: &Option<bidroom_domain::Bidder>| {
        bidder.as_ref().map_or_else(|| "—".to_owned(), |bidder| bidder.name.clone())
    };
    match event {
        Event::SessionCreated(_) => Log::Created,
        Event::KeysPublished(_) => Log::Keys,
        Event::StandbyProved(_) => Log::StandbyProved,
        Event::StandbyMissing(_) => Log::StandbyMissing,
        Event::DeviceLost(it) => Log::DeviceLost { device: it.device.clone() },
        Event::DeviceReturned(it) => Log::DeviceReturned { device: it.device.clone() },
        Event::OfficerProbed(it) => Log::OfficerProbed { name: it.name.clone(), tail: it.lock_tail.clone() },
        Event::ReplacementAgreed(it) => Log::ReplacementAgreed { name: it.name.clone() },
        Event::OfficersRedealt(it) => Log::OfficersRedealt { version: it.version },
        Event::ClockSet(it) => Log::ClockSet { millis: it.millis },
        Event::ClockConfirmed(it) => Log::ClockConfirmed { name: it.name.clone() },
        Event::LockProbed(it) => Log::LockProbed { name: name(&it.bidder) },
        Event::PackagesReplaced(it) => Log::PackagesReplaced { name: name(&it.bidder) },
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
        Event::ShareCollected(it) if it.remedy == Some(Remedy::RemedyKey) => {
            Log::RemedyUsed { row: row(&it.bidder) }
        }
        Event::RemedyAsked(it) => Log::RemedyAsked { row: row(&it.bidder), reason: it.reason.clone() },
        Event::RemedyAllowed(it) => Log::RemedyAllowed { row: row(&it.bidder) },
        Event::RemedyAgreed(it) => Log::RemedyAgreed { row: row(&it.bidder), name: it.name.clone() },
        Event::RemedyPartGiven(it) => Log::RemedyPart { row: row(&it.bidder), name: it.name.clone() },
        Event::ShareCollected(it) => Log::Handed { row: row(&it.bidder), tail: it.lock.tail.clone() },
        Event::TroubleReported(it) => Log::Trouble { row: row(&it.bidder) },
        Event::BidderHeld(it) => Log::Held { row: row(&it.bidder), reason: it.reason.clone() },
        Event::BidderReleased(it) => Log::Released { row: row(&it.bidder), until: it.ends_at.clock_text() },
        Event::FateAgreed(it) => Log::FateAgreed { row: row(&it.bidder), name: it.name.clone() },
        Event::FateContested(it) => Log::FateContested { row: row(&it.bidder), name: it.name.clone() },
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
        Event::Evaluation(event) => of_evaluation(event),
    }
    .both()
}

/// What is said of an evaluation here: that it goes on, and how it ended. Its pages say the rest to who may know it.
fn of_evaluation(event: &evaluation::Event) -> Log {
    let fields = event.fields().unwrap_or_default();
    let text = |name: &str| fields.get(name).and_then(|text| text.as_str()).unwrap_or_default().to_owned();
    match event.kind() {
        "committee.imported" => Log::CommitteeImported,
        "evaluation.started" => Log::EvaluationStarted,
        "committee.opened" => Log::CommitteeOpened,
        "stage.finished" => Log::StageFinished,
        "stage.reopened" => Log::StageReopened,
        "member.replaced" => Log::MemberReplaced,
        "evaluation.stopped" => Log::EvaluationStopped,
        "evaluation.resumed" => Log::EvaluationResumed,
        "lot.cancelled" => Log::LotCancelled { reason: text("reason"), clause: text("clause") },
        "evaluation.closed" => Log::EvaluationClosed,
        "result.published" => {
            let count = fields.get("candidates").and_then(|list| list.as_array()).map_or(0, Vec::len);
            Log::ResultPublished { count }
        }
        "rereview.opened" => Log::RereviewOpened,
        _ => Log::EvaluationWork,
    }
}
