//! Pages drawn from a made-up session, for screenshots and for the tests of the models. Never part of a delivered
//! bundle. Names, firms and tenders are invented.

mod story;

pub use story::{Moment, events, facts, host, refused, restricted, state, tamper};

#[cfg(feature = "gallery")]
mod show;
#[cfg(feature = "gallery")]
pub use show::show;
