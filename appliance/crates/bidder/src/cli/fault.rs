//! Everything that can go wrong, with exit codes.

use std::path::PathBuf;

use bidroom_bidder::bidfile::BidFileError;
use bidroom_bidder::client::{ClientError, FollowError, UploadError};
use bidroom_bidder::files::FileError;
use bidroom_bidder::locks::LockFilesError;
use bidroom_bidder::schedule::ScheduleFileError;
use bidroom_bidder::seal::SealFilesError;
use bidroom_domain::SessionId;
use bidroom_unlocking::{PromiseError, RoomError};
use bidroom_verifier::{TrustError, Unusable};
use bidroom_wire::ErrorKind;

/// Refused, or evidence disagrees.
const REFUSED: u8 = 1;
/// The input cannot be used.
const UNUSABLE: u8 = 2;
/// Network or room failed; the same command may succeed later.
const TRY_AGAIN: u8 = 4;

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(transparent)]
    Seal(#[from] SealFilesError),
    #[error(transparent)]
    Schedule(#[from] ScheduleFileError),
    #[error(transparent)]
    Bid(#[from] BidFileError),
    #[error(transparent)]
    Locks(#[from] LockFilesError),
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Room(#[from] RoomError),
    #[error(transparent)]
    Promise(#[from] PromiseError),
    #[error(transparent)]
    Follow(#[from] FollowError),
    #[error("the private key in {} is not that of the signing certificate", .0.display())]
    KeyMismatch(PathBuf),
    #[error("neither --lock nor --sign-cert and --sign-key")]
    NoSigner,
    #[error("the sequence of the bid in {} is not known", .0.display())]
    NoSequence(PathBuf),
    #[error("{} names a tender that is no tender number", .0.display())]
    NoSession(PathBuf),
    #[error("the publication is for session {publication}; asked was for {asked}")]
    OtherSession { publication: SessionId, asked: SessionId },
    #[error("receipt {code} was not written: {source}")]
    ReceiptNotKept { code: String, source: FileError },
    #[error("no bid stands")]
    NothingToWithdraw,
    #[error(transparent)]
    Archive(#[from] Unusable),
    #[error(transparent)]
    Trust(#[from] TrustError),
    #[error("{} holds too many files for a trust folder", .0.display())]
    TooManyAnchors(PathBuf),
    #[error("JSON: {0}")]
    Json(String),
    #[error("the runtime: {0}")]
    Runtime(std::io::Error),
}

impl CliError {
    /// The process's exit code.
    pub fn exit(&self) -> u8 {
        match self {
            Self::Client(error) => exit_of(error),
            Self::Promise(_) | Self::NothingToWithdraw => REFUSED,
            Self::Follow(FollowError::NotOpened | FollowError::NotClosed) => TRY_AGAIN,
            Self::Follow(_) => REFUSED,
            Self::ReceiptNotKept { .. } | Self::Runtime(_) => TRY_AGAIN,
            _ => UNUSABLE,
        }
    }
}

fn exit_of(error: &ClientError) -> u8 {
    match error {
        ClientError::Address { .. } | ClientError::Tls(_) => UNUSABLE,
        ClientError::Network { .. } | ClientError::Answer { .. } => TRY_AGAIN,
        ClientError::Api { error, .. } if error.kind == ErrorKind::Fault => TRY_AGAIN,
        ClientError::Upload(UploadError::GivenUp { .. }) => TRY_AGAIN,
        ClientError::Upload(UploadError::Read(_)) => UNUSABLE,
        _ => REFUSED,
    }
}
