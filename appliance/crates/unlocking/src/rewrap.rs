//! New key packages for another lock of the same bidder: the bid stays as it is.

use bidroom_canon::{Base64Bytes, Sm3Digest, from_json};
use bidroom_domain::{At, SessionId};
use bidroom_envelope::bid::core::{Core, CoreError};
use bidroom_envelope::bid::package::{
    OpenPackageError, PackageContext, Purpose, SealPackageError, open_share, seal_package,
};
use bidroom_envelope::bid::record::{KeyPackage, KeyPackageRecord};
use bidroom_envelope::bid::signed::{Signed, SignedFormError};
use bidroom_envelope::suite::pki::{Certificate, Usage};
use bidroom_lock::{Lock, LockIdentity, LockKind};
use bidroom_trust::Refusal;
use bidroom_wire::{PackagesBody, PackagesMaterial};

use crate::PublishedRoom;

/// Why no new key packages are made. Nothing was signed and nothing left the lock.
#[derive(Debug, thiserror::Error)]
pub enum RewrapError {
    /// The lock belongs to a member of staff.
    #[error("the lock of {0} is not a bidder's")]
    NotABidder(String),
    /// What came is no offer of the room's, or no certificate.
    #[error("unreadable: {0}")]
    Unreadable(String),
    /// The room answers for another session.
    #[error("the room hands out material of session {named}; asked was for {asked}")]
    Session {
        /// The session it names.
        named: SessionId,
        /// The session asked for.
        asked: SessionId,
    },
    /// The room names another bid than the one in the bidder's receipt.
    #[error("the room names bid {named}; the receipt is for {own}")]
    Bid {
        /// The bid the room names.
        named: Sm3Digest,
        /// The bid in the receipt.
        own: Sm3Digest,
    },
    /// The record of key packages, the one that came or the new one.
    #[error(transparent)]
    Record(#[from] SignedFormError),
    /// What came is no core.
    #[error(transparent)]
    Core(#[from] CoreError),
    /// Record and cores do not belong together, or to this bidder and lot.
    #[error("the key packages are not those of this bidder's bid: {0}")]
    Other(&'static str),
    /// A new certificate belongs to somebody else: a share is never wrapped to a stranger.
    #[error("the certificate with serial …{tail} is of {code}, the bid is of {own}")]
    Stranger {
        /// Tail of the certificate.
        tail: String,
        /// Whose it is.
        code: String,
        /// Whose the bid is.
        own: String,
    },
    /// A new certificate is not accepted.
    #[error("the certificate with serial …{tail}: {refusal}")]
    Certificate {
        /// Tail of the certificate.
        tail: String,
        /// Which rule said no.
        refusal: Box<Refusal>,
    },
    /// The bid is sealed to these certificates already, and nothing is taken away.
    #[error("the bid is sealed to these locks already")]
    Nothing,
    /// The bid was not sealed to this lock.
    #[error("the bid is not sealed to the lock with serial …{tail}, but to …{}", sealed_to.join(", …"))]
    NotSealedTo {
        /// Tail of this lock's encryption certificate.
        tail: String,
        /// Tails of the locks it is sealed to.
        sealed_to: Vec<String>,
    },
    /// The package did not open, or holds another share than the core commits to.
    #[error(transparent)]
    Package(#[from] OpenPackageError),
    /// The share could not be enveloped to the new certificate.
    #[error(transparent)]
    Envelope(#[from] SealPackageError),
}

/// What is to change.
#[derive(Debug, Clone, Copy)]
pub struct Rewrap<'a> {
    /// Encryption certificates that are added.
    pub add: &'a [Certificate],
    /// SM3 of encryption certificates whose packages are left out; at least one lock stays.
    pub remove: &'a [Sm3Digest],
    /// The bid in the bidder's receipt, where there is one at hand.
    pub own: Option<Sm3Digest>,
    /// Now, for the new certificates.
    pub at: At,
}

/// What a page asks for, read: the room's offer, and the encryption certificate that is added.
///
/// # Errors
/// [`RewrapError::Unreadable`].
pub fn read_rewrap(material: &str, add: &[u8]) -> Result<(PackagesMaterial, Certificate), RewrapError> {
    let material = from_json(material).map_err(|error| RewrapError::Unreadable(error.to_string()))?;
    let add = Certificate::from_der(add).map_err(|error| RewrapError::Unreadable(error.to_string()))?;
    Ok((material, add))
}

/// Opens the lock's share, checks it against the core's commitment, envelopes it to the new certificates and signs the next
/// record. The lock wraps only to certificates of its own holder's credit code, under a CA that the tender package accepts;
/// packages for room and officers stay byte for byte.
///
/// # Errors
/// [`RewrapError`].
pub fn rewrap(
    room: &PublishedRoom,
    material: &PackagesMaterial,
    lock: &dyn Lock,
    change: &Rewrap<'_>,
) -> Result<PackagesBody, RewrapError> {
    let (current, add) = checked(room, material, lock.identity(), change)?;
    let record = current.value();
    let mut packages: Vec<KeyPackage> = record
        .packages
        .iter()
        .filter(|package| package.purpose != Purpose::Lock || !change.remove.contains(&package.recipient))
        .cloned()
        .collect();
    for core in &material.cores {
        packages.extend(wrapped(record, core, lock, &add)?);
    }
    packages.sort_by_key(|package| (package.envelope, package.purpose, package.recipient));
    let next = KeyPackageRecord { version: record.version.saturating_add(1), packages, ..record.clone() };
    let signed = Signed::sign(next, lock.identity().signing_certificate(), lock)?;
    Ok(PackagesBody {
        record: Base64Bytes(signed.der().to_vec()),
        certificates: add.iter().map(|certificate| Base64Bytes(certificate.der().to_vec())).collect(),
    })
}

/// All that [`rewrap`] checks before it uses the lock: whoever asks a holder for a PIN first knows that it is worth asking.
///
/// # Errors
/// [`RewrapError`].
pub fn check_rewrap(
    room: &PublishedRoom,
    material: &PackagesMaterial,
    identity: &LockIdentity,
    change: &Rewrap<'_>,
) -> Result<(), RewrapError> {
    checked(room, material, identity, change).map(drop)
}

/// The record that counts, and the certificates that are new to it.
fn checked(
    room: &PublishedRoom,
    material: &PackagesMaterial,
    identity: &LockIdentity,
    change: &Rewrap<'_>,
) -> Result<(Signed<KeyPackageRecord>, Vec<Certificate>), RewrapError> {
    let own = identity.credit_code().filter(|_| identity.kind() != LockKind::Officer);
    let own = own.ok_or_else(|| RewrapError::NotABidder(identity.holder().to_owned()))?;
    let asked = room.session();
    if material.session != asked {
        return Err(RewrapError::Session { named: material.session.clone(), asked });
    }
    if let Some(receipt) = change.own.filter(|receipt| *receipt != material.bid) {
        return Err(RewrapError::Bid { named: material.bid, own: receipt });
    }
    let current = Signed::<KeyPackageRecord>::parse(&material.record.0)?;
    let record = current.value();
    let facts = room.facts();
    if record.bidder.as_str() != own || record.tender != facts.tender || record.lot != facts.lot {
        return Err(RewrapError::Other("bidder, tender or lot"));
    }
    if !material.cores.iter().map(|core| Core::hash(core.as_bytes())).eq(record.cores.iter().copied()) {
        return Err(RewrapError::Other("cores"));
    }
    let add = new_certificates(room, record, change, own)?;
    if add.is_empty() && change.remove.is_empty() {
        return Err(RewrapError::Nothing);
    }
    if !add.is_empty() {
        for core in &material.cores {
            sealed(record, &Core::parse(core.as_bytes())?, identity.encryption_certificate())?;
        }
    }
    Ok((current, add))
}

/// The package of one envelope's lock share for a lock.
fn sealed<'a>(
    record: &'a KeyPackageRecord,
    core: &Core,
    certificate: &Certificate,
) -> Result<&'a KeyPackage, RewrapError> {
    let found = record.find(core.envelope, Purpose::Lock, &certificate.digest());
    found.ok_or_else(|| RewrapError::NotSealedTo { tail: certificate.tail(), sealed_to: tails(record) })
}

/// The certificates that the record does not name yet, each once; all of the bidder's own firm and accepted.
fn new_certificates(
    room: &PublishedRoom,
    record: &KeyPackageRecord,
    change: &Rewrap<'_>,
    own: &str,
) -> Result<Vec<Certificate>, RewrapError> {
    let judge = room.package().value().judge().map_err(|_| RewrapError::Other("accepted CAs"))?;
    let mut add: Vec<Certificate> = Vec::new();
    for certificate in change.add {
        let tail = certificate.tail();
        match judge.firm(certificate, Usage::Encrypt, change.at) {
            Ok(firm) if firm.code.as_str() == own => {}
            Ok(firm) => {
                return Err(RewrapError::Stranger { tail, code: firm.code.to_string(), own: own.to_owned() });
            }
            Err(refusal) => return Err(RewrapError::Certificate { tail, refusal: Box::new(refusal) }),
        }
        let digest = certificate.digest();
        let known = record.packages.iter().any(|it| it.purpose == Purpose::Lock && it.recipient == digest);
        if !known && !add.contains(certificate) {
            add.push(certificate.clone());
        }
    }
    Ok(add)
}

/// The packages of one envelope's lock share for the new certificates.
fn wrapped(
    record: &KeyPackageRecord,
    core: &str,
    lock: &dyn Lock,
    add: &[Certificate],
) -> Result<Vec<KeyPackage>, RewrapError> {
    if add.is_empty() {
        return Ok(Vec::new());
    }
    let hash = Core::hash(core.as_bytes());
    let core = Core::parse(core.as_bytes())?;
    let certificate = lock.identity().encryption_certificate();
    let sealed = sealed(record, &core, certificate)?;
    let share = open_share(&sealed.der.0, &core, &hash, Purpose::Lock, 0, certificate, lock)?;
    let package = |recipient: &Certificate| {
        let context = PackageContext { subject: &hash.0, purpose: Purpose::Lock, attempt: 0, recipient };
        Ok(KeyPackage {
            envelope: core.envelope,
            purpose: Purpose::Lock,
            recipient: recipient.digest(),
            serial: recipient.serial_hex(),
            der: Base64Bytes(seal_package(share.expose(), &context)?),
        })
    };
    add.iter().map(package).collect()
}

/// The last four digits of the serials of the locks that a record names.
fn tails(record: &KeyPackageRecord) -> Vec<String> {
    let mut tails: Vec<String> = Vec::new();
    for package in record.packages.iter().filter(|package| package.purpose == Purpose::Lock) {
        let tail = package.serial.get(package.serial.len().saturating_sub(4)..).unwrap_or_default();
        if !tails.iter().any(|known| known == tail) {
            tails.push(tail.to_owned());
        }
    }
    tails
}
