//! Signatures under the record: who signed, who is awaited, why somebody does not.

use super::facts::Facts;
use super::tag::Tag;
use crate::text::State as Word;
use bidroom_domain::opening::{Phase, State};
use bidroom_domain::{At, Staff, StaffRole};

/// How a signature stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signing {
    /// Awaited.
    Awaited,
    /// Given.
    Signed {
        /// Last four digits of the lock.
        tail: String,
        /// When.
        at: At,
        /// Entry of the ledger.
        entry: Option<u64>,
    },
    /// Not given, for a reason that the host recorded.
    Missed {
        /// The reason.
        reason: String,
        /// When it was recorded.
        at: At,
    },
}

impl Signing {
    /// Its tag.
    pub fn tag(&self) -> Tag {
        match self {
            Self::Awaited => Word::ToSign,
            Self::Signed { .. } => Word::Signed,
            Self::Missed { .. } => Word::NotSigned,
        }
        .into()
    }
}

/// A person under the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignLine {
    /// In which role.
    pub role: StaffRole,
    /// Name: who signed, or whom the lot names for the role.
    pub name: String,
    /// How it stands.
    pub signing: Signing,
    /// Whether this page is that person's.
    pub mine: bool,
}

/// The lines of a closed session, by role: everybody who signed; where nobody did, whom the lot names.
pub fn lines(state: &State, facts: &Facts) -> Vec<SignLine> {
    let Some(lot) = state.lot.as_ref().filter(|_| state.phase == Phase::Closed) else { return Vec::new() };
    let mut lines = Vec::new();
    for role in StaffRole::ALL {
        let before = lines.len();
        lines.extend(state.signatures.iter().filter(|signature| signature.role == role).map(|signature| {
            let entry = facts.marks.signed.iter().find(|(by, _)| *by == signature.certificate);
            SignLine {
                role,
                name: signature.name.clone(),
                signing: Signing::Signed {
                    tail: signature.lock_tail.clone(),
                    at: signature.at,
                    entry: entry.map(|(_, number)| *number),
                },
                mine: facts.person == Some(signature.certificate),
            }
        }));
        if lines.len() > before {
            continue;
        }
        let of_role = |person: &&Staff| person.role == role;
        let own = lot.staff.iter().filter(of_role).find(|person| facts.person == Some(person.certificate));
        let Some(person) = own.or_else(|| lot.staff.iter().find(of_role)) else { continue };
        let signing = match state.absences.get(&role) {
            Some((reason, at)) => Signing::Missed { reason: reason.clone(), at: *at },
            None => Signing::Awaited,
        };
        lines.push(SignLine { role, name: person.name.clone(), signing, mine: own.is_some() });
    }
    lines
}

/// Whether the person at this page may still sign.
pub fn may_sign(state: &State, facts: &Facts) -> bool {
    let Some(person) = facts.person.filter(|_| state.phase == Phase::Closed) else { return false };
    let named = state.lot.as_ref().is_some_and(|lot| lot.staff.iter().any(|it| it.certificate == person));
    named && !state.signatures.iter().any(|signature| signature.certificate == person)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Moment, state as told};
    use crate::model::console::{Step, next};
    use crate::model::derive::scene;
    use crate::text::Console;
    use bidroom_canon::Sm3Digest;
    use bidroom_domain::opening::{Event, RecordSigned, SignatureMissed};

    fn at_page_of(name: &str) -> Facts {
        Facts { person: Some(Sm3Digest::of(name.as_bytes())), ..Facts::default() }
    }

    #[track_caller]
    fn check(state: &State, facts: &Facts, expect: &[(&str, Word, bool)]) {
        let found = lines(state, facts);
        let found: Vec<_> =
            found.iter().map(|line| (line.name.as_str(), line.signing.tag().word, line.mine)).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn each_role_has_its_line_and_the_own_page_its_button() {
        let (confirming, _) = told(Moment::Confirm);
        assert!(lines(&confirming, &at_page_of("罗毅")).is_empty());
        assert!(!may_sign(&confirming, &at_page_of("罗毅")));

        let (mut state, at) = told(Moment::Closed);
        let facts = at_page_of("罗毅");
        check(
            &state,
            &facts,
            &[("沈若兰", Word::Signed, false), ("顾明远", Word::ToSign, false), ("罗毅", Word::ToSign, true)],
        );
        let step = |facts: &Facts| {
            let next = next(&scene(&state, facts), at);
            (next.head.clone(), next.step, next.can())
        };
        assert_eq!(step(&facts), (Console::DoSign, Some(Step::Sign), true));
        assert_eq!(step(&at_page_of("沈若兰")), (Console::HeadSigning, None, false));
        assert!(may_sign(&state, &facts) && !may_sign(&state, &at_page_of("沈若兰")));
        assert!(!may_sign(&state, &at_page_of("路人")) && !may_sign(&state, &Facts::default()));

        let missed = SignatureMissed { role: StaffRole::Supervisor, reason: "提前离场".into() };
        state.apply(&Event::from(missed), at);
        check(
            &state,
            &facts,
            &[
                ("沈若兰", Word::Signed, false),
                ("顾明远", Word::ToSign, false),
                ("罗毅", Word::NotSigned, true),
            ],
        );
        assert!(may_sign(&state, &facts), "an absence bars nobody");

        let signed = RecordSigned {
            role: StaffRole::Supervisor,
            name: "罗毅".into(),
            certificate: Sm3Digest::of("罗毅".as_bytes()),
            lock_tail: "7D12".into(),
            statement: Sm3Digest::of(b"statement"),
        };
        state.apply(&Event::from(signed), at);
        check(
            &state,
            &facts,
            &[("沈若兰", Word::Signed, false), ("顾明远", Word::ToSign, false), ("罗毅", Word::Signed, true)],
        );
        assert!(!may_sign(&state, &facts));
    }
}
