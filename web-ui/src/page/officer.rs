//! The officers' page: before the opening the ceremony, then the authorisation with time gate, three shares and who has
//! authorised, and in the end the record to be signed.

mod clock;
mod guide;
mod replace;

use super::console_log as log;
use super::{console_top as top, record_link};
use crate::deed::Deed;
use crate::model::figures::left_text;
use crate::model::officer::{Turn, role, tag as turn_tag, turn};
use crate::model::scene::{OfficerLine, Scene, Stage};
use crate::model::signing::{SignLine, Signing};
use crate::model::{Icon, Tone};
use crate::text::{Common, Officer, Say, State};
use crate::ui::{
    Button, Part, Views as _, button, chip, icon, lock_card, lock_pane, mark, page, rail, redraw, said, t,
    tag, trouble,
};
use leptos::prelude::*;

/// Draws the page.
pub fn officer() -> AnyView {
    let fixed = fixed();
    let known = page().doing_part(|doing| doing.ceremony.is_some());
    let before = page().part(|scene| scene.stage == Stage::Before);
    guide::follow();
    view! {
        <div class="page con">
            {top(Officer::Title.both())}
            {rail()}
            <main class="cer" id="main" tabindex="-1">
                {trouble()}
                {guide::told()}
                {super::officer_fates::requests()}
                {super::officer_fates::fates()}
                {clock::clock()}
                {redraw(move || if fixed.get() {
                    record()
                } else if before.get() {
                    let cards = redraw(move || if known.get() { guide::officers() } else { cards() });
                    view! { {gate()}{guide::next()}{cards}{replace::replace()} }.into_any()
                } else {
                    view! { {gate()}{shares()}{cards()} }.into_any()
                })}
            </main>
            {right()}
        </div>
    }
    .into_any()
}

/// Whether the record is fixed: then it is to be signed, and authorising is history.
fn fixed() -> Part<bool> {
    page().part(|scene| !scene.signing.is_empty())
}

fn gate() -> AnyView {
    let page = page();
    let deadline = page.part(|scene| scene.project.as_ref().map(|project| project.deadline));
    let open = page.part(|scene| scene.stage >= Stage::Authorise);
    let gate = page.part(|scene| gate_words(scene.stage));
    let checkpoint = page.part(|scene| scene.marks.deadline);
    let left = Part::new(move || {
        deadline.get().map(|at| left_text(at.millis_since(page.now.get()))).unwrap_or_default()
    });
    view! {
        <section class="panel gate" data-open=mark(move || Some(if open.get() { "yes" } else { "no" }))>
            <span class="t num">{redraw(move || (deadline.get().map(|at| at.clock_text())).into_any())}</span>
            <div>
                <h2>
                    {redraw(move || (icon(if open.get() { Icon::OkCircle } else { Icon::Clock })).into_any())}
                    {said(move || gate.get().map_or_else(|| Officer::GateClosed { left: left.get() }, |(head, _)| head))}
                </h2>
                <p>{said(move || gate.get().map_or(Officer::GateClosedNote, |(_, note)| note))}</p>
            </div>
            {redraw(move || (checkpoint.get().map(|size| chip(Tone::Ok, Icon::Shield, Officer::CheckpointTag { size }))).into_any())}
        </section>
    }
    .into_any()
}

/// What the gate says of a stage; nothing before the opening time.
const fn gate_words(stage: Stage) -> Option<(Officer, Officer)> {
    match stage {
        Stage::Before => None,
        Stage::Refused => Some((Officer::GateRefused, Officer::GateRefusedNote)),
        Stage::Authorise => Some((Officer::GateReached, Officer::GateReachedNote)),
        Stage::Unlock => Some((Officer::GateUnlock, Officer::GateUnlockNote)),
        Stage::Opening | Stage::Announce | Stage::Confirm | Stage::Closed => {
            Some((Officer::GateOpened, Officer::GateOpenedNote))
        }
    }
}

