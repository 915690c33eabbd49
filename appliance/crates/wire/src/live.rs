//! The live stream: `GET /api/v1/sessions/{id}/live?from=N` (WebSocket), `GET …/frames?from=N` (the same, once).
//!
//! A viewer says how many leaves of the log it has, and gets frames with the rest. Until the deadline there is
//! nothing to have: frames carry the clock only.

use bidroom_canon::{Base64Bytes, CanonError, Sm3Digest, labelled_sm3, to_canonical};
use bidroom_domain::At;
use bidroom_ledger::replay::LeafView;
use serde::{Deserialize, Serialize};

/// What is sent to every viewer of a class; encoded once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Frame {
    /// The room's clock when the frame was made.
    pub clock: SignedClock,
    /// Number of leaves the viewer must have before it takes this frame.
    pub from: u64,
    /// The leaves from `from` on.
    pub leaves: Vec<LeafView>,
    /// The checkpoint over the log with these leaves; none where there are no leaves.
    pub note: Option<String>,
    /// What is not in the log: the room's word only.
    pub status: LiveStatus,
}

/// The room's clock, signed, so that nobody between room and viewer can bend it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedClock {
    /// The time.
    pub at: At,
    /// How good it is.
    pub quality: ClockQuality,
    /// Ed25519 over [`SignedClock::message`].
    pub signature: Base64Bytes,
}

impl SignedClock {
    /// What the room's Ed25519 key signs: SM3(`bidroom/clock/v1` ‖ the room's name ‖ time ‖ quality), length-prefixed,
    /// the last two as canonical JSON.
    ///
    /// # Errors
    /// Never for a time of this era.
    pub fn message(room: &str, at: At, quality: &ClockQuality) -> Result<Sm3Digest, CanonError> {
        Ok(labelled_sm3("bidroom/clock/v1", &[room.as_bytes(), &to_canonical(&at)?, &to_canonical(quality)?]))
    }
}

/// How good the room's time is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockQuality {
    /// Names of the sources that agree, Chinese: 本机.
    pub sources_zh: Vec<String>,
    /// English: this machine.
    pub sources_en: Vec<String>,
    /// They agree within so many milliseconds; none where there is one source only.
    pub within_millis: Option<u32>,
}

/// What is not in the log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveStatus {
    /// Connected viewers; none before the deadline.
    pub online: Option<u32>,
    /// Requests that wait to be checked: credit codes in their order.
    pub queue: Vec<String>,
    /// How long one of them takes at present, in milliseconds; none before any was measured. A request waits about this
    /// long for itself and each one before it.
    pub pace_millis: Option<u32>,
    /// While the room opens: bodies verified and bodies in all.
    pub bodies: Option<(u32, u32)>,
    /// A fault of the room that stops everything, Chinese and English.
    pub halted: Option<crate::text::Sentence>,
}
