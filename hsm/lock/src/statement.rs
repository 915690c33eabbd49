//! Statements: everything a lock's holder can say to the room, as typed values with one encoding each.
//!
//! Owns the statements' fields, bounds and canonical JSON, and their signed form (GB/T 35275 SignedData). It must
//! not know whether a statement is admissible now.

use core::fmt;

use bidroom_canon::{CanonError, Hex32, Sm3Digest, from_canonical, to_canonical};
use bidroom_envelope::suite::cms::{SignedData, SignedError, SignedParseError, VerifyError};
use bidroom_envelope::suite::pki::Certificate;
use bidroom_envelope::suite::sm2::Sign;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A signed statement is a few kilobytes; longer input is not read.
pub(crate) const MAX_SIGNED: usize = 64 * 1024;
/// Characters of a room's or session's id.
const MAX_ID: usize = 128;
/// Characters of an objection.
const MAX_TEXT: usize = 2000;
/// Opening certificates: one per device of the room.
const MAX_CERTIFICATES: usize = 8;

/// What is said. Envelopes, attempts and share indices count from 1; times are milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "statement")]
pub enum Statement {
    /// I am the holder of this lock and answer this challenge of this room.
    #[serde(rename = "bidroom/login/v1")]
    Login {
        /// The room's id.
        room: String,
        /// The room's fresh challenge.
        challenge: Hex32,
        /// When, by the holder's clock; shown, never decisive.
        at: i64,
    },
    /// 签到: I am present at this session.
    #[serde(rename = "bidroom/sign-in/v1")]
    SignIn {
        /// The session's id.
        session: String,
    },
    /// 解密: I give my lock share of this bid, re-enveloped to the opening certificates.
    #[serde(rename = "bidroom/consent/v1")]
    Consent(GivenShare),
    /// I, an officer, give my part of the officers' key of this envelope for this roster.
    #[serde(rename = "bidroom/authorise/v1")]
    Authorise {
        /// The session's id.
        session: String,
        /// Which envelope.
        envelope: u32,
        /// Which attempt at opening.
        attempt: u32,
        /// Which part.
        share_index: u32,
        /// `packages_digest` (sealed-bid specification, section 5) of the re-enveloped part, in the order of `opening_certificates`.
        package_digest: Sm3Digest,
        /// SM3 of the certificates the part is enveloped to.
        opening_certificates: Vec<Sm3Digest>,
        /// SM3 of the roster of bids that was published at the deadline.
        roster_digest: Sm3Digest,
        /// [`checkpoint_digest`] of the deadline's checkpoint.
        deadline_checkpoint: Sm3Digest,
    },
    /// 撤回: I withdraw this bid before the deadline.
    #[serde(rename = "bidroom/withdraw/v1")]
    Withdraw {
        /// The session's id.
        session: String,
        /// The bid.
        bid_digest: Sm3Digest,
    },
    /// 确认: I have seen this record of the opening and agree with it.
    #[serde(rename = "bidroom/confirm/v1")]
    Confirm {
        /// The session's id.
        session: String,
        /// SM3 of the table of opened bids.
        record: Sm3Digest,
    },
    /// 异议: I object to the opening.
    #[serde(rename = "bidroom/object/v1")]
    Object {
        /// The session's id.
        session: String,
        /// SM3 of the table of opened bids.
        record: Sm3Digest,
        /// The objection.
        text: String,
    },
    /// 签署: I, of the staff, sign the record of the opening as it was fixed when the session was closed.
    #[serde(rename = "bidroom/sign-record/v1")]
    SignRecord {
        /// The session's id.
        session: String,
        /// SM3 of the table of opened bids.
        record: Sm3Digest,
        /// [`checkpoint_digest`] of the checkpoint that closes the session: fates, confirmations, objections and
        /// answers are signed with it.
        checkpoint: Sm3Digest,
    },
    /// 验锁: this lock has opened this challenge of the room and answers it.
    #[serde(rename = "bidroom/probe/v1")]
    Probe {
        /// The session's id.
        session: String,
        /// SM3 of the room's signed challenge.
        challenge: Sm3Digest,
        /// The answer, a MAC under the secret that the challenge enveloped.
        answer: Hex32,
    },
    /// 更换授权人: I, an officer, give my part of the officers' key so that it is dealt again to these officers.
    #[serde(rename = "bidroom/replace-officers/v1")]
    ReplaceOfficers {
        /// The session's id.
        session: String,
        /// Which envelope.
        envelope: u32,
        /// Version of the dealing to come, from 2.
        version: u32,
        /// Digest of the dealing that my part is of.
        deal: Sm3Digest,
        /// Which part.
        share_index: u32,
        /// `packages_digest` (sealed-bid specification, section 5) of the re-enveloped part, in the order of `opening_certificates`.
        package_digest: Sm3Digest,
        /// SM3 of the certificates the part is enveloped to.
        opening_certificates: Vec<Sm3Digest>,
        /// SM3 of the canonical list of all officers as they will be.
        officers: Sm3Digest,
    },
    /// 确认时间: I, an officer, have compared the room's clock after it was set, and this is the time.
    #[serde(rename = "bidroom/confirm-time/v1")]
    ConfirmTime {
        /// The session's id.
        session: String,
        /// Number of the step of the room's clock, from 1.
        step: u64,
        /// The time, milliseconds since 1970.
        at: i64,
    },
    /// 补救解密: I give the lock share of this bid that I kept when I sealed it, enveloped to the opening certificates.
    #[serde(rename = "bidroom/remedy/v1")]
    Remedy(GivenShare),
    /// 同意认定: I, the supervisor, agree with what the host decided on this bid that was not opened.
    #[serde(rename = "bidroom/agree-fate/v1")]
    AgreeFate {
        /// The session's id.
        session: String,
        /// Credit code of the bidder.
        bidder: String,
        /// The fate: `revoked` or `withdrawn`.
        fate: String,
        /// Digest of the decision: bidder, fate, what the facts proposed, reason.
        decision: Sm3Digest,
    },
    /// 不同意认定: I, the supervisor, contest what the host decided on this bid.
    #[serde(rename = "bidroom/contest-fate/v1")]
    ContestFate {
        /// The session's id.
        session: String,
        /// Credit code of the bidder.
        bidder: String,
        /// The fate: `revoked` or `withdrawn`.
        fate: String,
        /// Digest of the decision.
        decision: Sm3Digest,
        /// Why.
        text: String,
    },
    /// 申请启用补救密钥: none of my locks is at hand; the trustees may give their parts of this bid's lock share.
    #[serde(rename = "bidroom/ask-remedy-key/v1")]
    AskRemedyKey {
        /// The session's id.
        session: String,
        /// Which envelope of the bid.
        envelope: u32,
        /// Which attempt at opening.
        attempt: u32,
        /// The bid.
        bid_digest: Sm3Digest,
        /// Why.
        text: String,
    },
    /// 同意启用补救密钥: I, the supervisor, agree with this request, which the host allowed.
    #[serde(rename = "bidroom/agree-remedy-key/v1")]
    AgreeRemedyKey {
        /// The session's id.
        session: String,
        /// Credit code of the bidder.
        bidder: String,
        /// SM3 of the bidder's signed request.
        request: Sm3Digest,
    },
    /// 交出补救份额: I, a trustee, give my part of the lock share of this bid, enveloped to the opening certificates.
    #[serde(rename = "bidroom/remedy-part/v1")]
    RemedyPart {
        /// SM3 of the bidder's signed request.
        request: Sm3Digest,
        /// Which trustee's part, from 1.
        share_index: u32,
        /// For which bid and attempt, and how it is enveloped.
        #[serde(flatten)]
        given: GivenShare,
    },
    /// 评标: I do this in the evaluation.
    #[serde(rename = "bidroom/evaluate/v1")]
    Evaluate {
        /// The session's id.
        session: String,
        /// Index of the member of the committee who acts; none for everybody else.
        member: Option<u8>,
        /// [`checkpoint_digest`] of the checkpoint that the signer has seen.
        checkpoint: Sm3Digest,
        /// SM3 of the picture of the signature by hand, where there is one.
        handwriting: Option<Sm3Digest>,
        /// What is done: a command of the evaluation.
        act: Value,
    },
}

