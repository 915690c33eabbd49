//! What the one polite live region of a page says when the scene changes.

use super::figures::minute_passed;
use super::scene::{Scene, Stage};
use crate::text::{Both, Common, Phase, Say};
use bidroom_domain::At;

/// One sentence for the change from one scene to the next, or none: shares handed in are gathered, the opening of all
/// is one sentence, the timer is silent but for 10, 5 and 1 minute and for stopping.
pub fn sentence(before: &Scene, after: &Scene) -> Option<Both> {
    if before.stage < Stage::Announce && after.stage >= Stage::Announce {
        let said = if after.withheld().is_some() { Common::SpokenWithheld } else { Common::SpokenOpened };
        return Some(said.both());
    }
    if before.counted().is_stopped() != after.counted().is_stopped() && before.stage == after.stage {
        let said = if after.counted().is_stopped() { Phase::SpokenStopped } else { Phase::SpokenResumed };
        return Some(said.both());
    }
    if after.announcing != before.announcing
        && let Some(number) = after.announcing
    {
        return Some(Common::SpokenAnnouncing { number }.both());
    }
    let handed = |scene: &Scene| -> Vec<u32> {
        scene.rows.iter().filter(|row| row.handed.is_some()).map(|row| row.number).collect()
    };
    let earlier = handed(before);
    let new: Vec<u32> = handed(after).into_iter().filter(|number| !earlier.contains(number)).collect();
    match new.as_slice() {
        [] => None,
        [number] => Some(Common::SpokenHanded { number: *number }.both()),
        many => Some(Common::SpokenHandedMany { count: many.len() }.both()),
    }
}

/// What is said of a silent timer between two moments.
pub fn time_sentence(scene: &Scene, before: At, after: At) -> Option<Both> {
    let (earlier, later) = (scene.counted().read(before)?, scene.counted().read(after)?);
    minute_passed(earlier.left, later.left).map(|said| said.both())
}
