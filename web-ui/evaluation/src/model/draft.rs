//! What a member has written and not yet handed in. It stays with the member: encrypted before it leaves the terminal.

use std::collections::BTreeMap;

use bidroom_domain::evaluation::{Criterion, Ground, Plan, Review, Scores, SheetPart, Verdict};
use serde::{Deserialize, Serialize};

use super::gather::{gather, gather_all};
use super::points::read;

/// A verdict on one item while it is being made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictDraft {
    /// Whether the bid passes, once that is said.
    pub passes: Option<bool>,
    /// On which ground not.
    pub ground: Option<Ground>,
    /// Why.
    pub reason: String,
}

impl VerdictDraft {
    /// As it can be handed in; none while something is missing.
    pub fn verdict(&self) -> Option<Verdict> {
        if self.passes? {
            return Some(Verdict { passes: true, ground: None, reason: None });
        }
        let reason = self.reason.trim();
        let ground = self.ground.filter(|_| !reason.is_empty())?;
        Some(Verdict { passes: false, ground: Some(ground), reason: Some(reason.to_owned()) })
    }
}

/// A member's draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Scores as they were typed: sheet → bid, as the sheet names it → item.
    pub scores: BTreeMap<SheetPart, BTreeMap<u32, BTreeMap<String, String>>>,
    /// Verdicts: review → bid → item.
    pub verdicts: BTreeMap<Review, BTreeMap<u32, BTreeMap<String, VerdictDraft>>>,
    /// Notes for oneself, by sheet and bid.
    pub notes: BTreeMap<SheetPart, BTreeMap<u32, String>>,
}

impl Draft {
    /// What was typed for one score.
    pub fn typed(&self, part: SheetPart, bid: u32, item: &str) -> &str {
        let typed = self.scores.get(&part).and_then(|bids| bids.get(&bid)).and_then(|items| items.get(item));
        typed.map_or("", String::as_str)
    }

    /// Keeps what was typed for one score.
    pub fn type_score(&mut self, part: SheetPart, bid: u32, item: &str, text: String) {
        self.scores.entry(part).or_default().entry(bid).or_default().insert(item.to_owned(), text);
    }

    /// The verdict on one item as far as it goes.
    pub fn verdict(&self, review: Review, bid: u32, item: &str) -> VerdictDraft {
        let verdict = self.verdicts.get(&review).and_then(|bids| bids.get(&bid)).and_then(|it| it.get(item));
        verdict.cloned().unwrap_or_default()
    }

    /// Changes the verdict on one item.
    pub fn judge(&mut self, review: Review, bid: u32, item: &str, change: impl FnOnce(&mut VerdictDraft)) {
        let items = self.verdicts.entry(review).or_default().entry(bid).or_default();
        change(items.entry(item.to_owned()).or_default());
    }

    /// Takes up verdicts that were handed in, to change them.
    pub fn take_up(&mut self, review: Review, bid: u32, given: &BTreeMap<String, Verdict>) {
        let taken = given.iter().map(|(item, verdict)| {
            let (passes, ground) = (Some(verdict.passes), verdict.ground);
            let reason = verdict.reason.clone().unwrap_or_default();
            (item.clone(), VerdictDraft { passes, ground, reason })
        });
        self.verdicts.entry(review).or_default().insert(bid, gather(taken));
    }

    /// All verdicts on a bid as they can be handed in; none while one is missing.
    pub fn opinion(&self, plan: &Plan, review: Review, bid: u32) -> Option<BTreeMap<String, Verdict>> {
        let verdict = |id: &str| Some((id.to_owned(), self.verdict(review, bid, id).verdict()?));
        gather_all(plan.items(review).map(|item| verdict(&item.id)))
    }
}

/// The sheet of these bids as it can be committed; none while a score is missing or wrong.
pub fn sheet_of(plan: &Plan, draft: &Draft, part: SheetPart, bids: &[u32]) -> Option<Scores> {
    let row = |bid: u32| -> Option<BTreeMap<String, u32>> {
        let cell =
            |item: &Criterion| Some((item.id.clone(), score(item, draft.typed(part, bid, &item.id)).ok()?));
        gather_all(plan.sheet(part).map(cell))
    };
    gather_all(bids.iter().map(|bid| Some((*bid, row(*bid)?))))
}

/// Why what was typed is no score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Nothing was typed.
    Missing,
    /// No number.
    NoNumber,
    /// Above the highest score.
    Above,
    /// Not in the item's steps.
    Step,
}

/// A score in hundredths of a point, as it was typed for an item.
///
/// # Errors
/// [`Wrong`].
pub fn score(item: &Criterion, typed: &str) -> Result<u32, Wrong> {
    if typed.trim().is_empty() {
        return Err(Wrong::Missing);
    }
    match read(typed) {
        None => Err(Wrong::NoNumber),
        Some(score) if score > item.max => Err(Wrong::Above),
        Some(score) if !score.is_multiple_of(item.step.max(1)) => Err(Wrong::Step),
        Some(score) => Ok(score),
    }
}

/// How many items of one bid have a score that counts, and how many there are.
pub fn filled(plan: &Plan, draft: &Draft, part: SheetPart, bid: u32) -> (usize, usize) {
    let good = plan.sheet(part).filter(|item| score(item, draft.typed(part, bid, &item.id)).is_ok());
    (good.count(), plan.sheet(part).count())
}

