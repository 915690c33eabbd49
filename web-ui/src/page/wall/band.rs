//! The band at the foot: the one sentence that matters now, and the ledger.

use crate::model::figures::{amount, left_text, split_unit};
use crate::model::scene::{Scene, Stage, StopLine};
use crate::model::{Icon, Ledger, Row};
use crate::text::{Both, Common, Hall, Lang, Say, Wall};
use crate::ui::{Views as _, icon, page, qr, redraw, t};
use bidroom_domain::Column;
use leptos::prelude::*;

/// What the band says.
#[derive(Clone, PartialEq, Eq)]
enum Band {
    Bidders,
    Note { symbol: Icon, tag: Wall, under: Option<Wall>, head: Both, text: Both },
    Stopped { stop: StopLine, done: usize },
    Halted { head: Both, text: Both },
    Live { row: Box<Row>, columns: Vec<Column> },
}

fn band_of(scene: &Scene) -> Band {
    let note = |symbol, tag, under, head: Both, text: Both| Band::Note { symbol, tag, under, head, text };
    if let Some((head, text)) = scene.halted.clone() {
        return Band::Halted { head, text };
    }
    match scene.stage {
        Stage::Before => Band::Bidders,
        Stage::Refused => note(Icon::Rule, Wall::RefusedTag, None, Hall::RefusedNext.both(), Both::default()),
        Stage::Authorise => note(
            Icon::Lock,
            Wall::NoneOpened,
            Some(Wall::Officers { done: scene.authorised(), needed: scene.threshold }),
            Wall::RosterBand.both(),
            Wall::RosterBandNote.both(),
        ),
        Stage::Unlock | Stage::Opening => match &scene.stop {
            Some(stop) => Band::Stopped { stop: stop.clone(), done: scene.handed() },
            None => note(
                Icon::Lock,
                Wall::NoneOpened,
                Some(Wall::OnlyShares),
                Hall::OpenTogether.both(),
                if scene.project.as_ref().is_some_and(|project| project.restricted.is_some()) {
                    Wall::TogetherRestricted.both()
                } else {
                    Wall::TogetherNote.both()
                },
            ),
        },
        Stage::Announce => {
            if let Some(restricted) = scene.withheld() {
                let under = scene.announcing.map(|row| Wall::RowOf { row });
                let basis = Common::Basis { clause: restricted.clause.clone() }.both();
                return note(Icon::Open, Wall::AnnounceHead, under, restricted.head().both(), basis);
            }
            let live = scene.announcing.and_then(|number| scene.rows.iter().find(|row| row.number == number));
            match (live, &scene.project) {
                (Some(row), Some(project)) => Band::Live {
                    row: Box::new(row.clone()),
                    columns: project.columns.iter().take(3).cloned().collect(),
                },
                _ => note(
                    Icon::Open,
                    Wall::AnnounceHead,
                    None,
                    Wall::OpenedBand.both(),
                    Wall::OpenedBandNote.both(),
                ),
            }
        }
        Stage::Confirm => {
            let open = scene.talks.iter().filter(|talk| talk.answer.is_none()).count();
            let clause =
                scene.project.as_ref().and_then(|project| project.silence.clone()).unwrap_or_default();
            note(
                Icon::Pen,
                Wall::ConfirmTag,
                (open > 0).then_some(Wall::ObjectionsOpen { open }),
                Wall::ConfirmBand.both(),
                Wall::ConfirmBandNote { clause }.both(),
            )
        }
        Stage::Closed => {
            note(Icon::Doc, Wall::ClosedTag, None, Wall::ClosedBand.both(), Wall::ClosedBandNote.both())
        }
    }
}

/// Draws the band.
pub(super) fn band() -> AnyView {
    let band = page().part(band_of);
    view! {
        <div class="w-band">
            {redraw(move || (match band.get() {
                Band::Bidders => bidders(),
                Band::Note { symbol, tag, under, head, text } => note(symbol, tag, under, head, text),
                Band::Stopped { stop, done } => stopped(&stop, done),
                Band::Halted { head, text } => halted(head, text),
                Band::Live { row, columns } => live(*row, columns),
            }).into_any())}
            {ledger()}
        </div>
    }
    .into_any()
}

fn bidders() -> AnyView {
    view! {
        <section class="w-note">
            <div class="tag">{icon(Icon::Usb)}{t(Wall::BidderNotice)}</div>
            <div class="body lines">
                <span>{t(Wall::BidderNotice1)}</span><span>{t(Wall::BidderNotice2)}</span><span>{t(Wall::BidderNotice3)}</span>
            </div>
        </section>
    }
    .into_any()
}

