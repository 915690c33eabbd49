//! The demo: locks that each page offers with one click. Never part of a real room's answers.

use bidroom_canon::Base64Bytes;
use bidroom_domain::SessionId;
use serde::{Deserialize, Serialize};

/// What the demo adds to the room's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demo {
    /// The session to play.
    pub session: SessionId,
    /// Drill locks, by role.
    pub locks: Vec<DemoLock>,
}

/// For whom a drill lock is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DemoRole {
    /// 主持人.
    Host,
    /// 监督人员.
    Supervisor,
    /// 招标人代表.
    Tenderer,
    /// 投标人.
    Bidder,
}

/// A drill lock with its password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoLock {
    /// Role.
    pub role: DemoRole,
    /// Holder: the person's or firm's name.
    pub holder: String,
    /// What it is, Chinese: 主锁, 副锁, 换发前的旧锁.
    pub label_zh: String,
    /// English.
    pub label_en: String,
    /// Index of the officer's share, for officers.
    pub officer: Option<u8>,
    /// The lock file.
    pub file: Base64Bytes,
    /// Its password.
    pub password: String,
}
