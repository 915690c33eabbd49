//! The abnormal-low review of one bid, as far as it went.

use bidroom_domain::At;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::{Checked, text};
use crate::method::Method;
use crate::refusal::Refusal;

/// The abnormal-low review of one bid: who began it, when it was asked, until when, what came of it. Times are milliseconds
/// since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AbnormalReview {
    /// Why the committee began it by its own judgement, where no figure did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_committee: Option<String>,
    /// When the bidder was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<i64>")]
    pub asked_at: Option<At>,
    /// Until when it may explain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<i64>")]
    pub due_at: Option<At>,
    /// When it explained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<i64>")]
    pub answered_at: Option<At>,
    /// What the committee decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
}

/// What the committee decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// Proven or not.
    pub kind: VerdictKind,
    /// When it was decided.
    #[schemars(with = "i64")]
    pub at: At,
    /// The committee's opinion, which goes into the report.
    pub opinion: String,
}

/// Proven or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerdictKind {
    /// The price was shown to be reasonable; the bid stands.
    Proven,
    /// It was not; the bid is invalid.
    Unproven,
}

impl AbnormalReview {
    /// Checks that nothing was decided before the bidder was asked and had its time.
    pub(super) fn check(&self, path: &str, method: &Method) -> Checked {
        let law = method.law();
        let minutes = method.abnormal.as_ref().and_then(|a| a.minutes).unwrap_or(law.abnormal_minutes.value);
        let order = |at: &str, zh: &str, en: &str| {
            Err(Refusal::bids("review_order", format!("{path}/{at}"), zh, en)
                .under(&law.abnormal_minutes.clause))
        };
        if let Some(reason) = &self.by_committee {
            text(reason, &format!("{path}/by_committee"))?;
        }
        match (self.asked_at, self.due_at) {
            (Some(asked), Some(due)) => {
                if due.millis_since(asked) < i64::from(minutes) * 60_000 {
                    return Err(Refusal::bids(
                        "review_too_short",
                        format!("{path}/due_at"),
                        format!("给投标人说明的时间不足 {minutes} 分钟。请延长时限。"),
                        format!("the bidder has less than {minutes} minutes to explain; extend the time."),
                    )
                    .under(&law.abnormal_minutes.clause));
                }
            }
            (None, None) if self.answered_at.is_none() && self.verdict.is_none() => return Ok(()),
            (None, None) => {
                return order(
                    "asked_at",
                    "未要求投标人说明，不得作出结论。请先书面要求说明。",
                    "nothing can be decided before the bidder was asked; ask in writing first.",
                );
            }
            _ => {
                return order(
                    "due_at",
                    "要求说明的时间和截止时间应同时填写。",
                    "when it was asked and until when it may answer go together.",
                );
            }
        }
        if self.answered_at < self.asked_at && self.answered_at.is_some() {
            return order(
                "answered_at",
                "说明不能早于要求。请核对时间。",
                "the answer is earlier than the question; check the times.",
            );
        }
        let Some(verdict) = &self.verdict else { return Ok(()) };
        text(&verdict.opinion, &format!("{path}/verdict/opinion"))?;
        let waited = Some(verdict.at) >= self.due_at;
        match (self.answered_at, verdict.kind) {
            (Some(answered), _) if verdict.at >= answered => Ok(()),
            (None, VerdictKind::Unproven) if waited => Ok(()),
            (None, VerdictKind::Proven) => order(
                "verdict",
                "投标人没有说明，不能认定报价合理。",
                "the bidder has not explained, so nothing is proven.",
            ),
            _ => order(
                "verdict/at",
                "说明时限未到，投标人也未答复，不得作出结论。请等到时限届满。",
                "the time to explain is not over and the bidder has not answered; wait until it is over.",
            ),
        }
    }
}
