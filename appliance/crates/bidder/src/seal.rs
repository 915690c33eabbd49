//! Sealing a bid from files: two passes, a stream to `<out>.part`, and the name only when all is durable.
//!
//! Memory is one chunk and some buffers, whatever the size of the documents. Plaintext is only read; nothing of it is
//! written but to the file that the bidder asked to keep.

use std::cell::Cell;
use std::fs::File;
use std::io::{BufReader, BufWriter, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use bidroom_canon::{Hex32, Sm3Digest};
use bidroom_domain::evaluation::Plan;
use bidroom_domain::{At, ColumnKind, Fen};
use bidroom_domain::{EnvelopeIndex, IdError};
use bidroom_envelope::bid::index::{self, IndexError, ResponseIndex};
use bidroom_envelope::bid::manifest::{DocumentName, DocumentNameError, MAX_DOCUMENTS, MediaType};
use bidroom_envelope::bid::remedy::Trustees;
use bidroom_envelope::bid::schedule::{Schedule, ScheduleValue};
use bidroom_envelope::bid::seal::{
    BidPlan, DocumentPlan, Draft, EnvelopePlan, Recipients, SealError, measure,
};
use bidroom_envelope::bid::share::Share;
use bidroom_envelope::bid::submission::BidDigest;
use bidroom_envelope::content::stream::ChunkSize;
use bidroom_envelope::suite::pki::{Certificate, Usage};
use bidroom_envelope::suite::sm2::Sign;
use bidroom_tender::PackageError;
use bidroom_trust::Refusal;
use bidroom_unlocking::PublishedRoom;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use crate::files::{FileError, Pending, write_new};
use crate::progress::{Counted, Progress, Stage};

/// Who signs the bid.
#[derive(Clone, Copy)]
pub struct Signer<'a> {
    /// The bidder's signing certificate.
    pub certificate: &'a Certificate,
    /// Its key.
    pub key: &'a dyn Sign,
}

/// The bid that a new one replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replaces {
    /// The last receipted bid.
    pub bid: BidDigest,
    /// Its sequence.
    pub sequence: u32,
}

/// What is to be sealed.
#[derive(Clone, Copy)]
pub struct SealRequest<'a> {
    /// To whom: the room's publication.
    pub room: &'a PublishedRoom,
    /// The schedule.
    pub schedule: &'a Schedule,
    /// The documents, in order.
    pub documents: &'a [PathBuf],
    /// Encryption certificates of the bidder's locks, each of which shall be able to unlock.
    pub locks: &'a [Certificate],
    /// Who signs.
    pub signer: Signer<'a>,
    /// The bid it replaces.
    pub replaces: Option<Replaces>,
    /// The sealed file; must not exist.
    pub out: &'a Path,
    /// Where manifest, salts, lock shares and list of documents are kept for the bidder's safe; must not exist.
    pub keep: Option<&'a Path>,
    /// Whether the lock share is also dealt to the trustees of the tender's remedy key.
    pub remedy: bool,
    /// The bidder's clock: certificates must be valid then.
    pub now: At,
}

/// What was sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Digest of the bid.
    pub bid: BidDigest,
    /// Its sequence.
    pub sequence: u32,
    /// Length of the file in bytes.
    pub length: u64,
    /// What the bidder should look at before sending.
    pub warnings: Vec<Warning>,
}

/// What does not keep a bid from being sealed, and may keep it from being accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// By this computer's clock the deadline is past.
    PastDeadline(At),
    /// The price is above the ceiling.
    AboveCeiling {
        /// The price.
        price: Fen,
        /// The ceiling.
        ceiling: Fen,
    },
    /// Only one lock can unlock: if it is lost or renewed, the bid stays sealed.
    OneLock,
}

/// Which certificate of the bidder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The one that signs.
    Signing,
    /// One of the locks, by the tail of its serial.
    Lock(String),
}

