//! The host's dialogs about one bidder's unlocking: stopping its window, and settling what becomes of its bid.

use super::dialogs::Dialogs;
use crate::deed::Deed;
use crate::model::case::{Case, RequestStage};
use crate::model::{Icon, Tone};
use crate::page::case::{case_view, request_view};
use crate::text::{Case as Words, Common, Console, Say};
use crate::ui::{
    Asked, Button, Page, Part, Written, button, chip, dialog, icon, page, redraw, said, t, written_dialog,
};
use bidroom_domain::opening::Fate;
use leptos::prelude::*;

/// The case of a row as it stands.
fn case_of(page: Page, number: u32) -> Option<Case> {
    page.scene.with_untracked(|scene| {
        scene.rows.iter().find(|row| row.number == number).and_then(|row| row.case.clone())
    })
}

/// Stopping one bidder's window.
pub(super) fn hold_dialog(dialogs: Dialogs) -> AnyView {
    let open = Signal::derive(move || dialogs.hold.with(Option::is_some));
    written_dialog(
        open,
        move || dialogs.hold.set(None),
        Words::Hold.both(),
        move |written| {
            let (row, name) = dialogs.hold.get_untracked().unwrap_or_default();
            let field = written.field("hold-reason", "4", Console::StopReason.both(), Words::HoldHint.both());
            Some(Asked {
                head: view! { {icon(Icon::Pause)}<h2>{t(Words::HoldTitle { name })}</h2> }.into_any(),
                body: view! { {field}<p class="why">{t(Words::HoldWhy)}</p> }.into_any(),
                empty: Words::HoldEmpty.both(),
                send: Button::new(Words::Hold).icon(Icon::Pause),
                deed: Box::new(move |text| Deed::Hold(row, text)),
            })
        },
    )
}

/// Allowing a bidder's request for the remedy key.
pub(super) fn allow_dialog(dialogs: Dialogs) -> AnyView {
    let page = page();
    let open = Signal::derive(move || dialogs.allow.with(Option::is_some));
    written_dialog(
        open,
        move || dialogs.allow.set(None),
        Words::Allow.both(),
        move |written| {
            let (row, name) = dialogs.allow.get_untracked()?;
            let request = case_of(page, row).and_then(|case| case.request)?;
            let field = written.field("allow-reason", "4", Words::AllowField.both(), Words::AllowHint.both());
            Some(Asked {
                head: view! { {icon(Icon::Wrench)}<h2>{t(Words::AllowTitle { name })}<span>{t(Words::AllowClause)}</span></h2> }
                    .into_any(),
                body: view! { {request_view(&request)}{field} }.into_any(),
                empty: Words::AskEmpty.both(),
                send: Button::new(Words::Allow).icon(Icon::Check),
                deed: Box::new(move |text| Deed::AllowRemedyKey(row, text)),
            })
        },
    )
}

/// Settling why a bid was not opened: facts, proposal, decision.
pub(super) fn attribute_dialog(dialogs: Dialogs) -> AnyView {
    let page = page();
    let written = Written::new();
    let open = Signal::derive(move || dialogs.attribute.with(Option::is_some));
    let close = move || dialogs.attribute.set(None);
    let label = Signal::derive(move || Console::Attribute.say(page.lang.get()));
    dialog(open, label, close, move || {
        let (row, name) = dialogs.attribute.get_untracked().unwrap_or_default();
        let case = case_of(page, row);
        let proposed = case.as_ref().and_then(|case| case.proposed);
        let contested = case.as_ref().and_then(|case| case.decision.clone()).map(|decision| decision.verdict);
        let settle = move |fate: Fate| {
            if let Some(reason) = written.take(Console::StopEmpty.both()) {
                page.act.run(Deed::Attribute(row, fate, reason));
                close();
            }
        };
        let act = move |fate: Fate| {
            let words = match fate {
                Fate::Revoked => Console::AttributeBidder,
                Fate::Withdrawn => Console::AttributeOther,
            };
            let made = Button::new(words);
            let made = if proposed == Some(fate) { made.primary() } else { made };
            button(made, move || settle(fate))
        };
        view! {
            <div class="sheet-of">
                <div class="head">{icon(Icon::NoEntry)}<h2>{t(Console::AttributeTitle { name })}<span>{t(Console::AttributeClause)}</span></h2></div>
                <div class="body">
                    {contested.map(|verdict| view! { <p class="why" role="status">{t(verdict)}</p> })}
                    {match &case {
                        Some(case) => case_view(case),
                        None => chip(Tone::Stop, Icon::NoEntry, crate::text::State::NotHandedIn),
                    }}
                    {written.field("attribute-reason", "4", Console::ReasonField.both(), Console::AttributeHint.both())}
                    <p class="why">{t(Words::Deviates)}</p>
                </div>
                <div class="foot">
                    {button(Button::new(Common::Cancel).large(), close)}
                    <span class="grow"></span>
                    {act(Fate::Withdrawn)}
                    {act(Fate::Revoked)}
                </div>
            </div>
        }
        .into_any()
    })
}

/// Facts, proposal and what the host can do about one bidder while shares are collected.
pub(super) fn while_unlocking(number: u32, dialogs: Dialogs) -> AnyView {
    let page = page();
    let row = page.row(number);
    let case = Part::new(move || row.with(|row| row.as_ref().and_then(|row| row.case.clone())));
    let held = move || case.with(|case| case.as_ref().is_some_and(|case| case.held.is_some()));
    let busy = page.doing_part(|doing| doing.is_busy(|deed| matches!(deed, Deed::Release(_))));
    let asked = move || {
        let stage = case.with(|case| case.as_ref().and_then(|case| case.request.as_ref().map(|it| it.stage)));
        stage == Some(RequestStage::Asked)
    };
    let row_and_name = move || {
        page.scene.with_untracked(|scene| {
            scene.rows.iter().find(|row| row.number == number).map(|row| (number, row.name.clone()))
        })
    };
    let open = move || dialogs.hold.set(row_and_name());
    let allow = move || dialogs.allow.set(row_and_name());
    view! {
        {redraw(move || case.with(|case| case.as_ref().map(case_view)).into_any())}
        <div class="acts">
            {redraw(move || asked().then(|| {
                button(Button::new(Words::Allow).small().primary().icon(Icon::Check).id("allow-remedy"), allow)
            }).into_any())}
            {redraw(move || if held() {
                button(
                    Button::new(Words::Release).small().primary().icon(Icon::Clock).busy(busy, Console::Working),
                    move || page.act.run(Deed::Release(number)),
                )
            } else {
                button(Button::new(Words::Hold).small().icon(Icon::Pause), open)
            })}
            <span class="why">{said(move || if held() { Console::ResumeWhy.both() } else { Words::HoldHint.both() })}</span>
        </div>
    }
    .into_any()
}
