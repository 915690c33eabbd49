//! The words of hints: what was found, and what to look at next. Neutral: never that bidders colluded.

use std::collections::BTreeMap;

use bidroom_domain::Fen;

use crate::clause::Clause;
use crate::finding::{Evidence, Finding, Kind, Weight};
use crate::prices::items::BillRule;
use crate::prices::series::Rule;
use crate::signals::Draft;

/// What an analysis is and is not.
pub const STATEMENT_ZH: &str = "本分析由软件比对得出，只是供评标委员会参考的线索，不是认定结论，也不能代替评委的独立判断。\
所列条款仅说明该线索可能涉及的规定；是否构成相关情形，由评标委员会依据招标文件和法律法规，在要求投标人澄清、说明并核对原始材料后认定。\
没有线索不等于没有问题：未读取的文件、扫描页中的文字不在比对范围内。";
/// The same in English.
pub const STATEMENT_EN: &str = "This analysis was made by comparison in software. It gives hints for the committee, no finding of fact, and does \
not replace its judgement. Clauses are named because a hint may bear on them; whether a case is given is decided by the committee, after \
clarification by the bidders and a look at the originals. No hint does not mean that nothing is wrong: documents that were not read, and \
words on scanned pages, were not compared.";

pub(crate) fn finding(
    number: u32,
    draft: Draft,
    id: impl Fn(usize) -> String,
    names: &BTreeMap<&str, &str>,
) -> Finding {
    let Draft { kind, weight, bids, evidence } = draft;
    let bids: Vec<String> = bids.into_iter().map(id).collect();
    let name = |id: &str| {
        names.get(id).filter(|name| !name.is_empty()).map_or(id.to_owned(), |name| (*name).to_owned())
    };
    let who: Vec<String> = bids.iter().map(|id| name(id)).collect();
    let (zh, en) = found(kind, &who, &evidence, &name);
    let (next_zh, next_en) = next(kind, weight);
    let clauses = clauses(kind, &evidence);
    Finding {
        number,
        kind,
        weight,
        clauses,
        zh,
        en,
        next_zh: next_zh.to_owned(),
        next_en: next_en.to_owned(),
        bids,
        evidence,
    }
}

impl Kind {
    /// Its name in Chinese, short enough for a table.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Lock => "CA锁序列号",
            Self::Certificate => "证书序列号",
            Self::Licence => "软件授权号",
            Self::Mac => "网卡地址",
            Self::Disk => "硬盘序列号",
            Self::Board => "主板序列号",
            Self::Cpu => "处理器标识",
            Self::Host => "计算机名",
            Self::Address => "上传网络地址",
            Self::Contact => "登记联系方式",
            Self::Member => "办理人或项目成员",
            Self::DepositAccount => "保证金转出账户",
            Self::File => "整份文件",
            Self::DocumentId => "文件内部标识",
            Self::Author => "文件作者",
            Self::CreatedAt => "文件创建时间",
            Self::Images => "图片",
            Self::Text => "文字",
            Self::RareErrors => "罕见差错",
            Self::NameOfOther => "出现其他投标人名称",
            Self::Mark => "文中电话、邮箱、证件号",
            Self::EqualTotals => "总价相同",
            Self::Series => "总价数列",
            Self::Bill => "清单单价规律",
        }
    }

    /// Its name in English.
    pub const fn en(self) -> &'static str {
        match self {
            Self::Lock => "lock serial number",
            Self::Certificate => "certificate serial number",
            Self::Licence => "program licence",
            Self::Mac => "network card",
            Self::Disk => "disk serial number",
            Self::Board => "mainboard serial number",
            Self::Cpu => "processor identifier",
            Self::Host => "computer name",
            Self::Address => "upload address",
            Self::Contact => "registered contact",
            Self::Member => "agent or project member",
            Self::DepositAccount => "deposit account",
            Self::File => "whole file",
            Self::DocumentId => "file identifier",
            Self::Author => "file author",
            Self::CreatedAt => "time of making",
            Self::Images => "images",
            Self::Text => "text",
            Self::RareErrors => "rare errors",
            Self::NameOfOther => "name of another bidder",
            Self::Mark => "telephone, mail or identity number in the text",
            Self::EqualTotals => "equal totals",
            Self::Series => "series of totals",
            Self::Bill => "unit prices by one rule",
        }
    }
}

