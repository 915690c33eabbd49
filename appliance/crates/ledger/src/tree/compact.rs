//! The tree to append to: only the roots of its perfect subtrees are kept.

use bidroom_canon::{Digest, Sha256, Sha256Digest, Sm3, Sm3Digest};
use serde::{Deserialize, Serialize};

use super::hash::{LeafHashes, Roots, TreeHash};

/// An append-only tree under both hashes, as its compact range: O(log n) memory and O(log n) hashing for each
/// append at worst, O(1) on average.
///
/// Its serialised form, `{"sha256": [..], "size": n, "sm3": [..]}`, holds the roots of the perfect subtrees from the
/// largest to the smallest, one for each bit set in the size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Raw", into = "Raw")]
pub struct Tree {
    size: u64,
    sha256: Vec<Sha256Digest>,
    sm3: Vec<Sm3Digest>,
}

/// Why a stored tree is not one, or cannot grow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// The number of stored subtrees does not belong to the size.
    #[error("a tree of {size} leaves has not {sha256} and {sm3} subtrees")]
    Shape {
        /// The stored size.
        size: u64,
        /// How many SHA-256 roots were stored.
        sha256: usize,
        /// How many SM3 roots were stored.
        sm3: usize,
    },
    /// The size has reached its largest value, 2⁵³ − 1.
    #[error("the tree is full")]
    Full,
}

/// The largest size: sizes stand in canonical JSON.
const MAX_SIZE: u64 = (1 << 53) - 1;

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    sha256: Vec<Sha256Digest>,
    size: u64,
    sm3: Vec<Sm3Digest>,
}

impl Default for Tree {
    fn default() -> Self {
        Self::new()
    }
}

impl Tree {
    /// The tree without leaves.
    pub const fn new() -> Self {
        Self { size: 0, sha256: Vec::new(), sm3: Vec::new() }
    }

    /// How many leaves it has.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf at the end and returns its index.
    ///
    /// # Errors
    /// [`TreeError::Full`] at 2⁵³ − 1 leaves.
    pub fn append(&mut self, leaf: &LeafHashes) -> Result<u64, TreeError> {
        if self.size >= MAX_SIZE {
            return Err(TreeError::Full);
        }
        let index = self.size;
        push(&mut self.sha256, index, leaf.sha256);
        push(&mut self.sm3, index, leaf.sm3);
        self.size = index.saturating_add(1);
        Ok(index)
    }

    /// Both roots over all leaves so far.
    pub fn root(&self) -> Roots {
        Roots { sha256: fold::<Sha256>(&self.sha256), sm3: fold::<Sm3>(&self.sm3) }
    }
}

/// A new leaf closes as many subtrees as the old size has trailing ones.
fn push<H: TreeHash>(peaks: &mut Vec<Digest<H>>, size: u64, leaf: Digest<H>) {
    let mut root = leaf;
    for _ in 0..size.trailing_ones() {
        if let Some(left) = peaks.pop() {
            root = H::node(&left, &root);
        }
    }
    peaks.push(root);
}

/// The subtrees are joined from the smallest, at the right.
fn fold<H: TreeHash>(peaks: &[Digest<H>]) -> Digest<H> {
    peaks.iter().rev().copied().reduce(|right, left| H::node(&left, &right)).unwrap_or_else(H::empty)
}

impl TryFrom<Raw> for Tree {
    type Error = TreeError;

    fn try_from(Raw { sha256, size, sm3 }: Raw) -> Result<Self, TreeError> {
        let peaks = usize::try_from(size.count_ones()).ok();
        if size > MAX_SIZE || Some(sha256.len()) != peaks || Some(sm3.len()) != peaks {
            return Err(TreeError::Shape { size, sha256: sha256.len(), sm3: sm3.len() });
        }
        Ok(Self { size, sha256, sm3 })
    }
}

impl From<Tree> for Raw {
    fn from(Tree { size, sha256, sm3 }: Tree) -> Self {
        Self { sha256, size, sm3 }
    }
}
