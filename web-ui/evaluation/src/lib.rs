//! The pages of an evaluation. Members at their terminals: sign-in, commitment, reviews, scores, votes, report ([`page`]). Everybody
//! else: host, purchaser, supervisor, and bidders who are asked something ([`staff`]).
//!
//! [`model`] is plain values with ordinary tests, [`live`] is a terminal's connection, the keys that are made for one document, and
//! drafts; [`page`] only draws. Must not know: the server's insides, other members' scores before they are revealed.

pub mod live;
pub mod model;
pub mod page;
pub mod staff;
pub mod text;

/// Starts the page of a terminal in the browser's document.
pub fn start_terminal() {
    leptos::mount::mount_to_body(page::app);
}

/// Starts the page of everybody else in the browser's document.
pub fn start_committee() {
    bidroom_web_ui::start(staff::SIDE);
}
