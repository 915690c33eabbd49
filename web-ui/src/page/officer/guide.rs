//! What an officer does next before the opening, and how each officer's lock stands.

use super::role;
use crate::deed::{CeremonyDeed, Deed};
use crate::model::ceremony::{self as logic, Probe};
use crate::model::{Icon, Tone};
use crate::text::{Both, Ceremony, Common, Officer, Say};
use crate::ui::{Button, Kind, Views as _, busy_blank, button, chip, icon, notice, page, redraw, t};
use bidroom_domain::At;
use bidroom_wire::{CeremonyOfficer, CeremonyView};
use leptos::prelude::*;
use std::time::Duration;

/// How often it is asked where the ceremony stands: before the deadline no frame tells.
const AGAIN: Duration = Duration::from_secs(3);

/// Has the ceremony looked at: now, whenever somebody signs in or out, and again and again.
pub(super) fn follow() {
    let page = page();
    let who = page.doing_part(|doing| doing.signed_in.clone());
    Effect::new(move |_| {
        who.with(|_| ());
        page.act.run(Deed::LookAtCeremony);
    });
    set_interval(move || page.act.run(Deed::LookAtCeremony), AGAIN);
}

fn moment(at: At) -> String {
    format!("{} {}", at.date_text(), at.clock_text())
}

/// What was done last, and why the latest could not be learnt.
pub(super) fn told() -> AnyView {
    let page = page();
    let told = page.doing_part(|doing| (doing.done.clone(), doing.unseen.clone()));
    let show = move || {
        let (done, unseen) = told.get();
        let done = done.map(|done| {
            view! { <p class="did" role="status">{icon(Icon::OkCircle)}{t(done)}</p> }
        });
        let unseen = unseen.map(|why| {
            let text = Both::new(
                format!("{}。{}", why.head.zh, why.text.zh),
                format!("{}. {}", why.head.en, why.text.en),
            );
            notice(Kind::Fault, Ceremony::LookFailed, text, why.clause, ().into_any())
        });
        view! { {done}{unseen} }.into_any()
    };
    redraw(show)
}

/// The next step of whoever sits here, before the opening.
pub(super) fn next() -> AnyView {
    let page = page();
    let state =
        page.doing_part(|doing| (doing.ceremony.clone(), doing.signed_in.is_some(), doing.unseen.is_some()));
    let panel = move || {
        let (view, signed_in, unseen) = state.get();
        match view {
            Some(view) => step(&view),
            None if signed_in && unseen => ().into_any(),
            None if signed_in => view! { <section class="panel">{busy_blank(Ceremony::Loading, Ceremony::LoadingNote)}</section> }.into_any(),
            None => told_step(Icon::Usb, Ceremony::SignIn.both(), Ceremony::SignInNote.both(), None),
        }
    };
    redraw(panel)
}

fn told_step(symbol: Icon, head: Both, text: Both, act: Option<AnyView>) -> AnyView {
    let now = act.is_some().then_some("");
    view! {
        <section class="panel guide" data-now=now>
            <div><h2>{icon(symbol)}{t(head)}</h2><p>{t(text)}</p></div>
            {act.map(|act| view! { <div class="fl">{act}</div> })}
        </section>
    }
    .into_any()
}

fn step(view: &CeremonyView) -> AnyView {
    let Some(officer) = logic::own(view) else {
        return told_step(Icon::User, Ceremony::Watching.both(), Ceremony::WatchingNote.both(), None);
    };
    let due = moment(view.probe_due);
    match logic::probe(view, officer) {
        Probe::Missing => {
            let note = Ceremony::ProbeDueNote { at: due, clause: view.probe_clause.clone() };
            let act = probe(Button::new(Ceremony::Probe).primary().large());
            told_step(Icon::Usb, Ceremony::ProbeDue.both(), note.both(), Some(act))
        }
        Probe::Early => {
            let act = probe(Button::new(Ceremony::Probe).large());
            let head = Ceremony::ProbeEarly { at: due };
            told_step(Icon::Clock, head.both(), Ceremony::ProbeEarlyNote.both(), Some(act))
        }
        Probe::Done(at, _) => {
            let act = probe(Button::new(Ceremony::ProbeAgain));
            let head = Ceremony::Probed { at: moment(at) };
            told_step(Icon::OkCircle, head.both(), Ceremony::ProbedNote.both(), Some(act))
        }
    }
}

fn probe(look: Button) -> AnyView {
    let page = page();
    let can = page.doing_part(|doing| doing.lock.is_some());
    let busy =
        page.doing_part(|doing| doing.is_busy(|deed| matches!(deed, Deed::Ceremony(CeremonyDeed::Probe))));
    let press = move || page.act.run(Deed::Ceremony(CeremonyDeed::Probe));
    let why =
        move || (!can.get()).then(|| view! { <span class="why">{t(Officer::NeedLock)}</span> }).into_any();
    view! {
        {button(look.icon(Icon::Usb).can(can).busy(busy, Ceremony::Probing).id("probe-lock"), press)}
        {redraw(why)}
    }
    .into_any()
}

/// The officers, each with its lock.
pub(super) fn officers() -> AnyView {
    let page = page();
    let view = page.doing_part(|doing| doing.ceremony.clone());
    redraw(move || {
        let Some(view) = view.get() else { return ().into_any() };
        let (needed, all) = (view.threshold, view.officers.len());
        let cards = view.officers.iter().map(|officer| card(&view, officer)).drawn();
        view! {
            <section class="panel offs">
                <header>
                    <h2>{t(Ceremony::Title)}</h2>
                    <span class="second">{t(Ceremony::Needed { needed, all })}</span>
                    <span class="grow"></span>
                    <span class="second">{t(Ceremony::Dealing { version: view.dealing })}</span>
                </header>
                <div class="ocards">{cards}</div>
            </section>
        }
        .into_any()
    })
}

fn card(view: &CeremonyView, officer: &CeremonyOfficer) -> AnyView {
    let mine = view.own == Some(officer.index);
    let (tone, symbol, word) = match logic::probe(view, officer) {
        Probe::Done(..) => (Tone::Ok, Icon::OkCircle, Ceremony::TagProbed),
        Probe::Missing => (Tone::Fault, Icon::Triangle, Ceremony::TagMissing),
        Probe::Early => (Tone::Wait, Icon::Wait, Ceremony::TagEarly),
    };
    let probed = officer.probed.clone().map(|(at, tail)| {
        view! { <dd class="num">{moment(at)}</dd><dt>{t(Officer::LockLabel)}</dt><dd>{t(Common::LockTail { tail })}</dd> }.into_any()
    });
    let probed = probed.unwrap_or_else(|| view! { <dd>{t(Ceremony::NotProbed)}</dd> }.into_any());
    view! {
        <div data-now=mine.then_some("")>
            <div class="who">
                <span class="av">{icon(Icon::User)}</span>
                <span>
                    <b><span lang="zh-CN">{officer.name.clone()}</span>{mine.then(|| view! { " "<span class="onlydrill">{t(Officer::You)}</span> })}</b>
                    <small>{t(role(officer.role))}</small>
                </span>
                {chip(tone, symbol, word)}
            </div>
            <dl class="kv">
                <dt>{t(Ceremony::ProbedAt)}</dt>{probed}
                <dt>{t(Officer::ShareLabel)}</dt><dd>{t(Officer::ShareIndex { index: officer.index })}</dd>
            </dl>
            {officer.replaced.then(|| view! { <p>{chip(Tone::Rule, Icon::Pen, Ceremony::TagReplaced)}</p> })}
        </div>
    }
    .into_any()
}
