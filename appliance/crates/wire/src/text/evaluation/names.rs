//! Names of stages, sheets, grounds and matters.

use bidroom_domain::evaluation::{ChangeGround, Ground, Matter, SheetPart, Stage};

/// A stage, Chinese.
pub const fn stage_zh(stage: Stage) -> &'static str {
    match stage {
        Stage::Waiting => "未开始",
        Stage::Qualification => "资格性审查",
        Stage::Assembly => "评标委员会就位",
        Stage::Conformity => "符合性审查",
        Stage::Scoring => "评分",
        Stage::Price => "价格与汇总",
        Stage::Report => "评标报告",
        Stage::Closed => "评标结束",
        Stage::Stopped => "停止评标",
        Stage::Cancelled => "本标段终止",
    }
}

/// A stage, English.
pub const fn stage_en(stage: Stage) -> &'static str {
    match stage {
        Stage::Waiting => "not begun",
        Stage::Qualification => "qualification review",
        Stage::Assembly => "the committee sits down",
        Stage::Conformity => "conformity review",
        Stage::Scoring => "scoring",
        Stage::Price => "prices and summary",
        Stage::Report => "report",
        Stage::Closed => "closed",
        Stage::Stopped => "stopped",
        Stage::Cancelled => "lot ended",
    }
}

/// A sheet, Chinese.
pub const fn part_zh(part: SheetPart) -> &'static str {
    match part {
        SheetPart::Whole => "全部评分项",
        SheetPart::Blind => "暗标部分",
        SheetPart::Named => "明标部分",
    }
}

/// A sheet, English.
pub const fn part_en(part: SheetPart) -> &'static str {
    match part {
        SheetPart::Whole => "all items",
        SheetPart::Blind => "blind items",
        SheetPart::Named => "named items",
    }
}

/// A ground of rejection, Chinese.
pub const fn ground_zh(ground: Ground) -> &'static str {
    match ground {
        Ground::Unsigned => "未按要求签署、盖章",
        Ground::NoJointAgreement => "联合体没有提交共同投标协议",
        Ground::NotQualified => "不具备资格条件",
        Ground::TwoBids => "提交两个以上不同的投标文件或者报价",
        Ground::BelowCost => "报价低于成本",
        Ground::AboveCeiling => "报价超过预算或者最高限价",
        Ground::NoResponse => "没有实质性响应",
        Ground::Collusion => "串通投标、弄虚作假、行贿",
        Ground::NoBond => "未提交投标保证金",
        Ground::Conditions => "附加条件不能接受",
        Ground::Unclear => "含义不明确、表述不一致或者有明显文字和计算错误",
        Ground::Document => "招标文件规定的其他情形",
    }
}

/// A ground of a change, Chinese.
pub const fn change_ground_zh(ground: ChangeGround) -> &'static str {
    match ground {
        ChangeGround::WrongSum => "分值汇总计算错误",
        ChangeGround::OutOfRange => "分项评分超出评分标准范围",
        ChangeGround::ObjectiveDiffers => "客观评审因素评分不一致",
        ChangeGround::Abnormal => "经评标委员会认定评分畸高、畸低",
    }
}

/// A matter, Chinese.
pub const fn matter_zh(matter: Matter) -> &'static str {
    match matter {
        Matter::Unclear => "含义不明确",
        Matter::Inconsistent => "同类问题表述不一致",
        Matter::Mistake => "明显文字和计算错误",
        Matter::Price => "报价可能低于成本",
    }
}
