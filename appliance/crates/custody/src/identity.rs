//! The room's own keys and certificates, and its voice: checkpoints, publications, receipts, acknowledgements, time.

use std::sync::Arc;

use bidroom_canon::{Base64Bytes, Hex32, from_canonical, labelled_sm3, to_canonical};
use bidroom_domain::At;
use bidroom_envelope::suite::cms::SignedData;
use bidroom_envelope::suite::pki::{Certificate, Name, Profile, Request, issue, self_sign};
use bidroom_envelope::suite::sm2::{PublicKey, Sign, SignError, Signature};
use bidroom_hsm::{Custody, CustodyError, CustodyKey, KeyName, PublicKeyInfo, Role};
use bidroom_ledger::checkpoint::{Checkpoint, RoomKeys};
use bidroom_tender::RoomIdentity;
use bidroom_wire::{ClockQuality, SignedClock};
use serde::Serialize;

use crate::heads::Heads;
use crate::protocol::Problem;

/// Ten years, in milliseconds: how long the room's own certificates are valid.
const VALID_MILLIS: i64 = 3653 * 86_400_000;
/// A day: certificates count from a day before they are made, so that clocks may differ.
const DAY_MILLIS: i64 = 86_400_000;

/// Signs as the room. No private key is here; each signature is a call to the device.
pub(crate) struct Voice {
    custody: Arc<dyn Custody>,
    identity: RoomIdentity,
    certificate: Certificate,
    issuer: Certificate,
}

/// One key of custody as something that signs.
struct DeviceSigner<'a> {
    custody: &'a dyn Custody,
    name: KeyName,
}

impl Sign for DeviceSigner<'_> {
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

pub(crate) fn sm2_key(info: PublicKeyInfo) -> Result<PublicKey, Problem> {
    match info.key {
        CustodyKey::Sm2(key) => Ok(key),
        CustodyKey::Ed25519(_) => Err(Problem::fault("custody gave a key of another kind", &info.name)),
    }
}

/// A serial number that belongs to this key alone: the first 16 bytes of SM3 over label and key.
fn serial(label: &str, key: &PublicKey) -> [u8; 16] {
    let digest = labelled_sm3("bidroom/serial/v1", &[label.as_bytes(), &key.to_sec1()]);
    let mut serial = [0; 16];
    for (to, from) in serial.iter_mut().zip(digest.as_bytes()) {
        *to = *from;
    }
    serial[0] |= 0x40;
    serial[0] &= 0x7f;
    serial
}

impl From<CustodyError> for Problem {
    fn from(error: CustodyError) -> Self {
        Self::fault("device", &error)
    }
}

impl Voice {
    /// Opens the room's identity, or makes keys and identity at the first start.
    ///
    /// # Errors
    /// A fault of device or disk, or an identity that is not of the keys in custody.
    pub(crate) fn open(
        custody: Arc<dyn Custody>,
        heads: &Heads,
        room: &str,
        organisation: &str,
        now: At,
    ) -> Result<Self, Problem> {
        let wrong =
            |error: &dyn core::fmt::Display| Problem::fault("the room's identity", &error.to_string());
        let ed25519 = ensure_key(&*custody, &KeyName::room(Role::LogEd25519))?;
        let CustodyKey::Ed25519(ed25519) = ed25519.key else {
            return Err(Problem::fault("custody gave a key of another kind", &ed25519.name));
        };
        let log_sm2 = sm2_key(ensure_key(&*custody, &KeyName::room(Role::LogSm2))?)?;
        let statements = sm2_key(ensure_key(&*custody, &KeyName::room(Role::Statements))?)?;
        let issuer = sm2_key(ensure_key(&*custody, &KeyName::room(Role::Issuer))?)?;
        let keys = RoomKeys { ed25519: Hex32(ed25519), name: room.to_owned(), sm2: log_sm2 };

        let identity = match heads.identity().map_err(|error| wrong(&error))? {
            Some(bytes) => from_canonical::<RoomIdentity>(&bytes).map_err(|error| wrong(&error))?,
            None => {
                let identity =
                    make_identity(&*custody, keys.clone(), &statements, &issuer, organisation, now)?;
                let bytes = to_canonical(&identity).map_err(|error| wrong(&error))?;
                heads.put_identity(&bytes).map_err(|error| wrong(&error))?;
                identity
            }
        };
        let read = |der: &Base64Bytes| Certificate::from_der(&der.0).map_err(|error| wrong(&error));
        let (certificate, issuer_certificate) = (read(&identity.certificate)?, read(&identity.issuer)?);
        if identity.keys != keys
            || *certificate.public_key() != statements
            || *issuer_certificate.public_key() != issuer
        {
            return Err(wrong(&"it is not of the keys in custody"));
        }
        Ok(Self { custody, identity, certificate, issuer: issuer_certificate })
    }

