//! The similarity analysis 雷同性分析 in the room: run by the room itself over what was opened, one lot at a time, kept by the digest of
//! what went into it.
//!
//! **Architecture invariant.** Nothing follows from an analysis: no rule, no stage and no act of this room reads one. While a blind holds
//! it is made of what is read by the bids' own numbers, so that nothing in it can tell who is behind a blind number; what is made of
//! all is another analysis, which nobody is shown before the blind is lifted.

mod source;
mod view;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bidroom_canon::{Sm3Digest, from_canonical, labelled_sm3, to_canonical};
use bidroom_custody::Custodian;
use bidroom_domain::evaluation::State;
use bidroom_domain::{At, SessionId, opening};
use bidroom_similarity::input::Prices;
use bidroom_similarity::{
    Analysis, Baseline, Bid, Cancel, Document, Input, Limits, Progress, Run, Thresholds,
};
use bidroom_tender::{AttachedDocument, PreparedLot};
use bidroom_wire::{DocumentSide, SimilarityCovers, SimilarityPage, SimilarityRun, SimilarityView};
use serde::Serialize;

use self::view::id_of;
use super::documents::Shelf;
use crate::error::{Fault, fault};
use crate::room::Snapshot;
use crate::store::{Record, Store};
use crate::unlock::OpenedBid;

/// Under what an analysis is kept, by the digest of what went into it.
const ANALYSIS: &str = "similarity";
/// How long a run that failed waits before it is tried again, milliseconds.
const AGAIN: i64 = 60_000;
/// Most bytes of one of the tender's documents.
pub const MOST_BASELINE: usize = 32 << 20;

/// Why one of the tender's documents was not taken.
#[derive(Debug, thiserror::Error)]
pub enum BaselineRefusal {
    /// The tender package names no such document.
    #[error("the tender package names no document with the SM3 {0}")]
    NotTheTenders(Sm3Digest),
    /// The room.
    #[error(transparent)]
    Room(#[from] Fault),
}

/// What goes into a run.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wanted {
    /// Names the input, and with it the analysis.
    digest: Sm3Digest,
    /// Whether a blind holds.
    blind: bool,
    /// Roster numbers.
    bids: Vec<u32>,
    /// The tender's documents that are here.
    baseline: Vec<AttachedDocument>,
    /// Names of those that are not.
    missing: Vec<String>,
}

/// What is hashed of it.
#[derive(Serialize)]
struct Described<'a> {
    baseline: Vec<&'a Sm3Digest>,
    bids: Vec<(u32, Sm3Digest)>,
    blind: bool,
}

/// The runs of the room.
#[derive(Default)]
pub struct Analyses {
    now: Mutex<Now>,
}

#[derive(Default)]
struct Now {
    running: Option<Running>,
    /// The input whose analysis is kept, by session: so that the disk is not asked every second.
    kept: BTreeMap<SessionId, Sm3Digest>,
    /// When the last run of a session failed.
    failed: BTreeMap<SessionId, At>,
}

struct Running {
    session: SessionId,
    input: Sm3Digest,
    progress: SimilarityRun,
    cancel: Arc<Cancel>,
}

impl core::fmt::Debug for Analyses {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Analyses").finish_non_exhaustive()
    }
}

/// A lot whose bids are compared.
pub struct Lot<'a> {
    /// Data on disk.
    pub store: &'a Arc<Store>,
    /// Custody.
    pub custodian: &'a Custodian,
    /// The session.
    pub session: &'a SessionId,
    /// What was signed for it.
    pub prepared: &'a PreparedLot,
    /// How it stands.
    pub snapshot: &'a Arc<Snapshot>,
}

impl Lot<'_> {
    fn shelf(&self) -> Shelf<'_> {
        let opening = &self.snapshot.state;
        Shelf { store: self.store, custodian: self.custodian, session: self.session, opening }
    }

    fn evaluation(&self) -> Option<&State> {
        self.snapshot.state.evaluation.as_deref()
    }

    /// What goes into a run; none where there is nothing to compare.
    fn wanted(&self, blind: bool) -> Result<Option<Wanted>, Fault> {
        let bids = self.evaluation().map(|state| state.bids.clone()).unwrap_or_default();
        let opening = &self.snapshot.state;
        let received = bids.iter().filter_map(|bid| opening.numbered(*bid).map(|row| (*bid, row.row.bid)));
        let received: Vec<(u32, Sm3Digest)> = received.collect();
        if received.len() < 2 {
            return Ok(None);
        }
        let named = self.prepared.package.value().documents.iter();
        let here = |document: &&AttachedDocument| path_of(self.store, &document.sm3).is_file();
        let (baseline, missing): (Vec<_>, Vec<_>) = named.partition(here);
        let described = Described {
            baseline: baseline.iter().map(|document| &document.sm3).collect(),
            bids: received,
            blind,
        };
        let described = to_canonical(&described).map_err(|error| fault("similarity", &error))?;
        Ok(Some(Wanted {
            digest: labelled_sm3("bidroom/similarity-input/v1", &[&described]),
            blind,
            bids,
            baseline: baseline.into_iter().cloned().collect(),
            missing: missing.into_iter().map(|document| document.name.clone()).collect(),
        }))
    }
}

