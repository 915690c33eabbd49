//! The remedy of a bidder none of whose locks is at hand: the lock share it kept when it sealed.
//!
//! The share is compared with the core's commitment here, and by custody again. Nobody but the room's devices can read
//! what is sent, and alone it opens nothing: no price leaves the bidder before all bids are opened.

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_envelope::bid::core::Core;
use bidroom_envelope::bid::share::{Share, ShareRole};
use bidroom_lock::{Lock, SignedStatement, Statement, StatementError};
use bidroom_wire::text::Sentence;
use bidroom_wire::{RemedyBody, UnlockMaterial};

use crate::consent::{check, enveloped, kind_of};
use crate::{GiveShareError, PublishedRoom};

/// What a bidder kept of one envelope.
#[derive(Debug, Clone, Copy)]
pub struct KeptShareOf<'a> {
    /// The bid.
    pub bid: Sm3Digest,
    /// SM3 of the publication it was sealed to.
    pub publication: Sm3Digest,
    /// The lock share.
    pub share: &'a Share,
}

/// Why the kept share is not given. Nothing was signed and nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum RemedyError {
    /// It was kept for another tender, or another publication of it.
    #[error("kept for publication {kept}; the room's is {published}")]
    Publication {
        /// SM3 of the publication it was kept for.
        kept: Sm3Digest,
        /// SM3 of the room's.
        published: Sm3Digest,
    },
    /// It was kept for another bid than the one that stands.
    #[error("kept for bid {kept}; bid {standing} stands")]
    Bid {
        /// The bid it was kept for.
        kept: Sm3Digest,
        /// The bid that stands.
        standing: Sm3Digest,
    },
    /// It does not give the commitment that the bidder signed.
    #[error("the kept share does not give the commitment in the bid's core")]
    Share,
    /// What the room hands out, or the lock.
    #[error(transparent)]
    Give(#[from] GiveShareError),
}

impl From<StatementError> for RemedyError {
    fn from(error: StatementError) -> Self {
        Self::Give(error.into())
    }
}

impl RemedyError {
    /// What people are told.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Publication { .. } | Self::Bid { .. } => Sentence::new(
                "这份留存文件不是给这份投标的",
                "没有签名，也没有提交任何内容。替换过投标文件的，请用最后一次封标时留存的文件。",
                "What was kept is not of this bid",
                "Nothing was signed or sent. If the bid was replaced, use the file that was kept with the last sealing.",
            ),
            Self::Share => Sentence::new(
                "留存的份额与封标时签名的承诺不符",
                "没有签名，也没有提交任何内容。留存文件可能被改动过；请找原件，或换用登记的另一把锁。",
                "The kept share does not fit the commitment that was signed with the bid",
                "Nothing was signed or sent. The file may have been changed: find the original, or use another lock the \
                 bid was sealed to.",
            ),
            Self::Give(error) => error.sentence(),
        }
    }
}

/// Envelopes the kept share to the published opening keys and signs that it is given; any lock of the bidder signs.
///
/// # Errors
/// [`RemedyError`].
pub fn give_kept_share(
    room: &PublishedRoom,
    material: &UnlockMaterial,
    lock: &dyn Lock,
    kept: KeptShareOf<'_>,
) -> Result<RemedyBody, RemedyError> {
    let kind = kind_of(lock.identity())?;
    let published = room.publication().digest();
    if kept.publication != published {
        return Err(RemedyError::Publication { kept: kept.publication, published });
    }
    if kept.bid != material.bid {
        return Err(RemedyError::Bid { kept: kept.bid, standing: material.bid });
    }
    let core = check(room, material, lock.identity(), Some(kept.bid))?;
    let hash = Core::hash(material.core.as_bytes());
    if !core.shares.lock.admits(kept.share, ShareRole::Lock, &core.scope()) {
        return Err(RemedyError::Share);
    }
    let (given, packages) = enveloped(room, material, &hash, kept.share).map_err(GiveShareError::from)?;
    let statement = Statement::Remedy(given);
    let signed = SignedStatement::sign(&statement, lock.identity().signing_certificate(), lock)?;
    Ok(RemedyBody { statement: Base64Bytes(signed.der().to_vec()), packages, kind })
}
