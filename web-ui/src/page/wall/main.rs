//! The middle: readiness before the deadline, the refusal, or the roster; rows stand in the same place all along.

use crate::model::figures::split_unit;
use crate::model::row::{ProofState, Row, lock_kind};
use crate::model::scene::{Scene, Stage};
use crate::model::{Icon, Standing};
use crate::text::{Both, Common, Hall, Lang, Proof, Reason, Say, Wall};
use crate::ui::{Part, Views as _, each, icon, mark, page, redraw, said, t, tag};
use bidroom_domain::Column;
use leptos::prelude::*;

/// Rows on one page of the wall; more are turned over.
const PAGE: usize = 11;
/// Rows up to which there is room for second lines.
const ROOMY: usize = 8;
/// How long a page stands, in milliseconds.
const TURN: i64 = 12_000;
/// Fields beside the price that fit; the hall shows all.
const FIELDS: usize = 4;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Before,
    Refused,
    Table,
}

/// Draws the middle.
pub(super) fn main_part() -> AnyView {
    let shape = page().part(|scene| match scene.stage {
        Stage::Before => Shape::Before,
        Stage::Refused => Shape::Refused,
        _ => Shape::Table,
    });
    view! {
        {redraw(move || (match shape.get() {
            Shape::Before => before(),
            Shape::Refused => refused(),
            Shape::Table => table(),
        }).into_any())}
    }
    .into_any()
}

fn before() -> AnyView {
    let page = page();
    let deadline = page.part(|scene| scene.project.as_ref().map(|project| project.deadline.clock_text()));
    let lines = page.part(|scene| scene.readiness.clone());
    view! {
        <main class="w-rest" id="main">
            <h2>
                {said(move || Hall::BeforeTitle { at: deadline.get().unwrap_or_default() })}
                <small>{t(Hall::BeforeNote)}</small>
            </h2>
            <ul class="w-ready" aria-label=t(Wall::Readiness)>
                {redraw(move || (lines.get().into_iter().map(|line| {
                    let (ok, symbol) = if line.ready { ("yes", Icon::OkCircle) } else { ("no", Icon::Triangle) };
                    view! {
                        <li data-ok=ok>{icon(symbol)}<span>{t(line.name)}</span><span class="v">{t(line.value)}</span></li>
                    }
                }).drawn()).into_any())}
            </ul>
        </main>
    }
    .into_any()
}

fn refused() -> AnyView {
    let refused = page().part(|scene| scene.refused.clone());
    view! {
        <main class="w-rest" id="main">
            {redraw(move || (refused.get().map(|refused| view! {
                <div class="w-big" role="status">
                    <b>{icon(Icon::Rule)}<span>{t(Hall::RefusedTitle { received: refused.bidders })}</span></b>
                    <p>{t(Hall::RefusedNote { minimum: refused.minimum })}</p>
                    <p>{t(Hall::RefusedNext)}</p>
                    <p class="clause">{t(Common::Basis { clause: refused.clause })}</p>
                </div>
            })).into_any())}
        </main>
    }
    .into_any()
}

/// The rows of the page that stands now: all of them, or eleven; the row being read decides, else time turns.
fn shown(rows: &[u32], live: Option<u32>, now: i64) -> (usize, usize, Vec<u32>) {
    let pages = rows.len().div_ceil(PAGE).max(1);
    let at = match live.and_then(|live| rows.iter().position(|row| *row == live)) {
        Some(place) => place / PAGE,
        None => usize::try_from(now.div_euclid(TURN)).unwrap_or(0) % pages,
    };
    (at, pages, rows.iter().skip(at * PAGE).take(PAGE).copied().collect())
}

