//! What a member sees at its terminal.

mod asked;
mod chairs;
mod commitment;
mod desk;
mod dissent;
mod elect;
mod field;
mod overview;
mod pad;
mod personal;
mod reader;
mod recusal;
mod review;
mod score;
mod sheet;
mod sign_in;
mod similarity;
mod top;
mod vote;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bidroom_domain::At;
use bidroom_web_ui::app::{keep_dressed, preferred_language};
use bidroom_web_ui::browser;
use bidroom_web_ui::deed::Doing;
use bidroom_web_ui::model::Scene;
use bidroom_web_ui::text::{Both, Common, Say as _};
use bidroom_web_ui::ui::{
    Kind, Page, Part, Theme, busy_blank, each, notice, page, redraw, sprite, t, trouble,
};
use bidroom_wire::DocumentSide;
use leptos::prelude::*;

use crate::live::{Desk, Known, Place};
use crate::model::{Task, task};
use crate::text::Expert;

/// The document.
pub fn app() -> AnyView {
    let theme = match browser::preference("theme").as_deref() {
        Some("contrast") => Theme::Contrast,
        _ => Theme::Light,
    };
    let page = Page {
        lang: RwSignal::new(preferred_language()),
        theme: RwSignal::new(theme),
        scene: RwSignal::new(Scene::default()),
        now: RwSignal::new(At(0)),
        doing: RwSignal::new(Doing::default()),
        // What can be done here is not what can be done on pages of an opening.
        act: Callback::new(|_| ()),
    };
    provide_context(page);
    keep_dressed(page);
    let path = browser::path();
    let session = path.trim_matches('/').split('/').nth(1).unwrap_or_default().to_owned();
    let desk = Desk::new(page, session);
    provide_context(desk);
    desk.begin();
    Effect::new(move |_| browser::title(&Expert::PageTitle.say(page.lang.get())));
    let place = Part::new(move || desk.place.get());
    view! {
        {sprite()}
        <div class="app">
            <a class="skip" href="#main">{t(Common::SkipToMain)}</a>
            {drill()}
            {redraw(move || match place.get() {
                Place::SignIn => sign_in::sign_in(),
                Place::AskCode => sign_in::ask_code(),
                Place::Loading => loading(),
                Place::Working => working(),
            })}
        </div>
    }
    .into_any()
}

/// The terminal.
pub(crate) fn desk() -> Desk {
    expect_context::<Desk>()
}

/// A part of what is known; a value of its own while nothing is.
pub(crate) fn known<T: PartialEq + Default + Send + Sync + 'static>(part: fn(&Known) -> T) -> Part<T> {
    let known = desk().known;
    Part::new(move || known.with(|known| known.as_ref().map(|known| part(known)).unwrap_or_default()))
}

/// The same with something at hand.
pub(crate) fn known_with<T: PartialEq + Default + Send + Sync + 'static>(
    part: impl Fn(&Known) -> T + Send + Sync + 'static,
) -> Part<T> {
    let known = desk().known;
    Part::new(move || known.with(|known| known.as_ref().map(|known| part(known)).unwrap_or_default()))
}

/// Something drawn once for each value and kept while the value is there: what is being written for one stays while others go.
pub(crate) fn each_of<T: Clone + PartialEq + Send + Sync + 'static>(
    values: Part<Vec<T>>,
    draw: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let seen = StoredValue::new(Vec::<T>::new());
    let number = move |value: &T| {
        let number = seen.try_update_value(|seen| match seen.iter().position(|it| it == value) {
            Some(place) => place,
            None => {
                seen.push(value.clone());
                seen.len().saturating_sub(1)
            }
        });
        number.and_then(|number| u32::try_from(number).ok())
    };
    let numbers = move || values.with(|values| values.iter().filter_map(number).collect());
    let of = move |number: u32| seen.with_value(|seen| seen.get(usize::try_from(number).ok()?).cloned());
    each(numbers, move |number| of(number).map(&draw).into_any())
}

/// A member by index and name.
pub(crate) fn member_name(known: &Known, index: u8) -> String {
    let member = known.state.member(index).and_then(|member| member.member.as_ref());
    member.map_or_else(|| format!("{index:02}"), |member| format!("{index:02} {}", member.name))
}

/// Members by index and name.
pub(crate) fn names(known: &Known, members: &[u8]) -> String {
    members.iter().map(|index| member_name(known, *index)).collect::<Vec<_>>().join("、")
}