fn note(symbol: Icon, tag: Wall, under: Option<Wall>, head: Both, text: Both) -> AnyView {
    view! {
        <section class="w-note">
            <div class="tag">{icon(symbol)}{t(tag)}{under.map(|under| view! { <small>{t(under)}</small> })}</div>
            <div class="body"><b>{t(head)}</b><p>{t(text)}</p></div>
        </section>
    }
    .into_any()
}

fn stopped(stop: &StopLine, done: usize) -> AnyView {
    let since = stop.since.map(|at| view! { <small>{t(Wall::StoppedSince { at: at.clock_text() })}</small> });
    view! {
        <section class="w-stop">
            <div class="tag">{icon(Icon::Pause)}{t(Wall::StoppedTag)}{since}</div>
            <div class="body">
                <b lang="zh-CN">{stop.reason.clone()}</b>
                <p>{t(Wall::StoppedNote { left: left_text(stop.left), done })}</p>
                <p>{t(Wall::NothingOpened)}</p>
            </div>
        </section>
    }
    .into_any()
}

fn halted(head: Both, text: Both) -> AnyView {
    view! {
        <section class="w-stop" role="status">
            <div class="tag">{icon(Icon::Wrench)}{t(Wall::HaltedTag)}</div>
            <div class="body"><b>{t(head)}</b><p>{t(text)}</p></div>
        </section>
    }
    .into_any()
}

fn live(row: Row, columns: Vec<Column>) -> AnyView {
    let lang = page().lang;
    let price = row.schedule.as_ref().and_then(|shown| shown.price);
    let figure = move || match (price, lang.get()) {
        (None, _) => view! { "—" }.into_any(),
        (Some(price), Lang::Zh) => view! { {price.figures()}" "<small>"元"</small> }.into_any(),
        (Some(price), Lang::En) => amount(price, Lang::En).into_any(),
    };
    let cells = row.schedule.map(|shown| shown.cells).unwrap_or_default();
    let rest: Vec<(Column, String)> = columns.into_iter().zip(cells).collect();
    let fields = move || {
        rest.iter()
            .map(|(column, value)| {
                let head = match lang.get() {
                    Lang::Zh => &column.zh,
                    Lang::En => &column.en,
                };
                let (label, unit) = split_unit(head);
                let value = unit.map_or_else(|| value.clone(), |unit| format!("{value} {unit}"));
                view! { {label.to_owned()}" "<b>{value}</b> }
            })
            .drawn()
    };
    view! {
        <section class="w-live">
            <div class="tag">{icon(Icon::Speak)}{t(Wall::AnnouncingTag)}<small>{t(Wall::RowOf { row: row.number })}</small></div>
            <div class="body">
                <div><span class="name" lang="zh-CN">{row.name}</span><span class="price">{figure}</span></div>
                <div class="cap" lang="zh-CN">{price.map(|price| price.words())}</div>
                <div><span class="rest">{fields}</span></div>
            </div>
        </section>
    }
    .into_any()
}

/// Before the deadline: where the checkpoint will stand. From then on: the newest one.
fn ledger() -> AnyView {
    let page = page();
    let known = page.part(|scene| scene.ledger.clone().filter(|_| scene.stage > Stage::Before));
    let before = page.part(|scene| scene.stage == Stage::Before);
    let deadline =
        page.part(|scene| scene.project.as_ref().map(|p| p.deadline.clock_text()).unwrap_or_default());
    view! {
        <aside class="w-proof">
            {redraw(move || (match known.get() {
                Some(ledger) => intact(&ledger),
                None if before.get() => view! {
                    <div>
                        <h3 class="later">{icon(Icon::ShieldWait)}{t(Wall::DeadlineCheckpoint)}</h3>
                        <p><span class="wrap">{t(Wall::CheckpointAt { at: deadline.get() })}</span><span class="wrap">{t(Wall::CheckpointNote)}</span></p>
                    </div>
                    <div class="w-wait">{icon(Icon::Clock)}<span>{t(Wall::PublishedAt { at: deadline.get() })}</span></div>
                }
                .into_any(),
                None => view! { <div><h3 class="later">{icon(Icon::ShieldWait)}{t(Wall::LedgerChecking)}</h3></div><div></div> }.into_any(),
            }).into_any())}
        </aside>
    }
    .into_any()
}

fn intact(ledger: &Ledger) -> AnyView {
    let (have, all) = ledger.witnesses;
    let witnesses = if all == 0 { Wall::NoWitnesses } else { Wall::Witnesses { have, all } };
    view! {
        <div>
            <h3>{icon(Icon::Shield)}{t(Wall::LedgerIntact)}</h3>
            <p>
                <span class="num">{t(Wall::LedgerLine { size: ledger.size, at: ledger.at.clock_text() })}</span>
                <span class="mono">{ledger.root.clone()}</span>
                <span>{t(Wall::Signatures)}</span>
                <span>{t(witnesses)}</span>
            </p>
        </div>
        <div>{qr(&ledger.qr)}</div>
    }
    .into_any()
}
