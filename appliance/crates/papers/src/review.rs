//! The tables of the reviews, and the reasons of rejections.

use std::collections::BTreeMap;

use bidroom_domain::evaluation::{BidReview, Event, Failing, Opinion, Review, Subject, VoidCause, Voided};
use bidroom_domain::{At, StaffRole};
use bidroom_report::paper as doc;

use crate::context::{Context, list, moment, plain_remark};
use crate::{facts, words};

/// The table of a review; none where the plan has no such review, or no bid was looked at.
pub(crate) fn table(context: &Context<'_>, review: Review, id: &str) -> Option<doc::ReviewTable> {
    let items = facts::items(context, review);
    let bids: Vec<u32> =
        context.state.reviews.get(&review).into_iter().flatten().map(|(bid, _)| *bid).collect();
    if items.is_empty() || bids.is_empty() {
        return None;
    }
    let empty = BidReview::default();
    let of_bid = |bid: u32| context.state.review(review, bid).unwrap_or(&empty);
    let reviewers = reviewers(context, review, &bids);
    let cells = context.plan.items(review).map(|item| {
        bids.iter()
            .map(|bid| finding(of_bid(*bid), &item.id, is_open(context, review, of_bid(*bid))))
            .collect()
    });
    let opinions = bids.iter().map(|bid| {
        let it = of_bid(*bid);
        let shown = is_open(context, review, it);
        reviewers.iter().map(|reviewer| opinion(context, review, it.opinions.get(reviewer), shown)).collect()
    });
    let failings = bids.iter().flat_map(|bid| {
        let concluded = of_bid(*bid).concluded.as_ref();
        let failing = concluded.map(|it| it.failing.as_slice()).unwrap_or_default();
        failing.iter().map(|it| failed(context, review, *bid, it))
    });
    let votes = context
        .state
        .votes
        .iter()
        .filter(|vote| matches!(&vote.subject, Subject::Review { review: of, .. } if *of == review));
    let last = context.last(|event| match event {
        Event::ReviewGiven(given) => given.review == review,
        Event::ReviewConcluded(concluded) => concluded.review == review,
        _ => false,
    });
    let (kind, suffix) = match review {
        Review::Qualification => (doc::ReviewKind::Qualification, "ZG"),
        Review::Conformity => (doc::ReviewKind::Conformity, "FH"),
    };
    Some(doc::ReviewTable {
        head: context.head(id, suffix, last.map(|it| it.entry)),
        kind,
        by: match context.plan.is_purchasers(review) {
            true => context.t("采购人或者采购代理机构", "purchaser or agency"),
            false => context.t("评标委员会", "the committee"),
        },
        bids: bids.iter().map(|bid| context.bid(*bid)).collect(),
        cells: cells.collect(),
        conclusions: bids.iter().map(|bid| conclusion(context, review, *bid, of_bid(*bid))).collect(),
        reviewers: reviewers.iter().map(|reviewer| reviewer_name(context, review, *reviewer)).collect(),
        opinions: opinions.collect(),
        failings: failings.collect(),
        votes: votes.map(|vote| facts::vote(context, vote)).collect(),
        notes: notes(context, review),
        hands: hands(context, review, &bids, &reviewers),
        items,
    })
}

/// Who reviewed, or has to: the members that sit, and whoever gave an opinion that counts.
fn reviewers(context: &Context<'_>, review: Review, bids: &[u32]) -> Vec<Option<u8>> {
    let mut reviewers: Vec<Option<u8>> = match context.plan.is_purchasers(review) {
        true => vec![None],
        false => context.sitting().into_iter().map(Some).collect(),
    };
    let given = bids.iter().filter_map(|bid| context.state.review(review, *bid));
    reviewers.extend(given.flat_map(|it| it.opinions.keys()));
    reviewers.sort_unstable();
    reviewers.dedup();
    reviewers
}

/// Whether verdicts may be shown: all that review gave theirs, or the bid is concluded.
fn is_open(context: &Context<'_>, review: Review, it: &BidReview) -> bool {
    let all = match context.plan.is_purchasers(review) {
        true => it.opinions.contains_key(&None),
        false => context.sitting().into_iter().all(|member| it.opinions.contains_key(&Some(member))),
    };
    it.concluded.is_some() || (all && !it.opinions.is_empty())
}

