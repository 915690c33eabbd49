//! Secrets that a machine makes for itself once: nobody chooses them, nobody sees them.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context as _;
use zeroize::Zeroizing;

/// Bytes of a secret: four times what a key of 128 bits needs.
const LENGTH: usize = 64;

/// Makes a secret and has `systemd-creds` seal it to this board's TPM in its present Secure Boot state (PCR 7). The file
/// appears whole or not at all.
///
/// # Errors
/// No random bytes, no TPM, or the file could not be written.
pub fn seal(name: &str, out: &Path) -> anyhow::Result<()> {
    let mut secret = Zeroizing::new([0u8; LENGTH]);
    getrandom::fill(&mut *secret).context("random bytes")?;
    let unfinished = out.with_extension("new");
    let mut sealer = Command::new("/usr/bin/systemd-creds")
        .args(["encrypt", "--with-key=tpm2", "--tpm2-pcrs=7", "--name", name, "-"])
        .arg(&unfinished)
        .stdin(Stdio::piped())
        .spawn()
        .context("systemd-creds")?;
    // Dropping the pipe ends the input.
    sealer.stdin.take().context("no pipe")?.write_all(&*secret).context("systemd-creds takes no input")?;
    let done = sealer.wait().context("systemd-creds")?;
    anyhow::ensure!(done.success(), "systemd-creds: {done}");
    std::fs::File::open(&unfinished).and_then(|file| file.sync_all()).context("syncing")?;
    std::fs::rename(&unfinished, out).context("naming")?;
    let folder = out.parent().context("no folder")?;
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).context("syncing the folder")
}
