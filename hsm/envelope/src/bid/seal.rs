//! Sealing a bid: from plans of envelopes to a head and a stream of ciphertext.
//!
//! Sealing goes in steps that are types, because the head needs what comes last: [`measure`] reads each document once;
//! [`Draft`] draws shares and salts and fixes cores and key packages; [`Sealer`] has the signed packages, so that the
//! head's length is known, and writes the content; [`Sealer::finish`] signs the submission and gives the head, which
//! the caller writes into the space it kept free. Memory: one chunk, whatever the size.

use std::io::{Read, Write};

use bidroom_canon::{Base64Bytes, Hex32, Sm3Digest, to_canonical};
use rand_core::CryptoRng;
use sm3::Digest as _;

use super::core::{Core, CoreError, CoreFormat, CoreHash, SuiteName};
use super::header::{MAX_HEAD, PAGE, PREAMBLE, assemble};
use super::manifest::{
    Document, DocumentName, Manifest, ManifestError, ManifestFormat, MediaType, SaltedSchedule,
};
use super::package::{PackageContext, Purpose, SealPackageError, seal_package};
use super::record::{KeyPackage, KeyPackageRecord, RecordDigest, RecordFormat};
use super::remedy::Trustees;
use super::schedule::Schedule;
use super::scope::BidScope;
use super::share::{Share, Shares, content_keys};
use super::signed::{Signed, SignedFormError};
use super::submission::{BidDigest, Submission, SubmissionFormat, SubmittedEnvelope};
use crate::content::stream::{ChunkSealer, ChunkSize, StreamError};
use crate::content::tree::CiphertextRoot;
use crate::suite::pki::Certificate;
use crate::suite::sm2::Sign;
use bidroom_id::{CreditCode, EnvelopeIndex, IdError, LotNumber, TenderNumber};

/// What a SignedData adds to content and certificate at most: object identifiers, names, signature, framing.
const MESSAGE_FRAME: usize = 1024;

/// A document as the first pass found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentPlan {
    /// Its name in the bid.
    pub name: DocumentName,
    /// What it is.
    pub media_type: MediaType,
    /// Its length, from [`measure`].
    pub length: u64,
    /// SM3 of its bytes, from [`measure`].
    pub digest: Sm3Digest,
}

/// The certificates one envelope's shares are enveloped to.
#[derive(Debug, Clone, Default)]
pub struct Recipients {
    /// The bidder's encryption certificates, main and sub locks: at least one.
    pub lock: Vec<Certificate>,
    /// The tender key in the room's device and in the standby: at least one.
    pub room: Vec<Certificate>,
    /// The officers' key of this envelope: one.
    pub officers: Vec<Certificate>,
    /// The trustees of the remedy, where tender document and bidder chose so.
    pub remedy: Option<Trustees>,
}

/// One envelope to be sealed.
#[derive(Debug, Clone)]
pub struct EnvelopePlan {
    /// Its schedule.
    pub schedule: Schedule,
    /// Its documents, in order.
    pub documents: Vec<DocumentPlan>,
    /// Who gets its shares.
    pub recipients: Recipients,
}

/// A bid to be sealed.
#[derive(Debug, Clone)]
pub struct BidPlan {
    /// The tender.
    pub tender: TenderNumber,
    /// The lot.
    pub lot: LotNumber,
    /// The bidder.
    pub bidder: CreditCode,
    /// 1, or one more than the bid it replaces.
    pub sequence: u32,
    /// The last receipted bid.
    pub replaces: Option<BidDigest>,
    /// Normally [`ChunkSize::STANDARD`].
    pub chunk_size: ChunkSize,
    /// The envelopes, in order.
    pub envelopes: Vec<EnvelopePlan>,
}

