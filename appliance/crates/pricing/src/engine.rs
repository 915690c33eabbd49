//! The evaluation, step by step, in the order of the law: reviews, abnormal prices, number of bids, deductions, benchmark,
//! scores, ranks, candidates, check.

use crate::bids::{Bid, Bids, Choice, Grounds, Purpose, Review};
use crate::check::findings;
use crate::derivation::{Quantity, Worksheet};
use crate::exact::whole;
use crate::method::{CorrectionRule, Method, PriceRule, Regime};
use crate::outcome::{
    BidOutcome, Correction, Ended, ItemScore, NamedFigure, Notice, OUTCOME_FORMAT, Outcome, Severity, State,
    Status, Trigger, Waiting, WaitingKind,
};
use crate::price::{abnormal, benchmark, correction, deduction, score::price_score};
use crate::rank::{brands, candidates, choose_by_price, choose_by_score, rank};
use crate::refusal::{Refusal, Text};
use crate::score::{Marks, score};

/// A bid on its way through the evaluation.
pub(crate) struct Entry<'a> {
    pub(crate) bid: &'a Bid,
    pub(crate) status: Status,
    pub(crate) grounds: Option<Grounds>,
    pub(crate) price: Option<Quantity>,
    pub(crate) corrections: Vec<Correction>,
    pub(crate) triggers: Vec<Trigger>,
    pub(crate) evaluated: Option<Quantity>,
    pub(crate) price_score: Option<Quantity>,
    pub(crate) items: Vec<(String, Quantity)>,
    pub(crate) total: Option<Quantity>,
    pub(crate) rank: Option<u32>,
    pub(crate) represented_by: Option<String>,
}

impl<'a> Entry<'a> {
    fn new(bid: &'a Bid) -> Self {
        Self {
            bid,
            status: Status::Evaluated,
            grounds: None,
            price: None,
            corrections: Vec::new(),
            triggers: Vec::new(),
            evaluated: None,
            price_score: None,
            items: Vec::new(),
            total: None,
            rank: None,
            represented_by: None,
        }
    }

    /// Whether it is not rejected.
    pub(crate) fn stands(&self) -> bool {
        matches!(self.status, Status::Evaluated | Status::UnderReview | Status::Unpriced)
    }

    /// Whether it is scored or ranked: it stands, and its price is not a 0 under review.
    pub(crate) fn scored(&self) -> bool {
        matches!(self.status, Status::Evaluated | Status::UnderReview)
    }

    /// Score of a criterion.
    pub(crate) fn score_of(&self, id: &str) -> Option<crate::exact::Exact> {
        self.items.iter().find(|(item, _)| item == id).map(|(_, score)| score.value.clone())
    }
}

/// Rejects a bid.
pub(crate) fn reject(entry: &mut Entry<'_>, status: Status, reason: Text, clause: &str) {
    entry.status = status;
    entry.grounds = Some(Grounds { reason, clause: clause.to_owned() });
}

/// Results of draws among equal bids, and which of them were needed.
pub(crate) struct Choices<'a> {
    all: &'a [Choice],
    used: Vec<bool>,
}

impl<'a> Choices<'a> {
    /// The draw among exactly these bids.
    pub(crate) fn find(&mut self, purpose: Purpose, ids: &[String]) -> Option<&'a Choice> {
        let fits = |choice: &Choice| {
            choice.purpose == purpose
                && choice.order.len() == ids.len()
                && ids.iter().all(|id| choice.order.contains(id))
        };
        let index = self.all.iter().position(fits)?;
        if let Some(used) = self.used.get_mut(index) {
            *used = true;
        }
        self.all.get(index)
    }

    fn check(&self) -> Result<(), Refusal> {
        match self.used.iter().position(|used| !used) {
            None => Ok(()),
            Some(index) => Err(Refusal::bids(
                "choice_unused",
                format!("/choices/{index}"),
                "这些投标并不相同，不得抽取。请删去这项抽取结果，或核对其中的投标。",
                "these bids are not equal, so nothing may be drawn; remove the draw or check the bids in it.",
            )
            .under("发改法规规〔2022〕1117号（二）")),
        }
    }
}

