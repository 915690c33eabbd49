//! What the helper does with what a page asks: one thing at a time, each checked before the holder is asked, and the
//! holder asked before the lock is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bidroom_canon::Sm3Digest;
use bidroom_domain::SessionId;
use bidroom_domain::opening::Trouble;
use bidroom_locks::{Drivers, FoundLock, HeldLock};
use bidroom_unlocking::PublishedRoom;
use bidroom_wire::ApiError;
use bidroom_wire::bridge::{BridgeRefusal, Done, Request, Stage, What, grouped};
use tokio::sync::mpsc::UnboundedSender;

use super::deliver::Given;
use super::device::{Device, Watched};
use super::pause::Pause;
use super::refused::{Refused, is_the_locks_own};
use super::rooms::{Found, Rooms};
use super::sheet::{Sheet, Window};
use super::view;
use super::words::Tongue;
use crate::client::Client;

/// So many requests that only a dishonest page makes end the pairing, and so many refusals of the holder in a row.
const SUSPICIOUS: u32 = 5;
const DECLINED: u32 = 4;

/// What a [`Hand`] is made of.
pub struct HandParts {
    /// The computer's locks.
    pub drivers: Drivers,
    /// The helper's window.
    pub window: Arc<dyn Window>,
    /// The room and what vouches for it.
    pub rooms: Rooms,
    /// Bids of which the holder gave the receipt: no other bid of these sessions is handed in.
    pub own: BTreeMap<SessionId, Sm3Digest>,
    /// Language of the window.
    pub tongue: Tongue,
    /// Time.
    pub pause: Arc<dyn Pause>,
}

/// A lock and its holder, behind the helper's window.
pub struct Hand {
    pub(super) drivers: Arc<Drivers>,
    pub(super) window: Arc<dyn Window>,
    pub(super) rooms: Rooms,
    pub(super) own: BTreeMap<SessionId, Sm3Digest>,
    pub(super) tongue: Tongue,
    pub(super) pause: Arc<dyn Pause>,
    pub(super) device: Device,
    /// The pairing code, shown with every question.
    pub(super) code: String,
    pub(super) chosen: Option<FoundLock>,
    pub(super) held: Option<Arc<HeldLock>>,
    pub(super) agreed: BTreeSet<Sm3Digest>,
    /// Why the last PIN was not taken, shown with the next question for it.
    pub(super) pin_trouble: Option<String>,
    pub(super) declined: u32,
    suspicious: u32,
    pub(super) given: BTreeMap<Sm3Digest, Given>,
    /// The helper's own login of this pairing: what goes wrong is told with it.
    pub(super) voice: Option<Client>,
    telling: tokio::task::JoinSet<()>,
}

/// Where it is told what is waited for, and what went wrong.
#[derive(Clone)]
pub(super) struct Stages(pub(super) UnboundedSender<What>);

impl Stages {
    /// Nobody need listen.
    pub(super) fn tell(&self, stage: Stage) {
        let _ = self.0.send(What::Stage(stage));
    }

    /// What the room learns, or has learnt, of a share that was not given.
    pub(super) fn trouble(&self, trouble: Trouble, reported: bool) {
        let _ = self.0.send(What::Trouble { trouble, reported });
    }
}

impl Hand {
    /// An empty hand.
    pub fn new(parts: HandParts) -> Self {
        let HandParts { drivers, window, rooms, own, tongue, pause } = parts;
        Self {
            drivers: Arc::new(drivers),
            window,
            rooms,
            own,
            tongue,
            device: Device::new(pause.clone()),
            pause,
            code: String::new(),
            chosen: None,
            held: None,
            agreed: BTreeSet::new(),
            pin_trouble: None,
            declined: 0,
            suspicious: 0,
            given: BTreeMap::new(),
            voice: None,
            telling: tokio::task::JoinSet::new(),
        }
    }

    /// Begins anew with another pairing: no lock, no agreement, no PIN is left of the last.
    pub(super) fn begin(&mut self, code: &str) {
        code.clone_into(&mut self.code);
        self.put_away();
        (self.declined, self.suspicious) = (0, 0);
    }

    /// Forgets the lock, its PIN and what was agreed to with it. What had to be refused is not forgotten.
    fn put_away(&mut self) {
        (self.chosen, self.held, self.pin_trouble) = (None, None, None);
        self.agreed.clear();
        self.fall_silent();
    }

    /// Whether the page or the relay asks for too much that has to be refused.
    pub(super) const fn is_abused(&self) -> bool {
        self.suspicious >= SUSPICIOUS || self.declined >= DECLINED
    }