fn finding(it: &BidReview, item: &str, shown: bool) -> doc::Finding {
    let known = it.opinions.values().filter_map(|opinion| opinion.verdicts.as_ref()?.get(item));
    let (yes, no) = match shown {
        true => known.fold((0_u32, 0_u32), |(yes, no), verdict| match verdict.passes {
            true => (yes.saturating_add(1), no),
            false => (yes, no.saturating_add(1)),
        }),
        false => (0, 0),
    };
    let verdict = match &it.concluded {
        Some(concluded) if concluded.failing.iter().any(|failing| failing.item == item) => doc::Verdict::Fail,
        Some(_) => doc::Verdict::Pass,
        None if it.opinions.is_empty() => doc::Verdict::Open,
        None => match (shown, yes, no) {
            (false, ..) | (_, 0, 0) => doc::Verdict::Undisclosed,
            (_, _, 0) => doc::Verdict::Pass,
            (_, 0, _) => doc::Verdict::Fail,
            _ => doc::Verdict::Split,
        },
    };
    doc::Finding { verdict, yes, no }
}

/// One reviewer's opinion on one bid, in short.
fn opinion(context: &Context<'_>, review: Review, opinion: Option<&Opinion>, shown: bool) -> String {
    let Some(opinion) = opinion else { return "—".to_owned() };
    let Some(verdicts) = opinion.verdicts.as_ref().filter(|_| shown) else {
        return context.told(None::<String>);
    };
    let numbered = (1_u32..).zip(context.plan.items(review));
    let failing = numbered.filter(|(_, item)| verdicts.get(&item.id).is_some_and(|verdict| !verdict.passes));
    let numbers = list(failing.map(|(number, _)| number));
    match numbers.as_str() {
        "" => context.t("通过", "passes"),
        numbers => context.t(format!("第 {numbers} 项不通过"), format!("fails {numbers}")),
    }
}

fn conclusion(context: &Context<'_>, review: Review, bid: u32, it: &BidReview) -> doc::Conclusion {
    let entry = context.last(|event| {
        matches!(event, Event::ReviewConcluded(concluded) if concluded.review == review && concluded.bid == bid)
    });
    let passed = it.concluded.as_ref().map(|concluded| concluded.failing.is_empty());
    doc::Conclusion {
        text: match passed {
            Some(true) => context.t("通过", "pass"),
            Some(false) => context.t("不通过", "fail"),
            None => context.t("未作结论", "open"),
        },
        passed,
        at: it.concluded.as_ref().map(|concluded| moment(concluded.at)),
        entry: entry.filter(|_| passed.is_some()).map(|it| it.entry),
    }
}

/// An item that a bid does not pass, with clauses and reasons.
pub(crate) fn failed(context: &Context<'_>, review: Review, bid: u32, failing: &Failing) -> doc::Failing {
    let item = context.plan.items(review).find(|item| item.id == failing.item);
    let it = context.state.review(review, bid);
    let concluded = it.and_then(|it| it.concluded.as_ref());
    let entry = context.last(|event| {
        matches!(event, Event::ReviewConcluded(concluded) if concluded.review == review && concluded.bid == bid)
    });
    let law = failing.grounds.iter().filter_map(|ground| ground.clause(context.plan.procedure));
    let mut clauses: Vec<&str> = vec![failing.clause.as_str()];
    clauses.extend(law.filter(|clause| !failing.clause.contains(clause)));
    clauses.dedup();
    doc::Failing {
        bid: context.bid(bid),
        item: item.map_or_else(|| failing.item.clone(), |item| item.text.clone()),
        grounds: failing.grounds.iter().map(|ground| context.word(words::ground(*ground))).collect(),
        clause: clauses.join("；"),
        reasons: it.map(|it| reasons(context, review, it, &failing.item)).unwrap_or_default(),
        vote: concluded.and_then(|concluded| concluded.votes.get(&failing.item).copied()),
        entry: entry.map(|it| it.entry),
    }
}

