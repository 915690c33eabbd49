//! The documents of opened bids, as reviewers may read them: by the bid's number, or by its blind number and without a name.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bidroom_custody::Custodian;
use bidroom_domain::SessionId;
use bidroom_domain::evaluation::{Plan, State};
use bidroom_domain::opening;
use bidroom_envelope::bid::index::{self, Mark};
use bidroom_envelope::bid::manifest::Document;
use bidroom_envelope::bid::open::OpeningError;
use bidroom_wire::{BidDocument, BidDocuments, BidMark, DocumentSide};

use crate::error::{Fault, fault};
use crate::store::Store;
use crate::unlock::OpenedBid;

/// Bids whose keys are kept at once; another one is asked of custody again.
const MOST_KEPT: usize = 64;

/// Why a document is not read.
#[derive(Debug, thiserror::Error)]
pub enum DocumentRefusal {
    /// There is no such document, or it may not be read under this number now.
    #[error("there is no such document, or not under this number now")]
    None,
    /// The room.
    #[error(transparent)]
    Room(#[from] Fault),
}

/// Opened bids that are being read.
#[derive(Default)]
pub struct Library {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    bids: BTreeMap<(SessionId, u32), Arc<OpenedBid>>,
    /// The bids in the order in which they were taken in.
    order: VecDeque<(SessionId, u32)>,
}

impl core::fmt::Debug for Library {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Library").finish_non_exhaustive()
    }
}

/// Where documents come from.
#[derive(Clone, Copy)]
pub struct Shelf<'a> {
    /// Data on disk.
    pub store: &'a Store,
    /// Custody.
    pub custodian: &'a Custodian,
    /// The session.
    pub session: &'a SessionId,
    /// Its opening, with the evaluation in it.
    pub opening: &'a opening::State,
}

impl Shelf<'_> {
    fn plan(&self) -> Option<&Plan> {
        self.opening.lot.as_ref()?.evaluation.as_deref()
    }

    /// The evaluation while it is at work: before and after it nobody reads bids.
    fn evaluation(&self) -> Option<&State> {
        self.opening.evaluation.as_deref().filter(|state| state.stage.is_at_work())
    }

    /// Whether a blind holds now.
    pub(super) fn is_blind(&self) -> bool {
        let lifted = self.opening.evaluation.as_deref().is_some_and(|state| state.blind.lifted.is_some());
        self.plan().is_some_and(Plan::is_blind) && !lifted
    }

    /// The documents of a bid that stand on a side now, in the order in which they are numbered there: blind ones in the plan's order,
    /// so that no bidder is known by its own.
    pub(super) fn documents<'d>(
        &self,
        side: DocumentSide,
        documents: &'d [Document],
    ) -> Vec<(usize, &'d Document)> {
        let all = documents.iter().enumerate();
        let Some(plan) = self.plan().filter(|_| self.is_blind()) else {
            return if side == DocumentSide::Named { all.collect() } else { Vec::new() };
        };
        let place = |name: &str| plan.blind_documents.iter().position(|it| it == name);
        let mut blind: Vec<_> = all.clone().filter_map(|it| Some((place(it.1.name.as_str())?, it))).collect();
        // Where a blind document has another name than the tender document gives it, none of the bid's documents may be shown beside
        // a name: any of them may be the one.
        let fits = blind.len() == plan.blind_documents.len();
        blind.sort_by_key(|(place, _)| *place);
        match side {
            DocumentSide::Blind => blind.into_iter().map(|(_, it)| it).collect(),
            // The index says what stands where in the blind documents as well: beside a name it would tell whose they are.
            DocumentSide::Named if fits => all
                .filter(|it| place(it.1.name.as_str()).is_none() && it.1.name.as_str() != index::NAME)
                .collect(),
            DocumentSide::Named => Vec::new(),
        }
    }

    /// The roster number behind a number.
    fn bid(&self, side: DocumentSide, number: u32) -> Option<u32> {
        let state = self.evaluation()?;
        let bid = match side {
            DocumentSide::Named => Some(number),
            DocumentSide::Blind => state
                .blind
                .numbers
                .iter()
                .find(|(_, known)| self.is_blind() && **known == number)
                .map(|(bid, _)| *bid),
        };
        bid.filter(|bid| state.bids.contains(bid))
    }

    /// All numbers by which something may be read now, blind ones last and in the order of the numbers.
    fn numbers(&self) -> Vec<(DocumentSide, u32)> {
        let Some(state) = self.evaluation() else { return Vec::new() };
        let named = state.bids.iter().map(|bid| (DocumentSide::Named, *bid));
        let standing = state.blind.numbers.iter().filter(|(bid, _)| state.stands(**bid));
        let mut blind: Vec<u32> = standing.map(|(_, number)| *number).collect();
        blind.sort_unstable();
        let blind = blind.into_iter().filter(|_| self.is_blind()).map(|number| (DocumentSide::Blind, number));
        named.chain(blind).collect()
    }
}