/// Why a bid was not sealed. Then no file was left behind.
#[derive(Debug, thiserror::Error)]
pub enum SealFilesError {
    /// No lock could unlock it.
    #[error("no lock certificate is given")]
    NoLock,
    /// The same certificate twice.
    #[error("the lock certificate …{0} is given twice")]
    RepeatedLock(String),
    /// The certificate names no firm.
    #[error("{place:?}: the certificate of {holder} names no unified social credit code")]
    NoCreditCode {
        /// Which certificate.
        place: Place,
        /// Its holder.
        holder: String,
    },
    /// The certificates are of different firms.
    #[error("{place:?}: the certificate is of {found}, the bid is signed by {signer}")]
    OtherFirm {
        /// Which certificate.
        place: Place,
        /// Its credit code.
        found: String,
        /// The signer's credit code.
        signer: String,
    },
    /// A certificate is not accepted for this tender.
    #[error("{place:?}: {refusal}")]
    Certificate {
        /// Which certificate.
        place: Place,
        /// Why.
        refusal: Box<Refusal>,
    },
    /// The tender document declares no remedy key.
    #[error("the tender document declares no remedy key")]
    RemedyNotDeclared,
    /// The accepted CAs cannot be read.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// The tender's number, lot or the bidder's code cannot be written in a bid.
    #[error(transparent)]
    Id(#[from] IdError),
    /// No document, or more than a bid carries.
    #[error("{0} documents; a bid has 1 to {MAX_DOCUMENTS}")]
    Documents(usize),
    /// The path names no file that can be put in a bid.
    #[error("{}: {source}", path.display())]
    Name {
        /// Which document.
        path: PathBuf,
        /// Why.
        source: DocumentNameError,
    },
    /// Two documents of one name.
    #[error("two documents are called {0:?}")]
    RepeatedName(String),
    /// A document that is reviewed blind is missing: it must have the name that the tender document gives it.
    #[error("no document is called {0:?}, which is reviewed blind")]
    Blind(String),
    /// The response index leads nowhere.
    #[error("the response index: {0}")]
    Index(#[from] IndexError),
    /// A mark of the response index (counted from 1) names an item that the method does not have.
    #[error("mark {mark} of the response index: the method has no item {item:?}")]
    IndexItem {
        /// Which.
        mark: usize,
        /// The item.
        item: String,
    },
    /// A document is empty.
    #[error("{} is empty", .0.display())]
    Empty(PathBuf),
    /// A document cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// Which document.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file that is to be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// Sealing.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// What is kept cannot be written as JSON.
    #[error("the kept file: {0}")]
    Keep(String),
}

/// What a bidder keeps in its safe: with it, anybody can check what was sealed. It shows prices: never to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptBid {
    /// `bidroom-kept/1`.
    pub format: String,
    /// Digest of the bid.
    pub bid: Sm3Digest,
    /// The tender.
    pub tender: String,
    /// The lot.
    pub lot: u32,
    /// Credit code of the bidder.
    pub bidder: String,
    /// Sequence of the bid.
    pub sequence: u32,
    /// SM3 of the publication it was sealed to.
    pub publication: Sm3Digest,
    /// Each envelope's manifest, canonical JSON exactly as it was sealed: schedule, documents' digests, all salts.
    pub manifests: Vec<String>,
    /// Where the documents were read, in the manifest's order.
    pub documents: Vec<PathBuf>,
    /// Each envelope's lock share, for the remedy of a bidder none of whose locks is at hand; none in files of the first
    /// format.
    #[serde(default)]
    pub shares: Vec<KeptShare>,
}

/// The format of [`KeptBid`].
pub const KEPT_FORMAT: &str = "bidroom-kept/2";
/// The format before shares were kept.
pub const KEPT_FORMAT_WITHOUT_SHARES: &str = "bidroom-kept/1";

/// A lock share in the bidder's safe. Alone it opens nothing.
#[derive(Debug, Clone)]
pub struct KeptShare(pub Share);

impl PartialEq for KeptShare {
    fn eq(&self, other: &Self) -> bool {
        self.0.expose() == other.0.expose()
    }
}

impl Eq for KeptShare {}

impl Serialize for KeptShare {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Hex32(*self.0.expose()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for KeptShare {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Share::from_bytes(&Hex32::deserialize(deserializer)?.0)))
    }
}

/// Seals a bid.
///
/// # Errors
/// [`SealFilesError`]; then neither `out` nor `keep` exists.
pub fn seal(
    request: &SealRequest<'_>,
    rng: &mut impl CryptoRng,
    progress: &dyn Progress,
) -> Result<Sealed, SealFilesError> {
    let bidder = check_certificates(request)?;
    let documents = measure_all(request.documents, progress)?;
    if let Some(method) = request.room.facts().evaluation.as_deref() {
        check_reading(method, request.documents, &documents)?;
    }
    if let Some(keep) = request.keep.filter(|keep| keep.exists()) {
        return Err(FileError::Exists(keep.to_owned()).into());
    }
    let mut pending = Pending::begin(request.out, false)?;
    let total: u64 = documents.iter().map(|document| document.length).fold(0, u64::saturating_add);
    let draft = Draft::new(plan(request, &bidder, documents)?, rng)?;
    let manifests = kept_manifests(&draft)?;
    let shares = draft.lock_shares().cloned().map(KeptShare).collect();
    let mut sealer = draft.sign_packages(request.signer.certificate, request.signer.key)?;
    let length = u64::from(sealer.head_length()).saturating_add(sealer.content_length());

    let write = |source| SealFilesError::File(FileError::Write { path: request.out.to_owned(), source });
    pending.file.seek(SeekFrom::Start(u64::from(sealer.head_length()))).map_err(write)?;
    let done = Cell::new(0);
    let mut out = BufWriter::with_capacity(1 << 20, &pending.file);
    let open = |_: EnvelopeIndex, place: usize| {
        let path = request.documents.get(place).ok_or(std::io::ErrorKind::NotFound)?;
        let file = BufReader::with_capacity(256 << 10, File::open(path)?);
        Ok(Counted::new(file, Stage::Seal, &done, total, progress))
    };
    sealer.seal_content(open, &mut out)?;
    out.flush().map_err(write)?;
    drop(out);
    let head = sealer.finish(request.signer.key)?;
    pending.file.seek(SeekFrom::Start(0)).map_err(write)?;
    pending.file.write_all(&head.bytes).map_err(write)?;

    let sequence = request.replaces.map_or(1, |replaced| replaced.sequence.saturating_add(1));
    if let Some(keep) = request.keep {
        write_kept(request, keep, &bidder, (head.digest, sequence), (manifests, shares))?;
    }
    if let Err(error) = pending.finish() {
        if let Some(keep) = request.keep {
            drop(std::fs::remove_file(keep));
        }
        return Err(error.into());
    }
    Ok(Sealed { bid: head.digest, sequence, length, warnings: warnings(request) })
}

