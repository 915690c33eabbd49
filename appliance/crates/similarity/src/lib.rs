//! Similarity analysis 雷同性分析 over opened bids: hints for the committee, never a verdict.
//!
//! [`Run::analyse`] reads every document of every bid once, subtracts what stands in the tender's own documents, and
//! compares all pairs: locks, computers, addresses, people and accounts; whole files, what they state of their making,
//! images; text passage by passage, rare common errors, names of others; totals and priced bills. The outcome is an
//! [`Analysis`]: a matrix of pairs, hints with evidence side by side, and every document that could not be read.
//!
//! Owns: reading of PDF files within bounds, the comparison, the words of hints, the thresholds with their reasons.
//!
//! **Architecture invariant.** It knows no session, no ledger and no page; it has no clock and no random source. The same
//! input gives the same bytes of canonical JSON, in whatever order bids come and on however many threads. It never says
//! that bidders colluded, and no other code may read that out of a [`Weight`].
//!
//! `docs/similarity.md` has the format and the measurements, `docs/adr/0017-similarity-gives-hints.md` the reasons.

pub mod analysis;
pub mod clause;
pub mod cli;
pub mod document;
pub mod finding;
pub mod input;
pub mod limits;
pub mod outcome;
pub mod progress;
pub mod render;
pub mod thresholds;

mod parallel;
mod pdf;
mod prices;
mod reading;
mod signals;
mod text;
mod wording;

pub use analysis::{Analysis, AnalysisError, Run};
pub use finding::{Evidence, Finding, Kind, Weight};
pub use input::{Baseline, Bid, Document, Input};
pub use limits::Limits;
pub use prices::items::BillRule;
pub use prices::series::Rule;
pub use progress::{Cancel, Progress};
pub use text::body::Spot;
pub use text::marks::MarkKind;
pub use text::rare::RareError;
pub use thresholds::Thresholds;
