//! What the chair can do now.

use bidroom_domain::evaluation::{Command, Review, Stage, Subject};
use bidroom_web_ui::model::Icon;
use bidroom_web_ui::text::{Both, Say as _};
use bidroom_web_ui::ui::{Button, Part, Views as _, button, page, redraw, t};
use leptos::prelude::*;

use crate::model::{Chairing, chairing};
use crate::page::sheet::{ToSign, signing};
use crate::page::vote::item_name;
use crate::page::{desk, known, known_now};
use crate::text::{Expert, stage_name};

/// The chair's panel; nothing for other members. What is being written for an act stays while others act.
pub fn chair_panel() -> AnyView {
    let known = desk().known;
    let now = page().now;
    // The time matters only when it ends somebody's time to explain.
    let late = Part::new(move || {
        known.with(|known| {
            let low = known.iter().flat_map(|known| &known.state.low_prices);
            low.filter(|(_, low)| now.get() >= low.until).map(|(bid, _)| *bid).collect::<Vec<u32>>()
        })
    });
    let can = Part::new(move || {
        late.with(|_| ());
        known.with(|known| {
            let known = known.as_ref()?;
            let is_chair = known.state.chair() == Some(known.me) && known.state.stage.is_at_work();
            is_chair.then(|| chairing(&known.plan, &known.state, known.me, now.get_untracked()))
        })
    });
    let is_chair = Part::new(move || can.with(Option::is_some));
    let nothing = Part::new(move || can.with(|can| can.as_ref().is_none_or(Vec::is_empty)));
    redraw(move || {
        if !is_chair.get() {
            return ().into_any();
        }
        let acts = move || can.get().unwrap_or_default();
        view! {
            <section class="panel chair" id="chair">
                <header><h2>{t(Expert::ChairTitle)}</h2></header>
                <div class="body">
                    {redraw(move || nothing.get().then(|| view! { <p class="why">{t(Expert::ChairNothing)}</p> }).into_any())}
                    <For each=acts key=|act| act.clone() let:act>{one(act)}</For>
                    {back()}
                </div>
            </section>
        }
        .into_any()
    })
}

/// Words of an act: what it does, and its button.
fn words(act: &Chairing) -> (Both, Both) {
    let stage = |stage: Stage| stage_name(stage).both();
    match act {
        Chairing::Conclude(_, bid) => {
            (Expert::ChairConclude { bid: *bid }.both(), Expert::ChairConcludeGo.both())
        }
        Chairing::VoteReview(_, bid, item) => {
            let name = known_now().map(|known| item_name(&known.plan, item)).unwrap_or_default();
            (Expert::ChairDispute { bid: *bid, item: name }.both(), Expert::ChairVoteGo.both())
        }
        Chairing::Finish(of) => (
            Expert::ChairFinish { stage: stage(*of).zh, stage_en: stage(*of).en }.both(),
            Expert::ChairFinishGo.both(),
        ),
        Chairing::End(of, left, least) => (
            Expert::ChairEnd { stage: stage(*of).zh, stage_en: stage(*of).en, left: *left, least: *least }
                .both(),
            Expert::ChairEndGo.both(),
        ),
        Chairing::VoteCompetition(bids) => {
            (Expert::ChairCompetition { bids: *bids }.both(), Expert::ChairVoteGo.both())
        }
        Chairing::Result => (Expert::ChairResult.both(), Expert::ChairResultGo.both()),
        Chairing::VoteLowPrice(bid) => {
            (Expert::ChairLowPriceVote { bid: *bid }.both(), Expert::ChairVoteGo.both())
        }
        Chairing::ConcludeLowPrice(bid) => {
            (Expert::ChairLowPrice { bid: *bid }.both(), Expert::ChairConcludeGo.both())
        }
        Chairing::Findings => (Expert::ChairFindings.both(), Expert::ChairFindingsGo.both()),
    }
}

/// The command of an act, with what was written; none while something has to be written.
fn command(act: &Chairing, text: &str) -> Option<Command> {
    let written = || (!text.trim().is_empty()).then(|| text.trim().to_owned());
    Some(match act {
        Chairing::Conclude(review, bid) => Command::ConcludeReview { review: *review, bid: *bid },
        Chairing::VoteReview(review, bid, item) => Command::OpenVote {
            subject: Subject::Review { review: *review, bid: *bid, item: item.clone() },
            text: written()?,
        },
        Chairing::Finish(stage) | Chairing::End(stage, ..) => Command::FinishStage { stage: *stage },
        Chairing::VoteCompetition(bids) => {
            Command::OpenVote { subject: Subject::Competition { bids: *bids }, text: written()? }
        }
        Chairing::Result => return None,
        Chairing::VoteLowPrice(bid) => {
            Command::OpenVote { subject: Subject::LowPrice { bid: *bid }, text: written()? }
        }
        Chairing::ConcludeLowPrice(bid) => Command::ConcludeLowPrice { bid: *bid, opinion: written()? },
        Chairing::Findings => {
            let report = known_now()?.state.report.as_ref()?.digest;
            Command::AcknowledgeFindings { report, text: written()? }
        }
    })
}

