//! The connection to the room: follows a session, keeps the verified copy, does what the reader wants done.
//!
//! [`watch`], [`hand`], [`log`] and [`backoff`] are plain logic with ordinary tests; this file and its other parts
//! only carry between them, the browser, the reader's keys ([`holder`]) and the page's signals.

mod acts;
pub mod backoff;
mod doors;
pub mod hand;
pub mod helper;
pub mod holder;
pub mod http;
pub mod log;
mod paired;
mod socket;
pub mod watch;

pub use acts::{ActError, Acting, Acts, lock_acts};
pub(crate) use acts::{bid_acts, desk_acts, hall_acts, officer_acts};
#[cfg(feature = "acts")]
pub use acts::{command, evaluate};
pub use doors::room;

use crate::browser;
use crate::deed::Deed;
use crate::model::probe::SealedTo;
use crate::model::{Link, OwnBid, derive};
use crate::route::Route;
use crate::ui::Page;
use bidroom_domain::At;
use bidroom_wire::{DemoLock, Frame, MineView, OwnLock, RoomInfo, SessionInfo, Who};
use holder::Holder;
use leptos::prelude::*;
use std::time::Duration;
use watch::{Stop, Watch};

/// Where a tab keeps its token; gone with the tab.
const TOKEN: &str = "bidroom-token";
/// How often the page's time moves, in milliseconds.
const TICK: u64 = 200;
/// A connection that says nothing for so long is given up, in milliseconds; the room's clock comes every second.
const SILENCE: i64 = 8_000;

/// What the page holds beside its signals.
#[derive(Default)]
struct Inner {
    page: Option<Page>,
    session: Option<String>,
    watch: Option<Watch>,
    /// The copy for a reader who has just signed in, until it has caught up.
    next: Option<Watch>,
    socket: Option<socket::Socket>,
    holder: Option<Holder>,
    helper: Option<helper::Helper>,
    /// What is done now and then while there is a helper.
    stays: Option<fn(Live)>,
    /// When the helper was last told that the page is there.
    stayed: i64,
    demo: Vec<DemoLock>,
    /// The room's time at a moment of the page's own steady clock.
    clock: Option<(At, i64)>,
    heard: i64,
    attempt: u32,
    stopped: bool,
}

/// The connection of this page.
#[derive(Clone, Copy)]
pub struct Live(StoredValue<Inner, LocalStorage>);

impl Live {
    /// Not connected yet.
    pub fn new() -> Self {
        Self(StoredValue::new_local(Inner::default()))
    }

    /// The page whose signals it sets.
    pub fn attach(self, page: Page) {
        self.0.update_value(|inner| inner.page = Some(page));
        set_interval(move || self.tick(), Duration::from_millis(TICK));
    }

    /// What the reader wants done, from now on.
    pub(crate) fn actions(self, route: Route, acts: Acts) -> Callback<Deed> {
        Callback::new(move |deed| acts::run(self, &route, acts, deed))
    }

    fn page(self) -> Option<Page> {
        self.0.with_value(|inner| inner.page)
    }

    /// The lot as the log says, once it was read.
    pub fn lot(self) -> Option<bidroom_domain::LotFacts> {
        self.0.with_value(|inner| inner.watch.as_ref().map(|watch| watch.lot().clone()))
    }

    /// What goes with requests of whoever is signed in.
    pub fn token() -> Option<String> {
        browser::tab_value(TOKEN)
    }

    fn set_clock(self, at: At) {
        let now = browser::elapsed_millis();
        self.0.update_value(|inner| {
            inner.clock = Some((at, now));
            inner.heard = now;
        });
        self.show_time();
    }

    /// The room's time: what it said last, and how long ago that was by a clock that never jumps.
    fn show_time(self) {
        let clock = self.0.with_value(|inner| inner.clock);
        if let (Some(page), Some((at, then))) = (self.page(), clock) {
            page.now.set(at.plus_millis(browser::elapsed_millis() - then));
        }
    }

    fn tick(self) {
        self.show_time();
        let silent = self
            .0
            .with_value(|inner| inner.socket.is_some() && browser::elapsed_millis() - inner.heard > SILENCE);
        if silent {
            self.lost();
        }
        if let Some(stay) = self.0.with_value(|inner| inner.stays) {
            stay(self);
        }
    }

    fn show(self) {
        if let (Some(page), Some(scene)) =
            (self.page(), self.0.with_value(|inner| inner.watch.as_ref().map(Watch::scene)))
        {
            page.scene.set(scene);
        }
    }

