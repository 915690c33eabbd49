//! What a page knows beside the folded state: connection, clock, ledger, devices.

use super::probe::SealedTo;
use crate::text::Both;
use bidroom_canon::Sm3Digest;
use bidroom_domain::{At, CreditCode};

/// The connection to the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Link {
    /// Nothing has arrived yet.
    #[default]
    Opening,
    /// Frames arrive and verify.
    Live,
    /// The entries missed are being fetched.
    CatchingUp {
        /// First entry that is missing.
        from: u64,
        /// Last entry that is missing.
        to: u64,
    },
    /// This page does not understand what the room sends.
    Outdated,
    /// The connection is lost and tried again.
    Lost {
        /// Which attempt this is, from 1.
        attempt: u32,
    },
}

/// Evidence that disagrees: what against what. The page stops updating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tamper {
    /// What it is about.
    pub what: Both,
    /// When the page last verified everything.
    pub seen: Option<At>,
    /// The evidence as text, to be kept.
    pub evidence: String,
}

/// The quality of the room's clock, as the room signs it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ClockQuality {
    /// The room has stated nothing yet.
    #[default]
    Unstated,
    /// Several sources agree.
    Agree {
        /// Their names, in a row.
        names: Both,
        /// How many.
        sources: usize,
        /// Within so many milliseconds.
        millis: u32,
    },
    /// There is one source only, with which nothing agrees.
    Single {
        /// Its name.
        name: Both,
    },
}

/// The newest checkpoint that this page verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// How many entries it covers.
    pub size: u64,
    /// When the room made it.
    pub at: At,
    /// SM3 root, in groups of four.
    pub root: String,
    /// Witnesses that cosigned, and how many are connected.
    pub witnesses: (usize, usize),
    /// What the QR code holds.
    pub qr: String,
}

/// One line of readiness on the wall before the opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    /// Whether it is as it should be.
    pub ready: bool,
    /// What.
    pub name: Both,
    /// How it stands.
    pub value: Both,
}

/// A custody device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Whether it is the standby.
    pub standby: bool,
    /// Whether it answers.
    pub ready: bool,
    /// Where its keys live.
    pub level: Both,
    /// Its tender certificate, in groups of four.
    pub digits: String,
}

/// One line of the ledger as the console lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Entry number.
    pub number: u64,
    /// When.
    pub at: At,
    /// What.
    pub text: Both,
}

/// Where in the log the events stand to which pages point.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// `deadline.passed`.
    pub deadline: Option<u64>,
    /// `opening.opened`.
    pub opened: Option<u64>,
    /// `session.closed`.
    pub closed: Option<u64>,
    /// The newest `clock.stopped`, with its time.
    pub stopped: Option<(u64, At)>,
    /// When announcing finished.
    pub announced: Option<At>,
    /// Officers' authorisations: share index and entry.
    pub authorised: Vec<(u8, u64)>,
    /// Signatures under the record: certificate and entry.
    pub signed: Vec<(Sm3Digest, u64)>,
    /// Entries of each bidder's facts, in their order.
    pub troubles: Vec<(CreditCode, Vec<u64>)>,
}

impl Marks {
    /// A fact about a bidder stands in this entry.
    pub fn trouble(&mut self, bidder: &CreditCode, entry: u64) {
        match self.troubles.iter_mut().find(|(known, _)| known == bidder) {
            Some((_, entries)) => entries.push(entry),
            None => self.troubles.push((bidder.clone(), vec![entry])),
        }
    }

    /// Entries of a bidder's facts.
    pub fn troubles_of(&self, bidder: &CreditCode) -> &[u64] {
        let found = self.troubles.iter().find(|(known, _)| known == bidder);
        found.map_or(&[], |(_, entries)| entries)
    }
}

/// What the room tells a bidder, and nobody else, of its own bid before the deadline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnBid {
    /// Code of the receipt and when the bid was received; none where no bid stands.
    pub receipt: Option<(String, At)>,
    /// The locks it is sealed to.
    pub locks: Vec<SealedTo>,
    /// When the bidder is asked to probe them, beside when the bid was received.
    pub probe_due: Vec<At>,
    /// When the bidder signed in.
    pub signed_in: Option<At>,
}

/// Everything a page knows beside the folded state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The connection.
    pub link: Link,
    /// When the last frame was verified.
    pub seen: Option<At>,
    /// Evidence that disagrees.
    pub tamper: Option<Tamper>,
    /// A fault of the room that stops everything: what happened, what to do.
    pub halted: Option<(Both, Both)>,
    /// The clock.
    pub clock: ClockQuality,
    /// The newest checkpoint.
    pub ledger: Option<Ledger>,
    /// Digits of the deadline checkpoint.
    pub deadline_digits: Option<String>,
    /// Marks in the log.
    pub marks: Marks,
    /// The bidder at this page.
    pub me: Option<CreditCode>,
    /// The own bid of the bidder at this page.
    pub own_bid: Option<OwnBid>,
    /// Share index of the officer at this page.
    pub officer: Option<u8>,
    /// Name and role of the member of staff at this page.
    pub staff: Option<Both>,
    /// Certificate of the member of staff at this page.
    pub person: Option<Sm3Digest>,
    /// Readiness lines.
    pub readiness: Vec<Readiness>,
    /// Devices, where the server tells more than the log.
    pub devices_ready: Option<Vec<bool>>,
    /// Viewers connected.
    pub online: Option<u32>,
    /// Bidders whose request waits to be checked, in their order: the room's word.
    pub queue: Vec<String>,
    /// How long one of them takes at present, in milliseconds: the room's word.
    pub pace_millis: Option<u32>,
    /// Newest lines of the log, newest first.
    pub log: Vec<LogLine>,
    /// Rows whose schedule this page checked against the sealed commitment: number and whether it fits.
    pub checked: Vec<(u32, bool)>,
}
