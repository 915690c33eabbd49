//! Profiles of certificate authorities and revocation data, as two folders of the configuration.
//!
//! Owns reading them, and reading them again when somebody has changed them: a revocation list is imported, or a
//! compromised authority is removed, while sessions run. What cannot be read at the start stops the start; what cannot
//! be read later leaves everything as it was and is said in the log.

mod profile_file;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use bidroom_domain::At;
use bidroom_envelope::suite::pki::X509;
use bidroom_trust::{CaProfile, ImportError, Imported, Outside, RevocationBook, Source};
use serde::Deserialize;

pub use profile_file::{ProfileFileError, read_profile};

/// How often the folders are looked at, milliseconds.
const LOOK: i64 = 2000;
/// Most profiles, and most files of revocation data.
const MOST_FILES: usize = 20_000;
/// Longest file of revocation data, bytes.
const MAX_FILE: u64 = 64 << 20;

/// Where profiles and revocation data are; relative paths start from the configuration's folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CertificateConfig {
    /// Folder of profiles (`*.toml`).
    pub profiles: Option<PathBuf>,
    /// Folder of revocation lists and OCSP answers that were imported (`*.crl`, `*.ocsp`).
    pub revocation: Option<PathBuf>,
}

impl CertificateConfig {
    /// The same with `folder` before relative paths.
    #[must_use]
    pub fn under(self, folder: &Path) -> Self {
        let place = |path: Option<PathBuf>| path.map(|path| folder.join(path));
        Self { profiles: place(self.profiles), revocation: place(self.revocation) }
    }
}

/// Why the folders are not used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateFolderError {
    /// A file or folder could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// More files than any room has.
    #[error("{0}: more than {MOST_FILES} files")]
    TooMany(PathBuf),
    /// Too long for what it should be.
    #[error("{path}: {bytes} bytes are too long")]
    TooLong {
        /// Which file.
        path: PathBuf,
        /// Its length.
        bytes: u64,
    },
    /// A profile.
    #[error("{path}: {source}")]
    Profile {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: ProfileFileError,
    },
    /// Two profiles claim one root.
    #[error("{path}: the root {root} stands in the profile of {other}, too")]
    TwiceTheRoot {
        /// Which file.
        path: PathBuf,
        /// The root's subject.
        root: String,
        /// The other profile's name.
        other: String,
    },
}

type Fingerprint = Vec<(PathBuf, u64, Option<SystemTime>)>;

#[derive(Debug, Default)]
struct Cache {
    looked: Option<At>,
    seen: Fingerprint,
    outside: Arc<Outside>,
}

/// The folders, with what was read from them last.
#[derive(Debug, Default)]
pub struct CertificateFolders {
    config: CertificateConfig,
    cache: Mutex<Cache>,
}

impl CertificateFolders {
    /// Reads the folders for the first time.
    ///
    /// # Errors
    /// [`CertificateFolderError`].
    pub fn open(config: CertificateConfig, now: At) -> Result<Self, CertificateFolderError> {
        let seen = fingerprint(&config)?;
        let outside = Arc::new(read(&config, now)?);
        Ok(Self { config, cache: Mutex::new(Cache { looked: Some(now), seen, outside }) })
    }

    /// What the folders say now.
    pub fn outside(&self, now: At) -> Arc<Outside> {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        let due = cache.looked.is_none_or(|looked| now.millis_since(looked).abs() >= LOOK);
        if due && self.config != CertificateConfig::default() {
            cache.looked = Some(now);
            self.look(&mut cache, now);
        }
        cache.outside.clone()
    }

    fn look(&self, cache: &mut Cache, now: At) {
        let seen = match fingerprint(&self.config) {
            Ok(seen) if seen == cache.seen => return,
            Ok(seen) => seen,
            Err(error) => {
                tracing::error!(%error, "profiles and revocation data stay as they were");
                return;
            }
        };
        // Said once: the same files are not read again.
        cache.seen = seen;
        match read(&self.config, now) {
            Ok(outside) => {
                tracing::info!(
                    profiles = outside.profiles().len(),
                    revocation = outside.book().entries().len(),
                    "profiles and revocation data were read again"
                );
                cache.outside = Arc::new(outside);
            }
            Err(error) => tracing::error!(%error, "profiles and revocation data stay as they were"),
        }
    }

    /// Takes a revocation list or OCSP answer into the folder.
    ///
    /// # Errors
    /// [`ImportFileError`]; then nothing was changed.
    pub fn import(&self, path: &Path, now: At) -> Result<Imported, ImportFileError> {
        let folder = self.config.revocation.as_ref().ok_or(ImportFileError::NoFolder)?;
        let outside = read(&self.config, now)?;
        let issuers = issuers(outside.profiles());
        let bytes = read_bounded(path)?;
        let refused = |source| ImportFileError::Refused { path: path.to_owned(), source };
        let mut book = outside.book().clone();
        let is_answer = path.extension().is_some_and(|ending| ending == "ocsp");
        let (imported, name, bytes) = if is_answer {
            let imported = book.import_answer(&bytes, &issuers, now).map_err(refused)?;
            let name = format!("{}.ocsp", imported.name);
            (imported, name, bytes)
        } else {
            let (imported, list) = book.import_list(&bytes, &issuers, now).map_err(refused)?;
            let name = format!("{}.crl", imported.name);
            (imported, name, list.der().to_vec())
        };
        write_durably(&folder.join(name), &bytes)?;
        Ok(imported)
    }
}

