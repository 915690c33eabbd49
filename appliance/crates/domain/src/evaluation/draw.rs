//! Draws 抽签 by commit and reveal, and making them again. `docs/evaluation.md`, section 8, has every byte.
//!
//! The room commits to a chain of values before any bid is there, the bidders to the salts of their schedules in their bids.
//! Which bids are opened is fixed before anybody knows a salt, and each draw uses the next value of the chain: nobody steers
//! a draw, nobody can leave one out, and none is made twice.
//!
//! **Architecture invariant.** Only hashing: who holds the chain, and when a value is given out, is custody's.

use std::collections::BTreeMap;

use bidroom_canon::{CanonError, Hex32, Labelled, Sm3Digest, labelled_sm3, to_canonical};
use serde::{Deserialize, Serialize};

use super::event::Event;
use super::state::State;
use super::terms::{DrawPurpose, Stage};
use crate::{SessionId, opening};

/// So many values a lot's chain has, and so many draws there can be at most.
pub const DRAWS: u32 = 256;

const LINK: &str = "bidroom/draw/v1/link";
const SEED: &str = "bidroom/draw/v1";

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum DrawOf {
    /// Blind numbers.
    Numbers {
        /// For which bids, by roster number, ascending.
        bids: Vec<u32>,
        /// The first of these numbers.
        first: u32,
    },
    /// The order of equal bids.
    Order {
        /// What it decides.
        purpose: DrawPurpose,
        /// Among which bids, by roster number, ascending.
        among: Vec<u32>,
    },
}

impl DrawOf {
    /// The bids that are put in order, by roster number.
    pub fn bids(&self) -> &[u32] {
        match self {
            Self::Numbers { bids, .. } => bids,
            Self::Order { among, .. } => among,
        }
    }
}

/// What makes each draw another one.
#[derive(Serialize)]
struct Subject<'a> {
    number: u32,
    of: &'a DrawOf,
}

/// What came of a draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// The bids in the order drawn, by roster number.
    pub order: Vec<u32>,
    /// SM3 of the seed.
    pub digest: Sm3Digest,
}

impl Drawn {
    /// Roster number → blind number, from `first` on in the order drawn.
    pub fn numbers(&self, first: u32) -> BTreeMap<u32, u32> {
        self.order.iter().copied().zip(first..).collect()
    }
}

/// Why a draw cannot be made, or made again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotDrawn {
    /// The room's publication commits to no values.
    #[error("the publication of this lot commits to no draws")]
    NoCommitment,
    /// All values of the chain were used, or there is no draw 0.
    #[error("draw {number} is not one of the {DRAWS} that were committed to")]
    UsedUp {
        /// Number of the draw.
        number: u32,
    },
    /// The value is not the one that the room committed to for this draw.
    #[error("the value of draw {number} is not the one that was committed to")]
    OtherValue {
        /// Number of the draw.
        number: u32,
    },
    /// A salt of an opened bid is not shown to this reader.
    #[error("the schedules of opened bids are not shown")]
    Hidden,
    /// What is drawn has no canonical form.
    #[error("what is drawn cannot be written: {0}")]
    Canon(String),
}

impl From<CanonError> for NotDrawn {
    fn from(error: CanonError) -> Self {
        Self::Canon(error.to_string())
    }
}

/// The value after `steps` links of a session's chain: LSM3("bidroom/draw/v1/link", session, value), over and over.
pub fn linked(session: &SessionId, value: &Hex32, steps: u32) -> Hex32 {
    let mut linked = *value;
    for _ in 0..steps {
        linked = Hex32(*labelled_sm3(LINK, &[session.as_str().as_bytes(), &linked.0]).as_bytes());
    }
    linked
}

/// What the room publishes of the 32 random bytes from which its chain begins.
pub fn commitment(session: &SessionId, secret: &Hex32) -> Sm3Digest {
    Sm3Digest::from_bytes(linked(session, secret, DRAWS).0)
}

/// The value of a draw, from 1; none beyond the last. Later values follow from earlier ones for nobody but who has `secret`.
pub fn value_of(session: &SessionId, secret: &Hex32, number: u32) -> Option<Hex32> {
    let steps = DRAWS.checked_sub(number)?;
    (number > 0).then(|| linked(session, secret, steps))
}

/// Makes draw `number` of the lot in `opening` with the room's value for it.
///
/// # Errors
/// [`NotDrawn`].
pub fn draw(opening: &opening::State, number: u32, of: &DrawOf, value: &Hex32) -> Result<Drawn, NotDrawn> {
    let (lot, committed) = opening.lot.as_ref().zip(opening.draw).ok_or(NotDrawn::NoCommitment)?;
    let session = lot.session();
    if !(1..=DRAWS).contains(&number) {
        return Err(NotDrawn::UsedUp { number });
    }
    if linked(&session, value, number).0 != *committed.as_bytes() {
        return Err(NotDrawn::OtherValue { number });
    }
    let subject = to_canonical(&Subject { number, of })?;
    let seed = seed(&session, &subject, value, &salts(opening)?);
    let mut order = of.bids().to_vec();
    shuffle(&mut order, &mut Words { seed: &seed, counter: 0 });
    Ok(Drawn { order, digest: Sm3Digest::of(seed.as_bytes()) })
}

