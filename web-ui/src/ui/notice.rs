//! Notices, the drill band, and the bands about connection and evidence.

use super::button::{Button, button};
use super::redraw;
use super::tag::icon;
use super::{Theme, page, t};
use crate::deed::{Deed, Trouble as Problem};
use crate::model::{Icon, Link};
use crate::text::{Both, Common, Say, Trouble};
use leptos::prelude::*;

/// Kinds of notices; refusal, fault and tamper never look alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A rule says no.
    Rule,
    /// A device failed; what to do.
    Fault,
    /// Done.
    Ok,
    /// Revoked, refused.
    Stop,
    /// Evidence disagrees.
    Tamper,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Fault => "fault",
            Self::Ok => "ok",
            Self::Stop => "stop",
            Self::Tamper => "tamper",
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Rule => Icon::Rule,
            Self::Fault => Icon::Wrench,
            Self::Ok => Icon::OkCircle,
            Self::Stop => Icon::NoEntry,
            Self::Tamper => Icon::ShieldBad,
        }
    }
}

/// A notice: what happened, what stays safe and what to do, the clause; its buttons stand at the right.
pub fn notice(kind: Kind, head: impl Say, text: impl Say, clause: Option<Both>, acts: AnyView) -> AnyView {
    draw(kind, head.both(), text.both(), clause, acts)
}

fn draw(kind: Kind, head: Both, text: Both, clause: Option<Both>, acts: AnyView) -> AnyView {
    view! {
        <div class="notice" data-kind=kind.name()>
            {icon(kind.icon())}
            <div>
                <h3>{t(head)}</h3>
                <p>{t(text)}</p>
                {clause.map(|clause| view! { <p class="clause">{t(clause)}</p> })}
            </div>
            <div class="fl">{acts}</div>
        </div>
    }
    .into_any()
}

/// The permanent band of a drill.
pub fn drill_band() -> AnyView {
    let drill = page().part(crate::model::Scene::is_drill);
    view! { {redraw(move || (drill.get().then(|| view! { <div class="drill" role="note"><span>{t(Common::Drill)}</span></div> })).into_any())} }
        .into_any()
}

/// The banner above everything when evidence disagrees; it stays until acknowledged, and the page stays frozen after.
pub fn alarm() -> AnyView {
    let page = page();
    let tamper = page.part(|scene| scene.tamper.clone());
    let told = RwSignal::new(false);
    let show = move || {
        tamper.get().map(|tamper| {
            let seen = tamper.seen.map(|at| at.clock_text()).unwrap_or_else(|| "--:--:--".to_owned());
            let text = Trouble::TamperNote { seen }.both();
            let acts = view! {
                {button(Button::new(Trouble::Evidence).icon(Icon::Down), move || page.act.run(Deed::SaveEvidence))}
                {redraw(move || ((!told.get()).then(|| button(Button::new(Trouble::Acknowledge), move || told.set(true)))).into_any())}
            }
            .into_any();
            view! {
                <div class="alarm" role="alert">
                    {draw(Kind::Tamper, Trouble::Tamper.both(), text, Some(tamper.what), acts)}
                </div>
            }
        })
    };
    view! { {show} }.into_any()
}

/// The band while the connection is lost or entries are being fetched.
pub fn lagging() -> AnyView {
    let state = page().part(|scene| (scene.link, scene.seen, scene.tamper.is_some(), scene.halted.clone()));
    let wall = page().theme.get_untracked() == Theme::Wall;
    let show = move || {
        let (link, seen, tamper, halted) = state.get();
        let (head, text) = match link {
            _ if tamper => return None,
            Link::Lost { attempt } => match seen {
                Some(at) => (
                    Trouble::LinkLost.both(),
                    Trouble::LinkLostNote { seen: at.clock_text(), attempt }.both(),
                ),
                None => (Trouble::LinkLost.both(), Trouble::LinkLostEarly { attempt }.both()),
            },
            Link::CatchingUp { from, to } => {
                (Trouble::CatchingUp { from, to }.both(), Trouble::CatchingUpNote.both())
            }
            Link::Outdated => (Trouble::Outdated.both(), Trouble::OutdatedNote.both()),
            // The wall says it in its own band.
            Link::Opening | Link::Live => halted.filter(|_| !wall)?,
        };
        Some(
            view! { <div class="lagging" role="status">{draw(Kind::Fault, head, text, None, ().into_any())}</div> },
        )
    };
    view! { {show} }.into_any()
}

/// What the last deed ran into, until the next one.
pub fn trouble() -> AnyView {
    let page = page();
    let problem = page.doing_part(|doing| doing.trouble.clone());
    let show = move || {
        problem.get().map(|Problem { kind, head, text, clause }| {
            let close = button(Button::new(Common::Close).small(), move || {
                page.doing.update(|doing| doing.trouble = None)
            });
            view! { <div class="troubles" role="alert">{draw(kind, head, text, clause, close)}</div> }
        })
    };
    view! { {show} }.into_any()
}
