//! The checks, each in its file, and what they hand on to each other.

pub(crate) mod anchor;
pub(crate) mod bids;
pub(crate) mod draws;
pub(crate) mod files;
pub(crate) mod log;
pub(crate) mod receipts;
pub(crate) mod signatures;
pub(crate) mod statements;
pub(crate) mod story;
pub(crate) mod tender;

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use bidroom_canon::Sm3Digest;
use bidroom_domain::opening::{Event, State};
use bidroom_domain::{Actor, At, LotFacts};
use bidroom_envelope::bid::header::Header;
use bidroom_envelope::suite::pki::Certificate;
use bidroom_judging::Known;
use bidroom_ledger::archive::Archive;
use bidroom_ledger::tree::LeafHashes;
use bidroom_tender::{Publication, SignedDocument, TenderPackage};
use bidroom_trust::Judge;

use crate::contents::Index;
use crate::report::Findings;

/// An event that the archive shows.
pub(crate) struct Shown {
    pub(crate) index: u64,
    pub(crate) at: At,
    pub(crate) by: Option<Actor>,
    pub(crate) event: Event,
    /// Whether all its private fields are shown.
    pub(crate) whole: bool,
}

/// Everything known so far.
pub(crate) struct Case<R> {
    pub(crate) archive: Archive<R>,
    pub(crate) index: Index,
    pub(crate) findings: Findings,
    pub(crate) package: Option<SignedDocument<TenderPackage>>,
    /// The room's own CA, as the package names it.
    pub(crate) issuer: Option<Certificate>,
    pub(crate) publication: Option<Publication>,
    /// Events whose entries agreed with a checkpoint, in order.
    pub(crate) events: Vec<Shown>,
    /// Entries of the evaluation: the paths of what they committed to, and whether each was opened.
    pub(crate) opened: BTreeMap<u64, Vec<(String, bool)>>,
    /// Leaves that agreed with a checkpoint.
    pub(crate) leaves: Vec<LeafHashes>,
    pub(crate) size: u64,
    /// SM3 of each checkpoint that holds, and the size it is over.
    pub(crate) notes: BTreeMap<Sm3Digest, u64>,
    /// State after all events.
    pub(crate) state: State,
    /// The entry with which the session was closed.
    pub(crate) closed: Option<u64>,
    /// Heads of bids that were read.
    pub(crate) heads: BTreeMap<Sm3Digest, Header>,
}

impl<R: Read + Seek> Case<R> {
    pub(crate) fn new(archive: Archive<R>, index: Index, findings: Findings) -> Self {
        Self {
            archive,
            index,
            findings,
            package: None,
            issuer: None,
            publication: None,
            events: Vec::new(),
            opened: BTreeMap::new(),
            leaves: Vec::new(),
            size: 0,
            notes: BTreeMap::new(),
            state: State::default(),
            closed: None,
            heads: BTreeMap::new(),
        }
    }

    /// The lot of the session, as the package has it.
    pub(crate) fn lot(&self) -> Option<&LotFacts> {
        let package = self.package.as_ref()?.value();
        package.lots.iter().find(|lot| lot.session() == self.index.session)
    }

    /// A judge of the CAs that the package accepts; nobody's, where there is none. What was revoked or removed is the
    /// room's knowledge of that day and not looked up again: it stands in the log what was refused for it.
    pub(crate) fn judge(&self) -> Judge {
        let judge = self.package.as_ref().and_then(|package| package.value().judge().ok());
        judge.unwrap_or_else(|| Judge::new(Vec::new()))
    }

    /// What an event is judged by.
    pub(crate) fn known<'a>(&'a self, judge: &'a Judge) -> Known<'a> {
        Known {
            session: &self.index.session,
            lot: self.lot(),
            judge,
            issuer: self.issuer.as_ref(),
            envelope: self.envelope(),
            state: &self.state,
            closed: self.closed,
            notes: &self.notes,
        }
    }

    /// The envelope that the publication is for; the first where there is none.
    pub(crate) fn envelope(&self) -> u32 {
        self.publication.as_ref().map_or(1, |publication| publication.envelope)
    }
}
