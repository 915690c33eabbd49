//! The result as it is fixed in the log: a short table, with the digest of the outcome that explains every number.

use bidroom_canon::{Sm3Digest, to_canonical};
use bidroom_domain::evaluation::{ChangeGround, Command, DrawPurpose, State, Trigger};
use bidroom_domain::opening;
use bidroom_pricing::{Outcome, Status};
use serde::{Deserialize, Serialize};

use crate::draws::{evaluate_drawn, wanted};
use crate::method::method_of;
use crate::{OutcomeError, bids_of};

/// The table of a result. It has to fit into one entry of the log; all derivations are in the outcome that it names, which anybody
/// computes again from the log and the tender package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultTable {
    /// SM3 of the method's canonical JSON.
    pub method: Sm3Digest,
    /// SM3 of the outcome's canonical JSON.
    pub outcome: Sm3Digest,
    /// A row for each bid, by roster number.
    pub rows: Vec<ResultRow>,
}

/// One bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultRow {
    /// Roster number.
    pub bid: u32,
    /// What became of it.
    pub status: Status,
    /// Price with which it is evaluated, yuan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluated_price: Option<String>,
    /// Score of the price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_score: Option<String>,
    /// Total, points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<String>,
    /// Rank, from 1; equal ones have the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<u32>,
}

/// What comes of an evaluation as it stands.
#[derive(Debug, Clone)]
pub struct Computed {
    /// With every number and how it came about.
    pub outcome: Outcome,
    /// The table as canonical JSON.
    pub table: String,
    /// Candidates in their order, by roster number.
    pub candidates: Vec<u32>,
    /// Digest of what it was computed of.
    pub inputs: Sm3Digest,
}

impl Computed {
    /// The command that fixes it; where another result stands, with the ground on which it is changed and why.
    pub fn fix(&self, changed: Option<(ChangeGround, String)>) -> Command {
        let (ground, reason) = changed.unzip();
        Command::FixResult {
            inputs: self.inputs,
            outcome: Sm3Digest::of(self.table.as_bytes()),
            table: self.table.clone(),
            candidates: self.candidates.clone(),
            ground,
            reason,
        }
    }

    /// What is to be drawn, and among which bids, before it may be fixed, if nothing else is awaited.
    pub fn draw_due(&self) -> Option<(DrawPurpose, Vec<u32>)> {
        wanted(&self.outcome)
    }

    /// Whether nothing is left to be decided before it may be fixed.
    pub fn is_final(&self) -> bool {
        self.outcome.state == bidroom_pricing::State::Final
    }
}

/// Computes what comes of the evaluation as it stands.
///
/// # Errors
/// [`OutcomeError`].
pub fn compute(opening: &opening::State) -> Result<Computed, OutcomeError> {
    let lot = opening.lot.as_ref().ok_or(OutcomeError::NoMethod)?;
    let plan = lot.evaluation.as_ref().ok_or(OutcomeError::NoMethod)?;
    let method = method_of(plan)?;
    let bids = bids_of(opening)?;
    let waiting = State::default();
    let state = opening.evaluation.as_deref().unwrap_or(&waiting);
    let outcome = evaluate_drawn(&method, bids, state)?;
    let inputs = state.inputs().digest()?;
    let shown = |figured: &Option<bidroom_pricing::Figured>| figured.as_ref().map(|it| it.shown.clone());
    let rows = outcome.bids.iter().map(|bid| ResultRow {
        bid: number_of(&bid.bid),
        status: bid.status,
        evaluated_price: shown(&bid.evaluated_price),
        price_score: shown(&bid.price_score),
        total: shown(&bid.total),
        rank: bid.rank,
    });
    let table = ResultTable {
        method: Sm3Digest::of(&to_canonical(&method)?),
        outcome: Sm3Digest::of(&to_canonical(&outcome)?),
        rows: rows.collect(),
    };
    // Canonical JSON is UTF-8.
    let table = String::from_utf8_lossy(&to_canonical(&table)?).into_owned();
    let candidates = outcome.candidates.iter().map(|candidate| number_of(&candidate.bid)).collect();
    Ok(Computed { outcome, table, candidates, inputs })
}

/// Prices that the figures of law call abnormally low and whose review has not begun: roster number and what began it.
pub fn low_prices(computed: &Computed, state: &State) -> Vec<(u32, Vec<Trigger>)> {
    let begun = |bid: &u32| state.low_prices.contains_key(bid);
    let found = computed.outcome.bids.iter().map(|bid| {
        let triggers = bid.triggers.iter().filter_map(|trigger| match trigger {
            bidroom_pricing::Trigger::Mean => Some(Trigger::Mean),
            bidroom_pricing::Trigger::SecondLowest => Some(Trigger::SecondLowest),
            bidroom_pricing::Trigger::Ceiling => Some(Trigger::Ceiling),
            // Nothing compares with a price of 0: whether it is explained at all is the committee's question.
            bidroom_pricing::Trigger::Zero | bidroom_pricing::Trigger::Committee => None,
        });
        (number_of(&bid.bid), triggers.collect::<Vec<_>>())
    });
    found.filter(|(bid, triggers)| !triggers.is_empty() && !begun(bid)).collect()
}

pub(crate) fn number_of(id: &str) -> u32 {
    // Names are made by `bid_id`.
    id.parse().unwrap_or_default()
}
