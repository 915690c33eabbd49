//! Objective items in which members differ: each looks again, and whoever was wrong corrects its own sheet (87号令 第六十四条（三）).

use bidroom_domain::evaluation::{Change, ChangeGround, Command, Criterion, Difference, SheetPart};
use bidroom_web_ui::model::Icon;
use bidroom_web_ui::ui::{Button, Views as _, button, icon, redraw, t};
use leptos::prelude::*;

use crate::model::{points, score, sitting};
use crate::page::desk::short;
use crate::page::known;
use crate::page::sheet::{ToSign, signing};
use crate::text::Expert;

/// A difference, as a member sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    part: SheetPart,
    bid: u32,
    item: Criterion,
    /// What each member gave.
    scores: Vec<(u8, u32)>,
    own: Option<u32>,
}

/// The panel; nothing while members agree.
pub fn differences() -> AnyView {
    let seen = known(|known| {
        let (plan, state) = (&known.plan, &known.state);
        let members = sitting(state);
        let seen = |part: SheetPart, difference: Difference| {
            let item = plan.sheet(part).find(|item| item.id == difference.item)?.clone();
            let of = |member: u8| state.score(part, member, difference.bid, &difference.item);
            let scores = members.iter().filter_map(|member| Some((*member, of(*member)?))).collect();
            Some(Seen { part, bid: difference.bid, item, scores, own: of(known.me) })
        };
        let all = plan.parts().into_iter().flat_map(|part| {
            let found = state.differences(plan, part).into_iter();
            found.filter_map(move |difference| seen(part, difference)).collect::<Vec<_>>()
        });
        all.collect::<Vec<Seen>>()
    });
    redraw(move || {
        let seen = seen.get();
        if seen.is_empty() {
            return ().into_any();
        }
        let lines = seen.into_iter().map(one);
        view! {
            <section class="panel chair" id="differences">
                <header><h2>{t(Expert::DiffersTitle)}</h2></header>
                <div class="body"><p class="why">{t(Expert::DiffersNote)}</p>{lines.drawn()}</div>
            </section>
        }
        .into_any()
    })
}

fn one(seen: Seen) -> AnyView {
    let Seen { part, bid, item, scores, own } = seen;
    let side = match part {
        SheetPart::Blind => bidroom_wire::DocumentSide::Blind,
        SheetPart::Whole | SheetPart::Named => bidroom_wire::DocumentSide::Named,
    };
    let list: Vec<String> =
        scores.iter().map(|(member, score)| format!("{member:02}: {}", points(*score))).collect();
    let what = Expert::Differs { bid: short(side, bid), item: item.name.clone(), scores: list.join("  ") };
    let Some(from) = own else { return view! { <p>{t(what)}</p> }.into_any() };
    let (open, typed, reason) =
        (RwSignal::new(false), RwSignal::new(points(from)), RwSignal::new(String::new()));
    let range = Expert::ItemRange { max: points(item.max), step: points(item.step) };
    let told = what.clone();
    let body = move || {
        view! {
            <p class="lead">{t(told.clone())}</p>
            <div class="field">
                <label for="corrected">{t(Expert::Corrected)}</label>
                <input class="input" id="corrected" inputmode="decimal" autocomplete="off" prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event)) />
                <span class="hint">{t(range.clone())}</span>
            </div>
            <div class="field">
                <label for="correct-reason">{t(Expert::ReasonLabel)}</label>
                <textarea class="input" id="correct-reason" rows="2" maxlength="500" prop:value=move || reason.get()
                    on:input=move |event| reason.set(event_target_value(&event))></textarea>
            </div>
            <p class="clause">{ChangeGround::ObjectiveDiffers.clause()}</p>
        }
        .into_any()
    };
    let command = move || {
        let to = typed.with(|typed| score(&item, typed)).ok().filter(|to| *to != from)?;
        let reason = reason.get().trim().to_owned();
        let changes = vec![Change { bid, item: item.id.clone(), from, to }];
        let ground = ChangeGround::ObjectiveDiffers;
        (!reason.is_empty()).then_some(Command::CorrectSheet { part, ground, changes, reason })
    };
    view! {
        <div class="act"><p>{icon(Icon::Triangle)}" "{t(what)}</p>{button(Button::new(Expert::CorrectGo).large().icon(Icon::Pen).id("correct"), move || open.set(true))}</div>
        {signing(open, ToSign::anew(Expert::CorrectGo, Expert::CorrectGo, Expert::CorrectDone), body, command)}
    }
    .into_any()
}
