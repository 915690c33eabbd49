//! Scores: sealed, complete, by each member alone.

use bidroom_canon::Sm3Digest;
use serde::{Deserialize, Serialize};

use super::super::terms::{Change, ChangeGround, Difference, Scores, SheetPart};
use crate::opening::Private;

/// A member committed its sheet: all items of all bids that it had not scored yet. Nobody else reads it before
/// [`SheetsRevealed`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SheetCommitted {
    /// Which sheet.
    pub part: SheetPart,
    /// Who.
    pub member: u8,
    /// Bids it covers, as the sheet names them.
    pub bids: Vec<u32>,
    /// The scores.
    pub sheet: Private<Scores>,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}

/// All members had committed this sheet; from here on they may read each other's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SheetsRevealed {
    /// Which sheet.
    pub part: SheetPart,
}

/// Members differ in objective items, which they cannot rightly do: the sheets go back to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectiveDiffered {
    /// Which sheet.
    pub part: SheetPart,
    /// Where.
    pub items: Vec<Difference>,
}

/// A member changed scores of its committed sheet on a ground of 87号令 第六十四条; what stood there is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SheetCorrected {
    /// Which sheet.
    pub part: SheetPart,
    /// Who.
    pub member: u8,
    /// On which ground.
    pub ground: ChangeGround,
    /// What was changed.
    pub changes: Private<Vec<Change>>,
    /// Why.
    pub reason: Private<String>,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}
