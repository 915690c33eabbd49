//! The index against the members.

use std::io::{Read, Seek};

use bidroom_canon::{Sm3Digest, from_canonical};
use bidroom_ledger::archive::{Archive, ReadError};
use sm3::{Digest as _, Sm3};

use crate::contents::{INDEX, Index, Kind, Listed, MAX_INDEX};
use crate::report::{ClaimId, Findings};

const FILES: ClaimId = ClaimId::Files;

/// Reads the index and compares it with what is there. Without a readable index nothing else makes sense.
pub(crate) fn check(archive: &mut Archive<impl Read + Seek>, findings: &mut Findings) -> Option<Index> {
    let bytes = findings.take(FILES, INDEX, archive.read(INDEX, MAX_INDEX))?;
    let index: Index = findings.take(FILES, INDEX, from_canonical(&bytes))?;
    let members: Vec<(String, u64)> = archive
        .members()
        .filter(|member| member.name() != INDEX)
        .map(|member| (member.name().to_owned(), member.length()))
        .collect();
    let listed = |listed: &Listed| (listed.name.clone(), listed.length);
    if !members.iter().cloned().eq(index.files.iter().map(listed)) {
        let odd = members
            .iter()
            .find(|member| !index.files.iter().any(|file| listed(file) == **member))
            .map(|(name, _)| format!("{name} is there, but not listed so"))
            .or_else(|| {
                let absent =
                    index.files.iter().find(|file| !members.iter().any(|member| *member == listed(file)));
                absent.map(|file| format!("{} is listed, but not there so", file.name))
            });
        findings.broken(FILES, INDEX, odd.unwrap_or_else(|| "the order of the files".to_owned()));
    }
    for file in &index.files {
        if Kind::of(&file.name).is_none() {
            findings.broken(FILES, &file.name, "not a file of an archive of this version");
        }
        if let Ok(found) = digest(archive, &file.name)
            && found != file.sm3
        {
            findings.broken(FILES, &file.name, format!("SM3 {found} instead of {}", file.sm3));
        }
    }
    Some(index)
}

/// SM3 of a member, in constant memory.
fn digest(archive: &mut Archive<impl Read + Seek>, name: &str) -> Result<Sm3Digest, ReadError> {
    let mut out = Hashing::default();
    archive.copy(name, &mut out)?;
    Ok(out.finish())
}

#[derive(Default)]
struct Hashing(Sm3);

impl Hashing {
    fn finish(self) -> Sm3Digest {
        Sm3Digest::from_bytes(self.0.finalize().into())
    }
}

impl std::io::Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
