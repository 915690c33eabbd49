//! What a member has before it, and what follows from it at once: which bids a sheet covers, and who has still to do something.

use bidroom_domain::evaluation::{Plan, SheetPart, State};

/// What a member has before it.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'a> {
    /// The method.
    pub plan: &'a Plan,
    /// The evaluation, as far as the member may know it.
    pub state: &'a State,
    /// Blind numbers of bids that stand, ascending, as the room lists them while a blind holds. Who is behind a number nobody knows
    /// here, so which of them stand does not follow from the state.
    pub blind: &'a [u32],
    /// The member.
    pub me: u8,
}

/// Indexes of those who belong to the committee.
pub fn sitting(state: &State) -> Vec<u8> {
    let sitting = state.committee.iter().flat_map(|committee| committee.sitting());
    sitting.map(|(index, _)| index).collect()
}

impl Sight<'_> {
    /// Whether bids are hidden behind numbers now.
    pub fn is_blind(self) -> bool {
        self.plan.is_blind() && self.state.blind.lifted.is_none()
    }

    /// The bids of a sheet that stand, as it names them.
    pub fn labels(self, part: SheetPart) -> Vec<u32> {
        if part == SheetPart::Blind && self.is_blind() {
            return self.blind.to_vec();
        }
        self.state.labels(part).into_iter().collect()
    }

    /// Whether a bid that stands has no blind number yet, or the room was not yet asked for it.
    pub fn lacks_numbers(self) -> bool {
        self.is_blind() && self.blind.len() < self.state.standing_bids().count()
    }

    /// Bids of a sheet that a member has not committed.
    pub fn missing(self, part: SheetPart, member: u8) -> Vec<u32> {
        let sheet = self.state.sheets.get(&part).and_then(|sheets| sheets.get(&member));
        let committed = |bid: &u32| sheet.is_some_and(|sheet| sheet.committed.contains_key(bid));
        self.labels(part).into_iter().filter(|bid| !committed(bid)).collect()
    }

    /// Indexes of those who belong to the committee.
    pub fn sitting(self) -> Vec<u8> {
        sitting(self.state)
    }

    /// Those of them for whom something does not hold.
    pub fn without(self, has: impl Fn(u8) -> bool) -> Vec<u8> {
        self.sitting().into_iter().filter(|index| !has(*index)).collect()
    }

    /// Whether all who belong to the committee signed in and signed the commitment.
    pub fn is_complete(self) -> bool {
        let mut sitting = self.state.committee.iter().flat_map(|committee| committee.sitting());
        sitting.all(|(_, member)| member.is_ready())
    }

    /// Whether the member is the chair of a committee at work.
    pub fn is_chair(self) -> bool {
        self.state.chair() == Some(self.me) && self.state.stage.is_at_work()
    }

    /// What members gave a bid for an item, as far as it may be read.
    pub fn scores(self, part: SheetPart, bid: u32, item: &str) -> Vec<(u8, u32)> {
        let of = |member: u8| Some((member, self.state.score(part, member, bid, item)?));
        self.sitting().into_iter().filter_map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{committee_of, plan};
    use super::*;
    use bidroom_domain::At;
    use bidroom_domain::evaluation::Sheet;

    fn blind_plan() -> Plan {
        let mut plan = plan();
        plan.criteria.iter_mut().for_each(|item| item.blind = item.id == "design");
        plan
    }

    #[test]
    fn blind_sheets_cover_the_numbers_that_stand() {
        let plan = blind_plan();
        let mut state = State { committee: Some(committee_of(3)), bids: vec![1, 2, 3], ..State::default() };
        for (drawn, listed) in [
            (3, vec![1, 2, 3]),
            // A bid left: its number is gone, the others keep theirs.
            (3, vec![1, 3]),
            // Another committee: numbers go on where the old ones ended.
            (6, vec![4, 5, 6]),
            (0, vec![]),
        ] {
            state.blind.drawn = drawn;
            let sight = Sight { plan: &plan, state: &state, blind: &listed, me: 1 };
            assert_eq!(sight.labels(SheetPart::Blind), listed);
            assert_eq!(sight.labels(SheetPart::Named), [1, 2, 3]);
            assert_eq!(sight.lacks_numbers(), listed.len() < 3);
        }
        // Once it is lifted the log says who stands.
        state.blind.lifted = Some(At(1));
        state.blind.numbers = [(1, 5), (2, 4), (3, 6)].into();
        let sight = Sight { plan: &plan, state: &state, blind: &[], me: 1 };
        assert_eq!(sight.labels(SheetPart::Blind), [4, 5, 6]);
        assert!(!sight.lacks_numbers());
    }

    #[test]
    fn what_is_committed_is_not_missing() {
        let plan = blind_plan();
        let mut state = State { committee: Some(committee_of(3)), bids: vec![1, 2, 3], ..State::default() };
        let sheet = Sheet { committed: [(1, At(1)), (2, At(1)), (3, At(1))].into(), ..Sheet::default() };
        state.sheets.insert(SheetPart::Blind, [(1, sheet)].into());
        let sight = Sight { plan: &plan, state: &state, blind: &[1, 3, 4], me: 1 };
        assert_eq!(sight.missing(SheetPart::Blind, 1), [4]);
        assert_eq!(sight.missing(SheetPart::Blind, 2), [1, 3, 4]);
        assert_eq!(sight.without(|member| sight.missing(SheetPart::Blind, member).is_empty()), [1, 2, 3]);
    }
}
