//! The proof badge and the explanation behind it.

use super::Views as _;
use super::button::{Button, button};
use super::redraw;
use super::tag::icon;
use super::{Part, mark};
use super::{page, said, t};
use crate::deed::Deed;
use crate::model::proof::{badge as word, explain};
use crate::model::row::{ProofState, Row};
use crate::model::{Icon, Scene};
use crate::text::{Common, Proof, Say};
use leptos::prelude::*;

const fn symbol(state: ProofState) -> Icon {
    match state {
        ProofState::Verified | ProofState::Sealed => Icon::Shield,
        ProofState::AfterOpening | ProofState::Checking | ProofState::Withheld => Icon::ShieldWait,
        ProofState::Disagrees => Icon::ShieldBad,
    }
}

const fn tone(state: ProofState) -> &'static str {
    match state {
        ProofState::Verified | ProofState::Sealed => "ok",
        ProofState::AfterOpening | ProofState::Checking | ProofState::Withheld => "wait",
        ProofState::Disagrees => "tamper",
    }
}

/// The badge of a row; pressing it opens or closes the explanation. Its name includes the bidder.
pub fn badge(row: Part<Option<Row>>, open: RwSignal<Option<u32>>) -> AnyView {
    let state =
        Part::new(move || row.with(|row| row.as_ref().map_or(ProofState::AfterOpening, |row| row.proof)));
    let number = Part::new(move || row.with(|row| row.as_ref().map_or(0, |row| row.number)));
    let lang = page().lang;
    let name = move || {
        let bidder = row.with(|row| row.as_ref().map(|row| row.name.clone()).unwrap_or_default());
        Proof::ButtonName { name: bidder, state: word(state.get()).say(lang.get()) }.say(lang.get())
    };
    let expanded = move || open.get() == Some(number.get());
    view! {
        <button
            class="proof"
            type="button"
            data-tone=mark(move || Some(tone(state.get())))
            data-row=Signal::derive(move || number.get().to_string())
            aria-label=Signal::derive(name)
            aria-expanded=mark(move || Some(if expanded() { "true" } else { "false" }))
            on:click=move |_| open.update(|open| *open = if *open == Some(number.get()) { None } else { Some(number.get()) })
        >
            {redraw(move || (icon(symbol(state.get()))).into_any())}
            {said(move || word(state.get()))}
        </button>
    }
    .into_any()
}

fn columns(row: &Row, scene: &Scene) -> AnyView {
    explain(row, scene)
        .into_iter()
        .map(|column| {
            let mark = if column.holds { Icon::Check } else { Icon::ShieldWait };
            view! {
                <li data-holds=if column.holds { "yes" } else { "no" }>
                    <b>{icon(mark)}{t(column.head)}</b>
                    {t(column.text)}
                </li>
            }
        })
        .drawn()
}

/// The explanation of the open row, as wide as the table. `close` returns focus to the badge.
pub fn popover(row: Row, scene: Scene, close: impl Fn() + Clone + Send + Sync + 'static) -> AnyView {
    let page = page();
    let number = row.number;
    let title =
        if row.is_opened() { Proof::Title { row: number } } else { Proof::TitleSealed { row: number } };
    let label = t(title.clone());
    view! {
        <div class="popover why-pop" role="dialog" aria-label=label tabindex="-1">
            <header>
                <h3>{icon(Icon::Shield)}{t(title)}</h3>
                <p>{t(Proof::ByYourBrowser)}</p>
                {button(Button::new(Proof::Raw).quiet().small().icon(Icon::Down), move || page.act.run(Deed::SaveProof(number)))}
                {button(Button::new(Common::Close).small().key("Esc"), close)}
            </header>
            <ol>{columns(&row, &scene)}</ol>
        </div>
    }
    .into_any()
}

/// The explanation as a list, for a narrow screen.
pub fn explanation(row: &Row, scene: &Scene) -> AnyView {
    view! { <ol class="why-list">{columns(row, scene)}</ol> }.into_any()
}
