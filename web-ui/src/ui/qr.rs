//! A QR code as one path.

use super::t;
use crate::text::Wall;
use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};

/// Side in modules and the path of the dark ones, with a quiet zone of two modules; nothing where the text is too long.
pub fn path(text: &str) -> Option<(usize, String)> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (index, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            path.push_str(&format!("M{} {}h1v1h-1z", index % width + 2, index / width + 2));
        }
    }
    Some((width + 4, path))
}

/// Draws the code.
pub fn qr(text: &str) -> AnyView {
    let Some((side, path)) = path(text) else { return ().into_any() };
    view! {
        <svg class="qr" viewBox=format!("0 0 {side} {side}") role="img" aria-label=t(Wall::QrLabel) shape-rendering="crispEdges">
            <path fill="#fff" d=format!("M0 0h{side}v{side}h-{side}z")></path>
            <path fill="#000" d=path></path>
        </svg>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_fit_and_long_ones_say_so() {
        let (side, drawn) = path("hello").unwrap();
        assert_eq!(side, 21 + 4);
        assert!(drawn.starts_with("M2 2h1v1h-1z"));
        assert!(path(&"x".repeat(5000)).is_none());
    }
}
