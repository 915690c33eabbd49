//! The evaluation's part of the log for one reader: what it may know and read now.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use bidroom_domain::evaluation::{Event, Reader, State, may_know, may_read};
use bidroom_domain::opening;
use bidroom_domain::{At, SessionId};
use bidroom_ledger::entry::Opening;
use bidroom_ledger::replay::LeafView;
use bidroom_wire::{EvaluationLog, LeafAgain};

use crate::error::{Fault, fault};
use crate::room::event_of;
use crate::store::{Store, StoreError, StoredEntry};

/// Entries that are read from the store at once.
const PAGE: usize = 500;

/// Why the log cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum ReadingError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An entry is not understood.
    #[error("entry {index}: {why}")]
    Entry {
        /// Which.
        index: u64,
        /// Why.
        why: String,
    },
}

impl From<ReadingError> for Fault {
    fn from(error: ReadingError) -> Self {
        fault("the evaluation's log", &error)
    }
}

/// An entry of the evaluation.
struct Leaf {
    index: u64,
    at: At,
    stored: StoredEntry,
    event: Event,
}

impl Leaf {
    /// Reads an entry; one of the opening is given back.
    fn read(index: u64, stored: StoredEntry) -> Result<Result<Self, StoredEntry>, ReadingError> {
        let read = event_of(&stored);
        let (at, event) = read.map_err(|error| ReadingError::Entry { index, why: error.to_string() })?;
        let opening::Event::Evaluation(event) = event else { return Ok(Err(stored)) };
        Ok(Ok(Self { index, at, stored, event }))
    }

    /// The openings that the reader may have; none where it may not even know of the entry.
    fn readable(&self, reader: Reader, state: &State) -> Option<Vec<&Opening>> {
        let may = |opening: &&Opening| may_read(reader, &self.event, &opening.path, state);
        may_know(reader, &self.event, state).then(|| self.stored.openings.iter().filter(may).collect())
    }

    fn view(&self, reader: Reader, state: &State) -> Result<LeafView, ReadingError> {
        let Some(openings) = self.readable(reader, state) else {
            return Ok(LeafView::hidden(&self.stored.bytes));
        };
        let bytes = String::from_utf8(self.stored.bytes.clone())
            .map_err(|error| ReadingError::Entry { index: self.index, why: error.to_string() })?;
        Ok(LeafView::Entry { bytes, openings: openings.into_iter().cloned().collect() })
    }
}

/// An entry behind the evaluation's first one.
enum Entry {
    Evaluation(Leaf),
    /// Events of the opening go on happening: their places are kept.
    Opening(LeafView),
}

/// A log's part from the evaluation's first entry on, decoded as far as somebody has read it.
#[derive(Default)]
struct Decoded {
    /// How many entries of the log were looked at.
    size: u64,
    /// Which entry of the log the first one is.
    first: Option<u64>,
    entries: Vec<Entry>,
}

impl Decoded {
    /// Reads what the log has more by now. A log only grows, so that what was decoded stays.
    fn grow(&mut self, store: &Store, session: &SessionId, size: u64) -> Result<(), ReadingError> {
        while self.size < size {
            let most = usize::try_from(size.saturating_sub(self.size)).unwrap_or(PAGE).min(PAGE);
            let page = store.entries(session, self.size, most)?;
            if page.is_empty() {
                break;
            }
            for stored in page {
                match Leaf::read(self.size, stored)? {
                    Ok(leaf) => {
                        self.first.get_or_insert(self.size);
                        self.entries.push(Entry::Evaluation(leaf));
                    }
                    Err(stored) if self.first.is_some() => {
                        self.entries.push(Entry::Opening(LeafView::hidden(&stored.bytes)));
                    }
                    Err(_) => {}
                }
                self.size = self.size.saturating_add(1);
            }
        }
        Ok(())
    }
}

/// Decoded logs of the evaluations that are followed: each of a dozen terminals asks for news of the same entries.
#[derive(Default)]
pub struct Logs {
    logs: Mutex<BTreeMap<SessionId, Arc<RwLock<Decoded>>>>,
}

impl core::fmt::Debug for Logs {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Logs").finish_non_exhaustive()
    }
}

impl Logs {
    fn logs(&self) -> MutexGuard<'_, BTreeMap<SessionId, Arc<RwLock<Decoded>>>> {
        // Each change is one insertion or removal: a panic elsewhere leaves no half of it.
        self.logs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets a session's log; whoever asks for it has it read again.
    pub fn forget(&self, session: &SessionId) {
        self.logs().remove(session);
    }

    /// A session's log, with at least `size` entries looked at.
    fn decoded(
        &self,
        store: &Store,
        session: &SessionId,
        size: u64,
    ) -> Result<Arc<RwLock<Decoded>>, ReadingError> {
        let log = Arc::clone(self.logs().entry(session.clone()).or_default());
        let known = log.read().unwrap_or_else(PoisonError::into_inner).size;
        if known < size {
            // What a reader that panicked had added is whole: an entry is put down in one step.
            log.write().unwrap_or_else(PoisonError::into_inner).grow(store, session, size)?;
        }
        Ok(log)
    }

    /// The evaluation's leaves from `from` on, and earlier ones of which more may be read since. `size` is the log's, `state` the
    /// evaluation's after it. Blocks on the store.
    ///
    /// # Errors
    /// [`ReadingError`].
    pub fn log_for(
        &self,
        store: &Store,
        session: &SessionId,
        (size, state): (u64, &State),
        reader: Reader,
        from: u64,
    ) -> Result<EvaluationLog, ReadingError> {
        let (mut leaves, mut again) = (Vec::new(), Vec::new());
        if from >= size {
            let note = newest(store, session, size)?;
            return Ok(EvaluationLog { from: size, leaves, again, note });
        }
        let log = self.decoded(store, session, size)?;
        let log = log.read().unwrap_or_else(PoisonError::into_inner);
        let begins = log.first.unwrap_or(size);
        let (mut earlier, mut then) = (Vec::new(), State::default());
        let mut first = None;
        // Whoever looked at a newer log may have had more decoded by now: `state` is the one after `size` entries.
        for (index, entry) in (begins..size).zip(&log.entries) {
            match entry {
                Entry::Evaluation(leaf) if index >= from => {
                    first.get_or_insert(index);
                    leaves.push(leaf.view(reader, state)?);
                }
                Entry::Evaluation(leaf) => {
                    then.apply(&leaf.event, leaf.at);
                    earlier.push(leaf);
                }
                Entry::Opening(hidden) => leaves.extend(first.map(|_| hidden.clone())),
            }
        }
        for leaf in earlier {
            let paths = |state: &State| leaf.readable(reader, state).map(|openings| openings.len());
            if paths(state) > paths(&then) {
                again.push(LeafAgain { index: leaf.index, leaf: leaf.view(reader, state)? });
            }
        }
        let note = newest(store, session, size)?;
        Ok(EvaluationLog { from: first.unwrap_or(size), leaves, again, note })
    }
}

/// The checkpoint over a log of this size, unless it is owed.
fn newest(store: &Store, session: &SessionId, size: u64) -> Result<Option<String>, StoreError> {
    Ok(store.note_up_to(session, size)?.filter(|(over, _)| *over == size).map(|(_, note)| note))
}
