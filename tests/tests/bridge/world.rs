//! A room in which the first bidder's main lock is a device behind an SKF library, and a helper for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use bidroom::demo::play::{Play, Script};
use bidroom::demo::site::PASSWORD;
use bidroom_bidder::bridge::keep::Keep;
use bidroom_bidder::bridge::pinentry::Pinentry;
use bidroom_bidder::bridge::{Hand, HandParts, Paired, Rooms, Tongue, Window};
use bidroom_bidder::client::{Client, ClientOptions};
use bidroom_canon::Sm3Digest;
use bidroom_envelope::suite::pki::Name;
use bidroom_lock::{KdfCost, LockKind, SoftLock};
use bidroom_locks::files::FileLocks;
use bidroom_locks::{Drivers, LockDriver};
use bidroom_test_device::Bench;
use bidroom_test_device::skf::{Contents, DeviceSpec};
pub use bidroom_tests::devices::PIN;
use bidroom_tests::devices::{SKF, container, numbered_lock, skf_driver};
pub use bidroom_tests::helper::{Turned, now};
use bidroom_tests::page::Page;
use bidroom_tests::random::CountingRandom;
use bidroom_tests::room::{DEADLINE, MORNING, StoryRoom};
use bidroom_tests::window::{Kind, Windows};
use bidroom_unlocking::PublishedRoom;
use bidroom_wire::bridge::{BridgeLock, Done, LockList, PinLeft, Request};
use bidroom_wire::{Answer, Ask, LoginBody, UnlockMaterial};
use tempfile::TempDir;

pub const PLAIN: Script =
    Script { replaces: None, wrong_lock: None, objects: None, absent: None, leaves: None };
/// Number of the device's keys.
const SEED: u8 = 10;

/// A folder with everything of one test.
pub struct Site {
    pub room: StoryRoom,
    pub bench: Bench,
    pub windows: Windows,
    pub time: Arc<Turned>,
    pub folder: TempDir,
    _room_folder: TempDir,
}

