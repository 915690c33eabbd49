//! The first page: sessions of the room, in a drill also a door per role; and importing a tender package.

use crate::deed::Deed;
use crate::model::{Icon, Tag, Tone};
use crate::text::{Both, Common, Home, Lang, Say, State};
use crate::ui::{
    Button, Views as _, blank, button, icon, lock_card, lock_pane, page, redraw, t, tag, trouble,
};
use bidroom_domain::At;
use bidroom_domain::opening::Phase;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// A session of the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Session id.
    pub session: String,
    /// Title of the tender.
    pub title: String,
    /// Number of the tender.
    pub tender: String,
    /// Number of the lot.
    pub lot: u32,
    /// Opening time.
    pub deadline: At,
    /// Where it stands.
    pub phase: Phase,
}

/// A door of one role, in a drill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Who.
    pub name: Both,
    /// What for, with which lock.
    pub note: Both,
    /// Where to.
    pub href: String,
    /// Icon.
    pub icon: Icon,
}

fn state(phase: Phase) -> Tag {
    match phase {
        Phase::Prepare | Phase::Receive => State::BeforeDeadline,
        Phase::Refused => State::PhaseRefused,
        Phase::Closed => State::PhaseOver,
        _ => State::PhaseNow,
    }
    .into()
}

/// Draws the first page.
pub fn home(entries: Signal<Vec<Entry>>, cards: Signal<Vec<Card>>) -> AnyView {
    view! {
        <div class="page home">
            {bar()}
            <main class="wrap" id="main" tabindex="-1">
                <div><h1>{t(Home::Title)}</h1><p class="lead">{t(Home::Subtitle)}</p></div>
                {trouble()}
                <p><a class="staff" href="/health">{t(crate::text::Health::Title)}</a></p>
                <div class="list">
                    {redraw(move || ({
                        let entries = entries.get();
                        if entries.is_empty() {
                            let empty = blank(Tone::Wait, Icon::List, Home::Empty, Home::EmptyNote);
                            return view! { <section class="panel">{empty}</section> }.into_any();
                        }
                        entries.into_iter().map(session).drawn()
                    }).into_any())}
                </div>
                {redraw(move || ({
                    let cards = cards.get();
                    (!cards.is_empty()).then(|| view! {
                        <div><h2>{t(Home::Roles)}</h2><p class="lead">{t(Home::RolesNote)}</p></div>
                        <div class="roles">{cards.into_iter().map(role).drawn()}</div>
                    })
                }).into_any())}
            </main>
        </div>
    }
    .into_any()
}

pub(super) fn bar() -> AnyView {
    view! {
        <header class="topbar">
            <span class="mark" aria-hidden="true">"开"</span>
            <div class="org"><b>{t(Common::Product)}</b></div>
            <span class="grow"></span>
            {super::hall::display_buttons()}
        </header>
    }
    .into_any()
}

fn session(entry: Entry) -> AnyView {
    let when = format!("{} {}", entry.deadline.date_text(), entry.deadline.clock_text());
    let line = |lang: Lang| {
        format!(
            "{}　{}　{} {when}",
            entry.tender,
            Common::Lot { number: entry.lot }.say(lang),
            Home::OpeningAt.say(lang)
        )
    };
    let meta = Both { zh: line(Lang::Zh), en: line(Lang::En) };
    let link = |folder: &str| format!("/{folder}/{}", entry.session);
    let phase = entry.phase;
    view! {
        <section class="panel session">
            <div><h2 lang="zh-CN">{entry.title.clone()}</h2><p class="meta num">{t(meta)}</p></div>
            {tag(move || state(phase))}
            <div class="fl">
                <a class="btn" data-kind="primary" href=link("hall")>{t(Home::Enter)}</a>
                <a class="btn" href=link("bid")>{t(Home::Bid)}</a>
                <a class="btn" href=link("officer")>{t(Home::Officer)}</a>
                <a class="btn" href=link("console")>{t(Home::Console)}</a>
                <a class="btn" href=link("wall")>{t(Home::Wall)}</a>
                {(phase == Phase::Closed).then(|| view! { <a class="btn" href=link("evaluation")>{t(crate::text::Console::Evaluation)}</a> })}
            </div>
        </section>
    }
    .into_any()
}

fn role(card: Card) -> AnyView {
    view! {
        <a class="panel role" href=card.href target="_blank" rel="noopener">
            <span class="av">{icon(card.icon)}</span>
            <b>{t(card.name)}</b>
            <small>{t(card.note)}</small>
        </a>
    }
    .into_any()
}

/// Draws the page on which the host imports a tender package.
pub fn import() -> AnyView {
    let page = page();
    let file = NodeRef::<html::Input>::new();
    let name = RwSignal::new(None::<String>);
    let busy = page.doing_part(|doing| doing.is_busy(|deed| matches!(deed, Deed::Import(_))));
    let done = page.doing_part(|doing| doing.done.clone());
    let signed_in = page.doing_part(|doing| doing.signed_in.is_some());
    let lock = page.doing_part(|doing| doing.lock.clone());
    let can = Signal::derive(move || name.with(Option::is_some) && signed_in.get());
    let chosen = move |_| {
        name.set(
            file.get().and_then(|input| input.files()).and_then(|files| files.get(0)).map(|file| file.name()),
        );
    };
    let run = move || {
        let Some(found) = file.get_untracked().and_then(|input| input.files()).and_then(|files| files.get(0))
        else {
            return;
        };
        leptos::task::spawn_local(async move {
            if let Ok(buffer) = JsFuture::from(found.array_buffer()).await {
                page.act.run(Deed::Import(js_sys::Uint8Array::new(&buffer).to_vec()));
            }
        });
    };
    view! {
        <div class="page home">
            {bar()}
            <main class="wrap" id="main" tabindex="-1">
                <div><h1>{t(Home::ImportTitle)}</h1><p class="lead">{t(Home::ImportHint)}</p></div>
                {trouble()}
                <section class="panel"><div class="body">
                    {redraw(move || (match lock.get() {
                        Some(lock) => lock_card(&lock),
                        None if signed_in.get() => ().into_any(),
                        None => lock_pane(),
                    }).into_any())}
                </div></section>
                <section class="panel"><div class="body lockform">
                    <div class="file">
                        <input type="file" id="package" node_ref=file on:change=chosen/>
                        <label class="btn" for="package">{icon(Icon::Doc)}{t(Home::ImportChoose)}</label>
                        <span class="name">{redraw(move || (name.get()).into_any())}</span>
                    </div>
                    {button(Button::new(Home::ImportRun).primary().large().can(can).busy(busy, Home::Importing), run)}
                    {redraw(move || (done.get().map(|done| view! { <p role="status">{icon(Icon::OkCircle)}" "{t(done)}</p> })).into_any())}
                </div></section>
            </main>
        </div>
    }
    .into_any()
}
