//! What the holder of a certificate is in a session.

use bidroom_domain::opening::State;
use bidroom_domain::{Actor, At, Bidder, CreditCode, Officer, ReaderClass, StaffRole};
use bidroom_envelope::suite::pki::{Certificate, Usage};
use bidroom_trust::{Judge, Refusal};
use bidroom_wire::Who;

use super::token::Caller;
use bidroom_tender::PreparedLot;

/// What `caller` is in the session of `prepared` at `now`, whose officers are `officers`: they may be others than the
/// package names. Who is staff, officer or trustee of a session is no bidder of it, and who was let in to unlock one bid is nobody
/// else.
pub fn who_in(
    caller: &Caller,
    prepared: &PreparedLot,
    judge: &Judge,
    officers: &[Officer],
    may_import: bool,
    now: At,
) -> Who {
    let lot = &prepared.lot;
    let staff = lot.staff.iter().find(|staff| staff.certificate == caller.digest).map(|staff| staff.role);
    let officer =
        officers.iter().find(|officer| officer.certificate == caller.digest).map(|officer| officer.index);
    let mut trustees = lot.policy.declared_remedy_key().into_iter().flat_map(|key| &key.trustees);
    let trustee = trustees.find(|it| it.certificate == caller.digest).map(|it| it.index);
    let has_role = staff.is_some() || officer.is_some() || trustee.is_some();
    let bidder = if !has_role { bidder_in(caller, judge, now).ok() } else { None };
    Who { name: caller.name.clone(), certificate: caller.digest, bidder, staff, officer, trustee, may_import }
}

/// The firm behind `caller`, if its certificate counts at `now` and carries a credit code.
///
/// # Errors
/// The judge's [`Refusal`].
pub fn bidder_in(caller: &Caller, judge: &Judge, now: At) -> Result<Bidder, Refusal> {
    let certificate = &caller.certificate;
    let code = judge.firm(certificate, Usage::Sign, now)?.code;
    Ok(bidder_of(certificate, code))
}

/// The firm that a certificate names, with its code.
pub fn bidder_of(certificate: &Certificate, code: CreditCode) -> Bidder {
    let name = certificate.subject().organisation().unwrap_or_else(|| certificate.holder());
    Bidder { code, name: name.to_owned() }
}

/// Who the person is for the rules: a host before an officer, because an officer's own step names its share. None for
/// somebody who may only look.
pub fn actor_in(who: &Who) -> Option<Actor> {
    match (who.staff, who.officer, &who.bidder) {
        (Some(StaffRole::Host | StaffRole::Supervisor), ..) => staff_in(who),
        (_, Some(index), _) => Some(Actor::Officer { index, name: who.name.clone() }),
        (_, _, Some(bidder)) => Some(Actor::bidder(bidder)),
        _ => None,
    }
}

/// The person as a member of staff, for what staff does as such: a tenderer's representative holds an officer's share
/// and signs the record as the tenderer.
pub fn staff_in(who: &Who) -> Option<Actor> {
    who.staff.map(|role| Actor::of_staff(role, who.certificate, who.name.clone()))
}

/// The class of readers the person belongs to. A bidder is one from the roster on; until then there is nothing to read.
pub fn reader_class(who: &Who, state: &State) -> ReaderClass {
    match (who.staff, who.officer, &who.bidder) {
        (Some(StaffRole::Supervisor), ..) => ReaderClass::Supervisor,
        (Some(_), ..) | (_, Some(_), _) => ReaderClass::Staff,
        (_, _, Some(bidder)) if state.row(&bidder.code).is_some() => ReaderClass::Bidder,
        _ => ReaderClass::Public,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::certificate;
    use super::super::token::Standing;
    use super::*;

    fn who(staff: Option<StaffRole>, officer: Option<u8>, bidder: bool) -> Who {
        let caller = Caller::new(certificate(1), Standing::Full);
        let bidder =
            bidder.then(|| Bidder { code: "91370000MA3U7K2X1Q".parse().unwrap(), name: "甲".into() });
        Who {
            name: caller.name,
            certificate: caller.digest,
            bidder,
            staff,
            officer,
            trustee: None,
            may_import: false,
        }
    }

    #[track_caller]
    fn check(staff: Option<StaffRole>, officer: Option<u8>, bidder: bool, actor: &str, class: ReaderClass) {
        let who = who(staff, officer, bidder);
        let role = actor_in(&who)
            .map(|actor| serde_json::to_value(actor).unwrap()["role"].as_str().unwrap().to_owned());
        assert_eq!(role.unwrap_or_default(), actor);
        assert_eq!(reader_class(&who, &State::default()), class);
        assert_eq!(staff_in(&who).and_then(|actor| actor.staff().map(|(role, ..)| role)), staff);
    }

    #[test]
    fn roles_decide_what_is_done_and_read() {
        check(Some(StaffRole::Host), Some(1), false, "host", ReaderClass::Staff);
        check(Some(StaffRole::Supervisor), Some(2), false, "supervisor", ReaderClass::Supervisor);
        check(Some(StaffRole::Tenderer), Some(3), false, "officer", ReaderClass::Staff);
        check(Some(StaffRole::Tenderer), None, false, "", ReaderClass::Staff);
        check(None, Some(3), false, "officer", ReaderClass::Staff);
        check(None, None, true, "bidder", ReaderClass::Public);
        check(None, None, false, "", ReaderClass::Public);
    }
}