impl Site {
    pub async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// The same after a change to the device.
    pub async fn with(change: impl FnOnce(&mut DeviceSpec)) -> Self {
        let (folder, room_folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut room = StoryRoom::new(room_folder.path(), 3).await.unwrap();
        let firm = room.world.bidders[0].firm.clone();
        let name = Name::new(&firm.name, Some(firm.code.as_str()), &format!("{}主锁", firm.name));
        let lock = numbered_lock(&mut room.world.cas[0], LockKind::Main, &name, SEED).unwrap();
        let mut device = DeviceSpec::with("usb-1", vec![container("main", &lock, SEED)]);
        change(&mut device);
        room.world.bidders[0].main = lock;
        let bench = Bench::new(SKF, &Contents { devices: vec![device] });
        let windows = Windows::new(folder.path()).unwrap();
        Self { room, bench, windows, time: Arc::default(), folder, _room_folder: room_folder }
    }

    pub fn driver(&self) -> Drivers {
        skf_driver(&self.bench).unwrap()
    }

    pub fn client(&self) -> Client {
        Client::new(&ClientOptions { server: self.room.url.clone(), trust: Vec::new() }).unwrap()
    }

    pub fn window(&self) -> Arc<dyn Window> {
        Arc::new(Pinentry::new(self.windows.program(), Tongue::Chinese))
    }

    /// The room as the helper reaches it, with nothing that vouches for it.
    pub fn rooms(&self) -> Rooms {
        let keep = Keep::new(self.folder.path().join("keep"));
        Rooms::new(&self.room.url, vec![self.client()], Some(keep), now)
    }

    pub async fn publication(&self) -> PublishedRoom {
        let session = StoryRoom::session().unwrap();
        PublishedRoom::open(&self.client().publication(&session).await.unwrap(), None, MORNING).unwrap()
    }

    /// A helper with the device, the room's true publication and these soft locks besides.
    pub async fn hand(&self, soft: Vec<Box<dyn LockDriver>>) -> Hand {
        let rooms = self.rooms().with_publication(self.publication().await);
        self.hand_of(rooms, soft)
    }

    /// The same for somebody whose lock is a file.
    pub async fn hand_with_file(&self, lock: &SoftLock) -> Hand {
        let locks = self.folder.path().join("locks");
        std::fs::create_dir_all(&locks).unwrap();
        let file = lock.to_file(PASSWORD, KdfCost::LEAST, &mut CountingRandom::new("file")).unwrap();
        std::fs::write(locks.join("own.lock"), file).unwrap();
        self.hand(vec![Box::new(FileLocks::new(&locks))]).await
    }

    /// The page chooses the lock that is a file, and logs in with it; the person types its password.
    pub async fn log_in_with_file(&self, page: &mut Page) -> String {
        let Ok(Done::Locks(LockList { locks, .. })) = page.ask(Request::Locks).await.unwrap() else {
            panic!("locks")
        };
        let own = locks.iter().find(|lock| lock.tries == PinLeft::Unlimited).unwrap();
        assert!(page.ask(Request::Choose { lock: own.id.clone() }).await.unwrap().is_ok());
        let mut client = self.client();
        let challenge = client.login_challenge(&self.room.app.config.origin).await.unwrap();
        let person = async { self.windows.next().await.unwrap().pin(PASSWORD).await.unwrap() };
        let (done, ()) = tokio::join!(page.act(Ask::LogIn(challenge)), person);
        let Answer::Said(body) = done.unwrap().unwrap() else { panic!("a login") };
        client.log_in_with(&LoginBody { statement: body.statement }).await.unwrap().token
    }

    /// The same for a holder who gave the receipt of this bid.
    pub async fn hand_with_receipt(&self, bid: Sm3Digest) -> Hand {
        let rooms = self.rooms().with_publication(self.publication().await);
        let own = BTreeMap::from([(StoryRoom::session().unwrap(), bid)]);
        Hand::new(HandParts { own, ..self.parts(rooms, Vec::new()) })
    }

    pub fn hand_of(&self, rooms: Rooms, soft: Vec<Box<dyn LockDriver>>) -> Hand {
        Hand::new(self.parts(rooms, soft))
    }

    fn parts(&self, rooms: Rooms, soft: Vec<Box<dyn LockDriver>>) -> HandParts {
        HandParts {
            drivers: self.driver().and(soft),
            window: self.window(),
            rooms,
            own: BTreeMap::new(),
            tongue: Tongue::Chinese,
            pause: self.time.clone(),
        }
    }

    /// A pairing that is made: the helper's end, and the page.
    pub async fn paired(&self) -> (Paired, Page) {
        let (end, offer) = self.client().bridge_offer().await.unwrap();
        let page = self.client().bridge_claim(&offer.code).await.unwrap();
        (Paired { end, code: offer.code }, Page::new(page))
    }

    /// The day up to the point where bidders unlock.
    pub async fn collecting(&self, play: &Play<'_>) {
        play.prepare().await.unwrap();
        self.room.clock.set(DEADLINE);
        let handle = self.room.app.rooms.get(&play.session).unwrap();
        let ready = |snapshot: &bidroom::room::Snapshot| {
            snapshot.state.phase == bidroom_domain::opening::Phase::Authorise && snapshot.note.is_some()
        };
        handle.wait_for(ready).await.unwrap();
        play.authorise().await.unwrap();
    }

    /// What the room hands out for the first bidder's lock.
    pub async fn material(&self) -> UnlockMaterial {
        let mut client = self.client();
        let lock = &self.room.world.bidders[0].main;
        client.log_in(lock, &self.room.app.config.origin).await.unwrap();
        client.unlock_material(&StoryRoom::session().unwrap()).await.unwrap()
    }

    /// Whether the first bidder's share is in the log.
    pub fn is_collected(&self) -> bool {
        let handle = self.room.app.rooms.get(&StoryRoom::session().unwrap()).unwrap();
        let code = &self.room.world.bidders[0].firm.code;
        handle.snapshot().state.row(code).is_some_and(|row| row.collected.is_some())
    }

    /// The page chooses the only lock; which one it is.
    pub async fn choose(&self, page: &mut Page) -> BridgeLock {
        let Done::Locks(LockList { locks, odd }) = page.ask(Request::Locks).await.unwrap().unwrap() else {
            panic!("a list of locks")
        };
        assert!(odd.is_empty(), "{odd:?}");
        let lock = locks[0].clone();
        let Done::Chosen(chosen) =
            page.ask(Request::Choose { lock: lock.id.clone() }).await.unwrap().unwrap()
        else {
            panic!("a chosen lock")
        };
        assert_eq!(chosen, lock);
        lock
    }

    /// The page logs in with the chosen lock; the person types the PIN.
    pub async fn log_in(&self, page: &mut Page) -> Client {
        let mut client = self.client();
        client.log_in_with(&self.answered(page).await).await.unwrap();
        client
    }

    /// The chosen lock answers a challenge of the room; the person types the PIN.
    pub async fn answered(&self, page: &mut Page) -> LoginBody {
        let challenge = self.client().login_challenge(&self.room.app.config.origin).await.unwrap();
        let person = async {
            let window = self.windows.next().await.unwrap();
            assert_eq!(window.kind, Kind::Pin, "{}", window.text);
            assert!(window.text.contains("登录开标室"), "{}", window.text);
            window.pin(PIN).await.unwrap();
        };
        let (done, ()) = tokio::join!(page.act(Ask::LogIn(challenge)), person);
        let Answer::Said(body) = done.unwrap().unwrap() else { panic!("a login") };
        LoginBody { statement: body.statement }
    }

    /// The person agrees to the next window, which asks no PIN and says all this.
    pub async fn agrees(&self, words: &[&str]) {
        let window = self.windows.next().await.unwrap();
        assert_eq!(window.kind, Kind::Question, "{}", window.text);
        for word in words {
            assert!(window.text.contains(word), "{word} is not in: {}", window.text);
        }
        window.yes().await.unwrap();
    }
}
