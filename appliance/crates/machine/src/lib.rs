//! What the appliance asks and does below the server.
//!
//! Owns: the self-check that decides whether the room may be served at all, the secrets that a machine makes once,
//! and what a board's firmware should be set to. Must not
//! know: sessions, bids, the network, the server's files.

pub mod board;
pub mod check;
pub mod seal;
