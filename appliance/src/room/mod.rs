//! The sessions of the room: one actor per session, its single writer.
//!
//! **Architecture invariant.** Commit, then act: a command becomes events, the events become durable, and only then
//! anybody is answered, told or served. A failed append changes nothing and halts the session until it works again.

mod actor;
mod draws;
mod entries;
mod judged;
mod outage;
mod queue;
mod rooms;

use std::sync::Arc;

use bidroom_custody::{Problem, ProblemKind};
use bidroom_domain::opening::{Command, Event, Refusal, State};
use bidroom_domain::{Actor as Party, At, SessionId};

use crate::error::Fault;
use crate::store::Record;

pub use actor::RoomHandle;
pub use entries::{event_of, state_of};
pub use queue::{Place, Queue};
pub use rooms::{Opener, Rooms, RoomsParts};

/// The session as it stood after its last durable event.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Folded state.
    pub state: State,
    /// Number of entries.
    pub size: u64,
    /// The newest signed checkpoint.
    pub note: Option<String>,
    /// Why the session is halted, if it is.
    pub halted: Option<Arc<str>>,
}

/// What became of a command: durable events.
#[derive(Debug, Clone)]
pub struct Done {
    /// When.
    pub at: At,
    /// Number of the first event's entry.
    pub first: u64,
    /// The events; none where nothing had to happen.
    pub events: Vec<Event>,
    /// Bytes of the entries.
    pub entries: Vec<Arc<[u8]>>,
}

/// Why a command did not become events.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// A rule said no.
    #[error(transparent)]
    Refusal(#[from] Refusal),
    /// Custody objects to what would be appended; nothing was changed.
    #[error(transparent)]
    Custody(Problem),
    /// The room failed; nothing was changed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Problem> for ActError {
    fn from(problem: Problem) -> Self {
        match problem.kind() {
            ProblemKind::Refusal => Self::Custody(problem),
            ProblemKind::Fault | ProblemKind::Tamper => Self::Fault(problem.into()),
        }
    }
}

/// A command on its way to the actor.
pub(crate) struct Request {
    pub(crate) by: Party,
    pub(crate) command: Command,
    pub(crate) records: Vec<Record>,
    /// How many entries the log must have, where that matters.
    pub(crate) only_at: Option<u64>,
    pub(crate) reply: tokio::sync::oneshot::Sender<Result<Done, ActError>>,
}

/// A session's name with its snapshot, for lists.
pub type SessionSnapshot = (SessionId, Arc<Snapshot>);
