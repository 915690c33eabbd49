//! The relay between pages and token bridges: pairing, and mailboxes of bounded size. The room reads no message, and
//! nothing here becomes an event.
//!
//! **Architecture invariant.** Memory is bounded whatever comes: so many pairings in all and of one network address, so
//! many messages and bytes for each end and in all. Time is a number of milliseconds that the caller counts; no clock
//! here. Tokens are kept as digests only.

mod guesses;
mod mailbox;
mod pairings;
mod table;

#[cfg(test)]
mod tests;

pub use pairings::Pairings;
