//! The application: chooses the page of a place, keeps language and theme, listens to the keys of every page.

use crate::browser;
use crate::deed::Doing;
use crate::live::{self, Live};
use crate::model::Scene;
use crate::page::{Viewer, app_frame, console, hall, home, import, loading, not_found, officer, phone, wall};
use crate::route::Route;
use crate::text::Lang;
use crate::ui::{Page, Part, Theme};
use bidroom_domain::At;
use leptos::prelude::*;

/// The whole document.
pub fn app() -> AnyView {
    let route = crate::route::current();
    let is_wall = matches!(route, Route::Wall(_)) || gallery_is_wall(&route);
    let lang = browser::query("lang").or_else(|| browser::preference("lang"));
    let theme = match (is_wall, browser::preference("theme").as_deref()) {
        (true, _) => Theme::Wall,
        (false, Some("contrast")) => Theme::Contrast,
        _ => Theme::Light,
    };
    let doing = RwSignal::new(Doing::default());
    let live = Live::new();
    let page = Page {
        lang: RwSignal::new(lang.map(|lang| Lang::from_tag(&lang)).unwrap_or_default()),
        theme: RwSignal::new(theme),
        scene: RwSignal::new(Scene::default()),
        now: RwSignal::new(At(0)),
        doing,
        act: live.actions(route.clone()),
    };
    live.attach(page);
    provide_context(page);
    Effect::new(move |_| {
        let (lang, theme) = (page.lang.get(), page.theme.get());
        browser::dress(lang, theme);
        browser::prefer("lang", lang.tag());
        if theme != Theme::Wall {
            browser::prefer("theme", theme.name().unwrap_or("light"));
        }
    });
    window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "F6" {
            event.prevent_default();
            browser::next_region(event.shift_key());
        }
    });
    app_frame(content(route, page, live))
}

fn gallery_is_wall(route: &Route) -> bool {
    matches!(route, Route::Gallery(name) if name.starts_with("wall"))
}

fn content(route: Route, page: Page, live: Live) -> AnyView {
    let narrow = browser::is_narrow();
    match route {
        Route::Home => {
            let (entries, cards) = live::room(live);
            home(entries, cards)
        }
        Route::Import => {
            live.person();
            import()
        }
        Route::Gallery(name) => gallery(&name, page, narrow),
        Route::Unknown(path) => not_found(path),
        Route::Wall(session) => followed(session, page, live, wall),
        Route::Hall(session) => followed(session, page, live, move || of_hall(Viewer::Public, narrow)),
        Route::Bid(session) => followed(session, page, live, move || of_hall(Viewer::Bidder, narrow)),
        Route::Console(session) => followed(session, page, live, console),
        Route::Officer(session) => followed(session, page, live, officer),
    }
}

fn of_hall(viewer: Viewer, narrow: bool) -> AnyView {
    if narrow { phone(viewer) } else { hall(viewer) }
}

/// Follows a session; draws its page once the lot is known.
fn followed(
    session: String,
    page: Page,
    live: Live,
    draw: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    live.follow(session);
    open_offered(page);
    let known = page.part(|scene| scene.project.is_some());
    view! { {move || if known.get() { draw() } else { loading() }} }.into_any()
}

#[cfg(feature = "gallery")]
fn gallery(name: &str, page: Page, narrow: bool) -> AnyView {
    crate::gallery::show(name, page, narrow)
}

#[cfg(not(feature = "gallery"))]
fn gallery(name: &str, _page: Page, _narrow: bool) -> AnyView {
    not_found(format!("/gallery/{name}"))
}

/// Opens the drill lock that a door of the first page named, once the room has offered it.
fn open_offered(page: Page) {
    let Some(place) = browser::query("lock").and_then(|place| place.parse::<usize>().ok()) else { return };
    let ready = Part::new(move || {
        let known = page.scene.read().project.is_some();
        known && page.doing.read().offered.iter().any(|offered| offered.place == place)
    });
    let done = StoredValue::new(false);
    Effect::new(move |_| {
        if ready.get() && !done.get_value() {
            done.set_value(true);
            let closed = page.doing.read_untracked().lock.is_none();
            if closed {
                page.act.run(crate::deed::Deed::OpenOffered(place));
            }
        }
    });
}
