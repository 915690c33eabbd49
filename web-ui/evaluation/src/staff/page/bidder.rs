//! A bidder's page: what it is asked, with the time that is left, and what it has answered.

use bidroom_domain::At;
use bidroom_domain::evaluation::Command;
use bidroom_web_ui::model::figures::left_text;
use bidroom_web_ui::model::{Icon, Tone};
use bidroom_web_ui::text::{Both, Say as _};
use bidroom_web_ui::ui::{Button, Part, blank, button, icon, page as ui_page, redraw, t};
use leptos::prelude::*;

use super::{fields, known, known_now, lock, talks};
use crate::staff::model::{Todo, Viewer, todo};
use crate::staff::office::{Known, office};
use crate::staff::text::Office as Words;

/// The page.
pub fn bidder() -> AnyView {
    let todos = known(|known| todo(&known.plan, &known.state, Viewer::Bidder, true));
    let answered = known(|known| {
        let state = &known.state;
        !(state.clarifications.is_empty() && state.corrections.is_empty() && state.low_prices.is_empty())
    });
    let empty = Part::new(move || todos.with(Vec::is_empty));
    view! {
        {redraw(move || if empty.get() {
            let none = blank(Tone::Wait, Icon::Clock, Words::NothingBidder, Words::NothingBidderNote);
            view! { <section class="panel">{none}</section> }.into_any()
        } else {
            ().into_any()
        })}
        // What is being written stays while something else is answered.
        <For each=move || todos.get() key=|todo| todo.clone() let:todo>{one(todo)}</For>
        {own()}
        {redraw(move || if answered.get() {
            view! { <section class="panel"><header><h2>{t(Words::OwnHistory)}</h2></header><div class="body">{talks::talks()}</div></section> }.into_any()
        } else {
            ().into_any()
        })}
        {redraw(move || if empty.get() { ().into_any() } else { lock() })}
    }
    .into_any()
}

fn one(todo: Todo) -> AnyView {
    let Some(known) = known_now() else { return ().into_any() };
    match todo {
        Todo::Answer(number) => answer(&known, number),
        Todo::Confirm(number) => confirm(&known, number),
        Todo::Explain(bid) => explain(&known, bid),
        _ => ().into_any(),
    }
}

/// The time that is left, large.
fn countdown(until: At) -> AnyView {
    let now = ui_page().now;
    let left = Part::new(move || left_text(until.millis_since(now.get())));
    view! {
        <div class="untl"><span class="countdown small num">{redraw(move || left.get().into_any())}</span>
            <small>{t(Words::LeftToAnswer)}</small></div>
    }
    .into_any()
}

fn card(title: Both, clause: Both, until: At, body: AnyView) -> AnyView {
    view! {
        <section class="panel asked">
            <header>{icon(Icon::Chat)}<h2>{t(title)}</h2><span class="grow"></span>{countdown(until)}</header>
            <div class="body">{body}<p class="clause">{t(clause)}</p></div>
        </section>
    }
    .into_any()
}

/// A text that is written and signed.
fn writing(
    id: &'static str,
    command: impl Fn(String) -> Command + Clone + Send + Sync + 'static,
    said: Words,
) -> AnyView {
    let office = office();
    let text = RwSignal::new(String::new());
    let can = Signal::derive(move || fields::written(text).is_some());
    let send = move || {
        if let Some(written) = fields::written(text) {
            office.sign(command(written), said.both(), || ());
        }
    };
    let press = Button::new(Words::AnswerGo)
        .primary()
        .large()
        .icon(Icon::Pen)
        .can(can)
        .busy(office.busy, Words::Working)
        .id("answer-go");
    view! {
        {fields::area(id, Words::AnswerLabel, Some(Words::NeedHint.both()), text)}
        <div class="fl">{button(press, send)}
            {redraw(move || (!can.get()).then(|| view! { <span class="why">{t(Words::AnswerEmpty)}</span> }).into_any())}</div>
    }
    .into_any()
}

fn answer(known: &Known, number: u32) -> AnyView {
    let Some(asked) = known.state.clarifications.iter().find(|it| it.number == number) else {
        return ().into_any();
    };
    let text = asked.text.clone();
    let write = writing(
        "answer",
        move |text| Command::AnswerClarification { number, text, documents: Vec::new() },
        Words::AnswerDone,
    );
    let body = view! { <blockquote lang="zh-CN">{text}</blockquote>{write} }.into_any();
    card(Words::AnswerTitle { number }.both(), Words::AnswerClause.both(), asked.until, body)
}

fn explain(known: &Known, bid: u32) -> AnyView {
    let Some(low) = known.state.low_prices.get(&bid) else { return ().into_any() };
    let text = low.reason.clone();
    let write = writing(
        "explain",
        move |text| Command::ExplainLowPrice { bid, text, documents: Vec::new() },
        Words::ExplainDone,
    );
    let body = view! { <blockquote lang="zh-CN">{text}</blockquote>{write} }.into_any();
    card(Words::ExplainTitle.both(), Words::ExplainClause.both(), low.until, body)
}

fn confirm(known: &Known, number: u32) -> AnyView {
    let Some(asked) = known.state.corrections.iter().find(|it| it.number == number) else {
        return ().into_any();
    };
    let office = office();
    let prices = asked.prices.map(|(before, after)| {
        view! {
            <dl class="kv big"><dt>{t(Words::PriceBefore)}</dt><dd class="num">{before.figures()}</dd>
                <dt>{t(Words::PriceAfter)}</dt><dd class="num"><b>{after.figures()}</b></dd></dl>
        }
    });
    let sure = RwSignal::new(false);
    let send = move |confirmed: bool| {
        office.sign(Command::AnswerCorrection { number, confirmed }, Words::ConfirmDone.both(), || ());
    };
    let yes = Button::new(Words::ConfirmGo)
        .primary()
        .large()
        .icon(Icon::Pen)
        .busy(office.busy, Words::Working)
        .id("confirm-go");
    let body = view! {
        {prices}
        <div class="fl">
            {button(yes, move || send(true))}
            {redraw(move || if sure.get() {
                button(Button::new(Words::DenySure).danger().large().busy(office.busy, Words::Working), move || send(false))
            } else {
                button(Button::new(Words::DenyGo).large(), move || sure.set(true))
            })}
        </div>
    }
    .into_any();
    let clause = Words::ConfirmClause { clause: asked.clause.clone() }.both();
    card(Words::ConfirmTitle { number }.both(), clause, asked.until, body)
}

/// What the bidder is told of itself once the result is published.
fn own() -> AnyView {
    let own = known(|known| known.state.own.clone());
    redraw(move || {
        let own: Vec<_> = own.get().into_values().collect();
        let Some(own) = own.into_iter().next() else { return ().into_any() };
        view! {
            <section class="panel"><header><h2>{t(Words::OwnResult)}</h2></header><div class="body fl">
                {own.score.map(|score| view! { <b class="num">{t(Words::OwnScore { score: crate::model::points(score) })}</b> })}
                {own.rank.map(|rank| view! { <b class="num">{t(Words::OwnRank { rank })}</b> })}
                {own.rejected.map(|why| view! { <p>{t(Words::OwnRejected { why })}</p> })}
            </div></section>
        }
        .into_any()
    })
}
