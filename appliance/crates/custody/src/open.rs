//! From a configuration to open devices and a keeper on them.

use std::sync::Arc;

use bidroom_hsm::pkcs11::{Pkcs11Config, Pkcs11Custody, TokenSelector};
use bidroom_hsm::soft::{DerivationCost, SoftCustody, StoreSecret};
use bidroom_hsm::{Custody, CustodyError};

use crate::clock::Clock;
use crate::config::{
    CredentialError, CustodyConfig, DeviceConfig, ProcessConfig, SoftSecret, TokenName, first_line,
};
use crate::devices::DeviceSet;
use crate::keeper::{Keeper, KeeperParts};
use crate::protocol::Problem;
use crate::trust::{TrustError, certificates_in};

/// Why custody does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A passphrase or PIN.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// A device.
    #[error("custody {device}: {source}")]
    Device {
        /// `main` or `standby`.
        device: &'static str,
        /// Why.
        source: CustodyError,
    },
    /// A certificate of the configuration.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// What was there could not be taken up.
    #[error(transparent)]
    Keeper(#[from] Problem),
}

/// Opens the devices. Takes as long as deriving keys from passphrases.
///
/// # Errors
/// [`OpenError`].
pub fn open_devices(config: &CustodyConfig) -> Result<DeviceSet, OpenError> {
    let main = device("main", &config.main)?;
    let standby = config.standby.as_ref().map(|it| device("standby", it)).transpose()?;
    Ok(DeviceSet::new(main, standby))
}

/// Opens everything that the configuration of a custody process names.
///
/// # Errors
/// [`OpenError`].
pub fn open_keeper(config: &ProcessConfig, clock: Arc<dyn Clock>) -> Result<Keeper, OpenError> {
    Ok(Keeper::open(KeeperParts {
        devices: open_devices(&config.devices)?,
        state_dir: config.state_dir.clone(),
        clock,
        agency_roots: certificates_in(&config.agency_roots)?,
        origin: config.origin.clone(),
        centre: config.centre.clone(),
        drill: config.drill,
    })?)
}

fn device(name: &'static str, config: &DeviceConfig) -> Result<Arc<dyn Custody>, OpenError> {
    let failed = |source| OpenError::Device { device: name, source };
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
