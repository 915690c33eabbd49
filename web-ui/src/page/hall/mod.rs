//! The hall of bidders and of the public: top bar, phases, the sheet, and beside it what concerns the reader.

mod before;
mod check;
mod locks;
mod mine;
mod object;
mod sheet;
mod talks;
mod top;

pub(super) use before::before_panel;
pub use check::check;
pub(super) use sheet::only_some;
pub(super) use talks::talk_list;
pub(super) use top::{display_buttons, project_line};

use super::phone::own_bid;
use crate::model::scene::Stage;
use crate::text::{Common, Hall, Phase};
use crate::ui::{Part, clock_text, countdown, page, quality, reading, redraw, said, steps, t, trouble};
use leptos::prelude::*;
use locks::locks_panel;
use mine::{mine_actions, mine_panel};
use object::object_dialog;

/// Whose hall it is: what only its readers see is named here, so that the others need not fetch it.
#[derive(Debug, Clone, Copy)]
pub struct Viewer {
    /// Who reads, in the top bar.
    who: fn() -> AnyView,
    /// What stands beside the sheet.
    side: fn(RwSignal<bool>) -> AnyView,
    /// What only a bidder has.
    pub(super) own: Option<Own>,
}

/// What only a bidder has. Each is told whether its objection is being written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Own {
    /// Its lock, its bid, what it can do.
    pub(super) panel: fn(RwSignal<bool>) -> AnyView,
    /// Confirming and objecting.
    pub(super) actions: fn(RwSignal<bool>) -> AnyView,
    /// Writing an objection.
    dialog: fn(RwSignal<bool>) -> AnyView,
    /// Its bid in short.
    pub(super) bid: fn() -> AnyView,
    /// Its locks, before the deadline.
    pub(super) locks: fn() -> AnyView,
}

/// Anybody's.
pub const PUBLIC: Viewer = Viewer { who: top::public, side: |_| top::facts_panel(), own: None };

/// A bidder's.
pub const BIDDER: Viewer = Viewer {
    who: top::signed_in,
    side: mine_panel,
    own: Some(Own {
        panel: mine_panel,
        actions: mine_actions,
        dialog: object_dialog,
        bid: own_bid,
        locks: locks_panel,
    }),
};

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
                {redraw(move || (if early.get() { before_panel(viewer) } else { sheet::sheet() }).into_any())}
                <div class="side">
                    {trouble()}
                    {(viewer.side)(object)}
                    {talks::talks_panel()}
                </div>
            </main>
            {viewer.dialog(object)}
        </div>
    }
    .into_any()
}

impl Viewer {
    /// Where an objection is written, for who can object.
    pub(super) fn dialog(self, object: RwSignal<bool>) -> Option<AnyView> {
        self.own.map(|own| (own.dialog)(object))
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