    fn set_link(self, link: Link) {
        let Some(page) = self.page() else { return };
        let has_watch = self.0.with_value(|inner| inner.watch.is_some());
        if has_watch {
            self.0.update_value(|inner| {
                if let Some(watch) = &mut inner.watch {
                    watch.set_link(link);
                }
            });
            self.show();
        } else {
            page.scene.update(|scene| scene.link = link);
        }
    }

    /// Begins to follow a session: what it is, who the reader is, then everything that happened.
    pub fn follow(self, session: String) {
        self.0.update_value(|inner| inner.session = Some(session.clone()));
        leptos::task::spawn_local(async move {
            match self.begin(&session).await {
                Ok(()) => self.connect(),
                Err(error) if matches!(&error, http::HttpError::Said(said) if said.code == "no_session") => {
                    if let Some(page) = self.page() {
                        page.doing.update(|doing| doing.trouble = Some(error.problem()));
                    }
                }
                Err(_) => self.retry(move || self.follow(session)),
            }
        });
    }

    async fn begin(self, session: &str) -> Result<(), http::HttpError> {
        let room: RoomInfo = http::get("/room", None).await?;
        let info: SessionInfo = http::get(&format!("/sessions/{session}"), None).await?;
        self.take_room(&room);
        match Watch::new(info, room.keys) {
            Ok(watch) => {
                self.0.update_value(|inner| {
                    inner.attempt = 0;
                    inner.watch = Some(watch);
                });
                self.show();
                self.whoami().await;
            }
            Err(stop) => self.stop(stop),
        }
        Ok(())
    }

    fn take_room(self, room: &RoomInfo) {
        if watch::clock_stands(&room.keys, &room.clock) {
            self.set_clock(room.clock.at);
        }
        let locks = room.demo.as_ref().map(|demo| demo.locks.clone()).unwrap_or_default();
        if let Some(page) = self.page() {
            page.doing.update(|doing| {
                doing.offered = doors::offered(&locks);
                doing.drill = room.drill;
            });
        }
        self.0.update_value(|inner| inner.demo = locks);
    }

    /// Who is signed in in this tab, and what the person is in this session.
    async fn whoami(self) {
        let Some(page) = self.page() else { return };
        let session = self.0.with_value(|inner| inner.session.clone());
        let (Some(token), Some(session)) = (Self::token(), session) else { return };
        match http::get::<Who>(&format!("/sessions/{session}/me"), Some(&token)).await {
            Ok(who) => {
                page.doing.update(|doing| {
                    doing.signed_in = Some(who.bidder.as_ref().map_or(who.name.clone(), |it| it.name.clone()))
                });
                self.0.update_value(|inner| {
                    for watch in [&mut inner.watch, &mut inner.next].into_iter().flatten() {
                        watch.set_person(Some(&who));
                    }
                });
                if who.bidder.is_some() {
                    self.own_bid(&session, &token).await;
                }
            }
            Err(error) if error.is_login() => {
                browser::set_tab_value(TOKEN, None);
                page.doing.update(|doing| doing.signed_in = None);
            }
            // A network fault; the token may still be good.
            Err(_) => {}
        }
        self.show();
    }

    /// What the room tells the bidder of its own bid.
    async fn own_bid(self, session: &str, token: &str) {
        let Ok(mine) = http::get::<MineView>(&format!("/sessions/{session}/mine"), Some(token)).await else {
            return;
        };
        let own = OwnBid {
            receipt: mine.receipt.map(|receipt| (receipt.code, receipt.at)),
            locks: mine.locks.into_iter().map(sealed_to).collect(),
            probe_due: mine.probe_due,
            signed_in: mine.signed_in,
        };
        self.0.update_value(|inner| {
            for watch in [&mut inner.watch, &mut inner.next].into_iter().flatten() {
                watch.facts().own_bid = Some(own.clone());
            }
        });
        self.show();
    }

    /// Asks again what the room tells the bidder of its own bid.
    async fn refresh_own(self) {
        let session = self.0.with_value(|inner| inner.session.clone());
        if let (Some(token), Some(session)) = (Self::token(), session) {
            self.own_bid(&session, &token).await;
        }
    }

    /// The reader signed in or out: other leaves may be read, so a new copy is taken from the beginning; the old one
    /// stays on the page until the new one has caught up.
    async fn person_changed(self) {
        let fresh = self.0.with_value(|inner| inner.watch.as_ref().map(Watch::afresh));
        if fresh.is_none() {
            return;
        }
        self.0.update_value(|inner| {
            inner.next = fresh;
            inner.socket = None;
            for watch in [&mut inner.watch, &mut inner.next].into_iter().flatten() {
                watch.set_person(None);
            }
        });
        self.whoami().await;
        self.connect();
    }

