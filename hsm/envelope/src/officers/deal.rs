//! Dealing the officers' key, checking its parts and joining them.

use core::fmt;

use bidroom_canon::{CanonError, Sm3Digest, from_canonical, labelled_sm3, to_canonical};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::shamir;
use crate::bid::Marker;
use crate::bid::package::{
    OpenPackageError, PackageContext, Purpose, SealPackageError, open_package, seal_package,
};
use crate::bid::share::Share;
use crate::suite::pki::Certificate;
use crate::suite::sm2::{PublicKey, SecretKey, Unwrap};
use bidroom_id::{EnvelopeIndex, LotNumber, TenderNumber};

const LABEL: &str = "bidroom/bid/v1/deal";

/// Most officers of a lot.
pub const MAX_OFFICERS: usize = 32;
/// Most bytes of a deal's JSON.
const MAX_DEAL: usize = 16 * 1024;

/// Marks the deal's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DealFormat;

impl Marker for DealFormat {
    const TEXT: &'static str = "bidroom-deal/1";
}

crate::bid::marker_serde!(DealFormat);

/// What an officers' key is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealScope {
    /// The tender.
    pub tender: TenderNumber,
    /// The lot.
    pub lot: LotNumber,
    /// The envelope.
    pub envelope: EnvelopeIndex,
}

/// One officer of a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealtOfficer {
    /// The index of the part, from 1.
    pub index: u32,
    /// SM3 of the encryption certificate the part was enveloped to.
    pub certificate: Sm3Digest,
}

/// What is published of a dealing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deal {
    /// `bidroom-deal/1`.
    pub format: DealFormat,
    /// The tender.
    pub tender: TenderNumber,
    /// The lot.
    pub lot: LotNumber,
    /// The envelope.
    pub envelope: EnvelopeIndex,
    /// Feldman's commitments, as many as parts are needed; the first is the officers' public key.
    pub commitments: Vec<PublicKey>,
    /// The officers, by index.
    pub officers: Vec<DealtOfficer>,
}

/// SM3(label ‖ canonical JSON of a deal): what the packages of its parts are bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DealDigest(pub Sm3Digest);

/// One officer's part of the key. Erased when dropped, never shown.
#[derive(Debug, Clone)]
pub struct OfficerShare {
    /// Its index, from 1.
    pub index: u32,
    /// The part: a scalar, big-endian.
    pub part: Share,
}

/// A dealing: what is published, and the package of each officer, in the order of the deal.
#[derive(Debug, Clone)]
pub struct Dealing {
    /// What is published.
    pub deal: Deal,
    /// The parts, each enveloped to its officer's lock.
    pub packages: Vec<Vec<u8>>,
}

/// Why there is no deal.
#[derive(Debug, thiserror::Error)]
pub enum DealError {
    /// Fewer than two parts needed, or not fewer needed than there are, or too many officers.
    #[error(
        "{threshold} of {total} officers: at least 2 must be needed, fewer than there are, of at most {MAX_OFFICERS}"
    )]
    Numbers {
        /// Parts needed.
        threshold: usize,
        /// Parts there are.
        total: usize,
    },
    /// One certificate twice.
    #[error("the same certificate is given to officers {first} and {second}")]
    Repeated {
        /// An index.
        first: u32,
        /// Another.
        second: u32,
    },
    /// Indices that do not count from 1.
    #[error("the officers are not numbered from 1")]
    Numbering,
    /// The random source gave a number of no use; it does not work.
    #[error("the random source does not work")]
    Random,
    /// A package could not be made.
    #[error(transparent)]
    Package(#[from] SealPackageError),
    /// Not canonical JSON of a deal.
    #[error("the deal: {0}")]
    Json(#[from] CanonError),
    /// Longer than a deal.
    #[error("the deal has {0} bytes, more than {MAX_DEAL}")]
    TooLong(usize),
}

/// Why an officer's part is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum OpenOfficerShareError {
    /// There is no such officer.
    #[error("the deal has no officer {0}")]
    NoOfficer(u32),
    /// The package.
    #[error(transparent)]
    Package(#[from] OpenPackageError),
    /// The package is true, and the part in it is not this officer's.
    #[error("the part of officer {0} does not fit the published commitments")]
    Part(u32),
}

/// Why parts do not give the key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CombineError {
    /// Too few.
    #[error("{have} parts of the officers' key, {need} are needed")]
    TooFew {
        /// Different parts there are.
        have: usize,
        /// Parts needed.
        need: usize,
    },
    /// A part that does not fit the commitments.
    #[error("the part of officer {0} does not fit the published commitments")]
    Part(u32),
    /// The parts give another key than was published; cannot happen with parts that fit.
    #[error("the parts do not give the published key")]
    Key,
}

