//! The similarity analysis: who is like whom, and what that rests on, side by side. Hints, never a verdict.

use std::sync::Arc;

use bidroom_web_ui::model::Icon;
use bidroom_web_ui::text::{Both, Common, Lang};
use bidroom_web_ui::ui::{Button, Kind, Views as _, button, dialog, icon, notice, page, redraw, t};
use bidroom_wire::{
    HintWeight, SimilarityCovers, SimilarityEvidence, SimilarityHint, SimilarityPage, SimilarityPair,
    SimilarityRun, SimilaritySide, SimilarityView,
};
use leptos::prelude::*;

use super::{desk, known};
use crate::text::Alike;

/// How long the page waits before it asks again while the room compares, milliseconds.
const AGAIN: u32 = 2000;

type Pair = (u32, u32);

/// What the window shows.
#[derive(Clone, Copy)]
struct Window {
    open: RwSignal<bool>,
    view: RwSignal<Option<Arc<SimilarityView>>>,
    silent: RwSignal<bool>,
    chosen: RwSignal<Option<Pair>>,
}

/// The button, once the member may read bids, and the window behind it.
pub fn similarity() -> AnyView {
    let ready = known(|known| {
        known.state.started.is_some() && known.state.member(known.me).is_some_and(|member| member.is_ready())
    });
    let window = Window {
        open: RwSignal::new(false),
        view: RwSignal::new(None),
        silent: RwSignal::new(false),
        chosen: RwSignal::new(None),
    };
    let open = window.open;
    view! {
        {redraw(move || ready.get().then(|| {
            button(Button::new(Alike::Title).quiet().icon(Icon::List).id("similarity"), move || show(window))
        }).into_any())}
        {dialog(open.into(), t(Alike::Title), move || open.set(false), move || content(window))}
    }
    .into_any()
}

/// Opens the window and follows the run until it is done.
fn show(window: Window) {
    window.open.set(true);
    let desk = desk();
    leptos::task::spawn_local(async move {
        while window.open.try_get_untracked() == Some(true) {
            let view = desk.similarity().await;
            window.silent.try_set(view.is_none());
            let done = view.as_ref().is_some_and(|view| view.run == SimilarityRun::Done);
            if let Some(view) = view.map(Arc::new) {
                window.view.try_update(|now| {
                    if now.as_ref() != Some(&view) {
                        *now = Some(view);
                    }
                });
            }
            if done {
                return;
            }
            crate::live::pause(AGAIN).await;
        }
    });
}

fn content(window: Window) -> AnyView {
    let Window { open, view, silent, chosen } = window;
    view! {
        <div class="sheet-of alike">
            <div class="head"><h2>{t(Alike::Title)}</h2><span class="grow"></span>
                {button(Button::new(Common::Close).id("close-similarity"), move || open.set(false))}</div>
            <div class="body">
                {redraw(move || silent.get().then(|| {
                    notice(Kind::Fault, Alike::Silent, Alike::SilentNote, None, ().into_any())
                }).into_any())}
                {redraw(move || view.get().map(|view| told(&view)).into_any())}
                {redraw(move || {
                    let Some(view) = view.get() else { return ().into_any() };
                    let Some(page) = view.page.clone() else { return ().into_any() };
                    analysis(Arc::new(page), chosen)
                })}
            </div>
        </div>
    }
    .into_any()
}

/// Where the run stands, and what was left out of it.
fn told(view: &SimilarityView) -> AnyView {
    let run = match view.run {
        SimilarityRun::Done => None,
        SimilarityRun::Nothing => Some(Alike::Nothing),
        SimilarityRun::Waits => Some(Alike::Waits),
        SimilarityRun::Reads { done, of } => Some(Alike::Reads { done, of }),
        SimilarityRun::Compares { done, of } => Some(Alike::Compares { done, of }),
    };
    let blind = view.page.as_ref().is_some_and(|page| page.covers == SimilarityCovers::Named);
    let missing = (!view.missing.is_empty()).then(|| Alike::Missing { names: view.missing.join("、") });
    view! {
        {run.map(|run| view! { <p class="run" role="status">{icon(Icon::Ring)}{t(run)}</p> })}
        {blind.then(|| view! { <p class="run" data-kind="rule">{icon(Icon::ShieldWait)}{t(Alike::BlindHolds)}</p> })}
        {missing.map(|missing| view! { <p class="run" data-kind="fault">{icon(Icon::Triangle)}{t(missing)}</p> })}
    }
    .into_any()
}

