//! What the page has of the evaluation, as the reader may read it, and what it does.

use std::sync::Arc;
use std::time::Duration;

use bidroom_canon::to_canonical;
use bidroom_domain::evaluation::{Command, Plan, State};
use bidroom_web_ui::browser;
use bidroom_web_ui::deed::Trouble;
use bidroom_web_ui::live::http::{self, HttpError};
use bidroom_web_ui::live::{ActError, Live, backoff, command, evaluate};
use bidroom_web_ui::text::{Both, Say as _};
use bidroom_web_ui::ui::{Kind, Page};
use bidroom_wire::{Accepted, EvaluationLog, PaperView, SeatPin, SeatView, SeatViews, Who};
use leptos::prelude::*;
use serde::Serialize;

use super::model::Viewer;
use super::page::Opened;
use super::text::Office as Words;
use crate::live::pause;
use crate::model::{Copy, Misfit};
use crate::text::Expert;

/// How long a request for news waits at the room, seconds.
const NEWS: u32 = 20;
/// How often the host's page asks who sits where and who calls.
const SEATS: Duration = Duration::from_secs(3);

/// What is known of the evaluation.
#[derive(Debug, Clone)]
pub struct Known {
    /// Who reads.
    pub viewer: Viewer,
    /// Its method.
    pub plan: Plan,
    /// Where the evaluation stands, as far as the reader may know it.
    pub state: State,
}

#[derive(Default)]
struct Inner {
    copy: Copy,
    viewer: Viewer,
    /// Ends loops of an earlier sign-in.
    turn: u64,
}

/// The page's connection to the evaluation.
#[derive(Clone, Copy)]
pub struct Office {
    inner: StoredValue<Inner>,
    page: Page,
    live: StoredValue<Live, LocalStorage>,
    session: StoredValue<String>,
    /// What is known; none before the log was read.
    pub known: RwSignal<Option<Arc<Known>>>,
    /// The lot is evaluated elsewhere.
    pub elsewhere: RwSignal<bool>,
    /// Who sits where, for the host.
    pub seats: RwSignal<Vec<SeatView>>,
    /// Documents that can be read now.
    pub papers: RwSignal<Vec<PaperView>>,
    /// Something is under way.
    pub busy: RwSignal<bool>,
    /// The room does not answer since so many tries.
    pub lost: RwSignal<u32>,
    /// What was done last.
    pub done: RwSignal<Option<Both>>,
    /// The one-time PIN that is handed over now.
    pub pin: RwSignal<Option<SeatPin>>,
    /// The windows about members.
    pub opened: Opened,
    /// The window in which the result is published.
    pub publishing: RwSignal<Option<u32>>,
}

/// The page's connection.
pub fn office() -> Office {
    expect_context::<Office>()
}

impl Office {
    /// A connection for a session.
    pub fn new(page: Page, live: Live, session: String) -> Self {
        Self {
            inner: StoredValue::new(Inner::default()),
            page,
            live: StoredValue::new_local(live),
            session: StoredValue::new(session),
            known: RwSignal::new(None),
            elsewhere: RwSignal::new(false),
            seats: RwSignal::new(Vec::new()),
            papers: RwSignal::new(Vec::new()),
            busy: RwSignal::new(false),
            lost: RwSignal::new(0),
            done: RwSignal::new(None),
            pin: RwSignal::new(None),
            opened: Opened::new(),
            publishing: RwSignal::new(None),
        }
    }

    fn path(self, rest: &str) -> String {
        self.session.with_value(|session| format!("/sessions/{session}/evaluation{rest}"))
    }

    /// Shows what went wrong.
    pub fn tell(self, problem: Trouble) {
        self.page.doing.update(|doing| doing.trouble = Some(problem));
    }

    /// Follows the evaluation as whoever is signed in, and again whenever that changes.
    pub fn begin(self) {
        let who = self.page.doing_part(|doing| doing.signed_in.clone());
        Effect::new(move |_| {
            who.with(|_| ());
            self.inner.update_value(|inner| {
                *inner = Inner { turn: inner.turn.saturating_add(1), ..Inner::default() };
            });
            self.known.set(None);
            self.seats.set(Vec::new());
            self.papers.set(Vec::new());
            leptos::task::spawn_local(async move { self.follow().await });
        });
        set_interval(move || self.look_at_seats(), SEATS);
    }

