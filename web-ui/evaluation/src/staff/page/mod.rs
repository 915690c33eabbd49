//! What staff, purchaser and bidders see of an evaluation.

mod asking;
mod bidder;
mod fields;
mod members;
mod more;
mod next;
mod people;
mod publish;
mod qualify;
mod rail;
mod right;
mod talks;

use std::sync::Arc;

use bidroom_domain::evaluation::{Review, Stage};
use bidroom_web_ui::browser;
use bidroom_web_ui::model::{Icon, Tone};
use bidroom_web_ui::page::console_top as top;
use bidroom_web_ui::text::{Common, Lang, Say as _};
use bidroom_web_ui::ui::{
    Part, blank, busy_blank, icon, lock_card, lock_pane, page as ui_page, redraw, t, trouble,
};
use leptos::prelude::*;

pub use people::Opened;

use super::model::Viewer;
use super::office::{Known, office};
use super::text::Office as Words;

/// A part of what is known; a value of its own while nothing is.
fn known<T: PartialEq + Default + Send + Sync + 'static>(part: fn(&Known) -> T) -> Part<T> {
    let known = office().known;
    Part::new(move || known.with(|known| known.as_ref().map(|known| part(known)).unwrap_or_default()))
}

/// All that is known, without following it.
fn known_now() -> Option<Arc<Known>> {
    office().known.get_untracked()
}

/// The name of a bidder, by its number on the roster.
fn bidder_name(number: u32) -> String {
    ui_page()
        .scene
        .with_untracked(|scene| {
            scene.rows.iter().find(|row| row.number == number).map(|row| row.name.clone())
        })
        .unwrap_or_default()
}

/// The name of a member, where it may be known.
fn member_name(known: &Known, index: u8) -> String {
    let member = known.state.member(index).and_then(|it| it.member.as_ref());
    member.map_or_else(|| format!("{index:02}"), |member| member.name.clone())
}

/// The page.
pub fn page() -> AnyView {
    let page = ui_page();
    Effect::new(move |_| browser::title(&Words::PageTitle.say(page.lang.get())));
    let office = office();
    let viewer = known(|known| known.viewer);
    let there = Part::new(move || office.known.with(Option::is_some));
    let signed_in = page.doing_part(|doing| doing.signed_in.is_some());
    view! {
        <div class="page con evl">
            {top(Words::Title.both())}
            {rail::rail()}
            <main class="mid" id="main" tabindex="-1">
                {lost()}
                {trouble()}
                {done()}
                {redraw(move || {
                    if office.elsewhere.get() {
                        return panel(blank(Tone::Wait, Icon::Doc, Words::Elsewhere, Words::ElsewhereNote));
                    }
                    if !signed_in.get() {
                        return sign_in();
                    }
                    if !there.get() {
                        return panel(busy_blank(Words::Loading, Words::LoadingNote));
                    }
                    match viewer.get() {
                        Viewer::Bidder => bidder::bidder(),
                        Viewer::Host | Viewer::Tenderer | Viewer::Supervisor => staff(viewer.get()),
                        Viewer::Other | Viewer::Nobody => {
                            panel(blank(Tone::Wait, Icon::User, Words::NotForYou, Words::NotForYouNote))
                        }
                    }
                })}
            </main>
            {right::right()}
        </div>
    }
    .into_any()
}

fn panel(content: AnyView) -> AnyView {
    view! { <section class="panel">{content}</section> }.into_any()
}

fn sign_in() -> AnyView {
    view! {
        <section class="panel">
            <header><h2>{t(Words::SignInFirst)}</h2></header>
            <div class="body"><p class="second">{t(Words::SignInFirstNote)}</p>{lock_pane()}</div>
        </section>
    }
    .into_any()
}

fn staff(viewer: Viewer) -> AnyView {
    let purchasers = known(|known| {
        known.plan.is_purchasers(Review::Qualification) && known.state.stage == Stage::Qualification
    });
    view! {
        {next::next()}
        {redraw(move || if purchasers.get() { qualify::bids(viewer) } else { ().into_any() })}
        {members::members(viewer)}
        {people::dialogs()}
        {publish::dialog()}
    }
    .into_any()
}

/// The open lock, or the pane that opens it again: without it nothing can be signed.
fn lock() -> AnyView {
    let page = ui_page();
    let lock = page.doing_part(|doing| doing.lock.clone());
    let signed_in = page.doing_part(|doing| doing.signed_in.is_some());
    redraw(move || {
        match (signed_in.get(), lock.get()) {
        (true, Some(lock)) => lock_card(&lock),
        (true, None) => view! { <section class="again"><h2>{icon(Icon::Key)}{t(Words::LockAgain)}</h2>{lock_pane()}</section> }.into_any(),
        (false, _) => ().into_any(),
    }
    })
}

/// While the room does not answer.
fn lost() -> AnyView {
    let lost = office().lost;
    redraw(move || {
        let attempt = lost.get();
        (attempt > 1)
            .then(|| view! { <p class="why" role="status">{t(Words::Lost { attempt })}</p> })
            .into_any()
    })
}

/// What was done last.
fn done() -> AnyView {
    let done = office().done;
    redraw(move || {
        let told = done.get();
        told.map(|told| view! { <p class="did" role="status">{icon(Icon::OkCircle)}{t(told)}</p> }).into_any()
    })
}

/// The language in which documents are fetched.
fn tongue() -> &'static str {
    match ui_page().lang.get_untracked() {
        Lang::Zh => "zh",
        Lang::En => "en",
    }
}

/// A cancel button's words.
const fn cancel() -> Common {
    Common::Cancel
}
