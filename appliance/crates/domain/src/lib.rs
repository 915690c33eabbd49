//! The rules of an opening as a pure, event-sourced state machine.
//!
//! **Architecture invariant.** No bytes, files, sockets, clocks, random sources or cryptography: time is an argument
//! ([`At`]), digests are opaque, and what a signature proved is decided before a command is made. The browser folds
//! the same [`opening::State`] from the events it may read, and asks the same [`opening::decide`] what can be done.

mod at;
mod id;
mod money;
pub mod opening;
mod party;
mod policy;
mod tender;

pub use at::At;
pub use id::{CreditCode, IdError, LotNumber, SessionId, TenderNumber};
pub use money::{Fen, MoneyError};
pub use party::{Actor, Bidder, Officer, ReaderClass, Staff, StaffRole};
pub use policy::{Figure, Policy, ReplacementAtDeadline, ScheduleReaders, TooFewUnlocked};
pub use tender::{Column, ColumnKind, LotFacts, ProcurementKind};
