//! What makes a method's figures of policy unusable: deductions and the abnormal-low review.

use num_traits::{One as _, Zero as _};

use super::check::{Checked, out_of_range};
use super::{Method, Object};
use crate::decimal::Percent;
use crate::exact::Exact;
use crate::law::{Law, Range};
use crate::refusal::Refusal;

impl Method {
    pub(super) fn check_deductions(&self, law: &Law) -> Checked {
        let rate = |percent: &Percent, figure: &bidroom_domain::Figure<Range>, path: &str| {
            if figure.value.holds(percent) {
                return Ok(());
            }
            let Range { least, most } = &figure.value;
            Err(Refusal::method(
                "deduction_rate",
                path,
                format!("扣除比例 {percent} 不在 {least}–{most} 之内。请按招标文件和规定填写。"),
                format!("the rate {percent} is not within {least}–{most}; state the tender document's rate."),
            )
            .under(&figure.clause))
        };
        if let Some(sme) = &self.deductions.sme {
            let works = self.object == Object::Works;
            rate(&sme.rate, if works { &law.sme_works_rate } else { &law.sme_rate }, "/deductions/sme/rate")?;
            if let Some(partner) = &sme.partner_rate {
                const AT: &str = "/deductions/sme/partner_rate";
                match (works, &law.sme_works_partner_rate) {
                    (false, _) => rate(partner, &law.sme_partner_rate, AT)?,
                    (true, Some(figure)) => rate(partner, figure, AT)?,
                    (true, None) => {
                        return Err(Refusal::method(
                            "deduction_without_law",
                            AT,
                            "工程联合体、分包的扣除比例没有缺省的法定范围。请在 law.sme_works_partner_rate 写明范围和依据。",
                            "no range is set by default for consortium and subcontract in works; state it with its clause in \
                             law.sme_works_partner_rate.",
                        )
                        .under("财库〔2020〕46号"));
                    }
                }
            }
        }
        match &self.deductions.domestic {
            Some(domestic) if *domestic != law.domestic_rate.value => Err(Refusal::method(
                "deduction_rate",
                "/deductions/domestic",
                format!("本国产品扣除比例应为 {}，实为 {domestic}。", law.domestic_rate.value),
                format!("the rate for domestic products is {}, it says {domestic}.", law.domestic_rate.value),
            )
            .under(&law.domestic_rate.clause)),
            _ => self.check_deductions_leave_a_price(),
        }
    }

    /// Whatever table of law a method brings, something of the price is left.
    fn check_deductions_leave_a_price(&self) -> Checked {
        let sme = self.deductions.sme.as_ref().map(|sme| {
            sme.partner_rate
                .as_ref()
                .map_or(sme.rate.value(), |partner| partner.value().max(sme.rate.value()))
        });
        let zero = Exact::zero();
        let domestic = self.deductions.domestic.as_ref().map_or(&zero, |rate| rate.value());
        if sme.unwrap_or(&zero) + domestic >= Exact::one() {
            return Err(out_of_range("/deductions".to_owned(), "< 100%"));
        }
        Ok(())
    }

    pub(super) fn check_abnormal(&self, law: &Law) -> Checked {
        let Some(abnormal) = &self.abnormal else { return Ok(()) };
        let most = &law.abnormal_most.value;
        for (name, given, figure) in [
            ("mean", &abnormal.mean, &law.abnormal_mean),
            ("second_lowest", &abnormal.second_lowest, &law.abnormal_second_lowest),
            ("ceiling", &abnormal.ceiling, &law.abnormal_ceiling),
        ] {
            let Some(percent) = given else { continue };
            if !(&figure.value..=most).contains(&percent) {
                return Err(Refusal::method(
                    "abnormal_share",
                    format!("/abnormal/{name}"),
                    format!("异常低价的数值只能由 {} 提高到至多 {most}，实为 {percent}。", figure.value),
                    format!(
                        "the figure may only be raised from {} up to {most}, it says {percent}.",
                        figure.value
                    ),
                )
                .under(&figure.clause));
            }
        }
        match abnormal.minutes {
            Some(minutes) if minutes < law.abnormal_minutes.value || minutes > 10_080 => {
                Err(Refusal::method(
                    "abnormal_minutes",
                    "/abnormal/minutes",
                    format!(
                        "说明时间不得少于 {} 分钟（至多七天），实为 {minutes}。",
                        law.abnormal_minutes.value
                    ),
                    format!(
                        "the time to explain is at least {} minutes and at most a week, it says {minutes}.",
                        law.abnormal_minutes.value
                    ),
                )
                .under(&law.abnormal_minutes.clause))
            }
            _ => Ok(()),
        }
    }
}
