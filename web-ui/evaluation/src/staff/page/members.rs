//! The committee: who belongs to it, who sits where, how far each is.

use bidroom_domain::At;
use bidroom_domain::evaluation::{MemberRole, Stage};
use bidroom_web_ui::model::{Icon, Tone};
use bidroom_web_ui::text::{Both, Say as _};
use bidroom_web_ui::ui::{Button, Part, Views as _, blank, button, chip, redraw, t};
use leptos::prelude::*;

use super::{known, member_name, people};
use crate::staff::model::{Progress, Viewer, composition, progress};
use crate::staff::office::{Known, office};
use crate::staff::text::Office as Words;

/// How a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Left,
    Calls(At),
    ToSeat,
    ToSignIn,
    ToCommit,
    ToElect,
    Out,
    In,
}

/// A member's line.
#[derive(Debug, Clone, PartialEq)]
struct Line {
    index: u8,
    name: String,
    employer: String,
    role: MemberRole,
    chair: bool,
    seat: Option<(u8, Option<String>)>,
    standing: Standing,
    progress: Progress,
    /// Nobody has come in its place yet.
    vacant: bool,
    /// Its signature is missing under the report.
    unsigned: bool,
}

fn lines(known: &Known, seats: &[bidroom_wire::SeatView]) -> Vec<Line> {
    let Some(committee) = &known.state.committee else { return Vec::new() };
    let unsigned = known.state.unsigned();
    let answered = known.state.report.as_ref().is_some_and(|report| report.is_answered());
    let line = |(index, member): (&u8, &bidroom_domain::evaluation::MemberState)| {
        let sits = seats.iter().find(|seat| seat.member == *index);
        let standing = match (&member.left, sits.and_then(|seat| seat.calls)) {
            (Some(_), _) => Standing::Left,
            (None, Some(at)) => Standing::Calls(at),
            _ if member.seating.is_none() => Standing::ToSeat,
            _ if member.committed.is_none() => match sits {
                Some(seat) if !seat.signed_in => Standing::ToSignIn,
                _ => Standing::ToCommit,
            },
            _ if sits.is_some_and(|seat| !seat.signed_in) && known.state.stage.is_at_work() => Standing::Out,
            _ if committee.chair.is_none() && !committee.election.ballots.contains_key(index) => {
                Standing::ToElect
            }
            _ => Standing::In,
        };
        Line {
            index: *index,
            name: member_name(known, *index),
            employer: member.member.as_ref().map(|it| it.employer.clone()).unwrap_or_default(),
            role: member.role,
            chair: committee.chair == Some(*index),
            seat: member.seating.as_ref().map(|seat| (seat.seat, seat.terminal.clone())),
            standing,
            progress: progress(&known.plan, &known.state, *index),
            vacant: member.left.as_ref().is_some_and(|left| left.successor.is_none()),
            unsigned: known.state.stage == Stage::Report && answered && unsigned.contains(index),
        }
    };
    committee.members.iter().map(line).collect()
}

/// The panel.
pub fn members(viewer: Viewer) -> AnyView {
    let office = office();
    let lines = Part::new(move || {
        office.seats.with(|seats| {
            office.known.with(|known| known.as_ref().map(|it| lines(it, seats)).unwrap_or_default())
        })
    });
    let head = known(|known| {
        let committee = known.state.committee.as_ref()?;
        let (members, least, experts) = composition(&known.plan, &known.state);
        Some((committee.opened.is_some(), committee.imported, members, experts, least))
    });
    let empty = Part::new(move || lines.with(Vec::is_empty));
    view! {
        <section class="panel blist mem">
            <header>
                <h2>{t(Words::Committee)}</h2>
                {redraw(move || match head.get() {
                    Some((true, _, members, experts, least)) => {
                        view! { <span class="second">{t(Words::CommitteeOf { members, experts, least })}</span> }.into_any()
                    }
                    _ => ().into_any(),
                })}
            </header>
            {redraw(move || match (head.get(), empty.get()) {
                (None, _) => blank(Tone::Wait, Icon::User, Words::CommitteeNone, Words::CommitteeNoneNote),
                (Some((false, at, ..)), _) => {
                    blank(Tone::Wait, Icon::Lock, Words::CommitteeSealed, Words::CommitteeSealedNote { at: at.clock_text() })
                }
                _ => table(viewer, lines),
            })}
        </section>
    }
    .into_any()
}

fn table(viewer: Viewer, lines: Part<Vec<Line>>) -> AnyView {
    view! {
        <table class="table">
            <colgroup><col class="c-no"/><col class="c-name"/><col class="c-seat"/><col class="c-state"/><col class="c-work"/><col/></colgroup>
            <thead><tr>
                <th scope="col">{t(Words::Index)}</th><th scope="col">{t(Words::Name)}</th><th scope="col">{t(Words::Seat)}</th>
                <th scope="col">{t(Words::State)}</th><th scope="col">{t(Words::Work)}</th>
                <th scope="col">{(viewer == Viewer::Host).then(|| t(Words::Acts))}</th>
            </tr></thead>
            <tbody>{redraw(move || lines.get().into_iter().map(|line| row(viewer, line)).drawn())}</tbody>
        </table>
    }
    .into_any()
}