/// The number of the next draw, and the blind numbers that are due: of bids that are scored and have none. None where nothing is
/// blind, nothing is due, or the publication commits to no draws.
pub fn numbers_due(opening: &opening::State) -> Option<(u32, DrawOf)> {
    let plan = opening.lot.as_ref()?.evaluation.as_deref()?;
    let state = opening.evaluation.as_deref()?;
    let bids = state.unnumbered();
    let due = plan.is_blind() && state.stage == Stage::Scoring && !bids.is_empty() && opening.draw.is_some();
    let of = DrawOf::Numbers { bids, first: state.blind.drawn.saturating_add(1) };
    due.then_some((state.next_draw(), of))
}

/// What came of making an event's draw again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replayed {
    /// Nothing was drawn in this event.
    NoDraw,
    /// Its value or what was drawn is not shown to this reader.
    Sealed,
    /// The same comes of it.
    Agrees,
    /// Something else comes of it.
    Differs,
    /// It cannot be made again.
    Not(NotDrawn),
}

/// Makes the draw of an event again. `opening` is any state after the opening.
pub fn replay(opening: &opening::State, event: &Event) -> Replayed {
    let (number, of, value, digest) = match event {
        Event::BlindNumbered(it) => {
            let Some(numbers) = &it.numbers else { return Replayed::Sealed };
            let of = DrawOf::Numbers { bids: numbers.keys().copied().collect(), first: it.first };
            (it.number, of, it.value, it.draw)
        }
        Event::DrawRecorded(it) => {
            let of = DrawOf::Order { purpose: it.purpose, among: it.among.clone() };
            (it.number, of, it.value, it.draw)
        }
        _ => return Replayed::NoDraw,
    };
    let Some(value) = value else { return Replayed::Sealed };
    let drawn = match draw(opening, number, &of, &value) {
        Ok(drawn) => drawn,
        Err(NotDrawn::Hidden) => return Replayed::Sealed,
        Err(error) => return Replayed::Not(error),
    };
    let same = match event {
        Event::BlindNumbered(it) => it.numbers.as_ref() == Some(&drawn.numbers(it.first)),
        Event::DrawRecorded(it) => it.order == drawn.order,
        _ => false,
    };
    if same && drawn.digest == digest { Replayed::Agrees } else { Replayed::Differs }
}

impl State {
    /// The number of the next draw, from 1.
    pub fn next_draw(&self) -> u32 {
        self.draws_made.saturating_add(1)
    }

    /// Bids that are evaluated and have no blind number, ascending.
    pub fn unnumbered(&self) -> Vec<u32> {
        self.standing_bids().filter(|bid| !self.blind.numbers.contains_key(bid)).collect()
    }
}

/// Roster number and salt of every bid that was opened, in the order of the roster.
fn salts(opening: &opening::State) -> Result<Vec<(u32, Hex32)>, NotDrawn> {
    let mut salts = Vec::new();
    for row in opening.roster.iter().filter(|row| row.is_opened()) {
        let schedule = row.schedule.as_ref().ok_or(NotDrawn::Hidden)?;
        salts.push((row.row.number, schedule.salt));
    }
    salts.sort_by_key(|(number, _)| *number);
    Ok(salts)
}

fn seed(session: &SessionId, subject: &[u8], value: &Hex32, salts: &[(u32, Hex32)]) -> Sm3Digest {
    let seed = Labelled::new(SEED).field(session.as_str().as_bytes()).field(subject).field(&value.0);
    let with_salts =
        |seed: Labelled, (number, salt): &(u32, Hex32)| seed.field(&number.to_be_bytes()).field(&salt.0);
    salts.iter().fold(seed, with_salts).finish()
}

/// The first four bytes of SM3(seed ‖ counter), for one counter after the other.
struct Words<'a> {
    seed: &'a Sm3Digest,
    counter: u32,
}

impl Iterator for Words<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let mut input = [0; 36];
        let (seed, counter) = input.split_at_mut(32);
        seed.copy_from_slice(self.seed.as_bytes());
        counter.copy_from_slice(&self.counter.to_be_bytes());
        self.counter = self.counter.checked_add(1)?;
        let digest = Sm3Digest::of(&input);
        let word = digest.as_bytes().first_chunk::<4>()?;
        Some(u32::from_be_bytes(*word))
    }
}

/// A number below `bound`, each as likely as the others: words above the largest multiple of `bound` are passed over.
fn below(bound: u32, words: &mut impl Iterator<Item = u32>) -> u32 {
    let all = u64::from(u32::MAX) + 1;
    let fair = all - all.checked_rem(bound.into()).unwrap_or_default();
    let word = words.find(|word| u64::from(*word) < fair).unwrap_or_default();
    word.checked_rem(bound).unwrap_or_default()
}

/// Fisher–Yates, from the last place down.
fn shuffle(order: &mut [u32], words: &mut impl Iterator<Item = u32>) {
    for place in (1..order.len()).rev() {
        let Ok(places) = u32::try_from(place.saturating_add(1)) else { return };
        let other = below(places, words);
        // A word below the number of places is a place.
        order.swap(place, usize::try_from(other).unwrap_or_default());
    }
}

#[cfg(test)]
#[path = "draw_tests.rs"]
mod tests;
