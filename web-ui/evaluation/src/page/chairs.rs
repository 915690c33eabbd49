//! What the chair may do when it sees need for it: in groups, each with what it is for, and why not now.

mod abnormal;
mod ask;
mod low;
mod plain;
mod price;

use bidroom_web_ui::model::Icon;
use bidroom_web_ui::text::{Both, Say as _};
use bidroom_web_ui::ui::{Button, Part, Views as _, button, redraw, t};
use leptos::prelude::*;

use super::{known, names};
use crate::live::Known;
use crate::model::{NotNow, Offer, offers as offered};
use crate::text::{Chairs, Expert};

pub use ask::{ask_window, key};

/// The windows, one for each offer.
#[derive(Clone, Copy)]
struct Windows {
    ask: RwSignal<bool>,
    correct: RwSignal<bool>,
    low: RwSignal<bool>,
    abnormal: RwSignal<bool>,
    document: RwSignal<bool>,
    back: RwSignal<bool>,
    resign: RwSignal<bool>,
}

impl Windows {
    fn closed() -> Self {
        let one = || RwSignal::new(false);
        Self {
            ask: one(),
            correct: one(),
            low: one(),
            abnormal: one(),
            document: one(),
            back: one(),
            resign: one(),
        }
    }

    const fn of(self, offer: Offer) -> RwSignal<bool> {
        match offer {
            Offer::Ask => self.ask,
            Offer::Correct => self.correct,
            Offer::LowPrice => self.low,
            Offer::Abnormal => self.abnormal,
            Offer::Document => self.document,
            Offer::Back => self.back,
            Offer::Resign => self.resign,
        }
    }
}

/// Everything that is offered to the chair, with the windows in which it is done.
pub fn offers() -> AnyView {
    let shown = known(|known| {
        let offers = offered(known.sight()).into_iter();
        offers.map(|(offer, not)| (offer, not.map(|not| why(known, offer, &not)))).collect::<Vec<_>>()
    });
    let windows = Windows::closed();
    view! {
        <div class="offers">
            <h3>{t(Chairs::More)}</h3>
            {group(Chairs::ToBidders, &[Offer::Ask, Offer::Correct, Offer::LowPrice], shown, windows)}
            {group(Chairs::ToVote, &[Offer::Abnormal, Offer::Document], shown, windows)}
            {group(Chairs::Course, &[Offer::Back, Offer::Resign], shown, windows)}
        </div>
        {ask_window(windows.ask, RwSignal::new(String::new()))}
        {price::window(windows.correct)}
        {low::window(windows.low)}
        {abnormal::window(windows.abnormal)}
        {plain::document(windows.document)}
        {plain::back(windows.back)}
        {plain::resign(windows.resign)}
    }
    .into_any()
}

fn group(
    title: Chairs,
    of: &'static [Offer],
    shown: Part<Vec<(Offer, Option<Both>)>>,
    windows: Windows,
) -> AnyView {
    let list = redraw(move || {
        let here = shown.get().into_iter().filter(|(offer, _)| of.contains(offer));
        here.map(|(offer, not)| one(offer, not, windows.of(offer))).drawn()
    });
    view! { <section><h4>{t(title)}</h4>{list}</section> }.into_any()
}

fn one(offer: Offer, not: Option<Both>, open: RwSignal<bool>) -> AnyView {
    let (word, what, symbol, id) = match offer {
        Offer::Ask => (Chairs::Ask, Chairs::AskWhat, Icon::Chat, "offer-ask"),
        Offer::Correct => (Chairs::Correct, Chairs::CorrectWhat, Icon::Pen, "offer-correct"),
        Offer::LowPrice => (Chairs::Low, Chairs::LowWhat, Icon::Down, "offer-low"),
        Offer::Abnormal => (Chairs::Abnormal, Chairs::AbnormalWhat, Icon::Search, "offer-abnormal"),
        Offer::Document => (Chairs::Document, Chairs::DocumentWhat, Icon::Doc, "offer-document"),
        Offer::Back => (Chairs::Back, Chairs::BackWhat, Icon::Clock, "back"),
        Offer::Resign => (Chairs::Resign, Chairs::ResignWhat, Icon::User, "offer-resign"),
    };
    let can = not.is_none();
    view! {
        <div class="offer">
            {button(Button::new(word).icon(symbol).can(Signal::stored(can)).id(id), move || open.set(true))}
            <p class="why">{t(not.unwrap_or_else(|| what.both()))}</p>
        </div>
    }
    .into_any()
}

/// Why an offer is not possible now, and when it is.
fn why(known: &Known, offer: Offer, not: &NotNow) -> Both {
    match not {
        NotNow::Stage => match offer {
            Offer::Ask => Chairs::AskWhen.both(),
            Offer::Correct => Chairs::CorrectWhen.both(),
            _ => Chairs::LowWhen.both(),
        },
        NotNow::ResultStands => Chairs::NotResult.both(),
        NotNow::Members(absent) => Chairs::NotMembers { who: names(known, absent) }.both(),
        NotNow::Sealed => Chairs::NotSealed.both(),
        NotNow::Voted(number) => Chairs::NotVoted { number: *number }.both(),
        NotNow::Signed => Chairs::NotSigned.both(),
        NotNow::AllAsked => Chairs::NotLow.both(),
        NotNow::Requested => Expert::BackAsked.both(),
        NotNow::NoEarlier => Chairs::NotBack.both(),
    }
}
