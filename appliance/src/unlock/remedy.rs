//! The remedy of a bidder none of whose locks is at hand: the lock share that it kept. Custody compares it with its
//! commitment like any other; the tender document must name the remedy.

use bidroom_domain::Bidder;
use bidroom_domain::opening::Remedy;
use bidroom_lock::{SignedStatement, StatementKind};
use bidroom_wire::RemedyBody;

use super::UnlockError;
use super::consent::{Handed, Unlocking, checked, shown, take};
use crate::app::App;
use crate::room::{Done, RoomHandle};

/// Takes a kept share.
///
/// # Errors
/// [`UnlockError`]; then nothing was changed.
pub async fn remedy(
    app: &App,
    room: &RoomHandle,
    bidder: &Bidder,
    body: RemedyBody,
) -> Result<Done, UnlockError> {
    let unlocking = Unlocking::of(app, room, bidder)?;
    let RemedyBody { statement, packages, kind } = body;
    let signed = SignedStatement::verify(&statement.0, StatementKind::Remedy)?;
    let (accepted, given) = checked(app, room, &unlocking, bidder, &signed, &packages)?;
    let lock = shown(kind, &accepted, signed.certificate().tail());
    let handed = Handed { signed: &signed, given, packages: &packages };
    take(room, &unlocking, bidder, handed, lock, Some(Remedy::KeptShare)).await
}
