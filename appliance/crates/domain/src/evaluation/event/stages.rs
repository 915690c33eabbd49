//! The way through the stages: forwards, back with approval, and the ends without a result.

use bidroom_canon::Sm3Digest;
use serde::{Deserialize, Serialize};

use super::super::terms::{CancelGround, Stage, StopGround};
use crate::At;
use crate::opening::Private;

/// The evaluation began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluationStarted {
    /// Its first stage.
    pub stage: Stage,
    /// Bids that were opened, by roster number.
    pub bids: Vec<u32>,
    /// Until when it is to take.
    pub until: At,
}

/// A stage was finished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageFinished {
    /// Which.
    pub stage: Stage,
    /// Which comes next.
    pub next: Stage,
    /// Bids that are left, by roster number.
    pub bids: Vec<u32>,
    /// SM3 of the signed statement; none where the host did it, who signs none.
    pub statement: Option<Sm3Digest>,
}

/// The committee, or the host before it sits, asked to go back to an earlier stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReopeningAsked {
    /// Number of the request, from 1.
    pub number: u32,
    /// To which stage.
    pub stage: Stage,
    /// Why.
    pub reason: Private<String>,
    /// SM3 of the signed statement; none where the host did it, who signs none.
    pub statement: Option<Sm3Digest>,
}

/// The supervisor approved it: the stage is open again, and what was concluded in it and after it is kept as void.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageReopened {
    /// The request.
    pub number: u32,
    /// Which stage.
    pub stage: Stage,
    /// Where the evaluation stood.
    pub from: Stage,
    /// The supervisor's name.
    pub name: String,
    /// Last four digits of the signing certificate's serial.
    pub lock_tail: String,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// The evaluation stopped. Where members cannot be made up, bids stay sealed and all that the committee found is void.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluationStopped {
    /// Why.
    pub ground: StopGround,
    /// The same in words.
    pub reason: Private<String>,
    /// Where it stood.
    pub from: Stage,
    /// SM3 of the signed statement; none where the host did it, who signs none.
    pub statement: Option<Sm3Digest>,
}

/// The purchaser did not confirm that the document is defective: the evaluation goes on where it stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluationResumed {
    /// Where.
    pub stage: Stage,
    /// Why.
    pub reason: Private<String>,
    /// SM3 of the signed statement; none where the host did it, who signs none.
    pub statement: Option<Sm3Digest>,
}

/// The lot ended without a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LotCancelled {
    /// In which stage.
    pub stage: Stage,
    /// Why.
    pub ground: CancelGround,
    /// The same in words, for the record.
    pub reason: String,
    /// The clause.
    pub clause: String,
    /// Bids that were left.
    pub bids: u32,
    /// SM3 of the signed statement; none where the host did it, who signs none.
    pub statement: Option<Sm3Digest>,
}
