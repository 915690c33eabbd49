//! The bar above everything: who sits here, what is evaluated, whether the draft is kept, the room's time, and help.

use bidroom_domain::evaluation::SheetPart;
use bidroom_web_ui::model::Icon;
use bidroom_web_ui::text::{Common, Say as _};
use bidroom_web_ui::ui::{Button, Theme, button, clock_text, dialog, icon, page, redraw, said, t};
use leptos::prelude::*;

use super::{desk, known, personal};
use crate::live::Saved;
use crate::model::{Task, task};
use crate::text::Expert;

/// The bar.
pub fn top() -> AnyView {
    let desk = desk();
    let lot = known::<(String, String, String, u32, String)>(|known| {
        (
            known.facts.room.clone(),
            known.facts.title.clone(),
            known.facts.tender.to_string(),
            known.facts.lot.into(),
            known.facts.method.clone(),
        )
    });
    let me = known(|known| {
        let member = known.state.member(known.me);
        let seat = member.and_then(|member| member.seating.as_ref()).map(|seating| seating.seat);
        let name = member.and_then(|member| member.member.as_ref()).map(|member| member.name.clone());
        (known.me, seat.unwrap_or_default(), name.unwrap_or_default(), known.state.chair() == Some(known.me))
    });
    let blind = known(|known| matches!(task(known.sight()), Task::Score { part: SheetPart::Blind, .. }));
    let called = desk.called;
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "F1" {
            event.prevent_default();
            desk.call();
        }
    });
    on_cleanup(move || keys.remove());
    let seat = move || {
        let ((room, ..), (_, seat, ..)) = (lot.get(), me.get());
        Expert::Seat { room, seat }
    };
    let who = move || {
        let (index, _, name, chair) = me.get();
        if chair { Expert::Chair { index, name } } else { Expert::Member { index, name } }
    };
    let project = move || {
        let (_, _, tender, lot, method) = lot.get();
        Expert::Project { tender, lot, method }
    };
    view! {
        <header class="topbar">
            <span class="mark" aria-hidden="true">"评"</span>
            <div class="org"><b>{said(seat)}</b>{said(who)}</div>
            <span class="sep"></span>
            <div class="project grow"><b lang="zh-CN">{move || lot.get().1}</b><span>{said(project)}</span></div>
            {redraw(move || blind.get().then(|| view! {
                <span class="state" data-tone="busy">{icon(Icon::ShieldWait)}{t(Expert::BlindHolds)}</span>
            }).into_any())}
            {saved()}
            {super::similarity::similarity()}
            {personal::aside()}
            {personal::personal()}
            {code()}
            <span class="clock">{clock_text()}</span>
            {display_buttons()}
            {redraw(move || {
                let word = if called.get() { Expert::Called } else { Expert::Call };
                button(Button::new(word).icon(Icon::User).key("F1").id("call"), move || desk.call())
            })}
        </header>
    }
    .into_any()
}

fn saved() -> AnyView {
    let saved = desk().saved;
    redraw(move || {
        let (tone, symbol, word) = match saved.get() {
            Saved::Nothing => return ().into_any(),
            Saved::Saving => ("wait", Icon::Ring, Expert::Saving.both()),
            Saved::Since(at) => ("ok", Icon::Check, Expert::SavedAt { at: at.clock_text() }.both()),
            Saved::Not => ("fault", Icon::Triangle, Expert::NotSaved.both()),
        };
        view! { <span class="quality" id="saved" data-tone=tone role="status">{icon(symbol)}{t(word)}</span> }
            .into_any()
    })
}

/// The draft's code, for whoever has to go on at another terminal.
fn code() -> AnyView {
    let desk = desk();
    let open = desk.shows_code;
    view! {
        {dialog(open.into(), t(Expert::CodeOwn), move || open.set(false), move || view! {
            <div class="sheet-of">
                <div class="head"><h2>{t(Expert::CodeOwn)}</h2></div>
                <div class="body">
                    <p class="code mono">{desk.code().unwrap_or_default()}</p>
                    <p>{t(Expert::CodeOwnNote)}</p>
                </div>
                <div class="foot">
                    {button(Button::new(Expert::SignOut).quiet(), move || { open.set(false); desk.sign_out(); })}
                    <span class="grow"></span>
                    {button(Button::new(Common::Close).primary().large().id("close-code"), move || open.set(false))}
                </div>
            </div>
        }.into_any())}
    }
    .into_any()
}

/// Language and contrast.
pub fn display_buttons() -> AnyView {
    let page = page();
    let language = said(|| Common::OtherLanguage);
    let contrast = move || {
        if page.theme.get() == Theme::Contrast { Common::NormalContrast } else { Common::HighContrast }
    };
    view! {
        <span class="fl display">
            <button class="btn" data-size="sm" data-kind="quiet" type="button" aria-label=t(Common::OtherLanguageName)
                on:click=move |_| page.lang.update(|lang| *lang = lang.other())>{language}</button>
            <button class="btn" data-size="sm" data-kind="quiet" type="button"
                on:click=move |_| page.theme.update(|theme| *theme = if *theme == Theme::Contrast { Theme::Light } else { Theme::Contrast })>{said(contrast)}</button>
        </span>
    }
    .into_any()
}