impl Deal {
    /// Reads a deal strictly.
    ///
    /// # Errors
    /// [`DealError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, DealError> {
        if bytes.len() > MAX_DEAL {
            return Err(DealError::TooLong(bytes.len()));
        }
        let deal: Self = from_canonical(bytes)?;
        deal.check()?;
        Ok(deal)
    }

    /// Checks what the types of the members do not; for deals that came inside something else.
    ///
    /// # Errors
    /// [`DealError::Numbers`], [`DealError::Numbering`] or [`DealError::Repeated`].
    pub fn check(&self) -> Result<(), DealError> {
        check_numbers(self.commitments.len(), self.officers.len())?;
        if !self.officers.iter().map(|officer| officer.index).eq((1_u32..).take(self.officers.len())) {
            return Err(DealError::Numbering);
        }
        let mut seen = std::collections::BTreeMap::new();
        for officer in &self.officers {
            if let Some(first) = seen.insert(officer.certificate, officer.index) {
                return Err(DealError::Repeated { first, second: officer.index });
            }
        }
        Ok(())
    }

    /// The deal as it is published.
    ///
    /// # Errors
    /// [`DealError::Json`]; not for a deal that was made or read here.
    pub fn to_bytes(&self) -> Result<Vec<u8>, DealError> {
        Ok(to_canonical(self)?)
    }

    /// The name of the deal.
    pub fn digest(&self) -> DealDigest {
        // All members are texts and small integers, which can always be written.
        DealDigest(labelled_sm3(LABEL, &[&to_canonical(self).unwrap_or_default()]))
    }

    /// The officers' public key; none only in a deal that was not checked.
    pub fn public_key(&self) -> Option<&PublicKey> {
        self.commitments.first()
    }

    /// How many parts are needed.
    pub const fn threshold(&self) -> usize {
        self.commitments.len()
    }

    /// Whether `share` is the part dealt under its index: what names a wrong part on arrival.
    pub fn admits(&self, share: &OfficerShare) -> bool {
        self.officers.iter().any(|officer| officer.index == share.index)
            && shamir::verify(u64::from(share.index), share.part.expose(), &self.commitments)
    }
}

/// Makes a pair, deals its private half to the officers whose lock certificates are given, and erases it.
///
/// # Errors
/// [`DealError`].
pub fn deal(
    scope: DealScope,
    threshold: usize,
    officers: &[Certificate],
    rng: &mut impl CryptoRng,
) -> Result<Dealing, DealError> {
    check_numbers(threshold, officers.len())?;
    deal_again(&SecretKey::generate(rng), scope, threshold, officers, rng)
}

/// Deals a key that is there already to other officers, with a new polynomial: parts of this dealing and of another one
/// do not fit together. The public key stays, so that what was enveloped to it stays good.
///
/// # Errors
/// [`DealError`].
pub fn deal_again(
    key: &SecretKey,
    scope: DealScope,
    threshold: usize,
    officers: &[Certificate],
    rng: &mut impl CryptoRng,
) -> Result<Dealing, DealError> {
    check_numbers(threshold, officers.len())?;
    let split = shamir::split(key, threshold, officers.len(), rng).ok_or(DealError::Random)?;
    let numbered = (1_u32..).zip(officers);
    let deal = Deal {
        format: DealFormat,
        tender: scope.tender,
        lot: scope.lot,
        envelope: scope.envelope,
        commitments: split.commitments,
        officers: numbered.map(|(index, lock)| DealtOfficer { index, certificate: lock.digest() }).collect(),
    };
    deal.check()?;
    let digest = deal.digest();
    let packages = officers
        .iter()
        .zip(&split.parts)
        .map(|(recipient, part)| {
            let context =
                PackageContext { subject: &digest.0, purpose: Purpose::Deal, attempt: 0, recipient };
            seal_package(part, &context)
        })
        .collect::<Result<_, _>>()?;
    Ok(Dealing { deal, packages })
}

/// Opens the package of an officer's part, [`Purpose::Deal`] or [`Purpose::Authorise`], and checks the part.
///
/// # Errors
/// [`OpenOfficerShareError`].
pub fn open_officer_share(
    deal: &Deal,
    index: u32,
    der: &[u8],
    purpose: Purpose,
    attempt: u32,
    recipient: &Certificate,
    key: &(impl Unwrap + ?Sized),
) -> Result<OfficerShare, OpenOfficerShareError> {
    if !deal.officers.iter().any(|officer| officer.index == index) {
        return Err(OpenOfficerShareError::NoOfficer(index));
    }
    let digest = deal.digest();
    let context = PackageContext { subject: &digest.0, purpose, attempt, recipient };
    let share = OfficerShare { index, part: open_package(der, &context, key)? };
    if deal.admits(&share) { Ok(share) } else { Err(OpenOfficerShareError::Part(index)) }
}

/// Envelopes an officer's part to an opening certificate, for [`Purpose::Authorise`] or [`Purpose::Redeal`].
///
/// # Errors
/// [`SealPackageError`].
pub fn seal_officer_share(
    deal: &Deal,
    share: &OfficerShare,
    purpose: Purpose,
    attempt: u32,
    recipient: &Certificate,
) -> Result<Vec<u8>, SealPackageError> {
    let digest = deal.digest();
    seal_package(share.part.expose(), &PackageContext { subject: &digest.0, purpose, attempt, recipient })
}

/// Joins parts to the officers' key, each checked first. The key erases itself when dropped.
///
/// # Errors
/// [`CombineError`].
pub fn combine(deal: &Deal, shares: &[OfficerShare]) -> Result<SecretKey, CombineError> {
    let mut by_index = std::collections::BTreeMap::new();
    for share in shares {
        if !deal.admits(share) {
            return Err(CombineError::Part(share.index));
        }
        by_index.insert(u64::from(share.index), share.part.expose());
    }
    let need = deal.threshold();
    if by_index.len() < need {
        return Err(CombineError::TooFew { have: by_index.len(), need });
    }
    let key = shamir::join(by_index.into_iter().take(need)).ok_or(CombineError::Key)?;
    if Some(key.public_key()) == deal.public_key() { Ok(key) } else { Err(CombineError::Key) }
}

impl fmt::Display for DealDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

const fn check_numbers(threshold: usize, total: usize) -> Result<(), DealError> {
    if threshold < 2 || threshold >= total || total > MAX_OFFICERS {
        return Err(DealError::Numbers { threshold, total });
    }
    Ok(())
}
