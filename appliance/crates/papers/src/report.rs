//! The evaluation report.

use bidroom_domain::evaluation::{BelowMinimum, Event, Procedure, Rejection, Review, Rule, Signature, Stage};
use bidroom_domain::opening::{Fate, Outcome};
use bidroom_domain::{Fen, StaffRole};
use bidroom_report::paper as doc;

use crate::context::{Context, count, moment, plain_remark, price};
use crate::{clarify, committee, course, facts, review, scores, summary, words};

pub(crate) fn report(context: &Context<'_>) -> doc::EvaluationReport {
    let state = context.state;
    let last = context.last(|event| {
        matches!(event, Event::ReportChecked(_) | Event::LotCancelled(_) | Event::EvaluationClosed(_))
    });
    let members = context.members();
    doc::EvaluationReport {
        head: context.head("report", "BG", last.map(|it| it.entry)),
        engineering: context.plan.procedure == Procedure::Engineering,
        scored: summary::is_scored(context),
        state: self::state(context),
        ended: ended(context),
        digest: state.report.as_ref().map(|it| it.digest.to_string()).unwrap_or_default(),
        basics: basics(context),
        members: members.iter().map(|(index, it)| facts::attendee(context, *index, it)).collect(),
        committee: committee::notes(context),
        method: method(context),
        qualification: facts::items(context, Review::Qualification),
        conformity: facts::items(context, Review::Conformity),
        criteria: facts::criteria(context).map(|(criterion, _)| criterion).collect(),
        opened: opened(context),
        opening: opening(context),
        course: course::course(context),
        rejected: rejected(context),
        rows: summary::rows(context),
        figures: summary::figures(context),
        candidates: candidates(context),
        matters: context.facts.matters.to_vec(),
        questions: clarify::questions(context),
        corrections: clarify::corrections(context),
        low_prices: clarify::low_prices(context),
        votes: state.votes.iter().map(|vote| facts::vote(context, vote)).collect(),
        dissents: dissents(context),
        changes: scores::corrections(context, None),
        results: course::results(context),
        reopenings: course::reopenings(context),
        draws: course::draws(context),
        findings: findings(context),
        others: course::others(context),
        hands: hands(context),
    }
}

/// What stands over a document that is not the last word; empty where it is.
pub(crate) fn state(context: &Context<'_>) -> String {
    match context.state.stage {
        _ if summary::is_settled(context) => String::new(),
        Stage::Cancelled => {
            let ground = context.state.cancelled.as_ref().map(|(ground, ..)| *ground);
            ground.map(|ground| context.word(words::cancel(ground))).unwrap_or_default()
        }
        Stage::Stopped => {
            let ground = context.state.stopped.map(|(ground, ..)| ground);
            let (zh, en) = ground.map(words::stop).unwrap_or_default();
            context.t(format!("评标已停止：{zh}"), format!("The evaluation stands still: {en}"))
        }
        stage => {
            let (zh, en) = words::stage(stage);
            context.t(
                format!("评标尚未结束（{zh}），本文件为过程稿"),
                format!("The evaluation is not over ({en}): a draft"),
            )
        }
    }
}

fn ended(context: &Context<'_>) -> Option<doc::Ended> {
    let (ground, clause, at) = context.state.cancelled.clone()?;
    let logged = context.last(|event| matches!(event, Event::LotCancelled(_)));
    let reason = logged.and_then(|it| match &it.event {
        Event::LotCancelled(cancelled) => Some(cancelled.reason.clone()),
        _ => None,
    });
    let reason = reason.unwrap_or_else(|| context.word(words::cancel(ground)));
    Some(doc::Ended { reason, clause, at: moment(at), entry: logged.map(|it| it.entry) })
}

fn basics(context: &Context<'_>) -> doc::Basics {
    let state = context.state;
    let until = state.closed.or_else(|| state.cancelled.as_ref().map(|(.., at)| *at));
    doc::Basics {
        media: context.told(context.facts.media),
        opened_at: context.opening.opened.map(|(at, _)| moment(at)),
        received: count(context.opening.roster.len()),
        opened: facts::opened(context),
        from: state.started.map(moment),
        until: until.map(moment),
        budget: context.plan.committee.budget.map(Fen::figures).unwrap_or_default(),
    }
}

