//! The next step and the officers.

use super::{clause, deed};
use crate::model::console::{Next, Step, next};
use crate::model::officer::{role, tag as turn_tag, turn};
use crate::model::scene::Stage;
use crate::model::{Icon, Tone};
use crate::text::{Both, Common, Console, Lang, Say, State};
use crate::ui::{
    Button, Part, Views as _, button, chip, icon, lock_card, lock_pane, page, redraw, said, t, tag,
};
use leptos::prelude::*;

/// The panel of the next step.
pub(super) fn next_panel() -> AnyView {
    let page = page();
    let signed_in = page.doing_part(|doing| doing.signed_in.is_some());
    let lock = page.doing_part(|doing| doing.lock.clone());
    view! {
        <section class="panel next">
            <header>
                <h2>{said(move || if signed_in.get() { Console::NextTitle.both() } else { crate::text::Lock::Title.both() })}</h2>
            </header>
            {redraw(move || (if signed_in.get() { step() } else { view! { <div class="body">{lock_pane()}</div> }.into_any() }).into_any())}
            {redraw(move || (lock.get().filter(|_| !signed_in.get()).map(|lock| lock_card(&lock))).into_any())}
        </section>
    }
    .into_any()
}

fn step() -> AnyView {
    let page = page();
    // Conditions tell what is left of a window, so they follow the clock; only a change draws.
    let next = Part::new(move || next(&page.scene.read(), page.now.get()));
    let head = Part::new(move || next.with(|next| next.head.clone()));
    let act = Part::new(move || next.with(|next| next.step));
    let can = Part::new(move || next.with(Next::can));
    let busy = page.doing_part(|doing| doing.busy.is_some());
    let asked = RwSignal::new(None);
    let collecting = page.part(|scene| scene.stage < Stage::Announce);
    // Signing is the host's only step that its lock must do.
    let no_lock = page.doing_part(|doing| doing.lock.is_none());
    let reopen = Part::new(move || act.get() == Some(Step::Sign) && no_lock.get());
    let can = Part::new(move || can.get() && !reopen.get());
    let why = move || {
        let unmet = next.with(Next::unmet);
        if unmet > 0 {
            return Console::Unmet { count: unmet }.both();
        }
        if act.get().is_some() && asked.get() == act.get() {
            Console::AskOnce.both()
        } else {
            Console::AllMet.both()
        }
    };
    view! {
        <div class="body">
            <h3>{said(move || head.get())}</h3>
            {redraw(move || (next.with(|next| next.note.clone()).map(|note| view! { <p class="second">{t(note)}</p> })).into_any())}
            <ul class="checks">{redraw(move || (conditions(&next.get())).into_any())}</ul>
            {redraw(move || (act.get().map(|step| {
                let press = move || {
                    // Each step asks once before it is done; reading the next row aloud undoes nothing.
                    if matches!(step, Step::Announce(_)) || asked.get_untracked() == Some(step) {
                        asked.set(None);
                        page.act.run(deed(step));
                    } else {
                        asked.set(Some(step));
                    }
                };
                view! {
                    <div class="go">
                        {button(
                            Button::new(head.get_untracked()).primary().large().can(can).busy(busy, Console::Working).id("next-step").key("F2"),
                            press,
                        )}
                        <span class="why" role="status">
                            {said(why)}
                            {redraw(move || (collecting.get().then(|| view! { <br/>{t(Console::NoPriceYet)} })).into_any())}
                        </span>
                    </div>
                }
            })).into_any())}
            {redraw(move || (reopen.get().then(lock_pane)).into_any())}
        </div>
    }
    .into_any()
}

fn conditions(next: &Next) -> AnyView {
    next.conditions
        .iter()
        .map(|condition| {
            let ok = if condition.met { "yes" } else { "no" };
            let from = condition
                .clause
                .as_deref()
                .map(|text| view! { <span class="clause">{t(clause(text))}</span> });
            view! { <li data-ok=ok>{icon(condition.icon)}<span>{t(condition.says.clone())}{from}</span></li> }
        })
        .drawn()
}

/// The panel of the officers.
pub(super) fn officers_panel() -> AnyView {
    let page = page();
    let lines = page.part(|scene| {
        scene.officers.iter().map(|officer| (officer.clone(), turn(officer, scene))).collect::<Vec<_>>()
    });
    let count = page.part(|scene| (scene.authorised(), scene.threshold));
    let enough = move || count.get().0 >= count.get().1;
    view! {
        <section class="panel off">
            <header>
                <h2>{t(Console::OfficersTitle)}</h2><span class="grow"></span>
                {redraw(move || (enough().then(|| chip(Tone::Ok, Icon::OkCircle, State::Satisfied))).into_any())}
            </header>
            <div class="body">
                <div class="mn">
                    <b class="num">{redraw(move || ({ let (done, needed) = count.get(); format!("{done} / {needed}") }).into_any())}</b>
                    <span class="second">{t(Console::OfficersHeld)}</span>
                </div>
                <ul>
                    {redraw(move || (lines.get().into_iter().map(|(officer, turn)| {
                        let under = officer.authorised.map(|(tail, at, _)| {
                            let line = |lang: Lang| format!("{}　{}", at.clock_text(), Common::LockTail { tail: tail.clone() }.say(lang));
                            Both { zh: line(Lang::Zh), en: line(Lang::En) }
                        });
                        view! {
                            <li>
                                <span class="av">{icon(Icon::User)}</span>
                                <span>
                                    <span lang="zh-CN">{officer.name}</span>"　"{t(role(officer.role))}
                                    <small>{under.map(t)}</small>
                                </span>
                                {tag(move || turn_tag(turn))}
                            </li>
                        }
                    }).drawn()).into_any())}
                </ul>
            </div>
        </section>
    }
    .into_any()
}