/// Why a bid could not be sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// Too many envelopes.
    #[error(transparent)]
    Id(#[from] IdError),
    /// A manifest would not be accepted.
    #[error("envelope {envelope}: {source}")]
    Manifest {
        /// Which envelope.
        envelope: EnvelopeIndex,
        /// Why.
        source: ManifestError,
    },
    /// A core would not be accepted.
    #[error("envelope {envelope}: {source}")]
    Core {
        /// Which envelope.
        envelope: EnvelopeIndex,
        /// Why.
        source: CoreError,
    },
    /// A key package could not be made.
    #[error("envelope {envelope}: {source}")]
    Package {
        /// Which envelope.
        envelope: EnvelopeIndex,
        /// Why.
        source: SealPackageError,
    },
    /// The random source gave numbers of no use; it does not work.
    #[error("the random source does not work")]
    Random,
    /// Packages or submission would not be accepted, or the key did not sign.
    #[error(transparent)]
    Signed(#[from] SignedFormError),
    /// The content is longer than content may be.
    #[error("envelope {0} is too large")]
    TooLarge(EnvelopeIndex),
    /// The head is longer than a head may be.
    #[error("the head would be longer than {MAX_HEAD} bytes")]
    HeadTooLong,
    /// Writing the ciphertext or reading a document failed.
    #[error("envelope {envelope}: {source}")]
    Stream {
        /// Which envelope.
        envelope: EnvelopeIndex,
        /// Why.
        source: StreamError,
    },
    /// A document could not be opened for the second pass.
    #[error("document {name:?}: {source}")]
    Document {
        /// Its name.
        name: String,
        /// Why.
        source: std::io::Error,
    },
    /// A document is not what it was when it was measured.
    #[error("document {0:?} was changed while the bid was sealed")]
    Changed(String),
    /// All contents are sealed, or not all are.
    #[error("{sealed} of {envelopes} envelopes are sealed")]
    Order {
        /// How many are.
        sealed: usize,
        /// How many there are.
        envelopes: usize,
    },
}

/// The first pass over a document: its length and SM3.
///
/// # Errors
/// Those of `source`.
pub fn measure(source: &mut impl Read) -> std::io::Result<(u64, Sm3Digest)> {
    let mut hash = sm3::Sm3::new();
    let mut buffer = vec![0_u8; 64 * 1024];
    let mut length = 0_u64;
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok((length, Sm3Digest::from_bytes(hash.finalize().into()))),
            Ok(came) => {
                hash.update(buffer.get(..came).unwrap_or_default());
                length = length.saturating_add(u64::try_from(came).unwrap_or(u64::MAX));
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// One envelope whose shares, salts and core are fixed.
struct DraftEnvelope {
    core: Core,
    core_json: Vec<u8>,
    hash: CoreHash,
    manifest: Manifest,
    manifest_json: zeroize::Zeroizing<Vec<u8>>,
    shares: Shares,
    /// Parts of the lock share, by trustee; none without a remedy.
    parts: Vec<zeroize::Zeroizing<[u8; 32]>>,
    length: u64,
}

/// A bid whose shares, salts, cores and key packages are fixed, before anything is signed.
pub struct Draft {
    plan: BidPlan,
    envelopes: Vec<DraftEnvelope>,
    record: KeyPackageRecord,
}

impl Draft {
    /// Draws shares and salts and fixes everything that does not need a signature.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn new(plan: BidPlan, rng: &mut impl CryptoRng) -> Result<Self, SealError> {
        let mut envelopes = Vec::new();
        let mut packages = Vec::new();
        for (number, envelope) in (1_u32..).zip(&plan.envelopes) {
            let scope = BidScope {
                tender: plan.tender.clone(),
                lot: plan.lot,
                envelope: number.try_into()?,
                bidder: plan.bidder.clone(),
            };
            let draft = DraftEnvelope::new(envelope, &scope, plan.chunk_size, rng)?;
            packages.extend(draft.packages(&envelope.recipients)?);
            envelopes.push(draft);
        }
        packages.sort_by_key(|package| (package.envelope, package.purpose, package.recipient));
        let record = KeyPackageRecord {
            format: RecordFormat,
            version: 1,
            tender: plan.tender.clone(),
            lot: plan.lot,
            bidder: plan.bidder.clone(),
            cores: envelopes.iter().map(|envelope| envelope.hash).collect(),
            packages,
        };
        Ok(Self { plan, envelopes, record })
    }

    /// The manifests, with every salt: what a bidder keeps in its safe.
    pub fn manifests(&self) -> impl Iterator<Item = &Manifest> {
        self.envelopes.iter().map(|envelope| &envelope.manifest)
    }

    /// Each envelope's lock share: what a bidder keeps beside its locks. Whoever has it still needs the room's share and
    /// the officers'.
    pub fn lock_shares(&self) -> impl Iterator<Item = &Share> {
        self.envelopes.iter().map(|envelope| &envelope.shares.lock)
    }

    /// Signs the key packages; with them the head's length is known.
    ///
    /// # Errors
    /// [`SealError::Signed`] or [`SealError::HeadTooLong`].
    pub fn sign_packages(
        self,
        certificate: &Certificate,
        key: &(impl Sign + ?Sized),
    ) -> Result<Sealer, SealError> {
        let packages = Signed::sign(self.record, certificate, key)?;
        let mut sealer = Sealer {
            plan: self.plan,
            envelopes: self.envelopes,
            packages,
            certificate: certificate.clone(),
            head_length: MAX_HEAD,
            sealed: Vec::new(),
        };
        sealer.head_length = sealer.reserve()?;
        Ok(sealer)
    }
}

impl DraftEnvelope {
    fn new(
        plan: &EnvelopePlan,
        scope: &BidScope,
        chunk_size: ChunkSize,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, SealError> {
        let envelope = scope.envelope;
        let (shares, parts) = match &plan.recipients.remedy {
            None => (Shares::generate(rng), Vec::new()),
            Some(trustees) => trustees.draw(rng).ok_or(SealError::Random)?,
        };
        let manifest = Manifest {
            format: ManifestFormat,
            schedule: SaltedSchedule { salt: salt(rng), schedule: plan.schedule.clone() },
            documents: plan.documents.iter().map(|document| document.salted(salt(rng))).collect(),
        };
        let json = manifest.to_bytes().map_err(|source| SealError::Manifest { envelope, source })?;
        let core = Core {
            format: CoreFormat,
            suite: SuiteName,
            tender: scope.tender.clone(),
            lot: scope.lot,
            envelope,
            bidder: scope.bidder.clone(),
            chunk_size,
            shares: shares.commit(scope),
            schedule: manifest.schedule.schedule.commit(&manifest.schedule.salt, scope),
            documents: manifest.document_commitments(scope),
        };
        let core_json = core.to_bytes().map_err(|source| SealError::Core { envelope, source })?;
        let length = u64::try_from(json.len())
            .ok()
            .and_then(|manifest_length| {
                manifest_length.checked_add(4)?.checked_add(manifest.documents_length())
            })
            .and_then(|plain| chunk_size.sealed_length(plain))
            .ok_or(SealError::TooLarge(envelope))?;
        let hash = Core::hash(&core_json);
        Ok(Self { core, core_json, hash, manifest, manifest_json: json.into(), shares, parts, length })
    }

    fn packages(&self, recipients: &Recipients) -> Result<Vec<KeyPackage>, SealError> {
        let groups = [
            (Purpose::Lock, &self.shares.lock, &recipients.lock),
            (Purpose::Room, &self.shares.room, &recipients.room),
            (Purpose::Officers, &self.shares.officers, &recipients.officers),
        ];
        let whole = groups.into_iter().flat_map(|(purpose, share, certificates)| {
            certificates.iter().map(move |recipient| (purpose, share.expose(), recipient))
        });
        let trustees = recipients.remedy.iter().flat_map(Trustees::certificates);
        let dealt = self.parts.iter().zip(trustees).map(|(part, to)| (Purpose::Remedy, &**part, to));
        let sealed = whole.chain(dealt).map(|(purpose, secret, recipient)| {
            let context = PackageContext { subject: &self.hash.0, purpose, attempt: 0, recipient };
            let der = seal_package(secret, &context)
                .map_err(|source| SealError::Package { envelope: self.core.envelope, source })?;
            Ok(KeyPackage {
                envelope: self.core.envelope,
                purpose,
                recipient: recipient.digest(),
                serial: recipient.serial_hex(),
                der: Base64Bytes(der),
            })
        });
        sealed.collect()
    }
}

impl DocumentPlan {
    fn salted(&self, salt: Hex32) -> Document {
        Document {
            name: self.name.clone(),
            media_type: self.media_type.clone(),
            length: self.length,
            salt,
            digest: self.digest,
        }
    }
}

/// A bid with signed key packages, whose content is being written.
pub struct Sealer {
    plan: BidPlan,
    envelopes: Vec<DraftEnvelope>,
    packages: Signed<KeyPackageRecord>,
    certificate: Certificate,
    head_length: u32,
    sealed: Vec<SubmittedEnvelope>,
}

impl Sealer {
    /// Where the content begins in the file.
    pub const fn head_length(&self) -> u32 {
        self.head_length
    }

    /// How long all ciphertexts together are.
    pub fn content_length(&self) -> u64 {
        self.envelopes.iter().map(|envelope| envelope.length).fold(0, u64::saturating_add)
    }

    /// Seals the content of all envelopes, in order, and writes it to `out`. `open` opens a document, by envelope and
    /// place from 0, for the second pass.
    ///
    /// # Errors
    /// [`SealError`]; what was written is then worthless.
    pub fn seal_content<S: Read>(
        &mut self,
        mut open: impl FnMut(EnvelopeIndex, usize) -> std::io::Result<S>,
        out: &mut impl Write,
    ) -> Result<(), SealError> {
        self.sealed.clear();
        for envelope in &self.envelopes {
            let index = envelope.core.envelope;
            let (root, length) = envelope.seal(|place| open(index, place), out)?;
            self.sealed.push(SubmittedEnvelope { core: envelope.hash, root, length });
        }
        Ok(())
    }

    /// Signs the submission and gives the head, [`Self::head_length`] bytes to be written before the content.
    ///
    /// # Errors
    /// [`SealError`]; [`SealError::Order`] if the content is not sealed.
    pub fn finish(self, key: &(impl Sign + ?Sized)) -> Result<SealedHead, SealError> {
        if self.sealed.len() != self.envelopes.len() {
            return Err(SealError::Order { sealed: self.sealed.len(), envelopes: self.envelopes.len() });
        }
        let submission = Signed::sign(self.submission(self.sealed.clone()), &self.certificate, key)?;
        let mut parts = vec![submission.der()];
        parts.extend(self.envelopes.iter().map(|envelope| envelope.core_json.as_slice()));
        parts.push(self.packages.der());
        let bytes = assemble(self.head_length, &parts).ok_or(SealError::HeadTooLong)?;
        Ok(SealedHead { bytes, digest: submission.value().bid_digest() })
    }

    fn submission(&self, envelopes: Vec<SubmittedEnvelope>) -> Submission {
        Submission {
            format: SubmissionFormat,
            tender: self.plan.tender.clone(),
            lot: self.plan.lot,
            bidder: self.plan.bidder.clone(),
            sequence: self.plan.sequence,
            replaces: self.plan.replaces,
            envelopes,
            packages: RecordDigest::of(self.packages.json()),
            head_length: self.head_length,
        }
    }

    /// The head's length: what its parts take at most, in whole pages. The submission's length is known but for the
    /// digits of the head's length, which were set to the most there can be, and the few bytes by which DER signatures
    /// differ.
    fn reserve(&self) -> Result<u32, SealError> {
        let like = |envelope: &DraftEnvelope| SubmittedEnvelope {
            core: envelope.hash,
            root: CiphertextRoot(envelope.hash.0),
            length: envelope.length,
        };
        let submission = self.submission(self.envelopes.iter().map(like).collect());
        let json = to_canonical(&submission)
            .map_err(|source| SealError::Signed(SignedFormError::Json { name: "submission", source }))?;
        let cores = self.envelopes.iter().map(|envelope| envelope.core_json.len().saturating_add(4));
        let parts = [
            PREAMBLE,
            json.len()
                .saturating_add(self.certificate.der().len())
                .saturating_add(MESSAGE_FRAME)
                .saturating_add(4),
            self.packages.der().len().saturating_add(4),
        ];
        let total = parts.into_iter().chain(cores).fold(0, usize::saturating_add);
        u32::try_from(total)
            .ok()
            .and_then(|total| total.checked_next_multiple_of(PAGE))
            .filter(|length| *length <= MAX_HEAD)
            .ok_or(SealError::HeadTooLong)
    }
}

impl DraftEnvelope {
    fn seal<S: Read>(
        &self,
        mut open: impl FnMut(usize) -> std::io::Result<S>,
        out: &mut impl Write,
    ) -> Result<(CiphertextRoot, u64), SealError> {
        let failed = |source| SealError::Stream { envelope: self.core.envelope, source };
        let keys = content_keys(&self.shares, &self.hash);
        let mut sealer = ChunkSealer::new(&keys, self.hash, self.core.chunk_size, out);
        // `to_bytes` bounded the manifest.
        let length =
            u32::try_from(self.manifest_json.len()).map_err(|_| SealError::TooLarge(self.core.envelope))?;
        sealer.push(&length.to_be_bytes()).map_err(failed)?;
        sealer.push(&self.manifest_json).map_err(failed)?;
        for (place, document) in self.manifest.documents.iter().enumerate() {
            let name = || document.name.as_str().to_owned();
            let mut source = open(place).map_err(|source| SealError::Document { name: name(), source })?;
            let mut hash = sm3::Sm3::new();
            let came =
                sealer.pull(&mut source, document.length, |bytes| hash.update(bytes)).map_err(failed)?;
            let more =
                source.read(&mut [0]).map_err(|source| SealError::Document { name: name(), source })?;
            let digest = Sm3Digest::from_bytes(hash.finalize().into());
            if came != document.length || more != 0 || digest != document.digest {
                return Err(SealError::Changed(name()));
            }
        }
        sealer.finish().map_err(failed)
    }
}

/// The head of a sealed bid.
#[derive(Debug, Clone)]
pub struct SealedHead {
    /// What stands before the content.
    pub bytes: Vec<u8>,
    /// The name of the bid.
    pub digest: BidDigest,
}

impl core::fmt::Debug for Draft {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Draft").field("record", &self.record).finish_non_exhaustive()
    }
}

impl core::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Sealer").field("head_length", &self.head_length).finish_non_exhaustive()
    }
}

fn salt(rng: &mut impl CryptoRng) -> Hex32 {
    let mut salt = Hex32([0; 32]);
    rng.fill_bytes(&mut salt.0);
    salt
}
