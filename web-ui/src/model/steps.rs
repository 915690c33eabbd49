//! The phases of an opening as steps.

use super::scene::Stage;
use crate::text::Phase;

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// Behind us: a tick.
    Done,
    /// Now.
    Now,
    /// Later: its number.
    Later,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its number, from 1.
    pub number: usize,
    /// Its name.
    pub name: Phase,
    /// Where it stands.
    pub state: StepState,
}

const NAMES: [Phase; 7] = [
    Phase::SignIn,
    Phase::Roster,
    Phase::Authorise,
    Phase::Unlock,
    Phase::Open,
    Phase::Confirm,
    Phase::Record,
];

/// The number of the step a stage belongs to, and how many there are; none when all are done.
pub fn position(stage: Stage) -> Option<usize> {
    match stage {
        Stage::Before => Some(1),
        Stage::Refused => Some(2),
        Stage::Authorise => Some(3),
        Stage::Unlock => Some(4),
        Stage::Opening | Stage::Announce => Some(5),
        Stage::Confirm => Some(6),
        Stage::Closed => None,
    }
}

/// How many steps there are.
pub const COUNT: usize = NAMES.len();

/// The name of the step that is now; the last one's when all are done.
pub fn current(stage: Stage) -> Phase {
    position(stage).and_then(|now| NAMES.get(now - 1)).cloned().unwrap_or(Phase::Record)
}

/// All steps, as they stand.
pub fn steps(stage: Stage) -> Vec<Step> {
    let now = position(stage).unwrap_or(COUNT + 1);
    NAMES
        .iter()
        .zip(1..)
        .map(|(name, number)| Step {
            number,
            name: name.clone(),
            state: match number.cmp(&now) {
                std::cmp::Ordering::Less => StepState::Done,
                std::cmp::Ordering::Equal => StepState::Now,
                std::cmp::Ordering::Greater => StepState::Later,
            },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(stage: Stage, done: usize, now: usize) {
        let steps = steps(stage);
        let count = |state| steps.iter().filter(|step| step.state == state).count();
        assert_eq!((count(StepState::Done), count(StepState::Now), steps.len()), (done, now, 7), "{stage:?}");
    }

    #[test]
    fn stages_on_the_way() {
        check(Stage::Before, 0, 1);
        check(Stage::Refused, 1, 1);
        check(Stage::Unlock, 3, 1);
        check(Stage::Opening, 4, 1);
        check(Stage::Announce, 4, 1);
        check(Stage::Closed, 7, 0);
        assert_eq!(current(Stage::Confirm), Phase::Confirm);
        assert_eq!(current(Stage::Closed), Phase::Record);
    }
}
