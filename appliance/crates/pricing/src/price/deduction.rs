//! Policy deductions: P' = P − P·d − P·s, each from the original price.

use crate::bids::{Lot, Sme};
use crate::derivation::{Op, Quantity, Unit, What, Worksheet};
use crate::engine::Entry;
use crate::exact::{Exact, whole};
use crate::law::Law;
use crate::method::{Method, PriceRule};
use crate::outcome::Notice;
use crate::refusal::{Refusal, Text};

/// Gives every bid that is evaluated and priced its evaluated price.
///
/// # Errors
/// [`Refusal`] for products whose cost sums to nothing, and where rounding leaves nothing of a price.
pub(crate) fn deduct(
    sheet: &mut Worksheet,
    method: &Method,
    lot: &Lot,
    entries: &mut [Entry<'_>],
    notices: &mut Vec<Notice>,
) -> Result<(), Refusal> {
    if matches!(method.price, PriceRule::None(_)) {
        return Ok(());
    }
    let law = method.law();
    let domestic = domestic(sheet, method, &law, entries)?;
    if lot.set_aside && method.deductions.sme.is_some() {
        notices.push(Notice {
            kind: "set_aside".to_owned(),
            text: Text::new(
                "专门面向中小企业预留的标段，不再给予小微企业价格扣除",
                "the lot is set aside for small and medium enterprises, so there is no further deduction for them",
            ),
            clause: Some(law.sme_rate.clause.clone()),
        });
    }
    for (entry, domestic) in entries.iter_mut().zip(domestic) {
        let Some(price) = entry.price.clone().filter(|_| entry.scored()) else { continue };
        let id = entry.bid.id.as_str();
        let mut off = Vec::new();
        if domestic && let Some(rate) = &method.deductions.domestic {
            let clause = law.domestic_rate.clause.as_str();
            off.push(part(
                sheet,
                id,
                ("本国产品", "domestic products"),
                &price,
                rate.value(),
                "domestic",
                clause,
            ));
        }
        if !lot.set_aside
            && let Some((rate, member, clause)) = sme_rate(method, &law, entry.bid.sme.as_ref())
        {
            let name = ("小微企业", "small and micro enterprises");
            off.push(part(sheet, id, name, &price, &rate, member, &clause));
        }
        entry.evaluated = if off.is_empty() {
            Some(price)
        } else {
            let what = What::new("评审价", "evaluated price", Unit::Fen)
                .of(id)
                .rounded(method.rounding.evaluated_price);
            let mut inputs = vec![&price];
            inputs.extend(off.iter().flatten());
            sheet.compute(what, Op::Difference, &inputs)
        };
        if entry.evaluated.as_ref().is_none_or(|price| price.value <= whole(0)) {
            return Err(Refusal::method(
                "evaluated_price_zero",
                "/rounding/evaluated_price",
                format!("投标 {id} 的评审价取整后为 0，无法计算。请保留更多小数位。"),
                format!("the evaluated price of bid {id:?} is rounded to 0; keep more decimals."),
            ));
        }
    }
    Ok(())
}

fn part(
    sheet: &mut Worksheet,
    id: &str,
    (zh, en): (&str, &str),
    price: &Quantity,
    rate: &Exact,
    member: &str,
    clause: &str,
) -> Option<Quantity> {
    let what = What::new(format!("{zh}扣除比例"), format!("rate for {en}"), Unit::Rate).of(id).under(clause);
    let rate = sheet.given(what, rate.clone(), format!("method:/deductions/{member}"));
    let what =
        What::new(format!("{zh}扣除额"), format!("deduction for {en}"), Unit::Fen).of(id).under(clause);
    sheet.compute(what, Op::Product, &[price, &rate])
}

/// Rate, its place in the method, and its clause.
fn sme_rate(method: &Method, law: &Law, sme: Option<&Sme>) -> Option<(Exact, &'static str, String)> {
    let rule = method.deductions.sme.as_ref()?;
    let works = method.object == crate::method::Object::Works;
    match sme? {
        Sme::Own => {
            let clause = if works { &law.sme_works_rate.clause } else { &law.sme_rate.clause };
            Some((rule.rate.value().clone(), "sme/rate", clause.clone()))
        }
        Sme::Consortium(share) | Sme::Subcontract(share) => {
            let partner = rule.partner_rate.as_ref()?;
            (share.share >= law.sme_partner_share_least.value).then(|| {
                let clause = &law.sme_partner_share_least.clause;
                (partner.value().clone(), "sme/partner_rate", clause.clone())
            })
        }
    }
}

/// Which bids get the deduction for domestic products: those whose domestic cost is enough, where others compete whose is
/// not.
fn domestic(
    sheet: &mut Worksheet,
    method: &Method,
    law: &Law,
    entries: &[Entry<'_>],
) -> Result<Vec<bool>, Refusal> {
    let mut qualify = vec![false; entries.len()];
    if method.deductions.domestic.is_none() {
        return Ok(qualify);
    }
    let clause = law.domestic_cost_least.clause.as_str();
    let mut others = false;
    for (entry, qualifies) in entries.iter().zip(&mut qualify).filter(|(entry, _)| entry.scored()) {
        let id = entry.bid.id.as_str();
        let mut cost = |domestic_only: bool, zh: &str, en: &str| {
            let fen = entry.bid.products.iter().filter(|product| product.domestic || !domestic_only);
            let sum = fen.fold(Exact::from_integer(0.into()), |sum, product| sum + whole(product.cost.get()));
            let what = What::new(zh, en, Unit::Fen).of(id).under(clause);
            sheet.given(what, sum, format!("bids:/bids[{id}]/products"))
        };
        let own = cost(true, "本国产品成本合计", "cost of domestic products");
        let all = cost(false, "全部产品成本合计", "cost of all products");
        let what = What::new("本国产品成本占比", "share of domestic cost", Unit::Rate).of(id).under(clause);
        match sheet.compute(what, Op::Quotient, &[&own, &all]) {
            Some(share) => *qualifies = share.value >= *law.domestic_cost_least.value.value(),
            None if entry.bid.products.is_empty() => {}
            None => {
                return Err(Refusal::bids(
                    "product_cost",
                    format!("/bids[{id}]/products"),
                    format!("投标 {id} 的产品成本合计为 0，无法计算本国产品占比。请按声明函填写成本。"),
                    format!("the products of bid {id:?} cost nothing in all, so no share can be computed; state their cost."),
                )
                .under(clause));
            }
        }
        others |= !*qualifies;
    }
    Ok(if others { qualify } else { vec![false; entries.len()] })
}
