//! Faults of the room while bidders unlock: nothing can be recorded while one lasts, so its time is given back when it
//! is over, before time takes effect again.
//!
//! Owns since when the room is at fault and whose requests it met. Must not know what is recorded otherwise.

use std::collections::BTreeMap;

use bidroom_custody::Problem;
use bidroom_domain::opening::{Command, DEVICES_SILENT, Phase, RoomPart, Trouble, decide};
use bidroom_domain::{Actor as Party, At, CreditCode};

use super::ActError;
use super::actor::{Actor, as_fault};
use crate::error::Fault;

/// Shorter faults cost nobody its window and are not worth an entry, milliseconds.
const NOTICED: i64 = 1000;

/// A fault that lasts.
#[derive(Debug, Default)]
pub(super) struct Outage {
    since: Option<At>,
    /// Bidders whose requests met it, and the part that failed.
    hit: BTreeMap<CreditCode, RoomPart>,
}

impl Outage {
    /// The room is at fault from `at` on, if it was not before.
    pub(super) fn begins(&mut self, at: At) {
        self.since.get_or_insert(at);
    }

    /// A request met the fault.
    pub(super) fn hits(&mut self, by: &Party, fault: &Fault) {
        if let Party::Bidder { code, .. } = by {
            self.hit.entry(code.clone()).or_insert_with(|| part_of(fault));
        }
    }
}

fn part_of(fault: &Fault) -> RoomPart {
    match fault {
        fault if fault.is_full() => RoomPart::Disk,
        Fault::Custody(_) => RoomPart::Custody,
        Fault::Store(_) => RoomPart::Disk,
        _ => RoomPart::Room,
    }
}

impl Actor {
    /// Whether time is to be given back for a fault: it lasted long enough, and bidders were in their windows. A fault can
    /// end in the middle of a request that waited for custody; then nobody has given anything back yet.
    pub(super) fn outage_is_owed(&self) -> bool {
        let lasted = self.outage.since.map(|since| self.now().millis_since(since));
        self.state.phase == Phase::Unlock && lasted.is_some_and(|millis| millis >= NOTICED)
    }

    /// Gives the time of a fault that is over back to all bidders, and records whom it met. While it lasts, this fails
    /// like everything else.
    pub(super) fn make_up(&mut self) -> Result<(), ActError> {
        let Some(since) = self.outage.since else { return Ok(()) };
        if self.state.phase != Phase::Unlock {
            self.outage = Outage::default();
            return Ok(());
        }
        if !self.outage_is_owed() || self.state.clock_in_doubt().is_some() {
            return Ok(());
        }
        let millis = self.now().millis_since(since);
        // Committing tells that the fault is over: what is owed for it is held here until all of it is recorded.
        let owed = core::mem::take(&mut self.outage);
        let hit = owed.hit.iter().map(|(code, part)| Command::ReportTrouble {
            bidder: code.clone(),
            trouble: Trouble::RoomFault { part: *part, millis },
        });
        let reason = format!("本室设备故障 {} 秒，期间无法受理解密", millis / 1000);
        let commands: Vec<Command> = hit.chain([Command::MakeUpClock { reason, since }]).collect();
        for command in commands {
            let at = self.now();
            let done = match decide(&self.state, &Party::Room, command, at) {
                Ok(events) if events.is_empty() => Ok(()),
                Ok(events) => self.commit(&Party::Room, events, &[], at).map(|_| ()),
                // Nothing is left to give back: the share came in, or the window had ended before the fault.
                Err(refusal) => {
                    tracing::info!(session = %self.session, %refusal, "time was not given back");
                    Ok(())
                }
            };
            if let Err(error) = done {
                self.outage = owed;
                return Err(as_fault(error));
            }
        }
        Ok(())
    }

    /// Refuses to go on while custody does not answer.
    pub(super) fn custody_answers(&self) -> Result<(), Fault> {
        match self.parts.custodian.condition(&self.session) {
            // Started anew: it is shown the log with the next question.
            Ok(_) | Err(Problem::Unknown { .. }) => Ok(()),
            Err(problem) => Err(problem.into()),
        }
    }

    /// What becomes of the clock of all bidders where no device answers any more, or one does again.
    pub(super) fn clock_of_devices(&self) -> Option<Command> {
        let clock = self.state.unlock.as_ref().filter(|_| self.state.phase == Phase::Unlock)?;
        let own = clock.stopped.as_ref().is_some_and(|(reason, _)| reason == DEVICES_SILENT);
        match (self.state.is_without_device(), &clock.stopped) {
            (true, None) => Some(Command::StopClock { reason: DEVICES_SILENT.to_owned() }),
            (false, Some(_)) if own => Some(Command::ResumeClock),
            _ => None,
        }
    }
}
