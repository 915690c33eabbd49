//! 异常低价审查 on the committee's own initiative.

use bidroom_domain::evaluation::{Command, Rule, Trigger};
use leptos::prelude::*;

use crate::model::{low_price_bids, minutes};
use crate::page::field::{choose, minutes_line, rule, sentences, written};
use crate::page::sheet::{ToSign, signing};
use crate::page::{bid_choices, desk, known_now};
use crate::text::Chairs;

/// The window.
pub fn window(open: RwSignal<bool>) -> AnyView {
    let known = desk().known;
    let fresh = || RwSignal::new(String::new());
    let (bid, reason, time) = (fresh(), fresh(), fresh());
    let body = move || {
        let Some(known) = known_now() else { return ().into_any() };
        let least = known.plan.low_price_minutes.as_ref();
        view! {
            {rule(Chairs::LowRule, Chairs::LowRuleNote, known.plan.procedure.clause(Rule::LowPrice))}
            <div class="side-by-side">
                {choose("low-bid", Chairs::WhichBid, bid_choices(low_price_bids(known.sight()).into_iter()), bid)}
                {least.map(|least| minutes_line("low-minutes", time, least))}
            </div>
            {sentences("low-reason", Chairs::LowReason, None, reason)}
        }
        .into_any()
    };
    let command = move || {
        let known = known.get()?;
        let bid = bid.get().parse().ok().filter(|bid| low_price_bids(known.sight()).contains(bid))?;
        let minutes = time.with(|typed| minutes(typed, known.plan.low_price_minutes.as_ref()?.value))?;
        let triggers = vec![Trigger::Committee];
        Some(Command::OpenLowPrice { bid, triggers, reason: written(reason)?, minutes })
    };
    let what = ToSign::again(Chairs::LowTitle, Chairs::SendGo, Chairs::LowDone).empties([reason, time]);
    signing(open, what, body, command)
}
