//! The sheet: who has handed in, later the schedule of bids. Rows stay where they are; cells fill.

use crate::browser;
use crate::model::row::{Row, lock_kind};
use crate::model::scene::{Scene, Stage};
use crate::model::{Icon, Link, Standing};
use crate::page::wall_heading as heading;
use crate::text::{Both, Common, Hall, Say, State};
use crate::ui::{
    Kind, Part, Views as _, badge, each, icon, mark, notice, page, popover, redraw, said, t, tag,
};
use bidroom_domain::Column;
use leptos::html;
use leptos::prelude::*;

/// What the rows show beside number, bidder and state.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// Who has handed in, with which lock, when.
    Collecting,
    /// The schedules.
    Schedules,
    /// The same as while collecting, with the proof: this viewer may not read the schedules.
    Outcomes,
}

impl Layout {
    fn of(scene: &Scene) -> Self {
        match (scene.is_open(), scene.withheld()) {
            (false, _) => Self::Collecting,
            (true, None) => Self::Schedules,
            (true, Some(_)) => Self::Outcomes,
        }
    }
}

/// Draws the sheet.
pub(super) fn sheet() -> AnyView {
    let page = page();
    let open = RwSignal::new(None::<u32>);
    let layout = page.part(Layout::of);
    let stage = page.part(|scene| scene.stage);
    let count = page.part(|scene| (scene.handed(), scene.rows.len()));
    let link = page.part(|scene| (scene.link, scene.tamper.is_some()));
    let title = move || match stage.get() {
        _ if layout.get() == Layout::Outcomes => Hall::SheetResult,
        Stage::Before | Stage::Refused | Stage::Authorise => Hall::SheetRoster,
        Stage::Unlock | Stage::Opening => Hall::SheetUnlock,
        _ => Hall::SheetOpen,
    };
    let counted = move || {
        let (done, all) = count.get();
        match stage.get() {
            Stage::Unlock | Stage::Opening => Hall::HandedCount { done, all },
            _ => Hall::BidderCount { all },
        }
    };
    let state = move || match link.get() {
        (_, true) => State::Tampered,
        (Link::Live, _) => State::Live,
        (Link::CatchingUp { .. }, _) => State::CatchingUp,
        (Link::Opening | Link::Outdated | Link::Lost { .. }, _) => State::Reconnecting,
    };
    view! {
        <section class="panel sheet">
            <header>
                <h2>{said(title)}</h2><span class="second">{said(counted)}</span>
                <span class="grow"></span>{tag(move || state().into())}
            </header>
            {only_some()}
            {table(layout, open)}
            {foot(layout)}
        </section>
        {layer(open)}
    }
    .into_any()
}

/// Who reads the schedules and by which clause, where this viewer does not.
pub(crate) fn only_some() -> AnyView {
    let withheld = page().part(|scene| scene.withheld().cloned());
    redraw(move || {
        let Some(restricted) = withheld.get() else { return ().into_any() };
        let head = restricted.head();
        let basis = Common::Basis { clause: restricted.clause }.both();
        notice(Kind::Rule, head, Hall::WithheldNote, Some(basis), ().into_any())
    })
}

