//! Shares: compared with their commitments when they are handed in, and given out once the close is signed.
//!
//! On arrival a share is unwrapped once, compared and erased; what is kept, by the room, is the package. Failures of
//! cryptography look alike from outside.

use std::sync::Arc;

use bidroom_canon::Sm3Digest;
use bidroom_domain::EnvelopeIndex;
use bidroom_domain::SessionId;
use bidroom_domain::opening::{Phase, Remedy, ShareCollected, State};
use bidroom_envelope::bid::header::{Header, HeaderEnvelope};
use bidroom_envelope::bid::package::{
    OpenPackageError, PackageContext, Purpose, is_package_of, open_share, packages_digest,
};
use bidroom_envelope::bid::share::{Share, Shares};
use bidroom_envelope::officers::{
    Deal, OfficerShare, OpenOfficerShareError, combine, open_officer_share, seal_officer_share,
};
use bidroom_envelope::suite::pki::Certificate;
use bidroom_envelope::suite::sm2::SecretKey;
use bidroom_hsm::{KeyName, Role};
use bidroom_judging::EvidenceKind;
use bidroom_lock::Statement;
use bidroom_tender::Published;

use super::docket::{Docket, Folded};
use super::judge::Bundle;
use super::remedy::{Joining, parts_of, trustees_of};
use super::{Keeper, lock};
use crate::devices::{Device, KeyInDevice, lot_key};
use crate::protocol::{Answer, Evidence, OpenedShares, Problem};

/// The attempt officers authorise: there is one window a lot.
pub(super) const ATTEMPT: u32 = 1;

/// Why one device did not give a share.
pub(super) enum Attempted {
    /// The device failed; another may answer.
    Device(Problem),
    /// The material is wrong, whatever device is asked.
    Material(String),
}

pub(super) fn material(error: OpenPackageError) -> Attempted {
    match error {
        OpenPackageError::Device(error) => Attempted::Device(Problem::fault("device", &error)),
        error => Attempted::Material(error.to_string()),
    }
}

pub(super) fn published(log: &Folded) -> Result<&Arc<Published>, Problem> {
    log.publication.as_ref().ok_or_else(|| Problem::fault("publication", &"it is missing"))
}

/// The dealing of the officers' key that counts.
pub(super) fn deal_of(log: &Folded) -> Result<&Deal, Problem> {
    match &log.redeal {
        Some(redeal) => Ok(&redeal.value().deal),
        None => Ok(&published(log)?.document.value().officers.deal),
    }
}

/// What an officer handed in: its part, enveloped to the opening keys.
pub(super) struct Handed<'a> {
    pub(super) index: u8,
    /// The statement that it came with.
    pub(super) statement: &'a Sm3Digest,
    /// What the statement says of the packages.
    pub(super) sent: &'a Sm3Digest,
    pub(super) purpose: Purpose,
    pub(super) attempt: u32,
}

pub(super) fn envelope(head: &Header) -> Result<&HeaderEnvelope, Problem> {
    head.envelope(EnvelopeIndex::FIRST).ok_or_else(|| Problem::fault("head of a bid", &"no first envelope"))
}

/// Whether reviewers read the bids: only while the evaluation is at work.
fn is_evaluated(state: &State) -> bool {
    state.phase == Phase::Closed && state.evaluation.as_deref().is_some_and(|it| it.stage.is_at_work())
}

impl Keeper {
    /// Asks the devices one after the other until one answers. A device that fails is passed over.
    pub(super) fn on_some_device<T>(
        &self,
        ask: impl Fn(usize, &Device) -> Result<T, Attempted>,
    ) -> Result<Result<T, String>, Problem> {
        let mut failed = Problem::fault("custody", &"there is no device");
        for (place, device) in self.devices.in_turn() {
            match ask(place, device) {
                Ok(answer) => return Ok(Ok(answer)),
                Err(Attempted::Device(error)) => {
                    tracing::warn!(device = device.name, %error, "a device failed; the next one is asked");
                    failed = error;
                }
                Err(Attempted::Material(why)) => return Ok(Err(why)),
            }
        }
        Err(self.devices.unanswered(failed))
    }

    /// Compares an officer's part with the commitments of the dealing that counts, and every device's package with it.
    pub(super) fn check_part(
        &self,
        docket: &Docket,
        log: &Folded,
        handed: &Handed<'_>,
        evidence: &Bundle<'_>,
    ) -> Result<(), Problem> {
        let (published, deal) = (published(log)?, deal_of(log)?);
        let packages = evidence.officer_packages(handed.statement, published.opening.len())?;
        if packages_digest(packages.iter().copied()) != *handed.sent {
            return Err(Problem::Share);
        }
        let key = lot_key(&docket.documents.lot, Role::Opening)?;
        let (index, purpose, attempt) = (handed.index, handed.purpose, handed.attempt);
        let opening = &published.opening;
        let part = self.officer_part(deal, index, &packages, opening, &key, (purpose, attempt))?;
        let part = part.map_err(|why| {
            tracing::info!(why, index, "an officer's part was not taken");
            Problem::Share
        })?;
        let same = opening.iter().zip(&packages).all(|(recipient, package)| {
            seal_officer_share(deal, &part, purpose, attempt, recipient).is_ok_and(|again| again == *package)
        });
        if same { Ok(()) } else { Err(Problem::Share) }
    }