fn both(zh: &str, en: &str) -> Both {
    Both { zh: zh.to_owned(), en: en.to_owned() }
}

fn analysis(data: Arc<SimilarityPage>, chosen: RwSignal<Option<Pair>>) -> AnyView {
    let statement = both(&data.statement_zh, &data.statement_en);
    let (drawn, detail) = (Arc::clone(&data), Arc::clone(&data));
    view! {
        <p class="statement" id="statement">{t(statement)}</p>
        <div class="sides">
            <section>{matrix(&drawn, chosen)}{legend()}{unread(&drawn)}</section>
            <section class="detail" aria-live="polite">{redraw(move || match chosen.get() {
                Some(pair) => evidence_of(&detail, pair),
                None => view! { <p class="second">{t(Alike::Choose { hints: detail.hints.len() })}</p> }.into_any(),
            })}</section>
        </div>
        <p class="second mono digest">{t(Alike::Digest)}" "{data.digest.to_string()}</p>
    }
    .into_any()
}

const fn sign(weight: Option<HintWeight>) -> (&'static str, &'static str, Alike) {
    match weight {
        Some(HintWeight::Strong) => ("strong", "◆", Alike::Strong),
        Some(HintWeight::Medium) => ("medium", "▲", Alike::Medium),
        Some(HintWeight::Weak) => ("weak", "○", Alike::Weak),
        None => ("none", "·", Alike::None),
    }
}

fn legend() -> AnyView {
    let weights = [Some(HintWeight::Strong), Some(HintWeight::Medium), Some(HintWeight::Weak), None];
    let all = weights.into_iter().map(|weight| {
        let (name, mark, word) = sign(weight);
        view! { <li><i data-w=name aria-hidden="true">{mark}</i>{t(word)}</li> }
    });
    view! { <ul class="legend">{all.drawn()}</ul><p class="second">{t(Alike::WeightNote)}</p> }.into_any()
}

/// Who × who: each pair once, above the diagonal.
fn matrix(data: &SimilarityPage, chosen: RwSignal<Option<Pair>>) -> AnyView {
    let heads = data.bids.iter().skip(1).map(|bid| {
        view! { <th scope="col"><abbr title=bid.name.clone() lang="zh-CN">{bid.number}</abbr></th> }
    });
    let heads = heads.drawn();
    let last = data.bids.last().map(|bid| bid.number);
    let rows = data.bids.iter().filter(|bid| Some(bid.number) != last).map(|row| {
        let cells = data.bids.iter().skip(1).map(|column| {
            if column.number <= row.number {
                return view! { <td class="out"></td> }.into_any();
            }
            let pair = (row.number, column.number);
            let found = data.pairs.iter().find(|it| (it.a, it.b) == pair);
            view! { <td>{cell(pair, found, chosen)}</td> }.into_any()
        });
        let cells = cells.drawn();
        view! { <tr><th scope="row" lang="zh-CN"><b class="num">{row.number}</b>" "{row.name.clone()}</th>{cells}</tr> }
    });
    let rows = rows.drawn();
    let end = data.bids.last().map(|bid| view! { <p class="second" lang="zh-CN"><b class="num">{bid.number}</b>" "{bid.name.clone()}</p> });
    view! {
        <div class="wide"><table class="matrix">
            <caption>{t(Alike::Matrix)}</caption>
            <thead><tr><td></td>{heads}</tr></thead>
            <tbody>{rows}</tbody>
        </table></div>
        {end}
    }
    .into_any()
}

fn cell(pair: Pair, found: Option<&SimilarityPair>, chosen: RwSignal<Option<Pair>>) -> AnyView {
    let (weight, count) = found.map_or((None, 0), |found| (found.weight, found.hints.len()));
    let (name, mark, word) = sign(weight);
    let (a, b) = pair;
    let label = t(Alike::Cell { a, b, weight: both_of(&word).zh, weight_en: both_of(&word).en, count });
    let pressed = move || if chosen.get() == Some(pair) { "true" } else { "false" };
    view! {
        <button type="button" data-w=name data-pair=format!("{a}-{b}") aria-pressed=pressed aria-label=label title=label
            on:click=move |_| chosen.set(Some(pair))>{mark}</button>
    }
    .into_any()
}