/// What the tender document says of the method, with clauses.
fn method(context: &Context<'_>) -> Vec<String> {
    let plan = context.plan;
    let (zh, en) = words::procedure(plan.procedure);
    let clause = plan.method.as_ref().and_then(|method| method.get("clause")).and_then(|it| it.as_str());
    let where_it_stands = clause.map(|clause| format!("（{clause}）")).unwrap_or_default();
    let also = if context.lot.method == zh { String::new() } else { format!("（{zh}）") };
    let mut method = vec![context.t(
        format!("评标方法：{}{also}{where_it_stands}。", context.lot.method),
        format!("Method: {} ({en}){where_it_stands}.", context.lot.method),
    )];
    let below = match plan.below_minimum.value {
        BelowMinimum::Cancel => ("本包废标", "the lot is cancelled"),
        BelowMinimum::CommitteeDecides => {
            ("由评标委员会决定是否否决全部投标", "the committee decides whether to reject all")
        }
    };
    let (fewest, few_clause) = (plan.minimum_responsive.value, &plan.below_minimum.clause);
    method.push(context.t(
        format!("通过审查的投标少于 {fewest} 家的，{}（{few_clause}）。", below.0),
        format!("With fewer than {fewest} bids left {} ({few_clause}).", below.1),
    ));
    let order = plan.corrections.value.iter().map(|rule| context.word(words::correction(*rule)));
    let order = order.collect::<Vec<_>>().join("；");
    let order_clause = &plan.corrections.clause;
    method.push(context.t(
        format!("报价前后不一致的，依次按下列规则修正：{order}（{order_clause}）。"),
        format!("Prices that contradict themselves are corrected in this order: {order} ({order_clause})."),
    ));
    if let Some(minutes) = &plan.low_price_minutes {
        let (value, clause) = (minutes.value, &minutes.clause);
        method.push(context.t(
            format!("报价异常低的，投标人有不少于 {value} 分钟书面说明（{clause}）。"),
            format!("An abnormally low price may be explained within at least {value} minutes ({clause})."),
        ));
    }
    if let Some(clause) = &plan.blind_clause {
        method.push(context.t(
            format!("部分评分项采用暗标评审（{clause}）。"),
            format!("Some criteria are scored without the bidder's identity ({clause})."),
        ));
    }
    let (most, clause) = (plan.candidates.value, &plan.candidates.clause);
    method.push(context.t(
        format!("推荐中标候选人不超过 {most} 名，并标明顺序（{clause}）。"),
        format!("At most {most} candidates are recommended, in order ({clause})."),
    ));
    method
}

fn opened(context: &Context<'_>) -> Vec<doc::OpenedBid> {
    let rows = context.opening.roster.iter().map(|row| {
        let number = row.row.number;
        let outcome = match (row.outcome, row.decided.as_ref().map(|it| it.fate)) {
            (Some(Outcome::Opened), _) => context.t("已开启", "opened"),
            (_, Some(Fate::Revoked)) => context.t("未开启，视为撤销", "not opened, deemed revoked"),
            (_, Some(Fate::Withdrawn)) => context.t("未开启，视为撤回", "not opened, deemed withdrawn"),
            (Some(Outcome::Failed { .. }), _) => {
                context.t("已解密，内容无法读取", "unlocked, content unreadable")
            }
            _ => context.t("未开启", "not opened"),
        };
        doc::OpenedBid {
            bid: context.bid(number),
            credit_code: row.row.bidder.code.to_string(),
            price: context.announced(number).map(price),
            outcome,
        }
    });
    rows.collect()
}

/// Objections at the opening, and where its record stands.
fn opening(context: &Context<'_>) -> Vec<doc::Remark> {
    let record = format!("{}-KB", context.lot.session());
    let place =
        plain_remark(context.t(format!("开标记录表见 {record}"), format!("see the opening record {record}")));
    let objections = context.opening.objections.iter().map(|it| {
        let bidder = context.opening.row(&it.bidder).map(|row| row.row.bidder.name.clone());
        let answer = match &it.answer {
            Some((answer, _)) => context.t(format!("答复：{answer}"), format!("answered: {answer}")),
            None => context.t("未答复", "not answered"),
        };
        let text = context
            .t(format!("开标异议：{}；{answer}", it.text), format!("objection: {}; {answer}", it.text));
        doc::Remark { who: context.told(bidder), text, at: Some(moment(it.at)), entry: None }
    });
    std::iter::once(place).chain(objections).collect()
}

