//! The similarity analysis 雷同性分析 of a lot's bids, as the committee's page shows it: hints, never a verdict.

use bidroom_canon::Sm3Digest;
use serde::{Deserialize, Serialize};

/// Where the analysis of a lot stands, and what there is of it for this reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimilarityView {
    /// Where the run stands that is wanted now.
    pub run: SimilarityRun,
    /// The tender's documents that this room has not got: their text counts as the bids' own.
    pub missing: Vec<String>,
    /// The newest analysis that may be read; none before the first one is done.
    pub page: Option<SimilarityPage>,
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum SimilarityRun {
    /// There is nothing to compare, or not yet.
    Nothing,
    /// It waits for another session's run, or is tried again soon.
    Waits,
    /// Documents are read.
    Reads {
        /// So many are done.
        done: u32,
        /// Of so many.
        of: u32,
    },
    /// Pairs of bids are compared.
    Compares {
        /// So many are done.
        done: u32,
        /// Of so many.
        of: u32,
    },
    /// The page is what it gave.
    Done,
}

/// What an analysis covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SimilarityCovers {
    /// All documents, and the prices.
    All,
    /// While a blind holds: what is read by the bid's own number, without prices.
    Named,
}

/// How much a hint weighs: a class of hints, never a degree of guilt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HintWeight {
    /// Often has an innocent cause.
    Weak,
    /// Has an innocent cause at times.
    Medium,
    /// Seldom has an innocent cause.
    Strong,
}

/// An analysis, for a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimilarityPage {
    /// SM3 of the analysis as it is kept, canonical JSON.
    pub digest: Sm3Digest,
    /// What it covers.
    pub covers: SimilarityCovers,
    /// What it is and is not, Chinese; stands on every page that shows a part of it.
    pub statement_zh: String,
    /// English.
    pub statement_en: String,
    /// The bids, by roster number.
    pub bids: Vec<SimilarityBid>,
    /// Every pair.
    pub pairs: Vec<SimilarityPair>,
    /// Hints, the weightiest first.
    pub hints: Vec<SimilarityHint>,
    /// What was not read, or not wholly.
    pub unread: Vec<SimilarityUnread>,
}

/// A bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimilarityBid {
    /// Roster number.
    pub number: u32,
    /// The bidder's name.
    pub name: String,
}

/// Two bids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimilarityPair {
    /// The smaller roster number.
    pub a: u32,
    /// The other.
    pub b: u32,
    /// The greatest weight of its hints; none where there are none.
    pub weight: Option<HintWeight>,
    /// Numbers of its hints.
    pub hints: Vec<u32>,
    /// Estimated resemblance of the bids' own texts, in 1/10,000.
    pub resemblance: u32,
}

/// A hint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimilarityHint {
    /// Number in this analysis, from 1.
    pub number: u32,
    /// Class.
    pub weight: HintWeight,
    /// What agrees, Chinese.
    pub kind_zh: String,
    /// English.
    pub kind_en: String,
    /// What was found, Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// What to look at next, Chinese.
    pub next_zh: String,
    /// English.
    pub next_en: String,
    /// Clauses that it may bear on: where, and their words.
    pub clauses: Vec<(String, String)>,
    /// What it rests on, the first of it.
    pub evidence: Vec<SimilarityEvidence>,
    /// How much more there is.
    pub more: u64,
}

/// Something that several bids have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimilarityEvidence {
    /// What it is, Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// Where it stands in each bid.
    pub sides: Vec<SimilaritySide>,
}

/// Where something stands in one bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimilaritySide {
    /// Roster number.
    pub bid: u32,
    /// The document; none where it does not stand in one.
    pub document: Option<String>,
    /// The page, from 1; 0 where it stands in no page.
    pub page: u32,
    /// The words, or the figure.
    pub words: String,
}

/// A document that was not read, or not wholly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimilarityUnread {
    /// Roster number; none for the tender's own.
    pub bid: Option<u32>,
    /// Its name.
    pub document: String,
    /// Why, Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}