/// What was found, in both languages.
fn found(kind: Kind, who: &[String], evidence: &Evidence, name: &dyn Fn(&str) -> String) -> (String, String) {
    let (zh_all, en_all) = (who.join("、"), who.join(", "));
    let (one, other) = (who.first().cloned().unwrap_or_default(), who.last().cloned().unwrap_or_default());
    match evidence {
        Evidence::Values { values, in_all } => {
            let shown: Vec<&str> = values.iter().take(3).map(|value| value.value.as_str()).collect();
            let minutes = values.iter().filter_map(|value| value.minutes).min();
            let (time_zh, time_en) = minutes.map_or_else(Default::default, |minutes| {
                (
                    format!("，最近两次上传相隔 {minutes} 分钟"),
                    format!("; the nearest uploads are {minutes} minutes apart"),
                )
            });
            let (shown_zh, shown_en) = if kind == Kind::EqualTotals {
                let figures = shown
                    .first()
                    .and_then(|value| value.parse().ok())
                    .and_then(|fen: u64| Fen::try_from(fen).ok());
                let figures = figures.map(Fen::figures).unwrap_or_default();
                (format!("{figures} 元"), format!("{figures} yuan"))
            } else {
                (shown.join("、"), shown.join(", "))
            };
            (
                format!(
                    "{zh_all}：{}一致，共 {in_all} 项（{shown_zh}{}）{time_zh}。",
                    kind.zh(),
                    more(*in_all, "等", shown.len())
                ),
                format!(
                    "{en_all}: same {}, {in_all} in all ({shown_en}{}){time_en}.",
                    kind.en(),
                    more(*in_all, ", …", shown.len())
                ),
            )
        }
        Evidence::Text { characters, share, resemblance, passages, passages_in_all, cut } => {
            let longest = passages.first().map_or(0, |passage| passage.characters);
            let (cut_zh, cut_en) = if *cut {
                ("（文字大量自我重复，未全部比对）", " (repetition without end; not all was compared)")
            } else {
                ("", "")
            };
            (
                format!(
                    "{zh_all}：扣除招标文件原文和多数投标人共有的文字后，{one}有 {} 字、{other}有 {} 字与对方相同，占自有文字较少一方的 {}；共 {passages_in_all} 段，最长 {longest} 字；整体相似度估计 {}{cut_zh}。",
                    characters.0,
                    characters.1,
                    percent(*share),
                    percent(*resemblance),
                ),
                format!(
                    "{en_all}: without the tender's text and what most bids have, {} characters of {one} and {} of {other} agree, {} of the smaller own text; {passages_in_all} passages, the longest of {longest}; estimated resemblance {}{cut_en}.",
                    characters.0,
                    characters.1,
                    percent(*share),
                    percent(*resemblance),
                ),
            )
        }
        Evidence::RareErrors { errors, in_all } => {
            let example =
                errors.first().map(|error| format!("“{}”（通常写作“{}”）", error.rare, error.usual));
            let example = example.unwrap_or_default();
            (
                format!(
                    "{zh_all}：有 {in_all} 处用字仅这两家相同，而招标文件或其他多家写法不同，例如{example}。"
                ),
                format!(
                    "{en_all}: at {in_all} places these two alone write a character that the tender or several others write differently, e.g. {example}."
                ),
            )
        }
        Evidence::Images { in_all, .. } => (
            format!("{zh_all}：有 {in_all} 张图片的数据逐字节相同，且不在招标文件中。"),
            format!(
                "{en_all}: {in_all} images are the same byte for byte and are not in the tender documents."
            ),
        ),
        Evidence::NameOfOther { named, found_in, times, .. } => (
            format!("{}的投标文件中出现{}的名称 {times} 次。", name(found_in), name(named)),
            format!("The bid of {} has the name of {} {times} times.", name(found_in), name(named)),
        ),
        Evidence::Series { rule, terms, step, one_in } => {
            let count = terms.len();
            let (rule_zh, rule_en) = match rule {
                Rule::Arithmetic => (
                    format!("依次相差约 {} 元（等差）", yuan(*step)),
                    format!("differ by about {} yuan each (arithmetic)", yuan(*step)),
                ),
                Rule::Geometric => (
                    format!("依次为前一家的约 {} 倍（等比）", millionths(*step)),
                    format!("are about {} times the one before (geometric)", millionths(*step)),
                ),
            };
            (
                format!(
                    "{zh_all}：{count} 家总价{rule_zh}。按本次报价的家数、分布和取整情况估算，偶然出现这样的数列约为 {one_in} 次招标中 1 次。"
                ),
                format!(
                    "{en_all}: {count} totals {rule_en}. With this number, spread and rounding of totals, chance makes such a series about once in {one_in} tenders."
                ),
            )
        }
        Evidence::Bill { rule, lines, lines_compared, value, .. } => {
            let magnitude = value.unsigned_abs();
            let (rule_zh, rule_en) = match rule {
                BillRule::Equal => ("单价完全相同".to_owned(), "have equal unit prices".to_owned()),
                BillRule::Ratio => (
                    format!("{other}的单价均约为{one}的 {} 倍（允许取整误差）", millionths(magnitude)),
                    format!(
                        "have unit prices of {other} at about {} times those of {one}, rounding apart",
                        millionths(magnitude)
                    ),
                ),
                BillRule::Difference => {
                    let (zh, en) = if *value < 0 { ("低", "below") } else { ("高", "above") };
                    (
                        format!("{other}的单价均比{one}{zh} {} 元", yuan(magnitude)),
                        format!("have unit prices of {other} {} yuan {en} those of {one}", yuan(magnitude)),
                    )
                }
            };
            (
                format!("{zh_all}：可比的 {lines_compared} 项清单中有 {lines} 项{rule_zh}。"),
                format!("{en_all}: of {lines_compared} lines that compare, {lines} {rule_en}."),
            )
        }
    }
}

