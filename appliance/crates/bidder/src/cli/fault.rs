//! Everything that can go wrong, with exit codes.

use std::path::PathBuf;

use bidroom_bidder::bidfile::BidFileError;
use bidroom_bidder::client::{ClientError, FollowError, UploadError};
use bidroom_bidder::files::FileError;
use bidroom_bidder::kept::KeptError;
use bidroom_bidder::legacy::LegacyError;
use bidroom_bidder::locks::LockFilesError;
use bidroom_bidder::schedule::ScheduleFileError;
use bidroom_bidder::seal::SealFilesError;
use bidroom_domain::{CreditCode, SessionId};
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
    Kept(#[from] KeptError),
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
    #[error("the publication is for session {publication}; asked was for {asked}")]
    OtherSession { publication: SessionId, asked: SessionId },
    #[error("receipt {code} was not written: {source}")]
    ReceiptNotKept { code: String, source: FileError },
    #[error("the bid is sealed to …{}; …{tail} is not one of them, or more than one", .sealed_to.join(", …"))]
    NoSuchLock { tail: String, sealed_to: Vec<String> },
    #[error("{0} has no request for the remedy key that waits here")]
    NoRemedyRequest(CreditCode),
    #[error("no bid stands")]
    NothingToWithdraw,
    #[error(transparent)]
    Archive(#[from] Unusable),
    #[error(transparent)]
    Trust(#[from] TrustError),
    #[error("{} holds too many files for a trust folder", .0.display())]
    TooManyAnchors(PathBuf),
    #[error(transparent)]
    LockConfig(#[from] bidroom_locks::config::ConfigError),
    #[error(transparent)]
    Link(#[from] bidroom_bidder::bridge::link::LinkError),
    #[error("bidroom:// links could not be registered: {0}")]
    InstallLink(std::io::Error),
    #[error("{}: the publication of its lot was not given", .0.display())]
    ReceiptAlone(PathBuf),
    #[error("no pinentry in the search path")]
    NoPinentry,
    #[error(transparent)]
    Pair(#[from] bidroom_bidder::bridge::PairError),
    #[error(transparent)]
    Window(#[from] bidroom_bidder::bridge::WindowError),
    #[error("the pairing ended ({0})")]
    PairingEnded(String),
    #[error("the helper had to refuse too many requests")]
    Abused,
    #[error("{}", told(.0))]
    Legacy(#[from] LegacyError),
    #[error("{keys} keys and {certificates} certificates: each needs the other")]
    Pairs { keys: usize, certificates: usize },
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
            Self::Promise(_) | Self::NothingToWithdraw | Self::NoRemedyRequest(_) | Self::Abused => REFUSED,
            Self::Pair(bidroom_bidder::bridge::PairError::Client(error)) => exit_of(error),
            Self::Pair(bidroom_bidder::bridge::PairError::Declined) => REFUSED,
            Self::Pair(bidroom_bidder::bridge::PairError::Ended(_)) | Self::PairingEnded(_) => TRY_AGAIN,
            Self::Legacy(LegacyError::Message(error)) if !error.is_unusable() => REFUSED,
            Self::Legacy(LegacyError::Signer(_)) => REFUSED,
            Self::Follow(FollowError::NotOpened | FollowError::NotClosed) => TRY_AGAIN,
            Self::Follow(_) => REFUSED,
            Self::ReceiptNotKept { .. } | Self::Runtime(_) => TRY_AGAIN,
            _ => UNUSABLE,
        }
    }
}

/// The stable word of a refusal, then its details.
fn told(error: &LegacyError) -> String {
    format!("{}: {error}", super::cms::code(error))
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
