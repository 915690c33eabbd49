//! The left column: the great figure, the room's clock, the count.

use crate::model::figures::minutes;
use crate::model::scene::{Scene, Stage};
use crate::model::window::{Look, Window};
use crate::model::{Icon, Row, Tone};
use crate::text::{Both, Common, Say, Wall};
use crate::ui::{
    Part, Views as _, bar, clock_text, countdown, icon, page, quality, reading, redraw, said, share_bar, t,
};
use leptos::prelude::*;

/// Two words over the great figure.
fn heads(scene: &Scene, look: Option<Look>) -> (Wall, Both) {
    match scene.stage {
        Stage::Before => (Wall::BeforeHead, Wall::BeforeSub.both()),
        Stage::Refused => (Wall::RefusedHead, Both::default()),
        Stage::Authorise => (Wall::RosterHead, Wall::RosterSub.both()),
        Stage::Unlock | Stage::Opening => (
            Wall::UnlockHead,
            match look {
                Some(Look::Stopped) => Wall::StoppedSub,
                Some(Look::Last) => Wall::LastSub,
                Some(Look::Ended) => Wall::EndedSub,
                _ => Wall::UnlockSub,
            }
            .both(),
        ),
        Stage::Announce => {
            let (now, all) = (scene.announced(), scene.opened());
            let sub = if now == 0 { Wall::AnnounceReady { all } } else { Wall::AnnounceSub { now, all } };
            (Wall::AnnounceHead, sub.both())
        }
        Stage::Confirm => (
            Wall::ConfirmHead,
            match look {
                Some(Look::Last) => Wall::LastSub,
                Some(Look::Ended) => Wall::EndedSub,
                _ => Wall::ConfirmSub,
            }
            .both(),
        ),
        Stage::Closed => (Wall::ClosedHead, Both::default()),
    }
}

