//! Which name has which key of the device: SDF knows indexes only.
//!
//! The directory is a file, signed with a key that does not leave the device, so that nobody without the device's
//! password can point a name at another key. What it cannot tell is that a whole old directory was put back while the
//! room was off.

use std::collections::{BTreeMap, BTreeSet};

use bidroom_canon::{Base64Bytes, from_canonical, to_canonical};
use bidroom_envelope::suite::sm2::{PublicKey, Signature};
use serde::{Deserialize, Serialize};

use crate::custody::CustodyKey;
use crate::error::StoreDamage;
use crate::name::KeyName;

/// Longest file that is read.
pub(super) const MAX_FILE: u64 = 8 * 1024 * 1024;
const FORMAT: &str = "bidroom-sdf-directory/1";

/// Where a key is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Entry {
    /// In the device.
    Sm2 {
        /// At this index.
        index: u32,
        /// With this public key.
        public: PublicKey,
    },
    /// Here, encrypted for the device.
    Ed25519 {
        /// Its public key.
        public: bidroom_canon::Hex32,
        /// DER SM2Cipher of the seed.
        sealed: Base64Bytes,
    },
}

impl Entry {
    pub(super) fn public(&self) -> CustodyKey {
        match self {
            Self::Sm2 { public, .. } => CustodyKey::Sm2(*public),
            Self::Ed25519 { public, .. } => CustodyKey::Ed25519(public.0),
        }
    }
}

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Directory {
    format: String,
    /// The device's serial number.
    pub(super) device: String,
    /// Counts the writes.
    pub(super) writes: u64,
    /// The keys.
    pub(super) keys: BTreeMap<KeyName, Entry>,
    /// Indexes whose keys were destroyed; never claimed again.
    pub(super) retired: BTreeSet<u32>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signed {
    directory: Directory,
    /// r ‖ s.
    signature: Base64Bytes,
}

impl Directory {
    pub(super) fn empty(device: &str) -> Self {
        Self {
            format: FORMAT.to_owned(),
            device: device.to_owned(),
            writes: 0,
            keys: BTreeMap::new(),
            retired: BTreeSet::new(),
        }
    }

    /// What is signed: the canonical JSON behind a label.
    pub(super) fn message(&self) -> Result<Vec<u8>, StoreDamage> {
        let json = to_canonical(self).map_err(|_| StoreDamage::Entries)?;
        Ok([b"bidroom/custody/sdf-directory/v1\n", json.as_slice()].concat())
    }

    /// The file.
    pub(super) fn write(&self, signature: &Signature) -> Result<Vec<u8>, StoreDamage> {
        let signature = Base64Bytes(signature.to_bytes().to_vec());
        to_canonical(&Signed { directory: self.clone(), signature }).map_err(|_| StoreDamage::Entries)
    }

    /// Reads a file that the device of `serial` signed with `key`.
    pub(super) fn read(bytes: &[u8], key: &PublicKey, serial: &str) -> Result<Self, StoreDamage> {
        let signed: Signed = from_canonical(bytes).map_err(|_| StoreDamage::Shape)?;
        let Signed { directory, signature } = signed;
        if directory.format != FORMAT {
            return Err(StoreDamage::Format);
        }
        let signature = signature.0.as_slice().try_into().map_err(|_| StoreDamage::Shape)?;
        let signature = Signature::from_bytes(signature).map_err(|_| StoreDamage::Signature)?;
        key.verify(&directory.message()?, &signature).map_err(|_| StoreDamage::Signature)?;
        if directory.device != serial || !directory.is_consistent() {
            return Err(StoreDamage::Entries);
        }
        Ok(directory)
    }

    /// Indexes that may not be claimed.
    pub(super) fn taken(&self) -> BTreeSet<u32> {
        let used = self.keys.values().filter_map(|entry| match entry {
            Entry::Sm2 { index, .. } => Some(*index),
            Entry::Ed25519 { .. } => None,
        });
        used.chain(self.retired.iter().copied()).collect()
    }

    /// No index has two names, and none that is retired has one.
    fn is_consistent(&self) -> bool {
        let indexes = self.keys.values().filter(|entry| matches!(entry, Entry::Sm2 { .. })).count();
        self.taken().len() == indexes + self.retired.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bidroom_envelope::suite::sm2::SecretKey;

    fn key(seed: u8) -> SecretKey {
        SecretKey::from_bytes(&[seed; 32]).unwrap()
    }

    fn directory() -> Directory {
        let mut directory = Directory::empty("SN-1");
        let entry = Entry::Sm2 { index: 7, public: *key(2).public_key() };
        directory.keys.insert("room/log-sm2".parse().unwrap(), entry);
        directory.retired.insert(9);
        directory
    }

    fn file(directory: &Directory) -> Vec<u8> {
        directory.write(&key(1).sign(&directory.message().unwrap()).unwrap()).unwrap()
    }

    #[test]
    fn a_directory_reads_back_for_its_device_only() {
        let file = file(&directory());
        let read = |seed, serial| Directory::read(&file, key(seed).public_key(), serial);
        assert_eq!(read(1, "SN-1"), Ok(directory()));
        assert_eq!(read(2, "SN-1"), Err(StoreDamage::Signature));
        assert_eq!(read(1, "SN-2"), Err(StoreDamage::Entries));
    }

    #[test]
    fn every_change_is_noticed() {
        let text = String::from_utf8(file(&directory())).unwrap();
        for (from, to) in [("\"index\":7", "\"index\":8"), ("[9]", "[]"), ("log-sm2", "issuer")] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text);
            let read = Directory::read(changed.as_bytes(), key(1).public_key(), "SN-1");
            assert_eq!(read, Err(StoreDamage::Signature), "{from}");
        }
        for length in [0, 10, text.len() - 1] {
            let read = Directory::read(&text.as_bytes()[..length], key(1).public_key(), "SN-1");
            assert_eq!(read, Err(StoreDamage::Shape));
        }
    }

    #[test]
    fn one_index_never_has_two_names() {
        let mut twice = directory();
        let entry = Entry::Sm2 { index: 7, public: *key(3).public_key() };
        twice.keys.insert("room/issuer".parse().unwrap(), entry);
        let mut risen = directory();
        risen.retired.insert(7);
        for wrong in [twice, risen] {
            let read = Directory::read(&file(&wrong), key(1).public_key(), "SN-1");
            assert_eq!(read, Err(StoreDamage::Entries));
        }
    }

    proptest::proptest! {
        /// A directory that anybody else wrote is never taken for the device's.
        #[test]
        fn any_change_of_one_byte_is_refused(at in 0_usize..400, flip in 1_u8..) {
            let mut file = file(&directory());
            let at = at % file.len();
            file[at] ^= flip;
            let read = Directory::read(&file, key(1).public_key(), "SN-1");
            assert!(read.is_err(), "byte {at}");
        }
    }
}
