//! The encrypted content of an envelope as a stream of chunks, and the Merkle root over its ciphertext.
//!
//! Owns how bytes are cut, encrypted and hashed. Must not know what the bytes mean.

pub mod stream;
pub mod tree;
