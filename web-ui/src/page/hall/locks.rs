//! The locks to which the own bid is sealed, before the deadline: probed in time, and joined by one that was renewed.

use crate::deed::{Deed, OpenLock};
use crate::model::trial::moment;
use crate::model::{Icon, OwnBid};
use crate::text::{Probe, Say};
use crate::ui::{Button, Kind, Part, Views as _, button, icon, notice, page, redraw, said, t};
use bidroom_domain::At;
use leptos::prelude::*;

/// A certificate that ends so soon after now is worth a word.
const SOON: u32 = 30 * 86_400;

/// What a bidder's locks are asked, are, and what else is to be done about them.
pub(super) fn locks_panel() -> AnyView {
    let page = page();
    let own = page.part(|scene| scene.own_bid.clone());
    let early = page.part(|scene| scene.stage == crate::model::Stage::Before);
    let content = move || {
        let Some(own) = own.get() else {
            return view! { <p>{t(Probe::SignInFirst)}</p>{check_link()} }.into_any();
        };
        if own.receipt.is_none() {
            return check_link();
        }
        view! { {misfit()}{asking()}{list(&own)}{ends()}{check_link()} }.into_any()
    };
    redraw(move || {
        let drawn = early.get().then(|| {
            view! { <div class="locks"><h3>{icon(Icon::Key)}{t(Probe::Title)}</h3>{newcomer()}{redraw(content)}</div> }
        });
        drawn.into_any()
    })
}

/// The way to the check of computer and lock.
pub(super) fn check_link() -> AnyView {
    let session = crate::route::current().session().unwrap_or_default().to_owned();
    view! { <p class="docs"><a class="btn" data-size="md" href=format!("/check/{session}")>{icon(Icon::Search)}{t(crate::text::Trial::Title)}</a></p> }
        .into_any()
}

/// Whether a probe is asked for, and the button for it.
fn asking() -> AnyView {
    let page = page();
    let own = page.part(|scene| scene.own_bid.clone());
    let asked = Part::new(move || own.with(|own| own.as_ref().and_then(|own| own.asked(page.now.get()))));
    let draw = move || {
        let asked = asked.get()?;
        Some(match asked.answered {
            Some((tail, at)) => {
                let (at, next) = (moment(at), asked.next.map(moment));
                let note = match next {
                    Some(next) => Probe::AnsweredNext { tail, at, next },
                    None => Probe::AnsweredNote { tail, at },
                };
                notice(Kind::Ok, Probe::Answered, note, None, probe_button(false))
            }
            None => {
                let note = match asked.due {
                    Some(due) => Probe::AskAgain { since: moment(due) },
                    None => Probe::AskReceived,
                };
                notice(Kind::Rule, Probe::Ask, note, None, probe_button(true))
            }
        })
    };
    redraw(move || draw().into_any())
}

/// The button, while a lock that the bid is sealed to is open; otherwise what to do for it.
pub(super) fn probe_button(primary: bool) -> AnyView {
    let page = page();
    let fits = fits();
    let busy = page.doing_part(|doing| doing.is_busy(|deed| *deed == Deed::Probe));
    redraw(move || {
        if fits.get() != Some(true) {
            return view! { <span class="hint">{t(Probe::OpenFirst)}</span> }.into_any();
        }
        let plain = Button::new(Probe::Probe).id("probe").icon(Icon::Key).busy(busy, Probe::Probing);
        button(if primary { plain.primary() } else { plain }, move || page.act.run(Deed::Probe))
    })
}

/// Whether the open lock is one that the bid is sealed to.
fn fits() -> Part<Option<bool>> {
    let page = page();
    let own = page.part(|scene| scene.own_bid.clone());
    let lock = page.doing_part(|doing| doing.lock.as_ref().map(|lock| lock.recipient));
    Part::new(move || {
        let (own, lock) = (own.get()?, lock.get()?);
        own.receipt.is_some().then(|| own.lock(&lock).is_some())
    })
}

