//! A room's folder as an administrator would set it up: configuration, credentials, certificates; and the locks of
//! everybody beside it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use bidroom_lock::{KdfCost, Lock as _, SoftLock};
use bidroom_wire::{DemoLock, DemoRole};

use super::world::World;
use crate::error::{Fault, fault};
use crate::random::SystemRandom;

/// Password of every drill lock. Drill locks protect nothing.
pub const PASSWORD: &str = "drill-lock";

/// Addresses of the room.
#[derive(Debug, Clone)]
pub struct SiteOptions {
    /// HTTPS.
    pub listen: SocketAddr,
    /// HTTP on loopback.
    pub plain_http: Option<SocketAddr>,
    /// The devices, main first.
    pub devices: Vec<SiteDevice>,
    /// Whether custody is a process of its own, which somebody starts with [`Site::custody`].
    pub custody_apart: bool,
}

impl SiteOptions {
    /// Main and standby in encrypted files, custody in the room's process.
    pub fn embedded(listen: SocketAddr, plain_http: Option<SocketAddr>) -> Self {
        let devices = vec![SiteDevice::Soft, SiteDevice::Soft];
        Self { listen, plain_http, devices, custody_apart: false }
    }
}

/// Where custody reads a device's PIN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SitePin {
    /// A file.
    File(PathBuf),
    /// A credential that the service manager hands over, by name.
    Credential(String),
}

impl SitePin {
    fn line(&self) -> String {
        match self {
            Self::File(path) => format!("pin_file = \"{}\"\n", path.display()),
            Self::Credential(name) => format!("pin_credential = \"{name}\"\n"),
        }
    }
}

/// A custody device of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SiteDevice {
    /// An encrypted file, made with the site.
    Soft,
    /// A token that is there already.
    Pkcs11 {
        /// The module.
        module: PathBuf,
        /// The token's label.
        label: String,
        /// Its PIN.
        pin: SitePin,
    },
    /// A device with a configuration file of its own.
    Configured {
        /// The file (`hsm/devices/custody`).
        file: PathBuf,
        /// File with its PIN.
        pin_file: PathBuf,
    },
}

impl SiteDevice {
    fn table(&self, name: &str) -> String {
        match self {
            Self::Soft => format!(
                "backend = \"soft\"\ndirectory = \"room/{name}\"\ncredential_file = \"room/{name}.key\"\n"
            ),
            Self::Pkcs11 { module, label, pin } => format!(
                "backend = \"pkcs11\"\nmodule = \"{}\"\ntoken_label = \"{label}\"\n{}",
                module.display(),
                pin.line()
            ),
            Self::Configured { file, pin_file } => format!(
                "backend = \"device\"\nconfig = \"{}\"\ndirectory = \"room/{name}\"\npin_file = \"{}\"\n",
                file.display(),
                pin_file.display()
            ),
        }
    }
}

/// What room and custody are told alike.
const ROOM: &str =
    "centre = \"云州市公共资源交易中心\"\norigin = \"yunzhou-1\"\nagency_roots = \"room/agency-roots\"\n";

/// A prepared folder.
#[derive(Debug, Clone)]
pub struct Site {
    /// Everything stands in here.
    pub folder: PathBuf,
    /// The configuration of `bidroom serve`.
    pub config: PathBuf,
    /// Anchors for `bidroom-bidder verify --trust`.
    pub trust: PathBuf,
}

