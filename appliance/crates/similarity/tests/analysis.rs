//! Whole runs: what is planted is found, what honest bidders do is not, and the outcome depends on the input alone.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support {
    pub mod pdf;
    pub mod words;
}

use bidroom_canon::to_canonical;
use bidroom_domain::{At, Fen};
use bidroom_similarity::analysis::Analysis;
use bidroom_similarity::input::{ItemPrice, Machine, Prices, Traces, Upload};
use bidroom_similarity::{
    AnalysisError, Baseline, Bid, Cancel, Document, Evidence, Input, Kind, Limits, Run, Thresholds, Weight,
    render,
};
use support::pdf::{FontKind, Image, Plan, make};
use support::words::{self, Dice};

/// A bid before it is made: its parts can be changed by a test.
#[derive(Clone)]
struct Maker {
    id: String,
    name: String,
    pages: Vec<String>,
    images: Vec<Image>,
    info: Vec<(&'static str, String)>,
    file_id: Option<String>,
    font: FontKind,
    traces: Traces,
    prices: Prices,
    more: Vec<(String, Vec<u8>)>,
}

const NAMES: [&str; 8] = [
    "云州第一建筑工程有限公司",
    "海州宏远建设集团有限公司",
    "江城市政工程有限公司",
    "北川路桥建设有限公司",
    "南岭建工集团有限公司",
    "东湖安装工程有限公司",
    "西山园林建设有限公司",
    "中原恒基工程有限公司",
];

fn unit(seed: u64, line: u64) -> Fen {
    let mut dice = Dice(line);
    let base = 2_000 + dice.next() % 900_000;
    let mut own = Dice(seed << 32 | line);
    Fen::try_from(base * (90_000 + own.next() % 20_000) / 100_000).unwrap()
}

/// A bid as an honest bidder makes it: the tender's forms filled in, its own words, images and prices.
fn honest(seed: u64) -> Maker {
    let name = NAMES[usize::try_from(seed).unwrap() % NAMES.len()];
    let mut dice = Dice(seed.wrapping_mul(7919) + 11);
    let mut pages = Vec::new();
    for (number, form) in words::tender(4).into_iter().enumerate() {
        pages.push(format!("{name}投标文件第{}页。{form}", number + 1));
    }
    for _ in 0..24 {
        pages.push(format!("{name}。{}", words::text(&mut dice, 700)));
    }
    pages.push(format!("联系人电话：138{:08}，邮箱 bid{seed}@example{seed}.com", dice.below(100_000_000)));
    let images = (0..4).map(|_| Image { width: 800, height: 600, bytes: dice.bytes(3_000) }).collect();
    let octet = seed + 10;
    Maker {
        id: format!("B{seed:02}"),
        name: name.to_owned(),
        pages,
        images,
        info: vec![
            ("Author", format!("编制员{seed}")),
            ("Producer", "WPS".to_owned()),
            ("CreationDate", format!("D:2026030{}1422{:02}+08'00'", 1 + seed % 8, seed % 60)),
        ],
        file_id: Some(format!("{:032x}", dice.next())),
        font: if seed.is_multiple_of(2) { FontKind::ToUnicode } else { FontKind::Utf16 },
        traces: Traces {
            locks: vec![format!("LOCK-{seed:06}")],
            certificates: vec![format!("{:016X}", dice.next())],
            uploads: vec![Upload { address: format!("203.0.113.{octet}"), at: At(1_780_000_000_000) }],
            machines: vec![Machine {
                macs: vec![format!("3C-97-0E-00-{seed:02X}-01"), "00-50-56-C0-00-08".to_owned()],
                disks: vec![format!("WD-{seed:08}")],
                cpus: vec!["BFEBFBFF000906EA".to_owned()],
                boards: vec!["Default string".to_owned()],
                hosts: vec![format!("PC-{seed:04}")],
            }],
            members: vec![format!("ID{seed:016}")],
            ..Traces::default()
        },
        prices: Prices {
            total: Some(Fen::try_from(980_000_000 + dice.next() % 90_000_000).unwrap()),
            items: (0..80)
                .map(|line| ItemPrice { code: format!("{line:09}"), unit: unit(seed, line) })
                .collect(),
        },
        more: Vec::new(),
    }
}

fn bid(maker: &Maker) -> Bid {
    let info: Vec<(&str, &str)> = maker.info.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let plan = Plan {
        font: maker.font,
        images: &maker.images,
        info: &info,
        id: maker.file_id.as_deref(),
        packed: maker.font == FontKind::Utf16,
        ..Plan::new(&maker.pages)
    };
    let mut documents = vec![Document::bytes("技术标.pdf", make(&plan))];
    documents.extend(maker.more.iter().map(|(name, bytes)| Document::bytes(name.clone(), bytes.clone())));
    Bid {
        id: maker.id.clone(),
        name: maker.name.clone(),
        traces: maker.traces.clone(),
        prices: maker.prices.clone(),
        documents,
    }
}

fn tender() -> Baseline {
    let pages = words::tender(4);
    Baseline {
        documents: vec![Document::bytes("招标文件.pdf", make(&Plan::new(&pages)))],
        ..Baseline::default()
    }
}

fn run_with(bids: Vec<Bid>, baseline: Baseline, threads: usize) -> Result<Analysis, AnalysisError> {
    let cancel = Cancel::new();
    let progress = |_| {};
    let thresholds = Thresholds::default();
    let run = Run { thresholds, limits: Limits::default(), threads, progress: &progress, cancel: &cancel };
    run.analyse(Input { bids, baseline })
}

fn analyse(makers: &[Maker]) -> Analysis {
    run_with(makers.iter().map(bid).collect(), tender(), 2).unwrap()
}

/// Kind, weight and bids of every hint.
fn hints(analysis: &Analysis) -> Vec<(Kind, Weight, Vec<&str>)> {
    let hint = |finding: &bidroom_similarity::Finding| (finding.kind, finding.weight);
    let all = analysis.findings.iter();
    all.map(|finding| (hint(finding).0, hint(finding).1, finding.bids.iter().map(String::as_str).collect()))
        .collect()
}

/// Over eight honest bids but for `change`, exactly the hints in `expect` are given beside the processor's.
#[track_caller]
fn check(change: impl FnOnce(&mut [Maker]), expect: &[(Kind, Weight, &[&str])]) -> Analysis {
    let mut makers: Vec<Maker> = (0..8).map(honest).collect();
    change(&mut makers);
    let analysis = analyse(&makers);
    let found: Vec<_> = hints(&analysis).into_iter().filter(|(kind, _, _)| *kind != Kind::Cpu).collect();
    let expect: Vec<_> = expect.iter().map(|(kind, weight, bids)| (*kind, *weight, bids.to_vec())).collect();
    assert_eq!(found, expect, "{}", render::text(&analysis));
    analysis
}

const PAIR: &[&str] = &["B01", "B04"];

#[test]
fn honest_bids_give_nothing() {
    let analysis = check(|_| {}, &[]);
    // One model of processor in all of them: a weak hint, and the only one.
    assert_eq!(
        hints(&analysis),
        [(Kind::Cpu, Weight::Weak, vec!["B00", "B01", "B02", "B03", "B04", "B05", "B06", "B07"])]
    );
    assert!(analysis.unread.is_empty());
    assert!(analysis.matrix.iter().all(|cell| cell.resemblance < 1000), "{:?}", analysis.matrix);
    assert_eq!(analysis.matrix.len(), 28);
    assert_eq!(analysis.figures.documents_whole, 8);
}

#[test]
fn copied_passages_are_shown_side_by_side() {
    let analysis = check(
        |makers| {
            let copied: Vec<String> = makers[1].pages[6..18].to_vec();
            makers[4].pages.splice(10..10, copied);
        },
        &[
            (Kind::Text, Weight::Strong, PAIR),
            // The copy brought the other's name along.
            (Kind::NameOfOther, Weight::Medium, PAIR),
        ],
    );
    let Evidence::Text { characters, passages, share, .. } = &analysis.findings[0].evidence else { panic!() };
    assert!(characters.0 > 5_000 && characters.1 > 5_000 && *share > 2_000, "{characters:?} {share}");
    let longest = &passages[0];
    assert!(longest.characters > 5_000);
    assert_eq!(
        longest.words_a.chars().take(200).collect::<String>(),
        longest.words_b.chars().take(200).collect::<String>()
    );
    assert_eq!((longest.a.page, longest.b.page), (7, 11));
    assert_eq!(longest.a.document, "技术标.pdf");
}

#[test]
fn edited_copies_are_found_as_well() {
    check(
        |makers| {
            let mut dice = Dice(5);
            for page in 6..16 {
                // Every fortieth character or so is another, and each page's halves are swapped.
                let text: String = makers[1].pages[page]
                    .replace(&makers[1].name, &makers[4].name)
                    .chars()
                    .map(|c| if dice.below(40) == 0 { '之' } else { c })
                    .collect();
                let mut sentences: Vec<&str> = text.split_inclusive('。').collect();
                let half = sentences.len() / 2;
                sentences.rotate_left(half);
                let at = makers[4].pages.len() - 2;
                makers[4].pages.insert(at, sentences.concat());
            }
        },
        &[(Kind::Text, Weight::Strong, PAIR)],
    );
}

#[test]
fn the_tenders_own_text_is_no_evidence() {
    let makers: Vec<Maker> = (0..4).map(honest).collect();
    let bids = || makers.iter().map(bid).collect::<Vec<_>>();
    let without = run_with(bids(), Baseline::default(), 2).unwrap();
    // Four bids with the tender's forms in each: without the tender they look alike.
    assert_eq!(without.findings.iter().filter(|finding| finding.kind == Kind::Text).count(), 6);
    let with = run_with(bids(), tender(), 2).unwrap();
    assert!(with.findings.iter().all(|finding| finding.kind != Kind::Text));
    assert!(with.bids.iter().all(|bid| bid.characters - bid.own_characters > 2_500));
}

#[test]
fn what_most_bids_quote_is_common() {
    let analysis = check(
        |makers| {
            let standard = words::pages(99, 3, 700);
            makers.iter_mut().take(6).for_each(|maker| maker.pages.extend(standard.clone()));
        },
        &[],
    );
    assert!(analysis.figures.common_fingerprints > 100);
}

#[test]
fn rare_errors_of_two() {
    let analysis = check(
        |makers| {
            for (index, maker) in makers.iter_mut().enumerate() {
                let wrong = index == 1 || index == 4;
                // All fill in the tender's forms; two with the same wrong characters.
                let (head, form) = maker.pages[0].split_once("页。").unwrap();
                let mut form: Vec<char> = form.chars().collect();
                if wrong {
                    let han = |c: &char| ('\u{4e00}'..'\u{a000}').contains(c);
                    let places = (4..form.len() - 5).filter(|at| form[at - 4..=at + 4].iter().all(han));
                    let places: Vec<usize> = places.step_by(9).take(5).collect();
                    places.iter().for_each(|at| form[*at] = '锘');
                }
                maker.pages[0] = format!("{head}页。{}", form.into_iter().collect::<String>());
            }
        },
        &[(Kind::RareErrors, Weight::Medium, PAIR)],
    );
    let Evidence::RareErrors { errors, in_all } = &analysis.findings[0].evidence else { panic!() };
    assert!(*in_all >= 4 && errors[0].rare.contains('锘') && !errors[0].usual.contains('锘'));
    assert_eq!((errors[0].a.page, errors[0].b.page), (1, 1));
}

#[test]
fn machines_locks_people_and_accounts() {
    let strong = |kind| (kind, Weight::Strong, PAIR);
    check(
        |makers| {
            makers[4].traces.locks.push(makers[1].traces.locks[0].to_lowercase());
            makers[4].traces.certificates = makers[1].traces.certificates.clone();
            makers[4].traces.machines[0].macs.push("3c:97:0e:00:01:01".to_owned());
            makers[4].traces.machines[0].disks = makers[1].traces.machines[0].disks.clone();
            for maker in [1, 4] {
                makers[maker].traces.licences = vec!["GLD-778-221".to_owned()];
                makers[maker].traces.contacts = vec!["0571-8888 1234".to_owned()];
                makers[maker].traces.deposit_accounts = vec!["6222 0000 1111 2222".to_owned()];
            }
            makers[4].traces.members.push("ID0000000000000001".to_owned());
        },
        &[
            strong(Kind::Lock),
            strong(Kind::Certificate),
            strong(Kind::Licence),
            strong(Kind::Mac),
            strong(Kind::Disk),
            strong(Kind::Contact),
            strong(Kind::Member),
            strong(Kind::DepositAccount),
        ],
    );
}

#[test]
fn an_address_alone_is_weak() {
    let same = |minutes: i64, address: &'static str| {
        move |makers: &mut [Maker]| {
            for (index, at) in [(1, 0), (4, minutes)] {
                makers[index].traces.uploads =
                    vec![Upload { address: address.to_owned(), at: At(1_780_000_000_000 + at * 60_000) }];
            }
        }
    };
    let analysis = check(same(600, "198.51.100.9"), &[(Kind::Address, Weight::Weak, PAIR)]);
    assert!(analysis.findings.iter().any(|finding| finding.zh.contains("相隔 600 分钟")));
    check(same(5, "198.51.100.9"), &[(Kind::Address, Weight::Medium, PAIR)]);
    check(same(5, "192.168.3.9"), &[(Kind::Address, Weight::Weak, PAIR)]);
    let mut makers: Vec<Maker> = (0..3).map(honest).collect();
    makers.iter_mut().for_each(|maker| maker.traces.uploads[0].address = "198.51.100.9".to_owned());
    let baseline = Baseline { shared_addresses: vec!["198.51.100.9".to_owned()], ..tender() };
    let analysis = run_with(makers.iter().map(bid).collect(), baseline, 2).unwrap();
    assert!(analysis.findings.iter().all(|finding| finding.kind != Kind::Address));
}

