//! Votes that are over, and who was outvoted.

use bidroom_domain::evaluation::{State, Vote};

/// Whether a member was outvoted and may still write its reasons (87号令 第六十一条).
pub fn may_dissent(state: &State, vote: &Vote, member: u8) -> bool {
    let own = vote.ballots.get(&member).and_then(|ballot| ballot.agrees);
    let outvoted = own.is_some() && vote.carried().is_some() && own != vote.carried();
    outvoted
        && !vote.dissents.contains_key(&member)
        && !state.is_signed()
        && state.stage.is_at_work()
        && state
            .committee
            .as_ref()
            .is_some_and(|committee| committee.members.get(&member).is_some_and(|member| member.is_ready()))
}

/// Votes in which a member was outvoted and has written no reasons yet, the newest last.
pub fn outvoted(state: &State, member: u8) -> impl Iterator<Item = &Vote> {
    state.votes.iter().filter(move |vote| may_dissent(state, vote, member))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{state_of, voted};
    use super::*;
    use bidroom_domain::At;
    use bidroom_domain::evaluation::{Stage, Subject, VoidCause};

    #[test]
    fn who_was_outvoted_may_write_why_once() {
        let mut state = State { stage: Stage::Conformity, ..state_of(3, 1) };
        state.votes.push(voted(
            1,
            Subject::Competition { bids: 2 },
            &[(1, true), (2, false), (3, true)],
            At(5),
        ));
        let who = |state: &State| -> Vec<u8> {
            (1..=3).filter(|member| outvoted(state, *member).next().is_some()).collect()
        };
        assert_eq!(who(&state), [2]);
        state.votes[0].dissents.insert(2, Some("竞争充分".into()));
        assert_eq!(who(&state), [0_u8; 0]);
        state.votes[0].dissents.clear();
        // Before it is over, and once it does not count any more, there is nothing to object to.
        state.votes[0].void = Some((VoidCause::MemberLeft, At(6)));
        assert_eq!(who(&state), [0_u8; 0]);
        state.votes[0].void = None;
        state.votes[0].closed = None;
        assert_eq!(who(&state), [0_u8; 0]);
    }
}
