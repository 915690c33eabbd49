//! What is compared: opened bids, and the tender's own documents, which are no evidence.

use std::io::{self, Read, Seek};
use std::path::PathBuf;

use bidroom_domain::{At, Fen};
use serde::{Deserialize, Serialize};

/// Bytes that can be read by position.
pub trait ReadSeek: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeek for T {}

/// Opens a document; called once for each run, on one of its threads.
pub type Open = Box<dyn Fn() -> io::Result<Box<dyn ReadSeek>> + Send + Sync>;

/// A document, read by position and never held as a whole.
pub struct Document {
    /// Name in the bid, unique there.
    pub name: String,
    /// Opens it.
    pub open: Open,
}

impl Document {
    /// A file of this machine.
    pub fn file(name: impl Into<String>, path: PathBuf) -> Self {
        Self { name: name.into(), open: Box::new(move || Ok(Box::new(std::fs::File::open(&path)?))) }
    }

    /// Bytes in memory.
    pub fn bytes(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        let bytes: std::sync::Arc<[u8]> = bytes.into();
        Self {
            name: name.into(),
            open: Box::new(move || Ok(Box::new(io::Cursor::new(std::sync::Arc::clone(&bytes))))),
        }
    }
}

/// One upload of a bid, whole or in part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upload {
    /// Network address that it came from, as the room saw it.
    pub address: String,
    /// When.
    pub at: At,
}

/// A computer as the bidder's tool recorded it when it made the bid.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Machine {
    /// Addresses of network cards.
    pub macs: Vec<String>,
    /// Serial numbers of disks.
    pub disks: Vec<String>,
    /// Identifiers of processors.
    pub cpus: Vec<String>,
    /// Serial numbers of mainboards.
    pub boards: Vec<String>,
    /// The computer's name.
    pub hosts: Vec<String>,
}

/// What a bid left behind on its way, and what it states of people and accounts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Traces {
    /// Serial numbers of the locks (tokens) that sealed or signed.
    pub locks: Vec<String>,
    /// Serial numbers of the certificates that sealed or signed.
    pub certificates: Vec<String>,
    /// Serial numbers of licences of the tool, or of the pricing program, that made the bid.
    pub licences: Vec<String>,
    /// Uploads.
    pub uploads: Vec<Upload>,
    /// Computers.
    pub machines: Vec<Machine>,
    /// Contact people's telephone numbers and addresses, as registered.
    pub contacts: Vec<String>,
    /// Identity numbers of the agents and of the project's managing members.
    pub members: Vec<String>,
    /// Accounts that bid deposits were paid from.
    pub deposit_accounts: Vec<String>,
}

/// One line of a priced bill.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemPrice {
    /// Code of the line, the same in all bids.
    pub code: String,
    /// Unit price in fen.
    pub unit: Fen,
}

/// A bid's prices.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Prices {
    /// Total of the schedule, in fen.
    pub total: Option<Fen>,
    /// Lines of the priced bill.
    pub items: Vec<ItemPrice>,
}

/// An opened bid.
pub struct Bid {
    /// Identifier, unique in a run; orders the output.
    pub id: String,
    /// Bidder's name as it is written in bids.
    pub name: String,
    /// What it left behind.
    pub traces: Traces,
    /// Its prices.
    pub prices: Prices,
    /// Its documents.
    pub documents: Vec<Document>,
}

/// What all bids have from the tender: its text, images, authors and numbers are subtracted.
#[derive(Default)]
pub struct Baseline {
    /// Tender document, forms, drawings.
    pub documents: Vec<Document>,
    /// Network addresses that many bidders use for good reason: the centre's own terminals and lines.
    pub shared_addresses: Vec<String>,
    /// Unit prices that the tender fixes (provisional sums 暂估价, 暂列金额).
    pub fixed_items: Vec<String>,
}

/// All that a run compares.
#[derive(Default)]
pub struct Input {
    /// The bids, in any order.
    pub bids: Vec<Bid>,
    /// The tender's own.
    pub baseline: Baseline,
}
