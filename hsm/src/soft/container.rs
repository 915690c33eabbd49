//! The store's one file: canonical JSON around the keys sealed with SM4-GCM.
//!
//! `digest` (no key needed) tells damage from a wrong passphrase; `check` tells a wrong passphrase from a change that
//! somebody made on purpose. Every write draws a new `salt`, from which the key and the nonce of that write are
//! derived. Knows nothing of disks.

use std::collections::BTreeMap;

use bidroom_canon::{Base64Bytes, Hex32, Sm3Digest, from_canonical, labelled_sm3, to_canonical};
use bidroom_envelope::suite::kdf::hkdf_sm3;
use bidroom_envelope::suite::sm4::Sm4Gcm;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::secret::{Derivation, Master};
use crate::error::{CustodyError, Fault, StoreDamage};
use crate::name::KeyName;
use crate::private_key::Secret;

/// Longest file that is read: some hundred thousand keys.
pub(super) const MAX_FILE: u64 = 32 * 1024 * 1024;

const FORMAT: &str = "bidroom-custody/1";

/// The keys of a store.
pub(super) type Keys = BTreeMap<KeyName, Secret>;

/// Why a file is not opened.
#[derive(Debug)]
pub(super) enum Unreadable {
    /// Not what was written.
    Tampered(StoreDamage),
    /// Whole, but of another passphrase or credential.
    WrongSecret,
    /// Something else went wrong.
    Other(CustodyError),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Container {
    format: String,
    derivation: Derivation,
    salt: Hex32,
    check: Hex32,
    sealed: Base64Bytes,
    digest: Sm3Digest,
}

#[derive(Serialize)]
struct Header<'a> {
    format: &'a str,
    derivation: &'a Derivation,
    salt: Hex32,
}

/// A file that is undamaged, before a key is known for it.
pub(super) struct Whole(Container);

impl Container {
    fn digest(&self, header: &[u8]) -> Sm3Digest {
        labelled_sm3("bidroom/custody/file/v1", &[header, &self.check.0, &self.sealed.0])
    }
}

impl Whole {
    /// Reads a file and checks that it is whole.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        let container: Container =
            from_canonical(bytes).map_err(|_| Unreadable::Tampered(StoreDamage::Shape))?;
        if container.format != FORMAT {
            return Err(Unreadable::Tampered(StoreDamage::Format));
        }
        let header = header(&container.derivation, container.salt).map_err(Unreadable::Other)?;
        if container.digest(&header) != container.digest {
            return Err(Unreadable::Tampered(StoreDamage::Digest));
        }
        Ok(Self(container))
    }

    /// How the key of this file is derived.
    pub(super) fn derivation(&self) -> &Derivation {
        &self.0.derivation
    }

    /// Opens the keys.
    pub(super) fn open(self, master: &Master) -> Result<Keys, Unreadable> {
        let Self(container) = self;
        let material = Material::derive(master, &container.salt).map_err(Unreadable::Other)?;
        if !bool::from(material.check.ct_eq(&container.check.0)) {
            return Err(Unreadable::WrongSecret);
        }
        let header = header(&container.derivation, container.salt).map_err(Unreadable::Other)?;
        let mut body = Zeroizing::new(container.sealed.0);
        let changed = Unreadable::Tampered(StoreDamage::Keys);
        let Some((data, tag)) = body.split_last_chunk_mut::<16>() else { return Err(changed) };
        material.key.open_in_place(&material.nonce, &header, data, tag).map_err(|_| changed)?;
        let length = data.len();
        body.truncate(length);
        decode(&body).ok_or(Unreadable::Tampered(StoreDamage::Entries))
    }
}

/// Writes a file.
pub(super) fn write(derivation: &Derivation, master: &Master, keys: &Keys) -> Result<Vec<u8>, CustodyError> {
    let mut salt = [0; 32];
    getrandom::fill(&mut salt).map_err(Fault::Random)?;
    let salt = Hex32(salt);
    let material = Material::derive(master, &salt)?;
    let header = header(derivation, salt)?;
    let mut body = encode(keys)?;
    let tag = material
        .key
        .seal_in_place(&material.nonce, &header, &mut body)
        .map_err(|_| Fault::Computation("SM4-GCM"))?;
    body.extend_from_slice(&tag);
    let mut container = Container {
        format: FORMAT.to_owned(),
        derivation: derivation.clone(),
        salt,
        check: Hex32(*material.check),
        sealed: Base64Bytes(core::mem::take(&mut *body)),
        digest: Sm3Digest::from_bytes([0; 32]),
    };
    container.digest = container.digest(&header);
    to_canonical(&container).map_err(|_| Fault::Computation("canonical JSON").into())
}

fn header(derivation: &Derivation, salt: Hex32) -> Result<Vec<u8>, CustodyError> {
    to_canonical(&Header { format: FORMAT, derivation, salt })
        .map_err(|_| Fault::Computation("canonical JSON").into())
}

/// What one write's salt and the master key give.
struct Material {
    key: Sm4Gcm,
    nonce: [u8; 12],
    check: Zeroizing<[u8; 32]>,
}

impl Material {
    fn derive(master: &Master, salt: &Hex32) -> Result<Self, CustodyError> {
        let failed = || Fault::Computation("HKDF-SM3");
        let mut check = Zeroizing::new([0; 32]);
        hkdf_sm3(master.as_bytes(), &salt.0, b"bidroom/custody/check/v1", &mut check[..])
            .map_err(|_| failed())?;
        let mut key = Zeroizing::new([0; 16]);
        hkdf_sm3(master.as_bytes(), &salt.0, b"bidroom/custody/key/v1", &mut key[..])
            .map_err(|_| failed())?;
        let mut nonce = [0; 12];
        hkdf_sm3(master.as_bytes(), &salt.0, b"bidroom/custody/nonce/v1", &mut nonce)
            .map_err(|_| failed())?;
        Ok(Self { key: Sm4Gcm::new(&key), nonce, check })
    }
}

/// Of each key, in order of name: length of the label (u16, big-endian) ‖ label ‖ 32 secret bytes. No general
/// serializer: none would erase its buffers.
fn encode(keys: &Keys) -> Result<Zeroizing<Vec<u8>>, CustodyError> {
    let entries: Vec<(String, &Secret)> = keys.iter().map(|(name, secret)| (name.label(), secret)).collect();
    // Room for the tag as well, so that the buffer never moves.
    let size = entries.iter().map(|(label, _)| label.len() + 34).sum::<usize>() + 16;
    let mut body = Zeroizing::new(Vec::with_capacity(size));
    for (label, secret) in entries {
        let length = u16::try_from(label.len()).map_err(|_| Fault::Computation("label length"))?;
        body.extend_from_slice(&length.to_be_bytes());
        body.extend_from_slice(label.as_bytes());
        body.extend_from_slice(&secret.to_bytes()[..]);
    }
    Ok(body)
}

fn decode(mut body: &[u8]) -> Option<Keys> {
    let mut keys = Keys::new();
    while !body.is_empty() {
        let (length, rest) = body.split_first_chunk::<2>()?;
        let (label, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        let (secret, rest) = rest.split_first_chunk::<32>()?;
        let name: KeyName = core::str::from_utf8(label).ok()?.parse().ok()?;
        // One order only, no name twice.
        if keys.last_key_value().is_some_and(|(last, _)| *last >= name) {
            return None;
        }
        let secret = Secret::from_bytes(name.role.purpose(), secret)?;
        keys.insert(name, secret);
        body = rest;
    }
    Some(keys)
}
