//! The remedy parts: an envelope's lock share, split by its bidder among trustees who hold no role in the room.
//!
//! There is no remedy key: the share is dealt by Shamir's scheme when the bid is sealed, each part enveloped to one
//! trustee's certificate. Fewer parts than the threshold say nothing of the share. A part needs no commitment of its own:
//! its package in the record is the one package there can be of it, so that a wrong part is known from the record alone.
//! Must not know when a part may be used; custody does.

use bidroom_canon::Sm3Digest;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::core::{Core, CoreHash};
use super::package::{
    OpenPackageError, PackageContext, Purpose, SealPackageError, is_package_of, open_package, seal_package,
};
use super::share::{Share, ShareRole, Shares};
use crate::officers::shamir;
use crate::suite::pki::Certificate;
use crate::suite::sm2::{SecretKey, Unwrap};

/// Most trustees of a lot.
pub const MAX_TRUSTEES: usize = 16;
/// Fewest: two parts are needed, and one trustee may be missing.
pub const MIN_TRUSTEES: usize = 3;

/// How often a share is drawn that can be split. One cannot with probability 2⁻³².
const DRAWS: usize = 4;

/// To whom a lock share is dealt, and how many of them give it back.
#[derive(Debug, Clone)]
pub struct Trustees {
    threshold: usize,
    certificates: Vec<Certificate>,
}

/// Why these are no trustees.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrusteesError {
    /// Fewer than two parts needed, or not fewer needed than there are, or too many trustees.
    #[error(
        "{threshold} of {total} trustees: at least 2 must be needed, fewer than there are, of at most {MAX_TRUSTEES}"
    )]
    Numbers {
        /// Parts needed.
        threshold: usize,
        /// Parts there are.
        total: usize,
    },
    /// One certificate twice.
    #[error("the same certificate is given to trustees {first} and {second}")]
    Repeated {
        /// An index.
        first: usize,
        /// Another.
        second: usize,
    },
}

/// One trustee's part of a lock share. Erased when dropped, never shown.
#[derive(Debug, Clone)]
pub struct RemedyPart {
    /// The trustee's place in the tender's list, from 1.
    pub index: u32,
    /// The part: a scalar, big-endian.
    pub part: Share,
}

/// Why parts do not give the lock share.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// Too few different ones.
    #[error("{have} parts of the lock share, {need} are needed")]
    TooFew {
        /// Different parts there are.
        have: usize,
        /// Parts needed.
        need: usize,
    },
    /// One trustee's part twice.
    #[error("two parts of trustee {0}")]
    Repeated(u32),
    /// The parts give another share than the core commits to. If each is the part in its package, the bidder dealt so.
    #[error("the parts do not give the lock share that the core commits to")]
    Commitment,
}

impl Trustees {
    /// Trustees by index from 1, given by their encryption certificates, `threshold` of whom suffice.
    ///
    /// # Errors
    /// [`TrusteesError`].
    pub fn new(threshold: usize, certificates: Vec<Certificate>) -> Result<Self, TrusteesError> {
        let total = certificates.len();
        if threshold < 2 || threshold >= total || total > MAX_TRUSTEES {
            return Err(TrusteesError::Numbers { threshold, total });
        }
        let mut seen = std::collections::BTreeMap::<Sm3Digest, usize>::new();
        for (index, certificate) in (1..).zip(&certificates) {
            if let Some(first) = seen.insert(certificate.digest(), index) {
                return Err(TrusteesError::Repeated { first, second: index });
            }
        }
        Ok(Self { threshold, certificates })
    }

    /// How many parts are needed.
    pub const fn threshold(&self) -> usize {
        self.threshold
    }

    /// Their encryption certificates, by index.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// SM3 of their certificates as a record lists recipients: ascending.
    pub fn recipients(&self) -> Vec<Sm3Digest> {
        let mut recipients: Vec<_> = self.certificates.iter().map(Certificate::digest).collect();
        recipients.sort();
        recipients
    }

    /// Three new shares, and the parts of the lock share, by index. `None` if the random source does not work.
    pub(super) fn draw(&self, rng: &mut impl CryptoRng) -> Option<(Shares, Vec<Zeroizing<[u8; 32]>>)> {
        (0..DRAWS).find_map(|_| {
            let shares = Shares::generate(rng);
            let scalar = SecretKey::from_bytes(shares.lock.expose()).ok()?;
            let split = shamir::split(&scalar, self.threshold, self.certificates.len(), rng)?;
            Some((shares, split.parts))
        })
    }
}

/// Opens a part with its trustee's key, from the package that was sealed to the trustee.
///
/// # Errors
/// [`OpenPackageError`].
pub fn open_sealed_part(
    der: &[u8],
    hash: &CoreHash,
    index: u32,
    trustee: &Certificate,
    key: &(impl Unwrap + ?Sized),
) -> Result<RemedyPart, OpenPackageError> {
    let context =
        PackageContext { subject: &hash.0, purpose: Purpose::Remedy, attempt: 0, recipient: trustee };
    Ok(RemedyPart { index, part: open_package(der, &context, key)? })
}

/// Opens a part that a trustee enveloped to an opening certificate.
///
/// # Errors
/// [`OpenPackageError`].
pub fn open_given_part(
    der: &[u8],
    hash: &CoreHash,
    index: u32,
    attempt: u32,
    recipient: &Certificate,
    key: &(impl Unwrap + ?Sized),
) -> Result<RemedyPart, OpenPackageError> {
    Ok(RemedyPart { index, part: open_package(der, &given(hash, attempt, recipient), key)? })
}

/// Envelopes a part to an opening certificate.
///
/// # Errors
/// [`SealPackageError`].
pub fn seal_given_part(
    part: &RemedyPart,
    hash: &CoreHash,
    attempt: u32,
    recipient: &Certificate,
) -> Result<Vec<u8>, SealPackageError> {
    seal_package(part.part.expose(), &given(hash, attempt, recipient))
}

fn given<'a>(hash: &'a CoreHash, attempt: u32, recipient: &'a Certificate) -> PackageContext<'a> {
    PackageContext { subject: &hash.0, purpose: Purpose::RemedyPart, attempt, recipient }
}

/// Whether `part` is the part that the bidder sealed to this trustee in the package `sealed`.
pub fn is_sealed_part(sealed: &[u8], part: &RemedyPart, hash: &CoreHash, trustee: &Certificate) -> bool {
    let context =
        PackageContext { subject: &hash.0, purpose: Purpose::Remedy, attempt: 0, recipient: trustee };
    is_package_of(sealed, part.part.expose(), &context)
}

/// Joins the first `threshold` parts to the lock share and compares it with the core's commitment.
///
/// # Errors
/// [`JoinError`].
pub fn join_parts(parts: &[RemedyPart], threshold: usize, core: &Core) -> Result<Share, JoinError> {
    let mut by_index = std::collections::BTreeMap::new();
    for part in parts {
        if by_index.insert(u64::from(part.index), part.part.expose()).is_some() {
            return Err(JoinError::Repeated(part.index));
        }
    }
    if by_index.len() < threshold {
        return Err(JoinError::TooFew { have: by_index.len(), need: threshold });
    }
    let joined = shamir::join(by_index.into_iter().take(threshold)).ok_or(JoinError::Commitment)?;
    let share = Share::from_bytes(&joined.to_bytes());
    if core.shares.lock.admits(&share, ShareRole::Lock, &core.scope()) {
        Ok(share)
    } else {
        Err(JoinError::Commitment)
    }
}