fn path_of(store: &Store, document: &Sm3Digest) -> PathBuf {
    store.directory().join("baseline").join(format!("{document}.pdf"))
}

/// Keeps one of the tender's documents, whose text is no bidder's own.
///
/// # Errors
/// [`BaselineRefusal`].
pub fn keep_baseline(store: &Store, prepared: &PreparedLot, bytes: &[u8]) -> Result<(), BaselineRefusal> {
    let digest = Sm3Digest::of(bytes);
    if !prepared.package.value().documents.iter().any(|document| document.sm3 == digest) {
        return Err(BaselineRefusal::NotTheTenders(digest));
    }
    let path = path_of(store, &digest);
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| crate::error::file_fault(folder, &error))?;
    Ok(crate::files::write_durably(&path, bytes)?)
}

impl Analyses {
    fn now(&self) -> MutexGuard<'_, Now> {
        // Each change is one insertion or removal: a panic elsewhere leaves no half of it.
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a lot's run where one is due: while the evaluation is at work, what stands has no analysis, and no other runs. A run whose
    /// evaluation is over, or that would be of something else by now, is given up.
    ///
    /// What is due follows from log and disk alone, so it is the same after a start.
    pub fn look(self: &Arc<Self>, lot: &Lot<'_>, at: At) {
        let wanted = lot.evaluation().filter(|state| state.stage.is_at_work());
        let wanted = wanted.and_then(|_| match lot.wanted(lot.shelf().is_blind()) {
            Ok(wanted) => wanted,
            Err(error) => {
                tracing::error!(session = %lot.session, %error, "what is to be compared cannot be named");
                None
            }
        });
        let mut now = self.now();
        if let Some(running) = &now.running {
            if running.session == *lot.session && wanted.as_ref().map(|it| it.digest) != Some(running.input) {
                running.cancel.cancel();
            }
            return;
        }
        let Some(wanted) = wanted else { return };
        if now.kept.get(lot.session) == Some(&wanted.digest) {
            return;
        }
        if now.failed.get(lot.session).is_some_and(|failed| at.millis_since(*failed) < AGAIN) {
            return;
        }
        match lot.store.has_record(lot.session, ANALYSIS, &wanted.digest.to_string()) {
            Ok(true) => drop(now.kept.insert(lot.session.clone(), wanted.digest)),
            Ok(false) => self.begin(&mut now, lot, wanted, at),
            Err(error) => tracing::error!(%error, "analyses cannot be looked for"),
        }
    }

    fn begin(self: &Arc<Self>, now: &mut Now, lot: &Lot<'_>, wanted: Wanted, at: At) {
        let cancel = Arc::new(Cancel::new());
        now.running = Some(Running {
            session: lot.session.clone(),
            input: wanted.digest,
            progress: SimilarityRun::Reads { done: 0, of: 0 },
            cancel: Arc::clone(&cancel),
        });
        // Until it is done it counts as failed: so it does if its thread panics, or does not start.
        now.failed.insert(lot.session.clone(), at);
        let work = Work {
            analyses: Arc::clone(self),
            store: Arc::clone(lot.store),
            custodian: lot.custodian.clone(),
            session: lot.session.clone(),
            snapshot: Arc::clone(lot.snapshot),
            wanted,
            cancel,
        };
        let thread = std::thread::Builder::new().name(format!("similarity {}", lot.session));
        if let Err(error) = thread.spawn(move || work.run()) {
            now.running = None;
            tracing::error!(%error, "no thread for the similarity analysis");
        }
    }

    fn progress(&self, progress: Progress) {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        if let Some(running) = &mut self.now().running {
            running.progress = match progress {
                Progress::Documents { done, of, .. } => {
                    SimilarityRun::Reads { done: count(done), of: count(of) }
                }
                Progress::Pairs { done, of } => SimilarityRun::Compares { done: count(done), of: count(of) },
            };
        }
    }

    /// What there is of a lot's analysis. Blocks on the disk.
    ///
    /// # Errors
    /// A [`Fault`].
    pub fn view(&self, lot: &Lot<'_>) -> Result<SimilarityView, Fault> {
        let blind = lot.shelf().is_blind();
        let Some(wanted) = lot.wanted(blind)? else {
            return Ok(SimilarityView { run: SimilarityRun::Nothing, missing: Vec::new(), page: None });
        };
        let run = {
            let now = self.now();
            let own = now.running.as_ref().filter(|running| running.session == *lot.session);
            own.map_or(SimilarityRun::Waits, |running| running.progress)
        };
        let missing = wanted.missing.clone();
        if let Some(page) = page_of(lot, &wanted)? {
            return Ok(SimilarityView { run: SimilarityRun::Done, missing, page: Some(page) });
        }
        // Once the blind is lifted, what there was of the named documents is shown until all are compared.
        let before = if blind { None } else { lot.wanted(true)? };
        let page = before.map(|before| page_of(lot, &before)).transpose()?.flatten();
        Ok(SimilarityView { run, missing, page })
    }
}

