//! Same brand, ranks, candidates.

mod brand;
mod candidates;

pub(crate) use brand::{brands, choose_by_price, choose_by_score};
pub(crate) use candidates::candidates;

use std::cmp::Ordering;

use crate::engine::Entry;
use crate::method::{Method, PriceRule};

/// Better first (87号令 第五十六条, 第五十七条): higher total, then lower evaluated price; the lowest price alone where
/// nothing is scored.
pub(crate) fn order(method: &Method, a: &Entry<'_>, b: &Entry<'_>) -> Ordering {
    let price = |entry: &Entry<'_>| entry.evaluated.as_ref().map(|price| price.value.clone());
    let total = |entry: &Entry<'_>| entry.total.as_ref().map(|total| total.value.clone());
    if matches!(method.price, PriceRule::Lowest {}) {
        price(a).cmp(&price(b))
    } else {
        total(b).cmp(&total(a)).then_with(|| price(a).cmp(&price(b)))
    }
}

/// Gives every scored bid its rank: one more than the number of better ones.
pub(crate) fn rank(method: &Method, entries: &mut [Entry<'_>]) {
    let mut sorted: Vec<usize> =
        entries.iter().enumerate().filter(|(_, e)| e.scored()).map(|(i, _)| i).collect();
    let pair = |a: &usize, b: &usize| Some(order(method, entries.get(*a)?, entries.get(*b)?));
    sorted.sort_by(|a, b| pair(a, b).unwrap_or(Ordering::Equal));
    let mut ranks: Vec<(usize, u32)> = Vec::with_capacity(sorted.len());
    for (place, index) in sorted.iter().enumerate() {
        let equal = ranks.last().filter(|(before, _)| pair(before, index) == Some(Ordering::Equal));
        let rank = equal.map_or_else(|| u32::try_from(place + 1).unwrap_or(u32::MAX), |(_, rank)| *rank);
        ranks.push((*index, rank));
    }
    for (index, rank) in ranks {
        if let Some(entry) = entries.get_mut(index) {
            entry.rank = Some(rank);
        }
    }
}
