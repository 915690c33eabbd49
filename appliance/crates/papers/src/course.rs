//! How an evaluation went: what the report tells entry by entry.

use bidroom_domain::evaluation::{CancelGround, Event, Rule};
use bidroom_report::paper as doc;

use crate::context::{Context, list, moment, short};
use crate::{Logged, words};

/// The way through the stages.
pub(crate) fn course(context: &Context<'_>) -> Vec<doc::Remark> {
    context.log().filter_map(|it| Some(context.remark(it, step(context, it)?))).collect()
}

fn step(context: &Context<'_>, it: &Logged) -> Option<String> {
    Some(match &it.event {
        Event::EvaluationStarted(started) => {
            let bids = started.bids.len();
            context.t(
                format!("评标开始，已开启的投标文件 {bids} 份"),
                format!("the evaluation began with {bids} bids"),
            )
        }
        Event::StageFinished(finished) => {
            let (bids, (zh, en)) = (finished.bids.len(), words::stage(finished.stage));
            context.t(
                format!("{zh}结束，继续评审的投标 {bids} 家"),
                format!("{en} finished, {bids} bids are left"),
            )
        }
        Event::StageReopened(reopened) => {
            let ((zh, en), name) = (words::stage(reopened.stage), &reopened.name);
            context.t(
                format!("监督人员{name}批准退回“{zh}”"),
                format!("the supervisor {name} approved going back to {en}"),
            )
        }
        Event::BlindNumbered(numbered) => {
            let to = numbered.first.saturating_add(numbered.count).saturating_sub(1);
            let (from, draw) = (numbered.first, short(&numbered.draw));
            context.t(
                format!("随机编排暗标编号 {from} 至 {to} 号（抽取摘要 {draw}）"),
                format!("blind numbers {from} to {to} drawn ({draw})"),
            )
        }
        Event::BlindLifted(lifted) => {
            let name = &lifted.name;
            context.t(
                format!("监督人员{name}批准揭示暗标身份"),
                format!("the supervisor {name} lifted the blind"),
            )
        }
        Event::SheetsRevealed(revealed) => {
            let (zh, en) = words::part(revealed.part);
            context.t(
                format!("{zh}评分表全部提交，同时公开"),
                format!("all score sheets in, revealed together {en}"),
            )
        }
        Event::ObjectiveDiffered(differed) => {
            let items = differed.items.len();
            context.t(
                format!(
                    "客观评审因素 {items} 处评分不一致，退回复核（{}）",
                    context.plan.procedure.clause(Rule::ResultStands)
                ),
                format!("{items} objective scores differ, given back to the members"),
            )
        }
        Event::ResultFixed(fixed) => {
            let (number, digest) = (fixed.number, short(&fixed.outcome));
            context.t(
                format!("第 {number} 次汇总结果（摘要 {digest}）"),
                format!("result {number} fixed ({digest})"),
            )
        }
        Event::LotCancelled(cancelled) => {
            let (zh, en) = cancelled_words(cancelled.ground, cancelled.bids);
            context.t(zh, en)
        }
        Event::EvaluationClosed(_) => context.t("评标结束", "the evaluation was closed"),
        _ => return None,
    })
}

fn cancelled_words(ground: CancelGround, bids: u32) -> (String, String) {
    let (zh, en) = words::cancel(ground);
    (format!("{zh}；终止时剩余 {bids} 家"), format!("{en}; {bids} bids were left"))
}

/// Stages that were opened again.
pub(crate) fn reopenings(context: &Context<'_>) -> Vec<doc::Remark> {
    let reopenings = context.state.reopenings.iter().map(|it| {
        let (zh, en) = words::stage(it.stage);
        let reason = context.told(it.reason.as_deref());
        let approval =
            context.last(|event| matches!(event, Event::StageReopened(done) if done.number == it.number));
        let by = match approval.map(|it| &it.event) {
            Some(Event::StageReopened(done)) => Some((done.name.clone(), done.lock_tail.clone())),
            _ => None,
        };
        let outcome = match (it.approved, by) {
            (None, _) => context.t("尚未批准", "not approved"),
            (Some(_), None) => context.t("监督人员已批准", "approved by the supervisor"),
            (Some(_), Some((name, tail))) => context.t(
                format!("监督人员{name}批准（锁尾号 {tail}），此前结论保留并注明作废"),
                format!(
                    "approved by the supervisor {name} (lock …{tail}); earlier conclusions are kept as void"
                ),
            ),
        };
        doc::Remark {
            who: String::new(),
            text: context.t(
                format!("申请退回“{zh}”：{reason}；{outcome}"),
                format!("back to {en}: {reason}; {outcome}"),
            ),
            at: Some(moment(it.approved.unwrap_or(it.at))),
            entry: approval.map(|it| it.entry),
        }
    });
    reopenings.collect()
}

