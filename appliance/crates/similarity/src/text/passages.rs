//! Passages that two bids have in common, character by character, merged and measured.

use super::body::{Bits, Body};
use super::prints::Prints;
use super::shingle::Numbers;
use crate::thresholds::Thresholds;

/// Places of one fingerprint in one text that are followed.
const PLACES: usize = 4;
/// Pairs of places that are followed in all.
const SEEDS: usize = 2_000_000;
/// Units that are compared of a pair; texts that repeat themselves without end reach it, no others do.
const COMPARED: usize = 100_000_000;
/// Passages still open while runs are joined, in order.
const OPEN: usize = 32;

/// A text with its fingerprints.
pub(crate) struct Side<'a> {
    pub(crate) body: &'a Body,
    pub(crate) prints: &'a Prints,
}

/// A run of equal units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Run {
    a: usize,
    b: usize,
    length: usize,
}

/// A common passage: positions in both texts, and how many units of it are equal and not the tender's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Passage {
    pub(crate) a: (usize, usize),
    pub(crate) b: (usize, usize),
    pub(crate) own: u64,
    runs: Vec<Run>,
}

/// What two texts have in common.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Common {
    /// Longest first.
    pub(crate) passages: Vec<Passage>,
    /// Own characters of each text that stand in a passage.
    pub(crate) covered: (u64, u64),
    /// There were more pairs of places than are followed.
    pub(crate) cut: bool,
}

pub(crate) fn compare(a: &Side<'_>, b: &Side<'_>, common: &Numbers, thresholds: &Thresholds) -> Common {
    let (seeds, seeds_cut) = seeds(&a.prints.chosen, &b.prints.chosen, common);
    let (runs, runs_cut) = runs(a, b, seeds);
    let mut passages = join(runs, usize::try_from(thresholds.passage_gap).unwrap_or(0));
    for passage in &mut passages {
        passage.own = own(a, passage);
    }
    passages.retain(|passage| passage.own >= thresholds.passage);
    passages.sort_by(|one, other| (other.own, one.a, one.b).cmp(&(one.own, other.a, other.b)));
    let mut covered = (Bits::new(a.body.units.len()), Bits::new(b.body.units.len()));
    let mut kept = Vec::new();
    for passage in passages {
        // The same words again, against another place of the other text, are no new passage.
        let fresh = passage.runs.iter().map(|run| fresh(&covered.0, run.a, run.length)).sum::<usize>() * 5
            >= passage.runs.iter().map(|run| run.length).sum::<usize>();
        for run in &passage.runs {
            covered.0.set(run.a, run.a + run.length);
            covered.1.set(run.b, run.b + run.length);
        }
        if fresh {
            kept.push(passage);
        }
    }
    let covered = (covered.0.count_without(&a.prints.template), covered.1.count_without(&b.prints.template));
    Common { passages: kept, covered, cut: seeds_cut || runs_cut }
}

fn fresh(covered: &Bits, from: usize, length: usize) -> usize {
    (from..from + length).filter(|at| !covered.get(*at)).count()
}

fn own(a: &Side<'_>, passage: &Passage) -> u64 {
    let positions = passage.runs.iter().flat_map(|run| run.a..run.a + run.length);
    u64::try_from(positions.filter(|at| !a.prints.template.get(*at)).count()).unwrap_or(u64::MAX)
}

