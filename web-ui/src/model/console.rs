//! The host's next step: what it is, what it waits for, and who to look at first.

use super::figures::left_text;
use super::row::{Row, Standing};
use super::scene::{Scene, Stage};
use super::signing::{SignLine, Signing};
use super::tag::{Icon, Tone};
use crate::text::{Check, Console};
use bidroom_domain::At;

/// What the host can do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Open the unlock window.
    StartUnlock,
    /// End collecting and open all together.
    Open,
    /// Have this row read aloud.
    Announce(u32),
    /// End the reading.
    FinishAnnouncing,
    /// Close the opening.
    Close,
    /// Sign the record.
    Sign,
}

/// A condition of the next step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Whether it is met.
    pub met: bool,
    /// Its icon.
    pub icon: Icon,
    /// What it says.
    pub says: Check,
    /// The clause it comes from, where there is one.
    pub clause: Option<String>,
}

/// The next step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// Heading.
    pub head: Console,
    /// A sentence in place of conditions.
    pub note: Option<Console>,
    /// The action, if there is one; it can be done when all conditions are met.
    pub step: Option<Step>,
    /// Conditions.
    pub conditions: Vec<Condition>,
}

impl Next {
    /// How many conditions are not met.
    pub fn unmet(&self) -> usize {
        self.conditions.iter().filter(|condition| !condition.met).count()
    }

    /// Whether the action can be done now.
    pub fn can(&self) -> bool {
        self.step.is_some() && self.unmet() == 0
    }
}

fn condition(met: bool, waits: Icon, says: Check, clause: Option<&str>) -> Condition {
    let icon = if met { Icon::OkCircle } else { waits };
    Condition { met, icon, says, clause: clause.filter(|clause| !clause.is_empty()).map(str::to_owned) }
}

/// The next step at `now`. The room decides again by itself; this only says beforehand what it will say.
pub fn next(scene: &Scene, now: At) -> Next {
    match scene.stage {
        Stage::Before => Next {
            head: Console::HeadBefore,
            note: Some(Console::HeadBeforeNote),
            step: None,
            conditions: Vec::new(),
        },
        Stage::Refused => Next { head: Console::HeadRefused, note: None, step: None, conditions: Vec::new() },
        Stage::Authorise => authorise(scene),
        Stage::Unlock => unlock(scene, now),
        Stage::Opening => Next {
            head: Console::HeadOpening,
            note: Some(Console::OpeningNote),
            step: None,
            conditions: Vec::new(),
        },
        Stage::Announce => announce(scene),
        Stage::Confirm => confirm(scene, now),
        Stage::Closed => closed(scene),
    }
}

fn closed(scene: &Scene) -> Next {
    let awaited = scene.signing.iter().any(|line| line.signing == Signing::Awaited);
    let (head, note, step) = match (scene.may_sign, awaited) {
        (true, _) => (Console::DoSign, Console::SignNote, Some(Step::Sign)),
        (false, true) => (Console::HeadSigning, Console::SigningNote, None),
        (false, false) => (Console::HeadClosed, Console::HeadClosedNote, None),
    };
    // Whether others have signed does not keep the host from signing: it is told, and is no condition then.
    let lines = if step.is_none() { scene.signing.as_slice() } else { &[] };
    Next { head, note: Some(note), step, conditions: lines.iter().map(signature).collect() }
}

fn signature(line: &SignLine) -> Condition {
    let name = line.name.clone();
    match &line.signing {
        Signing::Awaited => condition(false, Icon::Wait, Check::ToSign { name }, None),
        Signing::Signed { at, .. } => {
            condition(true, Icon::Pen, Check::Signed { name, at: at.clock_text() }, None)
        }
        Signing::Missed { reason, .. } => {
            condition(true, Icon::NoEntry, Check::Missed { name, reason: reason.clone() }, None)
        }
    }
}

fn bidders(scene: &Scene) -> Condition {
    let minimum = scene.project.as_ref().map_or(0, |project| project.minimum);
    let count = scene.rows.len();
    let met = u32::try_from(count).is_ok_and(|count| count >= minimum);
    condition(met, Icon::Rule, Check::EnoughBidders { count, minimum }, Some(&scene.clauses.minimum))
}

fn officers(scene: &Scene) -> Condition {
    let (done, needed) = (scene.authorised(), scene.threshold);
    let says = match needed.checked_sub(done) {
        None | Some(0) => Check::OfficersEnough { done, needed },
        Some(missing) => Check::OfficersMissing { done, needed, missing },
    };
    condition(done >= needed, Icon::Clock, says, Some(&scene.clauses.officers))
}

fn authorise(scene: &Scene) -> Next {
    let minutes = scene.project.as_ref().map_or(0, |project| project.unlock_minutes);
    let at = scene.project.as_ref().map(|project| project.deadline.clock_text()).unwrap_or_default();
    Next {
        head: Console::DoStartUnlock { minutes },
        note: None,
        step: Some(Step::StartUnlock),
        conditions: vec![
            condition(true, Icon::Clock, Check::DeadlinePassed { at }, None),
            bidders(scene),
            officers(scene),
        ],
    }
}

