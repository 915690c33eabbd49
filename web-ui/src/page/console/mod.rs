//! The host's console: the next step with its conditions, the officers, the bidders, the clock, the ledger.

mod bidders;
mod dialogs;
mod fates;
mod next;
mod right;
mod signers;

pub use right::log;
pub(super) use signers::record_link;

use crate::deed::Deed;
use crate::model::console as logic;
use crate::model::{ClockQuality, Icon};
use crate::text::{Both, Common, Console, Say};
use crate::ui::{Page, Views as _, clock_text, icon, page, rail, redraw, said, t, trouble};
use dialogs::Dialogs;
use leptos::prelude::*;

/// Draws the console.
pub fn console() -> AnyView {
    let page = page();
    let dialogs = Dialogs::default();
    view! {
        <div class="page con" on:keydown=move |event| keys(&event, page, dialogs)>
            {top(Console::Title.both())}
            {rail()}
            <main class="mid" id="main" tabindex="-1">
                <div class="tops">{next::next_panel()}{people(dialogs)}</div>
                {trouble()}
                {bidders::bidders_panel(dialogs)}
            </main>
            {right::right(dialogs)}
            {dialogs::stop_dialog(dialogs)}
            {dialogs::answer_dialog(dialogs)}
            {fates::attribute_dialog(dialogs)}
            {fates::hold_dialog(dialogs)}
            {fates::allow_dialog(dialogs)}
            {dialogs::absence_dialog(dialogs)}
        </div>
    }
    .into_any()
}

/// The top bar of staff pages: what the page is, the project, health, the clock, who is signed in.
pub fn top(title: Both) -> AnyView {
    let page = page();
    let room = page.part(|scene| scene.project.as_ref().map(|project| project.room.clone()));
    let name = page.doing_part(|doing| doing.signed_in.clone());
    let staff = page.part(|scene| scene.staff.clone());
    view! {
        <header class="topbar">
            <span class="mark" aria-hidden="true">"开"</span>
            <div class="org"><b>{t(title)}</b><span lang="zh-CN">{redraw(move || (room.get()).into_any())}</span></div>
            <span class="sep"></span>
            {super::hall::project_line(true)}
            {health()}
            <span class="sep"></span>
            <span class="clock">{clock_text()}</span>
            <span class="sep"></span>
            <div class="org me"><b lang="zh-CN">{redraw(move || (name.get()).into_any())}</b><span>{said(move || staff.get().unwrap_or_default())}</span></div>
            {super::hall::display_buttons()}
        </header>
    }
    .into_any()
}

fn health() -> AnyView {
    let lines = page().part(|scene| {
        let mut lines = Vec::new();
        if scene.halted.is_some() {
            lines.push((false, Console::HealthHalted));
        } else if !scene.devices.is_empty() {
            let both = scene.devices.len() > 1 && scene.devices.iter().all(|device| device.ready);
            let words = if both { Console::HealthHsm } else { Console::HealthHsmOne };
            lines.push((both, words));
        }
        if let ClockQuality::Agree { millis, .. } = scene.clock {
            lines.push((true, Console::HealthClock { millis }));
        }
        if let Some(ledger) = &scene.ledger {
            lines.push((true, Console::HealthLedger { size: ledger.size }));
        }
        if let Some(count) = scene.online {
            lines.push((true, Console::HealthOnline { count }));
        }
        lines
    });
    view! {
        <a class="health" href="/health" title=t(Console::HealthOpen)>
            {redraw(move || (lines.get().into_iter().map(|(ok, words)| {
                let (mark, symbol) = if ok { ("yes", Icon::OkCircle) } else { ("no", Icon::Triangle) };
                view! { <span data-ok=mark>{icon(symbol)}{t(words)}</span> }
            }).drawn()).into_any())}
        </a>
    }
    .into_any()
}

/// Officers until the record is fixed; from then on those who sign it.
fn people(dialogs: Dialogs) -> AnyView {
    let signing = page().part(|scene| !scene.signing.is_empty());
    view! { {redraw(move || if signing.get() { signers::signers_panel(dialogs) } else { next::officers_panel() })} }
        .into_any()
}

/// What a step of the console does.
fn deed(step: logic::Step) -> Deed {
    match step {
        logic::Step::StartUnlock => Deed::StartUnlock,
        logic::Step::Open => Deed::Open,
        logic::Step::Announce(row) => Deed::Announce(row),
        logic::Step::FinishAnnouncing => Deed::FinishAnnouncing,
        logic::Step::Close => Deed::Close,
        logic::Step::Sign => Deed::Sign,
    }
}

/// F2 goes to the next step's button, F8 stops or resumes the clock; neither acts without asking once.
fn keys(event: &leptos::ev::KeyboardEvent, page: Page, dialogs: Dialogs) {
    match event.key().as_str() {
        "F2" => {
            event.prevent_default();
            crate::browser::focus("#next-step");
        }
        "F8" => {
            event.prevent_default();
            let stopped = page.scene.read_untracked().window.is_stopped();
            let collecting = page.scene.read_untracked().stage == crate::model::Stage::Unlock;
            if stopped {
                crate::browser::focus("#resume-clock");
            } else if collecting {
                dialogs.stop.set(true);
            }
        }
        _ => {}
    }
}

/// The clause beside a condition, as the policy writes it.
fn clause(text: &str) -> Both {
    Common::Basis { clause: text.to_owned() }.both()
}