fn shares() -> AnyView {
    let page = page();
    let devices = page.part(|scene| scene.devices.clone());
    let ready =
        page.part(|scene| !scene.devices.is_empty() && scene.devices.iter().all(|device| device.ready));
    let count = page.part(|scene| (scene.authorised(), scene.threshold, scene.officers.len()));
    let unlocking = page.part(|scene| match scene.stage {
        Stage::Before | Stage::Refused | Stage::Authorise => State::NotStarted,
        Stage::Unlock => State::PhaseNow,
        Stage::Opening | Stage::Announce | Stage::Confirm | Stage::Closed => State::PhaseOver,
    });
    let bidder = move || unlocking.get().into();
    let room = move || if ready.get() { State::Ready } else { State::ClockStopped }.into();
    let officers = move || {
        let (done, needed, _) = count.get();
        if done >= needed { State::Satisfied } else { State::ToAuthorise }.into()
    };
    view! {
        <section class="shares" aria-label=t(Officer::Shares)>
            <div class="panel share">
                <h3>{icon(Icon::Usb)}<span>{t(Officer::ShareBidder)}</span>{tag(bidder)}</h3>
                <p>{t(Officer::ShareBidderNote)}</p>
            </div>
            <i aria-hidden="true">"＋"</i>
            <div class="panel share">
                <h3>{icon(Icon::Server)}<span>{t(Officer::ShareRoom)}</span>{tag(room)}</h3>
                <div class="hsm">
                    {redraw(move || (devices.get().into_iter().map(|device| {
                        let name = if device.standby { Officer::ShareRoomStandby } else { Officer::ShareRoomMain };
                        let state = if device.ready { State::SelfTestPassed } else { State::ClockStopped };
                        view! {
                            <div>
                                <b>{t(name)}</b>
                                {tag(move || state.clone().into())}
                                <span class="mono muted">{t(Officer::ShareRoomKey { digits: device.digits })}</span>
                                <span class="muted">{t(device.level)}</span>
                            </div>
                        }
                    }).drawn()).into_any())}
                </div>
            </div>
            <i aria-hidden="true">"＋"</i>
            <div class="panel share">
                <h3>{icon(Icon::Key)}<span>{t(Officer::ShareOfficers)}</span>{tag(officers)}</h3>
                <p>{said(move || { let (_, needed, all) = count.get(); Officer::ShareOfficersNote { all, needed } })}</p>
            </div>
        </section>
    }
    .into_any()
}

fn cards() -> AnyView {
    let page = page();
    let count = page.part(|scene| (scene.authorised(), scene.threshold, scene.officers.len()));
    let lines = page.part(|scene: &Scene| {
        scene.officers.iter().map(|officer| (officer.clone(), turn(officer, scene))).collect::<Vec<_>>()
    });
    let meter = move || {
        let (done, needed, _) = count.get();
        (0..needed).map(|place| view! { <i data-on=(place < done).then_some("")></i> }).drawn()
    };
    let label = said(move || {
        let (done, needed, _) = count.get();
        Officer::MeterLabel { needed, done }
    });
    let used = page.part(|scene| scene.stage >= Stage::Unlock);
    let foot = move || {
        let (done, needed, _) = count.get();
        match needed.checked_sub(done) {
            None | Some(0) if used.get() => Officer::Used,
            None | Some(0) => Officer::Enough,
            Some(missing) => Officer::Missing { missing },
        }
    };
    view! {
        <section class="panel offs">
            <header>
                <h2>{said(move || { let (_, needed, all) = count.get(); Officer::Panel { all, needed } })}</h2>
                <span class="meter" role="img" aria-label=label>{meter}</span>
                <span class="grow"></span>
                <span class="second">{t(Officer::NotTwice)}</span>
            </header>
            <div class="ocards">
                {redraw(move || lines.get().into_iter().map(|(officer, turn)| card(officer, turn)).drawn())}
            </div>
            <div class="go2"><span class="why" role="status">{said(foot)}</span></div>
        </section>
    }
    .into_any()
}

