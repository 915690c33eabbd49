//! The officers' cards.

use super::scene::{OfficerLine, Scene, Stage};
use super::tag::Tag;
use crate::text::{Common, State};
use bidroom_domain::StaffRole;

/// How an officer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Has authorised.
    Done,
    /// Is wanted: fewer than needed have authorised.
    Wanted,
    /// Not needed any more.
    Spare,
    /// The opening time has not come.
    Early,
}

/// How this officer stands in this scene.
pub fn turn(officer: &OfficerLine, scene: &Scene) -> Turn {
    if officer.authorised.is_some() {
        Turn::Done
    } else if scene.stage < Stage::Authorise {
        Turn::Early
    } else if scene.authorised() >= scene.threshold {
        Turn::Spare
    } else {
        Turn::Wanted
    }
}

/// The tag of a turn.
pub fn tag(turn: Turn) -> Tag {
    match turn {
        Turn::Done => State::Authorised,
        Turn::Wanted => State::ToAuthorise,
        Turn::Spare => State::NotNeeded,
        Turn::Early => State::NotStarted,
    }
    .into()
}

/// The name of a role.
pub const fn role(role: StaffRole) -> Common {
    match role {
        StaffRole::Host => Common::Host,
        StaffRole::Supervisor => Common::Supervisor,
        StaffRole::Tenderer => Common::Tenderer,
    }
}