/// Pairs of places with the same fingerprint, as diagonal and position in `a`.
fn seeds(a: &[(u64, u32)], b: &[(u64, u32)], common: &Numbers) -> (Vec<(i64, u32)>, bool) {
    let mut seeds = Vec::new();
    let (mut left, mut right) = (a.chunk_by(same).peekable(), b.chunk_by(same).peekable());
    while let (Some(here), Some(there)) = (left.peek(), right.peek()) {
        let (Some((one, _)), Some((other, _))) = (here.first(), there.first()) else { break };
        match one.cmp(other) {
            std::cmp::Ordering::Less => drop(left.next()),
            std::cmp::Ordering::Greater => drop(right.next()),
            std::cmp::Ordering::Equal => {
                if !common.contains(*one) {
                    for (_, at) in here.iter().take(PLACES) {
                        for (_, to) in there.iter().take(PLACES) {
                            if seeds.len() >= SEEDS {
                                seeds.sort_unstable();
                                return (seeds, true);
                            }
                            seeds.push((i64::from(*at) - i64::from(*to), *at));
                        }
                    }
                }
                left.next();
                right.next();
            }
        }
    }
    seeds.sort_unstable();
    (seeds, false)
}

fn same(one: &(u64, u32), next: &(u64, u32)) -> bool {
    one.0 == next.0
}

/// Extends each pair of places as far as both texts are equal.
fn runs(a: &Side<'_>, b: &Side<'_>, seeds: Vec<(i64, u32)>) -> (Vec<Run>, bool) {
    let mut runs: Vec<Run> = Vec::new();
    let mut compared = 0_usize;
    let mut last = None;
    for (diagonal, at) in seeds {
        let (Ok(at), Ok(to)) = (usize::try_from(at), usize::try_from(i64::from(at) - diagonal)) else {
            continue;
        };
        if let Some((same_diagonal, end)) = last
            && same_diagonal == diagonal
            && at < end
        {
            continue;
        }
        let before = equal(
            a.body.units.get(..at).unwrap_or_default().iter().rev(),
            b.body.units.get(..to).unwrap_or_default().iter().rev(),
        );
        let after = equal(
            a.body.units.get(at..).unwrap_or_default().iter(),
            b.body.units.get(to..).unwrap_or_default().iter(),
        );
        compared = compared.saturating_add(before).saturating_add(after);
        if compared > COMPARED {
            break;
        }
        let (mut from, mut until) = (at - before, at + after);
        last = Some((diagonal, until));
        // The tender's words at both ends are not the passage.
        while from < until && a.prints.template.get(from) {
            from += 1;
        }
        // Nor is the mark that ends the sentence before.
        while from < until && a.body.units.get(from).is_some_and(|unit| is_mark(*unit)) {
            from += 1;
        }
        while from < until && a.prints.template.get(until - 1) {
            until -= 1;
        }
        if from < until {
            let start = to.saturating_add(from).saturating_sub(at);
            runs.push(Run { a: from, b: start, length: until - from });
        }
    }
    runs.sort_unstable();
    runs.dedup();
    (runs, compared > COMPARED)
}

fn is_mark(unit: u16) -> bool {
    u8::try_from(unit).is_ok_and(|byte| byte.is_ascii_punctuation())
}

fn equal<'t>(one: impl Iterator<Item = &'t u16>, other: impl Iterator<Item = &'t u16>) -> usize {
    one.zip(other).take_while(|(one, other)| one == other).count()
}

/// Joins runs that follow each other in both texts with small gaps.
fn join(runs: Vec<Run>, gap: usize) -> Vec<Passage> {
    let mut passages: Vec<Passage> = Vec::new();
    for run in runs {
        let follows = |passage: &Passage| {
            let near = |end: usize, from: usize| from.checked_sub(end).is_some_and(|between| between <= gap);
            near(passage.a.1, run.a) && near(passage.b.1, run.b)
        };
        let from = passages.len().saturating_sub(OPEN);
        let open = passages.get_mut(from..).unwrap_or_default();
        match open.iter_mut().rev().find(|passage| follows(passage)) {
            Some(passage) => {
                passage.a.1 = run.a + run.length;
                passage.b.1 = run.b + run.length;
                passage.runs.push(run);
            }
            None => passages.push(Passage {
                a: (run.a, run.a + run.length),
                b: (run.b, run.b + run.length),
                own: 0,
                runs: vec![run],
            }),
        }
    }
    passages
}