fn card(officer: OfficerLine, turn: Turn) -> AnyView {
    let mine = officer.mine;
    let facts = officer.authorised.clone().map(|(tail, at, entry)| view! {
        <dl class="kv">
            <dt>{t(Officer::Time)}</dt><dd class="num">{at.clock_text()}</dd>
            <dt>{t(Officer::LockLabel)}</dt><dd>{t(Common::LockTail { tail })}</dd>
            <dt>{t(Officer::ShareLabel)}</dt><dd>{t(Officer::ShareIndex { index: officer.index })}</dd>
            {entry.map(|number| view! { <dt>{t(Officer::EntryLabel)}</dt><dd>{t(Common::LedgerEntry { number })}</dd> })}
        </dl>
    });
    let below = match turn {
        Turn::Done => ().into_any(),
        Turn::Wanted if mine => act(),
        Turn::Wanted => view! { <p class="why">{t(Officer::OtherPage)}</p> }.into_any(),
        Turn::Spare => {
            let early = page().part(|scene| scene.stage == Stage::Authorise);
            redraw(move || {
                early.get().then(|| view! { <p class="why">{t(Officer::SpareNote)}</p> }).into_any()
            })
        }
        Turn::Early => ().into_any(),
    };
    view! {
        <div data-now=(mine && turn == Turn::Wanted).then_some("")>
            <div class="who">
                <span class="av">{icon(Icon::User)}</span>
                <span>
                    <b><span lang="zh-CN">{officer.name}</span>{mine.then(|| view! { " "<span class="onlydrill">{t(Officer::You)}</span> })}</b>
                    <small>{t(role(officer.role))}</small>
                </span>
                {tag(move || turn_tag(turn))}
            </div>
            {facts}
            {below}
        </div>
    }
    .into_any()
}

/// The officer's own action.
fn act() -> AnyView {
    let page = page();
    let can = page.doing_part(|doing| doing.lock.is_some());
    let busy = page.doing_part(|doing| doing.is_busy(|deed| *deed == Deed::Authorise));
    view! {
        {button(
            Button::new(Officer::Act).primary().large().icon(Icon::Key).can(can).busy(busy, Officer::Acting).id("authorise"),
            move || page.act.run(Deed::Authorise),
        )}
        <p class="why">{said(move || if can.get() { Officer::ActWhy } else { Officer::NeedLock })}</p>
    }
    .into_any()
}

/// The record and its signatures, once it is fixed.
fn record() -> AnyView {
    let page = page();
    let lines = page.part(|scene| scene.signing.clone());
    let may = page.part(|scene| scene.may_sign);
    let foot = move || {
        let awaited =
            lines.with(|lines| lines.iter().filter(|line| line.signing == Signing::Awaited).count());
        match awaited {
            0 => Officer::RecordAll,
            count => Officer::RecordAwaited { count },
        }
    };
    view! {
        <section class="panel offs">
            <header><h2>{t(Officer::RecordTitle)}</h2><span class="grow"></span>{record_link()}</header>
            <div class="ocards">
                {redraw(move || (lines.get().into_iter().map(|line| signature(line, may.get())).collect_view()).into_any())}
            </div>
            <div class="go2">
                <span class="why" role="status">{said(foot)}</span>
                <span class="grow"></span>
                <span class="second">{t(Officer::RecordFixed)}</span>
            </div>
        </section>
    }
    .into_any()
}

