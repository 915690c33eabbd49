//! Questions, corrections of prices and reviews of low prices, each with what came of it and the time that is left.

use bidroom_domain::At;
use bidroom_domain::evaluation::About;
use bidroom_web_ui::model::Icon;
use bidroom_web_ui::model::figures::left_text;
use bidroom_web_ui::text::{Both, Say as _};
use bidroom_web_ui::ui::{Part, Views as _, icon, page as ui_page, redraw, t};
use leptos::prelude::*;

use super::known;
use crate::staff::office::Known;
use crate::staff::text::Office as Words;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    Waits(At),
    Said(Both),
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    head: Both,
    text: Option<String>,
    answer: Option<String>,
    outcome: Outcome,
}

fn about(about: About) -> Both {
    match about {
        About::Bid(bid) => Words::AboutBid { bid }.both(),
        About::Blind(number) => Words::AboutBlind { number }.both(),
    }
}

fn lines(known: &Known) -> Vec<Line> {
    let state = &known.state;
    let mut lines: Vec<(At, Line)> = Vec::new();
    for it in &state.clarifications {
        let of = about(it.about);
        let head = Both::new(
            Words::Question { number: it.number, about: of.zh }.both().zh,
            Words::Question { number: it.number, about: of.en }.both().en,
        );
        let outcome = match (&it.answer, it.lapsed) {
            (Some(answer), _) => Outcome::Said(Words::Answered { at: answer.at.clock_text() }.both()),
            (None, Some(_)) => Outcome::Said(Words::Lapsed.both()),
            (None, None) => Outcome::Waits(it.until),
        };
        let answer = it.answer.as_ref().and_then(|answer| answer.text.clone());
        lines.push((it.at, Line { head, text: it.text.clone(), answer, outcome }));
    }
    for it in &state.corrections {
        let head = Words::Correction { number: it.number, bid: it.bid }.both();
        let text = it.prices.map(|(before, after)| format!("{} → {}", before.figures(), after.figures()));
        let outcome = match (it.answer, it.lapsed) {
            (Some((true, at)), _) => Outcome::Said(Words::Confirmed { at: at.clock_text() }.both()),
            (Some((false, at)), _) => Outcome::Said(Words::Rejected { at: at.clock_text() }.both()),
            (None, Some(_)) => Outcome::Said(Words::Lapsed.both()),
            (None, None) => Outcome::Waits(it.until),
        };
        lines.push((it.until, Line { head, text, answer: None, outcome }));
    }
    for (bid, low) in &state.low_prices {
        let head = Words::LowPrice { bid: *bid }.both();
        let outcome = match (&low.concluded, &low.explanation) {
            (Some(concluded), _) if concluded.proven => Outcome::Said(Words::Proven.both()),
            (Some(_), _) => Outcome::Said(Words::Unproven.both()),
            (None, Some(answer)) => Outcome::Said(Words::Answered { at: answer.at.clock_text() }.both()),
            (None, None) => Outcome::Waits(low.until),
        };
        let answer = low.explanation.as_ref().and_then(|answer| answer.text.clone());
        lines.push((low.at, Line { head, text: low.reason.clone(), answer, outcome }));
    }
    lines.sort_by_key(|(at, _)| core::cmp::Reverse(*at));
    lines.into_iter().map(|(_, line)| line).collect()
}

/// The list.
pub fn talks() -> AnyView {
    let lines = known(lines);
    redraw(move || {
        if lines.with(Vec::is_empty) {
            return view! { <p class="why">{t(Words::TalksNone)}</p> }.into_any();
        }
        view! { <ol class="qa">{lines.get().into_iter().map(one).drawn()}</ol> }.into_any()
    })
}

fn one(line: Line) -> AnyView {
    let now = ui_page().now;
    let outcome = match line.outcome {
        Outcome::Said(said) => view! { <b>{t(said)}</b> }.into_any(),
        Outcome::Waits(until) => {
            let left = Part::new(move || left_text(until.millis_since(now.get())));
            redraw(move || {
                let left = left.get();
                view! { <b class="left">{icon(Icon::Clock)}{t(Words::Until { left })}</b> }.into_any()
            })
        }
    };
    view! {
        <li>
            <p><span>{t(line.head)}</span>{outcome}</p>
            {line.text.map(|text| view! { <blockquote lang="zh-CN">{text}</blockquote> })}
            {line.answer.map(|text| view! { <blockquote class="answer" lang="zh-CN">{text}</blockquote> })}
        </li>
    }
    .into_any()
}
