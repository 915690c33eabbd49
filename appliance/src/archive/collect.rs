//! What goes into an archive.

use std::collections::BTreeMap;
use std::path::PathBuf;

use bidroom_canon::{Sm3Digest, to_canonical};
use bidroom_domain::SessionId;
use bidroom_domain::evaluation;
use bidroom_domain::opening::{Event, PackagesReplaced, State, may_know, may_read_now};
use bidroom_ledger::entry::Opening;
use bidroom_ledger::tree::leaf_hashes;
use bidroom_lock::{SignedStatement, Statement};
use bidroom_verifier::contents;

use super::{ExportError, Options};
use crate::evaluation::{HANDWRITING, PAPER};
use crate::room::event_of;
use crate::store::{Store, StoredEntry};
use crate::unlock::kinds;

/// Where a member's bytes are.
pub(super) enum Source {
    Bytes(Vec<u8>),
    File(PathBuf),
}

/// Members by name.
pub(super) type Members = BTreeMap<String, Source>;

/// Collects everything readers of this class may have. What is large stays in its file.
pub(super) fn members(
    store: &Store,
    session: &SessionId,
    options: Options,
    entries: &[StoredEntry],
    state: &State,
) -> Result<Members, ExportError> {
    let mut collecting = Collecting { store, session, options, state, members: Members::new() };
    collecting.record(contents::PACKAGE.to_owned(), crate::tenders::kinds::PACKAGE, "1")?;
    for (index, stored) in (0..).zip(entries) {
        collecting.entry(index, stored)?;
    }
    let size = u64::try_from(entries.len()).unwrap_or(u64::MAX);
    let mut signed = 0;
    for (over, note) in store.notes(session)? {
        collecting.members.insert(contents::note(over), Source::Bytes(note.into_bytes()));
        signed = over;
    }
    if signed == size { Ok(collecting.members) } else { Err(ExportError::Unsigned { size }) }
}

struct Collecting<'a> {
    store: &'a Store,
    session: &'a SessionId,
    options: Options,
    state: &'a State,
    members: Members,
}

impl Collecting<'_> {
    fn entry(&mut self, index: u64, stored: &StoredEntry) -> Result<(), ExportError> {
        let damaged = |what: String| ExportError::Entry { index, what };
        let (_, event) = event_of(stored).map_err(|error| damaged(error.to_string()))?;
        let readers = self.options.readers;
        if !may_know(readers, &event, self.state) {
            let hashes = to_canonical(&leaf_hashes(&stored.bytes))?;
            self.members.insert(contents::hidden(index), Source::Bytes(hashes));
            return Ok(());
        }
        let lot = self.state.lot.as_ref().ok_or_else(|| damaged("the log has no lot".to_owned()))?;
        let may = |opening: &&Opening| may_read_now(readers, &event, &opening.path, lot, self.state);
        let openings: Vec<&Opening> = stored.openings.iter().filter(may).collect();
        let all = openings.len() == stored.openings.len();
        self.members.insert(contents::openings(index), Source::Bytes(to_canonical(&openings)?));
        self.members.insert(contents::entry(index), Source::Bytes(stored.bytes.clone()));
        if let Event::Evaluation(evaluation::Event::ReportChecked(checked)) = &event {
            self.record(contents::paper(&checked.report), PAPER, &checked.report.to_string())?;
        }
        match &event {
            // What was signed holds what is sealed.
            Event::Evaluation(_) if !all => Ok(()),
            event => self.named_by(event),
        }
    }

    /// What an event names by digest.
    fn named_by(&mut self, event: &Event) -> Result<(), ExportError> {
        let statement = match event {
            Event::KeysPublished(published) => {
                let key = published.publication.to_string();
                let kind = crate::tenders::kinds::PUBLICATION;
                return self.record(contents::PUBLICATION.to_owned(), kind, &key);
            }
            Event::OfficersRedealt(redealt) => {
                let (name, key) = (contents::redeal(&redealt.redeal), redealt.redeal.to_string());
                return self.record(name, crate::tenders::kinds::REDEAL, &key);
            }
            Event::PackagesReplaced(replaced) => return self.packages(replaced),
            Event::BidReceived(received) => return received.bid.map_or(Ok(()), |bid| self.bid(&bid)),
            event => bidroom_judging::statement_of(event),
        };
        let Some(digest) = statement else { return Ok(()) };
        self.record(contents::statement(&digest), kinds::STATEMENT, &digest.to_string())?;
        if let Event::Evaluation(_) = event {
            self.handwriting(&digest)?;
        }
        Ok(())
    }

    /// The picture of the signature by hand that an act of the evaluation names.
    fn handwriting(&mut self, statement: &Sm3Digest) -> Result<(), ExportError> {
        let key = statement.to_string();
        let Some(bytes) = self.store.record(self.session, kinds::STATEMENT, &key)? else { return Ok(()) };
        // What cannot be read is found by whoever verifies.
        let Ok(signed) = SignedStatement::verify_any(&bytes) else { return Ok(()) };
        match signed.statement() {
            Statement::Evaluate { handwriting: Some(picture), .. } => {
                self.record(contents::handwriting(picture), HANDWRITING, &picture.to_string())
            }
            _ => Ok(()),
        }
    }

    /// Key packages that replaced those in a bid, the certificates that are new in them, and the receipt if it was asked for.
    fn packages(&mut self, replaced: &PackagesReplaced) -> Result<(), ExportError> {
        let Some(digest) = &replaced.packages else { return Ok(()) };
        let key = digest.to_string();
        self.record(contents::packages(digest), kinds::PACKAGES, &key)?;
        for added in replaced.added.iter().flatten() {
            self.record(contents::certificate(added), kinds::CERTIFICATE, &added.to_string())?;
        }
        if let Some(receipt) = self.store.record(self.session, crate::intake::kinds::RECEIPT, &key)? {
            self.members.insert(contents::receipt(digest), Source::Bytes(receipt));
        }
        Ok(())
    }

    fn bid(&mut self, bid: &Sm3Digest) -> Result<(), ExportError> {
        let key = bid.to_string();
        self.record(contents::head(bid), kinds::HEAD, &key)?;
        // A receipt is made when somebody asks for it first; the entry stands without it.
        if let Some(receipt) = self.store.record(self.session, crate::intake::kinds::RECEIPT, &key)? {
            self.members.insert(contents::receipt(bid), Source::Bytes(receipt));
        }
        let path = crate::intake::bid_path(self.store, bid);
        if self.options.with_bodies && path.exists() {
            self.members.insert(contents::body(bid), Source::File(path));
        }
        Ok(())
    }

    fn record(&mut self, name: String, kind: &str, key: &str) -> Result<(), ExportError> {
        match self.store.record(self.session, kind, key)? {
            Some(bytes) => {
                self.members.insert(name, Source::Bytes(bytes));
                Ok(())
            }
            None => Err(ExportError::Missing { name }),
        }
    }
}
