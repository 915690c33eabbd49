//! The holder's agreement and the PIN: before anything is signed or opened, the holder reads what, in the helper's window.

use std::sync::Arc;

use bidroom_canon::{Sm3Digest, labelled_sm3};
use bidroom_locks::{FoundLock, HeldLock, LockTrouble, PinEntry};
use bidroom_wire::bridge::{BridgeRefusal, Stage, grouped};

use super::hand::{Hand, Stages};
use super::refused::Refused;
use super::sheet::{Sheet, WindowError};

/// What is agreed to: its window and what tells it from everything else.
pub(super) struct Deal {
    /// What the holder reads.
    pub(super) sheet: Sheet,
    /// Two deals with one content are one: it is asked once while the pairing lasts.
    pub(super) content: Sm3Digest,
}

impl Deal {
    /// A deal of a kind, about some texts.
    pub(super) fn new(sheet: Sheet, kind: &str, about: &[&str]) -> Self {
        let parts: Vec<&[u8]> = [kind].iter().chain(about).map(|part| part.as_bytes()).collect();
        Self { sheet, content: labelled_sm3("bidroom/bridge-deal/v1", &parts) }
    }

    /// Logging in to a room.
    pub(super) fn log_in(sheet: Sheet, room: &str) -> Self {
        Self::new(sheet, "log-in", &[room])
    }
}

impl From<WindowError> for Refused {
    fn from(error: WindowError) -> Self {
        Self::detailed(BridgeRefusal::NoWindow, error)
    }
}

impl Hand {
    /// The lock in hand, once the holder has agreed to this; takes the chosen lock in hand, with one PIN entry, if none
    /// is. A PIN that is wrong ends it: nothing is tried again by itself.
    pub(super) async fn agreed(&mut self, deal: Deal, stages: &Stages) -> Result<Arc<HeldLock>, Refused> {
        let mut sheet = deal.sheet;
        sheet.code = Some(grouped(&self.code));
        if let Some(held) = self.held.clone() {
            if !self.agreed.contains(&deal.content) {
                let sheet = self.tongue.with_lock(sheet, &held.found().identity);
                self.ask(&sheet, stages).await?;
                self.agreed.insert(deal.content);
            }
            return Ok(held);
        }
        let found = self.look_again(stages).await?;
        let sheet = self.tongue.with_lock(sheet, &found.identity);
        let held = Arc::new(self.take_in_hand(&found, sheet, stages).await?);
        self.agreed.insert(deal.content);
        self.held = Some(held.clone());
        Ok(held)
    }

    /// Asks the holder.
    async fn ask(&mut self, sheet: &Sheet, stages: &Stages) -> Result<(), Refused> {
        stages.tell(Stage::Window);
        if self.window.ask(sheet).await? {
            self.declined = 0;
            return Ok(());
        }
        Err(self.declines())
    }

    fn declines(&mut self) -> Refused {
        self.declined = self.declined.saturating_add(1);
        BridgeRefusal::Declined.into()
    }

    /// The chosen lock as it is now: the tries left are those of this moment.
    async fn look_again(&mut self, stages: &Stages) -> Result<FoundLock, Refused> {
        let chosen = self.chosen.clone().ok_or(BridgeRefusal::NoLock)?;
        stages.tell(Stage::Device);
        let drivers = self.drivers.clone();
        let listing = self.device.run(move || drivers.list()).await?;
        let absent = || Refused::lock(&LockTrouble::Absent { lock: chosen.name() });
        let id = chosen.id();
        listing.locks.into_iter().find(|lock| lock.id() == id).ok_or_else(absent)
    }

    async fn take_in_hand(
        &mut self,
        found: &FoundLock,
        sheet: Sheet,
        stages: &Stages,
    ) -> Result<HeldLock, Refused> {
        let name = found.name();
        if found.tries.is_locked() {
            return Err(Refused::lock(&LockTrouble::PinLocked { lock: name }));
        }
        let last = found.tries.is_last();
        if last {
            let mut sheet = self.tongue.last_try(found);
            sheet.code = Some(grouped(&self.code));
            self.ask(&sheet, stages).await?;
        }
        let mut sheet = self.tongue.with_pin(sheet, found.tries);
        sheet.trouble = self.pin_trouble.take();
        stages.tell(Stage::Window);
        let Some(pin) = self.window.pin(&sheet).await? else { return Err(self.declines()) };
        self.declined = 0;
        stages.tell(Stage::Device);
        let (drivers, lock) = (self.drivers.clone(), found.clone());
        let entry = PinEntry { pin, last_try: last };
        let opened = self.device.run(move || drivers.open(&lock, entry)).await?;
        opened.map_err(|trouble| {
            self.pin_trouble = Some(self.tongue.pick(&trouble.zh(), &trouble.en()).to_owned());
            Refused::lock(&trouble)
        })
    }
}
