//! Whole files, identifiers and authors that files state, times of making, and images.

use std::collections::{BTreeMap, BTreeSet};

use bidroom_canon::Sm3Digest;

use super::values::{Held, Key, Values};
use super::{Draft, widespread};
use crate::document::{ImageFact, MetaKey};
use crate::finding::{Evidence, ImageShown, Kind, Weight};
use crate::reading::{ReadBaseline, ReadBid};
use crate::text::body::Spot;
use crate::thresholds::Thresholds;

/// Images shown of a pair.
const SHOWN: usize = 20;

/// Collects files and what they state. A file that is the same as a whole is told once, not by each of its properties.
pub(crate) fn collect(bids: &[ReadBid], baseline: &ReadBaseline, values: &mut Values) {
    let mut holders: BTreeMap<Sm3Digest, BTreeSet<usize>> = BTreeMap::new();
    for (index, bid) in bids.iter().enumerate() {
        for sum in bid.outcomes.iter().filter_map(|outcome| outcome.sm3) {
            holders.entry(sum).or_default().insert(index);
        }
    }
    for (index, bid) in bids.iter().enumerate() {
        for outcome in &bid.outcomes {
            let spot = |page| Some(Spot { document: outcome.name.clone(), page, offset: 0 });
            let Some(sum) = outcome.sm3 else { continue };
            if baseline.files.contains(&sum) || outcome.bytes == 0 {
                continue;
            }
            if holders.get(&sum).is_some_and(|holders| holders.len() > 1) {
                values.add(Key::plain(Kind::File, sum.to_string()), index, spot(0), None);
                continue;
            }
            for (property, value) in &outcome.meta {
                let kind = match property {
                    MetaKey::Author | MetaKey::LastModifiedBy | MetaKey::Company => Kind::Author,
                    MetaKey::DocumentId
                    | MetaKey::InstanceId
                    | MetaKey::OriginalDocumentId
                    | MetaKey::FileId => Kind::DocumentId,
                    MetaKey::Created | MetaKey::SourceModified => Kind::CreatedAt,
                    MetaKey::Creator | MetaKey::Producer | MetaKey::Title | MetaKey::Modified => continue,
                };
                if baseline.meta.contains(value) || kind == Kind::CreatedAt && !to_the_second(value) {
                    continue;
                }
                let key = Key { kind, value: value.clone(), property: Some(*property), mark: None };
                values.add(key, index, spot(0), None);
            }
        }
    }
}

/// Weighs what [`collect`] collected.
pub(crate) fn weigh(key: &Key, held: &BTreeSet<Held>, bids: &[ReadBid]) -> Option<(Weight, Option<u64>)> {
    let weight = match key.kind {
        // A manufacturer's brochure is the same file in honest bids; the longest document of a bid is its own work.
        Kind::File if held.iter().any(|held| is_main(held, bids)) => Weight::Strong,
        Kind::File | Kind::CreatedAt => Weight::Medium,
        Kind::DocumentId => Weight::Strong,
        Kind::Author if is_generic(&key.value) => Weight::Weak,
        Kind::Author => Weight::Medium,
        _ => return None,
    };
    Some((weight, None))
}

/// Is it the document with the most pages of its bid?
fn is_main(held: &Held, bids: &[ReadBid]) -> bool {
    let (Some(bid), Some(spot)) = (bids.get(held.bid), &held.spot) else { return false };
    let most = bid.outcomes.iter().map(|outcome| outcome.pages).max().unwrap_or(0);
    bid.outcomes.iter().any(|outcome| outcome.name == spot.document && outcome.pages == most && most > 0)
}

/// Names that systems and programs give by themselves.
fn is_generic(author: &str) -> bool {
    const NAMES: [&str; 26] = [
        "administrator",
        "admin",
        "user",
        "users",
        "pc",
        "owner",
        "guest",
        "root",
        "test",
        "default",
        "lenovo",
        "thinkpad",
        "hp",
        "dell",
        "asus",
        "acer",
        "huawei",
        "microsoft",
        "microsoft office user",
        "windows user",
        "windows 用户",
        "微软用户",
        "微软中国",
        "番茄花园",
        "雨林木风",
        "用户",
    ];
    let author = author.trim().to_lowercase();
    author.chars().count() < 2 || NAMES.contains(&author.as_str()) || author.starts_with("desktop-")
}

/// A time with seconds that are more than a date.
fn to_the_second(value: &str) -> bool {
    let digits: String = value.chars().filter(char::is_ascii_digit).take(14).collect();
    digits.len() == 14 && digits.get(8..) != Some("000000")
}

/// Images that pairs of bids share, and that are neither the tender's nor everybody's.
pub(crate) fn images(bids: &[ReadBid], baseline: &ReadBaseline, thresholds: &Thresholds) -> Vec<Draft> {
    let mut places: BTreeMap<Sm3Digest, BTreeMap<usize, (ImageFact, usize)>> = BTreeMap::new();
    for (index, bid) in bids.iter().enumerate() {
        for (document, image) in &bid.images {
            if !baseline.images.contains(&image.sm3) {
                places.entry(image.sm3).or_default().entry(index).or_insert((*image, *document));
            }
        }
    }
    let mut pairs: BTreeMap<(usize, usize), Vec<ImageShown>> = BTreeMap::new();
    for (sm3, holders) in &places {
        if holders.len() < 2 || widespread(holders.len(), bids.len()) {
            continue;
        }
        for (position, (a, at)) in holders.iter().enumerate() {
            for (b, to) in holders.iter().skip(position + 1) {
                let (Some(here), Some(there)) = (bids.get(*a), bids.get(*b)) else { continue };
                let file =
                    |bid: &ReadBid, index: usize| bid.outcomes.get(index).and_then(|outcome| outcome.sm3);
                // Inside a file that is the same as a whole, an image says nothing more.
                if file(here, at.1) == file(there, to.1) {
                    continue;
                }
                pairs.entry((*a, *b)).or_default().push(ImageShown {
                    sm3: *sm3,
                    width: at.0.width,
                    height: at.0.height,
                    holders: u64::try_from(holders.len()).unwrap_or(u64::MAX),
                    a: here.spot(at.1, at.0.page),
                    b: there.spot(to.1, to.0.page),
                });
            }
        }
    }
    let [medium, strong] = thresholds.images;
    let draft = |((a, b), mut images): ((usize, usize), Vec<ImageShown>)| {
        let count = images.len();
        let weight = match count {
            count if count >= strong => Weight::Strong,
            count if count >= medium => Weight::Medium,
            _ => Weight::Weak,
        };
        images.sort_by(|one, other| (one.holders, &one.a, &one.b).cmp(&(other.holders, &other.a, &other.b)));
        images.truncate(SHOWN);
        let in_all = u64::try_from(count).unwrap_or(u64::MAX);
        Draft {
            kind: Kind::Images,
            weight,
            bids: [a, b].into(),
            evidence: Evidence::Images { images, in_all },
        }
    };
    pairs.into_iter().map(draft).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generic_authors_and_times() {
        assert!(
            is_generic("Administrator")
                && is_generic("微软用户")
                && is_generic("DESKTOP-4F2K1")
                && is_generic("李")
        );
        assert!(!is_generic("王建国") && !is_generic("云州建设"));
        assert!(to_the_second("D:20260301142233+08'00'") && to_the_second("2026-03-01T14:22:33+08:00"));
        assert!(!to_the_second("D:20260301") && !to_the_second("2026-03-01T00:00:00Z"));
    }
}
