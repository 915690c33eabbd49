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
    const LENGTH: usize = 400;
    for (name, letter) in [("han", '某'), ("latin", 'W')] {
        let text = letter.to_string().repeat(LENGTH);
        let room = played(&Size { bids: 4, criteria: 3, items: 4, experts: 3, text: &text });
        // How many of the texts a document has in full at least.
        let least = [("sign-in", 9), ("clarifications", 8), ("report", 20)];
        let mut papers = made(&room, None, Language::Zh);
        papers.papers.retain(|paper| least.iter().any(|(id, _)| *id == paper.id));
        let texts = texts(&format!("long-{name}"), &papers);
        // What is cut off at the edge of the paper is not extracted.
        for (id, least) in least {
            let found = texts[id].chars().filter(|c| *c == letter).count();
            assert!(found >= least * LENGTH, "{name} {id}: {found} of {}", least * LENGTH);
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