/// Evaluates the bids of a lot under a method. The order of the bids, experts and sheets makes no difference.
///
/// # Errors
/// [`Refusal`] where the method or the bids are unusable; nothing is computed then.
pub fn evaluate(method: &Method, bids: &Bids) -> Result<Outcome, Refusal> {
    method.check()?;
    bids.check(method)?;
    let mut sheet = Worksheet::default();
    let mut sorted: Vec<&Bid> = bids.bids.iter().collect();
    sorted.sort_by(|a, b| a.id.cmp(&b.id));
    let mut entries: Vec<Entry<'_>> = sorted.into_iter().map(Entry::new).collect();
    let mut choices = Choices { all: &bids.choices, used: vec![false; bids.choices.len()] };

    let rule = method.correction();
    let mut waiting = Vec::new();
    for entry in &mut entries {
        admit(&mut sheet, method, bids, &rule, entry, &mut waiting)?;
    }
    let reviews = abnormal::review(&mut sheet, method, &bids.lot, &mut entries)?;
    waiting.extend(reviews.waiting);
    let mut notices = law_notices(method);
    notices.extend(reviews.notices);
    let mut figures = reviews.figures;

    let groups = brands(method.same_brand.as_ref(), &entries);
    let distinct = groups.len();
    if matches!(method.price, PriceRule::Lowest {}) {
        choose_by_price(&groups, &mut entries, &mut choices, &mut waiting);
    }
    let ended = ended(method, &entries, distinct, &mut notices);
    let mut places = Vec::new();
    let mut found = Vec::new();
    if ended.is_none() {
        deduction::deduct(&mut sheet, method, &bids.lot, &mut entries, &mut notices)?;
        figures.extend(score_all(&mut sheet, method, bids, &mut entries)?);
        if !matches!(method.price, PriceRule::Lowest {}) {
            choose_by_score(method, &groups, &mut entries, &mut choices, &mut waiting);
        }
        rank(method, &mut entries);
        places = candidates(method, &entries, &mut choices, &mut notices, &mut waiting);
        choices.check()?;
        found = findings(method, bids);
    }
    let state = match &ended {
        Some(_) if method.regime == Regime::Engineering => State::AllRejected,
        Some(_) => State::Cancelled,
        None if waiting.is_empty() => State::Final,
        None => State::Provisional,
    };
    if ended.is_some() {
        waiting.clear();
    }
    let ready = state != State::Provisional && found.iter().all(|f| f.severity != Severity::MustCorrect);
    Ok(Outcome {
        format: OUTCOME_FORMAT.to_owned(),
        method: method.id.clone(),
        lot: bids.lot.clone(),
        state,
        waiting,
        ended,
        notices,
        figures,
        bids: entries.into_iter().map(|entry| bid_outcome(&sheet, entry)).collect(),
        candidates: places,
        findings: found,
        ready_to_sign: ready,
        derivation: sheet.into_nodes(),
    })
}

/// Both reviews, the price as corrected, and the limits it may not exceed.
fn admit(
    sheet: &mut Worksheet,
    method: &Method,
    bids: &Bids,
    rule: &CorrectionRule,
    entry: &mut Entry<'_>,
    waiting: &mut Vec<Waiting>,
) -> Result<(), Refusal> {
    let bid = entry.bid;
    for (review, status) in
        [(&bid.qualification, Status::Unqualified), (&bid.conformity, Status::Nonconforming)]
    {
        if let Review::Rejected(grounds) = review {
            entry.status = status;
            entry.grounds = Some(grounds.clone());
            return Ok(());
        }
    }
    let Some(figures) = bid.price else { return Ok(()) };
    let corrected = correction::correct(sheet, &bid.id, figures, bid.statement.as_ref(), rule)?;
    let (waits, invalid) = (corrected.waits(), corrected.invalid());
    entry.corrections = corrected.corrections;
    if invalid {
        let text = Text::new("投标人不确认修正后的报价", "the bidder does not confirm the corrected price");
        reject(entry, Status::Unconfirmed, text, &rule.clause);
        entry.price = Some(corrected.price);
        return Ok(());
    }
    for (limit, zh, en) in benchmark::limit(method, &bids.lot) {
        if corrected.price.value > whole(limit.get()) {
            let clause = match method.regime {
                Regime::Engineering => "实施条例 第五十一条（五）",
                _ => "87号令 第六十三条（四）",
            };
            let text = Text::new(
                format!("报价超过{zh} {} 元", limit.figures()),
                format!("the price is above the {en} of {} yuan", limit.figures()),
            );
            reject(entry, Status::AboveLimit, text, clause);
            break;
        }
    }
    if waits && entry.stands() {
        waiting.push(Waiting {
            kind: WaitingKind::Confirmation,
            bids: vec![bid.id.clone()],
            text: Text::new(
                format!("请投标 {} 书面确认修正后的报价；不确认的投标无效", bid.id),
                format!(
                    "ask bid {} to confirm the corrected price in writing; unconfirmed the bid is invalid",
                    bid.id
                ),
            ),
            clause: rule.clause.clone(),
        });
    }
    entry.price = Some(corrected.price);
    Ok(())
}

fn law_notices(method: &Method) -> Vec<Notice> {
    let differences = method.law.as_ref().map(crate::law::Law::differences).unwrap_or_default();
    differences
        .into_iter()
        .map(|(name, ours, default)| Notice {
            kind: "law_differs".to_owned(),
            text: Text::new(
                format!("法定数值 {name} 为 {ours}，缺省为 {default}"),
                format!("the figure of law {name} is {ours}, by default {default}"),
            ),
            clause: None,
        })
        .collect()
}

