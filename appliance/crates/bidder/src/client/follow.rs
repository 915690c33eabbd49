//! A checked copy of a session's log, and what it says to a bidder.

use bidroom_canon::{CanonError, Sm3Digest, from_canonical, labelled_sm3, to_canonical};
use bidroom_domain::opening::{BidOutcome, Event, EventError, OpeningOpened, RosterRow, ScheduleRow, State};
use bidroom_domain::{At, CreditCode, EnvelopeIndex, SessionId};
use bidroom_envelope::bid::schedule::{Schedule, ScheduleCommitment};
use bidroom_envelope::bid::scope::BidScope;
use bidroom_ledger::replay::{Disclosed, Evidence, Replica};
use bidroom_unlocking::{PublishedRoom, Seen, SeenRecord};
use bidroom_wire::Frame;
use serde::Serialize;

/// Why a log does not stand.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The frame does not go on where the copy ends.
    #[error("the room sent entries from {came}; the copy has {size}")]
    From {
        /// Where it begins.
        came: u64,
        /// Where the copy ends.
        size: u64,
    },
    /// Entries without a checkpoint.
    #[error("the room sent entries without a checkpoint")]
    NoNote,
    /// Entries, checkpoint and signatures disagree.
    #[error(transparent)]
    Evidence(#[from] Evidence),
    /// An entry that is no event.
    #[error("entry {index}: {source}")]
    Event {
        /// Its number.
        index: u64,
        /// Why.
        source: EventError,
    },
    /// The log does not name the package or the publication that was checked.
    #[error("the log names another {0} than the one that was checked")]
    OtherRoom(&'static str),
    /// The bids are not opened yet.
    #[error("the bids are not opened yet")]
    NotOpened,
    /// The session is not closed yet.
    #[error("the session is not closed yet")]
    NotClosed,
    /// The table that was published does not give the digest it is confirmed by.
    #[error("the published rows give table {computed}, the room says {said}")]
    Table {
        /// Over the rows.
        computed: Sm3Digest,
        /// What the room says.
        said: Sm3Digest,
    },
    /// A published row is not what the bid was sealed with.
    #[error("the row of {bidder} is not the schedule that was sealed")]
    Row {
        /// Whose row.
        bidder: CreditCode,
    },
    /// Something cannot be written as it must be hashed.
    #[error(transparent)]
    Canon(#[from] CanonError),
}

/// A bidder's row in the published table, checked against the commitment in its sealed bid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRow {
    /// Its number in the roster.
    pub number: u32,
    /// The schedule that was published.
    pub schedule: Schedule,
    /// The commitment it fits.
    pub commitment: ScheduleCommitment,
}

/// A checked copy of a session's log.
#[derive(Debug, Clone)]
pub struct Follower {
    session: SessionId,
    package: Sm3Digest,
    publication: Sm3Digest,
    replica: Replica,
    state: State,
    opened: Option<OpeningOpened>,
    /// SM3 of the first note that covers `roster.published`.
    roster_note: Option<Sm3Digest>,
}

impl Follower {
    /// An empty copy of the log of a published room.
    pub fn new(room: &PublishedRoom) -> Self {
        Self {
            session: room.session(),
            package: room.package().digest(),
            publication: room.publication().digest(),
            replica: Replica::new(room.keys().clone(), room.origin().clone()),
            state: State::default(),
            opened: None,
            roster_note: None,
        }
    }

    /// Which session.
    pub const fn session(&self) -> &SessionId {
        &self.session
    }

    /// How many entries are checked.
    pub const fn size(&self) -> u64 {
        self.replica.size()
    }

    /// The state that the shown entries give.
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// The checked copy itself.
    pub const fn replica(&self) -> &Replica {
        &self.replica
    }

    /// Takes a frame after checking it, and answers what it discloses. A frame without entries tells nothing that could
    /// be checked.
    ///
    /// # Errors
    /// [`FollowError`]; then the copy is what it was before.
    pub fn take(&mut self, frame: &Frame) -> Result<Vec<Disclosed>, FollowError> {
        if frame.leaves.is_empty() {
            return Ok(Vec::new());
        }
        if frame.from != self.size() {
            return Err(FollowError::From { came: frame.from, size: self.size() });
        }
        let note = frame.note.as_deref().ok_or(FollowError::NoNote)?;
        let mut next = self.clone();
        let disclosed = next.replica.extend(&frame.leaves, note)?;
        for entry in &disclosed {
            let event = Event::from_parts(&entry.kind, entry.fields.clone())
                .map_err(|source| FollowError::Event { index: entry.index, source })?;
            next.check_anchor(&event)?;
            if matches!(event, Event::RosterPublished(_)) {
                next.roster_note = Some(Sm3Digest::of(note.as_bytes()));
            }
            next.state.apply(&event, At(entry.at));
            if let Event::OpeningOpened(opened) = event {
                next.opened = Some(opened);
            }
        }
        *self = next;
        Ok(disclosed)
    }

    /// The log must name what was checked before: otherwise it is the log of another preparation of the same lot.
    fn check_anchor(&self, event: &Event) -> Result<(), FollowError> {
        let (named, expected, what) = match event {
            Event::SessionCreated(created) => (created.package, self.package, "tender package"),
            Event::KeysPublished(published) => (published.publication, self.publication, "publication"),
            _ => return Ok(()),
        };
        if named == expected { Ok(()) } else { Err(FollowError::OtherRoom(what)) }
    }

    /// What an officer has seen of the roster. The checkpoint is only known if the frame that brought the roster ended
    /// with it: a later one covers more than the room names.
    ///
    /// # Errors
    /// [`FollowError::Canon`].
    pub fn seen(&self) -> Result<Seen, FollowError> {
        if self.state.roster_at.is_none() {
            return Ok(Seen::default());
        }
        let rows: Vec<&RosterRow> = self.state.roster.iter().map(|row| &row.row).collect();
        Ok(Seen { roster: Some(Sm3Digest::of(&to_canonical(&rows)?)), checkpoint: None })
    }

    /// SM3 of the first checkpoint this copy saw that covers the roster.
    pub const fn roster_note(&self) -> Option<Sm3Digest> {
        self.roster_note
    }

    /// The digest of the table, which confirmations and objections name. Where every row may be read it is computed
    /// from them and compared.
    ///
    /// # Errors
    /// [`FollowError::NotOpened`] or [`FollowError::Table`].
    pub fn record(&self) -> Result<Sm3Digest, FollowError> {
        #[derive(Serialize)]
        struct Table<'a> {
            outcomes: &'a [BidOutcome],
            rows: &'a std::collections::BTreeMap<u32, ScheduleRow>,
        }
        let opened = self.opened.as_ref().ok_or(FollowError::NotOpened)?;
        let expected =
            opened.outcomes.iter().filter(|it| it.outcome == bidroom_domain::opening::Outcome::Opened);
        if expected.map(|it| it.number).eq(opened.rows.keys().copied()) {
            let table = to_canonical(&Table { outcomes: &opened.outcomes, rows: &opened.rows })?;
            let computed = labelled_sm3("bidroom/table/v1", &[&table]);
            if computed != opened.table {
                return Err(FollowError::Table { computed, said: opened.table });
            }
        }
        Ok(opened.table)
    }

    /// What a member of staff has seen of the record that it signs.
    ///
    /// # Errors
    /// [`FollowError::NotClosed`], and those of [`Follower::record`].
    pub fn seen_record(&self) -> Result<SeenRecord, FollowError> {
        let closed = self.state.session_closed.ok_or(FollowError::NotClosed)?;
        Ok(SeenRecord { record: self.record()?, closed, size: self.size() })
    }

    /// A bidder's published row: the schedule fits the commitment beside it, and that is the one in the bid's core,
    /// where `sealed` gives it. None where the bid was not opened or the row may not be read.
    ///
    /// # Errors
    /// [`FollowError::Row`] or [`FollowError::NotOpened`].
    pub fn row_of(
        &self,
        bidder: &CreditCode,
        sealed: Option<&ScheduleCommitment>,
    ) -> Result<Option<OwnRow>, FollowError> {
        let opened = self.opened.as_ref().ok_or(FollowError::NotOpened)?;
        let wrong = || FollowError::Row { bidder: bidder.clone() };
        let Some(outcome) = opened.outcomes.iter().find(|outcome| outcome.bidder == *bidder) else {
            return Ok(None);
        };
        let Some(row) = opened.rows.get(&outcome.number) else { return Ok(None) };
        let lot = self.state.lot.as_ref().ok_or(FollowError::NotOpened)?;
        let scope = BidScope {
            tender: lot.tender.clone(),
            lot: lot.lot,
            envelope: EnvelopeIndex::FIRST,
            bidder: bidder.clone(),
        };
        let schedule: Schedule = from_canonical(row.schedule.as_bytes())?;
        let commitment = ScheduleCommitment(row.commitment);
        let fits = commitment.admits(&schedule, &row.salt, &scope);
        if !fits || sealed.is_some_and(|sealed| *sealed != commitment) {
            return Err(wrong());
        }
        Ok(Some(OwnRow { number: outcome.number, schedule, commitment }))
    }
}
