//! The vectors of the sealed-bid format, judged by a program written from the specification in another language.

use crate::python::script;

#[test]
fn the_specification_suffices_to_open_the_vectors() {
    let judged: usize = script("sealed_bid.py", &["../vectors/sealed-bid"], b"").trim().parse().unwrap();
    // All sound ones, and every defect that shows without certificates.
    assert!(judged > 40, "{judged} vectors judged");
}
