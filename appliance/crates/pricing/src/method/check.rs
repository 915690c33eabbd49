//! What makes a method unusable.

use std::collections::BTreeSet;

use num_traits::{Signed as _, Zero as _};

use super::{
    CorrectionStep, Criterion, METHOD_FORMAT, MOST_CRITERIA, MOST_DRAW_VALUES, Method, Object, PriceRule,
    Regime,
};
use crate::decimal::Decimal;
use crate::exact::{Exact, MOST_DECIMALS, Rounding, decimal_text};
use crate::law::Law;
use crate::read::read;
use crate::refusal::{Input, Refusal};

pub(super) type Checked = Result<(), Refusal>;

impl Method {
    /// Reads and checks METHOD.json.
    ///
    /// # Errors
    /// [`Refusal`] with the first reason why it is unusable.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Refusal> {
        let method: Self = read(Input::Method, bytes)?;
        method.check()?;
        Ok(method)
    }

    /// Checks that the method does not contradict itself or the law.
    ///
    /// # Errors
    /// [`Refusal`] with the first reason why it is unusable.
    pub fn check(&self) -> Checked {
        let law = self.law();
        self.check_heading()?;
        self.check_minimum(&law)?;
        check_texts(self)?;
        // What decree 87 says of scoring is the document's business in engineering.
        let engineering = self.regime == Regime::Engineering;
        self.check_criteria()
            .map_err(|refusal| if engineering { Refusal { clause: None, ..refusal } } else { refusal })?;
        self.check_draws()?;
        self.check_price(&law)?;
        self.check_aggregate()?;
        self.check_deductions(&law)?;
        self.check_abnormal(&law)?;
        self.check_rest(&law)
    }

    fn check_heading(&self) -> Checked {
        if self.format != METHOD_FORMAT {
            return Err(Refusal::method(
                "format",
                "/format",
                format!("格式应为 {METHOD_FORMAT}，实为 {:?}。请用本版本的格式。", short(&self.format)),
                format!("the format is {:?}, not {METHOD_FORMAT}.", short(&self.format)),
            ));
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if self.id.is_empty() || self.id.len() > 64 || !self.id.chars().all(plain) {
            return Err(Refusal::method(
                "id",
                "/id",
                "编号应为 1—64 个字母、数字或“-”。",
                "the id must be 1 to 64 letters, digits or '-'.",
            ));
        }
        if self.regime == Regime::GovernmentProcurement && self.object == Object::Works {
            return Err(Refusal::method(
                "works",
                "/object",
                "87号令只适用于货物和服务招标。工程请用 engineering 或 competitive_consultation。",
                "decree 87 covers goods and services only; for works use engineering or competitive_consultation.",
            )
            .under("政府采购货物和服务招标投标管理办法（财政部令第87号）"));
        }
        Ok(())
    }

    fn check_minimum(&self, law: &Law) -> Checked {
        let Some(minimum) = &self.minimum_responsive else { return Ok(()) };
        let least = match self.regime {
            Regime::GovernmentProcurement => &law.responsive_least,
            Regime::CompetitiveConsultation => &law.responsive_consultation_least,
            Regime::Engineering => return Ok(()),
        };
        if minimum.value < least.value {
            return Err(Refusal::method(
                "minimum_responsive",
                "/minimum_responsive/value",
                format!("实质性响应的最少家数不得低于 {}，实为 {}。请改正。", least.value, minimum.value),
                format!(
                    "the fewest responsive bids may not be below {}, it says {}.",
                    least.value, minimum.value
                ),
            )
            .under(&least.clause));
        }
        Ok(())
    }

    fn check_criteria(&self) -> Checked {
        if matches!(self.price, PriceRule::Lowest {}) {
            let extra = [("/criteria", !self.criteria.is_empty()), ("/full", self.full.is_some())];
            return match extra.into_iter().find(|(_, there)| *there) {
                None => Ok(()),
                Some((path, _)) => Err(Refusal::method(
                    "lowest_price_alone",
                    path,
                    "最低价方法除算术修正和政策扣除外不得作任何调整，不能有评分项。请删去评分项，或改用综合评分法。",
                    "where the lowest price decides nothing else may count; remove the criteria or use comprehensive scoring.",
                )
                .under("87号令 第五十四条")),
            };
        }
        let Some(full) = &self.full else {
            return Err(Refusal::method(
                "full_missing",
                "/full",
                "评分方法必须写明满分（一般为 \"100\"）。",
                "a method that scores must say its full points, usually \"100\".",
            ));
        };
        positive(full.value(), "/full")?;
        let mut seen = BTreeSet::new();
        let mut count = 0;
        for (index, criterion) in self.criteria.iter().enumerate() {
            check_criterion(criterion, &format!("/criteria/{index}"), &mut seen, &mut count)?;
        }
        let price = self.price.maximum().map(Decimal::value).cloned().unwrap_or_else(Exact::zero);
        let sum = self.criteria.iter().fold(price, |sum, criterion| sum + criterion.maximum.value());
        if &sum != full.value() {
            return Err(sums("/criteria", "各评分项与价格", "criteria and price", full.value(), &sum));
        }
        Ok(())
    }

    fn check_draws(&self) -> Checked {
        let mut names = BTreeSet::new();
        for (index, draw) in self.draws.iter().enumerate() {
            if !names.insert(&draw.name) {
                return Err(twice(format!("/draws/{index}/name"), &draw.name));
            }
            let values: BTreeSet<_> = draw.values.iter().collect();
            if values.len() != draw.values.len() || !(2..=MOST_DRAW_VALUES).contains(&draw.values.len()) {
                return Err(Refusal::method(
                    "draw_values",
                    format!("/draws/{index}/values"),
                    format!("抽取的数值应有 2—{MOST_DRAW_VALUES} 个且互不相同。"),
                    format!("a draw needs 2 to {MOST_DRAW_VALUES} different values."),
                ));
            }
        }
        let used: BTreeSet<&String> = match &self.price {
            PriceRule::Benchmark(rule) => rule.numbers().into_iter().filter_map(|(_, n)| n.drawn()).collect(),
            _ => BTreeSet::new(),
        };
        let listed: BTreeSet<&String> = self.draws.iter().map(|draw| &draw.name).collect();
        if let Some(name) = used.symmetric_difference(&listed).next() {
            return Err(Refusal::method(
                "draw_unmatched",
                "/draws",
                format!("抽取项“{name}”在公式和清单中不对应。请补上或删去。"),
                format!(
                    "the draw {name:?} stands only in the formula or only in the list; add or remove it."
                ),
            ));
        }
        Ok(())
    }

    fn check_aggregate(&self) -> Checked {
        let drop = self.aggregate.drop;
        if self.regime != Regime::Engineering && (drop.highest > 0 || drop.lowest > 0) {
            return Err(Refusal::method(
                "drops_experts",
                "/aggregate/drop",
                "政府采购应汇总评标委员会各成员的评分，不得去掉最高分、最低分。请删去 drop。",
                "in government procurement every member's marks count; remove drop.",
            )
            .under("87号令 第五十五条"));
        }
        Ok(())
    }

    fn check_rest(&self, law: &Law) -> Checked {
        if self.candidates == 0 || self.candidates > law.candidates_most.value {
            return Err(Refusal::method(
                "candidates",
                "/candidates",
                format!("中标候选人应为 1—{} 名，实为 {}。", law.candidates_most.value, self.candidates),
                format!(
                    "there are 1 to {} candidates, it says {}.",
                    law.candidates_most.value, self.candidates
                ),
            )
            .under(&law.candidates_most.clause));
        }
        if let Some(rule) = &self.correction {
            let mut seen: Vec<CorrectionStep> = Vec::new();
            for (index, step) in rule.order.iter().enumerate() {
                if seen.contains(step) {
                    return Err(twice(format!("/correction/order/{index}"), &format!("{step:?}")));
                }
                seen.push(*step);
            }
            filled(&rule.clause, "/correction/clause")?;
            decimals(&rule.line, "/correction/line")?;
        }
        if let Some(brand) = &self.same_brand {
            let names: BTreeSet<_> = brand.core_products.iter().collect();
            if names.len() != brand.core_products.len() || !(1..=50).contains(&names.len()) {
                return Err(out_of_range(
                    "/same_brand/core_products".to_owned(),
                    "1–50, different / 各不相同",
                ));
            }
        }
        let leaves = self.leaves();
        for (index, id) in self.equal_candidates.criteria.iter().enumerate() {
            if !leaves.iter().any(|(_, criterion, _)| criterion.id == *id) {
                return Err(Refusal::method(
                    "unknown_criterion",
                    format!("/equal_candidates/criteria/{index}"),
                    format!("没有评分项“{}”。", short(id)),
                    format!("there is no item {:?}.", short(id)),
                ));
            }
        }
        let table = &self.rounding;
        for (name, rounding) in [
            ("evaluated_price", &table.evaluated_price),
            ("mean", &table.mean),
            ("benchmark", &table.benchmark),
            ("price_ratio", &table.price_ratio),
            ("deviation", &table.deviation),
            ("price_score", &table.price_score),
            ("item", &table.item),
            ("total", &table.total),
        ] {
            if let Some(rounding) = rounding {
                decimals(rounding, &format!("/rounding/{name}"))?;
            }
        }
        Ok(())
    }
}