    pub(super) fn officer_part(
        &self,
        deal: &Deal,
        index: u8,
        packages: &[&[u8]],
        opening: &[Certificate],
        key: &KeyName,
        (purpose, attempt): (Purpose, u32),
    ) -> Result<Result<OfficerShare, String>, Problem> {
        self.on_some_device(|place, device| {
            let (package, certificate) = packages.get(place).zip(opening.get(place)).ok_or_else(missing)?;
            let key = KeyInDevice { device, key };
            open_officer_share(deal, index.into(), package, purpose, attempt, certificate, &key).map_err(
                |error| match error {
                    OpenOfficerShareError::Package(error) => material(error),
                    error => Attempted::Material(error.to_string()),
                },
            )
        })
    }

    /// Compares a lock share with the core's commitment, and every device's package with it.
    pub(super) fn check_share(
        &self,
        docket: &Docket,
        log: &Folded,
        collected: &ShareCollected,
        evidence: &Bundle<'_>,
    ) -> Result<(), Problem> {
        let published = published(log)?;
        let opening = &published.opening;
        let packages =
            evidence.packages(EvidenceKind::ConsentPackage, &collected.statement, opening.len())?;
        if packages_digest(packages.iter().copied()) != collected.packages {
            return Err(Problem::Share);
        }
        let row = log.state.row(&collected.bidder).ok_or(Problem::Share)?;
        let head = evidence.head(&row.row.bid)?;
        let envelope = envelope(&head)?;
        let key = lot_key(&docket.documents.lot, Role::Opening)?;
        let (purpose, attempt) = (Purpose::Consent, collected.attempt);
        let share = self.package_share(envelope, purpose, attempt, &packages, opening, &key)?;
        let share = share.map_err(|why| {
            tracing::info!(session = %docket.session, why, "a lock share was not taken");
            Problem::Share
        })?;
        let same = opening.iter().zip(&packages).all(|(recipient, package)| {
            let context = PackageContext { subject: &envelope.hash.0, purpose, attempt, recipient };
            is_package_of(package, share.expose(), &context)
        });
        if same { Ok(()) } else { Err(Problem::Share) }
    }

    fn package_share(
        &self,
        envelope: &HeaderEnvelope,
        purpose: Purpose,
        attempt: u32,
        packages: &[&[u8]],
        certificates: &[Certificate],
        key: &KeyName,
    ) -> Result<Result<Share, String>, Problem> {
        self.on_some_device(|place, device| {
            let (package, certificate) =
                packages.get(place).zip(certificates.get(place)).ok_or_else(missing)?;
            let key = KeyInDevice { device, key };
            open_share(package, &envelope.core, &envelope.hash, purpose, attempt, certificate, &key)
                .map_err(material)
        })
    }

    /// The three shares of a bid, once the close is signed. Unwrapping happens outside of the docket's lock, so that
    /// several bids are worked on at once.
    pub(super) fn shares(
        &self,
        session: &SessionId,
        bid: &Sm3Digest,
        evidence: &[Evidence],
    ) -> Result<Answer, Problem> {
        let evidence = Bundle::of(evidence);
        let docket = self.docket(session)?;
        let (published, officers, collected, parts, trustees, attempt, record, lot) = {
            let mut docket = lock(&docket);
            let state = &docket.settled.state;
            self.time_stands(&docket, state)?;
            if docket.is_reading()
                || state.closed.is_none()
                || !(matches!(state.phase, Phase::Opening | Phase::Announce | Phase::Confirm)
                    || is_evaluated(state))
            {
                return Err(Problem::Phase { what: "opening a bid".to_owned() });
            }
            let row = state.roster.iter().find(|row| row.row.bid == *bid);
            let collected = row.and_then(|row| Some((row, row.collected.clone()?)));
            let (row, collected) =
                collected.ok_or_else(|| Problem::Phase { what: "opening this bid".to_owned() })?;
            let by_trustees = collected.remedy == Some(Remedy::RemedyKey);
            let trustees = by_trustees.then(|| trustees_of(&docket)).transpose()?;
            let parts = parts_of(row);
            let attempt = state.unlock.as_ref().map_or(ATTEMPT, |clock| clock.attempt);
            let record = docket.settled.packages.get(bid).copied();
            let published = published(&docket.settled)?.clone();
            let officers = self.officers_key(&mut docket, &published, &evidence)?;
            // For reviewers it is joined again for each bid: it must not lie about for the hours of a review.
            docket.forget_officers();
            let lot = docket.documents.lot.clone();
            (published, officers, collected, parts, trustees, attempt, record, lot)
        };
        let head = evidence.head(bid)?;
        if Some(head.packages_digest().0) != record {
            return Err(Problem::Objection {
                why: "the head has other key packages than were received".to_owned(),
            });
        }
        let envelope = envelope(&head)?;
        let key = lot_key(&lot, Role::Opening)?;
        let opening = &published.opening;
        let lock_share = match &trustees {
            Some(trustees) => {
                let joining = Joining { envelope, trustees, opening, key: &key, attempt };
                self.joined(&joining, &parts, &evidence)?
            }
            None => {
                let packages = consented(&evidence, &collected.statement, opening.len())?;
                self.package_share(envelope, Purpose::Consent, attempt, &packages, opening, &key)?
            }
        };
        let lock_share = match lock_share {
            Ok(share) => share,
            Err(why) => return Ok(Answer::BidDoesNotOpen(why)),
        };
        let room = match self.room_share(&head, envelope, &published, &lot_key(&lot, Role::Tender)?)? {
            Ok(share) => share,
            Err(why) => return Ok(Answer::BidDoesNotOpen(why)),
        };
        match officers_share(&head, envelope, &published, &officers) {
            Ok(officers) => Ok(Answer::Shares(OpenedShares(Shares { lock: lock_share, room, officers }))),
            Err(Attempted::Material(why)) => Ok(Answer::BidDoesNotOpen(why)),
            Err(Attempted::Device(problem)) => Err(problem),
        }
    }

