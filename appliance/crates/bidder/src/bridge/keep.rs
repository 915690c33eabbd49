//! What the helper remembers between two runs: addresses that were used, and publications that the holder vouched for.
//! Nothing secret.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use bidroom_canon::labelled_sm3;
use bidroom_domain::SessionId;

use crate::files::read_bounded;

/// Longest publication, bytes.
const MOST: u64 = 8 << 20;

/// A folder of the user's.
#[derive(Debug, Clone)]
pub struct Keep {
    folder: PathBuf,
}

impl Keep {
    /// The folder is made when something is to be remembered.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// `$XDG_STATE_HOME/bidroom/bridge`, `~/.local/state/bidroom/bridge`; on Windows `%LOCALAPPDATA%\BidRoom\bridge`.
    pub fn usual() -> Option<Self> {
        let variable =
            |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let folder = if cfg!(windows) {
            variable("LOCALAPPDATA")?.join("BidRoom").join("bridge")
        } else {
            let state = variable("XDG_STATE_HOME");
            state.or_else(|| Some(variable("HOME")?.join(".local/state")))?.join("bidroom/bridge")
        };
        Some(Self::new(folder))
    }

    fn path(&self, kind: &str, parts: &[&str]) -> PathBuf {
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        self.folder.join(format!("{}.{kind}", labelled_sm3("bidroom/bridge-keep/v1", &parts)))
    }

    /// Whether this address was used before, with the holder's agreement.
    pub fn knows(&self, address: &str) -> bool {
        self.path("address", &[address]).is_file()
    }

    /// Remembers an address.
    pub fn remember(&self, address: &str) {
        self.put(&self.path("address", &[address]), address.as_bytes());
    }

    /// A publication that the holder vouched for.
    pub fn publication(&self, address: &str, session: &SessionId) -> Option<Vec<u8>> {
        read_bounded(&self.path("publication", &[address, session.as_str()]), MOST).ok()
    }

    /// Remembers a publication.
    pub fn put_publication(&self, address: &str, session: &SessionId, der: &[u8]) {
        self.put(&self.path("publication", &[address, session.as_str()]), der);
    }

    /// What cannot be remembered is asked for again the next time.
    fn put(&self, path: &Path, bytes: &[u8]) {
        let part = path.with_extension("part");
        let write = || {
            std::fs::create_dir_all(&self.folder)?;
            let mut file = std::fs::File::create(&part)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            std::fs::rename(&part, path)
        };
        if write().is_err() {
            drop(std::fs::remove_file(&part));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_vouched_for_is_known_for_its_address_only() {
        let folder = tempfile::tempdir().unwrap();
        let keep = Keep::new(folder.path().join("deep/folder"));
        let session: SessionId = "YZ-1-1".parse().unwrap();
        assert!(!keep.knows("https://a"));
        assert_eq!(keep.publication("https://a", &session), None);
        keep.remember("https://a");
        keep.put_publication("https://a", &session, b"publication");
        assert!(keep.knows("https://a") && !keep.knows("https://b"));
        assert_eq!(keep.publication("https://a", &session).as_deref(), Some(&b"publication"[..]));
        assert_eq!(keep.publication("https://b", &session), None);
        let nowhere = Keep::new("/dev/null/x");
        nowhere.remember("https://a");
        assert!(!nowhere.knows("https://a"));
    }
}
