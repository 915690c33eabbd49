//! Which evidence belongs to which event.

use core::fmt;

use bidroom_canon::Sm3Digest;
use bidroom_domain::opening::{Event, Outcome, State};

use crate::statement_of;

/// What a piece of evidence is. The word is also the kind of record under which a room keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceKind {
    /// The head of a bid file, by the bid's digest.
    Head,
    /// A signed statement, by its SM3.
    Statement,
    /// A lock share enveloped to an opening key, `<consent's SM3>/<device, from 0>`.
    ConsentPackage,
    /// An officer's part enveloped to an opening key, `<authorisation's SM3>/<device, from 0>`.
    OfficerPackage,
}

impl EvidenceKind {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Statement => "statement",
            Self::ConsentPackage => "consent-package",
            Self::OfficerPackage => "officer-package",
        }
    }
}

/// A piece of evidence by its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceName {
    /// What it is.
    pub kind: EvidenceKind,
    /// Its digest or name.
    pub key: String,
}

impl EvidenceName {
    /// The head of a bid.
    pub fn head(bid: &Sm3Digest) -> Self {
        Self { kind: EvidenceKind::Head, key: bid.to_string() }
    }

    /// A signed statement.
    pub fn statement(digest: &Sm3Digest) -> Self {
        Self { kind: EvidenceKind::Statement, key: digest.to_string() }
    }

    /// A package that came with a statement, for the device with this place.
    pub fn package(kind: EvidenceKind, statement: &Sm3Digest, device: usize) -> Self {
        Self { kind, key: format!("{statement}/{device}") }
    }
}

impl fmt::Display for EvidenceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.as_str(), self.key)
    }
}

/// The evidence without which `event` may not stand in the log of a session that is in `state` before it, whose room
/// has `devices` custody devices.
pub fn evidence_of(event: &Event, state: &State, devices: usize) -> Vec<EvidenceName> {
    let mut names: Vec<EvidenceName> = statement_of(event).iter().map(EvidenceName::statement).collect();
    let packages = |kind, statement: &Sm3Digest| {
        let statement = *statement;
        (0..devices).map(move |device| EvidenceName::package(kind, &statement, device))
    };
    match event {
        Event::BidReceived(received) => names.extend(received.bid.as_ref().map(EvidenceName::head)),
        Event::ShareAuthorised(authorised) => {
            names.extend(packages(EvidenceKind::OfficerPackage, &authorised.statement));
        }
        Event::ShareCollected(collected) => {
            names.extend(state.row(&collected.bidder).map(|row| EvidenceName::head(&row.row.bid)));
            names.extend(packages(EvidenceKind::ConsentPackage, &collected.statement));
        }
        Event::OpeningOpened(opened) => {
            let opened = opened.outcomes.iter().filter(|outcome| outcome.outcome == Outcome::Opened);
            let bids = opened.filter_map(|outcome| state.row(&outcome.bidder)).map(|row| row.row.bid);
            names.extend(bids.map(|bid| EvidenceName::head(&bid)));
        }
        _ => {}
    }
    names
}
