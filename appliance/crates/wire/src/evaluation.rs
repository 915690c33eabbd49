//! The evaluation: sign-in at a terminal, signed acts, and the log as one reader may read it.

use bidroom_canon::Base64Bytes;
use bidroom_domain::At;
use bidroom_ledger::replay::LeafView;
use serde::{Deserialize, Serialize};

/// The one-time PIN of a member who has its seat: the host hands it over on paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatPin {
    /// Index of the member.
    pub member: u8,
    /// Six digits. An earlier one ends.
    pub pin: String,
    /// Until when it may be used.
    pub until: At,
}

/// A member signs in at its terminal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TerminalBody {
    /// Index of the member.
    pub member: u8,
    /// Name of the terminal.
    pub terminal: String,
    /// The one-time PIN.
    pub pin: String,
}

impl core::fmt::Debug for TerminalBody {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("TerminalBody").field("member", &self.member).finish_non_exhaustive()
    }
}

/// A member is signed in at its terminal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TerminalIn {
    /// Goes with each request as a bearer token. It ends when the member goes on at another terminal.
    pub token: String,
    /// Until when it is good.
    pub until: At,
}

impl core::fmt::Debug for TerminalIn {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("TerminalIn").field("until", &self.until).finish_non_exhaustive()
    }
}

/// A certificate for one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberCertificate {
    /// The certificate (DER), of the room's own CA.
    pub certificate: Base64Bytes,
}

/// A signed act of the evaluation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActBody {
    /// The signed statement (DER).
    pub statement: Base64Bytes,
    /// The picture (PNG) of the signature by hand that the statement names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handwriting: Option<Base64Bytes>,
}

/// The evaluation's part of the log, as one reader may read it now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EvaluationLog {
    /// Which entry of the log the first leaf is.
    pub from: u64,
    /// The leaves from `from` on.
    pub leaves: Vec<LeafView>,
    /// Earlier leaves of which more may be read than when the log had `from` entries.
    pub again: Vec<LeafAgain>,
    /// The checkpoint over the log with these leaves; none while it is owed.
    pub note: Option<String>,
}

/// An earlier leaf, of which more may be read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LeafAgain {
    /// Which entry of the log.
    pub index: u64,
    /// The leaf.
    pub leaf: LeafView,
}
