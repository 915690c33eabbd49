//! 资格性、符合性审查: a verdict on every item of every bid, each no with its ground and reason.

use bidroom_domain::evaluation::{About, Command, Review, ReviewItem, SheetPart, Verdict};
use bidroom_web_ui::model::Icon;
use bidroom_web_ui::text::Say as _;
use bidroom_web_ui::ui::{Button, Part, Views as _, button, icon, mark, redraw, said, t};
use leptos::prelude::*;

use super::asked::beside;
use super::desk::{Place, bid_buttons, frame, name_of, progress};
use super::overview::chair_panel;
use super::sheet::{ToSign, signing};
use super::{desk, known_now, known_with};
use crate::live::Known;
use crate::model::{Task, may_say, own_verdicts, task};
use crate::text::{Expert, GROUNDS, Grounds, Read};

fn items(review: Review) -> Vec<ReviewItem> {
    known_now().map(|known| known.plan.items(review).cloned().collect()).unwrap_or_default()
}

/// What can be done with the bid in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Front {
    /// Verdicts are given.
    Write,
    /// Verdicts that were handed in are revised.
    Revise,
    /// They were handed in.
    Given,
}

/// The page of a review.
pub fn review(review: Review) -> AnyView {
    let desk = desk();
    let left = known_with(move |known| left(known, review));
    let bids = known_with(move |known| known.state.unconcluded(review).collect::<Vec<u32>>());
    let revises = desk.revises.get_untracked().filter(|(of, _)| *of == review).map(|(_, bid)| bid);
    let first = left.get_untracked().first().or(bids.get_untracked().first()).copied().unwrap_or(1);
    let place = Place::new(SheetPart::Named, revises.unwrap_or(first), String::new());
    // Once a bid is handed in, or leaves, the next one is in front.
    Effect::new(move |before: Option<Vec<u32>>| {
        let (left, bids) = (left.get(), bids.get());
        let here = place.bid.get_untracked();
        let handed_in = before.is_some_and(|before| before.contains(&here)) && !left.contains(&here);
        if (handed_in || !bids.contains(&here))
            && let Some(next) = left.first().or(bids.first())
        {
            place.bid.set(*next);
        }
        left
    });
    let front = Part::new(move || {
        let bid = place.bid.get();
        if desk.revising() == Some((review, bid)) {
            Front::Revise
        } else if left.with(|left| left.contains(&bid)) {
            Front::Write
        } else {
            Front::Given
        }
    });
    let all = StoredValue::new(items(review));
    let count = move |bid: u32| {
        if !left.with(|left| left.contains(&bid)) && desk.revising() != Some((review, bid)) {
            return all.with_value(|items| (items.len(), items.len()));
        }
        let given = |item: &ReviewItem| {
            desk.draft.with(|draft| draft.verdict(review, bid, &item.id).verdict().is_some())
        };
        all.with_value(|items| (items.iter().filter(|item| given(item)).count(), items.len()))
    };
    let done = Part::new(move || count(place.bid.get()));
    let complete =
        Part::new(move || front.get() != Front::Given && done.with(|(done, all)| done == all && *all > 0));
    let (open, again) = (RwSignal::new(false), RwSignal::new(false));
    let title = match review {
        Review::Qualification => Expert::Qualification,
        Review::Conformity => Expert::Conformity,
    };
    let pass_all = move || {
        let bid = place.bid.get_untracked();
        desk.write(|draft| {
            all.with_value(|items| {
                for item in items {
                    draft.judge(review, bid, &item.id, |verdict| {
                        verdict.passes.get_or_insert(true);
                    });
                }
            });
        });
    };
    let form = view! {
        <header>
            <h2>{t(title.clone())}</h2>
            <span class="second" lang="zh-CN">{redraw(move || { let name = name_of(place.side, place.bid.get()); view! { {move || name.get()} }.into_any() })}</span>
        </header>
        {redraw(move || {
            let bid = place.bid.get();
            match front.get() {
                Front::Given => given(review, bid, all.with_value(Clone::clone)),
                front => {
                    let items = all.with_value(Clone::clone).into_iter().map(|item| item_form(review, bid, item));
                    let revised = (front == Front::Revise).then(|| view! { <p class="why">{t(Read::ReviseNote)}</p> });
                    let stop = (front == Front::Revise).then(|| {
                        button(Button::new(Read::ReviseStop).quiet().id("revise-stop"), move || desk.revises.set(None))
                    });
                    view! {
                        {revised}
                        {items.drawn()}
                        <div class="fl">{button(Button::new(Expert::PassAll).quiet().icon(Icon::Check).id("pass-all"), pass_all)}{stop}</div>
                    }
                    .into_any()
                }
            }
        })}
        {beside(move |_| About::Bid(place.bid.get()))}
        {chair_panel(false)}
    }
    .into_any();
    let rest = move || match left.with(Vec::len) {
        0 => Read::ReviseNote.both(),
        count => Expert::BidsLeft { count }.both(),
    };
    let foot = view! {
        {progress(Expert::BidProgress, done)}
        <span class="why">{said(rest)}</span>
        <span class="grow"></span>
        {redraw(move || match front.get() {
            Front::Revise => button(
                Button::new(Read::ReviseGo).primary().large().icon(Icon::Pen).can(complete).id("hand-in"),
                move || again.set(true),
            ),
            Front::Write | Front::Given => button(
                Button::new(Expert::HandInReview).primary().large().icon(Icon::Pen).can(complete).id("hand-in"),
                move || open.set(true),
            ),
        })}
    }
    .into_any();
    let window = move |open: RwSignal<bool>, what: ToSign| {
        signing(
            open,
            what,
            move || opinion(review, place.bid.get_untracked(), all.with_value(Clone::clone)),
            move || {
                let (known, bid) = (known_now()?, place.bid.get());
                let verdicts = desk.draft.with(|draft| draft.opinion(&known.plan, review, bid))?;
                Some(Command::GiveReview { review, bid, verdicts })
            },
        )
    };
    let revised =
        ToSign::again(Read::Revise, Read::ReviseGo, Read::ReviseDone).then(move || desk.revises.set(None));
    view! {
        {frame(place, bid_buttons(place, bids, count), form, foot)}
        {window(open, ToSign::again(title, Expert::HandInReview, Expert::ReviewDone))}
        {window(again, revised)}
    }
    .into_any()
}

