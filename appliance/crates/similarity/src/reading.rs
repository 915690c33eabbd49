//! Reads bids and the tender, whole bids at a time, so that the bounds of a bid do not depend on other bids or threads.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use bidroom_canon::Sm3Digest;

use crate::document::{self, DocumentOutcome, ImageFact};
use crate::input::{Bid, Document};
use crate::limits::Limits;
use crate::outcome::{Reach, Trouble};
use crate::pdf::Cancelled;
use crate::progress::{Cancel, Progress};
use crate::text::body::{Body, Spot};
use crate::text::marks::Marks;
use crate::text::prints::{self, Prints};
use crate::text::shingle::{Numbers, shingles};
use crate::text::sketch::Sketch;
use crate::thresholds::Thresholds;

/// What was read of one bid.
pub(crate) struct ReadBid {
    pub(crate) outcomes: Vec<DocumentOutcome>,
    pub(crate) body: Body,
    pub(crate) marks: Marks,
    /// Each with its document's index.
    pub(crate) images: Vec<(usize, ImageFact)>,
    pub(crate) prints: Prints,
    pub(crate) sketch: Sketch,
}

impl ReadBid {
    /// The beginning of a page.
    pub(crate) fn spot(&self, document: usize, page: u32) -> Spot {
        let name = self.outcomes.get(document).map(|outcome| outcome.name.clone());
        Spot { document: name.unwrap_or_default(), page, offset: 0 }
    }
}

/// What was read of the tender.
#[derive(Default)]
pub(crate) struct ReadBaseline {
    pub(crate) outcomes: Vec<DocumentOutcome>,
    pub(crate) bodies: Vec<Body>,
    pub(crate) shingles: Numbers,
    pub(crate) images: BTreeSet<Sm3Digest>,
    pub(crate) files: BTreeSet<Sm3Digest>,
    pub(crate) meta: BTreeSet<String>,
    pub(crate) marks: Marks,
}

/// Counts what is done, over all threads.
pub(crate) struct Counter<'a> {
    pub(crate) done: AtomicUsize,
    pub(crate) of: usize,
    pub(crate) pages: AtomicU64,
    pub(crate) progress: &'a (dyn Fn(Progress) + Sync),
}

impl Counter<'_> {
    fn page(&self) {
        let pages = self.pages.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        if pages.is_multiple_of(100) {
            self.report(self.done.load(Ordering::Relaxed), pages);
        }
    }

    fn document(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        self.report(done, self.pages.load(Ordering::Relaxed));
    }

    fn report(&self, done: usize, pages: u64) {
        (self.progress)(Progress::Documents { done, of: self.of, pages });
    }
}

pub(crate) fn baseline(
    documents: &[Document],
    limits: Limits,
    thresholds: &Thresholds,
    cancel: &Cancel,
    counter: &Counter<'_>,
) -> Result<ReadBaseline, Cancelled> {
    let mut read = ReadBaseline::default();
    let mut numbers = Vec::new();
    let mut left = limits.bid_characters;
    for (index, document) in documents.iter().enumerate() {
        let mut body = Body::new(left);
        body.begin(&document.name);
        let marks = &mut read.marks;
        let mut found = document::read(document, limits, limits.bid_images, cancel, &mut |page, text| {
            body.page(page, text);
            marks.page((index, page), text);
            counter.page();
        })?;
        left = left.saturating_sub(u64::try_from(body.units.len()).unwrap_or(u64::MAX));
        cut(&mut found.outcome, body.cut, limits);
        numbers.extend(shingles(&body.units, thresholds.shingle).map(|(_, number)| number));
        read.images.extend(found.images.iter().map(|image| image.sm3));
        read.files.extend(found.outcome.sm3);
        read.meta.extend(found.outcome.meta.values().cloned());
        read.outcomes.push(found.outcome);
        read.bodies.push(body);
        counter.document();
    }
    read.shingles = Numbers::new(numbers);
    Ok(read)
}

pub(crate) fn bid(
    bid: &Bid,
    tender: &ReadBaseline,
    limits: Limits,
    thresholds: &Thresholds,
    cancel: &Cancel,
    counter: &Counter<'_>,
) -> Result<ReadBid, Cancelled> {
    let mut body = Body::new(limits.bid_characters);
    let mut marks = Marks::default();
    let mut outcomes = Vec::new();
    let mut images = Vec::new();
    for (index, document) in bid.documents.iter().enumerate() {
        body.begin(&document.name);
        body.cut = false;
        let left = limits.bid_images.saturating_sub(u64::try_from(images.len()).unwrap_or(u64::MAX));
        let mut found = document::read(document, limits, left, cancel, &mut |page, text| {
            body.page(page, text);
            marks.page((index, page), text);
            counter.page();
        })?;
        cut(&mut found.outcome, body.cut, limits);
        images.extend(found.images.into_iter().map(|image| (index, image)));
        outcomes.push(found.outcome);
        counter.document();
    }
    let mut sketch = Sketch::new(thresholds.sketch);
    let prints = prints::take(&body.units, thresholds.shingle, &tender.shingles, &mut sketch);
    Ok(ReadBid { outcomes, body, marks, images, prints, sketch })
}

/// Says in the outcome that text was left out.
fn cut(outcome: &mut DocumentOutcome, cut: bool, limits: Limits) {
    if cut {
        outcome.troubles.push(Trouble::TooMuchText { limit: limits.bid_characters });
        outcome.troubles.sort();
        if outcome.reach == Reach::Whole {
            outcome.reach = Reach::Partly;
        }
    }
}