fn more(in_all: u64, word: &'static str, shown: usize) -> &'static str {
    if u64::try_from(shown).is_ok_and(|shown| in_all > shown) { word } else { "" }
}

fn percent(share: u32) -> String {
    format!("{}.{:02}%", share / 100, share % 100)
}

fn millionths(value: u64) -> String {
    format!("{}.{:06}", value / 1_000_000, value % 1_000_000)
}

fn yuan(fen: u64) -> String {
    Fen::try_from(fen).map_or_else(|_| fen.to_string(), Fen::figures)
}

fn clauses(kind: Kind, evidence: &Evidence) -> Vec<Clause> {
    let items: &[u8] = match kind {
        Kind::Lock | Kind::Certificate | Kind::Address => &[1, 2],
        Kind::Licence
        | Kind::Mac
        | Kind::Disk
        | Kind::Board
        | Kind::Cpu
        | Kind::Host
        | Kind::DocumentId
        | Kind::Author
        | Kind::CreatedAt => &[1],
        Kind::Contact => &[2, 3],
        Kind::Member => &[2, 3],
        Kind::DepositAccount => &[6],
        Kind::File => &[1, 4, 5],
        Kind::Images | Kind::Text | Kind::RareErrors => &[1, 4],
        Kind::NameOfOther => &[1, 5],
        Kind::Mark => match evidence {
            Evidence::Values { values, .. } if values.iter().all(|value| value.mark.is_some()) => &[1, 3],
            _ => &[1],
        },
        Kind::EqualTotals | Kind::Series | Kind::Bill => &[4],
    };
    let mut clauses: Vec<Clause> = items.iter().flat_map(|item| Clause::both(*item)).collect();
    clauses.sort_unstable();
    clauses
}

/// What to look at next.
fn next(kind: Kind, weight: Weight) -> (&'static str, &'static str) {
    match kind {
        Kind::Lock | Kind::Certificate => (
            "核对各家封标、签名所用锁和证书的持有人；了解是否由同一代办单位持锁操作。",
            "See who holds the locks and certificates; ask whether one agent worked with them for several.",
        ),
        Kind::Licence => (
            "向软件厂商核实该授权号的登记单位；了解是否为盗版或共用授权。",
            "Ask the maker whose licence it is; see whether it is a copied or shared one.",
        ),
        Kind::Mac | Kind::Disk | Kind::Board if matches!(weight, Weight::Strong) => (
            "核对标书制作工具记录的全部硬件信息和制作时间；了解是否在同一台计算机（含打印店、代办单位）上制作。",
            "See all hardware and times that the tool recorded; ask whether one computer was used, e.g. of a print shop or an agent.",
        ),
        Kind::Mac | Kind::Disk | Kind::Board | Kind::Cpu | Kind::Host => (
            "单独意义有限：虚拟网卡、同型号处理器、同一系统镜像会出现相同值。看是否还有其他硬件信息相同。",
            "Means little alone: virtual cards, processors of one model and system images repeat values. See whether other hardware agrees.",
        ),
        Kind::Address => (
            "单独意义有限：同一园区、酒店、移动网络或代理出口可能共用地址。核对上传时间、端口和运营商记录，并看是否还有其他线索。",
            "Means little alone: an office park, a hotel, a mobile network or a proxy shares one address. See times and the carrier's records, and other hints.",
        ),
        Kind::Contact | Kind::Member => (
            "核对投标文件载明的人员、社保和劳动合同；确认是否为同一人。",
            "Compare the people named in the bids, their insurance and contracts; see whether it is one person.",
        ),
        Kind::DepositAccount => (
            "向银行核对保证金转出账户的户名；了解保函、保险是否由同一单位购买。",
            "Ask the bank for the account's holder; see who bought guarantees or insurances.",
        ),
        Kind::File | Kind::Images => (
            "打开并排查看：若为厂家彩页、检测报告、通用证书等公开材料，各家相同属正常；若为本单位业绩、人员、方案材料则应要求说明。",
            "Look side by side: brochures, test reports and certificates of one manufacturer are rightly the same; a firm's own references, people or plans are not.",
        ),
        Kind::DocumentId => (
            "相同标识说明文件可能由同一份原件另存或修改而来；核对原件来源和修改时间，排除公开模板。",
            "The files may stem from one original; see where it came from and when it was changed, and rule out a public template.",
        ),
        Kind::Author => (
            "核对作者、公司名称是否为系统默认值、打印店或公开模板；如为自然人，了解其所在单位。",
            "See whether the name is a default, a print shop or a public template; if it is a person, whose employee.",
        ),
        Kind::CreatedAt => (
            "核对两份文件的来源：同一秒创建可能由同一份原件另存而来，也可能是批量导出。",
            "See where both files come from: the same second may mean one original, or an export of many files at once.",
        ),
        Kind::Text => (
            "逐段并排查看：引用标准、法规、厂家说明或公开范本属正常；施工组织、服务方案等自行编写的内容大段相同应要求说明。",
            "Read the passages side by side: standards, statutes, makers' texts and public models are quoted rightly; plans that a bidder writes itself are not the same for no reason.",
        ),
        Kind::RareErrors => (
            "查看原文确认确为差错而非习惯用字；相同差错越多，同源的可能越大。",
            "See in the originals that these are errors and no habit; the more of them, the likelier one source.",
        ),
        Kind::NameOfOther => (
            "查看上下文：合作业绩、联合体、分包、竞品比较中提到对方属正常；页眉、落款、承诺函中出现则应要求说明。",
            "Read the words around: joint references, subcontracts and comparisons name others rightly; headers, signatures and commitments do not.",
        ),
        Kind::Mark => (
            "查看上下文：厂家、检测机构、招标人的联系方式各家相同属正常；如为投标人自己的联系人、项目成员，应核对身份。",
            "Read the words around: contacts of makers, laboratories or the purchaser are rightly the same; a bidder's own contact or member is to be checked.",
        ),
        Kind::EqualTotals | Kind::Series => (
            "查看报价构成：控制价统一下浮、政府定价会使总价接近或有规律；结合清单单价和其他线索判断。",
            "See how the totals are made: one discount on the ceiling, or set prices, make regular totals; judge together with unit prices and other hints.",
        ),
        Kind::Bill => (
            "查看组价依据：同一定额、信息价统一下浮会使单价成比例；若主材、措施费、人工等自主报价也成同一规律，应要求说明。",
            "See how unit prices are made: one quota or list price with one discount makes them proportional; prices that bidders set themselves do not follow one rule for no reason.",
        ),
    }
}
