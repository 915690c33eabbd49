//! Bids that were received while their signer's certificate counted, and are unlocked when it no longer does.

use bidroom_domain::opening::Phase;
use bidroom_domain::{At, Bidder};
use bidroom_envelope::bid::header::Header;
use bidroom_envelope::suite::pki::Certificate;
use bidroom_trust::Judge;

use super::kinds;
use crate::app::App;
use crate::auth::bidder_of;
use crate::room::RoomHandle;

/// Whether a certificate signed a bid that waits to be unlocked in some session, and may unlock it although it does not
/// count now.
pub fn signed_a_received_bid(app: &App, certificate: &Certificate, now: At) -> bool {
    app.rooms.list().into_iter().any(|(session, _)| {
        let found = app.rooms.get(&session).zip(app.tenders.get(&session));
        found.is_some_and(|(room, prepared)| {
            bidder_of_received(app, &room, &app.judge(&prepared), certificate, now).is_some()
        })
    })
}

/// The bidder whose standing bid this very certificate signed, between deadline and opening.
pub fn bidder_of_received(
    app: &App,
    room: &RoomHandle,
    judge: &Judge,
    certificate: &Certificate,
    now: At,
) -> Option<Bidder> {
    let snapshot = room.snapshot();
    let state = &snapshot.state;
    if !matches!(state.phase, Phase::Authorise | Phase::Unlock) {
        return None;
    }
    let of_firm = |code: &str| certificate.names_credit_code(code);
    let row = &state.roster.iter().find(|row| of_firm(row.row.bidder.code.as_str()))?.row;
    let head = app.store.record(room.session(), kinds::HEAD, &row.bid.to_string()).ok()??;
    let head = Header::parse(&head).ok()?;
    let signed_it = head.submission().signer() == certificate;
    let accepted =
        judge.of_received_bid(certificate, &row.bidder.code, signed_it, row.received_at, now).ok()?;
    Some(bidder_of(certificate, accepted.code))
}
