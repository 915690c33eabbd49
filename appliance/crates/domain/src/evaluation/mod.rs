//! The evaluation of one lot, which follows its opening in the same log: events, state, and what may be decided when.
//!
//! ```text
//! committee (sealed list → opened → seats, commitments, chair)
//!   → qualification → conformity → scoring (sealed sheets → revealed) → price → result → report → signed → closed → published
//!                        └▶ lot cancelled      └▶ stopped (new committee, or the document is defective)
//! ```
//! Where the purchaser reviews the qualification, that comes before the committee sits.
//!
//! **Architecture invariant.** [`decide`] is pure and changes nothing; [`State::apply`] cannot fail. This machine
//! computes no price and no sum: it says of what they are computed ([`State::inputs`]), and takes an outcome only if
//! it was computed of exactly that.

mod apply;
mod command;
mod decide;
mod draw;
mod event;
mod inputs;
mod plan;
mod readers;
mod refusal;
mod retrace;
mod state;
mod terms;

pub use command::{Command, Said};
pub use decide::check_list;
pub(crate) use decide::decide;
pub use draw::{
    DRAWS, DrawOf, Drawn, NotDrawn, Replayed, commitment, draw, linked, numbers_due, replay, value_of,
};
pub use event::*;
pub use inputs::Inputs;
pub use plan::{
    BelowMinimum, CommitteePlan, CorrectionRule, Criterion, CriterionKind, CriterionPart, Grade,
    LargeCommittee, Plan, Procedure, QualifiedBy, ReviewItem, Rule, Share, check_plan,
};
pub(crate) use readers::is_blind;
pub use readers::{Reader, may_know, may_read};
pub use refusal::Refusal;
pub use retrace::{command_of, statement_of};
pub use state::*;
pub use terms::*;
