//! Grounds: on which a bid is rejected, a score changed, a member replaced, an evaluation stopped, a lot cancelled.

use serde::{Deserialize, Serialize};

use super::super::plan::Procedure;
use super::Matter;

/// Why a bid does not pass an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// 未按要求签署、盖章.
    Unsigned,
    /// 联合体没有提交共同投标协议.
    NoJointAgreement,
    /// 不具备资格条件.
    NotQualified,
    /// 提交两个以上不同的投标文件或者报价.
    TwoBids,
    /// 低于成本.
    BelowCost,
    /// 超过预算或者最高限价.
    AboveCeiling,
    /// 没有实质性响应.
    NoResponse,
    /// 串通投标、弄虚作假、行贿.
    Collusion,
    /// 未提交投标保证金.
    NoBond,
    /// 附加条件不能接受.
    Conditions,
    /// 含义不明确、表述不一致、明显文字和计算错误: never before a clarification was asked.
    Unclear,
    /// Another ground that the tender document names; its clause is the item's.
    Document,
}

impl Ground {
    /// The clause under a procedure; none where the tender document's clause counts.
    pub const fn clause(self, procedure: Procedure) -> Option<&'static str> {
        let government = !matches!(procedure, Procedure::Engineering);
        match self {
            Self::Unsigned if government => Some("87号令 第六十三条（二）"),
            Self::NotQualified if government => Some("87号令 第六十三条（三）"),
            Self::AboveCeiling if government => Some("87号令 第六十三条（四）"),
            Self::Collusion if government => Some("87号令 第三十七条"),
            Self::NoResponse if government => Some("87号令 第五十条"),
            Self::NoBond => Some("87号令 第六十三条（一）"),
            Self::Conditions => Some("87号令 第六十三条（五）"),
            Self::Unsigned => Some("招标投标法实施条例 第五十一条（一）"),
            Self::NoJointAgreement => Some("招标投标法实施条例 第五十一条（二）"),
            Self::NotQualified => Some("招标投标法实施条例 第五十一条（三）"),
            Self::TwoBids => Some("招标投标法实施条例 第五十一条（四）"),
            Self::BelowCost | Self::AboveCeiling => Some("招标投标法实施条例 第五十一条（五）"),
            Self::NoResponse => Some("招标投标法实施条例 第五十一条（六）"),
            Self::Collusion => Some("招标投标法实施条例 第五十一条（七）"),
            Self::Unclear | Self::Document => None,
        }
    }

    /// What the bidder must have been asked before a bid is rejected on this ground (发改法规〔2022〕1117号（十三）).
    pub const fn asked_first(self) -> Option<&'static [Matter]> {
        match self {
            Self::Unclear => Some(&[Matter::Unclear, Matter::Inconsistent, Matter::Mistake]),
            Self::BelowCost => Some(&[Matter::Price]),
            _ => None,
        }
    }
}

/// The only grounds on which a result, or what it is made of, is changed once it is there (87号令 第六十四条).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeGround {
    /// （一）分值汇总计算错误.
    WrongSum,
    /// （二）分项评分超出评分标准范围.
    OutOfRange,
    /// （三）客观评审因素评分不一致.
    ObjectiveDiffers,
    /// （四）经评标委员会认定评分畸高、畸低.
    Abnormal,
}

impl ChangeGround {
    /// The clause.
    pub const fn clause(self) -> &'static str {
        match self {
            Self::WrongSum => "87号令 第六十四条（一）",
            Self::OutOfRange => "87号令 第六十四条（二）",
            Self::ObjectiveDiffers => "87号令 第六十四条（三）",
            Self::Abnormal => "87号令 第六十四条（四）",
        }
    }
}

/// Why an evaluation stops without an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopGround {
    /// Members cannot be made up in time: bids are sealed, a new committee, old opinions void (87号令 第四十九条).
    NoReplacement,
    /// The tender document is ambiguous, defective or unlawful (87号令 第六十五条).
    Document,
}

/// Why a lot ends without a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelGround {
    /// Fewer bids than the law asks for are left.
    TooFew,
    /// The committee rejected all for lack of competition.
    AllRejected,
    /// The tender document is defective and the purchaser confirmed it.
    Document,
    /// Unlawful acts that affect fairness.
    Unlawful,
    /// All prices are above the budget.
    AboveBudget,
    /// The task is dropped for a grave reason.
    TaskDropped,
}

/// Why a member leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaveGround {
    /// 缺席.
    Absent,
    /// 回避.
    Recused,
    /// 健康等原因.
    Health,
    /// 擅离职守.
    LeftPost,
}