#[test]
fn files_and_what_they_state() {
    check(
        |makers| {
            makers[4].info[0].1 = makers[1].info[0].1.clone();
            makers[4].info[2].1 = makers[1].info[2].1.clone();
            makers[4].file_id = makers[1].file_id.clone();
            // Names that systems give are weak.
            makers[2].info[0].1 = "Administrator".to_owned();
            makers[3].info[0].1 = "Administrator".to_owned();
        },
        &[
            (Kind::DocumentId, Weight::Strong, PAIR),
            (Kind::Author, Weight::Medium, PAIR),
            (Kind::CreatedAt, Weight::Medium, PAIR),
            (Kind::Author, Weight::Weak, &["B02", "B03"]),
        ],
    );
    let brochure = make(&Plan::new(&words::pages(7, 3, 300)));
    check(
        |makers| {
            [1, 4]
                .iter()
                .for_each(|index| makers[*index].more.push(("彩页.pdf".to_owned(), brochure.clone())))
        },
        &[(Kind::File, Weight::Medium, PAIR), (Kind::Text, Weight::Weak, PAIR)],
    );
}

#[test]
fn images_by_their_bytes() {
    let take = |count: usize| {
        move |makers: &mut [Maker]| {
            let taken: Vec<Image> = makers[1].images[..count].to_vec();
            makers[4].images.extend(taken);
        }
    };
    check(take(1), &[(Kind::Images, Weight::Weak, PAIR)]);
    check(take(3), &[(Kind::Images, Weight::Medium, PAIR)]);
}

