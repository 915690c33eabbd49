//! The page of a bidder, as a module that a browser runs.

/// Starts it in the browser's document.
#[wasm_bindgen::prelude::wasm_bindgen(start)]
pub fn start() {
    bidroom_web_ui::start(bidroom_web_ui::app::BID);
}
