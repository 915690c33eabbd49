//! The words of the log's terms, in both languages.

use bidroom_domain::evaluation::{
    CancelGround, ChangeGround, CorrectionRule, Criterion, CriterionKind, CriterionPart, DrawPurpose, Ground,
    IdentityCheck, LeaveGround, Matter, MemberRole, Procedure, Review, SheetPart, Stage, StopGround, Subject,
    Trigger, VoidCause,
};
use bidroom_pricing::Status;

use crate::context::Context;

type Pair = (&'static str, &'static str);

impl Context<'_> {
    /// A word in the documents' language.
    pub(crate) fn word(&self, (zh, en): Pair) -> String {
        self.t(zh, en)
    }
}

pub(crate) const fn review(review: Review) -> Pair {
    match review {
        Review::Qualification => ("资格性审查", "qualification review"),
        Review::Conformity => ("符合性审查", "conformity review"),
    }
}

pub(crate) const fn stage(stage: Stage) -> Pair {
    match stage {
        Stage::Waiting => ("等待评标", "waiting"),
        Stage::Qualification => ("资格性审查", "qualification review"),
        Stage::Assembly => ("组建评标委员会", "assembly of the committee"),
        Stage::Conformity => ("符合性审查", "conformity review"),
        Stage::Scoring => ("评分", "scoring"),
        Stage::Price => ("价格评审与汇总", "prices and summary"),
        Stage::Report => ("评标报告", "report"),
        Stage::Closed => ("评标结束", "closed"),
        Stage::Stopped => ("评标停止", "stopped"),
        Stage::Cancelled => ("评标终止", "ended without a result"),
    }
}

pub(crate) const fn ground(ground: Ground) -> Pair {
    match ground {
        Ground::Unsigned => ("未按要求签署、盖章", "not signed or sealed as asked"),
        Ground::NoJointAgreement => ("联合体未提交共同投标协议", "consortium without an agreement"),
        Ground::NotQualified => ("不具备资格条件", "not qualified"),
        Ground::TwoBids => ("提交两个以上不同的投标文件或者报价", "two different bids or prices"),
        Ground::BelowCost => ("报价低于成本", "below cost"),
        Ground::AboveCeiling => ("报价超过预算或者最高限价", "above budget or ceiling"),
        Ground::NoResponse => ("未实质性响应招标文件", "no response in substance"),
        Ground::Collusion => ("串通投标、弄虚作假或者行贿", "collusion, fraud or bribery"),
        Ground::NoBond => ("未提交投标保证金", "no bid bond"),
        Ground::Conditions => ("附有不能接受的条件", "conditions that cannot be accepted"),
        Ground::Unclear => ("含义不明确、表述不一致或者有明显错误", "unclear, inconsistent or plainly wrong"),
        Ground::Document => ("招标文件规定的其他情形", "another ground of the tender document"),
    }
}

pub(crate) const fn change(ground: ChangeGround) -> Pair {
    match ground {
        ChangeGround::WrongSum => ("分值汇总计算错误", "wrong sum"),
        ChangeGround::OutOfRange => ("分项评分超出评分标准范围", "score out of range"),
        ChangeGround::ObjectiveDiffers => ("客观评审因素评分不一致", "objective scores that differ"),
        ChangeGround::Abnormal => ("经认定评分畸高、畸低", "score found abnormally high or low"),
    }
}

pub(crate) const fn matter(matter: Matter) -> Pair {
    match matter {
        Matter::Unclear => ("含义不明确", "unclear"),
        Matter::Inconsistent => ("同类问题表述不一致", "inconsistent"),
        Matter::Mistake => ("明显文字和计算错误", "plain mistake"),
        Matter::Price => ("报价可能低于成本", "price possibly below cost"),
    }
}

pub(crate) const fn trigger(trigger: Trigger) -> Pair {
    match trigger {
        Trigger::Mean => ("低于通过符合性审查各家平均报价的规定比例", "below the share of the mean"),
        Trigger::SecondLowest => ("低于次低报价的规定比例", "below the share of the second lowest price"),
        Trigger::Ceiling => ("低于最高限价（预算）的规定比例", "below the share of ceiling or budget"),
        Trigger::Committee => ("评标委员会认为报价异常低", "the committee finds it abnormally low"),
    }
}

