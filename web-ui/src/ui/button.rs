//! Buttons. One that cannot be pressed now stays readable and focusable, and says why beside it.

use super::mark;
use super::tag::icon;
use crate::model::Icon;
use crate::text::{Both, Say};
use leptos::prelude::*;

/// A button's looks and words.
#[derive(Clone)]
pub struct Button {
    kind: &'static str,
    size: &'static str,
    symbol: Option<Icon>,
    label: Both,
    busy_label: Option<Both>,
    key: Option<&'static str>,
    /// Whether it can be pressed.
    can: Signal<bool>,
    /// Whether it is at work.
    busy: Signal<bool>,
    expanded: Option<Signal<bool>>,
    id: Option<&'static str>,
    submit: bool,
}

impl Button {
    /// A plain button.
    pub fn new(label: impl Say) -> Self {
        Self {
            kind: "default",
            size: "md",
            symbol: None,
            label: label.both(),
            busy_label: None,
            key: None,
            can: Signal::stored(true),
            busy: Signal::stored(false),
            expanded: None,
            id: None,
            submit: false,
        }
    }

    /// The one primary button of a view.
    #[must_use]
    pub fn primary(mut self) -> Self {
        self.kind = "primary";
        self
    }

    /// A button without a border.
    #[must_use]
    pub fn quiet(mut self) -> Self {
        self.kind = "quiet";
        self
    }

    /// A destructive button.
    #[must_use]
    pub fn danger(mut self) -> Self {
        self.kind = "danger";
        self
    }

    /// A large button.
    #[must_use]
    pub fn large(mut self) -> Self {
        self.size = "lg";
        self
    }

    /// A small button.
    #[must_use]
    pub fn small(mut self) -> Self {
        self.size = "sm";
        self
    }

    /// With an icon before its words.
    #[must_use]
    pub fn icon(mut self, symbol: Icon) -> Self {
        self.symbol = Some(symbol);
        self
    }

    /// With the key that does the same.
    #[must_use]
    pub fn key(mut self, key: &'static str) -> Self {
        self.key = Some(key);
        self
    }

    /// Can be pressed only while this holds.
    #[must_use]
    pub fn can(mut self, can: impl Into<Signal<bool>>) -> Self {
        self.can = can.into();
        self
    }

    /// Is at work while this holds, and says so.
    #[must_use]
    pub fn busy(mut self, busy: impl Into<Signal<bool>>, label: impl Say) -> Self {
        self.busy = busy.into();
        self.busy_label = Some(label.both());
        self
    }

    /// Shows or hides something.
    #[must_use]
    pub fn expanded(mut self, expanded: impl Into<Signal<bool>>) -> Self {
        self.expanded = Some(expanded.into());
        self
    }

    /// With an id, for focus.
    #[must_use]
    pub fn id(mut self, id: &'static str) -> Self {
        self.id = Some(id);
        self
    }

    /// Submits its form.
    #[must_use]
    pub fn submit(mut self) -> Self {
        self.submit = true;
        self
    }
}

/// Draws a button.
pub fn button(button: Button, press: impl Fn() + Send + Sync + 'static) -> AnyView {
    draw(button, Box::new(press))
}

fn draw(button: Button, press: Box<dyn Fn() + Send + Sync>) -> AnyView {
    let Button { kind, size, symbol, label, busy_label, key, can, busy, expanded, id, submit } = button;
    let lang = super::page().lang;
    let word = move || match (&busy_label, busy.get()) {
        (Some(label), true) => label.say(lang.get()),
        _ => label.say(lang.get()),
    };
    let blocked = move || !can.get() || busy.get();
    let first = move || if busy.get() { Some(icon(Icon::Ring)) } else { symbol.map(icon) };
    view! {
        <button
            class="btn"
            type=if submit { "submit" } else { "button" }
            id=id
            data-kind=kind
            data-size=size
            aria-disabled=mark(move || blocked().then_some("true"))
            aria-busy=mark(move || busy.get().then_some("true"))
            aria-expanded=mark(move || expanded.map(|expanded| if expanded.get() { "true" } else { "false" }))
            on:click=move |event| {
                if submit {
                    if blocked() {
                        event.prevent_default();
                    }
                } else if !blocked() {
                    press();
                }
            }
        >
            {first}
            {word}
            {key.map(|key| view! { <kbd>{key}</kbd> })}
        </button>
    }
    .into_any()
}