/// The lock share of a bid or a part of it, enveloped to the opening certificates, and what it is given for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenShare {
    /// The session's id.
    pub session: String,
    /// Which envelope of the bid.
    pub envelope: u32,
    /// Which attempt at opening.
    pub attempt: u32,
    /// The bid.
    pub bid_digest: Sm3Digest,
    /// `packages_digest` (sealed-bid specification, section 5) of the enveloped shares, in the order of
    /// `opening_certificates`.
    pub share_package_digest: Sm3Digest,
    /// SM3 of the certificates the shares are enveloped to.
    pub opening_certificates: Vec<Sm3Digest>,
    /// [`checkpoint_digest`] of the checkpoint that the holder has seen.
    pub checkpoint: Sm3Digest,
}

/// A statement's kind, without its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatementKind {
    /// [`Statement::Login`].
    Login,
    /// [`Statement::SignIn`].
    SignIn,
    /// [`Statement::Consent`].
    Consent,
    /// [`Statement::Authorise`].
    Authorise,
    /// [`Statement::Withdraw`].
    Withdraw,
    /// [`Statement::Confirm`].
    Confirm,
    /// [`Statement::Object`].
    Object,
    /// [`Statement::SignRecord`].
    SignRecord,
    /// [`Statement::Probe`].
    Probe,
    /// [`Statement::ReplaceOfficers`].
    ReplaceOfficers,
    /// [`Statement::ConfirmTime`].
    ConfirmTime,
    /// [`Statement::Remedy`].
    Remedy,
    /// [`Statement::AgreeFate`].
    AgreeFate,
    /// [`Statement::ContestFate`].
    ContestFate,
    /// [`Statement::AskRemedyKey`].
    AskRemedyKey,
    /// [`Statement::AgreeRemedyKey`].
    AgreeRemedyKey,
    /// [`Statement::RemedyPart`].
    RemedyPart,
    /// [`Statement::Evaluate`].
    Evaluate,
}

