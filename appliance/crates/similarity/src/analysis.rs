//! The run: reads all, compares all, and gives one value that does not depend on order, threads or machine.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, AtomicUsize};

use serde::{Deserialize, Serialize};

use crate::document::DocumentOutcome;
use crate::finding::{Finding, Kind, Weight};
use crate::input::{Bid, Document, Input};
use crate::limits::Limits;
use crate::outcome::Reach;
use crate::parallel::parallel;
use crate::pdf::Cancelled;
use crate::progress::{Cancel, Progress};
use crate::reading::{self, Counter, ReadBaseline, ReadBid};
use crate::signals::texts::Compared;
use crate::signals::values::Values;
use crate::signals::{Draft, files, prices, texts, traces};
use crate::text::prints;
use crate::thresholds::Thresholds;
use crate::wording;

/// The form of an analysis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AnalysisFormat {
    /// The first.
    #[serde(rename = "bidroom-similarity/1")]
    V1,
}

/// One bid in an analysis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BidSummary {
    /// Identifier.
    pub id: String,
    /// Bidder's name.
    pub name: String,
    /// What became of each of its documents.
    pub documents: Vec<DocumentOutcome>,
    /// Characters of its text, in normal form.
    pub characters: u64,
    /// Of these, neither in the tender's documents nor in most bids.
    pub own_characters: u64,
}

/// Two bids, and what points at both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The bid with the smaller identifier.
    pub a: String,
    /// The other.
    pub b: String,
    /// The greatest weight of the hints below; none where there are none.
    pub weight: Option<Weight>,
    /// What agrees, with the greatest weight of each kind.
    pub kinds: BTreeMap<Kind, Weight>,
    /// Numbers of the findings.
    pub findings: Vec<u32>,
    /// Estimated resemblance of their own texts, in 1/10,000, whether it is worth a hint or not.
    pub resemblance: u32,
    /// Own characters in common passages: of `a`, and of `b`.
    pub common_characters: (u64, u64),
}

/// A document that was not read, or not wholly; the committee looks at it by eye.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Its bid; none for the tender's own.
    pub bid: Option<String>,
    /// Its name.
    pub document: String,
    /// How far it was read.
    pub reach: Reach,
    /// Why not further, in Chinese.
    pub zh: String,
    /// Why not further, in English.
    pub en: String,
}

/// What the run counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Documents of bids.
    pub documents: u64,
    /// Of these, wholly read.
    pub documents_whole: u64,
    /// Bytes of these documents.
    pub bytes: u64,
    /// Pages read.
    pub pages: u64,
    /// Of these, pages without text.
    pub pages_without_text: u64,
    /// Characters compared.
    pub characters: u64,
    /// Of these, neither in the tender's documents nor in most bids.
    pub own_characters: u64,
    /// Images compared.
    pub images: u64,
    /// Shingles of the tender's documents.
    pub baseline_shingles: u64,
    /// Fingerprints that most bids have, and that count for no pair.
    pub common_fingerprints: u64,
    /// Pairs compared.
    pub pairs: u64,
}

/// All hints over one set of bids. Canonical JSON of it is the same bytes for the same input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Analysis {
    /// Its form.
    pub format: AnalysisFormat,
    /// What it is and is not, in Chinese. Belongs on every page that shows a part of it.
    pub statement_zh: String,
    /// The same in English.
    pub statement_en: String,
    /// Bids, rising by identifier.
    pub bids: Vec<BidSummary>,
    /// The tender's own documents.
    pub baseline: Vec<DocumentOutcome>,
    /// Every pair.
    pub matrix: Vec<Cell>,
    /// Hints: the weightiest first.
    pub findings: Vec<Finding>,
    /// What was not read, or not wholly.
    pub unread: Vec<Unread>,
    /// Counts.
    pub figures: Figures,
    /// The thresholds that were in force.
    pub thresholds: Thresholds,
    /// The limits that were in force.
    pub limits: Limits,
}

/// Why there is no analysis.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnalysisError {
    /// Two bids have one identifier.
    #[error("两份投标的标识相同 / two bids have one identifier: {0}")]
    SameBid(String),
    /// Two documents of a bid (or of the tender) have one name.
    #[error("{bid}：两份文件同名 / two documents have one name: {document}")]
    SameDocument {
        /// Whose.
        bid: String,
        /// The name.
        document: String,
    },
    /// More bids than can be compared.
    #[error("投标数超过上限 {limit} / more bids than {limit}")]
    TooManyBids {
        /// The limit.
        limit: usize,
    },
    /// A threshold is unusable.
    #[error("阈值无效 / threshold: {0}")]
    Threshold(&'static str),
    /// The run was cancelled.
    #[error("已取消 / cancelled")]
    Cancelled,
}

impl From<Cancelled> for AnalysisError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

/// More bids than any lot has.
const BIDS: usize = 1000;

