//! Priced bills of two bids that differ by one rule over many lines: the same price, a fixed ratio, a fixed difference.
//!
//! Lines whose price the tender fixes, or that more than half of the bids price alike (a list price, a fixed fee), say
//! nothing and are left out; so are prices so small that rounding lets them fit any ratio.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::wide;
use crate::input::ItemPrice;
use crate::thresholds::Thresholds;

/// Which rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillRule {
    /// Equal to the fen.
    Equal,
    /// The second is the first times a fixed factor.
    Ratio,
    /// The second is the first and a fixed amount more, or less.
    Difference,
}

/// A rule that many lines of two bills follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    pub(crate) rule: BillRule,
    /// Lines that follow it.
    pub(crate) lines: usize,
    /// Lines that could.
    pub(crate) of: usize,
    /// Ratio in millionths, or difference in fen; 0 for equal prices.
    pub(crate) value: i64,
    /// The first lines that follow it: code, and both unit prices in fen.
    pub(crate) examples: Vec<(String, u64, u64)>,
}

/// Lines shown.
const SHOWN: usize = 10;
/// Lines that a ratio is tried from.
const TRIED: usize = 16;

/// All bills by line, without what says nothing.
pub(crate) struct Bills<'a> {
    bills: Vec<BTreeMap<&'a str, u64>>,
}

impl<'a> Bills<'a> {
    pub(crate) fn new(items: &[&'a [ItemPrice]], fixed: &[String], thresholds: &Thresholds) -> Self {
        let mut bills: Vec<BTreeMap<&str, u64>> = Vec::new();
        for items in items {
            let mut bill = BTreeMap::new();
            for item in *items {
                if item.unit.get() >= thresholds.item_floor && !fixed.contains(&item.code) {
                    bill.entry(item.code.as_str()).or_insert(item.unit.get());
                }
            }
            bills.push(bill);
        }
        let mut holders: BTreeMap<(&str, u64), usize> = BTreeMap::new();
        for bill in &bills {
            for (code, unit) in bill {
                *holders.entry((code, *unit)).or_default() += 1;
            }
        }
        let priced = bills.iter().filter(|bill| !bill.is_empty()).count();
        let listed = (priced / 2).max(2);
        for bill in &mut bills {
            bill.retain(|code, unit| holders.get(&(*code, *unit)).is_none_or(|count| *count <= listed));
        }
        Self { bills }
    }

    /// The rules that the bills of `a` and `b` follow, each over enough lines to be a hint.
    pub(crate) fn compare(&self, a: usize, b: usize, thresholds: &Thresholds) -> Vec<Pattern> {
        let (Some(one), Some(other)) = (self.bills.get(a), self.bills.get(b)) else { return Vec::new() };
        let lines: Vec<(&str, u64, u64)> =
            one.iter().filter_map(|(code, unit)| Some((*code, *unit, *other.get(code)?))).collect();
        let mut patterns: Vec<Pattern> =
            [equal(&lines), ratio(&lines, thresholds), difference(&lines, thresholds)]
                .into_iter()
                .flatten()
                .collect();
        let least = thresholds.items_share.first().copied().unwrap_or(0);
        patterns.retain(|pattern| pattern.lines >= thresholds.items && share(pattern) >= least);
        // Lines that follow both a ratio and a difference are told by the one that more of them follow.
        if let [.., ratio, difference] = patterns.as_slice()
            && (ratio.rule, difference.rule) == (BillRule::Ratio, BillRule::Difference)
        {
            let drop = if ratio.lines >= difference.lines { BillRule::Difference } else { BillRule::Ratio };
            patterns.retain(|pattern| pattern.rule != drop);
        }
        patterns
    }
}

/// Lines that follow the rule, in 1/10,000 of those that could.
pub(crate) fn share(pattern: &Pattern) -> u32 {
    u32::try_from((pattern.lines * 10_000).checked_div(pattern.of).unwrap_or(0)).unwrap_or(0)
}

type Line<'a> = (&'a str, u64, u64);

