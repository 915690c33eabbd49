//! Scores as they are written: hundredths of a point.

use super::typed::half_width;

/// `850` → `8.5`, `800` → `8`.
pub fn points(hundredths: u32) -> String {
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    match rest {
        0 => whole.to_string(),
        rest if rest.is_multiple_of(10) => format!("{whole}.{}", rest / 10),
        rest => format!("{whole}.{rest:02}"),
    }
}

/// Reads what somebody typed as hundredths of a point; none if it is no such number. Digits and point may be full width, as
/// Chinese keyboards write them.
pub fn read(text: &str) -> Option<u32> {
    let text = half_width(text);
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
    if whole.is_empty() || whole.len() > 6 || rest.len() > 2 || !digits(whole) || !digits(rest) {
        return None;
    }
    let whole: u32 = whole.parse().ok()?;
    let rest: u32 = if rest.is_empty() { 0 } else { format!("{rest:0<2}").parse().ok()? };
    whole.checked_mul(100)?.checked_add(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_and_read() {
        for (hundredths, text) in
            [(0, "0"), (5, "0.05"), (50, "0.5"), (800, "8"), (825, "8.25"), (100_000, "1000")]
        {
            assert_eq!(points(hundredths), text);
            assert_eq!(read(text), Some(hundredths));
        }
        for (text, expect) in [
            (" 8.50 ", Some(850)),
            ("８．５", Some(850)),
            ("8。", Some(800)),
            ("", None),
            (".", None),
            (".5", None),
            ("8.505", None),
            ("-1", None),
            ("8,5", None),
            ("8，5", None),
            ("1e3", None),
            ("99999999999", None),
        ] {
            assert_eq!(read(text), expect, "{text}");
        }
    }
}