fn signature(line: SignLine, may: bool) -> AnyView {
    let SignLine { role: of_role, name, signing, mine } = line;
    let now = mine && may;
    let facts = match signing.clone() {
        Signing::Signed { tail, at, entry } => view! {
            <dl class="kv">
                <dt>{t(Officer::Time)}</dt><dd class="num">{at.clock_text()}</dd>
                <dt>{t(Officer::LockLabel)}</dt><dd>{t(Common::LockTail { tail })}</dd>
                {entry.map(|number| view! { <dt>{t(Officer::EntryLabel)}</dt><dd>{t(Common::LedgerEntry { number })}</dd> })}
            </dl>
        }
        .into_any(),
        Signing::Missed { reason, .. } => view! {
            <p class="why">{t(Officer::RecordMissed { reason })}</p>
            {now.then(|| view! { <p class="why">{t(Officer::RecordLate)}</p> })}
        }
        .into_any(),
        Signing::Awaited if mine => ().into_any(),
        Signing::Awaited => view! { <p class="why">{t(Officer::RecordOtherPage)}</p> }.into_any(),
    };
    view! {
        <div data-now=now.then_some("")>
            <div class="who">
                <span class="av">{icon(Icon::User)}</span>
                <span>
                    <b><span lang="zh-CN">{name}</span>{mine.then(|| view! { " "<span class="onlydrill">{t(Officer::You)}</span> })}</b>
                    <small>{t(role(of_role))}</small>
                </span>
                {tag(move || signing.tag())}
            </div>
            {facts}
            {now.then(sign)}
        </div>
    }
    .into_any()
}

/// The signer's own action.
fn sign() -> AnyView {
    let page = page();
    let can = page.doing_part(|doing| doing.lock.is_some());
    let busy = page.doing_part(|doing| doing.is_busy(|deed| *deed == Deed::Sign));
    view! {
        {button(
            Button::new(Officer::RecordSign).primary().large().icon(Icon::Pen).can(can).busy(busy, Officer::Acting).id("sign-record"),
            move || page.act.run(Deed::Sign),
        )}
        <p class="why">{said(move || if can.get() { Officer::RecordWhy } else { Officer::NeedLock })}</p>
    }
    .into_any()
}

fn right() -> AnyView {
    let page = page();
    let lock = page.doing_part(|doing| doing.lock.clone());
    let statement = page.part(|scene| {
        scene.project.as_ref().map(|project| {
            (
                project.tender.clone(),
                project.lot,
                project.deadline,
                scene.deadline_digits.clone().unwrap_or_else(|| "—".to_owned()),
            )
        })
    });
    let record = page.part(|scene: &Scene| {
        let digits = scene.table_digits.clone().filter(|_| !scene.signing.is_empty())?;
        scene.project.as_ref().map(|project| (project.tender.clone(), project.lot, digits))
    });
    view! {
        <aside class="right" tabindex="0" aria-label=t(Common::Beside)>
            <section>
                <h2>{icon(Icon::Usb)}{t(crate::text::Lock::Title)}</h2>
                {redraw(move || (match lock.get() {
                    Some(lock) => lock_card(&lock),
                    None => lock_pane(),
                }).into_any())}
            </section>
            {redraw(move || (match record.get() {
                Some((tender, lot, digits)) => view! {
                    <section>
                        <h2>{icon(Icon::Doc)}{t(Officer::RecordStatementTitle)}</h2>
                        <p class="say">{t(Officer::RecordStatement { tender, lot, digits })}</p>
                    </section>
                }
                .into_any(),
                None => view! {
                    <section>
                        <h2>{icon(Icon::Doc)}{t(Officer::StatementTitle)}</h2>
                        {redraw(move || (statement.get().map(|(tender, lot, deadline, digits)| view! {
                            <p class="say">{t(Officer::Statement { tender, lot, date: deadline.date_text(), at: deadline.clock_text(), digits })}</p>
                        })).into_any())}
                    </section>
                    <section><h2>{icon(Icon::Triangle)}{t(Officer::FaultTitle)}</h2><p class="why">{t(Officer::FaultText)}</p></section>
                }
                .into_any(),
            }).into_any())}
            {log()}
        </aside>
    }
    .into_any()
}
