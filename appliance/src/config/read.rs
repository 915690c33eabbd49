//! Reading and checking the file.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use bidroom_custody::config::{ConfigError, check_name, check_origin, read_file};

use super::custody::{CustodyPlace, RawCustody};
use super::{CertificateConfig, Config, Limits, TlsConfig};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    data_dir: PathBuf,
    listen: SocketAddr,
    plain_http: Option<SocketAddr>,
    #[serde(default)]
    tls: RawTls,
    centre: String,
    room: String,
    origin: String,
    #[serde(default)]
    hosts: Vec<PathBuf>,
    agency_roots: PathBuf,
    #[serde(default)]
    certificates: CertificateConfig,
    custody: RawCustody,
    #[serde(default)]
    limits: Limits,
    #[serde(default)]
    drill: bool,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTls {
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    #[serde(default)]
    names: Vec<String>,
}

fn value(key: &'static str, problem: impl Into<String>) -> ConfigError {
    ConfigError::Value { key, problem: problem.into() }
}

impl Config {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// [`ConfigError`]; nothing was changed on disk.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let (text, folder) = read_file(path)?;
        Self::parse(&text, &folder).map_err(|error| match error {
            ConfigError::Form { source, .. } => ConfigError::Form { path: path.to_owned(), source },
            other => other,
        })
    }

    /// Checks a configuration given as text; relative paths start from `folder`.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn parse(text: &str, folder: &Path) -> Result<Self, ConfigError> {
        let raw: Raw = toml::from_str(text)
            .map_err(|source| ConfigError::Form { path: folder.to_owned(), source: Box::new(source) })?;
        let place = |path: PathBuf| folder.join(path);

        check_name("centre", &raw.centre)?;
        check_name("room", &raw.room)?;
        check_origin(&raw.origin)?;
        if let Some(plain) = raw.plain_http {
            check_plain(plain, raw.listen, raw.drill)?;
        }
        check_limits(&raw.limits)?;
        let data_dir = place(raw.data_dir);
        let tls = match (raw.tls.certificate, raw.tls.key) {
            (Some(certificate), Some(key)) => (place(certificate), place(key)),
            (None, None) => (data_dir.join("tls.crt"), data_dir.join("tls.key")),
            (Some(_), None) => return Err(value("tls.key", "is missing beside `tls.certificate`")),
            (None, Some(_)) => return Err(value("tls.certificate", "is missing beside `tls.key`")),
        };
        let names = if raw.tls.names.is_empty() { vec!["localhost".to_owned()] } else { raw.tls.names };
        for name in &names {
            let plausible = (1..=253).contains(&name.len())
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:".contains(&b));
            if !plausible {
                return Err(value("tls.names", format!("holds {name:?}, which is no host name or address")));
            }
        }
        Ok(Self {
            custody: CustodyPlace::checked(raw.custody, folder)?,
            tls: TlsConfig { certificate: tls.0, key: tls.1, names },
            listen: raw.listen,
            plain_http: raw.plain_http,
            centre: raw.centre,
            room: raw.room,
            origin: raw.origin,
            hosts: raw.hosts.into_iter().map(place).collect(),
            agency_roots: place(raw.agency_roots),
            certificates: raw.certificates.under(folder),
            limits: raw.limits,
            drill: raw.drill,
            data_dir,
        })
    }
}

/// Bearer tokens and bids would travel in the clear, so that this is for one machine and for drills.
fn check_plain(plain: SocketAddr, listen: SocketAddr, drill: bool) -> Result<(), ConfigError> {
    if !drill {
        return Err(value("plain_http", "is for drills only: set `drill = true` or remove it"));
    }
    if !plain.ip().is_loopback() {
        return Err(value("plain_http", format!("is {plain}: it must be a loopback address")));
    }
    if plain == listen && plain.port() != 0 {
        return Err(value("plain_http", "is the address of `listen`"));
    }
    Ok(())
}

