//! What makes bids unusable with a method. What people decided wrongly is for [`crate::check`] to list, not refused here.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::Signed as _;

use super::{
    BIDS_FORMAT, Bid, Bids, MOST_BIDS, MOST_EXPERTS, MOST_LINES, MOST_MARKS, MOST_PRODUCTS, Review, Sme,
    Statement,
};
use crate::method::{BlendWith, Method, PriceRule};
use crate::read::read;
use crate::refusal::{Input, Refusal};

pub(super) type Checked = Result<(), Refusal>;

impl Bids {
    /// Reads BIDS.json. Whether they go with a method is asked by [`crate::evaluate`].
    ///
    /// # Errors
    /// [`Refusal`] with the first thing that is wrong.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Refusal> {
        read(Input::Bids, bytes)
    }

    /// Checks the bids against each other and the method.
    ///
    /// # Errors
    /// [`Refusal`] with the first reason why they are unusable.
    pub fn check(&self, method: &Method) -> Checked {
        self.check_sizes()?;
        let mut ids = BTreeSet::new();
        for (index, bid) in self.bids.iter().enumerate() {
            if !ids.insert(bid.id.as_str()) {
                return Err(twice(format!("/bids/{index}/id"), &bid.id));
            }
            bid.check(&format!("/bids/{index}"), method)?;
        }
        self.check_lot(method)?;
        self.check_draws(method)?;
        self.check_sheets(method, &ids)?;
        self.check_choices(&ids)
    }

    fn check_sizes(&self) -> Checked {
        if self.format != BIDS_FORMAT {
            return Err(Refusal::bids(
                "format",
                "/format",
                format!("格式应为 {BIDS_FORMAT}。请用本版本的格式。"),
                format!("the format must be {BIDS_FORMAT}."),
            ));
        }
        let marks = self.sheets.iter().map(|sheet| sheet.marks.len()).sum::<usize>();
        for (path, count, least, most) in [
            ("/bids", self.bids.len(), 1, MOST_BIDS),
            ("/experts", self.experts.len(), 0, MOST_EXPERTS),
            ("/sheets", self.sheets.len(), 0, MOST_BIDS * MOST_EXPERTS),
            ("/sheets", marks, 0, MOST_MARKS),
            ("/choices", self.choices.len(), 0, MOST_BIDS),
            ("/draws", self.draws.len(), 0, 100),
        ] {
            if !(least..=most).contains(&count) {
                return Err(Refusal::bids(
                    "too_many",
                    path,
                    format!("数量为 {count}，应在 {least}—{most} 之间。请核对数据。"),
                    format!("there are {count}, between {least} and {most} are read; check the data."),
                ));
            }
        }
        Ok(())
    }

    fn check_lot(&self, method: &Method) -> Checked {
        text(&self.lot.tender, "/lot/tender")?;
        for (name, limit) in [("budget", self.lot.budget), ("ceiling", self.lot.ceiling)] {
            if limit.is_some_and(|fen| fen.get() == 0) {
                return Err(Refusal::bids(
                    "zero_limit",
                    format!("/lot/{name}"),
                    "预算和最高限价不能为 0。没有的请删去此项。",
                    "budget and ceiling cannot be 0; leave out what there is none of.",
                ));
            }
        }
        let blended = matches!(&method.price, PriceRule::Benchmark(rule)
            if rule.blend.as_ref().is_some_and(|blend| blend.with == BlendWith::Ceiling));
        if blended && self.lot.ceiling.is_none() {
            return Err(Refusal::bids(
                "ceiling_missing",
                "/lot/ceiling",
                "评标基准价公式用到最高限价，但标段没有最高限价。请补上。",
                "the benchmark formula uses the ceiling price and the lot has none; add it.",
            ));
        }
        Ok(())
    }

    fn check_draws(&self, method: &Method) -> Checked {
        let mut names = BTreeSet::new();
        for (index, drawn) in self.draws.iter().enumerate() {
            let Some(list) = method.draws.iter().find(|list| list.name == drawn.name) else {
                return Err(unknown(format!("/draws/{index}/name"), "抽取项", "draw", &drawn.name));
            };
            if !names.insert(&drawn.name) {
                return Err(twice(format!("/draws/{index}/name"), &drawn.name));
            }
            if !list.values.contains(&drawn.value) {
                return Err(Refusal::bids(
                    "draw_not_in_list",
                    format!("/draws/{index}/value"),
                    format!(
                        "“{}”的抽取结果 {} 不在评标办法的清单中。请核对抽取记录。",
                        drawn.name, drawn.value
                    ),
                    format!(
                        "the result {} of the draw {:?} is not in the method's list; check the record.",
                        drawn.value, drawn.name
                    ),
                ));
            }
        }
        match method.draws.iter().find(|list| !names.contains(&list.name)) {
            None => Ok(()),
            Some(list) => Err(Refusal::bids(
                "draw_missing",
                "/draws",
                format!("缺少“{}”的抽取结果。请先在开标现场公开抽取，再计算。", list.name),
                format!(
                    "the result of the draw {:?} is missing; draw in public at the opening first.",
                    list.name
                ),
            )),
        }
    }

    fn check_sheets(&self, method: &Method, bids: &BTreeSet<&str>) -> Checked {
        let mut experts = BTreeSet::new();
        for (index, expert) in self.experts.iter().enumerate() {
            text(expert, &format!("/experts/{index}"))?;
            if !experts.insert(expert.as_str()) {
                return Err(twice(format!("/experts/{index}"), expert));
            }
        }
        let items: BTreeSet<&str> =
            method.leaves().iter().map(|(_, criterion, _)| criterion.id.as_str()).collect();
        let mut seen = BTreeSet::new();
        for (index, sheet) in self.sheets.iter().enumerate() {
            let path = format!("/sheets/{index}");
            if !experts.contains(sheet.expert.as_str()) {
                return Err(unknown(format!("{path}/expert"), "评审专家", "expert", &sheet.expert));
            }
            if !bids.contains(sheet.bid.as_str()) {
                return Err(unknown(format!("{path}/bid"), "投标", "bid", &sheet.bid));
            }
            if !seen.insert((&sheet.expert, &sheet.bid)) {
                return Err(twice(path, &format!("{} {}", sheet.expert, sheet.bid)));
            }
            let mut marked = BTreeSet::new();
            for (index, mark) in sheet.marks.iter().enumerate() {
                let path = format!("{path}/marks/{index}/item");
                if !items.contains(mark.item.as_str()) {
                    return Err(unknown(path, "评分项", "item", &mark.item));
                }
                if !marked.insert(mark.item.as_str()) {
                    return Err(twice(path, &mark.item));
                }
            }
            if let Some(missing) = items.difference(&marked).next() {
                return Err(Refusal::bids(
                    "mark_missing",
                    format!("{path}/marks"),
                    format!(
                        "评审专家 {} 对投标 {} 的评分项“{missing}”没有打分。请补齐。",
                        sheet.expert, sheet.bid
                    ),
                    format!(
                        "expert {:?} has not marked {missing:?} of bid {:?}; complete the sheet.",
                        sheet.expert, sheet.bid
                    ),
                ));
            }
        }
        Ok(())
    }

    fn check_choices(&self, ids: &BTreeSet<&str>) -> Checked {
        let mut purposes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (index, choice) in self.choices.iter().enumerate() {
            let purpose = match choice.purpose {
                super::Purpose::SameBrand => "same_brand",
                super::Purpose::EqualCandidates => "equal_candidates",
            };
            let seen = purposes.entry(purpose).or_default();
            for (place, id) in choice.order.iter().enumerate() {
                let path = format!("/choices/{index}/order/{place}");
                if !ids.contains(id.as_str()) {
                    return Err(unknown(path, "投标", "bid", id));
                }
                if !seen.insert(id) {
                    return Err(twice(path, id));
                }
            }
        }
        Ok(())
    }
}

