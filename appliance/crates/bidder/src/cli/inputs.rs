//! From arguments to checked values.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use bidroom_bidder::bidfile::BidFile;
use bidroom_bidder::client::{Client, ClientOptions};
use bidroom_bidder::files::read_bounded;
use bidroom_bidder::locks::{open_lock, read_certificate, read_lock, read_password};
use bidroom_bidder::seal::Replaces;
use bidroom_domain::At;
use bidroom_envelope::bid::submission::BidDigest;
use bidroom_envelope::suite::pki::Certificate;
use bidroom_ledger::receipt::Receipt;
use bidroom_lock::SoftLock;
use bidroom_unlocking::PublishedRoom;

use super::args::{LockArgs, Server};
use super::fault::CliError;

/// Longest publication, bytes.
const MAX_PUBLICATION: u64 = 8 << 20;
/// Longest receipt or certificate file, bytes.
const MAX_SMALL: u64 = 256 << 10;

/// This computer's clock: certificates are judged by it, deadlines are not.
pub fn now() -> At {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    At(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

pub fn certificates(paths: &[PathBuf]) -> Result<Vec<Certificate>, CliError> {
    Ok(paths.iter().map(|path| read_certificate(path)).collect::<Result<_, _>>()?)
}

/// Reads a publication from a file.
pub fn publication(path: &Path, agency_roots: &[PathBuf]) -> Result<PublishedRoom, CliError> {
    published(&read_bounded(path, MAX_PUBLICATION)?, agency_roots)
}

/// Checks a publication.
pub fn published(der: &[u8], agency_roots: &[PathBuf]) -> Result<PublishedRoom, CliError> {
    let roots = certificates(agency_roots)?;
    let roots = (!roots.is_empty()).then_some(roots.as_slice());
    Ok(PublishedRoom::open(der, roots, now())?)
}

pub fn lock(args: &LockArgs) -> Result<SoftLock, CliError> {
    Ok(open_lock(&args.lock, &read_password(&args.password_file)?)?)
}

/// An encryption certificate, or that of a lock file.
pub fn lock_certificate(path: &Path) -> Result<Certificate, CliError> {
    let bytes = read_bounded(path, MAX_SMALL)?;
    if bytes.starts_with(b"{") {
        Ok(read_lock(path)?.identity().encryption_certificate().clone())
    } else {
        Ok(read_certificate(path)?)
    }
}

pub fn client(args: &Server) -> Result<Client, CliError> {
    let trust = args.ca.iter().map(|path| read_bounded(path, MAX_SMALL)).collect::<Result<_, _>>()?;
    Ok(Client::new(&ClientOptions { server: args.server.clone(), trust })?)
}

/// A receipt as a file, checked under the room's pinned key.
pub fn receipt(path: &Path, room: &PublishedRoom) -> Result<Receipt, CliError> {
    Ok(room.read_receipt(&read_bounded(path, MAX_SMALL)?)?)
}

/// The bid that is replaced: its digest from the receipt, its sequence as told or from the sealed file beside the
/// receipt.
pub fn replaced(path: &Path, sequence: Option<u32>, room: &PublishedRoom) -> Result<Replaces, CliError> {
    let bid = BidDigest(receipt(path, room)?.bid_digest);
    if let Some(sequence) = sequence.filter(|sequence| *sequence > 0) {
        return Ok(Replaces { bid, sequence });
    }
    let text = path.to_string_lossy();
    let beside = text.strip_suffix(".receipt").map(PathBuf::from).filter(|file| file.exists());
    let file = beside.ok_or_else(|| CliError::NoSequence(path.to_owned()))?;
    let file = BidFile::read_head(&file)?;
    if file.header().bid_digest() == bid {
        Ok(Replaces { bid, sequence: file.header().submission().value().sequence })
    } else {
        Err(CliError::NoSequence(path.to_owned()))
    }
}
