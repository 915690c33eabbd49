//! What one viewer sees of a session.

use super::facts::{ClockQuality, Device, Ledger, Link, LogLine, Marks, Readiness, Tamper};
use super::row::Row;
use super::signing::SignLine;
use super::window::Window;
use crate::text::{Both, Common, Hall};
use bidroom_domain::{At, Column, Fen, ScheduleReaders, StaffRole};

/// Where the session stands, as pages tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Before the deadline: nothing of any bid is shown.
    Before,
    /// A rule refused the opening.
    Refused,
    /// The roster is published, officers authorise.
    Authorise,
    /// Shares are collected.
    Unlock,
    /// Collecting is closed, the room opens all together.
    Opening,
    /// Opened; rows are read aloud.
    Announce,
    /// Bidders confirm or object.
    Confirm,
    /// The record is fixed.
    Closed,
}

/// Who reads the schedules of a lot that does not publish them to everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restricted {
    /// Bidders and staff, or staff only.
    pub readers: ScheduleReaders,
    /// The clause that says so.
    pub clause: String,
}

impl Restricted {
    /// Who reads the schedules and who does not.
    pub const fn head(&self) -> Hall {
        match self.readers {
            ScheduleReaders::Bidders => Hall::OnlyBidders,
            ScheduleReaders::Staff | ScheduleReaders::Public => Hall::OnlyStaff,
        }
    }

    /// The same in few words, with the clause.
    pub fn line(&self) -> Hall {
        let clause = self.clause.clone();
        match self.readers {
            ScheduleReaders::Bidders => Hall::ReadersBidders { clause },
            ScheduleReaders::Staff | ScheduleReaders::Public => Hall::ReadersStaff { clause },
        }
    }
}

/// The lot that is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Title of the tender.
    pub title: String,
    /// Number of the tender.
    pub tender: String,
    /// Number of the lot.
    pub lot: u32,
    /// Procedure.
    pub kind: Common,
    /// Evaluation method.
    pub method: String,
    /// Centre.
    pub centre: String,
    /// Room.
    pub room: String,
    /// Tenderer.
    pub tenderer: String,
    /// Agency.
    pub agency: String,
    /// Opening time.
    pub deadline: At,
    /// Ceiling price.
    pub ceiling: Option<Fen>,
    /// Columns beside the price.
    pub columns: Vec<Column>,
    /// A drill.
    pub drill: bool,
    /// Fewest bidders.
    pub minimum: u32,
    /// Who reads the schedules, where not everybody does.
    pub restricted: Option<Restricted>,
    /// Clause for taking silence as acceptance, where the policy does.
    pub silence: Option<String>,
    /// Length of the unlock window in minutes.
    pub unlock_minutes: u32,
    /// Length of the window to confirm in minutes.
    pub confirm_minutes: u32,
    /// When sign-in opens.
    pub sign_in: At,
}

/// Clauses of the policy beside the conditions of the next step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clauses {
    /// Fewest bidders.
    pub minimum: String,
    /// Officers' threshold.
    pub officers: String,
    /// Unlock window.
    pub window: String,
    /// Window to confirm.
    pub confirm: String,
}

/// An officer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficerLine {
    /// Share index.
    pub index: u8,
    /// Name.
    pub name: String,
    /// Role in which the person holds a share.
    pub role: StaffRole,
    /// Lock tail, time and entry of the authorisation.
    pub authorised: Option<(String, At, Option<u64>)>,
    /// Whether this page is that officer's.
    pub mine: bool,
}

/// Why the opening was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedLine {
    /// How many bidders there were.
    pub bidders: u32,
    /// How many are needed.
    pub minimum: u32,
    /// The clause.
    pub clause: String,
    /// When.
    pub at: At,
}

/// A stopped clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopLine {
    /// Why.
    pub reason: String,
    /// Milliseconds left.
    pub left: i64,
    /// Since when, where the log told this page.
    pub since: Option<At>,
}

/// An objection and its reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Talk {
    /// Number of the objection.
    pub number: u32,
    /// Row of the bidder.
    pub row: u32,
    /// Name of the bidder.
    pub name: String,
    /// The bidder of this page.
    pub mine: bool,
    /// What it says.
    pub text: String,
    /// When.
    pub at: At,
    /// The reply and its time.
    pub answer: Option<(String, At)>,
}

