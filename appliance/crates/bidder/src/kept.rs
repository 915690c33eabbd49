//! The kept file, read again for the remedy.

use std::path::{Path, PathBuf};

use bidroom_unlocking::KeptShareOf;
use zeroize::Zeroizing;

use crate::files::{FileError, read_bounded};
use crate::seal::{KEPT_FORMAT, KEPT_FORMAT_WITHOUT_SHARES, KeptBid};

/// Longest kept file, bytes: manifests name every document and have a salt for each.
const MAX_KEPT: u64 = 64 << 20;

/// Why a kept file gives no share.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is none.
    #[error("{}: not a kept file: {why}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// It was made before shares were kept.
    #[error("{} holds no lock share", .0.display())]
    NoShare(PathBuf),
}

/// Reads a kept file.
///
/// # Errors
/// [`KeptError`].
pub fn read_kept(path: &Path) -> Result<KeptBid, KeptError> {
    let bytes = Zeroizing::new(read_bounded(path, MAX_KEPT)?);
    let unreadable = |why: String| KeptError::Unreadable { path: path.to_owned(), why };
    // The error of the parser may quote what it read: its place is told, its words are not.
    let kept: KeptBid = serde_json::from_slice(&bytes)
        .map_err(|error| unreadable(format!("line {}, column {}", error.line(), error.column())))?;
    match kept.format.as_str() {
        KEPT_FORMAT => Ok(kept),
        KEPT_FORMAT_WITHOUT_SHARES => Err(KeptError::NoShare(path.to_owned())),
        other => Err(unreadable(format!("format {:?}", other.chars().take(40).collect::<String>()))),
    }
}

/// The share of the first envelope.
///
/// # Errors
/// [`KeptError::NoShare`].
pub fn kept_share<'a>(kept: &'a KeptBid, path: &Path) -> Result<KeptShareOf<'a>, KeptError> {
    let share = kept.shares.first().ok_or_else(|| KeptError::NoShare(path.to_owned()))?;
    Ok(KeptShareOf { bid: kept.bid, publication: kept.publication, share: &share.0 })
}
