//! What custody knows of one session: the documents that were signed for it, and the log as far as it was signed.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::opening::{Event, Phase, State};
use bidroom_domain::{At, SessionId};
use bidroom_envelope::suite::sm2::SecretKey;
use bidroom_judging::Known;
use bidroom_ledger::tree::{LeafHashes, Tree};
use bidroom_tender::{PreparedLot, Published, Redeal, SignedDocument, TenderPackage};
use bidroom_trust::Judge;

use super::Keeper;
use super::prepare::Made;
use super::redeal::MadeRedeal;
use crate::heads::{Head, HeadsError};
use crate::protocol::{Answer, Problem, SessionHead};

/// The log up to some entry: what follows from its entries.
#[derive(Debug, Clone, Default)]
pub(super) struct Folded {
    pub(super) state: State,
    pub(super) tree: Tree,
    /// What each entry was, in order.
    pub(super) entries: Vec<EntryFacts>,
    /// The entry with which the session was closed.
    pub(super) closed: Option<u64>,
    /// The entry that received each bid.
    pub(super) received: BTreeMap<Sm3Digest, usize>,
    /// The record of key packages with which each bid was received.
    pub(super) packages: BTreeMap<Sm3Digest, Sm3Digest>,
    /// The entry that replaced the key packages of a bid, by the new record.
    pub(super) rewrapped: BTreeMap<Sm3Digest, usize>,
    /// The publication that the log names.
    pub(super) publication: Option<Arc<Published>>,
    /// The last dealing of the officers' key that the log names, where there was another one than the published.
    pub(super) redeal: Option<Arc<SignedDocument<Redeal>>>,
}

/// What custody remembers of an entry: enough to acknowledge it, not its content.
#[derive(Debug, Clone, Copy)]
pub(super) struct EntryFacts {
    pub(super) at: At,
    pub(super) kind: &'static str,
    pub(super) statement: Option<Sm3Digest>,
    pub(super) leaf: LeafHashes,
}

impl Folded {
    pub(super) fn size(&self) -> u64 {
        self.tree.size()
    }

    pub(super) fn head(&self) -> Head {
        Head { size: self.tree.size(), roots: self.tree.root() }
    }

    /// Takes an event that may stand.
    pub(super) fn take(&mut self, event: &Event, at: At, leaf: LeafHashes) -> Result<(), Problem> {
        self.tree.append(&leaf).map_err(|error| Problem::fault("ledger", &error))?;
        if let Event::BidReceived(received) = event
            && let Some(bid) = received.bid
        {
            self.received.insert(bid, self.entries.len());
            self.packages.extend(received.packages.map(|packages| (bid, packages)));
        }
        if matches!(event, Event::SessionClosed(_)) {
            self.closed = u64::try_from(self.entries.len()).ok();
        }
        let mut statement = bidroom_judging::statement_of(event);
        if let Event::PackagesReplaced(replaced) = event {
            self.rewrapped.extend(replaced.packages.map(|packages| (packages, self.entries.len())));
            // The record itself is what its bidder signed.
            statement = replaced.record;
        }
        self.entries.push(EntryFacts { at, kind: event.kind(), statement, leaf });
        self.state.apply(event, at);
        Ok(())
    }
}

/// One session.
pub(super) struct Docket {
    pub(super) session: SessionId,
    /// The signed package and what is read from it; its publication is the one that was offered at `Open`.
    pub(super) documents: PreparedLot,
    /// The log as far as custody has signed it, or as far as it has been read again since the start.
    pub(super) settled: Folded,
    /// How many entries custody has signed; more than `settled` has while the log is being read again.
    pub(super) signed: Option<Head>,
    /// The batch that was judged, and waits to be signed.
    pub(super) judged: Option<Folded>,
    /// SM3 of each checkpoint that was signed.
    pub(super) notes: BTreeMap<Sm3Digest, u64>,
    /// What `Prepare` made last, until the log publishes it.
    pub(super) made: Option<Arc<Made>>,
    /// What `Redeal` made last, until the log publishes it.
    pub(super) made_redeal: Option<Arc<MadeRedeal>>,
    /// The step of the clock up to which the time was settled when the session began.
    pub(super) clock_settled: u64,
    /// Dealings that were offered at `Open`.
    pub(super) redeals: Vec<Arc<SignedDocument<Redeal>>>,
    /// The officers' key, joined for the time of the opening.
    pub(super) officers: Option<Arc<SecretKey>>,
}

