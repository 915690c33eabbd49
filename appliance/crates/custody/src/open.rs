//! From a configuration to open devices and a keeper on them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bidroom_hsm::device::{DeviceConfig as DeviceFile, DeviceConfigError, Pkcs11Device};
use bidroom_hsm::pkcs11::{Pkcs11Profile, TokenSelector};
use bidroom_hsm::soft::{DerivationCost, SoftCustody, StoreSecret};
use bidroom_hsm::{Custody, CustodyError, Refusal};
use zeroize::Zeroizing;

use crate::certificates::{CertificateFolderError, CertificateFolders};
use crate::clock::Clock;
use crate::config::{
    CredentialError, CustodyConfig, DeviceConfig, PinSource, ProcessConfig, SoftSecret, TokenName,
    credential, first_line,
};
use crate::devices::{Device, DeviceSet};
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
    /// A device's configuration file.
    #[error("custody {device}: {source}")]
    Configuration {
        /// `main` or `standby`.
        device: &'static str,
        /// Why.
        source: DeviceConfigError,
    },
    /// A certificate of the configuration.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// Profiles and revocation data.
    #[error(transparent)]
    Certificates(#[from] CertificateFolderError),
    /// What was there could not be taken up.
    #[error(transparent)]
    Keeper(#[from] Problem),
}

/// The folder in which a service manager hands over credentials (systemd.exec(5)).
pub fn credentials_folder() -> Option<PathBuf> {
    std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from)
}

/// Opens the devices. Takes as long as deriving keys from passphrases. A device that is not there, while its configuration
/// and PIN are in order, is opened when it comes: custody goes on with the other one.
///
/// # Errors
/// [`OpenError`].
pub fn open_devices(config: &CustodyConfig) -> Result<DeviceSet, OpenError> {
    let credentials = credentials_folder();
    let device = |name, config| device(name, config, credentials.as_deref());
    let main = device("main", &config.main)?;
    let standby = config.standby.as_ref().map(|it| device("standby", it)).transpose()?;
    Ok(DeviceSet::of(main, standby))
}

/// Opens everything that the configuration of a custody process names.
///
/// # Errors
/// [`OpenError`].
pub fn open_keeper(config: &ProcessConfig, clock: Arc<dyn Clock>) -> Result<Keeper, OpenError> {
    let certificates = CertificateFolders::open(config.certificates.clone(), clock.read().at)?;
    Ok(Keeper::open(KeeperParts {
        certificates: Arc::new(certificates),
        devices: open_devices(&config.devices)?,
        state_dir: config.state_dir.clone(),
        clock,
        agency_roots: certificates_in(&config.agency_roots)?,
        origin: config.origin.clone(),
        centre: config.centre.clone(),
        drill: config.drill,
    })?)
}

fn device(
    name: &'static str,
    config: &DeviceConfig,
    credentials: Option<&Path>,
) -> Result<Device, OpenError> {
    match config {
        DeviceConfig::Soft { directory, secret } => {
            let failed = |source| OpenError::Device { device: name, source };
            let from_file = |path: &Path| StoreSecret::from_credential_file(path).map_err(failed);
            let secret = match secret {
                SoftSecret::PassphraseFile(path) => StoreSecret::Passphrase(first_line(path)?),
                SoftSecret::CredentialFile(path) => from_file(path)?,
                SoftSecret::Credential(name) => from_file(&credential(name, credentials)?)?,
            };
            let custody = if SoftCustody::exists(directory) {
                SoftCustody::open(directory, &secret)
            } else {
                tracing::warn!(device = name, directory = %directory.display(), "makes an empty key store");
                SoftCustody::create(directory, &secret, DerivationCost::default())
            };
            Ok(Device::open(name, Arc::new(custody.map_err(failed)?)))
        }
        DeviceConfig::Pkcs11 { module, token, pin } => {
            let token = match token {
                TokenName::Label(label) => TokenSelector::Label(label.clone()),
                TokenName::Serial(serial) => TokenSelector::Serial(serial.clone()),
            };
            let library = module.clone();
            let file = DeviceFile::Pkcs11(Pkcs11Device { library, token, profile: Pkcs11Profile::default() });
            hardware(name, file, PathBuf::new(), pin, credentials)
        }
        DeviceConfig::Configured { file, directory, pin } => {
            let file =
                DeviceFile::read(file).map_err(|source| OpenError::Configuration { device: name, source })?;
            hardware(name, file, directory.clone(), pin, credentials)
        }
    }
}

fn hardware(
    name: &'static str,
    file: DeviceFile,
    directory: PathBuf,
    pin: &PinSource,
    credentials: Option<&Path>,
) -> Result<Device, OpenError> {
    let pin = first_line(&pin.path(credentials)?)?;
    let open = move |pin: &Zeroizing<String>| -> Result<Arc<dyn Custody>, CustodyError> {
        file.open(pin.clone(), &directory).map(Arc::from)
    };
    match open(&pin) {
        Ok(custody) => Ok(Device::open(name, custody)),
        Err(error) if is_absent(&error) => {
            tracing::error!(device = name, %error, "the device is not there; it is opened when it comes");
            // Whatever a device says of the PIN, it is said once.
            let refused = AtomicBool::new(false);
            let opener = move || {
                if refused.load(Ordering::Acquire) {
                    return Err("the device does not open; custody must be started again".to_owned());
                }
                open(&pin).map_err(|error| {
                    refused.store(!is_absent(&error), Ordering::Release);
                    error.to_string()
                })
            };
            Ok(Device::absent(name, error.to_string(), Box::new(opener)))
        }
        Err(source) => Err(OpenError::Device { device: name, source }),
    }
}

/// Whether a device is not there or does not work, and nothing is wrong with what it was told.
fn is_absent(error: &CustodyError) -> bool {
    matches!(error, CustodyError::Fault(_) | CustodyError::Refused(Refusal::Token { found: 0, .. }))
}
