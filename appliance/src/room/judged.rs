//! The actor's talk with custody: every batch is judged before it is appended, and signed after.
//!
//! Custody may have been started anew at any moment: then it has read nothing, and the log is shown to it again, as
//! far as it is durable, before the question is repeated.

use bidroom_canon::Base64Bytes;
use bidroom_custody::{EntryBytes, Evidence, Problem};
use bidroom_domain::opening::Event;
use bidroom_judging::evidence_of;

use super::actor::Actor;
use super::event_of;
use crate::error::{Fault, fault};
use crate::store::{Record, StoredEntry};
use crate::tenders::kinds;

/// How often custody is told everything again before the room gives up for now.
const TRIES: u32 = 8;
/// Entries that are shown to custody at once.
const PAGE: u64 = 200;

impl Actor {
    /// Asks custody whether a batch may follow the first `from` entries.
    pub(super) fn judged(
        &self,
        from: u64,
        events: &[Event],
        batch: &[StoredEntry],
        records: &[Record],
    ) -> Result<(), super::ActError> {
        let evidence = self.evidence(events, records)?;
        let ask = || self.parts.custodian.judge(&self.session, from, shown(batch), evidence.clone());
        Ok(self.until_known(records, ask)?)
    }

    /// The signed checkpoint over everything that is durable.
    pub(super) fn signed(&self) -> Result<String, Fault> {
        let size = self.leaves.size();
        Ok(self.until_known(&[], || self.parts.custodian.sign(&self.session, size))?)
    }

    /// Asks custody; where it was started anew and knows less than it must, shows it the log and asks again. It may die
    /// again meanwhile, so there is more than one try.
    pub(super) fn until_known<T>(
        &self,
        records: &[Record],
        ask: impl Fn() -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let mut answer = ask();
        for _ in 0..TRIES {
            match answer {
                Err(Problem::Unknown { .. } | Problem::Phase { .. }) => {}
                answer => return answer,
            }
            match self.bring_up(records) {
                Ok(()) | Err(Fault::Custody(Problem::Unknown { .. })) => {}
                Err(Fault::Custody(problem)) => return Err(problem),
                Err(other) => return Err(Problem::fault("the room's log", &other)),
            }
            answer = ask();
        }
        answer
    }

    /// Sees to it that custody has read the log, after a start of either side.
    pub(super) fn custody_knows(&mut self) -> Result<(), Fault> {
        let epoch = self.parts.custodian.epoch();
        if self.epoch == Some(epoch) || self.leaves.size() == 0 {
            return Ok(());
        }
        match self.bring_up(&[]) {
            // Started anew in between: the next tick looks again.
            Err(Fault::Custody(Problem::Unknown { .. })) => return Ok(()),
            brought => brought?,
        }
        self.epoch = Some(epoch);
        Ok(())
    }

    /// Shows custody the whole log, as far as it has not read it. What it signed before it compares; a batch that it
    /// judged and did not sign, it knows again.
    fn bring_up(&self, records: &[Record]) -> Result<(), Fault> {
        let record = |kind: &'static str, key: &str| -> Result<Option<Vec<u8>>, Fault> {
            let new = records.iter().find(|record| record.kind == kind && record.key == key);
            match new {
                Some(record) => Ok(Some(record.bytes.clone())),
                None => Ok(self.parts.store.record(&self.session, kind, key)?),
            }
        };
        let package =
            record(kinds::PACKAGE, "1")?.ok_or_else(|| fault("tender package", &"it is missing"))?;
        let publication = match &self.state.publication {
            Some(digest) => record(kinds::PUBLICATION, &digest.to_string())?,
            // It may stand in the very batch that is asked about.
            None => records.iter().find(|it| it.kind == kinds::PUBLICATION).map(|it| it.bytes.clone()),
        };
        let mut redeals = Vec::new();
        for digest in &self.state.redeals {
            redeals.extend(record(kinds::REDEAL, &digest.to_string())?);
        }
        redeals.extend(records.iter().filter(|it| it.kind == kinds::REDEAL).map(|it| it.bytes.clone()));
        let head = self.parts.custodian.open(&self.session, package, publication, redeals)?;
        let size = self.leaves.size();
        if head.signed > size {
            let what = format!("custody signed {} entries, the store has {size}", head.signed);
            return Err(Problem::OtherLog { what }.into());
        }
        let mut from = head.read;
        while from < size {
            // What was signed and what was not are shown apart: they are looked at differently.
            let until = if from < head.signed { head.signed } else { size };
            let most = until.saturating_sub(from).min(PAGE);
            let page =
                self.parts.store.entries(&self.session, from, usize::try_from(most).unwrap_or(usize::MAX))?;
            let mut evidence = Vec::new();
            if from >= head.signed {
                let events = page.iter().map(|stored| event_of(stored).map(|(_, event)| event));
                let events = events.collect::<Result<Vec<_>, _>>();
                let events = events.map_err(|error| fault("ledger", &error))?;
                evidence = self.evidence(&events, &[])?;
            }
            let count = u64::try_from(page.len()).unwrap_or(u64::MAX);
            if count == 0 {
                return Err(fault("ledger", &format!("entry {from} is missing")));
            }
            self.parts.custodian.judge(&self.session, from, shown(&page), evidence)?;
            from = from.saturating_add(count);
            if from > head.signed && from < size {
                self.parts.custodian.sign(&self.session, from)?;
            }
        }
        Ok(())
    }

    /// What a batch rests on: among the records that come with it, or in the store. What is in neither, custody will
    /// miss.
    fn evidence(&self, events: &[Event], records: &[Record]) -> Result<Vec<Evidence>, Fault> {
        let mut evidence = Vec::new();
        for event in events {
            for name in evidence_of(event, &self.state, self.state.devices.len()) {
                let kind = name.kind.as_str();
                let new = records.iter().find(|record| record.kind == kind && record.key == name.key);
                let bytes = match new {
                    Some(record) => Some(record.bytes.clone()),
                    None => self.parts.store.record(&self.session, kind, &name.key)?,
                };
                evidence.extend(bytes.map(|bytes| Evidence { name, bytes: Base64Bytes(bytes) }));
            }
        }
        Ok(evidence)
    }
}

fn shown(batch: &[StoredEntry]) -> Vec<EntryBytes> {
    let entry = |stored: &StoredEntry| EntryBytes {
        entry: Base64Bytes(stored.bytes.clone()),
        openings: stored.openings.clone(),
    };
    batch.iter().map(entry).collect()
}
