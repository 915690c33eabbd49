//! The remedy key: trustees' parts are compared with what the bidder sealed to them, and joined to the lock share.
//!
//! Parts are unwrapped, compared and erased like every share; they are joined when the last one that is needed arrives,
//! to be compared with the core's commitment, and again at the opening. Between the two only packages are kept.

use bidroom_canon::Sm3Digest;
use bidroom_domain::EnvelopeIndex;
use bidroom_domain::opening::{GivenPart, RemedyPartGiven, RowState, ShareCollected};
use bidroom_envelope::bid::header::HeaderEnvelope;
use bidroom_envelope::bid::package::{Purpose, packages_digest};
use bidroom_envelope::bid::remedy::{
    RemedyPart, Trustees, is_sealed_part, join_parts, open_given_part, seal_given_part,
};
use bidroom_envelope::bid::share::Share;
use bidroom_hsm::{KeyName, Role};
use bidroom_judging::{EvidenceKind, Objection};

use super::Keeper;
use super::docket::{Docket, Folded};
use super::judge::Bundle;
use super::shares::{envelope, material, missing, published};
use crate::devices::{KeyInDevice, lot_key};
use crate::protocol::Problem;

/// What joining parts of one bid needs besides the parts.
pub(super) struct Joining<'a> {
    pub(super) envelope: &'a HeaderEnvelope,
    pub(super) trustees: &'a Trustees,
    pub(super) opening: &'a [bidroom_envelope::suite::pki::Certificate],
    pub(super) key: &'a KeyName,
    pub(super) attempt: u32,
}

/// The trustees of a docket's lot.
pub(super) fn trustees_of(docket: &Docket) -> Result<Trustees, Problem> {
    let trustees = docket.documents.package.value().trustees(&docket.documents.lot);
    let trustees = trustees.map_err(|error| Problem::fault("tender package", &error))?;
    trustees.ok_or_else(|| Problem::Objection { why: "the tender declares no remedy key".to_owned() })
}

impl Keeper {
    /// Compares a trustee's part with the package that the bidder sealed to it, and every device's package with the part.
    pub(super) fn check_remedy_part(
        &self,
        docket: &Docket,
        log: &Folded,
        given: &RemedyPartGiven,
        evidence: &Bundle<'_>,
    ) -> Result<(), Problem> {
        let opening = &published(log)?.opening;
        let packages = evidence.packages(EvidenceKind::RemedyPackage, &given.statement, opening.len())?;
        if packages_digest(packages.iter().copied()) != given.packages {
            return Err(Problem::Share);
        }
        let row = log.state.row(&given.bidder).ok_or(Problem::Share)?;
        let head = evidence.head(&row.row.bid)?;
        let envelope = envelope(&head)?;
        let trustees = trustees_of(docket)?;
        let place = usize::from(given.index).checked_sub(1);
        let trustee = place.and_then(|place| trustees.certificates().get(place)).ok_or(Problem::Share)?;
        let record = head.packages().value();
        let sealed = record.find(EnvelopeIndex::FIRST, Purpose::Remedy, &trustee.digest());
        let sealed = sealed.ok_or(Problem::Share)?;
        let key = lot_key(&docket.documents.lot, Role::Opening)?;
        let joining = Joining { envelope, trustees: &trustees, opening, key: &key, attempt: given.attempt };
        let part = self.given_part(&joining, given.index, &packages)?.map_err(|why| {
            tracing::info!(session = %docket.session, why, index = given.index, "a trustee's part was not taken");
            Problem::Share
        })?;
        let same = opening.iter().zip(&packages).all(|(recipient, package)| {
            let again = seal_given_part(&part, &envelope.hash, given.attempt, recipient);
            again.is_ok_and(|again| again == *package)
        });
        if same && is_sealed_part(&sealed.der.0, &part, &envelope.hash, trustee) {
            Ok(())
        } else {
            Err(Problem::Share)
        }
    }

    /// Joins the parts that are held, each of which is the one that was sealed, and compares what they give with the core's
    /// commitment.
    pub(super) fn check_joined(
        &self,
        docket: &Docket,
        log: &Folded,
        collected: &ShareCollected,
        evidence: &Bundle<'_>,
    ) -> Result<(), Problem> {
        let row = log.state.row(&collected.bidder).ok_or(Problem::Share)?;
        let head = evidence.head(&row.row.bid)?;
        let (envelope, trustees) = (envelope(&head)?, trustees_of(docket)?);
        let (opening, key) = (&published(log)?.opening, lot_key(&docket.documents.lot, Role::Opening)?);
        let joining =
            Joining { envelope, trustees: &trustees, opening, key: &key, attempt: collected.attempt };
        match self.joined(&joining, &parts_of(row), evidence)? {
            Ok(_) => Ok(()),
            Err(why) => {
                tracing::warn!(session = %docket.session, why, "the parts of a lock share were dealt wrongly");
                Err(Problem::Dealt)
            }
        }
    }

    /// The lock share that trustees' parts give, or why they give none.
    pub(super) fn joined(
        &self,
        joining: &Joining<'_>,
        given: &[(u8, GivenPart)],
        evidence: &Bundle<'_>,
    ) -> Result<Result<Share, String>, Problem> {
        let mut parts = Vec::new();
        for (index, part) in given {
            let devices = joining.opening.len();
            let packages = evidence.packages(EvidenceKind::RemedyPackage, &part.statement, devices)?;
            same_packages(&packages, &part.packages)?;
            match self.given_part(joining, *index, &packages)? {
                Ok(part) => parts.push(part),
                Err(why) => return Ok(Err(why)),
            }
        }
        let threshold = joining.trustees.threshold();
        Ok(join_parts(&parts, threshold, &joining.envelope.core).map_err(|error| error.to_string()))
    }

    fn given_part(
        &self,
        joining: &Joining<'_>,
        index: u8,
        packages: &[&[u8]],
    ) -> Result<Result<RemedyPart, String>, Problem> {
        self.on_some_device(|place, device| {
            let found = packages.get(place).zip(joining.opening.get(place));
            let (package, certificate) = found.ok_or_else(missing)?;
            let key = KeyInDevice { device, key: joining.key };
            let hash = &joining.envelope.hash;
            open_given_part(package, hash, index.into(), joining.attempt, certificate, &key).map_err(material)
        })
    }
}

/// The parts that are held of a bid, by trustee.
pub(super) fn parts_of(row: &RowState) -> Vec<(u8, GivenPart)> {
    let parts = row.remedy.iter().flat_map(|remedy| &remedy.parts);
    parts.map(|(index, part)| (*index, part.clone())).collect()
}

fn same_packages(packages: &[&[u8]], logged: &Sm3Digest) -> Result<(), Problem> {
    if packages_digest(packages.iter().copied()) == *logged {
        Ok(())
    } else {
        Err(Objection::Unreadable { what: "a trustee's packages", why: "they are others".to_owned() }.into())
    }
}
