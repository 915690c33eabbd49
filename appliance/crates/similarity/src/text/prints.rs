//! Fingerprints of a text: shingles chosen by winnowing, so that two texts with a long common run have a common choice.
//!
//! Of every [`WINDOW`] neighbouring shingles the one with the smallest number is kept (the first where several are
//! smallest). Any common run of `WINDOW + n − 1` units therefore shares one, and about one in ten shingles is kept.
//! Shingles of the tender's own text are never chosen.

use super::body::Bits;
use super::shingle::{Numbers, shingles};
use super::sketch::Sketch;

/// Neighbouring shingles of which one is chosen.
pub(crate) const WINDOW: usize = 20;

/// What one pass over a text finds.
#[derive(Debug, Default)]
pub(crate) struct Prints {
    /// Number and position of each chosen shingle, sorted.
    pub(crate) chosen: Vec<(u64, u32)>,
    /// Positions that stand in the tender, too, or in most bids.
    pub(crate) template: Bits,
    /// How many positions do not.
    pub(crate) own: u64,
}

impl Prints {
    /// Sets aside what most bids have, between and around its fingerprints. Fingerprints near its ends depend on what
    /// stands beside it, so that by them alone it would look like the text of few.
    pub(crate) fn set_aside(&mut self, common: &Numbers, n: usize, length: usize) {
        let mut aside = false;
        for (number, at) in &self.chosen {
            if common.contains(*number)
                && let Ok(at) = usize::try_from(*at)
            {
                self.template.set(at.saturating_sub(WINDOW / 2), (at + n + WINDOW / 2).min(length));
                aside = true;
            }
        }
        if aside {
            self.own = u64::try_from(length).unwrap_or(0).saturating_sub(self.template.count());
        }
    }
}

/// Marks what stands in `baseline`, chooses fingerprints of the rest, and sketches it.
pub(crate) fn take(units: &[u16], n: usize, baseline: &Numbers, sketch: &mut Sketch) -> Prints {
    let mut template = Bits::new(units.len());
    let mut marked = 0;
    let mut chosen: Vec<(u64, u32)> = Vec::new();
    // Candidates of the window, numbers rising; the first is the smallest.
    let mut window: std::collections::VecDeque<(u64, usize)> = std::collections::VecDeque::new();
    for (at, number) in shingles(units, n) {
        if baseline.contains(number) {
            template.set(at.max(marked), at + n);
            marked = at + n;
        } else {
            sketch.add(number);
            while window.back().is_some_and(|(last, _)| *last > number) {
                window.pop_back();
            }
            window.push_back((number, at));
        }
        while window.front().is_some_and(|(_, first)| first + WINDOW <= at) {
            window.pop_front();
        }
        if at + 1 >= WINDOW
            && let Some((number, first)) = window.front()
            && let Ok(first) = u32::try_from(*first)
            && chosen.last() != Some(&(*number, first))
        {
            chosen.push((*number, first));
        }
    }
    chosen.sort_unstable();
    chosen.dedup();
    let own = u64::try_from(units.len()).unwrap_or(0).saturating_sub(template.count());
    Prints { chosen, template, own }
}

/// Numbers that stand in more than `most` of the texts: common knowledge.
pub(crate) fn common(all: &[&Prints], most: usize) -> Numbers {
    let mut numbers = Vec::new();
    for prints in all {
        let mut last = None;
        for (number, _) in &prints.chosen {
            if last.replace(*number) != Some(*number) {
                numbers.push(*number);
            }
        }
    }
    numbers.sort_unstable();
    let common = numbers.chunk_by(|one, next| one == next).filter(|same| same.len() > most);
    Numbers::new(common.filter_map(|same| same.first().copied()).collect())
}
