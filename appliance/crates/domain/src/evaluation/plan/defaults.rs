//! Named defaults with their clauses. Items, criteria and times are the tender document's.

use super::{
    BelowMinimum, CommitteePlan, CorrectionRule, LargeCommittee, Plan, Procedure, QualifiedBy, Share,
};
use crate::{Fen, Figure};

/// 1000万元.
const TEN_MILLION_YUAN: u64 = 1_000_000_000;

impl CommitteePlan {
    /// Of a tender of government procurement.
    pub fn government() -> Self {
        let large = Fen::try_from(TEN_MILLION_YUAN).ok().map(|from| {
            Figure::new(LargeCommittee { from, minimum: 7 }, "87号令 第四十七条（一）（二）（三）")
        });
        Self {
            minimum: Figure::new(5, "87号令 第四十七条"),
            large,
            budget: None,
            is_complex: false,
            has_social_impact: false,
            experts: Figure::new(Share { parts: 2, of: 3 }, "87号令 第四十七条"),
            representative_may_chair: Figure::new(false, "87号令 第四十五条（四）"),
            minutes: Figure::new(240, "招标文件 评标须知"),
            extension_share: Figure::new(Share { parts: 1, of: 3 }, "招标投标法实施条例 第四十八条"),
            extension_minutes: Figure::new(60, "招标投标法实施条例 第四十八条；招标文件 评标须知"),
        }
    }

    /// Of an engineering tender.
    pub fn engineering() -> Self {
        Self {
            minimum: Figure::new(5, "招标投标法 第三十七条"),
            large: None,
            experts: Figure::new(Share { parts: 2, of: 3 }, "招标投标法 第三十七条"),
            representative_may_chair: Figure::new(true, "12号令 第九条"),
            ..Self::government()
        }
    }

    /// Of a competitive consultation; its size is confirmed by a secondary source only.
    pub fn consultation() -> Self {
        Self {
            minimum: Figure::new(3, "财库〔2014〕214号 第十四条"), large: None, ..Self::government()
        }
    }
}

impl Plan {
    /// 政府采购 综合评分法.
    pub fn scored() -> Self {
        use CorrectionRule::{DecimalPoint, Schedule, UnitPrices, Words};
        Self {
            procedure: Procedure::Scored,
            committee: CommitteePlan::government(),
            qualification_by: Figure::new(QualifiedBy::Purchaser, "87号令 第四十四条"),
            reviews: Vec::new(),
            minimum_qualified: Figure::new(3, "87号令 第四十四条"),
            minimum_responsive: Figure::new(3, "政府采购法 第三十六条（一）"),
            below_minimum: Figure::new(BelowMinimum::Cancel, "政府采购法 第三十六条（一）"),
            clarify_minutes: Figure::new(30, "87号令 第五十一条；招标文件 评标须知"),
            corrections: Figure::new(vec![Schedule, Words, DecimalPoint, UnitPrices], "87号令 第五十九条"),
            low_price_minutes: Some(Figure::new(30, "财库〔2026〕2号（转述）")),
            criteria: Vec::new(),
            blind_clause: None,
            blind_documents: Vec::new(),
            candidates: Figure::new(3, "87号令 第五十七条；招标文件 评标须知"),
            method: None,
        }
    }

    /// 政府采购 最低评标价法.
    pub fn lowest_price() -> Self {
        Self { procedure: Procedure::LowestPrice, ..Self::scored() }
    }

    /// 竞争性磋商; where two suppliers may go on the tender document says so, with its clause.
    pub fn consultation() -> Self {
        Self {
            procedure: Procedure::Consultation,
            committee: CommitteePlan::consultation(),
            qualification_by: Figure::new(QualifiedBy::Committee, "财库〔2014〕214号"),
            minimum_qualified: Figure::new(3, "财库〔2014〕214号"),
            minimum_responsive: Figure::new(3, "财库〔2014〕214号"),
            below_minimum: Figure::new(BelowMinimum::Cancel, "财库〔2014〕214号"),
            ..Self::scored()
        }
    }

    /// 工程.
    pub fn engineering() -> Self {
        use CorrectionRule::{UnitPrices, Words};
        Self {
            procedure: Procedure::Engineering,
            committee: CommitteePlan::engineering(),
            qualification_by: Figure::new(QualifiedBy::Committee, "招标投标法实施条例 第五十一条（三）"),
            minimum_qualified: Figure::new(3, "12号令 第二十七条"),
            minimum_responsive: Figure::new(3, "12号令 第二十七条"),
            below_minimum: Figure::new(BelowMinimum::CommitteeDecides, "12号令 第二十七条"),
            clarify_minutes: Figure::new(30, "招标投标法实施条例 第五十二条；招标文件 评标办法"),
            corrections: Figure::new(vec![Words, UnitPrices], "12号令 第十九条"),
            low_price_minutes: None,
            candidates: Figure::new(3, "招标投标法实施条例 第五十三条；12号令 第四十五条"),
            method: None,
            ..Self::scored()
        }
    }
}