fn check_limits(limits: &Limits) -> Result<(), ConfigError> {
    /// Longest file of the format: eight envelopes of 2 TiB are allowed by it, this room takes less.
    const MOST_BID: u64 = 1 << 42;
    if !(1 << 20..=MOST_BID).contains(&limits.bid_bytes) {
        return Err(value("limits.bid_bytes", format!("is {}: needs 1 MiB to 4 TiB", limits.bid_bytes)));
    }
    for (key, number, least, most) in [
        ("limits.uploads_per_bidder", limits.uploads_per_bidder, 1, 16),
        ("limits.viewers", limits.viewers, 1, 100_000),
        ("limits.connections", limits.connections, 64, 200_000),
        ("limits.requests_per_second", limits.requests_per_second, 1, 100_000),
        ("limits.requests_burst", limits.requests_burst, 1, 1_000_000),
        ("limits.idle_seconds", limits.idle_seconds, 1, 3600),
    ] {
        if !(least..=most).contains(&number) {
            return Err(value(key, format!("is {number}: needs {least} to {most}")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bidroom_custody::config::DeviceConfig;

    const GOOD: &str = r#"
data_dir = "data"
listen = "127.0.0.1:8443"
plain_http = "127.0.0.1:8080"
centre = "榆州市公共资源交易中心"
room = "第一开标室"
origin = "kaibiao1.ggzy.example.cn"
hosts = ["hosts/shen.pem"]
agency_roots = "agencies"
drill = true

[custody.main]
backend = "soft"
directory = "keys/main"
passphrase_file = "keys/main.pass"

[custody.standby]
backend = "pkcs11"
module = "/usr/lib/softhsm/libsofthsm2.so"
token_label = "bidroom-standby"
pin_file = "/run/credentials/standby.pin"
"#;

    fn parse(text: &str) -> Result<Config, ConfigError> {
        Config::parse(text, Path::new("/etc/bidroom"))
    }

    #[test]
    fn a_configuration_is_read_whole() {
        let config = parse(GOOD).unwrap();
        assert_eq!(config.data_dir, Path::new("/etc/bidroom/data"));
        assert_eq!(config.tls.certificate, Path::new("/etc/bidroom/data/tls.crt"));
        assert_eq!(config.hosts, [Path::new("/etc/bidroom/hosts/shen.pem")]);
        assert_eq!(config.limits, Limits::default());
        let CustodyPlace::Here(devices) = &config.custody else { panic!("the devices are here") };
        assert!(matches!(&devices.main, DeviceConfig::Soft { directory, .. }
            if directory == Path::new("/etc/bidroom/keys/main")));
        assert!(matches!(&devices.standby, Some(DeviceConfig::Pkcs11 { module, .. })
            if module == Path::new("/usr/lib/softhsm/libsofthsm2.so")));
    }

    #[track_caller]
    fn check(from: &str, to: &str, expect: &str) {
        assert!(GOOD.contains(from), "{from:?} is not in the example");
        let error = parse(&GOOD.replacen(from, to, 1)).expect_err("must be refused").to_string();
        assert!(error.contains(expect), "{error:?} does not say {expect:?}");
    }

    #[test]
    fn what_cannot_be_is_named() {
        check("drill = true", "", "for drills only");
        check("plain_http = \"127.0.0.1:8080\"", "plain_http = \"0.0.0.0:8080\"", "loopback");
        check("plain_http = \"127.0.0.1:8080\"", "plain_http = \"127.0.0.1:8443\"", "address of `listen`");
        check("drill = true", "dril = true", "unknown field `dril`");
        check("room = ", "# room = ", "missing field `room`");
        check("kaibiao1.ggzy", "kaibiao1/ggzy", "`origin` is");
        check("\"第一开标室\"", "\" \"", "`room` is empty");
        check("127.0.0.1:8443", "localhost", "socket address");
        check("agency_roots = ", "tls.key = \"x\"\nagency_roots = ", "`tls.certificate` is missing");
        check("drill = true", "drill = true\nlimits.viewers = 0", "`limits.viewers` is 0");
        check("drill = true", "drill = true\nlimits.bid_bytes = 5", "`limits.bid_bytes` is 5");
        check("drill = true", "drill = true\nlimits.bits = 5", "unknown field `bits`");
        check("drill = true", "drill = true\ntls.names = [\"a b\"]", "no host name");
        check("\"soft\"", "\"paper\"", "paper");
        check("passphrase_file = \"keys/main.pass\"", "passphrase = \"x\"", "passphrase");
        check("token_label = \"bidroom-standby\"", "", "token_label");
        check("token_label = ", "token_serial = \"1\"\ntoken_label = ", "both");
        check("directory = \"keys/main\"", "", "directory");
        check("drill = true", "drill = true\ncertificates.profile = \"x\"", "unknown field `profile`");
    }

    #[test]
    fn the_example_of_the_documentation_is_good() {
        let page = include_str!("../../../docs/config.md");
        let (_, rest) = page.split_once("```toml\n").unwrap();
        let (example, _) = rest.split_once("```").unwrap();
        parse(example).unwrap();
    }
}