    fn is_turn(self, turn: u64) -> bool {
        self.inner.with_value(|inner| inner.turn) == turn
    }

    async fn follow(self) {
        let turn = self.inner.with_value(|inner| inner.turn);
        let mut attempt = 0_u32;
        while self.is_turn(turn) {
            match self.follow_once(turn).await {
                Ok(()) => {
                    attempt = 0;
                    self.lost.set(0);
                }
                Err(Stopped::Over) => return,
                Err(Stopped::Told(problem)) => return self.tell(*problem),
                Err(Stopped::Silent) => {
                    attempt = attempt.saturating_add(1);
                    self.lost.set(attempt);
                    pause(backoff::wait(attempt, 0)).await;
                }
            }
        }
    }

    async fn follow_once(self, turn: u64) -> Result<(), Stopped> {
        let token = Live::token();
        // Only those who have a part in it read of it; whoever signs in begins to follow.
        if token.is_none() {
            return Err(Stopped::Over);
        }
        let Some(lot) = self.live.get_value().lot() else { return Err(Stopped::Silent) };
        self.elsewhere.set(lot.evaluation.is_none());
        if self.elsewhere.get_untracked() {
            return Err(Stopped::Over);
        }
        if self.inner.with_value(|inner| inner.viewer == Viewer::Nobody) {
            let path = self.session.with_value(|session| format!("/sessions/{session}/me"));
            let who: Who = http::get(&path, token.as_deref()).await?;
            self.inner.update_value(|inner| inner.viewer = Viewer::of(who.staff, who.bidder.is_some()));
        }
        let size = self.inner.with_value(|inner| inner.copy.size());
        let wait = if size == 0 { 0 } else { NEWS };
        let path = self.path(&format!("/log?from={size}&wait={wait}"));
        let log: EvaluationLog = http::get(&path, token.as_deref()).await?;
        if !self.is_turn(turn) {
            return Err(Stopped::Over);
        }
        self.take(log).map_err(|misfit| Stopped::Told(Box::new(misfit_problem(misfit))))?;
        Ok(())
    }

    fn take(self, log: EvaluationLog) -> Result<(), Misfit> {
        let (before, viewer) = self.inner.with_value(|inner| (inner.copy.size(), inner.viewer));
        let news = log.leaves.len();
        let taken = self.inner.try_update_value(|inner| inner.copy.take(log)).unwrap_or(Ok(()));
        taken?;
        if before > 0 && news == 0 && self.known.with_untracked(Option::is_some) {
            return Ok(());
        }
        let plan = self.live.get_value().lot().and_then(|lot| lot.evaluation.as_deref().cloned());
        let known =
            plan.map(|plan| self.inner.with_value(|inner| Known { viewer, plan, state: inner.copy.state() }));
        self.known.set(known.map(Arc::new));
        self.look_at_papers();
        self.look_at_seats();
        Ok(())
    }

    fn look_at_seats(self) {
        let host = self.known.with_untracked(|known| {
            known.as_ref().is_some_and(|it| it.viewer == Viewer::Host && it.state.stage.is_at_work())
        });
        if !host {
            return;
        }
        leptos::task::spawn_local(async move {
            // Asked again in a moment; the page says that the room does not answer where it follows the log.
            if let Ok(views) = http::get::<SeatViews>(&self.path("/seats"), Live::token().as_deref()).await
                && self.seats.with_untracked(|seats| *seats != views.seats)
            {
                self.seats.set(views.seats);
            }
        });
    }

    fn look_at_papers(self) {
        let may = self.known.with_untracked(|known| {
            known.as_ref().is_some_and(|it| {
                matches!(it.viewer, Viewer::Host | Viewer::Supervisor) && it.state.started.is_some()
            })
        });
        if !may {
            return;
        }
        leptos::task::spawn_local(async move {
            if let Ok(papers) =
                http::get::<Vec<PaperView>>(&self.path("/papers"), Live::token().as_deref()).await
            {
                self.papers.set(papers);
            }
        });
    }