fn unlock(scene: &Scene, now: At) -> Next {
    let all = scene.rows.len();
    let missing = all.saturating_sub(scene.handed());
    let left = scene.window.read(now).map_or(0, |reading| reading.left);
    let stopped = scene.window.is_stopped();
    let over = left == 0 && !stopped;
    let window = if missing == 0 {
        condition(true, Icon::Clock, Check::AllHanded { all }, Some(&scene.clauses.window))
    } else if over {
        condition(true, Icon::Clock, Check::WindowOver, Some(&scene.clauses.window))
    } else {
        let says = Check::WindowRunning { missing, left: left_text(left) };
        condition(false, Icon::Clock, says, Some(&scene.clauses.window))
    };
    let settled = if stopped { Check::IsStopped } else { Check::NotStopped };
    Next {
        head: Console::DoOpen,
        note: None,
        step: Some(Step::Open),
        conditions: vec![
            bidders(scene),
            officers(scene),
            window,
            condition(!stopped, Icon::Pause, settled, None),
        ],
    }
}

fn announce(scene: &Scene) -> Next {
    let all = scene.opened();
    if let Some(row) = scene.next_row() {
        let head = if scene.announced() == 0 {
            Console::DoAnnounceFirst
        } else {
            Console::DoAnnounceNext { row: row.number }
        };
        return Next { head, note: None, step: Some(Step::Announce(row.number)), conditions: Vec::new() };
    }
    Next {
        head: Console::DoFinishAnnouncing,
        note: None,
        step: Some(Step::FinishAnnouncing),
        conditions: vec![condition(true, Icon::Speak, Check::AllAnnounced { all }, None)],
    }
}

fn confirm(scene: &Scene, now: At) -> Next {
    let left = scene.window.read(now).map_or(0, |reading| reading.left);
    let missing = scene.rows.iter().filter(|row| matches!(row.standing, Standing::ToConfirm)).count();
    let open = scene.talks.iter().filter(|talk| talk.answer.is_none()).count();
    let unsettled = scene.rows.iter().filter(|row| row.is_unsettled()).count();
    let confirmed = if missing == 0 || left == 0 {
        condition(true, Icon::Clock, Check::AllConfirmed, Some(&scene.clauses.confirm))
    } else {
        let says = Check::ToConfirm { missing, left: left_text(left) };
        condition(false, Icon::Clock, says, Some(&scene.clauses.confirm))
    };
    let answered = if open == 0 { Check::AllAnswered } else { Check::ToAnswer { count: open } };
    let settled = if unsettled == 0 { Check::AllSettled } else { Check::ToSettle { count: unsettled } };
    Next {
        head: Console::DoClose,
        note: None,
        step: Some(Step::Close),
        conditions: vec![
            confirmed,
            condition(open == 0, Icon::Flag, answered, None),
            condition(unsettled == 0, Icon::NoEntry, settled, None),
        ],
    }
}

/// A counter in the head of the list of bidders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    /// Tone.
    pub tone: Tone,
    /// Icon.
    pub icon: Icon,
    /// Words.
    pub says: Console,
}

/// Counters of the list; only those that count something.
pub fn chips(scene: &Scene) -> Vec<Chip> {
    let count = |wanted: fn(&Row) -> bool| scene.rows.iter().filter(|row| wanted(row)).count();
    let wrong = count(|row| row.standing.is_problem());
    let waiting = count(|row| matches!(row.standing, Standing::Waiting));
    let queued = count(|row| matches!(row.standing, Standing::Queued { .. }));
    let missing = count(|row| matches!(row.standing, Standing::NotHandedIn | Standing::Settled { .. }));
    let confirmed = if scene.stage >= Stage::Confirm { scene.confirmed() } else { 0 };
    let handed = if scene.stage < Stage::Confirm { scene.handed() } else { 0 };
    [
        (wrong, Tone::Fault, Icon::Triangle, Console::ChipWrong { count: wrong }),
        (waiting, Tone::Wait, Icon::Wait, Console::ChipWaiting { count: waiting }),
        (missing, Tone::Stop, Icon::NoEntry, Console::ChipNotHanded { count: missing }),
        (handed, Tone::Ok, Icon::OkCircle, Console::ChipHanded { count: handed }),
        (queued, Tone::Busy, Icon::Clock, Console::ChipQueued { count: queued }),
        (confirmed, Tone::Ok, Icon::Pen, Console::ChipConfirmed { count: confirmed }),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(_, tone, icon, says)| Chip { tone, icon, says })
    .collect()
}

/// Numbers of the rows in the order in which the host should look at them while shares are collected: problems, then
/// those that wait, then the rest in roster order. From the opening on the roster's own order.
pub fn order(scene: &Scene) -> Vec<u32> {
    let mut rows: Vec<(u8, u32)> = scene
        .rows
        .iter()
        .map(|row| {
            let weight = match (&row.standing, scene.stage) {
                (_, stage) if stage > Stage::Unlock => 0,
                (standing, _) if standing.is_problem() => 0,
                (Standing::Waiting | Standing::Queued { .. }, _) => 1,
                _ => 2,
            };
            (weight, row.number)
        })
        .collect();
    rows.sort_unstable();
    rows.into_iter().map(|(_, number)| number).collect()
}
