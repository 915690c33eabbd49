//! The Merkle root over a ciphertext: what the signed submission fixes, and what the room checks while it receives.
//!
//! Knows bytes only, neither keys nor chunks: the ciphertext is cut into pieces of 64 KiB, the last one shorter, so that
//! whoever has no key can check it, and several pieces can be hashed side by side. The tree has the shape of RFC 9162
//! section 2.1.1 with SM3: a leaf is SM3(00 ‖ piece), a node SM3(01 ‖ left ‖ right), the left half the largest power of
//! two below the number of leaves.

use core::fmt;

use bidroom_canon::{Sm3Digest, labelled_sm3};
use serde::{Deserialize, Serialize};
use sm3::{Digest as _, Sm3};

/// Bytes of ciphertext in each piece but the last.
pub const PIECE: usize = 64 * 1024;

const LABEL: &str = "bidroom/bid/v1/root";

/// SM3(label ‖ length ‖ tree head): names a ciphertext and its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CiphertextRoot(pub Sm3Digest);

impl fmt::Display for CiphertextRoot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Computes a [`CiphertextRoot`] from bytes that come in parts of any size. Holds one hash state and one digest for each
/// level of the tree, whatever the length.
#[derive(Clone)]
pub struct RootHasher {
    /// Roots of complete subtrees with their heights, the highest first, no two of one height.
    complete: Vec<(u32, [u8; 32])>,
    piece: Sm3,
    in_piece: usize,
    length: u64,
}

impl Default for RootHasher {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for RootHasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RootHasher({} bytes)", self.length)
    }
}

impl RootHasher {
    /// A hasher that has seen nothing.
    pub fn new() -> Self {
        Self { complete: Vec::new(), piece: new_piece(), in_piece: 0, length: 0 }
    }

    /// Bytes taken so far.
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// Takes the next bytes.
    pub fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            // A full piece is closed only when more follows: the end closes the last one.
            if self.in_piece == PIECE {
                self.close_piece();
            }
            let take = bytes.len().min(PIECE.saturating_sub(self.in_piece));
            let (now, rest) = bytes.split_at(take);
            self.piece.update(now);
            self.in_piece = self.in_piece.saturating_add(take);
            self.length = self.length.saturating_add(u64::try_from(take).unwrap_or(u64::MAX));
            bytes = rest;
        }
    }

    /// The root over everything taken. Nothing at all gives the root over one empty piece.
    pub fn finish(mut self) -> CiphertextRoot {
        self.close_piece();
        let mut head: Option<[u8; 32]> = None;
        while let Some((_, left)) = self.complete.pop() {
            head = Some(match head {
                Some(right) => node(&left, &right),
                None => left,
            });
        }
        // A piece was just closed, so there is a head.
        CiphertextRoot(labelled_sm3(LABEL, &[&self.length.to_be_bytes(), &head.unwrap_or_default()]))
    }

    fn close_piece(&mut self) {
        let mut digest: [u8; 32] = core::mem::replace(&mut self.piece, new_piece()).finalize().into();
        let mut height = 0;
        while let Some((_, left)) = self.complete.pop_if(|(top, _)| *top == height) {
            digest = node(&left, &digest);
            height = height.saturating_add(1);
        }
        self.complete.push((height, digest));
        self.in_piece = 0;
    }
}

fn new_piece() -> Sm3 {
    Sm3::new_with_prefix([0])
}

fn node(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    Sm3::new_with_prefix([1]).chain_update(left).chain_update(right).finalize().into()
}

#[cfg(test)]
#[expect(clippy::as_conversions, reason = "the numbers of these tests are small")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition, word for word.
    fn head(pieces: &[&[u8]]) -> [u8; 32] {
        match pieces {
            [one] => Sm3::new().chain_update([0]).chain_update(one).finalize().into(),
            many => {
                let mut split = 1;
                while split * 2 < many.len() {
                    split *= 2;
                }
                node(&head(&many[..split]), &head(&many[split..]))
            }
        }
    }

    fn by_definition(bytes: &[u8]) -> CiphertextRoot {
        let pieces: Vec<&[u8]> = if bytes.is_empty() { vec![&[]] } else { bytes.chunks(PIECE).collect() };
        CiphertextRoot(labelled_sm3(LABEL, &[&(bytes.len() as u64).to_be_bytes(), &head(&pieces)]))
    }

    #[track_caller]
    fn check(length: usize) {
        let bytes: Vec<u8> = (0..length).map(|n| (n / 251) as u8).collect();
        let mut hasher = RootHasher::new();
        hasher.push(&bytes);
        assert_eq!(hasher.finish(), by_definition(&bytes), "{length} bytes");
    }

    #[test]
    fn the_incremental_root_is_the_defined_one() {
        for length in
            [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE, 5 * PIECE + 7, 8 * PIECE, 13 * PIECE]
        {
            check(length);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn the_cut_of_the_parts_does_not_matter(parts in prop::collection::vec(0_usize..100_000, 0..8)) {
            let total: usize = parts.iter().sum();
            let bytes: Vec<u8> = (0..total).map(|n| (n % 253) as u8).collect();
            let mut hasher = RootHasher::new();
            let mut rest = bytes.as_slice();
            for part in parts {
                let (now, later) = rest.split_at(part);
                hasher.push(now);
                rest = later;
            }
            prop_assert_eq!(hasher.length(), total as u64);
            prop_assert_eq!(hasher.finish(), by_definition(&bytes));
        }
    }
}