/// How a run goes on.
pub struct Run<'a> {
    /// From which degree on something is a hint.
    pub thresholds: Thresholds,
    /// What a document may cost.
    pub limits: Limits,
    /// Threads that read and compare; at least one.
    pub threads: usize,
    /// Told how far the run is.
    pub progress: &'a (dyn Fn(Progress) + Sync),
    /// Stops the run.
    pub cancel: &'a Cancel,
}

impl Run<'_> {
    /// Reads and compares.
    ///
    /// # Errors
    /// [`AnalysisError`]; what is wrong with a document is no error but part of the analysis.
    pub fn analyse(&self, input: Input) -> Result<Analysis, AnalysisError> {
        self.thresholds.check().map_err(AnalysisError::Threshold)?;
        let Input { mut bids, mut baseline } = input;
        order(&mut bids, &mut baseline.documents)?;
        let of = baseline.documents.len() + bids.iter().map(|bid| bid.documents.len()).sum::<usize>();
        let (done, pages) = (AtomicUsize::new(0), AtomicU64::new(0));
        let counter = Counter { done, of, pages, progress: self.progress };
        let (thresholds, cancel) = (&self.thresholds, self.cancel);
        let tender = reading::baseline(&baseline.documents, self.limits, thresholds, cancel, &counter)?;
        let mut read = parallel(&bids, self.threads, |_, bid| {
            reading::bid(bid, &tender, self.limits, thresholds, cancel, &counter)
        })?;
        let most = thresholds.common_bids.max(bids.len() / 2);
        let common = prints::common(&read.iter().map(|bid| &bid.prints).collect::<Vec<_>>(), most);
        for bid in &mut read {
            bid.prints.set_aside(&common, thresholds.shingle, bid.body.units.len());
        }
        let read = read;
        let pairs: Vec<(usize, usize)> =
            (0..bids.len()).flat_map(|a| (a + 1..bids.len()).map(move |b| (a, b))).collect();
        let compared_pairs = AtomicUsize::new(0);
        let compared = parallel(&pairs, self.threads, |_, (a, b)| {
            if cancel.is_cancelled() {
                return Err(Cancelled);
            }
            let (Some(here), Some(there)) = (read.get(*a), read.get(*b)) else { return Err(Cancelled) };
            let compared = texts::compare((*a, here), (*b, there), &common, thresholds);
            let done = compared_pairs.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
            (self.progress)(Progress::Pairs { done, of: pairs.len() });
            Ok(compared)
        })?;
        let ids: Vec<String> = bids.iter().map(|bid| bid.id.clone()).collect();
        let mut drafts = values(&bids, &ids, &baseline, &read, &tender, thresholds);
        drafts.extend(files::images(&read, &tender, thresholds));
        drafts.extend(compared.iter().filter_map(|compared| compared.draft.clone()));
        if cancel.is_cancelled() {
            return Err(AnalysisError::Cancelled);
        }
        drafts.extend(texts::rare_errors(&read, &tender, thresholds));
        let names: Vec<&str> = bids.iter().map(|bid| bid.name.as_str()).collect();
        drafts.extend(texts::names_of_others(&names, &ids, &read, &tender));
        drafts.extend(prices::drafts(&bids, &ids, &baseline, thresholds));
        let figures = figures(&read, &tender, common.len(), pairs.len());
        let (matrix, findings) = conclude(drafts, &bids, &pairs, &compared);
        Ok(Analysis {
            format: AnalysisFormat::V1,
            statement_zh: wording::STATEMENT_ZH.to_owned(),
            statement_en: wording::STATEMENT_EN.to_owned(),
            unread: unread(&bids, &read, &tender),
            bids: bids.iter().zip(read).map(|(bid, read)| summary(bid, read)).collect(),
            baseline: tender.outcomes,
            matrix,
            findings,
            figures,
            thresholds: self.thresholds,
            limits: self.limits,
        })
    }
}

/// One order for all: bids by identifier, documents by name.
fn order(bids: &mut [Bid], tender: &mut [Document]) -> Result<(), AnalysisError> {
    if bids.len() > BIDS {
        return Err(AnalysisError::TooManyBids { limit: BIDS });
    }
    bids.sort_by(|one, other| one.id.cmp(&other.id));
    let same = bids.windows(2).find_map(|pair| match pair {
        [one, other] if one.id == other.id => Some(one.id.clone()),
        _ => None,
    });
    if let Some(id) = same {
        return Err(AnalysisError::SameBid(id));
    }
    let whose = bids.iter_mut().map(|bid| (bid.id.clone(), bid.documents.as_mut_slice()));
    for (bid, documents) in whose.chain([("招标文件".to_owned(), tender)]) {
        documents.sort_by(|one, other| one.name.cmp(&other.name));
        let mut names = BTreeSet::new();
        for document in documents.iter() {
            if !names.insert(&document.name) {
                return Err(AnalysisError::SameDocument { bid, document: document.name.clone() });
            }
        }
    }
    Ok(())
}

