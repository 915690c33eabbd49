//! The evaluation: what staff, bidders and members of the committee do and read.

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::SessionId;
use bidroom_envelope::suite::pki::Certificate;
use bidroom_lock::{LockError, OneDocument, SignedStatement};
use bidroom_unlocking::{ActedBy, PublishedRoom, act_statement};
use bidroom_wire::promise::Acknowledgement;
use bidroom_wire::{Accepted, ActBody, EvaluationLog, MemberCertificate, SeatPin, TerminalBody, TerminalIn};
use serde_json::Value;

use super::acts::sign;
use super::{Client, ClientError};
use crate::locks::AnyLock;
use crate::random::SystemRandom;

impl Client {
    /// The evaluation's part of the log as whoever is logged in may read it, from entry `from` on; not checked.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn evaluation_log(&self, session: &SessionId, from: u64) -> Result<EvaluationLog, ClientError> {
        self.get("the evaluation", &format!("sessions/{session}/evaluation/log?from={from}")).await
    }

    /// What the host does without a signature.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn evaluation_command(
        &self,
        room: &PublishedRoom,
        act: &Value,
    ) -> Result<Acknowledgement, ClientError> {
        let path = format!("sessions/{}/evaluation/commands", room.session());
        let accepted: Accepted = self.post("command", &path, act).await?;
        Ok(room.check_acknowledgement(&accepted, None)?)
    }

    /// Brings a sealed list of experts, as the host.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn import_list(
        &self,
        room: &PublishedRoom,
        sealed: Vec<u8>,
    ) -> Result<Acknowledgement, ClientError> {
        let path = format!("sessions/{}/evaluation/committee", room.session());
        let accepted: Accepted = self.post_bytes("the sealed list", &path, sealed).await?;
        Ok(room.check_acknowledgement(&accepted, None)?)
    }

    /// Has the sealed list opened, as the host.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn open_list(&self, room: &PublishedRoom) -> Result<Acknowledgement, ClientError> {
        let path = format!("sessions/{}/evaluation/committee/open", room.session());
        let accepted: Accepted = self.post("the sealed list", &path, &()).await?;
        Ok(room.check_acknowledgement(&accepted, None)?)
    }

    /// Does something in the evaluation, signed by a lock, over the newest checkpoint. `member` is the index of a member of
    /// the committee that has a lock of its own.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn act(
        &self,
        room: &PublishedRoom,
        lock: &AnyLock,
        member: Option<u8>,
        act: Value,
    ) -> Result<Acknowledgement, ClientError> {
        let note = self.newest_note(room).await?;
        let by = ActedBy { member, handwriting: None };
        let signed = sign(lock, &act_statement(room, &note, by, act)?)?;
        self.hand_in_act(room, &signed, None).await
    }

    /// The same by a member that has no lock: its terminal makes a key for this one act, the room's own CA certifies it, and
    /// the picture (PNG) of the signature by hand goes with it.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn act_by_hand(
        &self,
        room: &PublishedRoom,
        member: u8,
        handwriting: Vec<u8>,
        act: Value,
    ) -> Result<Acknowledgement, ClientError> {
        let note = self.newest_note(room).await?;
        let by = ActedBy { member: Some(member), handwriting: Some(Sm3Digest::of(&handwriting)) };
        let statement = act_statement(room, &note, by, act)?;
        let key = OneDocument::new(statement, &mut SystemRandom).map_err(LockError::from)?;
        let request = key.request().map_err(LockError::from)?;
        let path = format!("sessions/{}/evaluation/certificates", room.session());
        let made: MemberCertificate = self.post("the certificate", &path, &request).await?;
        let certificate = Certificate::from_der(&made.certificate.0).map_err(|error| {
            ClientError::Answer { what: "the certificate", status: 200, why: error.to_string() }
        })?;
        let signed = key.sign(&certificate).map_err(LockError::from)?;
        self.hand_in_act(room, &signed, Some(handwriting)).await
    }

    /// Hands in an act that was signed.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn hand_in_act(
        &self,
        room: &PublishedRoom,
        signed: &SignedStatement,
        handwriting: Option<Vec<u8>>,
    ) -> Result<Acknowledgement, ClientError> {
        let statement = Base64Bytes(signed.der().to_vec());
        let body = ActBody { statement, handwriting: handwriting.map(Base64Bytes) };
        let path = format!("sessions/{}/evaluation/acts", room.session());
        let accepted: Accepted = self.post("the act", &path, &body).await?;
        Ok(room.check_acknowledgement(&accepted, Some(signed.digest()))?)
    }

    /// Chair or host have the room compute the result, and fix it if nothing is left to be decided. Answers the outcome as
    /// the room says it; what counts is in the log.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn ask_result(&self, session: &SessionId) -> Result<Value, ClientError> {
        self.post("the result", &format!("sessions/{session}/evaluation/result"), &()).await
    }

    /// The newest checkpoint of the log.
    ///
    /// # Errors
    /// [`ClientError`]; none is there while the room owes it.
    pub async fn newest_note(&self, room: &PublishedRoom) -> Result<String, ClientError> {
        let log = self.evaluation_log(&room.session(), u64::MAX).await?;
        log.note.ok_or_else(|| ClientError::Answer {
            what: "the evaluation",
            status: 200,
            why: "the room owes its checkpoint; try again in a second".to_owned(),
        })
    }

    /// The host hands out a one-time PIN to a member who has its seat.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn seat_pin(&self, session: &SessionId, member: u8) -> Result<SeatPin, ClientError> {
        self.post("the PIN", &format!("sessions/{session}/evaluation/seats/{member}/pin"), &()).await
    }

    /// A member signs in at its terminal: from here on this client acts and reads as that member.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn sign_in_at_terminal(
        &mut self,
        session: &SessionId,
        body: &TerminalBody,
    ) -> Result<TerminalIn, ClientError> {
        let path = format!("sessions/{session}/evaluation/terminal");
        let signed_in: TerminalIn = self.post("the sign-in", &path, body).await?;
        self.set_token(Some(signed_in.token.clone()));
        Ok(signed_in)
    }
}
