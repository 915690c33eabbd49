//! The connection of a terminal: sign-in, the log as its member may read it, acts, and drafts that only the member can read.

mod revise;
mod seal;
mod shelf;
mod sign;

use std::sync::Arc;
use std::time::Duration;

use bidroom_canon::Base64Bytes;
use bidroom_domain::evaluation::{ChangeGround, Command, Plan, Review, SheetPart, State};
use bidroom_domain::{At, LotFacts, SessionId};
use bidroom_unlocking::PublishedRoom;
use bidroom_web_ui::browser;
use bidroom_web_ui::deed::Trouble;
use bidroom_web_ui::live::backoff;
use bidroom_web_ui::live::http::{self, HttpError};
use bidroom_web_ui::text::{Both, Say as _};
use bidroom_web_ui::ui::{Kind, Page};
use bidroom_wire::{
    BidDocuments, Draft as KeptDraft, EvaluationLog, PaperView, RoomInfo, SimilarityView, TerminalBody,
    TerminalIn,
};
use leptos::prelude::*;
use rand_core::UnwrapErr;
use serde::Serialize;

pub use self::seal::Code;
use self::shelf::{OnShelf, blind_numbers};
use crate::model::{Copy, Draft, Sight};
use crate::text::Expert;

/// What a tab keeps: the token, whose it is, the draft's code, and the member's signature.
const TOKEN: &str = "bidroom-seat-token";
const MEMBER: &str = "bidroom-seat-member";
const CODE: &str = "bidroom-draft-code";
const PICTURE: &str = "bidroom-signature";
/// Whether the member was shown its code.
const SHOWN: &str = "bidroom-code-shown";
/// Where the name of the terminal is kept on the machine.
const TERMINAL: &str = "terminal";

/// How long a request for news waits at the room, seconds.
const NEWS: u32 = 20;
/// How long after a change a draft is kept, so that a word is not kept letter by letter.
const KEEP_AFTER: Duration = Duration::from_millis(300);

/// Where the page stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Nobody is signed in.
    SignIn,
    /// The log is on its way.
    Loading,
    /// The draft's code is asked for: it was begun at another terminal.
    AskCode,
    /// At work.
    Working,
}

/// What is known of the evaluation.
#[derive(Debug, Clone)]
pub struct Known {
    /// The member at this terminal.
    pub me: u8,
    /// The lot.
    pub facts: LotFacts,
    /// Its method.
    pub plan: Plan,
    /// Where the evaluation stands, as far as the member may know it.
    pub state: State,
    /// Blind numbers of bids that stand, as the room lists them.
    pub blind: Vec<u32>,
    /// How many entries the log has.
    pub size: u64,
}

impl Known {
    /// What the member has before it.
    pub fn sight(&self) -> Sight<'_> {
        Sight { plan: &self.plan, state: &self.state, blind: &self.blind, me: self.me }
    }
}

/// On which ground a result that stands is computed again, and why.
#[derive(Debug, Clone, Serialize)]
pub struct Again {
    /// On which ground.
    pub ground: ChangeGround,
    /// Why.
    pub reason: String,
}

/// Whether the draft is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// Nothing was written yet.
    Nothing,
    /// On its way.
    Saving,
    /// Since then.
    Since(At),
    /// Not: the room does not answer. It is tried again.
    Not,
}

#[derive(Default)]
struct Inner {
    token: Option<String>,
    member: u8,
    copy: Copy,
    room: Option<Arc<PublishedRoom>>,
    code: Option<Code>,
    picture: Option<Vec<u8>>,
    revision: u64,
    /// A draft that waits for its code.
    sealed: Vec<u8>,
    /// Something was written since the draft was kept, and somebody is keeping it.
    dirty: bool,
    keeping: bool,
    shelf: Option<OnShelf>,
    /// Ends loops of an earlier sign-in.
    turn: u64,
    clock: Option<(At, i64)>,
}

