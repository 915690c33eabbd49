//! Patterns of prices, in exact integers of fen: series of totals, and bills that differ by one rule.

pub(crate) mod items;
pub(crate) mod series;

/// A product or sum that cannot overflow for amounts below 10¹³ yuan.
pub(crate) fn wide(amount: u64) -> i128 {
    i128::from(amount)
}
