//! Rare common errors: one character that two bids alone write differently from all others, in the same words.
//!
//! Between the same four characters before and the same four after, the tender or several bids have one character, and
//! exactly two bids have another, which with its neighbour makes a pair of characters that nobody else writes anywhere: 安照
//! for 按照, and not 保护 for 养护, which are both words. A wrong character that two authors made each for himself is possible
//! once; several of them point to one source.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::body::{Body, Spot};
use super::shingle::mix;

/// Characters before and after.
pub(crate) const CONTEXT: usize = 4;
/// Places that are looked at in one pass; more texts take more passes instead of more memory.
const PLACES: usize = 4_000_000;
/// The tender among the authors.
const TENDER: u16 = u16::MAX;

/// A rare writing that two bids have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RareError {
    /// The words with the rare character.
    pub rare: String,
    /// The words as the tender or several others write them.
    pub usual: String,
    /// Where in the first bid.
    pub a: Spot,
    /// Where in the second.
    pub b: Spot,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    key: u64,
    middle: u16,
    who: u16,
    at: u32,
}

/// A pair's rare errors: the bids by index, the smaller first.
pub(crate) type OfPair = ((u16, u16), RareError);

pub(crate) fn find(bids: &[&Body], tender: &[&Body], usual: usize) -> Vec<OfPair> {
    let total: usize = bids.iter().chain(tender).map(|body| body.units.len()).sum();
    let passes = u64::try_from(total.div_ceil(PLACES).max(1)).unwrap_or(1);
    let mut found = Vec::new();
    for pass in 0..passes {
        let mut places = Vec::new();
        for (who, body) in (0_u16..).zip(bids) {
            collect(&body.units, who, (pass, passes), &mut places);
        }
        for body in tender {
            collect(&body.units, TENDER, (pass, passes), &mut places);
        }
        places.sort_unstable();
        places.dedup_by_key(|place| (place.key, place.middle, place.who));
        for group in places.chunk_by(|one, next| one.key == next.key) {
            judge(group, bids, usual, &mut found);
        }
    }
    unheard_of(&mut found, bids, tender);
    let mut found: Vec<OfPair> =
        found.into_iter().map(|candidate| (candidate.who, candidate.error)).collect();
    found.sort();
    found.dedup();
    found
}

/// A rare writing whose characters are still to be looked for elsewhere.
struct Candidate {
    who: (u16, u16),
    error: RareError,
    /// The rare character with the one before, and with the one after.
    neighbours: [[u16; 2]; 2],
}

/// Keeps those of which one pair of neighbours stands in no other text, and neither in many.
fn unheard_of(found: &mut Vec<Candidate>, bids: &[&Body], tender: &[&Body]) {
    let mut authors: BTreeMap<[u16; 2], usize> = BTreeMap::new();
    for candidate in found.iter() {
        authors.extend(candidate.neighbours.iter().map(|pair| (*pair, 0)));
    }
    if authors.is_empty() {
        return;
    }
    for body in bids.iter().chain(tender) {
        let mut seen: BTreeSet<[u16; 2]> = BTreeSet::new();
        for pair in body.units.windows(2) {
            if let &[one, next] = pair
                && is_han(one)
                && is_han(next)
                && authors.contains_key(&[one, next])
            {
                seen.insert([one, next]);
            }
        }
        for pair in seen {
            authors.entry(pair).and_modify(|count| *count += 1);
        }
    }
    // The other pair may happen to stand where two words meet, but not be a word that many use.
    let many = ((bids.len() + tender.len()) / 4).max(2);
    found.retain(|candidate| {
        let han = candidate.neighbours.iter().filter(|pair| pair.iter().all(|unit| is_han(*unit)));
        let counts: Vec<usize> = han.filter_map(|pair| authors.get(pair).copied()).collect();
        counts.iter().any(|count| *count <= 2) && counts.iter().all(|count| *count <= many)
    });
}

fn collect(units: &[u16], who: u16, (pass, passes): (u64, u64), places: &mut Vec<Place>) {
    const WHOLE: usize = 2 * CONTEXT + 1;
    for (at, window) in (0_u32..).zip(units.windows(WHOLE)) {
        let Some(middle) = window.get(CONTEXT).copied().filter(|unit| is_han(*unit)) else { continue };
        let mut key = 0_u64;
        let mut han = 0;
        for (index, unit) in window.iter().enumerate() {
            if index != CONTEXT {
                han += usize::from(is_han(*unit));
                key = key.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(u64::from(*unit) + 1);
            }
        }
        let key = mix(key);
        // In words, not between figures and marks.
        if han + 1 >= 2 * CONTEXT && key % passes == pass {
            places.push(Place { key, middle, who, at });
        }
    }
}