impl Bid {
    fn check(&self, path: &str, method: &Method) -> Checked {
        text(&self.id, &format!("{path}/id"))?;
        text(&self.name, &format!("{path}/name"))?;
        for (name, review) in [("qualification", &self.qualification), ("conformity", &self.conformity)] {
            if let Review::Rejected(grounds) = review {
                text(&grounds.reason.zh, &format!("{path}/{name}/rejected/reason/zh"))?;
                text(&grounds.clause, &format!("{path}/{name}/rejected/clause"))?;
            }
        }
        if self.price.is_none() && !matches!(method.price, PriceRule::None(_)) {
            return Err(Refusal::bids(
                "price_missing",
                format!("{path}/price"),
                "缺少投标报价（整数分）。请填写开标一览表的小写金额。",
                "the price is missing (whole fen); state the figures of the schedule.",
            ));
        }
        for (name, count, most) in [
            ("products", self.products.len(), MOST_PRODUCTS),
            ("brands", self.brands.len(), MOST_PRODUCTS),
            ("statement/lines", self.statement.as_ref().map_or(0, |s| s.lines.len()), MOST_LINES),
        ] {
            if count > most {
                return Err(Refusal::bids(
                    "too_many",
                    format!("{path}/{name}"),
                    format!("数量为 {count}，最多 {most}。"),
                    format!("there are {count}, at most {most} are read."),
                ));
            }
        }
        if let Some(Sme::Consortium(share) | Sme::Subcontract(share)) = &self.sme
            && *share.share.value() > crate::exact::whole(1)
        {
            return Err(range(format!("{path}/sme"), "0%–100%"));
        }
        if let Some(statement) = &self.statement {
            statement.check(&format!("{path}/statement"), self.price.is_some())?;
        }
        self.check_brands(path, method)?;
        match &self.review {
            Some(review) => review.check(&format!("{path}/review"), method),
            None => Ok(()),
        }
    }

