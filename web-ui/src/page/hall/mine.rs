//! The bidder's own panel: open the lock, hand in, wait, compare, confirm or object.

use super::locks::{check_link, done_note};
use crate::deed::Deed;
use crate::model::figures::amount;
use crate::model::row::{Row, lock_kind};
use crate::model::scene::{Scene, Stage};
use crate::model::{Icon, Standing, Tone};
use crate::page::case::case_view;
use crate::text::{Both, Case, Common, Hall, Lang, Lock, Probe, Say, State};
use crate::ui::{
    Button, Kind, Part, Views as _, Written, blank, button, icon, lock_card, lock_pane, notice, page, redraw,
    said, t, tag,
};
use bidroom_domain::opening::Remedy;
use leptos::prelude::*;

/// What the panel is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Early,
    Unlock,
    Bid,
}

/// Draws the panel.
pub(crate) fn mine_panel(object: RwSignal<bool>) -> AnyView {
    let page = page();
    let mode = page.part(|scene| match scene.stage {
        Stage::Before | Stage::Refused | Stage::Authorise => Mode::Early,
        Stage::Unlock | Stage::Opening => Mode::Unlock,
        _ => Mode::Bid,
    });
    let row = page.part(|scene| scene.mine().cloned());
    let title = move || match mode.get() {
        Mode::Early => Hall::MineBefore,
        Mode::Unlock => Hall::MineUnlock,
        Mode::Bid => Hall::MineBid,
    };
    let own_tag = move || {
        (mode.get() == Mode::Unlock).then(|| {
            row.with(Option::is_some).then(|| {
                tag(move || {
                    row.with(|row| row.as_ref().map_or(Standing::Waiting, |row| row.standing.clone())).tag()
                })
            })
        })
    };
    view! {
        <section class="panel mine my">
            <header><h2>{said(title)}</h2><span class="grow"></span>{own_tag}</header>
            <div class="body">
                {done_note()}
                {redraw(move || (match mode.get() {
                    Mode::Early => early(),
                    Mode::Unlock => unlock(row),
                    Mode::Bid => bid(row, object),
                }).into_any())}
            </div>
        </section>
    }
    .into_any()
}

/// The lock: the form while it is closed, the card while it is open.
pub(super) fn lock() -> AnyView {
    let page = page();
    let lock = page.doing_part(|doing| doing.lock.clone());
    let again = page.doing_part(|doing| doing.signed_in.is_some() && doing.lock.is_none());
    view! {
        {redraw(move || (again.get().then(|| view! { <p class="why">{t(Lock::ReopenNote)}</p> })).into_any())}
        {redraw(move || (match lock.get() {
            Some(lock) => lock_card(&lock),
            None => lock_pane(),
        }).into_any())}
    }
    .into_any()
}

fn early() -> AnyView {
    let page = page();
    let opened = page.doing_part(|doing| doing.lock.is_some());
    let receiving = page.part(|scene| scene.stage == Stage::Before);
    let signed_in = page.part(|scene| scene.own_bid.as_ref().and_then(|own| own.signed_in));
    let from = page.part(|scene| scene.window.from());
    let may_sign_in = Part::new(move || {
        receiving.get() && signed_in.get().is_none() && from.get().is_some_and(|from| page.now.get() >= from)
    });
    let busy = page.doing_part(|doing| doing.is_busy(|deed| *deed == Deed::SignIn));
    view! {
        {own_bid()}
        {lock()}
        {redraw(move || (signed_in.get().map(|at| view! {
            <p class="ok" role="status">{icon(Icon::OkCircle)}{t(Hall::SignedInAt { at: at.clock_text() })}</p>
        })).into_any())}
        {redraw(move || ((opened.get() && may_sign_in.get()).then(|| button(
            Button::new(crate::text::Phase::SignIn).primary().large().icon(Icon::Pen).busy(busy, Hall::Confirming),
            move || page.act.run(Deed::SignIn),
        ))).into_any())}
        {redraw(move || (next_list(usize::from(opened.get()))).into_any())}
    }
    .into_any()
}

/// The receipt of the own bid.
fn own_bid() -> AnyView {
    let own = page().part(|scene| scene.own_bid.as_ref().map(|own| own.receipt.clone()));
    let receipt = move || {
        own.get().map(|receipt| match receipt {
            Some((code, at)) => {
                let note = Hall::ReceivedNote { at: format!("{} {}", at.date_text(), at.clock_text()) };
                notice(Kind::Ok, Hall::Received { code }, note, None, ().into_any())
            }
            None => notice(Kind::Rule, Hall::NoBid, Hall::NoBidNote, None, ().into_any()),
        })
    };
    redraw(move || receipt().into_any())
}