fn pattern(rule: BillRule, value: i64, of: usize, lines: &[&Line<'_>]) -> Pattern {
    let examples = lines.iter().take(SHOWN).map(|(code, a, b)| ((*code).to_owned(), *a, *b)).collect();
    Pattern { rule, lines: lines.len(), of, value, examples }
}

fn equal(lines: &[Line<'_>]) -> Option<Pattern> {
    let equal: Vec<_> = lines.iter().filter(|(_, a, b)| a == b).collect();
    (!equal.is_empty()).then(|| pattern(BillRule::Equal, 0, lines.len(), &equal))
}

fn ratio(lines: &[Line<'_>], thresholds: &Thresholds) -> Option<Pattern> {
    let tolerance = wide(thresholds.item_tolerance);
    let mut differing: Vec<&Line<'_>> = lines.iter().filter(|(_, a, b)| a != b).collect();
    // Large prices fix a ratio best; the rest of the trials are spread over all.
    differing.sort_by_key(|(code, a, _)| (std::cmp::Reverse(*a), *code));
    let spread = differing.len().div_ceil(TRIED).max(1);
    let tried: Vec<&Line<'_>> =
        differing.iter().take(TRIED).chain(differing.iter().step_by(spread)).copied().collect();
    let fits = |(_, a, b): &Line<'_>, (_, from, to): &Line<'_>| {
        // Each price is off by half a fen at most times the tolerance.
        (wide(*b) * wide(*from) - wide(*to) * wide(*a)).abs() <= tolerance * wide(*from).max(wide(*a))
    };
    let count = |basis: &Line<'_>| lines.iter().filter(|line| line.1 != line.2 && fits(line, basis)).count();
    let best = tried
        .into_iter()
        .map(|basis| (count(basis), basis))
        .max_by_key(|(count, basis)| (*count, basis.1, basis.0));
    let (_, basis) = best?;
    let follow: Vec<&Line<'_>> = lines.iter().filter(|line| line.1 != line.2 && fits(line, basis)).collect();
    let value = wide(basis.2) * 1_000_000 / wide(basis.1).max(1);
    Some(pattern(BillRule::Ratio, i64::try_from(value).unwrap_or(i64::MAX), lines.len(), &follow))
}

fn difference(lines: &[Line<'_>], thresholds: &Thresholds) -> Option<Pattern> {
    let tolerance = wide(thresholds.item_tolerance);
    let mut counts: BTreeMap<i128, usize> = BTreeMap::new();
    for (_, a, b) in lines {
        let difference = wide(*b) - wide(*a);
        if difference.abs() > tolerance {
            *counts.entry(difference).or_default() += 1;
        }
    }
    let (difference, _) =
        counts.into_iter().max_by_key(|(difference, count)| (*count, -difference.abs(), *difference))?;
    let follow: Vec<_> = lines.iter().filter(|(_, a, b)| wide(*b) - wide(*a) == difference).collect();
    Some(pattern(BillRule::Difference, i64::try_from(difference).unwrap_or(0), lines.len(), &follow))
}

#[cfg(test)]
mod tests {
    use bidroom_domain::Fen;

    use super::*;

    /// Prices spread by a fixed rule that looks like none.
    fn honest(seed: u64, line: u64) -> u64 {
        let base = 2_000 + line * line * 317 % 900_000;
        base + base * (crate::text::shingle::mix(seed << 20 | line) % 2000) / 10_000
    }

    fn bill(price: impl Fn(u64) -> u64) -> Vec<ItemPrice> {
        (0..60)
            .map(|line| ItemPrice { code: format!("{line:012}"), unit: Fen::try_from(price(line)).unwrap() })
            .collect()
    }

    #[track_caller]
    fn check(a: impl Fn(u64) -> u64, b: impl Fn(u64) -> u64, expect: &[(BillRule, usize, i64)]) {
        let bills = [bill(a), bill(b), bill(|line| honest(77, line)), bill(|line| honest(78, line))];
        let slices: Vec<&[ItemPrice]> = bills.iter().map(Vec::as_slice).collect();
        let thresholds = Thresholds::default();
        let found = Bills::new(&slices, &[], &thresholds).compare(0, 1, &thresholds);
        let found: Vec<_> =
            found.iter().map(|pattern| (pattern.rule, pattern.lines, pattern.value)).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn rules() {
        let a = |line| honest(1, line);
        check(a, |line| (honest(1, line) * 102 + 50) / 100, &[(BillRule::Ratio, 60, 1_020_000)]);
        check(a, |line| honest(1, line) + 350, &[(BillRule::Difference, 60, 350)]);
        check(
            a,
            |line| if line < 30 { honest(1, line) } else { honest(2, line) },
            &[(BillRule::Equal, 30, 0)],
        );
        check(a, |line| honest(2, line), &[]);
    }

    #[test]
    fn what_most_bids_price_alike_says_nothing() {
        let bills =
            [1, 2, 3, 4].map(|seed| bill(move |line| if line < 30 { 50_000 } else { honest(seed, line) }));
        let slices: Vec<&[ItemPrice]> = bills.iter().map(Vec::as_slice).collect();
        let thresholds = Thresholds::default();
        assert_eq!(Bills::new(&slices, &[], &thresholds).compare(0, 1, &thresholds), []);
    }
}
