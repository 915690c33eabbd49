//! The evaluation's part of the log for one reader: what it may know and read now.

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

/// The evaluation's leaves from `from` on, and earlier ones of which more may be read since. `size` is the log's, `state` the
/// evaluation's after it. Blocks on the store.
///
/// # Errors
/// [`ReadingError`].
pub fn log_for(
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
    let (mut earlier, mut then) = (Vec::new(), State::default());
    let (mut at, mut first) = (0, None);
    while at < size {
        let most = usize::try_from(size.saturating_sub(at)).unwrap_or(PAGE).min(PAGE);
        let page = store.entries(session, at, most)?;
        if page.is_empty() {
            break;
        }
        for stored in page {
            let index = at;
            at = at.saturating_add(1);
            let leaf = match Leaf::read(index, stored)? {
                Ok(leaf) => leaf,
                Err(of_the_opening) => {
                    // Events of the opening go on happening: their places are kept.
                    leaves.extend(first.map(|_| LeafView::hidden(&of_the_opening.bytes)));
                    continue;
                }
            };
            if index >= from {
                first.get_or_insert(index);
                leaves.push(leaf.view(reader, state)?);
            } else {
                then.apply(&leaf.event, leaf.at);
                earlier.push(leaf);
            }
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

/// The checkpoint over a log of this size, unless it is owed.
fn newest(store: &Store, session: &SessionId, size: u64) -> Result<Option<String>, StoreError> {
    Ok(store.note_up_to(session, size)?.filter(|(over, _)| *over == size).map(|(_, note)| note))
}
