//! Of what a result is computed: exactly this, and a result that was computed of anything else is refused.

use std::collections::BTreeMap;

use bidroom_canon::{CanonError, Sm3Digest, labelled_sm3, to_canonical};
use serde::{Deserialize, Serialize};

use super::state::State;
use super::terms::{DrawPurpose, SheetPart};
use crate::Fen;

/// Of what a result is computed. Void opinions, sheets of members that left and bids that were rejected are not in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// Bids that are evaluated, by roster number.
    pub bids: Vec<u32>,
    /// Scores by member, roster number and item.
    pub scores: BTreeMap<u8, BTreeMap<u32, BTreeMap<String, u32>>>,
    /// Prices that were corrected and confirmed, by roster number.
    pub corrected: BTreeMap<u32, Fen>,
    /// Draws: what for, in which order, of what.
    pub draws: Vec<(DrawPurpose, Vec<u32>, Sm3Digest)>,
}

impl Inputs {
    /// By what a result names them.
    ///
    /// # Errors
    /// [`CanonError`] if a text cannot be written.
    pub fn digest(&self) -> Result<Sm3Digest, CanonError> {
        Ok(labelled_sm3("bidroom/evaluation-inputs/v1", &[&to_canonical(self)?]))
    }
}

impl State {
    /// Of what a result would be computed now.
    pub fn inputs(&self) -> Inputs {
        let bids: Vec<u32> = self.standing_bids().collect();
        let mut scores: BTreeMap<u8, BTreeMap<u32, BTreeMap<String, u32>>> = BTreeMap::new();
        for part in [SheetPart::Whole, SheetPart::Blind, SheetPart::Named] {
            for (member, sheet) in self.sheets.get(&part).into_iter().flatten() {
                let Some(known) = &sheet.scores else { continue };
                for bid in &bids {
                    let scored = self.label(part, *bid).and_then(|label| known.get(&label));
                    if let Some(scored) = scored {
                        let row = scores.entry(*member).or_default().entry(*bid).or_default();
                        row.extend(scored.iter().map(|(item, score)| (item.clone(), *score)));
                    }
                }
            }
        }
        let mut corrected = BTreeMap::new();
        for correction in self.corrections.iter().filter(|it| bids.contains(&it.bid)) {
            if let (Some((_, after)), Some((true, _))) = (correction.prices, correction.answer) {
                corrected.insert(correction.bid, after);
            }
        }
        let draws = self.draws.iter().map(|it| (it.purpose, it.order.clone(), it.draw)).collect();
        Inputs { bids, scores, corrected, draws }
    }
}
