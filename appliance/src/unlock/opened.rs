//! The documents of a bid that was opened, for those who review it: read from the ciphertext where they stand, never kept
//! in the clear on disk.

use std::fs::File;
use std::io::BufReader;

use bidroom_custody::Custodian;
use bidroom_domain::SessionId;
use bidroom_domain::opening::State;
use bidroom_envelope::bid::header::Header;
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
        let documents = begin(store, &head, &shares)?.manifest().documents.clone();
        Ok(Some(Self { head, shares, documents }))
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

fn begin(store: &Store, head: &Header, shares: &Shares) -> Result<Opening<BufReader<File>>, Fault> {
    start(store, head, shares)?.map_err(|error| fault("a bid that was opened", &error))
}