/// Bids to choose from, by roster number.
pub(crate) fn bid_choices(bids: impl Iterator<Item = u32>) -> Vec<field::Choice> {
    let choice = |bid: u32| {
        let name = desk::name_of(DocumentSide::Named, bid).get_untracked();
        field::Choice::new(bid, Both::same(format!("{bid:02}　{name}").trim_end()))
    };
    bids.map(choice).collect()
}

/// All that is known, without following it.
pub(crate) fn known_now() -> Option<Arc<Known>> {
    desk().known.get_untracked()
}

fn drill() -> AnyView {
    let drill = page().doing_part(|doing| doing.drill);
    redraw(move || {
        drill
            .get()
            .then(|| view! { <div class="drill" role="note"><span>{t(Common::Drill)}</span></div> })
            .into_any()
    })
}

fn loading() -> AnyView {
    view! {
        <main class="page centre" id="main" tabindex="-1">
            <section class="panel">{lost()}{trouble()}{busy_blank(Expert::Loading, Expert::LoadingNote)}</section>
        </main>
    }
    .into_any()
}

/// While the room does not answer.
fn lost() -> AnyView {
    let lost = desk().lost;
    redraw(move || {
        let told = lost.get().filter(|attempt| *attempt > 1);
        told.map(|attempt| {
            view! {
                <div class="lagging" role="status">
                    {notice(Kind::Fault, Expert::Lost { attempt }, Expert::LostNote, None, ().into_any())}
                </div>
            }
        })
        .into_any()
    })
}

fn working() -> AnyView {
    let there = known(|known| known.size > 0);
    redraw(move || if there.get() { at_work() } else { loading() })
}

fn at_work() -> AnyView {
    let desk = desk();
    let task = known(|known| Some(task(known.sight())));
    // The desk stays while bids are handed in one after the other: only what kind of work it is decides what is drawn.
    let work = Part::new(move || {
        task.with(|task| match task {
            Some(Task::Commit) => Work::Commit,
            Some(Task::Elect { round }) => Work::Elect(*round),
            Some(Task::Review { review, .. }) => Work::Review(*review),
            Some(Task::Score { part, .. }) => Work::Score(*part),
            Some(Task::Sign | Task::Wait(_) | Task::Over) | None => Work::Overview,
        })
    });
    // Other work is not put aside before it was seen.
    Effect::new(move |before: Option<Work>| {
        let now = work.get();
        if before.is_some_and(|before| before != now) {
            desk.aside.set(false);
        }
        now
    });
    // A revision ends with the bid's conclusion, or with its stage.
    Effect::new(move |_| {
        if desk.revises.with(Option::is_some) && desk.revising().is_none() {
            desk.revises.set(None);
        }
    });
    let kind = Part::new(move || match work.get() {
        Work::Review(_) | Work::Score(_) if desk.aside.get() => Work::Overview,
        Work::Overview => match desk.revising() {
            Some((review, _)) => Work::Review(review),
            None => Work::Overview,
        },
        work => work,
    });
    view! {
        {top::top()}
        {lost()}
        {trouble()}
        {done()}
        {redraw(move || match kind.get() {
            Work::Commit => commitment::commitment(),
            Work::Elect(round) => elect::elect(round),
            Work::Review(review) => review::review(review),
            Work::Score(part) => score::scoring(part),
            Work::Overview => overview::overview(),
        })}
        {vote::vote()}
        {dissent::window()}
    }
    .into_any()
}

/// Which page the work has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    Commit,
    Elect(u32),
    Review(bidroom_domain::evaluation::Review),
    Score(bidroom_domain::evaluation::SheetPart),
    Overview,
}

/// What was done last.
fn done() -> AnyView {
    let done = desk().done;
    Effect::new(move |_| {
        let told = done.get();
        if told.is_some() {
            // Only if nothing else was done meanwhile.
            let gone = move || done.update(|now| *now = now.take().filter(|now| Some(now) != told.as_ref()));
            set_timeout(gone, std::time::Duration::from_secs(8));
        }
    });
    redraw(move || {
        let told = done.get();
        told.map(|told| {
            view! { <p class="done ok" role="status">{bidroom_web_ui::ui::icon(bidroom_web_ui::model::Icon::OkCircle)}{t(told)}</p> }
        })
        .into_any()
    })
}

/// Bytes as text.
pub(crate) fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Bytes from text; none if it is not such a text.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}
