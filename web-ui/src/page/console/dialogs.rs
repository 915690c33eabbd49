//! The console's dialogs: each asks for its reason and shows its clause.

use crate::deed::Deed;
use crate::model::{Icon, Tone};
use crate::page::hall_text_wrong as wrong;
use crate::text::{Both, Common, Console, Hall, Say};
use crate::ui::{Button, button, chip, countdown, dialog, icon, mark, page, redraw, t};
use bidroom_domain::StaffRole;
use bidroom_domain::opening::Fate;
use leptos::prelude::*;

/// Which dialog is open.
#[derive(Clone, Copy)]
pub(super) struct Dialogs {
    /// Stopping the clock.
    pub(super) stop: RwSignal<bool>,
    /// Replying: number of the objection and name of the bidder.
    pub(super) answer: RwSignal<Option<(u32, String)>>,
    /// Settling a cause: row and name of the bidder.
    pub(super) attribute: RwSignal<Option<(u32, String)>>,
    /// Saying why somebody does not sign the record: role and name.
    pub(super) absence: RwSignal<Option<(StaffRole, String)>>,
}

impl Default for Dialogs {
    fn default() -> Self {
        Self {
            stop: RwSignal::new(false),
            answer: RwSignal::new(None),
            attribute: RwSignal::new(None),
            absence: RwSignal::new(None),
        }
    }
}

/// A text field with its hint and what is wrong with it.
fn field(
    id: &'static str,
    label: Console,
    hint: Console,
    text: RwSignal<String>,
    told: RwSignal<Option<Both>>,
) -> AnyView {
    view! {
        <div class="field">
            <label for=id>{t(label)}</label>
            <textarea
                class="input"
                id=id
                rows="4"
                prop:value=move || text.get()
                aria-invalid=mark(move || told.with(Option::is_some).then_some("true"))
                on:input=move |event| text.set(event_target_value(&event))
            ></textarea>
            <span class="hint">{t(hint)}</span>
            {redraw(move || (told.get().map(|problem| view! { <p class="err" role="alert">{icon(Icon::Triangle)}{t(problem)}</p> })).into_any())}
        </div>
    }
    .into_any()
}

/// What is wrong with a text, in the words of this dialog.
fn problem(text: &str, empty: Console) -> Option<Both> {
    wrong(text, Hall::ObjectionEmpty).map(|wrong| match wrong {
        Hall::ObjectionEmpty => empty.both(),
        other => other.both(),
    })
}

/// Stopping the clock.
pub(super) fn stop_dialog(dialogs: Dialogs) -> AnyView {
    let page = page();
    let (text, told) = (RwSignal::new(String::new()), RwSignal::new(None::<Both>));
    let close = move || dialogs.stop.set(false);
    let label = Signal::derive(move || Console::StopTitle.say(page.lang.get()));
    dialog(dialogs.stop.into(), label, close, move || {
        let send = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            let typed = text.get_untracked();
            let wrong = problem(&typed, Console::StopEmpty);
            told.set(wrong.clone());
            if wrong.is_none() {
                page.act.run(Deed::StopClock(typed.trim().to_owned()));
                text.set(String::new());
                close();
            }
        };
        view! {
            <form on:submit=send>
                <div class="head">{icon(Icon::Pause)}<h2>{t(Console::StopTitle)}</h2><div>{countdown("")}<small>{t(crate::text::Wall::UnlockSub)}</small></div></div>
                <div class="body">{field("stop-reason", Console::StopReason, Console::StopHint, text, told)}<p class="why">{t(Console::StopWhy)}</p></div>
                <div class="foot">
                    <span class="grow"></span>
                    {button(Button::new(Common::Cancel).large(), close)}
                    {button(Button::new(Console::StopClock).primary().large().icon(Icon::Pause).submit(), || ())}
                </div>
            </form>
        }
        .into_any()
    })
}

