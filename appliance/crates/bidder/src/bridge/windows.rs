//! Windows: the link's handler. Not compiled on other systems; the rest of the helper is the same code everywhere.
//!
//! Vendors' libraries come in one width, and a process loads libraries of its own width only. So the helper is built twice,
//! `bidroom-bidder.exe` and `bidroom-bidder-32.exe`, and the installer starts the one whose width the configuration file of
//! the vendor's library names (`docs/bridge.md`, "Windows"). ULONG is 32 bits in both.

use std::path::Path;
use std::process::Command;

/// Hands `bidroom:` links of this user to `program`: `HKCU\Software\Classes\bidroom`.
///
/// # Errors
/// `reg.exe` could not be run, or refused.
pub fn install_link(program: &Path) -> std::io::Result<()> {
    let class = r"HKCU\Software\Classes\bidroom";
    let command = format!("\"{}\" bridge \"%1\"", program.display());
    for arguments in [
        vec!["add", class, "/ve", "/d", "URL:BidRoom token bridge", "/f"],
        vec!["add", class, "/v", "URL Protocol", "/d", "", "/f"],
        vec!["add", r"HKCU\Software\Classes\bidroom\shell\open\command", "/ve", "/d", &command, "/f"],
    ] {
        let status = Command::new("reg.exe").args(arguments).status()?;
        if !status.success() {
            return Err(std::io::Error::other(format!("reg.exe ended with {status}")));
        }
    }
    Ok(())
}
