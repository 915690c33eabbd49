//! A bidder's lock share: from the package that was sealed to the lock to packages for the opening keys.

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::opening::LockKind as Kind;
use bidroom_domain::{At, SessionId};
use bidroom_envelope::bid::core::{Core, CoreError, CoreHash};
use bidroom_envelope::bid::package::{
    OpenPackageError, PackageContext, Purpose, SealPackageError, open_share, packages_digest, seal_package,
};
use bidroom_envelope::bid::share::Share;
use bidroom_envelope::suite::pki::Certificate;
use bidroom_lock::{
    GivenShare, Lock, LockError, LockIdentity, LockKind, SignedStatement, Statement, StatementError,
    checkpoint_digest,
};
use bidroom_wire::{ConsentBody, LockPackage, MismatchBody, UnlockMaterial};

use crate::PublishedRoom;
use crate::room::RoomNoteError;

/// Why a lock does not give its share. Nothing was signed and nothing left the lock.
#[derive(Debug, thiserror::Error)]
pub enum GiveShareError {
    /// The lock belongs to a member of staff.
    #[error("the lock of {0} is not a bidder's")]
    NotABidder(String),
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
    /// The room names another bid than the one in the bidder's receipt.
    #[error("the room names bid {named}; the receipt is for {own}")]
    Bid {
        /// The bid the room names.
        named: Sm3Digest,
        /// The bid in the receipt.
        own: Sm3Digest,
    },
    /// What came is no core.
    #[error(transparent)]
    Core(#[from] CoreError),
    /// The core is of another tender, lot, envelope or bidder.
    #[error("the core is of {core}; expected is {expected}")]
    Scope {
        /// What the core is of.
        core: String,
        /// What it should be of.
        expected: String,
    },
    /// The opening certificates are not those that the room published.
    #[error("the opening certificates are not those that the room published")]
    OpeningCertificates,
    /// The checkpoint is not one of this lot's log, signed with both of the room's pinned keys.
    #[error("the checkpoint does not stand: {0}")]
    Checkpoint(String),
    /// The checkpoint was signed before the opening time.
    #[error("the checkpoint is of {signed:?}, before the opening time {opening:?}")]
    TooEarly {
        /// When the room signed it.
        signed: At,
        /// The opening time, as the agency signed it.
        opening: At,
    },
    /// The bid was not sealed to this lock.
    #[error("the bid is not sealed to the lock with serial …{tail}, but to …{}", sealed_to.join(", …"))]
    NotSealedTo {
        /// Tail of this lock's encryption certificate.
        tail: String,
        /// Tails of the locks it was sealed to.
        sealed_to: Vec<String>,
    },
    /// The package did not open, or holds another share than the core commits to.
    #[error(transparent)]
    Package(#[from] OpenPackageError),
    /// The share could not be enveloped to an opening key.
    #[error(transparent)]
    Envelope(#[from] SealPackageError),
    /// The lock did not sign.
    #[error(transparent)]
    Lock(#[from] LockError),
}

impl From<StatementError> for GiveShareError {
    fn from(error: StatementError) -> Self {
        Self::Lock(error.into())
    }
}

impl From<RoomNoteError> for GiveShareError {
    fn from(error: RoomNoteError) -> Self {
        Self::Checkpoint(error.to_string())
    }
}

/// Opens the lock's share, checks it against the core's commitment, envelopes it to the published opening keys and
/// signs the consent. `own` is the bid in the bidder's receipt, where there is one at hand.
///
/// The lock unwraps only when the room proves, with a checkpoint under both keys that the tender package pins, that it
/// speaks after the opening time that the agency signed.
///
/// # Errors
/// [`GiveShareError`].
pub fn give_share(
    room: &PublishedRoom,
    material: &UnlockMaterial,
    lock: &dyn Lock,
    own: Option<Sm3Digest>,
) -> Result<ConsentBody, GiveShareError> {
    let kind = kind_of(lock.identity())?;
    let core = check(room, material, lock.identity(), own)?;
    let sealed = addressed(material, lock.identity())?;
    let hash = Core::hash(material.core.as_bytes());
    let certificate = lock.identity().encryption_certificate();
    let share = open_share(&sealed.package.0, &core, &hash, Purpose::Lock, 0, certificate, lock)?;
    let (given, packages) = enveloped(room, material, &hash, &share)?;
    let statement = Statement::Consent(given);
    let signed = SignedStatement::sign(&statement, lock.identity().signing_certificate(), lock)?;
    Ok(ConsentBody {
        statement: Base64Bytes(signed.der().to_vec()),
        packages,
        lock: certificate.digest(),
        kind,
    })
}

/// The share, enveloped to each of the published opening keys, and what is said of it.
pub(crate) fn enveloped(
    room: &PublishedRoom,
    material: &UnlockMaterial,
    hash: &CoreHash,
    share: &Share,
) -> Result<(GivenShare, Vec<Base64Bytes>), SealPackageError> {
    given(room, material, |recipient| {
        let (purpose, attempt) = (Purpose::Consent, material.attempt);
        seal_package(share.expose(), &PackageContext { subject: &hash.0, purpose, attempt, recipient })
    })
}

/// What is given to the published opening keys, each enveloped by `seal`, and what the statement says of it.
///
/// # Errors
/// The first that cannot be enveloped.
pub(crate) fn given(
    room: &PublishedRoom,
    material: &UnlockMaterial,
    seal: impl Fn(&Certificate) -> Result<Vec<u8>, SealPackageError>,
) -> Result<(GivenShare, Vec<Base64Bytes>), SealPackageError> {
    let opening = room.opening_certificates();
    let packages = opening.iter().map(seal);
    let packages = packages.collect::<Result<Vec<_>, _>>()?;
    let given = GivenShare {
        session: material.session.to_string(),
        envelope: material.envelope,
        attempt: material.attempt,
        bid_digest: material.bid,
        share_package_digest: packages_digest(packages.iter().map(Vec::as_slice)),
        opening_certificates: opening.iter().map(|certificate| certificate.digest()).collect(),
        checkpoint: checkpoint_digest(material.checkpoint.as_bytes()),
    };
    Ok((given, packages.into_iter().map(Base64Bytes).collect()))
}

/// All that [`give_share`] checks before it uses the lock: whoever asks a holder for a PIN first knows that it is worth
/// asking.
///
/// # Errors
/// [`GiveShareError`].
pub fn check_share(
    room: &PublishedRoom,
    material: &UnlockMaterial,
    identity: &LockIdentity,
    own: Option<Sm3Digest>,
) -> Result<(), GiveShareError> {
    kind_of(identity)?;
    check(room, material, identity, own)?;
    addressed(material, identity).map(drop)
}

/// What tells the room that this lock was tried and the bid is not sealed to it.
///
/// # Errors
/// [`GiveShareError::NotABidder`].
pub fn mismatch(lock: &dyn Lock) -> Result<MismatchBody, GiveShareError> {
    mismatch_of(lock.identity())
}

/// The same for a lock that is not in hand.
///
/// # Errors
/// [`GiveShareError::NotABidder`].
pub fn mismatch_of(identity: &LockIdentity) -> Result<MismatchBody, GiveShareError> {
    let certificate = Base64Bytes(identity.encryption_certificate().der().to_vec());
    Ok(MismatchBody { certificate, kind: kind_of(identity)? })
}

pub(crate) fn kind_of(identity: &LockIdentity) -> Result<Kind, GiveShareError> {
    match identity.kind() {
        LockKind::Main => Ok(Kind::Main),
        LockKind::Sub => Ok(Kind::Sub),
        LockKind::Officer => Err(GiveShareError::NotABidder(identity.holder().to_owned())),
    }
}

/// Whether what the room hands out is about this lot, this bid and this holder, and given at its time.
pub(crate) fn check(
    room: &PublishedRoom,
    material: &UnlockMaterial,
    identity: &LockIdentity,
    own: Option<Sm3Digest>,
) -> Result<Core, GiveShareError> {
    let core = check_spoken(room, material, own)?;
    // A certificate may name a firm in a place that only its authority's profile knows.
    let own = identity.signing_certificate();
    let bidder = if own.names_credit_code(core.bidder.as_str()) {
        core.bidder.as_str()
    } else {
        identity.credit_code().unwrap_or_default()
    };
    check_scope(room, &core, bidder)?;
    Ok(core)
}

/// Whether what the room hands out is about this lot and this bid, and given at its time; whose bid it is, is not
/// compared.
pub(crate) fn check_spoken(
    room: &PublishedRoom,
    material: &UnlockMaterial,
    own: Option<Sm3Digest>,
) -> Result<Core, GiveShareError> {
    let asked = room.session();
    if material.session != asked {
        return Err(GiveShareError::Session { named: material.session.clone(), asked });
    }
    let (envelope, attempt) = (material.envelope, material.attempt);
    if envelope != room.envelope().number() || attempt == 0 {
        return Err(GiveShareError::Attempt { envelope, attempt });
    }
    if let Some(own) = own.filter(|own| *own != material.bid) {
        return Err(GiveShareError::Bid { named: material.bid, own });
    }
    if !room.publishes(&material.opening_certificates) {
        return Err(GiveShareError::OpeningCertificates);
    }
    let (signed, opening) = (At(room.note(&material.checkpoint)?.checkpoint.at), room.facts().deadline);
    if signed < opening {
        return Err(GiveShareError::TooEarly { signed, opening });
    }
    Ok(Core::parse(material.core.as_bytes())?)
}

/// Whether a core is of the room's lot and envelope, and of this bidder.
pub(crate) fn check_scope(room: &PublishedRoom, core: &Core, bidder: &str) -> Result<(), GiveShareError> {
    let scope =
        |tender: &str, lot: u32, envelope: u32, bidder: &str| format!("{tender}/{lot}/{envelope}/{bidder}");
    let named = scope(core.tender.as_str(), core.lot.number(), core.envelope.number(), core.bidder.as_str());
    let facts = room.facts();
    let expected = scope(facts.tender.as_str(), facts.lot.number(), room.envelope().number(), bidder);
    if named == expected { Ok(()) } else { Err(GiveShareError::Scope { core: named, expected }) }
}

/// The package that was sealed to this lock.
fn addressed<'a>(
    material: &'a UnlockMaterial,
    identity: &LockIdentity,
) -> Result<&'a LockPackage, GiveShareError> {
    let certificate = identity.encryption_certificate();
    let found = material.packages.iter().find(|package| package.recipient == certificate.digest());
    found.ok_or_else(|| GiveShareError::NotSealedTo {
        tail: certificate.tail(),
        sealed_to: material.packages.iter().map(|package| package.tail.clone()).collect(),
    })
}
