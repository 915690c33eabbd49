//! Every clause with figures computed by hand.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod abnormal;
mod counts;
mod engineering;
mod lots;
mod methods;
mod prices;
mod reading;
mod scores;
