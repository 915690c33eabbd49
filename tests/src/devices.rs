//! Devices of a story: an HSM that can be pulled out, and the USB locks of people.
//!
//! A device's keys are those of a number: 32 bytes of it sign, 32 bytes of the next open. Its certificates are issued by
//! an authority of the story's world for the same keys, so that the room takes the device for what it is.

use std::convert::Infallible;
use std::path::Path;

use anyhow::{Context as _, ensure};
use bidroom::demo::site::SiteDevice;
use bidroom::demo::world::Ca;
use bidroom_envelope::suite::pki::{Certificate, Name};
use bidroom_lock::{Lock as _, LockKind, SoftLock};
use bidroom_locks::Drivers;
use bidroom_locks::config::{LockConfig, load};
use bidroom_test_device::Bench;
use bidroom_test_device::skf::{ContainerSpec, PairSpec};
use bidroom_test_p11::model::{Contents, TokenSpec};
use rand_core::{TryCryptoRng, TryRng};

use crate::room::MORNING;

/// PIN of every device.
pub const PIN: &str = "123456";
const DAY: i64 = 86_400_000;

/// The library that stands in for USB locks behind GM/T 0016.
pub const SKF: &str = "bidroom_test_skf";
/// The PKCS#11 module that knows SM2.
pub const P11: &str = "bidroom_test_p11";
/// Label of an HSM's only token, and its name among devices that are pulled out.
pub const TOKEN: &str = "room";

/// Numbers of the module's SM2, as a vendor's header has them.
const SM2: &str = "sign = { mechanism = 0x80000010 }\ndecrypt = { mechanism = 0x80000020 }\n";

/// An HSM that can be pulled out, with the configuration file that a vendor's would have.
///
/// # Errors
/// Of the disk.
pub fn hsm() -> anyhow::Result<(Bench, SiteDevice)> {
    let bench = Bench::new(P11, &Contents { tokens: vec![TokenSpec::empty(TOKEN)] });
    let (file, pin_file) = (bench.folder().join("device.toml"), bench.folder().join("pin"));
    let text = format!(
        "interface = \"pkcs11\"\nlibrary = '{}'\ntoken = {{ label = \"{TOKEN}\" }}\n\
         [profile.sm2]\nkey_type = 0x80000005\ngeneration = 0x80000001\n{SM2}",
        bench.library().display()
    );
    std::fs::write(&file, text)?;
    std::fs::write(&pin_file, PIN)?;
    Ok((bench, SiteDevice::Configured { file, pin_file }))
}

/// Keys that a device library knows by their number: 32 bytes of it, then of the next.
struct Numbered(u8);

impl TryRng for Numbered {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from(self.0))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from(self.0))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill(self.0);
        self.0 += 1;
        Ok(())
    }
}

impl TryCryptoRng for Numbered {}

/// A lock of an authority whose keys are those of a device with this number.
///
/// # Errors
/// If the authority issues nothing.
pub fn numbered_lock(ca: &mut Ca, kind: LockKind, subject: &Name, number: u8) -> anyhow::Result<SoftLock> {
    let valid = (MORNING.plus_millis(-200 * DAY), MORNING.plus_millis(500 * DAY));
    Ok(ca.lock(kind, subject, valid, &mut Numbered(number))?)
}

fn pairs(lock: &SoftLock, number: u8) -> [PairSpec; 2] {
    let hex = |certificate: &Certificate| {
        certificate.der().iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let identity = lock.identity();
    [
        PairSpec { seed: number, certificate: Some(hex(identity.signing_certificate())) },
        PairSpec { seed: number + 1, certificate: Some(hex(identity.encryption_certificate())) },
    ]
}

/// The same lock as a container of an SKF device.
pub fn container(name: &str, lock: &SoftLock, number: u8) -> ContainerSpec {
    let [signing, encryption] = pairs(lock, number);
    ContainerSpec { name: name.to_owned(), signing: Some(signing), encryption: Some(encryption) }
}

/// The same lock as a PKCS#11 token.
pub fn token(label: &str, lock: &SoftLock, number: u8) -> TokenSpec {
    let pairs = pairs(lock, number).into_iter().map(|pair| (7, pair)).collect();
    TokenSpec { pairs, ..TokenSpec::empty(label) }
}

fn driver(library: &Path, interface: &str, more: &str) -> anyhow::Result<Drivers> {
    let text =
        format!("interface = \"{interface}\"\nname = \"drill\"\nlibrary = '{}'\n{more}", library.display());
    let config = LockConfig::parse(Path::new("drill.toml"), &text).context("a lock's configuration")?;
    let (drivers, failed) = load(vec![config]);
    ensure!(failed.is_empty(), "{failed:?}");
    Ok(drivers)
}

/// The driver of an SKF library.
///
/// # Errors
/// If it does not load.
pub fn skf_driver(bench: &Bench) -> anyhow::Result<Drivers> {
    driver(bench.library(), "skf", "")
}

/// The driver of a PKCS#11 module.
///
/// # Errors
/// If it does not load.
pub fn p11_driver(bench: &Bench) -> anyhow::Result<Drivers> {
    driver(bench.library(), "pkcs11", &format!("[sm2]\n{SM2}"))
}
