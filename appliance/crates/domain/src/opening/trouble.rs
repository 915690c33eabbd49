//! What can go wrong while one bidder unlocks: facts, who vouches for each, and on whose side it lies.
//!
//! Must not know what becomes of the bid: that is [`super::proposal`].

use serde::{Deserialize, Serialize};

use super::decide::{MOST_TEXT, count};
use crate::{Actor, At};

/// Most facts that one bidder may report, and most that the room records about one bidder: a page in a loop must not
/// fill the log.
pub(super) const MOST_FACTS: usize = 24;
/// Longest code of a device, in characters.
const MOST_CODE: u32 = 64;
/// Most serial numbers that a report names.
const MOST_SERIALS: usize = 16;

/// Why the room itself stops the clock of all bidders, and lets it run on once a device answers.
pub const DEVICES_SILENT: &str = "本室密码设备全部无响应";

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateTrouble {
    /// 已换发: the lock carries another key pair than the bid is sealed to.
    Renewed,
    /// 已吊销.
    Revoked,
    /// 已过期.
    Expired,
}

/// Which part of the room failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomPart {
    /// Custody 密钥保管 or its devices did not answer.
    Custody,
    /// The room's disk took nothing.
    Disk,
    /// Anything else of the room.
    Room,
}

/// One thing that went wrong. Locks are named by the last four hexadecimal digits of their encryption certificate's
/// serial, durations are milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Trouble {
    /// No lock was seen.
    NoLock {},
    /// The lock that was present is none of those the bid is sealed to.
    WrongLock {
        /// The lock that was present.
        present: String,
        /// Those the bid is sealed to.
        sealed_to: Vec<String>,
    },
    /// The lock's certificate does not count any more.
    Certificate {
        /// Why.
        state: CertificateTrouble,
        /// Which lock.
        tail: String,
        /// Since when.
        since: At,
    },
    /// A wrong PIN was entered.
    PinWrong {
        /// Tries left, where the device tells.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        left: Option<u32>,
    },
    /// The PIN is locked: only the CA can unlock it.
    PinLocked {},
    /// The device or its driver failed.
    Device {
        /// The code it gave, as it stands in the bridge's diagnosis.
        code: String,
    },
    /// The trustees' parts are those that the bidder sealed to them, and do not give the lock share that it committed to.
    DealtWrongly {},
    /// The bidder's page or bridge had no connection to the room.
    Connection {
        /// For how long.
        millis: i64,
    },
    /// A request of this bidder met a fault of the room.
    RoomFault {
        /// Of which part.
        part: RoomPart,
        /// How long it lasted.
        millis: i64,
    },
    /// A request of this bidder waited longer than the policy allows.
    QueueWait {
        /// How long.
        millis: i64,
    },
    /// The whole window stood still. Follows from `clock.stopped`; nobody reports it.
    ClockStopped {
        /// Why, as it was written.
        reason: String,
    },
    /// This bidder's window stood still. Follows from `bidder.held`; nobody reports it.
    Held {
        /// Why, as it was written.
        reason: String,
    },
}

/// On whose side a fact lies, for 电子招标投标办法 第三十一条.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The bidder's own cause.
    Bidder,
    /// The centre's.
    Centre,
    /// It tells of neither: listed, not counted.
    Neither,
}

/// Whose word a fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Voucher {
    /// The bidder's page or bridge said so.
    Bidder,
    /// The room measured it.
    Room,
    /// The host wrote it.
    Host,
}

/// A fact about one bidder, in the order of the log; people refer to it by its place in this order, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What.
    pub trouble: Trouble,
    /// Whose word.
    pub vouched: Voucher,
    /// When it was recorded.
    pub at: At,
    /// The bidder's window stood still for it, so that no time was lost.
    pub made_up: bool,
}

impl Trouble {
    /// On whose side it lies.
    pub const fn side(&self) -> Side {
        match self {
            Self::NoLock {}
            | Self::WrongLock { .. }
            | Self::Certificate { .. }
            | Self::PinWrong { .. }
            | Self::PinLocked {}
            | Self::Device { .. }
            | Self::DealtWrongly {} => Side::Bidder,
            Self::RoomFault { .. } | Self::QueueWait { .. } | Self::Held { .. } => Side::Centre,
            // A lost connection has two ends, and a stop of all windows gave its time back to all.
            Self::Connection { .. } | Self::ClockStopped { .. } => Side::Neither,
        }
    }

    /// Whose word it is when `by` reports it; none where `by` cannot know it.
    pub(super) const fn voucher(&self, by: &Actor) -> Option<Voucher> {
        match (self, by) {
            (Self::RoomFault { .. } | Self::QueueWait { .. } | Self::DealtWrongly {}, Actor::Room) => {
                Some(Voucher::Room)
            }
            (
                Self::RoomFault { .. }
                | Self::QueueWait { .. }
                | Self::DealtWrongly {}
                | Self::ClockStopped { .. }
                | Self::Held { .. },
                _,
            ) => None,
            (_, Actor::Bidder { .. }) => Some(Voucher::Bidder),
            _ => None,
        }
    }

    /// The member that is out of its bounds, if one is.
    pub(super) fn unusable(&self) -> Option<&'static str> {
        let is_tail = |tail: &String| {
            (1..=4).contains(&tail.len()) && tail.bytes().all(|digit| digit.is_ascii_hexdigit())
        };
        match self {
            Self::WrongLock { present, .. } if !is_tail(present) => Some("present"),
            Self::WrongLock { sealed_to, .. }
                if sealed_to.len() > MOST_SERIALS || !sealed_to.iter().all(is_tail) =>
            {
                Some("sealed_to")
            }
            Self::Certificate { tail, .. } if !is_tail(tail) => Some("tail"),
            Self::Device { code }
                if code.trim().is_empty()
                    || count(code.chars().count()) > MOST_CODE
                    || code.chars().any(char::is_control) =>
            {
                Some("code")
            }
            Self::Connection { millis } | Self::RoomFault { millis, .. } | Self::QueueWait { millis }
                if *millis < 0 =>
            {
                Some("millis")
            }
            Self::ClockStopped { reason } | Self::Held { reason }
                if count(reason.chars().count()) > MOST_TEXT =>
            {
                Some("reason")
            }
            _ => None,
        }
    }
}
