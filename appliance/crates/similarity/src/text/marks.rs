//! Numbers in a bid's text that belong to one person: mobile telephones, electronic mail, identity numbers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Marks that are kept of a bid.
const MARKS: usize = 20_000;

/// What sort of number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// Mobile telephone, 11 digits.
    Mobile,
    /// Address of electronic mail, small letters.
    Mail,
    /// Identity number of a citizen (GB 11643), its check digit correct.
    Identity,
}

/// A document's index in its bid, and a page from 1.
pub(crate) type PageOf = (usize, u32);

/// Marks, each with where it stands first.
#[derive(Debug, Default)]
pub(crate) struct Marks(pub(crate) BTreeMap<(MarkKind, String), PageOf>);

impl Marks {
    /// Adds what stands on a page.
    pub(crate) fn page(&mut self, at: PageOf, raw: &str) {
        let mut word = String::new();
        for character in raw.chars().chain([' ']) {
            // Full width to half width.
            let half = match character {
                '\u{ff01}'..='\u{ff5e}' => {
                    u32::from(character).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(character)
                }
                other => other,
            };
            if half.is_ascii_alphanumeric() || matches!(half, '@' | '.' | '_' | '-' | '+') {
                word.push(half);
                continue;
            }
            if word.len() >= 7
                && word.len() <= 254
                && self.0.len() < MARKS
                && let Some(mark) = read(&word)
            {
                self.0.entry(mark).or_insert(at);
            }
            word.clear();
        }
    }
}

fn read(word: &str) -> Option<(MarkKind, String)> {
    if word.contains('@') {
        let word = word.trim_matches(['.', '-', '_', '+']).to_ascii_lowercase();
        let (name, host) = word.split_once('@')?;
        let good = !name.is_empty() && host.contains('.') && !host.contains('@') && host.len() > 3;
        return good.then(|| (MarkKind::Mail, word.clone()));
    }
    let plain: String = word.chars().filter(|c| !matches!(c, '-' | '+' | '.')).collect();
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let mobile = plain.strip_prefix("86").filter(|rest| rest.len() == 11).unwrap_or(&plain);
    if mobile.len() == 11
        && digits(mobile)
        && mobile.starts_with('1')
        && matches!(mobile.as_bytes().get(1), Some(b'3'..=b'9'))
    {
        return Some((MarkKind::Mobile, mobile.to_owned()));
    }
    identity(&plain).then(|| (MarkKind::Identity, plain.to_ascii_uppercase()))
}

/// An identity number with a correct check digit (GB 11643, ISO 7064 MOD 11-2) and a possible year and month.
fn identity(word: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECK: &[u8; 11] = b"10X98765432";
    if word.len() != 18 {
        return false;
    }
    let mut sum = 0;
    for (byte, weight) in word.bytes().zip(WEIGHTS) {
        if !byte.is_ascii_digit() {
            return false;
        }
        sum += u32::from(byte - b'0') * weight;
    }
    let check = usize::try_from(sum % 11).ok().and_then(|index| CHECK.get(index)).copied();
    let century = matches!(word.get(6..8), Some("18" | "19" | "20"));
    let month = word
        .get(10..12)
        .and_then(|month| month.parse::<u8>().ok())
        .is_some_and(|month| (1..=12).contains(&month));
    century && month && check == word.bytes().last().map(|byte| byte.to_ascii_uppercase())
}

/// How a mark is shown: an identity number without the day and year of birth.
pub(crate) fn shown(kind: MarkKind, value: &str) -> String {
    match (kind, value.get(..6), value.get(14..)) {
        (MarkKind::Identity, Some(head), Some(tail)) => format!("{head}********{tail}"),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[(MarkKind, &str)]) {
        let mut marks = Marks::default();
        marks.page((0, 1), text);
        let found: Vec<_> = marks.0.keys().map(|(kind, value)| (*kind, value.as_str())).collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn marks() {
        check("电话：１３８００１３８０００，传真", &[(MarkKind::Mobile, "13800138000")]);
        check("+86-138-0013-8000。", &[(MarkKind::Mobile, "13800138000")]);
        check("邮箱Zhang.San@Example.com.", &[(MarkKind::Mail, "zhang.san@example.com")]);
        check("身份证11010519491231002X", &[(MarkKind::Identity, "11010519491231002X")]);
        check("110105194912310021 1380013800 138001380001 a@b 12345@", &[]);
        assert_eq!(shown(MarkKind::Identity, "11010519491231002X"), "110105********002X");
    }
}