    /// What a tender package says of this room.
    pub(crate) const fn identity(&self) -> &RoomIdentity {
        &self.identity
    }

    /// Certificate of the key that signs statements.
    pub(crate) const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Signs a checkpoint with both keys; the finished note.
    pub(crate) fn checkpoint(&self, checkpoint: &Checkpoint) -> Result<String, Problem> {
        let wrong = |error: &dyn core::fmt::Display| Problem::fault("checkpoint", &error.to_string());
        let text = checkpoint.text().map_err(|error| wrong(&error))?;
        let ed25519 = self.custody.sign_ed25519(&KeyName::room(Role::LogEd25519), text.as_bytes())?;
        let sm2 = self.custody.sign_sm2(&KeyName::room(Role::LogSm2), text.as_bytes())?;
        let note = self.identity.keys.assemble(checkpoint, &ed25519, &sm2).map_err(|error| wrong(&error))?;
        Ok(note.note.to_text())
    }

    /// Signs a value as canonical JSON in a GB/T 35275 SignedData (DER).
    pub(crate) fn statement<T: Serialize + ?Sized>(&self, value: &T) -> Result<Vec<u8>, Problem> {
        let content = to_canonical(value).map_err(|error| Problem::fault("statement", &error))?;
        SignedData::sign(&content, &self.certificate, &self.statements())
            .map_err(|error| Problem::fault("statement", &error))
    }

    /// Something that signs the room's statements.
    pub(crate) fn statements(&self) -> impl Sign + '_ {
        self.with(Role::Statements)
    }

    fn with(&self, role: Role) -> DeviceSigner<'_> {
        DeviceSigner { custody: &*self.custody, name: KeyName::room(role) }
    }

    /// Certifies a key of the room for encryption from `now` on.
    pub(crate) fn certify(
        &self,
        common_name: &str,
        key: &PublicKey,
        now: At,
    ) -> Result<Certificate, Problem> {
        let subject = Name::new(self.issuer.holder(), None, common_name);
        let request = Request {
            subject: &subject,
            public_key: key,
            serial: &serial(common_name, key),
            not_before: now.0.saturating_sub(DAY_MILLIS),
            not_after: self.issuer.not_after().min(now.0.saturating_add(VALID_MILLIS)),
            profile: Profile::Encryption,
        };
        issue(&self.issuer, &self.with(Role::Issuer), &request)
            .map_err(|error| Problem::fault("certificate", &error))
    }

    /// The room's time, signed.
    pub(crate) fn clock(&self, at: At, quality: ClockQuality) -> Result<SignedClock, Problem> {
        let message = SignedClock::message(&self.identity.keys.name, at, &quality)
            .map_err(|error| Problem::fault("clock", &error))?;
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
) -> Result<RoomIdentity, Problem> {
    let signer = DeviceSigner { custody, name: KeyName::room(Role::Issuer) };
    let made = |error| Problem::fault("certificate", &error);
    let (not_before, not_after) =
        (now.0.saturating_sub(DAY_MILLIS), now.0.saturating_add(VALID_MILLIS.saturating_mul(2)));
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
