//! The documents of an evaluation 评标文件: which there are, and the data of each, made from the states and the log.
//!
//! Owns: what of an evaluation goes where. What the reader may not know is printed as 未披露; what nobody may know yet — a
//! sheet before all are revealed, who is behind a blind number, a verdict before all gave theirs — stays out whatever
//! the states hold.
//!
//! **Architecture invariant.** Pure: no server, files, clocks or layout. Nothing is decided and nothing computed here but
//! sums and averages of scores that stand; prices, totals and ranks are those of the price engine, or of the result that
//! was fixed.

mod clarify;
mod committee;
mod context;
mod course;
mod facts;
mod report;
mod review;
mod scores;
mod summary;
mod words;

use std::collections::BTreeMap;

use bidroom_canon::Sm3Digest;
use bidroom_domain::evaluation::{Event, Review};
use bidroom_domain::{Actor, At, opening};
use bidroom_pricing::Outcome;
use bidroom_report::Pictures;
use bidroom_report::paper::PaperData;
use bidroom_report::record::Language;

use context::Context;

/// An event of the evaluation with its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// The number of its entry.
    pub entry: u64,
    /// When it happened.
    pub at: At,
    /// Who caused it.
    pub by: Actor,
    /// What happened; private fields that the reader may not know are absent.
    pub event: Event,
}

/// How a statement was signed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signer {
    /// Whether the room's own CA certified the key: the document says 内部证据.
    pub by_rooms_ca: bool,
    /// The end of the certificate's serial; empty where it is not known.
    pub certificate: String,
    /// The handwriting as PNG, where there is one. One that does not decode is left out.
    pub handwriting: Option<Vec<u8>>,
}

/// The checkpoint that the documents name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checkpoint {
    /// How many entries it covers.
    pub entries: u64,
    /// When it was signed.
    pub at: Option<At>,
    /// Its SM3 root.
    pub sm3_root: Option<Sm3Digest>,
}

/// What the documents are made of.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The opening with the lot, the roster and the evaluation, as the reader may know them.
    pub opening: &'a opening::State,
    /// The evaluation's events in their order, as the reader may know them. A document says of what is missing here that it
    /// is not disclosed.
    pub log: &'a [Logged],
    /// What the price engine made of it; where it is absent, what the result's table says.
    pub outcome: Option<&'a Outcome>,
    /// How statements were signed, by the statement's SM3.
    pub signers: &'a BTreeMap<Sm3Digest, Signer>,
    /// The checkpoint to which a document is held.
    pub checkpoint: &'a Checkpoint,
    /// The address under which documents and entries are found: the document's id and its entry are added in the QR code.
    /// Where it is empty the code says session, document, entry and root in words. With it the code
    /// may have at most 850 bytes, or no document is made.
    pub address: &'a str,
    /// Where the tender was announced (87号令 58（一）), where that is known.
    pub media: Option<&'a str>,
    /// What is to be settled before the contract is signed (12号令 42（九）), as the committee wrote it.
    pub matters: &'a [String],
    /// When the documents are made; also the date of the files.
    pub issued_at: At,
    /// The language of the fixed texts.
    pub lang: Language,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// What it is, within its session: `sign-in`, `commitment-3`, `qualification`, `conformity`, `scores-2`,
    /// `clarifications`, `summary`, `report`. Never changes.
    pub id: String,
    /// Its title, Chinese.
    pub zh: String,
    /// Its title, English.
    pub en: String,
    /// What it states.
    pub data: PaperData,
}

/// The documents of an evaluation, and the handwriting that they name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Papers {
    /// The documents in the order in which they are filed.
    pub papers: Vec<Paper>,
    /// The pictures by the name under which the documents have them.
    pub pictures: Pictures,
}

impl Papers {
    /// The document of an id.
    #[must_use]
    pub fn paper(&self, id: &str) -> Option<&Paper> {
        self.papers.iter().find(|paper| paper.id == id)
    }
}

/// The documents of an evaluation as it stands. None where the lot is evaluated elsewhere or has not begun; a document of
/// which nothing happened yet — no member, no score — is left out, but summary and report are always there.
#[must_use]
pub fn papers(facts: &Facts<'_>) -> Papers {
    let Some(context) = Context::new(facts) else { return Papers::default() };
    let mut papers = Vec::new();
    let mut add =
        |id: String, zh: String, en: String, data: PaperData| papers.push(Paper { id, zh, en, data });

    if let Some(data) = committee::sign_in(&context) {
        let (zh, en) = ("评标委员会签到表", "Committee sign-in sheet");
        add("sign-in".into(), zh.into(), en.into(), PaperData::SignIn(Box::new(data)));
    }
    for (index, data) in committee::commitments(&context) {
        let (zh, en) = (format!("承诺书（{index} 号）"), format!("Commitment of member {index}"));
        add(format!("commitment-{index}"), zh, en, PaperData::Commitment(Box::new(data)));
    }
    for (review, id, zh, en) in [
        (Review::Qualification, "qualification", "资格性审查表", "Qualification review"),
        (Review::Conformity, "conformity", "符合性审查表", "Conformity review"),
    ] {
        if let Some(data) = review::table(&context, review, id) {
            add(id.into(), zh.into(), en.into(), PaperData::Review(Box::new(data)));
        }
    }
    for (index, data) in scores::sheets(&context) {
        let (zh, en) = (format!("评分表（{index} 号）"), format!("Score sheet of member {index}"));
        add(format!("scores-{index}"), zh, en, PaperData::Scores(Box::new(data)));
    }
    if let Some(data) = clarify::clarifications(&context) {
        let (zh, en) = ("澄清、说明、补正记录", "Clarifications");
        add("clarifications".into(), zh.into(), en.into(), PaperData::Clarifications(Box::new(data)));
    }
    let (zh, en) = summary::title(&context);
    add("summary".into(), zh.into(), en.into(), PaperData::Summary(Box::new(summary::summary(&context))));
    let data = PaperData::Report(Box::new(report::report(&context)));
    add("report".into(), "评标报告".into(), "Evaluation report".into(), data);
    Papers { papers, pictures: context.pictures() }
}
