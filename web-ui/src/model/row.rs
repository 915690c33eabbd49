//! A bidder's row.

use super::case::Case;
use super::facts::Tamper;
use super::schedule::Shown;
use super::tag::Tag;
use crate::text::{Reason, State};
use bidroom_domain::At;
use bidroom_domain::opening::{FailureCause, Fate, LockKind, LockTag};

/// How a bidder stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Has not handed in.
    Waiting,
    /// Tried with a lock that is not registered, so many times.
    WrongLock {
        /// The lock that was present.
        present: LockTag,
        /// Tails of the registered locks.
        registered: Vec<String>,
        /// How many times.
        tries: u32,
    },
    /// Its request waits to be checked.
    Queued {
        /// Its place, from 1.
        place: usize,
        /// About how many seconds that takes, by the room's word.
        seconds: Option<u32>,
    },
    /// Its window stands still by itself, the cause being the centre's.
    Held {
        /// Why.
        reason: String,
    },
    /// Handed in.
    HandedIn,
    /// Collecting ended without its share.
    NotHandedIn,
    /// Its fate was decided.
    Settled {
        /// Revoked or withdrawn.
        fate: Fate,
        /// Reason for the record.
        reason: String,
    },
    /// Could not be opened.
    Unreadable(FailureCause),
    /// Opened.
    Opened,
    /// Being read aloud.
    Announcing,
    /// Read aloud.
    Announced,
    /// May confirm or object.
    ToConfirm,
    /// Confirmed.
    Confirmed,
    /// Neither confirmed nor objected in time.
    DeemedAccepted,
    /// Objected; no reply yet.
    ObjectionOpen,
    /// Objected; replied.
    ObjectionAnswered,
    /// Its content disagrees with what was sealed.
    Disagrees,
}

impl Standing {
    /// The tag.
    pub fn tag(&self) -> Tag {
        match self {
            Self::Waiting => State::Waiting,
            Self::WrongLock { .. } => State::WrongLock,
            Self::Queued { .. } => State::Queued,
            Self::Held { .. } => State::ClockStopped,
            Self::HandedIn => State::HandedIn,
            Self::NotHandedIn => State::NotHandedIn,
            Self::Settled { fate: Fate::Revoked, .. } => State::Revoked,
            Self::Settled { fate: Fate::Withdrawn, .. } => State::Withdrawn,
            Self::Unreadable(_) => State::Unreadable,
            Self::Opened => State::Opened,
            Self::Announcing => State::Announcing,
            Self::Announced => State::Announced,
            Self::ToConfirm => State::ToConfirm,
            Self::Confirmed => State::Confirmed,
            Self::DeemedAccepted => State::DeemedAccepted,
            Self::ObjectionOpen => State::ObjectionOpen,
            Self::ObjectionAnswered => State::ObjectionAnswered,
            Self::Disagrees => State::Tampered,
        }
        .into()
    }

    /// Whether the host should look at it before the others.
    pub const fn is_problem(&self) -> bool {
        matches!(
            self,
            Self::WrongLock { .. }
                | Self::Held { .. }
                | Self::Unreadable(_)
                | Self::Disagrees
                | Self::ObjectionOpen
        )
    }

    /// The circumstance beside the state.
    pub const fn reason(&self) -> Reason {
        match self {
            Self::WrongLock { .. } => Reason::NotAmongRegistered,
            Self::Queued { place, seconds: None } => Reason::Place { place: *place },
            Self::Queued { place, seconds: Some(seconds) } => {
                Reason::PlaceWait { place: *place, seconds: *seconds }
            }
            Self::Held { .. } => Reason::HeldStill,
            Self::NotHandedIn => Reason::Attributing,
            Self::Settled { fate: Fate::Revoked, .. } => Reason::BidderCause,
            Self::Settled { fate: Fate::Withdrawn, .. } => Reason::OtherCause,
            _ => Reason::None,
        }
    }
}

/// What the page itself could check of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofState {
    /// Nothing to check before the opening.
    AfterOpening,
    /// The page is at it.
    Checking,
    /// The schedule shown is the schedule sealed.
    Verified,
    /// Opened, but this viewer may not read the schedule.
    Withheld,
    /// Not opened.
    Sealed,
    /// It is not.
    Disagrees,
}

/// A bidder's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Place in the roster.
    pub number: u32,
    /// Legal name.
    pub name: String,
    /// Unified social credit code.
    pub code: String,
    /// The bidder at this page.
    pub mine: bool,
    /// How it stands.
    pub standing: Standing,
    /// The share that is held: lock and time.
    pub handed: Option<(LockTag, At)>,
    /// The schedule, once all were opened.
    pub schedule: Option<Shown>,
    /// Read aloud.
    pub announced: bool,
    /// When the record was confirmed.
    pub confirmed: Option<At>,
    /// When the bid was received.
    pub received: At,
    /// First digits of the bid's digest.
    pub digits: String,
    /// What the page checked.
    pub proof: ProofState,
    /// What is known of it while it is not handed in, or not opened.
    pub case: Option<Case>,
}

impl Row {
    /// Whether it was opened.
    pub const fn is_opened(&self) -> bool {
        !matches!(
            self.standing,
            Standing::Waiting
                | Standing::WrongLock { .. }
                | Standing::Queued { .. }
                | Standing::Held { .. }
                | Standing::HandedIn
                | Standing::NotHandedIn
                | Standing::Settled { .. }
                | Standing::Unreadable(_)
        )
    }

    /// Whether its fate is still to be decided, or to be agreed with.
    pub fn is_unsettled(&self) -> bool {
        let open = |case: &Case| case.needs_fate || case.decision.as_ref().is_some_and(|it| it.awaits);
        matches!(self.standing, Standing::NotHandedIn) || self.case.as_ref().is_some_and(open)
    }
}

/// `主锁` or `副锁`.
pub const fn lock_kind(kind: LockKind) -> crate::text::Common {
    match kind {
        LockKind::Main => crate::text::Common::MainLock,
        LockKind::Sub => crate::text::Common::SubLock,
    }
}

/// Whether evidence disagrees anywhere on the page, and with what.
pub fn disagreement(tamper: Option<&Tamper>, rows: &[Row]) -> Option<u32> {
    if tamper.is_some() {
        return None;
    }
    rows.iter().find(|row| row.proof == ProofState::Disagrees).map(|row| row.number)
}
