//! The evaluation for everybody but the committee: the host, who seats the members and keeps the evaluation going; the purchaser,
//! whose review it may be; the supervisor, who approves and signs; bidders, who answer what they are asked.

mod model;
mod office;
mod page;
mod text;

use bidroom_web_ui::app::{Side, followed};
use bidroom_web_ui::browser;
use bidroom_web_ui::live::{Live, lock_acts};
use bidroom_web_ui::page::not_found;
use bidroom_web_ui::route::Route;
use bidroom_web_ui::ui::Page;
use leptos::prelude::*;

use office::Office;

/// The module of these pages.
pub const SIDE: Side = Side { pages, acts: lock_acts };

fn pages(route: Route, page: Page, live: Live) -> AnyView {
    // Other modules have no such place.
    let session = match &route {
        Route::Unknown(path) => path.trim_matches('/').strip_prefix("evaluation/"),
        _ => None,
    };
    let plain = |id: &&str| id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let Some(session) = session.filter(plain).map(str::to_owned) else { return not_found(browser::path()) };
    let office = Office::new(page, live, session.clone());
    provide_context(office);
    office.begin();
    followed(session, page, live, page::page)
}
