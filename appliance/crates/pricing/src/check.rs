//! The check of the report before it is signed (87号令 第六十四条; 发改法规规〔2022〕1117号（五）).

use std::collections::BTreeMap;

use num_traits::{Signed as _, Zero as _};

use crate::bids::{Bids, Sheet};
use crate::decimal::Percent;
use crate::exact::{Exact, decimal_text, whole};
use crate::method::{Criterion, Kind, Leaf, Method, Regime};
use crate::outcome::{Finding, FindingKind, Severity};
use crate::refusal::Text;
use crate::score::Marks;

/// What the marks show, by bid, then in the order of the method, then by expert.
pub(crate) fn findings(method: &Method, bids: &Bids) -> Vec<Finding> {
    let marks = Marks::new(method, bids);
    let mut by_bid: BTreeMap<&str, Vec<&Sheet>> = BTreeMap::new();
    for sheet in marks.sheets() {
        by_bid.entry(&sheet.bid).or_default().push(sheet);
    }
    let leaves = method.leaves();
    let mut out = Vec::new();
    for (bid, sheets) in by_bid {
        let check = Check {
            method,
            leaves: &leaves,
            marks: &marks,
            bid,
            experts: sheets.iter().map(|s| s.expert.as_str()).collect(),
        };
        check.items(&mut out);
        check.sums(&sheets, &mut out);
        check.totals(&mut out);
    }
    out
}

struct Check<'a> {
    method: &'a Method,
    leaves: &'a [(String, &'a Criterion, &'a Leaf)],
    marks: &'a Marks<'a>,
    bid: &'a str,
    experts: Vec<&'a str>,
}

impl Check<'_> {
    fn items(&self, out: &mut Vec<Finding>) {
        for (_, criterion, leaf) in self.leaves {
            let given: Vec<(&str, &Exact)> = self
                .experts
                .iter()
                .filter_map(|expert| Some((*expert, self.marks.mark(self.bid, expert, &criterion.id)?)))
                .collect();
            let most = criterion.marked_out_of(leaf).value();
            let name = &criterion.name;
            for (expert, mark) in &given {
                if mark.is_negative() || *mark > most {
                    let text = Text::new(
                        format!(
                            "{expert} 对“{}”打 {} 分，超出 0—{}，请更正",
                            name.zh,
                            number(mark),
                            number(most)
                        ),
                        format!(
                            "{expert} gave {} for {}, outside 0–{}; correct it",
                            number(mark),
                            name.en,
                            number(most)
                        ),
                    );
                    out.push(self.finding(FindingKind::OutOfRange, Some(&criterion.id), Some(expert), text));
                }
            }
            let first = given.first().map(|(_, mark)| *mark);
            if leaf.kind == Kind::Objective && given.iter().any(|(_, mark)| Some(*mark) != first) {
                let list: Vec<String> =
                    given.iter().map(|(expert, mark)| format!("{expert}={}", number(mark))).collect();
                let list = list.join(", ");
                let text = Text::new(
                    format!("客观分“{}”各专家不一致（{list}），请复核更正", name.zh),
                    format!("the experts differ over the objective item {} ({list}); review it", name.en),
                );
                out.push(self.finding(FindingKind::ObjectiveDiffers, Some(&criterion.id), None, text));
            }
            if leaf.kind == Kind::Subjective
                && let Some(share) = &self.method.deviation.item
            {
                for (expert, mark, mean) in deviating(given.iter().map(|(e, m)| (*e, (*m).clone())), share) {
                    let text = Text::new(
                        format!(
                            "{expert} 对“{}”打 {} 分，与平均 {} 相差超过 {share}，请复核",
                            name.zh,
                            number(&mark),
                            number(&mean)
                        ),
                        format!(
                            "{expert} gave {} for {}, more than {share} from the mean {}; review it",
                            number(&mark),
                            name.en,
                            number(&mean)
                        ),
                    );
                    out.push(self.finding(
                        FindingKind::ItemDeviates,
                        Some(&criterion.id),
                        Some(&expert),
                        text,
                    ));
                }
            }
        }
    }

    fn sums(&self, sheets: &[&Sheet], out: &mut Vec<Finding>) {
        for sheet in sheets {
            let sum = sheet.marks.iter().fold(Exact::zero(), |sum, mark| sum + mark.mark.value());
            if let Some(total) = sheet.total.as_ref().filter(|total| *total.value() != sum) {
                let text = Text::new(
                    format!("{} 的评分表合计写为 {total}，实为 {}，请更正", sheet.expert, number(&sum)),
                    format!(
                        "the sheet of {} says a total of {total}, it is {}; correct it",
                        sheet.expert,
                        number(&sum)
                    ),
                );
                out.push(self.finding(FindingKind::WrongSum, None, Some(&sheet.expert), text));
            }
        }
    }

    fn totals(&self, out: &mut Vec<Finding>) {
        let Some(share) = &self.method.deviation.total else { return };
        let totals = self.experts.iter().map(|expert| (*expert, self.marks.total(self.bid, expert)));
        for (expert, total, mean) in deviating(totals, share) {
            let text = Text::new(
                format!(
                    "{expert} 的总分 {} 与平均 {} 相差超过 {share}，请复核是否畸高、畸低",
                    number(&total),
                    number(&mean)
                ),
                format!(
                    "the total {} of {expert} is more than {share} from the mean {}; review it",
                    number(&total),
                    number(&mean)
                ),
            );
            out.push(self.finding(FindingKind::TotalDeviates, None, Some(&expert), text));
        }
    }

    fn finding(&self, kind: FindingKind, item: Option<&str>, expert: Option<&str>, text: Text) -> Finding {
        let (severity, point) = match kind {
            FindingKind::WrongSum => (Severity::MustCorrect, "（一）"),
            FindingKind::OutOfRange => (Severity::MustCorrect, "（二）"),
            FindingKind::ObjectiveDiffers => (Severity::MustCorrect, "（三）"),
            FindingKind::TotalDeviates | FindingKind::ItemDeviates => (Severity::Look, "（四）"),
        };
        let clause = match self.method.regime {
            Regime::Engineering => "发改法规规〔2022〕1117号（五）".to_owned(),
            _ => format!("87号令 第六十四条{point}"),
        };
        Finding {
            severity,
            kind,
            bid: self.bid.to_owned(),
            item: item.map(str::to_owned),
            expert: expert.map(str::to_owned),
            text,
            clause,
        }
    }
}

/// Those further from the mean than `share` of it, with the mean.
fn deviating<'a>(
    values: impl Iterator<Item = (&'a str, Exact)>,
    share: &Percent,
) -> Vec<(String, Exact, Exact)> {
    let values: Vec<(&str, Exact)> = values.collect();
    let Ok(count @ 1..) = u64::try_from(values.len()) else { return Vec::new() };
    let mean = values.iter().fold(Exact::zero(), |sum, (_, value)| sum + value) / whole(count);
    let most = mean.abs() * share.value();
    values
        .into_iter()
        .filter(|(_, value)| (value - &mean).abs() > most)
        .map(|(expert, value)| (expert.to_owned(), value, mean.clone()))
        .collect()
}

fn number(value: &Exact) -> String {
    decimal_text(value, 0)
}
