//! Scores once they are revealed: a table of means, what each bid's points are made of, and how far members are apart.

use bidroom_domain::evaluation::Criterion;
use bidroom_web_ui::ui::{Views as _, redraw, t};
use leptos::prelude::*;

use crate::model::{BidLine, Summary, points, summary};
use crate::page::desk::{name_of, short, side_of};
use crate::page::known;
use crate::text::{Expert, Part as PartName};

/// Bars and dots are drawn on a scale of so many units.
const SCALE: u32 = 1000;

/// Everything of every sheet that is revealed.
pub fn charts() -> AnyView {
    let shown = known(|known| {
        let parts = known.plan.parts().into_iter();
        let shown = parts.filter_map(|part| {
            let items: Vec<Criterion> = known.plan.sheet(part).cloned().collect();
            Some((summary(known.sight(), part)?, items))
        });
        shown.collect::<Vec<(Summary, Vec<Criterion>)>>()
    });
    redraw(move || shown.get().into_iter().map(|(summary, items)| one(summary, items)).drawn())
}

fn one(summary: Summary, items: Vec<Criterion>) -> AnyView {
    let part = summary.part;
    view! {
        <section class="panel sums" data-part=format!("{part:?}")>
            <header><h2>{t(Expert::SumsTitle)}</h2><span class="second">{t(PartName::of(part))}</span></header>
            {table(&summary, &items)}
            <div class="two">
                <figure><figcaption>{t(Expert::MadeOf)}</figcaption>{bars(&summary)}</figure>
                <figure><figcaption>{t(Expert::Apart)}</figcaption>{dots(&summary)}</figure>
            </div>
        </section>
    }
    .into_any()
}

fn table(summary: &Summary, items: &[Criterion]) -> AnyView {
    let heads = items.iter().map(|item| {
        view! { <th scope="col" lang="zh-CN">{item.name.clone()}<small class="num">{points(item.max)}</small></th> }
    });
    let heads = heads.drawn();
    let side = side_of(summary.part);
    let rows = summary.lines.iter().map(|line| {
        let name = name_of(side, line.bid);
        let cells = items.iter().map(|item| {
            let mean = line.means.get(&item.id).copied().unwrap_or_default();
            view! { <td class="num">{points(mean)}<i class="part" style:--v=share(mean, item.max)></i></td> }
        });
        let cells = cells.drawn();
        let sum = line.parts.0.saturating_add(line.parts.1);
        view! { <tr><th scope="row"><span class="num">{short(side, line.bid)}</span>" "<span lang="zh-CN">{move || name.get()}</span></th>{cells}<td class="num"><b>{points(sum)}</b></td></tr> }
    });
    let rows = rows.drawn();
    view! {
        <div class="wide"><table class="table means">
            <thead><tr><th scope="col">{t(Expert::BidderWord)}</th>{heads}<th scope="col">{t(Expert::SubTotalWord)}</th></tr></thead>
            <tbody>{rows}</tbody>
        </table></div>
    }
    .into_any()
}

/// A share of a whole as a style's number.
fn share(of: u32, whole: u32) -> String {
    let thousandths = u64::from(of).saturating_mul(1000) / u64::from(whole.max(1));
    format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
}

/// Where a number of points stands on the scale.
fn at(points: u32, most: u32) -> u32 {
    u32::try_from(u64::from(points).saturating_mul(u64::from(SCALE)) / u64::from(most.max(1)))
        .unwrap_or(SCALE)
        .min(SCALE)
}

fn bars(summary: &Summary) -> AnyView {
    let most = summary.most.0.saturating_add(summary.most.1);
    let sum = |line: &BidLine| line.parts.0.saturating_add(line.parts.1);
    let mut lines: Vec<&BidLine> = Vec::new();
    for line in &summary.lines {
        let place = lines.iter().position(|other| sum(other) < sum(line)).unwrap_or(lines.len());
        lines.insert(place, line);
    }
    let side = side_of(summary.part);
    let rows = lines.into_iter().map(|line| {
        let (technical, commercial) = line.parts;
        view! {
            <li>
                <span class="num">{short(side, line.bid)}</span>
                <span class="stack" style:--a=share(technical, most) style:--b=share(commercial, most)><i class="a"></i><i class="b"></i></span>
                <b class="num">{points(technical.saturating_add(commercial))}</b>
            </li>
        }
    });
    view! {
        <ul class="bars">{rows.drawn()}</ul>
        <p class="key"><i class="a"></i>{t(Expert::TechnicalWord)}<i class="b"></i>{t(Expert::CommercialWord)}</p>
    }
    .into_any()
}

fn dots(summary: &Summary) -> AnyView {
    let most = summary.most.0;
    let side = side_of(summary.part);
    let rows = summary.lines.iter().map(|line| {
        let count = u32::try_from(line.dots.len()).unwrap_or(1).max(1);
        let mean = line.dots.iter().fold(0_u32, |sum, dot| sum.saturating_add(dot.sum)) / count;
        let marks = line.dots.iter().map(|dot| {
            // Further from the mean than an eighth of the highest sum: worth a look, and no more.
            let far = dot.sum.abs_diff(mean) > most / 8;
            let label = Expert::DotLabel { member: dot.member, sum: points(dot.sum) };
            view! { <i class="dot" data-far=far.then_some("") style:--v=share(at(dot.sum, most), SCALE) title=t(label)>{far.then(|| format!("{:02}", dot.member))}</i> }
        });
        let marks = marks.drawn();
        view! {
            <li>
                <span class="num">{short(side, line.bid)}</span>
                <span class="axis"><i class="mean" style:--v=share(at(mean, most), SCALE)></i>{marks}</span>
                <b class="num">{points(mean)}</b>
            </li>
        }
    });
    view! { <ul class="dots">{rows.drawn()}</ul><p class="key">{t(Expert::ApartKey)}</p> }.into_any()
}
