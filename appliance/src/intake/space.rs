//! Whether the disk has room, asked before anything is begun.

use std::path::Path;

use super::error::IntakeError;
use crate::error::fault;

/// Checks that `need` more bytes fit on the disk of `folder` and `reserve` bytes stay free.
pub(super) fn check(folder: &Path, need: u64, reserve: u64) -> Result<(), IntakeError> {
    let free = free(folder).map_err(|error| fault("free space of the disk", &error))?.saturating_sub(reserve);
    if need > free { Err(IntakeError::NoSpace { need, free, offset: None }) } else { Ok(()) }
}

/// Bytes that the disk of `path` has for us.
pub(super) fn free(path: &Path) -> std::io::Result<u64> {
    let disk = rustix::fs::statvfs(path)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_noticed_beforehand() {
        let folder = tempfile::tempdir().unwrap();
        check(folder.path(), 1, 0).unwrap();
        assert!(matches!(check(folder.path(), u64::MAX, 0), Err(IntakeError::NoSpace { .. })));
        assert!(matches!(check(folder.path(), 1, u64::MAX), Err(IntakeError::NoSpace { free: 0, .. })));
    }
}
