//! The right column: the window with its clock, the announcement, the ledger.

use super::dialogs::Dialogs;
use crate::deed::Deed;
use crate::model::Icon;
use crate::model::scene::{Scene, Stage};
use crate::text::{Both, Common, Console, Phase, Say, Wall};
use crate::ui::{Button, Part, Views as _, bar, button, countdown, icon, page, reading, redraw, said, t};
use leptos::prelude::*;

/// Draws the column.
pub(super) fn right(dialogs: Dialogs) -> AnyView {
    view! { <aside class="right" tabindex="0" aria-label=t(Common::Beside)>{window(dialogs)}{announcement()}{log()}</aside> }.into_any()
}

fn window(dialogs: Dialogs) -> AnyView {
    let page = page();
    let reading = reading();
    let label = Part::new(move || reading.with(|r| r.as_ref().map(|r| r.label.clone())));
    let ends = page.part(|scene| (scene.window.from(), scene.window.until()));
    let clock = page.part(|scene| (scene.stage == Stage::Unlock, scene.window.is_stopped()));
    let busy = page.doing_part(|doing| doing.busy.is_some());
    let edge = move || {
        let (from, until) = ends.get();
        view! {
            <span>{from.map(|at| t(Wall::WindowFrom { at: at.clock_text() }))}</span>
            <span>{until.map(|at| t(Wall::WindowUntil { at: at.clock_text() }))}</span>
        }
    };
    let controls = move || {
        match clock.get() {
        (true, false) => view! {
            <div class="b">{button(Button::new(Console::StopClock).icon(Icon::Pause).key("F8"), move || dialogs.stop.set(true))}</div>
            <p class="why">{t(Console::StopWhy)}</p>
        }
        .into_any(),
        (true, true) => view! {
            <div class="b">
                {button(
                    Button::new(Console::ResumeClock).icon(Icon::Clock).id("resume-clock").busy(busy, Console::Working),
                    move || page.act.run(Deed::ResumeClock),
                )}
            </div>
            <p class="why">{t(Console::ResumeWhy)}</p>
        }
        .into_any(),
        _ => ().into_any(),
    }
    };
    let counted = Part::new(move || label.with(Option::is_some));
    view! {
        {redraw(move || (counted.get().then(|| view! {
            <section class="tm">
                <h2>{icon(Icon::Clock)}{said(move || label.get().unwrap_or(Phase::LeftUnlock))}</h2>
                {countdown("")}
                {bar()}
                <div class="w">{edge}</div>
                {controls}
            </section>
        })).into_any())}
    }
    .into_any()
}

fn announcement() -> AnyView {
    let page = page();
    let words = page.part(|scene: &Scene| -> Both {
        match scene.stage {
            Stage::Announce if scene.next_row().is_none() && scene.announcing.is_none() => {
                Console::AnnounceDone { all: scene.opened() }.both()
            }
            Stage::Announce => {
                match scene.announcing.and_then(|number| scene.rows.iter().find(|row| row.number == number)) {
                    Some(row) => Console::AnnounceNow { row: row.number, name: row.name.clone() }.both(),
                    None => Console::AnnounceReady { all: scene.opened() }.both(),
                }
            }
            Stage::Confirm | Stage::Closed => Console::AnnounceDone { all: scene.opened() }.both(),
            _ => Console::AnnounceLater.both(),
        }
    });
    view! { <section class="ann"><h2>{icon(Icon::Speak)}{t(Console::AnnounceTitle)}</h2><p class="why">{said(move || words.get())}</p></section> }
        .into_any()
}

/// The newest lines of the ledger.
pub fn log() -> AnyView {
    let page = page();
    let lines = page.part(|scene| scene.log.clone());
    let early = page.part(|scene| scene.stage == Stage::Before);
    view! {
        <section class="logs">
            <h2>{icon(Icon::List)}{t(Console::LogTitle)}</h2>
            {redraw(move || (early.get().then(|| view! { <p class="why">{t(Console::LogBefore)}</p> })).into_any())}
            <ol class="log">
                {redraw(move || lines.get().into_iter().map(|line| view! {
                    <li><span class="seq">{line.number.to_string()}</span><time>{line.at.clock_text()}</time><span>{t(line.text)}</span></li>
                }).drawn())}
            </ol>
        </section>
    }
    .into_any()
}
