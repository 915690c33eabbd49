//! The bidders: those not handed in first while shares are collected, the schedule from the opening on.

use super::dialogs::Dialogs;
use crate::model::case::RequestStage;
use crate::model::console::{chips, order};
use crate::model::row::{Row, lock_kind};
use crate::model::scene::{Scene, Stage};
use crate::model::{Icon, Standing, Tone};
use crate::text::{Both, Case, Common, Console, Hall, Lang, Reason, Say, Way};
use crate::ui::{
    Button, Page, Part, Views as _, blank, button, chip, each, mark, page, redraw, said, t, tag,
};
use leptos::prelude::*;

/// Draws the panel.
pub(super) fn bidders_panel(dialogs: Dialogs) -> AnyView {
    let page = page();
    let early = page.part(|scene| scene.stage == Stage::Before);
    let count = page.part(|scene| scene.rows.len());
    let counters = page.part(chips);
    let content = page.part(Scene::shows_content);
    view! {
        <section class="panel blist">
            {redraw(move || (if early.get() {
                blank(Tone::Wait, Icon::Lock, Console::BeforeBidders, Console::BeforeBiddersNote)
            } else {
                view! {
                    <header>
                        <h2>{said(move || Console::BiddersTitle { all: count.get() })}</h2>
                        {redraw(move || ((!content.get()).then(|| view! { <span class="second">{t(Console::UnhandedFirst)}</span> })).into_any())}
                        <span class="grow"></span>
                        {redraw(move || (counters.get().into_iter().map(|c| chip(c.tone, c.icon, c.says)).drawn()).into_any())}
                    </header>
                    {table(content, dialogs)}
                }
                .into_any()
            }).into_any())}
        </section>
    }
    .into_any()
}

fn table(content: Part<bool>, dialogs: Dialogs) -> AnyView {
    let page = page();
    let numbers = page.part(order);
    let shown = RwSignal::new(None::<u32>);
    let last = move || if content.get() { Hall::Price.both() } else { Console::ColReason.both() };
    view! {
        <table class="table">
            <caption class="sr">{t(Hall::CaptionUnlock)}</caption>
            <colgroup>
                <col class="c-no"/><col class="c-name"/><col class="c-state"/><col class="c-lock"/><col/><col class="c-act"/>
            </colgroup>
            <thead><tr>
                <th class="c" scope="col">{t(Common::Number)}</th><th scope="col">{t(Common::Bidder)}</th>
                <th scope="col">{t(Common::State)}</th><th scope="col">{t(Common::LockUsed)}</th>
                <th scope="col">{said(last)}</th><th class="r" scope="col">{t(Console::ColAct)}</th>
            </tr></thead>
            <tbody>
                {each(move || numbers.get(), move |number| row(number, content, shown, dialogs))}
            </tbody>
        </table>
    }
    .into_any()
}

fn row(number: u32, content: Part<bool>, shown: RwSignal<Option<u32>>, dialogs: Dialogs) -> AnyView {
    let page = page();
    let row = page.row(number);
    let asks = Part::new(move || {
        let stage = |row: &Row| Some(row.case.as_ref()?.request.as_ref()?.stage);
        row.with(|row| row.as_ref().and_then(stage) == Some(RequestStage::Asked))
    });
    let standing = move || row.with(|row| row.as_ref().map_or(Standing::Waiting, |row| row.standing.clone()));
    let problem = move || row.with(|row| row.as_ref().is_some_and(|row| row.standing.is_problem()));
    let live = move || standing() == Standing::Announcing;
    let unlocking = page.part(|scene| scene.stage == Stage::Unlock);
    view! {
        <tr data-problem=mark(move || problem().then_some("")) data-live=mark(move || live().then_some(""))>
            <td class="c num">{number.to_string()}</td>
            <td>
                <span lang="zh-CN">{redraw(move || (row.with(|row| row.as_ref().map(|row| row.name.clone()))).into_any())}</span>
                <small>{redraw(move || (row.with(|row| row.as_ref().map(|row| row.code.clone()))).into_any())}</small>
            </td>
            <td>{tag(move || standing().tag())}<small>{said(move || under_state(row))}</small></td>
            <td class="lk">{said(move || lock_line(row))}</td>
            <td class="why">
                {redraw(move || (if content.get() { price(row) } else { view! { {said(move || standing().reason())} }.into_any() }).into_any())}
            </td>
            <td><div class="acts">{redraw(move || (acts(&standing(), asks.get(), number, shown, dialogs)).into_any())}</div></td>
        </tr>
        {redraw(move || ((unlocking.get() && shown.get() == Some(number)).then(|| ways(number, dialogs))).into_any())}
    }
    .into_any()
}

