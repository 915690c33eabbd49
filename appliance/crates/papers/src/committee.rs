//! The committee's sign-in sheet and its members' commitments.

use bidroom_domain::StaffRole;
use bidroom_domain::evaluation::{Event, Procedure, Rule};
use bidroom_report::paper as doc;

use crate::context::{Context, moment};
use crate::{facts, words};

/// The sign-in sheet; none before a list came in.
pub(crate) fn sign_in(context: &Context<'_>) -> Option<doc::SignIn> {
    let committee = context.state.committee.as_ref();
    let members = context.members();
    if committee.is_none() && members.is_empty() {
        return None;
    }
    let (minimum, clause) = context.plan.committee.required();
    let last = context.last(|event| {
        matches!(
            event,
            Event::CommitmentSigned(_)
                | Event::MemberSeated(_)
                | Event::CommitteeOpened(_)
                | Event::MemberReplaced(_)
                | Event::CommitteeImported(_)
        )
    });
    let seated = context.last(|event| matches!(event, Event::MemberSeated(_)));
    let host = match seated.map(|it| (&it.event, it)) {
        Some((Event::MemberSeated(seated), it)) => doc::Hand {
            role: context.t("主持人（核验身份）", "Host (identity checked)"),
            name: it.by.name().unwrap_or_default().to_owned(),
            sign: context.signed(&seated.statement, it.at, None),
        },
        _ => doc::Hand {
            role: context.t("主持人（核验身份）", "Host (identity checked)"),
            name: context.staff(StaffRole::Host),
            sign: doc::Sign::Open,
        },
    };
    let supervisor = doc::Hand {
        role: context.t("监督人员", "Supervisor"),
        name: context.staff(StaffRole::Supervisor),
        sign: doc::Sign::Open,
    };
    Some(doc::SignIn {
        head: context.head("sign-in", "QD", last.map(|it| it.entry)),
        minimum: minimum.into(),
        clause: clause.to_owned(),
        list: committee.map(|it| it.list.to_string()).unwrap_or_default(),
        imported_at: committee.map(|it| moment(it.imported)),
        opened_at: committee.and_then(|it| it.opened).map(moment),
        members: members.iter().map(|(index, it)| facts::attendee(context, *index, it)).collect(),
        notes: notes(context),
        hands: vec![host, supervisor],
    })
}

/// Who chairs, who left, who took the place, and whether an earlier committee was dissolved; in the log's order.
pub(crate) fn notes(context: &Context<'_>) -> Vec<doc::Remark> {
    let clause = |rule: Rule| context.plan.procedure.clause(rule);
    let notes = context.log().filter_map(|it| {
        let text = match &it.event {
            Event::CommitteeOpened(opened) => {
                let (all, representatives) = (opened.members.len(), opened.representatives.len());
                context.t(
                    format!(
                        "名单启封：成员 {all} 人，其中采购人（招标人）代表 {representatives} 人（{}）",
                        clause(Rule::Composition)
                    ),
                    format!(
                        "list opened: {all} members, of these {representatives} representatives ({})",
                        clause(Rule::Composition)
                    ),
                )
            }
            Event::ChairElected(elected) => {
                let who = context.who(elected.chair);
                context.t(
                    format!("选举{who}为组长，得 {} 票（{}）", elected.votes, clause(Rule::Chair)),
                    format!("{who} elected chair with {} votes ({})", elected.votes, clause(Rule::Chair)),
                )
            }
            Event::ChairResigned(resigned) => {
                let (who, why) = (context.who(resigned.chair), context.told(resigned.reason.as_deref()));
                context.t(format!("{who}辞去组长：{why}"), format!("{who} resigned as chair: {why}"))
            }
            Event::RecusalFound(found) => {
                let who = context.who(found.member);
                context.t(
                    format!("{who}与投标人有利害关系，应当回避（{}）", clause(Rule::Recusal)),
                    format!("{who} has an interest in a bidder and is recused ({})", clause(Rule::Recusal)),
                )
            }
            Event::RecusalDeclared(declared) => {
                let (who, why) = (context.who(declared.member), context.told(declared.reason.as_deref()));
                context.t(
                    format!("{who}申请回避：{why}（{}）", clause(Rule::Recusal)),
                    format!("{who} recused itself: {why} ({})", clause(Rule::Recusal)),
                )
            }
            Event::MemberReplaced(replaced) => {
                let (who, by) = (context.who(replaced.member), context.who(replaced.index));
                let why = context.told(replaced.reason.as_deref());
                let (zh, en) = words::leave(replaced.ground);
                context.t(
                    format!(
                        "{who}更换为{by}（{zh}）：{why}；被更换成员的评审意见无效（{}）",
                        clause(Rule::Replacement)
                    ),
                    format!(
                        "{who} replaced by {by} ({en}): {why}; what the former found is void ({})",
                        clause(Rule::Replacement)
                    ),
                )
            }
            _ => return None,
        };
        Some(context.remark(it, text))
    });
    notes.collect()
}