/// The four things that come, with the one that is now.
fn next_list(now: usize) -> AnyView {
    let last =
        page().part(|scene| scene.project.as_ref().is_some_and(|project| project.restricted.is_some()));
    let last = if last.get_untracked() { Hall::NextOpenRestricted } else { Hall::NextOpen };
    let items = [Hall::NextLock, Hall::NextSubmit, Hall::NextWait, last];
    view! {
        <h3>{t(Hall::NextTitle)}</h3>
        <ol class="todo">
            {items.into_iter().enumerate().map(|(place, text)| {
                let state = match place.cmp(&now) {
                    std::cmp::Ordering::Less => Some("done"),
                    std::cmp::Ordering::Equal => Some("now"),
                    std::cmp::Ordering::Greater => None,
                };
                let mark = if place < now { icon(Icon::Check) } else { (place + 1).to_string().into_any() };
                view! { <li data-s=state><span class="d">{mark}</span><div><b>{t(text)}</b></div></li> }
            }).drawn()}
        </ol>
    }
    .into_any()
}

/// Why the own window stands still, what the ledger has of the own trouble, and what can still be done.
fn own_case(row: Part<Option<Row>>) -> AnyView {
    let case = Part::new(move || row.with(|row| row.as_ref().and_then(|row| row.case.clone())));
    let held = move || {
        let reason = case.with(|case| case.as_ref().and_then(|case| case.held.clone()))?;
        let head = Case::MineHeld { reason };
        Some(notice(Kind::Fault, head, Case::MineHeldNote, None, ().into_any()))
    };
    let written = Written::new();
    let facts = move || {
        let case = case.get().filter(|case| !case.facts.is_empty() || case.request.is_some())?;
        let can_ask = case.remedies.contains(&Remedy::RemedyKey) && case.request.is_none();
        // What can still be done, and what is under way, is read without a press.
        let open = !case.remedies.is_empty() || case.request.is_some();
        let ways = case.remedies.iter().map(|remedy| {
            let words = match remedy {
                Remedy::OtherLock => Case::MineOtherLock,
                Remedy::KeptShare => Case::MineKept,
                Remedy::RemedyKey => Case::MineRemedyKey,
            };
            view! { <li>{t(words)}</li> }.into_any()
        });
        let ways = ways.collect::<Vec<_>>();
        Some(view! {
            <details class="mycase" open=open>
                <summary>{icon(Icon::Wrench)}{t(Case::MineTrouble)}</summary>
                {case_view(&case)}
                {(!ways.is_empty()).then(|| view! { <ul class="todo2">{ways.into_iter().drawn()}</ul> })}
                {can_ask.then(|| ask_remedy_key(written))}
            </details>
        })
    };
    view! {
        {redraw(move || held().into_any())}
        {redraw(move || facts().into_any())}
    }
    .into_any()
}

/// Asking for the remedy key, with whatever lock of the firm is open.
fn ask_remedy_key(written: Written) -> AnyView {
    let page = page();
    let can = page.doing_part(|doing| doing.lock.is_some());
    let busy = page.doing_part(|doing| doing.is_busy(|deed| matches!(deed, Deed::AskRemedyKey(_))));
    let ask = move || {
        if let Some(reason) = written.checked(Case::AskEmpty.both()) {
            page.act.run(Deed::AskRemedyKey(reason));
        }
    };
    view! {
        {written.field("ask-remedy-reason", "2", Case::AskField.both(), Case::AskHint.both())}
        <div class="acts">
            {button(Button::new(Case::Ask).icon(Icon::Pen).can(can).busy(busy, crate::text::Officer::Acting).id("ask-remedy"), ask)}
        </div>
    }
    .into_any()
}

#[derive(Clone, PartialEq, Eq)]
enum Unlocking {
    NotOnRoster,
    Closed,
    Ready,
    Handed(bidroom_domain::opening::LockTag, bidroom_domain::At),
    Missed,
}