fn check_criterion(
    criterion: &Criterion,
    path: &str,
    seen: &mut BTreeSet<String>,
    count: &mut usize,
) -> Checked {
    *count += 1;
    if *count > MOST_CRITERIA {
        return Err(Refusal::method(
            "too_many_criteria",
            path,
            format!("评分项超过 {MOST_CRITERIA} 个。请合并。"),
            format!("more than {MOST_CRITERIA} criteria; merge some."),
        ));
    }
    filled(&criterion.id, &format!("{path}/id"))?;
    filled(&criterion.name.zh, &format!("{path}/name/zh"))?;
    if !seen.insert(criterion.id.clone()) {
        return Err(twice(format!("{path}/id"), &criterion.id));
    }
    positive(criterion.maximum.value(), &format!("{path}/maximum"))?;
    match (&criterion.item, criterion.parts.is_empty()) {
        (Some(leaf), true) => match &leaf.marked_out_of {
            Some(out_of) => positive(out_of.value(), &format!("{path}/item/marked_out_of")),
            None => Ok(()),
        },
        (None, false) => {
            let sum = criterion.parts.iter().fold(Exact::zero(), |sum, part| sum + part.maximum.value());
            if sum != *criterion.maximum.value() {
                return Err(sums(
                    &format!("{path}/parts"),
                    &format!("“{}”各分项", short(&criterion.name.zh)),
                    &format!("the parts of {:?}", short(&criterion.id)),
                    criterion.maximum.value(),
                    &sum,
                ));
            }
            for (index, part) in criterion.parts.iter().enumerate() {
                check_criterion(part, &format!("{path}/parts/{index}"), seen, count)?;
            }
            Ok(())
        }
        _ => Err(Refusal::method(
            "group_or_item",
            path,
            "每个评分项要么是一组（parts），要么是一个打分项（item），二者必居其一。",
            "a criterion is either a group (parts) or an item (item), exactly one of them.",
        )),
    }
}

