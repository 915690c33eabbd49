//! Authorising and collecting shares.

use bidroom_canon::Sm3Digest;
use serde::{Deserialize, Serialize};

use super::super::proposal::Remedy;
use crate::{At, CreditCode};

/// An officer gave its share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareAuthorised {
    /// Index of the share.
    pub index: u8,
    /// The officer's name.
    pub name: String,
    /// Last four digits of the lock's certificate serial.
    pub lock_tail: String,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// The unlock window opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnlockStarted {
    /// Attempt, from 1; part of every consent.
    pub attempt: u32,
    /// When the window ends, if the clock is not stopped.
    pub ends_at: At,
}

/// A lock as it is shown to everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockTag {
    /// `main` or `sub`, as the certificate or the bidder's account says.
    pub kind: LockKind,
    /// Name of the CA.
    pub authority: String,
    /// Last four hexadecimal digits of the encryption certificate's serial.
    pub tail: String,
}

/// Main or sub lock 主锁/副锁.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LockKind {
    /// 主锁.
    Main,
    /// 副锁.
    Sub,
}

/// A bidder tried with a lock to which its bid is not sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockMismatched {
    /// Who.
    pub bidder: CreditCode,
    /// The lock that was present.
    pub present: LockTag,
    /// Tails of the locks the bid is sealed to.
    pub sealed_to: Vec<String>,
}

/// A bidder's lock share was handed in, checked and is held; nothing is opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareCollected {
    /// Who.
    pub bidder: CreditCode,
    /// With which lock.
    pub lock: LockTag,
    /// Attempt it was given for.
    pub attempt: u32,
    /// SM3 of the signed consent; of the signed request, where trustees gave the share.
    pub statement: Sm3Digest,
    /// SM3 over the enveloped share's packages; over those of all parts, where trustees gave it.
    pub packages: Sm3Digest,
    /// By which remedy, where not with a lock to which the bid is sealed; `lock` signed then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Remedy>,
}
