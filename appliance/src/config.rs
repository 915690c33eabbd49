//! The configuration file of `bidroom serve`: read once, checked whole, never written.
//!
//! Owns the file's form and the rules between its values. Must not know how any part uses them. `docs/config.md`
//! explains each value. Passphrases and PINs never stand in this file: it names files that hold them.

mod custody;
mod read;

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

pub use bidroom_custody::certificates::CertificateConfig;
pub use bidroom_custody::config::ConfigError;
pub use custody::CustodyPlace;

/// A checked configuration; paths are absolute or relative to the file's folder, which was put before them.
#[derive(Debug, Clone)]
pub struct Config {
    /// Folder of the database, the bids and unfinished uploads.
    pub data_dir: PathBuf,
    /// Address of the HTTPS server.
    pub listen: SocketAddr,
    /// Address of a server without TLS: on loopback and for drills only.
    pub plain_http: Option<SocketAddr>,
    /// Certificate and key of the HTTPS server.
    pub tls: TlsConfig,
    /// Centre 交易中心, as it stands in tender packages.
    pub centre: String,
    /// Room 开标室, as it stands in tender packages.
    pub room: String,
    /// The room's name in the origins of its logs and in login statements: letters, digits, `.` and `-`. It can
    /// never change: tender packages and checkpoints carry it.
    pub origin: String,
    /// Certificates of the people who may import tender packages (PEM or DER files).
    pub hosts: Vec<PathBuf>,
    /// Folder with the root certificates of agencies.
    pub agency_roots: PathBuf,
    /// Folders of profiles of CAs and of revocation data.
    pub certificates: CertificateConfig,
    /// Where the room's keys are held.
    pub custody: CustodyPlace,
    /// Limits.
    pub limits: Limits,
    /// Whether this is a drill: nothing has legal effect, and every page says so.
    pub drill: bool,
}

/// Where the server's TLS certificate is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsConfig {
    /// Chain, leaf first (PEM). Made with the key at the first start if neither file is there.
    pub certificate: PathBuf,
    /// Private key (PEM, PKCS#8).
    pub key: PathBuf,
    /// Names and addresses in a certificate that is made at the first start.
    pub names: Vec<String>,
}

/// What one room takes at most. None of these is law; they keep one party from using up what all need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Longest bid, bytes, its head included.
    pub bid_bytes: u64,
    /// Bytes of the disk that uploads leave free: the log must always be able to grow.
    pub disk_reserve_bytes: u64,
    /// Unfinished uploads of one bidder; a newer one takes the place of the oldest.
    pub uploads_per_bidder: u32,
    /// Connected viewers of the live stream.
    pub viewers: u32,
    /// Connections in all.
    pub connections: u32,
    /// Requests of one network address per second, in the long run.
    pub requests_per_second: u32,
    /// Requests that one network address may make at once.
    pub requests_burst: u32,
    /// Seconds after which an upload that sends nothing is cut off; it can be resumed.
    pub idle_seconds: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bid_bytes: 16 << 30,
            disk_reserve_bytes: 1 << 30,
            uploads_per_bidder: 2,
            viewers: 10_000,
            connections: 12_000,
            requests_per_second: 50,
            requests_burst: 400,
            idle_seconds: 30,
        }
    }
}
