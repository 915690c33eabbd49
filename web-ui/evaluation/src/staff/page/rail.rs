//! The stages at the left.

use bidroom_domain::evaluation::{Review, Stage, StopGround};
use bidroom_web_ui::model::Icon;
use bidroom_web_ui::text::{Both, Say as _};
use bidroom_web_ui::ui::{Views as _, icon, redraw, t};
use leptos::prelude::*;

use super::known;
use crate::staff::model::Viewer;
use crate::staff::office::Known;
use crate::staff::text::Office as Words;
use crate::text::stage_name;

/// A line of the rail.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    name: Both,
    note: Option<Both>,
    done: bool,
    now: bool,
}

fn lines(known: &Known) -> Vec<Line> {
    let (plan, state) = (&known.plan, &known.state);
    let stopped =
        state.stopped.filter(|_| state.stage == Stage::Stopped).map(|(ground, stage, _)| (ground, stage));
    let at = match (state.stage, stopped) {
        (_, Some((StopGround::NoReplacement, _))) => Stage::Assembly,
        (_, Some((_, stage))) => stage,
        (stage, None) => stage,
    };
    let place = plan.place(at);
    let over = matches!(state.stage, Stage::Closed);
    let standing = state.standing_bids().count();
    let stages = plan.stages();
    // Outside nobody knows how far the committee is.
    let (stages, rest) = match known.viewer {
        Viewer::Host | Viewer::Supervisor => (stages, false),
        Viewer::Tenderer if plan.is_purchasers(Review::Qualification) => {
            (stages.into_iter().take(1).collect(), true)
        }
        _ => (Vec::new(), true),
    };
    let is_own = place.is_some_and(|place| place < stages.len());
    let mut lines: Vec<Line> = stages
        .into_iter()
        .enumerate()
        .map(|(number, stage)| {
            let done = over || place.is_some_and(|place| number < place);
            let now = place == Some(number);
            let note = match (done, now) {
                (_, true) if stopped.is_some() => Some(stage_name(Stage::Stopped).both()),
                (_, true) if stage > Stage::Assembly || stage == Stage::Qualification => {
                    Some(Words::RailBids { count: standing }.both())
                }
                (_, true) => Some(Words::RailNow.both()),
                (true, _) => Some(Words::RailDone.both()),
                _ => None,
            };
            Line { name: stage_name(stage).both(), note, done, now }
        })
        .collect();
    if rest {
        let now = state.started.is_some() && !over && !is_own && state.stage != Stage::Cancelled;
        let note = if over { Some(Words::RailDone.both()) } else { now.then(|| Words::RailNow.both()) };
        lines.push(Line { name: Words::Title.both(), note, done: over, now });
    }
    let closed = state.closed.filter(|_| over);
    let cancelled = state.cancelled.as_ref().map(|(.., at)| *at);
    lines.push(Line {
        name: if cancelled.is_some() {
            stage_name(Stage::Cancelled).both()
        } else {
            Words::ClosedStage.both()
        },
        note: closed.or(cancelled).map(|at| Both::same(at.clock_text())),
        done: closed.is_some(),
        now: cancelled.is_some(),
    });
    lines.push(Line {
        name: Words::Published.both(),
        note: state.published.map(|at| Both::same(at.clock_text())),
        done: state.published.is_some(),
        now: over && state.published.is_none(),
    });
    lines
}

/// Draws it.
pub fn rail() -> AnyView {
    let lines = known(lines);
    view! {
        <nav class="rail" aria-label=t(Words::Rail)>
            <ol class="steps">
                {redraw(move || lines.get().into_iter().enumerate().map(|(place, line)| {
                    let dot = if line.done { icon(Icon::Check) } else { place.saturating_add(1).to_string().into_any() };
                    view! {
                        <li data-step=line.done.then_some("done") aria-current=line.now.then_some("step")>
                            <span class="dot">{dot}</span>
                            <span><b>{t(line.name)}</b></span>
                            {line.note.map(|note| view! { <small>{t(note)}</small> })}
                        </li>
                    }
                }).drawn())}
            </ol>
        </nav>
    }
    .into_any()
}
