//! One form for texts that mean the same: NFKC (full and half width, ligatures, radicals), small letters, one sort of
//! each punctuation mark, no spaces, no leaders.
//!
//! Units are those of UTF-16: two bytes for nearly every character, and any position is reached at once.

use unicode_normalization::UnicodeNormalization as _;

/// Appends the normal form of `raw`.
pub(crate) fn normalise(raw: &str, out: &mut Vec<u16>) {
    let mut buffer = [0; 2];
    for character in raw.nfkc() {
        let Some(character) = one(character) else { continue };
        let units = character.encode_utf16(&mut buffer);
        // Leaders of a table of contents, blanks to fill in, ellipses: one mark stands for all of them.
        let mark = matches!(character, '.' | '-' | '_' | '=' | '*' | '~' | '·');
        if mark && out.last() == units.first() {
            continue;
        }
        out.extend_from_slice(units);
    }
}

/// The normal form of a short text.
pub(crate) fn normal(raw: &str) -> Vec<u16> {
    let mut out = Vec::new();
    normalise(raw, &mut out);
    out
}

fn one(character: char) -> Option<char> {
    Some(match character {
        c if c.is_ascii_alphanumeric() => c.to_ascii_lowercase(),
        c if c.is_whitespace() || c.is_control() => return None,
        // Soft hyphen, zero width, direction marks, variation selectors, byte order mark, replacement.
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => {
            return None;
        }
        '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fffd}' => return None,
        '。' | '…' | '⋯' => '.',
        '、' | '，' => ',',
        '“' | '”' | '„' | '«' | '»' | '「' | '」' | '『' | '』' => '"',
        '‘' | '’' | '′' => '\'',
        '‐'..='―' | '−' | '─' | '━' => '-',
        '【' | '〔' | '〖' => '[',
        '】' | '〕' | '〗' => ']',
        '〈' | '《' => '<',
        '〉' | '》' => '>',
        '•' | '・' | '●' | '‧' => '·',
        c => c,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, expect: &str) {
        assert_eq!(String::from_utf16_lossy(&normal(raw)), expect, "{raw}");
    }

    #[test]
    fn one_form() {
        check("投 标 人\n：Ａｂ１２３（ａ）", "投标人:ab123(a)");
        check("第一章………………１", "第一章.1");
        check("ﬁ ⽂ 〔2026〕“引”", "fi文[2026]\"引\"");
        check("——_____\u{200b}——", "-_-");
        check("𠮷田", "𠮷田");
    }
}
