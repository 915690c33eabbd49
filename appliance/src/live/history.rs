//! Catching up: frames built from the store, once for all viewers that are equally far behind.

use std::collections::BTreeMap;

use bidroom_domain::ReaderClass;
use bidroom_domain::opening::State;
use bidroom_wire::{LiveStatus, SignedClock};

use super::encode::{EncodeError, Encoded, FrameParts, JudgedLeaf, lot_of};
use super::source::{LeafSource, SourceFault};

/// A catch-up frame's leaves take no more than this, unless one batch alone does.
pub(super) const MOST_SEGMENT: usize = 256 * 1024;

/// The cached segments together take no more than this.
const MOST_CACHED: usize = 16 * 1024 * 1024;

/// A load that has not ended after so many ticks is tried again.
const PATIENCE_TICKS: u64 = 10;

/// Why a viewer could not catch up.
#[derive(Debug, thiserror::Error)]
pub(super) enum LoadError {
    #[error(transparent)]
    Source(#[from] SourceFault),
    #[error(transparent)]
    Encode(#[from] EncodeError),
    #[error("the store has {have} of the leaves {from}..{until}")]
    Gap { from: u64, until: u64, have: usize },
    #[error("the store has no checkpoint over more than {from} leaves")]
    Nothing { from: u64 },
}

/// Leaves `from..to` for one class, written, with the checkpoint over the log up to `to`.
pub(super) struct Segment {
    to: u64,
    note: String,
    leaves: String,
    /// The frame as it was last put together, and at which moment: neither its clock nor its status must be old.
    frame: Option<(Moment, Encoded)>,
}

enum Slot {
    Loading { since: u64 },
    Loaded { at: u64, segment: Segment },
    Failed { at: u64 },
}

/// What the history has for a viewer.
pub(super) enum Found {
    /// A frame up to this size.
    Frame(u64, Encoded),
    /// Somebody must load it; the one who is told so.
    Load,
    /// Somebody does.
    Loading,
    /// It could not be loaded just now.
    Failed,
}

/// While this is the same, so are clock and status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) tick: u64,
    /// How often the status was changed.
    pub(super) status: u64,
}

/// The clock and status that go with a frame made now.
pub(super) struct Now<'a> {
    pub(super) moment: Moment,
    pub(super) size: u64,
    pub(super) clock: &'a SignedClock,
    pub(super) status: &'a LiveStatus,
}

/// The segments that are being used.
#[derive(Default)]
pub(super) struct History {
    slots: BTreeMap<(ReaderClass, u64), Slot>,
    cached: usize,
}

impl History {
    /// Looks for the leaves from `from` on. Whoever is told to load must call [`build`] and then [`Self::put`].
    pub(super) fn find(&mut self, class: ReaderClass, from: u64, now: &Now<'_>) -> Found {
        let key = (class, from);
        match self.slots.get_mut(&key) {
            Some(Slot::Failed { at }) if *at == now.moment.tick => Found::Failed,
            Some(Slot::Loading { since }) if now.moment.tick.saturating_sub(*since) < PATIENCE_TICKS => {
                Found::Loading
            }
            // A segment that could be longer by now is still good for the tick in which it was loaded: otherwise a
            // busy room would have its viewers load for ever.
            Some(Slot::Loaded { at, segment })
                if *at == now.moment.tick
                    || segment.to >= now.size
                    || segment.leaves.len() >= MOST_SEGMENT / 2 =>
            {
                match segment.frame_at(from, now) {
                    Ok(frame) => Found::Frame(segment.to, frame),
                    Err(_) => Found::Failed,
                }
            }
            _ => {
                self.drop_slot(&key);
                self.slots.insert(key, Slot::Loading { since: now.moment.tick });
                Found::Load
            }
        }
    }

    /// Takes what was loaded.
    pub(super) fn put(
        &mut self,
        class: ReaderClass,
        from: u64,
        tick: u64,
        built: Result<Segment, LoadError>,
    ) {
        let key = (class, from);
        self.drop_slot(&key);
        let slot = match built {
            Ok(segment) => {
                if self.cached.saturating_add(segment.leaves.len()) > MOST_CACHED {
                    self.slots.retain(|_, slot| matches!(slot, Slot::Loading { .. }));
                    self.cached = 0;
                }
                self.cached = self.cached.saturating_add(segment.leaves.len());
                Slot::Loaded { at: tick, segment }
            }
            Err(error) => {
                tracing::error!(from, %error, "a viewer cannot catch up");
                Slot::Failed { at: tick }
            }
        };
        self.slots.insert(key, slot);
    }

    fn drop_slot(&mut self, key: &(ReaderClass, u64)) {
        if let Some(Slot::Loaded { segment, .. }) = self.slots.remove(key) {
            self.cached = self.cached.saturating_sub(segment.leaves.len());
        }
    }
}

impl Segment {
    fn frame_at(&mut self, from: u64, now: &Now<'_>) -> Result<Encoded, serde_json::Error> {
        if let Some((moment, frame)) = &self.frame
            && *moment == now.moment
        {
            return Ok(frame.clone());
        }
        let parts = FrameParts {
            clock: now.clock,
            from,
            leaves: &self.leaves,
            note: Some(&self.note),
            status: now.status,
        };
        let frame = parts.encode()?;
        self.frame = Some((now.moment, frame.clone()));
        Ok(frame)
    }
}

/// Reads whole batches from the store, as many as fit.
pub(super) fn build(
    source: &dyn LeafSource,
    class: ReaderClass,
    state: &State,
    from: u64,
) -> Result<Segment, LoadError> {
    let lot = lot_of(state)?;
    let (mut to, mut leaves, mut note) = (from, String::new(), None);
    while leaves.len() < MOST_SEGMENT {
        let Some(next) = source.note_from(to.saturating_add(1))? else { break };
        let batch = source.leaves(to, next.size)?;
        let wanted = next.size.saturating_sub(to);
        if u64::try_from(batch.len()).ok() != Some(wanted) {
            return Err(LoadError::Gap { from: to, until: next.size, have: batch.len() });
        }
        let mut text = String::new();
        for (index, leaf) in (to..).zip(batch) {
            text.push(',');
            text.push_str(&JudgedLeaf::read(index, leaf)?.json(class, state, lot)?);
        }
        if note.is_some() && leaves.len().saturating_add(text.len()) > MOST_SEGMENT {
            break;
        }
        leaves.push_str(&text);
        (to, note) = (next.size, Some(next.note));
    }
    let note = note.ok_or(LoadError::Nothing { from })?;
    // Every leaf was written with a comma before it.
    let leaves = leaves.strip_prefix(',').unwrap_or_default().to_owned();
    Ok(Segment { to, note, leaves, frame: None })
}
