//! The facts of a lot that an opening needs, as the signed tender package states them.

use serde::{Deserialize, Serialize};

use crate::evaluation::Plan;
use crate::{At, Fen, LotNumber, Officer, Policy, SessionId, Staff, TenderNumber};

/// By which procedure a lot is procured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProcurementKind {
    /// 公开招标.
    OpenTender,
    /// 邀请招标.
    InvitedTender,
    /// 竞争性磋商.
    CompetitiveConsultation,
}

/// What a column of the schedule holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Integer fen; shown with two decimals and in words.
    Money,
    /// Any text.
    Text,
    /// A whole number with a unit in the label.
    Number,
}

/// A column of the schedule 开标一览表.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Key of the field in a bid's schedule: lower-case letters, digits and `_`.
    pub key: String,
    /// Heading, Chinese, with its unit: 交货期（日历天）.
    pub zh: String,
    /// Heading, English.
    pub en: String,
    /// Kind of the value.
    pub kind: ColumnKind,
}

/// A lot, its deadline, its people and its policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LotFacts {
    /// Number of the tender.
    pub tender: TenderNumber,
    /// Title of the tender.
    pub title: String,
    /// Number of the lot.
    pub lot: LotNumber,
    /// Title of the lot.
    pub lot_title: String,
    /// Procedure.
    pub kind: ProcurementKind,
    /// Evaluation method, as people call it: 综合评分法.
    pub method: String,
    /// Centre 交易中心.
    pub centre: String,
    /// Room 开标室.
    pub room: String,
    /// Tenderer 招标人.
    pub tenderer: String,
    /// Agency 招标代理机构.
    pub agency: String,
    /// Deadline, which is the opening time.
    pub deadline: At,
    /// Ceiling price 控制价, where there is one.
    pub ceiling: Option<Fen>,
    /// Columns of the schedule, in their order; the first of kind money is the price.
    pub columns: Vec<Column>,
    /// Opening officers.
    pub officers: Vec<Officer>,
    /// Host, supervisor and others who may log in as staff.
    pub staff: Vec<Staff>,
    /// Figures of law.
    pub policy: Policy,
    /// Drill 演练: no legal effect, shown everywhere.
    pub drill: bool,
    /// The evaluation, where it is made in this room; a package without it is opened here and evaluated elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluation: Option<Box<Plan>>,
}

impl LotFacts {
    /// The session in which this lot is opened.
    pub fn session(&self) -> SessionId {
        SessionId::of(&self.tender, self.lot)
    }

    /// When sign-in opens.
    pub fn sign_in_opens(&self) -> At {
        self.before_deadline(self.policy.sign_in_seconds.value)
    }

    /// From when on officers show that their locks still open.
    pub fn officers_probe_due(&self) -> At {
        self.before_deadline(self.policy.officer_probe_seconds.value)
    }

    /// From when on bidders are asked to show that their locks still open: first and last time.
    pub fn locks_probe_due(&self) -> [At; 2] {
        let policy = &self.policy;
        [policy.lock_probe_seconds.value, policy.lock_probe_last_seconds.value]
            .map(|seconds| self.before_deadline(seconds))
    }

    fn before_deadline(&self, seconds: u32) -> At {
        self.deadline.plus_millis(-1000 * i64::from(seconds))
    }
}
