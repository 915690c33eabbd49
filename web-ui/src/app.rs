//! The application: chooses the page of a place, keeps language and theme, listens to the keys of every page.

use crate::browser;
use crate::deed::Doing;
use crate::live::{self, Acts, Live};
use crate::model::Scene;
use crate::page::{
    BIDDER, PUBLIC, Viewer, app_frame, check, console, hall, health, home, import, loading, not_found,
    officer, phone, wall,
};
use crate::route::Route;
use crate::text::Lang;
use crate::ui::{Page, Part, Theme};
use bidroom_domain::At;
use leptos::prelude::*;

/// One of the modules: whose pages it has, and what can be done on them.
#[derive(Clone, Copy)]
pub struct Side {
    /// Draws the page of a place.
    pub pages: fn(Route, Page, Live) -> AnyView,
    /// Does what is done there.
    pub acts: Acts,
}

/// Pages of who only looks: the first page, the wall, the public hall.
pub const HALL: Side = Side { pages: hall_pages, acts: live::hall_acts };

/// The page of a bidder.
pub const BID: Side = Side { pages: bid_pages, acts: live::bid_acts };

/// The page of officers and supervisor.
pub const OFFICER: Side = Side { pages: officer_pages, acts: live::officer_acts };

/// Pages of those who run the session.
pub const DESK: Side = Side { pages: desk_pages, acts: live::desk_acts };

/// The whole document.
pub fn app(side: Side) -> AnyView {
    let route = crate::route::current();
    let is_wall = matches!(route, Route::Wall(_));
    let theme = match (is_wall, browser::preference("theme").as_deref()) {
        (true, _) => Theme::Wall,
        (false, Some("contrast")) => Theme::Contrast,
        _ => Theme::Light,
    };
    let doing = RwSignal::new(Doing::default());
    let live = Live::new();
    let page = Page {
        lang: RwSignal::new(preferred_language()),
        theme: RwSignal::new(theme),
        scene: RwSignal::new(Scene::default()),
        now: RwSignal::new(At(0)),
        doing,
        act: live.actions(route.clone(), side.acts),
    };
    live.attach(page);
    provide_context(page);
    keep_dressed(page);
    app_frame((side.pages)(route, page, live))
}

/// The language that the address asks for, or the reader chose before.
#[inline]
pub fn preferred_language() -> Lang {
    let lang = browser::query("lang").or_else(|| browser::preference("lang"));
    lang.map(|lang| Lang::from_tag(&lang)).unwrap_or_default()
}

/// Keeps language and looks of the document as the page has them, and listens to the key that goes from region to region.
#[inline]
pub fn keep_dressed(page: Page) {
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
}

fn hall_pages(route: Route, page: Page, live: Live) -> AnyView {
    match route {
        Route::Home => {
            let (entries, cards) = live::room(live);
            home(entries, cards)
        }
        Route::Wall(session) => followed(session, page, live, wall),
        Route::Hall(session) => followed(session, page, live, || of_hall(PUBLIC)),
        _ => not_found(browser::path()),
    }
}

fn bid_pages(route: Route, page: Page, live: Live) -> AnyView {
    match route {
        Route::Bid(session) => followed(session, page, live, || of_hall(BIDDER)),
        Route::Check(session) => followed(session, page, live, check),
        _ => not_found(browser::path()),
    }
}

fn desk_pages(route: Route, page: Page, live: Live) -> AnyView {
    match route {
        Route::Import => {
            live.person();
            import()
        }
        Route::Health => {
            live.person();
            health()
        }
        Route::Console(session) => followed(session, page, live, console),
        _ => not_found(browser::path()),
    }
}

fn officer_pages(route: Route, page: Page, live: Live) -> AnyView {
    match route {
        Route::Officer(session) => followed(session, page, live, officer),
        _ => not_found(browser::path()),
    }
}

fn of_hall(viewer: Viewer) -> AnyView {
    if browser::is_narrow() { phone(viewer) } else { hall(viewer) }
}

/// Follows a session; draws its page once the lot is known.
pub fn followed(
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