pub(crate) const fn correction(rule: CorrectionRule) -> Pair {
    match rule {
        CorrectionRule::Schedule => ("以开标一览表为准", "the schedule counts"),
        CorrectionRule::Words => ("以大写金额为准", "words beat figures"),
        CorrectionRule::DecimalPoint => {
            ("小数点或者百分比错位，修正单价", "misplaced decimal point: the unit price is corrected")
        }
        CorrectionRule::UnitPrices => ("以单价汇总金额为准", "unit prices beat the total"),
    }
}

pub(crate) const fn identity(check: IdentityCheck) -> Pair {
    match check {
        IdentityCheck::IdCard => ("核验身份证", "identity card"),
        IdentityCheck::Certificate => ("核验数字证书", "certificate"),
        IdentityCheck::Letter => ("核验授权函", "letter of authority"),
    }
}

pub(crate) const fn role(role: MemberRole) -> Pair {
    match role {
        MemberRole::Expert => ("评审专家", "expert"),
        MemberRole::Representative => ("采购人（招标人）代表", "purchaser's representative"),
    }
}

pub(crate) const fn leave(ground: LeaveGround) -> Pair {
    match ground {
        LeaveGround::Absent => ("缺席", "absent"),
        LeaveGround::Recused => ("回避", "recused"),
        LeaveGround::Health => ("健康等原因不能继续评标", "cannot go on for health or the like"),
        LeaveGround::LeftPost => ("擅离职守", "left the post"),
    }
}

pub(crate) const fn stop(ground: StopGround) -> Pair {
    match ground {
        StopGround::NoReplacement => (
            "成员不能及时补足，封存投标文件，重新组建评标委员会",
            "members cannot be made up: bids sealed, a new committee",
        ),
        StopGround::Document => (
            "招标文件存在歧义、重大缺陷或者违反强制性规定",
            "the tender document is ambiguous, defective or unlawful",
        ),
    }
}

pub(crate) const fn cancel(ground: CancelGround) -> Pair {
    match ground {
        CancelGround::TooFew => ("符合条件的投标人不足，废标", "too few bids are left: cancelled"),
        CancelGround::AllRejected => ("明显缺乏竞争，否决全部投标", "no competition: all bids rejected"),
        CancelGround::Document => {
            ("招标文件有缺陷并经确认，终止采购活动", "the tender document is defective: ended")
        }
        CancelGround::Unlawful => {
            ("出现影响公正的违法、违规行为，废标", "unlawful acts that affect fairness: cancelled")
        }
        CancelGround::AboveBudget => ("报价均超过采购预算，废标", "all prices above the budget: cancelled"),
        CancelGround::TaskDropped => {
            ("因重大变故取消采购任务，废标", "the task is dropped for a grave reason: cancelled")
        }
    }
}

pub(crate) const fn procedure(procedure: Procedure) -> Pair {
    match procedure {
        Procedure::Scored => ("综合评分法", "comprehensive scoring"),
        Procedure::LowestPrice => ("最低评标价法", "lowest evaluated price"),
        Procedure::Consultation => ("竞争性磋商，综合评分", "competitive consultation, scored"),
        Procedure::Engineering => ("工程建设项目评标", "engineering tender"),
    }
}

pub(crate) const fn draw(purpose: DrawPurpose) -> Pair {
    match purpose {
        DrawPurpose::SameBrand => (
            "同品牌投标人随机抽取（87号令 第三十一条）",
            "one of several bidders of a brand (87号令 art. 31)",
        ),
        DrawPurpose::EqualCandidates => {
            ("并列中标候选人随机抽取（87号令 第六十八条）", "order of equal candidates (87号令 art. 68)")
        }
    }
}

