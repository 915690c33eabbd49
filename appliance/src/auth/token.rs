//! Bearer tokens: 32 random bytes of which the room keeps only the digest.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bidroom_canon::{Hex32, Sm3Digest, labelled_sm3};
use bidroom_domain::At;
use bidroom_envelope::suite::pki::Certificate;
use rand_core::Rng as _;
use zeroize::Zeroizing;

use crate::random::SystemRandom;

/// How long a token is good, milliseconds: a working day.
pub const TOKEN_MILLIS: i64 = 12 * 3_600_000;
/// Tokens of one certificate; a newer login ends the oldest.
const MOST_PER_CERTIFICATE: usize = 8;
/// Tokens in all; the one that ends first makes room.
const MOST: usize = 50_000;

/// Who logged in: the holder of a certificate that the room accepts for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The signing certificate.
    pub certificate: Certificate,
    /// SM3 of it.
    pub digest: Sm3Digest,
    /// Name as in the certificate.
    pub name: String,
    /// As what it was let in.
    pub standing: Standing,
}

/// As what the holder of a certificate was let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// For everything that the holder may do.
    Full,
    /// Only to unlock the bid that this certificate signed: it counted when the bid was received, and not any more.
    ReceivedBid,
}

impl Caller {
    /// The holder of `certificate`.
    pub fn new(certificate: Certificate, standing: Standing) -> Self {
        Self { digest: certificate.digest(), name: certificate.holder().to_owned(), certificate, standing }
    }
}

/// The tokens that are good.
#[derive(Debug, Default)]
pub struct Tokens {
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    given: BTreeMap<Sm3Digest, Given>,
    /// Tokens given so far: which of two is older is not left to a clock that may stand still.
    count: u64,
}

#[derive(Debug)]
struct Given {
    number: u64,
    expires: At,
    caller: Arc<Caller>,
}

fn name_of(token: &[u8; 32]) -> Sm3Digest {
    labelled_sm3("bidroom/token/v1", &[token])
}

/// Reads a token as it stands in a header.
fn read(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    serde_json::from_value::<Hex32>(serde_json::Value::String(text.to_owned()))
        .ok()
        .map(|token| Zeroizing::new(token.0))
}

impl Tokens {
    /// Makes a token for `caller`; the text goes to the caller and is kept nowhere.
    pub fn give(&self, caller: Caller, now: At) -> (Zeroizing<String>, At) {
        let mut token = Zeroizing::new([0; 32]);
        SystemRandom.fill_bytes(token.as_mut_slice());
        let expires = now.plus_millis(TOKEN_MILLIS);
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        table.given.retain(|_, given| given.expires > now);
        let own = table.given.values().filter(|given| given.caller.digest == caller.digest).count();
        let may_end = |given: &Given| own < MOST_PER_CERTIFICATE || given.caller.digest == caller.digest;
        if own >= MOST_PER_CERTIFICATE || table.given.len() >= MOST {
            let ending = table.given.iter().filter(|(_, given)| may_end(given));
            let oldest = ending.min_by_key(|(_, given)| given.number).map(|(name, _)| *name);
            if let Some(name) = oldest {
                table.given.remove(&name);
            }
        }
        table.count = table.count.wrapping_add(1);
        let given = Given { number: table.count, expires, caller: Arc::new(caller) };
        table.given.insert(name_of(&token), given);
        (Zeroizing::new(Hex32(*token).to_string()), expires)
    }

    /// Whose token it is, if it is good at `now`.
    pub fn holder(&self, token: &str, now: At) -> Option<Arc<Caller>> {
        let name = name_of(&*read(token)?);
        let table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        table.given.get(&name).filter(|given| given.expires > now).map(|given| Arc::clone(&given.caller))
    }

    /// Ends a token.
    pub fn end(&self, token: &str) {
        if let Some(token) = read(token) {
            self.table.lock().unwrap_or_else(PoisonError::into_inner).given.remove(&name_of(&token));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::testing::certificate;

    const NOW: At = At(1_773_799_200_000);

    #[test]
    fn a_token_is_good_for_twelve_hours_and_known_by_its_digest_only() {
        let tokens = Tokens::default();
        let caller = Caller::new(certificate(1), Standing::Full);
        let (token, expires) = tokens.give(caller.clone(), NOW);
        assert_eq!(expires, NOW.plus_millis(TOKEN_MILLIS));
        assert_eq!(*tokens.holder(&token, NOW).unwrap(), caller);
        assert!(tokens.holder(&token, expires).is_none());
        assert!(!format!("{tokens:?}").contains(token.as_str()));
        for other in ["", "x", &token[1..], &token.to_uppercase(), &"0".repeat(64)] {
            assert!(tokens.holder(other, NOW).is_none(), "{other:?}");
        }
        tokens.end(&token);
        assert!(tokens.holder(&token, NOW).is_none());
    }

    #[test]
    fn a_ninth_login_ends_the_first_of_the_same_certificate_only() {
        // Also where the clock stands still.
        for step in [0, 1] {
            let tokens = Tokens::default();
            let (other, _) = tokens.give(Caller::new(certificate(2), Standing::Full), NOW);
            let give = |at: i64| {
                tokens.give(Caller::new(certificate(1), Standing::Full), NOW.plus_millis(at * step)).0
            };
            let given: Vec<_> = (0..9).map(give).collect();
            assert!(tokens.holder(&given[0], NOW).is_none());
            assert!(given[1..].iter().all(|token| tokens.holder(token, NOW).is_some()));
            assert!(tokens.holder(&other, NOW).is_some());
        }
    }
}
