//! 锁与电脑检查: will this computer and this lock do for this tender? One screen, before sign-in too.

use super::locks::probe_button;
use super::{BIDDER, display_buttons, top};
use crate::browser;
use crate::model::trial::{Computer, Light, Line, lines};
use crate::model::{Icon, Stage};
use crate::text::Trial;
use crate::ui::{Kind, Part, Views as _, icon, notice, page, redraw, said, t, trouble};
use leptos::prelude::*;

/// Where it is tried whether the tab keeps a value.
const KEPT: &str = "bidroom-check";

/// Draws the page.
pub fn check() -> AnyView {
    let narrow = browser::is_narrow();
    let panels = view! { {answers()}<div class="side">{trouble()}{lock()}</div> };
    if narrow {
        return view! {
            <div class="page ph">
                <header class="p-top"><span class="mark" aria-hidden="true">"开"</span><b>{t(Trial::Title)}</b>{display_buttons()}</header>
                <div></div>
                <main class="p-body" id="main" tabindex="-1">{panels}</main>
            </div>
        }
        .into_any();
    }
    view! {
        <div class="page hall">
            {top::top_bar(BIDDER)}
            {super::phase_bar()}
            <main class="cols" id="main" tabindex="-1">{panels}</main>
        </div>
    }
    .into_any()
}

fn lock() -> AnyView {
    view! { <section class="panel mine my"><header><h2>{t(crate::text::Lock::Title)}</h2></header><div class="body">{super::mine::lock()}</div></section> }
        .into_any()
}

fn answers() -> AnyView {
    let page = page();
    browser::set_tab_value(KEPT, Some("1"));
    let keeps = browser::tab_value(KEPT).is_some();
    browser::set_tab_value(KEPT, None);
    let known = page.part(|scene| {
        let deadline = scene.project.as_ref().map_or(bidroom_domain::At(0), |project| project.deadline);
        (scene.link, scene.own_bid.clone(), deadline, scene.stage == Stage::Before)
    });
    let all = Part::new(move || {
        let room = page.now.get();
        // In whole seconds, so that nothing is drawn again for the tick between two readings.
        let ahead = (room.0 != 0).then(|| (browser::time_of_day().0 - room.0) / 1000 * 1000);
        let (link, own, deadline, early) = known.get();
        lines(Computer { keeps, ahead }, link, &page.doing.read(), own.as_ref(), (deadline, early))
    });
    let open = Part::new(move || all.with(|all| all.iter().filter(|line| line.light == Light::Todo).count()));
    let session = crate::route::current().session().unwrap_or_default().to_owned();
    view! {
        <section class="panel big">
            <h2>{t(Trial::Title)}</h2>
            <p>{t(Trial::Lead)}</p>
            {redraw(move || (match open.get() {
                0 => notice(Kind::Ok, Trial::Passed, crate::text::Both::default(), None, ().into_any()),
                count => view! { <p class="strong" role="status">{t(Trial::Open { count })}</p> }.into_any(),
            }).into_any())}
            {redraw(move || view! { <ol class="trial">{all.get().into_iter().map(line).drawn()}</ol> }.into_any())}
            {probe_button(true)}
            <p class="docs"><a class="btn" data-size="md" href=format!("/bid/{session}")>{t(Trial::Back)}</a></p>
        </section>
    }
    .into_any()
}

fn line(line: Line) -> AnyView {
    let (state, symbol) = match line.light {
        Light::Good => ("good", Icon::OkCircle),
        Light::Later => ("later", Icon::Wait),
        Light::Todo => ("todo", Icon::Triangle),
    };
    let todo = line.todo.map(|what| view! { <small>{said(move || what.clone())}</small> });
    view! { <li data-s=state>{icon(symbol)}<div><b>{t(line.head)}</b>{todo}</div></li> }.into_any()
}
