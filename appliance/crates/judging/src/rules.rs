//! The rules of the opening, decided again.

use bidroom_canon::Sm3Digest;
use bidroom_domain::opening::{Event, SessionCreated, State, decide};
use bidroom_domain::{Actor, At, LotFacts, StaffRole};

use crate::objection::same;
use crate::{Objection, command_of};

/// The batch that begins with `first`, as the rules give it in the state before it: one event or several, which follow
/// each other in the log, at the same time and by the same actor.
///
/// # Errors
/// [`Objection::Rule`] or [`Objection::NotDue`].
pub fn decided_again(state: &State, by: &Actor, first: &Event, at: At) -> Result<Vec<Event>, Objection> {
    let kind = first.kind();
    let command =
        command_of(first, by, state).ok_or(Objection::NotDue { kind, why: "cannot happen by itself" })?;
    let decided = decide(state, by, command, at).map_err(|refusal| Objection::Rule { kind, refusal })?;
    if decided.is_empty() { Err(Objection::NotDue { kind, why: "was not due" }) } else { Ok(decided) }
}

/// The log's first entry is this package's lot, and its origin the one that the checkpoints have.
///
/// # Errors
/// [`Objection::Disagrees`].
pub fn check_created(
    created: &SessionCreated,
    package: &Sm3Digest,
    lot: &LotFacts,
    room: &str,
) -> Result<(), Objection> {
    same("tender package", &created.package, package)?;
    same("facts of the lot", &*created.lot, lot)?;
    same("origin", created.origin.as_str(), bidroom_tender::package_origin(room, lot).as_str())
}

/// Whoever runs the opening is one of the package's hosts. Who imports it is the room's business.
///
/// # Errors
/// [`Objection::Stranger`].
pub fn check_host(lot: Option<&LotFacts>, by: &Actor, event: &Event) -> Result<(), Objection> {
    let Actor::Host { certificate, name } = by else { return Ok(()) };
    if matches!(event, Event::SessionCreated(_)) {
        return Ok(());
    }
    let known = lot.is_some_and(|lot| {
        lot.staff.iter().any(|staff| {
            staff.role == StaffRole::Host && staff.certificate == *certificate && staff.name == *name
        })
    });
    if known { Ok(()) } else { Err(Objection::Stranger { name: name.clone(), role: "host" }) }
}
