//! Writes the test vectors of the sealed-bid format into the directory given, always the same ones.
//!
//! `cargo run -p bidroom-envelope --example make_vectors -- tests/vectors/sealed-bid`

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "makes test data"
)]

#[path = "../tests/forge/mod.rs"]
mod forge;
#[path = "../tests/world/mod.rs"]
mod world;

fn main() {
    let directory = std::path::PathBuf::from(std::env::args().nth(1).expect("the directory to write to"));
    std::fs::create_dir_all(&directory).expect("the directory can be made");
    for vector in forge::vectors::all(&world::World::new()) {
        std::fs::write(directory.join(&vector.name), vector.text).expect("a vector can be written");
    }
}