/// How many scores of a sheet count, how many were typed and do not, and how many there are.
pub fn progress(plan: &Plan, draft: &Draft, part: SheetPart, bids: &[u32]) -> (usize, usize, usize) {
    let (mut good, mut wrong, mut all) = (0_usize, 0_usize, 0_usize);
    for bid in bids {
        for item in plan.sheet(part) {
            all = all.saturating_add(1);
            match score(item, draft.typed(part, *bid, &item.id)) {
                Ok(_) => good = good.saturating_add(1),
                Err(Wrong::Missing) => {}
                Err(_) => wrong = wrong.saturating_add(1),
            }
        }
    }
    (good, wrong, all)
}

/// Scores that lie further from what the member gave the other bids for the same subjective item than two fifths of its
/// maximum: worth a second look, and no more. Bid, as the sheet names it, and item.
pub fn strange(plan: &Plan, sheet: &Scores, part: SheetPart) -> Vec<(u32, String)> {
    use bidroom_domain::evaluation::CriterionKind::Subjective;
    let mut strange = Vec::new();
    for item in plan.sheet(part).filter(|item| item.kind == Subjective) {
        let scores: Vec<(u32, u32)> =
            sheet.iter().filter_map(|(bid, row)| Some((*bid, *row.get(&item.id)?))).collect();
        let others = u32::try_from(scores.len()).unwrap_or(u32::MAX).saturating_sub(1);
        if others < 2 {
            continue;
        }
        let all: u32 = scores.iter().map(|(_, score)| *score).fold(0, u32::saturating_add);
        for (bid, score) in scores {
            let mean = all.saturating_sub(score) / others;
            if u64::from(score.abs_diff(mean)) * 5 > u64::from(item.max) * 2 {
                strange.push((bid, item.id.clone()));
            }
        }
    }
    strange
}

#[cfg(test)]
mod tests {
    use super::*;
    use bidroom_domain::evaluation::{CriterionKind, CriterionPart};

    fn item(id: &str, max: u32) -> Criterion {
        Criterion {
            id: id.into(),
            name: "方案".into(),
            part: CriterionPart::Technical,
            kind: CriterionKind::Subjective,
            max,
            step: 50,
            blind: false,
            guide: String::new(),
            grades: Vec::new(),
        }
    }

    fn plan() -> Plan {
        Plan { criteria: vec![item("a", 800), item("b", 1000)], ..Plan::scored() }
    }

    #[test]
    fn a_score_is_in_range_and_in_steps() {
        for (typed, expect) in [
            ("8", Ok(800)),
            ("0", Ok(0)),
            ("6.5", Ok(650)),
            ("", Err(Wrong::Missing)),
            (" ", Err(Wrong::Missing)),
            ("8.2", Err(Wrong::Above)),
            ("6.2", Err(Wrong::Step)),
            ("好", Err(Wrong::NoNumber)),
        ] {
            assert_eq!(score(&item("a", 800), typed), expect, "{typed}");
        }
    }

    #[test]
    fn what_was_typed_is_counted_and_survives_being_kept() {
        let (plan, part) = (plan(), SheetPart::Whole);
        let mut draft = Draft::default();
        draft.type_score(part, 1, "a", "7.5".into());
        draft.type_score(part, 1, "b", "11".into());
        draft.type_score(part, 2, "a", "8".into());
        assert_eq!(progress(&plan, &draft, part, &[1, 2]), (2, 1, 4));
        assert_eq!(filled(&plan, &draft, part, 1), (1, 2));
        draft.judge(Review::Conformity, 3, "signed", |verdict| verdict.passes = Some(false));
        let kept: Draft = serde_json::from_slice(&serde_json::to_vec(&draft).unwrap()).unwrap();
        assert_eq!(kept, draft);
    }

    #[test]
    fn a_no_needs_ground_and_reason() {
        let mut verdict = VerdictDraft::default();
        assert_eq!(verdict.verdict(), None);
        verdict.passes = Some(false);
        assert_eq!(verdict.verdict(), None);
        verdict.ground = Some(Ground::NoResponse);
        verdict.reason = "  ".into();
        assert_eq!(verdict.verdict(), None);
        verdict.reason = " 缺检验报告 ".into();
        assert_eq!(verdict.verdict().unwrap().reason.as_deref(), Some("缺检验报告"));
        verdict.passes = Some(true);
        assert_eq!(verdict.verdict(), Some(Verdict { passes: true, ground: None, reason: None }));
    }

    #[test]
    fn what_was_handed_in_is_where_a_revision_starts() {
        let plan = super::super::fixture::plan();
        let passes = Verdict { passes: true, ground: None, reason: None };
        let no = Verdict { passes: false, ground: Some(Ground::NoResponse), reason: Some("缺页".into()) };
        let given: BTreeMap<String, Verdict> =
            [("signed".to_owned(), passes), ("answers".to_owned(), no)].into();
        let mut draft = Draft::default();
        draft.judge(Review::Conformity, 1, "signed", |verdict| verdict.passes = Some(false));
        draft.take_up(Review::Conformity, 1, &given);
        assert_eq!(draft.opinion(&plan, Review::Conformity, 1), Some(given));
        draft.judge(Review::Conformity, 1, "answers", |verdict| verdict.passes = Some(true));
        assert!(draft.opinion(&plan, Review::Conformity, 1).unwrap()["answers"].passes);
    }

    #[test]
    fn a_score_far_from_the_others_is_worth_a_look() {
        let row = |score| [("a".to_owned(), score), ("b".to_owned(), 500)].into();
        let sheet: Scores = [(1, row(700)), (2, row(650)), (3, row(300)), (4, row(700))].into();
        assert_eq!(strange(&plan(), &sheet, SheetPart::Whole), [(3, "a".to_owned())]);
        let two: Scores = [(1, row(800)), (2, row(0))].into();
        assert_eq!(strange(&plan(), &two, SheetPart::Whole), []);
    }
}
