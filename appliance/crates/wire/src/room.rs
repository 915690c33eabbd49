//! The room and its sessions.

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::opening::{DeviceKeys, Phase};
use bidroom_domain::{At, LotFacts, LotNumber, SessionId, TenderNumber};
use bidroom_ledger::checkpoint::RoomKeys;
use serde::{Deserialize, Serialize};

use crate::{Demo, SignedClock};

/// `GET /api/v1/room`: what anybody may know of the room.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RoomInfo {
    /// Centre 交易中心.
    pub centre: String,
    /// Room 开标室.
    pub room: String,
    /// Version of the server.
    pub version: String,
    /// The room's clock.
    pub clock: SignedClock,
    /// The keys that sign checkpoints; a page compares them with the tender package's.
    pub keys: RoomKeys,
    /// Custody as it describes itself, main first.
    pub custody: Vec<CustodyView>,
    /// Sessions, newest deadline first.
    pub sessions: Vec<SessionSummary>,
    /// Whether the room is in a drill: only then soft locks are offered.
    #[serde(default)]
    pub drill: bool,
    /// Present in the demo only.
    pub demo: Option<Demo>,
}

/// A custody device, as the console and the log describe it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CustodyView {
    /// `main` or `standby`.
    pub device: String,
    /// Where the private keys live, Chinese.
    pub level_zh: String,
    /// English.
    pub level_en: String,
    /// Whether its last self-check passed.
    pub ready: bool,
}

/// A session in a list. Says nothing of bids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionSummary {
    /// Its id.
    pub session: SessionId,
    /// Number of the tender.
    pub tender: TenderNumber,
    /// Title.
    pub title: String,
    /// Lot.
    pub lot: LotNumber,
    /// Deadline.
    pub deadline: At,
    /// Phase.
    pub phase: Phase,
    /// Drill.
    pub drill: bool,
}

/// `GET /api/v1/sessions/{id}`: what is public of a session from its publication on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SessionInfo {
    /// Its id.
    pub session: SessionId,
    /// Origin of its log.
    pub origin: String,
    /// The lot's facts.
    pub lot: LotFacts,
    /// SM3 of the signed tender package.
    pub package: Sm3Digest,
    /// SM3 of the room's signed publication, once it is published.
    pub publication: Option<Sm3Digest>,
    /// Custody devices of this session.
    pub devices: Vec<DeviceKeys>,
    /// Phase; Receive until the deadline's event, whatever has happened.
    pub phase: Phase,
    /// The signed tender package (DER), so that a page can check the room's keys against it.
    pub signed_package: Base64Bytes,
}

/// Answer to `POST /api/v1/tenders` with a signed package as its body.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportedTender {
    /// The sessions that now exist, one per lot.
    pub sessions: Vec<SessionSummary>,
}
