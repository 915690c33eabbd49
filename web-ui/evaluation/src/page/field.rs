//! Fields of a window: each with its label, and what is said below it.

use bidroom_domain::Figure;
use bidroom_web_ui::model::Icon;
use bidroom_web_ui::text::{Both, Say};
use bidroom_web_ui::ui::{Kind, Part, Views as _, icon, mark, notice, redraw, t};
use leptos::prelude::*;

use crate::model::minutes;
use crate::text::Chairs;

/// A choice among others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its value.
    pub value: String,
    /// Its words.
    pub words: Both,
    /// Whether it can be chosen.
    pub can: bool,
}

impl Choice {
    /// One that can be chosen.
    pub fn new(value: impl ToString, words: impl Say) -> Self {
        Self { value: value.to_string(), words: words.both(), can: true }
    }
}

/// A field for sentences.
pub fn sentences(id: &'static str, label: impl Say, hint: Option<Both>, value: RwSignal<String>) -> AnyView {
    draw_sentences(id, label.both(), hint, value)
}

fn draw_sentences(id: &'static str, label: Both, hint: Option<Both>, value: RwSignal<String>) -> AnyView {
    view! {
        <div class="field">
            <label for=id>{t(label)}</label>
            <textarea class="input" id=id rows="3" maxlength="500" prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))></textarea>
            {hint.map(|hint| view! { <span class="hint">{t(hint)}</span> })}
        </div>
    }
    .into_any()
}

/// What was written in a field for sentences; none while nothing was.
pub fn written(value: RwSignal<String>) -> Option<String> {
    let text = value.get().trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// What is said below a line: a hint, or what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Below {
    /// A hint.
    Hint(Both),
    /// What is wrong, and what to do.
    Wrong(Both),
}

/// A field for a number or an amount, with what is said below it as it is typed.
pub fn line(
    id: &'static str,
    label: impl Say,
    value: RwSignal<String>,
    below: impl Fn() -> Option<Below> + Send + Sync + 'static,
) -> AnyView {
    draw_line(id, label.both(), value, Part::new(below))
}

fn draw_line(id: &'static str, label: Both, value: RwSignal<String>, below: Part<Option<Below>>) -> AnyView {
    let wrong = move || below.with(|below| matches!(below, Some(Below::Wrong(_))));
    view! {
        <div class="field">
            <label for=id>{t(label)}</label>
            <input class="input num" id=id inputmode="decimal" autocomplete="off" prop:value=move || value.get()
                aria-invalid=mark(move || wrong().then_some("true")) aria-describedby=format!("{id}-below")
                on:input=move |event| value.set(event_target_value(&event)) />
            <span class="below" id=format!("{id}-below") role="status">
                {redraw(move || match below.get() {
                    None => ().into_any(),
                    Some(Below::Hint(text)) => view! { <span class="hint">{t(text)}</span> }.into_any(),
                    Some(Below::Wrong(text)) => view! { <span class="err">{icon(Icon::Triangle)}<span>{t(text)}</span></span> }.into_any(),
                })}
            </span>
        </div>
    }
    .into_any()
}

/// A list of choices.
pub fn choose(id: &'static str, label: impl Say, choices: Vec<Choice>, value: RwSignal<String>) -> AnyView {
    draw_choose(id, label.both(), choices, value)
}

fn draw_choose(id: &'static str, label: Both, choices: Vec<Choice>, value: RwSignal<String>) -> AnyView {
    // What is shown first is chosen, unless something else that can be was.
    let chosen = value.get_untracked();
    let there = choices.iter().any(|choice| choice.can && choice.value == chosen);
    if !there {
        let first = choices.iter().find(|choice| choice.can);
        value.set(first.map(|choice| choice.value.clone()).unwrap_or_default());
    }
    let chosen = value.get_untracked();
    let options = choices.into_iter().map(|Choice { value, words, can }| {
        let selected = value == chosen;
        view! { <option value=value selected=selected disabled=!can>{t(words)}</option> }
    });
    view! {
        <div class="field">
            <label for=id>{t(label)}</label>
            <select class="input" id=id on:change=move |event| value.set(event_target_value(&event))>{options.drawn()}</select>
        </div>
    }
    .into_any()
}

/// A rule that holds for what is written here, with its clause.
pub fn rule(head: impl Say, text: impl Say, clause: impl Into<String>) -> AnyView {
    let clause = clause.into();
    notice(Kind::Rule, head, text, (!clause.is_empty()).then(|| Both::same(clause)), ().into_any())
}

/// A field for a time to answer: the least time stands there first, and nothing shorter is taken.
pub fn minutes_line(id: &'static str, value: RwSignal<String>, least: &Figure<u32>) -> AnyView {
    let (least, clause) = (least.value, least.clause.clone());
    if value.get_untracked().is_empty() {
        value.set(least.to_string());
    }
    line(id, Chairs::Minutes, value, move || {
        let right = value.with(|typed| minutes(typed, least)).is_some();
        Some(if right {
            Below::Hint(Chairs::MinutesLeast { least, clause: clause.clone() }.both())
        } else {
            Below::Wrong(Chairs::MinutesWrong { least }.both())
        })
    })
}
