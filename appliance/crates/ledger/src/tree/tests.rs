//! The tree against known answers and against the recursion of the standard, written down naively.
#![expect(clippy::as_conversions, reason = "the numbers of these tests are small")]

use bidroom_canon::{Digest, Sha256, Sha256Digest, Sm3};
use proptest::prelude::*;

use super::*;

/// The eight leaves that implementations of RFC 6962 are tested with.
const STANDARD_LEAVES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

/// The SHA-256 roots over the first 0, 1, … 8 of them.
const STANDARD_ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn standard_leaves() -> Leaves {
    STANDARD_LEAVES.iter().map(|leaf| leaf_hashes(&hex::decode(leaf).unwrap())).collect()
}

#[test]
fn the_roots_of_the_standard_leaves() {
    let leaves = standard_leaves();
    let mut tree = Tree::new();
    for (size, expect) in STANDARD_ROOTS.iter().enumerate() {
        assert_eq!(tree.root().sha256.to_string(), *expect, "size {size}");
        assert_eq!(leaves.roots(size as u64).unwrap(), tree.root());
        if let Some(leaf) = leaves.leaf(size as u64) {
            tree.append(leaf).unwrap();
        }
    }
    assert_eq!(
        tree.root().sm3,
        naive_root::<Sm3>(&(0..8).map(|at| leaves.leaf(at).unwrap().sm3).collect::<Vec<_>>())
    );
}

#[track_caller]
fn check_inclusion(index: u64, size: u64, expect: &[&str]) {
    let leaves = standard_leaves();
    let proof = leaves.inclusion_proof::<Sha256>(index, size).unwrap();
    let path: Vec<_> = proof.path.iter().map(ToString::to_string).collect();
    assert_eq!(path, expect);
    proof.verify(&leaves.leaf(index).unwrap().sha256, &leaves.roots(size).unwrap().sha256).unwrap();
}

#[track_caller]
fn check_consistency(old: u64, new: u64, expect: &[&str]) {
    let leaves = standard_leaves();
    let proof = leaves.consistency_proof::<Sha256>(old, new).unwrap();
    let path: Vec<_> = proof.path.iter().map(ToString::to_string).collect();
    assert_eq!(path, expect);
    proof.verify(&leaves.roots(old).unwrap().sha256, &leaves.roots(new).unwrap().sha256).unwrap();
}

