//! Tender packages: importing them, making the keys of their lots, publishing.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use bidroom_canon::Base64Bytes;
use bidroom_domain::opening::{Command, DeviceKeys, KeysPublished, Phase, SessionCreated};
use bidroom_domain::{Actor, At, LotFacts, SessionId};
use bidroom_envelope::bid::ids::EnvelopeIndex;
use bidroom_envelope::officers::{DealScope, deal};
use bidroom_envelope::suite::pki::Certificate;
use bidroom_hsm::Role;
use bidroom_tender::{
    PackageError, Publication, PublicationFormat, PublishedDevice, PublishedOfficers, SignedDocument,
    TenderPackage, package_origin,
};

use crate::app::App;
use crate::custody::lot_key;
use crate::error::{Fault, fault};
use crate::room::{ActError, RoomHandle};
use crate::signer::{ensure_key, sm2_key};
use crate::store::{Record, Store};

/// Kinds of records that belong to a session's preparation.
pub mod kinds {
    /// The signed tender package, key `1`.
    pub const PACKAGE: &str = "package";
    /// The signed publication, by its SM3.
    pub const PUBLICATION: &str = "publication";
    /// An officer's part as it was dealt to its lock, key `<publication>/<index>`.
    pub const DEALT: &str = "dealt";
}

/// Why a package was not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Not usable.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// Made for another room, or for keys that this room has no longer.
    #[error("the package names the room {named}, this is {this}, or its keys are not this room's")]
    OtherRoom {
        /// The room it names.
        named: String,
        /// This room.
        this: String,
    },
    /// The agency signed with a lot that is marked differently from the room: drill or real.
    #[error("the package is {}a drill, the room is {}", if *.package { "" } else { "not " }, if *.package { "not one" } else { "one" })]
    Drill {
        /// Whether the package is one.
        package: bool,
    },
    /// Refused by a rule, or failed.
    #[error(transparent)]
    Act(#[from] ActError),
}

/// A lot with everything that was signed for it.
#[derive(Debug)]
pub struct Prepared {
    /// The signed package.
    pub package: SignedDocument<TenderPackage>,
    /// The lot.
    pub lot: LotFacts,
    /// Roots of the accepted CAs, with the names people know them by.
    pub authorities: Vec<(String, Certificate)>,
    /// The signed publication with what is read from it often.
    pub publication: Option<Published>,
}

/// A signed publication, read.
#[derive(Debug)]
pub struct Published {
    /// As signed.
    pub document: SignedDocument<Publication>,
    /// Certificates of the tender keys, main first.
    pub tender: Vec<Certificate>,
    /// Certificates of the opening keys, main first.
    pub opening: Vec<Certificate>,
    /// Certificate of the officers' key.
    pub officers: Certificate,
}

impl Prepared {
    fn read(package: &[u8], publication: Option<&[u8]>, session: &SessionId) -> Result<Self, Fault> {
        let wrong = |error: &dyn std::fmt::Display| {
            fault(&format!("tender package of {session}"), &error.to_string())
        };
        let package = SignedDocument::<TenderPackage>::parse(package).map_err(|error| wrong(&error))?;
        let lot = package.value().lots.iter().find(|lot| lot.session() == *session);
        let lot = lot.cloned().ok_or_else(|| wrong(&"it has no such lot"))?;
        let authorities = package.value().authority_roots().map_err(|error| wrong(&error))?;
        let publication = publication.map(Published::read).transpose().map_err(|error| wrong(&error))?;
        Ok(Self { package, lot, authorities, publication })
    }

    /// The roots alone.
    pub fn roots(&self) -> Vec<Certificate> {
        self.authorities.iter().map(|(_, root)| root.clone()).collect()
    }