fn left(known: &Known, review: Review) -> Vec<u32> {
    match task(known.sight()) {
        Task::Review { review: now, bids } if now == review => bids,
        _ => Vec::new(),
    }
}

/// A bid on which the member has handed in its verdicts: they are read here, and revised until it is concluded.
fn given(review: Review, bid: u32, items: Vec<ReviewItem>) -> AnyView {
    let desk = desk();
    let own = known_now().and_then(|known| own_verdicts(&known.state, review, bid, known.me).cloned());
    let own = own.unwrap_or_default();
    let rows = items.into_iter().map(move |item| row(item.text, own.get(&item.id)));
    view! {
        <div class="item">
            <div class="h"><h3>{t(Read::GivenTitle)}</h3></div>
            <ul class="opinion">{rows.drawn()}</ul>
            <p class="why">{t(Read::ReviseNote)}</p>
            {button(Button::new(Read::Revise).icon(Icon::Pen).id("revise"), move || desk.revise(review, bid))}
        </div>
    }
    .into_any()
}

/// An item, with a verdict on it.
fn row(text: String, verdict: Option<&Verdict>) -> AnyView {
    let passes = verdict.is_some_and(|verdict| verdict.passes);
    let (symbol, word) =
        if passes { (Icon::OkCircle, Expert::Passes) } else { (Icon::NoEntry, Expert::Fails) };
    let why = verdict.filter(|verdict| !verdict.passes).map(|verdict| {
        let ground = verdict.ground.map(|ground| t(Grounds::of(ground)));
        view! { <small>{ground}" "<span lang="zh-CN">{verdict.reason.clone()}</span></small> }
    });
    view! { <li data-ok=if passes { "yes" } else { "no" }>{icon(symbol)}<span lang="zh-CN">{text}</span><b>{t(word)}</b>{why}</li> }
        .into_any()
}

