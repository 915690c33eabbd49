//! The application: chooses the page of a place, keeps language and theme, listens to the keys of every page.

use crate::deed::Doing;
use crate::model::Scene;
use crate::page::{Card, Entry, Viewer, app_frame, console, hall, home, import, loading, not_found, officer, phone, wall};
use crate::route::Route;
use crate::text::Lang;
use crate::ui::{Page, Theme};
use crate::{browser, live};
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
    let page = Page {
        lang: RwSignal::new(lang.map(|lang| Lang::from_tag(&lang)).unwrap_or_default()),
        theme: RwSignal::new(theme),
        scene: RwSignal::new(Scene::default()),
        now: RwSignal::new(At(0)),
        doing,
        act: live::actions(route.clone()),
    };
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
    app_frame(content(route, page))
}

fn gallery_is_wall(route: &Route) -> bool {
    matches!(route, Route::Gallery(name) if name.starts_with("wall"))
}

fn content(route: Route, page: Page) -> AnyView {
    let narrow = browser::is_narrow();
    match route {
        Route::Home => {
            let (entries, cards) = live::room(page);
            home(entries, cards)
        }
        Route::Import => {
            live::person(page);
            import()
        }
        Route::Gallery(name) => gallery(&name, page, narrow),
        Route::Unknown(path) => not_found(path),
        Route::Wall(session) => followed(session, page, wall),
        Route::Hall(session) => followed(session, page, move || of_hall(Viewer::Public, narrow)),
        Route::Bid(session) => followed(session, page, move || of_hall(Viewer::Bidder, narrow)),
        Route::Console(session) => followed(session, page, console),
        Route::Officer(session) => followed(session, page, officer),
    }
}

fn of_hall(viewer: Viewer, narrow: bool) -> AnyView {
    if narrow { phone(viewer) } else { hall(viewer) }
}

/// Follows a session; draws its page once the lot is known.
fn followed(session: String, page: Page, draw: impl Fn() -> AnyView + Send + Sync + 'static) -> AnyView {
    live::follow(session, page);
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

/// Names used by the first page, so that its signals can be made elsewhere.
pub(crate) type Home = (Signal<Vec<Entry>>, Signal<Vec<Card>>);