/// Whether too few bids are left (政府采购法 第三十六条; 12号令 第二十七条).
fn ended(
    method: &Method,
    entries: &[Entry<'_>],
    distinct: usize,
    notices: &mut Vec<Notice>,
) -> Option<Ended> {
    let minimum = method.minimum();
    let least = usize::try_from(minimum.value).unwrap_or(usize::MAX);
    let clause = minimum.clause.clone();
    if method.regime == Regime::Engineering {
        if distinct == 0 {
            let text = Text::new(
                "全部投标被否决，应依法重新招标",
                "all bids are rejected; the tender is held again",
            );
            return Some(Ended {
                kind: "all_rejected".to_owned(),
                text,
                clause: "招标投标法 第四十二条".to_owned(),
            });
        }
        if distinct < least {
            notices.push(Notice {
                kind: "may_reject_all".to_owned(),
                text: Text::new(
                    format!("有效投标 {distinct} 个，不足 {least} 个。评标委员会应论证是否明显缺乏竞争，可以否决全部投标，并在评标报告中记载"),
                    format!(
                        "{distinct} valid bids are fewer than {least}; the committee argues in the report whether competition is \
                         plainly lacking, and may reject all"
                    ),
                ),
                clause: Some(format!("{clause}；发改法规规〔2022〕1117号（十三）")),
            });
        }
        return None;
    }
    if distinct >= least {
        return None;
    }
    let above = entries.iter().filter(|entry| entry.status == Status::AboveLimit).count();
    let priced = entries
        .iter()
        .filter(|entry| !matches!(entry.status, Status::Unqualified | Status::Nonconforming))
        .count();
    if distinct == 0 && above > 0 && above == priced {
        return Some(Ended {
            kind: "all_above_limit".to_owned(),
            text: Text::new(
                "投标人的报价均超过了采购预算或者最高限价，应予废标",
                "all prices are above budget or ceiling; the lot is cancelled",
            ),
            clause: "政府采购法 第三十六条（三）".to_owned(),
        });
    }
    Some(Ended {
        kind: "too_few".to_owned(),
        text: Text::new(
            format!(
                "对招标文件作实质响应的供应商为 {distinct} 家，不足 {least} 家，应予废标；请将理由通知所有投标人"
            ),
            format!(
                "{distinct} suppliers respond in substance, fewer than {least}; the lot is cancelled and all bidders are told why"
            ),
        ),
        clause,
    })
}

/// Benchmark, price scores, item scores, totals.
fn score_all(
    sheet: &mut Worksheet,
    method: &Method,
    bids: &Bids,
    entries: &mut [Entry<'_>],
) -> Result<Option<NamedFigure>, Refusal> {
    let benchmark = benchmark::benchmark(sheet, method, bids, entries)?;
    if !matches!(method.price, PriceRule::Lowest {}) {
        let marks = Marks::new(method, bids);
        for entry in entries.iter_mut().filter(|entry| entry.scored()) {
            let id = entry.bid.id.as_str();
            if let (Some(price), Some(benchmark)) = (&entry.evaluated, &benchmark) {
                entry.price_score = price_score(sheet, method, id, price, benchmark);
            }
            let scores = score(sheet, method, &marks, id)?;
            entry.items = scores.all;
            let parts: Vec<&Quantity> = scores.top.iter().chain(&entry.price_score).collect();
            let what = crate::derivation::What::new("总分", "total", crate::derivation::Unit::Points).of(id);
            let what = what.under(&method.clause).rounded(method.rounding.total);
            entry.total = sheet.compute(what, crate::derivation::Op::Sum, &parts);
        }
    }
    Ok(benchmark.map(|benchmark| {
        let figured = sheet.figured(&benchmark);
        NamedFigure {
            kind: "benchmark".to_owned(),
            node: figured.node,
            exact: figured.exact,
            shown: figured.shown,
        }
    }))
}

fn bid_outcome(sheet: &Worksheet, entry: Entry<'_>) -> BidOutcome {
    let figured = |quantity: &Option<Quantity>| quantity.as_ref().map(|quantity| sheet.figured(quantity));
    BidOutcome {
        bid: entry.bid.id.clone(),
        name: entry.bid.name.clone(),
        status: entry.status,
        price: figured(&entry.price),
        evaluated_price: figured(&entry.evaluated),
        price_score: figured(&entry.price_score),
        items: entry
            .items
            .iter()
            .map(|(item, score)| ItemScore { item: item.clone(), score: sheet.figured(score) })
            .collect(),
        total: figured(&entry.total),
        grounds: entry.grounds,
        corrections: entry.corrections,
        triggers: entry.triggers,
        rank: entry.rank,
        represented_by: entry.represented_by,
    }
}
