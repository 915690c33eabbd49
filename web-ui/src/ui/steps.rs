//! The phases: a line of steps, or a rail with notes.

use super::Views as _;
use super::redraw;
use super::tag::icon;
use super::{page, t};
use crate::model::Icon;
use crate::model::scene::{Scene, Stage};
use crate::model::steps::{Step, StepState, steps as all_steps};
use crate::text::{Both, Note, Phase, Say};
use leptos::prelude::*;

fn dot(step: &Step) -> AnyView {
    match step.state {
        StepState::Done => icon(Icon::Check),
        StepState::Now | StepState::Later => step.number.to_string().into_any(),
    }
}

const fn done(step: &Step) -> Option<&'static str> {
    match step.state {
        StepState::Done => Some("done"),
        StepState::Now | StepState::Later => None,
    }
}

const fn now(step: &Step) -> Option<&'static str> {
    match step.state {
        StepState::Now => Some("step"),
        StepState::Done | StepState::Later => None,
    }
}

/// The line of steps.
pub fn steps() -> AnyView {
    let stage = page().part(|scene| scene.stage);
    view! {
        <ol class="steps" aria-label=t(Phase::Phases)>
            {redraw(move || ({
                all_steps(stage.get())
                    .into_iter()
                    .map(|step| {
                        view! {
                            <li data-step=done(&step) aria-current=now(&step)>
                                <span class="dot">{dot(&step)}</span>
                                {t(step.name.clone())}
                            </li>
                        }
                    })
                    .drawn()
            }).into_any())}
        </ol>
    }
    .into_any()
}

/// The note under a step of the rail.
fn note(step: &Step, scene: &Scene) -> Option<Both> {
    let project = scene.project.as_ref()?;
    let is_done = step.state == StepState::Done;
    Some(match step.name {
        Phase::SignIn => {
            Note::SignInWindow { from: project.sign_in.clock_text(), until: project.deadline.clock_text() }
                .both()
        }
        Phase::Roster => Note::RosterAt { count: scene.rows.len(), at: scene.roster_at?.clock_text() }.both(),
        Phase::Authorise if scene.stage < Stage::Authorise => return None,
        Phase::Authorise => {
            let (count, needed) = (scene.authorised(), scene.threshold);
            match needed.checked_sub(count) {
                None | Some(0) => Note::Authorised { done: count, needed }.both(),
                Some(missing) => Note::AuthorisedMissing { done: count, needed, missing }.both(),
            }
        }
        Phase::Unlock if scene.stage >= Stage::Unlock => {
            Note::Handed { done: scene.handed(), all: scene.rows.len() }.both()
        }
        Phase::Unlock => Note::WindowMinutes { minutes: project.unlock_minutes }.both(),
        Phase::Open => match scene.opened_at {
            Some(at) => Note::OpenedAt { at: at.clock_text() }.both(),
            None => Note::OpenOnce.both(),
        },
        Phase::Confirm => Note::WindowMinutes { minutes: project.confirm_minutes }.both(),
        Phase::Record if is_done => Note::ClosedAt { at: scene.closed_at?.clock_text() }.both(),
        Phase::Record => Note::RecordTodo.both(),
        _ => return None,
    })
}

/// The rail of the console: steps with a note under each.
pub fn rail() -> AnyView {
    let lines = page().part(|scene| {
        all_steps(scene.stage)
            .into_iter()
            .map(|step| {
                let note = note(&step, scene);
                (step, note)
            })
            .collect::<Vec<_>>()
    });
    view! {
        <nav class="rail" aria-label=t(Phase::Phases)>
            <ol class="steps">
                {redraw(move || ({
                    lines
                        .get()
                        .into_iter()
                        .map(|(step, note)| {
                            let name = t(step.name.clone());
                            view! {
                                <li data-step=done(&step) aria-current=now(&step)>
                                    <span class="dot">{dot(&step)}</span>
                                    <span><b>{name}</b></span>
                                    {note.map(|note| view! { <small>{t(note)}</small> })}
                                </li>
                            }
                        })
                        .drawn()
                }).into_any())}
            </ol>
        </nav>
    }
    .into_any()
}
