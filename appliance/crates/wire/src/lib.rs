//! Versioned messages between server, browser and tools.
//!
//! **Architecture invariant.** Plain data and sentences; no sockets, no clocks, no storage. What stands here is the
//! contract of `/api/v1`: a change of meaning is a new version.

mod demo;
mod error;
mod live;
mod login;
mod opening;
pub mod promise;
mod receiving;
mod room;
pub mod text;

pub use demo::{Demo, DemoLock, DemoRole};
pub use error::{ApiError, ErrorKind};
pub use live::{ClockQuality, Frame, LiveStatus, SignedClock};
pub use login::{Challenge, LoggedIn, LoginBody, Who};
pub use opening::{
    Accepted, AuthoriseBody, AuthoriseMaterial, ConsentBody, HostCommand, LockPackage, MismatchBody,
    SignRecordMaterial, StatementBody, UnlockMaterial,
};
pub use receiving::{MineView, ReceiptBody, UploadOpened, UploadState, WithdrawBody};
pub use room::{CustodyView, ImportedTender, RoomInfo, SessionInfo, SessionSummary};
