//! 表决: a question of the committee, above whatever is worked on.

use bidroom_domain::evaluation::{Command, Plan, Subject};
use bidroom_web_ui::model::Icon;
use bidroom_web_ui::text::{Both, Say as _};
use bidroom_web_ui::ui::{Views as _, icon, mark, redraw, t};
use leptos::prelude::*;

use super::desk::{short, side_of};
use super::field::{sentences, written};
use super::overview::doubted_list;
use super::sheet::{ToSign, signing};
use super::{known, known_now, member_name};
use crate::live::Known;
use crate::model::{Chairing, doubted, open_vote, points};
use crate::text::Expert;

/// What a yes means.
pub fn question(plan: &Plan, subject: &Subject) -> Both {
    match subject {
        Subject::Review { bid, item, .. } => {
            Expert::VoteReview { bid: *bid, item: item_name(plan, item) }.both()
        }
        Subject::Competition { bids } => Expert::VoteCompetition { bids: *bids }.both(),
        Subject::LowPrice { bid } => Expert::VoteLowPrice { bid: *bid }.both(),
        Subject::Abnormal { member, part, bid, item } => {
            let bid = short(side_of(*part), *bid);
            Expert::VoteAbnormal { member: *member, bid, item: item_name(plan, item) }.both()
        }
        Subject::Document {} => Expert::VoteDocument.both(),
    }
}

/// What an item of a review, or one that is scored, is called in the tender document.
pub fn item_name(plan: &Plan, id: &str) -> String {
    let reviewed = plan.reviews.iter().find(|item| item.id == id).map(|item| item.text.clone());
    let scored = || plan.criteria.iter().find(|item| item.id == id).map(|item| item.name.clone());
    reviewed.or_else(scored).unwrap_or_else(|| id.to_owned())
}

/// What members should have before them when they decide: who said no and why, what the bidder explained, what all members gave.
fn evidence(known: &Known, subject: &Subject) -> AnyView {
    match subject {
        Subject::Review { review, bid, item } => {
            let mut said = doubted(known.sight(), *review, *bid);
            said.retain(|it| it.item == *item);
            doubted_list(known, &said)
        }
        Subject::LowPrice { bid } => {
            let low = known.state.low_prices.get(bid);
            let said = low.and_then(|low| low.explanation.as_ref()).and_then(|answer| answer.text.clone());
            match said {
                Some(said) => view! { <blockquote lang="zh-CN">{said}</blockquote> }.into_any(),
                None => view! { <p class="why">{t(Expert::LowSilent)}</p> }.into_any(),
            }
        }
        Subject::Abnormal { part, bid, item, .. } => {
            let scores = known.sight().scores(*part, *bid, item).into_iter();
            let scores = scores.map(|(member, score)| {
                view! { <li><span lang="zh-CN">{member_name(known, member)}</span>" "<b class="num">{points(score)}</b></li> }
            });
            view! { <ul class="given">{scores.drawn()}</ul> }.into_any()
        }
        Subject::Competition { .. } | Subject::Document {} => ().into_any(),
    }
}

/// The same for what the chair puts to the vote or concludes.
pub fn evidence_of(known: &Known, act: &Chairing) -> AnyView {
    match act {
        Chairing::VoteReview(review, bid, item) => {
            evidence(known, &Subject::Review { review: *review, bid: *bid, item: item.clone() })
        }
        Chairing::Conclude(review, bid) => doubted_list(known, &doubted(known.sight(), *review, *bid)),
        Chairing::VoteLowPrice(bid) | Chairing::ConcludeLowPrice(bid) => {
            evidence(known, &Subject::LowPrice { bid: *bid })
        }
        _ => ().into_any(),
    }
}

/// The window of the vote in which the member has not voted, if there is one.
pub fn vote() -> AnyView {
    let vote = known(|known| {
        let vote = open_vote(&known.state, known.me)?;
        let clause = vote.subject.clause(known.plan.procedure);
        Some((
            vote.number,
            vote.subject.clone(),
            question(&known.plan, &vote.subject),
            vote.text.clone().unwrap_or_default(),
            clause,
        ))
    });
    redraw(move || vote.get().map(window).into_any())
}

fn window((number, subject, question, text, clause): (u32, Subject, Both, String, &'static str)) -> AnyView {
    let (choice, reason) = (RwSignal::new(None::<bool>), RwSignal::new(String::new()));
    let open = RwSignal::new(true);
    let option = move |value: bool, word: Expert, symbol: Icon| {
        view! {
            <button type="button" role="radio" data-value=if value { "yes" } else { "no" }
                aria-checked=mark(move || Some(if choice.get() == Some(value) { "true" } else { "false" }))
                on:click=move |_| choice.set(Some(value))>{icon(symbol)}{t(word)}</button>
        }
    };
    let asked = question.clone();
    view! {
        {redraw(move || (!open.get()).then(|| view! {
            <p class="waits" role="status">{icon(Icon::Flag)}<span>{t(Expert::VoteWaits)}</span>
                <button type="button" class="btn" id="to-vote" on:click=move |_| open.set(true)>{t(Expert::VoteNow)}</button></p>
        }).into_any())}
        {signing(
            open,
            ToSign::again(Expert::VoteTitle { number }, Expert::VoteGo, Expert::VoteDone),
            move || view! {
                <p class="lead">{t(asked.clone())}</p>
                {(!text.is_empty()).then(|| view! { <blockquote lang="zh-CN">{text.clone()}</blockquote> })}
                {known_now().map(|known| evidence(&known, &subject))}
                <p class="clause">{clause}</p>
                <div class="verdict" role="radiogroup" aria-label=t(question.clone())>
                    {option(true, Expert::Agree, Icon::Check)}
                    {option(false, Expert::Disagree, Icon::NoEntry)}
                </div>
                {sentences("ballot-reason", Expert::VoteReason, Some(Expert::VoteReasonHint.both()), reason)}
            }.into_any(),
            move || Some(Command::CastBallot { vote: number, agrees: choice.get()?, reason: written(reason) }),
        )}
    }
    .into_any()
}
