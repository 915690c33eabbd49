//! An officer's agreement that the officers' key is dealt again to other officers.

use bidroom_canon::{Base64Bytes, CanonError, Sm3Digest, to_canonical};
use bidroom_domain::{Officer, SessionId};
use bidroom_envelope::bid::package::{Purpose, SealPackageError, packages_digest};
use bidroom_envelope::officers::{Deal, OpenOfficerShareError, open_officer_share, seal_officer_share};
use bidroom_envelope::suite::pki::Certificate;
use bidroom_lock::{Lock, LockError, LockIdentity, SignedStatement, Statement, StatementError};
use bidroom_tender::RedealError;
use bidroom_wire::{ReplaceBody, ReplaceMaterial, SuccessorFiles};

use crate::PublishedRoom;
use crate::authorise::current_deal;

/// Why an officer's lock does not agree. Nothing was signed and nothing left the lock.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// The room answers for another session.
    #[error("the room hands out material of session {named}; asked was for {asked}")]
    Session {
        /// The session it names.
        named: SessionId,
        /// The session asked for.
        asked: SessionId,
    },
    /// Envelope or version cannot be.
    #[error("the room names envelope {envelope}, version {version}")]
    Version {
        /// The envelope it names.
        envelope: u32,
        /// The version it names.
        version: u32,
    },
    /// The dealing is not one that the room published.
    #[error("the dealing: {0}")]
    Deal(#[from] RedealError),
    /// The opening certificates are not those that the room published.
    #[error("the opening certificates are not those that the room published")]
    OpeningCertificates,
    /// No officer has this index, or the part is not this lock's.
    #[error("there is no officer {0}, or it is not the holder of this lock")]
    Officer(u8),
    /// The new lock is no officer's.
    #[error("the certificates of the new officer are no pair of a signing and an encryption certificate")]
    Certificates,
    /// The package did not open, or the part in it does not fit the dealing.
    #[error(transparent)]
    Part(#[from] OpenOfficerShareError),
    /// The part could not be enveloped to an opening key.
    #[error(transparent)]
    Envelope(#[from] SealPackageError),
    /// The officers cannot be written as they must be hashed.
    #[error(transparent)]
    Canon(#[from] CanonError),
    /// The lock did not sign.
    #[error(transparent)]
    Lock(#[from] LockError),
}

impl From<StatementError> for ReplaceError {
    fn from(error: StatementError) -> Self {
        Self::Lock(error.into())
    }
}

/// Who takes an officer's place: another person, or the same one with another lock.
#[derive(Debug, Clone)]
pub struct Successor {
    /// Index of the share.
    pub index: u8,
    /// Signing certificate of the lock.
    pub signing: Certificate,
    /// Encryption certificate of the lock.
    pub encryption: Certificate,
}

impl Successor {
    /// Reads the files of a new lock's certificates, each PEM or DER.
    ///
    /// # Errors
    /// [`ReplaceError::Certificates`] for files that are no certificates.
    pub fn read(files: &SuccessorFiles) -> Result<Self, ReplaceError> {
        let read = |bytes: &[u8]| {
            match core::str::from_utf8(bytes) {
                Ok(text) if text.contains("-----BEGIN") => Certificate::from_pem(text),
                _ => Certificate::from_der(bytes),
            }
            .map_err(|_| ReplaceError::Certificates)
        };
        let (signing, encryption) = (read(&files.signing.0)?, read(&files.encryption.0)?);
        Ok(Self { index: files.index, signing, encryption })
    }
}

/// Opens the part that was dealt to the lock, envelopes it to the published opening keys and signs that it is to be dealt
/// again, with `successor` in its place and all others as they are.
///
/// # Errors
/// [`ReplaceError`].
pub fn agree(
    room: &PublishedRoom,
    material: &ReplaceMaterial,
    lock: &dyn Lock,
    successor: &Successor,
) -> Result<ReplaceBody, ReplaceError> {
    let (deal, officers) = check_replacement(room, material, lock.identity(), successor)?;
    let (asked, envelope, version) = (room.session(), material.envelope, material.version);
    let index = u32::from(material.index);
    let certificate = lock.identity().encryption_certificate();
    let part = open_officer_share(&deal, index, &material.dealt.0, Purpose::Deal, 0, certificate, lock)?;
    let opening = room.opening_certificates();
    let packages = opening
        .iter()
        .map(|recipient| seal_officer_share(&deal, &part, Purpose::Redeal, version, recipient))
        .collect::<Result<Vec<_>, _>>()?;
    let statement = Statement::ReplaceOfficers {
        session: asked.to_string(),
        envelope,
        version,
        deal: deal.digest().0,
        share_index: index,
        package_digest: packages_digest(packages.iter().map(Vec::as_slice)),
        opening_certificates: opening.iter().map(|certificate| certificate.digest()).collect(),
        officers: Sm3Digest::of(&to_canonical(&officers)?),
    };
    let signed = SignedStatement::sign(&statement, lock.identity().signing_certificate(), lock)?;
    let new = [&successor.signing, &successor.encryption].map(|it| Base64Bytes(it.der().to_vec()));
    Ok(ReplaceBody {
        statement: Base64Bytes(signed.der().to_vec()),
        packages: packages.into_iter().map(Base64Bytes).collect(),
        officers,
        certificates: new.into(),
    })
}

/// All that [`agree`] checks before it uses the lock: the dealing of which the part is, and all officers as they will be.
///
/// # Errors
/// [`ReplaceError`].
pub fn check_replacement(
    room: &PublishedRoom,
    material: &ReplaceMaterial,
    identity: &LockIdentity,
    successor: &Successor,
) -> Result<(Deal, Vec<Officer>), ReplaceError> {
    let asked = room.session();
    if material.session != asked {
        return Err(ReplaceError::Session { named: material.session.clone(), asked });
    }
    let (envelope, version) = (material.envelope, material.version);
    if envelope != room.envelope().number() || version < 2 {
        return Err(ReplaceError::Version { envelope, version });
    }
    if !room.publishes(&material.opening_certificates) {
        return Err(ReplaceError::OpeningCertificates);
    }
    let (deal, _) = current_deal(room, &material.deal, material.redeal.as_ref())?;
    let officers = next_officers(&material.officers, &deal, successor)?;
    let certificate = identity.encryption_certificate();
    let is_own = material.officers.iter().any(|officer| {
        officer.index == material.index
            && officer.encryption_certificate == certificate.digest()
            && officer.certificate == identity.signing_certificate().digest()
    });
    if !is_own {
        return Err(ReplaceError::Officer(material.index));
    }
    Ok((deal, officers))
}

/// The officers with the successor in its place. Those that the room names must be those of the dealing.
fn next_officers(now: &[Officer], deal: &Deal, successor: &Successor) -> Result<Vec<Officer>, ReplaceError> {
    use bidroom_envelope::suite::pki::Usage;
    let dealt = deal.officers.iter().map(|officer| (officer.index, officer.certificate));
    if !dealt.eq(now.iter().map(|it| (u32::from(it.index), it.encryption_certificate))) {
        return Err(RedealError::Other("officers").into());
    }
    let (signing, encryption) = (&successor.signing, &successor.encryption);
    if !signing.allows(Usage::Sign) || !encryption.allows(Usage::Encrypt) {
        return Err(ReplaceError::Certificates);
    }
    if !now.iter().any(|officer| officer.index == successor.index) {
        return Err(ReplaceError::Officer(successor.index));
    }
    let next = |officer: &Officer| {
        if officer.index == successor.index {
            Officer {
                name: signing.holder().to_owned(),
                certificate: signing.digest(),
                encryption_certificate: encryption.digest(),
                ..officer.clone()
            }
        } else {
            officer.clone()
        }
    };
    Ok(now.iter().map(next).collect())
}
