//! The page of an evaluation for staff, purchaser and bidders, as a module that a browser runs.

/// Starts it in the browser's document.
#[wasm_bindgen::prelude::wasm_bindgen(start)]
pub fn start() {
    bidroom_web_evaluation::start_committee();
}
