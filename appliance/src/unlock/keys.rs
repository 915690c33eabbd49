//! The three shares of a bid, from custody. Called only after `opening.closed`.

use std::collections::BTreeMap;

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_custody::{Custodian, Evidence};
use bidroom_domain::SessionId;
use bidroom_domain::opening::{FailureCause, FixedBid, Remedy, State};
use bidroom_envelope::bid::header::Header;
use bidroom_envelope::bid::share::Shares;
use bidroom_judging::{EvidenceKind, EvidenceName};

use super::kinds;
use crate::error::{Fault, fault};
use crate::store::Store;

/// Why shares of one bid were not had.
#[derive(Debug)]
pub(super) enum ShareError {
    /// For this bid alone, for good.
    Bid(FailureCause, String),
    /// The room's devices failed: to be tried again, nothing is recorded.
    Room(Fault),
}

/// What opening the bids of one session works with.
pub(super) struct Keyring<'a> {
    store: &'a Store,
    custodian: &'a Custodian,
    session: &'a SessionId,
    /// The officers' packages: custody needs them once, and again when it was started anew.
    officers: Vec<Evidence>,
    /// Statements of the trustees who gave parts of a bid's lock share, by the bid.
    trustees: BTreeMap<Sm3Digest, Vec<Sm3Digest>>,
    devices: usize,
}

impl<'a> Keyring<'a> {
    /// Finds what the officers handed in.
    ///
    /// # Errors
    /// A [`Fault`] of the store.
    pub(super) fn open(
        store: &'a Store,
        custodian: &'a Custodian,
        session: &'a SessionId,
        state: &State,
    ) -> Result<Self, Fault> {
        let by_trustees = state
            .roster
            .iter()
            .filter(|row| row.collected.as_ref().is_some_and(|it| it.remedy == Some(Remedy::RemedyKey)));
        let trustees = by_trustees.map(|row| {
            let parts = row.remedy.iter().flat_map(|remedy| remedy.parts.values());
            (row.row.bid, parts.map(|part| part.statement).collect())
        });
        let trustees = trustees.collect();
        let mut keyring =
            Self { store, custodian, session, officers: Vec::new(), trustees, devices: state.devices.len() };
        let mut officers = Vec::new();
        for authorised in state.authorised.values() {
            officers.extend(keyring.packages(EvidenceKind::OfficerPackage, &authorised.statement)?);
        }
        keyring.officers = officers;
        Ok(keyring)
    }

    fn evidence(&self, name: EvidenceName) -> Result<Evidence, Fault> {
        let bytes = self.store.record(self.session, name.kind.as_str(), &name.key)?;
        let bytes = bytes.ok_or_else(|| fault(&name.to_string(), &"it is missing"))?;
        Ok(Evidence { name, bytes: Base64Bytes(bytes) })
    }

    fn packages(&self, kind: EvidenceKind, statement: &Sm3Digest) -> Result<Vec<Evidence>, Fault> {
        let names = (0..self.devices).map(|device| EvidenceName::package(kind, statement, device));
        names.map(|name| self.evidence(name)).collect()
    }

    /// The accepted head of a fixed bid.
    pub(super) fn head(&self, bid: &Sm3Digest) -> Result<Header, Fault> {
        let head = self
            .store
            .record(self.session, kinds::HEAD, &bid.to_string())?
            .ok_or_else(|| fault("head of a bid", &"it is missing"))?;
        Header::parse(&head).map_err(|error| fault("head of a bid", &error))
    }

    /// The three shares of a fixed bid, each checked against the core's commitment.
    pub(super) fn shares(&self, fixed: &FixedBid) -> Result<Shares, ShareError> {
        let evidence = || -> Result<Vec<Evidence>, Fault> {
            let mut evidence = self.officers.clone();
            evidence.push(self.evidence(EvidenceName::head(&fixed.bid))?);
            match self.trustees.get(&fixed.bid) {
                Some(statements) => {
                    for statement in statements {
                        evidence.extend(self.packages(EvidenceKind::RemedyPackage, statement)?);
                    }
                }
                None => {
                    evidence.push(self.evidence(EvidenceName::statement(&fixed.consent))?);
                    evidence.extend(self.packages(EvidenceKind::ConsentPackage, &fixed.consent)?);
                }
            }
            Ok(evidence)
        };
        let evidence = evidence().map_err(ShareError::Room)?;
        match self.custodian.shares(self.session, &fixed.bid, evidence) {
            Ok(Ok(shares)) => Ok(shares),
            Ok(Err(why)) => Err(ShareError::Bid(FailureCause::BidderMaterial, why)),
            Err(problem) => Err(ShareError::Room(problem.into())),
        }
    }
}
