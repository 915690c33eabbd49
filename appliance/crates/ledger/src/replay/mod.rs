//! What a viewer holds of a log, and the check of everything new before it is believed.
//!
//! Owns [`Replica`]: a tree rebuilt from the leaves the room handed out, compared with each checkpoint the room
//! signs. Must not know what an entry means, who the viewer is, or how leaves travel. The browser, the offline
//! verifier and a relay's client run this same code.

use core::fmt;

use bidroom_canon::{Sha256Digest, ShapeError, Sm3Digest, from_tree, take_kind};
use serde::de::{self, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::checkpoint::{Checkpoint, NoteError, Origin, RoomKeys, VerifiedNote, verify};
use crate::entry::{DiscloseError, Disclosure, Entry, EntryError, Opening};
use crate::tree::{LeafHashes, Roots, Tree, TreeError, leaf_hashes};

/// A leaf as a viewer receives it.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "leaf", rename_all = "lowercase")]
pub enum LeafView {
    /// An entry in full, with the openings that the viewer's role may read.
    Entry {
        /// The entry's canonical JSON, as text.
        bytes: String,
        /// Openings of its commitments; all, some or none.
        openings: Vec<Opening>,
    },
    /// An event of which the viewer's role may not know more than that it happened.
    Hidden {
        /// Its SHA-256 leaf hash.
        sha256: Sha256Digest,
        /// Its SM3 leaf hash.
        sm3: Sm3Digest,
    },
}

// By hand: what serde writes for this is a second tree of every value, and the reader of it in every page.
impl<'de> Deserialize<'de> for LeafView {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Shown {
            bytes: String,
            openings: Vec<Opening>,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Hidden {
            sha256: Sha256Digest,
            sm3: Sm3Digest,
        }
        let read = |tree| {
            let (kind, rest) = take_kind(tree, "leaf")?;
            match kind.as_str() {
                "entry" => from_tree(rest).map(|Shown { bytes, openings }| Self::Entry { bytes, openings }),
                "hidden" => from_tree(rest).map(|Hidden { sha256, sm3 }| Self::Hidden { sha256, sm3 }),
                other => Err(ShapeError::unknown_variant(other, &["entry", "hidden"])),
            }
        };
        read(Value::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

impl fmt::Debug for LeafView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entry { bytes, openings } => {
                f.debug_struct("Entry").field("bytes", bytes).field("openings", openings).finish()
            }
            Self::Hidden { sha256, sm3 } => {
                f.debug_struct("Hidden").field("sha256", sha256).field("sm3", sm3).finish()
            }
        }
    }
}

impl LeafView {
    /// The view of an entry of which nothing is shown.
    pub fn hidden(bytes: &[u8]) -> Self {
        let LeafHashes { sha256, sm3 } = leaf_hashes(bytes);
        Self::Hidden { sha256, sm3 }
    }
}

/// An entry that a viewer may believe: it is in the log, and what is shown of it is what it always said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosed {
    /// Its number: the leaf's index, from 0.
    pub index: u64,
    /// When the room recorded it, in milliseconds since 1970 of the room's clock.
    pub at: i64,
    /// What kind of event it is.
    pub kind: String,
    /// Who did it, if the viewer may know.
    pub by: Option<Value>,
    /// The fields the viewer may read.
    pub fields: Map<String, Value>,
}

