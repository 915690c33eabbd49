//! From experts' marks to the score of an item, of a group, of a bid.

mod marks;

pub(crate) use marks::Marks;

use crate::derivation::{Op, Quantity, Unit, What, Worksheet};
use crate::exact::Exact;
use crate::method::{AggregateOver, Criterion, Drop, Leaf, Method};
use crate::refusal::Refusal;

/// Scores of all criteria of one bid, in the order of the method, groups before their parts; and those of the top level.
pub(crate) struct Scores {
    pub(crate) all: Vec<(String, Quantity)>,
    pub(crate) top: Vec<Quantity>,
}

/// Scores one bid.
///
/// # Errors
/// [`Refusal`] for a sheet that is missing, or fewer experts than are left out.
pub(crate) fn score(
    sheet: &mut Worksheet,
    method: &Method,
    marks: &Marks<'_>,
    bid: &str,
) -> Result<Scores, Refusal> {
    let mut out = Scores { all: Vec::new(), top: Vec::new() };
    if method.criteria.is_empty() {
        return Ok(out);
    }
    let experts = marks.experts(bid).map_err(|refusal| refusal.under(method.scoring_clause()))?;
    let drop = method.aggregate.drop;
    let dropped = usize::try_from(u64::from(drop.highest) + u64::from(drop.lowest)).unwrap_or(usize::MAX);
    if experts.len() <= dropped {
        return Err(Refusal::bids(
            "too_few_experts",
            "/experts",
            format!("评审专家 {} 人，去掉最高分、最低分后没有剩余。请核对专家名单。", experts.len()),
            format!(
                "there are {} experts and none is left after leaving out; check the list.",
                experts.len()
            ),
        ));
    }
    let left_out = match method.aggregate.over {
        AggregateOver::Item => None,
        AggregateOver::Total => {
            let totals = experts.iter().map(|expert| (marks.total(bid, expert), *expert)).collect();
            Some(ends(totals, method))
        }
    };
    let scoring = Scoring { method, marks, bid, experts: &experts, left_out };
    for (index, criterion) in method.criteria.iter().enumerate() {
        let path = format!("/criteria/{index}");
        out.top.extend(scoring.criterion(sheet, criterion, &path, &mut out.all));
    }
    Ok(out)
}

struct Scoring<'a> {
    method: &'a Method,
    marks: &'a Marks<'a>,
    bid: &'a str,
    experts: &'a [&'a str],
    left_out: Option<Vec<&'a str>>,
}

impl Scoring<'_> {
    fn criterion(
        &self,
        sheet: &mut Worksheet,
        criterion: &Criterion,
        path: &str,
        all: &mut Vec<(String, Quantity)>,
    ) -> Option<Quantity> {
        let what = What::new(&criterion.name.zh, &criterion.name.en, Unit::Points).of(self.bid);
        let place = all.len();
        let score = if let Some(leaf) = &criterion.item {
            self.item(sheet, criterion, leaf, path, what)
        } else {
            let mut parts = Vec::new();
            for (index, part) in criterion.parts.iter().enumerate() {
                parts.extend(self.criterion(sheet, part, &format!("{path}/parts/{index}"), all));
            }
            sheet.compute(what, Op::Sum, &parts.iter().collect::<Vec<_>>())
        }?;
        all.insert(place, (criterion.id.clone(), score.clone()));
        Some(score)
    }

    fn item(
        &self,
        sheet: &mut Worksheet,
        criterion: &Criterion,
        leaf: &Leaf,
        path: &str,
        what: What,
    ) -> Option<Quantity> {
        let marks: Vec<(&str, &Exact)> = self
            .experts
            .iter()
            .filter_map(|expert| Some((*expert, self.marks.mark(self.bid, expert, &criterion.id)?)))
            .collect();
        let by_item;
        let left_out = match &self.left_out {
            Some(left_out) => left_out,
            None if self.method.aggregate.drop == Drop::default() => &Vec::new(),
            None => {
                let order = marks.iter().map(|(expert, mark)| ((*mark).clone(), *expert)).collect();
                by_item = ends(order, self.method);
                &by_item
            }
        };
        let marks: Vec<(&str, &Exact, bool)> =
            marks.into_iter().map(|(expert, mark)| (expert, mark, left_out.contains(&expert))).collect();
        let rounding = self.method.rounding.item;
        let Some(out_of) = &leaf.marked_out_of else {
            return sheet.mean_of_marks(what.rounded(rounding), &marks);
        };
        let mean = What::new("评分平均值", "mean of the marks", Unit::Points).of(self.bid);
        let mean = sheet.mean_of_marks(mean, &marks)?;
        let maximum = sheet.given(
            What::new("满分", "most points", Unit::Points),
            criterion.maximum.value().clone(),
            format!("method:{path}/maximum"),
        );
        let out_of = sheet.given(
            What::new("打分满分", "marked out of", Unit::Points),
            out_of.value().clone(),
            format!("method:{path}/item/marked_out_of"),
        );
        let weight = What::new("权重", "weight", Unit::Number).under(self.method.scoring_clause());
        let weight = sheet.compute(weight, Op::Quotient, &[&maximum, &out_of])?;
        sheet.compute(what.rounded(rounding), Op::Product, &[&mean, &weight])
    }
}

/// Who is left out: the lowest and the highest by value, equal ones in the order of their names.
fn ends<'a>(mut values: Vec<(Exact, &'a str)>, method: &Method) -> Vec<&'a str> {
    values.sort();
    let count = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let drop = method.aggregate.drop;
    let lowest = values.iter().take(count(drop.lowest));
    let highest = values.iter().rev().take(count(drop.highest));
    lowest.chain(highest).map(|(_, expert)| *expert).collect()
}