/// What one viewer sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scene {
    /// Where the session stands.
    pub stage: Stage,
    /// The lot; none until it is known.
    pub project: Option<Project>,
    /// Clauses.
    pub clauses: Clauses,
    /// The window that is counted down.
    pub window: Window,
    /// The window of the bidder at this page, where it is another than all bidders'.
    pub own_window: Option<Window>,
    /// The roster.
    pub rows: Vec<Row>,
    /// The row being read.
    pub announcing: Option<u32>,
    /// Officers.
    pub officers: Vec<OfficerLine>,
    /// How many are needed.
    pub threshold: usize,
    /// Custody devices.
    pub devices: Vec<Device>,
    /// A stopped clock.
    pub stop: Option<StopLine>,
    /// A refused opening.
    pub refused: Option<RefusedLine>,
    /// Objections.
    pub talks: Vec<Talk>,
    /// When the roster was published.
    pub roster_at: Option<At>,
    /// When unlocking started.
    pub unlock_from: Option<At>,
    /// When collecting ended.
    pub collected_at: Option<At>,
    /// When all were opened.
    pub opened_at: Option<At>,
    /// When the session closed.
    pub closed_at: Option<At>,
    /// Until when bidders may confirm.
    pub confirm_until: Option<At>,
    /// Bodies verified, and bodies opened.
    pub bodies: (u32, u32),
    /// The connection.
    pub link: Link,
    /// When the last frame was verified.
    pub seen: Option<At>,
    /// Evidence that disagrees.
    pub tamper: Option<Tamper>,
    /// A fault of the room that stops everything.
    pub halted: Option<(Both, Both)>,
    /// The clock.
    pub clock: ClockQuality,
    /// The newest checkpoint.
    pub ledger: Option<Ledger>,
    /// Digits of the deadline checkpoint.
    pub deadline_digits: Option<String>,
    /// Marks in the log.
    pub marks: Marks,
    /// Member of staff at this page.
    pub staff: Option<Both>,
    /// Readiness.
    pub readiness: Vec<Readiness>,
    /// Viewers connected.
    pub online: Option<u32>,
    /// The own bid of the bidder at this page.
    pub own_bid: Option<super::facts::OwnBid>,
    /// Newest lines of the log.
    pub log: Vec<LogLine>,
    /// Signatures under the record, once it is fixed.
    pub signing: Vec<SignLine>,
    /// Whether the person at this page may sign it.
    pub may_sign: bool,
    /// Whether this page is a supervisor's, who agrees with fates or contests them.
    pub may_judge: bool,
    /// Whether the record is published as a document.
    pub record_public: bool,
    /// Digits of the table of opened bids.
    pub table_digits: Option<String>,
}

impl Default for Scene {
    fn default() -> Self {
        super::derive::scene(&bidroom_domain::opening::State::default(), &super::Facts::default())
    }
}

impl Scene {
    /// Whether this is a drill; unknown counts as none.
    pub fn is_drill(&self) -> bool {
        self.project.as_ref().is_some_and(|project| project.drill)
    }

    /// The window that counts for the reader of this page.
    pub fn counted(&self) -> Window {
        self.own_window.unwrap_or(self.window)
    }

    /// The row of the bidder at this page.
    pub fn mine(&self) -> Option<&Row> {
        self.rows.iter().find(|row| row.mine)
    }

    /// How many have handed in.
    pub fn handed(&self) -> usize {
        self.rows.iter().filter(|row| row.handed.is_some()).count()
    }

    /// How many were opened.
    pub fn opened(&self) -> usize {
        self.rows.iter().filter(|row| row.is_opened()).count()
    }

    /// How many were read aloud, the one being read included.
    pub fn announced(&self) -> usize {
        self.rows.iter().filter(|row| row.announced).count()
    }

    /// How many confirmed.
    pub fn confirmed(&self) -> usize {
        self.rows.iter().filter(|row| row.confirmed.is_some()).count()
    }

    /// How many officers authorised.
    pub fn authorised(&self) -> usize {
        self.officers.iter().filter(|officer| officer.authorised.is_some()).count()
    }

    /// The next row to read aloud.
    pub fn next_row(&self) -> Option<&Row> {
        self.rows.iter().find(|row| row.is_opened() && !row.announced)
    }

    /// Whether all were opened: from that one moment prices and other content may be drawn.
    pub fn is_open(&self) -> bool {
        self.stage >= Stage::Announce
    }

    /// Whether schedules are drawn: all were opened, and this viewer may read them.
    pub fn shows_content(&self) -> bool {
        self.is_open() && self.withheld().is_none()
    }

    /// Who may read the schedules, where the room sent this viewer the outcomes but none of the schedules.
    pub fn withheld(&self) -> Option<&Restricted> {
        let restricted = self.project.as_ref()?.restricted.as_ref()?;
        let mut opened = self.rows.iter().filter(|row| row.is_opened());
        let none = opened.all(|row| row.schedule.is_none());
        (self.is_open() && none).then_some(restricted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Moment, facts, restricted, state};
    use crate::model::Facts;
    use crate::model::derive::scene;
    use crate::model::row::ProofState;

    /// What the page knows where it checked no schedule.
    fn unchecked(moment: Moment) -> Facts {
        Facts { checked: Vec::new(), ..facts(moment, false) }
    }

    #[track_caller]
    fn withheld(readers: ScheduleReaders, head: Hall) {
        let (folded, _) = restricted(Moment::Announce, readers);
        let seen = scene(&folded, &unchecked(Moment::Announce));
        assert_eq!(seen.withheld().map(Restricted::head), Some(head));
        assert!(seen.is_open() && !seen.shows_content());
        let proofs: Vec<ProofState> = seen.rows.iter().map(|row| row.proof).collect();
        assert_eq!(proofs.iter().filter(|proof| **proof == ProofState::Withheld).count(), 6);
        assert_eq!(proofs.get(5), Some(&ProofState::Sealed), "the sixth did not hand in");
    }

    #[test]
    fn a_viewer_without_schedules_is_told_who_reads_them() {
        withheld(ScheduleReaders::Bidders, Hall::OnlyBidders);
        withheld(ScheduleReaders::Staff, Hall::OnlyStaff);
    }

    #[test]
    fn nothing_is_withheld_before_the_opening_nor_where_all_is_public() {
        let (folded, _) = restricted(Moment::Unlock, ScheduleReaders::Staff);
        let seen = scene(&folded, &unchecked(Moment::Unlock));
        assert_eq!(seen.withheld(), None);
        assert!(seen.project.is_some_and(|project| project.restricted.is_some()));
        let (folded, _) = state(Moment::Announce);
        let seen = scene(&folded, &facts(Moment::Announce, false));
        assert!(seen.withheld().is_none() && seen.shows_content());
    }
}