fn table(layout: Part<Layout>, open: RwSignal<Option<u32>>) -> AnyView {
    let page = page();
    let numbers = page.part(|scene| scene.rows.iter().map(|row| row.number).collect::<Vec<_>>());
    let columns =
        page.part(|scene| scene.project.as_ref().map(|project| project.columns.clone()).unwrap_or_default());
    let caption = said(move || match layout.get() {
        Layout::Collecting => Hall::CaptionUnlock,
        Layout::Schedules => Hall::CaptionOpen,
        Layout::Outcomes => Hall::CaptionResult,
    });
    view! {
        <div class="scroll" tabindex="-1" on:keydown=|event| browser::move_between_rows(&event)>
            <table class="table">
                <caption class="sr">{caption}</caption>
                {redraw(move || (heads(layout.get(), &columns.get())).into_any())}
                <tbody>
                    {each(move || numbers.get(), move |number| row(number, layout, columns, open))}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

fn heads(layout: Layout, columns: &[Column]) -> AnyView {
    if layout != Layout::Schedules {
        let with_proof = layout == Layout::Outcomes;
        return view! {
            <colgroup>
                <col class="c-no"/><col/><col class="c-state"/><col class="c-lock"/><col class="c-at"/>
                {with_proof.then(|| view! { <col class="c-proof"/> })}
            </colgroup>
            <thead><tr>
                <th class="c" scope="col">{t(Common::Number)}</th><th scope="col">{t(Common::Bidder)}</th>
                <th scope="col">{t(Common::UnlockState)}</th><th scope="col">{t(Common::LockUsed)}</th>
                <th class="r" scope="col">{t(Common::HandedAt)}</th>
                {with_proof.then(|| view! { <th class="c" scope="col">{t(Common::ProofColumn)}</th> })}
            </tr></thead>
        }
        .into_any();
    }
    let head = |column: &Column| {
        let text = Both::new(column.zh.clone(), column.en.clone());
        view! { <th class="c" scope="col">{heading(text)}</th> }
    };
    view! {
        <colgroup>
            <col class="c-no"/><col/><col class="c-tag"/><col class="c-price"/>
            {columns.iter().map(|_| view! { <col class="c-field"/> }).drawn()}
            <col class="c-proof"/>
        </colgroup>
        <thead><tr>
            <th class="c" scope="col">{t(Common::Number)}</th><th scope="col">{t(Common::Bidder)}</th>
            <th scope="col">{t(Common::State)}</th><th class="r" scope="col">{t(Hall::Price)}</th>
            {columns.iter().map(head).drawn()}
            <th class="c" scope="col">{t(Common::ProofColumn)}</th>
        </tr></thead>
    }
    .into_any()
}

fn row(
    number: u32,
    layout: Part<Layout>,
    columns: Part<Vec<Column>>,
    open: RwSignal<Option<u32>>,
) -> AnyView {
    let page = page();
    let row = page.row(number);
    let live = move || row.with(|row| row.as_ref().is_some_and(|row| row.standing == Standing::Announcing));
    let mine = Part::new(move || row.with(|row| row.as_ref().is_some_and(|row| row.mine)));
    let standing = move || row.with(|row| row.as_ref().map_or(Standing::Waiting, |row| row.standing.clone()));
    view! {
        <tr data-mine=mark(move || mine.get().then_some("")) data-live=mark(move || live().then_some(""))>
            <td class="c num">{number.to_string()}</td>
            <td class="co">
                <span lang="zh-CN">{redraw(move || (row.with(|row| row.as_ref().map(|row| row.name.clone()))).into_any())}</span>
                {redraw(move || (mine.get().then(|| view! { <span class="me">{t(Hall::You)}</span> })).into_any())}
                <small class="code">{redraw(move || (row.with(|row| row.as_ref().map(|row| row.code.clone()))).into_any())}</small>
            </td>
            <td>{tag(move || standing().tag())}</td>
            {redraw(move || match layout.get() {
                Layout::Collecting => collecting(row),
                Layout::Schedules => opened(row, columns, open),
                Layout::Outcomes => view! { {collecting(row)}<td class="c">{badge(row, open)}</td> }.into_any(),
            })}
        </tr>
    }
    .into_any()
}

/// Lock and time, while shares are collected.
fn collecting(row: Part<Option<Row>>) -> AnyView {
    let cells = move || {
        let Some(row) = row.get() else { return ().into_any() };
        match (row.handed, row.standing) {
            (Some((lock, at)), _) => view! {
                <td class="lk">
                    {t(lock_kind(lock.kind))}" · "<span lang="zh-CN">{lock.authority}</span><br/>{t(Common::LockTail { tail: lock.tail })}
                </td>
                <td class="r num tm">{at.clock_text()}</td>
            }
            .into_any(),
            (None, Standing::WrongLock { present, .. }) => view! {
                <td class="lk">{t(crate::text::Reason::NotAmongRegistered)}<br/>{t(Common::LockTail { tail: present.tail })}</td>
                <td class="r num none">"—"</td>
            }
            .into_any(),
            (None, standing @ Standing::Queued { .. }) => view! {
                <td class="lk">{t(standing.reason())}</td><td class="r num none">"—"</td>
            }
            .into_any(),
            _ => view! { <td class="none">"—"</td><td class="r num none">"—"</td> }.into_any(),
        }
    };
    view! { {cells} }.into_any()
}

/// Price and fields, from the opening on. The badge is drawn once, so that it keeps its focus.
fn opened(row: Part<Option<Row>>, columns: Part<Vec<Column>>, open: RwSignal<Option<u32>>) -> AnyView {
    let shown = Part::new(move || row.with(|row| row.as_ref().and_then(|row| row.schedule.clone())));
    let cells = move || match shown.get() {
        Some(shown) => view! {
            <td class="money">{shown.price.map_or_else(|| "—".to_owned(), |price| price.figures())}</td>
            {shown.cells.into_iter().map(|text| view! { <td class="c num cell">{text}</td> }).drawn()}
        }
        .into_any(),
        None => view! {
            <td class="r sealed">{t(crate::text::Reason::NotOpened)}</td>
            {columns.get().iter().map(|_| view! { <td class="c sealed">"—"</td> }).drawn()}
        }
        .into_any(),
    };
    view! { {cells}<td class="c">{badge(row, open)}</td> }.into_any()
}

fn foot(layout: Part<Layout>) -> AnyView {
    let page = page();
    let until = page.part(|scene| (scene.stage, scene.window.until()));
    let verified =
        page.part(|scene| scene.ledger.as_ref().map(|ledger| (ledger.size, scene.seen.unwrap_or(ledger.at))));
    let note = move || match until.get() {
        (Stage::Authorise, _) => Hall::RosterNote,
        (_, Some(until)) => Hall::OpenTogetherUntil { until: until.clock_text() },
        (_, None) => Hall::OpenTogetherNote,
    };
    let head = said(move || Hall::OpenTogether);
    let collecting = move || {
        let (head, note) = (head, said(note));
        view! { <div class="same">{icon(Icon::Lock)}<div><b>{head}</b><span>{note}</span></div></div> }
    };
    let opened = move || {
        verified.get().map(|(count, at)| {
            view! {
                <footer>
                    {icon(Icon::Shield)}
                    <span>{t(Hall::VerifiedAll { count, at: at.clock_text() })}</span>
                </footer>
            }
        })
    };
    redraw(move || match layout.get() {
        Layout::Collecting => collecting().into_any(),
        Layout::Schedules | Layout::Outcomes => opened().into_any(),
    })
}

/// The explanation of the open row, placed below its badge, or above where there is no room.
fn layer(open: RwSignal<Option<u32>>) -> AnyView {
    let page = page();
    let node = NodeRef::<html::Div>::new();
    let close = move || {
        if let Some(number) = open.get_untracked() {
            open.set(None);
            browser::focus(&format!(".proof[data-row=\"{number}\"]"));
        }
    };
    Effect::new(move |_| {
        if let (Some(number), Some(layer)) = (open.get(), node.get()) {
            browser::place_layer(&layer, number);
        }
    });
    // The explanation is drawn for the row as it is when opened; it closes by itself if the row goes.
    let content = move || {
        let number = open.get()?;
        let scene = page.scene.get_untracked();
        let row = scene.rows.iter().find(|row| row.number == number)?.clone();
        Some(popover(row, scene, close))
    };
    view! {
        <div node_ref=node class="layer" on:keydown=move |event| if event.key() == "Escape" { close() }>{content}</div>
    }
    .into_any()
}
