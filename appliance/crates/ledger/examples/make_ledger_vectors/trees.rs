//! Roots and proofs.

use bidroom_canon::{Digest, Sha256, Sm3};
use bidroom_ledger::tree::{Leaves, TreeHash, leaf_hashes};

use crate::Out;

pub(crate) fn trees(out: &Out) {
    let data =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    let bytes = |hex: &str| -> Vec<u8> {
        (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap()).collect()
    };
    let leaves: Leaves = data.iter().map(|leaf| leaf_hashes(&bytes(leaf))).collect();
    for size in 0..=data.len() {
        let roots = leaves.roots(size as u64).unwrap();
        let headers = [("sha256-root", roots.sha256.to_string()), ("sm3-root", roots.sm3.to_string())];
        let body = data[..size].iter().map(|leaf| format!("leaf {leaf}")).collect::<Vec<_>>().join("\n");
        out.write(
            &format!("tree-{size}"),
            "the tree over these leaves, in hexadecimal",
            "ok",
            &headers,
            &body,
        );
    }
    proofs::<Sha256>(out, &leaves, "sha256");
    proofs::<Sm3>(out, &leaves, "sm3");
}

fn proofs<H: TreeHash>(out: &Out, leaves: &Leaves, hash: &str) {
    let lines = |path: &[Digest<H>]| path.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let root = |size| H::of_roots(&leaves.roots(size).unwrap());
    let inclusion = |name: &str,
                     note: &str,
                     expect: &str,
                     [index, size]: [u64; 2],
                     root: Digest<H>,
                     path: &[Digest<H>]| {
        let headers = [
            ("hash", hash.to_owned()),
            ("index", index.to_string()),
            ("size", size.to_string()),
            ("leaf", H::of_leaf(leaves.leaf(index.min(7)).unwrap()).to_string()),
            ("root", root.to_string()),
        ];
        out.write(&format!("inclusion-{hash}-{name}"), note, expect, &headers, &lines(path));
    };
    let path = leaves.inclusion_proof::<H>(5, 7).unwrap().path;
    inclusion("ok", "leaf 5 of 7", "ok", [5, 7], root(7), &path);
    inclusion("single", "the only leaf", "ok", [0, 1], root(1), &[]);
    inclusion(
        "last",
        "the last leaf of 7",
        "ok",
        [6, 7],
        root(7),
        &leaves.inclusion_proof::<H>(6, 7).unwrap().path,
    );
    inclusion("beyond", "a leaf behind the end", "index", [7, 7], root(7), &path);
    inclusion("short", "the last hash is missing", "length", [5, 7], root(7), &path[..path.len() - 1]);
    inclusion("long", "a hash too many", "length", [5, 7], root(7), &[&path[..], &[root(1)]].concat());
    inclusion("other-leaf", "the proof of another leaf", "root", [4, 7], root(7), &path);
    inclusion("other-root", "the root of another tree", "root", [5, 7], root(8), &path);

    let consistency = |name: &str,
                       note: &str,
                       expect: &str,
                       [old, new]: [u64; 2],
                       [a, b]: [Digest<H>; 2],
                       path: &[Digest<H>]| {
        let headers = [
            ("hash", hash.to_owned()),
            ("old", old.to_string()),
            ("new", new.to_string()),
            ("old-root", a.to_string()),
            ("new-root", b.to_string()),
        ];
        out.write(&format!("consistency-{hash}-{name}"), note, expect, &headers, &lines(path));
    };
    let path = leaves.consistency_proof::<H>(3, 7).unwrap().path;
    consistency("ok", "3 leaves begin 7", "ok", [3, 7], [root(3), root(7)], &path);
    consistency(
        "power",
        "4 leaves begin 7",
        "ok",
        [4, 7],
        [root(4), root(7)],
        &leaves.consistency_proof::<H>(4, 7).unwrap().path,
    );
    consistency("empty", "nothing begins 7", "ok", [0, 7], [root(0), root(7)], &[]);
    consistency("same", "7 leaves begin themselves", "ok", [7, 7], [root(7), root(7)], &[]);
    consistency("backwards", "the larger tree first", "sizes", [7, 3], [root(7), root(3)], &path);
    consistency(
        "short",
        "the last hash is missing",
        "length",
        [3, 7],
        [root(3), root(7)],
        &path[..path.len() - 1],
    );
    consistency(
        "long",
        "a hash too many",
        "length",
        [3, 7],
        [root(3), root(7)],
        &[&path[..], &[root(1)]].concat(),
    );
    consistency("other-old", "another smaller tree", "root", [3, 7], [root(2), root(7)], &path);
    consistency("other-new", "another larger tree", "new-root", [3, 7], [root(3), root(8)], &path);
    consistency("same-differs", "one size, two roots", "root", [7, 7], [root(6), root(7)], &[]);
}
