//! The hub among the room's parts: its log in the store, its time from the clock, signed by custody.

use std::sync::Arc;

use bidroom_canon::Base64Bytes;
use bidroom_domain::{At, SessionId};
use bidroom_wire::SignedClock;

use super::hub::{Hub, Timekeeper};
use super::source::StoredLog;
use crate::clock::RoomClock;
use crate::signer::Signer;
use crate::store::Store;

/// What a hub works with.
pub struct HubParts {
    /// Whose log it shows.
    pub session: SessionId,
    /// Where the log is.
    pub store: Arc<Store>,
    /// What signs the clock.
    pub signer: Signer,
    /// The room's clock.
    pub clock: Arc<dyn RoomClock>,
    /// Most viewers at once.
    pub most_viewers: usize,
}

struct RoomTime {
    signer: Signer,
    clock: Arc<dyn RoomClock>,
}

impl Timekeeper for RoomTime {
    fn now(&self) -> At {
        self.clock.now()
    }

    fn signed(&self) -> Option<SignedClock> {
        self.signer
            .clock(self.clock.now(), self.clock.quality())
            .inspect_err(|error| tracing::error!(%error, "the clock cannot be signed"))
            .ok()
    }

    fn unsigned(&self) -> SignedClock {
        SignedClock { at: self.clock.now(), quality: self.clock.quality(), signature: Base64Bytes::default() }
    }
}

impl Hub {
    /// A hub that shows nothing yet: the actor publishes the log's entries first. Inside the tokio runtime events
    /// close together become one frame; outside of it each batch is one.
    pub fn start(parts: HubParts) -> Arc<Self> {
        let HubParts { session, store, signer, clock, most_viewers } = parts;
        let log = Box::new(StoredLog { store, session });
        Arc::new(Self::over(log, Box::new(RoomTime { signer, clock }), most_viewers))
    }
}