fn rejected(context: &Context<'_>) -> Vec<doc::Rejected> {
    let of_bid = |bid: &u32| match context.state.rejection(*bid) {
        None => Vec::new(),
        Some(Rejection::Review(which)) => {
            let concluded = context.state.review(which, *bid).and_then(|it| it.concluded.as_ref());
            let failing = concluded.map(|it| it.failing.as_slice()).unwrap_or_default();
            let rejected = failing.iter().map(|failing| {
                let it = review::failed(context, which, *bid, failing);
                let grounds = it.grounds.join("；");
                doc::Rejected {
                    bid: it.bid,
                    stage: context.word(words::review(which)),
                    matter: format!("{}：{grounds}", it.item),
                    clause: it.clause,
                    reasons: it.reasons,
                    entry: it.entry,
                }
            });
            rejected.collect()
        }
        Some(Rejection::Correction(number)) => {
            let known = clarify::corrections(context).into_iter().find(|it| it.number == number);
            vec![doc::Rejected {
                bid: context.bid(*bid),
                stage: context.t("报价修正", "correction of the price"),
                matter: context.t("报价修正未经投标人确认", "the correction of its price was not confirmed"),
                clause: known.as_ref().map(|it| it.clause.clone()).unwrap_or_default(),
                reasons: known.iter().map(|it| plain_remark(it.reason.clone())).collect(),
                entry: known.and_then(|it| it.entry),
            }]
        }
        Some(Rejection::LowPrice) => {
            let low = context.state.low_prices.get(bid);
            let opinion = low.and_then(|low| low.concluded.as_ref()).and_then(|it| it.opinion.as_deref());
            let concluded =
                context.last(|event| matches!(event, Event::LowPriceConcluded(it) if it.bid == *bid));
            vec![doc::Rejected {
                bid: context.bid(*bid),
                stage: context.t("异常低价审查", "review of a low price"),
                matter: context.t("不能证明报价合理", "its price was not proven reasonable"),
                clause: context.plan.procedure.clause(Rule::LowPrice).to_owned(),
                reasons: vec![plain_remark(context.told(opinion))],
                entry: concluded.map(|it| it.entry),
            }]
        }
    };
    context.state.bids.iter().flat_map(of_bid).collect()
}

fn candidates(context: &Context<'_>) -> Vec<doc::Candidate> {
    let rows = summary::rows(context);
    let candidates = summary::places(context).into_iter().map(|(place, bid)| {
        let row = rows.iter().find(|row| row.bid.number == bid);
        doc::Candidate {
            place,
            bid: context.bid(bid),
            price: context.corrected(bid).or_else(|| context.announced(bid)).map(price),
            total: row.map(|row| row.total.clone()).unwrap_or_default(),
        }
    });
    candidates.collect()
}

fn dissents(context: &Context<'_>) -> Vec<doc::Remark> {
    let signatures = context.state.report.iter().flat_map(|report| &report.signatures);
    let dissents = signatures.filter_map(|(member, signature)| match signature {
        Signature::Signed { dissent: Some(text), statement, at } => Some(doc::Remark {
            who: context.who(*member),
            text: text.clone(),
            at: Some(moment(*at)),
            entry: context.entry_of(statement),
        }),
        _ => None,
    });
    dissents.collect()
}

fn findings(context: &Context<'_>) -> Vec<doc::Remark> {
    let Some(report) = &context.state.report else { return Vec::new() };
    if report.count == 0 {
        return Vec::new();
    }
    let mut findings: Vec<doc::Remark> = match &report.findings {
        Some(findings) => findings.iter().map(|finding| plain_remark(finding.text.clone())).collect(),
        None => vec![plain_remark(format!("{}（{}）", context.told(None::<String>), report.count))],
    };
    let answered =
        context.last(|event| matches!(event, Event::FindingsAcknowledged(it) if it.report == report.digest));
    if let Some((it, Event::FindingsAcknowledged(said))) = answered.map(|it| (it, &it.event)) {
        let text = context.told(said.text.as_deref());
        let answer = context.t(format!("评标委员会答复：{text}"), format!("the committee's answer: {text}"));
        findings.push(context.remark(it, answer));
    }
    findings
}

/// The members' signatures under the report, the chair last.
pub(crate) fn member_hands(context: &Context<'_>) -> Vec<doc::Hand> {
    let signatures = context.state.report.as_ref().map(|report| &report.signatures);
    let hand = |index: u8| {
        let sign = match signatures.and_then(|signatures| signatures.get(&index)) {
            Some(Signature::Signed { statement, at, .. }) => context.signed(statement, *at, Some(index)),
            Some(Signature::CountsAsAgreeing { note, at }) => {
                let logged =
                    context.last(|event| matches!(event, Event::ReportUnsigned(it) if it.member == index));
                doc::Sign::Agreed { at: moment(*at), note: note.clone(), entry: logged.map(|it| it.entry) }
            }
            None => doc::Sign::Open,
        };
        context.hand(index, sign)
    };
    context.sitting().into_iter().map(hand).collect()
}

fn hands(context: &Context<'_>) -> Vec<doc::Hand> {
    let supervised = context.state.report.as_ref().and_then(|report| report.supervised);
    let logged = context.last(|event| matches!(event, Event::ReportSupervised(_)));
    let named = match logged.map(|it| &it.event) {
        Some(Event::ReportSupervised(it)) => Some((it.name.clone(), it.lock_tail.clone())),
        _ => None,
    };
    let mut sign = supervised.map_or(doc::Sign::Open, |(statement, at)| context.signed(&statement, at, None));
    let name = match (&mut sign, named) {
        (doc::Sign::Signed { certificate, .. }, Some((name, tail))) => {
            *certificate = tail;
            name
        }
        _ => context.staff(StaffRole::Supervisor),
    };
    let supervisor = doc::Hand { role: context.t("监督人员", "Supervisor"), name, sign };
    member_hands(context).into_iter().chain([supervisor]).collect()
}
