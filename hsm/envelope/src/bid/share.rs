//! The three shares of an envelope's key, what commits to them, and the keys they give together.
//!
//! Owns the derivations of the sealed-bid specification, section "Shares and keys". Must not know how a share
//! travels: that is `package`.

use core::fmt;

use bidroom_canon::{Labelled, Sm3Digest};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, Zeroizing};

use super::core::CoreHash;
use super::scope::BidScope;
use crate::derive::derive;

const SHARE_LABEL: &str = "bidroom/bid/v1/share";
const CONTENT_LABEL: &[u8] = b"bidroom/bid/v1/content";

/// Who holds a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShareRole {
    /// The bidder's lock.
    Lock,
    /// The room's device.
    Room,
    /// M of N officers of the tender.
    Officers,
}

impl ShareRole {
    /// All three, in the order in which they enter the key.
    pub const ALL: [Self; 3] = [Self::Lock, Self::Room, Self::Officers];

    /// The name as it is hashed and written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lock => "lock",
            Self::Room => "room",
            Self::Officers => "officers",
        }
    }
}

impl fmt::Display for ShareRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// 32 secret bytes, one of the three an envelope's key is made of. Erased when dropped, never shown.
#[derive(Clone, Zeroize, zeroize::ZeroizeOnDrop)]
pub struct Share([u8; Self::LENGTH]);

impl Share {
    /// Bytes in a share.
    pub const LENGTH: usize = 32;

    /// A new share.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut share = Self([0; Self::LENGTH]);
        rng.fill_bytes(&mut share.0);
        share
    }

    /// A share from the bytes a package held.
    pub fn from_bytes(bytes: &[u8; Self::LENGTH]) -> Self {
        Self(*bytes)
    }

    /// The secret bytes.
    pub fn expose(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// What the core says about this share: SM3(label ‖ role ‖ scope ‖ share), every field length-prefixed. No salt:
    /// a share is its own entropy.
    pub fn commit(&self, role: ShareRole, scope: &BidScope) -> ShareCommitment {
        let hash = Labelled::new(SHARE_LABEL).field(role.name().as_bytes());
        ShareCommitment(scope.hashed(hash).field(&self.0).finish())
    }
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Share(…)")
    }
}

/// The public fingerprint of a share, see [`Share::commit`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ShareCommitment(pub Sm3Digest);

impl ShareCommitment {
    /// Whether `share` is the share committed to.
    pub fn admits(&self, share: &Share, role: ShareRole, scope: &BidScope) -> bool {
        bool::from(share.commit(role, scope).0.as_bytes().ct_eq(self.0.as_bytes()))
    }
}

/// The three commitments of a core.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareCommitments {
    /// Of the lock share.
    pub lock: ShareCommitment,
    /// Of the room share.
    pub room: ShareCommitment,
    /// Of the officers' share.
    pub officers: ShareCommitment,
}

impl ShareCommitments {
    /// The commitment to the share of `role`.
    pub const fn of(&self, role: ShareRole) -> &ShareCommitment {
        match role {
            ShareRole::Lock => &self.lock,
            ShareRole::Room => &self.room,
            ShareRole::Officers => &self.officers,
        }
    }
}

/// The three shares of one envelope.
#[derive(Debug, Clone)]
pub struct Shares {
    /// The lock share.
    pub lock: Share,
    /// The room share.
    pub room: Share,
    /// The officers' share.
    pub officers: Share,
}

impl Shares {
    /// Three new shares.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self { lock: Share::generate(rng), room: Share::generate(rng), officers: Share::generate(rng) }
    }

    /// The share of `role`.
    pub const fn of(&self, role: ShareRole) -> &Share {
        match role {
            ShareRole::Lock => &self.lock,
            ShareRole::Room => &self.room,
            ShareRole::Officers => &self.officers,
        }
    }

    /// The commitments a core writes.
    pub fn commit(&self, scope: &BidScope) -> ShareCommitments {
        ShareCommitments {
            lock: self.lock.commit(ShareRole::Lock, scope),
            room: self.room.commit(ShareRole::Room, scope),
            officers: self.officers.commit(ShareRole::Officers, scope),
        }
    }
}

