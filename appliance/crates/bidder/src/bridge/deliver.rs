//! Shares that were given and whose signed acknowledgement has not come: handed in again by the helper itself, by every
//! way it has; then the holder is sent to the counter. Handing in twice counts once.

use std::sync::Arc;

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_lock::{Lock as _, SignedStatement, Statement};
use bidroom_unlocking::PublishedRoom;
use bidroom_wire::bridge::{BridgeRefusal, Done, What};
use bidroom_wire::{Accepted, ConsentBody, LoginBody};

use super::agree::Deal;
use super::device::Watched;
use super::hand::{Hand, Stages};
use super::refused::Refused;
use super::sheet::Sheet;
use crate::client::Client;

/// A share that was given.
pub(super) struct Given {
    pub(super) room: Arc<PublishedRoom>,
    pub(super) body: ConsentBody,
}

impl Hand {
    /// The page says that the room has acknowledged a share. Only the room's own signature counts.
    pub(super) fn acknowledged(
        &mut self,
        statement: &Sm3Digest,
        accepted: &Accepted,
    ) -> Result<Done, Refused> {
        let Some(given) = self.given.get(statement) else { return Ok(Done::Noted) };
        let checked = given.room.check_acknowledgement(accepted, Some(*statement));
        checked.map_err(|error| Refused::detailed(BridgeRefusal::OtherRecord, error))?;
        self.given.remove(statement);
        Ok(Done::Noted)
    }

    /// Hands a share in that was not acknowledged in time; nothing if it was.
    pub(super) async fn deliver(&mut self, statement: &Sm3Digest, stages: &Stages) -> Option<What> {
        let given = self.given.remove(statement)?;
        for path in self.rooms.paths() {
            if let Some(accepted) = self.by(path, &given, stages).await {
                return Some(What::Delivered { statement: *statement, accepted });
            }
        }
        let sheet = self.tongue.counter(&given.room);
        self.show_beside(sheet);
        Some(What::Undelivered { statement: *statement })
    }

    async fn by(&mut self, mut path: Client, given: &Given, stages: &Stages) -> Option<Accepted> {
        let name = &given.room.keys().name;
        let held = self.held.clone()?;
        // The holder has agreed to log in to this room; nothing else is signed here.
        if !self.agreed.contains(&Deal::log_in(Sheet::default(), name).content) {
            return None;
        }
        let challenge = path.login_challenge(name).await.ok()?;
        let statement =
            Statement::Login { room: challenge.room, challenge: challenge.challenge, at: challenge.at.0 };
        let work = move |lock: &Watched| {
            SignedStatement::sign(&statement, lock.identity().signing_certificate(), lock)
                .map(|signed| Base64Bytes(signed.der().to_vec()))
                .map_err(|error| Refused::statement(&error.into()))
        };
        let signed = self.with(held, stages, work).await.ok()?;
        path.log_in_with(&LoginBody { statement: signed }).await.ok()?;
        let handed_in = path.hand_in(&given.room, &given.body).await;
        // The login ends here; whether the room hears it changes nothing.
        drop(path.log_out().await);
        handed_in.ok().map(|(accepted, _)| accepted)
    }
}
