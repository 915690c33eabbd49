//! The room's voice: checkpoints, publications, receipts, acknowledgements and the clock, signed by custody.
//!
//! **Architecture invariant.** No private key is here; each signature is a call to custody.

use std::path::Path;
use std::sync::Arc;

use bidroom_canon::{Base64Bytes, Hex32, from_canonical, to_canonical};
use bidroom_domain::At;
use bidroom_envelope::suite::cms::SignedData;
use bidroom_envelope::suite::pki::{Certificate, Name, Profile, Request, issue, self_sign};
use bidroom_envelope::suite::sm2::{PublicKey, Sign, SignError, Signature};
use bidroom_hsm::{Custody, CustodyError, CustodyKey, KeyName, PublicKeyInfo, Role};
use bidroom_ledger::checkpoint::{Checkpoint, RoomKeys};
use bidroom_tender::RoomIdentity;
use bidroom_wire::{ClockQuality, SignedClock};
use serde::Serialize;

use crate::error::{Fault, fault};

/// Ten years, in milliseconds: how long the room's own certificates are valid.
const VALID_MILLIS: i64 = 3653 * 86_400_000;

/// Signs as the room.
#[derive(Clone)]
pub struct Signer {
    custody: Arc<dyn Custody>,
    identity: Arc<RoomIdentity>,
    certificate: Certificate,
    issuer: Certificate,
}

/// One key of custody as something that signs.
struct CustodySigner<'a> {
    custody: &'a dyn Custody,
    name: KeyName,
}

impl Sign for CustodySigner<'_> {
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        self.custody.sign_sm2(&self.name, message).map_err(|error| SignError::Device(error.to_string()))
    }
}

/// The key of that name, made if it is not there yet.
pub(crate) fn ensure_key(custody: &dyn Custody, name: &KeyName) -> Result<PublicKeyInfo, CustodyError> {
    match custody.public_key(name) {
        Err(CustodyError::NotFound(_)) => custody.create_key(name, name.role.purpose()),
        found => found,
    }
}

pub(crate) fn sm2_key(info: PublicKeyInfo) -> Result<PublicKey, Fault> {
    match info.key {
        CustodyKey::Sm2(key) => Ok(key),
        CustodyKey::Ed25519(_) => Err(fault("custody gave a key of another kind", &info.name)),
    }
}

/// A serial number that belongs to this key alone: the first 16 bytes of SM3 over label and key.
fn serial(label: &str, key: &PublicKey) -> [u8; 16] {
    let digest = bidroom_canon::labelled_sm3("bidroom/serial/v1", &[label.as_bytes(), &key.to_sec1()]);
    let mut serial = [0; 16];
    for (to, from) in serial.iter_mut().zip(digest.as_bytes()) {
        *to = *from;
    }
    serial[0] |= 0x40;
    serial[0] &= 0x7f;
    serial
}

impl Signer {
    /// Opens the room's identity in `file`, or makes keys and identity at the first start.
    ///
    /// # Errors
    /// A [`Fault`] of custody or disk, or an identity that is not of the keys in custody.
    pub fn open(
        custody: Arc<dyn Custody>,
        file: &Path,
        room: &str,
        organisation: &str,
        now: At,
    ) -> Result<Self, Fault> {
        let ed25519 = ensure_key(&*custody, &KeyName::room(Role::LogEd25519))?;
        let CustodyKey::Ed25519(ed25519) = ed25519.key else {
            return Err(fault("custody gave a key of another kind", &ed25519.name));
        };
        let log_sm2 = sm2_key(ensure_key(&*custody, &KeyName::room(Role::LogSm2))?)?;
        let statements = sm2_key(ensure_key(&*custody, &KeyName::room(Role::Statements))?)?;
        let issuer = sm2_key(ensure_key(&*custody, &KeyName::room(Role::Issuer))?)?;
        let keys = RoomKeys { ed25519: Hex32(ed25519), name: room.to_owned(), sm2: log_sm2 };

        let identity = if file.exists() {
            let bytes = std::fs::read(file).map_err(|error| fault("the room's identity", &error))?;
            from_canonical::<RoomIdentity>(&bytes).map_err(|error| fault("the room's identity", &error))?
        } else {
            let identity = make_identity(&*custody, keys.clone(), &statements, &issuer, organisation, now)?;
            let bytes = to_canonical(&identity).map_err(|error| fault("the room's identity", &error))?;
            crate::files::write_durably(file, &bytes)?;
            identity
        };
        let read = |der: &Base64Bytes| {
            Certificate::from_der(&der.0).map_err(|error| fault("the room's identity", &error))
        };
        let (certificate, issuer_certificate) = (read(&identity.certificate)?, read(&identity.issuer)?);
        if identity.keys != keys
            || *certificate.public_key() != statements
            || *issuer_certificate.public_key() != issuer
        {
            return Err(fault("the room's identity", &"it is not of the keys in custody"));
        }
        Ok(Self { custody, identity: Arc::new(identity), certificate, issuer: issuer_certificate })
    }

