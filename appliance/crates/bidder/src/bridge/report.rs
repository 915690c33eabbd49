//! What went wrong on this computer while a share was asked for, told to the room: the facts by which the fate of a bid is
//! proposed. The helper tells it in its own name as well as through the page, which may be closed by then.
//!
//! Must not know: what the lock was given. Whatever happens with a key looks the same here, as everywhere outside.

use std::sync::Arc;

use bidroom_canon::Base64Bytes;
use bidroom_domain::SessionId;
use bidroom_domain::opening::Trouble;
use bidroom_lock::{Lock, LockIdentity, LockKind, SignedStatement, Statement};
use bidroom_locks::{LockTrouble, PinTries};
use bidroom_unlocking::{PublishedRoom, mismatch_of};
use bidroom_wire::bridge::BridgeRefusal;
use bidroom_wire::{Answer, LoginBody, UnlockMaterial};

use super::device::Watched;
use super::hand::{Hand, Stages};
use super::refused::Refused;
use super::rooms::Found;
use crate::client::Client;

/// The fact in a lock's trouble, if it is one: a PIN that was not tried is none.
pub(super) fn fact_of(trouble: &LockTrouble) -> Option<Trouble> {
    let device = |code: &str| Some(Trouble::Device { code: code.to_owned() });
    match trouble {
        LockTrouble::Absent { .. } | LockTrouble::Removed { .. } => Some(Trouble::NoLock {}),
        LockTrouble::WrongPin { left, .. } => Some(match left {
            left if left.is_locked() => Trouble::PinLocked {},
            PinTries::Exact { left, .. } => Trouble::PinWrong { left: Some(*left) },
            PinTries::Last => Trouble::PinWrong { left: Some(1) },
            _ => Trouble::PinWrong { left: None },
        }),
        LockTrouble::PinLocked { .. } => Some(Trouble::PinLocked {}),
        LockTrouble::LastTry { .. } | LockTrouble::PinRefusedBefore { .. } | LockTrouble::PinShape { .. } => {
            None
        }
        LockTrouble::Replaced { .. } => device("lock_replaced"),
        LockTrouble::PinNotSet { .. } => device("pin_not_set"),
        LockTrouble::Cannot { .. } => device("lock_cannot"),
        _ => device(BridgeRefusal::LockFailed.code()),
    }
}

/// The fact in a refusal of the helper's own.
pub(super) fn fact_in(refusal: BridgeRefusal) -> Option<Trouble> {
    matches!(refusal, BridgeRefusal::LockFailed | BridgeRefusal::Slow)
        .then(|| Trouble::Device { code: refusal.code().to_owned() })
}

impl Hand {
    /// Hands in, and tells the room if it could not be done.
    pub(super) async fn unlock(
        &mut self,
        material: UnlockMaterial,
        stages: &Stages,
    ) -> Result<Answer, Refused> {
        let session = material.session.clone();
        let sealed_to = material.packages.iter().map(|package| package.tail.clone()).collect();
        let done = self.hand_in(material, stages).await;
        match &done {
            Ok(Answer::NotSealedTo(_)) => {
                if let Some(identity) = self.chosen.as_ref().map(|chosen| chosen.identity.clone()) {
                    let reported = self.tell_mismatch(&session, &identity).await;
                    let present = identity.encryption_certificate().tail();
                    stages.trouble(Trouble::WrongLock { present, sealed_to }, reported);
                }
            }
            Err(Refused { fact: Some(trouble), .. }) => {
                let trouble = trouble.clone();
                let reported = self.tell_trouble(&session, &trouble).await;
                stages.trouble(trouble, reported);
            }
            Ok(_) | Err(_) => {}
        }
        done
    }

    /// Logs in by itself while the lock works: when it does not, nobody else can say so in its holder's name. The holder
    /// has just agreed to log in to this room. Without it the page tells the room.
    pub(super) async fn find_voice(&mut self, room: &str) {
        let bidder = |identity: &LockIdentity| identity.kind() != LockKind::Officer;
        let Some(held) = self.held.clone().filter(|held| bidder(held.identity())) else { return };
        if self.voice.is_some() {
            return;
        }
        let Some(mut path) = self.rooms.paths().into_iter().next() else { return };
        let Ok(challenge) = path.login_challenge(room).await else { return };
        let statement =
            Statement::Login { room: challenge.room, challenge: challenge.challenge, at: challenge.at.0 };
        let signed = self
            .device
            .run(move || {
                let lock = Watched::new(held);
                let certificate = lock.identity().signing_certificate();
                SignedStatement::sign(&statement, certificate, &lock).map(|signed| signed.der().to_vec())
            })
            .await;
        let Ok(Ok(signed)) = signed else { return };
        if path.log_in_with(&LoginBody { statement: Base64Bytes(signed) }).await.is_ok() {
            self.voice = Some(path);
        }
    }

    async fn tell_trouble(&mut self, session: &SessionId, trouble: &Trouble) -> bool {
        let Some((voice, room)) = self.voice_for(session).await else { return false };
        voice.report_trouble(&room, trouble).await.is_ok()
    }

    async fn tell_mismatch(&mut self, session: &SessionId, identity: &LockIdentity) -> bool {
        let Some((voice, room)) = self.voice_for(session).await else { return false };
        let Ok(body) = mismatch_of(identity) else { return false };
        voice.report_mismatch_of(&room, &body).await.is_ok()
    }

    async fn voice_for(&mut self, session: &SessionId) -> Option<(Client, Arc<PublishedRoom>)> {
        let voice = self.voice.clone()?;
        match self.rooms.of(session).await {
            Ok(Found::Pinned(room)) => Some((voice, room)),
            _ => None,
        }
    }

    /// The helper's own login ends with the pairing; whether the room hears it changes nothing.
    pub(super) fn fall_silent(&mut self) {
        if let Some(mut voice) = self.voice.take() {
            drop(tokio::spawn(async move { drop(voice.log_out().await) }));
        }
    }
}

#[cfg(test)]
mod tests {
    use bidroom_locks::LockName;

    use super::*;

    fn lock() -> LockName {
        LockName { kind: None, tail: "A1B2".to_owned() }
    }

    #[test]
    fn only_what_was_tried_is_a_fact_and_keys_tell_nothing() {
        let wrong = |left| fact_of(&LockTrouble::WrongPin { lock: lock(), left });
        assert_eq!(wrong(PinTries::Exact { left: 2, of: 8 }), Some(Trouble::PinWrong { left: Some(2) }));
        assert_eq!(wrong(PinTries::Low), Some(Trouble::PinWrong { left: None }));
        assert_eq!(wrong(PinTries::Locked), Some(Trouble::PinLocked {}));
        assert_eq!(fact_of(&LockTrouble::Absent { lock: lock() }), Some(Trouble::NoLock {}));
        assert_eq!(fact_of(&LockTrouble::PinShape { least: 6, most: 16 }), None);
        let failed = Some(Trouble::Device { code: "lock_failed".into() });
        assert_eq!(fact_of(&LockTrouble::Unopened { lock: lock() }), failed);
        assert_eq!(fact_of(&LockTrouble::OtherKey { lock: lock(), signing: false }), failed);
        assert_eq!(fact_in(BridgeRefusal::LockFailed), failed);
        assert_eq!(fact_in(BridgeRefusal::Declined), None);
    }
}