fn item_form(review: Review, bid: u32, item: ReviewItem) -> AnyView {
    let desk = desk();
    let ReviewItem { id, text, clause, .. } = item;
    let key = StoredValue::new(id.clone());
    let verdict =
        Part::new(move || key.with_value(|id| desk.draft.with(|draft| draft.verdict(review, bid, id))));
    let passes = Part::new(move || verdict.with(|verdict| verdict.passes));
    let judge = move |passes: bool| {
        key.with_value(|id| {
            desk.write(|draft| draft.judge(review, bid, id, |verdict| verdict.passes = Some(passes)))
        });
    };
    let choice = move |value: bool, word: Expert, symbol: Icon| {
        view! {
            <button type="button" role="radio" data-value=if value { "yes" } else { "no" }
                aria-checked=mark(move || Some(if passes.get() == Some(value) { "true" } else { "false" }))
                on:click=move |_| judge(value)>{icon(symbol)}{t(word)}</button>
        }
    };
    let label = text.clone();
    let open = Part::new(move || passes.get() == Some(false));
    view! {
        <div class="item" data-item=id.clone()>
            <div class="h"><h3 lang="zh-CN">{text}</h3></div>
            <p class="basis" lang="zh-CN">{clause}</p>
            <div class="verdict" role="radiogroup" aria-label=label>
                {choice(true, Expert::Passes, Icon::Check)}
                {choice(false, Expert::Fails, Icon::NoEntry)}
            </div>
            {redraw(move || open.get().then(|| no(review, bid, key, verdict)).into_any())}
        </div>
    }
    .into_any()
}

/// Ground and reason of a no.
fn no(
    review: Review,
    bid: u32,
    key: StoredValue<String>,
    verdict: Part<crate::model::VerdictDraft>,
) -> AnyView {
    let desk = desk();
    let id = key.get_value();
    let (ground_id, reason_id) = (format!("ground-{id}"), format!("reason-{id}"));
    let missing = Part::new(move || verdict.with(|verdict| verdict.verdict().is_none()));
    let pick = move |event: leptos::ev::Event| {
        let ground =
            event_target_value(&event).parse::<usize>().ok().and_then(|place| GROUNDS.get(place)).copied();
        key.with_value(|id| {
            desk.write(|draft| draft.judge(review, bid, id, |verdict| verdict.ground = ground))
        });
    };
    let write = move |event: leptos::ev::Event| {
        let reason = event_target_value(&event);
        key.with_value(|id| {
            desk.write(|draft| draft.judge(review, bid, id, |verdict| verdict.reason = reason))
        });
    };
    // Some need a question to the bidder first (1117号(十三)).
    let may = known_with(move |known| GROUNDS.map(|ground| may_say(&known.state, bid, ground)));
    let select_id = ground_id.clone();
    let select = redraw(move || {
        let chosen =
            desk.draft.with_untracked(|draft| key.with_value(|id| draft.verdict(review, bid, id).ground));
        let options = GROUNDS.into_iter().zip(may.get()).enumerate().map(|(place, (ground, may))| {
            let words = Grounds::of(ground);
            let selected = chosen == Some(ground);
            view! { <option value=place.to_string() selected=selected disabled=!may>{t(words)}</option> }
        });
        view! {
            <select class="input" id=select_id.clone() on:change=pick>
                <option value="" selected=chosen.is_none()>{t(Expert::GroundChoose)}</option>
                {options.drawn()}
            </select>
        }
        .into_any()
    });
    let reason = verdict.with(|verdict| verdict.reason.clone());
    view! {
        <div class="field">
            <label for=ground_id.clone()>{t(Expert::GroundLabel)}</label>
            {select}
        </div>
        <div class="field">
            <label for=reason_id.clone()>{t(Expert::ReasonLabel)}</label>
            <textarea class="input" id=reason_id rows="2" maxlength="500" on:input=write>{reason}</textarea>
            {redraw(move || missing.get().then(|| view! { <span class="hint">{t(Expert::NoNeedsReason)}</span> }).into_any())}
        </div>
    }
    .into_any()
}

/// What is signed: the verdicts on one bid.
fn opinion(review: Review, bid: u32, items: Vec<ReviewItem>) -> AnyView {
    let draft = desk().draft.get_untracked();
    let name = name_of(bidroom_wire::DocumentSide::Named, bid).get_untracked();
    let rows = items
        .into_iter()
        .map(move |item| row(item.text, draft.verdict(review, bid, &item.id).verdict().as_ref()));
    view! {
        <p class="lead" lang="zh-CN"><b class="num">{bid}</b>" "{name}</p>
        <ul class="opinion">{rows.drawn()}</ul>
        <p class="why">{t(Expert::ReviewSignNote)}</p>
    }
    .into_any()
}