fn unlock(row: Part<Option<Row>>) -> AnyView {
    let page = page();
    let opened = page.doing_part(|doing| doing.lock.is_some());
    let stage = page.part(|scene| scene.stage);
    let state = Part::new(move || {
        row.with(|row| match row {
            None if opened.get() => Unlocking::NotOnRoster,
            None => Unlocking::Closed,
            Some(Row { handed: Some((lock, at)), .. }) => Unlocking::Handed(lock.clone(), *at),
            Some(_) if stage.get() == Stage::Opening => Unlocking::Missed,
            Some(_) if opened.get() => Unlocking::Ready,
            Some(_) => Unlocking::Closed,
        })
    });
    let wrong = Part::new(move || {
        row.with(|row| {
            row.as_ref().and_then(|row| match &row.standing {
                Standing::WrongLock { present, registered, .. } => {
                    Some((present.tail.clone(), registered.join(" / ")))
                }
                _ => None,
            })
        })
    });
    view! {
        {own_case(row)}
        {redraw(move || (wrong.get().map(|(present, registered)| notice(
            Kind::Fault,
            State::WrongLock,
            Both::new(
                format!("封标时登记的是尾号 {registered}，现在插入的是 {present}。投标文件完好；请换登记的任一把锁。"),
                format!("Registered when sealing: {registered}; this one ends {present}. Your bid is intact; please use a registered lock."),
            ),
            None,
            ().into_any(),
        ))).into_any())}
        {redraw(move || (match state.get() {
            Unlocking::Closed => view! { {lock()}{check_link()}{next_list(0)} }.into_any(),
            Unlocking::Ready => view! { {queued(row)}{ready()} }.into_any(),
            Unlocking::Handed(tag, at) => view! {
                {notice(Kind::Ok, Hall::HandedInTitle, Hall::HandedInNote { at: at.clock_text() }, None, receipt())}
                <dl class="kv">
                    <dt>{t(Common::LockUsed)}</dt>
                    <dd>{t(lock_kind(tag.kind))}" · "<span lang="zh-CN">{tag.authority}</span>" · "{t(Common::LockTail { tail: tag.tail })}</dd>
                </dl>
                {next_list(2)}
            }
            .into_any(),
            Unlocking::Missed => notice(Kind::Stop, Hall::MissedTitle, Hall::MissedNote, None, ().into_any()),
            Unlocking::NotOnRoster => lock(),
        }).into_any())}
    }
    .into_any()
}

/// The room's signed acknowledgement, while this page has it.
fn receipt() -> AnyView {
    let page = page();
    let has = page.doing_part(|doing| doing.receipt.is_some());
    redraw(move || {
        has.get()
            .then(|| {
                button(Button::new(Hall::SaveReceipt).quiet().icon(Icon::Down), move || {
                    page.act.run(Deed::SaveReceipt)
                })
            })
            .into_any()
    })
}

/// Where the own request stands in the queue, and how long it will wait.
fn queued(row: Part<Option<Row>>) -> AnyView {
    let place = Part::new(move || {
        row.with(|row| match row.as_ref().map(|row| &row.standing) {
            Some(standing @ Standing::Queued { .. }) => Some(standing.reason()),
            _ => None,
        })
    });
    redraw(move || {
        let drawn = place.get().map(|place| {
            view! {
                <p class="strong" role="status">{icon(Icon::Clock)}{t(State::Queued)}" "{t(place)}</p>
                <p class="why">{t(Probe::QueueNote)}</p>
            }
        });
        drawn.into_any()
    })
}

fn ready() -> AnyView {
    let page = page();
    let busy = page.doing_part(|doing| doing.is_busy(|deed| *deed == Deed::HandIn));
    let running = page.part(Scene::counted);
    let can = Part::new(move || running.get().read(page.now.get()).is_some_and(|reading| reading.left > 0));
    view! {
        {lock()}
        <div class="doing">
            {button(
                Button::new(Hall::HandIn).primary().large().icon(Icon::Key).can(can).busy(busy, Hall::HandingIn).id("hand-in"),
                move || page.act.run(Deed::HandIn),
            )}
        </div>
        <p class="why">{t(Hall::HandInWhy)}</p>
        {next_list(1)}
    }
    .into_any()
}

fn bid(row: Part<Option<Row>>, object: RwSignal<bool>) -> AnyView {
    let page = page();
    let opened_at = page.part(|scene| scene.collected_at);
    view! {
        {redraw(move || (match row.get() {
            None => view! { {lock()} }.into_any(),
            Some(row) => facts(&row, opened_at.get().map(|at| at.clock_text())),
        }).into_any())}
        {mine_actions(object)}
    }
    .into_any()
}

