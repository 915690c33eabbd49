//! The bids of an evaluation as the price engine reads them.

use bidroom_canon::from_canonical;
use bidroom_domain::evaluation::{Inputs, LowPrice, Rejection, Review, State};
use bidroom_domain::{ColumnKind, Fen, LotFacts, opening};
use bidroom_envelope::bid::schedule::{Schedule, ScheduleValue};
use bidroom_pricing::{
    AbnormalReview, BIDS_FORMAT, Bid, Bids, Grounds, Lot, Mark, Sheet, Text, Verdict, VerdictKind,
};

use crate::OutcomeError;
use crate::method::mark;

/// How the engine names a bid: its roster number in four digits, so that names sort as numbers do.
pub fn bid_id(number: u32) -> String {
    format!("{number:04}")
}

/// The bids, reviews, prices and scores that stand. Corrections that bind are in the price; what the bids say of small firms,
/// products and brands is not in the log. Which orders that were drawn count follows from the outcome.
///
/// # Errors
/// [`OutcomeError`].
pub fn bids_of(opening: &opening::State) -> Result<Bids, OutcomeError> {
    let lot = opening.lot.as_ref().ok_or(OutcomeError::NoMethod)?;
    let waiting = State::default();
    let state = opening.evaluation.as_deref().unwrap_or(&waiting);
    let inputs = state.inputs();
    let bids = state.bids.iter().map(|number| bid_of(opening, lot, (state, &inputs), *number));
    let mut sheets = Vec::new();
    let mut experts = Vec::new();
    for (member, rows) in &inputs.scores {
        experts.push(member.to_string());
        for (bid, scores) in rows {
            let marks = scores.iter().map(|(item, score)| {
                let mark = mark(*score).ok_or(OutcomeError::Hidden { what: "a score" })?;
                Ok(Mark { item: item.clone(), mark })
            });
            let marks = marks.collect::<Result<_, OutcomeError>>()?;
            sheets.push(Sheet { expert: member.to_string(), bid: bid_id(*bid), marks, total: None });
        }
    }
    Ok(Bids {
        format: BIDS_FORMAT.to_owned(),
        lot: Lot {
            tender: lot.tender.to_string(),
            lot: lot.lot.number(),
            budget: None,
            ceiling: lot.ceiling,
            set_aside: false,
        },
        bids: bids.collect::<Result<_, _>>()?,
        experts,
        sheets,
        draws: Vec::new(),
        choices: Vec::new(),
    })
}

fn bid_of(
    opening: &opening::State,
    lot: &LotFacts,
    (state, inputs): (&State, &Inputs),
    number: u32,
) -> Result<Bid, OutcomeError> {
    let row = opening.numbered(number).ok_or(OutcomeError::Hidden { what: "the roster" })?;
    let announced = price(lot, row, number)?;
    let corrected = inputs.corrected.get(&number).copied();
    let rejected = |wanted: Review| match state.rejection(number) {
        Some(Rejection::Review(review)) if review == wanted => {
            bidroom_pricing::Review::Rejected(grounds(state, review, number))
        }
        // The engine knows no bidder that did not confirm what the committee had corrected by hand.
        Some(Rejection::Correction(correction)) if wanted == Review::Conformity => {
            let clause = state.corrections.iter().find(|it| it.number == correction);
            bidroom_pricing::Review::Rejected(Grounds {
                reason: Text::new(
                    "未确认报价修正，投标无效",
                    "the correction of its price was not confirmed",
                ),
                clause: clause.map(|it| it.clause.clone()).unwrap_or_default(),
            })
        }
        _ => bidroom_pricing::Review::Passed,
    };
    Ok(Bid {
        id: bid_id(number),
        name: row.row.bidder.name.clone(),
        price: Some(corrected.unwrap_or(announced)),
        qualification: rejected(Review::Qualification),
        conformity: rejected(Review::Conformity),
        statement: None,
        sme: None,
        products: Vec::new(),
        brands: Vec::new(),
        review: state.low_prices.get(&number).map(low_price),
    })
}

/// The price of a bid as it was published: the first column of money in its schedule.
///
/// # Errors
/// [`OutcomeError`], if there is none, or it may not be read.
pub fn price(lot: &LotFacts, row: &opening::RowState, number: u32) -> Result<Fen, OutcomeError> {
    let none = OutcomeError::NoPrice { bid: number };
    let column = lot.columns.iter().find(|column| column.kind == ColumnKind::Money);
    let Some(column) = column else { return Err(none) };
    let schedule = row.schedule.as_ref().ok_or(OutcomeError::Hidden { what: "a schedule" })?;
    let schedule: Schedule = from_canonical(schedule.schedule.as_bytes())?;
    match schedule.value(&column.key) {
        Some(ScheduleValue::Fen(fen)) => Fen::try_from(*fen).map_err(|_| none),
        _ => Err(none),
    }
}

fn grounds(state: &State, review: Review, number: u32) -> Grounds {
    let concluded = state.review(review, number).and_then(|it| it.concluded.as_ref());
    let failing = concluded.map(|it| it.failing.as_slice()).unwrap_or_default();
    let items: Vec<&str> = failing.iter().map(|failing| failing.item.as_str()).collect();
    let clauses: Vec<&str> = failing.iter().map(|failing| failing.clause.as_str()).collect();
    let items = items.join("、");
    Grounds {
        reason: Text::new(format!("未通过：{items}"), format!("did not pass: {items}")),
        clause: clauses.join("；"),
    }
}

fn low_price(low: &LowPrice) -> AbnormalReview {
    // A review that was begun goes on, also where what the figures were compared with has changed since.
    let reason = low.reason.clone().unwrap_or_else(|| "已启动异常低价审查".to_owned());
    AbnormalReview {
        by_committee: Some(reason),
        asked_at: Some(low.at),
        due_at: Some(low.until),
        answered_at: low.explanation.as_ref().map(|it| it.at),
        verdict: low.concluded.as_ref().map(|it| Verdict {
            kind: if it.proven { VerdictKind::Proven } else { VerdictKind::Unproven },
            at: it.at,
            opinion: it.opinion.clone().unwrap_or_default(),
        }),
    }
}
