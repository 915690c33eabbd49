//! The window in which something is done: what it says, its fields, and the button.

use bidroom_domain::evaluation::Command;
use bidroom_web_ui::model::Icon;
use bidroom_web_ui::text::Both;
use bidroom_web_ui::ui::{Button, button, dialog, icon, redraw, t, trouble};
use leptos::prelude::*;

use super::cancel;
use crate::staff::office::office;
use crate::staff::text::Office as Words;

/// What a window says.
pub struct Asking {
    /// Its heading.
    pub title: Both,
    /// What goes with it.
    pub lead: Option<Both>,
    /// The words of the button.
    pub go: Both,
    /// What is said once it was done.
    pub said: Both,
    /// Whether the reader's lock signs it.
    pub signed: bool,
    /// Whether it cannot be undone.
    pub danger: bool,
}

/// A window that is open while `open` holds something. `what` says what it is for that; `body` draws its fields; `command` gives what
/// is done, or nothing while something is missing.
pub fn asking(
    open: RwSignal<Option<u32>>,
    what: impl Fn(u32) -> Asking + Send + Sync + 'static,
    body: impl Fn(u32) -> AnyView + Send + Sync + 'static,
    command: impl Fn(u32) -> Option<Command> + Send + Sync + 'static,
) -> AnyView {
    draw(open, Box::new(what), Box::new(body), Box::new(command))
}

type For<T> = Box<dyn Fn(u32) -> T + Send + Sync>;

fn draw(
    open: RwSignal<Option<u32>>,
    what: For<Asking>,
    body: For<AnyView>,
    command: For<Option<Command>>,
) -> AnyView {
    let office = office();
    let command = StoredValue::new(command);
    let close = move || open.set(None);
    let is_open = Signal::derive(move || open.with(Option::is_some));
    let label = RwSignal::new(String::new());
    let page = bidroom_web_ui::ui::page();
    let content = move || {
        let Some(of) = open.get_untracked() else { return ().into_any() };
        let Asking { title, lead, go, said, signed, danger } = what(of);
        label.set(bidroom_web_ui::text::Say::say(&title, page.lang.get_untracked()));
        let ready = Signal::derive(move || command.with_value(|command| command(of)).is_some());
        let send = move || {
            let Some(command) = command.with_value(|command| command(of)) else { return };
            let then = move || open.set(None);
            if signed {
                office.sign(command, said.clone(), then);
            } else {
                office.order(command, said.clone(), then);
            }
        };
        let mut press = Button::new(go).large().can(ready).busy(office.busy, Words::Working).id("do-it");
        press = if danger { press.danger() } else { press.primary() };
        if signed {
            press = press.icon(Icon::Pen);
        }
        view! {
            <div class="head">{icon(if signed { Icon::Pen } else { Icon::Flag })}<h2>{t(title)}</h2></div>
            <div class="body">
                {lead.map(|lead| view! { <p class="lead">{t(lead)}</p> })}
                {redraw(trouble)}
                {body(of)}
            </div>
            <div class="foot"><span class="grow"></span>{button(Button::new(cancel()).large(), close)}{button(press, send)}</div>
        }
        .into_any()
    };
    dialog(is_open, label.into(), close, content)
}