/// Whether something has to be written for it.
const fn asks(act: &Chairing) -> bool {
    !matches!(act, Chairing::Conclude(..) | Chairing::Finish(_) | Chairing::End(..) | Chairing::Result)
}

fn one(act: Chairing) -> AnyView {
    let desk = desk();
    let (what, go) = words(&act);
    if act == Chairing::Result {
        let compute = move || {
            desk.result(move |outcome| {
                let is_final = outcome.get("state").and_then(serde_json::Value::as_str) == Some("final");
                let said = if is_final { Expert::ResultFixed } else { Expert::ResultOpen };
                desk.done.set(Some(said.both()));
            });
        };
        return view! {
            <div class="act"><p>{t(what)}</p>{button(Button::new(go).primary().large().icon(Icon::List).busy(desk.busy, Expert::Computing).id("compute"), compute)}</div>
        }
        .into_any();
    }
    let (open, text) = (RwSignal::new(false), RwSignal::new(String::new()));
    let (asked, told) = (asks(&act), what.clone());
    let name = match &act {
        Chairing::Conclude(..) => "conclude",
        Chairing::Finish(_) => "finish",
        Chairing::End(..) => "end-lot",
        Chairing::VoteReview(..) | Chairing::VoteLowPrice(_) | Chairing::VoteCompetition(_) => "open-vote",
        Chairing::ConcludeLowPrice(_) => "conclude-price",
        Chairing::Findings => "findings",
        Chairing::Result => "",
    };
    let field = format!("chair-{name}");
    let body = move || {
        let field = field.clone();
        view! {
            <p class="lead">{t(told.clone())}</p>
            {asked.then(|| view! {
                <div class="field">
                    <label for=field.clone()>{t(Expert::ChairText)}</label>
                    <textarea class="input" id=field.clone() rows="3" maxlength="500" prop:value=move || text.get()
                        on:input=move |event| text.set(event_target_value(&event))></textarea>
                </div>
            })}
        }
        .into_any()
    };
    view! {
        <div class="act"><p>{t(what)}</p>{button(Button::new(go.clone()).primary().large().icon(Icon::Pen).id(name), move || open.set(true))}</div>
        {signing(open, ToSign::again(go.clone(), go, Expert::ChairDone), body, move || text.with(|text| command(&act, text)))}
    }
    .into_any()
}

/// Asking the supervisor to go back to an earlier stage.
fn back() -> AnyView {
    let stages = known(|known| {
        let (plan, state) = (&known.plan, &known.state);
        let now = plan.place(state.stage).unwrap_or_default();
        let reviewed =
            |stage: &Stage| !(*stage == Stage::Qualification && plan.is_purchasers(Review::Qualification));
        // A review that runs may be begun again as well.
        let running = usize::from(matches!(state.stage, Stage::Qualification | Stage::Conformity));
        let earlier = plan.stages().into_iter().take(now.saturating_add(running)).filter(reviewed);
        let earlier: Vec<Stage> = earlier.filter(|stage| *stage != Stage::Assembly).collect();
        let asked = state.reopenings.last().is_some_and(|it| it.approved.is_none());
        (earlier, asked, state.result.is_some())
    });
    let (open, reason, choice) = (RwSignal::new(false), RwSignal::new(String::new()), RwSignal::new(0_usize));
    redraw(move || {
        let (earlier, asked, fixed) = stages.get();
        let asked = asked.then(|| view! { <p class="why">{t(Expert::BackAsked)}</p> });
        if earlier.is_empty() || fixed {
            return ().into_any();
        }
        let of = StoredValue::new(earlier);
        let body = move || {
            let list = of.with_value(Clone::clone).into_iter().enumerate().map(|(place, stage)| {
                view! { <option value=place.to_string()>{t(stage_name(stage))}</option> }
            });
            view! {
                <p>{t(Expert::BackNote)}</p>
                <div class="field">
                    <label for="back-stage">{t(Expert::BackStage)}</label>
                    <select class="input" id="back-stage" on:change=move |event| choice.set(event_target_value(&event).parse().unwrap_or(0))>{list.drawn()}</select>
                </div>
                <div class="field">
                    <label for="back-reason">{t(Expert::ReasonLabel)}</label>
                    <textarea class="input" id="back-reason" rows="3" maxlength="500" prop:value=move || reason.get()
                        on:input=move |event| reason.set(event_target_value(&event))></textarea>
                </div>
            }
            .into_any()
        };
        let command = move || {
            let reason = reason.get().trim().to_owned();
            let stage = of.with_value(|of| of.get(choice.get()).copied())?;
            (!reason.is_empty()).then_some(Command::AskReopening { stage, reason })
        };
        view! {
            {asked}
            <div class="act"><p>{t(Expert::BackWhat)}</p>{button(Button::new(Expert::BackGo).large().id("back"), move || open.set(true))}</div>
            {signing(open, ToSign::again(Expert::BackGo, Expert::BackGo, Expert::BackDone), body, command)}
        }
        .into_any()
    })
}
