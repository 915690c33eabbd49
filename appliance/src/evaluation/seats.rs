//! Members at their terminals: one-time PINs and tokens.
//!
//! A PIN is handed over on paper by the host and good for ten minutes, one sign-in and a few mistakes. Nothing of it is kept on
//! disk: after a restart the host hands out another one.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bidroom_canon::{Hex32, Sm3Digest, labelled_sm3};
use bidroom_domain::evaluation::State;
use bidroom_domain::{At, SessionId};
use bidroom_wire::{SeatPin, SeatView, TerminalBody, TerminalIn};
use rand_core::Rng as _;
use zeroize::Zeroizing;

use crate::auth::TOKEN_MILLIS;
use crate::random::SystemRandom;

/// How long a PIN may be used, milliseconds.
const PIN_MILLIS: i64 = 600_000;
/// Wrong PINs after which the right one counts no more.
const MOST_WRONG: u32 = 5;

/// Why a member is not signed in at a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SeatRefusal {
    /// Nobody with this index has a seat.
    #[error("member {member} has no seat")]
    NotSeated {
        /// Which.
        member: u8,
    },
    /// The member's seat is at another terminal.
    #[error("the seat of member {member} is at another terminal")]
    OtherTerminal {
        /// Which.
        member: u8,
    },
    /// There is no PIN for this member, or its time ended, or it was used or mistaken too often.
    #[error("no PIN counts for member {member}")]
    NoPin {
        /// Which.
        member: u8,
    },
    /// Another PIN.
    #[error("wrong PIN, {left} tries are left")]
    WrongPin {
        /// How often it may still be tried.
        left: u32,
    },
}

struct Pin {
    digest: Sm3Digest,
    until: At,
    wrong: u32,
}

struct Seat {
    session: SessionId,
    member: u8,
    terminal: String,
    until: At,
}

#[derive(Default)]
struct Table {
    pins: BTreeMap<(SessionId, u8), Pin>,
    seats: BTreeMap<Sm3Digest, Seat>,
    calls: BTreeMap<(SessionId, u8), At>,
}

/// Who sits where.
#[derive(Default)]
pub struct Seats {
    table: Mutex<Table>,
}

impl core::fmt::Debug for Seats {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Seats").finish_non_exhaustive()
    }
}

fn pin_digest(session: &SessionId, member: u8, pin: &str) -> Sm3Digest {
    labelled_sm3("bidroom/seat-pin/v1", &[session.as_str().as_bytes(), &[member], pin.as_bytes()])
}

fn token_digest(token: &str) -> Sm3Digest {
    labelled_sm3("bidroom/seat-token/v1", &[token.as_bytes()])
}

/// The terminal of a member who has a seat and belongs to the committee.
fn terminal_of(state: &State, member: u8) -> Option<&str> {
    let known = state.committee.as_ref()?.members.get(&member).filter(|known| known.is_member())?;
    known.seating.as_ref()?.terminal.as_deref()
}

impl Seats {
    fn table(&self) -> MutexGuard<'_, Table> {
        // Each change is one insertion or removal: a panic elsewhere leaves no half of it.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new PIN for a member who has its seat; an earlier one ends.
    ///
    /// # Errors
    /// [`SeatRefusal::NotSeated`].
    pub fn hand_out(
        &self,
        session: &SessionId,
        state: &State,
        member: u8,
        now: At,
    ) -> Result<SeatPin, SeatRefusal> {
        terminal_of(state, member).ok_or(SeatRefusal::NotSeated { member })?;
        let pin = six_digits();
        let until = now.plus_millis(PIN_MILLIS);
        let digest = pin_digest(session, member, &pin);
        let mut table = self.table();
        table.pins.retain(|_, pin| pin.until > now);
        table.pins.insert((session.clone(), member), Pin { digest, until, wrong: 0 });
        Ok(SeatPin { member, pin, until })
    }