fn under_state(row: Part<Option<Row>>) -> Both {
    row.with(|row| match row {
        Some(Row { handed: Some((_, at)), .. }) => Both::same(at.clock_text()),
        Some(Row { standing: Standing::WrongLock { tries, .. }, .. }) => {
            Reason::Tries { count: usize::try_from(*tries).unwrap_or(usize::MAX) }.both()
        }
        Some(Row { standing: Standing::Waiting, .. }) => Reason::NoRequest.both(),
        _ => Both::default(),
    })
}

fn lock_line(row: Part<Option<Row>>) -> Both {
    row.with(|row| {
        let Some(row) = row else { return Both::default() };
        let lock = match (&row.handed, &row.standing) {
            (Some((lock, _)), _) => lock,
            (None, Standing::WrongLock { present, .. }) => present,
            _ => return Both::same("—"),
        };
        let line = |lang: Lang| {
            format!(
                "{} {}",
                lock_kind(lock.kind).say(lang),
                Common::LockTail { tail: lock.tail.clone() }.say(lang)
            )
        };
        Both { zh: line(Lang::Zh), en: line(Lang::En) }
    })
}

fn price(row: Part<Option<Row>>) -> AnyView {
    let shown = move || {
        row.with(|row| {
            let row = row.as_ref()?;
            match &row.schedule {
                Some(shown) => {
                    Some(shown.price.map_or_else(|| Both::same("—"), |price| Both::same(price.figures())))
                }
                None => match &row.standing {
                    Standing::Settled { reason, .. } => Some(Both::same(reason.clone())),
                    standing => Some(standing.reason().both()),
                },
            }
        })
    };
    view! { <span class="num">{said(move || shown().unwrap_or_default())}</span> }.into_any()
}

fn acts(
    standing: &Standing,
    asks: bool,
    number: u32,
    shown: RwSignal<Option<u32>>,
    dialogs: Dialogs,
) -> AnyView {
    let page = page();
    let stage = page.scene.read_untracked().stage;
    match standing {
        Standing::ObjectionOpen => {
            let open = move || {
                let talk = page.scene.with_untracked(|scene| {
                    scene
                        .talks
                        .iter()
                        .find(|talk| talk.row == number && talk.answer.is_none())
                        .map(|talk| (talk.number, talk.name.clone()))
                });
                dialogs.answer.set(talk);
            };
            button(Button::new(Console::Answer).small().icon(Icon::Chat), open)
        }
        Standing::NotHandedIn | Standing::Unreadable(_) | Standing::Settled { .. }
            if stage >= Stage::Announce && needs_fate(page, number) =>
        {
            let open = move || {
                let name = page.scene.with_untracked(|scene| {
                    scene.rows.iter().find(|row| row.number == number).map(|row| (number, row.name.clone()))
                });
                dialogs.attribute.set(name);
            };
            button(Button::new(Console::Attribute).small(), open)
        }
        Standing::Waiting | Standing::WrongLock { .. } | Standing::Held { .. } if stage == Stage::Unlock => {
            let open = Signal::derive(move || shown.get() == Some(number));
            let words = match (shown.get_untracked() == Some(number), asks) {
                (true, _) => Console::WaysHide.both(),
                (false, true) => Case::Answer.both(),
                (false, false) => Console::Ways.both(),
            };
            let made = Button::new(words).small().expanded(open);
            button(if asks { made.primary() } else { made }, move || {
                shown.update(|shown| *shown = if *shown == Some(number) { None } else { Some(number) });
            })
        }
        _ => ().into_any(),
    }
}

/// Whether the host has a fate to decide: none was, or the supervisor contested it.
fn needs_fate(page: Page, number: u32) -> bool {
    page.scene.with_untracked(|scene| {
        let row = scene.rows.iter().find(|row| row.number == number);
        row.and_then(|row| row.case.as_ref()).is_some_and(|case| case.needs_fate)
    })
}

/// What can be done about a bidder that has not handed in.
fn ways(number: u32, dialogs: Dialogs) -> AnyView {
    view! {
        <tr class="do">
            <td></td>
            <td colspan="5">
                {super::fates::while_unlocking(number, dialogs)}
                <ol>
                    {[(Way::ChangeLock, Way::ChangeLockText), (Way::Counter, Way::CounterText), (Way::Unsubmitted, Way::UnsubmittedText)]
                        .into_iter()
                        .zip(1..)
                        .map(|((head, text), number)| view! { <li><b>{format!("{number}　")}{t(head)}</b>{t(text)}</li> })
                        .drawn()}
                </ol>
            </td>
        </tr>
    }
    .into_any()
}
