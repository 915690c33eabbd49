//! Authorising, unlocking, announcing, confirming.

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::opening::{Fate, LockKind, Trouble};
use bidroom_domain::{At, Bidder, CreditCode, SessionId, StaffRole};
use serde::{Deserialize, Serialize};

/// `POST /api/v1/sessions/{id}/commands`: what the host does. Every command says what it expects, so that two hosts
/// acting at once do a thing once: the second gets a refusal that says who was first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum HostCommand {
    /// Opens the unlock window.
    StartUnlock,
    /// Stops its clock.
    StopClock {
        /// Why.
        reason: String,
    },
    /// Lets it run on.
    ResumeClock,
    /// Stops one bidder's window.
    HoldBidder {
        /// Whose.
        bidder: CreditCode,
        /// Why.
        reason: String,
    },
    /// Lets it run on.
    ReleaseBidder {
        /// Whose.
        bidder: CreditCode,
    },
    /// Allows a bidder's request for the remedy key.
    AllowRemedyKey {
        /// Whose.
        bidder: CreditCode,
        /// SM3 of the signed request.
        request: Sm3Digest,
        /// Why.
        reason: String,
    },
    /// Ends collecting; all bids are opened together.
    CloseUnlock,
    /// Decides the fate of a bid that was not unlocked.
    AttributeBid {
        /// Whose.
        bidder: CreditCode,
        /// Its fate.
        fate: Fate,
        /// Why.
        reason: String,
    },
    /// Has a row read aloud.
    AnnounceBid {
        /// Roster number of the row.
        number: u32,
    },
    /// Ends the reading.
    FinishAnnouncing,
    /// Answers an objection.
    AnswerObjection {
        /// Its number.
        objection: u32,
        /// The answer.
        text: String,
    },
    /// Closes the opening.
    CloseSession,
    /// Says why nobody signs the record in a role.
    RecordAbsence {
        /// The role.
        role: StaffRole,
        /// Why.
        reason: String,
    },
}

/// Answer to anything that became an event: it is durable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// When.
    pub at: At,
    /// Number of the ledger's entry; none before the deadline.
    pub entry: Option<u64>,
    /// The room's signed acknowledgement (SignedData DER over canonical JSON).
    pub acknowledgement: Base64Bytes,
}

/// A statement of a bidder: sign-in, confirmation, objection (`POST …/sign-in`, `…/confirm`, `…/object`).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StatementBody {
    /// SignedData DER.
    pub statement: Base64Bytes,
}

/// `GET /api/v1/sessions/{id}/sign-record`: what a member of staff signs, once the session is closed. The answer is a
/// [`StatementBody`] (`POST` to the same address).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignRecordMaterial {
    /// Session.
    pub session: SessionId,
    /// SM3 of the table of opened bids.
    pub record: Sm3Digest,
    /// The checkpoint note that first covers `session.closed`; the statement names its SM3.
    pub checkpoint: String,
}

/// `GET /api/v1/sessions/{id}/authorise`: what an officer's lock needs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AuthoriseMaterial {
    /// Session.
    pub session: SessionId,
    /// Envelope, from 1.
    pub envelope: u32,
    /// Attempt.
    pub attempt: u32,
    /// Index of the officer's share.
    pub index: u8,
    /// The share as it was dealt to the officer's lock (EnvelopedData DER).
    pub dealt: Base64Bytes,
    /// Canonical JSON of the dealing that counts, against which the part is checked.
    pub deal: String,
    /// The signed document of that dealing, where it is not the published one.
    #[serde(default)]
    pub redeal: Option<Base64Bytes>,
    /// Certificates of the opening keys (DER), main first.
    pub opening_certificates: Vec<Base64Bytes>,
    /// SM3 of the canonical roster.
    pub roster: Sm3Digest,
    /// SM3 of the deadline checkpoint's note.
    pub checkpoint: Sm3Digest,
}

