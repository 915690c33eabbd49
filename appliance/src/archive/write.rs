//! Writing an archive: index first in the file, so every digest is known before the first byte is written.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write as _};
use std::path::Path;

use bidroom_canon::{Sm3Digest, to_canonical};
use bidroom_domain::{ReaderClass, SessionId};
use bidroom_ledger::archive::{ArchiveWriter, Member};
use bidroom_verifier::contents::{ArchiveFormat, INDEX, Index, Listed};
use sm3::Digest as _;

use super::ExportError;
use super::collect::{Members, Source};

/// Writes beside the target and renames, so that what stands under the name is whole.
pub(super) fn write(
    session: &SessionId,
    readers: ReaderClass,
    members: Members,
    out: &Path,
) -> Result<(), ExportError> {
    let failed = |source: io::Error| ExportError::Io { path: out.to_owned(), source };
    let mut files = Vec::with_capacity(members.len());
    let mut measured = Vec::with_capacity(members.len());
    for (name, source) in members {
        let (member, sm3) = measure(&name, &source)?;
        files.push(Listed { name, length: member.length(), sm3 });
        measured.push((member, source));
    }
    let index = Index { format: ArchiveFormat::V1, session: session.clone(), readers, files };

    let part = out.with_extension("part");
    let done = File::create(&part).map_err(failed).and_then(|file| {
        let mut archive = ArchiveWriter::new(BufWriter::new(file));
        archive.add(INDEX, &to_canonical(&index)?)?;
        for (member, source) in measured {
            archive.add_measured(member, &mut open(&source)?)?;
        }
        let mut file = archive.finish()?;
        file.flush().and_then(|()| file.get_ref().sync_all()).map_err(failed)?;
        std::fs::rename(&part, out).map_err(failed)?;
        Ok(crate::files::sync_folder(out)?)
    });
    if done.is_err() {
        // What was begun is of no use; that it could not be removed either changes nothing.
        let _ = std::fs::remove_file(&part);
    }
    done
}

fn measure(name: &str, source: &Source) -> Result<(Member, Sm3Digest), ExportError> {
    let mut body = Hashing { inner: open(source)?, hash: sm3::Sm3::new() };
    let member = Member::measure(name, &mut body)?;
    Ok((member, Sm3Digest::from_bytes(body.hash.finalize().into())))
}

fn open(source: &Source) -> Result<Box<dyn Read + '_>, ExportError> {
    match source {
        Source::Bytes(bytes) => Ok(Box::new(bytes.as_slice())),
        Source::File(path) => match File::open(path) {
            Ok(file) => Ok(Box::new(file)),
            Err(source) => Err(ExportError::Io { path: path.clone(), source }),
        },
    }
}

/// Hashes what is read.
struct Hashing<R> {
    inner: R,
    hash: sm3::Sm3,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hash.update(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}
