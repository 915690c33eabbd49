//! A whole opening, made by the room's own rules, as an archive that tests can change.

pub mod people;
pub mod session;

use std::collections::BTreeMap;
use std::io::Cursor;

use bidroom_canon::{Sm3Digest, to_canonical};
use bidroom_domain::ReaderClass;
use bidroom_ledger::archive::ArchiveWriter;
use bidroom_verifier::contents::{ArchiveFormat, INDEX, Index, Listed};
use bidroom_verifier::{ClaimId, Report, Trust, Verdict, verify};

/// Members by name, without the index.
pub type Members = BTreeMap<String, Vec<u8>>;

/// Writes members with an index that fits them.
pub fn pack(members: &Members, readers: ReaderClass) -> Vec<u8> {
    let listed = |(name, bytes): (&String, &Vec<u8>)| Listed {
        name: name.clone(),
        length: bytes.len() as u64,
        sm3: Sm3Digest::of(bytes),
    };
    let index = Index {
        format: ArchiveFormat::V1,
        session: "T-1".parse().unwrap(),
        readers,
        files: members.iter().map(listed).collect(),
    };
    pack_with(&to_canonical(&index).unwrap(), members)
}

/// Writes members with any index.
pub fn pack_with(index: &[u8], members: &Members) -> Vec<u8> {
    let mut archive = ArchiveWriter::new(Vec::new());
    archive.add(INDEX, index).unwrap();
    for (name, bytes) in members {
        archive.add(name, bytes).unwrap();
    }
    archive.finish().unwrap()
}

/// Verifies bytes that are at least an archive.
pub fn check(archive: &[u8], trust: Option<&Trust>) -> Report {
    verify(Cursor::new(archive), trust).unwrap()
}

/// The claims that are broken.
pub fn broken(report: &Report) -> Vec<ClaimId> {
    let is = |verdict: &Verdict| matches!(verdict, Verdict::Broken { .. });
    report.claims.iter().filter(|claim| is(&claim.verdict)).map(|claim| claim.id).collect()
}
