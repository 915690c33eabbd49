//! Between the work: where the evaluation stands, what is waited for, what the chair can do, what was found, the report.

mod chair;
mod charts;
mod differences;
mod report;
mod result;
mod time;
mod verdicts;
mod votes;

use bidroom_domain::evaluation::Stage;
use bidroom_web_ui::model::Icon;
use bidroom_web_ui::text::{Both, Say as _};
use bidroom_web_ui::ui::{Button, Views as _, button, icon, redraw, t};
use leptos::prelude::*;

use super::{asked, desk, known, names};
use crate::live::Known;
use crate::model::{Task, Waiting, task};
use crate::text::{Expert, Read, stage_name};

pub use chair::chair_panel;
pub use verdicts::doubted_list;

/// The page.
pub fn overview() -> AnyView {
    view! {
        <main class="page overview" id="main" tabindex="0">
            <div class="course">{stages()}{time::time_line()}</div>
            {waiting()}
            {own_work()}
            {chair_panel(true)}
            {differences::differences()}
            {report::report()}
            {result::low_prices()}
            {result::table()}
            {verdicts::reviews()}
            {asked::panel()}
            {votes::votes()}
            {charts::charts()}
        </main>
    }
    .into_any()
}

fn stages() -> AnyView {
    let stages = known(|known| {
        let now = known.plan.place(known.state.stage);
        let over = known.state.stage == Stage::Closed;
        let state = |place: usize| match now {
            _ if over => "done",
            Some(now) if place < now => "done",
            Some(now) if place == now => "now",
            _ => "todo",
        };
        let stages = known.plan.stages().into_iter().enumerate();
        stages.map(|(place, stage)| (place, stage, state(place))).collect::<Vec<_>>()
    });
    redraw(move || {
        let steps = stages.get().into_iter().map(|(place, stage, state)| {
            let number = place.saturating_add(1).to_string();
            let mark = if state == "done" { icon(Icon::Check) } else { view! { {number} }.into_any() };
            view! { <li data-s=state aria-current=(state == "now").then_some("step")><i>{mark}</i><span>{t(stage_name(stage))}</span></li> }
        });
        view! { <ol class="stages">{steps.drawn()}</ol> }.into_any()
    })
}

/// What is waited for, in a sentence.
fn sentence(known: &Known) -> Option<(Both, Both)> {
    let stage = known.state.stage;
    let both = |head: Expert, note: Expert| Some((head.both(), note.both()));
    match task(known.sight()) {
        Task::Wait(waiting) => match waiting {
            Waiting::Staff => both(
                Expert::WaitStaff {
                    stage: stage_name(stage).both().zh,
                    stage_en: stage_name(stage).both().en,
                },
                Expert::WaitStaffNote,
            ),
            Waiting::Members(who) => {
                both(Expert::WaitMembers { who: names(known, &who) }, Expert::WaitMembersNote)
            }
            Waiting::Ballots(who) => {
                both(Expert::WaitBallots { who: names(known, &who) }, Expert::WaitSecretNote)
            }
            Waiting::Opinions(who) => {
                both(Expert::WaitOpinions { who: names(known, &who) }, Expert::WaitOpinionsNote)
            }
            Waiting::Numbers => both(Expert::WaitNumbers, Expert::WaitNumbersNote),
            Waiting::Sheets(who) => {
                both(Expert::WaitSheets { who: names(known, &who) }, Expert::WaitSheetsNote)
            }
            Waiting::Differences => both(Expert::WaitDiffers, Expert::WaitDiffersNote),
            Waiting::Lift => both(Expert::WaitLift, Expert::WaitLiftNote),
            Waiting::Chair if known.state.chair() == Some(known.me) => None,
            Waiting::Chair => both(Expert::WaitChair, Expert::WaitChairNote),
            Waiting::Signatures(who) => {
                both(Expert::WaitSignatures { who: names(known, &who) }, Expert::WaitSignaturesNote)
            }
            Waiting::Supervisor => both(Expert::WaitSupervisor, Expert::WaitSupervisorNote),
        },
        Task::Over => match stage {
            Stage::Closed => both(Expert::Over, Expert::OverNote),
            Stage::Cancelled => both(Expert::Cancelled, Expert::OverNote),
            Stage::Stopped => both(Expert::Stopped, Expert::StoppedNote),
            _ => both(Expert::Left, Expert::LeftNote),
        },
        _ => None,
    }
}

fn waiting() -> AnyView {
    let told = known(sentence);
    redraw(move || {
        told.get()
            .map(|(head, note)| {
                view! {
                    <section class="panel wait" id="waiting">
                        {icon(Icon::Wait)}
                        <div><h2 role="status">{t(head)}</h2><p>{t(note)}</p></div>
                    </section>
                }
            })
            .into_any()
    })
}

/// While the member looks at the whole and has work of its own.
fn own_work() -> AnyView {
    let desk = desk();
    let left = known(|known| matches!(task(known.sight()), Task::Review { .. } | Task::Score { .. }));
    redraw(move || {
        left.get()
            .then(|| {
                view! {
                    <section class="panel wait" id="own-work">
                        {icon(Icon::Pen)}
                        <div><h2>{t(Read::WorkLeft)}</h2><p>{t(Read::WorkLeftNote)}</p></div>
                        {button(Button::new(Read::ToWork).primary().large().id("to-own-work"), move || desk.aside.set(false))}
                    </section>
                }
            })
            .into_any()
    })
}
