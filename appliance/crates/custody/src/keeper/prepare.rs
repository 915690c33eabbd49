//! Making a lot's keys in every device, dealing the officers' key, and publishing.

use std::sync::Arc;

use bidroom_canon::Base64Bytes;
use bidroom_domain::EnvelopeIndex;
use bidroom_domain::opening::{DeviceKeys, KeysPublished, Phase};
use bidroom_domain::{At, SessionId};
use bidroom_envelope::officers::{DealScope, deal};
use bidroom_envelope::suite::pki::Certificate;
use bidroom_hsm::Role;
use bidroom_tender::{
    Publication, PublicationFormat, Published, PublishedDevice, PublishedOfficers, SignedDocument,
};
use rand_core::UnwrapErr;

use super::docket::Docket;
use super::{Keeper, lock};
use crate::devices::lot_key;
use crate::identity::{ENCRYPTION, ensure_key, sm2_key};
use crate::protocol::{Answer, Prepared, Problem};

/// A publication that was made and is not in the log yet.
pub(super) struct Made {
    pub(super) published: Arc<Published>,
    pub(super) event: KeysPublished,
}

/// What one preparation gives: the signed publication, its event, the officers' packages.
type Fresh = (SignedDocument<Publication>, KeysPublished, Vec<Vec<u8>>);

impl Keeper {
    /// Makes the lot's keys and signs the publication. The officers' scalar lives in this call alone.
    pub(super) fn prepare(&self, session: &SessionId, at: At) -> Result<Answer, Problem> {
        self.is_now(at)?;
        let docket = self.docket(session)?;
        let mut docket = lock(&docket);
        let state = &docket.settled.state;
        if state.lot.is_none() || state.phase != Phase::Prepare || docket.is_reading() {
            return Err(Problem::Phase { what: "preparing".to_owned() });
        }
        let (document, event, dealt) = self.make(&docket, at)?;
        let published =
            Published::read(document.der()).map_err(|error| Problem::fault("publication", &error))?;
        docket.made = Some(Arc::new(Made { published: Arc::new(published), event: event.clone() }));
        Ok(Answer::Prepared(Box::new(Prepared {
            publication: Base64Bytes(document.der().to_vec()),
            event,
            dealt: dealt.into_iter().map(Base64Bytes).collect(),
        })))
    }

    fn make(&self, docket: &Docket, now: At) -> Result<Fresh, Problem> {
        let lot = &docket.documents.lot;
        let mut devices = Vec::new();
        let mut keys = Vec::new();
        let mut openings = Vec::new();
        for device in self.devices.devices() {
            let certify = |role: Role, purpose: &str| -> Result<Certificate, Problem> {
                let name = lot_key(lot, role)?;
                let key = sm2_key(ensure_key(device, &name)?)?;
                let common_name = format!("{} {purpose} {}", lot.session(), device.name);
                let certificate = self.voice.certify(&common_name, &key, ENCRYPTION, now)?;
                // What is published was tried: each device alone can open what is enveloped to it.
                self.prove_device(device, &name, &certificate)?;
                Ok(certificate)
            };
            let (tender, opening) = (certify(Role::Tender, "tender")?, certify(Role::Opening, "opening")?);
            let custody = device.custody();
            let description =
                custody.ok_or_else(|| Problem::fault(device.name, &"it is not open"))?.description();
            let level = description.decryption;
            // The first line is for a page from across the room.
            let level_zh = format!("{}\n{}", level.short_zh(), level.zh());
            let level_en = format!("{}\n{}", level.short_en(), level.en());
            keys.push(DeviceKeys {
                device: device.name.to_owned(),
                level_zh: level_zh.clone(),
                level_en: level_en.clone(),
                tender_certificate: tender.digest(),
                opening_certificate: opening.digest(),
            });
            devices.push(PublishedDevice {
                device: device.name.to_owned(),
                level_zh,
                level_en,
                tender_certificate: Base64Bytes(tender.der().to_vec()),
                opening_certificate: Base64Bytes(opening.der().to_vec()),
            });
            openings.push(opening);
        }

        let package = &docket.documents.package;
        let wrong = |what: &str, error: &dyn core::fmt::Display| Problem::fault(what, &error.to_string());
        let certificates = "certificates of the tender package";
        let known = package.value().certificates_by_digest().map_err(|error| wrong(certificates, &error))?;
        let mut officers: Vec<_> = lot.officers.iter().collect();
        officers.sort_by_key(|officer| officer.index);
        let locks = officers
            .iter()
            .map(|officer| known.get(&officer.encryption_certificate).cloned())
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| wrong(certificates, &"an officer's is missing"))?;
        let scope = DealScope { tender: lot.tender.clone(), lot: lot.lot, envelope: EnvelopeIndex::FIRST };
        let threshold = usize::from(lot.policy.officers_threshold.value);
        let dealing = deal(scope, threshold, &locks, &mut UnwrapErr(getrandom::SysRng))
            .map_err(|error| wrong("dealing the officers' key", &error))?;
        let public = dealing.deal.public_key();
        let public = public.ok_or_else(|| wrong("dealing the officers' key", &"no key"))?;
        let officers_certificate =
            self.voice.certify(&format!("{} officers", lot.session()), public, ENCRYPTION, now)?;

        let draw = match lot.evaluation {
            Some(_) => {
                Some(self.commit_to_draws(&lot.session(), &openings, &lot_key(lot, Role::Opening)?)?)
            }
            None => None,
        };
        let committed = draw.as_ref().map(|draw| draw.commitment);

        let publication = Publication {
            format: PublicationFormat::V1,
            package: Base64Bytes(package.der().to_vec()),
            lot: lot.lot,
            envelope: EnvelopeIndex::FIRST.number(),
            devices,
            officers: PublishedOfficers {
                certificate: Base64Bytes(officers_certificate.der().to_vec()),
                deal: dealing.deal,
            },
            draw,
        };
        let document = self.voice.document(&publication)?;
        let event = KeysPublished {
            publication: document.digest(),
            devices: keys,
            officers_certificate: officers_certificate.digest(),
            draw: committed,
        };
        Ok((document, event, dealing.packages))
    }
}
