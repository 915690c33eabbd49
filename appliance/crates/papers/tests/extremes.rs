//! Texts that mean harm, and sizes that nobody has yet: everything stays on the paper.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

mod played;

use bidroom_report::record::Language;
use played::large::{Size, played};
use played::{made, says, texts};

/// Documents of a small evaluation in which every free text is this.
#[track_caller]
fn check(name: &str, text: &str, shown: &str) {
    let room = played(&Size { bids: 4, criteria: 3, items: 4, experts: 3, text });
    let papers = made(&room, None, Language::Zh);
    for (id, said) in texts(&format!("hostile-{name}"), &papers) {
        let shown: String = shown.split_whitespace().collect();
        assert!(said.contains(&shown), "{id}: {shown:?} is not in {said}");
    }
}

#[test]
fn markup_is_printed_and_never_obeyed() {
    let text = "#panic[x] $x^2$ *b* _i_ @a <b> `r` //c";
    check("markup", text, text);
}

#[test]
fn odd_characters_are_shown_by_number() {
    check("odd", "甲\u{202E}乙\0丙😀丁\n戊", "甲〔U+202E〕乙〔U+0000〕丙〔U+1F600〕丁戊");
}

#[test]
fn very_long_texts_stay_on_the_paper() {
    for (name, letter) in [("han", '某'), ("latin", 'W')] {
        let text = letter.to_string().repeat(600);
        let room = played(&Size { bids: 4, criteria: 3, items: 4, experts: 3, text: &text });
        let papers = made(&room, None, Language::Zh);
        let texts = texts(&format!("long-{name}"), &papers);
        // What is cut off at the edge of the paper is not extracted.
        for id in ["sign-in", "clarifications", "report"] {
            let least = match id {
                "sign-in" => 3 * 600 * 3,
                "clarifications" => 600 * 8,
                _ => 600 * 20,
            };
            let found = texts[id].chars().filter(|c| *c == letter).count();
            assert!(found >= least, "{name} {id}: {found} of {least}");
        }
    }
}

#[test]
fn wide_tables_are_cut_into_parts_and_lose_nothing() {
    let room = played(&Size { bids: 30, criteria: 12, items: 8, experts: 9, text: "" });
    for (lang, part) in [(Language::Zh, "第 3 部分，共 3 部分"), (Language::En, "Part 3 of 3")] {
        let papers = made(&room, None, lang);
        let mut few = papers.clone();
        few.papers.retain(|paper| ["conformity", "scores-2", "summary"].contains(&paper.id.as_str()));
        let texts = texts(&format!("wide-{lang:?}"), &few);
        for id in ["conformity", "scores-2", "summary"] {
            says(&texts, id, &[part, "第30家公司"]);
        }
        says(&texts, "scores-2", &["1.50"]);
    }
}
