//! Questions to bidders and corrections of prices, with what was answered: read by all members.

use std::sync::Arc;

use bidroom_domain::At;
use bidroom_domain::evaluation::{About, Clarification, Correction};
use bidroom_web_ui::model::figures::left_text;
use bidroom_web_ui::model::{Icon, Tone};
use bidroom_web_ui::text::{Both, Say as _};
use bidroom_web_ui::ui::{Button, Part, Views as _, button, icon, page, redraw, t};
use leptos::prelude::*;

use super::chairs::{ask_window, key};
use super::desk::{name_about, short_about};
use super::{known, known_with};
use crate::live::Known;
use crate::model::{Offer, offers};
use crate::text::{Read, Terms};

/// Something a bidder was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Asked {
    Question(Clarification),
    Correction(Correction),
}

impl Asked {
    const fn about(&self) -> About {
        match self {
            Self::Question(it) => it.about,
            Self::Correction(it) => About::Bid(it.bid),
        }
    }

    const fn is_open(&self) -> bool {
        match self {
            Self::Question(it) => !it.is_settled(),
            Self::Correction(it) => it.is_pending(),
        }
    }
}

/// What still waits comes first, then what was asked last.
fn all(known: &Known) -> Vec<Asked> {
    let questions = known.state.clarifications.iter().rev().cloned().map(Asked::Question);
    let corrections = known.state.corrections.iter().rev().cloned().map(Asked::Correction);
    let (mut open, settled): (Vec<Asked>, Vec<Asked>) =
        questions.chain(corrections).partition(Asked::is_open);
    open.extend(settled);
    open
}

/// The panel; nothing while nobody was asked anything.
pub fn panel() -> AnyView {
    let asked = known(all);
    redraw(move || {
        let asked = asked.get();
        if asked.is_empty() {
            return ().into_any();
        }
        view! {
            <section class="panel" id="asked">
                <header><h2>{t(Read::AskedTitle)}</h2></header>
                <ul class="asked">{asked.into_iter().map(one).drawn()}</ul>
            </section>
        }
        .into_any()
    })
}

/// What the bid in front was asked, beside the work on it; the chair asks from here.
pub fn beside(about: impl Fn(&Known) -> About + Send + Sync + 'static) -> AnyView {
    draw_beside(Arc::new(about))
}

fn draw_beside(about: Arc<dyn Fn(&Known) -> About + Send + Sync>) -> AnyView {
    let (here, whom) = (about.clone(), about);
    let asked = known_with(move |known| {
        let bid = known.state.bid_of(here(known));
        let same = |asked: &Asked| {
            asked.about() == here(known) || bid.is_some() && known.state.bid_of(asked.about()) == bid
        };
        all(known).into_iter().filter(same).collect::<Vec<Asked>>()
    });
    let may = known(|known| {
        let offers = offers(known.sight());
        offers.into_iter().any(|(offer, not)| offer == Offer::Ask && not.is_none())
    });
    let whom = known_with(move |known| key(whom(known)));
    let (open, of) = (RwSignal::new(false), RwSignal::new(String::new()));
    let ask = move || {
        of.set(whom.get_untracked());
        open.set(true);
    };
    view! {
        {redraw(move || {
            let asked = asked.get();
            (!asked.is_empty()).then(|| view! {
                <section class="item"><div class="h"><h3>{t(Read::AskedHere)}</h3></div><ul class="asked">{asked.into_iter().map(one).drawn()}</ul></section>
            }).into_any()
        })}
        {redraw(move || may.get().then(|| button(Button::new(Read::AskHere).quiet().icon(Icon::Chat).id("ask-here"), ask)).into_any())}
        {ask_window(open, of)}
    }
    .into_any()
}

fn one(asked: Asked) -> AnyView {
    let (about, open) = (asked.about(), asked.is_open());
    let name = name_about(about);
    let shown = match asked {
        Asked::Question(it) => question(it),
        Asked::Correction(it) => correction(it),
    };
    let Shown { head, what, time, until, state, text, answer } = shown;
    let now = page().now;
    let over = Part::new(move || now.get() >= until);
    let left = Part::new(move || left_text(until.millis_since(now.get())));
    view! {
        <li data-open=open.then_some("")>
            <p class="h"><b>{t(head)}</b><span lang="zh-CN"><b class="num">{short_about(about)}</b>" "{move || name.get()}</span>
                {redraw(move || {
                    let (tone, symbol, words) = state.clone();
                    let words = if open && over.get() { Read::TimeEnds.both() } else { words };
                    view! { <span class="state" data-tone=tone.name()>{icon(symbol)}{t(words)}</span> }.into_any()
                })}
                {open.then(|| view! { <span class="countdown num" role="timer">{move || left.get()}</span> })}</p>
            <p class="second">{t(what)}"　"{t(time)}</p>
            {text.map(|text| view! { <blockquote lang="zh-CN">{text}</blockquote> })}
            {answer.map(|(text, documents)| view! {
                <blockquote class="answer" lang="zh-CN">{text}</blockquote>
                {(documents > 0).then(|| view! { <p class="second">{t(Read::Evidence { count: documents })}</p> })}
            })}
        </li>
    }
    .into_any()
}

/// What is shown of either.
struct Shown {
    head: Both,
    what: Both,
    time: Both,
    until: At,
    state: (Tone, Icon, Both),
    text: Option<String>,
    answer: Option<(Option<String>, usize)>,
}

fn question(it: Clarification) -> Shown {
    let state = match (&it.answer, it.lapsed) {
        (Some(answer), _) => (Tone::Ok, Icon::OkCircle, Read::Answered { at: answer.at.clock_text() }.both()),
        (None, Some(at)) => (Tone::Rule, Icon::Flag, Read::Lapsed { at: at.clock_text() }.both()),
        (None, None) => (Tone::Busy, Icon::Clock, Read::WaitsAnswer.both()),
    };
    Shown {
        head: Read::Question { number: it.number }.both(),
        what: Terms::matter(it.matter).both(),
        time: Read::Sent { at: it.at.clock_text(), until: it.until.clock_text() }.both(),
        until: it.until,
        state,
        text: it.text,
        answer: it.answer.map(|answer| (answer.text, answer.documents.len())),
    }
}

fn correction(it: Correction) -> Shown {
    let state = match (it.answer, it.lapsed) {
        (Some((true, at)), _) => (Tone::Ok, Icon::OkCircle, Read::Confirmed { at: at.clock_text() }.both()),
        (Some((false, at)), _) => (Tone::Stop, Icon::NoEntry, Read::Denied { at: at.clock_text() }.both()),
        (None, Some(at)) => (Tone::Stop, Icon::NoEntry, Read::NotConfirmed { at: at.clock_text() }.both()),
        (None, None) => (Tone::Busy, Icon::Clock, Read::WaitsConfirm.both()),
    };
    let prices = it.prices.map(|(before, after)| {
        let (before, after) = (before.figures(), after.figures());
        Read::FromTo { before, after }.both().zh
    });
    Shown {
        head: Read::Correction { number: it.number }.both(),
        what: Terms::rule(it.rule).both(),
        time: Read::Until { until: it.until.clock_text() }.both(),
        until: it.until,
        state,
        text: prices,
        answer: None,
    }
}