/// The terminal.
#[derive(Clone, Copy)]
pub struct Desk {
    inner: StoredValue<Inner>,
    page: Page,
    /// The session, as the address names it.
    pub session: StoredValue<String>,
    /// Where the page stands.
    pub place: RwSignal<Place>,
    /// What is known.
    pub known: RwSignal<Option<Arc<Known>>>,
    /// Bids and documents that may be read.
    pub bids: RwSignal<Arc<Vec<BidDocuments>>>,
    /// The member's draft.
    pub draft: RwSignal<Draft>,
    /// Whether it is kept.
    pub saved: RwSignal<Saved>,
    /// Something is being signed.
    pub busy: RwSignal<bool>,
    /// The room does not answer since so many tries.
    pub lost: RwSignal<Option<u32>>,
    /// What was done last.
    pub done: RwSignal<Option<Both>>,
    /// Staff was called.
    pub called: RwSignal<bool>,
    /// The draft's code is shown.
    pub shows_code: RwSignal<bool>,
    /// The member has put its work aside and looks at how the evaluation stands.
    pub aside: RwSignal<bool>,
    /// The bid on which the member revises its verdicts.
    pub revises: RwSignal<Option<(Review, u32)>>,
    /// The vote from which the member writes its dissent.
    pub dissents: RwSignal<Option<u32>>,
    /// The member says that the time is short.
    pub asks_time: RwSignal<bool>,
    /// Which bid and item of a sheet were in front last.
    pub front: StoredValue<Option<(SheetPart, u32, String)>>,
}

impl Desk {
    /// A terminal for a session.
    pub fn new(page: Page, session: String) -> Self {
        Self {
            inner: StoredValue::new(Inner::default()),
            page,
            session: StoredValue::new(session),
            place: RwSignal::new(Place::SignIn),
            known: RwSignal::new(None),
            bids: RwSignal::new(Arc::default()),
            draft: RwSignal::new(Draft::default()),
            saved: RwSignal::new(Saved::Nothing),
            busy: RwSignal::new(false),
            lost: RwSignal::new(None),
            done: RwSignal::new(None),
            called: RwSignal::new(false),
            shows_code: RwSignal::new(false),
            aside: RwSignal::new(false),
            revises: RwSignal::new(None),
            dissents: RwSignal::new(None),
            asks_time: RwSignal::new(false),
            front: StoredValue::new(None),
        }
    }

    /// The name of this terminal: given once in its address by whoever sets it up, and kept.
    pub fn terminal() -> Option<String> {
        let named = browser::query("terminal").map(|name| js_sys::decode_uri_component(&name));
        match named {
            Some(Ok(name)) => {
                let name = String::from(name);
                browser::prefer(TERMINAL, &name);
                Some(name)
            }
            _ => browser::preference(TERMINAL),
        }
    }

    fn path(self, rest: &str) -> String {
        self.session.with_value(|session| format!("/sessions/{session}/evaluation{rest}"))
    }

    fn id(self) -> Option<SessionId> {
        self.session.with_value(|session| session.parse().ok())
    }

    fn tell(self, problem: Trouble) {
        self.page.doing.update(|doing| doing.trouble = Some(problem));
    }

    /// The signed-in member's token, for the reading desk.
    pub fn token(self) -> Option<String> {
        self.inner.with_value(|inner| inner.token.clone())
    }

    /// The member's signature, once it was written at this terminal.
    pub fn picture(self) -> Option<Vec<u8>> {
        self.inner.with_value(|inner| inner.picture.clone())
    }

    /// The draft's code as it is shown.
    pub fn code(self) -> Option<String> {
        self.inner.with_value(|inner| inner.code.as_ref().map(Code::shown))
    }

