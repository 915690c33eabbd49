//! Shingles: all runs of `n` units, each as one number, and sets of such numbers.
//!
//! The family of hashes is fixed by [`SEED`]: the same text has the same numbers on every machine and in every year.

/// Fixes the family of hashes ("BidRoom1" in ASCII).
pub(crate) const SEED: u64 = 0x4269_6452_6f6f_6d31;
/// An odd multiplier with bits all over (2^64 divided by the golden ratio).
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// Spreads a number over all bits (the finaliser of SplitMix64).
pub(crate) fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// Gives each shingle's position and number, in order.
pub(crate) fn shingles(units: &[u16], n: usize) -> impl Iterator<Item = (usize, u64)> + '_ {
    let top = (1..n).fold(1_u64, |power, _| power.wrapping_mul(BASE));
    let step = |sum: u64, unit: u16| sum.wrapping_mul(BASE).wrapping_add(u64::from(unit) + 1);
    let mut sum = units.iter().take(n.saturating_sub(1)).fold(0, |sum, unit| step(sum, *unit));
    let entering = units.iter().skip(n.saturating_sub(1));
    units.iter().zip(entering).enumerate().map(move |(at, (leaving, entering))| {
        sum = step(sum, *entering);
        let number = mix(sum ^ SEED);
        sum = sum.wrapping_sub((u64::from(*leaving) + 1).wrapping_mul(top));
        (at, number)
    })
}

/// A set of numbers that are spread evenly; asked often, made once.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    sorted: Vec<u64>,
    /// Where the numbers begin whose upper 16 bits are at least the index.
    starts: Vec<u32>,
}

impl Numbers {
    pub(crate) fn new(mut numbers: Vec<u64>) -> Self {
        numbers.sort_unstable();
        numbers.dedup();
        let mut starts = Vec::with_capacity(65_537);
        let mut at = 0_usize;
        for upper in 0..=65_536_u64 {
            while numbers.get(at).is_some_and(|number| number >> 48 < upper) {
                at += 1;
            }
            starts.push(u32::try_from(at).unwrap_or(u32::MAX));
        }
        Self { sorted: numbers, starts }
    }

    pub(crate) fn contains(&self, number: u64) -> bool {
        let upper = usize::try_from(number >> 48).unwrap_or(0);
        let bound =
            |index: usize| self.starts.get(index).and_then(|at| usize::try_from(*at).ok()).unwrap_or(0);
        let bucket = self.sorted.get(bound(upper)..bound(upper + 1)).unwrap_or_default();
        bucket.binary_search(&number).is_ok()
    }

    pub(crate) fn len(&self) -> usize {
        self.sorted.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_the_same_for_ever() {
        let units: Vec<u16> = "投标文件".encode_utf16().collect();
        let found: Vec<_> = shingles(&units, 2).collect();
        assert_eq!(found.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(
            found[0].1,
            mix(SEED ^ (u64::from(units[0]) + 1).wrapping_mul(BASE).wrapping_add(u64::from(units[1]) + 1))
        );
        assert_eq!(shingles(&units, 5).count(), 0);
    }

    proptest! {
        #[test]
        fn a_shingle_depends_on_its_own_units_only(units in proptest::collection::vec(any::<u16>(), 12..80), n in 1_usize..12) {
            for (at, number) in shingles(&units, n) {
                let alone: Vec<_> = shingles(&units[at..at + n], n).collect();
                prop_assert_eq!(alone, vec![(0, number)]);
            }
        }

        #[test]
        fn a_set_holds_what_it_was_given(numbers in proptest::collection::vec(any::<u64>(), 0..200), other: u64) {
            let set = Numbers::new(numbers.clone());
            for number in &numbers {
                prop_assert!(set.contains(*number));
            }
            prop_assert_eq!(set.contains(other), numbers.contains(&other));
        }
    }
}