pub(crate) const fn void(cause: VoidCause) -> Pair {
    match cause {
        VoidCause::MemberLeft => ("因成员离开而作废", "void: a member left"),
        VoidCause::SaidAgain => {
            ("同一审查人另有意见，前一意见作废", "void: the reviewer said something else")
        }
        VoidCause::Reopened => ("环节退回而作废", "void: the stage was opened again"),
        VoidCause::Stopped => ("评标停止、重新组建委员会而作废", "void: the evaluation stopped"),
        VoidCause::Replaced => ("为后一结果所替代", "replaced by another"),
        VoidCause::Rereview => ("重新评审而作废", "void: reviewed again"),
    }
}

pub(crate) const fn part(part: SheetPart) -> Pair {
    match part {
        SheetPart::Whole => ("", ""),
        SheetPart::Blind => ("暗标部分", "Blind part"),
        SheetPart::Named => ("明标部分", "Named part"),
    }
}

pub(crate) const fn status(status: Status) -> Pair {
    match status {
        Status::Evaluated => ("有效", "evaluated"),
        Status::UnderReview => ("异常低价审查中", "price under review"),
        Status::Unpriced => ("报价为零，审查中", "price of 0 under review"),
        Status::Unqualified => ("资格性审查不通过", "not qualified"),
        Status::Nonconforming => ("符合性审查不通过", "not conforming"),
        Status::AboveLimit => ("报价超过限价", "above the limit"),
        Status::Unconfirmed => ("未确认报价修正", "correction not confirmed"),
        Status::Unproven => ("异常低价，未能证明合理", "low price not proven"),
        Status::SameBrand => ("同品牌，不参加评审", "same brand, not evaluated"),
    }
}

pub(crate) const fn criterion_part(part: CriterionPart) -> Pair {
    match part {
        CriterionPart::Technical => ("技术", "technical"),
        CriterionPart::Commercial => ("商务", "commercial"),
        CriterionPart::Price => ("价格", "price"),
    }
}

pub(crate) const fn criterion_kind(criterion: &Criterion) -> Pair {
    match (criterion.part, criterion.kind) {
        (CriterionPart::Price, _) => ("计算", "computed"),
        (_, CriterionKind::Objective) => ("客观", "objective"),
        (_, CriterionKind::Subjective) => ("主观", "subjective"),
    }
}

/// What a vote decides.
pub(crate) fn subject(context: &Context<'_>, subject: &Subject) -> String {
    let item_text = |item: &str| {
        let known = context.plan.reviews.iter().find(|it| it.id == item).map(|it| it.text.as_str());
        known.unwrap_or(item).to_owned()
    };
    match subject {
        Subject::Review { review: which, bid, item } => {
            let (bid, item) = (context.bid_text(*bid), item_text(item));
            let (zh, en) = review(*which);
            context.t(format!("{bid}是否通过{zh}“{item}”"), format!("whether {bid} passes “{item}” ({en})"))
        }
        Subject::Competition { bids } => context.t(
            format!("只剩 {bids} 家，是否明显缺乏竞争而否决全部投标"),
            format!("whether all are rejected with {bids} bids left"),
        ),
        Subject::LowPrice { bid } => {
            let bid = context.bid_text(*bid);
            context.t(format!("{bid}的说明能否证明报价合理"), format!("whether {bid} proved its price"))
        }
        Subject::Abnormal { member, part, bid, item } => {
            let (who, bid) = (context.who(*member), sheet_bid(context, *part, *bid));
            let name = criterion_name(context, item);
            context.t(
                format!("{who}对{bid}“{name}”的评分是否畸高、畸低"),
                format!("whether the score of {who} for {bid}, “{name}”, is abnormal"),
            )
        }
        Subject::Document {} => {
            context.t("招标文件是否存在须停止评标的缺陷", "whether the tender document is defective")
        }
    }
}

/// A bid as a sheet names it.
pub(crate) fn sheet_bid(context: &Context<'_>, part: SheetPart, label: u32) -> String {
    match part {
        SheetPart::Blind => context.t(format!("暗标 {label} 号"), format!("blind {label}")),
        SheetPart::Whole | SheetPart::Named => context.bid_text(label),
    }
}

/// A criterion's name.
pub(crate) fn criterion_name(context: &Context<'_>, id: &str) -> String {
    let known = context.plan.criteria.iter().find(|it| it.id == id).map(|it| it.name.as_str());
    known.unwrap_or(id).to_owned()
}
