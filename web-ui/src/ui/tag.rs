//! Icons and state tags.

use super::{mark, said, t};
use crate::model::{Icon, Tag, Tone};
use crate::text::Say;
use leptos::prelude::*;
use std::sync::Arc;

/// An icon; hidden from readers, since a word always stands beside it.
pub fn icon(icon: Icon) -> AnyView {
    view! { <svg class="i" viewBox="0 0 24 24" aria-hidden="true"><use_ href=icon.href()></use_></svg> }
        .into_any()
}

/// A state tag that follows its value.
pub fn tag(value: impl Fn() -> Tag + Send + Sync + 'static) -> AnyView {
    draw(Arc::new(value))
}

fn draw(value: Arc<dyn Fn() -> Tag + Send + Sync>) -> AnyView {
    let (tone, href, word) = (value.clone(), value.clone(), said(move || value().word));
    view! {
        <span class="state" data-tone=mark(move || Some(tone().tone.name()))>
            <svg class="i" viewBox="0 0 24 24" aria-hidden="true"><use_ href=mark(move || Some(href().icon.href()))></use_></svg>
            {word}
        </span>
    }
    .into_any()
}

/// A tag with other words than a state's.
pub fn chip(tone: Tone, symbol: Icon, word: impl Say) -> AnyView {
    view! { <span class="state" data-tone=tone.name()>{icon(symbol)}{t(word)}</span> }.into_any()
}
