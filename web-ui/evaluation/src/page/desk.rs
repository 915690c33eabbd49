//! The desk: bids and items at the left, the bid in the middle, the form at the right, progress below.

use bidroom_domain::evaluation::{About, SheetPart};
use bidroom_web_ui::ui::{Part, Views as _, mark, redraw, t};
use bidroom_wire::DocumentSide;
use leptos::prelude::*;

use super::desk as terminal;
use super::reader;
use crate::text::Expert;

/// Which bid and which item is worked on.
#[derive(Clone, Copy)]
pub struct Place {
    /// The bid, by the number that its sheet or review uses.
    pub bid: RwSignal<u32>,
    /// The item.
    pub item: RwSignal<String>,
    /// By which number bids are named.
    pub side: DocumentSide,
}

impl Place {
    /// The first bid and the first item.
    pub fn new(part: SheetPart, bid: u32, item: String) -> Self {
        Self { bid: RwSignal::new(bid), item: RwSignal::new(item), side: side_of(part) }
    }
}

/// By which number a sheet names bids.
pub const fn side_of(part: SheetPart) -> DocumentSide {
    match part {
        SheetPart::Blind => DocumentSide::Blind,
        SheetPart::Whole | SheetPart::Named => DocumentSide::Named,
    }
}

/// How a bid is named where there is little room: 3, or 暗 3.
pub fn short(side: DocumentSide, bid: u32) -> String {
    match side {
        DocumentSide::Named => format!("{bid:02}"),
        DocumentSide::Blind => format!("暗{bid:02}"),
    }
}

/// A bid that a question is about, where there is little room.
pub fn short_about(about: About) -> String {
    match about {
        About::Bid(bid) => short(DocumentSide::Named, bid),
        About::Blind(number) => short(DocumentSide::Blind, number),
    }
}

/// The bidder's name behind what a question is about; empty while a blind holds.
pub fn name_about(about: About) -> Part<String> {
    match about {
        About::Bid(bid) => name_of(DocumentSide::Named, bid),
        About::Blind(number) => name_of(DocumentSide::Blind, number),
    }
}

/// The bidder's name; empty while a blind holds.
pub fn name_of(side: DocumentSide, bid: u32) -> Part<String> {
    let (bids, known) = (terminal().bids, terminal().known);
    Part::new(move || {
        // Once it is lifted it is known who is behind a number.
        let behind = || {
            known.with(|known| {
                let mut numbers = known.iter().flat_map(|known| &known.state.blind.numbers);
                numbers.find(|(_, number)| **number == bid).map(|(bid, _)| *bid)
            })
        };
        let named = match side {
            DocumentSide::Named => Some(bid),
            DocumentSide::Blind => behind(),
        };
        bids.with(|bids| {
            let found = bids.iter().find(|it| it.side == DocumentSide::Named && Some(it.number) == named);
            found.and_then(|found| found.name.clone()).unwrap_or_default()
        })
    })
}

/// The bids, each with what `count` says of it: done and all.
pub fn bid_buttons(
    place: Place,
    bids: Part<Vec<u32>>,
    count: impl Fn(u32) -> (usize, usize) + Clone + Send + Sync + 'static,
) -> AnyView {
    let head = match place.side {
        DocumentSide::Named => Expert::Bids,
        DocumentSide::Blind => Expert::BlindBids,
    };
    view! {
        <h2>{t(head)}</h2>
        <div class="bids">
            {redraw(move || {
                let count = count.clone();
                bids.get().into_iter().map(move |bid| {
                    let count = count.clone();
                    let done = Part::new(move || count(bid));
                    let full = Part::new(move || done.with(|(done, all)| done == all));
                    let name = name_of(place.side, bid);
                    view! {
                        <button type="button" data-bid=bid title=move || name.get()
                            aria-current=mark(move || (place.bid.get() == bid).then_some("true"))
                            data-full=mark(move || full.get().then_some(""))
                            on:click=move |_| place.bid.set(bid)>
                            {short(place.side, bid)}
                            <small>{move || { let (done, all) = done.get(); format!("{done}/{all}") }}</small>
                        </button>
                    }
                }).drawn()
            })}
        </div>
    }
    .into_any()
}

/// The desk's frame.
pub fn frame(place: Place, nav: AnyView, form: AnyView, foot: AnyView) -> AnyView {
    view! {
        <div class="page desk">
            <nav class="nav" aria-label=t(Expert::NavLabel)>{nav}</nav>
            {reader::pane(place)}
            <main class="form" id="main" tabindex="-1">{form}</main>
            <footer class="commit">{foot}</footer>
        </div>
    }
    .into_any()
}

/// Progress: a number, a bar, a sentence.
pub fn progress(label: Expert, done: Part<(usize, usize)>) -> AnyView {
    let share = move || {
        let (done, all) = done.get();
        let hundredths = done.saturating_mul(100) / all.max(1);
        format!("{}.{:02}", hundredths / 100, hundredths % 100)
    };
    view! {
        <span class="n">{t(label)}" "<b class="num">{move || { let (done, all) = done.get(); format!("{done} / {all}") }}</b></span>
        <span class="bar" style:--v=share><i></i></span>
    }
    .into_any()
}