fn both_of(word: &Alike) -> Both {
    bidroom_web_ui::text::Say::both(word)
}

/// The hints of a pair, with what they rest on in both bids.
fn evidence_of(data: &SimilarityPage, (a, b): Pair) -> AnyView {
    let name = |number: u32| {
        let bid = data.bids.iter().find(|bid| bid.number == number);
        bid.map(|bid| bid.name.clone()).unwrap_or_default()
    };
    let found = data.pairs.iter().find(|it| (it.a, it.b) == (a, b));
    let numbers = found.map(|found| found.hints.clone()).unwrap_or_default();
    let resemblance = found.map(|found| found.resemblance).unwrap_or_default();
    let percent = format!("{}.{:02}", resemblance / 100, resemblance % 100);
    let hints = data.hints.iter().filter(|hint| numbers.contains(&hint.number));
    let hints = hints.map(|hint| hint_of(hint, (a, b))).drawn();
    view! {
        <header>
            <h3 lang="zh-CN"><b class="num">{a}</b>" "{name(a)}</h3><span aria-hidden="true">"⇄"</span>
            <h3 lang="zh-CN"><b class="num">{b}</b>" "{name(b)}</h3>
        </header>
        <p class="second">{t(Alike::Resemblance { percent })}</p>
        {numbers.is_empty().then(|| view! { <p>{t(Alike::NoHints)}</p> })}
        {hints}
    }
    .into_any()
}

fn hint_of(hint: &SimilarityHint, pair: Pair) -> AnyView {
    let (name, mark, word) = sign(Some(hint.weight));
    let clauses =
        hint.clauses.iter().map(|(place, words)| view! { <li>{place.clone()}"："{words.clone()}</li> });
    let clauses = clauses.drawn();
    let rows = hint.evidence.iter().map(|row| side_by_side(row, pair)).drawn();
    let more = (hint.more > 0).then(|| view! { <p class="second">{t(Alike::More { count: hint.more })}</p> });
    view! {
        <article class="hint" data-w=name>
            <h4><i data-w=name aria-hidden="true">{mark}</i>{t(word)}<span>{t(both(&hint.kind_zh, &hint.kind_en))}</span></h4>
            <p>{t(both(&hint.zh, &hint.en))}</p>
            {rows}
            {more}
            <p class="next"><b>{t(Alike::Next)}</b>" "{t(both(&hint.next_zh, &hint.next_en))}</p>
            <details><summary>{t(Alike::Clauses)}</summary><ul lang="zh-CN">{clauses}</ul></details>
        </article>
    }
    .into_any()
}

/// A piece of evidence: what it is, and where it stands in both bids of the pair; of a hint among more bids the others are left out.
fn side_by_side(row: &SimilarityEvidence, (a, b): Pair) -> AnyView {
    let of = |bid: u32| row.sides.iter().filter(move |side| side.bid == bid).map(place).drawn();
    view! {
        <figure class="pairof">
            <figcaption>{t(both(&row.zh, &row.en))}</figcaption>
            <div>{of(a)}</div>
            <div>{of(b)}</div>
        </figure>
    }
    .into_any()
}

fn place(side: &SimilaritySide) -> AnyView {
    let at = side.page;
    let where_it_is = side.document.clone().map(|document| {
        let said = move || match (at, page().lang.get()) {
            (0, _) => String::new(),
            (page, Lang::Zh) => format!("第 {page} 页"),
            (page, Lang::En) => format!("page {page}"),
        };
        view! { <small><span lang="zh-CN">{document}</span>" "{said}</small> }
    });
    view! { <div class="place">{where_it_is}<blockquote lang="zh-CN">{side.words.clone()}</blockquote></div> }
        .into_any()
}

fn unread(data: &SimilarityPage) -> AnyView {
    if data.unread.is_empty() {
        return ().into_any();
    }
    let count = data.unread.len();
    let rows = data.unread.iter().map(|it| {
        let of = it.bid.map_or_else(|| Alike::TendersOwn, |bid| Alike::OfBid { bid });
        view! { <li><b>{t(of)}</b>" "<span lang="zh-CN">{it.document.clone()}</span>" "<span>{t(both(&it.zh, &it.en))}</span></li> }
    });
    let rows = rows.drawn();
    view! { <details class="unread"><summary>{t(Alike::Unread { count })}</summary><ul>{rows}</ul></details> }
        .into_any()
}
