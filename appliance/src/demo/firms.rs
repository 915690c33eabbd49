//! Invented firms and what they offer.

use bidroom_domain::{CreditCode, Fen};

/// A firm and its offer.
#[derive(Debug, Clone)]
pub struct Firm {
    /// Legal name.
    pub name: String,
    /// Credit code, with its check digit.
    pub code: CreditCode,
    /// Price.
    pub price: Fen,
    /// Delivery, calendar days.
    pub days: u32,
    /// Warranty, years.
    pub warranty: u32,
    /// Project manager.
    pub manager: String,
}

const NAMES: [(&str, &str); 12] = [
    ("海澜智测科技有限公司", "许文博"),
    ("东江仪器股份有限公司", "梁静宜"),
    ("北辰环境监测技术有限公司", "陈书远"),
    ("华岳水务装备集团有限公司", "孙长河"),
    ("青禾物联科技有限公司", "周念慈"),
    ("瑞川自动化工程有限公司", "秦越"),
    ("中泓水环境设备有限公司", "何嘉树"),
    ("远汀测控技术有限公司", "邵清和"),
    ("安澜水务科技股份有限公司", "顾盼"),
    ("景和智能装备有限公司", "唐亦舟"),
    ("泽川信息系统有限公司", "林知夏"),
    ("恒汇环境工程有限公司", "方砚"),
];

const PRICES: [&str; 12] = [
    "5480000.00",
    "10986523.60",
    "11238000.00",
    "12180000.00",
    "9618000.00",
    "10733600.00",
    "10455000.00",
    "11012480.50",
    "10890000.00",
    "11566700.00",
    "10248360.00",
    "11905000.00",
];

/// The first `count` firms; from the thirteenth on they are the same names with a number.
pub fn firms(count: usize) -> Vec<Firm> {
    (0..count).filter_map(firm).collect()
}

fn firm(place: usize) -> Option<Firm> {
    let round = place / NAMES.len();
    let ((name, manager), price) = NAMES.iter().zip(PRICES).nth(place % NAMES.len())?;
    let name = if round == 0 {
        (*name).to_owned()
    } else {
        name.replace("有限公司", &format!("（{}）有限公司", round + 1))
    };
    let step = u64::try_from(place).ok()?;
    let price = Fen::parse_yuan(price).ok()?.get() + 173_100 * u64::try_from(round).ok()?;
    Some(Firm {
        name,
        code: credit_code(step)?,
        price: Fen::try_from(price).ok()?,
        days: 45 + u32::try_from(step * 15 % 60).ok()?,
        warranty: 2 + u32::try_from(step % 4).ok()?,
        manager: (*manager).to_owned(),
    })
}

/// A credit code of an invented firm, with the check digit of GB 32100-2015 annex A.
fn credit_code(number: u64) -> Option<CreditCode> {
    const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    const WEIGHTS: [u64; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    let body = format!("91370000MA3U{:05}", (7 * number + 20_117) % 100_000);
    let value =
        |byte: u8| ALPHABET.iter().position(|known| *known == byte).and_then(|at| u64::try_from(at).ok());
    let mut sum = 0;
    for (byte, weight) in body.bytes().zip(WEIGHTS) {
        sum += value(byte)? * weight;
    }
    let check = ALPHABET.get(usize::try_from((31 - sum % 31) % 31).ok()?)?;
    format!("{body}{}", char::from(*check)).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn firms_differ_in_name_and_code() {
        let firms = firms(60);
        assert_eq!(firms.len(), 60);
        let codes: std::collections::BTreeSet<_> = firms.iter().map(|firm| &firm.code).collect();
        let names: std::collections::BTreeSet<_> = firms.iter().map(|firm| &firm.name).collect();
        assert_eq!((codes.len(), names.len()), (60, 60));
    }
}
