//! 修正报价: a contradiction in a price is corrected by the rules in their order, and counts once the bidder confirms it.

use std::sync::Arc;

use bidroom_domain::Fen;
use bidroom_domain::evaluation::{Command, State};
use bidroom_web_ui::text::{Both, Say as _};
use bidroom_web_ui::ui::redraw;
use leptos::prelude::*;

use crate::live::Known;
use crate::model::{WrongPrice, corrected_so_far, minutes, price_after, price_before, rules};
use crate::page::field::{Below, Choice, choose, line, minutes_line, rule, sentences, written};
use crate::page::sheet::{ToSign, signing};
use crate::page::{bid_choices, desk, known_now};
use crate::text::{Chairs, Terms};

/// What is being written.
#[derive(Clone, Copy)]
struct Form {
    known: RwSignal<Option<Arc<Known>>>,
    bid: RwSignal<String>,
    rule: RwSignal<String>,
    before: RwSignal<String>,
    after: RwSignal<String>,
    reason: RwSignal<String>,
    time: RwSignal<String>,
}

impl Form {
    fn bid(self) -> Option<u32> {
        self.bid.with(|bid| bid.parse().ok())
    }

    fn state<T>(self, read: impl FnOnce(&State) -> T) -> Option<T> {
        self.known.with(|known| known.as_ref().map(|known| read(&known.state)))
    }

    fn before(self) -> Result<Fen, WrongPrice> {
        let bid = self.bid().unwrap_or_default();
        self.before
            .with(|typed| self.state(|state| price_before(state, bid, typed)))
            .unwrap_or(Err(WrongPrice::Missing))
    }

    fn after(self) -> Result<Fen, WrongPrice> {
        let before = self.before().ok();
        self.after.with(|typed| price_after(before, typed))
    }

    fn command(self) -> Option<Command> {
        let known = self.known.get()?;
        let bid = self.bid().filter(|bid| known.state.stands(*bid))?;
        let place = self.rule.get().parse::<usize>().ok()?;
        let (rule, may) = rules(&known.plan, &known.state, bid).into_iter().nth(place)?;
        let minutes = self.time.with(|typed| minutes(typed, known.plan.clarify_minutes.value))?;
        let (before, after, reason) = (self.before().ok()?, self.after().ok()?, written(self.reason)?);
        may.then_some(Command::ProposeCorrection { bid, rule, before, after, reason, minutes })
    }
}

/// The window.
pub fn window(open: RwSignal<bool>) -> AnyView {
    let fresh = || RwSignal::new(String::new());
    let form = Form {
        known: desk().known,
        bid: fresh(),
        rule: fresh(),
        before: fresh(),
        after: fresh(),
        reason: fresh(),
        time: fresh(),
    };
    let what = ToSign::again(Chairs::CorrectTitle, Chairs::SendGo, Chairs::CorrectDone).empties([
        form.before,
        form.after,
        form.reason,
        form.time,
    ]);
    signing(open, what, move || body(form), move || form.command())
}

fn body(form: Form) -> AnyView {
    let Some(known) = known_now() else { return ().into_any() };
    // Where a price was corrected before, the next correction starts from there.
    Effect::new(move |_| {
        let last = form.bid().and_then(|bid| form.state(|state| corrected_so_far(state, bid)).flatten());
        if let Some(last) = last {
            form.before.set(last.figures());
        }
    });
    let by = redraw(move || {
        let bid = form.bid().unwrap_or_default();
        let rules = form.known.with_untracked(|known| {
            known.as_ref().map(|known| rules(&known.plan, &known.state, bid)).unwrap_or_default()
        });
        let choice = |(place, (rule, can)): (usize, (_, bool))| {
            let words = Terms::rule(rule).both();
            let late = || Both {
                zh: Chairs::CorrectTooLate { rule: words.zh.clone() }.both().zh,
                en: Chairs::CorrectTooLate { rule: words.en.clone() }.both().en,
            };
            Choice { value: place.to_string(), words: if can { words.clone() } else { late() }, can }
        };
        choose(
            "correct-rule",
            Chairs::CorrectRule,
            rules.into_iter().enumerate().map(choice).collect(),
            form.rule,
        )
    });
    let clause = known.plan.corrections.clause.clone();
    view! {
        {rule(Chairs::CorrectRuleHead, Chairs::CorrectRuleNote, clause)}
        <div class="side-by-side">
            {choose("correct-bid", Chairs::WhichBid, bid_choices(known.state.standing_bids()), form.bid)}
            {by}
        </div>
        <div class="side-by-side">
            {line("correct-before", Chairs::CorrectBefore, form.before, move || Some(below(form.before(), None)))}
            {line("correct-after", Chairs::CorrectAfter, form.after, move || Some(below(form.after(), form.before().ok())))}
            {minutes_line("correct-minutes", form.time, &known.plan.clarify_minutes)}
        </div>
        {sentences("correct-reason", Chairs::CorrectReason, Some(Chairs::CorrectReasonHint.both()), form.reason)}
    }
    .into_any()
}

/// The amount in words, and by how much it differs; or what is wrong with it.
fn below(typed: Result<Fen, WrongPrice>, before: Option<Fen>) -> Below {
    let fen = match typed {
        Ok(fen) => fen,
        Err(WrongPrice::Missing) => return Below::Hint(Chairs::PriceMissing.both()),
        Err(WrongPrice::NoAmount) => return Below::Wrong(Chairs::PriceNone.both()),
        Err(WrongPrice::Same) => return Below::Wrong(Chairs::PriceSame.both()),
        Err(WrongPrice::NotLast(last)) => {
            return Below::Wrong(Chairs::PriceNotLast { figures: last.figures() }.both());
        }
    };
    let words = fen.words();
    let apart = |from: Fen| {
        let figures = Fen::try_from(fen.get().abs_diff(from.get())).map(Fen::figures).unwrap_or_default();
        if fen > from { Chairs::PriceMore { figures }.both() } else { Chairs::PriceLess { figures }.both() }
    };
    Below::Hint(match before.map(apart) {
        Some(apart) => Both { zh: format!("{words}　{}", apart.zh), en: format!("{words}　{}", apart.en) },
        None => Both::same(words),
    })
}
