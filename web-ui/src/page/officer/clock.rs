//! Confirming the time after the room's clock was set: the room's time beside this computer's.

use crate::browser;
use crate::deed::{CeremonyDeed, Deed};
use crate::model::Icon;
use crate::model::ceremony as logic;
use crate::text::{Both, Ceremony, Officer, Say};
use crate::ui::{Button, Part, button, icon, page, redraw, said, t};
use bidroom_domain::At;
use leptos::prelude::*;

/// Draws the panel; nothing where the time is not in doubt.
pub(super) fn clock() -> AnyView {
    let page = page();
    let doubt = page.doing_part(|doing| {
        let view = doing.ceremony.as_ref()?;
        let doubt = view.clock.clone()?;
        let names = logic::names(view, &doubt.confirmed);
        let own = view.own.map(|own| doubt.confirmed.contains(&own));
        Some((doubt.step, doubt.millis, doubt.at, names, view.threshold, own))
    });
    redraw(move || {
        let Some((step, millis, at, names, needed, own)) = doubt.get() else { return ().into_any() };
        let names = if names.is_empty() { Ceremony::Nobody.both() } else { Both::same(names) };
        let confirmed = Both::new(
            Ceremony::ClockConfirmed { names: names.zh, needed }.both().zh,
            Ceremony::ClockConfirmed { names: names.en, needed }.both().en,
        );
        let acts = match own {
            Some(false) => ask(step),
            Some(true) => view! { <p class="why" role="status">{t(Ceremony::Confirmed)}</p> }.into_any(),
            None => ().into_any(),
        };
        view! {
            <section class="panel cclock" aria-labelledby="clock-doubt">
                <h2 id="clock-doubt">{icon(Icon::Wrench)}{t(Ceremony::ClockTitle)}</h2>
                <p>{t(Ceremony::ClockNote { at: at.clock_text(), millis })}</p>
                <p class="second">{t(confirmed)}</p>
                {acts}
            </section>
        }
        .into_any()
    })
}

fn moment(at: At) -> String {
    format!("{} {}", at.date_text(), at.clock_text())
}

/// The comparison and the button.
fn ask(step: u64) -> AnyView {
    let page = page();
    // Whole seconds: what is read with the eye.
    let room = Part::new(move || At(page.now.get().0 / 1000 * 1000));
    let own = move || {
        room.with(|_| ());
        browser::time_of_day()
    };
    let far = Part::new(move || logic::is_far(room.get(), own()));
    let ticked = RwSignal::new(false);
    let lock = page.doing_part(|doing| doing.lock.is_some());
    let can = Part::new(move || lock.get() && (!far.get() || ticked.get()));
    let busy = page.doing_part(|doing| {
        doing.is_busy(|deed| matches!(deed, Deed::Ceremony(CeremonyDeed::ConfirmTime { .. })))
    });
    let press = move || {
        let far = ticked.get_untracked();
        page.act.run(Deed::Ceremony(CeremonyDeed::ConfirmTime { step, far }));
    };
    let apart = said(move || Ceremony::ApartSeconds { seconds: room.get().millis_since(own()).abs() / 1000 });
    let tick = move || {
        if !far.get() {
            return ().into_any();
        }
        view! {
            <p class="err" role="alert">{icon(Icon::Triangle)}<span>{t(Ceremony::TooFar)}</span></p>
            <label class="tick"><input type="checkbox" id="clock-far" prop:checked=move || ticked.get() on:change=move |event| ticked.set(event_target_checked(&event))/>{t(Ceremony::TooFarTick)}</label>
        }
        .into_any()
    };
    view! {
        <dl class="kv big">
            <dt>{t(Ceremony::RoomTime)}</dt><dd class="num">{move || moment(room.get())}</dd>
            <dt>{t(Ceremony::OwnTime)}</dt><dd class="num">{move || moment(own())}</dd>
            <dt>{t(Ceremony::Apart)}</dt><dd class="num">{apart}</dd>
        </dl>
        <p class="strong">{t(Ceremony::Compare)}</p>
        {redraw(tick)}
        <div class="fl">
            {button(Button::new(Ceremony::Confirm).primary().large().icon(Icon::Clock).can(can).busy(busy, Ceremony::Confirming).id("confirm-time"), press)}
            <span class="why">{said(move || if lock.get() { Ceremony::ConfirmWhy.both() } else { Officer::NeedLock.both() })}</span>
        </div>
    }
    .into_any()
}
