//! A price that contradicts itself (87号令 第五十九条; 12号令 第十九条).
//!
//! The rules are applied in the method's order, each to the total as the rules before left it. Whatever is corrected binds the
//! bidder only once it has confirmed it.

use bidroom_domain::Fen;

use crate::bids::{Line, Statement};
use crate::derivation::{Op, Quantity, Unit, What, Worksheet};
use crate::exact::{Exact, power_of_ten};
use crate::method::{CorrectionRule, CorrectionStep};
use crate::outcome::Correction;
use crate::refusal::{Refusal, Text};

/// A price after correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corrected {
    /// The total.
    pub price: Quantity,
    /// What was corrected, in order; where it is empty the bidder need not confirm anything.
    pub corrections: Vec<Correction>,
    /// Whether the bidder confirmed: `None` until it answered, `Some(false)` makes the bid invalid.
    pub confirmed: Option<bool>,
}

impl Corrected {
    /// Whether the bidder has still to confirm.
    pub fn waits(&self) -> bool {
        !self.corrections.is_empty() && self.confirmed.is_none()
    }

    /// Whether the bid is invalid since the bidder did not confirm.
    pub fn invalid(&self) -> bool {
        !self.corrections.is_empty() && self.confirmed == Some(false)
    }
}

/// Corrects the announced price `figures` of the bid `id` by what else the bid says of it.
///
/// # Errors
/// [`Refusal`] for a contradiction that none of the rules settles.
pub fn correct(
    sheet: &mut Worksheet,
    id: &str,
    figures: Fen,
    statement: Option<&Statement>,
    rule: &CorrectionRule,
) -> Result<Corrected, Refusal> {
    let what = |zh: &str, en: &str| What::new(zh, en, Unit::Fen).of(id);
    let source = |member: &str| format!("bids:/bids[{id}]/{member}");
    let mut price = sheet.fen(what("投标报价（开标一览表）", "price (schedule)"), figures, source("price"));
    let Some(statement) = statement else {
        return Ok(Corrected { price, corrections: Vec::new(), confirmed: None });
    };
    let words = statement
        .words
        .map(|fen| sheet.fen(what("大写金额", "total in words"), fen, source("statement/words")));
    let body = statement
        .body
        .map(|fen| sheet.fen(what("投标文件正文总价", "total in the body"), fen, source("statement/body")));
    let shifted = statement.lines.iter().any(|line| line.shift.is_some());
    let settled = |step| rule.order.contains(&step);
    let shifts_apply = shifted && settled(CorrectionStep::MisplacedPoint);
    let units = sum_of_lines(sheet, id, &statement.lines, rule, shifts_apply);

    let mut corrections = Vec::new();
    for step in &rule.order {
        let (zh, en, total) = match step {
            CorrectionStep::ScheduleOverBody => match &body {
                Some(body) if body.value != price.value => (
                    "开标一览表与投标文件正文不一致，以开标一览表为准",
                    "schedule and body differ; the schedule stands",
                    price.clone(),
                ),
                _ => continue,
            },
            CorrectionStep::WordsOverFigures => match &words {
                Some(words) if words.value != price.value => (
                    "大写金额与小写金额不一致，以大写金额为准",
                    "words and figures differ; the words stand",
                    words.clone(),
                ),
                _ => continue,
            },
            CorrectionStep::MisplacedPoint if shifted => (
                "单价小数点或者百分比明显错位，以总价为准，修改单价",
                "the decimal point or percentage of a unit price is plainly misplaced; the total stands, the unit price is \
                 corrected",
                price.clone(),
            ),
            CorrectionStep::MisplacedPoint => continue,
            CorrectionStep::UnitsOverTotal => match &units {
                Some(units) if units.value != price.value => (
                    "总价与单价汇总金额不一致，以单价计算结果为准",
                    "total and sum of unit prices differ; the unit prices stand",
                    units.clone(),
                ),
                _ => continue,
            },
        };
        price = total;
        corrections.push(Correction {
            step: *step,
            text: Text::new(zh, en),
            clause: rule.clause.clone(),
            total: sheet.figured(&price),
        });
    }
    let differs = |other: &Option<Quantity>, from: &Exact| other.as_ref().is_some_and(|o| o.value != *from);
    let announced = crate::exact::whole(figures.get());
    for (step, open, member) in [
        (CorrectionStep::ScheduleOverBody, differs(&body, &announced), "body"),
        (CorrectionStep::WordsOverFigures, differs(&words, &announced), "words"),
        (CorrectionStep::MisplacedPoint, shifted, "lines"),
        (CorrectionStep::UnitsOverTotal, differs(&units, &price.value), "lines"),
    ] {
        if open && !settled(step) {
            return Err(Refusal::bids(
                "contradiction_unsettled",
                format!("/bids[{id}]/statement/{member}"),
                format!("投标 {id} 的报价前后不一致，评标办法没有规定如何修正（{step:?}）。请按招标文件补充 correction.order。"),
                format!(
                    "the price of bid {id:?} contradicts itself and the method does not say what stands ({step:?}); complete \
                     correction.order from the tender document."
                ),
            )
            .under(&rule.clause));
        }
    }
    Ok(Corrected { price, corrections, confirmed: statement.confirmed })
}

/// Σ quantity × unit price, each line rounded.
fn sum_of_lines(
    sheet: &mut Worksheet,
    id: &str,
    lines: &[Line],
    rule: &CorrectionRule,
    shifts_apply: bool,
) -> Option<Quantity> {
    let mut sums = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let source = |member: &str| format!("bids:/bids[{id}]/statement/lines/{index}/{member}");
        let quantity = sheet.given(
            What::new(format!("数量（{}）", line.name), format!("quantity ({})", line.name), Unit::Number)
                .of(id),
            line.quantity.value().clone(),
            source("quantity"),
        );
        let (zh, en) = (format!("单价（{}）", line.name), format!("unit price ({})", line.name));
        let unit_price = line.unit_price.value() * power_of_ten(2);
        let mut unit = sheet.given(What::new(zh, en, Unit::Fen).of(id), unit_price, source("unit_price"));
        if let Some(shift) = line.shift.filter(|_| shifts_apply) {
            let factor = power_of_ten(shift.unsigned_abs());
            let factor = if shift < 0 { factor.recip() } else { factor };
            let what = What::new("小数点改正", "correction of the point", Unit::Number).of(id);
            let factor = sheet.given(what, factor, source("shift"));
            let (zh, en) =
                (format!("修改后单价（{}）", line.name), format!("corrected unit price ({})", line.name));
            unit = sheet.compute(What::new(zh, en, Unit::Fen).of(id), Op::Product, &[&unit, &factor])?;
        }
        let what = What::new(format!("合价（{}）", line.name), format!("line ({})", line.name), Unit::Fen)
            .of(id)
            .rounded(Some(rule.line));
        sums.push(sheet.compute(what, Op::Product, &[&quantity, &unit])?);
    }
    let what = What::new("单价汇总金额", "sum of unit prices", Unit::Fen).of(id).under(&rule.clause);
    sheet.compute(what, Op::Sum, &sums.iter().collect::<Vec<_>>())
}
