//! The page of a committee's members at their terminals: sign-in, commitment, reviews, scores, votes, report.
//!
//! Owns what a member sees and does. [`model`] is plain values with ordinary tests, [`live`] is the connection, the keys that are made
//! for one document, and drafts; [`page`] only draws. Must not know: the server's insides, other members' scores before
//! they are revealed.

pub mod live;
pub mod model;
pub mod page;
pub mod text;

/// Starts the page in the browser's document.
#[wasm_bindgen::prelude::wasm_bindgen(start)]
pub fn start() {
    leptos::mount::mount_to_body(page::app);
}