    /// Begins: shows the room's clock, and goes on with a sign-in that this tab has.
    pub fn begin(self) {
        leptos::task::spawn_local(async move {
            if let Ok(room) = http::get::<RoomInfo>("/room", None).await {
                let now = browser::elapsed_millis();
                self.inner.update_value(|inner| inner.clock = Some((room.clock.at, now)));
                self.page.doing.update(|doing| doing.drill = room.drill);
                self.tick();
            }
        });
        set_interval(move || self.tick(), Duration::from_millis(500));
        let kept = browser::tab_value(TOKEN).zip(browser::tab_value(MEMBER).and_then(|it| it.parse().ok()));
        if let Some((token, member)) = kept {
            self.enter(token, member);
        }
    }

    fn tick(self) {
        if let Some((at, then)) = self.inner.with_value(|inner| inner.clock) {
            self.page.now.set(at.plus_millis(browser::elapsed_millis() - then));
        }
    }

    /// Signs a member in with its one-time PIN.
    pub fn sign_in(self, member: u8, pin: String) {
        let Some(terminal) = Self::terminal() else { return };
        self.busy.set(true);
        leptos::task::spawn_local(async move {
            let body = TerminalBody { member, terminal, pin };
            let done = http::post::<TerminalIn>(&self.path("/terminal"), None, &body).await;
            self.busy.set(false);
            match done {
                Ok(signed_in) => {
                    self.page.doing.update(|doing| doing.trouble = None);
                    // Another member's things must not stay at this terminal.
                    if browser::tab_value(MEMBER) != Some(member.to_string()) {
                        for key in [CODE, PICTURE, SHOWN] {
                            browser::set_tab_value(key, None);
                        }
                    }
                    browser::set_tab_value(TOKEN, Some(&signed_in.token));
                    browser::set_tab_value(MEMBER, Some(&member.to_string()));
                    self.enter(signed_in.token, member);
                }
                Err(error) => self.tell(error.problem()),
            }
        });
    }

    /// Ends the sign-in at this terminal, once what was written is kept; it stays with the room, encrypted.
    pub fn sign_out(self) {
        leptos::task::spawn_local(async move {
            if self.inner.with_value(|inner| inner.dirty)
                && let Err(error) = self.keep_once().await
            {
                self.inner.update_value(|inner| inner.dirty = true);
                self.saved.set(Saved::Not);
                return self.tell(error.problem());
            }
            for key in [MEMBER, CODE, PICTURE, SHOWN] {
                browser::set_tab_value(key, None);
            }
            self.leave();
        });
    }

    /// Forgets the sign-in. The draft's code stays in the tab: the member may come back to it.
    fn leave(self) {
        browser::set_tab_value(TOKEN, None);
        let clock = self.inner.with_value(|inner| inner.clock);
        self.inner.update_value(|inner| {
            let turn = inner.turn.saturating_add(1);
            *inner = Inner { turn, clock, ..Inner::default() };
        });
        self.known.set(None);
        self.bids.set(Arc::default());
        self.draft.set(Draft::default());
        self.saved.set(Saved::Nothing);
        self.called.set(false);
        self.shows_code.set(false);
        self.aside.set(false);
        self.revises.set(None);
        self.dissents.set(None);
        self.asks_time.set(false);
        self.front.set_value(None);
        self.place.set(Place::SignIn);
    }

    fn enter(self, token: String, member: u8) {
        let picture = browser::tab_value(PICTURE).and_then(|text| crate::page::from_base64(&text));
        self.inner.update_value(|inner| {
            inner.turn = inner.turn.saturating_add(1);
            inner.token = Some(token);
            inner.member = member;
            inner.copy = Copy::default();
            inner.picture = picture;
            inner.shelf = None;
        });
        self.place.set(Place::Loading);
        leptos::task::spawn_local(async move { self.load().await });
    }

