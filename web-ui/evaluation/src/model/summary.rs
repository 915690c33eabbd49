//! What scores look like once they are revealed: means, subtotals, how far members are apart.

use std::collections::BTreeMap;

use bidroom_domain::evaluation::{Criterion, CriterionPart, SheetPart};

use super::Sight;
use super::gather::gather;

/// A member's sum for one bid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dots {
    /// Whose.
    pub member: u8,
    /// The sum of its technical scores, hundredths of a point.
    pub sum: u32,
}

/// A bid's scores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BidLine {
    /// The bid, as its sheet names it.
    pub bid: u32,
    /// By item: the mean of all members, hundredths of a point, rounded half up; for looking, the result is computed exactly.
    pub means: BTreeMap<String, u32>,
    /// Sum of the means of the technical items, and of the commercial ones.
    pub parts: (u32, u32),
    /// Each member's sum of the technical items.
    pub dots: Vec<Dots>,
}

/// A revealed sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Which sheet.
    pub part: SheetPart,
    /// Bids in their order.
    pub lines: Vec<BidLine>,
    /// Highest sum of technical items and of commercial items.
    pub most: (u32, u32),
}

/// The summary of a sheet, as far as its scores may be read; none before they are revealed.
pub fn summary(sight: Sight<'_>, part: SheetPart) -> Option<Summary> {
    let Sight { plan, state, .. } = sight;
    let items: Vec<&Criterion> = plan.sheet(part).collect();
    let sheets = state.sheets.get(&part)?;
    let members = sight.sitting();
    let technical = |item: &&&Criterion| item.part == CriterionPart::Technical;
    let bids = sight.labels(part);
    let mut lines = Vec::new();
    for bid in bids {
        let scored = |member: &u8| {
            let sheet = sheets.get(member).filter(|sheet| sheet.revealed.contains(&bid))?;
            sheet.scores.as_ref()?.get(&bid)
        };
        let rows: Vec<(u8, &BTreeMap<String, u32>)> =
            members.iter().filter_map(|member| Some((*member, scored(member)?))).collect();
        if rows.len() != members.len() || rows.is_empty() {
            return None;
        }
        let mean = |item: &Criterion| {
            let all: u64 =
                rows.iter().filter_map(|(_, row)| row.get(&item.id)).map(|score| u64::from(*score)).sum();
            let members = u64::try_from(rows.len()).unwrap_or(1);
            u32::try_from(all.saturating_mul(2).saturating_add(members) / members.saturating_mul(2))
                .unwrap_or(0)
        };
        let means = gather(items.iter().map(|item| (item.id.clone(), mean(item))));
        let sum = |wanted: bool| {
            let of_part = items.iter().filter(|item| technical(item) == wanted);
            of_part.filter_map(|item| means.get(&item.id)).fold(0_u32, |sum, mean| sum.saturating_add(*mean))
        };
        let dots = rows.iter().map(|(member, row)| {
            let scores = items.iter().filter(technical).filter_map(|item| row.get(&item.id));
            Dots { member: *member, sum: scores.fold(0_u32, |sum, score| sum.saturating_add(*score)) }
        });
        lines.push(BidLine { bid, parts: (sum(true), sum(false)), dots: dots.collect(), means });
    }
    let most = |wanted: bool| {
        let of_part = items.iter().filter(|item| technical(item) == wanted);
        of_part.fold(0_u32, |sum, item| sum.saturating_add(item.max))
    };
    (!lines.is_empty()).then(|| Summary { part, lines, most: (most(true), most(false)) })
}
