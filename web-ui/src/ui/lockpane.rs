//! Opening a lock: the reader's own behind the helper, and in a drill a soft lock in the page. The soft lock's is the only
//! password field of any page, and it is marked: a PIN is typed in the helper's own window.

use super::Views as _;
use super::button::{Button, button};
use super::helperpane::{helper_pane, stage_note};
use super::tag::icon;
use super::{Part, redraw};
use super::{page, t};
use crate::deed::{Deed, Offered, OpenLock, Password};
use crate::model::Icon;
use crate::route::Route;
use crate::text::{Lock, Say};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// What can open a lock here: the locks a demo offers, or a lock file.
pub fn lock_pane() -> AnyView {
    let page = page();
    let route = crate::route::current();
    let offered = page.doing_part(|doing| doing.offered.clone());
    let fits = move |lock: &Offered| match route {
        Route::Bid(_) | Route::Check(_) => lock.bidder,
        Route::Officer(_) => lock.officer,
        Route::Console(_) | Route::Import => lock.host,
        Route::Health => lock.host || lock.officer,
        // The evaluation's page, a module of its own, is everybody's.
        Route::Unknown(_) => true,
        _ => false,
    };
    let opening = page.doing_part(|doing| match doing.busy {
        Some(Deed::OpenOffered(place)) => Some(place),
        _ => None,
    });
    let list = move || {
        let fitting: Vec<Offered> = offered.get().into_iter().filter(&fits).collect();
        (!fitting.is_empty()).then(|| view! {
            <div class="offered">
                <p><span class="onlydrill">{t(Lock::DrillTitle)}</span>" "<span class="why">{t(Lock::Offered)}</span></p>
                {fitting.into_iter().map(|lock| {
                    let place = lock.place;
                    let busy = Part::new(move || opening.get() == Some(place));
                    button(
                        Button::new(lock.name).icon(Icon::Usb).busy(busy, Lock::Opening),
                        move || page.act.run(Deed::OpenOffered(place)),
                    )
                }).drawn()}
            </div>
        })
    };
    // A room that is in no drill offers no soft lock.
    let drill = page.doing_part(|doing| doing.drill);
    let soft = move || {
        drill.get().then(|| {
            view! { <div class="soft">{list()}{file_form()}</div> }
        })
    };
    view! { {helper_pane()}{redraw(move || soft().into_any())} }.into_any()
}

/// The form that opens a lock file.
fn file_form() -> AnyView {
    let page = page();
    let (file, password) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let name = RwSignal::new(None::<String>);
    let missing = RwSignal::new(false);
    let busy = page.doing_part(|doing| doing.is_busy(|deed| matches!(deed, Deed::OpenLock { .. })));
    let chosen = move |_| {
        let found =
            file.get().and_then(|input| input.files()).and_then(|files| files.get(0)).map(|file| file.name());
        missing.set(false);
        name.set(found);
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(found) = file.get().and_then(|input| input.files()).and_then(|files| files.get(0)) else {
            missing.set(true);
            return;
        };
        let Some(field) = password.get() else { return };
        let password = Password(field.value());
        // The field is emptied at once: the password lives as long as the lock takes to open.
        field.set_value("");
        leptos::task::spawn_local(async move {
            if let Ok(buffer) = JsFuture::from(found.array_buffer()).await {
                page.act.run(Deed::OpenLock { file: js_sys::Uint8Array::new(&buffer).to_vec(), password });
            }
        });
    };
    view! {
        <form class="lockform" on:submit=submit>
            <p><span class="onlydrill">{t(Lock::DrillTitle)}</span>" "<span class="why">{t(Lock::DrillNote)}</span></p>
            <div class="field">
                <span class="strong" id="lock-file-label">{t(Lock::File)}</span>
                <div class="file">
                    <input type="file" id="lock-file" accept=".json,application/json" node_ref=file on:change=chosen aria-labelledby="lock-file-label"/>
                    <label class="btn" for="lock-file">{icon(Icon::Usb)}{t(Lock::ChooseFile)}</label>
                    <span class="name">{redraw(move || (name.get()).into_any())}</span>
                </div>
                {redraw(move || (missing.get().then(|| view! { <p class="err" role="alert">{icon(Icon::Triangle)}{t(Lock::NoFile)}</p> })).into_any())}
                <span class="hint">{t(Lock::FileHint)}</span>
            </div>
            <div class="field">
                <label for="lock-password">{t(Lock::Password)}</label>
                <input class="input" id="lock-password" type="password" autocomplete="off" node_ref=password/>
                <span class="hint">{t(Lock::PasswordHint)}</span>
            </div>
            {button(
                Button::new(Lock::Open).large().icon(Icon::Key).submit().busy(busy, Lock::Opening),
                || (),
            )}
        </form>
    }
    .into_any()
}

/// An open lock: whose, which, until when.
pub fn lock_card(lock: &OpenLock) -> AnyView {
    let page = page();
    let kind = t(lock.kind.clone());
    let valid = t(Lock::ValidUntil { date: lock.valid_until.clone() }.both());
    view! {
        <div class="lockcard">
            <h3>
                {icon(Icon::Usb)}{kind}<span class="grow"></span>
                {button(Button::new(Lock::CloseLock).quiet().small(), move || page.act.run(Deed::CloseLock))}
            </h3>
            <dl class="kv">
                <dt>{t(Lock::Holder)}</dt><dd lang="zh-CN">{lock.holder.clone()}</dd>
                <dt>{t(Lock::Serial)}</dt><dd class="mono">{lock.serial.clone()}</dd>
                <dt>{t(Lock::Authority)}</dt><dd><span lang="zh-CN">{lock.authority.clone()}</span>" "{valid}</dd>
            </dl>
            {stage_note()}
        </div>
    }
    .into_any()
}
