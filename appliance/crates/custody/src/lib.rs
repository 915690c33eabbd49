//! Custody as the room sees it: the one place that holds the devices, judges each batch before it is appended, signs
//! what was judged, and unwraps what may be unwrapped.
//!
//! A [`Keeper`] owns devices, identity and its own last signed heads. Whoever runs the room talks to it through a
//! [`Custodian`]: in the same process, or over a Unix socket to a process of its own (`bidroom custody`) that runs as
//! another user. Both ways carry the same [`Request`]s.
//!
//! **Architecture invariant.** The keeper believes nobody: not the web server, not the host's console. It decides from
//! the tender package that the agency signed, from statements that bidders and officers signed, from its own clock and
//! from its own heads. It signs only logs that it judged itself, entry by entry, with the rules that the offline
//! verifier uses too; it unwraps only after it signed `opening.closed`. `docs/threat-model.md` says what follows.

pub mod certificates;
pub mod clock;
pub mod config;
mod custodian;
mod devices;
mod heads;
mod identity;
mod keeper;
pub mod memory;
mod open;
mod protocol;
pub mod socket;
pub mod trust;

pub use custodian::Custodian;
pub use devices::{Device, DeviceError, DeviceSet, KeyInDevice, Opener, lot_key};
pub use heads::{Head, HeadsError};
pub use keeper::{Keeper, KeeperParts};
pub use open::{OpenError, credentials_folder, open_devices, open_keeper};
pub use protocol::{
    Answer, Condition, DrawValue, EntryBytes, Evidence, OpenedShares, Prepared, Problem, ProblemKind,
    Redealt, Request, SessionHead,
};
