//! An analysis as plain text, for a terminal or a printer: the matrix, the hints with their evidence, what was not read.

use std::fmt::Write as _;

use crate::analysis::{Analysis, Cell};
use crate::finding::{Evidence, Finding, Weight};
use crate::outcome::Reach;
use crate::text::body::Spot;

/// Passages, images, errors that are printed of a hint; the JSON has more.
const SHOWN: usize = 5;

/// Draws all of it. Chinese first.
pub fn text(analysis: &Analysis) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write(analysis, &mut out);
    out
}

fn write(analysis: &Analysis, out: &mut String) -> std::fmt::Result {
    writeln!(out, "雷同性分析 / similarity analysis\n")?;
    writeln!(out, "{}\n{}\n", analysis.statement_zh, analysis.statement_en)?;
    let figures = &analysis.figures;
    writeln!(
        out,
        "投标 {} 份，文件 {} 份（完整读取 {} 份），{} 页（无文字 {} 页），{} 字（扣除招标文件后 {} 字），图片 {} 张，比对 {} 对。\n",
        analysis.bids.len(),
        figures.documents,
        figures.documents_whole,
        figures.pages,
        figures.pages_without_text,
        figures.characters,
        figures.own_characters,
        figures.images,
        figures.pairs,
    )?;
    matrix(analysis, out)?;
    writeln!(out, "\n线索 / hints: {}", analysis.findings.len())?;
    for finding in &analysis.findings {
        self::finding(finding, out)?;
    }
    if !analysis.unread.is_empty() {
        writeln!(out, "\n未完整读取的文件 / documents not wholly read")?;
    }
    for unread in &analysis.unread {
        let reach = match unread.reach {
            Reach::Whole => "已读取",
            Reach::Partly => "部分读取 partly",
            Reach::Unread => "未读取 unread",
        };
        let bid = unread.bid.as_deref().unwrap_or("招标文件");
        writeln!(out, "  {bid}  {}  {reach}：{} / {}", unread.document, unread.zh, unread.en)?;
    }
    Ok(())
}

/// Rows and columns are the numbers of the bids; a letter is the greatest weight of the pair's hints.
fn matrix(analysis: &Analysis, out: &mut String) -> std::fmt::Result {
    writeln!(out, "矩阵 / matrix：强 S  中 M  弱 w  无 ·")?;
    write!(out, "    ")?;
    for number in 1..=analysis.bids.len() {
        write!(out, "{number:>4}")?;
    }
    writeln!(out)?;
    for (row, bid) in (1_usize..).zip(&analysis.bids) {
        write!(out, "{row:>4}")?;
        for (column, other) in (1_usize..).zip(&analysis.bids) {
            let mark = if row == column {
                '-'
            } else {
                let (a, b) = if row < column { (&bid.id, &other.id) } else { (&other.id, &bid.id) };
                sign(cell(analysis, a, b).and_then(|cell| cell.weight))
            };
            write!(out, "{mark:>4}")?;
        }
        writeln!(out, "  {} {}", bid.id, bid.name)?;
    }
    for cell in analysis.matrix.iter().filter(|cell| cell.weight.is_some()) {
        let kinds: Vec<String> = cell
            .kinds
            .iter()
            .map(|(kind, weight)| format!("{}({})", kind.zh(), sign(Some(*weight))))
            .collect();
        writeln!(out, "  {} × {}: {}  {:?}", cell.a, cell.b, kinds.join(" "), cell.findings)?;
    }
    Ok(())
}

fn cell<'a>(analysis: &'a Analysis, a: &str, b: &str) -> Option<&'a Cell> {
    let found = analysis.matrix.binary_search_by(|cell| (cell.a.as_str(), cell.b.as_str()).cmp(&(a, b)));
    found.ok().and_then(|index| analysis.matrix.get(index))
}

const fn sign(weight: Option<Weight>) -> char {
    match weight {
        Some(Weight::Strong) => 'S',
        Some(Weight::Medium) => 'M',
        Some(Weight::Weak) => 'w',
        None => '·',
    }
}

fn finding(finding: &Finding, out: &mut String) -> std::fmt::Result {
    let Finding { number, kind, weight, clauses, zh, en, next_zh, next_en, evidence, .. } = finding;
    writeln!(out, "\n{number}. 【{} {}】{} / {}", weight.zh(), weight.en(), kind.zh(), kind.en())?;
    writeln!(out, "   {zh}\n   {en}")?;
    for clause in clauses {
        writeln!(out, "   可能涉及 {}：{}", clause.place(), clause.words())?;
    }
    writeln!(out, "   下一步：{next_zh}\n   Next: {next_en}")?;
    self::evidence(evidence, out)
}

fn evidence(evidence: &Evidence, out: &mut String) -> std::fmt::Result {
    match evidence {
        Evidence::Values { values, .. } => {
            for value in values.iter().take(SHOWN) {
                let holders: Vec<String> = value
                    .holders
                    .iter()
                    .map(|holder| match &holder.spot {
                        Some(spot) => format!("{}（{}）", holder.bid, place(spot)),
                        None => holder.bid.clone(),
                    })
                    .collect();
                writeln!(out, "     {}: {}", value.value, holders.join("、"))?;
            }
        }
        Evidence::Text { passages, .. } => {
            for passage in passages.iter().take(SHOWN) {
                writeln!(
                    out,
                    "     {} 字  {} ⇄ {}",
                    passage.characters,
                    place(&passage.a),
                    place(&passage.b)
                )?;
                writeln!(out, "       A {}\n       B {}", passage.words_a, passage.words_b)?;
            }
        }
        Evidence::RareErrors { errors, .. } => {
            for error in errors.iter().take(SHOWN) {
                let (a, b) = (place(&error.a), place(&error.b));
                writeln!(out, "     “{}”（通常“{}”） {a} ⇄ {b}", error.rare, error.usual)?;
            }
        }
        Evidence::Images { images, .. } => {
            for image in images.iter().take(SHOWN) {
                let (a, b) = (place(&image.a), place(&image.b));
                writeln!(out, "     {}×{} SM3 {}  {a} ⇄ {b}", image.width, image.height, image.sm3)?;
            }
        }
        Evidence::NameOfOther { places, .. } => {
            for quoted in places.iter().take(SHOWN) {
                writeln!(out, "     {}：…{}…", place(&quoted.spot), quoted.words)?;
            }
        }
        Evidence::Series { terms, .. } => {
            for (bid, fen) in terms {
                writeln!(out, "     {bid}: {}.{:02} 元", fen / 100, fen % 100)?;
            }
        }
        Evidence::Bill { examples, .. } => {
            for line in examples.iter().take(SHOWN) {
                let (a, b) = (line.a, line.b);
                writeln!(out, "     {}: {}.{:02} ⇄ {}.{:02}", line.code, a / 100, a % 100, b / 100, b % 100)?;
            }
        }
    }
    Ok(())
}

fn place(spot: &Spot) -> String {
    if spot.page == 0 { spot.document.clone() } else { format!("{} 第{}页", spot.document, spot.page) }
}
