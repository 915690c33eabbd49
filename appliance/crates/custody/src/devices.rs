//! The room's custody devices, main and standby, and their keys for one lot.

use std::num::NonZeroU16;
use std::sync::Arc;

use bidroom_domain::LotFacts;
use bidroom_envelope::suite::sm2::{Sm2Ciphertext, Unwrap, UnwrapError};
use bidroom_hsm::{Custody, CustodyError, ErrorKind, KeyName, NamePart, Role};
use zeroize::Zeroizing;

use crate::protocol::Problem;

/// One device.
#[derive(Clone)]
pub struct Device {
    /// `main` or `standby`.
    pub name: &'static str,
    /// The device.
    pub custody: Arc<dyn Custody>,
}

/// All devices, main first.
#[derive(Clone)]
pub struct DeviceSet {
    devices: Vec<Device>,
}

impl DeviceSet {
    /// The main device and, where there is one, the standby.
    pub fn new(main: Arc<dyn Custody>, standby: Option<Arc<dyn Custody>>) -> Self {
        let mut devices = vec![Device { name: "main", custody: main }];
        devices.extend(standby.map(|custody| Device { name: "standby", custody }));
        Self { devices }
    }

    /// The devices, main first.
    pub fn devices(&self) -> &[Device] {
        &self.devices
    }
}

/// The name of a key of the first envelope of a lot.
///
/// # Errors
/// A fault if the tender's number is no part of a name, which importing has excluded.
pub fn lot_key(lot: &LotFacts, role: Role) -> Result<KeyName, Problem> {
    let part =
        |text: String| text.parse::<NamePart>().map_err(|error| Problem::fault("name of a key", &error));
    Ok(KeyName::tender(part(lot.tender.to_string())?, part(lot.lot.to_string())?, NonZeroU16::MIN, role))
}

/// A decryption key in a device as something that unwraps.
pub struct KeyInDevice<'a> {
    /// The device.
    pub device: &'a Device,
    /// The key.
    pub key: &'a KeyName,
}

impl Unwrap for KeyInDevice<'_> {
    fn unwrap(&self, ciphertext: &Sm2Ciphertext) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
        self.device.custody.unwrap(self.key, ciphertext).map_err(|error| match &error {
            CustodyError::Unopened(_) => UnwrapError::Check,
            _ if error.kind() == ErrorKind::Refusal => UnwrapError::Refused(error.to_string()),
            _ => UnwrapError::Device(error.to_string()),
        })
    }
}
