//! The hashes of leaves and nodes (RFC 9162 section 2.1.1), for any hash with 32 bytes.

use core::fmt::Debug;

use bidroom_canon::{Digest, Sha256, Sha256Digest, Sm3, Sm3Digest};
use serde::{Deserialize, Serialize};

const LEAF: u8 = 0x00;
const NODE: u8 = 0x01;

mod sealed {
    pub trait Sealed {}
    impl Sealed for bidroom_canon::Sha256 {}
    impl Sealed for bidroom_canon::Sm3 {}
}

/// A hash under which the tree is kept: [`Sha256`] or [`Sm3`].
pub trait TreeHash: sealed::Sealed + Copy + Debug + Ord {
    /// The hash over the concatenation of `parts`.
    fn over(parts: &[&[u8]]) -> Digest<Self>;

    /// This hash's half of a leaf.
    fn of_leaf(leaf: &LeafHashes) -> Digest<Self>;

    /// This hash's half of a root.
    fn of_roots(roots: &Roots) -> Digest<Self>;

    /// The hash of a leaf: HASH(0x00 ‖ bytes).
    fn leaf(bytes: &[u8]) -> Digest<Self> {
        Self::over(&[&[LEAF], bytes])
    }

    /// The hash of an inner node: HASH(0x01 ‖ left ‖ right).
    fn node(left: &Digest<Self>, right: &Digest<Self>) -> Digest<Self> {
        Self::over(&[&[NODE], left.as_bytes(), right.as_bytes()])
    }

    /// The root of the tree without leaves: HASH of nothing.
    fn empty() -> Digest<Self> {
        Self::over(&[])
    }
}

impl TreeHash for Sha256 {
    fn over(parts: &[&[u8]]) -> Sha256Digest {
        use sha2::Digest as _;
        let mut hash = sha2::Sha256::new();
        parts.iter().for_each(|part| hash.update(part));
        Sha256Digest::from_bytes(hash.finalize().into())
    }

    fn of_leaf(leaf: &LeafHashes) -> Sha256Digest {
        leaf.sha256
    }

    fn of_roots(roots: &Roots) -> Sha256Digest {
        roots.sha256
    }
}

impl TreeHash for Sm3 {
    fn over(parts: &[&[u8]]) -> Sm3Digest {
        use sm3::Digest as _;
        let mut hash = sm3::Sm3::new();
        parts.iter().for_each(|part| hash.update(part));
        Sm3Digest::from_bytes(hash.finalize().into())
    }

    fn of_leaf(leaf: &LeafHashes) -> Sm3Digest {
        leaf.sm3
    }

    fn of_roots(roots: &Roots) -> Sm3Digest {
        roots.sm3
    }
}

/// A leaf under both hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeafHashes {
    /// SHA-256(0x00 ‖ entry): the leaf hash of RFC 6962.
    pub sha256: Sha256Digest,
    /// SM3(0x00 ‖ entry).
    pub sm3: Sm3Digest,
}

/// A root under both hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roots {
    /// The root of the SHA-256 tree.
    pub sha256: Sha256Digest,
    /// The root of the SM3 tree.
    pub sm3: Sm3Digest,
}

/// The hashes of the leaf that holds `bytes`.
pub fn leaf_hashes(bytes: &[u8]) -> LeafHashes {
    LeafHashes { sha256: Sha256::leaf(bytes), sm3: Sm3::leaf(bytes) }
}
