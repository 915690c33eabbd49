//! The lock of the reader's computer: pairing with the helper, and choosing one of its locks. No field for a PIN: that is
//! the helper's own window.

use super::Views as _;
use super::button::{Button, button};
use super::tag::icon;
use super::{Part, page, redraw, t};
use crate::deed::{Deed, Helper, HelperLock};
use crate::model::Icon;
use crate::text::Lock;
use leptos::html;
use leptos::prelude::*;

/// Pairing, or the locks of the paired helper.
pub fn helper_pane() -> AnyView {
    let helper = page().doing_part(|doing| doing.helper.clone());
    view! {
        <div class="helper">
            <h3>{icon(Icon::Usb)}{t(Lock::HelperTitle)}</h3>
            <p class="why">{t(Lock::HelperNote)}</p>
            {stage_note()}
            {redraw(move || match helper.get() {
                Helper::Absent => absent(),
                Helper::Invited { code, href } => invited(code, href),
                Helper::Paired(locks) => paired(locks),
            })}
        </div>
    }
    .into_any()
}

/// What the helper waits for, while it does.
pub fn stage_note() -> AnyView {
    let stage = page().doing_part(|doing| doing.stage.clone());
    let note = move || {
        let words = stage.get()?;
        Some(view! { <p class="stage" role="status">{icon(Icon::Clock)}{t(words)}</p> })
    };
    redraw(move || note().into_any()).into_any()
}

fn absent() -> AnyView {
    let page = page();
    let code = NodeRef::<html::Input>::new();
    let busy = page.doing_part(|doing| doing.is_busy(|deed| matches!(deed, Deed::PairHelper(_))));
    let starting = page.doing_part(|doing| doing.is_busy(|deed| *deed == Deed::StartHelper));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(field) = code.get() else { return };
        page.act.run(Deed::PairHelper(field.value()));
    };
    view! {
        <form class="lockform" on:submit=submit>
            <div class="field">
                <label for="pairing-code">{t(Lock::Code)}</label>
                <input class="input mono" id="pairing-code" inputmode="numeric" autocomplete="off" maxlength="12" node_ref=code/>
            </div>
            <div class="offered">
                {button(Button::new(Lock::Pair).id("pair").primary().icon(Icon::Key).submit().busy(busy, Lock::Pairing), || ())}
                {button(
                    Button::new(Lock::StartHelper).busy(starting, Lock::Starting),
                    move || page.act.run(Deed::StartHelper),
                )}
            </div>
        </form>
    }
    .into_any()
}

fn invited(code: String, href: String) -> AnyView {
    view! {
        <div class="pair">
            <div><h4>{t(Lock::PairingCode)}</h4><p class="why">{t(Lock::CompareCode)}</p></div>
            <b class="mono">{code}</b>
        </div>
        <p class="offered"><a class="btn" data-kind="primary" data-size="md" href=href>{t(Lock::OpenLink)}</a></p>
        <p class="hint">{t(Lock::NotInstalled)}</p>
    }
    .into_any()
}

fn paired(locks: Vec<HelperLock>) -> AnyView {
    let page = page();
    let opening = page.doing_part(|doing| match &doing.busy {
        Some(Deed::UseLock(id)) => Some(id.clone()),
        _ => None,
    });
    let finding = page.doing_part(|doing| doing.is_busy(|deed| *deed == Deed::FindLocks));
    let title = if locks.is_empty() { Lock::NoLocks } else { Lock::Paired };
    view! {
        <p role="status">{t(title)}</p>
        <div class="offered">
            {locks.into_iter().map(|lock| one(lock, opening)).drawn()}
        </div>
        <div class="offered">
            {button(
                Button::new(Lock::FindAgain).icon(Icon::Search).busy(finding, Lock::Finding),
                move || page.act.run(Deed::FindLocks),
            )}
            {button(Button::new(Lock::EndPairing).quiet(), move || page.act.run(Deed::EndHelper))}
        </div>
    }
    .into_any()
}

fn one(lock: HelperLock, opening: Part<Option<String>>) -> AnyView {
    let page = page();
    let note = lock.note;
    let head = match lock.id {
        Some(id) => {
            let own = id.clone();
            let busy = Part::new(move || opening.with(|opening| opening.as_ref() == Some(&own)));
            button(Button::new(lock.name).icon(Icon::Usb).busy(busy, Lock::Opening), move || {
                page.act.run(Deed::UseLock(id.clone()))
            })
        }
        None => view! { <span class="strong">{t(lock.name)}</span> }.into_any(),
    };
    view! { <div class="one">{head}<p class="hint">{t(note)}</p></div> }.into_any()
}
