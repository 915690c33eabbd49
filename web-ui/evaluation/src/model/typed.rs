//! What somebody typed, as plain text: Chinese keyboards write digits, point and comma full width.

/// The text in half width, without blanks at its ends.
pub(super) fn half_width(text: &str) -> String {
    let plain = |c: char| match c {
        '０'..='９' => {
            char::from_u32(u32::from(c).saturating_sub(0xff10).saturating_add(0x30)).unwrap_or(c)
        }
        '．' | '。' => '.',
        '，' => ',',
        c => c,
    };
    text.trim().chars().map(plain).collect()
}