fn table() -> AnyView {
    let page = page();
    let open = page.part(Scene::shows_content);
    let numbers = page.part(|scene| scene.rows.iter().map(|row| row.number).collect::<Vec<_>>());
    let live = page.part(|scene| scene.announcing.filter(|_| scene.stage == Stage::Announce));
    let sheet = Part::new(move || numbers.with(|rows| shown(rows, live.get(), page.now.get().0)));
    let columns = page.part(|scene| {
        scene
            .project
            .as_ref()
            .map(|project| project.columns.iter().take(FIELDS).cloned().collect::<Vec<_>>())
            .unwrap_or_default()
    });
    // Fewer rows than seven keep the height of seven: the table grows downwards, the page does not change.
    let count = move || sheet.with(|(_, _, rows)| rows.len().max(7).to_string());
    let dense = move || numbers.with(|rows| (rows.len() > ROOMY).then_some(""));
    let pager = move || {
        sheet.with(|(at, pages, _)| {
            (*pages > 1)
                .then(|| view! { <p class="w-pager">{t(Common::PageOf { now: at + 1, all: *pages })}</p> })
        })
    };
    view! {
        <main class="w-main" id="main">
            <table class="table" style:--n=count data-dense=dense>
                <caption class="sr">{said(move || if open.get() { Hall::CaptionOpen } else { Hall::CaptionUnlock })}</caption>
                {redraw(move || (heads(open.get(), &columns.get())).into_any())}
                <tbody>
                    {each(move || sheet.with(|(_, _, rows)| rows.clone()), move |number| row(number, open, columns))}
                </tbody>
            </table>
            {pager}
        </main>
    }
    .into_any()
}