/// All certificates are of one firm, for their use, valid now, and of accepted CAs: what the room would refuse after
/// gigabytes were sent is refused here.
fn check_certificates(request: &SealRequest<'_>) -> Result<String, SealFilesError> {
    if request.locks.is_empty() {
        return Err(SealFilesError::NoLock);
    }
    let judge = request.room.package().value().judge()?;
    let check =
        |place: Place, certificate: &Certificate, usage| match judge.firm(certificate, usage, request.now) {
            Ok(accepted) => Ok(accepted.code.to_string()),
            Err(Refusal::NoCreditCode { .. }) => {
                Err(SealFilesError::NoCreditCode { place, holder: certificate.holder().to_owned() })
            }
            Err(refusal) => Err(SealFilesError::Certificate { place, refusal: Box::new(refusal) }),
        };
    let signer = check(Place::Signing, request.signer.certificate, Usage::Sign)?;
    let mut seen = Vec::new();
    for lock in request.locks {
        let place = Place::Lock(lock.tail());
        let found = check(place.clone(), lock, Usage::Encrypt)?;
        if found != signer {
            return Err(SealFilesError::OtherFirm { place, found, signer });
        }
        if seen.contains(&lock.digest()) {
            return Err(SealFilesError::RepeatedLock(lock.tail()));
        }
        seen.push(lock.digest());
    }
    Ok(signer)
}

/// Checks what the committee will read by: names of documents that are reviewed blind, and the response index. Found out now a mistake
/// costs a moment; after the deadline it costs the reader its way, or the bid its blind.
fn check_reading(method: &Plan, paths: &[PathBuf], documents: &[DocumentPlan]) -> Result<(), SealFilesError> {
    let names = || documents.iter().map(|document| document.name.as_str());
    if let Some(missing) = method.blind_documents.iter().find(|blind| !names().any(|name| name == *blind)) {
        return Err(SealFilesError::Blind(missing.clone()));
    }
    let Some(place) = names().position(|name| name == index::NAME) else { return Ok(()) };
    let Some((path, plan)) = paths.get(place).zip(documents.get(place)) else { return Ok(()) };
    if plan.length > index::MAX_BYTES {
        return Err(IndexError::Long(usize::try_from(plan.length).unwrap_or(usize::MAX)).into());
    }
    let bytes = std::fs::read(path).map_err(|source| SealFilesError::Read { path: path.clone(), source })?;
    let index = ResponseIndex::read(&bytes, names())?;
    let known = |item: &str| {
        method.criteria.iter().any(|criterion| criterion.id == item)
            || method.reviews.iter().any(|review| review.id == item)
    };
    let unknown = index.marks.iter().position(|mark| !known(&mark.item));
    match unknown.and_then(|place| index.marks.get(place).map(|mark| (place, mark.item.clone()))) {
        Some((place, item)) => Err(SealFilesError::IndexItem { mark: place.saturating_add(1), item }),
        None => Ok(()),
    }
}

