//! Proofs and their checks: RFC 9162 sections 2.1.3.2 (inclusion) and 2.1.4.2 (consistency).

use bidroom_canon::Digest;
use serde::{Deserialize, Serialize};

use super::hash::TreeHash;

/// No proof in a tree of at most 2⁶⁴ leaves has more hashes.
pub const MAX_PROOF_HASHES: usize = 65;

/// That a leaf stands at an index of a tree of a size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "", deny_unknown_fields)]
pub struct InclusionProof<H: TreeHash> {
    /// The leaf's index, from 0.
    pub index: u64,
    /// The hashes of the siblings, from the leaf upwards.
    pub path: Vec<Digest<H>>,
    /// The size of the tree.
    pub size: u64,
}

/// That a tree of a size is the beginning of a larger one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "", deny_unknown_fields)]
pub struct ConsistencyProof<H: TreeHash> {
    /// The size of the larger tree.
    pub new: u64,
    /// The size of the smaller tree.
    pub old: u64,
    /// The hashes, in the order of RFC 9162 section 2.1.4.1.
    pub path: Vec<Digest<H>>,
}

/// Why a proof proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The leaf would stand beyond the tree's end.
    #[error("leaf {index} is not in a tree of {size} leaves")]
    Index {
        /// The index that was claimed.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// The old tree would be larger than the new one.
    #[error("a tree of {old} leaves cannot be the beginning of one of {new}")]
    Sizes {
        /// The size of the tree that should be smaller.
        old: u64,
        /// The size of the tree that should be larger.
        new: u64,
    },
    /// The number of hashes does not belong to index and sizes.
    #[error("the proof has {hashes} hashes, which is not the number it must have")]
    Length {
        /// How many hashes the proof has.
        hashes: usize,
    },
    /// The proof leads to another root than the (smaller) tree's.
    #[error("the proof leads to root {computed}, the tree has {expected}")]
    Root {
        /// Where it leads, in hexadecimal.
        computed: String,
        /// The root it was checked against.
        expected: String,
    },
    /// A consistency proof leads to another root than the larger tree's.
    #[error("the proof leads to new root {computed}, the larger tree has {expected}")]
    NewRoot {
        /// Where it leads, in hexadecimal.
        computed: String,
        /// The root it was checked against.
        expected: String,
    },
}

impl<H: TreeHash> InclusionProof<H> {
    /// Checks that `leaf` stands where the proof says in the tree with this `root`.
    ///
    /// # Errors
    /// Any [`ProofError`].
    pub fn verify(&self, leaf: &Digest<H>, root: &Digest<H>) -> Result<(), ProofError> {
        if self.index >= self.size {
            return Err(ProofError::Index { index: self.index, size: self.size });
        }
        let length = || ProofError::Length { hashes: self.path.len() };
        let (mut node, mut last) = (self.index, self.size.saturating_sub(1));
        let mut hash = *leaf;
        for sibling in &self.path {
            if last == 0 {
                return Err(length());
            }
            if node & 1 == 1 || node == last {
                hash = H::node(sibling, &hash);
                // The rightmost node is passed up unchanged through the levels where it has no sibling.
                while node & 1 == 0 && node != 0 {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                hash = H::node(&hash, sibling);
            }
            node >>= 1;
            last >>= 1;
        }
        if last != 0 {
            return Err(length());
        }
        same(&hash, root, |computed, expected| ProofError::Root { computed, expected })
    }
}

impl<H: TreeHash> ConsistencyProof<H> {
    /// Checks that the tree with `old_root` is the beginning of the tree with `new_root`.
    ///
    /// # Errors
    /// Any [`ProofError`].
    pub fn verify(&self, old_root: &Digest<H>, new_root: &Digest<H>) -> Result<(), ProofError> {
        let (old, new) = (self.old, self.new);
        if old > new {
            return Err(ProofError::Sizes { old, new });
        }
        let length = || ProofError::Length { hashes: self.path.len() };
        let old_differs = |computed, expected| ProofError::Root { computed, expected };
        let new_differs = |computed, expected| ProofError::NewRoot { computed, expected };
        if old == 0 || old == new {
            // Every tree begins with the empty one, and with itself: nothing is left to prove but the roots.
            if !self.path.is_empty() {
                return Err(length());
            }
            let begin = if old == 0 { H::empty() } else { *new_root };
            same(&begin, old_root, old_differs)?;
            return if new == 0 { same(&begin, new_root, new_differs) } else { Ok(()) };
        }

        // Where the old tree is perfect its root is itself the first node of the proof, and is left out.
        let mut hashes = self.path.iter();
        let seed = if old.is_power_of_two() { *old_root } else { *hashes.next().ok_or_else(length)? };
        let (mut node, mut last) = (old.saturating_sub(1), new.saturating_sub(1));
        while node & 1 == 1 {
            node >>= 1;
            last >>= 1;
        }
        let (mut from_old, mut from_new) = (seed, seed);
        for hash in hashes {
            if last == 0 {
                return Err(length());
            }
            if node & 1 == 1 || node == last {
                from_old = H::node(hash, &from_old);
                from_new = H::node(hash, &from_new);
                while node & 1 == 0 && node != 0 {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                from_new = H::node(&from_new, hash);
            }
            node >>= 1;
            last >>= 1;
        }
        if last != 0 {
            return Err(length());
        }
        same(&from_old, old_root, old_differs)?;
        same(&from_new, new_root, new_differs)
    }
}

fn same<H: TreeHash>(
    computed: &Digest<H>,
    expected: &Digest<H>,
    error: impl FnOnce(String, String) -> ProofError,
) -> Result<(), ProofError> {
    if computed == expected { Ok(()) } else { Err(error(computed.to_string(), expected.to_string())) }
}
