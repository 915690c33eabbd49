//! Tokens of SoftHSM2, as an HSM with a standby would be.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};
use bidroom::demo::site::{SiteDevice, SitePin};

const PIN: &str = "93-71-40-tokens";
const PIN_FILE: &str = "pin";

/// The module of SoftHSM2.
pub fn module() -> PathBuf {
    std::env::var_os("BIDROOM_PKCS11_MODULE")
        .map_or_else(|| PathBuf::from("/usr/lib/softhsm/libsofthsm2.so"), PathBuf::from)
}

/// A folder with one token for each device of a room.
pub struct SoftHsm {
    configuration: PathBuf,
    devices: Vec<SiteDevice>,
}

impl SoftHsm {
    /// A folder in which no token is made yet; it need not exist. SoftHSM2 shows a blank one wherever it is asked.
    ///
    /// # Errors
    /// Of the disk.
    pub fn blank(folder: &Path) -> anyhow::Result<Self> {
        let tokens = folder.join("tokens");
        std::fs::create_dir_all(&tokens)?;
        let blank = Self::at(folder, &[]);
        let text = format!("directories.tokendir = {}\nobjectstore.backend = file\n", tokens.display());
        std::fs::write(&blank.configuration, text)?;
        Ok(blank)
    }

    /// Makes tokens with these labels in `folder`, which need not exist.
    ///
    /// # Errors
    /// If Debian's package `softhsm2` is not installed, or of the disk.
    pub fn new(folder: &Path, labels: &[&str]) -> anyhow::Result<Self> {
        Self::blank(folder)?;
        let made = Self::at(folder, labels);
        std::fs::write(folder.join(PIN_FILE), PIN)?;
        for label in labels {
            let made = Command::new("softhsm2-util")
                .env("SOFTHSM2_CONF", &made.configuration)
                .args(["--init-token", "--free", "--label", label, "--so-pin", "12345678", "--pin", PIN])
                .arg("--module")
                .arg(module())
                .output()
                .context("softhsm2-util must be installed (Debian package softhsm2)")?;
            ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        }
        Ok(made)
    }

    /// Tokens that were made in `folder`.
    pub fn at(folder: &Path, labels: &[&str]) -> Self {
        let device = |label: &&str| SiteDevice::Pkcs11 {
            module: module(),
            label: (*label).to_owned(),
            pin: SitePin::File(folder.join(PIN_FILE)),
        };
        Self { configuration: folder.join("softhsm2.conf"), devices: labels.iter().map(device).collect() }
    }

    /// The tokens, in the order of their labels.
    pub fn devices(&self) -> Vec<SiteDevice> {
        self.devices.clone()
    }

    /// What a process must have in its environment to find the tokens.
    pub fn environment(&self) -> (String, PathBuf) {
        ("SOFTHSM2_CONF".to_owned(), self.configuration.clone())
    }
}
