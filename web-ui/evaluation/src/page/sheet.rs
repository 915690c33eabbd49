//! The window in which something is signed: what it says, a place for the signature, and the button.

use bidroom_domain::evaluation::Command;
use bidroom_web_ui::model::Icon;
use bidroom_web_ui::text::{Both, Common, Say};
use bidroom_web_ui::ui::{Button, button, dialog, t};
use leptos::prelude::*;

use super::desk;
use super::pad::{Pad, signature};

/// What is signed.
#[derive(Clone)]
pub struct ToSign {
    /// Heading of the window.
    pub title: Both,
    /// The words of the button.
    pub button: Both,
    /// What is said once it was done.
    pub done: Both,
    /// Whether the member writes its name for this very document, or the signature it wrote before counts again.
    pub anew: bool,
}

impl ToSign {
    /// Something for which the signature that was written before counts again.
    pub fn again(title: impl Say, button: impl Say, done: impl Say) -> Self {
        Self { title: title.both(), button: button.both(), done: done.both(), anew: false }
    }

    /// A document for which the member writes its name.
    pub fn anew(title: impl Say, button: impl Say, done: impl Say) -> Self {
        Self { title: title.both(), button: button.both(), done: done.both(), anew: true }
    }
}

/// A window that is open while `open` holds. `body` is what is signed; `command` gives it, or nothing while something is missing.
pub fn signing(
    open: RwSignal<bool>,
    what: ToSign,
    body: impl Fn() -> AnyView + Send + Sync + 'static,
    command: impl Fn() -> Option<Command> + Send + Sync + 'static,
) -> AnyView {
    let desk = desk();
    let command = StoredValue::<Box<dyn Fn() -> Option<Command> + Send + Sync>>::new(Box::new(command));
    let close = move || open.set(false);
    let body = StoredValue::<Box<dyn Fn() -> AnyView + Send + Sync>>::new(Box::new(body));
    let title = t(what.title.clone());
    let content = move || {
        let pad = Pad::new();
        let kept = desk.picture().filter(|_| !what.anew);
        let (had, again) = (kept.clone(), RwSignal::new(kept.is_none()));
        let written = pad.is_written();
        let ready = Signal::derive(move || {
            (written.get() || !again.get()) && command.with_value(|command| command().is_some())
        });
        let done = what.done.clone();
        let sign = move || {
            let picture = if again.get_untracked() { pad.picture() } else { had.clone() };
            if let (Some(picture), Some(command)) = (picture, command.with_value(|command| command())) {
                desk.act(command, picture, done.clone(), close);
            }
        };
        let word = what.button.clone();
        view! {
                <div class="sheet-of">
                    <div class="head">{bidroom_web_ui::ui::icon(Icon::Pen)}<h2>{t(what.title.clone())}</h2></div>
                    <div class="body">{bidroom_web_ui::ui::trouble()}{body.with_value(|body| body())}{signature(pad, kept, again)}</div>
                    <div class="foot">
                        <span class="grow"></span>
                        {button(Button::new(Common::Cancel).large().key("Esc"), close)}
                        {button(Button::new(word.clone()).primary().large().icon(Icon::Lock).can(ready).busy(desk.busy, word).id("sign"), sign)}
                    </div>
                </div>
            }
            .into_any()
    };
    dialog(open.into(), title, close, content)
}
