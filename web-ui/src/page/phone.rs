//! The hall on a phone: phase and time on top, own bid, cards instead of a table, actions at the foot.

use super::hall::{Own, Viewer, before_panel, display_buttons, only_some, talk_list};
use crate::model::figures::split_unit;
use crate::model::row::{Row, lock_kind};
use crate::model::scene::{Scene, Stage};
use crate::model::steps;
use crate::model::{Icon, Standing};
use crate::text::{Both, Common, Hall, Lang, Phase, Reason, Say, Wall};
use crate::ui::{
    Part, Views as _, badge, clock_text, countdown, each, explanation, icon, mark, page, reading, redraw,
    said, t, tag, trouble,
};
use leptos::prelude::*;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tab {
    Sheet,
    Talks,
    Mine,
}

/// Draws the hall for a narrow screen.
pub fn phone(viewer: Viewer) -> AnyView {
    let page = page();
    let title = page.part(|scene| scene.project.as_ref().map(|project| project.title.clone()));
    let early = page.part(|scene| matches!(scene.stage, Stage::Before | Stage::Refused));
    let late = page.part(Scene::is_open);
    let tab = RwSignal::new(Tab::Sheet);
    let object = RwSignal::new(false);
    let own = viewer.own;
    view! {
        <div class="page ph">
            <header class="p-top">
                <span class="mark" aria-hidden="true">"开"</span>
                <b lang="zh-CN">{redraw(move || (title.get()).into_any())}</b>
                {display_buttons()}
            </header>
            {phase()}
            <main class="p-body" id="main" tabindex="-1">
                {trouble()}
                {only_some()}
                {redraw(move || (own.filter(|_| !late.get()).map(|own| (own.panel)(object))).into_any())}
                {redraw(move || (own.filter(|_| late.get()).map(|own| (own.bid)())).into_any())}
                {redraw(move || (if early.get() { before_panel(viewer) } else { view! { {tabs(own.is_some() && late.get(), tab)}{pane(own, tab, object)} }.into_any() }).into_any())}
            </main>
            {foot(own, late, tab, object)}
            {viewer.dialog(object)}
        </div>
    }
    .into_any()
}

/// The reader's own bid in short.
pub(super) fn own_bid() -> AnyView {
    let page = page();
    let mine = page.part(|scene| scene.mine().filter(|row| row.is_opened()).cloned());
    let at = page.part(|scene| scene.collected_at);
    view! {
        {redraw(move || (mine.get().map(|row| {
            let price = row.schedule.as_ref().and_then(|shown| shown.price);
            let sealed = if row.schedule.is_some() { Hall::OpenedAsSealed } else { Hall::OpenedPlain };
            let unit = move || if page.lang.get() == Lang::Zh { "元" } else { "CNY" };
            view! {
                <section class="panel p-my">
                    <div class="ok">{icon(Icon::Open)}{t(sealed)}</div>
                    {price.map(|price| view! {
                        <div class="price">{price.figures()}" "<small>{unit}</small></div>
                        <div class="words" lang="zh-CN">{price.words()}</div>
                    })}
                    <dl class="kv">
                        {row.handed.map(|(lock, at)| view! {
                            <dt>{t(Hall::HandedLabel)}</dt>
                            <dd class="num">{at.clock_text()}" "{t(lock_kind(lock.kind))}" "{t(Common::LockTail { tail: lock.tail })}</dd>
                        })}
                        {at.get().map(|at| view! { <dt>{t(Hall::OpenedLabel)}</dt><dd class="num">{at.clock_text()}</dd> })}
                    </dl>
                </section>
            }
        })).into_any())}
    }
    .into_any()
}

fn phase() -> AnyView {
    let page = page();
    let stage = page.part(|scene| scene.stage);
    let until = page.part(|scene| scene.counted().until());
    let counted = reading();
    let has = Part::new(move || counted.with(Option::is_some));
    let step = move || match steps::position(stage.get()) {
        Some(now) => Phase::StepOf { now, all: steps::COUNT }.both(),
        None => Hall::RecordTitle.both(),
    };
    view! {
        <section class="p-phase">
            <span class="n">{said(move || steps::current(stage.get()))}</span>
            {redraw(move || (if has.get() { countdown("") } else { view! { <span></span> }.into_any() }).into_any())}
            <span class="s">{said(step)}"　"{icon(Icon::Clock)}" "<span class="num">{clock_text()}</span></span>
            <span class="s2">{said(move || until.get().map(|at| Wall::WindowUntil { at: at.clock_text() }.both()).unwrap_or_default())}</span>
        </section>
    }
    .into_any()
}

