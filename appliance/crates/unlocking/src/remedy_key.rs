//! The remedy key: a bidder's request, the supervisor's agreement, and a trustee's part of a lock share.
//!
//! A trustee does not take the room's word for it that its part is wanted: it checks the bidder's signed request and the
//! supervisor's signed agreement with it, beside all that a bidder's lock checks of a room.

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::{At, CreditCode, SessionId, StaffRole, Trustee};
use bidroom_envelope::bid::core::Core;
use bidroom_envelope::bid::package::{OpenPackageError, SealPackageError};
use bidroom_envelope::bid::remedy::{open_sealed_part, seal_given_part};
use bidroom_envelope::suite::pki::Usage;
use bidroom_lock::{
    Lock, LockError, LockIdentity, SignedStatement, Statement, StatementError, StatementKind,
};
use bidroom_tender::PackageError;
use bidroom_trust::Refusal;
use bidroom_wire::text::Sentence;
use bidroom_wire::{AskRemedyKeyBody, RemedyPartBody, RemedyPartMaterial, UnlockMaterial};

use crate::consent::{check, check_scope, check_spoken, given, kind_of};
use crate::{GiveShareError, PublishedRoom};

/// Why a trustee's lock does not give its part. Nothing was signed and nothing left the lock.
#[derive(Debug, thiserror::Error)]
pub enum RemedyKeyError {
    /// The lock is not the one of the trustee with this part.
    #[error("the lock of {0} is not that of this trustee")]
    NotTheTrustee(String),
    /// The request is not one that this bidder signed for this bid.
    #[error("the bidder's request: {0}")]
    Request(String),
    /// The agreement is not one that a supervisor of the lot signed for this request.
    #[error("the supervisor's agreement: {0}")]
    Agreement(String),
    /// What the room hands out.
    #[error(transparent)]
    Give(#[from] GiveShareError),
}

impl From<OpenPackageError> for RemedyKeyError {
    fn from(error: OpenPackageError) -> Self {
        Self::Give(error.into())
    }
}

impl From<SealPackageError> for RemedyKeyError {
    fn from(error: SealPackageError) -> Self {
        Self::Give(error.into())
    }
}

impl From<StatementError> for RemedyKeyError {
    fn from(error: StatementError) -> Self {
        Self::Give(error.into())
    }
}

impl RemedyKeyError {
    /// What people are told.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::NotTheTrustee(_) => Sentence::new(
                "这把锁不是招标包列明的受托人的锁",
                "没有签名，也没有交出任何内容。请换用登记为受托人的那把锁。",
                "This is not the lock of the trustee that the tender package names",
                "Nothing was signed or given. Use the lock that is registered for the trustee.",
            ),
            Self::Request(_) => Sentence::new(
                "没有交出份额：看不到投标人为这份投标签名的申请",
                "没有签名，也没有交出任何内容。请与投标人和监督人员核实后再办理。",
                "No part was given: there is no request that this bidder signed for this bid",
                "Nothing was signed or given. Ask the bidder and the supervisor first.",
            ),
            Self::Agreement(_) => Sentence::new(
                "没有交出份额：看不到监督人员签名的同意",
                "没有签名，也没有交出任何内容。请与监督人员核实后再办理。",
                "No part was given: there is no agreement that the supervisor signed",
                "Nothing was signed or given. Ask the supervisor first.",
            ),
            Self::Give(error) => error.sentence(),
        }
    }
}

/// Checks what the room hands out to a bidder that asks for the remedy key, before anything is signed.
///
/// # Errors
/// [`GiveShareError`].
pub fn check_request_material(
    room: &PublishedRoom,
    material: &UnlockMaterial,
    identity: &LockIdentity,
) -> Result<(), GiveShareError> {
    kind_of(identity)?;
    check(room, material, identity, None).map(drop)
}

/// A bidder's signed request that the trustees give their parts; any lock of the bidder signs.
///
/// # Errors
/// [`GiveShareError`].
pub fn ask_remedy_key(
    room: &PublishedRoom,
    material: &UnlockMaterial,
    lock: &dyn Lock,
    reason: &str,
) -> Result<AskRemedyKeyBody, GiveShareError> {
    let kind = kind_of(lock.identity())?;
    check(room, material, lock.identity(), None)?;
    let statement = Statement::AskRemedyKey {
        session: material.session.to_string(),
        envelope: material.envelope,
        attempt: material.attempt,
        bid_digest: material.bid,
        text: reason.to_owned(),
    };
    let signed = SignedStatement::sign(&statement, lock.identity().signing_certificate(), lock)?;
    Ok(AskRemedyKeyBody { statement: Base64Bytes(signed.der().to_vec()), kind })
}