    /// Hands the reader a document as a file.
    pub fn save_paper(self, id: String, lang: &'static str) {
        self.does(async move |this: Self| {
            let path = this.path(&format!("/papers/{id}?lang={lang}"));
            let bytes = http::get_bytes(&path, Live::token().as_deref()).await?;
            browser::save_bytes(&format!("{id}.pdf"), &bytes);
            Ok(None)
        });
    }

    /// Does something, one at a time; what it says is shown.
    fn does<F>(self, deed: F)
    where
        F: AsyncFnOnce(Self) -> Result<Option<Both>, ActError> + 'static,
    {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.page.doing.update(|doing| doing.trouble = None);
        self.done.set(None);
        leptos::task::spawn_local(async move {
            let done = deed(self).await;
            self.busy.set(false);
            match done {
                Ok(said) => self.done.set(said),
                Err(error) => self.tell(error.problem()),
            }
        });
    }

    /// Has the reader's lock sign a command and hands it in. `then` is done once the room has acknowledged it.
    pub fn sign(self, command: Command, said: Both, then: impl FnOnce() + 'static) {
        let live = self.live.get_value();
        self.does(async move |this: Self| {
            let newest = this.path(&format!("/log?from={}", u64::MAX));
            // What is signed names the newest checkpoint, which covers what the page shows.
            let log: EvaluationLog = http::get(&newest, Live::token().as_deref()).await?;
            let act = to_canonical(&command).map_err(|error| HttpError::Silent(error.to_string()))?;
            let act = String::from_utf8_lossy(&act).into_owned();
            let session = this.session.get_value();
            evaluate(live, &session, log.note, act).await?;
            then();
            Ok(Some(said))
        });
    }

    /// Has the room do what needs no signature.
    pub fn order(self, wanted: Command, said: Both, then: impl FnOnce() + 'static) {
        self.does(async move |this: Self| {
            let session = this.session.get_value();
            command(&session, &wanted).await?;
            then();
            Ok(Some(said))
        });
    }

    /// Hands in the sealed list of members.
    pub fn import(self, sealed: Vec<u8>, said: Both, then: impl FnOnce() + 'static) {
        self.does(async move |this: Self| {
            let _: Accepted =
                http::post_bytes(&this.path("/committee"), Live::token().as_deref(), &sealed).await?;
            then();
            Ok(Some(said))
        });
    }

    /// Has the sealed list opened.
    pub fn open_list(self, said: Both) {
        self.does(async move |this: Self| {
            let _: Accepted =
                http::post(&this.path("/committee/open"), Live::token().as_deref(), &empty()).await?;
            Ok(Some(said))
        });
    }

    /// A new one-time PIN for a member, shown until it is closed.
    pub fn hand_out_pin(self, member: u8) {
        self.does(async move |this: Self| {
            let path = this.path(&format!("/seats/{member}/pin"));
            let pin: SeatPin = http::post(&path, Live::token().as_deref(), &empty()).await?;
            this.pin.set(Some(pin));
            Ok(None)
        });
    }

    /// Somebody went to a member that called.
    pub fn attended(self, member: u8) {
        self.does(async move |this: Self| {
            let path = this.path(&format!("/seats/{member}/attended"));
            http::tell(&path, Live::token().as_deref(), &empty()).await?;
            this.look_at_seats();
            Ok(Some(Words::Attended.both()))
        });
    }
}

fn empty() -> impl Serialize {
    serde_json::json!({})
}

/// Why following ends or waits.
enum Stopped {
    /// There is nothing to follow, or somebody else is signed in.
    Over,
    /// What is told.
    Told(Box<Trouble>),
    /// The room does not answer.
    Silent,
}

impl From<HttpError> for Stopped {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::Silent(_) => Self::Silent,
            said @ HttpError::Said(_) => Self::Told(Box::new(said.problem())),
        }
    }
}

fn misfit_problem(misfit: Misfit) -> Trouble {
    Trouble {
        kind: Kind::Tamper,
        head: Expert::Misfit.both(),
        text: Words::MisfitNote.both(),
        clause: Some(Expert::MisfitDetail { entry: misfit.entry, why: misfit.why }.both()),
    }
}
