//! The room's health, for staff: devices of custody, clock, disk, certificates, sessions. Everything is the room's word.

use bidroom_domain::At;
use serde::{Deserialize, Serialize};

use crate::{ClockQuality, SessionSummary};

/// `GET /api/v1/health`: how the room is doing. `POST` has every device use each of its keys once first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthView {
    /// The room's time.
    pub now: At,
    /// Version of the server.
    pub version: String,
    /// The devices of custody, main first; none where custody cannot be reached.
    pub devices: Vec<HealthDevice>,
    /// Why custody cannot be reached.
    pub custody_lost: Option<String>,
    /// How good the room's time is.
    pub clock: ClockQuality,
    /// The disk with the room's data; none where it cannot be looked at.
    pub disk: Option<HealthDisk>,
    /// The room's own certificates.
    pub certificates: Vec<HealthCertificate>,
    /// Revocation lists and OCSP answers.
    pub revocation: Vec<HealthRevocation>,
    /// The sessions, newest deadline first.
    pub sessions: Vec<HealthSession>,
}

/// A device of custody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HealthDevice {
    /// `main` or `standby`.
    pub device: String,
    /// `soft`, `pkcs11` or `sdf`; none while it was never connected.
    pub backend: Option<String>,
    /// Label, serial number, maker and model as it names itself.
    pub name: Option<String>,
    /// Whether it calls itself hardware; none where its interface does not tell.
    pub hardware: Option<bool>,
    /// Why it does not answer.
    pub lost: Option<String>,
    /// Where keys of each purpose live.
    pub levels: Vec<HealthLevel>,
    /// How many keys it holds.
    pub keys: u64,
    /// What it offers, by the names of its specification.
    pub mechanisms: Vec<String>,
    /// Firmware and library.
    pub software: Vec<String>,
    /// Seconds since it last signed or unwrapped something; none if it has not since custody started.
    pub used_seconds: Option<u64>,
    /// The last self-check since custody started.
    pub check: Option<HealthCheck>,
    /// The last fault or sign of tampering since it was opened, however old.
    pub trouble: Option<HealthTrouble>,
    /// For each lot that is under way whether it holds the very keys that the room published.
    pub lots: Vec<HealthLot>,
}

/// Where keys of a purpose live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HealthLevel {
    /// `decrypt`, `sign-sm2` or `sign-ed25519`.
    pub purpose: String,
    /// A few words, Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A self-check: each key was used once against its public part, and where and how it is stored was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HealthCheck {
    /// When, by custody's clock.
    pub at: At,
    /// How many keys; none where it did not end well.
    pub keys: Option<u64>,
    /// Why it did not end well.
    pub failed: Option<HealthTrouble>,
}

/// Something that went wrong, with what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HealthTrouble {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// Whether evidence disagrees; otherwise something failed.
    pub tamper: bool,
}

/// A lot's keys in a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HealthLot {
    /// Its session.
    pub session: String,
    /// Whether tender key and opening key are there and are those of the published certificates.
    pub held: bool,
}

/// The disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthDisk {
    /// Bytes free for the room.
    pub free: u64,
    /// Bytes in all.
    pub total: u64,
    /// Bytes that should be free: what the log always keeps, and two of the longest bids that the room takes.
    pub wanted: u64,
}

/// A certificate of the room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthCertificate {
    /// Its holder.
    pub holder: String,
    /// Last four digits of its serial.
    pub tail: String,
    /// When it ends.
    pub until: At,
}

/// A revocation list or OCSP answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthRevocation {
    /// Whose.
    pub issuer: String,
    /// The serial number that an OCSP answer is about; none for a list.
    pub serial: Option<String>,
    /// When it was made.
    pub made: At,
    /// When the next one is due.
    pub until: Option<At>,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthSession {
    /// What lists say of it.
    pub summary: SessionSummary,
    /// By how many milliseconds the clock was set, where that is not confirmed yet.
    pub clock_doubt: Option<i64>,
    /// Devices that its log says are lost, and since when.
    pub lost: Vec<(String, At)>,
}
