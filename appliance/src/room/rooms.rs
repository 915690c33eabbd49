//! All sessions of the room.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use bidroom_domain::SessionId;

use super::actor::{ActorParts, RoomHandle, start};
use super::{SessionSnapshot, Snapshot};
use crate::clock::RoomClock;
use crate::error::Fault;
use crate::live::{Hub, HubParts};
use crate::signer::Signer;
use crate::store::Store;

/// Does the work that a state asks for, outside of the actor. Called after every batch of such a state, and after a
/// start: it must notice what is under way or done.
pub trait Opener: Send + Sync {
    /// Opens all fixed bids and records the outcome.
    fn open(&self, room: &RoomHandle);
    /// Verifies the bodies of opened bids, one after the other.
    fn verify_bodies(&self, room: &RoomHandle);
}

/// What sessions work with.
pub struct RoomsParts {
    /// Store.
    pub store: Arc<Store>,
    /// The room's voice.
    pub signer: Signer,
    /// The room's clock.
    pub clock: Arc<dyn RoomClock>,
    /// Who opens.
    pub opener: Arc<dyn Opener>,
    /// Most viewers of a session.
    pub most_viewers: usize,
}

/// All sessions of the room, by id.
pub struct Rooms {
    parts: ActorParts,
    signer: Signer,
    most_viewers: usize,
    sessions: RwLock<BTreeMap<SessionId, RoomHandle>>,
}

impl Rooms {
    /// Starts the actors of all sessions that have a log.
    ///
    /// # Errors
    /// A [`Fault`] that names the session whose log is damaged.
    pub fn open(parts: RoomsParts) -> Result<Self, Fault> {
        let RoomsParts { store, signer, clock, opener, most_viewers } = parts;
        let sessions = store.sessions()?;
        let rooms = Self {
            parts: ActorParts { store, custodian: signer.custodian().clone(), clock, opener },
            signer,
            most_viewers,
            sessions: RwLock::default(),
        };
        for session in sessions {
            rooms.start(session)?;
        }
        Ok(rooms)
    }

    /// The session with this id.
    pub fn get(&self, session: &SessionId) -> Option<RoomHandle> {
        self.sessions.read().unwrap_or_else(PoisonError::into_inner).get(session).cloned()
    }

    /// The session with this id, started with an empty log if there is none yet.
    ///
    /// # Errors
    /// A [`Fault`].
    pub fn start(&self, session: SessionId) -> Result<RoomHandle, Fault> {
        let mut sessions = self.sessions.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(handle) = sessions.get(&session) {
            return Ok(handle.clone());
        }
        let hub = Hub::start(HubParts {
            session: session.clone(),
            store: self.parts.store.clone(),
            signer: self.signer.clone(),
            clock: self.parts.clock.clone(),
            most_viewers: self.most_viewers,
        });
        let handle = start(self.parts.clone(), session.clone(), hub)?;
        sessions.insert(session, handle.clone());
        Ok(handle)
    }

    /// All sessions with their snapshots, except those in which nothing happened yet.
    pub fn list(&self) -> Vec<SessionSnapshot> {
        let sessions = self.sessions.read().unwrap_or_else(PoisonError::into_inner);
        let snapshot = |(id, handle): (&SessionId, &RoomHandle)| (id.clone(), handle.snapshot());
        sessions.iter().map(snapshot).filter(|(_, snapshot): &(_, Arc<Snapshot>)| snapshot.size > 0).collect()
    }

    /// Lets time take effect in all sessions.
    pub fn tick(&self) {
        for handle in self.sessions.read().unwrap_or_else(PoisonError::into_inner).values() {
            handle.tick();
            handle.hub().tick();
        }
    }
}
