//! All leaf hashes of a log, from which proofs are made.

use bidroom_canon::Digest;

use super::compact::{Tree, TreeError};
use super::hash::{LeafHashes, Roots, TreeHash};
use super::proof::{ConsistencyProof, InclusionProof};

/// The leaves of a tree, in order: 64 bytes each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Leaves {
    hashes: Vec<LeafHashes>,
}

/// Why a proof was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProveError {
    /// No such leaf in a tree of this size.
    #[error("leaf {index} is not in a tree of {size} leaves")]
    Index {
        /// The index that was asked for.
        index: u64,
        /// The size that was asked for.
        size: u64,
    },
    /// The log does not hold so many leaves, or the old size is the larger one.
    #[error("no tree of {old} and {new} leaves among {held}")]
    Sizes {
        /// The smaller size that was asked for.
        old: u64,
        /// The larger size that was asked for.
        new: u64,
        /// How many leaves there are.
        held: u64,
    },
}

impl Leaves {
    /// No leaves yet.
    pub const fn new() -> Self {
        Self { hashes: Vec::new() }
    }

    /// Adds a leaf at the end.
    pub fn push(&mut self, leaf: LeafHashes) {
        self.hashes.push(leaf);
    }

    /// How many leaves there are.
    pub fn size(&self) -> u64 {
        u64::try_from(self.hashes.len()).unwrap_or(u64::MAX)
    }

    /// The leaf at `index`.
    pub fn leaf(&self, index: u64) -> Option<&LeafHashes> {
        self.hashes.get(usize::try_from(index).ok()?)
    }

    /// All leaves in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &LeafHashes> {
        self.hashes.iter()
    }

    /// The roots of the tree over the first `size` leaves.
    ///
    /// # Errors
    /// [`ProveError::Sizes`] if there are fewer.
    pub fn roots(&self, size: u64) -> Result<Roots, ProveError> {
        let leaves = self.first(size, size)?;
        Ok(Roots { sha256: root(leaves), sm3: root(leaves) })
    }

    /// The compact tree over all leaves.
    ///
    /// # Errors
    /// [`TreeError::Full`], which needs more leaves than fit in memory.
    pub fn tree(&self) -> Result<Tree, TreeError> {
        let mut tree = Tree::new();
        for leaf in &self.hashes {
            tree.append(leaf)?;
        }
        Ok(tree)
    }

    /// Proves that the leaf at `index` is in the tree over the first `size` leaves (RFC 9162 section 2.1.3.1).
    ///
    /// # Errors
    /// Any [`ProveError`].
    pub fn inclusion_proof<H: TreeHash>(
        &self,
        index: u64,
        size: u64,
    ) -> Result<InclusionProof<H>, ProveError> {
        let leaves = self.first(size, size)?;
        let position = usize::try_from(index)
            .ok()
            .filter(|position| *position < leaves.len())
            .ok_or(ProveError::Index { index, size })?;
        let mut path = Vec::new();
        let (mut rest, mut position) = (leaves, position);
        while let Some((left, right)) = halves(rest) {
            if position < left.len() {
                path.push(root(right));
                rest = left;
            } else {
                path.push(root(left));
                position = position.saturating_sub(left.len());
                rest = right;
            }
        }
        path.reverse();
        Ok(InclusionProof { index, path, size })
    }

    /// Proves that the tree over the first `old` leaves is the beginning of that over the first `new`
    /// (RFC 9162 section 2.1.4.1).
    ///
    /// # Errors
    /// [`ProveError::Sizes`].
    pub fn consistency_proof<H: TreeHash>(
        &self,
        old: u64,
        new: u64,
    ) -> Result<ConsistencyProof<H>, ProveError> {
        let sizes = ProveError::Sizes { old, new, held: self.size() };
        if old > new {
            return Err(sizes);
        }
        let mut rest = self.first(old, new)?;
        let mut position = usize::try_from(old).map_err(|_| sizes)?;
        let mut path = Vec::new();
        if position == 0 || position == rest.len() {
            return Ok(ConsistencyProof { new, old, path });
        }
        // As long as the old tree is all there is on the left its root is known to the one who checks.
        let mut whole = true;
        while position != rest.len() {
            let Some((left, right)) = halves(rest) else { break };
            if position <= left.len() {
                path.push(root(right));
                rest = left;
            } else {
                path.push(root(left));
                position = position.saturating_sub(left.len());
                rest = right;
                whole = false;
            }
        }
        if !whole {
            path.push(root(rest));
        }
        path.reverse();
        Ok(ConsistencyProof { new, old, path })
    }

    fn first(&self, old: u64, new: u64) -> Result<&[LeafHashes], ProveError> {
        usize::try_from(new).ok().and_then(|size| self.hashes.get(..size)).ok_or(ProveError::Sizes {
            old,
            new,
            held: self.size(),
        })
    }
}

impl FromIterator<LeafHashes> for Leaves {
    fn from_iter<I: IntoIterator<Item = LeafHashes>>(leaves: I) -> Self {
        Self { hashes: leaves.into_iter().collect() }
    }
}

/// Splits two or more leaves at the largest power of two below their number.
fn halves(leaves: &[LeafHashes]) -> Option<(&[LeafHashes], &[LeafHashes])> {
    if leaves.len() < 2 {
        return None;
    }
    let ceiling = leaves.len().checked_next_power_of_two()?;
    leaves.split_at_checked(ceiling / 2)
}

/// The root over `leaves`, with a stack of the subtrees that are still open.
fn root<H: TreeHash>(leaves: &[LeafHashes]) -> Digest<H> {
    let mut open: Vec<(u32, Digest<H>)> = Vec::new();
    for leaf in leaves {
        let (mut level, mut hash) = (0, H::of_leaf(leaf));
        while let Some((_, left)) = open.pop_if(|(other, _)| *other == level) {
            hash = H::node(&left, &hash);
            level = level.saturating_add(1);
        }
        open.push((level, hash));
    }
    open.into_iter()
        .rev()
        .map(|(_, hash)| hash)
        .reduce(|right, left| H::node(&left, &right))
        .unwrap_or_else(H::empty)
}