    /// The name of the accepted CA that issued a certificate; its issuer's own name where none fits.
    pub fn authority_of(&self, certificate: &Certificate) -> String {
        let of_root = |(_, root): &&(String, Certificate)| root.subject().der() == certificate.issuer().der();
        self.authorities.iter().find(of_root).map_or_else(
            || {
                let issuer = certificate.issuer();
                issuer.organisation().or(issuer.common_name()).unwrap_or("—").to_owned()
            },
            |(name, _)| name.clone(),
        )
    }
}

impl Published {
    fn read(der: &[u8]) -> Result<Self, bidroom_tender::PublicationError> {
        let document = SignedDocument::<Publication>::parse(der)?;
        let publication = document.value();
        Ok(Self {
            tender: publication.tender_certificates()?,
            opening: publication.opening_certificates()?,
            officers: publication.officers_certificate()?,
            document,
        })
    }
}

/// The packages of all sessions, read once.
#[derive(Clone, Default)]
pub struct Tenders {
    sessions: Arc<RwLock<BTreeMap<SessionId, Arc<Prepared>>>>,
}

impl Tenders {
    /// Reads the packages of all sessions that have a log.
    ///
    /// # Errors
    /// A [`Fault`] that names the session whose package is missing or damaged.
    pub fn open(store: &Store) -> Result<Self, Fault> {
        let tenders = Self::default();
        for session in store.sessions()? {
            tenders.load(store, &session)?;
        }
        Ok(tenders)
    }

    /// What was signed for a session.
    pub fn get(&self, session: &SessionId) -> Option<Arc<Prepared>> {
        self.sessions.read().unwrap_or_else(PoisonError::into_inner).get(session).cloned()
    }

    fn load(&self, store: &Store, session: &SessionId) -> Result<Arc<Prepared>, Fault> {
        let package = store
            .record(session, kinds::PACKAGE, "1")?
            .ok_or_else(|| fault(&format!("tender package of {session}"), &"it is missing"))?;
        let publications = store.records(session, kinds::PUBLICATION)?;
        // One that was made and never became an event was replaced by a later one; the event names the right one.
        let named = crate::unlock::first_of_kind(store, session, "keys.published")?.and_then(|(_, entry)| {
            let digest = entry.public().get("publication")?.as_str()?.to_owned();
            publications.iter().find(|(key, _)| *key == digest).map(|(_, der)| der.clone())
        });
        let prepared = Arc::new(Prepared::read(&package, named.as_deref(), session)?);
        self.sessions
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(session.clone(), prepared.clone());
        Ok(prepared)
    }
}

/// Imports a signed package: one session per lot, each prepared and published.
///
/// # Errors
/// [`ImportError`]. Lots that were imported before stay; the first lot that cannot be imported stops the rest.
pub async fn import(app: &App, by: Actor, der: &[u8]) -> Result<Vec<SessionId>, ImportError> {
    let now = app.now();
    let package = TenderPackage::open(der, &app.agency_roots, now.0)?;
    let (named, this) = (&package.value().room, app.signer.identity());
    if named != this {
        return Err(ImportError::OtherRoom { named: named.keys.name.clone(), this: this.keys.name.clone() });
    }
    if let Some(lot) = package.value().lots.iter().find(|lot| lot.drill != app.config.drill) {
        return Err(ImportError::Drill { package: lot.drill });
    }
    let mut sessions = Vec::new();
    for lot in &package.value().lots {
        let session = lot.session();
        let room = app.rooms.start(session.clone()).map_err(ActError::from)?;
        let created = SessionCreated {
            package: package.digest(),
            origin: package_origin(&this.keys.name, lot),
            lot: Box::new(lot.clone()),
        };
        let record = Record { kind: kinds::PACKAGE, key: "1".into(), bytes: der.to_vec() };
        room.act(by.clone(), Command::CreateSession(Box::new(created)), vec![record]).await?;
        app.tenders.load(&app.store, &session).map_err(ActError::from)?;
        prepare(app, &room).await?;
        sessions.push(session);
    }
    Ok(sessions)
}

