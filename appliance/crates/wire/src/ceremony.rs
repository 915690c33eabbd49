//! The officers' ceremony and bidders' locks before the deadline: probes, replacements, confirmations of the time, new key
//! packages.

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::opening::Phase;
use bidroom_domain::{At, Officer, SessionId, StaffRole};
use serde::{Deserialize, Serialize};

use crate::{Accepted, ReceiptBody, SuccessorFiles};

/// How far the room's clock and the clock of whoever confirms the time may be apart, milliseconds, before more is asked
/// than a look at both.
pub const MOST_APART_MILLIS: i64 = 60_000;

/// Body of `POST /api/v1/sessions/{id}/probe`: which lock asks to be challenged.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProbeBody {
    /// Its encryption certificate (DER).
    pub certificate: Base64Bytes,
}

/// Answer to it: the room's signed challenge (`docs/custody.md`), good for ten minutes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProbeMaterial {
    /// SignedData DER over a `bidroom-probe/1`.
    pub challenge: Base64Bytes,
}

/// Body of `POST /api/v1/sessions/{id}/probe-answer`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProbeAnswerBody {
    /// The challenge, as it came.
    pub challenge: Base64Bytes,
    /// The signed statement with the answer.
    pub statement: Base64Bytes,
}

/// `GET /api/v1/sessions/{id}/replace`: what an officer's lock needs to agree to a replacement.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReplaceMaterial {
    /// Session.
    pub session: SessionId,
    /// Envelope, from 1.
    pub envelope: u32,
    /// Version of the dealing to come.
    pub version: u32,
    /// Index of the officer's share.
    pub index: u8,
    /// The share as it was dealt to the officer's lock (EnvelopedData DER).
    pub dealt: Base64Bytes,
    /// Canonical JSON of the dealing that counts.
    pub deal: String,
    /// The signed document of that dealing, where it is not the published one.
    pub redeal: Option<Base64Bytes>,
    /// Certificates of the opening keys (DER), main first.
    pub opening_certificates: Vec<Base64Bytes>,
    /// The officers as they are.
    pub officers: Vec<Officer>,
}

/// Body of `POST /api/v1/sessions/{id}/replace`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplaceBody {
    /// The signed statement.
    pub statement: Base64Bytes,
    /// The share, enveloped to each opening certificate in their order.
    pub packages: Vec<Base64Bytes>,
    /// All officers as they will be.
    pub officers: Vec<Officer>,
    /// Signing and encryption certificates (DER) of those who are new.
    pub certificates: Vec<Base64Bytes>,
}

/// `GET /api/v1/sessions/{id}/ceremony`: where the officers' ceremony stands; for staff and officers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CeremonyView {
    /// Session.
    pub session: SessionId,
    /// Phase.
    pub phase: Phase,
    /// The room's time.
    pub now: At,
    /// Deadline.
    pub deadline: At,
    /// How many officers are needed.
    pub threshold: u8,
    /// Version of the dealing that counts; 0 before the keys are published.
    pub dealing: u32,
    /// From when on locks are to be probed.
    pub probe_due: At,
    /// Clause.
    pub probe_clause: String,
    /// Index of the share of whoever asks; none for staff that holds none.
    pub own: Option<u8>,
    /// The officers, by index.
    pub officers: Vec<CeremonyOfficer>,
    /// A replacement that is under way.
    pub replacement: Option<ReplacementView>,
    /// The time is in doubt.
    pub clock: Option<ClockDoubt>,
    /// The devices, main first.
    pub devices: Vec<CeremonyDevice>,
}

/// An officer in the ceremony.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CeremonyOfficer {
    /// Index of the share.
    pub index: u8,
    /// Name.
    pub name: String,
    /// Role.
    pub role: StaffRole,
    /// When the lock opened a challenge last, and the last four digits of its serial.
    pub probed: Option<(At, String)>,
    /// Whether a probe is due and has not been made since then.
    pub probe_missing: bool,
    /// When the share was given.
    pub authorised: Option<At>,
    /// The dealing that counts has another lock in this place than the tender package.
    pub replaced: bool,
}

/// A replacement to which officers agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplacementView {
    /// All officers as they will be.
    pub officers: Vec<Officer>,
    /// The locks that take a place, in the order of their indexes.
    pub successors: Vec<SuccessorView>,
    /// Who agreed, by index.
    pub agreed: Vec<u8>,
}

/// A lock that takes an officer's place, with what others need to agree to the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuccessorView {
    /// Last four digits of the signing certificate's serial.
    pub tail: String,
    /// Index and certificates.
    pub files: SuccessorFiles,
}

/// A step of the room's clock that waits for confirmation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockDoubt {
    /// Number of the step.
    pub step: u64,
    /// By how many milliseconds.
    pub millis: i64,
    /// When it was noticed.
    pub at: At,
    /// Who confirmed the time, by index.
    pub confirmed: Vec<u8>,
}

/// A device in the ceremony.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CeremonyDevice {
    /// `main` or `standby`.
    pub device: String,
    /// Where its keys live, Chinese.
    pub level_zh: String,
    /// English.
    pub level_en: String,
    /// Since when it does not answer.
    pub lost: Option<At>,
}

/// `GET /api/v1/sessions/{id}/packages`: the key packages of the own bid that count, for whoever re-wraps.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PackagesMaterial {
    /// Session.
    pub session: SessionId,
    /// Digest of the bid.
    pub bid: Sm3Digest,
    /// Canonical JSON of the bid's cores, in order.
    pub cores: Vec<String>,
    /// The signed record (DER).
    pub record: Base64Bytes,
}

/// Body of `POST /api/v1/sessions/{id}/packages`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackagesBody {
    /// The signed record (DER), the next version.
    pub record: Base64Bytes,
    /// Encryption certificates (DER) that the record before did not name.
    pub certificates: Vec<Base64Bytes>,
}

/// Answer to it: it counts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PackagesAccepted {
    /// The acknowledgement; what is acknowledged is the SM3 of the signed record.
    pub accepted: Accepted,
    /// The receipt of the bid with these packages.
    pub receipt: ReceiptBody,
}

/// A lock to which the own bid is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnLock {
    /// SM3 of its encryption certificate.
    pub recipient: Sm3Digest,
    /// Serial of that certificate, upper-case hexadecimal.
    #[serde(default)]
    pub serial: String,
    /// Last four digits of it.
    pub tail: String,
    /// When it showed last that it opens this bid.
    pub probed: Option<At>,
}
