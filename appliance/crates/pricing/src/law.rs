//! Figures of law, as data: each with a named default and the clause it comes from.
//!
//! A method may carry a table of its own (a later rule, a local one); each figure that differs from the default here is
//! then named in the outcome.

use bidroom_domain::Figure;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::decimal::Percent;

/// The shape of a [`Figure`], for its schema.
#[derive(JsonSchema)]
#[schemars(inline, deny_unknown_fields)]
pub struct FigureShape<T> {
    /// The figure.
    #[expect(dead_code, reason = "only its schema is used")]
    value: T,
    /// The clause it comes from.
    #[expect(dead_code, reason = "only its schema is used")]
    clause: String,
}

/// From … to …, both included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// The least.
    pub least: Percent,
    /// The most.
    pub most: Percent,
}

impl Range {
    fn of(least: u32, most: u32) -> Self {
        Self { least: Percent::whole(least), most: Percent::whole(most) }
    }

    /// Whether the figure lies within.
    pub fn holds(&self, percent: &Percent) -> bool {
        (&self.least..=&self.most).contains(&percent)
    }
}

/// The figures of law that the engine uses. [`Law::default`] has the figures in force; each field names its clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Law {
    /// Least weight of the price, goods: 30 % (87号令 第五十五条).
    #[schemars(with = "FigureShape<Percent>")]
    pub goods_price_weight_least: Figure<Percent>,
    /// Least weight of the price, services: 10 % (87号令 第五十五条).
    #[schemars(with = "FigureShape<Percent>")]
    pub services_price_weight_least: Figure<Percent>,
    /// Weight of the price in a consultation, goods: 30–60 % (财库〔2014〕214号 第二十四条 `[2nd]`).
    #[schemars(with = "FigureShape<Range>")]
    pub consultation_goods_price_weight: Figure<Range>,
    /// Weight of the price in a consultation, services: 10–30 % (财库〔2014〕214号 第二十四条 `[2nd]`).
    #[schemars(with = "FigureShape<Range>")]
    pub consultation_services_price_weight: Figure<Range>,
    /// Deduction for small and micro enterprises, goods and services: 10–20 % (财库〔2022〕19号).
    #[schemars(with = "FigureShape<Range>")]
    pub sme_rate: Figure<Range>,
    /// Deduction for a consortium with, or a subcontract to, small enterprises: 4–6 % (财库〔2022〕19号).
    #[schemars(with = "FigureShape<Range>")]
    pub sme_partner_rate: Figure<Range>,
    /// Deduction for small and micro enterprises, works: 3–5 % (财库〔2020〕46号 `[2nd]`).
    #[schemars(with = "FigureShape<Range>")]
    pub sme_works_rate: Figure<Range>,
    /// The same for consortium and subcontract in works: no checked source, so none is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<FigureShape<Range>>")]
    pub sme_works_partner_rate: Option<Figure<Range>>,
    /// Least share of the small firms in consortium or subcontract: 30 % (财库〔2022〕19号).
    #[schemars(with = "FigureShape<Percent>")]
    pub sme_partner_share_least: Figure<Percent>,
    /// Deduction for domestic products: 20 % (国办发〔2025〕34号, from 2026-01-01).
    #[schemars(with = "FigureShape<Percent>")]
    pub domestic_rate: Figure<Percent>,
    /// Least share of domestic cost with which the whole price of a mixed lot gets it: 80 % (国办发〔2025〕34号 `[2nd]`).
    #[schemars(with = "FigureShape<Percent>")]
    pub domestic_cost_least: Figure<Percent>,
    /// Abnormally low: below so much of the mean, 50 % (财库〔2026〕2号, from 2026-02-01).
    #[schemars(with = "FigureShape<Percent>")]
    pub abnormal_mean: Figure<Percent>,
    /// Abnormally low: below so much of the second lowest, 50 % (财库〔2026〕2号).
    #[schemars(with = "FigureShape<Percent>")]
    pub abnormal_second_lowest: Figure<Percent>,
    /// Abnormally low: below so much of the ceiling, or of the budget where there is none, 45 % (财库〔2026〕2号).
    #[schemars(with = "FigureShape<Percent>")]
    pub abnormal_ceiling: Figure<Percent>,
    /// Up to what the tender document may raise each of the three: 65 % (财库〔2026〕2号).
    #[schemars(with = "FigureShape<Percent>")]
    pub abnormal_most: Figure<Percent>,
    /// Least minutes to explain: 30 (财库〔2026〕2号).
    #[schemars(with = "FigureShape<u32>")]
    pub abnormal_minutes: Figure<u32>,
    /// Fewest bids that respond in substance, government procurement: 3 (政府采购法 第三十六条).
    #[schemars(with = "FigureShape<u32>")]
    pub responsive_least: Figure<u32>,
    /// The same in a consultation: 3 (财库〔2014〕214号 `[2nd]`).
    #[schemars(with = "FigureShape<u32>")]
    pub responsive_consultation: Figure<u32>,
    /// To what a consultation's may be lowered in the cases the rule names: 2 (财库〔2014〕214号、财库〔2015〕124号 `[2nd]`).
    #[schemars(with = "FigureShape<u32>")]
    pub responsive_consultation_least: Figure<u32>,
    /// The same in engineering, below which the committee may reject all: 3 (12号令 第二十七条).
    #[schemars(with = "FigureShape<u32>")]
    pub responsive_engineering: Figure<u32>,
    /// Most candidates: 3 (实施条例 第五十三条).
    #[schemars(with = "FigureShape<u32>")]
    pub candidates_most: Figure<u32>,
}

