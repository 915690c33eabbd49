//! Blind review: numbers instead of names.

use std::collections::BTreeMap;

use bidroom_canon::{Hex32, Sm3Digest};
use serde::{Deserialize, Serialize};

use crate::opening::Private;

/// Blind numbers were drawn for all bids that had none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlindNumbered {
    /// Number of the draw, from 1; orders of equal bids are counted with it.
    pub number: u32,
    /// SM3 of the seed of the draw.
    pub draw: Sm3Digest,
    /// The first of these numbers.
    pub first: u32,
    /// How many were drawn.
    pub count: u32,
    /// Roster number → blind number.
    pub numbers: Private<BTreeMap<u32, u32>>,
    /// The room's value for this draw, with which it can be made again.
    pub value: Private<Hex32>,
}

/// The supervisor lifted the blind, after all blind sheets had been committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlindLifted {
    /// The supervisor's name.
    pub name: String,
    /// Last four digits of the signing certificate's serial.
    pub lock_tail: String,
    /// SM3 of the signed statement.
    pub statement: Sm3Digest,
}