/// Texts of a method are bounded, so that whatever quotes them is.
fn check_texts(method: &Method) -> Checked {
    filled(&method.name.zh, "/name/zh")?;
    filled(&method.clause, "/clause")?;
    if let Some(approval) = &method.approval {
        filled(approval, "/approval")?;
    }
    for (index, draw) in method.draws.iter().enumerate() {
        filled(&draw.name, &format!("/draws/{index}/name"))?;
    }
    Ok(())
}

pub(super) fn filled(text: &str, path: &str) -> Checked {
    if (1..=400).contains(&text.chars().count()) && !text.trim().is_empty() {
        return Ok(());
    }
    Err(Refusal::method(
        "text_length",
        path,
        "此处应有 1—400 个字的内容。",
        "a text of 1 to 400 characters must stand here.",
    ))
}

fn decimals(rounding: &Rounding, path: &str) -> Checked {
    if rounding.decimals <= MOST_DECIMALS {
        return Ok(());
    }
    Err(out_of_range(format!("{path}/decimals"), &format!("0–{MOST_DECIMALS}")))
}

pub(super) fn positive(value: &Exact, path: &str) -> Checked {
    if value.is_positive() { Ok(()) } else { Err(out_of_range(path.to_owned(), "> 0")) }
}

pub(super) fn out_of_range(path: String, wanted: &str) -> Refusal {
    Refusal::method(
        "out_of_range",
        path,
        format!("数值不在允许范围内，应为 {wanted}。请改正。"),
        format!("the value is out of range, it must be {wanted}."),
    )
}

fn twice(path: String, name: &str) -> Refusal {
    Refusal::method(
        "twice",
        path,
        format!("“{}”重复出现，请只保留一个。", short(name)),
        format!("{:?} stands there twice; keep one.", short(name)),
    )
}

fn sums(path: &str, zh: &str, en: &str, wanted: &Exact, found: &Exact) -> Refusal {
    let (wanted, found) = (decimal_text(wanted, 0), decimal_text(found, 0));
    Refusal::method(
        "weights_do_not_sum",
        path,
        format!("{zh}的分值之和为 {found}，应为 {wanted}。请调整使两者相等。"),
        format!("{en} sum to {found}, not to {wanted}; make the two equal."),
    )
    .under("87号令 第五十五条")
}

/// Shows at most this much of a foreign text.
fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