    /// Signs a member in at its terminal. Whoever was signed in for it before is not any more.
    ///
    /// # Errors
    /// [`SeatRefusal`]; a wrong PIN counts against it.
    pub fn sign_in(
        &self,
        session: &SessionId,
        state: &State,
        body: &TerminalBody,
        now: At,
    ) -> Result<TerminalIn, SeatRefusal> {
        let member = body.member;
        let terminal = terminal_of(state, member).ok_or(SeatRefusal::NotSeated { member })?;
        if terminal != body.terminal {
            return Err(SeatRefusal::OtherTerminal { member });
        }
        let mut table = self.table();
        let key = (session.clone(), member);
        let pin = table.pins.get_mut(&key).filter(|pin| pin.until > now && pin.wrong < MOST_WRONG);
        let pin = pin.ok_or(SeatRefusal::NoPin { member })?;
        if pin.digest != pin_digest(session, member, &body.pin) {
            pin.wrong = pin.wrong.saturating_add(1);
            return Err(SeatRefusal::WrongPin { left: MOST_WRONG.saturating_sub(pin.wrong) });
        }
        table.pins.remove(&key);
        table
            .seats
            .retain(|_, seat| seat.until > now && !(seat.session == *session && seat.member == member));
        let mut random = Zeroizing::new([0; 32]);
        SystemRandom.fill_bytes(random.as_mut_slice());
        let token = Hex32(*random).to_string();
        let until = now.plus_millis(TOKEN_MILLIS);
        let (session, terminal) = (session.clone(), terminal.to_owned());
        table.seats.insert(token_digest(&token), Seat { session, member, terminal, until });
        Ok(TerminalIn { token, until })
    }

    /// The member whose token this is, if it still sits where it signed in.
    pub fn member(&self, session: &SessionId, state: &State, token: &str, now: At) -> Option<u8> {
        let table = self.table();
        let seat = table.seats.get(&token_digest(token))?;
        let sits = seat.until > now
            && seat.session == *session
            && terminal_of(state, seat.member) == Some(seat.terminal.as_str());
        sits.then_some(seat.member)
    }

    /// A member calls for staff; an earlier call goes on.
    pub fn call(&self, session: &SessionId, member: u8, now: At) {
        self.table().calls.entry((session.clone(), member)).or_insert(now);
    }

    /// Somebody went to a member that called.
    pub fn attend(&self, session: &SessionId, member: u8) {
        self.table().calls.remove(&(session.clone(), member));
    }

    /// The seats of those who belong to the committee, as the host sees them.
    pub fn view(&self, session: &SessionId, state: &State, now: At) -> Vec<SeatView> {
        let table = self.table();
        let sits = |member: u8| {
            table.seats.values().any(|seat| {
                seat.session == *session
                    && seat.member == member
                    && seat.until > now
                    && terminal_of(state, member) == Some(seat.terminal.as_str())
            })
        };
        let sitting = state.committee.iter().flat_map(|committee| committee.sitting());
        let view = sitting.map(|(member, _)| SeatView {
            member,
            signed_in: sits(member),
            calls: table.calls.get(&(session.clone(), member)).copied(),
        });
        view.collect()
    }
}

