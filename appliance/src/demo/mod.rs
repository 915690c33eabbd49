//! The demo: a whole opening on this machine, with invented people, drill locks and real cryptography.
//!
//! **Architecture invariant.** The demo plays every part through the public API, as a person would; it has no door of
//! its own into the room.

mod command;
pub mod documents;
pub mod evaluation;
pub mod firms;
pub mod play;
pub mod site;
pub mod world;

pub use command::{DemoArguments, run};