fn measure_all(paths: &[PathBuf], progress: &dyn Progress) -> Result<Vec<DocumentPlan>, SealFilesError> {
    if !(1..=MAX_DOCUMENTS).contains(&paths.len()) {
        return Err(SealFilesError::Documents(paths.len()));
    }
    let mut total = 0_u64;
    for path in paths {
        let read = |source| SealFilesError::Read { path: path.clone(), source };
        let facts = std::fs::metadata(path).map_err(read)?;
        if !facts.is_file() {
            // A device or a pipe cannot be read twice.
            return Err(read(std::io::Error::other("not a regular file")));
        }
        total = total.saturating_add(facts.len());
    }
    let done = Cell::new(0);
    let mut plans: Vec<DocumentPlan> = Vec::new();
    for path in paths {
        let name = document_name(path)?;
        if plans.iter().any(|plan| plan.name == name) {
            return Err(SealFilesError::RepeatedName(name.as_str().to_owned()));
        }
        let read = |source| SealFilesError::Read { path: path.clone(), source };
        let file = BufReader::with_capacity(256 << 10, File::open(path).map_err(read)?);
        let mut counted = Counted::new(file, Stage::Measure, &done, total, progress);
        let (length, digest) = measure(&mut counted).map_err(read)?;
        if length == 0 {
            return Err(SealFilesError::Empty(path.clone()));
        }
        plans.push(DocumentPlan { name, media_type: media_type(path)?, length, digest });
    }
    Ok(plans)
}

fn document_name(path: &Path) -> Result<DocumentName, SealFilesError> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.parse().map_err(|source| SealFilesError::Name { path: path.to_owned(), source })
}

fn media_type(path: &Path) -> Result<MediaType, SealFilesError> {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let text = match extension.to_ascii_lowercase().as_str() {
        "pdf" => "application/pdf",
        "ofd" => "application/ofd",
        "zip" => "application/zip",
        "xml" => "application/xml",
        "json" => "application/json",
        "txt" => "text/plain",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "application/octet-stream",
    };
    text.parse().map_err(|source| SealFilesError::Name { path: path.to_owned(), source })
}

fn plan(
    request: &SealRequest<'_>,
    bidder: &str,
    documents: Vec<DocumentPlan>,
) -> Result<BidPlan, SealFilesError> {
    let (room, facts) = (request.room, request.room.facts());
    let recipients = Recipients {
        lock: request.locks.to_vec(),
        room: room.tender_certificates().to_vec(),
        officers: vec![room.officers_certificate().clone()],
        remedy: request.remedy.then(|| trustees(room)).transpose()?,
    };
    Ok(BidPlan {
        tender: facts.tender.clone(),
        lot: facts.lot,
        bidder: bidder.parse()?,
        sequence: request.replaces.map_or(1, |replaced| replaced.sequence.saturating_add(1)),
        replaces: request.replaces.map(|replaced| replaced.bid),
        chunk_size: ChunkSize::STANDARD,
        envelopes: vec![EnvelopePlan { schedule: request.schedule.clone(), documents, recipients }],
    })
}

/// To whom the lock share is dealt.
fn trustees(room: &PublishedRoom) -> Result<Trustees, SealFilesError> {
    let trustees = room.package().value().trustees(room.facts())?;
    trustees.ok_or(SealFilesError::RemedyNotDeclared)
}

fn kept_manifests(draft: &Draft) -> Result<Vec<String>, SealFilesError> {
    draft
        .manifests()
        .map(|manifest| {
            let bytes = manifest.to_bytes().map_err(|error| SealFilesError::Keep(error.to_string()))?;
            String::from_utf8(bytes).map_err(|error| SealFilesError::Keep(error.to_string()))
        })
        .collect()
}

fn write_kept(
    request: &SealRequest<'_>,
    path: &Path,
    bidder: &str,
    (bid, sequence): (BidDigest, u32),
    (manifests, shares): (Vec<String>, Vec<KeptShare>),
) -> Result<(), SealFilesError> {
    let facts = request.room.facts();
    let kept = KeptBid {
        format: KEPT_FORMAT.to_owned(),
        bid: bid.0,
        tender: facts.tender.to_string(),
        lot: facts.lot.number(),
        bidder: bidder.to_owned(),
        sequence,
        publication: request.room.publication().digest(),
        manifests,
        documents: request.documents.to_vec(),
        shares,
    };
    let json = serde_json::to_vec_pretty(&kept).map_err(|error| SealFilesError::Keep(error.to_string()))?;
    let json = zeroize::Zeroizing::new(json);
    Ok(write_new(path, &json, true)?)
}

fn warnings(request: &SealRequest<'_>) -> Vec<Warning> {
    let facts = request.room.facts();
    let mut warnings = Vec::new();
    if request.now >= facts.deadline {
        warnings.push(Warning::PastDeadline(facts.deadline));
    }
    let price = facts.columns.iter().find(|column| column.kind == ColumnKind::Money);
    let price = price.and_then(|column| match request.schedule.value(&column.key) {
        Some(ScheduleValue::Fen(fen)) => Fen::try_from(*fen).ok(),
        _ => None,
    });
    if let (Some(price), Some(ceiling)) = (price, facts.ceiling)
        && price > ceiling
    {
        warnings.push(Warning::AboveCeiling { price, ceiling });
    }
    if request.locks.len() == 1 {
        warnings.push(Warning::OneLock);
    }
    warnings
}
