//! The console's dialogs: each asks for its reason and shows its clause.

use crate::deed::Deed;
use crate::model::Icon;
use crate::text::{Console, Say};
use crate::ui::{Asked, Button, countdown, icon, page, t, written_dialog};
use bidroom_domain::StaffRole;
use leptos::prelude::*;

/// Which dialog is open.
#[derive(Clone, Copy)]
pub(super) struct Dialogs {
    /// Stopping the clock.
    pub(super) stop: RwSignal<bool>,
    /// Replying: number of the objection and name of the bidder.
    pub(super) answer: RwSignal<Option<(u32, String)>>,
    /// Stopping one window: row and name of the bidder.
    pub(super) hold: RwSignal<Option<(u32, String)>>,
    /// Allowing the remedy key: row and name of the bidder.
    pub(super) allow: RwSignal<Option<(u32, String)>>,
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
            hold: RwSignal::new(None),
            allow: RwSignal::new(None),
            attribute: RwSignal::new(None),
            absence: RwSignal::new(None),
        }
    }
}

/// Stopping the clock.
pub(super) fn stop_dialog(dialogs: Dialogs) -> AnyView {
    let close = move || dialogs.stop.set(false);
    written_dialog(dialogs.stop.into(), close, Console::StopTitle.both(), |written| {
        let field = written.field("stop-reason", "4", Console::StopReason.both(), Console::StopHint.both());
        Some(Asked {
            head: view! {
                {icon(Icon::Pause)}<h2>{t(Console::StopTitle)}</h2>
                <div>{countdown("")}<small>{t(crate::text::Wall::UnlockSub)}</small></div>
            }
            .into_any(),
            body: view! { {field}<p class="why">{t(Console::StopWhy)}</p> }.into_any(),
            empty: Console::StopEmpty.both(),
            send: Button::new(Console::StopClock).icon(Icon::Pause),
            deed: Box::new(Deed::StopClock),
        })
    })
}

/// Replying to an objection.
pub(super) fn answer_dialog(dialogs: Dialogs) -> AnyView {
    let page = page();
    let open = Signal::derive(move || dialogs.answer.with(Option::is_some));
    written_dialog(
        open,
        move || dialogs.answer.set(None),
        Console::Answer.both(),
        move |written| {
            let (number, name) = dialogs.answer.get_untracked().unwrap_or_default();
            let said = page.scene.with_untracked(|scene| {
                scene.talks.iter().find(|talk| talk.number == number).map(|talk| talk.text.clone())
            });
            let field =
                written.field("answer-text", "4", Console::AnswerField.both(), Console::AnswerHint.both());
            Some(Asked {
                head: view! { {icon(Icon::Chat)}<h2>{t(Console::AnswerTitle { name })}</h2> }.into_any(),
                body: view! { <div class="msg" data-from="other" lang="zh-CN">{said}</div>{field} }
                    .into_any(),
                empty: Console::AnswerEmpty.both(),
                send: Button::new(Console::AnswerSend).icon(Icon::Pen),
                deed: Box::new(move |text| Deed::Answer(number, text)),
            })
        },
    )
}

/// Saying why somebody does not sign the record.
pub(super) fn absence_dialog(dialogs: Dialogs) -> AnyView {
    let open = Signal::derive(move || dialogs.absence.with(Option::is_some));
    written_dialog(
        open,
        move || dialogs.absence.set(None),
        Console::Absence.both(),
        move |written| {
            let (role, name) = dialogs.absence.get_untracked()?;
            Some(Asked {
                head: view! {
                    {icon(Icon::Pen)}
                    <h2>{t(Console::AbsenceTitle { name })}<span>{t(Console::AbsenceClause)}</span></h2>
                }
                .into_any(),
                body: written.field(
                    "absence-reason",
                    "4",
                    Console::ReasonField.both(),
                    Console::AbsenceHint.both(),
                ),
                empty: Console::AbsenceEmpty.both(),
                send: Button::new(Console::AnswerSend).icon(Icon::Pen),
                deed: Box::new(move |text| Deed::Absence(role, text)),
            })
        },
    )
}
