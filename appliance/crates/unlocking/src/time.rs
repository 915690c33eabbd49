//! What an officer says of the room's time after its clock was set.

use bidroom_domain::{At, SessionId};
use bidroom_lock::Statement;

/// The statement of an officer that has compared the room's time `at` after the step of its clock with this number.
pub fn confirm_time(session: &SessionId, step: u64, at: At) -> Statement {
    Statement::ConfirmTime { session: session.to_string(), step, at: at.0 }
}
