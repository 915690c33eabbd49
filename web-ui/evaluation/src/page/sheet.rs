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
    /// What the page does once it was done.
    pub then: Option<Callback<()>>,
}

impl ToSign {
    /// Something for which the signature that was written before counts again.
    pub fn again(title: impl Say, button: impl Say, done: impl Say) -> Self {
        Self { title: title.both(), button: button.both(), done: done.both(), anew: false, then: None }
    }

    /// A document for which the member writes its name.
    pub fn anew(title: impl Say, button: impl Say, done: impl Say) -> Self {
        Self { title: title.both(), button: button.both(), done: done.both(), anew: true, then: None }
    }

    /// With something that the page does once it was done.
    #[must_use]
    pub fn then(mut self, then: impl Fn() + Send + Sync + 'static) -> Self {
        self.then = Some(Callback::new(move |()| then()));
        self
    }

    /// The same, and fields are empty again: what was sent is not sent twice.
    #[must_use]
    pub fn empties(self, fields: impl IntoIterator<Item = RwSignal<String>>) -> Self {
        let fields: Vec<RwSignal<String>> = fields.into_iter().collect();
        self.then(move || fields.iter().for_each(|field| field.set(String::new())))
    }
}

/// Whether a window is open that something opens by saying what it is for; once it is closed that is forgotten.
pub fn opened_by(which: RwSignal<Option<u32>>) -> RwSignal<bool> {
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if which.with(Option::is_some) {
            open.set(true);
        }
    });
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before == Some(true) && !now {
            which.set(None);
        }
        now
    });
    open
}

/// What a window shows.
type Body = Box<dyn Fn() -> AnyView + Send + Sync>;
/// What is signed in it, once nothing is missing.
type Wanted = Box<dyn Fn() -> Option<Command> + Send + Sync>;

/// A window that is open while `open` holds. `body` is what is signed; `command` gives it, or nothing while something is missing.
pub fn signing(
    open: RwSignal<bool>,
    what: ToSign,
    body: impl Fn() -> AnyView + Send + Sync + 'static,
    command: impl Fn() -> Option<Command> + Send + Sync + 'static,
) -> AnyView {
    draw(open, what, Box::new(body), Box::new(command))
}

/// Once for all windows: what is in them is a good deal of code for each.
fn draw(open: RwSignal<bool>, what: ToSign, body: Body, command: Wanted) -> AnyView {
    let desk = desk();
    let command = StoredValue::new(command);
    let close = move || open.set(false);
    let then = what.then;
    let acted = move || {
        close();
        if let Some(then) = then {
            then.run(());
        }
    };
    let body = StoredValue::new(body);
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
                desk.act(command, picture, done.clone(), acted);
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
