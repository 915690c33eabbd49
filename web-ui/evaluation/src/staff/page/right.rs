//! The right column: the time, questions and answers, documents, the log.

use bidroom_domain::At;
use bidroom_web_ui::model::Icon;
use bidroom_web_ui::model::figures::left_text;
use bidroom_web_ui::page::console_log;
use bidroom_web_ui::text::{Both, Common};
use bidroom_web_ui::ui::{Button, Part, Views as _, button, icon, page as ui_page, redraw, t};
use leptos::prelude::*;

use super::{known, talks, tongue};
use crate::staff::model::Viewer;
use crate::staff::office::office;
use crate::staff::text::Office as Words;

/// Draws it.
pub fn right() -> AnyView {
    let viewer = known(|known| known.viewer);
    let inside =
        Part::new(move || matches!(viewer.get(), Viewer::Host | Viewer::Tenderer | Viewer::Supervisor));
    let printed = Part::new(move || matches!(viewer.get(), Viewer::Host | Viewer::Supervisor));
    view! {
        <aside class="right" tabindex="0" aria-label=t(Common::Beside)>
            {time()}
            {redraw(move || if inside.get() {
                view! { <section><h2>{icon(Icon::Chat)}{t(Words::Talks)}</h2>{talks::talks()}</section> }.into_any()
            } else {
                ().into_any()
            })}
            {redraw(move || if printed.get() { papers() } else { ().into_any() })}
            {console_log()}
        </aside>
    }
    .into_any()
}

fn time() -> AnyView {
    let now = ui_page().now;
    let until = known(|known| {
        // Only inside is it known how long the committee goes on.
        let inside = matches!(known.viewer, Viewer::Host | Viewer::Supervisor);
        let until = known.state.until.filter(|_| inside && known.state.stage.is_at_work())?;
        let share = &known.plan.committee.extension_share.value;
        Some((until, format!("{}/{}", share.parts, share.of)))
    });
    let left = Part::new(move || {
        let until: Option<(At, String)> = until.get();
        until.map(|(until, _)| until.millis_since(now.get())).map(|left| (left <= 0, left_text(left)))
    });
    redraw(move || {
        let Some((at, share)) = until.get() else { return ().into_any() };
        view! {
            <section class="tm">
                <h2>{icon(Icon::Clock)}{t(Words::Time)}</h2>
                {redraw(move || match left.get() {
                    Some((true, _)) => view! { <b class="over">{t(Words::TimeOver)}</b> }.into_any(),
                    Some((false, text)) => view! { <p class="countdown small num">{text}</p> }.into_any(),
                    None => ().into_any(),
                })}
                <p class="why">{t(Words::TimeUntil { at: at.clock_text() })}</p>
                <p class="why">{t(Words::TimeNote { share })}</p>
            </section>
        }
        .into_any()
    })
}

fn papers() -> AnyView {
    let office = office();
    view! {
        <section>
            <h2>{icon(Icon::Doc)}{t(Words::Papers)}</h2>
            {redraw(move || {
                let papers = office.papers.get();
                if papers.is_empty() {
                    return view! { <p class="why">{t(Words::PapersNone)}</p> }.into_any();
                }
                let line = |paper: bidroom_wire::PaperView| {
                    let (id, name) = (paper.id, Both::new(paper.zh, paper.en));
                    let press = move || office.save_paper(id.clone(), tongue());
                    view! { <li><span>{t(name)}</span>{button(Button::new(Words::Save).small().quiet().icon(Icon::Down).busy(office.busy, Words::Working), press)}</li> }
                };
                view! { <ul class="papers">{papers.into_iter().map(line).drawn()}</ul> }.into_any()
            })}
        </section>
    }
    .into_any()
}