fn facts(row: &Row, opened_at: Option<String>) -> AnyView {
    let page = page();
    if !row.is_opened() {
        return blank(Tone::Wait, Icon::Lock, Hall::NotOpened, Hall::MissedNote);
    }
    let price = row.schedule.as_ref().and_then(|shown| shown.price);
    let handed = row.handed.clone().map(|(lock, at)| {
        let line = |lang: Lang| {
            let (kind, tail) =
                (lock_kind(lock.kind).say(lang), Common::LockTail { tail: lock.tail.clone() }.say(lang));
            match lang {
                Lang::Zh => format!("{}　{kind}，{tail}", at.clock_text()),
                Lang::En => format!("{}, {kind}, {tail}", at.clock_text()),
            }
        };
        Both { zh: line(Lang::Zh), en: line(Lang::En) }
    });
    let sealed = if row.schedule.is_some() { Hall::OpenedAsSealed } else { Hall::OpenedPlain };
    let priced = row.schedule.is_some().then(|| view! {
        <dt>{t(Hall::PriceLabel)}</dt>
        <dd>
            <b class="num big-price">{redraw(move || (price.map(|price| amount(price, page.lang.get()))).into_any())}</b>
            <span class="sub words" lang="zh-CN">{price.map(|price| price.words())}</span>
        </dd>
    });
    view! {
        <div class="ok">{icon(Icon::Open)}{t(sealed)}</div>
        <dl class="kv">
            {priced}
            {handed.map(|handed| view! { <dt>{t(Hall::HandedLabel)}</dt><dd class="num">{t(handed)}</dd> })}
            {opened_at.map(|at| view! { <dt>{t(Hall::OpenedLabel)}</dt><dd class="num">{at}</dd> })}
        </dl>
    }
    .into_any()
}

/// What the bidder can do from the opening on.
#[derive(Clone, PartialEq, Eq)]
enum Can {
    Wait,
    Choose { row: u32, until: Option<(String, String)> },
    Confirmed(String),
    Objected,
    Over,
    Nothing,
}

/// Confirm or object, or what came of it.
pub(crate) fn mine_actions(object: RwSignal<bool>) -> AnyView {
    let page = page();
    let can = page.part(|scene| {
        let Some(row) = scene.mine() else { return Can::Nothing };
        match (scene.stage, &row.standing) {
            (Stage::Announce, _) if row.is_opened() => Can::Wait,
            (Stage::Confirm | Stage::Closed, _) if row.confirmed.is_some() => {
                Can::Confirmed(row.confirmed.map(|at| at.clock_text()).unwrap_or_default())
            }
            (Stage::Confirm, Standing::ObjectionOpen) => Can::Objected,
            (Stage::Confirm, _) => {
                let silence = scene.project.as_ref().and_then(|project| project.silence.clone());
                Can::Choose {
                    row: row.number,
                    until: scene.confirm_until.map(|until| until.clock_text()).zip(silence),
                }
            }
            (Stage::Closed, _) => Can::Over,
            _ => Can::Nothing,
        }
    });
    view! {
        {redraw(move || (match can.get() {
            Can::Nothing => ().into_any(),
            Can::Wait => view! { <p class="why">{t(Hall::AnnouncingWait)}</p> }.into_any(),
            Can::Objected => view! { <p class="why">{t(Hall::TalksEmptyNote)}</p> }.into_any(),
            Can::Over => view! { <p class="why">{t(Hall::RecordNote)}</p> }.into_any(),
            Can::Confirmed(at) => {
                notice(Kind::Ok, Hall::ConfirmedTitle, Hall::ConfirmedNote { at }, None, receipt())
            }
            Can::Choose { row, until } => choose(row, until, object),
        }).into_any())}
    }
    .into_any()
}

fn choose(row: u32, until: Option<(String, String)>, object: RwSignal<bool>) -> AnyView {
    let page = page();
    let locked = page.doing_part(|doing| doing.lock.is_none());
    let busy = page.doing_part(|doing| doing.is_busy(|deed| *deed == Deed::Confirm));
    let can = Signal::derive(move || !locked.get());
    let withheld = page.part(|scene| scene.withheld().is_some());
    view! {
        <p>{said(move || if withheld.get() { Hall::CompareRestricted } else { Hall::CompareRow { row } })}</p>
        {redraw(move || (locked.get().then(lock)).into_any())}
        <div class="acts">
            {button(
                Button::new(Hall::ConfirmRecord).primary().large().icon(Icon::Pen).can(can).busy(busy, Hall::Confirming).id("confirm-record"),
                move || page.act.run(Deed::Confirm),
            )}
            {button(Button::new(Hall::Object).large().icon(Icon::Flag).can(can), move || object.set(true))}
        </div>
        {until.map(|(until, clause)| view! { <p class="why">{t(Hall::SilenceAccepts { until, clause })}</p> })}
    }
    .into_any()
}