/// The statement of a supervisor that agrees with a request, which it read in the log.
pub fn agree_remedy_key(session: &SessionId, bidder: &CreditCode, request: Sm3Digest) -> Statement {
    Statement::AgreeRemedyKey { session: session.to_string(), bidder: bidder.to_string(), request }
}

/// Opens the trustee's part, envelopes it to the published opening keys and signs that it is given; only for a request
/// that the bidder signed and the supervisor agreed with, and only when the room proves that collecting has opened.
///
/// # Errors
/// [`RemedyKeyError`].
pub fn give_remedy_part(
    room: &PublishedRoom,
    asked: &RemedyPartMaterial,
    lock: &dyn Lock,
) -> Result<RemedyPartBody, RemedyKeyError> {
    let material = &asked.material;
    let trustee = trustee(room, asked.index, lock.identity())?;
    let core = check_spoken(room, material, None)?;
    check_scope(room, &core, asked.bidder.code.as_str())?;
    let request = check_request(room, asked)?;
    check_agreement(room, asked, request)?;
    let certificate = lock.identity().encryption_certificate();
    let sealed = material.packages.iter().find(|package| package.recipient == certificate.digest());
    let sealed = sealed.ok_or_else(|| RemedyKeyError::NotTheTrustee(trustee.name.clone()))?;
    let hash = Core::hash(material.core.as_bytes());
    let part = open_sealed_part(&sealed.package.0, &hash, asked.index.into(), certificate, lock)?;
    let (given, packages) =
        given(room, material, |recipient| seal_given_part(&part, &hash, material.attempt, recipient))?;
    let statement = Statement::RemedyPart { request, share_index: asked.index.into(), given };
    let signed = SignedStatement::sign(&statement, lock.identity().signing_certificate(), lock)?;
    Ok(RemedyPartBody { statement: Base64Bytes(signed.der().to_vec()), packages })
}

fn trustee<'a>(
    room: &'a PublishedRoom,
    index: u8,
    identity: &LockIdentity,
) -> Result<&'a Trustee, RemedyKeyError> {
    let (signs, opens) =
        (identity.signing_certificate().digest(), identity.encryption_certificate().digest());
    let mut trustees =
        room.facts().policy.declared_remedy_key().into_iter().flat_map(|key| key.trustees.iter());
    let found = trustees.find(|trustee| trustee.index == index);
    found
        .filter(|trustee| trustee.certificate == signs && trustee.encryption_certificate == opens)
        .ok_or_else(|| RemedyKeyError::NotTheTrustee(identity.holder().to_owned()))
}

/// SM3 of the request, if the bidder signed it for this bid.
fn check_request(room: &PublishedRoom, asked: &RemedyPartMaterial) -> Result<Sm3Digest, RemedyKeyError> {
    let wrong = |why: String| RemedyKeyError::Request(why);
    let signed = SignedStatement::verify(&asked.request.0, StatementKind::AskRemedyKey)
        .map_err(|error| wrong(error.to_string()))?;
    let material = &asked.material;
    let fits = matches!(signed.statement(), Statement::AskRemedyKey { session, envelope, attempt, bid_digest, .. }
        if *session == material.session.to_string()
            && *envelope == material.envelope
            && *attempt == material.attempt
            && *bid_digest == material.bid);
    if !fits {
        return Err(wrong("it is of another session, bid or attempt".to_owned()));
    }
    let judge = room.package().value().judge().map_err(|error: PackageError| wrong(error.to_string()))?;
    let at = At(room.note(&material.checkpoint).map_err(GiveShareError::from)?.checkpoint.at);
    let accepted = judge.account(signed.certificate(), &asked.bidder.code, Usage::Sign, at);
    accepted.map_err(|no: Refusal| wrong(no.to_string()))?;
    Ok(signed.digest())
}

/// A supervisor whom the package names agreed with this request.
fn check_agreement(
    room: &PublishedRoom,
    asked: &RemedyPartMaterial,
    request: Sm3Digest,
) -> Result<(), RemedyKeyError> {
    let wrong = |why: String| RemedyKeyError::Agreement(why);
    let signed = SignedStatement::verify(&asked.agreement.0, StatementKind::AgreeRemedyKey)
        .map_err(|error| wrong(error.to_string()))?;
    if *signed.statement() != agree_remedy_key(&room.session(), &asked.bidder.code, request) {
        return Err(wrong("it is with another request".to_owned()));
    }
    let signer = signed.certificate().digest();
    let mut staff = room.facts().staff.iter();
    if staff.any(|person| person.role == StaffRole::Supervisor && person.certificate == signer) {
        Ok(())
    } else {
        Err(wrong(format!("{} is no supervisor of the lot", signed.certificate().holder())))
    }
}

/// A lock that cannot sign is the lock's affair.
impl From<LockError> for RemedyKeyError {
    fn from(error: LockError) -> Self {
        Self::Give(error.into())
    }
}
