//! What is known of a session when one of its events is judged.

use std::collections::BTreeMap;

use bidroom_canon::Sm3Digest;
use bidroom_domain::opening::State;
use bidroom_domain::{LotFacts, SessionId};
use bidroom_envelope::suite::pki::Certificate;
use bidroom_trust::Judge;

/// What is known of a session when one of its events is judged. Everything in it comes from the signed tender package
/// or from entries that were judged before.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The session.
    pub session: &'a SessionId,
    /// The lot, as the signed package has it.
    pub lot: Option<&'a LotFacts>,
    /// Judges certificates by the CAs that the package accepts, and by what is known besides.
    pub judge: &'a Judge,
    /// The room's own CA, as the package names it: it certifies keys that members of the committee make on the spot.
    pub issuer: Option<&'a Certificate>,
    /// Which envelope of the lot's bids is opened.
    pub envelope: u32,
    /// The state before the event, or a later one: what statements name (roster, devices, table) does not change once
    /// it is there.
    pub state: &'a State,
    /// The entry with which the session was closed, once it is.
    pub closed: Option<u64>,
    /// SM3 of each signed checkpoint of this log, with the size it is over.
    pub notes: &'a BTreeMap<Sm3Digest, u64>,
}
