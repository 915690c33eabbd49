//! Whether an event may stand in a log: the rules decide it again, and the signed evidence behind it must say the same.
//!
//! Custody judges each batch with this code before it lets the room append it; the offline verifier judges a whole
//! archive with it years later. So what custody signed is what anybody can check.
//!
//! **Architecture invariant.** Pure: no files, no clock, no devices, no random source. It knows what an event means and
//! which evidence belongs to it; it does not know where evidence is kept, and it opens nothing.

mod bids;
mod command;
mod evidence;
mod known;
mod objection;
mod remedy;
mod rewrap;
mod rules;
mod statements;

pub use bids::{recorded_bid, sealed_schedule, signers_of, table_digest};
pub use command::command_of;
pub use evidence::{EvidenceKind, EvidenceName, evidence_of};
pub use known::Known;
pub use objection::Objection;
pub use remedy::{check_opted, trustee_recipients};
pub use rewrap::{check_lock_of, check_rewrap};
pub use rules::{check_created, check_host, decided_again};
pub use statements::{ReceivedBid, check_signer, check_statement, officers_digest, statement_of};
