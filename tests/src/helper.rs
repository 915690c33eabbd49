//! The helper on somebody's computer, before a page in a real browser: pairing, choosing a lock, and what the holder
//! answers in the helper's own windows.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use bidroom::clock::BoxFuture;
use bidroom_bidder::bridge::keep::Keep;
use bidroom_bidder::bridge::pinentry::Pinentry;
use bidroom_bidder::bridge::{
    Hand, HandParts, Outcome, Pause, Rooms, Tongue, Wait, Window, pair_by_code, serve,
};
use bidroom_domain::At;
use bidroom_locks::Drivers;
use bidroom_unlocking::PublishedRoom;
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::oneshot;

use crate::browser::Browser;
use crate::room::{MORNING, StoryRoom};
use crate::window::{Kind, Open, Windows};

/// How long a window may take to open. A story never waits for time, only for windows.
const PATIENCE: Duration = Duration::from_secs(20);

/// Time that the story turns: what is waited for takes as long as the story wants.
#[derive(Default)]
pub struct Turned {
    over: Mutex<BTreeMap<u8, Arc<Notify>>>,
}

impl Turned {
    fn gate(&self, what: Wait) -> Arc<Notify> {
        let kind = match what {
            Wait::Device => 0,
            Wait::Acknowledgement => 1,
            Wait::Network(_) => 2,
        };
        let mut over = self.over.lock().unwrap_or_else(PoisonError::into_inner);
        over.entry(kind).or_default().clone()
    }

    /// The time for this is over, for whoever waits for it or will next.
    pub fn turn(&self, what: Wait) {
        self.gate(what).notify_one();
    }
}

impl Pause for Turned {
    fn wait(&self, what: Wait) -> BoxFuture<()> {
        let gate = self.gate(what);
        Box::pin(async move { gate.notified().await })
    }
}

/// The story's time, for judging certificates.
pub fn now() -> At {
    MORNING
}

/// A helper that waits for a page, with these locks and the room's true publication; on a thread of its own, as it would
/// be on a computer of its own. It ends with this.
pub struct Helper {
    windows: Windows,
    codes: UnboundedReceiver<String>,
    ended: oneshot::Receiver<anyhow::Result<Outcome>>,
    _goes_on: oneshot::Sender<()>,
    _folder: tempfile::TempDir,
}

impl Helper {
    /// Starts it.
    ///
    /// # Errors
    /// If its windows cannot be had.
    pub fn start(room: &StoryRoom, published: PublishedRoom, drivers: Drivers) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let windows = Windows::new(folder.path())?;
        let window: Arc<dyn Window> = Arc::new(Pinentry::new(windows.program(), Tongue::Chinese));
        let pause: Arc<dyn Pause> = Arc::new(Turned::default());
        let (client, url) = (room.client()?, room.url.clone());
        let keep = Keep::new(folder.path().join("keep"));
        let rooms = Rooms::new(&url, vec![room.client()?], Some(keep), now).with_publication(published);
        let (say, codes) = unbounded_channel();
        let help = async move || {
            let tell = move |code: &str| drop(say.send(code.to_owned()));
            let paired = pair_by_code(&client, &url, &*window, Tongue::Chinese, &pause, &tell).await?;
            let tongue = Tongue::Chinese;
            let parts = HandParts { drivers, window, rooms, own: BTreeMap::new(), tongue, pause };
            Ok(serve(&mut Hand::new(parts), &paired).await)
        };
        let (goes_on, left) = oneshot::channel();
        let (end, ended) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new().name("helper".to_owned()).spawn(move || {
            let outcome = runtime.block_on(async {
                tokio::select! {
                    outcome = help() => Some(outcome),
                    _ = left => None,
                }
            });
            // Whoever left does not ask how it ended.
            outcome.map(|outcome| end.send(outcome))
        })?;
        Ok(Self { windows, codes, ended, _goes_on: goes_on, _folder: folder })
    }

    /// The next window that the helper opens.
    async fn window(&mut self) -> anyhow::Result<Open> {
        tokio::select! {
            ended = &mut self.ended => anyhow::bail!("the helper ended: {ended:?}"),
            opened = tokio::time::timeout(PATIENCE, self.windows.next()) => opened.context("no window opened")?,
        }
    }

    /// The holder types the code into the page that the browser shows, and agrees in the window.
    ///
    /// # Errors
    /// If page or helper do not do their part.
    pub async fn pair(&mut self, browser: &Browser) -> anyhow::Result<()> {
        let code = self.codes.recv().await.context("the helper told no code")?;
        let shown = self.window().await?;
        ensure!(shown.kind == Kind::Message, "{}", shown.text);
        browser.fill("#pairing-code", &code).await?;
        browser.press("pair").await?;
        shown.closed().await?;
        self.agree("是您刚才输入的吗").await
    }

    /// The holder chooses the lock that the page calls so, and types its PIN into the helper's window.
    ///
    /// # Errors
    /// If page or helper do not do their part.
    pub async fn open_lock(&mut self, browser: &Browser, name: &str, pin: &str) -> anyhow::Result<()> {
        browser.click(name).await?;
        self.types_pin(pin).await
    }

    /// The holder types the PIN of the chosen lock into the window that asks for it.
    ///
    /// # Errors
    /// If it is another window.
    pub async fn types_pin(&mut self, pin: &str) -> anyhow::Result<()> {
        let window = self.window().await?;
        ensure!(window.kind == Kind::Pin && window.text.contains("登录开标室"), "{}", window.text);
        window.pin(pin).await
    }

    /// The holder agrees to the next window, which asks for no PIN and says this.
    ///
    /// # Errors
    /// If it is another window.
    pub async fn agree(&mut self, words: &str) -> anyhow::Result<()> {
        let window = self.window().await?;
        ensure!(window.kind == Kind::Question && window.text.contains(words), "{}", window.text);
        window.yes().await
    }
}
