//! A bidder in trouble: its facts with whose word they are, and what is proposed on which clauses.

use crate::model::case::{Case, FactLine, RemedyRequest, RequestStage};
use crate::model::{Icon, Tone};
use crate::text::{Advice, Case as Words, Common, Say, Word};
use crate::ui::{Views as _, chip, icon, t};
use bidroom_domain::opening::Fate;
use leptos::prelude::*;

/// Facts and proposal.
pub(super) fn case_view(case: &Case) -> AnyView {
    let request = case.request.as_ref().map(request_view);
    view! { <div class="case">{facts(&case.facts)}{request}{advice(case)}</div> }.into_any()
}

/// A request for the remedy key, and what it waits for.
pub(super) fn request_view(request: &RemedyRequest) -> AnyView {
    let (tone, symbol) = match request.stage {
        RequestStage::Agreed => (Tone::Busy, Icon::Clock),
        RequestStage::Asked | RequestStage::Allowed => (Tone::Rule, Icon::Wait),
    };
    view! {
        <div class="advice" role="status">
            {chip(tone, symbol, request.waits.clone())}
            <span>{t(request.asked.clone())}</span>
        </div>
    }
    .into_any()
}

fn facts(facts: &[FactLine]) -> AnyView {
    if facts.is_empty() {
        return view! { <p class="why">{t(Words::NoFacts)}</p> }.into_any();
    }
    view! {
        <ol class="facts" aria-label=t(Words::Facts)>
            {facts.iter().map(fact).drawn()}
        </ol>
    }
    .into_any()
}

fn fact(line: &FactLine) -> AnyView {
    let entry = line.entry.map(|number| view! { <span>{t(Common::LedgerEntry { number })}</span> });
    let mark = if line.decisive { Some(Word::Decisive) } else { line.made_up.then_some(Word::MadeUp) };
    view! {
        <li data-decides=line.decisive.then_some("")>
            {icon(line.icon)}
            <div>
                <b>{t(line.what.clone())}</b>
                <small>
                    <span class="num">{line.at.clock_text()}</span>
                    <span>{t(line.word.clone())}</span>
                    {entry}
                    {mark.map(|word| view! { <span class="mk">{t(word)}</span> })}
                </small>
            </div>
        </li>
    }
    .into_any()
}

fn advice(case: &Case) -> AnyView {
    let (tone, symbol) = match (case.proposed, &case.advice) {
        (Some(Fate::Revoked), _) => (Tone::Stop, Icon::NoEntry),
        (Some(Fate::Withdrawn), _) => (Tone::Rule, Icon::Rule),
        (None, Advice::Remedy) => (Tone::Fault, Icon::Wrench),
        (None, _) => (Tone::Wait, Icon::Wait),
    };
    let ways = case.remedies.iter().map(|it| view! { <li>{t(crate::model::case::way(*it))}</li> }.into_any());
    let clauses = case.clauses.join("；");
    view! {
        <div class="advice">
            {chip(tone, symbol, case.advice.clone())}
            <span>{t(case.why.clone())}</span>
            {(!case.remedies.is_empty()).then(|| view! { <ul>{ways.drawn()}</ul> })}
            <small class="clause">{t(Common::Basis { clause: clauses }.both())}</small>
        </div>
    }
    .into_any()
}