#[test]
fn telephones_in_the_text() {
    let analysis = check(
        |makers| {
            makers[1].pages.push("电话13912345678，证11010519491231002X".to_owned());
            makers[4].pages.push("售后139-1234-5678；11010519491231002x。".to_owned());
        },
        &[(Kind::Mark, Weight::Medium, PAIR)],
    );
    let finding = &analysis.findings[0];
    assert!(
        finding.zh.contains("13912345678") && finding.zh.contains("110105********002X"),
        "{}",
        finding.zh
    );
}

#[test]
fn totals_and_bills() {
    let fen = |value: u64| Fen::try_from(value).unwrap();
    check(
        |makers| {
            for (index, maker) in [2, 5, 7, 0].into_iter().zip(0_u64..) {
                makers[index].prices.total = Some(fen(1_001_234_567 + maker * 3_333_333));
            }
        },
        &[(Kind::Series, Weight::Strong, &["B00", "B02", "B05", "B07"])],
    );
    check(
        |makers| {
            let items = makers[1].prices.items.iter();
            let raised = items.map(|item| ItemPrice {
                code: item.code.clone(),
                unit: fen((item.unit.get() * 985 + 500) / 1000),
            });
            makers[4].prices.items = raised.collect();
        },
        &[(Kind::Bill, Weight::Strong, PAIR)],
    );
    check(
        |makers| makers[4].prices.total = makers[1].prices.total,
        &[(Kind::EqualTotals, Weight::Medium, PAIR)],
    );
}