/// Goes on with the preparation of sessions in which it was cut off.
///
/// # Errors
/// [`ActError`] of the first session that cannot be prepared.
pub async fn resume(app: &App) -> Result<(), ActError> {
    for (session, snapshot) in app.rooms.list() {
        if snapshot.state.phase == Phase::Prepare
            && let Some(room) = app.rooms.get(&session)
        {
            prepare(app, &room).await?;
        }
    }
    Ok(())
}

/// Makes the lot's keys in every device, deals the officers' key, publishes.
async fn prepare(app: &App, room: &RoomHandle) -> Result<(), ActError> {
    let session = room.session();
    let prepared = app.tenders.get(session).ok_or_else(|| fault("tender package", &"it is missing"))?;
    let made = make_publication(app, &prepared, app.now())?;
    let records = std::iter::once(Record {
        kind: kinds::PUBLICATION,
        key: made.document.digest().to_string(),
        bytes: made.document.der().to_vec(),
    })
    .chain((1..).zip(made.dealt).map(|(index, bytes): (u32, _)| Record {
        kind: kinds::DEALT,
        key: format!("{}/{index}", made.document.digest()),
        bytes,
    }))
    .collect();
    room.act(Actor::Room, Command::PublishKeys(made.event), records).await?;
    app.tenders.load(&app.store, session)?;
    Ok(())
}

struct MadePublication {
    document: SignedDocument<Publication>,
    event: KeysPublished,
    dealt: Vec<Vec<u8>>,
}

fn make_publication(app: &App, prepared: &Prepared, now: At) -> Result<MadePublication, Fault> {
    let lot = &prepared.lot;
    let mut devices = Vec::new();
    let mut keys = Vec::new();
    for device in app.custody.devices() {
        let certify = |role: Role, purpose: &str| -> Result<Certificate, Fault> {
            let key = sm2_key(ensure_key(&*device.custody, &lot_key(lot, role)?)?)?;
            app.signer.certify(&format!("{} {purpose} {}", lot.session(), device.name), &key, now)
        };
        let (tender, opening) = (certify(Role::Tender, "tender")?, certify(Role::Opening, "opening")?);
        let description = device.custody.description();
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
    }

    let known = prepared
        .package
        .value()
        .certificates_by_digest()
        .map_err(|error| fault("certificates of the tender package", &error))?;
    let mut officers: Vec<_> = lot.officers.iter().collect();
    officers.sort_by_key(|officer| officer.index);
    let locks = officers
        .iter()
        .map(|officer| known.get(&officer.encryption_certificate).cloned())
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| fault("certificates of the tender package", &"an officer's is missing"))?;
    let scope = DealScope {
        tender: lot.tender.as_str().parse().map_err(|error| fault("tender number", &error))?,
        lot: lot.lot.0.try_into().map_err(|error| fault("lot number", &error))?,
        envelope: EnvelopeIndex::FIRST,
    };
    let threshold = usize::from(lot.policy.officers_threshold.value);
    let dealing = deal(scope, threshold, &locks, &mut crate::random::SystemRandom)
        .map_err(|error| fault("dealing the officers' key", &error))?;
    let public = dealing.deal.public_key().ok_or_else(|| fault("dealing the officers' key", &"no key"))?;
    let officers_certificate = app.signer.certify(&format!("{} officers", lot.session()), public, now)?;

    let publication = Publication {
        format: PublicationFormat::V1,
        package: Base64Bytes(prepared.package.der().to_vec()),
        lot: lot.lot,
        envelope: EnvelopeIndex::FIRST.number(),
        devices,
        officers: PublishedOfficers {
            certificate: Base64Bytes(officers_certificate.der().to_vec()),
            deal: dealing.deal,
        },
    };
    let document = SignedDocument::sign(publication, app.signer.certificate(), &app.signer.statements())
        .map_err(|error| fault("publication", &error))?;
    let event = KeysPublished {
        publication: document.digest(),
        devices: keys,
        officers_certificate: officers_certificate.digest(),
    };
    Ok(MadePublication { document, event, dealt: dealing.packages })
}
