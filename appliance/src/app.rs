//! What the server is made of.

use std::sync::Arc;

use bidroom_canon::to_canonical;
use bidroom_custody::Custodian;
use bidroom_custody::certificates::CertificateFolders;
use bidroom_domain::{At, SessionId};
use bidroom_envelope::suite::pki::Certificate;
use bidroom_tender::{PreparedLot, RoomIdentity};
use bidroom_trust::Judge;
use bidroom_wire::{CustodyView, Demo};

use crate::auth::Logins;
use crate::clock::RoomClock;
use crate::config::Config;
use crate::error::{Fault, fault};
use crate::evaluation::{Analyses, Library, Logs, Lot, Polls, Reporting, Seats};
use crate::intake::Intake;
use crate::printing::Printed;
use crate::room::{Rooms, RoomsParts, Snapshot};
use crate::signer::Signer;
use crate::store::Store;
use crate::tenders::Tenders;
use crate::unlock::OpeningWorker;

/// Documents on their way at once; well below the threads that may block.
const MOST_SENDING: usize = 32;

/// The components of the server, behind their interfaces.
pub struct App {
    /// Configuration.
    pub config: Config,
    /// Data on disk.
    pub store: Arc<Store>,
    /// The room's voice.
    pub signer: Signer,
    /// The room's clock.
    pub clock: Arc<dyn RoomClock>,
    /// Sessions.
    pub rooms: Rooms,
    /// Imported tender packages.
    pub tenders: Tenders,
    /// Who is logged in.
    pub logins: Logins,
    /// Members of committees at their terminals.
    pub seats: Seats,
    /// Opened bids that committees read.
    pub library: Library,
    /// Logs of evaluations that are followed.
    pub logs: Logs,
    /// Requests that wait for news.
    pub polls: Arc<Polls>,
    /// Reports of evaluations on their way.
    pub reporting: Arc<Reporting>,
    /// Similarity analyses of opened bids.
    pub analyses: Arc<Analyses>,
    /// Documents that were printed a moment ago.
    pub printed: Printed,
    /// How many documents may be on their way at once: each holds a thread and a few megabytes.
    pub sending: Arc<tokio::sync::Semaphore>,
    /// Bids on their way in.
    pub intake: Intake,
    /// Roots of agencies' certificates.
    pub agency_roots: Vec<Certificate>,
    /// Profiles of CAs and revocation data.
    pub certificates: Arc<CertificateFolders>,
    /// Signing certificates that may import tender packages.
    pub importers: Vec<Certificate>,
    /// The demo's locks; never set in a real room.
    pub demo: std::sync::OnceLock<Demo>,
}

/// What an [`App`] is started from.
pub struct AppParts {
    /// Configuration.
    pub config: Config,
    /// Data on disk.
    pub store: Store,
    /// Custody.
    pub custodian: Custodian,
    /// The room's clock.
    pub clock: Arc<dyn RoomClock>,
    /// Roots of agencies' certificates.
    pub agency_roots: Vec<Certificate>,
    /// Profiles of CAs and revocation data.
    pub certificates: Arc<CertificateFolders>,
    /// Signing certificates that may import tender packages.
    pub importers: Vec<Certificate>,
}

impl App {
    /// Opens everything that was there and goes on where it stood.
    ///
    /// # Errors
    /// A [`Fault`]: the room does not start with a damaged log or without its keys.
    pub fn open(parts: AppParts) -> Result<Self, Fault> {
        let AppParts { config, store, custodian, clock, agency_roots, certificates, importers } = parts;
        let store = Arc::new(store);
        let signer = Signer::open(custodian.clone())?;
        write_identity(&store, signer.identity())?;
        let tenders = Tenders::open(&store)?;
        let opener = Arc::new(OpeningWorker::new(store.clone(), custodian));
        let rooms = Rooms::open(RoomsParts {
            store: store.clone(),
            signer: signer.clone(),
            clock: clock.clone(),
            opener,
            most_viewers: usize::try_from(config.limits.viewers).unwrap_or(usize::MAX),
        })?;
        let intake = Intake::open(&store, &config.limits)?;
        Ok(Self {
            logins: Logins::default(),
            seats: Seats::default(),
            library: Library::default(),
            logs: Logs::default(),
            polls: Arc::default(),
            reporting: Arc::default(),
            analyses: Arc::default(),
            printed: Printed::default(),
            sending: Arc::new(tokio::sync::Semaphore::new(MOST_SENDING)),
            config,
            store,
            signer,
            clock,
            rooms,
            tenders,
            intake,
            agency_roots,
            certificates,
            importers,
            demo: std::sync::OnceLock::new(),
        })
    }

    /// Lets time take effect in all sessions, and has reports made that are due.
    pub fn tick(&self) {
        self.rooms.tick();
        for (session, snapshot) in self.rooms.list() {
            let evaluation = snapshot.state.evaluation.as_deref();
            if evaluation.is_some_and(|evaluation| !evaluation.stage.is_at_work()) {
                self.library.forget(&session);
                self.logs.forget(&session);
            }
            if evaluation.is_some()
                && let Some(prepared) = self.tenders.get(&session)
            {
                self.analyses.look(&self.lot(&session, &prepared, &snapshot), self.now());
            }
            if let Some(room) = self.rooms.get(&session) {
                self.reporting.look(&self.store, room);
            }
        }
    }

    /// A lot whose bids are compared.
    pub fn lot<'a>(
        &'a self,
        session: &'a SessionId,
        prepared: &'a PreparedLot,
        snapshot: &'a Arc<Snapshot>,
    ) -> Lot<'a> {
        Lot { store: &self.store, custodian: self.signer.custodian(), session, prepared, snapshot }
    }

    /// The room's time.
    pub fn now(&self) -> At {
        self.clock.now()
    }

    /// Judges certificates for a lot: by its package, and by what is known now of authorities and revocations.
    pub fn judge(&self, prepared: &PreparedLot) -> Judge {
        prepared.judge.with(self.certificates.outside(self.now()))
    }

    /// Custody as it describes itself, main first; not ready where it does not answer.
    pub fn custody_views(&self) -> Vec<CustodyView> {
        self.signer.custodian().devices().unwrap_or_else(|problem| {
            tracing::warn!(%problem, "custody does not describe itself");
            Vec::new()
        })
    }
}

/// Leaves what a tender package says of this room where the agency's people find it while the room runs.
fn write_identity(store: &Store, identity: &RoomIdentity) -> Result<(), Fault> {
    let path = store.directory().join("identity.json");
    let bytes = to_canonical(identity).map_err(|error| fault("the room's identity", &error))?;
    if std::fs::read(&path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    crate::files::write_durably(&path, &bytes)
}
