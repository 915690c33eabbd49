//! Locks before the opening: challenges to those of officers and bidders, and new key packages for a bidder's other lock.
//!
//! **Architecture invariant.** The room opens nothing here: a challenge is custody's, its answer is the lock's, and of new
//! key packages the room sees what everybody sees. Custody checks the same evidence before anything is appended.

mod probe;
mod rewrap;

pub use probe::{bidder_answer, challenge, officer_answer};
pub use rewrap::{own_packages, rewrap};

use bidroom_domain::EnvelopeIndex;
use bidroom_domain::opening::{Refusal, Standing};
use bidroom_domain::{Bidder, SessionId};
use bidroom_envelope::bid::header::Header;
use bidroom_envelope::bid::package::Purpose;
use bidroom_envelope::bid::record::{KeyPackage, KeyPackageRecord};

use crate::error::{Fault, fault};
use crate::room::{ActError, RoomHandle};
use crate::store::Store;
use crate::unlock::{UnlockError, kinds, record_of};

/// A bidder's bid that stands, with its head and the key packages that count.
pub(crate) struct OwnBid {
    pub(crate) standing: Standing,
    pub(crate) head: Header,
    pub(crate) record: KeyPackageRecord,
}

impl OwnBid {
    /// The bid of `bidder` that stands.
    ///
    /// # Errors
    /// A refusal if none stands, or a [`Fault`] of the store.
    pub(crate) fn of(store: &Store, room: &RoomHandle, bidder: &Bidder) -> Result<Self, UnlockError> {
        let snapshot = room.snapshot();
        let standing = snapshot.state.standing.get(&bidder.code).cloned();
        let standing = standing.ok_or(ActError::from(Refusal::NoBid))?;
        let head = head_of(store, room.session(), &standing)?;
        let record = record_of(store, room.session(), &standing, &head)?;
        Ok(Self { standing, head, record })
    }

    /// The packages for locks, each certificate once.
    pub(crate) fn locks(&self) -> impl Iterator<Item = &KeyPackage> {
        let packages = self.record.of_envelope(EnvelopeIndex::FIRST);
        packages.filter(|package| package.purpose == Purpose::Lock)
    }
}

fn head_of(store: &Store, session: &SessionId, standing: &Standing) -> Result<Header, Fault> {
    let head = store.record(session, kinds::HEAD, &standing.bid.to_string())?;
    let head = head.ok_or_else(|| fault("head of the bid", &"it is missing"))?;
    Header::parse(&head).map_err(|error| fault("head of the bid", &error))
}
