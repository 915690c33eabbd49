//! The score of a price.

use num_traits::Signed as _;

use crate::derivation::{Op, Quantity, Unit, What, Worksheet};
use crate::method::{EngineeringRule, LowPriceFirst, Method, PriceRule, Steps};

/// The score of `price`, given the benchmark; none where the method has none.
pub(crate) fn price_score(
    sheet: &mut Worksheet,
    method: &Method,
    id: &str,
    price: &Quantity,
    benchmark: &Quantity,
) -> Option<Quantity> {
    match &method.price {
        PriceRule::None(_) | PriceRule::Lowest {} => None,
        PriceRule::LowPriceFirst(rule) => low_price_first(sheet, method, rule, id, price, benchmark),
        PriceRule::Benchmark(rule) => engineering(sheet, method, rule, id, price, benchmark),
    }
}

fn low_price_first(
    sheet: &mut Worksheet,
    method: &Method,
    rule: &LowPriceFirst,
    id: &str,
    price: &Quantity,
    benchmark: &Quantity,
) -> Option<Quantity> {
    let clause = method.scoring_clause();
    let what = What::new("评标基准价／投标报价", "benchmark ÷ price", Unit::Rate).of(id).under(clause);
    let ratio =
        sheet.compute(what.rounded(method.rounding.price_ratio), Op::Quotient, &[benchmark, price])?;
    let maximum = sheet.given(
        What::new("价格分满分", "most points of the price", Unit::Points),
        rule.maximum.value().clone(),
        "method:/price/low_price_first/maximum",
    );
    let what = What::new("价格分", "price score", Unit::Points).of(id).under(clause);
    sheet.compute(what.rounded(method.rounding.price_score), Op::Product, &[&ratio, &maximum])
}

fn engineering(
    sheet: &mut Worksheet,
    method: &Method,
    rule: &EngineeringRule,
    id: &str,
    price: &Quantity,
    benchmark: &Quantity,
) -> Option<Quantity> {
    let clause = method.clause.as_str();
    let points = |zh: &str, en: &str| What::new(zh, en, Unit::Points).of(id).under(clause);
    let rate = |zh: &str, en: &str| What::new(zh, en, Unit::Rate).of(id).under(clause);
    let what = What::new("评审价与基准价之差", "price less benchmark", Unit::Fen).of(id);
    let distance = sheet.compute(what, Op::Difference, &[price, benchmark])?;
    let what = rate("偏差率", "deviation").rounded(method.rounding.deviation);
    let deviation = sheet.compute(what, Op::Quotient, &[&distance, benchmark])?;
    let amount = sheet.compute(rate("偏差幅度", "amount of the deviation"), Op::Absolute, &[&deviation])?;
    let per = sheet.given(
        rate("每档幅度", "one step"),
        rule.deduct.per.value().clone(),
        "method:/price/benchmark/deduct/per",
    );
    let op = match rule.deduct.steps {
        Steps::Interpolated => Op::Quotient,
        Steps::Started => Op::StepsStarted,
        Steps::Completed => Op::StepsCompleted,
    };
    let steps =
        sheet.compute(What::new("档数", "steps", Unit::Number).of(id).under(clause), op, &[&amount, &per])?;
    let above = deviation.value.is_positive();
    let (value, member, zh, en) = if above {
        (&rule.deduct.above, "above", "每高一档扣分 E1", "points for each step above, E1")
    } else {
        (&rule.deduct.below, "below", "每低一档扣分 E2", "points for each step below, E2")
    };
    let each = sheet.given(
        points(zh, en),
        value.value().clone(),
        format!("method:/price/benchmark/deduct/{member}"),
    );
    let off = sheet.compute(points("扣分", "points off"), Op::Product, &[&steps, &each])?;
    let maximum = sheet.given(
        points("价格分满分", "most points of the price"),
        rule.maximum.value().clone(),
        "method:/price/benchmark/maximum",
    );
    let floor = sheet.given(
        points("价格分最低分", "fewest points of the price"),
        rule.floor.value().clone(),
        "method:/price/benchmark/floor",
    );
    let left = sheet.compute(points("扣分后", "after deduction"), Op::Difference, &[&maximum, &off])?;
    let what = points("价格分", "price score").rounded(method.rounding.price_score);
    sheet.compute(what, Op::Maximum, &[&left, &floor])
}
