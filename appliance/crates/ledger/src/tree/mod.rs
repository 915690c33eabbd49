//! The Merkle tree over the entries, of the shape of RFC 6962 and RFC 9162, under SHA-256 and SM3 at once.
//!
//! [`Tree`] appends in O(log n) memory and gives roots; [`Leaves`] holds all leaf hashes and makes proofs;
//! [`InclusionProof`] and [`ConsistencyProof`] are checked without either. Must not know what a leaf's bytes mean.

mod compact;
mod hash;
mod leaves;
mod proof;

pub use compact::{Tree, TreeError};
pub use hash::{LeafHashes, Roots, TreeHash, leaf_hashes};
pub use leaves::{Leaves, ProveError};
pub use proof::{ConsistencyProof, InclusionProof, MAX_PROOF_HASHES, ProofError};

#[cfg(test)]
mod tests;
