//! MinHash sketches: of a set of shingles its `k` smallest numbers ("bottom k"), from which the resemblance of two sets
//! (Jaccard: common of all) is estimated.
//!
//! One hash of the family and its `k` smallest values serve like `k` hashes with one smallest value each, for a k-th of
//! the work; the estimate is unbiased, with a standard error of √(J(1−J)/k).

use std::collections::BTreeSet;

/// The `k` smallest numbers of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sketch {
    k: usize,
    smallest: BTreeSet<u64>,
}

impl Sketch {
    pub(crate) fn new(k: usize) -> Self {
        Self { k, smallest: BTreeSet::new() }
    }

    pub(crate) fn add(&mut self, number: u64) {
        let full = self.smallest.len() >= self.k;
        if full && self.smallest.last().is_some_and(|largest| number >= *largest) {
            return;
        }
        if self.smallest.insert(number) && full {
            self.smallest.pop_last();
        }
    }

    /// Estimated resemblance in 1/10,000.
    pub(crate) fn resemblance(&self, other: &Self) -> u32 {
        let union = self.smallest.union(&other.smallest).take(self.k.min(other.k));
        let (mut all, mut common) = (0_u64, 0_u64);
        for number in union {
            all += 1;
            common += u64::from(self.smallest.contains(number) && other.smallest.contains(number));
        }
        u32::try_from((common * 10_000).checked_div(all).unwrap_or(0)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::shingle::mix;
    use super::*;

    fn sketch(numbers: impl IntoIterator<Item = u64>) -> Sketch {
        let mut sketch = Sketch::new(1024);
        numbers.into_iter().for_each(|number| sketch.add(mix(number)));
        sketch
    }

    proptest! {
        #[test]
        fn the_estimate_is_close(only_a in 0_u64..20_000, both in 0_u64..20_000, only_b in 0_u64..20_000, seed: u64) {
            let numbers = |from: u64, count: u64| (from..from + count).map(move |n| n.wrapping_add(seed << 20));
            let a = sketch(numbers(0, only_a).chain(numbers(100_000, both)));
            let b = sketch(numbers(100_000, both).chain(numbers(200_000, only_b)));
            let exact = (both * 10_000).checked_div(only_a + both + only_b).unwrap_or(0);
            let estimate = u64::from(a.resemblance(&b));
            // Five standard errors of the largest variance.
            prop_assert!(estimate.abs_diff(exact) <= 790, "{estimate} {exact}");
            prop_assert_eq!(a.resemblance(&b), b.resemblance(&a));
        }

        #[test]
        fn small_sets_are_exact(a in proptest::collection::btree_set(0_u64..500, 0..300), b in proptest::collection::btree_set(0_u64..500, 0..300)) {
            let exact = (a.intersection(&b).count() * 10_000).checked_div(a.union(&b).count()).unwrap_or(0);
            let estimate = sketch(a.iter().copied()).resemblance(&sketch(b.iter().rev().copied()));
            prop_assert_eq!(usize::try_from(estimate).unwrap(), exact);
        }
    }
}
