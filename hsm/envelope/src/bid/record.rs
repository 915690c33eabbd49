//! The record of key packages: which shares of a bid are enveloped to whom, signed by the bidder and versioned, so that
//! a bidder whose lock changes re-wraps its lock share without touching the bid.

use core::fmt;

use bidroom_canon::{Base64Bytes, Sm3Digest, labelled_sm3};
use serde::{Deserialize, Serialize};

use super::Marker;
use super::core::CoreHash;
use super::package::{Purpose, parse_package};
use super::remedy::{MAX_TRUSTEES, MIN_TRUSTEES};
use super::signed::SignedForm;
use crate::suite::cms::Recipient;
use bidroom_id::{CreditCode, EnvelopeIndex, LotNumber, TenderNumber};

const LABEL: &str = "bidroom/bid/v1/packages";

/// Most packages of one envelope.
pub const MAX_PACKAGES: usize = 32;

/// Marks the record's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordFormat;

impl Marker for RecordFormat {
    const TEXT: &'static str = "bidroom-packages/1";
}

super::marker_serde!(RecordFormat);

/// SM3(label ‖ canonical JSON of a record): what submission and receipts name a record by. Over the record and not its
/// signature, so that signing again is not another record.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordDigest(pub Sm3Digest);

impl RecordDigest {
    /// The digest of a record's canonical JSON.
    pub fn of(json: &[u8]) -> Self {
        Self(labelled_sm3(LABEL, &[json]))
    }
}

impl fmt::Debug for RecordDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for RecordDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// One package in a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyPackage {
    /// The envelope whose share it holds.
    pub envelope: EnvelopeIndex,
    /// What for: lock, room, officers or remedy.
    pub purpose: Purpose,
    /// SM3 of the recipient's certificate.
    pub recipient: Sm3Digest,
    /// Serial number of that certificate in hexadecimal, to be shown to people who look for the right lock.
    pub serial: String,
    /// The package.
    pub der: Base64Bytes,
}

impl KeyPackage {
    fn place(&self) -> (EnvelopeIndex, Purpose, Sm3Digest) {
        (self.envelope, self.purpose, self.recipient)
    }
}

/// All key packages of a bid, in ascending order of envelope, purpose (lock, room, officers, remedy) and recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyPackageRecord {
    /// `bidroom-packages/1`.
    pub format: RecordFormat,
    /// 1 for the record in the file, one more with each re-wrap.
    pub version: u32,
    /// The tender.
    pub tender: TenderNumber,
    /// The lot.
    pub lot: LotNumber,
    /// The bidder.
    pub bidder: CreditCode,
    /// The bid's cores, in order.
    pub cores: Vec<CoreHash>,
    /// The packages.
    pub packages: Vec<KeyPackage>,
}

/// A rule of the record that its values break.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Versions count from 1.
    #[error("version 0")]
    Version,
    /// No core, or more than a bid has envelopes.
    #[error("{0} cores")]
    Cores(usize),
    /// Packages out of order, or two for one recipient.
    #[error("package {0} is out of order or repeated")]
    Order(usize),
    /// More packages for an envelope than allowed.
    #[error("more than {MAX_PACKAGES} packages for envelope {0}")]
    TooMany(EnvelopeIndex),
    /// Fewer or more packages for trustees than a remedy has.
    #[error(
        "{packages} packages for trustees of envelope {envelope}; there are none, or {MIN_TRUSTEES} to {MAX_TRUSTEES}"
    )]
    Trustees {
        /// Which envelope.
        envelope: EnvelopeIndex,
        /// How many there are.
        packages: usize,
    },
    /// A package for an envelope the bid does not have.
    #[error("a package for envelope {0}, which the bid does not have")]
    Envelope(EnvelopeIndex),
    /// A purpose that has no place in a record.
    #[error("a package for {0} has no place in a record")]
    Purpose(Purpose),
    /// A package that is missing.
    #[error("envelope {envelope} has no package for {purpose}")]
    Missing {
        /// Which envelope.
        envelope: EnvelopeIndex,
        /// Which purpose.
        purpose: Purpose,
    },
    /// A package that is no message, or names another serial number than its entry.
    #[error("package {index}: {reason}")]
    Package {
        /// Its place, from 0.
        index: usize,
        /// Why.
        reason: String,
    },
}

/// Why a record is no re-wrap of another.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RewrapError {
    /// Not the next version.
    #[error("version {next} does not follow version {last}")]
    Version {
        /// Of the record that stands.
        last: u32,
        /// Of the one that came.
        next: u32,
    },
    /// For another bid.
    #[error("the record belongs to another bid")]
    Bid,
    /// Something else than a lock package was changed.
    #[error("a re-wrap changes lock packages only")]
    NotLock,
}