    async fn load(self) {
        let turn = self.inner.with_value(|inner| inner.turn);
        let mut attempt = 0_u32;
        while self.inner.with_value(|inner| inner.turn) == turn {
            match self.load_once().await {
                Ok(()) => return self.follow(turn).await,
                Err(error) if error.is_login() => return self.ended(&error),
                Err(error @ HttpError::Said(_)) => return self.tell(error.problem()),
                Err(HttpError::Silent(_)) => {
                    attempt = attempt.saturating_add(1);
                    self.lost.set(Some(attempt));
                    pause(backoff::wait(attempt, 0)).await;
                }
            }
        }
    }

    async fn load_once(self) -> Result<(), HttpError> {
        let token = self.token();
        let publication = self.session.with_value(|session| format!("/sessions/{session}/publication"));
        let der = http::get_bytes(&publication, None).await?;
        let now = self.page.now.get_untracked();
        let room =
            PublishedRoom::open(&der, None, now).map_err(|error| HttpError::Silent(error.to_string()))?;
        let kept: KeptDraft = http::get(&self.path("/draft"), token.as_deref()).await?;
        self.inner.update_value(|inner| {
            inner.room = Some(Arc::new(room));
            inner.revision = kept.revision;
        });
        self.open_draft(kept);
        Ok(())
    }

    /// Opens what another terminal, or this one before it was loaded again, has kept.
    fn open_draft(self, kept: KeptDraft) {
        let known = browser::tab_value(CODE).and_then(|code| Code::read(&code));
        if kept.bytes.0.is_empty() {
            self.take_code(known.unwrap_or_else(|| Code::draw(&mut UnwrapErr(getrandom::SysRng))));
            return;
        }
        let sealed = kept.bytes.0;
        let opened = known.and_then(|code| self.unseal(&code, &sealed).map(|draft| (code, draft)));
        match opened {
            Some((code, draft)) => {
                self.take_code(code);
                self.draft.set(draft);
            }
            None => {
                self.inner.update_value(|inner| inner.sealed = sealed);
                self.place.set(Place::AskCode);
            }
        }
    }

    fn unseal(self, code: &Code, sealed: &[u8]) -> Option<Draft> {
        let (member, revision) = self.inner.with_value(|inner| (inner.member, inner.revision));
        code.open(&self.id()?, member, revision, sealed)
    }

    fn take_code(self, code: Code) {
        browser::set_tab_value(CODE, Some(&code.shown()));
        self.inner.update_value(|inner| {
            inner.code = Some(code);
            inner.sealed.clear();
        });
        self.place.set(Place::Working);
    }

    /// Goes on with the draft of another terminal by its code; says whether it was the right one.
    pub fn give_code(self, text: &str) -> bool {
        let sealed = self.inner.with_value(|inner| inner.sealed.clone());
        let opened = Code::read(text).and_then(|code| self.unseal(&code, &sealed).map(|draft| (code, draft)));
        let Some((code, draft)) = opened else { return false };
        self.draft.set(draft);
        self.take_code(code);
        true
    }

    /// Begins anew without what was written at another terminal.
    pub fn drop_draft(self) {
        self.draft.set(Draft::default());
        self.take_code(Code::draw(&mut UnwrapErr(getrandom::SysRng)));
    }

    /// Follows the log until the sign-in ends.
    async fn follow(self, turn: u64) {
        let mut attempt = 0_u32;
        loop {
            let (token, size) = self.inner.with_value(|inner| (inner.token.clone(), inner.copy.size()));
            let wait = if size == 0 { 0 } else { NEWS };
            let path = self.path(&format!("/log?from={size}&wait={wait}"));
            let log = http::get::<EvaluationLog>(&path, token.as_deref()).await;
            if self.inner.with_value(|inner| inner.turn) != turn {
                return;
            }
            match log {
                Ok(log) => {
                    attempt = 0;
                    self.lost.set(None);
                    if let Err(misfit) = self.take(log) {
                        return self.tell(*misfit);
                    }
                }
                Err(error) if error.is_login() => return self.ended(&error),
                Err(_) => {
                    attempt = attempt.saturating_add(1);
                    self.lost.set(Some(attempt));
                    pause(backoff::wait(attempt, 0)).await;
                }
            }
        }
    }