impl Default for Law {
    fn default() -> Self {
        let percent = |value, clause| Figure::new(Percent::whole(value), clause);
        let range = |least, most, clause| Figure::new(Range::of(least, most), clause);
        Self {
            goods_price_weight_least: percent(30, "87号令 第五十五条"),
            services_price_weight_least: percent(10, "87号令 第五十五条"),
            consultation_goods_price_weight: range(30, 60, "财库〔2014〕214号 第二十四条"),
            consultation_services_price_weight: range(10, 30, "财库〔2014〕214号 第二十四条"),
            sme_rate: range(10, 20, "财库〔2022〕19号"),
            sme_partner_rate: range(4, 6, "财库〔2022〕19号"),
            sme_works_rate: range(3, 5, "财库〔2020〕46号"),
            sme_works_partner_rate: None,
            sme_partner_share_least: percent(30, "财库〔2022〕19号"),
            domestic_rate: percent(20, "国办发〔2025〕34号"),
            domestic_cost_least: percent(80, "国办发〔2025〕34号"),
            abnormal_mean: percent(50, "财库〔2026〕2号"),
            abnormal_second_lowest: percent(50, "财库〔2026〕2号"),
            abnormal_ceiling: percent(45, "财库〔2026〕2号"),
            abnormal_most: percent(65, "财库〔2026〕2号"),
            abnormal_minutes: Figure::new(30, "财库〔2026〕2号"),
            responsive_least: Figure::new(3, "政府采购法 第三十六条"),
            responsive_consultation: Figure::new(3, "财库〔2014〕214号"),
            responsive_consultation_least: Figure::new(2, "财库〔2014〕214号；财库〔2015〕124号"),
            responsive_engineering: Figure::new(3, "12号令 第二十七条"),
            candidates_most: Figure::new(3, "实施条例 第五十三条"),
        }
    }
}

impl Law {
    /// The figures that are not the defaults, by name, with both values, as JSON text.
    pub fn differences(&self) -> Vec<(String, String, String)> {
        let (Ok(serde_json::Value::Object(ours)), Ok(serde_json::Value::Object(defaults))) =
            (serde_json::to_value(self), serde_json::to_value(Self::default()))
        else {
            return Vec::new();
        };
        let value = |figure: Option<&serde_json::Value>| {
            figure.and_then(|figure| figure.get("value")).map_or_else(|| "—".to_owned(), ToString::to_string)
        };
        ours.iter()
            .map(|(name, figure)| (name.clone(), value(Some(figure)), value(defaults.get(name))))
            .filter(|(_, ours, default)| ours != default)
            .collect()
    }
}
