//! Messages of other platforms (GB/T 35275): opened and verified as they stream by, layer inside layer.
//!
//! A legacy bid is an envelope, or an envelope inside another one (the centre's outside, the bidder's inside), perhaps
//! with a signature around or between. What comes out is written beside its place and gets its name only when every
//! layer was whole and every signature holds. Such a bid has no commitments and no Merkle root: what it proves is less
//! than what a sealed bid proves.

mod layers;

use std::cell::Cell;
use std::fs::File;
use std::io::{BufReader, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use bidroom_canon::Sm3Digest;
use bidroom_domain::At;
use bidroom_envelope::suite::cms::stream::{Kind, OpenedWith, StreamError};
use bidroom_envelope::suite::pki::{Certificate, CertificateRefusal, Usage, X509, find_chain};
use bidroom_envelope::suite::sm2::SecretKey;

use crate::files::{FileError, Pending};
use crate::progress::{Counted, Progress, Stage};

use self::layers::{Found, Peeler};

/// A certificate with its private key.
#[derive(Debug)]
pub struct Holder {
    /// The encryption certificate.
    pub certificate: Certificate,
    /// Its key.
    pub key: SecretKey,
}

/// What is done.
pub struct Request<'a> {
    /// The message.
    pub input: &'a Path,
    /// Where its content goes; must not exist.
    pub out: &'a Path,
    /// Whose keys open it, in any order; none to verify only.
    pub holders: &'a [Holder],
    /// Roots of the signers' authorities; without them it is not checked who signed.
    pub roots: &'a [X509],
    /// When signers' certificates must have been valid.
    pub at: At,
}

/// One layer of a message, outermost first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// What it is.
    pub kind: Kind,
    /// With what it was opened, if it was an envelope.
    pub opened: Option<OpenedWith>,
    /// Serial number of the certificate whose key opened it.
    pub holder: Option<String>,
    /// Who signed it; empty, if nobody did.
    pub signers: Vec<Certificate>,
}

/// What came out of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Its layers.
    pub layers: Vec<Layer>,
    /// What is left inside, if that is a message for somebody else.
    pub inside: Option<Kind>,
    /// Length in bytes.
    pub length: u64,
    /// SM3.
    pub digest: Sm3Digest,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum LegacyError {
    /// The message itself.
    #[error(transparent)]
    Message(#[from] StreamError),
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
    /// More layers than any message has.
    #[error("more than {0} messages inside one another")]
    TooDeep(usize),
    /// The signature holds, but its signer's certificate is not to be believed.
    #[error("the signer's certificate: {0}")]
    Signer(#[from] CertificateRefusal),
    /// A file of a private key does not belong to the certificate given with it.
    #[error("the private key in {} is not that of the certificate in {}", key.display(), certificate.display())]
    KeyMismatch {
        /// The key's file.
        key: PathBuf,
        /// The certificate's file.
        certificate: PathBuf,
    },
}

/// Opens a message, layer by layer as far as the keys go, and verifies every signature in it.
///
/// # Errors
/// [`LegacyError`]; then no file was left behind.
pub fn open(request: &Request<'_>, progress: &dyn Progress) -> Result<Content, LegacyError> {
    work(request, progress, false)
}

/// Verifies a signed message and writes what was signed, whatever it is.
///
/// # Errors
/// [`LegacyError`]; then no file was left behind.
pub fn verify(request: &Request<'_>, progress: &dyn Progress) -> Result<Content, LegacyError> {
    work(request, progress, true)
}

fn work(request: &Request<'_>, progress: &dyn Progress, signed_only: bool) -> Result<Content, LegacyError> {
    let read = |source| FileError::Read { path: request.input.to_owned(), source };
    let total = std::fs::metadata(request.input).map_err(read)?.len();
    let mut pending = Pending::begin(request.out, true)?;
    let done = Cell::new(0);
    let file = BufReader::with_capacity(256 << 10, File::open(request.input).map_err(read)?);
    let mut input = Counted::new(file, Stage::Read, &done, total, progress);
    let mut peeler = Peeler::new(request.holders, &pending.file, request.out, signed_only);
    peeler.peel(&mut input, 0)?;
    let (layers, inside, length, digest) = peeler.finish()?;

    let mut told = Vec::with_capacity(layers.len());
    for (depth, found) in layers.iter().enumerate() {
        let signers = match &found.signers {
            None => Vec::new(),
            Some(signers) if !signers.needs_content() => signers.verify(std::io::empty())?,
            // What the innermost layer signs was just written.
            Some(signers) if depth + 1 == layers.len() => {
                let failed = |source| FileError::Read { path: request.out.to_owned(), source };
                pending.file.seek(SeekFrom::Start(0)).map_err(failed)?;
                signers.verify(BufReader::with_capacity(256 << 10, &pending.file))?
            }
            Some(signers) => {
                let content = content_of(request, &layers, depth)?;
                signers.verify(content)?
            }
        };
        let signers: Vec<Certificate> = signers.into_iter().map(|by| by.certificate).collect();
        if let Some(all) = &found.signers {
            believe(&signers, all.certificates(), request)?;
        }
        told.push(Layer {
            kind: found.kind,
            opened: found.opened,
            holder: found.holder.and_then(|at| request.holders.get(at)).map(|it| it.certificate.serial_hex()),
            signers,
        });
    }
    pending.finish()?;
    Ok(Content { layers: told, inside, length, digest })
}

/// The content of a layer, read again from the file.
fn content_of(request: &Request<'_>, layers: &[Found], depth: usize) -> Result<Box<dyn Read>, LegacyError> {
    let read = |source| FileError::Read { path: request.input.to_owned(), source };
    let file = File::open(request.input).map_err(read)?;
    let mut reader: Box<dyn Read> = Box::new(BufReader::with_capacity(256 << 10, file));
    for found in layers.iter().take(depth + 1) {
        reader = found.unwrapped(reader, request.holders)?;
    }
    Ok(reader)
}

/// Whether the signers' certificates lead to one of the roots, where there are any.
fn believe(
    signers: &[Certificate],
    certificates: &[Certificate],
    request: &Request<'_>,
) -> Result<(), CertificateRefusal> {
    if request.roots.is_empty() {
        return Ok(());
    }
    let between: Vec<X509> = certificates.iter().map(|it| X509::clone(it)).collect();
    signers
        .iter()
        .try_for_each(|it| find_chain(it, &between, request.roots, request.at.0, Usage::Sign).map(drop))
}
