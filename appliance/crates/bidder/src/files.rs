//! Reading small files within bounds, and writing files that survive a power cut.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Why a file was not read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It could not be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is longer than such a file may be.
    #[error("{}: longer than {limit} bytes", path.display())]
    TooLong {
        /// Which file.
        path: PathBuf,
        /// The limit.
        limit: u64,
    },
    /// It could not be written.
    #[error("{}: {source}", path.display())]
    Write {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is there already, and nothing is overwritten.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
}

/// Reads a file of at most `limit` bytes.
///
/// # Errors
/// [`FileError::Read`] or [`FileError::TooLong`].
pub fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let failed = |source| FileError::Read { path: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
        return Err(FileError::TooLong { path: path.to_owned(), limit });
    }
    Ok(bytes)
}

/// A file that is being written: it bears its name only once it is whole and durable.
#[derive(Debug)]
pub struct Pending {
    /// The open temporary file.
    pub file: File,
    part: PathBuf,
    path: PathBuf,
    kept: bool,
}

impl Pending {
    /// Begins `path`, as `<path>.part` beside it. `private` keeps it from other users.
    ///
    /// # Errors
    /// [`FileError::Exists`] or [`FileError::Write`].
    pub fn begin(path: &Path, private: bool) -> Result<Self, FileError> {
        if path.exists() {
            return Err(FileError::Exists(path.to_owned()));
        }
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(true);
        #[cfg(unix)]
        if private {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        #[cfg(not(unix))]
        let _ = private;
        let file = options.open(&part).map_err(|source| FileError::Write { path: part.clone(), source })?;
        Ok(Self { file, part, path: path.to_owned(), kept: false })
    }

    /// Syncs the file, gives it its name and syncs the folder.
    ///
    /// # Errors
    /// [`FileError::Write`], or [`FileError::Exists`] if the name was taken meanwhile.
    pub fn finish(mut self) -> Result<(), FileError> {
        let failed = |source| FileError::Write { path: self.path.clone(), source };
        self.file.sync_all().map_err(failed)?;
        if self.path.exists() {
            return Err(FileError::Exists(self.path.clone()));
        }
        std::fs::rename(&self.part, &self.path).map_err(failed)?;
        self.kept = true;
        sync_folder(&self.path).map_err(|source| FileError::Write { path: self.path.clone(), source })
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if !self.kept {
            // Half a file is of no use to anybody; if it cannot be removed, its name says what it is.
            drop(std::fs::remove_file(&self.part));
        }
    }
}

/// Writes a small file durably under a new name.
///
/// # Errors
/// [`FileError::Exists`] or [`FileError::Write`].
pub fn write_new(path: &Path, bytes: &[u8], private: bool) -> Result<(), FileError> {
    let mut pending = Pending::begin(path, private)?;
    pending.file.write_all(bytes).map_err(|source| FileError::Write { path: path.to_owned(), source })?;
    pending.finish()
}

fn sync_folder(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()
    }
    #[cfg(not(unix))]
    {
        // Windows has no handle of a folder to sync; its file system orders the rename itself.
        let _ = path;
        Ok(())
    }
}
