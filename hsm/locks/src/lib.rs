//! Locks that are devices: finding USB keys and using them, behind one trait that soft lock files implement too.
//!
//! [`LockDriver`] lists what is there without a PIN and takes a lock in hand with one; [`HeldLock`] is a
//! [`bidroom_lock::Lock`] whose keys stay where they are. [`skf`] speaks GM/T 0016, [`pkcs11`] PKCS#11, [`files`] reads
//! soft locks. Vendors' libraries are named in configuration files ([`config`]) and loaded at run time only.
//!
//! **Architecture invariant.** A device's session is opened for one act and closed after it; between acts only the PIN
//! is held, in memory that is erased. This crate knows no session of a room, no network and no clock, and it never
//! tries a PIN without having asked the device how many tries are left.

pub mod config;
#[cfg(feature = "conformance")]
pub mod conformance;
mod driver;
mod error;
pub mod files;
mod found;
mod held;
mod kind;
mod pin;
pub mod pkcs11;
pub mod skf;

pub use bidroom_hsm::ErrorKind;
pub use driver::{Drivers, LockDriver};
pub use error::{Call, Lack, LockName, LockTrouble, Meaning, Notice};
pub use found::{DeviceLabel, FoundLock, Listing, Place, Unreadable};
pub use held::HeldLock;
pub use kind::KindWords;
pub use pin::{PinEntry, PinTries};