    /// The sign-in ended: the member goes on at another terminal, or the time is over.
    fn ended(self, error: &HttpError) {
        self.leave();
        let mut problem = error.problem();
        problem.head = Expert::Ended.both();
        problem.text = Expert::EndedNote.both();
        self.tell(problem);
    }

    fn take(self, log: EvaluationLog) -> Result<(), Box<Trouble>> {
        let news = !log.leaves.is_empty() || !log.again.is_empty();
        let first = self.known.with_untracked(Option::is_none);
        let taken = self.inner.try_update_value(|inner| inner.copy.take(log));
        if let Some(Err(misfit)) = taken {
            return Err(Box::new(Trouble {
                kind: Kind::Tamper,
                head: Expert::Misfit.both(),
                text: Expert::MisfitNote.both(),
                clause: Some(Expert::MisfitDetail { entry: misfit.entry, why: misfit.why }.both()),
            }));
        }
        if !news && !first {
            return Ok(());
        }
        let known = self.known_now();
        let Some(known) = known else { return Ok(()) };
        self.look_at_shelf(&known);
        // Once, before anything is written: who does not have it cannot go on at another terminal.
        let ready = known.state.member(known.me).is_some_and(|member| member.is_ready());
        if ready && browser::tab_value(SHOWN).is_none() {
            browser::set_tab_value(SHOWN, Some("1"));
            self.shows_code.set(true);
        }
        self.known.set(Some(Arc::new(known)));
        Ok(())
    }

    /// What is known of the evaluation by what was taken so far.
    fn known_now(self) -> Option<Known> {
        let blind = self.bids.with_untracked(|bids| blind_numbers(bids));
        self.inner.with_value(|inner| {
            let facts = inner.room.as_ref()?.facts().clone();
            let plan = facts.evaluation.as_deref()?.clone();
            let (me, state, size) = (inner.member, inner.copy.state(), inner.copy.size());
            Some(Known { me, facts, plan, state, blind, size })
        })
    }

    /// Signs an act and hands it in. `then` is done once the room has acknowledged it.
    pub fn act(self, command: Command, picture: Vec<u8>, said: Both, then: impl Fn() + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        browser::set_tab_value(PICTURE, Some(&crate::page::to_base64(&picture)));
        self.inner.update_value(|inner| inner.picture = Some(picture.clone()));
        leptos::task::spawn_local(async move {
            let done = self.act_once(&command, picture).await;
            self.busy.set(false);
            match done {
                Ok(()) => {
                    self.page.doing.update(|doing| doing.trouble = None);
                    self.done.set(Some(said));
                    then();
                }
                Err(error) if error.is_login() => self.ended(&error),
                Err(error) => self.tell(error.problem()),
            }
        });
    }

    async fn act_once(self, command: &Command, picture: Vec<u8>) -> Result<(), HttpError> {
        let (room, token, member) =
            self.inner.with_value(|inner| (inner.room.clone(), inner.token.clone(), inner.member));
        let (Some(room), Some(token)) = (room, token) else { return Err(HttpError::Silent(String::new())) };
        // What is signed names the newest checkpoint, which covers what the member sees.
        let log: EvaluationLog =
            http::get(&self.path(&format!("/log?from={}", u64::MAX)), Some(&token)).await?;
        let note = log.note.ok_or_else(|| HttpError::Silent(String::new()))?;
        sign::act(&room, (&token, &note), member, picture, command).await
    }

    /// Has the room compute the result; where one stands, again on a ground.
    pub fn result(self, again: Option<Again>, then: impl Fn(serde_json::Value) + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        leptos::task::spawn_local(async move {
            let (path, token) = (self.path("/result"), self.token());
            let done = http::post::<serde_json::Value>(&path, token.as_deref(), &again).await;
            self.busy.set(false);
            match done {
                Ok(outcome) => {
                    self.page.doing.update(|doing| doing.trouble = None);
                    then(outcome);
                }
                Err(error) if error.is_login() => self.ended(&error),
                Err(error) => self.tell(error.problem()),
            }
        });
    }

