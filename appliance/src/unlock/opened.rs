//! The documents of a bid that was opened, for those who review it: read from the ciphertext where they stand, never kept
//! in the clear on disk.

use std::fs::File;
use std::io::BufReader;

use bidroom_custody::Custodian;
use bidroom_domain::SessionId;
use bidroom_domain::opening::State;
use bidroom_envelope::bid::header::Header;
use bidroom_envelope::bid::index::{self, Mark, ResponseIndex};
use bidroom_envelope::bid::manifest::Document;
use bidroom_envelope::bid::open::Opening;
use bidroom_envelope::bid::share::Shares;

use super::keys::{Keyring, ShareError};
use super::opening::{fixed_bids, start};
use crate::error::{Fault, fault};
use crate::store::Store;

/// A bid that was opened, with what opens its content again.
pub struct OpenedBid {
    head: Header,
    shares: Shares,
    documents: Vec<Document>,
    marks: Vec<Mark>,
}

impl core::fmt::Debug for OpenedBid {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("OpenedBid").field("documents", &self.documents.len()).finish_non_exhaustive()
    }
}

impl OpenedBid {
    /// The bid of this roster number, if it was opened. Blocks on custody and disk.
    ///
    /// # Errors
    /// A [`Fault`].
    pub fn of(
        store: &Store,
        custodian: &Custodian,
        session: &SessionId,
        state: &State,
        number: u32,
    ) -> Result<Option<Self>, Fault> {
        if !state.numbered(number).is_some_and(|row| row.is_opened()) {
            return Ok(None);
        }
        let fixed = fixed_bids(state).into_iter().find(|(fixed, _)| *fixed == number);
        let Some((_, fixed)) = fixed else { return Ok(None) };
        let keyring = Keyring::open(store, custodian, session, state)?;
        let head = keyring.head(&fixed.bid)?;
        let shares = match keyring.shares(&fixed) {
            Ok(shares) => shares,
            Err(ShareError::Room(fault)) => return Err(fault),
            Err(ShareError::Bid(_, why)) => return Err(fault("a bid that was opened", &why)),
        };
        let mut opening = begin(store, &head, &shares)?;
        let documents = opening.manifest().documents.clone();
        let marks = marks(&mut opening, &documents);
        Ok(Some(Self { head, shares, documents, marks }))
    }

    /// Where the bidder says that it answers which item, if it gave an index that can be read.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// Its documents, in the order of the manifest.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// A reader of its documents. Blocks on the disk.
    ///
    /// # Errors
    /// A [`Fault`].
    pub fn reader(&self, store: &Store) -> Result<Opening<BufReader<File>>, Fault> {
        begin(store, &self.head, &self.shares)
    }
}

/// The marks of the response index. One that cannot be read leads nobody anywhere, and is no reason not to show the bid.
fn marks(opening: &mut Opening<BufReader<File>>, documents: &[Document]) -> Vec<Mark> {
    let Some(place) = documents.iter().position(|document| document.name.as_str() == index::NAME) else {
        return Vec::new();
    };
    let mut bytes = Vec::new();
    // One byte more than is allowed tells that it is too long.
    let read = opening.part_of(place, 0, index::MAX_BYTES.saturating_add(1), &mut bytes);
    let names = documents.iter().map(|document| document.name.as_str());
    match read
        .map_err(|error| error.to_string())
        .and_then(|_| ResponseIndex::read(&bytes, names).map_err(|error| error.to_string()))
    {
        Ok(index) => index.marks,
        Err(error) => {
            tracing::warn!(%error, "a response index is not used");
            Vec::new()
        }
    }
}

fn begin(store: &Store, head: &Header, shares: &Shares) -> Result<Opening<BufReader<File>>, Fault> {
    start(store, head, shares)?.map_err(|error| fault("a bid that was opened", &error))
}
