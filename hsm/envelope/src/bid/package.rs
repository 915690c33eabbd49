//! One key package: 32 secret bytes enveloped to one certificate, in the only way they can be.
//!
//! Everything random in the message is derived from the secret itself, so that whoever opens a package makes it again
//! and compares: a package is either the one and only package of this secret for this recipient, or provably not.
//! Owns that derivation and the errors of opening. Must not know who holds which secret.

use core::fmt;

use bidroom_canon::{Labelled, Sm3Digest};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::core::{Core, CoreHash};
use super::share::{Share, ShareRole};
use crate::derive::derive;
use crate::suite::cms::{EnvelopedData, OpenError, SealError};
use crate::suite::pki::Certificate;
use crate::suite::sm2::{Unwrap, UnwrapError};

const LABEL: &[u8] = b"bidroom/bid/v1/package";
const LIST_LABEL: &str = "bidroom/bid/v1/package-list";

/// Most bytes one package takes.
pub const MAX_PACKAGE: usize = 2048;

/// Candidates for the ephemeral scalar. One fails with probability 2⁻³²; four suffice for ever.
const CANDIDATES: usize = 4;

/// What a package is for. Enters its derivation, so that no package passes for one of another purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// The lock share to one of the bidder's locks.
    Lock,
    /// The room share to one of the room's devices.
    Room,
    /// The officers' share to the officers' key.
    Officers,
    /// A part of the lock share to a trustee, where tender document and bidder chose so.
    Remedy,
    /// The lock share to an opening certificate, by the bidder, while collecting.
    Consent,
    /// An officer's part of the officers' key to the officer's lock, at the dealing.
    Deal,
    /// An officer's part of the officers' key to an opening certificate, by the officer, while collecting.
    Authorise,
    /// An officer's part of the officers' key to an opening certificate, by the officer, to be dealt again.
    Redeal,
    /// A secret of no other use to a lock or device that is asked whether it still has its key.
    Probe,
    /// A part of the lock share to an opening certificate, by the trustee, while collecting.
    RemedyPart,
    /// The secret from which the room's draws follow to one of its opening certificates.
    Draw,
    /// The key of a sealed list of experts to one of the room's opening certificates.
    Committee,
}

impl Purpose {
    /// The name as it is derived from and written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lock => "lock",
            Self::Room => "room",
            Self::Officers => "officers",
            Self::Remedy => "remedy",
            Self::Consent => "consent",
            Self::Deal => "deal",
            Self::Authorise => "authorise",
            Self::Redeal => "redeal",
            Self::Probe => "probe",
            Self::RemedyPart => "remedy-part",
            Self::Draw => "draw",
            Self::Committee => "committee",
        }
    }

    /// The share a package of this purpose holds; none for parts of the officers' key or of a lock share, for probes, draws and lists.
    pub const fn role(self) -> Option<ShareRole> {
        match self {
            Self::Lock | Self::Consent => Some(ShareRole::Lock),
            Self::Room => Some(ShareRole::Room),
            Self::Officers => Some(ShareRole::Officers),
            Self::Remedy
            | Self::Deal
            | Self::Authorise
            | Self::Redeal
            | Self::Probe
            | Self::RemedyPart
            | Self::Draw
            | Self::Committee => None,
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a package is bound to besides its secret.
#[derive(Debug, Clone, Copy)]
pub struct PackageContext<'a> {
    /// The core's hash for shares, the deal's digest for parts of the officers' key.
    pub subject: &'a Sm3Digest,
    /// What for.
    pub purpose: Purpose,
    /// The attempt of the collection it belongs to, or the version of the dealing to come; 0 at sealing, dealing and
    /// probing.
    pub attempt: u32,
    /// To whom.
    pub recipient: &'a Certificate,
}

/// Why a package could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SealPackageError {
    /// The envelope could not be made.
    #[error("a key package to certificate {serial} could not be made: {source}")]
    Envelope {
        /// Serial number of the recipient's certificate.
        serial: String,
        /// Why.
        source: SealError,
    },
}

/// Why a package did not open. The variants say whose fault it is.
#[derive(Debug, thiserror::Error)]
pub enum OpenPackageError {
    /// Longer than [`MAX_PACKAGE`], or not a message. Visible to everybody before any key is used.
    #[error("the key package is malformed: {0}")]
    Malformed(String),
    /// The recipient's device failed or refused; nothing is known of the package.
    #[error("the key's device: {0}")]
    Device(UnwrapError),
    /// C3 disagreed: for another key, or changed. Its maker clears itself by revealing the secret, see [`is_package_of`].
    #[error("the key package does not open with this key (C3)")]
    Check,
    /// The envelope opened and its inside is not 32 encrypted bytes: its maker's fault.
    #[error("the key package opened, but holds no share")]
    Inside,
    /// The envelope opened, and is not what its secret gives: its maker's fault.
    #[error("the key package opened, but is not the package of what it holds")]
    NotReproduced,
    /// A true package of a share that is not the one the core commits to: its maker's fault.
    #[error("the key package holds another {0} share than the core commits to")]
    Commitment(ShareRole),
    /// The purpose is not that of a share.
    #[error("a package for {0} holds no share of an envelope's key")]
    NotAShare(Purpose),
}

