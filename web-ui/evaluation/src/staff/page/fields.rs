//! Fields of windows.

use bidroom_web_ui::text::{Both, Say};
use bidroom_web_ui::ui::{Views as _, t};
use leptos::prelude::*;

/// Most characters of a text that goes into the log.
const MOST: usize = 500;

/// A text as it is sent; none while it is empty or too long.
pub fn written(text: RwSignal<String>) -> Option<String> {
    text.with(|text| {
        let text = text.trim();
        (!text.is_empty() && text.chars().count() <= MOST).then(|| text.to_owned())
    })
}

/// A line.
pub fn line(id: &'static str, label: impl Say, hint: Option<Both>, value: RwSignal<String>) -> AnyView {
    let label = t(label);
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input class="input" id=id autocomplete="off" prop:value=move || value.get() on:input=move |event| value.set(event_target_value(&event))/>
            {hint.map(|hint| view! { <span class="hint">{t(hint)}</span> })}
        </div>
    }
    .into_any()
}

/// A number.
pub fn number(id: &'static str, label: impl Say, value: RwSignal<String>) -> AnyView {
    let label = t(label);
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input class="input num" id=id inputmode="numeric" autocomplete="off" prop:value=move || value.get() on:input=move |event| value.set(event_target_value(&event))/>
        </div>
    }
    .into_any()
}

/// A text.
pub fn area(id: &'static str, label: impl Say, hint: Option<Both>, value: RwSignal<String>) -> AnyView {
    let label = t(label);
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <textarea class="input" id=id rows="4" maxlength=MOST.to_string() prop:value=move || value.get() on:input=move |event| value.set(event_target_value(&event))></textarea>
            {hint.map(|hint| view! { <span class="hint">{t(hint)}</span> })}
        </div>
    }
    .into_any()
}

/// A choice among some, by its place; the first is chosen.
pub fn choice(id: &'static str, label: impl Say, of: Vec<Both>, value: RwSignal<usize>) -> AnyView {
    let label = t(label);
    let options = of.into_iter().enumerate().map(|(place, words)| {
        view! { <option value=place.to_string() selected=move || value.get() == place>{t(words)}</option> }
    });
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select class="input" id=id on:change=move |event| value.set(event_target_value(&event).parse().unwrap_or(0))>{options.drawn()}</select>
        </div>
    }
    .into_any()
}

/// A box to tick.
pub fn tick(id: &'static str, label: impl Say, value: RwSignal<bool>) -> AnyView {
    let label = t(label);
    view! {
        <label class="tick" for=id>
            <input type="checkbox" id=id prop:checked=move || value.get() on:change=move |event| value.set(event_target_checked(&event))/>
            <span>{label}</span>
        </label>
    }
    .into_any()
}
