//! An officer's part of the officers' key: from the package it was dealt in to packages for the opening keys.

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::{Officer, SessionId};
use bidroom_envelope::bid::package::{Purpose, SealPackageError, packages_digest};
use bidroom_envelope::officers::{Deal, OpenOfficerShareError, open_officer_share, seal_officer_share};
use bidroom_lock::{Lock, LockError, LockIdentity, SignedStatement, Statement, StatementError};
use bidroom_tender::{Redeal, RedealError};
use bidroom_wire::{AuthoriseBody, AuthoriseMaterial};

use crate::PublishedRoom;

/// Why an officer's lock does not give its part. Nothing was signed and nothing left the lock.
#[derive(Debug, thiserror::Error)]
pub enum AuthoriseError {
    /// The room answers for another session.
    #[error("the room hands out material of session {named}; asked was for {asked}")]
    Session {
        /// The session it names.
        named: SessionId,
        /// The session asked for.
        asked: SessionId,
    },
    /// The room names an envelope that was not published, or an attempt that cannot be.
    #[error("the room names envelope {envelope}, attempt {attempt}")]
    Attempt {
        /// The envelope it names.
        envelope: u32,
        /// The attempt it names.
        attempt: u32,
    },
    /// The dealing is not one that the room published.
    #[error("the dealing: {0}")]
    Deal(#[from] RedealError),
    /// The opening certificates are not those that the room published.
    #[error("the opening certificates are not those that the room published")]
    OpeningCertificates,
    /// The part is not this lock's.
    #[error("part {index} belongs to {owner}, not to the lock of {holder}")]
    Officer {
        /// Which part.
        index: u8,
        /// The officer's name, as the package says; or that there is none.
        owner: String,
        /// Whose lock this is.
        holder: String,
    },
    /// Roster or checkpoint are not those that the officer has seen in the log.
    #[error("the room names {member} {named}; the log that was checked says {seen}")]
    Seen {
        /// `roster` or `checkpoint`.
        member: &'static str,
        /// What the room names.
        named: Sm3Digest,
        /// What the officer has seen.
        seen: Sm3Digest,
    },
    /// The package did not open, or the part in it does not fit the published commitments.
    #[error(transparent)]
    Part(#[from] OpenOfficerShareError),
    /// The part could not be enveloped to an opening key.
    #[error(transparent)]
    Envelope(#[from] SealPackageError),
    /// The lock did not sign.
    #[error(transparent)]
    Lock(#[from] LockError),
}

impl From<StatementError> for AuthoriseError {
    fn from(error: StatementError) -> Self {
        Self::Lock(error.into())
    }
}

/// What an officer has seen in the log that it checked, where it did: SM3 of the canonical roster, SM3 of the note.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen {
    /// SM3 of the canonical roster.
    pub roster: Option<Sm3Digest>,
    /// SM3 of the deadline checkpoint's note.
    pub checkpoint: Option<Sm3Digest>,
}

/// Opens the part that was dealt to the lock, checks it against the published commitments, envelopes it to the
/// published opening keys and signs the authorisation.
///
/// # Errors
/// [`AuthoriseError`].
pub fn authorise(
    room: &PublishedRoom,
    material: &AuthoriseMaterial,
    lock: &dyn Lock,
    seen: Seen,
) -> Result<AuthoriseBody, AuthoriseError> {
    let (deal, officers) = current_deal(room, &material.deal, material.redeal.as_ref())?;
    check(room, material, lock.identity(), &officers, seen)?;
    let certificate = lock.identity().encryption_certificate();
    let index = u32::from(material.index);
    let part = open_officer_share(&deal, index, &material.dealt.0, Purpose::Deal, 0, certificate, lock)?;
    let opening = room.opening_certificates();
    let packages = opening
        .iter()
        .map(|recipient| seal_officer_share(&deal, &part, Purpose::Authorise, material.attempt, recipient))
        .collect::<Result<Vec<_>, _>>()?;
    let statement = Statement::Authorise {
        session: material.session.to_string(),
        envelope: material.envelope,
        attempt: material.attempt,
        share_index: index,
        package_digest: packages_digest(packages.iter().map(Vec::as_slice)),
        opening_certificates: opening.iter().map(|certificate| certificate.digest()).collect(),
        roster_digest: material.roster,
        deadline_checkpoint: material.checkpoint,
    };
    let signed = SignedStatement::sign(&statement, lock.identity().signing_certificate(), lock)?;
    Ok(AuthoriseBody {
        statement: Base64Bytes(signed.der().to_vec()),
        packages: packages.into_iter().map(Base64Bytes).collect(),
    })
}

/// All that [`authorise`] checks before it uses the lock.
///
/// # Errors
/// [`AuthoriseError`].
pub fn check_part(
    room: &PublishedRoom,
    material: &AuthoriseMaterial,
    identity: &LockIdentity,
    seen: Seen,
) -> Result<(), AuthoriseError> {
    let (_, officers) = current_deal(room, &material.deal, material.redeal.as_ref())?;
    check(room, material, identity, &officers, seen)
}

/// The dealing that the room hands out and its officers: the published one, or a later one that the room signed, of the
/// same key.
pub(crate) fn current_deal(
    room: &PublishedRoom,
    deal: &str,
    redeal: Option<&Base64Bytes>,
) -> Result<(Deal, Vec<Officer>), RedealError> {
    let published = &room.publication().value().officers.deal;
    let (current, officers) = match redeal {
        None => (published.clone(), room.facts().officers.clone()),
        Some(der) => {
            let publication = room.publication().digest();
            let document = Redeal::open(&der.0, room.certificates(), &publication, published)?;
            (document.value().deal.clone(), document.value().officers.clone())
        }
    };
    let same = current.to_bytes().is_ok_and(|bytes| bytes == deal.as_bytes());
    if same { Ok((current, officers)) } else { Err(RedealError::Other("dealing")) }
}

fn check(
    room: &PublishedRoom,
    material: &AuthoriseMaterial,
    identity: &LockIdentity,
    officers: &[Officer],
    seen: Seen,
) -> Result<(), AuthoriseError> {
    let asked = room.session();
    if material.session != asked {
        return Err(AuthoriseError::Session { named: material.session.clone(), asked });
    }
    let (envelope, attempt) = (material.envelope, material.attempt);
    if envelope != room.envelope().number() || attempt == 0 {
        return Err(AuthoriseError::Attempt { envelope, attempt });
    }
    if !room.publishes(&material.opening_certificates) {
        return Err(AuthoriseError::OpeningCertificates);
    }
    let officer = officers.iter().find(|officer| officer.index == material.index);
    let (signs, opens) =
        (identity.signing_certificate().digest(), identity.encryption_certificate().digest());
    if !officer.is_some_and(|it| it.certificate == signs && it.encryption_certificate == opens) {
        return Err(AuthoriseError::Officer {
            index: material.index,
            owner: officer.map_or_else(|| "nobody".to_owned(), |officer| officer.name.clone()),
            holder: identity.holder().to_owned(),
        });
    }
    let pairs =
        [("roster", material.roster, seen.roster), ("checkpoint", material.checkpoint, seen.checkpoint)];
    for (member, named, seen) in pairs {
        if let Some(seen) = seen.filter(|seen| *seen != named) {
            return Err(AuthoriseError::Seen { member, named, seen });
        }
    }
    Ok(())
}