    fn check_brands(&self, path: &str, method: &Method) -> Checked {
        let Some(rule) = &method.same_brand else { return Ok(()) };
        let mut named = BTreeSet::new();
        for (index, brand) in self.brands.iter().enumerate() {
            let path = format!("{path}/brands/{index}");
            text(&brand.brand, &format!("{path}/brand"))?;
            if !rule.core_products.contains(&brand.product) {
                return Err(unknown(format!("{path}/product"), "核心产品", "core product", &brand.product));
            }
            if !named.insert(&brand.product) {
                return Err(twice(format!("{path}/product"), &brand.product));
            }
        }
        let stands = self.qualification == Review::Passed && self.conformity == Review::Passed;
        match rule.core_products.iter().find(|product| stands && !named.contains(product)) {
            None => Ok(()),
            Some(product) => Err(Refusal::bids(
                "brand_missing",
                format!("{path}/brands"),
                format!("投标 {} 没有写明核心产品“{product}”的品牌。请按投标文件补上。", self.id),
                format!("bid {:?} does not name the brand of {product:?}; add it from the bid.", self.id),
            )
            .under("87号令 第三十一条")),
        }
    }
}

impl Statement {
    fn check(&self, path: &str, priced: bool) -> Checked {
        if !priced {
            return Err(Refusal::bids(
                "price_missing",
                path,
                "没有报价，就没有报价不一致可言。请删去 statement，或填写报价。",
                "without a price nothing can contradict it; remove the statement or state the price.",
            ));
        }
        for (index, line) in self.lines.iter().enumerate() {
            let path = format!("{path}/lines/{index}");
            if line.quantity.value().is_negative() {
                return Err(range(format!("{path}/quantity"), "≥ 0"));
            }
            if line.unit_price.value().is_negative() {
                return Err(range(format!("{path}/unit_price"), "≥ 0"));
            }
            if line.shift.is_some_and(|shift| shift == 0 || !(-6..=6).contains(&shift)) {
                return Err(range(format!("{path}/shift"), "−6 … 6, ≠ 0"));
            }
        }
        Ok(())
    }
}

pub(super) fn text(text: &str, path: &str) -> Checked {
    if (1..=400).contains(&text.chars().count()) && !text.trim().is_empty() {
        return Ok(());
    }
    Err(Refusal::bids(
        "text_length",
        path,
        "此处应有 1—400 个字的内容。",
        "a text of 1 to 400 characters must stand here.",
    ))
}

fn range(path: String, wanted: &str) -> Refusal {
    Refusal::bids(
        "out_of_range",
        path,
        format!("数值不在允许范围内，应为 {wanted}。请改正。"),
        format!("the value is out of range, it must be {wanted}."),
    )
}

fn twice(path: String, name: &str) -> Refusal {
    let name: String = name.chars().take(40).collect();
    Refusal::bids(
        "twice",
        path,
        format!("“{name}”重复出现，请只保留一个。"),
        format!("{name:?} stands there twice; keep one."),
    )
}

fn unknown(path: String, zh: &str, en: &str, name: &str) -> Refusal {
    let name: String = name.chars().take(40).collect();
    Refusal::bids(
        "unknown",
        path,
        format!("没有名为“{name}”的{zh}。请核对。"),
        format!("there is no {en} {name:?}; check it."),
    )
}
