//! 资格性审查 by the purchaser: every bid, its opinion, its conclusion; and questions to bidders.

use std::collections::BTreeMap;

use bidroom_domain::evaluation::{About, Command, Ground, Review, ReviewItem, Verdict};
use bidroom_web_ui::model::{Icon, Tone};
use bidroom_web_ui::text::Say as _;
use bidroom_web_ui::ui::{Button, Part, Views as _, button, chip, redraw, t};
use leptos::prelude::*;

use super::asking::{Asking, asking};
use super::next::conclude_or_sign;
use super::{bidder_name, fields, known, known_now};
use crate::staff::model::Viewer;
use crate::staff::office::{Known, office};
use crate::staff::text::Office as Words;
use crate::text::{GROUNDS, Grounds, MATTERS, Terms};

const OF: Review = Review::Qualification;

/// A bid's line.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    bid: u32,
    /// So many items, so many of them not passed; where there is an opinion.
    opinion: Option<(usize, usize)>,
    passed: Option<bool>,
    asked: bool,
}

fn lines(known: &Known) -> Vec<Line> {
    let line = |bid: u32| {
        let review = known.state.review(OF, bid);
        let opinion = review.and_then(|it| it.opinions.values().next());
        let verdicts = opinion.and_then(|opinion| opinion.verdicts.as_ref());
        let counted =
            verdicts.map(|verdicts| (verdicts.len(), verdicts.values().filter(|it| !it.passes).count()));
        Line {
            bid,
            opinion: counted,
            passed: review.and_then(|it| it.concluded.as_ref()).map(|concluded| concluded.failing.is_empty()),
            asked: known
                .state
                .clarifications
                .iter()
                .any(|it| it.about == About::Bid(bid) && !it.is_settled()),
        }
    };
    known.state.bids.iter().copied().map(line).collect()
}

/// The panel.
pub fn bids(viewer: Viewer) -> AnyView {
    let lines = known(lines);
    let may = matches!(viewer, Viewer::Host | Viewer::Tenderer);
    let (review, ask) = (RwSignal::new(None), RwSignal::new(None));
    view! {
        <section class="panel blist qua">
            <header><h2>{t(Words::Bids)}</h2></header>
            <table class="table">
                <colgroup><col class="c-no"/><col class="c-name"/><col class="c-seat"/><col class="c-state"/><col/></colgroup>
                <thead><tr>
                    <th scope="col">{t(Words::BidNo)}</th><th scope="col">{t(Words::Bidder)}</th><th scope="col">{t(Words::Opinion)}</th>
                    <th scope="col">{t(Words::Conclusion)}</th><th scope="col">{may.then(|| t(Words::Acts))}</th>
                </tr></thead>
                <tbody>{redraw(move || lines.get().into_iter().map(move |line| row(line, may, review, ask)).drawn())}</tbody>
            </table>
        </section>
        {may.then(|| view! { {review_dialog(review, lines)}{ask_dialog(ask)} })}
    }
    .into_any()
}

fn row(line: Line, may: bool, review: RwSignal<Option<u32>>, ask: RwSignal<Option<u32>>) -> AnyView {
    let bid = line.bid;
    let opinion = match line.opinion {
        None => Words::OpinionNone,
        Some((count, 0)) => Words::OpinionPass { count },
        Some((_, count)) => Words::OpinionFail { count },
    };
    let conclusion = match line.passed {
        None => chip(Tone::Wait, Icon::Ring, Words::NotConcluded),
        Some(true) => chip(Tone::Ok, Icon::OkCircle, Words::Passed),
        Some(false) => chip(Tone::Stop, Icon::NoEntry, Words::Failed),
    };
    let open = line.passed.is_none();
    let acts = (may && open).then(|| {
        let label = if line.opinion.is_none() { Words::ReviewGo } else { Words::ReviewAgain };
        let again = line.opinion.is_some();
        let press = move || review.set(Some(bid));
        let mut first = Button::new(label).small();
        if again {
            first = first.quiet();
        }
        view! {
            <div class="acts">
                {(!line.asked).then(|| button(Button::new(Words::AskGo).small().quiet(), move || ask.set(Some(bid))))}
                {button(first, press)}
                {again.then(|| button(
                    Button::new(Words::ConcludeGo).small().busy(office().busy, Words::Working),
                    move || conclude_or_sign(Command::ConcludeReview { review: OF, bid }, Words::ConcludeDone),
                ))}
            </div>
        }
    });
    view! {
        <tr data-bid=bid.to_string()>
            <td class="num">{bid}</td><td lang="zh-CN">{bidder_name(bid)}</td><td>{t(opinion)}</td><td>{conclusion}</td><td>{acts}</td>
        </tr>
    }
    .into_any()
}

/// What is written of an item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Draft {
    passes: Option<bool>,
    ground: usize,
    reason: String,
}

impl Draft {
    fn verdict(&self) -> Option<Verdict> {
        match self.passes? {
            true => Some(Verdict { passes: true, ground: None, reason: None }),
            false => {
                let ground = self.ground.checked_sub(1).and_then(|place| GROUNDS.get(place)).copied()?;
                let reason = self.reason.trim();
                (!reason.is_empty()).then(|| Verdict {
                    passes: false,
                    ground: Some(ground),
                    reason: Some(reason.to_owned()),
                })
            }
        }
    }

    fn of(verdict: &Verdict) -> Self {
        let place = |ground: Ground| {
            GROUNDS.iter().position(|it| *it == ground).map_or(0, |place| place.saturating_add(1))
        };
        Self {
            passes: Some(verdict.passes),
            ground: verdict.ground.map_or(0, place),
            reason: verdict.reason.clone().unwrap_or_default(),
        }
    }
}

