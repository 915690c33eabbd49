//! The server from outside: real sockets, real custody in software, a clock that stands still until it is moved.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::panic,
    clippy::large_futures,
    reason = "a test fails by panicking, and its helpers with it"
)]

mod bad_input;
mod bridge;
mod certificates;
mod client;
mod health;
mod login;
mod receiving;
mod restart;
mod roles;
mod tls;
mod world;