/// What disagrees with what. The room that signed or sent it has to explain it.
#[derive(Debug, thiserror::Error)]
pub enum Evidence {
    /// The note is not a checkpoint that the room signed with both keys.
    #[error("the checkpoint does not stand: {0}")]
    Note(#[from] NoteError),
    /// The checkpoint is of another log.
    #[error("the checkpoint is of log {signed}, not of {expected}")]
    Origin {
        /// The log this replica follows.
        expected: Origin,
        /// The log the checkpoint names.
        signed: Origin,
    },
    /// The checkpoint is of a shorter log than one signed before.
    #[error("the room signed a log of {signed} entries after one of {held}")]
    Shrunk {
        /// How many entries were signed before.
        held: u64,
        /// How many the new checkpoint has.
        signed: u64,
    },
    /// The leaves that came do not add up to the checkpoint's size.
    #[error("{held} entries and {received} new ones are not the {signed} of the checkpoint")]
    Size {
        /// How many entries the replica has.
        held: u64,
        /// How many came.
        received: u64,
        /// How many the checkpoint has.
        signed: u64,
    },
    /// The checkpoint is older than one signed before.
    #[error("the room signed at {signed} after it had signed at {held}")]
    Backdated {
        /// The time of the last checkpoint.
        held: i64,
        /// The time of the new one.
        signed: i64,
    },
    /// An entry's time is before that of an entry ahead of it, or after the checkpoint.
    #[error("entry {index} is of {at}, which is not between {after} and {until}")]
    Time {
        /// The entry's number.
        index: u64,
        /// Its time.
        at: i64,
        /// The latest time known before it.
        after: i64,
        /// The time of the checkpoint.
        until: i64,
    },
    /// The bytes of a leaf are not an entry.
    #[error("entry {index} is malformed: {source}")]
    Entry {
        /// The entry's number.
        index: u64,
        /// What is wrong with it.
        source: EntryError,
    },
    /// What came as an opening does not open the entry.
    #[error("entry {index}: {source}")]
    Opening {
        /// The entry's number.
        index: u64,
        /// What is wrong with it.
        source: DiscloseError,
    },
    /// The leaves give another SHA-256 root than the room signed.
    #[error("the {size} entries give root {computed}, the room signed {signed}")]
    Root {
        /// How many entries.
        size: u64,
        /// The root over what was received.
        computed: Sha256Digest,
        /// The root in the checkpoint.
        signed: Sha256Digest,
    },
    /// The leaves give another SM3 root than the room signed.
    #[error("the {size} entries give SM3 root {computed}, the room signed {signed}")]
    Sm3Root {
        /// How many entries.
        size: u64,
        /// The root over what was received.
        computed: Sm3Digest,
        /// The root in the checkpoint.
        signed: Sm3Digest,
    },
    /// The log is not the one the viewer had checked earlier: the room keeps two.
    #[error("the first {size} entries give {computed:?}, the room had signed {signed:?} for them before")]
    Forked {
        /// The size of the earlier checkpoint.
        size: u64,
        /// The roots over what was received now.
        computed: Box<Roots>,
        /// The roots in the earlier checkpoint.
        signed: Box<Roots>,
    },
    /// No log is so long.
    #[error(transparent)]
    Tree(#[from] TreeError),
}

/// A viewer's copy of a log: the tree over all leaves so far, and the last checkpoint that agreed with it.
///
/// It holds O(log n) hashes and no entry; what it disclosed is the caller's to keep.
#[derive(Debug, Clone)]
pub struct Replica {
    keys: RoomKeys,
    origin: Origin,
    tree: Tree,
    /// The latest time of an entry that was shown.
    latest: i64,
    head: Option<VerifiedNote>,
    /// A checkpoint that was accepted in an earlier life of the viewer, until the copy has grown to its size.
    pin: Option<Checkpoint>,
}

impl Replica {
    /// A copy without entries of the log `origin`, which the room with `keys` signs.
    pub const fn new(keys: RoomKeys, origin: Origin) -> Self {
        Self { keys, origin, tree: Tree::new(), latest: 0, head: None, pin: None }
    }

    /// As [`Replica::new`], for a viewer that kept the note it had accepted last, here or by way of a QR code or a
    /// witness: the log must turn out to go through that checkpoint.
    ///
    /// # Errors
    /// [`Evidence::Note`] or [`Evidence::Origin`] if the note is none of this log.
    pub fn pinned(keys: RoomKeys, origin: Origin, note: &str) -> Result<Self, Evidence> {
        let pin = verify(note, &keys)?.checkpoint;
        if pin.origin != origin {
            return Err(Evidence::Origin { expected: origin, signed: pin.origin });
        }
        Ok(Self { pin: Some(pin), ..Self::new(keys, origin) })
    }

    /// The checkpoint of [`Replica::pinned`] that the copy has not reached yet.
    pub const fn pin(&self) -> Option<&Checkpoint> {
        self.pin.as_ref()
    }

    /// How many entries it holds: the number to name when asking the room for the rest.
    pub const fn size(&self) -> u64 {
        self.tree.size()
    }

    /// The last checkpoint that agreed with all leaves before it.
    pub const fn head(&self) -> Option<&VerifiedNote> {
        self.head.as_ref()
    }

    /// The log it follows.
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The tree over all leaves so far.
    pub const fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Adds the leaves that came with a signed checkpoint, after checking that note, leaves, openings and everything
    /// before agree. Leaves and checkpoint may be of any number together; no leaves and a newer checkpoint is
    /// allowed too.
    ///
    /// A [`LeafView::Hidden`] gives no [`Disclosed`].
    ///
    /// # Errors
    /// The first disagreement as [`Evidence`]; then the replica is what it was before.
    pub fn extend(&mut self, leaves: &[LeafView], note: &str) -> Result<Vec<Disclosed>, Evidence> {
        let head = verify(note, &self.keys)?;
        let signed = &head.checkpoint;
        self.check_continuity(&head, leaves.len())?;

        let mut tree = self.tree.clone();
        let mut latest = self.latest;
        let mut disclosed = Vec::new();
        for leaf in leaves {
            let index = tree.size();
            let hashes = match leaf {
                LeafView::Hidden { sha256, sm3 } => LeafHashes { sha256: *sha256, sm3: *sm3 },
                LeafView::Entry { bytes, openings } => {
                    let entry =
                        Entry::parse(bytes.as_bytes()).map_err(|source| Evidence::Entry { index, source })?;
                    let at = entry.at();
                    if at < latest || at > signed.at {
                        return Err(Evidence::Time { index, at, after: latest, until: signed.at });
                    }
                    latest = at;
                    let Disclosure { by, fields } =
                        entry.disclose(openings).map_err(|source| Evidence::Opening { index, source })?;
                    disclosed.push(Disclosed { index, at, kind: entry.kind().to_owned(), by, fields });
                    leaf_hashes(bytes.as_bytes())
                }
            };
            tree.append(&hashes)?;
            self.check_pin(&tree)?;
        }

        let (size, computed) = (tree.size(), tree.root());
        if computed.sha256 != signed.root {
            return Err(Evidence::Root { size, computed: computed.sha256, signed: signed.root });
        }
        if computed.sm3 != signed.sm3_root {
            return Err(Evidence::Sm3Root { size, computed: computed.sm3, signed: signed.sm3_root });
        }
        self.tree = tree;
        self.pin = self.pin.take().filter(|pin| pin.size > size);
        self.latest = latest;
        self.head = Some(head);
        Ok(disclosed)
    }

    fn check_pin(&self, tree: &Tree) -> Result<(), Evidence> {
        match &self.pin {
            Some(pin) if pin.size == tree.size() && pin.roots() != tree.root() => {
                let (computed, signed) = (Box::new(tree.root()), Box::new(pin.roots()));
                Err(Evidence::Forked { size: pin.size, computed, signed })
            }
            _ => Ok(()),
        }
    }

    fn check_continuity(&self, next: &VerifiedNote, leaves: usize) -> Result<(), Evidence> {
        let signed = &next.checkpoint;
        if signed.origin != self.origin {
            return Err(Evidence::Origin { expected: self.origin.clone(), signed: signed.origin.clone() });
        }
        let held = self.size();
        if signed.size < held {
            return Err(Evidence::Shrunk { held, signed: signed.size });
        }
        let received = u64::try_from(leaves).unwrap_or(u64::MAX);
        if held.checked_add(received) != Some(signed.size) {
            return Err(Evidence::Size { held, received, signed: signed.size });
        }
        if let Some(head) = &self.head
            && signed.at < head.checkpoint.at
        {
            return Err(Evidence::Backdated { held: head.checkpoint.at, signed: signed.at });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
