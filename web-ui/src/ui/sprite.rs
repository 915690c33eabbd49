//! All symbols of the pages in one hidden drawing.

use leptos::prelude::*;

const SYMBOLS: &str = include_str!("sprite.svg.txt");

/// The sprite; once per document.
pub fn sprite() -> AnyView {
    view! { <svg width="0" height="0" class="sr" aria-hidden="true" inner_html=SYMBOLS></svg> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Icon;

    #[test]
    fn every_icon_has_its_symbol() {
        for icon in Icon::ALL {
            let id = icon.href().trim_start_matches('#');
            assert!(SYMBOLS.contains(&format!("<symbol id=\"{id}\"")), "{id}");
        }
    }
}
