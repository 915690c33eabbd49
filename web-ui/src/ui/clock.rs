//! The room's clock and its quality.

use super::Part;
use super::redraw;
use super::tag::icon;
use super::{page, said};
use crate::model::{ClockQuality, Icon};
use crate::text::{Both, Common, Lang, Say};
use leptos::prelude::*;

/// The room's time, `HH:MM:SS`; before the first frame nothing is invented.
pub fn clock_text() -> AnyView {
    let now = page().now;
    let text =
        Part::new(move || if now.get().0 == 0 { "--:--:--".to_owned() } else { now.get().clock_text() });
    view! { {redraw(move || (text.get()).into_any())} }.into_any()
}

fn words(quality: &ClockQuality, named: bool) -> Both {
    match quality {
        ClockQuality::Unstated => Common::ClockUnstated.both(),
        ClockQuality::Agree { sources, millis, .. } if !named => {
            Common::SourcesAgree { sources: *sources, millis: *millis }.both()
        }
        ClockQuality::Agree { names, sources, millis } => Both {
            zh: Common::SourcesNamed { names: names.zh.clone(), sources: *sources, millis: *millis }
                .say(Lang::Zh),
            en: Common::SourcesNamed { names: names.en.clone(), sources: *sources, millis: *millis }
                .say(Lang::En),
        },
        ClockQuality::Single { name } => Both {
            zh: Common::SingleSource { name: name.zh.clone() }.say(Lang::Zh),
            en: Common::SingleSource { name: name.en.clone() }.say(Lang::En),
        },
    }
}

/// What the room says of its clock's sources; with their names where there is room.
pub fn quality(named: bool) -> AnyView {
    let clock = page().part(|scene| scene.clock.clone());
    let agrees = Part::new(move || clock.with(|clock| matches!(clock, ClockQuality::Agree { .. })));
    let tone = move || if agrees.get() { "ok" } else { "wait" };
    let symbol = move || icon(if agrees.get() { Icon::OkCircle } else { Icon::Clock });
    view! { <span class="quality" data-tone=tone>{symbol}{said(move || clock.with(|clock| words(clock, named)))}</span> }.into_any()
}
