//! Whether a plan fits together: a package that contradicts itself is not imported.

use std::collections::BTreeSet;

use super::{BelowMinimum, Criterion, CriterionPart, Plan, Procedure, QualifiedBy};
use crate::ProcurementKind;
use crate::evaluation::terms::Review;

/// Fewest members of a tender's committee, whatever a package says (招标投标法 第三十七条, 87号令 第四十七条).
const STATUTORY_MEMBERS: u8 = 5;
/// Of a consultation's.
const CONSULTATION_MEMBERS: u8 = 3;
/// Most candidates (招标投标法实施条例 第五十三条, 12号令 第四十五条).
const STATUTORY_CANDIDATES: u32 = 3;
/// Fewest bids in government tenders (87号令 第四十四条, 政府采购法 第三十六条).
const STATUTORY_BIDS: u32 = 3;
/// Longest time that a plan may name, minutes.
const MOST_MINUTES: u32 = 30 * 24 * 60;
/// Most items of reviews, and most criteria: a reviewer's verdicts on one bid, and a sheet, must fit into an entry.
const MOST_ITEMS: usize = 100;
/// Most grades of an item, and most characters of a grade's name and of an item's guide: what a terminal can show.
const MOST_GRADES: usize = 8;
const MOST_GRADE: usize = 12;
const MOST_GUIDE: usize = 500;

/// Checks the plan of a lot that is procured so.
///
/// # Errors
/// What contradicts what.
pub fn check_plan(plan: &Plan, kind: ProcurementKind) -> Result<(), String> {
    // A consultation needs fewer members and may go on with fewer suppliers: no tender passes for one.
    let consultation = kind == ProcurementKind::CompetitiveConsultation;
    if consultation != (plan.procedure == Procedure::Consultation) {
        return Err("procedure: another one than the lot's".into());
    }
    committee(plan)?;
    minimums(plan)?;
    reviews(plan)?;
    criteria(plan)?;
    let clarify = ("clarify_minutes", plan.clarify_minutes.value);
    let low_price = plan.low_price_minutes.as_ref().map(|figure| ("low_price_minutes", figure.value));
    for (name, minutes) in [
        ("committee.minutes", plan.committee.minutes.value),
        ("committee.extension_minutes", plan.committee.extension_minutes.value),
        clarify,
    ]
    .into_iter()
    .chain(low_price)
    {
        if !(1..=MOST_MINUTES).contains(&minutes) {
            return Err(format!("{name} {minutes}: needs 1 to {MOST_MINUTES}"));
        }
    }
    if !(1..=STATUTORY_CANDIDATES).contains(&plan.candidates.value) {
        return Err(format!("candidates {}: needs 1 to {STATUTORY_CANDIDATES}", plan.candidates.value));
    }
    let rules = &plan.corrections.value;
    if (0..rules.len()).any(|place| rules.iter().skip(place + 1).any(|other| Some(other) == rules.get(place)))
    {
        return Err("corrections: a rule stands twice".into());
    }
    Ok(())
}

fn committee(plan: &Plan) -> Result<(), String> {
    let committee = &plan.committee;
    let least =
        if plan.procedure == Procedure::Consultation { CONSULTATION_MEMBERS } else { STATUTORY_MEMBERS };
    if committee.minimum.value < least {
        return Err(format!("committee.minimum {}: needs at least {least}", committee.minimum.value));
    }
    let sizes = [Some(committee.minimum.value), committee.large.as_ref().map(|large| large.value.minimum)];
    if sizes.into_iter().flatten().any(|size| size % 2 == 0 || size > 99) {
        return Err("committee: the fewest members are an odd number up to 99".into());
    }
    for (name, share) in
        [("experts", committee.experts.value), ("extension_share", committee.extension_share.value)]
    {
        if share.of == 0 || share.of > 1000 || share.parts > share.of {
            return Err(format!("committee.{name}: no share of a whole"));
        }
    }
    let experts = committee.experts.value;
    if experts.parts.saturating_mul(3) < experts.of.saturating_mul(2) {
        return Err("committee.experts: needs at least two thirds".into());
    }
    let government = plan.procedure != Procedure::Engineering;
    if government && committee.representative_may_chair.value {
        return Err("committee: the purchaser's representative cannot be the chair".into());
    }
    Ok(())
}