/// What the content of one envelope is encrypted with.
pub struct ContentKeys {
    /// SM4 key.
    pub(crate) key: Zeroizing<[u8; 16]>,
    /// First seven bytes of each chunk's nonce.
    pub(crate) prefix: [u8; 7],
}

impl fmt::Debug for ContentKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ContentKeys(…)")
    }
}

/// SM4 key and nonce prefix = HKDF-SM3(ikm = lock ‖ room ‖ officers, salt = core hash, info = label), 16 + 7 bytes.
///
/// The shares must have been checked against the core's commitments first: they, with the core hash, fix the key, so
/// that no ciphertext has two keys although GCM alone would allow it.
pub fn content_keys(shares: &Shares, core: &CoreHash) -> ContentKeys {
    let mut secret = Zeroizing::new([0_u8; 3 * Share::LENGTH]);
    for (part, role) in secret.chunks_exact_mut(Share::LENGTH).zip(ShareRole::ALL) {
        part.copy_from_slice(shares.of(role).expose());
    }
    let out = derive::<23>(secret.as_slice(), core.0.as_bytes(), CONTENT_LABEL);
    let (mut key, mut prefix) = (Zeroizing::new([0; 16]), [0; 7]);
    let (key_part, prefix_part) = out.split_at(16);
    key.copy_from_slice(key_part);
    prefix.copy_from_slice(prefix_part);
    ContentKeys { key, prefix }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bidroom_id::EnvelopeIndex;

    fn scope() -> BidScope {
        BidScope {
            tender: "ZB2026-0117".parse().unwrap(),
            lot: 1.try_into().unwrap(),
            envelope: EnvelopeIndex::FIRST,
            bidder: "91330100MA27XW1D2K".parse().unwrap(),
        }
    }

    #[test]
    fn a_commitment_binds_role_scope_and_share() {
        let share = Share::from_bytes(&[7; 32]);
        let commitment = share.commit(ShareRole::Lock, &scope());
        assert!(commitment.admits(&share, ShareRole::Lock, &scope()));
        assert!(!commitment.admits(&share, ShareRole::Room, &scope()));
        assert!(!commitment.admits(&Share::from_bytes(&[8; 32]), ShareRole::Lock, &scope()));
        let others = [
            BidScope { tender: "ZB2026-0118".parse().unwrap(), ..scope() },
            BidScope { lot: 2.try_into().unwrap(), ..scope() },
            BidScope { envelope: EnvelopeIndex::try_from(2).unwrap(), ..scope() },
            BidScope { bidder: "91330100MA27XW1D2L".parse().unwrap(), ..scope() },
        ];
        for other in others {
            assert!(!commitment.admits(&share, ShareRole::Lock, &other), "{other:?}");
        }
    }

    #[test]
    fn every_share_and_the_core_hash_enter_the_key() {
        let shares = |a, b, c| Shares {
            lock: Share::from_bytes(&[a; 32]),
            room: Share::from_bytes(&[b; 32]),
            officers: Share::from_bytes(&[c; 32]),
        };
        let core = CoreHash(Sm3Digest::of(b"core"));
        let of = |shares: Shares, core| {
            let keys = content_keys(&shares, &core);
            (*keys.key, keys.prefix)
        };
        let all = [
            of(shares(1, 2, 3), core),
            of(shares(4, 2, 3), core),
            of(shares(1, 4, 3), core),
            of(shares(1, 2, 4), core),
            of(shares(2, 1, 3), core),
            of(shares(1, 2, 3), CoreHash(Sm3Digest::of(b"other"))),
        ];
        let distinct: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
        assert_eq!(format!("{:?}", shares(1, 2, 3).lock), "Share(…)");
    }
}
