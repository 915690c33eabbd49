//! How long the committee has, and who says that it is not enough.

use bidroom_domain::At;

use super::Sight;

/// The committee's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time {
    /// Until when the evaluation is to take.
    pub until: At,
    /// Whether it was extended.
    pub is_extended: bool,
    /// So many members say that the time is short.
    pub asked: u32,
    /// With so many it is extended.
    pub needed: u32,
    /// By so many minutes.
    pub minutes: u32,
    /// Whether the member said so already since it was last extended.
    pub mine: bool,
}

/// The committee's time; none before the evaluation began, or without a committee.
pub fn time(sight: Sight<'_>) -> Option<Time> {
    let (plan, state) = (&sight.plan.committee, sight.state);
    let (until, started, committee) = (state.until?, state.started?, state.committee.as_ref()?);
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let of = count(committee.sitting().count());
    let asked = count(committee.sitting().filter(|(_, member)| member.asked_time.is_some()).count());
    let needed = (1..=of).find(|asked| plan.extension_share.value.is_exceeded(*asked, of)).unwrap_or(of);
    Some(Time {
        until,
        is_extended: until > started.plus_seconds(plan.minutes.value.saturating_mul(60)),
        asked,
        needed,
        minutes: plan.extension_minutes.value,
        mine: committee.members.get(&sight.me).is_some_and(|member| member.asked_time.is_some()),
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{plan, state_of};
    use super::*;
    use bidroom_domain::evaluation::State;

    #[test]
    fn more_than_a_third_extends_it() {
        let plan = plan();
        for (members, needed) in [(3, 2), (5, 2), (7, 3), (9, 4)] {
            let mut state = state_of(members, 1);
            state.until = Some(At(0).plus_seconds(240 * 60));
            let seen = |state: &State, me| time(Sight { plan: &plan, state, blind: &[], me }).unwrap();
            let now = seen(&state, 2);
            assert_eq!(
                (now.asked, now.needed, now.mine, now.is_extended),
                (0, needed, false, false),
                "{members}"
            );
            let asked = state.committee.as_mut().unwrap().members.get_mut(&2).unwrap();
            asked.asked_time = Some(At(5));
            assert_eq!((seen(&state, 2).asked, seen(&state, 2).mine, seen(&state, 1).mine), (1, true, false));
            state.until = Some(At(0).plus_seconds(300 * 60));
            assert!(seen(&state, 2).is_extended);
        }
    }
}