/// The line under the bar: when it began, how long, when it ends.
fn window_line(scene: &Scene) -> Vec<Both> {
    match (scene.stage, scene.window) {
        (Stage::Before, Window::Running { from, until, .. }) => vec![
            Wall::SignInFrom { at: from.clock_text() }.both(),
            Wall::OpeningAt { at: until.clock_text() }.both(),
        ],
        (_, Window::Running { from, until, .. }) => vec![
            Wall::WindowFrom { at: from.clock_text() }.both(),
            Wall::WindowLength { minutes: minutes(until.millis_since(from)) }.both(),
            Wall::WindowUntil { at: until.clock_text() }.both(),
        ],
        (_, Window::Stopped { from, length, .. }) => vec![
            Wall::WindowFrom { at: from.clock_text() }.both(),
            Wall::WindowLength { minutes: minutes(length) }.both(),
            Wall::WindowMoved.both(),
        ],
        (Stage::Announce, _) => scene
            .collected_at
            .zip(scene.opened_at)
            .map(|(collected, opened)| {
                let at = opened.clock_text();
                let published = scene.withheld().is_none();
                vec![
                    Wall::OpenedTogether { at: collected.clock_text() }.both(),
                    if published { Wall::AllPublished { at } } else { Wall::OpenedOnly { at } }.both(),
                ]
            })
            .unwrap_or_default(),
        (Stage::Authorise, _) => scene
            .roster_at
            .map(|at| vec![Wall::AllPublished { at: at.clock_text() }.both()])
            .unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// A great figure of two numbers; nothing where time is counted.
fn pair(scene: &Scene) -> Option<(String, String)> {
    match scene.stage {
        Stage::Refused => scene.refused.as_ref().map(|r| (r.bidders.to_string(), r.minimum.to_string())),
        Stage::Authorise => Some((scene.authorised().to_string(), scene.threshold.to_string())),
        Stage::Announce => Some((scene.announced().to_string(), scene.opened().to_string())),
        Stage::Closed => Some((scene.confirmed().to_string(), scene.opened().to_string())),
        Stage::Before | Stage::Unlock | Stage::Opening | Stage::Confirm => None,
    }
}

fn figure() -> AnyView {
    let page = page();
    let two = page.part(pair);
    let share = Signal::derive(move || {
        let part = |text: &str| text.parse::<i64>().unwrap_or(0);
        two.with(|two| two.as_ref().map_or(0, |(now, all)| part(now).saturating_mul(1000) / part(all).max(1)))
    });
    let is_pair = Part::new(move || two.with(Option::is_some));
    view! {
        {redraw(move || ({
            if is_pair.get() {
                view! {
                    <div class="countdown w-count">
                        {redraw(move || (two.with(|two| two.as_ref().map(|two| two.0.clone()))).into_any())}
                        <span class="of">"/"</span>
                        {redraw(move || (two.with(|two| two.as_ref().map(|two| two.1.clone()))).into_any())}
                    </div>
                    {share_bar(share, Signal::stored(None))}
                }
                .into_any()
            } else {
                view! { {countdown("w-count")} {bar()} }.into_any()
            }
        }).into_any())}
    }
    .into_any()
}

/// What fills the foot of the column.
#[derive(Clone, PartialEq, Eq)]
enum Foot {
    SignIn,
    Nothing,
    Count(usize, Wall, Vec<(Tone, Icon)>),
    Bodies(Wall, u32, u32),
}

fn cells(rows: &[Row], stage: Stage) -> Vec<(Tone, Icon)> {
    rows.iter()
        .map(|row| {
            let tag = row.standing.tag();
            let symbol = if tag.tone == Tone::Ok && stage < Stage::Confirm { Icon::Check } else { tag.icon };
            (tag.tone, symbol)
        })
        .collect()
}

fn foot_of(scene: &Scene) -> Foot {
    let all = scene.rows.len();
    match scene.stage {
        Stage::Before => Foot::SignIn,
        Stage::Refused | Stage::Authorise => Foot::Nothing,
        Stage::Unlock | Stage::Opening => {
            Foot::Count(scene.handed(), Wall::Handed { all }, cells(&scene.rows, scene.stage))
        }
        Stage::Announce => {
            let count = scene.opened();
            let schedules = match scene.withheld() {
                Some(_) => Wall::OpenedCount { count },
                None => Wall::SchedulesChecked { count },
            };
            Foot::Bodies(schedules, scene.bodies.0, scene.bodies.1)
        }
        Stage::Confirm | Stage::Closed => Foot::Count(
            scene.confirmed(),
            Wall::Confirmed { all: scene.opened() },
            cells(&scene.rows, scene.stage),
        ),
    }
}

fn foot() -> AnyView {
    let page = page();
    let foot = page.part(foot_of);
    let sign_in = page.part(|scene| scene.window.from());
    let running = Part::new(move || sign_in.get().is_some_and(|from| page.now.get() >= from));
    view! {
        {redraw(move || (match foot.get() {
            Foot::Nothing => view! { <div></div> }.into_any(),
            Foot::SignIn => view! {
                <div class="w-opened plain">
                    <div class="n num">{said(move || if running.get() { Wall::SignInRunning } else { Wall::SignInLater })}</div>
                </div>
            }
            .into_any(),
            Foot::Count(done, of, cells) => view! {
                <div class="w-opened">
                    <div class="n num">{done.to_string()}" "<small>{t(of)}</small></div>
                    <div class="cells" role="img" aria-label=t(Wall::CellsLabel)>
                        {cells.into_iter().map(|(tone, symbol)| view! { <span data-tone=tone.name()>{icon(symbol)}</span> }).drawn()}
                    </div>
                </div>
            }
            .into_any(),
            Foot::Bodies(schedules, done, all) => {
                let share = i64::from(done).saturating_mul(1000) / i64::from(all).max(1);
                let words = if done < all { Wall::BodiesChecking { done, all } } else { Wall::BodiesChecked { all } };
                view! {
                    <div class="w-bodies">
                        {share_bar(Signal::stored(share), Signal::stored(None))}
                        {t(schedules)}
                        <small>{t(words)}</small>
                    </div>
                }
                .into_any()
            }
        }).into_any())}
    }
    .into_any()
}

/// Draws the column.
pub(super) fn left() -> AnyView {
    let page = page();
    let reading = reading();
    let look = Part::new(move || reading.with(|r| r.as_ref().map(|r| r.look)));
    let head = Part::new(move || heads(&page.scene.read(), look.get()));
    let line = page.part(window_line);
    view! {
        <section class="w-left">
            <div>
                <h2><b>{said(move || head.get().0)}</b>"　"{said(move || head.get().1)}</h2>
                {figure()}
                <div class="w-window">
                    {redraw(move || (line.get().into_iter().map(|text| view! { <span>{t(text)}</span> }).drawn()).into_any())}
                </div>
            </div>
            <div class="w-clock">
                <div class="l">{t(Common::RoomClockSource)}</div>
                <div class="t clock">{clock_text()}</div>
                {quality(true)}
            </div>
            {foot()}
        </section>
    }
    .into_any()
}
