//! The table of a result, as it was fixed in the log.

use bidroom_domain::evaluation::State;
use serde::Deserialize;

/// A bid's row.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ResultRow {
    /// Roster number.
    pub bid: u32,
    /// Price with which it is evaluated, yuan.
    #[serde(default)]
    pub evaluated_price: Option<String>,
    /// Score of the price.
    #[serde(default)]
    pub price_score: Option<String>,
    /// Total, points.
    #[serde(default)]
    pub total: Option<String>,
    /// Rank, from 1; equal ones have the same.
    #[serde(default)]
    pub rank: Option<u32>,
}

#[derive(Deserialize)]
struct Table {
    rows: Vec<ResultRow>,
}

/// The rows of the result that stands; none while there is none, or its table may not be read.
pub fn result_rows(state: &State) -> Option<Vec<ResultRow>> {
    let table = state.result.as_ref()?.table.as_deref()?;
    serde_json::from_str::<Table>(table).ok().map(|table| table.rows)
}
