//! Files that survive a power cut.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use crate::error::{Fault, file_fault};

/// Writes a file so that after a crash either the old or the new content is there: temporary file, fsync, rename,
/// fsync of the folder.
///
/// # Errors
/// A [`Fault`] with the path.
pub fn write_durably(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    let failed = |error: std::io::Error| file_fault(path, &error);
    let temporary = path.with_extension("part");
    let mut file = File::create(&temporary).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    std::fs::rename(&temporary, path).map_err(failed)?;
    sync_folder(path)
}

/// Makes the name of `path` durable by an fsync of its folder.
///
/// # Errors
/// A [`Fault`] with the path.
pub fn sync_folder(path: &Path) -> Result<(), Fault> {
    let failed = |error: std::io::Error| file_fault(path, &error);
    match path.parent() {
        Some(folder) => File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed),
        None => Ok(()),
    }
}