    fn room_share(
        &self,
        head: &Header,
        envelope: &HeaderEnvelope,
        published: &Published,
        key: &KeyName,
    ) -> Result<Result<Share, String>, Problem> {
        self.on_some_device(|place, device| {
            let certificate = published.tender.get(place).ok_or_else(missing)?;
            let package =
                head.packages().value().find(EnvelopeIndex::FIRST, Purpose::Room, &certificate.digest());
            let package =
                package.ok_or_else(|| Attempted::Material("no package for the room's key".to_owned()))?;
            let key = KeyInDevice { device, key };
            open_share(&package.der.0, &envelope.core, &envelope.hash, Purpose::Room, 0, certificate, &key)
                .map_err(material)
        })
    }

    /// The officers' key, joined from the parts that were handed in, once; kept until nothing is left to open.
    fn officers_key(
        &self,
        docket: &mut Docket,
        published: &Published,
        evidence: &Bundle<'_>,
    ) -> Result<Arc<SecretKey>, Problem> {
        if let Some(officers) = &docket.officers {
            return Ok(officers.clone());
        }
        let deal = deal_of(&docket.settled)?;
        let key = lot_key(&docket.documents.lot, Role::Opening)?;
        let mut parts = Vec::new();
        for (index, authorised) in &docket.settled.state.authorised {
            let opening = &published.opening;
            let packages = evidence.officer_packages(&authorised.statement, opening.len())?;
            // Which packages they are needs no comparing here: a part is checked against the published commitments.
            let asked = (Purpose::Authorise, ATTEMPT);
            let part = self.officer_part(deal, *index, &packages, opening, &key, asked)?;
            parts.push(part.map_err(|why| Problem::Objection { why: format!("officer {index}: {why}") })?);
        }
        let officers =
            combine(deal, &parts).map_err(|error| Problem::Objection { why: error.to_string() })?;
        let officers = Arc::new(officers);
        docket.officers = Some(officers.clone());
        Ok(officers)
    }
}

pub(super) fn missing() -> Attempted {
    Attempted::Device(Problem::fault("published certificates", &"there is none for this device"))
}

/// The packages that came with a consent, as it names them.
fn consented<'a>(
    evidence: &Bundle<'a>,
    consent: &Sm3Digest,
    devices: usize,
) -> Result<Vec<&'a [u8]>, Problem> {
    let signed = evidence.statement(consent)?;
    let packages = evidence.packages(EvidenceKind::ConsentPackage, consent, devices)?;
    let (Statement::Consent(given) | Statement::Remedy(given)) = signed.statement() else {
        return Err(Problem::Share);
    };
    if packages_digest(packages.iter().copied()) == given.share_package_digest {
        Ok(packages)
    } else {
        Err(Problem::Objection { why: "the packages are not those of the consent".to_owned() })
    }
}

fn officers_share(
    head: &Header,
    envelope: &HeaderEnvelope,
    published: &Published,
    officers: &SecretKey,
) -> Result<Share, Attempted> {
    let certificate = &published.officers;
    let package =
        head.packages().value().find(EnvelopeIndex::FIRST, Purpose::Officers, &certificate.digest());
    let package =
        package.ok_or_else(|| Attempted::Material("no package for the officers' key".to_owned()))?;
    let purpose = Purpose::Officers;
    open_share(&package.der.0, &envelope.core, &envelope.hash, purpose, 0, certificate, officers)
        .map_err(material)
}
