//! The token bridge: a helper on the holder's computer that lets a page use a lock, and nothing but what the holder
//! agrees to in the helper's own window. `docs/bridge.md` specifies it.
//!
//! It listens on nothing: it dials out to the room, which relays typed messages and is not believed. What is signed is
//! built here; what is opened is checked by [`bidroom_unlocking`] against a publication that something vouches for; the
//! PIN is typed in a [`Window`] of the helper's and goes to the lock only.
//!
//! **Architecture invariant.** No message hands over bytes to be signed, and no answer carries a decrypted byte. A PIN is
//! in no message, no error and no log.

mod acts;
mod agree;
mod deliver;
mod device;
mod evaluate;
mod hand;
pub mod keep;
pub mod link;
mod pair;
mod pause;
pub mod pinentry;
mod refused;
mod remedy;
mod report;
mod rooms;
mod serve;
mod sheet;
mod view;
mod words;

#[cfg(windows)]
pub mod windows;

pub use hand::{Hand, HandParts};
pub use pair::{PairError, Paired, pair_by_code, pair_by_link};
pub use pause::{Pause, RealTime, Wait};
pub use rooms::Rooms;
pub use serve::{Outcome, serve};
pub use sheet::{Sheet, Shown, Window, WindowError};
pub use words::Tongue;
