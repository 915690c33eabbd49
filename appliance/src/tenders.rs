//! Tender packages: importing them, making the keys of their lots, publishing.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use bidroom_canon::Base64Bytes;
use bidroom_domain::opening::{Command, Phase, SessionCreated};
use bidroom_domain::{Actor, LotFacts, SessionId};
use bidroom_outcome::OutcomeError;
use bidroom_tender::{PackageError, PreparedLot, TenderPackage, package_origin};

use crate::app::App;
use crate::error::{Fault, fault};
use crate::room::{ActError, RoomHandle};
use crate::store::{Record, Store};

/// Kinds of records that belong to a session's preparation.
pub mod kinds {
    /// The signed tender package, key `1`.
    pub const PACKAGE: &str = "package";
    /// The signed publication, by its SM3.
    pub const PUBLICATION: &str = "publication";
    /// An officer's part as it was dealt to its lock, key `<publication or redeal>/<index>`.
    pub const DEALT: &str = "dealt";
    /// The signed document by which the officers' key was dealt again, by its SM3.
    pub const REDEAL: &str = "redeal";
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
    /// A lot's method is not usable, or contradicts its plan.
    #[error("lot {lot}: {why}")]
    Method {
        /// Which lot.
        lot: u32,
        /// Why.
        why: OutcomeError,
    },
    /// Refused by a rule, or failed.
    #[error(transparent)]
    Act(#[from] ActError),
}

/// Whether the method of every lot is usable and says the same as its plan.
///
/// # Errors
/// The first lot's number, and why.
pub fn check_methods(lots: &[LotFacts]) -> Result<(), (u32, OutcomeError)> {
    for lot in lots {
        let plan = lot.evaluation.as_deref().filter(|plan| plan.method.is_some());
        if let Some(plan) = plan {
            bidroom_outcome::check_plan(plan).map_err(|why| (lot.lot.number(), why))?;
        }
    }
    Ok(())
}

/// The packages of all sessions, read once.
#[derive(Clone, Default)]
pub struct Tenders {
    sessions: Arc<RwLock<BTreeMap<SessionId, Arc<PreparedLot>>>>,
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
    pub fn get(&self, session: &SessionId) -> Option<Arc<PreparedLot>> {
        self.sessions.read().unwrap_or_else(PoisonError::into_inner).get(session).cloned()
    }

    fn load(&self, store: &Store, session: &SessionId) -> Result<Arc<PreparedLot>, Fault> {
        let package = store
            .record(session, kinds::PACKAGE, "1")?
            .ok_or_else(|| fault(&format!("tender package of {session}"), &"it is missing"))?;
        let publications = store.records(session, kinds::PUBLICATION)?;
        // One that was made and never became an event was replaced by a later one; the event names the right one.
        let named = crate::unlock::first_of_kind(store, session, "keys.published")?.and_then(|(_, entry)| {
            let digest = entry.public().get("publication")?.as_str()?.to_owned();
            publications.iter().find(|(key, _)| *key == digest).map(|(_, der)| der.clone())
        });
        let prepared = PreparedLot::read(&package, named.as_deref(), session)
            .map_err(|error| fault(&format!("signed documents of {session}"), &error))?;
        let prepared = Arc::new(prepared);
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
    check_methods(&package.value().lots).map_err(|(lot, why)| ImportError::Method { lot, why })?;
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
        let Some(room) = app.rooms.get(&session) else { continue };
        if snapshot.state.phase == Phase::Prepare {
            prepare(app, &room).await?;
        }
        if snapshot.state.due_replacement().is_some()
            && let Some(prepared) = app.tenders.get(&session)
            && let Err(error) = crate::ceremony::redeal_due(app, &room, &prepared).await
        {
            // The dealing before counts; the next agreement tries again.
            tracing::error!(%session, %error, "the officers' key is not dealt again yet");
        }
    }
    Ok(())
}

/// How often keys are made anew because custody was started in between and forgot those it had made.
const MOST_PREPARED: u32 = 3;

/// Has custody make the lot's keys, and publishes them.
async fn prepare(app: &App, room: &RoomHandle) -> Result<(), ActError> {
    let mut tries = 1;
    loop {
        match prepare_once(app, room).await {
            Err(ActError::Custody(problem)) if tries < MOST_PREPARED => {
                tracing::warn!(%problem, "the keys of the lot are made again");
                tries += 1;
            }
            done => return done,
        }
    }
}

async fn prepare_once(app: &App, room: &RoomHandle) -> Result<(), ActError> {
    let session = room.session();
    let (custodian, id, now) = (app.signer.custodian().clone(), session.clone(), app.now());
    let made = room.ask_custody(move || custodian.prepare(&id, now)).await?;
    let digest = made.event.publication;
    let publication = Record { kind: kinds::PUBLICATION, key: digest.to_string(), bytes: made.publication.0 };
    let dealt = (1..).zip(made.dealt).map(|(index, part): (u32, Base64Bytes)| Record {
        kind: kinds::DEALT,
        key: format!("{digest}/{index}"),
        bytes: part.0,
    });
    let records = std::iter::once(publication).chain(dealt).collect();
    room.act(Actor::Room, Command::PublishKeys(made.event), records).await?;
    app.tenders.load(&app.store, session)?;
    Ok(())
}
