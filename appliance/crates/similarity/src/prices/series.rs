//! Totals that form an arithmetic or a geometric series.
//!
//! Among many totals some three stand in a series by chance. How often is worked out: with `n` totals over a span `s`, a
//! given pair is followed by a third total at the right place, give or take `t`, about `n·(2t+1)/s` times; there are
//! `n(n−1)/2` pairs. Where the totals of the series are all round, their common divisor counts instead of `2t+1`: round
//! sums meet more easily. A series is reported only where chance makes one in fewer than one of
//! [`series_one_in`](crate::thresholds::Thresholds::series_one_in) tenders of this size and spread.

use serde::{Deserialize, Serialize};

use super::wide;
use crate::thresholds::Thresholds;

/// Which rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Each is the one before and a fixed amount more.
    Arithmetic,
    /// Each is the one before times a fixed factor.
    Geometric,
}

/// A series; `terms` are indexes into the totals, rising by amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Series {
    pub(crate) rule: Rule,
    pub(crate) terms: Vec<usize>,
    /// The first difference in fen, or the first ratio in millionths.
    pub(crate) step: u64,
    /// Chance makes one such series in so many tenders.
    pub(crate) one_in: u64,
}

/// More totals than any tender has; beyond, none are looked at.
const MOST: usize = 300;

/// Finds the series in `totals` (index and fen). The longest first; a part of a longer one is left out.
pub(crate) fn find(totals: &[(usize, u64)], thresholds: &Thresholds) -> Vec<Series> {
    let mut sorted: Vec<(u64, usize)> = totals.iter().map(|(index, fen)| (*fen, *index)).collect();
    sorted.sort_unstable();
    sorted.dedup_by_key(|(fen, _)| *fen);
    if sorted.len() > MOST {
        return Vec::new();
    }
    let mut found: Vec<Series> = Vec::new();
    for rule in [Rule::Arithmetic, Rule::Geometric] {
        for (at, first) in sorted.iter().enumerate() {
            for second in sorted.iter().skip(at + 1) {
                found.extend(chain(&sorted, rule, *first, *second, thresholds));
            }
        }
    }
    found.sort_by(|one, other| {
        (other.terms.len(), other.one_in, one.rule, &one.terms).cmp(&(
            one.terms.len(),
            one.one_in,
            other.rule,
            &other.terms,
        ))
    });
    let mut kept: Vec<Series> = Vec::new();
    for series in found {
        if !kept.iter().any(|longer| series.terms.iter().all(|term| longer.terms.contains(term))) {
            kept.push(series);
        }
    }
    kept
}

fn chain(
    sorted: &[(u64, usize)],
    rule: Rule,
    first: (u64, usize),
    second: (u64, usize),
    thresholds: &Thresholds,
) -> Option<Series> {
    let tolerance = wide(thresholds.series_tolerance);
    let (one, two) = (wide(first.0), wide(second.0));
    // Steps within the tolerance are equal totals, and zero has no ratio.
    if two - one <= 4 * tolerance || one == 0 {
        return None;
    }
    let mut terms = vec![first, second];
    loop {
        let [.., before, last] = terms.as_slice() else { return None };
        let expected = match rule {
            Rule::Arithmetic => wide(last.0) + (two - one),
            Rule::Geometric => wide(last.0) * wide(last.0) / wide(before.0).max(1),
        };
        let near = sorted
            .iter()
            .filter(|(fen, _)| *fen > last.0)
            .min_by_key(|(fen, _)| (wide(*fen) - expected).abs());
        match near {
            Some(next) if (wide(next.0) - expected).abs() <= tolerance => terms.push(*next),
            _ => break,
        }
    }
    if terms.len() < thresholds.series_bids {
        return None;
    }
    let one_in = one_in(sorted, &terms, thresholds.series_tolerance);
    if one_in < thresholds.series_one_in {
        return None;
    }
    let step = match rule {
        Rule::Arithmetic => two - one,
        Rule::Geometric => two * 1_000_000 / one,
    };
    let terms = terms.iter().map(|(_, index)| *index).collect();
    Some(Series { rule, terms, step: u64::try_from(step).unwrap_or(u64::MAX), one_in })
}

fn one_in(sorted: &[(u64, usize)], terms: &[(u64, usize)], tolerance: u64) -> u64 {
    let (Some((least, _)), Some((most, _))) = (sorted.first(), sorted.last()) else { return 0 };
    let count = u128::try_from(sorted.len()).unwrap_or(0);
    let round = terms.iter().fold(0, |divisor, (fen, _)| gcd(divisor, *fen));
    let width = u128::from(round.max(tolerance.saturating_mul(2).saturating_add(1)));
    let span = u128::from(most - least);
    // In millionths while it is worked out.
    let mut rarity = 2_000_000 / (count * count.saturating_sub(1)).max(1);
    for _ in 2..terms.len() {
        rarity = rarity.saturating_mul(span) / (count * width).max(1);
    }
    // Integers within 2^53 − 1 have one form in JSON.
    u64::try_from(rarity / 1_000_000).unwrap_or(u64::MAX).min(1_000_000_000_000)
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(fen: &[u64], expect: &[(Rule, &[usize])]) {
        let totals: Vec<_> = fen.iter().copied().enumerate().collect();
        let found = find(&totals, &Thresholds::default());
        let found: Vec<_> = found.iter().map(|series| (series.rule, series.terms.as_slice())).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn series() {
        // A fixed amount of 123,456.78 yuan, in any order of bids, among others.
        check(
            &[1_098_652_360, 1_074_000_107, 1_111_111_111, 1_110_998_038, 1_123_343_716],
            &[(Rule::Arithmetic, &[0, 3, 4])],
        );
        // A factor of 1.02, each rounded to fen.
        check(
            &[987_654_321, 1_007_407_407, 1_027_555_555, 1_048_106_666, 1_300_000_019],
            &[(Rule::Geometric, &[0, 1, 2, 3])],
        );
        // Two points are no series; neither are totals at random.
        check(&[1_000_000_013, 1_100_000_077], &[]);
        check(&[987_654_321, 993_111_017, 1_004_400_931, 1_010_222_113, 1_033_310_771], &[]);
    }

    #[test]
    fn round_totals_meet_by_chance() {
        // 9.8, 9.9 and 10.0 million among ten totals in full hundred thousands.
        check(
            &[
                980_000_000,
                990_000_000,
                1_000_000_000,
                1_030_000_000,
                1_080_000_000,
                1_090_000_000,
                1_110_000_000,
                1_170_000_000,
                1_200_000_000,
                1_250_000_000,
            ],
            &[],
        );
    }

    #[test]
    fn a_part_of_a_series_is_not_told_again() {
        let totals: Vec<_> =
            (0..6).map(|k| (k, 900_000_123 + u64::try_from(k).unwrap() * 7_654_321)).collect();
        let found = find(&totals, &Thresholds::default());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].terms, [0, 1, 2, 3, 4, 5]);
        assert!(found[0].one_in > 1_000_000);
    }
}
