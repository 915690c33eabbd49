//! Challenges that cost the room nothing until they are answered.
//!
//! A challenge is its time ‖ eight random bytes ‖ a MAC over both under a key of this process. So a flood of requests
//! for challenges fills no table and drives nobody's challenge out; only a challenge that a good signature answered is
//! remembered, so that it counts once.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use bidroom_canon::{Hex32, Sm3Digest, labelled_sm3};
use bidroom_domain::At;
use rand_core::Rng as _;
use zeroize::Zeroizing;

use crate::random::SystemRandom;

/// How long a challenge is good, milliseconds.
pub const CHALLENGE_MILLIS: i64 = 120_000;
/// Logins of one certificate within [`CHALLENGE_MILLIS`]: bounds the memory of used challenges.
const MOST_LOGINS: usize = 32;

/// Why a challenge does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChallengeRefusal {
    /// This process never gave it out.
    #[error("not a challenge of this room")]
    Unknown,
    /// Its time is over.
    #[error("the challenge has expired")]
    Expired,
    /// It was answered before.
    #[error("the challenge was used before")]
    Used,
    /// One certificate logs in without pause.
    #[error("too many logins of one certificate")]
    TooMany,
}

/// Gives out and takes back challenges.
pub struct Challenges {
    key: Zeroizing<[u8; 32]>,
    used: Mutex<BTreeMap<[u8; 32], (At, Sm3Digest)>>,
}

impl std::fmt::Debug for Challenges {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Challenges").finish_non_exhaustive()
    }
}

impl Default for Challenges {
    /// Draws the process's key.
    fn default() -> Self {
        let mut key = Zeroizing::new([0; 32]);
        SystemRandom.fill_bytes(key.as_mut_slice());
        Self { key, used: Mutex::default() }
    }
}

impl Challenges {
    /// A new challenge of the time `now`.
    pub fn issue(&self, now: At) -> Hex32 {
        let mut random = [0; 8];
        SystemRandom.fill_bytes(&mut random);
        self.with_mac(now, random)
    }

    /// The time of a challenge that this process gave out and that is still good.
    ///
    /// # Errors
    /// [`ChallengeRefusal`].
    pub fn check(&self, challenge: &Hex32, now: At) -> Result<At, ChallengeRefusal> {
        let (issued, random) = split(challenge);
        if !constant_time_eq(&self.with_mac(issued, random).0, &challenge.0) {
            return Err(ChallengeRefusal::Unknown);
        }
        if now > issued.plus_millis(CHALLENGE_MILLIS) || now < issued {
            return Err(ChallengeRefusal::Expired);
        }
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.contains_key(&challenge.0) { Err(ChallengeRefusal::Used) } else { Ok(issued) }
    }

    /// Takes a challenge that `certificate` answered with a good signature.
    ///
    /// # Errors
    /// [`ChallengeRefusal`]; of two answers to one challenge one is taken.
    pub fn consume(
        &self,
        challenge: &Hex32,
        certificate: Sm3Digest,
        now: At,
    ) -> Result<(), ChallengeRefusal> {
        let issued = self.check(challenge, now)?;
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.retain(|_, (expires, _)| *expires >= now);
        if used.values().filter(|(_, by)| *by == certificate).count() >= MOST_LOGINS {
            return Err(ChallengeRefusal::TooMany);
        }
        match used.insert(challenge.0, (issued.plus_millis(CHALLENGE_MILLIS), certificate)) {
            Some(before) => {
                used.insert(challenge.0, before);
                Err(ChallengeRefusal::Used)
            }
            None => Ok(()),
        }
    }

    fn with_mac(&self, issued: At, random: [u8; 8]) -> Hex32 {
        let time = issued.0.to_be_bytes();
        // Two nested keyed hashes, the outer one over a digest of fixed length (the construction of HMAC).
        let inner = labelled_sm3("bidroom/challenge/inner", &[self.key.as_slice(), &time, &random]);
        let mac = labelled_sm3("bidroom/challenge/outer", &[self.key.as_slice(), inner.as_bytes()]);
        let mut bytes = [0; 32];
        let parts = time.iter().chain(&random).chain(mac.as_bytes().iter().take(16));
        for (to, from) in bytes.iter_mut().zip(parts) {
            *to = *from;
        }
        Hex32(bytes)
    }
}

fn split(challenge: &Hex32) -> (At, [u8; 8]) {
    let (mut time, mut random) = ([0; 8], [0; 8]);
    for (to, from) in time.iter_mut().chain(&mut random).zip(&challenge.0) {
        *to = *from;
    }
    (At(i64::from_be_bytes(time)), random)
}

fn constant_time_eq(one: &[u8; 32], other: &[u8; 32]) -> bool {
    one.iter().zip(other).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: At = At(1_773_799_200_000);

    fn by(number: u32) -> Sm3Digest {
        Sm3Digest::of(&number.to_be_bytes())
    }

    #[test]
    fn a_challenge_is_good_once_and_for_two_minutes() {
        let room = Challenges::default();
        let challenge = room.issue(NOW);
        assert_eq!(room.check(&challenge, NOW), Ok(NOW));
        let end = NOW.plus_millis(CHALLENGE_MILLIS);
        assert_eq!(room.check(&challenge, end), Ok(NOW));
        assert_eq!(room.check(&challenge, end.plus_millis(1)), Err(ChallengeRefusal::Expired));
        assert_eq!(room.consume(&challenge, by(1), NOW), Ok(()));
        assert_eq!(room.consume(&challenge, by(2), NOW), Err(ChallengeRefusal::Used));
        assert_eq!(room.check(&challenge, end), Err(ChallengeRefusal::Used));
    }

    #[test]
    fn nobody_else_can_make_one() {
        let room = Challenges::default();
        let challenge = room.issue(NOW);
        for place in 0..32 {
            let mut other = challenge;
            other.0[place] ^= 1;
            assert_eq!(room.check(&other, NOW), Err(ChallengeRefusal::Unknown), "byte {place}");
        }
        let foreign = Challenges::default().issue(NOW);
        assert_eq!(room.check(&foreign, NOW), Err(ChallengeRefusal::Unknown));
    }

    #[test]
    fn one_certificate_cannot_fill_the_memory_nor_keep_others_out() {
        let room = Challenges::default();
        for _ in 0..MOST_LOGINS {
            room.consume(&room.issue(NOW), by(1), NOW).unwrap();
        }
        let challenge = room.issue(NOW);
        assert_eq!(room.consume(&challenge, by(1), NOW), Err(ChallengeRefusal::TooMany));
        assert_eq!(room.consume(&challenge, by(2), NOW), Ok(()));
        let later = NOW.plus_millis(CHALLENGE_MILLIS + 1);
        room.consume(&room.issue(later), by(1), later).unwrap();
        assert_eq!(room.used.lock().unwrap().len(), 1, "what expired is forgotten");
    }
}