/// Why a statement is not made or not accepted.
#[derive(Debug, thiserror::Error)]
pub enum StatementError {
    /// Longer than any statement.
    #[error("{0} bytes are too long for a statement")]
    TooLong(usize),
    /// Not a signed message in BidRoom's encoding.
    #[error(transparent)]
    Message(#[from] SignedParseError),
    /// The signature is not accepted.
    #[error(transparent)]
    Signature(#[from] VerifyError),
    /// The signed content is not a statement.
    #[error("not a statement: {0}")]
    Content(#[from] CanonError),
    /// Another kind of statement than was expected here.
    #[error("a statement of kind {found:?} instead of {expected:?}")]
    Kind {
        /// What the receiver expects.
        expected: StatementKind,
        /// What was said.
        found: StatementKind,
    },
    /// A field is out of its bounds.
    #[error("the field {0} of the statement is out of bounds")]
    Field(&'static str),
    /// The lock did not sign.
    #[error(transparent)]
    Sign(#[from] SignedError),
}

impl Statement {
    /// The statement's kind.
    pub const fn kind(&self) -> StatementKind {
        match self {
            Self::Login { .. } => StatementKind::Login,
            Self::SignIn { .. } => StatementKind::SignIn,
            Self::Consent(_) => StatementKind::Consent,
            Self::Authorise { .. } => StatementKind::Authorise,
            Self::Withdraw { .. } => StatementKind::Withdraw,
            Self::Confirm { .. } => StatementKind::Confirm,
            Self::Object { .. } => StatementKind::Object,
            Self::SignRecord { .. } => StatementKind::SignRecord,
            Self::Probe { .. } => StatementKind::Probe,
            Self::ReplaceOfficers { .. } => StatementKind::ReplaceOfficers,
            Self::ConfirmTime { .. } => StatementKind::ConfirmTime,
            Self::Remedy(_) => StatementKind::Remedy,
            Self::AgreeFate { .. } => StatementKind::AgreeFate,
            Self::ContestFate { .. } => StatementKind::ContestFate,
            Self::AskRemedyKey { .. } => StatementKind::AskRemedyKey,
            Self::AgreeRemedyKey { .. } => StatementKind::AgreeRemedyKey,
            Self::RemedyPart { .. } => StatementKind::RemedyPart,
            Self::Evaluate { .. } => StatementKind::Evaluate,
        }
    }

    /// The session it is for; a login is for a room.
    pub fn session(&self) -> Option<&str> {
        match self {
            Self::Login { .. } => None,
            Self::SignIn { session }
            | Self::Consent(GivenShare { session, .. })
            | Self::Authorise { session, .. }
            | Self::Withdraw { session, .. }
            | Self::Confirm { session, .. }
            | Self::Object { session, .. }
            | Self::SignRecord { session, .. }
            | Self::Probe { session, .. }
            | Self::ReplaceOfficers { session, .. }
            | Self::ConfirmTime { session, .. }
            | Self::Remedy(GivenShare { session, .. })
            | Self::AgreeFate { session, .. }
            | Self::ContestFate { session, .. }
            | Self::AskRemedyKey { session, .. }
            | Self::AgreeRemedyKey { session, .. }
            | Self::Evaluate { session, .. }
            | Self::RemedyPart { given: GivenShare { session, .. }, .. } => Some(session),
        }
    }

    /// The canonical JSON that is signed.
    ///
    /// # Errors
    /// [`StatementError::Field`] or [`StatementError::Content`].
    pub fn to_canonical(&self) -> Result<Vec<u8>, StatementError> {
        self.check()?;
        Ok(to_canonical(self)?)
    }

    fn check(&self) -> Result<(), StatementError> {
        let need = |holds: bool, field| if holds { Ok(()) } else { Err(StatementError::Field(field)) };
        let is_id = |id: &str| {
            let length = id.chars().count();
            (1..=MAX_ID).contains(&length) && !id.chars().any(char::is_control)
        };
        if let Some(session) = self.session() {
            need(is_id(session), "session")?;
        }
        match self {
            Self::Login { room, .. } => need(is_id(room), "room"),
            Self::Consent(given) | Self::Remedy(given) | Self::RemedyPart { given, .. } => {
                need(given.envelope > 0, "envelope")?;
                need(given.attempt > 0, "attempt")?;
                if let Self::RemedyPart { share_index, .. } = self {
                    need(*share_index > 0, "share_index")?;
                }
                need(is_set(&given.opening_certificates), "opening_certificates")
            }
            Self::AskRemedyKey { envelope, attempt, text, .. } => {
                need(*envelope > 0, "envelope")?;
                need(*attempt > 0, "attempt")?;
                need(is_text(text), "text")
            }
            Self::AgreeRemedyKey { bidder, .. } => need(is_id(bidder), "bidder"),
            Self::Authorise { envelope, attempt, share_index, opening_certificates, .. } => {
                need(*envelope > 0, "envelope")?;
                need(*attempt > 0, "attempt")?;
                need(*share_index > 0, "share_index")?;
                need(is_set(opening_certificates), "opening_certificates")
            }
            Self::Object { text, .. } => need(is_text(text), "text"),
            Self::ReplaceOfficers { envelope, version, share_index, opening_certificates, .. } => {
                need(*envelope > 0, "envelope")?;
                need(*version > 1, "version")?;
                need(*share_index > 0, "share_index")?;
                need(is_set(opening_certificates), "opening_certificates")
            }
            Self::ConfirmTime { step, .. } => need(*step > 0, "step"),
            Self::Evaluate { member, act, .. } => {
                need(*member != Some(0), "member")?;
                need(act.is_object(), "act")
            }
            Self::AgreeFate { bidder, fate, .. } => {
                need(is_id(bidder), "bidder")?;
                need(is_fate(fate), "fate")
            }
            Self::ContestFate { bidder, fate, text, .. } => {
                need(is_id(bidder), "bidder")?;
                need(is_fate(fate), "fate")?;
                need(is_text(text), "text")
            }
            Self::SignIn { .. }
            | Self::Withdraw { .. }
            | Self::Confirm { .. }
            | Self::SignRecord { .. }
            | Self::Probe { .. } => Ok(()),
        }
    }
}

/// The words for what becomes of a bid that was not opened.
fn is_fate(word: &str) -> bool {
    matches!(word, "revoked" | "withdrawn")
}

/// A reason or objection that says something.
fn is_text(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= MAX_TEXT
}

/// At least one, not too many, none twice; the order is the packages'.
fn is_set(certificates: &[Sm3Digest]) -> bool {
    let twice =
        certificates.iter().enumerate().any(|(at, one)| certificates.iter().skip(at + 1).any(|o| o == one));
    (1..=MAX_CERTIFICATES).contains(&certificates.len()) && !twice
}

/// The digest by which statements name a checkpoint: SM3 of the signed note's bytes.
pub fn checkpoint_digest(note: &[u8]) -> Sm3Digest {
    Sm3Digest::of(note)
}

/// A statement whose signature belongs to the certificate with it. Whether that certificate is to be believed, and
/// whose it is, is for the receiver to check.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedStatement {
    statement: Statement,
    certificate: Certificate,
    der: Vec<u8>,
}

impl SignedStatement {
    /// Signs `statement` with `signer`, whose certificate goes with it.
    ///
    /// # Errors
    /// [`StatementError`].
    pub fn sign(
        statement: &Statement,
        certificate: &Certificate,
        signer: &(impl Sign + ?Sized),
    ) -> Result<Self, StatementError> {
        let der = SignedData::sign(&statement.to_canonical()?, certificate, signer)?;
        Ok(Self { statement: statement.clone(), certificate: certificate.clone(), der })
    }

    /// Reads a statement of the `expected` kind and checks its signature.
    ///
    /// # Errors
    /// [`StatementError`].
    pub fn verify(der: &[u8], expected: StatementKind) -> Result<Self, StatementError> {
        let signed = Self::verify_any(der)?;
        let found = signed.statement.kind();
        if found == expected { Ok(signed) } else { Err(StatementError::Kind { expected, found }) }
    }

    /// Reads a statement of any kind and checks its signature.
    ///
    /// # Errors
    /// [`StatementError`].
    pub fn verify_any(der: &[u8]) -> Result<Self, StatementError> {
        if der.len() > MAX_SIGNED {
            return Err(StatementError::TooLong(der.len()));
        }
        let message = SignedData::parse_own(der)?;
        let certificate = message.verify()?.certificate;
        let statement: Statement = from_canonical(message.content())?;
        statement.check()?;
        Ok(Self { statement, certificate, der: der.to_vec() })
    }

    /// What is said.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// Whose key signed.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The signed message, DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SM3 of the signed message.
    pub fn digest(&self) -> Sm3Digest {
        Sm3Digest::of(&self.der)
    }
}

impl fmt::Debug for SignedStatement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignedStatement({:?} by {})", self.statement, self.certificate.subject())
    }
}
