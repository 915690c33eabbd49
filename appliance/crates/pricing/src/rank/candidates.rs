//! Candidates 中标候选人: ranked, at most as many as the method says.

use std::cmp::Reverse;

use crate::bids::{Choice, Purpose};
use crate::engine::{Choices, Entry};
use crate::exact::Exact;
use crate::method::{Method, Regime};
use crate::outcome::{Candidate, Notice, Waiting, WaitingKind};
use crate::refusal::Text;

/// Scores by which equal candidates are put in order, higher first.
type Tied = Reverse<Vec<Option<Exact>>>;

/// The candidates in their order. Equal ones are put in order by the method's criteria, then by the draw; undrawn they share
/// a place.
pub(crate) fn candidates(
    method: &Method,
    entries: &[Entry<'_>],
    choices: &mut Choices<'_>,
    notices: &mut Vec<Notice>,
    waiting: &mut Vec<Waiting>,
) -> Vec<Candidate> {
    let mut eligible: Vec<(u32, Tied, &str)> = entries
        .iter()
        .filter(|entry| entry.scored() && entry.represented_by.is_none())
        .filter_map(|entry| {
            let scores = method.equal_candidates.criteria.iter().map(|id| entry.score_of(id)).collect();
            Some((entry.rank?, Reverse(scores), entry.bid.id.as_str()))
        })
        .collect();
    eligible.sort();
    let most = usize::try_from(method.candidates).unwrap_or(usize::MAX);
    let mut out: Vec<Candidate> = Vec::new();
    for group in eligible.chunk_by(|a, b| (a.0, &a.1) == (b.0, &b.1)) {
        let left = most.saturating_sub(out.len());
        if left == 0 {
            break;
        }
        let place = out.len() + 1;
        let number = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        let ids: Vec<String> = group.iter().map(|(_, _, id)| (*id).to_owned()).collect();
        if group.len() == 1 {
            out.extend(ids.into_iter().map(|bid| Candidate { place: number(place), bid }));
            continue;
        }
        if let Some(Choice { order, .. }) = choices.find(Purpose::EqualCandidates, &ids) {
            let drawn = order.iter().take(left).enumerate();
            out.extend(drawn.map(|(n, bid)| Candidate { place: number(place + n), bid: bid.clone() }));
            continue;
        }
        let zh = format!("投标 {} 并列，请按招标文件规定的方式确定；未规定的随机抽取", ids.join("、"));
        let en =
            format!("the bids {} are equal; the tender document's way decides, else a draw", ids.join(", "));
        let text = Text::new(zh, en);
        let clause = match method.regime {
            Regime::Engineering => method.clause.clone(),
            _ => "87号令 第六十八条".to_owned(),
        };
        if group.len() > left {
            waiting.push(Waiting { kind: WaitingKind::EqualCandidatesDraw, bids: ids.clone(), text, clause });
        } else {
            notices.push(Notice { kind: "equal_candidates".to_owned(), text, clause: Some(clause) });
        }
        out.extend(ids.into_iter().map(|bid| Candidate { place: number(place), bid }));
    }
    out
}