    fn connect(self) {
        let (session, from, stopped) = self.0.with_value(|inner| {
            let from = inner.next.as_ref().or(inner.watch.as_ref()).map_or(0, Watch::size);
            (inner.session.clone(), from, inner.stopped)
        });
        let Some(session) = session.filter(|_| !stopped) else { return };
        let token = Self::token();
        let socket = socket::Socket::open(
            &session,
            from,
            token.as_deref(),
            move |frame| self.heard(frame),
            move || self.lost(),
        );
        self.0.update_value(|inner| {
            inner.heard = browser::elapsed_millis();
            inner.socket = socket;
        });
        if self.0.with_value(|inner| inner.socket.is_none()) {
            self.lost();
        }
    }

    fn heard(self, frame: Option<Frame>) {
        let Some(frame) = frame else {
            self.stop(Stop::Outdated);
            return;
        };
        let taken = self.0.try_update_value(|inner| {
            let watch = inner.next.as_mut().or(inner.watch.as_mut())?;
            Some(watch.take(&frame))
        });
        match taken.flatten() {
            Some(Ok(at)) => {
                self.settle();
                self.set_clock(at);
                self.set_link(Link::Live);
            }
            Some(Err(Stop::Gap)) => {
                self.0.update_value(|inner| inner.socket = None);
                self.connect();
            }
            Some(Err(stop)) => self.stop(stop),
            None => {}
        }
    }

    /// Puts the new copy in the old one's place once it has caught up and says the same.
    fn settle(self) {
        let forked = self.0.try_update_value(|inner| {
            inner.attempt = 0;
            let caught_up = match (&inner.next, &inner.watch) {
                (Some(next), Some(watch)) => next.size() >= watch.size(),
                _ => false,
            };
            if !caught_up {
                return false;
            }
            let forked =
                matches!((&inner.next, &inner.watch), (Some(next), Some(watch)) if !next.agrees_with(watch));
            if !forked {
                inner.watch = inner.next.take();
            }
            forked
        });
        if forked == Some(true) {
            self.stop(watch::forked());
        }
    }

    fn lost(self) {
        self.0.update_value(|inner| inner.socket = None);
        self.retry(move || {
            // The login may have ended meanwhile; then the page follows as anybody.
            leptos::task::spawn_local(async move {
                self.whoami().await;
                self.connect();
            });
        });
    }

    fn retry(self, again: impl FnOnce() + 'static) {
        let attempt = self.0.try_update_value(|inner| {
            inner.attempt = inner.attempt.saturating_add(1);
            (!inner.stopped).then_some(inner.attempt)
        });
        let Some(attempt) = attempt.flatten() else { return };
        self.set_link(Link::Lost { attempt });
        let spread = u32::try_from(browser::elapsed_millis().rem_euclid(1000)).unwrap_or(0);
        set_timeout(again, Duration::from_millis(backoff::wait(attempt, spread).into()));
    }

    /// The page stops updating and says why.
    fn stop(self, stop: Stop) {
        self.0.update_value(|inner| {
            inner.stopped = true;
            inner.socket = None;
        });
        match stop {
            Stop::Tamper(tamper) => {
                self.0.update_value(|inner| {
                    if let Some(watch) = &mut inner.watch {
                        watch.facts().tamper = Some((*tamper).clone());
                    }
                });
                if let Some(page) = self.page() {
                    page.scene.update(|scene| scene.tamper = Some(*tamper));
                }
            }
            Stop::Outdated | Stop::Gap => self.set_link(Link::Outdated),
        }
    }

    /// Who is signed in, for pages without a session.
    pub fn person(self) {
        leptos::task::spawn_local(async move {
            if let Ok(room) = http::get::<RoomInfo>("/room", None).await {
                self.take_room(&room);
            }
        });
    }
}

impl Default for Live {
    fn default() -> Self {
        Self::new()
    }
}

fn sealed_to(lock: OwnLock) -> SealedTo {
    let OwnLock { recipient, serial, tail, probed } = lock;
    SealedTo { recipient, serial: hand::groups(&serial), tail, probed }
}

/// The scene of a lot before anything else is known.
pub fn before(info: &SessionInfo) -> crate::model::Scene {
    derive::before(&info.lot, &crate::model::Facts::default())
}
