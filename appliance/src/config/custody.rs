//! Where custody is: in this process with its devices, or behind a socket.

use std::path::{Path, PathBuf};

use bidroom_custody::config::{ConfigError, CustodyConfig, RawDevice};
use serde::Deserialize;

/// Where custody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustodyPlace {
    /// In this process: the embedded default.
    Here(CustodyConfig),
    /// A process of its own, asked over this Unix socket.
    Socket(PathBuf),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCustody {
    socket: Option<PathBuf>,
    main: Option<RawDevice>,
    standby: Option<RawDevice>,
}

impl CustodyPlace {
    pub(super) fn checked(raw: RawCustody, folder: &Path) -> Result<Self, ConfigError> {
        let problem = |problem: &str| ConfigError::Value { key: "custody", problem: problem.to_owned() };
        match (raw.socket, raw.main, raw.standby) {
            (Some(socket), None, None) => Ok(Self::Socket(folder.join(socket))),
            (Some(_), ..) => {
                Err(problem("has `socket` and devices: with a socket the devices are custody's own"))
            }
            (None, Some(main), standby) => Ok(Self::Here(CustodyConfig::checked(main, standby, folder)?)),
            (None, None, _) => Err(problem("needs `socket`, or the device `main`")),
        }
    }
}