fn is_han(unit: u16) -> bool {
    (0x4e00..0xa000).contains(&unit)
}

fn judge(group: &[Place], bids: &[&Body], usual: usize, found: &mut Vec<Candidate>) {
    let writings: Vec<&[Place]> = group.chunk_by(|one, next| one.middle == next.middle).collect();
    // Where every author writes something else there is a blank to fill in, and no error.
    if !(2..=3).contains(&writings.len()) {
        return;
    }
    let is_usual =
        |writing: &&&[Place]| writing.len() >= usual || writing.iter().any(|place| place.who == TENDER);
    let mut usuals = writings.iter().filter(is_usual);
    let (Some(normal), None) = (usuals.next(), usuals.next()) else { return };
    for writing in &writings {
        let [one, other] = writing else { continue };
        if other.who == TENDER || one.middle == normal.first().map_or(0, |place| place.middle) {
            continue;
        }
        let (Some(a), Some(b)) = (bids.get(usize::from(one.who)), bids.get(usize::from(other.who))) else {
            continue;
        };
        let (at, to) = (index(one.at), index(other.at));
        let rare = a.words(at, at + 2 * CONTEXT + 1, usize::MAX);
        let mut units: Vec<u16> = a.units.get(at..at + 2 * CONTEXT + 1).unwrap_or_default().to_vec();
        if let (Some(middle), Some(place)) = (units.get_mut(CONTEXT), normal.first()) {
            *middle = place.middle;
        }
        let usual = String::from_utf16_lossy(&units);
        let error = RareError { rare, usual, a: a.spot(at + CONTEXT), b: b.spot(to + CONTEXT) };
        let unit = |offset: usize| a.units.get(at + offset).copied().unwrap_or(0);
        let (before, middle, after) = (unit(CONTEXT - 1), unit(CONTEXT), unit(CONTEXT + 1));
        let neighbours = [[before, middle], [middle, after]];
        found.push(Candidate { who: (one.who, other.who), error, neighbours });
    }
}

fn index(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> Body {
        let mut body = Body::new(10_000);
        body.begin("a.pdf");
        body.page(1, text);
        body
    }

    const USUAL: &str = "我公司将严格按照招标文件的要求组织施工";
    const WRONG: &str = "我公司将严格安照招标文件的要求组织施工";

    #[track_caller]
    fn check(bids: &[&str], tender: &[&str], expect: &[(u16, u16)]) {
        let (bids, tender): (Vec<_>, Vec<_>) =
            (bids.iter().map(|text| body(text)).collect(), tender.iter().map(|text| body(text)).collect());
        let found = find(&bids.iter().collect::<Vec<_>>(), &tender.iter().collect::<Vec<_>>(), 3);
        assert_eq!(found.iter().map(|(pair, _)| *pair).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn two_alone_against_all_others() {
        check(&[WRONG, USUAL, WRONG, USUAL, USUAL], &[], &[(0, 2)]);
        check(&[WRONG, WRONG, "另一份"], &[USUAL], &[(0, 1)]);
        // Nobody says what is usual.
        check(&[WRONG, USUAL, WRONG, USUAL], &[], &[]);
        // One alone; three together; the tender's own error.
        check(&[WRONG, USUAL, USUAL, USUAL], &[], &[]);
        check(&[WRONG, WRONG, WRONG, USUAL, USUAL, USUAL], &[], &[]);
        check(&[WRONG, WRONG, USUAL, USUAL, USUAL], &[WRONG], &[]);
        // Two words of the language: others write the rarer one elsewhere.
        let (one, other) = ("进场以后保护深基坑边坡", "进场以后养护深基坑边坡");
        check(&[one, one, other, other, other, "结构保护层"], &[], &[]);
    }

    #[test]
    fn the_error_is_shown_beside_the_usual() {
        let bids = [body(WRONG), body(WRONG)];
        let found = find(&[&bids[0], &bids[1]], &[&body(USUAL)], 3);
        let (_, error) = &found[0];
        assert_eq!((error.rare.as_str(), error.usual.as_str()), ("司将严格安照招标文", "司将严格按照招标文"));
        assert_eq!(error.a.offset, 6);
    }
}
