//! What a page asks of its reader's keys, wherever these are: typed acts only, never bytes to sign.
//!
//! Whoever holds the keys builds every statement itself and checks what the room offers against the publication before
//! a key is used; a page only carries.

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::opening::BidAttributed;
use bidroom_domain::{At, CreditCode, SessionId};
use serde::{Deserialize, Serialize};

use crate::{
    Accepted, AskRemedyKeyBody, AuthoriseBody, AuthoriseMaterial, Challenge, ConsentBody, MismatchBody,
    PackagesBody, ProbeAnswerBody, ProbeMaterial, ReplaceBody, ReplaceMaterial, SignRecordMaterial,
    StatementBody, UnlockMaterial,
};

/// The room's publication for a lot, and the digest by which the log that the page has verified names it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinnedRoom {
    /// The signed publication (SignedData DER).
    pub publication: Base64Bytes,
    /// SM3 of it, as `keys.published` says in the verified log.
    pub digest: Sm3Digest,
    /// The room's time, at which the certificates in it must be valid.
    pub at: At,
}

/// One act.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Ask {
    /// Answer a login challenge.
    LogIn(Challenge),
    /// 签到.
    SignIn {
        /// The session.
        session: SessionId,
    },
    /// Confirm the record.
    Confirm {
        /// The session.
        session: SessionId,
        /// SM3 of the table of opened bids in the verified log.
        record: Sm3Digest,
    },
    /// Object.
    Object {
        /// The session.
        session: SessionId,
        /// SM3 of the table of opened bids in the verified log.
        record: Sm3Digest,
        /// The objection.
        text: String,
    },
    /// 验锁: answer the room's challenge to this lock's decryption key.
    Probe {
        /// Whose challenge it is.
        room: PinnedRoom,
        /// What the room offers.
        material: ProbeMaterial,
    },
    /// 更换授权人: agree that a lock takes an officer's place, and give the own part so that the key is dealt again.
    Replace {
        /// Whose opening keys it goes to.
        room: PinnedRoom,
        /// What the room offers.
        material: Box<ReplaceMaterial>,
        /// Who takes whose place.
        successor: SuccessorFiles,
    },
    /// 确认时间: confirm the room's time after its clock was set.
    ConfirmTime {
        /// The session.
        session: SessionId,
        /// Number of the step of the clock.
        step: u64,
        /// The room's time that was compared.
        at: At,
    },
    /// Check the room's acknowledgement of a statement that this holder made. No key is used.
    CheckAccepted {
        /// Whose acknowledgement it is.
        room: PinnedRoom,
        /// The session.
        session: SessionId,
        /// What the room answered.
        accepted: Accepted,
        /// SM3 of the signed statement.
        statement: Sm3Digest,
    },
    /// Re-wrap the bid's lock share to another lock of the same firm, before the deadline.
    Rewrap {
        /// Whose tender says which certificates are accepted.
        room: PinnedRoom,
        /// What the room offers: JSON of a [`PackagesMaterial`](crate::PackagesMaterial), which only the keys read.
        material: String,
        /// Encryption certificate of the lock that is added (DER).
        add: Base64Bytes,
    },
    /// Hand in the lock's share.
    HandIn {
        /// Whose opening keys it goes to.
        room: PinnedRoom,
        /// What the room offers.
        material: Box<UnlockMaterial>,
    },
    /// Hand in an officer's part.
    Authorise {
        /// Whose opening keys it goes to.
        room: PinnedRoom,
        /// What the room offers.
        material: Box<AuthoriseMaterial>,
        /// SM3 of the canonical roster in the verified log.
        roster: Sm3Digest,
    },
    /// The supervisor agrees with the fate of a bid, or contests it.
    JudgeFate {
        /// The session.
        session: SessionId,
        /// The decision in the verified log.
        decided: Box<BidAttributed>,
        /// Why not, where it is contested.
        contested: Option<String>,
    },
    /// A bidder asks that the trustees give their parts of its bid's lock share.
    AskRemedyKey {
        /// Whose tender declares the remedy key.
        room: PinnedRoom,
        /// What the room offers.
        material: Box<UnlockMaterial>,
        /// Why.
        reason: String,
    },
    /// The supervisor agrees with a request for the remedy key that the host has allowed.
    AgreeRemedyKey {
        /// The session.
        session: SessionId,
        /// Whose request.
        bidder: CreditCode,
        /// SM3 of the signed request, by the verified log.
        request: Sm3Digest,
    },
    /// Act in the evaluation: staff and bidders, who sign with a lock.
    #[cfg(feature = "acts")]
    Evaluate {
        /// Whose log it is.
        room: PinnedRoom,
        /// The session.
        session: SessionId,
        /// The checkpoint over what the page has shown.
        note: String,
        /// What is done: canonical JSON of an evaluation's command, which only the keys read.
        act: String,
    },
    /// Sign the record.
    SignRecord {
        /// Whose log it is.
        room: PinnedRoom,
        /// What the room offers.
        material: SignRecordMaterial,
        /// SM3 of the table of opened bids in the verified log.
        record: Sm3Digest,
        /// When the session was closed, by the verified log.
        closed: At,
        /// Entries of the verified log.
        size: u64,
    },
}

/// What came of an act that was done.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Answer {
    /// A signed statement.
    Said(StatementBody),
    /// The answer to a challenge.
    Probed(ProbeAnswerBody),
    /// The new key packages.
    Packages(PackagesBody),
    /// The share with its consent.
    Share(ConsentBody),
    /// The bid is not sealed to this lock; this tells the room which one was tried.
    NotSealedTo(MismatchBody),
    /// The request for the remedy key.
    Requested(AskRemedyKeyBody),
    /// The part with its authorisation.
    Part(AuthoriseBody),
    /// The part with its agreement to a replacement.
    Agreed(Box<ReplaceBody>),
    /// The acknowledgement is the room's, and of that statement.
    Checked,
}

/// Who takes an officer's place, as the files of the new lock's certificates say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuccessorFiles {
    /// Index of the share.
    pub index: u8,
    /// Signing certificate, PEM or DER.
    pub signing: Base64Bytes,
    /// Encryption certificate, PEM or DER.
    pub encryption: Base64Bytes,
}

/// Whose lock it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HolderKind {
    /// A bidder's main lock 主锁.
    Main,
    /// A bidder's sub lock 副锁.
    Sub,
    /// A lock of the staff 授权锁.
    Officer,
}

/// A lock as its holder sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PresentLock {
    /// Which kind.
    pub kind: HolderKind,
    /// Holder.
    pub holder: String,
    /// Certificate authority.
    pub authority: String,
    /// Serial of the signing certificate, upper-case hexadecimal.
    pub serial: String,
    /// Last four digits of the signing certificate's serial.
    pub tail: String,
    /// Last four digits of the encryption certificate's serial, to which bids are sealed.
    pub opens: String,
    /// The encryption certificate (DER): the room challenges its key, and a bid is sealed to it.
    pub encryption_certificate: Base64Bytes,
    /// When the certificates end.
    pub not_after: At,
}