/// Body of `POST /api/v1/sessions/{id}/authorise`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AuthoriseBody {
    /// The signed statement.
    pub statement: Base64Bytes,
    /// The share, enveloped to each opening certificate in their order.
    pub packages: Vec<Base64Bytes>,
}

/// A key package for one of the bidder's locks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LockPackage {
    /// SM3 of the encryption certificate it is for.
    pub recipient: Sm3Digest,
    /// Last four digits of that certificate's serial.
    pub tail: String,
    /// EnvelopedData DER.
    pub package: Base64Bytes,
}

/// `GET /api/v1/sessions/{id}/unlock`: what a bidder's lock needs to give its share.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UnlockMaterial {
    /// Session.
    pub session: SessionId,
    /// Envelope, from 1.
    pub envelope: u32,
    /// Attempt.
    pub attempt: u32,
    /// Digest of the bid.
    pub bid: Sm3Digest,
    /// Canonical JSON of the bid's core: the commitments the share must fit.
    pub core: String,
    /// Packages for the locks the bid was sealed to.
    pub packages: Vec<LockPackage>,
    /// Certificates of the opening keys (DER), main first.
    pub opening_certificates: Vec<Base64Bytes>,
    /// The checkpoint note with which collecting was opened; the consent names its SM3.
    pub checkpoint: String,
}

/// Body of `POST /api/v1/sessions/{id}/unlock`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ConsentBody {
    /// The signed consent.
    pub statement: Base64Bytes,
    /// The lock share, enveloped to each opening certificate in their order.
    pub packages: Vec<Base64Bytes>,
    /// SM3 of the encryption certificate of the lock that was used.
    pub lock: Sm3Digest,
    /// Main or sub lock, as the bidder's side says.
    pub kind: LockKind,
}

/// Body of `POST /api/v1/sessions/{id}/mismatch`: a lock was tried to which the bid is not sealed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MismatchBody {
    /// The encryption certificate of the lock that was present (DER).
    pub certificate: Base64Bytes,
    /// Main or sub lock, as the bidder's side says.
    pub kind: LockKind,
}

/// Body of `POST /api/v1/sessions/{id}/remedy`: the lock share that the bidder kept, for a bid none of whose locks is at
/// hand.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemedyBody {
    /// The signed statement.
    pub statement: Base64Bytes,
    /// The kept share, enveloped to each opening certificate in their order.
    pub packages: Vec<Base64Bytes>,
    /// Main or sub lock, as the bidder's side says of the lock that signed.
    pub kind: LockKind,
}

/// Body of `POST /api/v1/sessions/{id}/remedy-key`: a bidder asks that the trustees give their parts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AskRemedyKeyBody {
    /// The signed request.
    pub statement: Base64Bytes,
    /// Main or sub lock, as the bidder's side says of the lock that signed.
    pub kind: LockKind,
}

/// One request that waits for the caller's part; `GET /api/v1/sessions/{id}/remedy-key/parts` answers a list of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemedyPartMaterial {
    /// Whose bid.
    pub bidder: Bidder,
    /// Index of the caller's part.
    pub index: u8,
    /// The bidder's signed request (SignedData DER).
    pub request: Base64Bytes,
    /// The supervisor's signed agreement (SignedData DER).
    pub agreement: Base64Bytes,
    /// What a lock needs: `packages` has the part that the bidder sealed to the caller.
    pub material: UnlockMaterial,
}

/// Body of `POST /api/v1/sessions/{id}/remedy-key/parts`: a trustee's part.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemedyPartBody {
    /// The signed statement.
    pub statement: Base64Bytes,
    /// The part, enveloped to each opening certificate in their order.
    pub packages: Vec<Base64Bytes>,
}

/// Body of `POST /api/v1/sessions/{id}/trouble`: what went wrong on the bidder's side while it unlocked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TroubleBody {
    /// What.
    pub trouble: Trouble,
}
