//! Offline verification of an archive: bytes in, report out.
//!
//! Owns the archive's table of contents ([`contents`]), the checks, and the words in which their result is said. The
//! checks judge every event again with the code the room decided with, and follow every signature to whoever made it.
//! `docs/archive.md` specifies the archive and says which check answers for what.
//!
//! **Architecture invariant.** No files, no clock, no network, no server: an archive is `Read + Seek`, what the verifier
//! knows beforehand is a [`Trust`], both given by the caller. It compiles to `wasm32-unknown-unknown`.

mod checks;
pub mod contents;
mod report;
mod trust;
mod verify;

pub use report::{Break, Claim, ClaimId, Outcome, Report, Verdict};
pub use trust::{Trust, TrustError};
pub use verify::{Unusable, verify};
