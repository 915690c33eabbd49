//! Canonical JSON, digests and labelled hashing: the one encoding that everything signed or hashed uses.
//!
//! **Architecture invariant.** This crate knows no tender, no bid and no log. It only fixes how a value becomes
//! bytes (RFC 8785, integers within ±(2⁵³−1)) and how bytes become a digest, so that the sealed-bid format, the
//! ledger and every statement agree on both.

mod digest;
mod json;
mod labelled;
mod read;
mod text;
mod tree;
mod write;

pub use digest::{Digest, Sha256, Sha256Digest, Sm3, Sm3Digest};
pub use json::{CanonError, MAX_DEPTH, from_canonical, from_json, parse_canonical, to_canonical};
pub use labelled::{Labelled, labelled_sm3};
pub use text::{Base64Bytes, Hex32, TextError, group4};
pub use tree::{ShapeError, from_tree, take_kind};