fn row(viewer: Viewer, line: Line) -> AnyView {
    let role = match line.role {
        MemberRole::Expert => Words::Expert,
        MemberRole::Representative => Words::Representative,
    };
    let seat = match &line.seat {
        Some((seat, terminal)) => {
            Words::SeatAt { seat: *seat, terminal: terminal.clone().unwrap_or_default() }
        }
        None => Words::NoSeat,
    };
    let (tone, symbol, words) = match line.standing {
        Standing::Left => (Tone::Stop, Icon::NoEntry, Words::StLeft),
        Standing::Calls(at) => (Tone::Fault, Icon::Speak, Words::StCalls { at: at.clock_text() }),
        Standing::ToSeat => (Tone::Wait, Icon::Ring, Words::StSeat),
        Standing::ToSignIn => (Tone::Wait, Icon::Key, Words::StPin),
        Standing::ToCommit => (Tone::Wait, Icon::Pen, Words::StPledge),
        Standing::ToElect => (Tone::Busy, Icon::Pen, Words::StElect),
        Standing::Out => (Tone::Fault, Icon::Key, Words::StOut),
        Standing::In if viewer == Viewer::Host => (Tone::Ok, Icon::OkCircle, Words::StIn),
        Standing::In => (Tone::Ok, Icon::OkCircle, Words::StReady),
    };
    let calls = matches!(line.standing, Standing::Calls(_));
    let acts = (viewer == Viewer::Host).then(|| acts(&line));
    view! {
        <tr data-problem=calls.then_some("") data-gone=(line.standing == Standing::Left).then_some("")>
            <td class="num">{format!("{:02}", line.index)}</td>
            <td><span lang="zh-CN">{line.name}</span>{line.chair.then(|| view! { " "<b class="tagline">{t(Words::ChairTag)}</b> })}
                <small>{t(role)}{(!line.employer.is_empty()).then(|| view! { "　"<span lang="zh-CN">{line.employer}</span> })}</small></td>
            <td>{t(seat)}</td>
            <td>{chip(tone, symbol, words)}</td>
            <td>{work(line.progress)}</td>
            <td>{acts}</td>
        </tr>
    }
    .into_any()
}

fn work(progress: Progress) -> AnyView {
    let words: Both = match progress {
        Progress::Idle => Words::WorkIdle.both(),
        Progress::Of(0, 1) => Words::WorkUnsigned.both(),
        Progress::Of(done, all) => {
            let share = done.saturating_mul(100).checked_div(all).unwrap_or(0);
            return view! {
                <span class="num">{t(Words::WorkOf { done, all })}</span>
                <span class="bar" aria-hidden="true" style:--v=format!("{share}%")><i></i></span>
            }
            .into_any();
        }
        Progress::Signed { dissent: false } => Words::WorkSigned.both(),
        Progress::Signed { dissent: true } => Words::WorkDissent.both(),
        Progress::Agreeing => Words::WorkAgreeing.both(),
    };
    view! { <span>{t(words)}</span> }.into_any()
}

/// What the host can do for a member.
fn acts(line: &Line) -> AnyView {
    let office = office();
    let index = line.index;
    let of = u32::from(index);
    let open = people::opened();
    let mut buttons: Vec<AnyView> = Vec::new();
    if matches!(line.standing, Standing::Calls(_)) {
        buttons
            .push(button(Button::new(Words::Attend).small().busy(office.busy, Words::Working), move || {
                office.attended(index)
            }));
    }
    match line.standing {
        Standing::Left if line.vacant => {
            buttons.push(button(Button::new(Words::ReplaceGo).small(), move || open.replace.set(Some(of))));
        }
        Standing::Left => {}
        Standing::ToSeat => {
            buttons.push(button(Button::new(Words::GiveSeat).small(), move || open.seat.set(Some(of))));
            buttons.push(button(Button::new(Words::ReplaceGo).small().quiet(), move || {
                open.replace.set(Some(of))
            }));
        }
        _ => {
            if line.unsigned {
                buttons.push(button(Button::new(Words::Refused).small().quiet(), move || {
                    open.refused.set(Some(of))
                }));
            }
            buttons.push(button(
                Button::new(Words::GivePin).small().busy(office.busy, Words::Working),
                move || office.hand_out_pin(index),
            ));
            buttons.push(button(Button::new(Words::Move).small().quiet(), move || open.moved.set(Some(of))));
            buttons.push(button(Button::new(Words::ReplaceGo).small().quiet(), move || {
                open.replace.set(Some(of))
            }));
        }
    }
    view! { <div class="acts">{buttons.into_iter().drawn()}</div> }.into_any()
}
