//! What can be done beside the usual: going back, stopping, ending the lot, a review after the signing.

use bidroom_domain::evaluation::{CancelGround, ChangeGround, Command, Stage, StopGround};
use bidroom_web_ui::text::{Both, Say as _};
use bidroom_web_ui::ui::{Button, Views as _, button, redraw};
use leptos::prelude::*;

use super::asking::{Asking, asking};
use super::next::may_stop;
use super::{fields, known, known_now};
use crate::model::reopenable;
use crate::staff::model::Viewer;
use crate::staff::office::Known;
use crate::staff::text::{Choice, Office as Words};
use crate::text::stage_name;

/// Which of them.
const BACK: u32 = 0;
const STOP: u32 = 1;
const CANCEL: u32 = 2;
const REREVIEW: u32 = 3;

const CHANGE: [ChangeGround; 4] = [
    ChangeGround::WrongSum,
    ChangeGround::OutOfRange,
    ChangeGround::ObjectiveDiffers,
    ChangeGround::Abnormal,
];

/// Stages to which the host may ask to go back.
fn earlier(known: &Known) -> Vec<Stage> {
    let (plan, state) = (&known.plan, &known.state);
    let pending = state.reopenings.last().is_some_and(|it| it.approved.is_none());
    if !state.stage.is_at_work() || state.result.is_some() || pending {
        return Vec::new();
    }
    reopenable(plan, state)
}

/// Grounds on which the host may end the lot now.
fn grounds(known: &Known) -> Vec<CancelGround> {
    let state = &known.state;
    let document = state.stopped.is_some_and(|(ground, ..)| ground == StopGround::Document)
        && state.stage == Stage::Stopped;
    let mut grounds = Vec::new();
    if document {
        grounds.push(CancelGround::Document);
    }
    if state.started.is_some() && state.closed.is_none() && state.cancelled.is_none() {
        grounds.extend([CancelGround::Unlawful, CancelGround::AboveBudget, CancelGround::TaskDropped]);
    }
    grounds
}

fn may_rereview(known: &Known) -> bool {
    let state = &known.state;
    state.stage == Stage::Closed || (state.stage == Stage::Report && state.is_signed())
}

/// The buttons.
pub fn more(open: RwSignal<Option<u32>>) -> AnyView {
    let can = known(|known| {
        let host = known.viewer == Viewer::Host;
        (
            host && !earlier(known).is_empty(),
            host && may_stop(known),
            host && !grounds(known).is_empty(),
            host && may_rereview(known),
        )
    });
    redraw(move || {
        let (back, stop, cancel, rereview) = can.get();
        let one = |label: Words, id: &'static str, of: u32| {
            button(Button::new(label).id(id), move || open.set(Some(of)))
        };
        let mut buttons = Vec::new();
        if back {
            buttons.push(one(Words::BackGo, "back", BACK));
        }
        if stop {
            buttons.push(one(Words::StopGo, "stop", STOP));
        }
        if cancel {
            buttons.push(one(Words::CancelGo, "cancel-lot", CANCEL));
        }
        if rereview {
            buttons.push(one(Words::RereviewGo, "rereview", REREVIEW));
        }
        if buttons.is_empty() {
            return ().into_any();
        }
        view! { <div class="fl more">{buttons.into_iter().drawn()}</div> }.into_any()
    })
}

/// The windows.
pub fn dialogs(open: RwSignal<Option<u32>>) -> AnyView {
    let (reason, place) = (RwSignal::new(String::new()), RwSignal::new(0_usize));
    Effect::new(move |_| {
        if open.get().is_none() {
            reason.set(String::new());
            place.set(0);
        }
    });
    asking(
        open,
        |of| {
            let (title, lead, said): (Words, Words, Words) = match of {
                BACK => (Words::BackGo, Words::BackLead, Words::BackDone),
                STOP => (Words::StopGo, Words::StopLead, Words::StopDone),
                CANCEL => (Words::CancelGo, Words::CancelLead, Words::CancelDone),
                _ => (Words::RereviewGo, Words::RereviewLead, Words::RereviewDone),
            };
            Asking {
                title: title.both(),
                lead: Some(lead.both()),
                go: title.both(),
                said: said.both(),
                signed: false,
                danger: matches!(of, STOP | CANCEL),
            }
        },
        move |of| {
            let options: Option<(Words, Vec<Both>)> = known_now().and_then(|known| match of {
                BACK => Some((
                    Words::BackStage,
                    earlier(&known).into_iter().map(|it| stage_name(it).both()).collect(),
                )),
                CANCEL => Some((
                    Words::CancelGround,
                    grounds(&known).into_iter().map(|it| Choice::cancel(it).both()).collect(),
                )),
                REREVIEW => Some((
                    Words::CancelGround,
                    CHANGE.into_iter().map(|it| Choice::change(it).both()).collect(),
                )),
                _ => None,
            });
            view! {
                {options.map(|(label, of)| fields::choice("more-choice", label, of, place))}
                {fields::area("more-reason", Words::Need, Some(Words::NeedHint.both()), reason)}
            }
            .into_any()
        },
        move |of| {
            let (known, reason, place) = (known_now()?, fields::written(reason)?, place.get());
            Some(match of {
                BACK => Command::AskReopening { stage: earlier(&known).get(place).copied()?, reason },
                STOP => Command::Stop { ground: StopGround::NoReplacement, reason },
                CANCEL => Command::Cancel { ground: grounds(&known).get(place).copied()?, reason },
                _ => Command::OpenRereview { ground: CHANGE.get(place).copied()?, reason },
            })
        },
    )
}
