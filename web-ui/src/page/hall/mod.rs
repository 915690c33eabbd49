//! The hall of bidders and of the public: top bar, phases, the sheet, and beside it what concerns the reader.

mod before;
mod mine;
mod object;
mod sheet;
mod talks;
mod top;

pub(super) use before::before_panel;
pub(super) use mine::{mine_actions, mine_panel};
pub(super) use object::object_dialog;
pub(crate) use object::wrong as text_wrong;
pub(super) use sheet::only_some;
pub(super) use talks::talk_list;
pub(super) use top::{display_buttons, project_line};

use crate::model::scene::Stage;
use crate::text::{Common, Hall, Phase};
use crate::ui::{Part, clock_text, countdown, page, quality, reading, redraw, said, steps, t, trouble};
use leptos::prelude::*;

/// Whose hall it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewer {
    /// A bidder's.
    Bidder,
    /// Anybody's.
    Public,
}

/// Draws the hall.
pub fn hall(viewer: Viewer) -> AnyView {
    let page = page();
    let early = page.part(|scene| matches!(scene.stage, Stage::Before | Stage::Refused));
    let object = RwSignal::new(false);
    view! {
        <div class="page hall" on:keydown=move |event| top::shortcut(&event, page, object)>
            {top::top_bar(viewer)}
            {phase_bar()}
            <main class="cols" id="main" tabindex="-1">
                {redraw(move || (if early.get() { before_panel() } else { sheet::sheet() }).into_any())}
                <div class="side">
                    {trouble()}
                    {side(viewer, object)}
                </div>
            </main>
            {(viewer == Viewer::Bidder).then(|| object_dialog(object))}
        </div>
    }
    .into_any()
}

fn side(viewer: Viewer, object: RwSignal<bool>) -> AnyView {
    match viewer {
        Viewer::Bidder => view! { {mine_panel(object)}{talks::talks_panel()} }.into_any(),
        Viewer::Public => view! { {top::facts_panel()}{talks::talks_panel()} }.into_any(),
    }
}

fn phase_bar() -> AnyView {
    let reading = reading();
    let label = Part::new(move || reading.with(|r| r.as_ref().map(|r| r.label.clone())));
    let counted = Part::new(move || label.with(Option::is_some));
    view! {
        <div class="phasebar">
            {steps()}
            {redraw(move || (counted.get().then(|| view! {
                <span class="sep"></span>
                <div class="box">
                    <div class="l">{said(move || label.get().unwrap_or(Phase::LeftUnlock))}</div>
                    {countdown("")}
                </div>
            })).into_any())}
            <span class="sep"></span>
            <div class="box">
                <div class="l">{t(Common::RoomClock)}" "<span class="clock">{clock_text()}</span></div>
                {quality(false)}
            </div>
        </div>
    }
    .into_any()
}

/// The name of the hall and its room.
pub(super) fn hall_name() -> AnyView {
    let room = page().part(|scene| scene.project.as_ref().map(|project| project.room.clone()));
    view! { {t(Hall::Title)}" · "<span lang="zh-CN">{redraw(move || (room.get()).into_any())}</span> }
        .into_any()
}