fn minimums(plan: &Plan) -> Result<(), String> {
    let tendered = matches!(plan.procedure, Procedure::Scored | Procedure::LowestPrice);
    for (name, minimum) in [
        ("minimum_qualified", plan.minimum_qualified.value),
        ("minimum_responsive", plan.minimum_responsive.value),
    ] {
        if minimum == 0 || tendered && minimum < STATUTORY_BIDS {
            return Err(format!("{name} {minimum} is too low"));
        }
    }
    if tendered && plan.below_minimum.value != BelowMinimum::Cancel {
        return Err("below_minimum: a government tender is cancelled then".into());
    }
    if plan.procedure == Procedure::Engineering && plan.qualification_by.value == QualifiedBy::Purchaser {
        return Err("qualification_by: the committee reviews it in an engineering tender".into());
    }
    Ok(())
}

fn is_id(id: &str) -> bool {
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    (1..=40).contains(&id.len()) && id.bytes().all(good)
}

fn reviews(plan: &Plan) -> Result<(), String> {
    let ids: BTreeSet<_> = plan.reviews.iter().map(|item| item.id.as_str()).collect();
    if ids.len() != plan.reviews.len() || !ids.iter().all(|id| is_id(id)) || ids.len() > MOST_ITEMS {
        return Err(format!("reviews: ids must be unique, of a-z, 0-9 and _, at most {MOST_ITEMS}"));
    }
    if plan.items(Review::Conformity).next().is_none() {
        return Err("reviews: no item of conformity".into());
    }
    if plan.reviews.iter().any(|item| item.clause.trim().is_empty() || item.text.trim().is_empty()) {
        return Err("reviews: an item without text or clause".into());
    }
    Ok(())
}

/// Grades ascend without overlapping, in the item's steps; their texts are short enough to be shown.
fn grades_fit(criterion: &Criterion) -> bool {
    let mut above = None;
    let ascending = criterion.grades.iter().all(|grade| {
        let follows = above.is_none_or(|above| grade.from > above) && grade.from <= grade.to;
        above = Some(grade.to);
        let in_steps = grade.from.is_multiple_of(criterion.step) && grade.to.is_multiple_of(criterion.step);
        follows
            && in_steps
            && grade.to <= criterion.max
            && (1..=MOST_GRADE).contains(&grade.name.chars().count())
    });
    ascending && criterion.grades.len() <= MOST_GRADES && criterion.guide.chars().count() <= MOST_GUIDE
}

fn criteria(plan: &Plan) -> Result<(), String> {
    let criteria = &plan.criteria;
    let ids: BTreeSet<_> = criteria.iter().map(|criterion| criterion.id.as_str()).collect();
    if ids.len() != criteria.len() || !ids.iter().all(|id| is_id(id)) || ids.len() > MOST_ITEMS {
        return Err(format!("criteria: ids must be unique, of a-z, 0-9 and _, at most {MOST_ITEMS}"));
    }
    let fits =
        |it: &Criterion| it.max > 0 && it.max <= 100_000 && it.step > 0 && it.max.is_multiple_of(it.step);
    if let Some(odd) = criteria.iter().find(|criterion| !fits(criterion)) {
        return Err(format!("criteria: {} does not reach its highest score in its steps", odd.id));
    }
    if let Some(price) = criteria.iter().find(|it| it.blind && it.part == CriterionPart::Price) {
        return Err(format!("criteria: {} is a price and cannot be blind", price.id));
    }
    if plan.is_blind() != plan.blind_clause.as_ref().is_some_and(|clause| !clause.trim().is_empty()) {
        return Err("blind_clause: there if, and only if, something is blind".into());
    }
    if plan.is_blind() == plan.blind_documents.is_empty() {
        return Err("blind_documents: there if, and only if, something is blind".into());
    }
    if let Some(odd) = criteria.iter().find(|criterion| !grades_fit(criterion)) {
        return Err(format!(
            "criteria: the grades of {} do not follow one another up to its highest score",
            odd.id
        ));
    }
    if (plan.procedure == Procedure::LowestPrice) != plan.parts().is_empty()
        && plan.procedure != Procedure::Engineering
    {
        return Err("criteria: what is scored contradicts the procedure".into());
    }
    Ok(())
}
