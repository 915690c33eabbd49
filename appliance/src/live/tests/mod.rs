//! The hub under a virtual clock and over real sockets.

#![expect(clippy::as_conversions, reason = "indexes of a log of forty leaves")]

mod log;
mod sockets;
mod stories;
