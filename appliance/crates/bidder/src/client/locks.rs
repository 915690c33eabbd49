//! Locks before the opening: probes, new key packages, and the officers' ceremony.

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::{At, SessionId};
use bidroom_envelope::bid::record::{KeyPackageRecord, RecordDigest};
use bidroom_envelope::bid::signed::Signed;
use bidroom_unlocking::{
    PublishedRoom, Rewrap, RewrapError, Successor, agree, answer_probe, confirm_time, rewrap,
};
use bidroom_wire::promise::Acknowledgement;
use bidroom_wire::{
    Accepted, CeremonyView, PackagesAccepted, PackagesMaterial, ProbeBody, ProbeMaterial, ReceiptBody,
    ReplaceMaterial,
};

use super::{Client, ClientError};
use crate::locks::AnyLock;

impl Client {
    /// 验锁: has the room challenge the lock, and answers. For officers, and for bidders whose bid is sealed to the lock.
    ///
    /// # Errors
    /// [`ClientError`]; `lock_changed` where the bid is sealed to other locks.
    pub async fn probe(&self, room: &PublishedRoom, lock: &AnyLock) -> Result<Acknowledgement, ClientError> {
        let session = room.session();
        let certificate = Base64Bytes(lock.identity().encryption_certificate().der().to_vec());
        let material: ProbeMaterial = self
            .post("the challenge", &format!("sessions/{session}/probe"), &ProbeBody { certificate })
            .await?;
        let body = answer_probe(room, &material, lock)?;
        let statement = Sm3Digest::of(&body.statement.0);
        let path = format!("sessions/{session}/probe-answer");
        let accepted: Accepted = self.post("the probe", &path, &body).await?;
        Ok(room.check_acknowledgement(&accepted, Some(statement))?)
    }

    /// The key packages of the own bid that count, not checked.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn packages(&self, session: &SessionId) -> Result<PackagesMaterial, ClientError> {
        self.get("key packages", &format!("sessions/{session}/packages")).await
    }

    /// Makes new key packages with the lock and has them count; the receipt is checked.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn rewrap(
        &self,
        room: &PublishedRoom,
        lock: &AnyLock,
        change: &Rewrap<'_>,
    ) -> Result<ReceiptBody, ClientError> {
        let material = self.packages(&room.session()).await?;
        let body = rewrap(room, &material, lock, change)?;
        let record = Signed::<KeyPackageRecord>::parse(&body.record.0).map_err(RewrapError::from)?;
        let path = format!("sessions/{}/packages", room.session());
        let done: PackagesAccepted = self.post("key packages", &path, &body).await?;
        room.check_acknowledgement(&done.accepted, Some(Sm3Digest::of(&body.record.0)))?;
        room.check_receipt(&done.receipt, material.bid, Some(RecordDigest::of(record.json())))?;
        Ok(done.receipt)
    }

    /// Where the officers' ceremony stands; the room's word.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn ceremony(&self, session: &SessionId) -> Result<CeremonyView, ClientError> {
        self.get("the ceremony", &format!("sessions/{session}/ceremony")).await
    }

    /// 更换授权人: an officer agrees that `successor` takes a place, and gives its part so that the key is dealt again.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn replace(
        &self,
        room: &PublishedRoom,
        lock: &AnyLock,
        successor: &Successor,
    ) -> Result<Acknowledgement, ClientError> {
        let path = format!("sessions/{}/replace", room.session());
        let material: ReplaceMaterial = self.get("the replacement", &path).await?;
        let body = agree(room, &material, lock, successor)?;
        let statement = Sm3Digest::of(&body.statement.0);
        let accepted: Accepted = self.post("the replacement", &path, &body).await?;
        Ok(room.check_acknowledgement(&accepted, Some(statement))?)
    }

    /// 确认时间: an officer confirms the time after the step of the room's clock with this number.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn confirm_time(
        &self,
        room: &PublishedRoom,
        lock: &AnyLock,
        step: u64,
        at: At,
    ) -> Result<Acknowledgement, ClientError> {
        let statement = confirm_time(&room.session(), step, at);
        self.say(room, lock, "the time", "confirm-time", &statement).await
    }
}
