//! Which evidence belongs to which event.

use core::fmt;

use bidroom_canon::Sm3Digest;
use bidroom_domain::Bidder;
use bidroom_domain::opening::{Event, Outcome, Remedy, State};

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
    /// A signed challenge to a lock, by its SM3.
    Challenge,
    /// A signed record of key packages that replaced the one in a bid's head, by the record's digest.
    Packages,
    /// A certificate, by its SM3.
    Certificate,
    /// A trustee's part enveloped to an opening key, `<statement's SM3>/<device, from 0>`.
    RemedyPackage,
}

impl EvidenceKind {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Statement => "statement",
            Self::ConsentPackage => "consent-package",
            Self::OfficerPackage => "officer-package",
            Self::Challenge => "challenge",
            Self::Packages => "packages",
            Self::Certificate => "certificate",
            Self::RemedyPackage => "remedy-package",
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

    /// A signed challenge to a lock.
    pub fn challenge(digest: &Sm3Digest) -> Self {
        Self { kind: EvidenceKind::Challenge, key: digest.to_string() }
    }

    /// A signed record of key packages.
    pub fn packages(record: &Sm3Digest) -> Self {
        Self { kind: EvidenceKind::Packages, key: record.to_string() }
    }

    /// A certificate.
    pub fn certificate(digest: &Sm3Digest) -> Self {
        Self { kind: EvidenceKind::Certificate, key: digest.to_string() }
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
        Event::ReplacementAgreed(agreed) => {
            names.extend(packages(EvidenceKind::OfficerPackage, &agreed.statement));
            let certificates = agreed.officers.iter();
            let certificates = certificates.flat_map(|it| [it.certificate, it.encryption_certificate]);
            names.extend(certificates.map(|digest| EvidenceName::certificate(&digest)));
        }
        Event::OfficerProbed(probed) => names.push(EvidenceName::challenge(&probed.challenge)),
        Event::LockProbed(probed) => {
            names.extend(probed.challenge.as_ref().map(EvidenceName::challenge));
            names.extend(record_of_standing(state, probed.bidder.as_ref()));
        }
        Event::PackagesReplaced(replaced) => {
            names.extend(record_of_standing(state, replaced.bidder.as_ref()));
            names.extend(replaced.packages.as_ref().map(EvidenceName::packages));
            names.extend(replaced.added.iter().flatten().map(EvidenceName::certificate));
        }
        Event::ShareCollected(collected) => {
            names.extend(state.row(&collected.bidder).map(|row| EvidenceName::head(&row.row.bid)));
            if collected.remedy != Some(Remedy::RemedyKey) {
                names.extend(packages(EvidenceKind::ConsentPackage, &collected.statement));
            }
        }
        Event::RemedyAsked(asked) => names.push(EvidenceName::head(&asked.bid)),
        Event::RemedyPartGiven(given) => {
            let row = state.row(&given.bidder);
            names.extend(row.map(|row| EvidenceName::head(&row.row.bid)));
            // The last one that is needed is joined with those before it.
            let before = row.and_then(|row| row.remedy.as_ref()).into_iter().flat_map(|it| it.parts.values());
            let others = before.map(|part| part.statement).filter(|it| *it != given.statement);
            for statement in others.chain([given.statement]) {
                names.extend(packages(EvidenceKind::RemedyPackage, &statement));
            }
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

/// The record of key packages that counts for a bidder's bid: in the bid's head, or a later one.
fn record_of_standing(state: &State, bidder: Option<&Bidder>) -> Option<EvidenceName> {
    let standing = state.standing.get(&bidder?.code)?;
    let first = standing.version <= 1;
    Some(if first { EvidenceName::head(&standing.bid) } else { EvidenceName::packages(&standing.packages) })
}
