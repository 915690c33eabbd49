//! The connection to the room.

use crate::deed::Deed;
use crate::route::Route;
use crate::ui::Page;
use leptos::prelude::*;

/// Does what the reader wants done at this place.
pub fn actions(_route: Route) -> Callback<Deed> {
    Callback::new(|_| ())
}

/// The room's sessions and the drill's doors.
pub fn room(_page: Page) -> crate::app::Home {
    (Signal::stored(Vec::new()), Signal::stored(Vec::new()))
}

/// Who is signed in in this tab.
pub fn person(_page: Page) {}

/// Follows a session.
pub fn follow(_session: String, _page: Page) {}