#[test]
fn what_cannot_be_read_stands_in_the_outcome() {
    let mut makers: Vec<Maker> = (0..3).map(honest).collect();
    makers[0].more.push(("资格.docx".to_owned(), b"PK\x03\x04...".to_vec()));
    makers[1].more.push(("坏.pdf".to_owned(), b"%PDF-1.4 nothing".to_vec()));
    let mut bids: Vec<Bid> = makers.iter().map(bid).collect();
    bids[2].documents.push(Document {
        name: "缺.pdf".to_owned(),
        open: Box::new(|| Err(std::io::Error::other("no such disk"))),
    });
    bids[2]
        .documents
        .push(Document { name: "崩.pdf".to_owned(), open: Box::new(|| panic!("a reader that fails")) });
    let analysis = run_with(bids, tender(), 2).unwrap();
    let unread: Vec<_> = analysis
        .unread
        .iter()
        .map(|unread| (unread.bid.as_deref(), unread.document.as_str(), unread.zh.as_str()))
        .collect();
    assert_eq!(
        unread,
        [
            (Some("B00"), "资格.docx", "不是 PDF 文件（看起来是 zip），未作分析"),
            (Some("B01"), "坏.pdf", "文件损坏：全文查找后仍未找到页面"),
            (Some("B02"), "崩.pdf", "读取程序自身出错，该文件视为未分析"),
            (Some("B02"), "缺.pdf", "读取介质失败：no such disk"),
        ]
    );
    assert_eq!(analysis.figures.documents, 7);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let mut makers: Vec<Maker> = (0..6).map(honest).collect();
    let copied: Vec<String> = makers[1].pages[6..12].to_vec();
    makers[4].pages.extend(copied);
    makers[3].traces.locks = makers[2].traces.locks.clone();
    let bytes = |order: &[usize], threads| {
        let mut bids: Vec<Bid> = order.iter().map(|index| bid(&makers[*index])).collect();
        bids.iter_mut().for_each(|bid| bid.documents.reverse());
        to_canonical(&run_with(bids, tender(), threads).unwrap()).unwrap()
    };
    let first = bytes(&[0, 1, 2, 3, 4, 5], 1);
    assert_eq!(first, bytes(&[5, 3, 1, 0, 2, 4], 4));
    let back: Analysis = bidroom_canon::from_canonical(&first).unwrap();
    assert_eq!(to_canonical(&back).unwrap(), first);
    let text = render::text(&back);
    assert!(
        text.contains("强提示")
            && text.contains("B01 × B04")
            && text.contains("招标投标法实施条例 第四十条（四）")
    );
}