/// A commitment for each member that signed in or signed it.
pub(crate) fn commitments(context: &Context<'_>) -> Vec<(u8, doc::Commitment)> {
    let members = context.members();
    let some = members.iter().filter(|(_, it)| it.seating.is_some() || it.committed.is_some());
    let made = some.map(|(index, it)| {
        let member = facts::attendee(context, *index, it);
        let entry = match &member.sign {
            doc::Sign::Signed { entry, .. } => *entry,
            _ => None,
        };
        let hand = context.hand(*index, member.sign.clone());
        let id = format!("commitment-{index}");
        let void = member.left.clone();
        let clauses = clauses(context);
        let head = context.head(&id, &format!("CN{index}"), entry);
        (*index, doc::Commitment { head, member, clauses, void, hand })
    });
    made.collect()
}

/// To what a member commits itself.
fn clauses(context: &Context<'_>) -> Vec<String> {
    let clause = |rule: Rule| context.plan.procedure.clause(rule);
    let conduct = match context.plan.procedure {
        Procedure::Engineering => "招标投标法 第四十四条；招标投标法实施条例 第四十九条",
        _ => "87号令 第六十二条",
    };
    vec![
        context.t(
            format!("与本项目投标人没有利害关系，存在应当回避情形的主动申请回避（{}）。", clause(Rule::Recusal)),
            format!("I have no interest in any bidder, and recuse myself where I have to ({}).", clause(Rule::Recusal)),
        ),
        context.t(
            format!("没有参加本项目开标活动，已将手机等通讯工具交存，评标期间不与外界联系，不私自接触投标人（{}）。", clause(Rule::Attendance)),
            format!("I did not attend the opening, handed in my telephone, and contact nobody outside, no bidder above all ({}).", clause(Rule::Attendance)),
        ),
        context.t(
            format!("按照招标文件规定的程序、方法和标准独立评审，对主观评审因素不协商评分，不发表倾向性意见（{}）。", clause(Rule::Independence)),
            format!("I evaluate independently, by the procedure, method and criteria of the tender document, and bargain over no subjective score ({}).", clause(Rule::Independence)),
        ),
        context.t(
            format!("不接受投标人主动提出的澄清，不以澄清诱导投标人（{}）。", clause(Rule::Clarification)),
            format!("I accept no clarification that was volunteered, and lead no bidder by asking ({}).", clause(Rule::Clarification)),
        ),
        context.t(
            format!("不擅离职守，不记录、复制或者带走任何评标资料（{conduct}）。"),
            format!("I do not leave my post, and note, copy or take away no material of the evaluation ({conduct})."),
        ),
        context.t(
            format!("对评标情况和获悉的国家秘密、商业秘密保密（{}）。", clause(Rule::Secrecy)),
            format!("I keep the evaluation, and the secrets learnt in it, to myself ({}).", clause(Rule::Secrecy)),
        ),
        context.t(
            format!("在评标报告上签字；有不同意见的，书面说明理由（{}）。", clause(Rule::Signatures)),
            format!("I sign the report; where I disagree I write my reasons ({}).", clause(Rule::Signatures)),
        ),
    ]
}
