//! A text that must be written before something is done: its field, what is wrong with it, the dialog that asks for it.

use super::{Button, button, dialog, icon, mark, page, redraw, t};
use crate::deed::Deed;
use crate::model::Icon;
use crate::text::{Both, Common, Hall, Say};
use leptos::html;
use leptos::prelude::*;

/// Most characters of a reason, an objection or a reply.
const MOST: usize = 500;

/// Why a text cannot be sent; `empty` says what is missing.
fn wrong(text: &str, empty: Both) -> Option<Both> {
    let count = text.trim().chars().count();
    match count {
        0 => Some(empty),
        1..=MOST => None,
        _ => Some(Hall::ObjectionTooLong { count }.both()),
    }
}

/// A text that is being written.
#[derive(Clone, Copy)]
pub struct Written {
    text: RwSignal<String>,
    told: RwSignal<Option<Both>>,
    field: NodeRef<html::Textarea>,
}

impl Written {
    /// Nothing yet.
    pub fn new() -> Self {
        Self { text: RwSignal::new(String::new()), told: RwSignal::new(None), field: NodeRef::new() }
    }

    /// The text as it is sent; otherwise the field says what is wrong and has the focus.
    pub fn checked(self, empty: Both) -> Option<String> {
        let typed = self.text.get_untracked();
        let problem = wrong(&typed, empty);
        let right = problem.is_none();
        self.told.set(problem);
        if right {
            return Some(typed.trim().to_owned());
        }
        if let Some(field) = self.field.get_untracked() {
            // A browser that refuses leaves the focus where it is.
            let _ = field.focus();
        }
        None
    }

    /// The same, and the field is empty again.
    pub fn take(self, empty: Both) -> Option<String> {
        let text = self.checked(empty)?;
        self.text.set(String::new());
        Some(text)
    }

    /// The field with its label and hint.
    pub fn field(self, id: &str, rows: &'static str, label: Both, hint: Both) -> AnyView {
        let Self { text, told, field } = self;
        let described = format!("{id}-hint");
        view! {
            <div class="field">
                <label for=id.to_owned()>{t(label)}</label>
                <textarea
                    class="input"
                    id=id.to_owned()
                    rows=rows
                    node_ref=field
                    prop:value=move || text.get()
                    aria-describedby=described.clone()
                    aria-invalid=mark(move || told.with(Option::is_some).then_some("true"))
                    on:input=move |event| text.set(event_target_value(&event))
                ></textarea>
                <span class="hint" id=described>{t(hint)}</span>
                {redraw(move || (told.get().map(|problem| view! { <p class="err" role="alert">{icon(Icon::Triangle)}{t(problem)}</p> })).into_any())}
            </div>
        }
        .into_any()
    }
}

impl Default for Written {
    fn default() -> Self {
        Self::new()
    }
}

/// What a dialog asks, and what it does with the text.
pub struct Asked {
    /// Its head.
    pub head: AnyView,
    /// Its body, with the field in it.
    pub body: AnyView,
    /// What is said where nothing was written.
    pub empty: Both,
    /// The button that sends.
    pub send: Button,
    /// What is done.
    pub deed: Box<dyn Fn(String) -> Deed + Send + Sync>,
}

/// A dialog in which a text is written; what was typed stays while it is closed. `asked` is called whenever it opens;
/// without an answer there is nothing to ask.
pub fn written_dialog(
    open: Signal<bool>,
    close: impl Fn() + Copy + Send + Sync + 'static,
    label: Both,
    asked: impl Fn(Written) -> Option<Asked> + Send + Sync + 'static,
) -> AnyView {
    let page = page();
    let written = Written::new();
    let label = Signal::derive(move || label.say(page.lang.get()));
    dialog(open, label, close, move || {
        let Some(Asked { head, body, empty, send, deed }) = asked(written) else { return ().into_any() };
        let submit = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            if let Some(text) = written.take(empty.clone()) {
                page.act.run(deed(text));
                close();
            }
        };
        view! {
            <form on:submit=submit>
                <div class="head">{head}</div>
                <div class="body">{body}</div>
                <div class="foot">
                    <span class="grow"></span>
                    {button(Button::new(Common::Cancel).large(), close)}
                    {button(send.primary().large().submit(), || ())}
                </div>
            </form>
        }
        .into_any()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_can_be_sent() {
        let empty = || Hall::ObjectionEmpty.both();
        assert_eq!(wrong("", empty()), Some(empty()));
        assert_eq!(wrong("  \n", empty()), Some(empty()));
        assert_eq!(wrong("第 3 行质保期", empty()), None);
        assert_eq!(wrong(&"异".repeat(500), empty()), None);
        assert_eq!(wrong(&"异".repeat(501), empty()), Some(Hall::ObjectionTooLong { count: 501 }.both()));
    }
}
