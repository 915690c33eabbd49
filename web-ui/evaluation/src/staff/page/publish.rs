//! Publishing: what each bidder is told of itself, looked through before it goes out.

use std::collections::BTreeMap;

use bidroom_domain::evaluation::{Command, OwnResult, Rejection};
use bidroom_web_ui::text::Say as _;
use bidroom_web_ui::ui::{Views as _, t};
use leptos::prelude::*;

use super::asking::{Asking, asking};
use super::{bidder_name, known_now};
use crate::model::points;
use crate::staff::model::own_results;
use crate::staff::office::{Known, office};
use crate::staff::text::Office as Words;
use crate::text::stage_name;

/// Why a bid was rejected, as its bidder is told: in Chinese, in which the record is kept.
fn reason(known: &Known, bid: u32, rejection: Rejection) -> String {
    match rejection {
        Rejection::Review(review) => {
            let concluded = known.state.review(review, bid).and_then(|it| it.concluded.as_ref());
            let failing = concluded.into_iter().flat_map(|concluded| &concluded.failing);
            let name =
                |item: &str| known.plan.items(review).find(|it| it.id == item).map(|it| it.text.clone());
            let failing: Vec<String> = failing.filter_map(|failing| name(&failing.item)).collect();
            let stage = stage_name(review.stage()).both();
            let said = Words::RejReview { zh: stage.zh, en: stage.en }.both().zh;
            if failing.is_empty() { said } else { format!("{said}：{}", failing.join("；")) }
        }
        Rejection::Correction(_) => Words::RejCorrection.both().zh,
        Rejection::LowPrice => Words::RejLowPrice.both().zh,
    }
}

fn own() -> Option<BTreeMap<u32, OwnResult>> {
    let known = known_now()?;
    own_results(&known.state, |bid, rejection| reason(&known, bid, rejection))
}

/// The window.
pub fn dialog() -> AnyView {
    asking(
        office().publishing,
        |_| Asking {
            title: Words::Publish.both(),
            lead: Some(Words::PublishLead.both()),
            go: Words::Publish.both(),
            said: Words::PublishDone.both(),
            signed: false,
            danger: false,
        },
        |_| {
            let rows = own().unwrap_or_default().into_iter().map(|(bid, own)| {
                view! {
                    <tr>
                        <td class="num">{bid}</td><td lang="zh-CN">{bidder_name(bid)}</td>
                        <td class="num">{own.score.map(points)}</td><td class="num">{own.rank}</td>
                        <td lang="zh-CN">{own.rejected}</td>
                    </tr>
                }
            });
            view! {
                <div class="wide"><table class="table">
                    <thead><tr>
                        <th scope="col">{t(Words::BidNo)}</th><th scope="col">{t(Words::Bidder)}</th><th scope="col">{t(Words::PublishScore)}</th>
                        <th scope="col">{t(Words::PublishRank)}</th><th scope="col">{t(Words::PublishWhy)}</th>
                    </tr></thead>
                    <tbody>{rows.drawn()}</tbody>
                </table></div>
            }
            .into_any()
        },
        |_| Some(Command::Publish { own: own()? }),
    )
}
