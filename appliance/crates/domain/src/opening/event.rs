//! Events: what happened, in the past tense.
//!
//! An event's private fields are `Private<T>`: always present in the room's own log, and present for a reader only
//! where the ledger disclosed them.

mod collecting;
mod fates;
mod officers;
mod opened;
mod preparing;
mod receiving;
mod recorded;
mod remedies;
mod troubles;

use bidroom_canon::from_tree;
use serde_json::{Map, Value};

use crate::evaluation;
use crate::events::events;

pub use collecting::*;
pub use fates::*;
pub use officers::*;
pub use opened::*;
pub use preparing::*;
pub use receiving::*;
pub use recorded::*;
pub use remedies::*;
pub use troubles::*;

pub use crate::events::EventError;

/// A field that stands in the log as a commitment; `None` for a reader to whom it was not disclosed.
pub type Private<T> = Option<T>;

impl Event {
    /// Paths of the private fields, as the ledger commits to them.
    pub fn private_paths(&self) -> Vec<String> {
        match self {
            Self::OpeningOpened(opened) => {
                opened.rows.keys().map(|number| format!("rows.{number}")).collect()
            }
            Self::Evaluation(event) => event.private_paths(),
            event => event.private_names().iter().map(|&name| name.to_owned()).collect(),
        }
    }
}

/// What the opening's kinds do not know may be the evaluation's.
fn of_evaluation(kind: &str, fields: Map<String, Value>) -> Result<Event, EventError> {
    evaluation::Event::from_parts(kind, fields).map(Event::Evaluation)
}

events! {
    /// An event of an opening, or of the evaluation that follows it in the same log.
    held Evaluation: evaluation::Event;
    otherwise of_evaluation;
    "session.created" => SessionCreated [],
    "keys.published" => KeysPublished [],
    "standby.proved" => StandbyProved [],
    "standby.missing" => StandbyMissing [],
    "device.lost" => DeviceLost [],
    "device.returned" => DeviceReturned [],
    "officer.probed" => OfficerProbed [],
    "replacement.agreed" => ReplacementAgreed [],
    "officers.redealt" => OfficersRedealt [],
    "clock.set" => ClockSet [],
    "clock.confirmed" => ClockConfirmed [],
    "bid.replacement_started" => ReplacementStarted ["bidder", "bid"],
    "bid.received" => BidReceived ["bidder", "bid", "packages", "sequence", "length"],
    "packages.replaced" => PackagesReplaced ["bidder", "bid", "packages", "version", "added", "record"],
    "lock.probed" => LockProbed ["bidder", "bid", "lock", "lock_tail", "challenge", "statement"],
    "bid.withdrawn" => BidWithdrawn ["bidder", "bid", "statement"],
    "bidder.signed_in" => BidderSignedIn ["bidder", "statement"],
    "deadline.passed" => DeadlinePassed [],
    "roster.published" => RosterPublished [],
    "opening.refused" => OpeningRefused [],
    "share.authorised" => ShareAuthorised [],
    "unlock.started" => UnlockStarted [],
    "lock.mismatched" => LockMismatched [],
    "share.collected" => ShareCollected [],
    "remedy.asked" => RemedyAsked [],
    "remedy.allowed" => RemedyAllowed [],
    "remedy.agreed" => RemedyAgreed [],
    "remedy.part_given" => RemedyPartGiven [],
    "trouble.reported" => TroubleReported [],
    "bidder.held" => BidderHeld [],
    "bidder.released" => BidderReleased [],
    "clock.stopped" => ClockStopped [],
    "clock.resumed" => ClockResumed [],
    "opening.closed" => OpeningClosed [],
    "opening.opened" => OpeningOpened [],
    "body.verified" => BodyVerified [],
    "body.failed" => BodyFailed [],
    "bid.attributed" => BidAttributed [],
    "fate.agreed" => FateAgreed [],
    "fate.contested" => FateContested [],
    "bid.announced" => BidAnnounced [],
    "announcing.finished" => AnnouncingFinished [],
    "record.confirmed" => RecordConfirmed [],
    "objection.raised" => ObjectionRaised [],
    "objection.answered" => ObjectionAnswered [],
    "session.closed" => SessionClosed [],
    "record.signed" => RecordSigned [],
    "signature.missed" => SignatureMissed [],
}
