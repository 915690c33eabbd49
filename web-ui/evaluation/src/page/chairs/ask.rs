//! 澄清: a question of the committee to a bidder, in writing, which never contains its answer.

use bidroom_domain::evaluation::{About, Command, Rule};
use bidroom_web_ui::model::Icon;
use bidroom_web_ui::text::{Both, Say as _};
use bidroom_web_ui::ui::{icon, redraw, t};
use leptos::prelude::*;

use crate::model::{askable, leading, minutes};
use crate::page::desk::{name_about, short_about};
use crate::page::field::{Choice, choose, minutes_line, rule, sentences, written};
use crate::page::sheet::{ToSign, signing};
use crate::page::{desk, known_now};
use crate::text::{Chairs, MATTERS, Terms};

/// How a bid is named among choices.
pub fn key(about: About) -> String {
    match about {
        About::Bid(bid) => format!("bid-{bid}"),
        About::Blind(number) => format!("blind-{number}"),
    }
}

fn of_key(key: &str) -> Option<About> {
    let (side, number) = key.split_once('-')?;
    let number = number.parse().ok()?;
    match side {
        "bid" => Some(About::Bid(number)),
        "blind" => Some(About::Blind(number)),
        _ => None,
    }
}

/// The window. `of` is the bid that is asked, by its key; what was written stays while the window is closed.
pub fn ask_window(open: RwSignal<bool>, of: RwSignal<String>) -> AnyView {
    let known = desk().known;
    let (matter, text, time) = (fresh(), fresh(), fresh());
    let body = move || {
        let Some(known) = known_now() else { return ().into_any() };
        let sight = known.sight();
        let bids = askable(sight);
        let hidden = bids.iter().any(|about| matches!(about, About::Blind(_)));
        let bids = bids.into_iter().map(|about| {
            let name = name_about(about).get_untracked();
            Choice::new(key(about), Both::same(format!("{}　{name}", short_about(about)).trim_end()))
        });
        let matters = MATTERS.iter().enumerate();
        let matters = matters.map(|(place, matter)| Choice::new(place, Terms::matter(*matter)));
        let blind = hidden.then(|| view! { <p class="hint">{t(Chairs::AskBlind)}</p> });
        let leads = redraw(move || {
            let words = text.with(|text| leading(text));
            words.map(|words| view! {
                <p class="leads" role="status">{icon(Icon::Triangle)}<span>{t(Chairs::AskLeads { words: words.to_owned() })}</span></p>
            }).into_any()
        });
        view! {
            {rule(Chairs::AskRule, Chairs::AskRuleNote, known.plan.procedure.clause(Rule::Clarification))}
            <div class="side-by-side">
                {choose("ask-bid", Chairs::WhichBid, bids.collect(), of)}
                {choose("ask-matter", Chairs::AskMatter, matters.collect(), matter)}
                {minutes_line("ask-minutes", time, &known.plan.clarify_minutes)}
            </div>
            {blind}
            {sentences("ask-text", Chairs::AskText, Some(Chairs::AskHint.both()), text)}
            {leads}
        }
        .into_any()
    };
    let command = move || {
        let known = known.get()?;
        let about = of.with(|of| of_key(of)).filter(|about| askable(known.sight()).contains(about))?;
        let matter = matter.get().parse::<usize>().ok().and_then(|place| MATTERS.get(place)).copied()?;
        let minutes = time.with(|typed| minutes(typed, known.plan.clarify_minutes.value))?;
        Some(Command::AskClarification { about, matter, text: written(text)?, minutes })
    };
    let what = ToSign::again(Chairs::AskTitle, Chairs::SendGo, Chairs::AskDone).empties([text, time]);
    signing(open, what, body, command)
}

fn fresh() -> RwSignal<String> {
    RwSignal::new(String::new())
}
