//! A small disk that a story fills and frees.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use rustix::mount::{MountFlags, UnmountFlags, mount, unmount};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The file that takes the space away.
const BALLAST: &str = "ballast";

/// Ends a process that writes beyond its limit, unless it is listened to. See signal(7).
const SIGXFSZ: i32 = 25;

/// A disk of some megabytes; it ends with this value, whoever still writes to it.
#[derive(Debug)]
pub struct SmallDisk(Arc<Space>);

/// What may be filled and freed, by anybody who has it.
#[derive(Debug)]
pub enum Space {
    /// A file system of its own.
    Mounted {
        /// Where.
        folder: PathBuf,
    },
    /// Where nothing may be mounted: the longest file this process may write. A write beyond it fails in the middle as
    /// it does on a full disk, with another number (EFBIG for ENOSPC). The whole process is concerned.
    Limited {
        /// The limit there was.
        before: Rlimit,
        /// Keeps the signal away.
        quiet: Signal,
    },
}

impl SmallDisk {
    /// Makes `folder` a disk of `mebibytes`, or says on standard error that a limit stands in for it.
    ///
    /// # Errors
    /// If the folder cannot be made, or neither way works.
    pub fn at(folder: &Path, mebibytes: u32) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let options = std::ffi::CString::new(format!("size={mebibytes}m,mode=0700"))?;
        match mount("tmpfs", folder, "tmpfs", MountFlags::NOSUID | MountFlags::NODEV, options.as_c_str()) {
            Ok(()) => Ok(Self(Arc::new(Space::Mounted { folder: folder.to_owned() }))),
            Err(error) => {
                let quiet = signal(SignalKind::from_raw(SIGXFSZ)).context("SIGXFSZ")?;
                eprintln!(
                    "not allowed to mount a small file system ({error}): a limit on the length of files stands in for it"
                );
                Ok(Self(Arc::new(Space::Limited { before: getrlimit(Resource::Fsize), quiet })))
            }
        }
    }

    /// Its space, for whoever fills it.
    pub fn space(&self) -> Arc<Space> {
        self.0.clone()
    }
}

impl Space {
    /// Whether it is a file system, which alone says in so many words that it is full.
    pub const fn is_mounted(&self) -> bool {
        matches!(self, Self::Mounted { .. })
    }

    /// Leaves `bytes` free, for all files together or for each.
    ///
    /// # Errors
    /// If it cannot be done.
    pub fn leave(&self, bytes: u64) -> anyhow::Result<()> {
        match self {
            Self::Mounted { folder } => {
                let disk = rustix::fs::statvfs(folder)?;
                let mut left = disk.f_bavail.saturating_mul(disk.f_frsize).saturating_sub(bytes);
                let mut file = File::options().create(true).append(true).open(folder.join(BALLAST))?;
                let block = [0; 4096];
                while left > 0 {
                    let most = usize::try_from(left).unwrap_or(block.len()).min(block.len());
                    match file.write(block.get(..most).unwrap_or_default()) {
                        Ok(written) => left = left.saturating_sub(u64::try_from(written)?),
                        Err(error) if error.kind() == ErrorKind::StorageFull => break,
                        Err(error) => return Err(error.into()),
                    }
                }
                Ok(())
            }
            Self::Limited { before, .. } => {
                Ok(setrlimit(Resource::Fsize, Rlimit { current: Some(bytes), maximum: before.maximum })?)
            }
        }
    }

    /// Gives all the space back.
    ///
    /// # Errors
    /// If it cannot be done.
    pub fn free(&self) -> anyhow::Result<()> {
        match self {
            Self::Mounted { folder } => Ok(std::fs::remove_file(folder.join(BALLAST))?),
            Self::Limited { before, .. } => Ok(setrlimit(Resource::Fsize, *before)?),
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let done = match &*self.0 {
            // Files may still be open: it goes when they do.
            Space::Mounted { folder } => unmount(folder.as_path(), UnmountFlags::DETACH),
            Space::Limited { before, .. } => setrlimit(Resource::Fsize, *before),
        };
        if let Err(error) = done {
            eprintln!("the small disk is left behind: {error}");
        }
    }
}
