//! The marks of all sheets, found by bid, expert and item.

use std::collections::BTreeMap;

use num_traits::{One as _, Zero as _};

use crate::bids::{Bids, Sheet};
use crate::exact::Exact;
use crate::method::Method;
use crate::refusal::Refusal;

/// A sheet, and its marks by item.
type Read<'a> = (&'a Sheet, BTreeMap<&'a str, &'a Exact>);

/// The marks of all sheets.
pub(crate) struct Marks<'a> {
    experts: Vec<&'a str>,
    /// By bid and expert.
    sheets: BTreeMap<(&'a str, &'a str), Read<'a>>,
    /// Items with what a point of a mark counts: maximum ÷ what marks are out of.
    weights: Vec<(&'a str, Exact)>,
}

impl<'a> Marks<'a> {
    pub(crate) fn new(method: &'a Method, bids: &'a Bids) -> Self {
        let mut experts: Vec<&str> = bids.experts.iter().map(String::as_str).collect();
        experts.sort_unstable();
        let sheets = bids.sheets.iter().map(|sheet| {
            let marks = sheet.marks.iter().map(|mark| (mark.item.as_str(), mark.mark.value())).collect();
            ((sheet.bid.as_str(), sheet.expert.as_str()), (sheet, marks))
        });
        let weights = method.leaves().into_iter().map(|(_, criterion, leaf)| {
            (criterion.id.as_str(), criterion.maximum.value() / criterion.marked_out_of(leaf).value())
        });
        Self { experts, sheets: sheets.collect(), weights: weights.collect() }
    }

    /// The experts in the order of their names, all of whom have marked the bid.
    ///
    /// # Errors
    /// [`Refusal`] where one has not, or there is none.
    pub(crate) fn experts(&self, bid: &str) -> Result<Vec<&'a str>, Refusal> {
        if self.experts.is_empty() {
            return Err(Refusal::bids(
                "experts_missing",
                "/experts",
                "评标办法有评分项，但没有评审专家。请补上专家和评分表。",
                "the method has criteria and there is no expert; add the experts and their sheets.",
            ));
        }
        match self.experts.iter().find(|expert| !self.sheets.contains_key(&(bid, **expert))) {
            None => Ok(self.experts.clone()),
            Some(expert) => Err(Refusal::bids(
                "sheet_missing",
                "/sheets",
                format!(
                    "缺少评审专家 {expert} 对投标 {bid} 的评分表。评标委员会各成员应当独立对每个投标人的投标文件进行评价；请补齐。"
                ),
                format!("expert {expert:?} has no sheet for bid {bid:?}; every member marks every bid."),
            )),
        }
    }

    pub(crate) fn mark(&self, bid: &str, expert: &str, item: &str) -> Option<&'a Exact> {
        self.sheets.get(&(bid, expert)).and_then(|(_, marks)| marks.get(item)).copied()
    }

    /// All sheets by bid and expert.
    pub(crate) fn sheets(&self) -> impl Iterator<Item = &'a Sheet> + '_ {
        self.sheets.values().map(|(sheet, _)| *sheet)
    }

    /// One expert's total for a bid, each mark at its weight.
    pub(crate) fn total(&self, bid: &str, expert: &str) -> Exact {
        let Some((_, marks)) = self.sheets.get(&(bid, expert)) else { return Exact::zero() };
        self.weights.iter().fold(Exact::zero(), |sum, (item, weight)| match marks.get(item) {
            Some(mark) if weight.is_one() => sum + *mark,
            Some(mark) => sum + *mark * weight,
            None => sum,
        })
    }
}