    /// What a tender package says of this room.
    pub fn identity(&self) -> &RoomIdentity {
        &self.identity
    }

    /// The keys that sign checkpoints.
    pub fn keys(&self) -> &RoomKeys {
        &self.identity.keys
    }

    /// Certificate of the key that signs statements.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Signs a checkpoint with both keys; the finished note.
    ///
    /// # Errors
    /// A [`Fault`] of custody.
    pub fn checkpoint(&self, checkpoint: &Checkpoint) -> Result<String, Fault> {
        let text = checkpoint.text().map_err(|error| fault("checkpoint", &error))?;
        let ed25519 = self.custody.sign_ed25519(&KeyName::room(Role::LogEd25519), text.as_bytes())?;
        let sm2 = self.custody.sign_sm2(&KeyName::room(Role::LogSm2), text.as_bytes())?;
        let note =
            self.keys().assemble(checkpoint, &ed25519, &sm2).map_err(|error| fault("checkpoint", &error))?;
        Ok(note.note.to_text())
    }

    /// Signs a value as canonical JSON in a GB/T 35275 SignedData (DER).
    ///
    /// # Errors
    /// A [`Fault`] of custody.
    pub fn statement<T: Serialize + ?Sized>(&self, value: &T) -> Result<Vec<u8>, Fault> {
        let content = to_canonical(value).map_err(|error| fault("statement", &error))?;
        SignedData::sign(&content, &self.certificate, &self.with(Role::Statements))
            .map_err(|error| fault("statement", &error))
    }

    /// Something that signs the room's statements.
    pub fn statements(&self) -> impl Sign + '_ {
        self.with(Role::Statements)
    }

    fn with(&self, role: Role) -> CustodySigner<'_> {
        CustodySigner { custody: &*self.custody, name: KeyName::room(role) }
    }

    /// Certifies a key of the room for encryption from `now` on.
    ///
    /// # Errors
    /// A [`Fault`] of custody.
    pub fn certify(&self, common_name: &str, key: &PublicKey, now: At) -> Result<Certificate, Fault> {
        let subject = Name::new(self.issuer.holder(), None, common_name);
        let request = Request {
            subject: &subject,
            public_key: key,
            serial: &serial(common_name, key),
            not_before: now.0 - 86_400_000,
            not_after: self.issuer.not_after().min(now.0.saturating_add(VALID_MILLIS)),
            profile: Profile::Encryption,
        };
        issue(&self.issuer, &self.with(Role::Issuer), &request).map_err(|error| fault("certificate", &error))
    }

    /// The room's time, signed.
    ///
    /// # Errors
    /// A [`Fault`] of custody.
    pub fn clock(&self, at: At, quality: ClockQuality) -> Result<SignedClock, Fault> {
        let message =
            SignedClock::message(&self.keys().name, at, &quality).map_err(|error| fault("clock", &error))?;
        let signature = self.custody.sign_ed25519(&KeyName::room(Role::LogEd25519), message.as_bytes())?;
        Ok(SignedClock { at, quality, signature: Base64Bytes(signature.to_vec()) })
    }
}

fn make_identity(
    custody: &dyn Custody,
    keys: RoomKeys,
    statements: &PublicKey,
    issuer: &PublicKey,
    organisation: &str,
    now: At,
) -> Result<RoomIdentity, Fault> {
    let signer = CustodySigner { custody, name: KeyName::room(Role::Issuer) };
    let made = |error| fault("certificate", &error);
    let (not_before, not_after) = (now.0 - 86_400_000, now.0.saturating_add(2 * VALID_MILLIS));
    let issuer_name = Name::new(organisation, None, &format!("{organisation} 开标室证书签发"));
    let root = self_sign(
        &signer,
        &Request {
            subject: &issuer_name,
            public_key: issuer,
            serial: &serial("issuer", issuer),
            not_before,
            not_after,
            profile: Profile::Authority { path_length: 0 },
        },
    )
    .map_err(made)?;
    let certificate = issue(
        &root,
        &signer,
        &Request {
            subject: &Name::new(organisation, None, &format!("{organisation} 开标室 {}", keys.name)),
            public_key: statements,
            serial: &serial("statements", statements),
            not_before,
            not_after,
            profile: Profile::Signing,
        },
    )
    .map_err(made)?;
    Ok(RoomIdentity {
        keys,
        certificate: Base64Bytes(certificate.der().to_vec()),
        issuer: Base64Bytes(root.der().to_vec()),
    })
}