impl Site {
    /// A folder that was written before.
    pub fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), config: folder.join("room.toml"), trust: folder.join("trust") }
    }

    /// Writes the folder.
    ///
    /// # Errors
    /// A [`Fault`] of the disk.
    pub fn write(folder: &Path, world: &World, options: SiteOptions) -> Result<Self, Fault> {
        let site = Self::at(folder);
        for part in [
            "room/agency-roots",
            "room/hosts",
            "room/main",
            "room/standby",
            "trust/agency-roots",
            "trust/ca-roots",
            "locks",
        ] {
            let path = folder.join(part);
            std::fs::create_dir_all(&path).map_err(|error| fault(&path.display().to_string(), &error))?;
        }
        for device in ["main", "standby"] {
            let mut secret = [0; 32];
            rand_core::Rng::fill_bytes(&mut SystemRandom, &mut secret);
            site.put(&format!("room/{device}.key"), &secret)?;
        }
        let agency_root = world.agency_ca.root.to_pem();
        site.put("room/agency-roots/agency.pem", agency_root.as_bytes())?;
        site.put("trust/agency-roots/agency.pem", agency_root.as_bytes())?;
        for (number, ca) in world.cas.iter().enumerate() {
            site.put(&format!("trust/ca-roots/ca-{number}.pem"), ca.root.to_pem().as_bytes())?;
        }
        if let Some(host) = world.officers.first() {
            let certificate = host.lock.identity().signing_certificate().to_pem();
            site.put("room/hosts/host.pem", certificate.as_bytes())?;
        }
        let plain =
            options.plain_http.map(|address| format!("plain_http = \"{address}\"\n")).unwrap_or_default();
        let names = ["main", "standby"];
        let tables = |prefix: &str| -> String {
            let tables = names.iter().zip(&options.devices);
            tables.map(|(name, device)| format!("\n[{prefix}{name}]\n{}", device.table(name))).collect()
        };
        let custody = if options.custody_apart {
            let process = format!(
                "# 演练用的密钥托管，由 bidroom demo 生成。\n\
                 socket = \"custody.sock\"\nstate_dir = \"room/custody\"\nserver_uid = {}\n{ROOM}drill = true\n{}",
                rustix::process::geteuid().as_raw(),
                tables("")
            );
            site.put("custody.toml", process.as_bytes())?;
            "\n[custody]\nsocket = \"custody.sock\"\n".to_owned()
        } else {
            tables("custody.")
        };
        let config = format!(
            "# 演练用的开标室，由 bidroom demo 生成。\n\
             data_dir = \"room/data\"\nlisten = \"{}\"\n{plain}\
             {ROOM}room = \"开标一室\"\nhosts = [\"room/hosts/host.pem\"]\ndrill = true\n\
             \n[tls]\ncertificate = \"room/tls.crt\"\nkey = \"room/tls.key\"\nnames = [\"localhost\", \"127.0.0.1\"]\n\
             {custody}\n[limits]\nrequests_per_second = 10000\nrequests_burst = 20000\n",
            options.listen
        );
        site.put("room.toml", config.as_bytes())?;
        Ok(site)
    }

    /// Writes the anchors that are known once the room has keys and the package is signed.
    ///
    /// # Errors
    /// A [`Fault`] of the disk.
    pub fn write_trust(
        &self,
        identity: &bidroom_tender::RoomIdentity,
        package: &bidroom_canon::Sm3Digest,
    ) -> Result<(), Fault> {
        let identity =
            bidroom_canon::to_canonical(&identity.keys).map_err(|error| fault("identity", &error))?;
        self.put("trust/room.json", &identity)?;
        self.put("trust/package.sm3", format!("{package}\n").as_bytes())
    }

    /// Writes the locks of everybody as files and gives them as the demo's pages offer them.
    ///
    /// # Errors
    /// A [`Fault`] of the disk or of a lock.
    pub fn write_locks(&self, world: &World) -> Result<Vec<DemoLock>, Fault> {
        let mut locks = Vec::new();
        for (index, person) in (1_u8..).zip(&world.officers) {
            let role = match person.role {
                bidroom_domain::StaffRole::Host => DemoRole::Host,
                bidroom_domain::StaffRole::Tenderer => DemoRole::Tenderer,
                bidroom_domain::StaffRole::Supervisor => DemoRole::Supervisor,
            };
            let file = self.lock(&format!("officer-{index}"), &person.lock)?;
            locks.push(DemoLock {
                role,
                holder: person.name.clone(),
                label_zh: format!("授权人 {index} 的锁"),
                label_en: format!("lock of officer {index}"),
                officer: Some(index),
                file: bidroom_canon::Base64Bytes(file),
                password: PASSWORD.to_owned(),
            });
        }
        for (number, bidder) in (1..).zip(&world.bidders) {
            for (name, lock, zh, en) in [
                ("main", &bidder.main, "主锁", "main lock"),
                ("sub", &bidder.sub, "副锁", "sub lock"),
                ("old", &bidder.old, "换发前的旧锁", "lock before renewal"),
            ] {
                let file = self.lock(&format!("bidder-{number}-{name}"), lock)?;
                locks.push(DemoLock {
                    role: DemoRole::Bidder,
                    holder: bidder.firm.name.clone(),
                    label_zh: zh.to_owned(),
                    label_en: en.to_owned(),
                    officer: None,
                    file: bidroom_canon::Base64Bytes(file),
                    password: PASSWORD.to_owned(),
                });
            }
        }
        self.put("locks/password.txt", PASSWORD.as_bytes())?;
        Ok(locks)
    }

    fn lock(&self, name: &str, lock: &SoftLock) -> Result<Vec<u8>, Fault> {
        let file = lock
            .to_file(PASSWORD, KdfCost::DRILL, &mut SystemRandom)
            .map_err(|error| fault("drill lock", &error))?;
        self.put(&format!("locks/{name}.lock"), &file)?;
        Ok(file)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), Fault> {
        let path = self.folder.join(name);
        std::fs::write(&path, bytes).map_err(|error| fault(&path.display().to_string(), &error))
    }
}
