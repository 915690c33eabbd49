//! 资格性、符合性审查: a verdict on every item of every bid, each no with its ground and reason.

use bidroom_domain::evaluation::{Command, Ground, Review, ReviewItem, SheetPart};
use bidroom_web_ui::model::Icon;
use bidroom_web_ui::text::Say as _;
use bidroom_web_ui::ui::{Button, Part, Views as _, button, icon, mark, redraw, said, t};
use leptos::prelude::*;

use super::desk::{Place, bid_buttons, frame, name_of, progress};
use super::overview::chair_panel;
use super::sheet::{ToSign, signing};
use super::{desk, known, known_now};
use crate::text::{Expert, GROUNDS, Grounds};

fn items(review: Review) -> Vec<ReviewItem> {
    known_now().map(|known| known.plan.items(review).cloned().collect()).unwrap_or_default()
}

/// The page of a review.
pub fn review(review: Review) -> AnyView {
    let desk = desk();
    let bids = match review {
        Review::Qualification => known(|known| left(known, Review::Qualification)),
        Review::Conformity => known(|known| left(known, Review::Conformity)),
    };
    let first = bids.get_untracked().first().copied().unwrap_or(1);
    let place = Place::new(SheetPart::Named, first, String::new());
    // Once a bid is handed in, the next one is in front.
    Effect::new(move |_| {
        let left = bids.get();
        if !left.contains(&place.bid.get_untracked())
            && let Some(next) = left.first()
        {
            place.bid.set(*next);
        }
    });
    let all = StoredValue::new(items(review));
    let count = move |bid: u32| {
        let given = |item: &ReviewItem| {
            desk.draft.with(|draft| draft.verdict(review, bid, &item.id).verdict().is_some())
        };
        all.with_value(|items| (items.iter().filter(|item| given(item)).count(), items.len()))
    };
    let done = Part::new(move || count(place.bid.get()));
    let complete = Part::new(move || done.with(|(done, all)| done == all && *all > 0));
    let open = RwSignal::new(false);
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
            all.with_value(Clone::clone).into_iter().map(|item| item_form(review, bid, item)).drawn()
        })}
        <div class="fl">{button(Button::new(Expert::PassAll).quiet().icon(Icon::Check).id("pass-all"), pass_all)}</div>
        {chair_panel()}
    }
    .into_any();
    let foot = view! {
        {progress(Expert::BidProgress, done)}
        <span class="why">{said(move || Expert::BidsLeft { count: bids.with(Vec::len) })}</span>
        <span class="grow"></span>
        {button(Button::new(Expert::HandInReview).primary().large().icon(Icon::Pen).can(complete).id("hand-in"), move || open.set(true))}
    }
    .into_any();
    view! {
        {frame(place, bid_buttons(place, bids, count).into_any(), form, foot)}
        {signing(
            open,
            ToSign::again(title, Expert::HandInReview, Expert::ReviewDone),
            move || opinion(review, place.bid.get_untracked(), all.with_value(Clone::clone)),
            move || {
                let (known, bid) = (known_now()?, place.bid.get());
                let verdicts = desk.draft.with(|draft| draft.opinion(&known.plan, review, bid))?;
                Some(Command::GiveReview { review, bid, verdicts })
            },
        )}
    }
    .into_any()
}

fn left(known: &crate::live::Known, review: Review) -> Vec<u32> {
    match crate::model::task(&known.plan, &known.state, known.me) {
        crate::model::Task::Review { review: now, bids } if now == review => bids,
        _ => Vec::new(),
    }
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
    let chosen = verdict.with(|verdict| verdict.ground);
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
    // These need an answer of the bidder first (1117号(十三)).
    let asked = known_now().is_some_and(|known| {
        let about = bidroom_domain::evaluation::About::Bid(bid);
        known.state.clarifications.iter().any(|it| it.about == about && it.is_settled())
    });
    let usable = move |ground: &Ground| asked || ground.asked_first().is_none();
    let grounds = GROUNDS.into_iter().enumerate().filter(move |(_, ground)| usable(ground));
    let options = grounds.map(|(place, ground)| {
        view! { <option value=place.to_string() selected=chosen == Some(ground)>{t(Grounds::of(ground))}</option> }
    });
    let reason = verdict.with(|verdict| verdict.reason.clone());
    view! {
        <div class="field">
            <label for=ground_id.clone()>{t(Expert::GroundLabel)}</label>
            <select class="input" id=ground_id on:change=pick>
                <option value="" selected=chosen.is_none()>{t(Expert::GroundChoose)}</option>
                {options.drawn()}
            </select>
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
    let rows = items.into_iter().map(move |item| {
        let verdict = draft.verdict(review, bid, &item.id);
        let passes = verdict.passes == Some(true);
        let (symbol, word) = if passes { (Icon::OkCircle, Expert::Passes) } else { (Icon::NoEntry, Expert::Fails) };
        let why = (!passes).then(|| {
            let ground = verdict.ground.map(|ground| Grounds::of(ground).both());
            view! { <small>{ground.map(t)}" "<span lang="zh-CN">{verdict.reason.clone()}</span></small> }
        });
        view! { <li data-ok=if passes { "yes" } else { "no" }>{icon(symbol)}<span lang="zh-CN">{item.text}</span><b>{t(word)}</b>{why}</li> }
    });
    view! {
        <p class="lead" lang="zh-CN"><b class="num">{bid}</b>" "{name}</p>
        <ul class="opinion">{rows.drawn()}</ul>
        <p class="why">{t(Expert::ReviewSignNote)}</p>
    }
    .into_any()
}