#[test]
fn words_never_judge() {
    let mut makers: Vec<Maker> = (0..4).map(honest).collect();
    makers[1] = Maker { id: "B01".to_owned(), name: NAMES[1].to_owned(), ..makers[0].clone() };
    makers[2].prices = makers[0].prices.clone();
    let analysis = analyse(&makers);
    assert!(analysis.findings.len() > 5);
    for finding in &analysis.findings {
        let words =
            [&finding.zh, &finding.en, &finding.next_zh, &finding.next_en].map(String::as_str).concat();
        for verdict in ["串通", "围标", "串标", "违法", "作弊", "collu", "fraud", "guilty", "illegal"]
        {
            assert!(!words.contains(verdict), "{words}");
        }
        assert!(!finding.clauses.is_empty() && !finding.next_zh.is_empty());
    }
}

#[test]
fn what_is_wrong_with_the_input() {
    let two = || vec![bid(&honest(1)), bid(&honest(1))];
    assert_eq!(run_with(two(), tender(), 2), Err(AnalysisError::SameBid("B01".to_owned())));
    let mut one = vec![bid(&honest(1))];
    one[0].documents.push(Document::bytes("技术标.pdf", Vec::new()));
    let expect = AnalysisError::SameDocument { bid: "B01".to_owned(), document: "技术标.pdf".to_owned() };
    assert_eq!(run_with(one, tender(), 2), Err(expect));
    let none = run_with(Vec::new(), Baseline::default(), 2).unwrap();
    assert!(none.matrix.is_empty() && none.findings.is_empty());
}

#[test]
fn a_run_can_be_cancelled() {
    let cancel = Cancel::new();
    let progress = |_| cancel.cancel();
    let run = Run {
        thresholds: Thresholds::default(),
        limits: Limits::default(),
        threads: 2,
        progress: &progress,
        cancel: &cancel,
    };
    let bids = (0..4).map(|seed| bid(&honest(seed))).collect();
    assert_eq!(run.analyse(Input { bids, baseline: tender() }), Err(AnalysisError::Cancelled));
}
