//! How long the committee has, and who finds it short.

use bidroom_web_ui::model::Icon;
use bidroom_web_ui::model::figures::left_text;
use bidroom_web_ui::ui::{Button, Part, button, icon, page, redraw, said, t};
use leptos::prelude::*;

use crate::model::time;
use crate::page::{desk, known};
use crate::text::Read;

/// The line beside the stages, while the committee is at work.
pub fn time_line() -> AnyView {
    let desk = desk();
    let shown = known(|known| {
        let ready = known.state.member(known.me).is_some_and(|member| member.is_ready());
        time(known.sight()).filter(|_| known.state.stage.is_at_work()).map(|time| (time, ready))
    });
    let now = page().now;
    redraw(move || {
        let Some((time, ready)) = shown.get() else { return ().into_any() };
        let until = time.until.clock_text();
        let until = if time.is_extended { Read::TimeExtended { until } } else { Read::TimeUntil { until } };
        let over = Part::new(move || now.get() >= time.until);
        let left = said(move || match over.get() {
            true => Read::TimeOver,
            false => Read::TimeLeft { left: left_text(time.until.millis_since(now.get())) },
        });
        let asked = (time.asked > 0).then(|| {
            let asked = Read::TimeAsked { asked: time.asked, needed: time.needed, minutes: time.minutes };
            view! { <span class="why">{t(asked)}</span> }
        });
        let ask = (ready && !time.mine).then(|| {
            button(Button::new(Read::TimeGo).quiet().small().id("time-short"), move || {
                desk.asks_time.set(true)
            })
        });
        view! { <div class="timeline" id="time">{icon(Icon::Clock)}<b class="num">{t(until)}</b><span class="num second">{left}</span>{asked}{ask}</div> }
            .into_any()
    })
}
