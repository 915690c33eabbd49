//! The benchmark 评标基准价.

use crate::bids::{Bids, Lot};
use crate::derivation::{Op, Quantity, Unit, What, Worksheet};
use crate::engine::Entry;
use crate::exact::{Exact, whole};
use crate::method::{Mean, Method, Number, PriceRule};
use crate::refusal::Refusal;

/// The benchmark of the bids that are evaluated; none where the method has none or no bid has a price.
pub(crate) fn benchmark(
    sheet: &mut Worksheet,
    method: &Method,
    bids: &Bids,
    entries: &[Entry<'_>],
) -> Result<Option<Quantity>, Refusal> {
    let mut prices: Vec<(&Quantity, &str)> =
        entries.iter().filter_map(|e| e.evaluated.as_ref().map(|price| (price, e.bid.id.as_str()))).collect();
    prices.sort_by(|a, b| (&a.0.value, a.1).cmp(&(&b.0.value, b.1)));
    let prices: Vec<&Quantity> = prices.into_iter().map(|(price, _)| price).collect();
    match &method.price {
        PriceRule::None(_) | PriceRule::Lowest {} => Ok(None),
        PriceRule::LowPriceFirst(_) => {
            let what = What::new("评标基准价（最低评审价）", "benchmark (lowest evaluated price)", Unit::Fen);
            Ok(sheet.compute(what.under(method.scoring_clause()), Op::Minimum, &prices))
        }
        PriceRule::Benchmark(_) => engineering(sheet, method, bids, &prices),
    }
}

fn engineering(
    sheet: &mut Worksheet,
    method: &Method,
    bids: &Bids,
    prices: &[&Quantity],
) -> Result<Option<Quantity>, Refusal> {
    let PriceRule::Benchmark(rule) = &method.price else { return Ok(None) };
    let clause = method.clause.as_str();
    let fen = |zh: &str, en: &str| What::new(zh, en, Unit::Fen).under(clause);
    let Some(mut value) = mean(sheet, method, &rule.mean, prices) else { return Ok(None) };
    if let Some(blend) = &rule.blend {
        let Some(ceiling) = bids.lot.ceiling else { return Ok(None) };
        let weight =
            number(sheet, bids, &blend.weight, "blend/weight", ("均值权重 w", "weight w of the mean"));
        let one =
            sheet.given(What::new("一", "one", Unit::Number), whole(1), "method:/price/benchmark/blend");
        let rest = What::new("最高限价权重 1−w", "weight 1−w of the ceiling", Unit::Number);
        let ceiling = sheet.fen(fen("最高限价", "ceiling price"), ceiling, "bids:/lot/ceiling");
        let blended = (|| {
            let rest = sheet.compute(rest, Op::Difference, &[&one, &weight])?;
            let ours = sheet.compute(fen("均值部分", "part of the mean"), Op::Product, &[&value, &weight])?;
            let theirs =
                sheet.compute(fen("最高限价部分", "part of the ceiling"), Op::Product, &[&ceiling, &rest])?;
            sheet.compute(fen("加权价", "weighted price"), Op::Sum, &[&ours, &theirs])
        })();
        let Some(blended) = blended else { return Ok(None) };
        value = blended;
    }
    let mut factors = vec![value];
    if let Some(factor) = &rule.factor {
        factors.push(number(sheet, bids, factor, "factor", ("系数 K", "factor K")));
    }
    if let Some(reduction) = &rule.reduction {
        let delta = number(sheet, bids, reduction, "reduction", ("下浮率 Δ", "reduction Δ"));
        let one =
            sheet.given(What::new("一", "one", Unit::Number), whole(1), "method:/price/benchmark/reduction");
        let what = What::new("1−Δ", "1−Δ", Unit::Number);
        factors.extend(sheet.compute(what, Op::Difference, &[&one, &delta]));
    }
    let what = fen("评标基准价", "benchmark").rounded(method.rounding.benchmark);
    let benchmark = sheet.compute(what, Op::Product, &factors.iter().collect::<Vec<_>>());
    match benchmark {
        Some(benchmark) if benchmark.value == whole(0) => Err(Refusal::method(
            "benchmark_zero",
            "/rounding/benchmark",
            "评标基准价取整后为 0，无法计算偏差率。请保留更多小数位。",
            "the benchmark is rounded to 0, so no deviation can be computed; keep more decimals.",
        )),
        benchmark => Ok(benchmark),
    }
}

fn number(
    sheet: &mut Worksheet,
    bids: &Bids,
    number: &Number,
    place: &str,
    (zh, en): (&str, &str),
) -> Quantity {
    let what = What::new(zh, en, Unit::Number);
    match number {
        Number::Fixed(value) => {
            sheet.given(what, value.value().clone(), format!("method:/price/benchmark/{place}"))
        }
        Number::Drawn(name) => {
            // Checked before: every draw of the method has a result.
            let drawn = bids.draws.iter().find(|drawn| drawn.name == *name);
            let value = drawn.map_or_else(|| whole(1), |drawn| drawn.value.value().clone());
            sheet.given(what, value, format!("bids:/draws[{name}]/value"))
        }
    }
}

/// The mean of prices in ascending order.
fn mean(sheet: &mut Worksheet, method: &Method, mean: &Mean, prices: &[&Quantity]) -> Option<Quantity> {
    let clause = method.clause.as_str();
    let rounding = method.rounding.mean;
    let what = |zh: String, en: String| What::new(zh, en, Unit::Fen).under(clause);
    let all = ("评审价算术平均值".to_owned(), "arithmetic mean of evaluated prices".to_owned());
    let count = prices.len();
    let (highest, lowest) = match mean {
        Mean::All {} => return sheet.compute(what(all.0, all.1).rounded(rounding), Op::Mean, prices),
        Mean::Second {} => {
            let first = sheet.compute(what(all.0, all.1), Op::Mean, prices)?;
            let below: Vec<&Quantity> =
                prices.iter().copied().filter(|price| price.value <= first.value).collect();
            let second = sheet.compute(
                what(
                    "不高于均值的评审价的平均值".to_owned(),
                    "mean of the prices not above the mean".to_owned(),
                ),
                Op::Mean,
                &below,
            )?;
            let what = what("二次平均值".to_owned(), "second mean".to_owned()).rounded(rounding);
            return sheet.compute(what, Op::Mean, &[&first, &second]);
        }
        Mean::TrimCount(trim) if at_least(count, trim.from) => {
            (to_usize(trim.highest), to_usize(trim.lowest))
        }
        Mean::TrimShare(trim) if at_least(count, trim.from) => {
            let number = |share: &Exact| {
                let exact = share * whole(u64::try_from(count).unwrap_or(0));
                usize::try_from(trim.rounding.to_whole(&exact).to_integer()).unwrap_or(0)
            };
            (number(trim.highest.value()), number(trim.lowest.value()))
        }
        Mean::TrimCount(_) | Mean::TrimShare(_) => (0, 0),
    };
    // Where nothing would be left, nothing is left out.
    let kept = prices.get(lowest..count.saturating_sub(highest)).filter(|kept| !kept.is_empty());
    let (kept, highest, lowest) = kept.map_or((prices, 0, 0), |kept| (kept, highest, lowest));
    let what = what(
        format!("去掉 {highest} 个最高、{lowest} 个最低后的评审价算术平均值"),
        format!("mean of evaluated prices without the {highest} highest and {lowest} lowest"),
    );
    sheet.compute(what.rounded(rounding), Op::Mean, kept)
}

fn at_least(count: usize, from: u32) -> bool {
    count >= to_usize(from)
}

fn to_usize(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

/// Above which amounts a bid is invalid: ceiling, and in government procurement the budget too.
pub(crate) fn limit(method: &Method, lot: &Lot) -> Vec<(bidroom_domain::Fen, &'static str, &'static str)> {
    let ceiling = lot.ceiling.map(|fen| (fen, "最高限价", "ceiling price"));
    let budget = lot.budget.map(|fen| (fen, "采购预算", "budget"));
    match method.regime {
        crate::method::Regime::Engineering => ceiling.into_iter().collect(),
        _ => ceiling.into_iter().chain(budget).collect(),
    }
}