fn heads(open: bool, columns: &[Column]) -> AnyView {
    if !open {
        return view! {
            <colgroup><col class="c-no"/><col class="c-name"/><col class="c-state"/><col class="c-lock"/><col/></colgroup>
            <thead><tr>
                <th class="c" scope="col">{t(Common::Number)}</th><th scope="col">{t(Common::Bidder)}</th>
                <th scope="col">{t(Common::UnlockState)}</th><th scope="col">{t(Common::LockUsed)}</th>
                <th class="r" scope="col">{t(Common::HandedAt)}</th>
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
            <col class="c-no"/><col class="c-name"/><col class="c-tag"/><col class="c-price"/>
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

/// A heading in two lines: the label, the unit.
pub fn heading(text: Both) -> AnyView {
    let lang = page().lang;
    view! {
        {redraw(move || ({
            let text = text.say(lang.get());
            let (label, unit) = split_unit(&text);
            let (open, close) = if lang.get() == Lang::Zh { ("（", "）") } else { ("(", ")") };
            let unit = unit.map(|unit| view! { <br/><span>{format!("{open}{unit}{close}")}</span> });
            view! { {label.to_owned()}{unit} }
        }).into_any())}
    }
    .into_any()
}

fn row(number: u32, open: Part<bool>, columns: Part<Vec<Column>>) -> AnyView {
    let page = page();
    let row = page.row(number);
    let stage = page.part(|scene| scene.stage);
    let live = move || row.with(|row| row.as_ref().is_some_and(|row| row.standing == Standing::Announcing));
    let void = move || open.get() && row.with(|row| row.as_ref().is_some_and(|row| !row.is_opened()));
    view! {
        <tr data-live=mark(move || live().then_some("")) data-void=mark(move || void().then_some(""))>
            <td class="c num">{number.to_string()}</td>
            <td lang="zh-CN">{redraw(move || (row.with(|row| row.as_ref().map(|row| row.name.clone()))).into_any())}</td>
            <td>
                {tag(move || row.with(|row| row.as_ref().map_or(Standing::Waiting, |row| row.standing.clone())).tag())}
                {redraw(move || (open.get().then(|| view! { <span class="sub">{said(move || under_state(row))}</span> })).into_any())}
            </td>
            {redraw(move || (if open.get() { opened_cells(row, columns) } else { lock_cells(row, stage) }).into_any())}
        </tr>
    }
    .into_any()
}

/// The second line of a state from the opening on: lock and time, or the cause.
fn under_state(row: Part<Option<Row>>) -> Both {
    row.with(|row| {
        let Some(row) = row else { return Both::default() };
        match &row.handed {
            Some((lock, at)) => {
                let line = |lang| format!("{} {}", lock_kind(lock.kind).say(lang), at.clock_text());
                Both { zh: line(Lang::Zh), en: line(Lang::En) }
            }
            None => row.standing.reason().both(),
        }
    })
}

fn lock_cells(row: Part<Option<Row>>, stage: Part<Stage>) -> AnyView {
    let cell = move || {
        let Some(row) = row.get() else { return view! { <td></td><td></td> }.into_any() };
        if let Some((lock, at)) = row.handed {
            return view! {
                <td class="lk">
                    {t(lock_kind(lock.kind))}
                    <span class="sub"><span lang="zh-CN">{lock.authority}</span>"　"{t(Common::LockTail { tail: lock.tail })}</span>
                </td>
                <td class="r num tm">{at.clock_text()}</td>
            }
            .into_any();
        }
        match row.standing {
            Standing::WrongLock { .. } if stage.get() == Stage::Unlock => view! {
                <td class="lk">{t(Reason::NotRegistered)}<span class="sub">{t(Reason::UseRegistered)}</span></td>
                <td class="r num none">"—"</td>
            }
            .into_any(),
            Standing::Queued { .. } => view! {
                <td class="lk">{t(row.standing.reason())}</td><td class="r num none">"—"</td>
            }
            .into_any(),
            _ => view! { <td class="none">"—"</td><td class="r num none">"—"</td> }.into_any(),
        }
    };
    view! { {cell} }.into_any()
}

fn opened_cells(row: Part<Option<Row>>, columns: Part<Vec<Column>>) -> AnyView {
    let cell = move || {
        let Some(row) = row.get() else { return ().into_any() };
        let Some(shown) = row.schedule.clone() else {
            return view! {
                <td class="void r">{t(Wall::StillVoid)}</td>
                {columns.get().iter().map(|_| view! { <td class="void c">"—"</td> }).drawn()}
                {proof_cell(&row)}
            }
            .into_any();
        };
        let price = shown.price.map_or_else(|| "—".to_owned(), |price| price.figures());
        let words = shown.price.map(|price| price.words());
        view! {
            <td class="money">{price}{words.map(|words| view! { <span class="sub" lang="zh-CN">{words}</span> })}</td>
            {shown.cells.into_iter().take(columns.get().len()).map(|text| view! { <td class="c num">{text}</td> }).drawn()}
            {proof_cell(&row)}
        }
        .into_any()
    };
    view! { {cell} }.into_any()
}

fn proof_cell(row: &Row) -> AnyView {
    let (class, symbol, word) = match row.proof {
        ProofState::Verified => ("c ok", Icon::Shield, Proof::Verified),
        ProofState::Disagrees => ("c bad", Icon::ShieldBad, Proof::Disagrees),
        ProofState::Checking => ("c q", Icon::ShieldWait, Proof::Checking),
        ProofState::Withheld => ("c q", Icon::ShieldWait, Proof::Withheld),
        ProofState::Sealed | ProofState::AfterOpening => ("c q", Icon::ShieldWait, Proof::StillSealed),
    };
    view! { <td class=class>{icon(symbol)}<span class="sr">{t(word)}</span></td> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_turn_with_time_and_follow_the_row_being_read() {
        let rows: Vec<u32> = (1..=25).collect();
        assert_eq!(shown(&rows, None, 0), (0, 3, (1..=11).collect()));
        assert_eq!(shown(&rows, None, TURN), (1, 3, (12..=22).collect()));
        assert_eq!(shown(&rows, None, 2 * TURN + 1), (2, 3, vec![23, 24, 25]));
        assert_eq!(shown(&rows, None, 3 * TURN).0, 0);
        assert_eq!(shown(&rows, Some(24), 0).0, 2);
        assert_eq!(shown(&[], None, 5), (0, 1, vec![]));
    }
}
