//! The harness of the stories: a real room on loopback with a clock that the story turns, and people with locks.
//!
//! **Architecture invariant.** A story acts through the public API only, as a person or a tool would. It never sleeps:
//! it moves the room's clock, and waits for what the room tells.

pub mod browser;
pub mod custody;
pub mod disk;
pub mod random;
pub mod raw;
pub mod room;