fn tabs(with_mine: bool, tab: RwSignal<Tab>) -> AnyView {
    let page = page();
    let counts = page.part(|scene| (scene.rows.len(), scene.talks.len()));
    let names = move || {
        let (rows, talks) = counts.get();
        let mut names =
            vec![(Tab::Sheet, Hall::TabSheet { count: rows }), (Tab::Talks, Hall::TabTalks { count: talks })];
        if with_mine {
            names.push((Tab::Mine, Hall::MyReceipts));
        }
        names
    };
    view! {
        <div class="tabs" role="tablist">
            {redraw(move || (names().into_iter().map(|(this, name)| view! {
                <button
                    type="button"
                    role="tab"
                    aria-selected=mark(move || Some(if tab.get() == this { "true" } else { "false" }))
                    on:click=move |_| tab.set(this)
                >
                    {t(name)}
                </button>
            }).drawn()).into_any())}
        </div>
    }
    .into_any()
}

fn pane(own: Option<Own>, tab: RwSignal<Tab>, object: RwSignal<bool>) -> AnyView {
    view! {
        {redraw(move || (match tab.get() {
            Tab::Sheet => cards(),
            Tab::Talks => view! { <section class="panel p-pane">{talk_list()}</section> }.into_any(),
            Tab::Mine => own.map_or_else(talk_list, |own| (own.panel)(object)),
        }).into_any())}
    }
    .into_any()
}

fn cards() -> AnyView {
    let page = page();
    let open = RwSignal::new(None::<u32>);
    let numbers = page.part(|scene| scene.rows.iter().map(|row| row.number).collect::<Vec<_>>());
    view! {
        <section class="panel cardlist">
            {each(move || numbers.get(), move |number| card(number, open))}
        </section>
    }
    .into_any()
}

fn card(number: u32, open: RwSignal<Option<u32>>) -> AnyView {
    let page = page();
    let row = page.row(number);
    let late = page.part(Scene::is_open);
    let content = page.part(Scene::shows_content);
    let mine = move || row.with(|row| row.as_ref().is_some_and(|row| row.mine));
    let standing = move || row.with(|row| row.as_ref().map_or(Standing::Waiting, |row| row.standing.clone()));
    let details = move || {
        let opened = open.get() == Some(number);
        opened
            .then(|| row.get_untracked().map(|row| explanation(&row, &page.scene.read_untracked())))
            .flatten()
    };
    view! {
        <div class="card" data-mine=mark(move || mine().then_some(""))>
            <span class="no num">{number.to_string()}</span>
            <span class="co" lang="zh-CN">{redraw(move || (row.with(|row| row.as_ref().map(|row| row.name.clone()))).into_any())}</span>
            {tag(move || standing().tag())}
            {redraw(move || (row.get().map(|row| if content.get() { figures(&row) } else { under(&row) })).into_any())}
            {redraw(move || (late.get().then(|| badge(row, open))).into_any())}
            {details}
        </div>
    }
    .into_any()
}

fn figures(row: &Row) -> AnyView {
    let Some(shown) = row.schedule.clone() else {
        return view! { <span class="m">{t(Reason::NotOpened)}</span><span class="d"></span> }.into_any();
    };
    let page = page();
    let lang = page.lang;
    let columns = page.scene.with_untracked(|scene| {
        scene.project.as_ref().map(|project| project.columns.clone()).unwrap_or_default()
    });
    let cells = move || {
        let texts = columns.iter().zip(&shown.cells).map(|(column, value)| {
            let heading = if lang.get() == Lang::Zh { &column.zh } else { &column.en };
            split_unit(heading).1.map_or_else(|| value.clone(), |unit| format!("{value} {unit}"))
        });
        texts.collect::<Vec<_>>().join("　")
    };
    let price = shown.price.map(|price| price.figures()).unwrap_or_else(|| "—".to_owned());
    let unit = move || if lang.get() == Lang::Zh { "元" } else { "CNY" };
    view! {
        <span class="m"><b class="num">{price}</b><small>{unit}</small></span>
        <span class="d">{cells}</span>
    }
    .into_any()
}

fn under(row: &Row) -> AnyView {
    let line = match &row.handed {
        Some((lock, at)) => {
            let line = |lang: Lang| {
                format!("{}　{}", at.clock_text(), Common::LockTail { tail: lock.tail.clone() }.say(lang))
            };
            Both { zh: line(Lang::Zh), en: line(Lang::En) }
        }
        None => row.standing.reason().both(),
    };
    view! { <span class="d num">{t(line)}</span> }.into_any()
}

fn foot(own: Option<Own>, late: Part<bool>, tab: RwSignal<Tab>, object: RwSignal<bool>) -> AnyView {
    let stage = page().part(|scene| scene.stage);
    let show = move || own.filter(|_| late.get() && stage.get() == Stage::Confirm && tab.get() != Tab::Mine);
    view! {
        {redraw(move || (match show() {
            Some(own) => view! { <footer class="p-act one">{(own.actions)(object)}</footer> }.into_any(),
            None => view! { <div></div> }.into_any(),
        }).into_any())}
    }
    .into_any()
}
