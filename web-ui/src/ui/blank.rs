//! The contents a panel has when it has no contents: empty, busy, in trouble, done. All of one height.

use super::t;
use super::tag::icon;
use crate::model::{Icon, Tone};
use crate::text::{Both, Say};
use leptos::prelude::*;

/// A panel's content in one sentence.
pub fn blank(tone: Tone, symbol: Icon, head: impl Say, text: impl Say) -> AnyView {
    draw(tone, symbol, head.both(), text.both())
}

/// A panel's content while something is under way.
pub fn busy_blank(head: impl Say, text: impl Say) -> AnyView {
    draw(Tone::Busy, Icon::Ring, head.both(), text.both())
}

fn draw(tone: Tone, symbol: Icon, head: Both, text: Both) -> AnyView {
    view! { <div class="blank" data-tone=tone.name()>{icon(symbol)}<b>{t(head)}</b><p>{t(text)}</p></div> }
        .into_any()
}
