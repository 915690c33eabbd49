//! The rules of an opening and of the evaluation that follows it, as a pure, event-sourced state machine.
//!
//! **Architecture invariant.** No bytes, files, sockets, clocks, random sources or cryptography: time is an argument
//! ([`At`]), digests are opaque, and what a signature proved is decided before a command is made. The browser folds
//! the same [`opening::State`] from the events it may read, and asks the same [`opening::decide`] what can be done.

mod at;
mod bounds;
#[cfg(feature = "evaluation")]
pub mod evaluation;
#[cfg(not(feature = "evaluation"))]
#[path = "evaluation_unread.rs"]
pub mod evaluation;
mod evaluation_kinds;
mod events;
pub mod opening;
mod party;
mod policy;
mod tender;
mod trustees;

pub use at::At;
pub use bidroom_id::{CreditCode, EnvelopeIndex, IdError, LotNumber, SessionId, TenderNumber};
pub use bidroom_money::{Fen, MoneyError};
pub use party::{Actor, Bidder, Officer, ReaderClass, Staff, StaffRole, Trustee};
pub use policy::{Figure, Policy, RemedyKey, ReplacementAtDeadline, ScheduleReaders, TooFewUnlocked};
pub use tender::{Column, ColumnKind, LotFacts, ProcurementKind};
pub use trustees::{MAX_TRUSTEES, check_remedy_key};
