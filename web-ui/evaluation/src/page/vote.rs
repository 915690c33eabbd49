//! 表决: a question of the committee, above whatever is worked on.

use bidroom_domain::evaluation::{Command, Plan, Subject};
use bidroom_web_ui::model::Icon;
use bidroom_web_ui::text::{Both, Say as _};
use bidroom_web_ui::ui::{icon, mark, redraw, t};
use leptos::prelude::*;

use super::known;
use super::sheet::{ToSign, signing};
use crate::model::open_vote;
use crate::text::Expert;

/// What a yes means.
pub fn question(plan: &Plan, subject: &Subject) -> Both {
    match subject {
        Subject::Review { bid, item, .. } => {
            Expert::VoteReview { bid: *bid, item: item_name(plan, item) }.both()
        }
        Subject::Competition { bids } => Expert::VoteCompetition { bids: *bids }.both(),
        Subject::LowPrice { bid } => Expert::VoteLowPrice { bid: *bid }.both(),
        Subject::Abnormal { member, bid, item, .. } => {
            Expert::VoteAbnormal { member: *member, bid: *bid, item: item_name(plan, item) }.both()
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

/// The window of the vote in which the member has not voted, if there is one.
pub fn vote() -> AnyView {
    let vote = known(|known| {
        let vote = open_vote(&known.state, known.me)?;
        let clause = vote.subject.clause(known.plan.procedure);
        Some((
            vote.number,
            question(&known.plan, &vote.subject),
            vote.text.clone().unwrap_or_default(),
            clause,
        ))
    });
    redraw(move || vote.get().map(window).into_any())
}

fn window((number, question, text, clause): (u32, Both, String, &'static str)) -> AnyView {
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
                <p class="clause">{clause}</p>
                <div class="verdict" role="radiogroup" aria-label=t(question.clone())>
                    {option(true, Expert::Agree, Icon::Check)}
                    {option(false, Expert::Disagree, Icon::NoEntry)}
                </div>
                <div class="field">
                    <label for="ballot-reason">{t(Expert::VoteReason)}</label>
                    <textarea class="input" id="ballot-reason" rows="2" maxlength="500" prop:value=move || reason.get()
                        on:input=move |event| reason.set(event_target_value(&event))></textarea>
                    <span class="hint">{t(Expert::VoteReasonHint)}</span>
                </div>
            }.into_any(),
            move || {
                let reason = reason.get().trim().to_owned();
                let reason = (!reason.is_empty()).then_some(reason);
                Some(Command::CastBallot { vote: number, agrees: choice.get()?, reason })
            },
        )}
    }
    .into_any()
}
