//! The officers' ceremony before the opening, as its view says it stands: what an officer does next, who is missing.

use bidroom_domain::At;
use bidroom_domain::opening::Phase;
use bidroom_wire::{CeremonyOfficer, CeremonyView, MOST_APART_MILLIS, SuccessorFiles};

/// How an officer's lock stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probe {
    /// It is not due yet.
    Early,
    /// It is due.
    Missing,
    /// It opened a challenge when it was due: when, last four digits of its serial.
    Done(At, String),
}

/// How the lock of an officer stands.
pub fn probe(view: &CeremonyView, officer: &CeremonyOfficer) -> Probe {
    match &officer.probed {
        Some((at, tail)) if *at >= view.probe_due => Probe::Done(*at, tail.clone()),
        _ if officer.probe_missing => Probe::Missing,
        _ => Probe::Early,
    }
}

/// The officer who asks.
pub fn own(view: &CeremonyView) -> Option<&CeremonyOfficer> {
    view.officers.iter().find(|officer| Some(officer.index) == view.own)
}

/// Names of officers.
pub fn names(view: &CeremonyView, indexes: &[u8]) -> String {
    let named = view.officers.iter().filter(|officer| indexes.contains(&officer.index));
    named.map(|officer| officer.name.as_str()).collect::<Vec<_>>().join("、")
}

/// Whether an officer may still be replaced at `now`.
pub fn may_replace(view: &CeremonyView, now: At) -> bool {
    view.phase == Phase::Receive && now < view.deadline
}

/// Whether two clocks are too far apart to confirm one by a look at the other.
pub const fn is_far(room: At, own: At) -> bool {
    room.millis_since(own).saturating_abs() > MOST_APART_MILLIS
}

/// A replacement to which somebody agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Index of the share.
    pub index: u8,
    /// Who has it now.
    pub from: String,
    /// Who takes it.
    pub to: String,
    /// Last four digits of the new lock.
    pub tail: String,
    /// Who agreed.
    pub agreed: String,
    /// Whether the one who asks did.
    pub own: bool,
    /// What others agree to.
    pub files: SuccessorFiles,
}

/// The replacement that is under way.
pub fn proposal(view: &CeremonyView) -> Option<Proposal> {
    let replacement = view.replacement.as_ref()?;
    // One place at a time: that is what an officer can agree to.
    let successor = replacement.successors.first()?;
    let index = successor.files.index;
    let to = replacement.officers.iter().find(|officer| officer.index == index)?;
    Some(Proposal {
        index,
        from: names(view, &[index]),
        to: to.name.clone(),
        tail: successor.tail.clone(),
        agreed: names(view, &replacement.agreed),
        own: view.own.is_some_and(|own| replacement.agreed.contains(&own)),
        files: successor.files.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use bidroom_domain::StaffRole;

    const DAY: i64 = 86_400_000;
    const DEADLINE: At = At(1_773_799_200_000);

    fn view(probed: Option<i64>, missing: bool) -> CeremonyView {
        let officer = CeremonyOfficer {
            index: 1,
            name: "沈若兰".into(),
            role: StaffRole::Host,
            probed: probed.map(|before| (DEADLINE.plus_millis(-before), "3A91".to_owned())),
            probe_missing: missing,
            authorised: None,
            replaced: false,
        };
        CeremonyView {
            session: "T-1".parse().unwrap(),
            phase: Phase::Receive,
            now: DEADLINE,
            deadline: DEADLINE,
            threshold: 2,
            dealing: 1,
            probe_due: DEADLINE.plus_millis(-DAY),
            probe_clause: "保管制度".into(),
            own: Some(1),
            officers: vec![officer],
            replacement: None,
            clock: None,
            devices: Vec::new(),
        }
    }

    #[track_caller]
    fn check(probed: Option<i64>, missing: bool, expect: Probe) {
        let view = view(probed, missing);
        assert_eq!(probe(&view, own(&view).unwrap()), expect);
    }

    #[test]
    fn a_lock_counts_that_was_probed_when_it_was_due() {
        check(None, false, Probe::Early);
        check(None, true, Probe::Missing);
        check(Some(2 * DAY), true, Probe::Missing);
        check(Some(2 * DAY), false, Probe::Early);
        check(Some(DAY / 2), false, Probe::Done(DEADLINE.plus_millis(-DAY / 2), "3A91".into()));
    }

    #[test]
    fn nobody_is_replaced_from_the_deadline_on() {
        let view = view(None, false);
        assert!(may_replace(&view, DEADLINE.plus_millis(-1)) && !may_replace(&view, DEADLINE));
        assert!(!may_replace(&CeremonyView { phase: Phase::Authorise, ..view }, At(0)));
    }

    #[test]
    fn a_minute_is_not_too_far_and_more_is() {
        for (apart, far) in [(0, false), (60_000, false), (-60_000, false), (60_001, true), (-60_001, true)] {
            assert_eq!(is_far(DEADLINE.plus_millis(apart), DEADLINE), far, "{apart}");
        }
    }
}
