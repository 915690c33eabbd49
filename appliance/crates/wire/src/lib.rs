//! Versioned messages between server, browser and tools.
//!
//! **Architecture invariant.** Plain data and sentences; no sockets, no clocks, no storage. What stands here is the
//! contract of `/api/v1`: a change of meaning is a new version.

pub mod bridge;
mod ceremony;
mod demo;
mod error;
mod evaluation;
mod health;
mod holder;
mod live;
mod login;
mod opening;
pub mod promise;
mod receiving;
mod room;
mod similarity;
pub mod text;

pub use ceremony::{
    CeremonyDevice, CeremonyOfficer, CeremonyView, ClockDoubt, MOST_APART_MILLIS, OwnLock, PackagesAccepted,
    PackagesBody, PackagesMaterial, ProbeAnswerBody, ProbeBody, ProbeMaterial, ReplaceBody, ReplaceMaterial,
    ReplacementView, SuccessorView,
};
pub use demo::{Demo, DemoLock, DemoRole};
pub use error::{ApiError, ErrorKind};
pub use evaluation::{
    ActBody, BidDocument, BidDocuments, BidMark, DocumentSide, Draft, EvaluationLog, LeafAgain,
    MemberCertificate, PaperView, SeatPin, SeatView, SeatViews, TerminalBody, TerminalIn,
};
pub use health::{
    HealthCertificate, HealthCheck, HealthDevice, HealthDisk, HealthLevel, HealthLot, HealthRevocation,
    HealthSession, HealthTrouble, HealthView,
};
pub use holder::{Answer, Ask, HolderKind, PinnedRoom, PresentLock, SuccessorFiles};
pub use live::{ClockQuality, Frame, LiveStatus, SignedClock};
pub use login::{Challenge, LoggedIn, LoginBody, Who};
pub use opening::{
    Accepted, AskRemedyKeyBody, AuthoriseBody, AuthoriseMaterial, ConsentBody, HostCommand, LockPackage,
    MismatchBody, RemedyBody, RemedyPartBody, RemedyPartMaterial, SignRecordMaterial, StatementBody,
    TroubleBody, UnlockMaterial,
};
pub use receiving::{MineView, ReceiptBody, UploadOpened, UploadState, WithdrawBody};
pub use room::{CustodyView, ImportedTender, RoomInfo, SessionInfo, SessionSummary};
pub use similarity::{
    HintWeight, SimilarityBid, SimilarityCovers, SimilarityEvidence, SimilarityHint, SimilarityPage,
    SimilarityPair, SimilarityRun, SimilaritySide, SimilarityUnread, SimilarityView,
};