/// Draws by lot.
pub(crate) fn draws(context: &Context<'_>) -> Vec<doc::Remark> {
    let draws = context.state.draws.iter().map(|it| {
        let logged =
            context.last(|event| matches!(event, Event::DrawRecorded(known) if known.draw == it.draw));
        let (zh, en) = words::draw(it.purpose);
        let order = list(it.order.iter().map(|bid| context.bid_text(*bid)));
        let digest = short(&it.draw);
        doc::Remark {
            who: String::new(),
            text: context.t(
                format!("{zh}，抽取顺序：{order}（抽取摘要 {digest}，可重算）"),
                format!("{en}, in this order: {order} (draw {digest}, replayable)"),
            ),
            at: Some(moment(it.at)),
            entry: logged.map(|it| it.entry),
        }
    });
    draws.collect()
}

/// Results that took the place of another one.
pub(crate) fn results(context: &Context<'_>) -> Vec<doc::Remark> {
    let results = context.log().filter_map(|it| match &it.event {
        Event::ResultFixed(fixed) => {
            let ground = fixed.ground?;
            let ((zh, en), reason) = (words::change(ground), context.told(fixed.reason.as_deref()));
            let number = fixed.number;
            let text = context.t(
                format!("第 {number} 次结果替代前一结果：{zh}（{}）；{reason}", ground.clause()),
                format!(
                    "result {number} took the place of the one before: {en} ({}); {reason}",
                    ground.clause()
                ),
            );
            Some(context.remark(it, text))
        }
        _ => None,
    });
    results.collect()
}

/// What else is to be said.
pub(crate) fn others(context: &Context<'_>) -> Vec<doc::Remark> {
    context.log().filter_map(|it| Some(context.remark(it, other(context, it)?))).collect()
}

fn other(context: &Context<'_>, it: &Logged) -> Option<String> {
    Some(match &it.event {
        Event::TimeExtended(extended) => {
            let (asked, of) = (extended.asked, extended.of);
            let (until, clause) = (
                format!("{} {}", extended.until.date_text(), extended.until.clock_text()),
                &context.plan.committee.extension_share.clause,
            );
            context.t(
                format!("{of} 名成员中 {asked} 名认为时间不够，评标时间延长至 {until}（{clause}）"),
                format!("{asked} of {of} members said the time was short: extended to {until} ({clause})"),
            )
        }
        Event::EvaluationStopped(stopped) => {
            let ((zh, en), reason) = (words::stop(stopped.ground), context.told(stopped.reason.as_deref()));
            context.t(format!("评标停止：{zh}；{reason}"), format!("the evaluation stopped: {en}; {reason}"))
        }
        Event::EvaluationResumed(resumed) => {
            let reason = context.told(resumed.reason.as_deref());
            context.t(format!("评标恢复：{reason}"), format!("the evaluation went on: {reason}"))
        }
        Event::MemberMoved(moved) => {
            let (who, reason) = (context.who(moved.member), context.told(moved.reason.as_deref()));
            context
                .t(format!("{who}更换终端：{reason}"), format!("{who} moved to another terminal: {reason}"))
        }
        Event::RereviewOpened(opened) => {
            let ((zh, en), reason) = (words::change(opened.ground), context.told(opened.reason.as_deref()));
            let (number, clause) = (opened.number, opened.ground.clause());
            context.t(
                format!("报告签署后第 {number} 次重新评审，由原评标委员会进行：{zh}（{clause}）；{reason}"),
                format!("review {number} after the signatures, by the original committee: {en} ({clause}); {reason}"),
            )
        }
        Event::FinanceTold(told) => {
            let digest = short(&told.document);
            context.t(
                format!("重新评审改变评标结果，已书面报告本级财政部门（函件摘要 {digest}）"),
                format!(
                    "the review changed the result; the finance department was told in writing ({digest})"
                ),
            )
        }
        Event::ResultPublished(_) => context.t("评标结果已公布", "the result was published"),
        _ => return None,
    })
}
