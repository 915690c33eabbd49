//! For tests: what stands in for hardware.
//!
//! A test puts a copy of a device library into a folder of its own ([`Bench`]), writes beside it what the device
//! holds, and while it runs which faults it shall show. So every test has devices of its own, and all run at once. The
//! cryptography is real; the protection is none.
//!
//! Two files stand beside `NAME.so`: `NAME.so.contents.json`, read when the library is first used, and
//! `NAME.so.faults.json`, read at every call.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a device of tests; failing is how it speaks"
)]

mod bench;
mod faults;
pub mod keys;
pub mod skf;

pub use bench::Bench;
pub use faults::{Fault, Faults, Watch};

#[doc(hidden)]
pub use serde;
