//! An analysis as the page shows it: by roster numbers, with evidence side by side.

use bidroom_canon::Sm3Digest;
use bidroom_similarity::finding::{Holder, SharedValue};
use bidroom_similarity::{Analysis, Evidence, Finding, Spot, Weight};
use bidroom_wire::{
    HintWeight, SimilarityBid, SimilarityCovers, SimilarityEvidence, SimilarityHint, SimilarityPage,
    SimilarityPair, SimilaritySide, SimilarityUnread,
};

/// Pieces of evidence that a page has of one hint; the kept analysis has more.
const SHOWN: usize = 12;

/// A bid's identifier in an analysis: rises with the number, which bids are ordered by.
pub(super) fn id_of(number: u32) -> String {
    format!("{number:04}")
}

fn number_of(id: &str) -> u32 {
    id.parse().unwrap_or_default()
}

/// The page of an analysis.
pub(super) fn page(analysis: Analysis, digest: Sm3Digest, covers: SimilarityCovers) -> SimilarityPage {
    let bids = analysis.bids.iter();
    let pairs = analysis.matrix.into_iter().map(|cell| SimilarityPair {
        a: number_of(&cell.a),
        b: number_of(&cell.b),
        weight: cell.weight.map(weight),
        hints: cell.findings,
        resemblance: cell.resemblance,
    });
    let unread = analysis.unread.into_iter().map(|unread| SimilarityUnread {
        bid: unread.bid.as_deref().map(number_of),
        document: unread.document,
        zh: unread.zh,
        en: unread.en,
    });
    SimilarityPage {
        digest,
        covers,
        statement_zh: analysis.statement_zh,
        statement_en: analysis.statement_en,
        bids: bids.map(|bid| SimilarityBid { number: number_of(&bid.id), name: bid.name.clone() }).collect(),
        pairs: pairs.collect(),
        hints: analysis.findings.into_iter().map(hint).collect(),
        unread: unread.collect(),
    }
}

const fn weight(weight: Weight) -> HintWeight {
    match weight {
        Weight::Weak => HintWeight::Weak,
        Weight::Medium => HintWeight::Medium,
        Weight::Strong => HintWeight::Strong,
    }
}

fn hint(finding: Finding) -> SimilarityHint {
    let (evidence, in_all) = evidence(&finding);
    let shown: Vec<SimilarityEvidence> = evidence.into_iter().take(SHOWN).collect();
    let there = u64::try_from(shown.len()).unwrap_or(u64::MAX);
    let clauses = finding.clauses.iter();
    SimilarityHint {
        number: finding.number,
        weight: weight(finding.weight),
        kind_zh: finding.kind.zh().to_owned(),
        kind_en: finding.kind.en().to_owned(),
        clauses: clauses.map(|clause| (clause.place().to_owned(), clause.words().to_owned())).collect(),
        zh: finding.zh,
        en: finding.en,
        next_zh: finding.next_zh,
        next_en: finding.next_en,
        evidence: shown,
        more: in_all.saturating_sub(there),
    }
}

/// The evidence of a hint as rows, and how many rows there are in all.
fn evidence(finding: &Finding) -> (Vec<SimilarityEvidence>, u64) {
    let row = |zh: String, en: String, sides: Vec<SimilaritySide>| SimilarityEvidence { zh, en, sides };
    let (one, other) = (bid(finding, 0), bid(finding, 1));
    let two = |a: (&Spot, &str), b: (&Spot, &str)| vec![side(one, a.0, a.1), side(other, b.0, b.1)];
    match &finding.evidence {
        Evidence::Values { values, in_all } => {
            (values.iter().map(|value| shared(finding, value)).collect(), *in_all)
        }
        Evidence::Text { passages, passages_in_all, .. } => {
            let rows = passages.iter().map(|passage| {
                row(
                    format!("相同文字 {} 字", passage.characters),
                    format!("{} equal characters", passage.characters),
                    two((&passage.a, &passage.words_a), (&passage.b, &passage.words_b)),
                )
            });
            (rows.collect(), *passages_in_all)
        }
        Evidence::RareErrors { errors, in_all } => {
            let rows = errors.iter().map(|error| {
                row(
                    format!("都写作“{}”，通常写作“{}”", error.rare, error.usual),
                    format!("both write “{}”, usual is “{}”", error.rare, error.usual),
                    two((&error.a, &error.rare), (&error.b, &error.rare)),
                )
            });
            (rows.collect(), *in_all)
        }
        Evidence::Images { images, in_all } => {
            let rows = images.iter().map(|image| {
                let size = format!("{}×{}", image.width, image.height);
                row(
                    format!("同一张图片 {size}，{} 份投标文件中有", image.holders),
                    format!("the same image {size}, in {} bids", image.holders),
                    two((&image.a, &image.sm3.to_string()), (&image.b, &image.sm3.to_string())),
                )
            });
            (rows.collect(), *in_all)
        }
        Evidence::NameOfOther { found_in, times, places, .. } => {
            let here = number_of(found_in);
            let rows = places.iter().map(|quoted| {
                row(
                    "出现其他投标人的名称".to_owned(),
                    "another bidder's name stands here".to_owned(),
                    vec![side(here, &quoted.spot, &quoted.words)],
                )
            });
            (rows.collect(), *times)
        }
        Evidence::Series { terms, .. } => {
            let sides = terms.iter().map(|(bid, fen)| figure(number_of(bid), *fen));
            let all = row("总价".to_owned(), "totals".to_owned(), sides.collect());
            (vec![all], 1)
        }
        Evidence::Bill { examples, lines, .. } => {
            let rows = examples.iter().map(|line| {
                row(
                    format!("清单项 {}", line.code),
                    format!("line {}", line.code),
                    vec![figure(one, line.a), figure(other, line.b)],
                )
            });
            (rows.collect(), *lines)
        }
    }
}

fn bid(finding: &Finding, place: usize) -> u32 {
    finding.bids.get(place).map(|id| number_of(id)).unwrap_or_default()
}

fn shared(finding: &Finding, value: &SharedValue) -> SimilarityEvidence {
    let of = |holder: &Holder| match &holder.spot {
        Some(spot) => side(number_of(&holder.bid), spot, &value.value),
        None => SimilaritySide {
            bid: number_of(&holder.bid),
            document: None,
            page: 0,
            words: value.value.clone(),
        },
    };
    SimilarityEvidence {
        zh: finding.kind.zh().to_owned(),
        en: finding.kind.en().to_owned(),
        sides: value.holders.iter().map(of).collect(),
    }
}

fn side(bid: u32, spot: &Spot, words: &str) -> SimilaritySide {
    SimilaritySide { bid, document: Some(spot.document.clone()), page: spot.page, words: words.to_owned() }
}

fn figure(bid: u32, fen: u64) -> SimilaritySide {
    let words = format!("{}.{:02} 元", fen / 100, fen % 100);
    SimilaritySide { bid, document: None, page: 0, words }
}
