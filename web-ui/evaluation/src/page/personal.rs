//! 本人事项: what a member does of itself, whatever is worked on; and the way between its work and how the evaluation stands.

use bidroom_domain::evaluation::Command;
use bidroom_web_ui::model::Icon;
use bidroom_web_ui::text::{Both, Common, Say};
use bidroom_web_ui::ui::{Button, Views as _, button, dialog, redraw, said, t};
use leptos::prelude::*;

use super::field::{rule, sentences, written};
use super::sheet::{ToSign, signing};
use super::vote::question;
use super::{desk, known, known_now, recusal};
use crate::model::{Task, outvoted, task, time};
use crate::text::{Expert, Read};

/// Votes from which the member may dissent: number and question.
fn open_dissents(known: &crate::live::Known) -> Vec<(u32, Both)> {
    let votes = outvoted(&known.state, known.me);
    votes.map(|vote| (vote.number, question(&known.plan, &vote.subject))).collect()
}

/// The button, its menu, and the windows behind it.
pub fn personal() -> AnyView {
    let open = RwSignal::new(false);
    let recuses = RwSignal::new(false);
    let count = known(|known| outvoted(&known.state, known.me).count());
    let label = move || match count.get() {
        0 => Read::Personal.both(),
        count => Read::PersonalOpen { count }.both(),
    };
    view! {
        {redraw(move || button(Button::new(label()).quiet().icon(Icon::User).id("personal"), move || open.set(true)))}
        {dialog(open.into(), t(Read::Personal), move || open.set(false), move || menu(open, recuses))}
        {recusal::window(recuses)}
        {time_window()}
    }
    .into_any()
}

/// A line of the menu: what it is about, and its button.
fn entry(head: impl Say, what: impl Say, more: Option<Both>, act: AnyView) -> AnyView {
    draw_entry(head.both(), what.both(), more, act)
}

fn draw_entry(head: Both, what: Both, more: Option<Both>, act: AnyView) -> AnyView {
    let more = more.map(|more| view! { <span>{t(more)}</span> });
    view! { <li class="act"><p><b>{t(head)}</b><span>{t(what)}</span>{more}</p>{act}</li> }.into_any()
}

fn menu(open: RwSignal<bool>, recuses: RwSignal<bool>) -> AnyView {
    let desk = desk();
    let to = move |other: RwSignal<bool>| {
        open.set(false);
        other.set(true);
    };
    let dissents = known(open_dissents);
    let time = known(|known| {
        let time = time(known.sight())?;
        let ready = known.state.member(known.me).is_some_and(|member| member.is_ready());
        Some((time, ready && known.state.stage.is_at_work()))
    });
    let member = known(|known| {
        let here = known.state.committee.as_ref().is_some_and(|committee| committee.has(known.me));
        here && known.state.stage.is_at_work()
    });
    view! {
        <div class="sheet-of">
            <div class="head"><h2>{t(Read::Personal)}</h2></div>
            <ul class="body menu">
                {redraw(move || dissents.get().into_iter().map(|(number, asked)| {
                    let go = button(Button::new(Read::DissentGo).icon(Icon::Pen).id("menu-dissent"), move || {
                        open.set(false);
                        desk.dissents.set(Some(number));
                    });
                    entry(Read::DissentTitle { number }, asked, None, go)
                }).drawn())}
                {redraw(move || {
                    let Some((time, may)) = time.get() else { return ().into_any() };
                    let asked = Read::TimeAsked { asked: time.asked, needed: time.needed, minutes: time.minutes };
                    let mine = time.mine.then(|| Read::TimeMine.both());
                    let go = button(
                        Button::new(Read::TimeGo).icon(Icon::Clock).can(Signal::stored(may && !time.mine)).id("ask-time"),
                        move || to(desk.asks_time),
                    );
                    entry(Read::TimeUntil { until: time.until.clock_text() }, asked, mine, go)
                })}
                {entry(
                    Expert::CodeShow,
                    Read::CodeWhat,
                    None,
                    button(Button::new(Expert::CodeShow).icon(Icon::Key).id("show-code"), move || to(desk.shows_code)),
                )}
                {redraw(move || member.get().then(|| entry(
                    Expert::Recuse,
                    Read::RecuseWhat,
                    None,
                    button(Button::new(Expert::Recuse).icon(Icon::Flag).id("menu-recuse"), move || to(recuses)),
                )).into_any())}
                {entry(
                    Expert::SignOut,
                    Read::OutWhat,
                    None,
                    button(Button::new(Expert::SignOut), move || { open.set(false); desk.sign_out(); }),
                )}
            </ul>
            <div class="foot"><span class="grow"></span>{button(Button::new(Common::Close).primary().large().id("close-personal"), move || open.set(false))}</div>
        </div>
    }
    .into_any()
}

/// The window in which a member says that the time is short.
fn time_window() -> AnyView {
    let open = desk().asks_time;
    let reason = RwSignal::new(String::new());
    let body = move || {
        let Some(known) = known_now() else { return ().into_any() };
        let asked = time(known.sight()).map(|time| {
            let asked = Read::TimeAsked { asked: time.asked, needed: time.needed, minutes: time.minutes };
            view! { <p>{t(Read::TimeUntil { until: time.until.clock_text() })}"　"{t(asked)}</p> }
        });
        view! {
            {rule(Read::TimeGo, Read::TimeWhat, known.plan.committee.extension_share.clause.clone())}
            {asked}
            {sentences("time-reason", Read::TimeReason, None, reason)}
        }
        .into_any()
    };
    let command = move || Some(Command::AskTime { reason: written(reason)? });
    signing(
        open,
        ToSign::again(Read::TimeTitle, Read::TimeSign, Read::TimeDone).empties([reason]),
        body,
        command,
    )
}

/// Between the member's own work and how the evaluation stands; nothing while there is no work of its own.
pub fn aside() -> AnyView {
    let desk = desk();
    let works = known(|known| matches!(task(known.sight()), Task::Review { .. } | Task::Score { .. }));
    let turn = move || {
        if desk.revises.get_untracked().is_some() {
            desk.revises.set(None);
            desk.aside.set(works.get_untracked());
        } else {
            desk.aside.update(|aside| *aside = !*aside);
        }
    };
    redraw(move || {
        let revises = desk.revises.with(Option::is_some);
        if !works.get() && !revises {
            return ().into_any();
        }
        let word = move || if desk.aside.get() && !revises { Read::ToWork } else { Read::ToOverview };
        let label = said(word);
        view! {
            <button type="button" class="btn" id="aside" on:click=move |_| turn()>{bidroom_web_ui::ui::icon(Icon::List)}{label}</button>
        }
        .into_any()
    })
}
