//! What finds locks and takes them in hand, whatever they are made of.

use std::collections::BTreeSet;

use crate::error::LockTrouble;
use crate::found::{FoundLock, Listing, Unreadable};
use crate::held::HeldLock;
use crate::pin::PinEntry;

/// Finds locks of one kind, behind one library or in one folder. Every method may be called from several threads;
/// a driver whose library cannot be, takes turns.
pub trait LockDriver: Send + Sync {
    /// What the driver is called in lists and messages.
    fn name(&self) -> &str;

    /// The locks that are present now. Asks for no PIN and changes nothing; a lock that cannot be read is listed with
    /// the reason and hides no other.
    ///
    /// # Errors
    /// [`LockTrouble`] if the driver itself does not work.
    fn list(&self) -> Result<Listing, LockTrouble>;

    /// Takes a listed lock in hand: checks that it still is the same one, and its PIN, once.
    ///
    /// # Errors
    /// [`LockTrouble`]; whether the PIN was tried is said by the variant.
    fn open(&self, lock: &FoundLock, entry: PinEntry) -> Result<HeldLock, LockTrouble>;
}

/// Several drivers as one: several vendors' libraries and several devices behind each.
#[derive(Default)]
pub struct Drivers(Vec<Box<dyn LockDriver>>);

impl Drivers {
    /// Puts drivers together; of two that show the same lock, the one that comes first counts.
    pub fn new(drivers: Vec<Box<dyn LockDriver>>) -> Self {
        Self(drivers)
    }

    /// The same with more drivers behind them.
    #[must_use]
    pub fn and(mut self, more: Vec<Box<dyn LockDriver>>) -> Self {
        self.0.extend(more);
        self
    }

    /// The locks of all drivers, each once; a driver that fails is listed with the reason and hides no other.
    pub fn list(&self) -> Listing {
        let mut all = Listing::default();
        let mut seen = BTreeSet::new();
        for driver in &self.0 {
            match driver.list() {
                Ok(listing) => {
                    all.locks.extend(listing.locks.into_iter().filter(|lock| seen.insert(lock.id())));
                    all.unreadable.extend(listing.unreadable);
                }
                Err(why) => {
                    all.unreadable.push(Unreadable { at: driver.name().to_owned(), why });
                }
            }
        }
        all
    }

    /// Takes a lock of the list in hand, by the driver that found it.
    ///
    /// # Errors
    /// [`LockTrouble::Absent`] if none of these drivers found it, or what [`LockDriver::open`] answers.
    pub fn open(&self, lock: &FoundLock, entry: PinEntry) -> Result<HeldLock, LockTrouble> {
        let absent = || LockTrouble::Absent { lock: lock.name() };
        let driver = self.0.iter().find(|driver| driver.name() == lock.place.driver);
        driver.ok_or_else(absent)?.open(lock, entry)
    }
}
