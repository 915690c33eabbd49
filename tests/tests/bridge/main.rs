//! The token bridge: a helper with a lock that is a device, a person before its window, a page on the other side of a
//! real room, and whoever else would like to use the lock.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::large_futures,
    reason = "a story that cannot go on has failed"
)]

mod devices;
mod hostile;
mod in_browser;
mod officers;
mod pairing;
mod pins;
mod program;
mod story;
mod told;
mod unacknowledged;
mod world;
