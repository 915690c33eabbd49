//! Soft locks: files of a folder, listed and opened like devices. For drills only.

use std::path::{Path, PathBuf};

use bidroom_envelope::suite::sm2::{Sign as _, Signature, Sm2Ciphertext, Unwrap as _};
use bidroom_lock::{LockError, LockFile, SoftLock};
use zeroize::Zeroizing;

use crate::driver::LockDriver;
use crate::error::LockTrouble;
use crate::found::{DeviceLabel, FoundLock, Listing, Place, Unreadable};
use crate::held::{Acts, HeldLock};
use crate::pin::{PinEntry, PinKeeper, PinLength, PinTries};

/// Soft locks' files end with this.
pub const EXTENSION: &str = "lock";
/// Longer files are not read.
const MAX_FILE: u64 = 64 * 1024;
/// A password longer than any that can be set costs no derivation.
const PASSWORD: PinLength = PinLength { least: 1, most: 1024 };

/// The soft locks in one folder: files whose name ends with `.lock`.
pub struct FileLocks {
    folder: PathBuf,
    name: String,
}

impl FileLocks {
    /// The folder need not exist; then it holds no lock.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        Self { name: format!("软锁 {}", folder.display()), folder }
    }

    fn read(path: &Path) -> Result<LockFile, LockTrouble> {
        let failed = |source| LockTrouble::Unreadable { path: path.to_owned(), source };
        let length = std::fs::metadata(path).map_err(failed)?.len();
        if length > MAX_FILE {
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            return Err(bidroom_lock::LockFileError::TooLong(length).into());
        }
        Ok(LockFile::parse(&std::fs::read(path).map_err(failed)?)?)
    }
}

impl LockDriver for FileLocks {
    fn name(&self) -> &str {
        &self.name
    }

    fn list(&self) -> Result<Listing, LockTrouble> {
        let failed = |source| LockTrouble::Unreadable { path: self.folder.clone(), source };
        let entries = match std::fs::read_dir(&self.folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Listing::default()),
            other => other.map_err(failed)?,
        };
        let entries: Result<Vec<_>, _> = entries.collect();
        let mut paths: Vec<PathBuf> =
            entries.map_err(failed)?.into_iter().map(|entry| entry.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == EXTENSION));
        paths.sort();
        let mut listing = Listing::default();
        for path in paths {
            match Self::read(&path) {
                Ok(file) => listing.locks.push(FoundLock {
                    place: Place {
                        driver: self.name.clone(),
                        path: vec![path.to_string_lossy().into_owned().into_bytes()],
                    },
                    identity: file.identity().clone(),
                    kind_stated: true,
                    device: DeviceLabel {
                        label: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
                        ..DeviceLabel::default()
                    },
                    tries: PinTries::Unlimited,
                    no_signing: None,
                    no_opening: None,
                }),
                Err(why) => listing.unreadable.push(Unreadable { at: path.display().to_string(), why }),
            }
        }
        Ok(listing)
    }

    fn open(&self, found: &FoundLock, entry: PinEntry) -> Result<HeldLock, LockTrouble> {
        let absent = || LockTrouble::Absent { lock: found.name() };
        let [path] = found.place.path.as_slice() else { return Err(absent()) };
        let path = PathBuf::from(String::from_utf8_lossy(path).into_owned());
        if found.place.driver != self.name || !path.exists() {
            return Err(absent());
        }
        let file = Self::read(&path)?;
        if *file.identity() != found.identity {
            return Err(LockTrouble::Replaced { lock: found.name() });
        }
        let pin = PinKeeper::new(entry, PASSWORD)?;
        let opened = SoftLock::open_parsed(&file, pin.attempt(&found.name(), PinTries::Unlimited)?);
        let soft = opened.map_err(|error| match error {
            LockError::File(error) => error.into(),
            LockError::Identity(error) => error.into(),
            LockError::KeyMismatch(which) => {
                LockTrouble::OtherKey { lock: found.name(), signing: which == "signing" }
            }
            _ => LockTrouble::WrongPin { lock: found.name(), left: PinTries::Unlimited },
        })?;
        HeldLock::new(found.clone(), pin, Box::new(FileActs(soft)))
    }
}

/// The keys are in memory from the right password on.
struct FileActs(SoftLock);

impl Acts for FileActs {
    fn tries(&self, _: &FoundLock) -> Result<PinTries, LockTrouble> {
        Ok(PinTries::Unlimited)
    }

    fn check(&self, _: &FoundLock, _: &PinKeeper) -> Result<(), LockTrouble> {
        Ok(())
    }

    fn sign(&self, found: &FoundLock, _: &PinKeeper, message: &[u8]) -> Result<Signature, LockTrouble> {
        self.0.sign(message).map_err(|_| LockTrouble::OtherKey { lock: found.name(), signing: true })
    }

    fn unwrap(
        &self,
        found: &FoundLock,
        _: &PinKeeper,
        ciphertext: &Sm2Ciphertext,
    ) -> Result<Zeroizing<Vec<u8>>, LockTrouble> {
        self.0.unwrap(ciphertext).map_err(|_| LockTrouble::Unopened { lock: found.name() })
    }
}
