//! The countdown: a figure of constant width, silent for readers; what is said of it goes through the live region.

use super::page;
use super::redraw;
use super::{Part, mark};
use crate::model::Reading;
use leptos::prelude::*;

/// The window as it reads now.
pub fn reading() -> Part<Option<Reading>> {
    let page = page();
    let window = page.part(crate::model::Scene::counted);
    Part::new(move || window.get().read(page.now.get()))
}

/// The figure.
pub fn countdown(class: &'static str) -> AnyView {
    let reading = reading();
    let digits = Part::new(move || {
        reading.with(|r| r.as_ref().map_or_else(|| "--:--".to_owned(), |r| r.digits.clone()))
    });
    let look = Part::new(move || reading.with(|r| r.as_ref().map(|r| r.look.name())));
    view! {
        <div
            class=format!("countdown {class}")
            role="timer"
            aria-live="off"
            data-look=mark(move || look.get())
            data-chars=Signal::derive(move || digits.with(|d| d.chars().count().to_string()))
        >
            {redraw(move || (digits.get()).into_any())}
        </div>
    }
    .into_any()
}

/// The bar under it: how much of the window has gone.
pub fn bar() -> AnyView {
    let reading = reading();
    let gone = Part::new(move || reading.with(|r| r.as_ref().map_or(0, |r| r.gone)));
    let look = Part::new(move || reading.with(|r| r.as_ref().map(|r| r.look.name())));
    share_bar(Signal::derive(move || gone.get()), Signal::derive(move || look.get()))
}

/// A bar filled to so many thousandths.
pub fn share_bar(thousandths: Signal<i64>, look: Signal<Option<&'static str>>) -> AnyView {
    let value = move || {
        let part = thousandths.get().clamp(0, 1000);
        format!("{}.{:03}", part / 1000, part % 1000)
    };
    view! { <div class="bar" data-look=mark(move || look.get()) style:--v=value><i></i></div> }.into_any()
}
