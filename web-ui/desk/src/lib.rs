//! The pages of those who run a session, as a module that a browser runs.

/// Starts them in the browser's document.
#[wasm_bindgen::prelude::wasm_bindgen(start)]
pub fn start() {
    bidroom_web_ui::start(bidroom_web_ui::app::DESK);
}
