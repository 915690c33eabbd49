//! Who may be a trustee of the remedy key: nobody who has a role in the room.

use std::collections::BTreeSet;

use crate::opening::Remedy;
use crate::{LotFacts, Officer, RemedyKey, StaffRole};

/// Most trustees of a lot; the sealed-bid format has the same bound.
pub const MAX_TRUSTEES: usize = 16;

impl RemedyKey {
    /// Whether an officer is one of the trustees, by either of its certificates.
    pub fn names(&self, officer: &Officer) -> bool {
        let of_officer = [officer.certificate, officer.encryption_certificate];
        self.trustees.iter().any(|trustee| {
            of_officer.contains(&trustee.certificate) || of_officer.contains(&trustee.encryption_certificate)
        })
    }
}

/// Checks that a lot's remedy key can be used: named among the remedies or not there at all, M of N trustees, none of
/// them officer or staff, and a supervisor who agrees with its use.
///
/// # Errors
/// What is wrong.
pub fn check_remedy_key(lot: &LotFacts) -> Result<(), String> {
    let listed = lot.policy.remedies.as_ref().is_some_and(|it| it.value.contains(&Remedy::RemedyKey));
    let key = match (&lot.policy.remedy_key, listed) {
        (None, false) => return Ok(()),
        (Some(figure), true) if !figure.clause.trim().is_empty() => &figure.value,
        (Some(_), true) => return Err("remedy_key: the clause of the tender document is missing".into()),
        (Some(_), false) => return Err("remedy_key is given, and remedies does not name it".into()),
        (None, true) => return Err("remedies names remedy_key, and its trustees are not given".into()),
    };
    let total = key.trustees.len();
    if key.threshold < 2 || usize::from(key.threshold) >= total || total > MAX_TRUSTEES {
        let threshold = key.threshold;
        return Err(format!("remedy_key {threshold} of {total}: needs 2 <= M < N <= {MAX_TRUSTEES}"));
    }
    if !key.trustees.iter().map(|trustee| usize::from(trustee.index)).eq(1..=total) {
        return Err("trustees' indexes are not 1..N".into());
    }
    let certificates =
        key.trustees.iter().flat_map(|trustee| [trustee.certificate, trustee.encryption_certificate]);
    let certificates: BTreeSet<_> = certificates.collect();
    let names: BTreeSet<&str> = key.trustees.iter().map(|trustee| trustee.name.as_str()).collect();
    if certificates.len() != 2 * total || names.len() != total {
        return Err("one trustee stands twice".into());
    }
    if lot.officers.iter().any(|officer| key.names(officer)) {
        return Err("an officer is a trustee of the remedy key".into());
    }
    if lot.staff.iter().any(|person| certificates.contains(&person.certificate)) {
        return Err("a member of staff is a trustee of the remedy key".into());
    }
    if !lot.staff.iter().any(|person| person.role == StaffRole::Supervisor) {
        return Err("remedy_key needs a supervisor, who agrees with its use".into());
    }
    Ok(())
}
