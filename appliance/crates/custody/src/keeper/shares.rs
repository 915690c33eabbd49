//! Shares: compared with their commitments when they are handed in, and given out once the close is signed.
//!
//! On arrival a share is unwrapped once, compared and erased; what is kept, by the room, is the package. Failures of
//! cryptography look alike from outside.

use std::sync::Arc;

use bidroom_canon::Sm3Digest;
use bidroom_domain::SessionId;
use bidroom_domain::opening::{Phase, ShareAuthorised, ShareCollected};
use bidroom_envelope::bid::header::{Header, HeaderEnvelope};
use bidroom_envelope::bid::ids::EnvelopeIndex;
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
use bidroom_tender::Published;

use super::docket::{Docket, Folded};
use super::judge::Bundle;
use super::{Keeper, lock};
use crate::devices::{Device, KeyInDevice, lot_key};
use crate::protocol::{Answer, Evidence, OpenedShares, Problem};

/// The attempt officers authorise: there is one window a lot.
const ATTEMPT: u32 = 1;

/// Why one device did not give a share.
enum Attempted {
    /// The device failed; another may answer.
    Device(Problem),
    /// The material is wrong, whatever device is asked.
    Material(String),
}

fn material(error: OpenPackageError) -> Attempted {
    match error {
        OpenPackageError::Device(error) => Attempted::Device(Problem::fault("device", &error)),
        error => Attempted::Material(error.to_string()),
    }
}

fn published(log: &Folded) -> Result<&Arc<Published>, Problem> {
    log.publication.as_ref().ok_or_else(|| Problem::fault("publication", &"it is missing"))
}

fn envelope(head: &Header) -> Result<&HeaderEnvelope, Problem> {
    head.envelope(EnvelopeIndex::FIRST).ok_or_else(|| Problem::fault("head of a bid", &"no first envelope"))
}

impl Keeper {
    /// Asks the devices one after the other until one answers. A device that fails is passed over.
    fn on_some_device<T>(
        &self,
        ask: impl Fn(usize, &Device) -> Result<T, Attempted>,
    ) -> Result<Result<T, String>, Problem> {
        let mut failed = Problem::fault("custody", &"there is no device");
        for (place, device) in self.devices.devices().iter().enumerate() {
            match ask(place, device) {
                Ok(answer) => return Ok(Ok(answer)),
                Err(Attempted::Device(error)) => {
                    tracing::warn!(device = device.name, %error, "a device failed; the next one is asked");
                    failed = error;
                }
                Err(Attempted::Material(why)) => return Ok(Err(why)),
            }
        }
        Err(failed)
    }

    /// Compares an officer's part with the published commitments, and every device's package with it.
    pub(super) fn check_part(
        &self,
        docket: &Docket,
        log: &Folded,
        authorised: &ShareAuthorised,
        sent: &Sm3Digest,
        evidence: &Bundle<'_>,
    ) -> Result<(), Problem> {
        let published = published(log)?;
        let packages = evidence.packages(
            EvidenceKind::OfficerPackage,
            &authorised.statement,
            published.opening.len(),
        )?;
        if packages_digest(packages.iter().copied()) != *sent {
            return Err(Problem::Share);
        }
        let deal = &published.document.value().officers.deal;
        let key = lot_key(&docket.documents.lot, Role::Opening)?;
        let part = self.officer_part(deal, authorised.index, &packages, &published.opening, &key)?;
        let part = part.map_err(|why| {
            tracing::info!(why, index = authorised.index, "an officer's part was not taken");
            Problem::Share
        })?;
        let same = published.opening.iter().zip(&packages).all(|(recipient, package)| {
            seal_officer_share(deal, &part, Purpose::Authorise, ATTEMPT, recipient)
                .is_ok_and(|again| again == *package)
        });
        if same { Ok(()) } else { Err(Problem::Share) }
    }

    fn officer_part(
        &self,
        deal: &Deal,
        index: u8,
        packages: &[&[u8]],
        opening: &[Certificate],
        key: &KeyName,
    ) -> Result<Result<OfficerShare, String>, Problem> {
        self.on_some_device(|place, device| {
            let (package, certificate) = packages.get(place).zip(opening.get(place)).ok_or_else(missing)?;
            let key = KeyInDevice { device, key };
            open_officer_share(deal, index.into(), package, Purpose::Authorise, ATTEMPT, certificate, &key)
                .map_err(|error| match error {
                    OpenOfficerShareError::Package(error) => material(error),
                    error => Attempted::Material(error.to_string()),
                })
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
        self.time_stands()?;
        let evidence = Bundle::of(evidence);
        let docket = self.docket(session)?;
        let (published, officers, consent, attempt, record, lot) = {
            let mut docket = lock(&docket);
            let state = &docket.settled.state;
            if docket.is_reading()
                || state.closed.is_none()
                || !matches!(state.phase, Phase::Opening | Phase::Announce | Phase::Confirm)
            {
                return Err(Problem::Phase { what: "opening a bid".to_owned() });
            }
            let row = state.roster.iter().find(|row| row.row.bid == *bid);
            let collected = row.and_then(|row| row.collected.as_ref());
            let consent =
                collected.ok_or_else(|| Problem::Phase { what: "opening this bid".to_owned() })?.statement;
            let attempt = state.unlock.as_ref().map_or(ATTEMPT, |clock| clock.attempt);
            let record = docket.settled.packages.get(bid).copied();
            let published = published(&docket.settled)?.clone();
            let officers = self.officers_key(&mut docket, &published, &evidence)?;
            (published, officers, consent, attempt, record, docket.documents.lot.clone())
        };
        let head = evidence.head(bid)?;
        if Some(head.packages_digest().0) != record {
            return Err(Problem::Objection {
                why: "the head has other key packages than were received".to_owned(),
            });
        }
        let envelope = envelope(&head)?;
        let signed = evidence.statement(&consent)?;
        let packages = evidence.packages(EvidenceKind::ConsentPackage, &consent, published.opening.len())?;
        let digest = packages_digest(packages.iter().copied());
        let bidroom_lock::Statement::Consent { share_package_digest, .. } = signed.statement() else {
            return Err(Problem::Share);
        };
        if digest != *share_package_digest {
            return Err(Problem::Objection { why: "the packages are not those of the consent".to_owned() });
        }
        let opening = lot_key(&lot, Role::Opening)?;
        let lock_share =
            self.package_share(envelope, Purpose::Consent, attempt, &packages, &published.opening, &opening)?;
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
        let deal = &published.document.value().officers.deal;
        let key = lot_key(&docket.documents.lot, Role::Opening)?;
        let mut parts = Vec::new();
        for (index, authorised) in &docket.settled.state.authorised {
            let packages = evidence.packages(
                EvidenceKind::OfficerPackage,
                &authorised.statement,
                published.opening.len(),
            )?;
            // Which packages they are needs no comparing here: a part is checked against the published commitments.
            let part = self.officer_part(deal, *index, &packages, &published.opening, &key)?;
            parts.push(part.map_err(|why| Problem::Objection { why: format!("officer {index}: {why}") })?);
        }
        let officers =
            combine(deal, &parts).map_err(|error| Problem::Objection { why: error.to_string() })?;
        let officers = Arc::new(officers);
        docket.officers = Some(officers.clone());
        Ok(officers)
    }
}

fn missing() -> Attempted {
    Attempted::Device(Problem::fault("published certificates", &"there is none for this device"))
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