fn items() -> Vec<ReviewItem> {
    known_now().map(|known| known.plan.items(OF).cloned().collect()).unwrap_or_default()
}

fn review_dialog(open: RwSignal<Option<u32>>, lines: Part<Vec<Line>>) -> AnyView {
    let drafts = RwSignal::new(BTreeMap::<String, Draft>::new());
    // What was said before stands in the fields when it is said again.
    Effect::new(move |_| {
        lines.with(|_| ());
        let Some(bid) = open.get() else { return };
        let known = known_now();
        let opinion = known
            .as_ref()
            .and_then(|known| known.state.review(OF, bid)?.opinions.values().next()?.verdicts.clone());
        let said = opinion
            .unwrap_or_default()
            .iter()
            .map(|(item, verdict)| (item.clone(), Draft::of(verdict)))
            .collect();
        drafts.set(said);
    });
    asking(
        open,
        |bid| Asking {
            title: Words::ReviewDialog { bid, name: bidder_name(bid) }.both(),
            lead: None,
            go: Words::ReviewSign.both(),
            said: Words::ReviewDone.both(),
            signed: true,
            danger: false,
        },
        move |_| items().into_iter().map(|item| item_form(item, drafts)).drawn(),
        move |bid| {
            let verdicts: Option<BTreeMap<String, Verdict>> = drafts.with(|drafts| {
                let verdict = |item: ReviewItem| Some((item.id.clone(), drafts.get(&item.id)?.verdict()?));
                items().into_iter().map(verdict).collect()
            });
            Some(Command::GiveReview { review: OF, bid, verdicts: verdicts? })
        },
    )
}

fn item_form(item: ReviewItem, drafts: RwSignal<BTreeMap<String, Draft>>) -> AnyView {
    let id = StoredValue::new(item.id.clone());
    let change = move |change: &dyn Fn(&mut Draft)| {
        drafts.update(|drafts| change(drafts.entry(id.get_value()).or_default()));
    };
    let of = move || id.with_value(|id| drafts.with(|drafts| drafts.get(id).cloned().unwrap_or_default()));
    let passes = Part::new(move || of().passes);
    let one = move |value: bool, words: Words| {
        let pressed = move || (passes.get() == Some(value)).to_string();
        view! {
            <button type="button" class="btn" data-value=if value { "yes" } else { "no" } aria-pressed=pressed on:click=move |_| change(&|draft| draft.passes = Some(value))>{t(words)}</button>
        }
    };
    let why = move || {
        let grounds = GROUNDS.iter().enumerate().map(move |(place, ground)| {
            let place = place.saturating_add(1);
            view! { <option value=place.to_string() selected=of().ground == place>{t(Grounds::of(*ground))}</option> }
        });
        let (ground_id, reason_id) =
            (format!("ground-{}", id.get_value()), format!("reason-{}", id.get_value()));
        view! {
            <div class="why-no">
                <div class="field"><label for=ground_id.clone()>{t(Words::GroundLabel)}</label>
                    <select class="input" id=ground_id on:change=move |event| { let place = event_target_value(&event).parse().unwrap_or(0); change(&|draft| draft.ground = place); }>
                        <option value="0">{t(Words::Choose)}</option>{grounds.drawn()}
                    </select></div>
                <div class="field"><label for=reason_id.clone()>{t(Words::ReasonLabel)}</label>
                    <textarea class="input" id=reason_id rows="2" maxlength="500" prop:value=of().reason on:input=move |event| { let text = event_target_value(&event); change(&|draft| draft.reason.clone_from(&text)); }></textarea></div>
            </div>
        }
        .into_any()
    };
    view! {
        <div class="vitem" data-item=item.id>
            <p><span lang="zh-CN">{item.text}</span><small class="clause" lang="zh-CN">{item.clause}</small></p>
            <div class="fl" role="group">{one(true, Words::Yes)}{one(false, Words::No)}</div>
            {redraw(move || if passes.get() == Some(false) { why() } else { ().into_any() })}
        </div>
    }
    .into_any()
}

fn ask_dialog(open: RwSignal<Option<u32>>) -> AnyView {
    let (matter, text, minutes) =
        (RwSignal::new(0_usize), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let least = || known_now().map_or(30, |known| known.plan.clarify_minutes.value);
    Effect::new(move |_| {
        if open.get().is_some() {
            text.set(String::new());
            minutes.set(least().to_string());
        }
    });
    asking(
        open,
        |bid| Asking {
            title: Words::AskDialog { name: bidder_name(bid) }.both(),
            lead: Some(Words::AskLead.both()),
            go: Words::AskSign.both(),
            said: Words::AskDone.both(),
            signed: true,
            danger: false,
        },
        move |_| {
            let matters = MATTERS.into_iter().map(|it| Terms::matter(it).both()).collect();
            view! {
                {fields::choice("ask-matter", Words::MatterLabel, matters, matter)}
                {fields::area("ask-text", Words::TextLabel, None, text)}
                {fields::number("ask-minutes", Words::MinutesLabel { least: least() }, minutes)}
            }
            .into_any()
        },
        move |bid| {
            Some(Command::AskClarification {
                about: About::Bid(bid),
                matter: MATTERS.get(matter.get()).copied()?,
                text: fields::written(text)?,
                minutes: minutes.get().trim().parse().ok().filter(|minutes| *minutes >= least())?,
            })
        },
    )
}
