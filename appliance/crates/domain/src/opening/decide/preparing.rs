//! Preparing: the package is imported, the keys are published.

use std::collections::BTreeSet;

use super::super::event::{Event, KeysPublished, SessionCreated, StandbyMissing, StandbyProved};
use super::super::refusal::Refusal;
use super::super::state::{Phase, State};
use super::{count, in_phase, lot};
use crate::evaluation::check_plan;
use crate::{At, ColumnKind, LotFacts, ProcurementKind, check_remedy_key};

/// The fewest bidders of a tender 招标, whatever a package says (招标投标法 第二十八条, 实施条例 第四十四条).
const STATUTORY_MINIMUM: u32 = 3;

pub(super) fn create(state: &State, created: SessionCreated, at: At) -> Result<Vec<Event>, Refusal> {
    if state.lot.is_some() {
        return Err(Refusal::SessionExists);
    }
    if at >= created.lot.deadline {
        return Err(Refusal::DeadlineInPast { deadline: created.lot.deadline });
    }
    usable(&created.lot).map_err(|what| Refusal::UnusableLot { what })?;
    Ok(vec![created.into()])
}

/// Checks that a lot's facts fit together.
fn usable(lot: &LotFacts) -> Result<(), String> {
    let policy = &lot.policy;
    let tendered = matches!(lot.kind, ProcurementKind::OpenTender | ProcurementKind::InvitedTender);
    if tendered && policy.minimum_bidders.value < STATUTORY_MINIMUM {
        return Err(format!("minimum_bidders {} < {STATUTORY_MINIMUM}", policy.minimum_bidders.value));
    }
    if policy.minimum_bidders.value == 0 {
        return Err("minimum_bidders 0".into());
    }
    let threshold = policy.officers_threshold.value;
    let indexes: BTreeSet<u8> = lot.officers.iter().map(|officer| officer.index).collect();
    let expected: BTreeSet<u8> = (1..=lot.officers.len().try_into().unwrap_or(u8::MAX)).collect();
    if indexes != expected {
        return Err("officers' share indexes are not 1..N".into());
    }
    let certificates: BTreeSet<_> = lot.officers.iter().map(|officer| officer.certificate).collect();
    if certificates.len() != lot.officers.len() {
        return Err("one person holds two officers' shares".into());
    }
    if threshold < 2 || usize::from(threshold) >= lot.officers.len() {
        return Err(format!("officers_threshold {threshold} of {}: needs 2 <= M < N", lot.officers.len()));
    }
    check_remedy_key(lot)?;
    let keys: BTreeSet<_> = lot.columns.iter().map(|column| column.key.as_str()).collect();
    let good_key = |key: &str| {
        !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    if keys.len() != lot.columns.len() || !keys.iter().all(|key| good_key(key)) || lot.columns.len() > 16 {
        return Err("schedule columns: keys must be unique, of a-z, 0-9 and _, at most 16".into());
    }
    if !lot.columns.iter().any(|column| column.kind == ColumnKind::Money) {
        return Err("schedule columns: no price".into());
    }
    for (name, seconds) in [
        ("unlock_window_seconds", policy.unlock_window_seconds.value),
        ("confirm_window_seconds", policy.confirm_window_seconds.value),
    ] {
        if !(10..=86_400).contains(&seconds) {
            return Err(format!("{name} {seconds}: needs 10 to 86400"));
        }
    }
    for (name, seconds) in [
        ("officer_probe_seconds", policy.officer_probe_seconds.value),
        ("lock_probe_seconds", policy.lock_probe_seconds.value),
        ("lock_probe_last_seconds", policy.lock_probe_last_seconds.value),
    ] {
        if !(60..=2_592_000).contains(&seconds) {
            return Err(format!("{name} {seconds}: needs 60 to 2592000"));
        }
    }
    if policy.lock_probe_last_seconds.value > policy.lock_probe_seconds.value {
        return Err("lock_probe_last_seconds is before lock_probe_seconds".into());
    }
    lot.evaluation.as_ref().map_or(Ok(()), |plan| check_plan(plan, lot.kind))
}

pub(super) fn publish_keys(state: &State, keys: KeysPublished) -> Result<Vec<Event>, Refusal> {
    in_phase(state, &[Phase::Prepare])?;
    let standby = &lot(state)?.policy.standby_required;
    if standby.value && count(keys.devices.len()) < 2 {
        return Err(Refusal::StandbyMissing { clause: standby.clause.clone() });
    }
    // Custody publishes keys only after every device has answered a challenge under each of them.
    let devices: Vec<String> = keys.devices.iter().map(|device| device.device.clone()).collect();
    let proof = match devices.as_slice() {
        [device] => StandbyMissing { device: device.clone(), clause: standby.clause.clone() }.into(),
        _ => StandbyProved { devices }.into(),
    };
    Ok(vec![keys.into(), proof])
}
