//! What makes a method's way with prices unusable: its kind, its weight, its formula.

use num_traits::{One as _, Signed as _};

use super::check::{Checked, filled, out_of_range, positive};
use super::{EngineeringRule, Mean, Method, Number, Object, PriceRule, Regime};
use crate::decimal::{Decimal, Percent};
use crate::exact::{Exact, decimal_text, power_of_ten, whole};
use crate::law::{Law, Range};
use crate::refusal::Refusal;

impl Method {
    pub(super) fn check_price(&self, law: &Law) -> Checked {
        match &self.price {
            PriceRule::None(none) => filled(&none.basis, "/price/none/basis"),
            PriceRule::Lowest {} if self.regime == Regime::CompetitiveConsultation => Err(Refusal::method(
                "consultation_scores",
                "/price",
                "竞争性磋商应当采用综合评分法。请改用 low_price_first 或 none。",
                "a consultation is evaluated by comprehensive scoring; use low_price_first or none.",
            )
            .under("财库〔2014〕214号 第二十三条")),
            PriceRule::Lowest {} => Ok(()),
            PriceRule::LowPriceFirst(rule) => {
                positive(rule.maximum.value(), "/price/low_price_first/maximum")?;
                self.check_price_weight(law, rule.maximum.value())
            }
            PriceRule::Benchmark(rule) => {
                if self.regime != Regime::Engineering {
                    return Err(not_low_price_first(&rule.mean));
                }
                self.check_engineering(rule)
            }
        }
    }

    fn check_price_weight(&self, law: &Law, maximum: &Exact) -> Checked {
        let Some(full) = &self.full else { return Ok(()) };
        let weight = maximum / full.value();
        let at_least = |figure: &bidroom_domain::Figure<Percent>| {
            (weight < *figure.value.value()).then(|| (format!("≥{}", figure.value), figure.clause.clone()))
        };
        let within = |figure: &bidroom_domain::Figure<Range>| {
            let Range { least, most } = &figure.value;
            (weight < *least.value() || weight > *most.value())
                .then(|| (format!("{least}–{most}"), figure.clause.clone()))
        };
        let broken = match (self.regime, self.object) {
            (Regime::GovernmentProcurement, Object::Goods) => at_least(&law.goods_price_weight_least),
            (Regime::GovernmentProcurement, Object::Services) => at_least(&law.services_price_weight_least),
            (Regime::CompetitiveConsultation, _) if self.approval.is_some() => None,
            (Regime::CompetitiveConsultation, Object::Goods) => within(&law.consultation_goods_price_weight),
            (Regime::CompetitiveConsultation, Object::Services) => {
                within(&law.consultation_services_price_weight)
            }
            _ => None,
        };
        let Some((wanted, clause)) = broken else { return Ok(()) };
        let weight = decimal_text(&(weight * power_of_ten(2)), 0);
        let approval = self.regime == Regime::CompetitiveConsultation;
        Err(Refusal::method(
            "price_weight",
            "/price/low_price_first/maximum",
            format!(
                "价格权重为 {weight}%，应为 {wanted}。请调整分值{}。",
                if approval {
                    "，或在 approval 写明本级财政部门的审核同意文号"
                } else {
                    ""
                }
            ),
            format!(
                "the price weighs {weight}%, it must be {wanted}; change the points{}.",
                if approval { " or name the finance department's approval in approval" } else { "" }
            ),
        )
        .under(&clause))
    }

    fn check_engineering(&self, rule: &EngineeringRule) -> Checked {
        const AT: &str = "/price/benchmark";
        positive(rule.maximum.value(), &format!("{AT}/maximum"))?;
        positive(rule.deduct.per.value(), &format!("{AT}/deduct/per"))?;
        for (name, value) in [("above", &rule.deduct.above), ("below", &rule.deduct.below)] {
            if value.value().is_negative() {
                return Err(out_of_range(format!("{AT}/deduct/{name}"), "≥0"));
            }
        }
        if rule.floor.value().is_negative() || rule.floor > rule.maximum {
            return Err(out_of_range(format!("{AT}/floor"), "0 … maximum"));
        }
        match &rule.mean {
            Mean::TrimCount(trim)
                if u64::from(trim.from) <= u64::from(trim.highest) + u64::from(trim.lowest) =>
            {
                return Err(out_of_range(format!("{AT}/mean/trim_count/from"), "> highest + lowest"));
            }
            Mean::TrimShare(trim) if trim.highest.value() + trim.lowest.value() >= Exact::one() => {
                return Err(out_of_range(format!("{AT}/mean/trim_share"), "highest + lowest < 100%"));
            }
            _ => {}
        }
        for (place, number) in rule.numbers() {
            let holds = |value: &Exact| match place {
                "blend/weight" => !value.is_negative() && *value <= Exact::one(),
                "factor" => value.is_positive() && *value <= whole(10),
                _ => value.abs() < Exact::one(),
            };
            let wanted = match place {
                "blend/weight" => "0 … 1",
                "factor" => "> 0, ≤ 10",
                _ => "> −1, < 1",
            };
            let values: Vec<&Decimal> = match number {
                Number::Fixed(value) => vec![value],
                Number::Drawn(name) => {
                    self.draws.iter().filter(|d| d.name == *name).flat_map(|d| &d.values).collect()
                }
            };
            if !values.iter().all(|value| holds(value.value())) {
                return Err(out_of_range(format!("{AT}/{place}"), wanted));
            }
        }
        Ok(())
    }
}

impl PriceRule {
    /// Most points of the price.
    pub fn maximum(&self) -> Option<&Decimal> {
        match self {
            Self::LowPriceFirst(rule) => Some(&rule.maximum),
            Self::Benchmark(rule) => Some(&rule.maximum),
            Self::None(_) | Self::Lowest {} => None,
        }
    }
}

impl EngineeringRule {
    /// All numbers that may be drawn, with their places.
    pub(crate) fn numbers(&self) -> Vec<(&'static str, &Number)> {
        let weight = self.blend.as_ref().map(|blend| ("blend/weight", &blend.weight));
        let factor = self.factor.as_ref().map(|number| ("factor", number));
        let reduction = self.reduction.as_ref().map(|number| ("reduction", number));
        [weight, factor, reduction].into_iter().flatten().collect()
    }
}

impl Number {
    /// Name of the draw it comes from.
    pub(crate) fn drawn(&self) -> Option<&String> {
        match self {
            Self::Fixed(_) => None,
            Self::Drawn(name) => Some(name),
        }
    }
}

fn not_low_price_first(mean: &Mean) -> Refusal {
    let (zh, en) = if matches!(mean, Mean::TrimCount(_) | Mean::TrimShare(_)) {
        (
            "政府采购评标过程中，不得去掉报价中的最高报价和最低报价。请改用 low_price_first。",
            "in government procurement the highest and lowest price may not be dropped; use low_price_first.",
        )
    } else {
        (
            "政府采购价格分应当采用低价优先法计算。请改用 low_price_first。",
            "in government procurement the price is scored by the lowest price; use low_price_first.",
        )
    };
    Refusal::method("benchmark_not_allowed", "/price/benchmark", zh, en).under("87号令 第五十五条")
}