#[test]
fn the_proofs_of_the_standard_leaves() {
    check_inclusion(0, 1, &[]);
    check_inclusion(
        0,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    );
    check_inclusion(
        5,
        8,
        &[
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    );
    check_inclusion(2, 3, &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]);
    check_consistency(1, 1, &[]);
    check_consistency(
        1,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    );
    check_consistency(
        6,
        8,
        &[
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    );
    check_consistency(
        2,
        5,
        &[
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    );
}

/// MTH of RFC 9162 section 2.1.1, word by word.
fn naive_root<H: TreeHash>(leaves: &[Digest<H>]) -> Digest<H> {
    match leaves {
        [] => H::empty(),
        [leaf] => *leaf,
        _ => {
            let k = split(leaves.len());
            H::node(&naive_root(&leaves[..k]), &naive_root(&leaves[k..]))
        }
    }
}

/// PATH of RFC 9162 section 2.1.3.1, word by word.
fn naive_path<H: TreeHash>(m: usize, leaves: &[Digest<H>]) -> Vec<Digest<H>> {
    if leaves.len() == 1 {
        return vec![];
    }
    let k = split(leaves.len());
    let (mut path, other) = if m < k {
        (naive_path(m, &leaves[..k]), naive_root(&leaves[k..]))
    } else {
        (naive_path(m - k, &leaves[k..]), naive_root(&leaves[..k]))
    };
    path.push(other);
    path
}

/// SUBPROOF of RFC 9162 section 2.1.4.1, word by word.
fn naive_subproof<H: TreeHash>(m: usize, leaves: &[Digest<H>], known: bool) -> Vec<Digest<H>> {
    if m == leaves.len() {
        return if known { vec![] } else { vec![naive_root(leaves)] };
    }
    let k = split(leaves.len());
    let (mut proof, other) = if m <= k {
        (naive_subproof(m, &leaves[..k], known), naive_root(&leaves[k..]))
    } else {
        (naive_subproof(m - k, &leaves[k..], false), naive_root(&leaves[..k]))
    };
    proof.push(other);
    proof
}

fn split(n: usize) -> usize {
    let mut k = 1;
    while k * 2 < n {
        k *= 2;
    }
    k
}

fn numbered(size: u64) -> Leaves {
    (0..size).map(|at| leaf_hashes(&at.to_be_bytes())).collect()
}

fn exhaustive<H: TreeHash>() {
    let leaves = numbered(34);
    let all: Vec<Digest<H>> = leaves.iter().map(H::of_leaf).collect();
    for size in 0..=34_u64 {
        let cut = &all[..size as usize];
        let root = H::of_roots(&leaves.roots(size).unwrap());
        assert_eq!(root, naive_root(cut));
        for index in 0..size {
            let proof = leaves.inclusion_proof::<H>(index, size).unwrap();
            assert_eq!(proof.path, naive_path(index as usize, cut));
            proof.verify(&all[index as usize], &root).unwrap();
            // No other leaf, index or size goes with these hashes.
            for other in 0..size {
                let moved = InclusionProof { index: other, ..proof.clone() };
                assert_eq!(moved.verify(&all[index as usize], &root).is_ok(), other == index);
            }
        }
        for old in 0..=size {
            let proof = leaves.consistency_proof::<H>(old, size).unwrap();
            if old > 0 {
                assert_eq!(proof.path, naive_subproof(old as usize, cut, true));
            }
            let old_root = naive_root(&all[..old as usize]);
            proof.verify(&old_root, &root).unwrap();
            if size > 0 {
                assert!(proof.verify(&H::leaf(b"other"), &root).is_err());
                if old > 0 {
                    assert!(proof.verify(&old_root, &H::leaf(b"other")).is_err());
                }
            }
        }
    }
}

#[test]
fn every_proof_of_small_trees_under_sha256() {
    exhaustive::<Sha256>();
}

#[test]
fn every_proof_of_small_trees_under_sm3() {
    exhaustive::<Sm3>();
}

#[test]
fn what_is_not_there_is_not_proved() {
    let leaves = numbered(3);
    assert!(leaves.inclusion_proof::<Sha256>(3, 3).is_err());
    assert!(leaves.inclusion_proof::<Sha256>(0, 4).is_err());
    assert!(leaves.consistency_proof::<Sha256>(3, 2).is_err());
    assert!(leaves.consistency_proof::<Sha256>(3, 4).is_err());
    assert!(leaves.roots(u64::MAX).is_err());
    let empty = InclusionProof::<Sha256> { index: 0, path: vec![], size: 0 };
    assert!(matches!(empty.verify(&Sha256::empty(), &Sha256::empty()), Err(ProofError::Index { .. })));
    let huge =
        InclusionProof::<Sha256> { index: u64::MAX - 1, path: vec![Sha256::empty(); 100], size: u64::MAX };
    assert!(matches!(huge.verify(&Sha256::empty(), &Sha256::empty()), Err(ProofError::Length { .. })));
    let back = ConsistencyProof::<Sha256> { old: 2, new: 1, path: vec![] };
    assert!(matches!(back.verify(&Sha256::empty(), &Sha256::empty()), Err(ProofError::Sizes { .. })));
    let nothing = ConsistencyProof::<Sha256> { old: 0, new: 0, path: vec![] };
    assert!(nothing.verify(&Sha256::empty(), &Sha256::leaf(b"x")).is_err());
}

#[test]
fn a_stored_tree_must_fit_its_size() {
    let tree = numbered(5).tree().unwrap();
    let text = serde_json::to_string(&tree).unwrap();
    assert_eq!(serde_json::from_str::<Tree>(&text).unwrap(), tree);
    let wrong = text.replace("\"size\":5", "\"size\":7");
    assert!(serde_json::from_str::<Tree>(&wrong).is_err());
}

#[test]
fn proofs_have_a_canonical_form() {
    let proof = numbered(5).inclusion_proof::<Sm3>(1, 5).unwrap();
    let bytes = bidroom_canon::to_canonical(&proof).unwrap();
    assert_eq!(bidroom_canon::from_canonical::<InclusionProof<Sm3>>(&bytes).unwrap(), proof);
}

proptest! {
    #[test]
    fn growth_is_consistent_and_damage_is_found(
        new in 1..600_u64, old_seed in any::<u64>(), index_seed in any::<u64>(), flip in any::<(u16, u8)>(),
    ) {
        let leaves = numbered(new);
        let (old, index) = (old_seed % (new + 1), index_seed % new);
        let tree = leaves.tree().unwrap();
        prop_assert_eq!(tree.root(), leaves.roots(new).unwrap());

        let root = tree.root().sha256;
        let leaf = leaves.leaf(index).unwrap().sha256;
        let proof = leaves.inclusion_proof::<Sha256>(index, new).unwrap();
        prop_assert!(proof.verify(&leaf, &root).is_ok());
        let mut damaged = proof.clone();
        if damage(&mut damaged.path, flip) {
            prop_assert!(damaged.verify(&leaf, &root).is_err());
        }
        let mut longer = proof.clone();
        longer.path.push(root);
        prop_assert!(longer.verify(&leaf, &root).is_err());
        if let Some((_, shorter)) = proof.path.split_last() {
            let cut = InclusionProof { path: shorter.to_vec(), ..proof.clone() };
            prop_assert!(cut.verify(&leaf, &root).is_err());
        }

        let old_root = leaves.roots(old).unwrap().sha256;
        let proof = leaves.consistency_proof::<Sha256>(old, new).unwrap();
        prop_assert!(proof.verify(&old_root, &root).is_ok());
        let mut damaged = proof;
        if damage(&mut damaged.path, flip) {
            prop_assert!(damaged.verify(&old_root, &root).is_err());
        }
    }

    #[test]
    fn proofs_of_any_shape_never_panic(index in any::<u64>(), size in any::<u64>(), hashes in 0..70_usize) {
        let path = vec![Sha256::empty(); hashes];
        let _ = InclusionProof { index, path: path.clone(), size }.verify(&Sha256::empty(), &Sha256::empty());
        let _ = ConsistencyProof { old: index, new: size, path }.verify(&Sha256::empty(), &Sha256::empty());
    }
}

/// Flips one bit of one hash; false if there is none.
fn damage(path: &mut [Sha256Digest], (place, bit): (u16, u8)) -> bool {
    if path.is_empty() {
        return false;
    }
    let at = usize::from(place) % path.len();
    let mut bytes = *path[at].as_bytes();
    bytes[usize::from(bit) / 8] ^= 1 << (bit % 8);
    path[at] = Sha256Digest::from_bytes(bytes);
    true
}
