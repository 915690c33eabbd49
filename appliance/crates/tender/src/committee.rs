//! The sealed list of experts 专家名单: sealed by the agency to the room's devices, opened by custody when the committee assembles.
//!
//! `docs/evaluation.md`, section 9, specifies the file.

use bidroom_canon::{Base64Bytes, Sm3Digest, from_canonical, to_canonical};
use bidroom_domain::evaluation::CommitteeList;
use bidroom_domain::{LotFacts, SessionId};
use bidroom_envelope::bid::package::SealPackageError;
use bidroom_envelope::bid::share::Share;
use bidroom_envelope::committee::{ListScope, is_list_package, open_list, seal_list, seal_list_secret};
use bidroom_envelope::suite::pki::Certificate;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{Publication, PublicationError, SignedDocument};

/// Most bytes of a list as canonical JSON: as much as an entry of the log holds of it.
const MOST_LIST: usize = 50_000;
/// Most bytes of a sealed list: the longest list in base64, with a package for each of sixteen devices.
pub const MOST_SEALED_LIST: usize = 128 * 1024;

/// The one value of a sealed list's `format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SealedListFormat {
    /// Version 1.
    #[serde(rename = "bidroom-committee/1")]
    V1,
}

/// A list that nobody but custody reads, and custody not before its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedList {
    /// Form and version.
    pub format: SealedListFormat,
    /// The session it is for.
    pub session: SessionId,
    /// SM3 of the signed publication to whose opening certificates it is enveloped.
    pub publication: Sm3Digest,
    /// The commitment to the list: [`CommitteeList::digest`].
    pub list: Sm3Digest,
    /// Its key, enveloped to the opening certificate of each device, in the order of the publication.
    pub packages: Vec<Base64Bytes>,
    /// The list, encrypted.
    pub ciphertext: Base64Bytes,
}

/// Why a list was not sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealListError {
    /// The list cannot be written, or is longer than an entry of the log holds.
    #[error("the list cannot be sealed: {0}")]
    List(String),
    /// The publication.
    #[error(transparent)]
    Publication(#[from] PublicationError),
    /// An opening certificate is not one to envelope to.
    #[error(transparent)]
    Package(#[from] SealPackageError),
}

/// What is wrong with a sealed list. No variant tells anything of what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum SealedListError {
    /// Longer than any.
    #[error("more than {most} bytes")]
    TooLong {
        /// The most.
        most: u64,
    },
    /// Not the canonical JSON of a sealed list.
    #[error("not a sealed list, or damaged")]
    Form,
    /// Sealed for another session.
    #[error("sealed for the session {session}")]
    OtherSession {
        /// Which.
        session: SessionId,
    },
    /// Sealed to the keys of another room, or to an earlier publication of this lot.
    #[error("sealed under another publication than the one that counts here")]
    OtherRoom,
    /// It does not open, or is not made as it must be: cut, changed, or put together from two.
    #[error("it does not open: damaged or changed")]
    Damaged,
    /// What is inside is not the list that it names.
    #[error("the list inside is not the one it commits to")]
    OtherList,
    /// What is inside would be refused when it is opened.
    #[error("the list inside does not make a committee for this lot")]
    Unusable,
}

impl SealedList {
    /// Seals a list. `secret` is 32 random bytes, used for this list alone.
    ///
    /// # Errors
    /// [`SealListError`].
    pub fn seal(
        publication: &SignedDocument<Publication>,
        lot: &LotFacts,
        list: &CommitteeList,
        secret: &[u8; 32],
    ) -> Result<Self, SealListError> {
        let unwritable = |error: &dyn core::fmt::Display| SealListError::List(error.to_string());
        let bytes = Zeroizing::new(to_canonical(list).map_err(|error| unwritable(&error))?);
        if bytes.len() > MOST_LIST {
            return Err(unwritable(&format!("{} bytes, more than {MOST_LIST}", bytes.len())));
        }
        let (session, digest) = (lot.session(), publication.digest());
        let list = list.digest().map_err(|error| unwritable(&error))?;
        let scope = ListScope { session: session.as_str(), publication: &digest, list: &list };
        let recipients = publication.value().opening_certificates()?;
        let packages = recipients.iter().map(|recipient| seal_list_secret(secret, &scope, recipient));
        let packages = packages.map(|package| package.map(Base64Bytes)).collect::<Result<_, _>>()?;
        let ciphertext = seal_list(secret, &scope, &bytes).map_err(|error| unwritable(&error))?;
        Ok(Self {
            format: SealedListFormat::V1,
            publication: digest,
            list,
            packages,
            ciphertext: Base64Bytes(ciphertext),
            session,
        })
    }

    /// Reads a sealed list.
    ///
    /// # Errors
    /// [`SealedListError::TooLong`], [`SealedListError::Form`].
    pub fn parse(bytes: &[u8]) -> Result<Self, SealedListError> {
        if bytes.len() > MOST_SEALED_LIST {
            return Err(Self::too_long());
        }
        from_canonical(bytes).map_err(|_| SealedListError::Form)
    }

    /// The error of a list that is too long.
    pub fn too_long() -> SealedListError {
        SealedListError::TooLong { most: u64::try_from(MOST_SEALED_LIST).unwrap_or(u64::MAX) }
    }

    /// Compares it with where it came: what anybody can see of it.
    ///
    /// # Errors
    /// [`SealedListError::OtherSession`], [`SealedListError::OtherRoom`], [`SealedListError::Damaged`].
    pub fn check_for(
        &self,
        session: &SessionId,
        publication: &SignedDocument<Publication>,
    ) -> Result<(), SealedListError> {
        if self.session != *session {
            return Err(SealedListError::OtherSession { session: self.session.clone() });
        }
        if self.publication != publication.digest() {
            return Err(SealedListError::OtherRoom);
        }
        if self.packages.len() != publication.value().devices.len() {
            return Err(SealedListError::Damaged);
        }
        Ok(())
    }

    /// To what it is bound.
    pub fn scope(&self) -> ListScope<'_> {
        ListScope { session: self.session.as_str(), publication: &self.publication, list: &self.list }
    }

    /// Opens it with the secret that one device unwrapped. `recipients` are the opening certificates: the packages of all
    /// others must be those of the same secret, so that each device alone opens it.
    ///
    /// # Errors
    /// [`SealedListError::Damaged`], [`SealedListError::OtherList`].
    pub fn open(&self, secret: &Share, recipients: &[Certificate]) -> Result<CommitteeList, SealedListError> {
        let scope = self.scope();
        let whole = recipients.len() == self.packages.len()
            && recipients
                .iter()
                .zip(&self.packages)
                .all(|(recipient, package)| is_list_package(&package.0, secret, &scope, recipient));
        if !whole {
            return Err(SealedListError::Damaged);
        }
        let bytes = open_list(secret, &scope, &self.ciphertext.0).map_err(|_| SealedListError::Damaged)?;
        let list: CommitteeList = from_canonical(&bytes).map_err(|_| SealedListError::Damaged)?;
        if list.digest().ok() == Some(self.list) { Ok(list) } else { Err(SealedListError::OtherList) }
    }
}