fn list(own: &OwnBid) -> AnyView {
    let page = page();
    let hand = page.doing_part(|doing| doing.lock.as_ref().map(|lock| (lock.recipient, lock.kind.clone())));
    let one = own.locks.len() == 1;
    let lines = own.locks.iter().cloned().map(move |lock| {
        let symbol = if lock.probed.is_some() { Icon::OkCircle } else { Icon::Wait };
        let state = match lock.probed {
            Some(at) => Probe::ProbedAt { at: moment(at) },
            None => Probe::NotProbed,
        };
        let recipient = lock.recipient;
        let here = move || hand.get().filter(|(open, _)| *open == recipient).map(|(_, kind)| in_hand(&kind));
        view! {
            <li data-ok=lock.probed.map(|_| "")>
                {icon(symbol)}<b class="mono">{lock.serial}</b>
                <span>{t(state)}</span>
                {redraw(move || here().map(|here| view! { <small>{t(here)}</small> }).into_any())}
            </li>
        }
    });
    view! {
        <p class="why">{t(Probe::SealedTo)}</p>
        <ul class="own">{lines.drawn()}</ul>
        {one.then(|| view! { <p class="why">{t(Probe::OnlyOne)}</p> })}
    }
    .into_any()
}

fn in_hand(kind: &crate::text::Both) -> crate::text::Both {
    let (zh, en) =
        (Probe::InHand { kind: kind.zh.clone() }.both(), Probe::InHand { kind: kind.en.clone() }.both());
    crate::text::Both { zh: zh.zh, en: en.en }
}

/// A lock that does not open the bid: what to do with it.
fn misfit() -> AnyView {
    let page = page();
    let fits = fits();
    redraw(move || {
        let drawn = (fits.get() == Some(false)).then(|| {
            let present =
                page.doing.with_untracked(|doing| doing.lock.as_ref().map(|lock| lock.opens.clone()));
            let registered = page.scene.with_untracked(|scene| scene.own_bid.as_ref().map(OwnBid::tails));
            let head = Probe::Misfit { present: present.unwrap_or_default() };
            let note = Probe::MisfitNote { registered: registered.unwrap_or_default() };
            let add = button(Button::new(Probe::Add).id("add-lock").icon(Icon::Usb), move || {
                page.act.run(Deed::AddLock)
            });
            notice(Kind::Fault, head, note, None, add)
        });
        drawn.into_any()
    })
}

/// The lock that shall open the bid as well, until another has done it.
fn newcomer() -> AnyView {
    let page = page();
    let newcomer = page.doing_part(|doing| doing.newcomer.as_ref().map(|lock| lock.opens.clone()));
    let fits = fits();
    let busy = page.doing_part(|doing| doing.is_busy(|deed| *deed == Deed::Rewrap));
    redraw(move || {
        let drawn = newcomer.get().map(|tail| {
            let acts = view! {
                {(fits.get() == Some(true)).then(|| button(
                    Button::new(Probe::AddNow { tail: tail.clone() }).id("rewrap").primary().icon(Icon::Pen).busy(busy, Probe::Adding),
                    move || page.act.run(Deed::Rewrap),
                ))}
                {button(Button::new(Probe::Forget).quiet(), move || page.act.run(Deed::ForgetLock))}
            };
            notice(Kind::Rule, Probe::AddTitle { tail }, Probe::AddNote, None, acts.into_any())
        });
        drawn.into_any()
    })
}

/// When the certificates of the open lock end too early, or soon.
fn ends() -> AnyView {
    let page = page();
    let lock = page.doing_part(|doing| doing.lock.clone());
    let deadline = page.part(|scene| scene.project.as_ref().map(|project| project.deadline));
    redraw(move || {
        let told = lock.get().zip(deadline.get());
        told.and_then(|(lock, deadline)| end_of(&lock, deadline, page.now.get_untracked())).into_any()
    })
}

fn end_of(lock: &OpenLock, deadline: At, now: At) -> Option<AnyView> {
    let date = lock.valid_until.clone();
    if lock.not_after < deadline {
        Some(notice(Kind::Fault, Probe::EndsEarly { date }, Probe::EndsEarlyNote, None, ().into_any()))
    } else if lock.not_after < now.plus_seconds(SOON) {
        Some(notice(Kind::Rule, Probe::EndsSoon { date }, Probe::EndsSoonNote, None, ().into_any()))
    } else {
        None
    }
}

/// What was done last.
pub(super) fn done_note() -> AnyView {
    let done = page().doing_part(|doing| doing.done.clone());
    redraw(move || {
        let drawn = done.get().map(|done| view! { <p class="ok" role="status">{icon(Icon::OkCircle)}{said(move || done.clone())}</p> });
        drawn.into_any()
    })
}
