//! Draws: blind numbers and the order of equal bids. Numbers and order follow from the room's value; nobody proposes them.

use std::collections::BTreeSet;

use bidroom_canon::Hex32;

use super::super::draw::{DrawOf, Drawn, NotDrawn, draw};
use super::super::event::{BlindNumbered, DrawRecorded, Event};
use super::super::plan::Rule;
use super::super::refusal::Refusal;
use super::super::terms::{DrawPurpose, Stage};
use super::case::{Case, count};

/// Blind numbers for all bids that have none, as soon as they are scored.
pub(super) fn number(case: &Case<'_>, value: Hex32) -> Result<Vec<Event>, Refusal> {
    case.by_room()?;
    if !case.plan.is_blind() {
        return Err(Refusal::NotBlind);
    }
    case.in_stage(&[Stage::Scoring])?;
    let bids = case.state.unnumbered();
    if bids.is_empty() {
        return Err(Refusal::AllNumbered);
    }
    let (first, count) = (case.state.blind.drawn.saturating_add(1), count(bids.len()));
    let (number, drawn) = made(case, &DrawOf::Numbers { bids, first }, &value)?;
    let numbers = Some(drawn.numbers(first));
    Ok(vec![BlindNumbered { number, draw: drawn.digest, first, count, numbers, value: Some(value) }.into()])
}

/// The order of equal bids, also where a result is changed on a ground and other bids are equal than before.
pub(super) fn order(
    case: &Case<'_>,
    purpose: DrawPurpose,
    among: Vec<u32>,
    value: Hex32,
) -> Result<Vec<Event>, Refusal> {
    case.by_room()?;
    case.in_stage(&[Stage::Price, Stage::Report])?;
    if case.state.is_signed() {
        return Err(Refusal::ReportSigned { clause: case.clause(Rule::ResultStands) });
    }
    let bids: BTreeSet<u32> = among.iter().copied().collect();
    // One spelling only: the same bids in another order would be another draw.
    if bids.len() < 2 || !among.iter().eq(&bids) {
        let what = "fewer than two bids, or they are not in ascending order".to_owned();
        return Err(Refusal::UnusableDraw { what });
    }
    if let Some(out) = bids.iter().find(|bid| !case.state.stands(**bid)) {
        return Err(Refusal::BidOut { bid: *out });
    }
    let same = |order: &[u32]| order.iter().copied().collect::<BTreeSet<u32>>() == bids;
    let known = case.state.draws.iter().find(|it| it.purpose == purpose && same(&it.order));
    if let Some(known) = known {
        return Err(Refusal::AlreadyDrawn { at: known.at });
    }
    let of = DrawOf::Order { purpose, among: among.clone() };
    let (number, Drawn { order, digest }) = made(case, &of, &value)?;
    Ok(vec![DrawRecorded { number, purpose, among, order, draw: digest, value: Some(value) }.into()])
}

fn made(case: &Case<'_>, of: &DrawOf, value: &Hex32) -> Result<(u32, Drawn), Refusal> {
    let number = case.state.next_draw();
    let drawn = draw(case.opening, number, of, value).map_err(|not| match not {
        NotDrawn::NoCommitment => Refusal::NoDraws,
        NotDrawn::UsedUp { .. } => Refusal::DrawsUsedUp,
        NotDrawn::OtherValue { number } => Refusal::OtherValue { number },
        NotDrawn::Hidden => Refusal::SaltsHidden,
        NotDrawn::Canon(what) => Refusal::UnusableDraw { what },
    })?;
    Ok((number, drawn))
}
