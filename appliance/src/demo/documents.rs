//! The bidders' documents: a letter, a technical response, and attachments of any size.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use bidroom_canon::to_canonical;
use bidroom_domain::evaluation::CriterionPart;
use bidroom_domain::{Fen, LotFacts};
use bidroom_envelope::bid::index::{self, Mark, ResponseIndex};
use bidroom_report::bid::{Answered, BidDocument, Bidder, Deviation, Field, Parameter, Product};
use bidroom_report::moment::{Moment, UtcOffsetMinutes};
use bidroom_report::record::Price;
use bidroom_report::{Renderer, Template};

use super::firms::Firm;
use crate::error::{Fault, fault};

/// What a firm puts into its envelope: paths, in the order of the bid.
///
/// # Errors
/// A [`Fault`] of disk or renderer.
pub fn write_documents(
    renderer: &Renderer,
    folder: &Path,
    lot: &LotFacts,
    firm: &Firm,
    seed: u32,
    payload_mib: u64,
) -> Result<Vec<PathBuf>, Fault> {
    std::fs::create_dir_all(folder).map_err(|error| fault(&folder.display().to_string(), &error))?;
    let dated = Moment::try_from(lot.deadline.0.saturating_sub(36 * 3_600_000))
        .map_err(|error| fault("bid documents", &error))?;
    let data = serde_json::to_value(document(lot, firm, seed, dated))
        .map_err(|error| fault("bid documents", &error))?;
    let mut paths = Vec::new();
    for (name, template) in [("投标函.pdf", Template::BidLetter), ("技术文件.pdf", Template::BidTechnical)]
    {
        let pdf = renderer.render(template, &data).map_err(|error| fault(name, &error))?;
        let path = folder.join(name);
        std::fs::write(&path, &pdf.0).map_err(|error| fault(name, &error))?;
        paths.push(path);
    }
    if let Some(index) = response_index(lot) {
        let path = folder.join(index::NAME);
        let bytes = to_canonical(&index).map_err(|error| fault(index::NAME, &error))?;
        std::fs::write(&path, bytes).map_err(|error| fault(index::NAME, &error))?;
        paths.push(path);
    }
    if payload_mib > 0 {
        let path = folder.join("附件.bin");
        write_attachment(&path, seed, payload_mib).map_err(|error| fault("附件.bin", &error))?;
        paths.push(path);
    }
    Ok(paths)
}

/// Where the documents answer what the lot's method asks for; none where the lot is evaluated elsewhere.
fn response_index(lot: &LotFacts) -> Option<ResponseIndex> {
    let method = lot.evaluation.as_deref()?;
    let criterion = |part: CriterionPart, document: &str, page: u32| {
        let of_part = method.criteria.iter().filter(move |criterion| criterion.part == part);
        let document = document.to_owned();
        of_part.map(move |it| Mark { item: it.id.clone(), document: document.clone(), page, title: None })
    };
    let technical = criterion(CriterionPart::Technical, "技术文件.pdf", 2);
    let marks = technical.chain(criterion(CriterionPart::Commercial, "投标函.pdf", 1)).collect();
    Some(ResponseIndex { format: index::FORMAT.to_owned(), marks })
}

/// Drawings and calculations stand in as bytes that do not compress.
///
/// # Errors
/// Of the disk.
pub fn write_attachment(path: &Path, seed: u32, mib: u64) -> io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut state = u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut block = Vec::with_capacity(1 << 20);
    for _ in 0..mib {
        block.clear();
        while block.len() < 1 << 20 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            block.extend_from_slice(&state.to_le_bytes());
        }
        file.write_all(&block)?;
    }
    file.flush()
}

fn yuan(fen: u64) -> String {
    Fen::try_from(fen).map(Fen::figures).unwrap_or_default()
}

fn document(lot: &LotFacts, firm: &Firm, seed: u32, dated: Moment) -> BidDocument {
    let short = firm.name.chars().take(2).collect::<String>();
    let total = firm.price.get();
    // Three groups of goods that add up to the price exactly.
    let pipes = total / 5 / 8000 * 8000;
    let boxes = total / 10 / 10_000 * 10_000;
    let product = |name: &str, model: &str, quantity: u32, unit: &str, sum: u64| Product {
        name: name.into(),
        model: format!("{}-{model}", short_code(seed)),
        maker: firm.name.clone(),
        quantity,
        unit: unit.into(),
        unit_price: yuan(sum / u64::from(quantity.max(1))),
        total: yuan(sum),
    };
    let parameter = |item: &str, required: &str, offered: String, deviation| Parameter {
        item: item.into(),
        required: required.into(),
        offered,
        deviation,
    };
    BidDocument {
        drill: true,
        utc_offset_minutes: UtcOffsetMinutes::CHINA,
        dated,
        seed,
        tender: Answered {
            number: lot.tender.to_string(),
            title: lot.title.clone(),
            lot: lot.lot_title.clone(),
            purchaser: lot.tenderer.clone(),
            agency: lot.agency.clone(),
        },
        bidder: Bidder {
            name: firm.name.clone(),
            credit_code: firm.code.to_string(),
            address: format!("云州市高新区创新路 {} 号", 18 + seed * 7),
            phone: format!("0537-555{:04}", 118 + seed * 37),
            legal_representative: format!("{short}法定代表人"),
            representative: format!("{short}授权代表"),
            manager: firm.manager.clone(),
        },
        price: Price { figures: firm.price.figures(), words: firm.price.words() },
        schedule: vec![
            Field { label: "交货期".into(), value: firm.days.to_string(), unit: "日历天".into() },
            Field { label: "质保期".into(), value: firm.warranty.to_string(), unit: "年".into() },
            Field { label: "项目负责人".into(), value: firm.manager.clone(), unit: String::new() },
        ],
        validity_days: 90,
        products: vec![
            product("多参数水质在线监测仪", "W600", 1, "批", total - pipes - boxes),
            product("管网压力流量监测单元", "P210", 80, "套", pipes),
            product("数据采集传输终端", "G30", 100, "台", boxes),
        ],
        parameters: vec![
            parameter(
                "浊度",
                "量程 0～20 NTU，示值误差不超过 ±3%",
                format!("量程 0～{} NTU，示值误差 ±2%", 20 + seed % 3 * 20),
                if seed.is_multiple_of(3) { Deviation::Equal } else { Deviation::Better },
            ),
            parameter(
                "余氯",
                "0～5 mg/L，分辨率 0.01 mg/L",
                "0～5 mg/L，分辨率 0.01 mg/L".into(),
                Deviation::Equal,
            ),
            parameter(
                "交货期",
                "不超过 90 日历天",
                format!("{} 日历天", firm.days),
                if firm.days < 90 { Deviation::Better } else { Deviation::Equal },
            ),
            parameter("质保期", "不少于 2 年", format!("{} 年", firm.warranty), Deviation::Equal),
        ],
    }
}

/// Two letters that stand for a firm in the names of its models.
fn short_code(seed: u32) -> String {
    let letter = |n: u32| char::from_u32(u32::from(b'A') + n % 26).unwrap_or('A');
    format!("{}{}", letter(seed * 5 + 7), letter(seed * 11 + 3))
}
