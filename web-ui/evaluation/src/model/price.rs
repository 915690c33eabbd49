//! Corrections of a price while they are written: which rules may still be applied, and whether the two prices can be.

use bidroom_domain::Fen;
use bidroom_domain::evaluation::{Correction, CorrectionRule, Plan, State};

use super::typed::half_width;

/// The last correction of a bid's price.
fn last(state: &State, bid: u32) -> Option<&Correction> {
    state.corrections.iter().rev().find(|it| it.bid == bid)
}

/// The price from which the next correction starts, where an earlier one says so.
pub fn corrected_so_far(state: &State, bid: u32) -> Option<Fen> {
    last(state, bid).and_then(|it| it.prices).map(|(_, after)| after)
}

/// The plan's rules in their order, and whether each may still be applied to a bid: none comes before one that was.
pub fn rules(plan: &Plan, state: &State, bid: u32) -> Vec<(CorrectionRule, bool)> {
    let place = last(state, bid).and_then(|last| plan.correction_place(last.rule)).unwrap_or_default();
    let rules = plan.corrections.value.iter().enumerate();
    rules.map(|(at, rule)| (*rule, at >= place)).collect()
}

/// What is wrong with a price as it was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongPrice {
    /// Nothing was typed.
    Missing,
    /// No amount in yuan.
    NoAmount,
    /// The price before is not the one after the last correction.
    NotLast(Fen),
    /// Both are the same.
    Same,
}

/// An amount as somebody types it.
fn amount(typed: &str) -> Result<Fen, WrongPrice> {
    let text = half_width(typed);
    if text.is_empty() {
        return Err(WrongPrice::Missing);
    }
    Fen::parse_yuan(&text).map_err(|_| WrongPrice::NoAmount)
}

/// The price before, as it was typed.
///
/// # Errors
/// [`WrongPrice`].
pub fn price_before(state: &State, bid: u32, typed: &str) -> Result<Fen, WrongPrice> {
    let before = amount(typed)?;
    match corrected_so_far(state, bid) {
        Some(last) if last != before => Err(WrongPrice::NotLast(last)),
        _ => Ok(before),
    }
}

/// The price after, as it was typed.
///
/// # Errors
/// [`WrongPrice`].
pub fn price_after(before: Option<Fen>, typed: &str) -> Result<Fen, WrongPrice> {
    let after = amount(typed)?;
    if before == Some(after) { Err(WrongPrice::Same) } else { Ok(after) }
}

/// Minutes as they were typed; none while they are none, fewer than the least, or more than a month.
pub fn minutes(typed: &str, least: u32) -> Option<u32> {
    let text = half_width(typed);
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let minutes = digits.then(|| text.parse::<u32>().ok()).flatten()?;
    (least..=30 * 24 * 60).contains(&minutes).then_some(minutes)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{plan, state_of};
    use super::*;
    use bidroom_domain::At;

    fn fen(yuan: &str) -> Fen {
        Fen::parse_yuan(yuan).unwrap()
    }

    fn corrected(rule: CorrectionRule, before: &str, after: &str) -> State {
        let mut state = state_of(3, 2);
        state.corrections.push(Correction {
            number: 1,
            bid: 1,
            rule,
            prices: Some((fen(before), fen(after))),
            clause: "87号令 第五十九条".into(),
            until: At(9),
            answer: Some((true, At(5))),
            lapsed: None,
        });
        state
    }

    #[test]
    fn rules_are_applied_in_their_order() {
        use CorrectionRule::{DecimalPoint, Schedule, UnitPrices, Words};
        let plan = plan();
        for (state, may) in [
            (state_of(3, 2), vec![Schedule, Words, DecimalPoint, UnitPrices]),
            (corrected(Words, "100", "200"), vec![Words, DecimalPoint, UnitPrices]),
            (corrected(UnitPrices, "100", "200"), vec![UnitPrices]),
        ] {
            let open = rules(&plan, &state, 1).into_iter().filter(|(_, may)| *may).map(|(rule, _)| rule);
            assert_eq!(open.collect::<Vec<_>>(), may);
            assert_eq!(rules(&plan, &state, 2).iter().filter(|(_, may)| *may).count(), 4);
        }
    }

    #[test]
    fn prices_are_amounts_that_differ_and_go_on_from_the_last() {
        let state = corrected(CorrectionRule::Schedule, "100", "5,480,000");
        for (bid, typed, expect) in [
            (2, "5480000", Ok(fen("5480000"))),
            (2, " ５，４８０，０００．５ ", Ok(fen("5480000.5"))),
            (2, "", Err(WrongPrice::Missing)),
            (2, "五百万", Err(WrongPrice::NoAmount)),
            (2, "1.234", Err(WrongPrice::NoAmount)),
            (1, "5480000.00", Ok(fen("5480000"))),
            (1, "100", Err(WrongPrice::NotLast(fen("5480000")))),
        ] {
            assert_eq!(price_before(&state, bid, typed), expect, "{typed}");
        }
        for (before, typed, expect) in [
            (Some(fen("100")), "100.00", Err(WrongPrice::Same)),
            (Some(fen("100")), "100.01", Ok(fen("100.01"))),
            (None, "100", Ok(fen("100"))),
        ] {
            assert_eq!(price_after(before, typed), expect, "{typed}");
        }
        assert_eq!((corrected_so_far(&state, 1), corrected_so_far(&state, 2)), (Some(fen("5480000")), None));
    }

    #[test]
    fn a_time_is_never_shorter_than_the_figure() {
        for (typed, expect) in [
            ("30", Some(30)),
            (" ４５ ", Some(45)),
            ("29", None),
            ("", None),
            ("-30", None),
            ("30.5", None),
            ("43200", Some(43_200)),
            ("43201", None),
            ("99999999999", None),
        ] {
            assert_eq!(minutes(typed, 30), expect, "{typed}");
        }
    }
}
