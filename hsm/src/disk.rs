//! The few steps on a disk that a store is made of, each one a step between which the power may fail, and their order.
//!
//! Knows one directory and file names in it; knows nothing of what the files hold.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
#[cfg(unix)]
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::error::{CustodyError, Fault, Refusal};

/// One directory. The steps are apart so that tests can stop between any two.
pub(crate) trait Disk: Send + Sync {
    /// The directory, for messages.
    fn directory(&self) -> &Path;
    /// The whole file, or nothing if there is none; an error if it is longer than `limit` bytes.
    fn read(&self, file: &str, limit: u64) -> io::Result<Option<Vec<u8>>>;
    /// Makes or empties the file and writes `bytes`.
    fn write(&self, file: &str, bytes: &[u8]) -> io::Result<()>;
    /// Brings the file's content to the disk.
    fn sync_file(&self, file: &str) -> io::Result<()>;
    /// Gives the file another name, in place of whatever had it.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Brings the directory's names to the disk.
    fn sync_directory(&self) -> io::Result<()>;
    /// Removes the file; nothing happens if there is none.
    fn remove(&self, file: &str) -> io::Result<()>;
}

/// A new file that only its owner reads. Where there are no modes, the directory's permissions decide.
fn for_owner(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    options.mode(0o600);
    options
}

/// A directory of the file system. Files are readable by their owner only.
pub(crate) struct RealDisk {
    directory: PathBuf,
}

impl RealDisk {
    pub(crate) fn new(directory: &Path) -> Self {
        Self { directory: directory.to_owned() }
    }

    /// Makes the directory, for its owner only, if there is none.
    pub(crate) fn make(directory: &Path) -> io::Result<Self> {
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        builder.mode(0o700);
        builder.recursive(true).create(directory)?;
        Ok(Self::new(directory))
    }

    /// Takes the directory for this process (and this custody in it) for as long as the answer lives; nothing if
    /// it is taken. The system gives it back when the process ends, however it ends.
    pub(crate) fn lock(&self, file: &str) -> io::Result<Option<File>> {
        let path = self.directory.join(file);
        let lock = for_owner(OpenOptions::new().write(true).create(true).truncate(false)).open(path)?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(lock)),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(error)) => Err(error),
        }
    }
}

impl Disk for RealDisk {
    fn directory(&self) -> &Path {
        &self.directory
    }

    fn read(&self, file: &str, limit: u64) -> io::Result<Option<Vec<u8>>> {
        let opened = match File::open(self.directory.join(file)) {
            Ok(opened) => opened,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::new();
        let read = opened.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
        if u64::try_from(read).map_or(true, |read| read > limit) {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "longer than any key store"));
        }
        Ok(Some(bytes))
    }

    fn write(&self, file: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.directory.join(file);
        let mut opened = for_owner(OpenOptions::new().write(true).create(true).truncate(true)).open(path)?;
        opened.write_all(bytes)
    }

    fn sync_file(&self, file: &str) -> io::Result<()> {
        OpenOptions::new().write(true).open(self.directory.join(file))?.sync_all()
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.directory.join(from), self.directory.join(to))
    }

    fn sync_directory(&self) -> io::Result<()> {
        // Elsewhere a directory cannot be opened as a file, and names are in the file system's journal.
        if cfg!(unix) { File::open(&self.directory)?.sync_all() } else { Ok(()) }
    }

    fn remove(&self, file: &str) -> io::Result<()> {
        match fs::remove_file(self.directory.join(file)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }
}

/// Why a file was not replaced.
pub(crate) struct NotReplaced {
    pub(crate) error: CustodyError,
    /// The disk holds the old file or the new one, and it is not known which.
    pub(crate) uncertain: bool,
}

/// Puts `bytes` in place of `store`: the new file is written and synced beside the old one as `fresh`, takes its name,
/// and the directory is synced.
pub(crate) fn replace(disk: &dyn Disk, fresh: &str, store: &str, bytes: &[u8]) -> Result<(), NotReplaced> {
    let (fresh_path, store_path) = (disk.directory().join(fresh), disk.directory().join(store));
    let prepared = disk
        .write(fresh, bytes)
        .map_err(|source| fault("write", &fresh_path, source))
        .and_then(|()| disk.sync_file(fresh).map_err(|source| fault("sync", &fresh_path, source)));
    if let Err(error) = prepared {
        // Room is made again on a full disk. Nothing depends on its success: the next opening does it too.
        drop(disk.remove(fresh));
        return Err(NotReplaced { error, uncertain: false });
    }
    // From here on a failure leaves open which of the two files is there.
    disk.rename(fresh, store)
        .map_err(|source| fault("rename", &fresh_path, source))
        .and_then(|()| {
            disk.sync_directory().map_err(|source| fault("sync the directory of", &store_path, source))
        })
        .map_err(|error| NotReplaced { error, uncertain: true })
}

/// Takes a directory for one custody.
pub(crate) fn take(disk: &RealDisk, file: &str) -> Result<File, CustodyError> {
    let path = disk.directory().join(file);
    let taken = disk.lock(file).map_err(|source| fault("lock", &path, source))?;
    taken.ok_or_else(|| Refusal::InUse(disk.directory().display().to_string()).into())
}

/// A failed step.
pub(crate) fn fault(step: &'static str, path: &Path, source: io::Error) -> CustodyError {
    Fault::Disk { step, path: path.to_owned(), source }.into()
}
