//! QR codes as SVG.
//!
//! Owns: size and error correction of the code. Must not know what it says.

use qrcode::render::svg;
use qrcode::types::QrError;
use qrcode::{EcLevel, QrCode};

/// The most bytes a code may hold. At 24 mm a module then still measures 0.23 mm, which office printers and
/// telephones manage.
pub(crate) const LIMIT: usize = 850;

/// The code of a text as an SVG picture, with its quiet zone. Level L: paper in a file is clean, small modules hurt
/// more than spots.
///
/// # Errors
/// The text is longer than a code can hold (2,953 bytes); callers keep to [`LIMIT`].
pub(crate) fn svg(text: &str) -> Result<String, QrError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L)?;
    Ok(code
        .render::<svg::Color<'_>>()
        .module_dimensions(1, 1)
        .dark_color(svg::Color("#000000"))
        .light_color(svg::Color("#ffffff"))
        .build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_code_keeps_its_module_size() {
        let code = QrCode::with_error_correction_level("x".repeat(LIMIT), EcLevel::L).unwrap();
        assert!(code.width() + 8 <= 105, "{} modules", code.width());
    }

    #[test]
    fn the_picture_is_the_same_each_time_and_differs_by_text() {
        assert_eq!(svg("云州").unwrap(), svg("云州").unwrap());
        assert_ne!(svg("云州").unwrap(), svg("云洲").unwrap());
        assert!(svg("云州").unwrap().contains("<svg"));
        assert!(svg(&"x".repeat(3000)).is_err());
    }
}
