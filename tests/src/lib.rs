//! Stories through the public API and in a real browser.