/// Makes the package of `secret` in `context`: GB/T 35275 EnvelopedData in DER, always the same bytes for the same
/// arguments.
///
/// SM4 key(16) ‖ IV(16) ‖ four candidates for the ephemeral scalar(32 each) = HKDF-SM3(ikm = secret, salt = subject,
/// info), where info = label ‖ purpose ‖ attempt ‖ SM3 of the recipient's certificate, each preceded by its length as
/// eight bytes, big-endian.
///
/// # Errors
/// [`SealPackageError`] if the certificate is not one to envelope to.
pub fn seal_package(secret: &[u8; 32], context: &PackageContext<'_>) -> Result<Vec<u8>, SealPackageError> {
    let out = derive::<{ 32 + 32 * CANDIDATES }>(secret, context.subject.as_bytes(), &info(context));
    let (keys, scalars) = out.split_at(32);
    let (key, iv) = keys.split_at(16);
    let mut content_key = Zeroizing::new([0_u8; 16]);
    content_key.copy_from_slice(key);
    let mut initial = [0_u8; 16];
    initial.copy_from_slice(iv);
    let mut candidates = Zeroizing::new([[0_u8; 32]; CANDIDATES]);
    for (candidate, part) in candidates.iter_mut().zip(scalars.chunks_exact(32)) {
        candidate.copy_from_slice(part);
    }
    EnvelopedData::seal(context.recipient, &content_key, &initial, candidates.as_slice(), secret)
        .map_err(|source| SealPackageError::Envelope { serial: context.recipient.serial_hex(), source })
}

/// Opens a package with its recipient's key, makes it again from what it held, and compares.
///
/// # Errors
/// [`OpenPackageError`], but not its last two variants.
pub fn open_package(
    der: &[u8],
    context: &PackageContext<'_>,
    key: &(impl Unwrap + ?Sized),
) -> Result<Share, OpenPackageError> {
    let message = parse_package(der)?;
    let plain = message.open_with(key).map_err(|error| match error {
        OpenError::Unwrap(UnwrapError::Check) => OpenPackageError::Check,
        OpenError::Unwrap(device) => OpenPackageError::Device(device),
        _ => OpenPackageError::Inside,
    })?;
    let secret: &[u8; 32] = plain.as_slice().try_into().map_err(|_| OpenPackageError::Inside)?;
    if is_package_of(der, secret, context) {
        Ok(Share::from_bytes(secret))
    } else {
        Err(OpenPackageError::NotReproduced)
    }
}

/// Opens a package of a share and compares the share with its core's commitment.
///
/// # Errors
/// Any [`OpenPackageError`].
pub fn open_share(
    der: &[u8],
    core: &Core,
    hash: &CoreHash,
    purpose: Purpose,
    attempt: u32,
    recipient: &Certificate,
    key: &(impl Unwrap + ?Sized),
) -> Result<Share, OpenPackageError> {
    let role = purpose.role().ok_or(OpenPackageError::NotAShare(purpose))?;
    let context = PackageContext { subject: &hash.0, purpose, attempt, recipient };
    let share = open_package(der, &context, key)?;
    if core.shares.of(role).admits(&share, role, &core.scope()) {
        Ok(share)
    } else {
        Err(OpenPackageError::Commitment(role))
    }
}

/// Whether `der` is the package of `secret` in `context`. With a revealed secret anybody can decide a dispute over a
/// package that failed with [`OpenPackageError::Check`]: true clears its maker.
pub fn is_package_of(der: &[u8], secret: &[u8; 32], context: &PackageContext<'_>) -> bool {
    seal_package(secret, context).is_ok_and(|again| bool::from(again.ct_eq(der)))
}

/// Checks the form of a package without a key: a GB/T 35275 message in the one encoding there is, whose C1
/// is a point of the curve, as must be known before a device sees it.
///
/// # Errors
/// [`OpenPackageError::Malformed`].
pub fn parse_package(der: &[u8]) -> Result<EnvelopedData, OpenPackageError> {
    if der.len() > MAX_PACKAGE {
        return Err(OpenPackageError::Malformed(format!("{} bytes, more than {MAX_PACKAGE}", der.len())));
    }
    EnvelopedData::parse_own(der).map_err(|error| OpenPackageError::Malformed(error.to_string()))
}

/// The digest of a list of packages, as consents and authorisations sign it: SM3(label ‖ each package).
pub fn packages_digest<'a>(packages: impl IntoIterator<Item = &'a [u8]>) -> Sm3Digest {
    packages.into_iter().fold(Labelled::new(LIST_LABEL), |hash, der| hash.field(der)).finish()
}

fn info(context: &PackageContext<'_>) -> Vec<u8> {
    let attempt = context.attempt.to_be_bytes();
    let recipient = context.recipient.digest();
    let fields = [LABEL, context.purpose.name().as_bytes(), &attempt, recipient.as_bytes()];
    let mut info = Vec::with_capacity(128);
    for field in fields {
        info.extend_from_slice(&u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
        info.extend_from_slice(field);
    }
    info
}
