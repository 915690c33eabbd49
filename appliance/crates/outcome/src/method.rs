//! The method of a plan, and that both say the same of the same lot.

use bidroom_domain::evaluation::{CorrectionRule, CriterionKind, CriterionPart, Plan, Procedure};
use bidroom_pricing::{CorrectionStep, Criterion, Decimal, Exact, Kind, Method, Regime};

use crate::OutcomeError;

/// The method of a plan.
///
/// # Errors
/// [`OutcomeError`] if there is none, or it is not usable.
pub fn method_of(plan: &Plan) -> Result<Method, OutcomeError> {
    let value = plan.method.as_ref().ok_or(OutcomeError::NoMethod)?;
    let bytes = bidroom_canon::to_canonical(value)?;
    let method = Method::from_json(&bytes).map_err(|no| OutcomeError::Method(Box::new(no)))?;
    method.check().map_err(|no| OutcomeError::Method(Box::new(no)))?;
    Ok(method)
}

/// Whether method and plan say the same: regime, items with their kinds and maxima, weight of the price, order of
/// corrections, fewest bids, most candidates.
///
/// # Errors
/// [`OutcomeError`] with the first difference.
pub fn check_plan(plan: &Plan) -> Result<Method, OutcomeError> {
    let method = method_of(plan)?;
    let regime = match plan.procedure {
        Procedure::Engineering => Regime::Engineering,
        Procedure::Consultation => Regime::CompetitiveConsultation,
        _ => Regime::GovernmentProcurement,
    };
    same("the regime", &method.regime, &regime)?;
    same("the most candidates", &method.candidates, &plan.candidates.value)?;
    same("the fewest bids", &method.minimum().value, &plan.minimum_responsive.value)?;
    // A bidder that was asked by the plan's time must have had the method's: otherwise no result would ever be computed.
    if let Some(minutes) = &plan.low_price_minutes {
        let stated = method.abnormal.as_ref().and_then(|abnormal| abnormal.minutes);
        let asked = stated.unwrap_or_else(|| method.law().abnormal_minutes.value);
        if minutes.value < asked {
            differs("the time to explain a low price", &asked, &minutes.value)?;
        }
    }
    let order: Vec<CorrectionRule> = method.correction().order.iter().map(|step| rule_of(*step)).collect();
    same("the order of corrections", &order, &plan.corrections.value)?;

    let items: Vec<(String, CriterionKind, Exact)> = method
        .leaves()
        .into_iter()
        .map(|(_, criterion, leaf)| {
            same_marks(criterion)?;
            let kind = match leaf.kind {
                Kind::Objective => CriterionKind::Objective,
                Kind::Subjective => CriterionKind::Subjective,
            };
            Ok((criterion.id.clone(), kind, criterion.maximum.value().clone()))
        })
        .collect::<Result<_, OutcomeError>>()?;
    let scored =
        |price: bool| plan.criteria.iter().filter(move |it| (it.part == CriterionPart::Price) == price);
    let planned: Vec<(String, CriterionKind, Exact)> =
        scored(false).map(|it| (it.id.clone(), it.kind, points(it.max))).collect();
    let sorted = |mut list: Vec<(String, CriterionKind, Exact)>| {
        list.sort_by(|a, b| a.0.cmp(&b.0));
        list
    };
    same("the items that are scored", &sorted(items), &sorted(planned))?;

    let price: Exact = scored(true).map(|it| points(it.max)).sum();
    let weight = method.price.maximum().map_or_else(|| points(0), |maximum| maximum.value().clone());
    same("the weight of the price", &weight, &price)?;
    Ok(method)
}

/// Sheets hold points: marks out of anything else would be scored twice.
fn same_marks(criterion: &Criterion) -> Result<(), OutcomeError> {
    let out_of = criterion.item.as_ref().and_then(|leaf| leaf.marked_out_of.as_ref());
    match out_of {
        Some(out_of) if out_of.value() != criterion.maximum.value() => differs(
            &format!("what {} is marked out of", criterion.id),
            out_of.value(),
            criterion.maximum.value(),
        ),
        _ => Ok(()),
    }
}

/// Hundredths of a point as points.
pub(crate) fn points(hundredths: u32) -> Exact {
    Exact::new(hundredths.into(), 100.into())
}

/// The same as a decimal that the engine reads.
pub(crate) fn mark(hundredths: u32) -> Option<Decimal> {
    serde_json::from_value(bidroom_pricing::decimal_text(&points(hundredths), 0).into()).ok()
}

const fn rule_of(step: CorrectionStep) -> CorrectionRule {
    match step {
        CorrectionStep::ScheduleOverBody => CorrectionRule::Schedule,
        CorrectionStep::WordsOverFigures => CorrectionRule::Words,
        CorrectionStep::MisplacedPoint => CorrectionRule::DecimalPoint,
        CorrectionStep::UnitsOverTotal => CorrectionRule::UnitPrices,
    }
}

fn same<T: PartialEq + core::fmt::Debug>(what: &str, method: &T, plan: &T) -> Result<(), OutcomeError> {
    if method == plan { Ok(()) } else { differs(what, method, plan) }
}

fn differs<T: core::fmt::Debug>(what: &str, method: &T, plan: &T) -> Result<(), OutcomeError> {
    let (what, method, plan) = (what.to_owned(), format!("{method:?}"), format!("{plan:?}"));
    Err(OutcomeError::Differs { what, method, plan })
}
