//! The browser's pages: host console, bidder's hall, public hall, wall screen.
//!
//! Logic stands in plain types with ordinary tests ([`text`], [`model`], [`deed`], [`route`]); components are thin and
//! only draw. Must not know: the server's insides. What the server says is believed only where this page verified it.

pub mod app;
pub mod browser;
pub mod deed;
#[cfg(any(test, feature = "gallery"))]
pub mod gallery;
pub mod live;
pub mod model;
pub mod page;
pub mod route;
pub mod text;
pub mod ui;

/// Starts the pages in the browser's document.
#[wasm_bindgen::prelude::wasm_bindgen(start)]
pub fn start() {
    leptos::mount::mount_to_body(app::app);
}
