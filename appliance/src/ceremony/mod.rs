//! The officers' ceremony: probes of their locks, replacing an officer, confirming the time.
//!
//! **Architecture invariant.** The server checks each statement word by word to give a precise answer; what counts is
//! decided by custody, which checks the same evidence again before anything is appended. No part of a key is opened here.

mod replace;
mod time;
mod view;

pub use replace::{agree, redeal_due, replace_material};
pub use time::confirm_time;
pub use view::ceremony_view;

use bidroom_domain::Officer;
use bidroom_domain::opening::{Refusal, State};
use bidroom_envelope::suite::pki::Usage;
use bidroom_lock::{SignedStatement, StatementKind};
use bidroom_tender::PreparedLot;

use crate::app::App;
use crate::room::ActError;
use crate::unlock::UnlockError;

/// The officer with a share index, as the officers are now.
pub(crate) fn officer_of(state: &State, index: u8) -> Result<Officer, UnlockError> {
    let officer = state.officer(index).cloned();
    Ok(officer.ok_or(ActError::from(Refusal::UnknownOfficer { index }))?)
}

/// Reads a statement of an officer: its kind, the signature, the very lock that is registered for the officer, the
/// certificate's chain, the session.
pub(crate) fn statement_of_officer(
    app: &App,
    prepared: &PreparedLot,
    officer: &Officer,
    der: &[u8],
    kind: StatementKind,
) -> Result<SignedStatement, UnlockError> {
    let signed = SignedStatement::verify(der, kind)?;
    // The package, or the dealing that followed it, names the certificate itself, whatever happens to its authority.
    app.judge(prepared).named(signed.certificate(), Usage::Sign, app.now())?;
    if signed.certificate().digest() != officer.certificate {
        return Err(UnlockError::Signer {
            signer: signed.certificate().holder().to_owned(),
            expected: officer.name.clone(),
        });
    }
    let session = prepared.lot.session();
    crate::unlock::speaks("session", signed.statement().session().unwrap_or_default(), session.as_str())?;
    Ok(signed)
}