/// The reasons of those who said no; the same reason once, with all who gave it.
fn reasons(context: &Context<'_>, review: Review, it: &BidReview, item: &str) -> Vec<doc::Remark> {
    let mut said: BTreeMap<String, Vec<Option<u8>>> = BTreeMap::new();
    for (reviewer, opinion) in &it.opinions {
        let verdict = match &opinion.verdicts {
            Some(verdicts) => verdicts.get(item).map(|verdict| (verdict.passes, verdict.reason.clone())),
            None => Some((false, None)),
        };
        if let Some((false, reason)) = verdict {
            said.entry(context.told(reason)).or_default().push(*reviewer);
        }
    }
    let mut reasons: Vec<(String, Vec<Option<u8>>)> = said.into_iter().collect();
    reasons.sort_by(|a, b| a.1.cmp(&b.1));
    let who = |reviewers: &[Option<u8>]| {
        list(reviewers.iter().map(|reviewer| reviewer_name(context, review, *reviewer)))
    };
    let remarks = reasons.into_iter().map(|(text, reviewers)| doc::Remark {
        who: who(&reviewers),
        text,
        at: None,
        entry: None,
    });
    remarks.collect()
}

fn reviewer_name(context: &Context<'_>, review: Review, reviewer: Option<u8>) -> String {
    match reviewer {
        Some(index) => context.who(index),
        None => {
            let given = context.last(|event| {
                matches!(event, Event::ReviewGiven(given) if given.review == review && given.member.is_none())
            });
            given.map_or_else(
                || context.t("采购人或者采购代理机构", "purchaser or agency"),
                |it| context.actor(&it.by),
            )
        }
    }
}

/// What ceased to count: when, why, and the reviewer whose opinion it was; none for a conclusion.
type Ceased = (At, VoidCause, Option<Option<u8>>);

/// What does not count any more: whose opinion or the conclusion, on which bids, since when and why.
fn notes(context: &Context<'_>, review: Review) -> Vec<doc::Remark> {
    let mut notes: Vec<(Ceased, Vec<u32>)> = Vec::new();
    for void in &context.state.void {
        let (of, bid, said) = match &void.what {
            Voided::Opinion { review, bid, member, .. } => (*review, *bid, Some(*member)),
            Voided::Conclusion { review, bid, .. } => (*review, *bid, None),
            _ => continue,
        };
        if of != review {
            continue;
        }
        let key = (void.at, void.cause, said);
        match notes.iter_mut().find(|(known, _)| *known == key) {
            Some((_, bids)) => bids.push(bid),
            None => notes.push((key, vec![bid])),
        }
    }
    let remarks = notes.into_iter().map(|((at, cause, said), bids)| {
        let bids = list(bids);
        let what = match said {
            Some(member) => {
                let who = reviewer_name(context, review, member);
                context.t(format!("{who}对第 {bids} 家的意见"), format!("what {who} said of bids {bids}"))
            }
            None => context.t(format!("对第 {bids} 家的审查结论"), format!("the conclusions on bids {bids}")),
        };
        let cause = context.word(words::void(cause));
        doc::Remark { at: Some(moment(at)), ..plain_remark(format!("{what}　{cause}")) }
    });
    remarks.collect()
}

/// Each reviewer with its last statement in this review.
fn hands(context: &Context<'_>, review: Review, bids: &[u32], reviewers: &[Option<u8>]) -> Vec<doc::Hand> {
    let last = |reviewer: Option<u8>| {
        let opinions =
            bids.iter().filter_map(|bid| context.state.review(review, *bid)?.opinions.get(&reviewer));
        opinions.max_by_key(|opinion| opinion.at)
    };
    let hand = |reviewer: &Option<u8>| {
        let sign = match last(*reviewer) {
            Some(opinion) => context.signed(&opinion.statement, opinion.at, *reviewer),
            None => doc::Sign::Open,
        };
        match reviewer {
            Some(index) => context.hand(*index, sign),
            None => {
                let given = context.last(|event| {
                    matches!(event, Event::ReviewGiven(given) if given.review == review && given.member.is_none())
                });
                let name = given.and_then(|it| it.by.name()).map(str::to_owned);
                doc::Hand {
                    role: context.t("采购人或者采购代理机构", "Purchaser or agency"),
                    name: name.unwrap_or_else(|| context.staff(StaffRole::Tenderer)),
                    sign,
                }
            }
        }
    };
    reviewers.iter().map(hand).collect()
}
