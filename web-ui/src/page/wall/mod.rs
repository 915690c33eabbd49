//! The wall screen: 16:9, no scrolling, no control; the same for everybody in the room.

mod band;
mod left;
mod main;

pub use main::heading;

use crate::model::figures::{long_date, weekday};
use crate::model::scene::Project;
use crate::text::{Both, Common, Lang, Say};
use crate::ui::{Part, mark, page, redraw, said, steps};
use leptos::prelude::*;

/// Draws the wall.
pub fn wall() -> AnyView {
    let stopped = page().part(|scene| scene.window.is_stopped());
    view! {
        <div class="page wall" data-stopped=mark(move || stopped.get().then_some(""))>
            {top()}
            {steps()}
            {left::left()}
            {main::main_part()}
            {band::band()}
        </div>
    }
    .into_any()
}

/// Number, lot and procedure of the project.
fn subtitle(project: &Project) -> Both {
    let line = |lang: Lang| {
        format!(
            "{}　{}　{}",
            project.tender,
            Common::Lot { number: project.lot }.say(lang),
            project.kind.say(lang)
        )
    };
    Both { zh: line(Lang::Zh), en: line(Lang::En) }
}

fn top() -> AnyView {
    let page = page();
    let project = page.part(|scene| scene.project.clone());
    let day = Part::new(move || {
        let now = page.now.get();
        (now.0 != 0).then(|| (now.china_date(), now.china_weekday()))
    });
    let date = move || {
        day.get();
        page.now.get_untracked()
    };
    let known = move || day.get().is_some();
    view! {
        <header class="w-top">
            <span class="mark" aria-hidden="true">"开"</span>
            <div class="org" lang="zh-CN">
                {redraw(move || (project.with(|p| p.as_ref().map(|p| p.centre.clone()))).into_any())}
                <span>{redraw(move || (project.with(|p| p.as_ref().map(|p| p.room.clone()))).into_any())}</span>
            </div>
            <div class="project">
                <b lang="zh-CN">{redraw(move || (project.with(|p| p.as_ref().map(|p| p.title.clone()))).into_any())}</b>
                <span>{said(move || project.with(|p| p.as_ref().map(subtitle).unwrap_or_default()))}</span>
            </div>
            <div class="date">
                {said(move || if known() { long_date(date()).both() } else { Both::default() })}
                <span>{said(move || if known() { weekday(date()).both() } else { Both::default() })}</span>
            </div>
        </header>
    }
    .into_any()
}
