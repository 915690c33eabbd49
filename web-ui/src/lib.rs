//! The browser's pages: host console, bidder's hall, public hall, wall screen.
//!
//! Logic stands in plain types with ordinary tests ([`text`], [`model`], [`deed`], [`route`]); components are thin and
//! only draw. Three modules are made of it, [`app::HALL`], [`app::BID`] and [`app::DESK`], so that nobody fetches pages
//! that are for others. Must not know: the server's insides. What the server says is believed only where this page verified it.

pub mod app;
pub mod browser;
pub mod deed;
#[cfg(test)]
mod fixture;
pub mod live;
pub mod model;
pub mod page;
pub mod route;
pub mod text;
pub mod ui;

/// Starts the pages in the browser's document.
pub fn start(side: app::Side) {
    leptos::mount::mount_to_body(move || app::app(side));
}
