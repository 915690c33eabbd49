//! What the chair can do now.

use bidroom_domain::evaluation::{ChangeGround, Command, Stage, StopGround, Subject};
use bidroom_web_ui::model::Icon;
use bidroom_web_ui::text::{Both, Common, Say as _};
use bidroom_web_ui::ui::{Button, Part, button, dialog, page, redraw, t, trouble};
use leptos::prelude::*;

use crate::live::Again;
use crate::model::{Chairing, chairing};
use crate::page::chairs::offers;
use crate::page::field::{rule, sentences, written};
use crate::page::sheet::{ToSign, signing};
use crate::page::vote::{evidence_of, item_name};
use crate::page::{desk, each_of, known_now};
use crate::text::{Chairs, Expert, Terms, stage_name};

/// The chair's panel; nothing for other members. What is being written for an act stays while others act. On a desk, where there is
/// little room, only what comes next.
pub fn chair_panel(whole: bool) -> AnyView {
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
            let sight = known.sight();
            sight.is_chair().then(|| chairing(sight, now.get_untracked()))
        })
    });
    let is_chair = Part::new(move || can.with(Option::is_some));
    let nothing = Part::new(move || can.with(|can| can.as_ref().is_none_or(Vec::is_empty)));
    let shown = Part::new(move || is_chair.get() && (whole || !nothing.get()));
    redraw(move || {
        if !shown.get() {
            return ().into_any();
        }
        let acts = Part::new(move || can.get().unwrap_or_default());
        view! {
            <section class="panel chair" id="chair">
                <header><h2>{t(Expert::ChairTitle)}</h2></header>
                <div class="body">
                    {redraw(move || nothing.get().then(|| view! { <p class="why">{t(Expert::ChairNothing)}</p> }).into_any())}
                    {each_of(acts, one)}
                    {whole.then(offers)}
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
        Chairing::Again(ground) => {
            let ground = Terms::ground(*ground).both();
            (Chairs::Again { ground: ground.zh, ground_en: ground.en }.both(), Chairs::AgainGo.both())
        }
        Chairing::Findings => (Expert::ChairFindings.both(), Expert::ChairFindingsGo.both()),
        Chairing::Stop => (Chairs::StopWhat.both(), Chairs::StopGo.both()),
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
        Chairing::Result | Chairing::Again(_) => return None,
        Chairing::VoteLowPrice(bid) => {
            Command::OpenVote { subject: Subject::LowPrice { bid: *bid }, text: written()? }
        }
        Chairing::ConcludeLowPrice(bid) => Command::ConcludeLowPrice { bid: *bid, opinion: written()? },
        Chairing::Findings => {
            let report = known_now()?.state.report.as_ref()?.digest;
            Command::AcknowledgeFindings { report, text: written()? }
        }
        Chairing::Stop => Command::Stop { ground: StopGround::Document, reason: written()? },
    })
}

/// Whether something has to be written for it.
const fn asks(act: &Chairing) -> bool {
    !matches!(act, Chairing::Conclude(..) | Chairing::Finish(_) | Chairing::End(..) | Chairing::Result)
}

fn one(act: Chairing) -> AnyView {
    let desk = desk();
    let (what, go) = words(&act);
    if let Chairing::Again(ground) = act {
        return again(ground, what, go);
    }
    if act == Chairing::Result {
        let compute = move || desk.result(None, move |outcome| desk.done.set(Some(computed(&outcome))));
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
        Chairing::Stop => "stop-document",
        Chairing::Result | Chairing::Again(_) => "",
    };
    let of = act.clone();
    let body = move || {
        view! {
            <p class="lead">{t(told.clone())}</p>
            {known_now().map(|known| evidence_of(&known, &of))}
            {asked.then(|| sentences("chair-text", Expert::ChairText, None, text))}
        }
        .into_any()
    };
    view! {
        <div class="act"><p>{t(what)}</p>{button(Button::new(go.clone()).primary().large().icon(Icon::Pen).id(name), move || open.set(true))}</div>
        {signing(open, ToSign::again(go.clone(), go, Expert::ChairDone), body, move || text.with(|text| command(&act, text)))}
    }
    .into_any()
}

/// What came of a computation.
fn computed(outcome: &serde_json::Value) -> Both {
    let is_final = outcome.get("state").and_then(serde_json::Value::as_str) == Some("final");
    if is_final { Expert::ResultFixed.both() } else { Expert::ResultOpen.both() }
}

/// Having the result computed again: nothing is signed, but it is written down why.
fn again(ground: ChangeGround, what: Both, go: Both) -> AnyView {
    let desk = desk();
    let (open, text) = (RwSignal::new(false), RwSignal::new(String::new()));
    let close = move || open.set(false);
    let can = Signal::derive(move || written(text).is_some());
    let compute = move || {
        let Some(reason) = written(text) else { return };
        desk.result(Some(Again { ground, reason }), move |outcome| {
            close();
            desk.done.set(Some(computed(&outcome)));
        });
    };
    let (title, label, head) = (t(go.clone()), go.clone(), what.clone());
    let content = move || {
        view! {
            <div class="sheet-of">
                <div class="head"><h2>{t(label.clone())}</h2></div>
                <div class="body">
                    {trouble()}
                    {rule(head.clone(), Chairs::AgainNote, ground.clause())}
                    {sentences("again-reason", Chairs::AgainReason, Some(Chairs::TextMissing.both()), text)}
                </div>
                <div class="foot">
                    <span class="grow"></span>
                    {button(Button::new(Common::Cancel).large().key("Esc"), close)}
                    {button(Button::new(label.clone()).primary().large().can(can).busy(desk.busy, Expert::Computing).id("compute-again"), compute)}
                </div>
            </div>
        }
        .into_any()
    };
    view! {
        <div class="act"><p>{t(what)}</p>{button(Button::new(go).primary().large().icon(Icon::List).id("again"), move || open.set(true))}</div>
        {dialog(open.into(), title, close, content)}
    }
    .into_any()
}