    /// Does what is asked.
    pub(super) async fn answer(&mut self, request: Request, stages: &Stages) -> Result<Done, Box<ApiError>> {
        let done = match request {
            Request::Locks => self.list(stages).await,
            Request::Choose { lock } => self.choose(&lock, stages).await,
            Request::PutAway => {
                self.put_away();
                Ok(Done::Noted)
            }
            Request::Act(ask) => self.act(*ask, stages).await.map(Done::Act),
            Request::Acknowledged { statement, accepted } => self.acknowledged(&statement, &accepted),
        };
        done.map_err(|refused| {
            self.suspicious = self.suspicious.saturating_add(u32::from(refused.suspicious));
            refused.error
        })
    }

    /// A message that is none counts as one that had to be refused.
    pub(super) fn unreadable(&mut self) -> Box<ApiError> {
        self.suspicious = self.suspicious.saturating_add(1);
        Refused::from(BridgeRefusal::Unreadable).error
    }

    async fn list(&mut self, stages: &Stages) -> Result<Done, Refused> {
        stages.tell(Stage::Device);
        let drivers = self.drivers.clone();
        let listing = self.device.run(move || drivers.list()).await?;
        Ok(Done::Locks(view::list(&listing)))
    }

    async fn choose(&mut self, id: &str, stages: &Stages) -> Result<Done, Refused> {
        stages.tell(Stage::Device);
        let drivers = self.drivers.clone();
        let listing = self.device.run(move || drivers.list()).await?;
        let found = listing.locks.into_iter().find(|lock| lock.id() == id).ok_or(BridgeRefusal::NoLock)?;
        let shown = view::lock(&found);
        if self.chosen.as_ref().is_none_or(|chosen| chosen.id() != id) {
            self.put_away();
            self.chosen = Some(found);
        }
        Ok(Done::Chosen(shown))
    }

    /// The room of a session, for which something vouches: what was given or kept, an agency's root, or now the holder.
    pub(super) async fn room(
        &mut self,
        session: &SessionId,
        stages: &Stages,
    ) -> Result<Arc<PublishedRoom>, Refused> {
        stages.tell(Stage::Evidence);
        let unvouched = match self.rooms.of(session).await? {
            Found::Pinned(room) => return Ok(room),
            Found::Unvouched(room) => room,
        };
        let mut sheet = self.tongue.vouch(&unvouched);
        sheet.code = Some(grouped(&self.code));
        stages.tell(Stage::Window);
        if !self.window.ask(&sheet).await? {
            self.declined = self.declined.saturating_add(1);
            return Err(BridgeRefusal::Unpinned.into());
        }
        Ok(self.rooms.vouch(unvouched))
    }

    /// Has the lock do something. What went wrong is told to the outside only where it says nothing of what the lock was
    /// given; the holder reads it in any case.
    pub(super) async fn with<T: Send + 'static>(
        &mut self,
        held: Arc<HeldLock>,
        stages: &Stages,
        work: impl FnOnce(&Watched) -> Result<T, Refused> + Send + 'static,
    ) -> Result<T, Refused> {
        stages.tell(Stage::Device);
        let (done, trouble) = self
            .device
            .run(move || {
                let lock = Watched::new(held);
                let done = work(&lock);
                (done, lock.trouble())
            })
            .await?;
        let refused = match done {
            Ok(done) => return Ok(done),
            Err(refused) => refused,
        };
        let Some(trouble) = trouble else {
            self.tell(
                "锁打开了密钥包，但里面的内容与封存时的承诺不符，没有交出。请换用登记的另一把锁，或到柜台办理。",
                "The lock answered, but what came out does not fit what was sealed; nothing was given. Use another lock the \
                 bid was sealed to, or come to the counter.",
            );
            return Err(refused);
        };
        self.tell(&trouble.zh(), &trouble.en());
        if is_the_locks_own(&trouble) {
            // A lock that is gone or locked is not in hand any more; the next thing asks for the PIN.
            self.held = None;
            return Err(Refused::lock(&trouble));
        }
        Err(refused)
    }

    /// Shows the holder something beside what goes on.
    pub(super) fn tell(&mut self, zh: &str, en: &str) {
        let sheet = self.tongue.trouble(zh, en);
        self.show_beside(sheet);
    }

    /// Tells the holder that the pairing was ended, and waits until that was read.
    pub(super) async fn show_abused(&self) {
        // Whether it could be shown changes nothing: it is over.
        drop(self.window.show(&self.tongue.abused()).await);
    }

    pub(super) fn show_beside(&mut self, sheet: Sheet) {
        let window = self.window.clone();
        while self.telling.try_join_next().is_some() {}
        // One such window at a time: a page must not be able to cover the screen.
        self.telling.abort_all();
        self.telling.spawn(async move {
            // Whether it was shown changes nothing: the page was told as well.
            drop(window.show(&sheet).await);
        });
    }
}
