//! From a configuration to a running room: custody asked, anchors loaded, sessions taken up where they stood.

use std::sync::Arc;

use bidroom_custody::certificates::{CertificateFolderError, CertificateFolders};
use bidroom_custody::clock::{Clock, Reading};
use bidroom_custody::trust::{Trust, TrustError};
use bidroom_custody::{Custodian, Keeper, KeeperParts, OpenError, open_devices};

use crate::app::{App, AppParts};
use crate::clock::RoomClock;
use crate::config::{Config, CustodyPlace};
use crate::error::Fault;
use crate::room::ActError;
use crate::store::{Store, StoreError};

/// Why the room does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Custody in this process.
    #[error(transparent)]
    Custody(#[from] OpenError),
    /// Certificates of the configuration.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// Profiles and revocation data.
    #[error(transparent)]
    Certificates(#[from] CertificateFolderError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was there could not be taken up.
    #[error(transparent)]
    Open(#[from] Fault),
    /// A session's preparation could not go on.
    #[error(transparent)]
    Prepare(#[from] ActError),
}

/// Opens everything that `config` names. Takes as long as deriving keys from passphrases.
///
/// # Errors
/// [`StartError`].
pub async fn open(config: Config, clock: Arc<dyn RoomClock>) -> Result<Arc<App>, StartError> {
    let store = Store::open(&config.data_dir)?;
    open_on(store, config, clock).await
}

/// The same on a store that is open already.
///
/// # Errors
/// [`StartError`].
pub async fn open_on(
    store: Store,
    config: Config,
    clock: Arc<dyn RoomClock>,
) -> Result<Arc<App>, StartError> {
    let trust = Trust::load(&config.hosts, &config.agency_roots)?;
    let certificates = Arc::new(CertificateFolders::open(config.certificates.clone(), clock.now())?);
    let custodian = match &config.custody {
        CustodyPlace::Socket(path) => Custodian::at(path.clone()),
        CustodyPlace::Here(devices) => {
            let keeper = Keeper::open(KeeperParts {
                devices: open_devices(devices)?,
                state_dir: config.data_dir.join("custody"),
                clock: Arc::new(RoomTime(clock.clone())),
                agency_roots: trust.agency_roots.clone(),
                certificates: certificates.clone(),
                origin: config.origin.clone(),
                centre: config.centre.clone(),
                drill: config.drill,
            });
            Custodian::here(Arc::new(keeper.map_err(OpenError::from)?))
        }
    };
    let app = App::open(AppParts {
        config,
        store,
        custodian,
        clock,
        agency_roots: trust.agency_roots,
        certificates,
        importers: trust.hosts,
    })?;
    crate::tenders::resume(&app).await?;
    Ok(Arc::new(app))
}

/// The room's clock for custody in the same process: there is no other one to compare it with.
struct RoomTime(Arc<dyn RoomClock>);

impl Clock for RoomTime {
    fn read(&self) -> Reading {
        Reading { at: self.0.now(), since_boot: None, slewed: None }
    }
}