impl Library {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Each change is one insertion or removal: a panic elsewhere leaves no half of it.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn bid(&self, shelf: Shelf<'_>, number: u32) -> Result<Option<Arc<OpenedBid>>, Fault> {
        let key = (shelf.session.clone(), number);
        if let Some(kept) = self.kept().bids.get(&key) {
            return Ok(Some(kept.clone()));
        }
        let opened = OpenedBid::of(shelf.store, shelf.custodian, shelf.session, shelf.opening, number)?;
        let Some(opened) = opened.map(Arc::new) else { return Ok(None) };
        let mut kept = self.kept();
        if kept.bids.insert(key.clone(), opened.clone()).is_none() {
            kept.order.push_back(key);
        }
        while kept.order.len() > MOST_KEPT {
            if let Some(oldest) = kept.order.pop_front() {
                kept.bids.remove(&oldest);
            }
        }
        Ok(Some(opened))
    }

    /// What may be read now. Blocks on custody and disk.
    ///
    /// # Errors
    /// A [`Fault`].
    pub fn list(&self, shelf: Shelf<'_>) -> Result<Vec<BidDocuments>, Fault> {
        let mut list = Vec::new();
        for (side, number) in shelf.numbers() {
            let opened = match shelf.bid(side, number) {
                Some(bid) => self.bid(shelf, bid)?,
                None => None,
            };
            let Some(opened) = opened else { continue };
            let shown = shelf.documents(side, opened.documents());
            let marks = marks(side, &shown, opened.marks());
            let documents = shown.into_iter().zip(0_u32..);
            let documents = documents.map(|((_, document), index)| BidDocument {
                index,
                name: match side {
                    DocumentSide::Named => document.name.as_str().to_owned(),
                    DocumentSide::Blind => format!("暗标文件 {}", index.saturating_add(1)),
                },
                media_type: document.media_type.as_str().to_owned(),
                bytes: document.length,
            });
            let row = shelf.opening.numbered(number).filter(|_| side == DocumentSide::Named);
            let name = row.map(|row| row.row.bidder.name.clone());
            list.push(BidDocuments { side, number, name, documents: documents.collect(), marks });
        }
        Ok(list)
    }

    /// A document that may be read now, by its number on its side: its bid, its place there, its media type and its length in bytes.
    /// Blocks on custody and disk.
    ///
    /// # Errors
    /// [`DocumentRefusal`].
    pub fn document(
        &self,
        shelf: Shelf<'_>,
        side: DocumentSide,
        number: u32,
        index: usize,
    ) -> Result<Found, DocumentRefusal> {
        let bid = shelf.bid(side, number).ok_or(DocumentRefusal::None)?;
        let bid = self.bid(shelf, bid)?.ok_or(DocumentRefusal::None)?;
        let documents = shelf.documents(side, bid.documents());
        let (place, document) = documents.get(index).ok_or(DocumentRefusal::None)?;
        let (place, kind, length) = (*place, document.media_type.as_str().to_owned(), document.length);
        Ok(Found { bid, place, kind, length })
    }

    /// Forgets the keys of a session's bids: nobody reads them any more.
    pub fn forget(&self, session: &SessionId) {
        let mut kept = self.kept();
        kept.bids.retain(|(of, _), _| of != session);
        kept.order.retain(|(of, _)| of != session);
    }
}

/// The marks into the documents that are shown, in words of the bidder's only where it is read by its name.
fn marks(side: DocumentSide, shown: &[(usize, &Document)], marks: &[Mark]) -> Vec<BidMark> {
    let mark = |mark: &Mark| {
        let place = shown.iter().position(|(_, document)| document.name.as_str() == mark.document)?;
        Some(BidMark {
            item: mark.item.clone(),
            document: u32::try_from(place).ok()?,
            page: mark.page,
            title: mark.title.clone().filter(|_| side == DocumentSide::Named),
        })
    };
    marks.iter().filter_map(mark).collect()
}

/// A document that was found.
#[derive(Debug)]
pub struct Found {
    /// Its bid.
    pub bid: Arc<OpenedBid>,
    /// Its place among the bid's documents, from 0.
    pub place: usize,
    /// Its media type.
    pub kind: String,
    /// How long it is, bytes.
    pub length: u64,
}

/// Bytes that are handed on at once: a chunk of a bid, as they are sealed.
const PIECE: usize = 1 << 20;

/// Hands on what is written, piece by piece.
struct Pieces<F> {
    piece: Vec<u8>,
    take: F,
}

impl<F: FnMut(Vec<u8>) -> bool> io::Write for Pieces<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let piece = core::mem::take(&mut self.piece);
        if piece.is_empty() || (self.take)(piece) { Ok(()) } else { Err(io::ErrorKind::BrokenPipe.into()) }
    }
}

/// Reads the bytes of a document from the first to before the second place, piece by piece; each is given to `take` until it
/// says that nobody listens any more. Blocks on the disk.
///
/// # Errors
/// A [`Fault`].
pub fn read_part(
    store: &Store,
    bid: &OpenedBid,
    index: usize,
    (from, until): (u64, u64),
    take: impl FnMut(Vec<u8>) -> bool,
) -> Result<(), Fault> {
    let mut pieces = Pieces { piece: Vec::new(), take };
    let wanted = until.saturating_sub(from);
    let given = bid.reader(store)?.part_of(index, from, wanted, &mut pieces);
    match given.and_then(|given| {
        io::Write::flush(&mut pieces).map_err(|source| OpeningError::Write { index, source })?;
        Ok(given)
    }) {
        Ok(given) if given == wanted => Ok(()),
        Ok(_) => Err(fault("a bid that was opened", &"a document ends too early")),
        // Nobody listens any more.
        Err(OpeningError::Write { .. }) => Ok(()),
        Err(error) => Err(fault("a bid that was opened", &error)),
    }
}
