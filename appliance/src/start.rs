//! From a configuration to a running room: devices opened, anchors loaded, sessions taken up where they stood.

use std::sync::Arc;

use bidroom_hsm::pkcs11::{Pkcs11Config, Pkcs11Custody, TokenSelector};
use bidroom_hsm::soft::{DerivationCost, SoftCustody, StoreSecret};
use bidroom_hsm::{Custody, CustodyError};

use crate::app::{App, AppParts};
use crate::clock::RoomClock;
use crate::config::{Config, CredentialError, DeviceConfig, SoftSecret, TokenName, first_line};
use crate::custody::CustodySet;
use crate::error::Fault;
use crate::room::ActError;
use crate::store::{Store, StoreError};
use crate::trust::{Trust, TrustError};

/// Why the room does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A passphrase or PIN.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// A device.
    #[error("custody {device}: {source}")]
    Custody {
        /// `main` or `standby`.
        device: &'static str,
        /// Why.
        source: CustodyError,
    },
    /// Certificates of the configuration.
    #[error(transparent)]
    Trust(#[from] TrustError),
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
    let main = device("main", &config.custody.main)?;
    let standby = config.custody.standby.as_ref().map(|it| device("standby", it)).transpose()?;
    let trust = Trust::load(&config.hosts, &config.agency_roots)?;
    let app = App::open(AppParts {
        config,
        store,
        custody: CustodySet::new(main, standby),
        clock,
        agency_roots: trust.agency_roots,
        importers: trust.hosts,
    })?;
    crate::tenders::resume(&app).await?;
    Ok(Arc::new(app))
}

fn device(name: &'static str, config: &DeviceConfig) -> Result<Arc<dyn Custody>, StartError> {
    let failed = |source| StartError::Custody { device: name, source };
    match config {
        DeviceConfig::Soft { directory, secret } => {
            let secret = match secret {
                SoftSecret::PassphraseFile(path) => StoreSecret::Passphrase(first_line(path)?),
                SoftSecret::CredentialFile(path) => {
                    StoreSecret::from_credential_file(path).map_err(failed)?
                }
            };
            let custody = if SoftCustody::exists(directory) {
                SoftCustody::open(directory, &secret)
            } else {
                tracing::warn!(device = name, directory = %directory.display(), "makes an empty key store");
                SoftCustody::create(directory, &secret, DerivationCost::default())
            };
            Ok(Arc::new(custody.map_err(failed)?))
        }
        DeviceConfig::Pkcs11 { module, token, pin_file } => {
            let token = match token {
                TokenName::Label(label) => TokenSelector::Label(label.clone()),
                TokenName::Serial(serial) => TokenSelector::Serial(serial.clone()),
            };
            let config = Pkcs11Config { module: module.clone(), token, pin: first_line(pin_file)? };
            Ok(Arc::new(Pkcs11Custody::open(&config).map_err(failed)?))
        }
    }
}