    /// The committee's documents, as they can be read now; nothing while the room does not answer.
    pub async fn papers(self) -> Option<Vec<PaperView>> {
        http::get(&self.path("/papers"), self.token().as_deref()).await.ok()
    }

    /// The similarity analysis, as it can be read now; nothing while the room does not answer.
    pub async fn similarity(self) -> Option<SimilarityView> {
        http::get(&self.path("/similarity"), self.token().as_deref()).await.ok()
    }

    /// How long one of these documents is, bytes; it is printed for it.
    pub async fn paper_length(self, paper: &str) -> Option<u64> {
        http::length(&self.path(&format!("/papers/{paper}")), self.token().as_deref()).await.ok()
    }

    /// Calls for staff.
    pub fn call(self) {
        leptos::task::spawn_local(async move {
            match http::tell(&self.path("/help"), self.token().as_deref(), &()).await {
                Ok(()) => self.called.set(true),
                Err(error) => self.tell(error.problem()),
            }
        });
    }

    /// Changes the draft, and keeps it a moment later.
    pub fn write(self, change: impl FnOnce(&mut Draft)) {
        self.draft.update(change);
        let keep = self.inner.try_update_value(|inner| {
            inner.dirty = true;
            !core::mem::replace(&mut inner.keeping, true)
        });
        if keep == Some(true) {
            self.saved.set(Saved::Saving);
            set_timeout(move || leptos::task::spawn_local(async move { self.keep().await }), KEEP_AFTER);
        }
    }

    /// Keeps the draft until nothing new was written meanwhile.
    async fn keep(self) {
        let turn = self.inner.with_value(|inner| inner.turn);
        let mut attempt = 0_u32;
        while self.inner.with_value(|inner| inner.dirty && inner.turn == turn) {
            let kept = self.keep_once().await;
            if self.inner.with_value(|inner| inner.turn) != turn {
                return;
            }
            match kept {
                Ok(()) => {
                    attempt = 0;
                    self.saved.set(Saved::Since(self.page.now.get_untracked()));
                }
                Err(error @ HttpError::Said(_)) => {
                    self.inner.update_value(|inner| inner.dirty = inner.turn == turn);
                    self.saved.set(Saved::Not);
                    self.tell(error.problem());
                    break;
                }
                Err(HttpError::Silent(_)) => {
                    attempt = attempt.saturating_add(1);
                    self.inner.update_value(|inner| inner.dirty = true);
                    self.saved.set(Saved::Not);
                    pause(backoff::wait(attempt, 0)).await;
                }
            }
        }
        self.inner.update_value(|inner| inner.keeping = false);
    }

    async fn keep_once(self) -> Result<(), HttpError> {
        let draft = self.draft.get_untracked();
        let session = self.id().ok_or_else(|| HttpError::Silent(String::new()))?;
        let sealed = self.inner.try_update_value(|inner| {
            inner.dirty = false;
            inner.revision = inner.revision.saturating_add(1);
            let code = inner.code.as_ref()?;
            let rng = &mut UnwrapErr(getrandom::SysRng);
            let bytes = code.seal(&session, inner.member, inner.revision, &draft, rng)?;
            Some(KeptDraft { revision: inner.revision, bytes: Base64Bytes(bytes) })
        });
        let kept = sealed.flatten().ok_or_else(|| HttpError::Silent(String::new()))?;
        http::put(&self.path("/draft"), self.token().as_deref(), &kept).await
    }
}

/// Waits so many milliseconds.
pub(crate) async fn pause(millis: u32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let done = move || drop(resolve.call0(&wasm_bindgen::JsValue::NULL));
        set_timeout(done, Duration::from_millis(millis.into()));
    });
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}
