//! The pages of who only looks (first page, wall, public hall), as a module that a browser runs.

/// Starts them in the browser's document.
#[wasm_bindgen::prelude::wasm_bindgen(start)]
pub fn start() {
    bidroom_web_ui::start(bidroom_web_ui::app::HALL);
}
