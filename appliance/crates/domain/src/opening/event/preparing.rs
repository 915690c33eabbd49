//! What happens before bids arrive: the session, its keys, its devices.

use bidroom_canon::Sm3Digest;
use serde::{Deserialize, Serialize};

use crate::LotFacts;

/// The session exists: the signed tender package was imported. Always entry 0 of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionCreated {
    /// SM3 of the signed tender package.
    pub package: Sm3Digest,
    /// Origin line of the log.
    pub origin: String,
    /// The lot's facts and policy.
    pub lot: Box<LotFacts>,
}

/// The keys of one custody device for this lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceKeys {
    /// `main` or `standby`.
    pub device: String,
    /// Where the private keys live, in Chinese, as custody described itself.
    pub level_zh: String,
    /// The same in English.
    pub level_en: String,
    /// SM3 of the tender key's certificate.
    pub tender_certificate: Sm3Digest,
    /// SM3 of the opening key's certificate.
    pub opening_certificate: Sm3Digest,
}

/// The room made its keys, dealt the officers' key and published both; receiving begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeysPublished {
    /// SM3 of the signed publication.
    pub publication: Sm3Digest,
    /// Devices, main first.
    pub devices: Vec<DeviceKeys>,
    /// SM3 of the officers' key's certificate.
    pub officers_certificate: Sm3Digest,
    /// To what the publication commits for draws; there exactly if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draw: Option<Sm3Digest>,
}

/// Custody had every device unwrap and answer a challenge under each of the lot's keys: each of them alone can open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandbyProved {
    /// The devices, main first.
    pub devices: Vec<String>,
}

/// There is one device only, which was tried; the policy accepts that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandbyMissing {
    /// The device.
    pub device: String,
    /// The clause that accepts it.
    pub clause: String,
}

/// A device does not answer any more; the other one goes on, if there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceLost {
    /// Which.
    pub device: String,
    /// The device that goes on.
    pub serving: Option<String>,
}

/// A device answers again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceReturned {
    /// Which.
    pub device: String,
}
