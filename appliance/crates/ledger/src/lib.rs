//! The room's log: canonical entries, redactable commitments, Merkle tree, checkpoints, proofs, archive.
//!
//! One log belongs to one lot. An [`entry::Entry`] is a leaf of a Merkle tree of RFC 6962 shape that is kept under two
//! hashes at once: SHA-256, so that stock transparency tools and witnesses can follow it, and SM3, which Chinese
//! law asks for. A [`checkpoint::Checkpoint`] names the tree's size and both roots, and is signed by the room with
//! Ed25519 and with SM2. What a role may not read stands in the entry as a salted commitment; an
//! [`entry::Opening`] handed out later proves what it always was. `docs/ledger.md` specifies every byte.
//!
//! **Architecture invariant.** This crate does not know what an event means: a kind is a word, fields are JSON. It
//! has no clock, no random source, no files and no sockets; times and salts are arguments, and the archive works on
//! `std::io` traits.

pub mod archive;
pub mod checkpoint;
pub mod entry;
pub mod receipt;
pub mod replay;
pub mod tree;

#[cfg(test)]
mod testing;