fn values(
    bids: &[Bid],
    ids: &[String],
    baseline: &crate::input::Baseline,
    read: &[ReadBid],
    tender: &ReadBaseline,
    thresholds: &Thresholds,
) -> Vec<Draft> {
    let mut values = Values::default();
    for (index, bid) in bids.iter().enumerate() {
        traces::collect(bid, index, baseline, &mut values);
    }
    files::collect(read, tender, &mut values);
    texts::collect_marks(read, tender, &mut values);
    values.drafts(ids, |key, held| match key.kind {
        Kind::Mark => {
            let holders: BTreeSet<usize> = held.iter().map(|held| held.bid).collect();
            // A manufacturer's contact stands in many bids; one that two alone have is seldom that.
            Some((if holders.len() == 2 { Weight::Medium } else { Weight::Weak }, None))
        }
        _ => files::weigh(key, held, read).or_else(|| traces::weigh(key, held, thresholds)),
    })
}

/// Orders and numbers the hints, words them, and draws the matrix.
fn conclude(
    mut drafts: Vec<Draft>,
    bids: &[Bid],
    pairs: &[(usize, usize)],
    compared: &[Compared],
) -> (Vec<Cell>, Vec<Finding>) {
    // A stable sort: within a kind and a set of bids the evidence's own order stays.
    drafts.sort_by(|one, other| {
        (other.weight, one.kind, &one.bids).cmp(&(one.weight, other.kind, &other.bids))
    });
    let id = |index: usize| bids.get(index).map(|bid| bid.id.clone()).unwrap_or_default();
    let names: BTreeMap<&str, &str> = bids.iter().map(|bid| (bid.id.as_str(), bid.name.as_str())).collect();
    let mut cells: BTreeMap<(usize, usize), Cell> = BTreeMap::new();
    for ((a, b), compared) in pairs.iter().zip(compared) {
        let cell = Cell {
            a: id(*a),
            b: id(*b),
            weight: None,
            kinds: BTreeMap::new(),
            findings: Vec::new(),
            resemblance: compared.resemblance,
            common_characters: compared.characters,
        };
        cells.insert((*a, *b), cell);
    }
    let mut findings = Vec::new();
    for (number, draft) in (1_u32..).zip(drafts) {
        for a in &draft.bids {
            for b in draft.bids.iter().filter(|b| *b > a) {
                let Some(cell) = cells.get_mut(&(*a, *b)) else { continue };
                cell.findings.push(number);
                cell.weight = cell.weight.max(Some(draft.weight));
                let weight = cell.kinds.entry(draft.kind).or_insert(draft.weight);
                *weight = draft.weight.max(*weight);
            }
        }
        findings.push(wording::finding(number, draft, id, &names));
    }
    (cells.into_values().collect(), findings)
}

fn summary(bid: &Bid, read: ReadBid) -> BidSummary {
    BidSummary {
        id: bid.id.clone(),
        name: bid.name.clone(),
        characters: u64::try_from(read.body.units.len()).unwrap_or(u64::MAX),
        own_characters: read.prints.own,
        documents: read.outcomes,
    }
}

fn unread(bids: &[Bid], read: &[ReadBid], tender: &ReadBaseline) -> Vec<Unread> {
    let of_bids = bids
        .iter()
        .zip(read)
        .flat_map(|(bid, read)| read.outcomes.iter().map(move |outcome| (Some(bid.id.clone()), outcome)));
    let all = of_bids.chain(tender.outcomes.iter().map(|outcome| (None, outcome)));
    all.filter(|(_, outcome)| outcome.reach != Reach::Whole)
        .map(|(bid, outcome)| Unread {
            bid,
            document: outcome.name.clone(),
            reach: outcome.reach,
            zh: outcome.troubles.iter().map(crate::outcome::Trouble::zh).collect::<Vec<_>>().join("；"),
            en: outcome.troubles.iter().map(crate::outcome::Trouble::en).collect::<Vec<_>>().join("; "),
        })
        .collect()
}

fn figures(read: &[ReadBid], tender: &ReadBaseline, common: usize, pairs: usize) -> Figures {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let mut figures = Figures {
        baseline_shingles: count(tender.shingles.len()),
        common_fingerprints: count(common),
        pairs: count(pairs),
        ..Figures::default()
    };
    for bid in read {
        figures.characters += count(bid.body.units.len());
        figures.own_characters += bid.prints.own;
        figures.images += count(bid.images.len());
        for outcome in &bid.outcomes {
            figures.documents += 1;
            figures.documents_whole += u64::from(outcome.reach == Reach::Whole);
            figures.bytes += outcome.bytes;
            figures.pages += outcome.pages;
            figures.pages_without_text += outcome.pages_without_text;
        }
    }
    figures
}
