//! Where the ceremony stands, for the people who take part in it.

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::SessionId;
use bidroom_domain::opening::{Phase, State};
use bidroom_envelope::suite::pki::Certificate;
use bidroom_wire::{
    CeremonyDevice, CeremonyOfficer, CeremonyView, ClockDoubt, ReplacementView, SuccessorFiles, SuccessorView,
};

use crate::app::App;
use crate::error::{Fault, fault};
use crate::room::RoomHandle;
use crate::unlock::kinds;

/// Where the ceremony of a session stands now, for whoever has the share `own`; none before its package is imported.
///
/// # Errors
/// A [`Fault`] of the store.
pub fn ceremony_view(app: &App, room: &RoomHandle, own: Option<u8>) -> Result<Option<CeremonyView>, Fault> {
    let now = app.now();
    let snapshot = room.snapshot();
    let state = &snapshot.state;
    let Some(lot) = state.lot.as_ref() else { return Ok(None) };
    let due = lot.officers_probe_due();
    let officers = state.officers.iter().map(|officer| {
        let probed = state.probed.get(&officer.index);
        let before_opening = matches!(state.phase, Phase::Receive | Phase::Authorise | Phase::Unlock);
        let shown = probed.is_some_and(|probed| probed.at >= due);
        let authorised = state.authorised.get(&officer.index).map(|authorised| authorised.at);
        CeremonyOfficer {
            index: officer.index,
            name: officer.name.clone(),
            role: officer.role,
            probed: probed.map(|probed| (probed.at, probed.lock_tail.clone())),
            // A lock that gave its share has shown it.
            probe_missing: before_opening && now >= due && !shown && authorised.is_none(),
            authorised,
            replaced: !lot.officers.contains(officer),
        }
    });
    let devices = state.devices.iter().map(|device| CeremonyDevice {
        device: device.device.clone(),
        level_zh: device.level_zh.clone(),
        level_en: device.level_en.clone(),
        lost: state.lost.get(&device.device).copied(),
    });
    Ok(Some(CeremonyView {
        session: room.session().clone(),
        phase: state.phase,
        now,
        deadline: lot.deadline,
        threshold: lot.policy.officers_threshold.value,
        dealing: state.dealing,
        probe_due: due,
        probe_clause: lot.policy.officer_probe_seconds.clause.clone(),
        own,
        officers: officers.collect(),
        replacement: replacement(app, room.session(), state)?,
        clock: state.clock_in_doubt().map(|doubt| ClockDoubt {
            step: doubt.step,
            millis: doubt.millis,
            at: doubt.at,
            confirmed: doubt.confirmed.keys().copied().collect(),
        }),
        devices: devices.collect(),
    }))
}

/// The replacement to which most officers agreed.
fn replacement(app: &App, session: &SessionId, state: &State) -> Result<Option<ReplacementView>, Fault> {
    let all = state.agreements.keys().filter_map(|index| state.agreed_with(*index));
    let Some((officers, agreed)) = all.max_by_key(|(_, agreed)| agreed.len()) else { return Ok(None) };
    let mut successors = Vec::new();
    for officer in officers.iter().filter(|officer| !state.officers.contains(officer)) {
        let read = |digest: Sm3Digest| app.store.record(session, kinds::CERTIFICATE, &digest.to_string());
        let found = read(officer.certificate)?.zip(read(officer.encryption_certificate)?);
        let Some((signing, encryption)) = found else { continue };
        let tail = Certificate::from_der(&signing).map(|certificate| certificate.tail());
        successors.push(SuccessorView {
            tail: tail.map_err(|error| fault("the new officer's certificate", &error))?,
            files: SuccessorFiles {
                index: officer.index,
                signing: Base64Bytes(signing),
                encryption: Base64Bytes(encryption),
            },
        });
    }
    Ok(Some(ReplacementView { officers: officers.to_vec(), successors, agreed }))
}
