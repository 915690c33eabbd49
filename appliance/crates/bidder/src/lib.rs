//! The bidder's side: sealing bids from files, reading what was sealed, and a client for everything a holder of a lock
//! does with a room.
//!
//! The command line `bidroom-bidder` is a thin layer over this library; the demo and the end-to-end tests use the same
//! [`client::Client`].
//!
//! **Architecture invariant.** Knows the room by its messages only, nothing of the server's insides. No private key, share,
//! password or token in an error, a log or a file; the lock share alone stands in the file that the bidder asks to keep.

pub mod bidfile;
pub mod bridge;
pub mod check;
pub mod client;
pub mod files;
pub mod inspect;
pub mod kept;
pub mod legacy;
pub mod locks;
pub mod progress;
pub mod random;
pub mod schedule;
pub mod seal;