fn page_of(lot: &Lot<'_>, wanted: &Wanted) -> Result<Option<SimilarityPage>, Fault> {
    let kept = lot.store.record(lot.session, ANALYSIS, &wanted.digest.to_string())?;
    let Some(bytes) = kept else { return Ok(None) };
    let analysis: Analysis =
        from_canonical(&bytes).map_err(|error| fault("an analysis that was kept", &error))?;
    let covers = if wanted.blind { SimilarityCovers::Named } else { SimilarityCovers::All };
    Ok(Some(view::page(analysis, Sm3Digest::of(&bytes), covers)))
}

/// A run on its thread. Also one that panics gives its place back.
struct Work {
    analyses: Arc<Analyses>,
    store: Arc<Store>,
    custodian: Custodian,
    session: SessionId,
    snapshot: Arc<Snapshot>,
    wanted: Wanted,
    cancel: Arc<Cancel>,
}

/// Gives the place of the run back.
struct Ends(Arc<Analyses>);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.now().running = None;
    }
}

impl Work {
    fn run(self) {
        let ends = Ends(Arc::clone(&self.analyses));
        match self.analyse() {
            Ok(true) => {
                let mut now = self.analyses.now();
                now.failed.remove(&self.session);
                now.kept.insert(self.session.clone(), self.wanted.digest);
            }
            // Given up: what is wanted by now is not what was begun.
            Ok(false) => drop(self.analyses.now().failed.remove(&self.session)),
            Err(error) => {
                tracing::error!(session = %self.session, %error, "the similarity analysis was not made; it is tried again");
            }
        }
        drop(ends);
    }

    /// Whether an analysis was made and kept; it was given up where not.
    fn analyse(&self) -> Result<bool, Fault> {
        let input = Input { bids: self.bids()?, baseline: self.baseline() };
        let progress = |progress| self.analyses.progress(progress);
        let run = Run {
            thresholds: Thresholds::default(),
            limits: Limits::default(),
            // The room's other work comes first.
            threads: 1,
            progress: &progress,
            cancel: &self.cancel,
        };
        let analysis = match run.analyse(input) {
            Ok(analysis) => analysis,
            Err(bidroom_similarity::AnalysisError::Cancelled) => return Ok(false),
            Err(error) => return Err(fault("similarity", &error)),
        };
        let bytes = to_canonical(&analysis).map_err(|error| fault("similarity", &error))?;
        let record = Record { kind: ANALYSIS, key: self.wanted.digest.to_string(), bytes };
        self.store.put_records(&self.session, &[record])?;
        Ok(true)
    }

    fn bids(&self) -> Result<Vec<Bid>, Fault> {
        let opening = &self.snapshot.state;
        let shelf = Shelf { store: &self.store, custodian: &self.custodian, session: &self.session, opening };
        let mut bids = Vec::new();
        for number in &self.wanted.bids {
            let opened = OpenedBid::of(&self.store, &self.custodian, &self.session, opening, *number)?;
            let (Some(opened), Some(row)) = (opened.map(Arc::new), opening.numbered(*number)) else {
                continue;
            };
            let shown = shelf.documents(DocumentSide::Named, opened.documents());
            let documents = shown.into_iter().map(|(place, _)| place).collect::<Vec<usize>>();
            let documents = documents.into_iter().filter_map(|it| source::document(&self.store, &opened, it));
            bids.push(Bid {
                id: id_of(*number),
                name: row.row.bidder.name.clone(),
                // Locks, computers and addresses are not among what the room records.
                traces: bidroom_similarity::input::Traces::default(),
                prices: Prices { total: self.total(opening, *number), items: Vec::new() },
                documents: documents.collect(),
            });
        }
        Ok(bids)
    }

    /// A bid's total; not while a blind holds.
    fn total(&self, opening: &opening::State, number: u32) -> Option<bidroom_domain::Fen> {
        let (lot, row) = opening.lot.as_ref().zip(opening.numbered(number))?;
        if self.wanted.blind { None } else { bidroom_outcome::price(lot, row, number).ok() }
    }

    fn baseline(&self) -> Baseline {
        let documents = self
            .wanted
            .baseline
            .iter()
            .map(|document| Document::file(document.name.clone(), path_of(&self.store, &document.sm3)));
        Baseline { documents: documents.collect(), ..Baseline::default() }
    }
}
