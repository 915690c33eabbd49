//! The large panel while there is no roster: the countdown, or why there is no opening.

use super::Viewer;
use crate::model::Icon;
use crate::model::scene::{RefusedLine, Stage};
use crate::text::{Common, Hall, Say, Wall};
use crate::ui::{Kind, bar, countdown, icon, notice, page, redraw, said, t};
use leptos::prelude::*;

/// Draws the panel.
pub(crate) fn before_panel(viewer: Viewer) -> AnyView {
    let page = page();
    let refused = page.part(|scene| scene.refused.clone());
    let stage = page.part(|scene| scene.stage);
    view! {
        <section class="panel big">
            {redraw(move || (match (stage.get(), refused.get()) {
                (Stage::Refused, Some(refused)) => refusal(refused),
                _ => waiting(),
            }).into_any())}
            {viewer.own.map(|own| (own.locks)())}
        </section>
    }
    .into_any()
}

fn waiting() -> AnyView {
    let page = page();
    let at = page.part(|scene| scene.project.as_ref().map(|p| p.deadline.clock_text()).unwrap_or_default());
    let known = page.part(|scene| scene.project.is_some());
    view! {
        <div class="timer">
            <div class="l">{t(crate::text::Phase::LeftBefore)}" · "{t(Wall::BeforeSub)}</div>
            {countdown("")}
            {bar()}
        </div>
        {redraw(move || (known.get().then(|| view! {
            <h2>{said(move || Hall::BeforeTitle { at: at.get() })}</h2>
            <p>{t(Hall::BeforeNote)}</p>
            <p>{icon(Icon::ShieldWait)}" "{said(move || Hall::BeforeLedger { at: at.get() })}</p>
        })).into_any())}
    }
    .into_any()
}

fn refusal(refused: RefusedLine) -> AnyView {
    let clause = Common::Basis { clause: refused.clause }.both();
    view! {
        {notice(
            Kind::Rule,
            Hall::RefusedTitle { received: refused.bidders },
            Hall::RefusedNote { minimum: refused.minimum },
            Some(clause),
            ().into_any(),
        )}
        <p>{t(Hall::RefusedNext)}</p>
    }
    .into_any()
}
