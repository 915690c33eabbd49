//! Scores that are to be looked at again: objective items in which members differ, and what the committee found abnormal or is out of
//! range. Whoever made a wrong one corrects its own sheet (87号令 第六十四条).

use bidroom_domain::evaluation::{Change, ChangeGround, Command};
use bidroom_web_ui::model::Icon;
use bidroom_web_ui::text::{Both, Say as _};
use bidroom_web_ui::ui::{Button, Part, button, icon, redraw, t};
use leptos::prelude::*;

use crate::model::{Finding, findings, points, score};
use crate::page::desk::{short, side_of};
use crate::page::field::{Below, line, sentences, written};
use crate::page::sheet::{ToSign, signing};
use crate::page::{each_of, known, member_name};
use crate::text::{Expert, Read};

/// The panel; nothing while there is nothing to look at again.
pub fn differences() -> AnyView {
    let seen = known(|known| {
        let seen = findings(known.sight()).into_iter();
        let who =
            |finding: &Finding| finding.whose.map(|index| member_name(known, index)).unwrap_or_default();
        seen.map(|finding| (who(&finding), finding)).collect::<Vec<(String, Finding)>>()
    });
    let any = Part::new(move || seen.with(|seen| !seen.is_empty()));
    let differ = Part::new(move || {
        seen.with(|seen| seen.iter().any(|(_, finding)| finding.ground == ChangeGround::ObjectiveDiffers))
    });
    redraw(move || {
        if !any.get() {
            return ().into_any();
        }
        view! {
            <section class="panel chair" id="differences">
                <header><h2>{t(Read::AgainTitle)}</h2></header>
                <div class="body">
                    {redraw(move || differ.get().then(|| view! { <p class="why">{t(Expert::DiffersNote)}</p> }).into_any())}
                    {each_of(seen, |(who, finding)| one(who, finding))}
                </div>
            </section>
        }
        .into_any()
    })
}

/// What is to be looked at, in words.
fn words(who: &str, finding: &Finding) -> Both {
    let list = finding.scores.iter().map(|(member, score)| format!("{member:02}: {}", points(*score)));
    let scores = list.collect::<Vec<String>>().join("  ");
    let (who, item) = (who.to_owned(), finding.item.name.clone());
    let bid = short(side_of(finding.part), finding.bid);
    match finding.ground {
        ChangeGround::Abnormal => Read::FoundAbnormal { who, bid, item, scores }.both(),
        ChangeGround::OutOfRange => Read::FoundOut { who, bid, item, scores }.both(),
        ChangeGround::ObjectiveDiffers | ChangeGround::WrongSum => {
            Expert::Differs { bid, item, scores }.both()
        }
    }
}

fn one(who: String, finding: Finding) -> AnyView {
    let what = words(&who, &finding);
    let Finding { ground, part, bid, item, own, whose, .. } = finding;
    let Some(from) = own else {
        let awaits = whose.map(|_| view! { " "<span class="why">{t(Read::AwaitsMaker { who })}</span> });
        return view! { <p>{icon(Icon::Triangle)}" "{t(what)}{awaits}</p> }.into_any();
    };
    let (open, typed, reason) =
        (RwSignal::new(false), RwSignal::new(points(from)), RwSignal::new(String::new()));
    let range = Expert::ItemRange { max: points(item.max), step: points(item.step) }.both();
    let hint = Expert::WrongHint { max: points(item.max), step: points(item.step) }.both();
    let (told, limits) = (what.clone(), item.clone());
    let body = move || {
        let (range, hint, limits) = (range.clone(), hint.clone(), limits.clone());
        let below = move || {
            let right = typed.with(|typed| score(&limits, typed)).is_ok();
            Some(if right { Below::Hint(range.clone()) } else { Below::Wrong(hint.clone()) })
        };
        view! {
            <p class="lead">{t(told.clone())}</p>
            {line("corrected", Expert::Corrected, typed, below)}
            {sentences("correct-reason", Expert::ReasonLabel, None, reason)}
            <p class="clause">{ground.clause()}</p>
        }
        .into_any()
    };
    let command = move || {
        let to = typed.with(|typed| score(&item, typed)).ok().filter(|to| *to != from)?;
        let changes = vec![Change { bid, item: item.id.clone(), from, to }];
        Some(Command::CorrectSheet { part, ground, changes, reason: written(reason)? })
    };
    view! {
        <div class="act"><p>{icon(Icon::Triangle)}" "{t(what)}</p>{button(Button::new(Expert::CorrectGo).large().icon(Icon::Pen).id("correct"), move || open.set(true))}</div>
        {signing(open, ToSign::anew(Expert::CorrectGo, Expert::CorrectGo, Expert::CorrectDone), body, command)}
    }
    .into_any()
}