impl SignedForm for KeyPackageRecord {
    type Broken = RecordError;

    const NAME: &'static str = "packages";
    const MAX: usize = 256 * 1024;

    fn check(&self) -> Result<(), RecordError> {
        if self.version == 0 {
            return Err(RecordError::Version);
        }
        let envelopes = u32::try_from(self.cores.len()).unwrap_or(u32::MAX);
        if EnvelopeIndex::try_from(envelopes).is_err() {
            return Err(RecordError::Cores(self.cores.len()));
        }
        let mut last = None;
        for (index, package) in self.packages.iter().enumerate() {
            let place = package.place();
            if last.replace(place).is_some_and(|last| last >= place) {
                return Err(RecordError::Order(index));
            }
            if package.envelope.number() > envelopes {
                return Err(RecordError::Envelope(package.envelope));
            }
            check_package(index, package)?;
        }
        (1..=envelopes).filter_map(|number| EnvelopeIndex::try_from(number).ok()).try_for_each(|envelope| {
            if self.of_envelope(envelope).count() > MAX_PACKAGES {
                return Err(RecordError::TooMany(envelope));
            }
            let packages = self.recipients(envelope, Purpose::Remedy).len();
            if packages != 0 && !(MIN_TRUSTEES..=MAX_TRUSTEES).contains(&packages) {
                return Err(RecordError::Trustees { envelope, packages });
            }
            for purpose in [Purpose::Lock, Purpose::Room, Purpose::Officers] {
                if !self.of_envelope(envelope).any(|package| package.purpose == purpose) {
                    return Err(RecordError::Missing { envelope, purpose });
                }
            }
            Ok(())
        })
    }

    fn bidder(&self) -> &CreditCode {
        &self.bidder
    }
}

impl KeyPackageRecord {
    /// The packages of one envelope.
    pub fn of_envelope(&self, envelope: EnvelopeIndex) -> impl Iterator<Item = &KeyPackage> {
        self.packages.iter().filter(move |package| package.envelope == envelope)
    }

    /// SM3 of the certificates to which packages of one envelope and purpose are, ascending.
    pub fn recipients(&self, envelope: EnvelopeIndex, purpose: Purpose) -> Vec<Sm3Digest> {
        let packages = self.of_envelope(envelope).filter(|package| package.purpose == purpose);
        packages.map(|package| package.recipient).collect()
    }

    /// The package of one envelope and purpose for one certificate.
    pub fn find(
        &self,
        envelope: EnvelopeIndex,
        purpose: Purpose,
        recipient: &Sm3Digest,
    ) -> Option<&KeyPackage> {
        self.packages.iter().find(|package| package.place() == (envelope, purpose, *recipient))
    }

    /// Whether `next` is a re-wrap of this record: the next version, the same bid, other packages for the lock at most.
    ///
    /// # Errors
    /// [`RewrapError`].
    pub fn check_rewrap(&self, next: &Self) -> Result<(), RewrapError> {
        if self.version.checked_add(1) != Some(next.version) {
            return Err(RewrapError::Version { last: self.version, next: next.version });
        }
        let bid =
            |record: &Self| (record.tender.clone(), record.lot, record.bidder.clone(), record.cores.clone());
        if bid(self) != bid(next) {
            return Err(RewrapError::Bid);
        }
        let kept = |record: &Self| -> Vec<KeyPackage> {
            record.packages.iter().filter(|package| package.purpose != Purpose::Lock).cloned().collect()
        };
        if kept(self) == kept(next) { Ok(()) } else { Err(RewrapError::NotLock) }
    }
}

fn check_package(index: usize, package: &KeyPackage) -> Result<(), RecordError> {
    match package.purpose {
        Purpose::Lock | Purpose::Room | Purpose::Officers | Purpose::Remedy => {}
        Purpose::Consent
        | Purpose::Deal
        | Purpose::Authorise
        | Purpose::Redeal
        | Purpose::Probe
        | Purpose::RemedyPart
        | Purpose::Draw
        | Purpose::Committee => {
            return Err(RecordError::Purpose(package.purpose));
        }
    }
    let message = parse_package(&package.der.0)
        .map_err(|error| RecordError::Package { index, reason: error.to_string() })?;
    let named = message.recipients().first().map(serial_hex).unwrap_or_default();
    if named == package.serial {
        return Ok(());
    }
    Err(RecordError::Package { index, reason: format!("is for the certificate with serial {named}") })
}

/// The serial number in the message as certificates spell theirs: upper case, without the sign byte.
fn serial_hex(recipient: &Recipient) -> String {
    let digits = match recipient.serial() {
        [0, rest @ ..] if !rest.is_empty() => rest,
        all => all,
    };
    hex::encode_upper(digits)
}
