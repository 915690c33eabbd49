//! What stands around every page: skip link, alarm, drill band, live region; and the pages that are only a sentence.

use crate::model::{Icon, Tone, speech};
use crate::text::{Both, Common, Say};
use crate::ui::{alarm, blank, busy_blank, drill_band, lagging, mark, page, redraw, sprite, t};
use bidroom_domain::At;
use leptos::prelude::*;

/// The frame around `content`.
pub fn app_frame(content: AnyView) -> AnyView {
    let page = page();
    let band = page.part(|scene| {
        scene.is_drill() || scene.tamper.is_some() || !matches!(scene.link, crate::model::Link::Live)
    });
    view! {
        {sprite()}
        <div class="app" data-band=mark(move || band.get().then_some(""))>
            <a class="skip" href="#main">{t(Common::SkipToMain)}</a>
            {alarm()}
            {lagging()}
            {drill_band()}
            {content}
            {live_region()}
        </div>
    }
    .into_any()
}

/// The one polite live region of a page: at most one sentence every three seconds.
fn live_region() -> AnyView {
    let page = page();
    let spoken = RwSignal::new(Both::default());
    // The scene and moment of the last look; looking more rarely gathers what happened in between.
    let looked = StoredValue::new((page.scene.get_untracked(), page.now.get_untracked()));
    Effect::new(move |_| {
        let (scene, now) = (page.scene.get(), page.now.get());
        let (before, then) = looked.get_value();
        if now.millis_since(then) < 3000 && then != At(0) {
            return;
        }
        let said = speech::sentence(&before, &scene).or_else(|| speech::time_sentence(&scene, then, now));
        looked.set_value((scene, now));
        if let Some(said) = said {
            spoken.set(said);
        }
    });
    view! { <p class="sr" role="status" aria-live="polite">{redraw(move || (spoken.get().say(page.lang.get())).into_any())}</p> }.into_any()
}

/// While nothing of the session has arrived.
pub fn loading() -> AnyView {
    view! {
        <main class="page centre" id="main" tabindex="-1">
            <section class="panel">{busy_blank(Common::Loading, Common::LoadingNote)}</section>
        </main>
    }
    .into_any()
}

/// An address that is no page.
pub fn not_found(path: String) -> AnyView {
    view! {
        <main class="page centre" id="main" tabindex="-1">
            <section class="panel">
                {blank(Tone::Wait, Icon::Search, Common::NotFound, Common::NotFoundNote { path })}
                <p class="blank"><a class="btn" href="/">{t(Common::ToHome)}</a></p>
            </section>
        </main>
    }
    .into_any()
}
