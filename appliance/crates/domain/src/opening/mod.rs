//! The opening of one lot: events, state, and what may be decided when.
//!
//! ```text
//! prepare → receive (sign-in within it) → roster → authorise → unlock → open → announce → confirm/object → closed (signed)
//!                                       └▶ refused (too few bidders)
//! ```
//!
//! **Architecture invariant.** [`decide`] is pure and changes nothing; [`State::apply`] cannot fail. Whoever acts
//! does so on an event that is already durable.

mod apply;
mod command;
mod conditions;
mod decide;
mod event;
mod proposal;
mod readers;
mod refusal;
mod state;
mod trouble;

pub use command::Command;
pub use conditions::{Condition, ConditionKind, opening_conditions};
pub use decide::decide;
pub use event::*;
pub use proposal::{FATE_CLAUSE, Ground, Proposal, Proposed, Reason, Remedy, proposal};
pub use readers::{may_know, may_read, may_read_now};
pub use refusal::Refusal;
pub use state::{
    Agreement, ClockStep, Collected, GivenPart, Objection, Phase, Probed, RecordSignature, RemedyState,
    RowState, Standing, State, UnlockClock, Verdict, WindowState,
};
pub use trouble::{CertificateTrouble, DEVICES_SILENT, Fact, RoomPart, Side, Trouble, Voucher};
