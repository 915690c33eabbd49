//! What the terminal has of the evaluation's log, as it was handed out to its member: each opening compared with the
//! commitment in its entry, folded by the domain's own rules.

use std::collections::BTreeMap;

use bidroom_domain::At;
use bidroom_domain::evaluation::{Event, State};
use bidroom_ledger::entry::Entry;
use bidroom_ledger::replay::LeafView;
use bidroom_wire::EvaluationLog;

/// A leaf that is not what the room said, or that this version does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// Which entry of the log.
    pub entry: u64,
    /// What is wrong with it.
    pub why: String,
}

/// The copy.
#[derive(Debug, Clone, Default)]
pub struct Copy {
    events: BTreeMap<u64, (At, Event)>,
    size: u64,
    note: Option<String>,
}

impl Copy {
    /// Takes what the room hands out.
    ///
    /// # Errors
    /// [`Misfit`]; then nothing was taken.
    pub fn take(&mut self, log: EvaluationLog) -> Result<(), Misfit> {
        let (mut read, mut size) = (Vec::new(), self.size.max(log.from));
        for (index, leaf) in (log.from..).zip(&log.leaves) {
            read.extend(event_of(index, leaf)?.map(|event| (index, event)));
            size = index.saturating_add(1);
        }
        for again in &log.again {
            read.extend(event_of(again.index, &again.leaf)?.map(|event| (again.index, event)));
        }
        self.events.extend(read);
        self.size = size;
        if log.note.is_some() {
            self.note = log.note;
        }
        Ok(())
    }

    /// How many entries the log has, as far as it is known here.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The newest checkpoint.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// The evaluation, as far as the member may know it.
    pub fn state(&self) -> State {
        let mut state = State::default();
        for (at, event) in self.events.values() {
            state.apply(event, *at);
        }
        state
    }
}

fn event_of(entry: u64, leaf: &LeafView) -> Result<Option<(At, Event)>, Misfit> {
    let misfit = |why: String| Misfit { entry, why };
    let LeafView::Entry { bytes, openings } = leaf else { return Ok(None) };
    let parsed = Entry::parse(bytes.as_bytes()).map_err(|error| misfit(error.to_string()))?;
    let fields = parsed.disclose(openings).map_err(|error| misfit(error.to_string()))?.fields;
    let event = Event::from_parts(parsed.kind(), fields).map_err(|error| misfit(error.to_string()))?;
    Ok(Some((At(parsed.at()), event)))
}