impl Docket {
    pub(super) fn known<'a>(&'a self, log: &'a Folded, judge: &'a Judge) -> Known<'a> {
        Known {
            session: &self.session,
            lot: Some(&self.documents.lot),
            judge,
            issuer: Some(&self.documents.issuer),
            envelope: 1,
            state: &log.state,
            closed: log.closed,
            notes: &self.notes,
        }
    }

    /// Whether the log is still being read again after a start.
    pub(super) fn is_reading(&self) -> bool {
        self.signed.is_some_and(|signed| self.settled.size() < signed.size)
    }

    /// The officers' key is erased as soon as nothing is left to open.
    pub(super) fn forget_officers(&mut self) {
        let state = &self.settled.state;
        let left = matches!(state.phase, Phase::Opening)
            || state.roster.iter().any(|row| row.is_opened() && row.body.is_none());
        if !left {
            self.officers = None;
        }
    }

    fn head(&self) -> SessionHead {
        SessionHead { signed: self.signed.map_or(0, |head| head.size), read: self.settled.size() }
    }
}

impl From<HeadsError> for Problem {
    fn from(error: HeadsError) -> Self {
        match &error {
            HeadsError::Database(database)
                if database.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull) =>
            {
                Self::Full
            }
            _ => Self::fault("custody's own store", &error),
        }
    }
}

impl Keeper {
    /// Judges certificates for a session: by its package, and by what is known now of authorities and revocations.
    pub(super) fn judge_of(&self, docket: &Docket) -> Judge {
        docket.documents.judge.with(self.certificates.outside(self.now()))
    }

    /// Takes up a session. One that is taken up already stays as it is, so that the room may ask again whenever it
    /// has lost the connection.
    pub(super) fn take_up(
        &self,
        session: SessionId,
        package: &[u8],
        publication: Option<&[u8]>,
        redeals: &[Base64Bytes],
    ) -> Result<Answer, Problem> {
        if let Ok(docket) = self.docket(&session) {
            let docket = super::lock(&docket);
            let known = docket.documents.package.der() == package;
            return if known { Ok(Answer::Head(docket.head())) } else { Err(other_package()) };
        }
        let unusable = |error: &dyn core::fmt::Display| Problem::Objection { why: error.to_string() };
        let signed = self.heads.signed(&session)?;
        if signed.is_none() {
            // For a new session the agency must be trusted now. Later its certificate may have ended: then the log,
            // which begins with this package's digest, was signed while it counted.
            let document = TenderPackage::open(package, &self.agency_roots, self.now().0)
                .map_err(|error| unusable(&error))?;
            if document.value().room != *self.voice.identity() {
                return Err(unusable(
                    &"the tender package is for another room, or for keys this room has no longer",
                ));
            }
        }
        let documents =
            PreparedLot::read(package, publication, &session).map_err(|error| unusable(&error))?;
        if documents.lot.drill != self.drill {
            return Err(unusable(
                &"the tender package is a drill and the room is not, or the other way round",
            ));
        }
        let redeals = redeals.iter().map(|der| SignedDocument::parse(&der.0).map(Arc::new));
        let redeals = redeals.collect::<Result<_, _>>().map_err(|error| unusable(&error))?;
        let docket = Docket {
            redeals,
            clock_settled: self.heads.session_clock(&session)?,
            notes: self.heads.notes(&session)?.into_iter().collect(),
            session: session.clone(),
            documents,
            settled: Folded::default(),
            signed,
            judged: None,
            made: None,
            made_redeal: None,
            officers: None,
        };
        let head = docket.head();
        let mut dockets = self.dockets.write().unwrap_or_else(PoisonError::into_inner);
        // Two at once: the first one stays.
        dockets.entry(session).or_insert_with(|| Arc::new(std::sync::Mutex::new(docket)));
        Ok(Answer::Head(head))
    }
}

fn other_package() -> Problem {
    Problem::OtherLog { what: "another tender package than the one this session began with".to_owned() }
}
