//! The signed tender package and the room's publication.
//!
//! The agency signs a [`TenderPackage`]: lots with deadline, policy and people, the accepted CAs, and the room with
//! its keys. The room answers with one signed [`Publication`] per lot, which carries the package and the certificates
//! of the keys it made; that file is all a bidder needs to seal. `docs/tender-package.md` specifies both. To the same keys the
//! agency seals its list of experts ([`SealedList`]).
//!
//! **Architecture invariant.** No files, clocks or sessions: bytes in, checked values out.

#[cfg(feature = "evaluation")]
mod committee;
mod document;
mod package;
mod prepared;
mod probe;
mod publication;
mod redeal;
mod trustees;

#[cfg(feature = "evaluation")]
pub use committee::{MOST_SEALED_LIST, SealListError, SealedList, SealedListError, SealedListFormat};
pub use document::{DocumentError, SignedDocument};
pub use package::{
    AttachedDocument, Authority, PackageError, PackageFormat, RoomIdentity, TenderPackage, package_origin,
};
pub use prepared::{PreparedError, PreparedLot, Published};
pub use probe::{PROBE_MILLIS, ProbeChallenge, ProbeFormat};
pub use publication::{
    Publication, PublicationError, PublicationFormat, PublishedDevice, PublishedDraw, PublishedOfficers,
};
pub use redeal::{Redeal, RedealError, RedealFormat, certificates_by_digest, check_new_officers};