/// Six digits, each as likely as the others.
fn six_digits() -> String {
    loop {
        // The largest multiple of a million below 2^32: what is above would favour small numbers.
        let drawn = SystemRandom.next_u32();
        if drawn < 4_294_000_000 {
            return format!("{:06}", drawn % 1_000_000);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bidroom_domain::evaluation::{
        CommitteeImported, CommitteeList, CommitteeOpened, Event, IdentityCheck, Member, MemberMoved,
        MemberRole, MemberSeated,
    };

    const NOW: At = At(1_773_799_200_000);

    fn digest(text: &str) -> Sm3Digest {
        Sm3Digest::of(text.as_bytes())
    }

    fn seated() -> State {
        let member = |index| Member {
            index,
            name: format!("专家{index}"),
            employer: "设计院".into(),
            employer_code: None,
            specialty: "水质".into(),
            role: MemberRole::Expert,
            certificate: None,
            relations: Vec::new(),
        };
        let list = CommitteeList { salt: Hex32([1; 32]), members: vec![member(1), member(2)] };
        let events: [Event; 3] = [
            CommitteeImported { list: digest("list") }.into(),
            CommitteeOpened { list: Some(list), members: vec![1, 2], representatives: vec![] }.into(),
            MemberSeated {
                member: 1,
                seat: 1,
                terminal: Some("终端1".into()),
                identity: IdentityCheck::IdCard,
                phone_deposited: true,
                statement: digest("sign-in"),
            }
            .into(),
        ];
        let mut state = State::default();
        events.iter().for_each(|event| state.apply(event, NOW));
        state
    }

    fn body(terminal: &str, pin: &str) -> TerminalBody {
        TerminalBody { member: 1, terminal: terminal.into(), pin: pin.into() }
    }

    #[test]
    fn a_pin_signs_in_once_at_the_members_own_terminal() {
        let (seats, session, mut state) = (Seats::default(), "T-1".parse().unwrap(), seated());
        assert_eq!(seats.hand_out(&session, &state, 2, NOW), Err(SeatRefusal::NotSeated { member: 2 }));
        let pin = seats.hand_out(&session, &state, 1, NOW).unwrap();
        assert!(pin.pin.len() == 6 && pin.pin.bytes().all(|digit| digit.is_ascii_digit()));
        let elsewhere = seats.sign_in(&session, &state, &body("终端2", &pin.pin), NOW);
        assert_eq!(elsewhere, Err(SeatRefusal::OtherTerminal { member: 1 }));
        let first = seats.sign_in(&session, &state, &body("终端1", &pin.pin), NOW).unwrap();
        assert_eq!(seats.member(&session, &state, &first.token, NOW), Some(1));
        let again = seats.sign_in(&session, &state, &body("终端1", &pin.pin), NOW);
        assert_eq!(again, Err(SeatRefusal::NoPin { member: 1 }));
        assert_eq!(seats.member(&"T-2".parse().unwrap(), &state, &first.token, NOW), None);
        assert_eq!(seats.member(&session, &state, &first.token, first.until), None);
        assert_eq!(seats.member(&session, &state, "0", NOW), None);

        // A second sign-in ends the first, and moving ends both.
        let pin = seats.hand_out(&session, &state, 1, NOW).unwrap();
        let second = seats.sign_in(&session, &state, &body("终端1", &pin.pin), NOW).unwrap();
        assert_eq!(seats.member(&session, &state, &first.token, NOW), None);
        assert_eq!(seats.member(&session, &state, &second.token, NOW), Some(1));
        let moved =
            MemberMoved { member: 1, terminal: Some("终端9".into()), reason: Some("死机".into()) };
        state.apply(&moved.into(), NOW);
        assert_eq!(seats.member(&session, &state, &second.token, NOW), None);
    }

    #[test]
    fn the_host_sees_who_is_signed_in_and_who_calls() {
        let (seats, session, state) = (Seats::default(), "T-1".parse().unwrap(), seated());
        let seen = |now| {
            let view = seats.view(&session, &state, now);
            view.into_iter().map(|seat| (seat.member, seat.signed_in, seat.calls)).collect::<Vec<_>>()
        };
        assert_eq!(seen(NOW), [(1, false, None), (2, false, None)]);
        let pin = seats.hand_out(&session, &state, 1, NOW).unwrap();
        let signed_in = seats.sign_in(&session, &state, &body("终端1", &pin.pin), NOW).unwrap();
        seats.call(&session, 1, NOW);
        seats.call(&session, 1, NOW.plus_seconds(5));
        assert_eq!(seen(NOW), [(1, true, Some(NOW)), (2, false, None)]);
        seats.attend(&session, 1);
        assert_eq!(seen(signed_in.until), [(1, false, None), (2, false, None)]);
    }

    #[test]
    fn a_pin_ends_with_its_time_and_with_the_fifth_mistake() {
        let (seats, session, state) = (Seats::default(), "T-1".parse().unwrap(), seated());
        let none = SeatRefusal::NoPin { member: 1 };
        assert_eq!(seats.sign_in(&session, &state, &body("终端1", "000000"), NOW), Err(none));
        let pin = seats.hand_out(&session, &state, 1, NOW).unwrap();
        let late = seats.sign_in(&session, &state, &body("终端1", &pin.pin), pin.until);
        assert_eq!(late, Err(none));
        let pin = seats.hand_out(&session, &state, 1, NOW).unwrap();
        for left in [4, 3, 2, 1, 0] {
            let wrong = seats.sign_in(&session, &state, &body("终端1", "x"), NOW);
            assert_eq!(wrong, Err(SeatRefusal::WrongPin { left }));
        }
        assert_eq!(seats.sign_in(&session, &state, &body("终端1", &pin.pin), NOW), Err(none));
    }
}
