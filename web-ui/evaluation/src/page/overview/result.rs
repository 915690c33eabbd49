//! Prices under review, and the result as it was fixed.

use bidroom_domain::evaluation::{LowPrice, Trigger};
use bidroom_web_ui::model::Icon;
use bidroom_web_ui::model::figures::left_text;
use bidroom_web_ui::ui::{Part, Views as _, icon, page, redraw, t};
use bidroom_wire::DocumentSide;
use leptos::prelude::*;

use crate::model::{ResultRow, result_rows};
use crate::page::desk::name_of;
use crate::page::known;
use crate::text::Expert;

/// Reviews of abnormally low prices, while there are any.
pub fn low_prices() -> AnyView {
    let low = known(|known| {
        let low = known.state.low_prices.iter();
        low.map(|(bid, low)| (*bid, low.clone())).collect::<Vec<(u32, LowPrice)>>()
    });
    redraw(move || low.get().into_iter().map(|(bid, low)| one(bid, low)).drawn())
}

fn trigger(trigger: Trigger) -> Expert {
    match trigger {
        Trigger::Mean => Expert::TriggerMean,
        Trigger::SecondLowest => Expert::TriggerSecond,
        Trigger::Ceiling => Expert::TriggerCeiling,
        Trigger::Committee => Expert::TriggerCommittee,
    }
}

fn one(bid: u32, low: LowPrice) -> AnyView {
    let name = name_of(DocumentSide::Named, bid);
    let (until, waits) = (low.until, low.explanation.is_none() && low.concluded.is_none());
    let now = page().now;
    let left = Part::new(move || left_text(until.millis_since(now.get())));
    let state = match (&low.concluded, &low.explanation) {
        (Some(concluded), _) if concluded.proven => Expert::LowProven,
        (Some(_), _) => Expert::LowUnproven,
        (None, Some(answer)) => Expert::LowExplained { at: answer.at.clock_text() },
        (None, None) => Expert::LowWaits { until: until.clock_text() },
    };
    // What the room asks by figures says no more than the figures; the committee's reason is its own.
    let asked = low.reason.clone().filter(|_| low.triggers.contains(&Trigger::Committee));
    let text = low.explanation.as_ref().and_then(|answer| answer.text.clone());
    let opinion = low.concluded.as_ref().and_then(|it| it.opinion.clone());
    let triggers = low.triggers.iter().map(|it| view! { <li>{t(trigger(*it))}</li> });
    let triggers = triggers.drawn();
    view! {
        <section class="panel low" data-open=low.concluded.is_none().then_some("")>
            <div class="lowhead">
                <h2>{icon(Icon::Triangle)}{t(Expert::LowTitle)}</h2>
                <p lang="zh-CN"><b class="num">{bid}</b>" "{move || name.get()}</p>
                <ul>{triggers}</ul>
            </div>
            <div class="grow">
                <p><b>{t(state)}</b></p>
                {asked.map(|asked| view! { <p class="why" lang="zh-CN">{asked}</p> })}
                {text.map(|text| view! { <blockquote lang="zh-CN">{text}</blockquote> })}
                {opinion.map(|opinion| view! { <p class="why" lang="zh-CN">{opinion}</p> })}
                <p class="clause">{t(Expert::LowClause)}</p>
            </div>
            {waits.then(|| view! { <span class="countdown num">{move || left.get()}</span> })}
        </section>
    }
    .into_any()
}

/// The result, once there is one that may be read.
pub fn table() -> AnyView {
    let result = known(|known| {
        let fixed = known.state.result.as_ref()?;
        let found = result_rows(&known.state)?;
        let place = |row: &ResultRow| (row.rank.unwrap_or(u32::MAX), row.bid);
        let mut rows: Vec<ResultRow> = Vec::new();
        for row in found {
            let at = rows.iter().position(|other| place(other) > place(&row)).unwrap_or(rows.len());
            rows.insert(at, row);
        }
        Some((rows, fixed.candidates.clone().unwrap_or_default(), fixed.number))
    });
    redraw(move || {
        result
            .get()
            .map(|(rows, candidates, number)| {
                let rows = rows.into_iter().map(|row| {
                    let name = name_of(DocumentSide::Named, row.bid);
                    let place = candidates.iter().position(|bid| *bid == row.bid);
                    let shown = |value: Option<String>| value.unwrap_or_else(|| "—".to_owned());
                    view! {
                        <tr data-candidate=place.map(|_| "")>
                            <td class="num">{row.rank.map_or_else(|| "—".to_owned(), |rank| rank.to_string())}</td>
                            <th scope="row" lang="zh-CN"><span class="num">{row.bid}</span>" "{move || name.get()}
                                {place.map(|place| view! { <small class="cand">{t(Expert::Candidate { place: place.saturating_add(1) })}</small> })}</th>
                            <td class="num r">{shown(row.evaluated_price)}</td>
                            <td class="num r">{shown(row.price_score)}</td>
                            <td class="num r"><b>{shown(row.total)}</b></td>
                        </tr>
                    }
                });
                let rows = rows.drawn();
                view! {
                    <section class="panel result" id="result">
                        <header><h2>{t(Expert::ResultTitle)}</h2><span class="second">{t(Expert::ResultNumber { number })}</span></header>
                        <table class="table">
                            <thead><tr><th scope="col">{t(Expert::Rank)}</th><th scope="col">{t(Expert::BidderWord)}</th>
                                <th scope="col" class="r">{t(Expert::EvaluatedPrice)}</th><th scope="col" class="r">{t(Expert::PriceScore)}</th><th scope="col" class="r">{t(Expert::Total)}</th></tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </section>
                }
            })
            .into_any()
    })
}