/// Why a file was not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportFileError {
    /// The configuration names no folder for revocation data.
    #[error("the configuration has no `certificates.revocation`")]
    NoFolder,
    /// The folders.
    #[error(transparent)]
    Folder(#[from] CertificateFolderError),
    /// The file itself.
    #[error("{path}: {source}")]
    Refused {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: ImportError,
    },
}

/// Every certificate that may sign revocation data.
fn issuers(profiles: &[CaProfile]) -> Vec<X509> {
    profiles.iter().flat_map(|profile| profile.roots.iter().chain(&profile.intermediates)).cloned().collect()
}

fn fingerprint(config: &CertificateConfig) -> Result<Fingerprint, CertificateFolderError> {
    let mut seen = Vec::new();
    let (profiles, data) = (["toml", "pem", "crt", "cer", "der"], ["crl", "ocsp"]);
    for (folder, endings) in [(&config.profiles, profiles.as_slice()), (&config.revocation, data.as_slice())]
    {
        let Some(folder) = folder else { continue };
        for path in files(folder, endings)? {
            let facts = std::fs::metadata(&path)
                .map_err(|source| CertificateFolderError::File { path: path.clone(), source })?;
            seen.push((path, facts.len(), facts.modified().ok()));
        }
    }
    Ok(seen)
}

fn files(folder: &Path, endings: &[&str]) -> Result<Vec<PathBuf>, CertificateFolderError> {
    let file = |source| CertificateFolderError::File { path: folder.to_owned(), source };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(file)? {
        let path = entry.map_err(file)?.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        if ending.is_some_and(|ending| endings.contains(&ending)) {
            paths.push(path);
        }
        if paths.len() > MOST_FILES {
            return Err(CertificateFolderError::TooMany(folder.to_owned()));
        }
    }
    paths.sort();
    Ok(paths)
}

fn read(config: &CertificateConfig, now: At) -> Result<Outside, CertificateFolderError> {
    let mut profiles: Vec<CaProfile> = Vec::new();
    if let Some(folder) = &config.profiles {
        for path in files(folder, &["toml"])? {
            let profile = read_profile(&path)
                .map_err(|source| CertificateFolderError::Profile { path: path.clone(), source })?;
            for root in &profile.roots {
                if let Some(other) = profiles.iter().find(|other| other.roots.contains(root)) {
                    let (root, other) = (root.subject().to_string(), other.name.zh.clone());
                    return Err(CertificateFolderError::TwiceTheRoot { path, root, other });
                }
            }
            profiles.push(profile);
        }
    }
    let mut book = RevocationBook::default();
    if let Some(folder) = &config.revocation {
        let issuers = issuers(&profiles);
        for path in files(folder, &["crl", "ocsp"])? {
            let bytes = read_bounded(&path)?;
            let source = if path.extension().is_some_and(|ending| ending == "ocsp") {
                Source::Answer
            } else {
                Source::List
            };
            let taken = match source {
                Source::List => book.import_list(&bytes, &issuers, now).map(drop),
                Source::Answer => book.import_answer(&bytes, &issuers, now).map(drop),
            };
            match taken {
                // A newer one of the same authority is there.
                Ok(()) | Err(ImportError::Older { .. }) => {}
                Err(error) => {
                    tracing::warn!(path = %path.display(), %error, "revocation data that does not count");
                }
            }
        }
    }
    Ok(Outside::new(profiles, book))
}

fn read_bounded(path: &Path) -> Result<Vec<u8>, CertificateFolderError> {
    let file = |source| CertificateFolderError::File { path: path.to_owned(), source };
    let bytes = std::fs::metadata(path).map_err(file)?.len();
    if bytes > MAX_FILE {
        return Err(CertificateFolderError::TooLong { path: path.to_owned(), bytes });
    }
    std::fs::read(path).map_err(file)
}

/// Under its name only when it is whole and durable.
fn write_durably(path: &Path, bytes: &[u8]) -> Result<(), CertificateFolderError> {
    use std::io::Write as _;
    let failed = |source| CertificateFolderError::File { path: path.to_owned(), source };
    let part = path.with_extension("part");
    let write = || {
        let mut file = std::fs::File::create(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&part, path)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::File::open(folder)?.sync_all()
    };
    write().map_err(failed)
}

#[cfg(test)]
#[path = "certificates_tests.rs"]
mod tests;
