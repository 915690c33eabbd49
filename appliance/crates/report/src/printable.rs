//! Foreign text made safe to print.
//!
//! Owns: which characters print as they are. Must not know what a text means.

use serde_json::Value;

/// Invisible characters that change how their neighbours look or read: joiners, fillers, direction marks, variation
/// selectors, tags. A name that carries one must not look like the name without it.
const HIDDEN: &[(u32, u32)] = &[
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xE000, 0xF8FF),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFF),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
    (0xF0000, 0x0010_FFFF),
];

/// The text as it is printed: line breaks and tabulators become spaces, and each character that is invisible, a
/// control, or missing in the fonts (`has_glyph` says which exist) becomes its number, as `〔U+202E〕`.
///
/// Nothing is dropped silently, so two different names never print alike for want of a glyph.
#[must_use]
pub fn printable(text: &str, has_glyph: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' | '\r' | '\t' => out.push(' '),
            ' ' => out.push(' '),
            _ if c.is_control() || hidden(c) || !has_glyph(c) => {
                out.push_str(&format!("〔U+{:04X}〕", u32::from(c)));
            }
            _ => out.push(c),
        }
    }
    out
}

fn hidden(c: char) -> bool {
    let code = u32::from(c);
    HIDDEN.iter().any(|&(first, last)| (first..=last).contains(&code))
}

/// Applies [`printable`] to every string of a document's data. Keys are the program's own and stay.
pub(crate) fn make_printable(value: &mut Value, has_glyph: &impl Fn(char) -> bool) {
    match value {
        Value::String(text) => *text = printable(text, has_glyph),
        Value::Array(elements) => elements.iter_mut().for_each(|element| make_printable(element, has_glyph)),
        Value::Object(fields) => fields.values_mut().for_each(|field| make_printable(field, has_glyph)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(input: &str, expect: &str) {
        assert_eq!(printable(input, |c| c != '😀'), expect);
    }

    #[test]
    fn foreign_text_prints_plainly() {
        check("海澜智测科技有限公司", "海澜智测科技有限公司");
        check("#panic(\"x\") $x$ *b* <a> @b", "#panic(\"x\") $x$ *b* <a> @b");
        check("一行\r\n二行\n三行\t四", "一行 二行 三行 四");
        check("a\rb", "a b");
        check("\u{202E}5480", "〔U+202E〕5480");
        check("零\u{200B}宽", "零〔U+200B〕宽");
        check("\0\u{7}", "〔U+0000〕〔U+0007〕");
        check("笑😀", "笑〔U+1F600〕");
        check("\u{F0000}\u{10FFFF}\u{E0041}", "〔U+F0000〕〔U+10FFFF〕〔U+E0041〕");
        check("", "");
    }

    #[test]
    fn all_strings_of_the_data_are_covered() {
        let mut value = serde_json::json!({"a": ["x\u{0}", {"b": "\u{FEFF}"}], "n": 1});
        make_printable(&mut value, &|_| true);
        assert_eq!(value, serde_json::json!({"a": ["x〔U+0000〕", {"b": "〔U+FEFF〕"}], "n": 1}));
    }

    proptest! {
        #[test]
        fn output_holds_nothing_hidden_and_is_stable(text in any::<String>()) {
            let once = printable(&text, char::is_alphanumeric);
            prop_assert!(once.chars().all(|c| !c.is_control() && !hidden(c)));
            let has = |c: char| c.is_alphanumeric() || "〔〕+".contains(c);
            prop_assert_eq!(printable(&once, has), once);
        }
    }
}