/// Replying to an objection.
pub(super) fn answer_dialog(dialogs: Dialogs) -> AnyView {
    let page = page();
    let (text, told) = (RwSignal::new(String::new()), RwSignal::new(None::<Both>));
    let open = Signal::derive(move || dialogs.answer.with(Option::is_some));
    let close = move || dialogs.answer.set(None);
    let label = Signal::derive(move || Console::Answer.say(page.lang.get()));
    dialog(open, label, close, move || {
        let (number, name) = dialogs.answer.get_untracked().unwrap_or_default();
        let said = page.scene.with_untracked(|scene| {
            scene.talks.iter().find(|talk| talk.number == number).map(|talk| talk.text.clone())
        });
        let send = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            let typed = text.get_untracked();
            let wrong = problem(&typed, Console::AnswerEmpty);
            told.set(wrong.clone());
            if wrong.is_none() {
                page.act.run(Deed::Answer(number, typed.trim().to_owned()));
                text.set(String::new());
                close();
            }
        };
        view! {
            <form on:submit=send>
                <div class="head">{icon(Icon::Chat)}<h2>{t(Console::AnswerTitle { name })}</h2></div>
                <div class="body">
                    <div class="msg" data-from="other" lang="zh-CN">{said}</div>
                    {field("answer-text", Console::AnswerField, Console::AnswerHint, text, told)}
                </div>
                <div class="foot">
                    <span class="grow"></span>
                    {button(Button::new(Common::Cancel).large(), close)}
                    {button(Button::new(Console::AnswerSend).primary().large().icon(Icon::Pen).submit(), || ())}
                </div>
            </form>
        }
        .into_any()
    })
}

/// Settling why a bid was not handed in.
pub(super) fn attribute_dialog(dialogs: Dialogs) -> AnyView {
    let page = page();
    let (text, told) = (RwSignal::new(String::new()), RwSignal::new(None::<Both>));
    let open = Signal::derive(move || dialogs.attribute.with(Option::is_some));
    let close = move || dialogs.attribute.set(None);
    let label = Signal::derive(move || Console::Attribute.say(page.lang.get()));
    dialog(open, label, close, move || {
        let (row, name) = dialogs.attribute.get_untracked().unwrap_or_default();
        let settle = move |fate: Fate| {
            let typed = text.get_untracked();
            let wrong = problem(&typed, Console::StopEmpty);
            told.set(wrong.clone());
            if wrong.is_none() {
                page.act.run(Deed::Attribute(row, fate, typed.trim().to_owned()));
                text.set(String::new());
                close();
            }
        };
        view! {
            <div class="sheet-of">
                <div class="head">{icon(Icon::NoEntry)}<h2>{t(Console::AttributeTitle { name })}<span>{t(Console::AttributeClause)}</span></h2></div>
                <div class="body">
                    {chip(Tone::Stop, Icon::NoEntry, crate::text::State::NotHandedIn)}
                    {field("attribute-reason", Console::ReasonField, Console::AttributeHint, text, told)}
                </div>
                <div class="foot">
                    {button(Button::new(Common::Cancel).large(), close)}
                    <span class="grow"></span>
                    {button(Button::new(Console::AttributeOther), move || settle(Fate::Withdrawn))}
                    {button(Button::new(Console::AttributeBidder).danger(), move || settle(Fate::Revoked))}
                </div>
            </div>
        }
        .into_any()
    })
}

/// Saying why somebody does not sign the record.
pub(super) fn absence_dialog(dialogs: Dialogs) -> AnyView {
    let page = page();
    let (text, told) = (RwSignal::new(String::new()), RwSignal::new(None::<Both>));
    let open = Signal::derive(move || dialogs.absence.with(Option::is_some));
    let close = move || dialogs.absence.set(None);
    let label = Signal::derive(move || Console::Absence.say(page.lang.get()));
    dialog(open, label, close, move || {
        let Some((role, name)) = dialogs.absence.get_untracked() else { return ().into_any() };
        let send = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            let typed = text.get_untracked();
            let wrong = problem(&typed, Console::AbsenceEmpty);
            told.set(wrong.clone());
            if wrong.is_none() {
                page.act.run(Deed::Absence(role, typed.trim().to_owned()));
                text.set(String::new());
                close();
            }
        };
        view! {
            <form on:submit=send>
                <div class="head">{icon(Icon::Pen)}<h2>{t(Console::AbsenceTitle { name })}<span>{t(Console::AbsenceClause)}</span></h2></div>
                <div class="body">{field("absence-reason", Console::ReasonField, Console::AbsenceHint, text, told)}</div>
                <div class="foot">
                    <span class="grow"></span>
                    {button(Button::new(Common::Cancel).large(), close)}
                    {button(Button::new(Console::AnswerSend).primary().large().icon(Icon::Pen).submit(), || ())}
                </div>
            </form>
        }
        .into_any()
    })
}
