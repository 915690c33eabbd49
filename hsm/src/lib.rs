//! Custody: owns every private key of the room.
//!
//! [`Custody`] is what the room asks for; [`soft`] keeps keys in an encrypted file, [`pkcs11`] and [`sdf`] in a
//! device. One conformance suite ([`conformance`]) holds for all.
//!
//! **Architecture invariant.** This crate knows names and purposes of keys, devices and disks. It knows no bid, no
//! session, no HTTP and no clock: when a key may be used is decided by whoever calls it.

#[cfg(feature = "conformance")]
pub mod conformance;
mod custody;
pub mod device;
mod disk;
mod error;
mod health;
mod level;
mod name;
pub mod pkcs11;
mod private_key;
mod rules;
pub mod sdf;
pub mod soft;

pub use custody::{Custody, CustodyKey, KeyPurpose, PublicKeyInfo};
pub use error::{CustodyError, ErrorKind, Fault, ObjectDamage, Refusal, SecretKind, StoreDamage, Tamper};
pub use health::{CustodyHealth, SelfCheck, SessionCount, SlotHealth, Trouble};
pub use level::{Backend, CustodyDescription, CustodyLevel, DeviceIdentity};
pub use name::{KeyName, MAX_PART, NameError, NamePart, Role, Scope};
