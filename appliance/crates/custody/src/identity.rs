//! The room's own keys and certificates, and its voice: checkpoints, publications, receipts, acknowledgements, time.

use bidroom_canon::{Base64Bytes, Hex32, Sm3Digest, from_canonical, labelled_sm3, to_canonical};
use bidroom_domain::At;
use bidroom_envelope::suite::cms::SignedData;
use bidroom_envelope::suite::pki::{Certificate, Name, Profile, Request, issue, self_sign};
use bidroom_envelope::suite::sm2::{PublicKey, Sign, SignError, Signature};
use bidroom_hsm::{Custody, CustodyError, CustodyKey, KeyName, PublicKeyInfo, Role};
use bidroom_ledger::checkpoint::{Checkpoint, RoomKeys, StandbyKeys};
use bidroom_tender::{DocumentError, RoomIdentity, SignedDocument};
use bidroom_wire::{ClockQuality, SignedClock};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::devices::{Device, DeviceError, DeviceSet};
use crate::heads::Heads;
use crate::protocol::Problem;

/// Ten years, in milliseconds: how long the room's own certificates are valid.
const VALID_MILLIS: i64 = 3653 * 86_400_000;
/// A day: certificates count from a day before they are made, so that clocks may differ.
const DAY_MILLIS: i64 = 86_400_000;

/// For what and how long a key is certified.
#[derive(Clone, Copy)]
pub(crate) struct Certified {
    profile: Profile,
    /// From so many milliseconds ago: clocks may differ.
    from: i64,
    /// For so many milliseconds.
    until: i64,
}

/// Keys of a lot, to which shares are enveloped.
pub(crate) const ENCRYPTION: Certified =
    Certified { profile: Profile::Encryption, from: DAY_MILLIS, until: VALID_MILLIS };

impl Certified {
    /// A key that signs one document, at once.
    pub(crate) const fn one_document(document: &Sm3Digest) -> Self {
        let profile = Profile::OneDocument { document: *document.as_bytes() };
        Self { profile, from: 600_000, until: 3_600_000 }
    }
}

/// Signs as the room. No private key is here; each signature is a call to a device: the main one, or the standby while
/// the main one does not answer.
pub(crate) struct Voice {
    devices: DeviceSet,
    identity: RoomIdentity,
    mouths: Vec<Mouth>,
    issuer: Certificate,
}

/// The signing keys in one device.
struct Mouth {
    /// Place of the device.
    place: usize,
    keys: RoomKeys,
    certificate: Certificate,
}

/// One key of custody as something that signs.
struct DeviceSigner<'a> {
    device: &'a Device,
    name: KeyName,
    /// What the signature must verify under: a device that came back may be another one.
    key: &'a PublicKey,
}

impl Sign for DeviceSigner<'_> {
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        let (name, signed) = (self.name.clone(), message.to_vec());
        let signature = self.device.ask(move |custody| custody.sign_sm2(&name, &signed));
        let signature = signature.map_err(|error| SignError::Device(error.to_string()))?;
        let verified = self.key.verify(message, &signature);
        verified.map_err(|_| SignError::Device("the device signs with another key".to_owned()))?;
        Ok(signature)
    }
}

/// The key of that name, made if it is not there yet.
pub(crate) fn ensure_key(device: &Device, name: &KeyName) -> Result<PublicKeyInfo, DeviceError> {
    let name = name.clone();
    device.ask_long(move |custody: &dyn Custody| match custody.public_key(&name) {
        Err(CustodyError::NotFound(_)) => custody.create_key(&name, name.role.purpose()),
        found => found,
    })
}

pub(crate) fn sm2_key(info: PublicKeyInfo) -> Result<PublicKey, Problem> {
    match info.key {
        CustodyKey::Sm2(key) => Ok(key),
        CustodyKey::Ed25519(_) => Err(Problem::fault("custody gave a key of another kind", &info.name)),
    }
}

/// The three signing keys of a device, made where they are not there yet.
struct SigningKeys {
    ed25519: Hex32,
    log_sm2: PublicKey,
    statements: PublicKey,
}

impl SigningKeys {
    fn of(device: &Device) -> Result<Self, Problem> {
        let ed25519 = ensure_key(device, &KeyName::room(Role::LogEd25519))?;
        let CustodyKey::Ed25519(ed25519) = ed25519.key else {
            return Err(Problem::fault("custody gave a key of another kind", &ed25519.name));
        };
        let sm2 = |role| sm2_key(ensure_key(device, &KeyName::room(role))?);
        Ok(Self { ed25519: Hex32(ed25519), log_sm2: sm2(Role::LogSm2)?, statements: sm2(Role::Statements)? })
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
    /// Opens the room's identity, or makes keys and identity at the first start. A device that does not answer is passed
    /// over where the identity is there and another device has its keys.
    ///
    /// # Errors
    /// A fault of device or disk, or an identity that is not of the keys in custody.
    pub(crate) fn open(
        devices: DeviceSet,
        heads: &Heads,
        room: &str,
        organisation: &str,
        now: At,
    ) -> Result<Self, Problem> {
        let wrong =
            |error: &dyn core::fmt::Display| Problem::fault("the room's identity", &error.to_string());
        let identity = match heads.identity().map_err(|error| wrong(&error))? {
            Some(bytes) => from_canonical::<RoomIdentity>(&bytes).map_err(|error| wrong(&error))?,
            None => {
                let identity = make_identity(&devices, room, organisation, now)?;
                let bytes = to_canonical(&identity).map_err(|error| wrong(&error))?;
                heads.put_identity(&bytes).map_err(|error| wrong(&error))?;
                identity
            }
        };
        if identity.keys.name != room {
            return Err(wrong(&format!("it is of the room {}", identity.keys.name)));
        }
        let certificates = identity.certificates().map_err(|error| wrong(&error))?;
        let issuer = Certificate::from_der(&identity.issuer.0).map_err(|error| wrong(&error))?;
        let mouths: Vec<Mouth> = identity
            .keys
            .pairs()
            .zip(certificates)
            .enumerate()
            .map(|(place, (keys, certificate))| Mouth { place, keys, certificate })
            .collect();
        let voice = Self { devices, identity, mouths, issuer };
        voice.check().map_err(|error| match error {
            Problem::Fault { what, why } => wrong(&format!("{what}: {why}")),
            other => other,
        })?;
        Ok(voice)
    }

    /// Compares the identity with the keys in those devices that answer; at least one must.
    fn check(&self) -> Result<(), Problem> {
        let (mut fit, mut failed) = (0, Problem::fault("custody", &"there is no device"));
        for (place, device) in self.devices.devices().iter().enumerate() {
            let Some(mouth) = self.mouths.get(place) else {
                tracing::warn!(
                    device = device.name,
                    "the room's identity was made without this device: it opens, and does not sign"
                );
                continue;
            };
            match SigningKeys::of(device) {
                Ok(keys)
                    if keys.ed25519 == mouth.keys.ed25519
                        && keys.log_sm2 == mouth.keys.sm2
                        && keys.statements == *mouth.certificate.public_key() =>
                {
                    fit += 1;
                }
                Ok(_) => return Err(Problem::fault(device.name, &"it is not of the keys in custody")),
                Err(problem) if device.lost().is_some() => failed = problem,
                Err(problem) => return Err(problem),
            }
        }
        if fit > 0 { Ok(()) } else { Err(failed) }
    }

    /// What a tender package says of this room.
    pub(crate) const fn identity(&self) -> &RoomIdentity {
        &self.identity
    }

    /// Whether a certificate is that of one of the keys that sign statements.
    pub(crate) fn is_own(&self, certificate: &Certificate) -> bool {
        self.mouths.iter().any(|mouth| mouth.certificate.digest() == certificate.digest())
    }

    /// Has one device after the other say it, until one does.
    fn speak<T>(&self, say: impl Fn(&Device, &Mouth) -> Result<T, Problem>) -> Result<T, Problem> {
        let mut failed = Problem::fault("custody", &"there is no device that signs");
        for (place, device) in self.devices.in_turn() {
            let Some(mouth) = self.mouths.iter().find(|mouth| mouth.place == place) else { continue };
            match say(device, mouth) {
                Ok(said) => return Ok(said),
                Err(problem) => {
                    tracing::warn!(device = device.name, %problem, "a device does not sign");
                    failed = problem;
                }
            }
        }
        Err(self.devices.unanswered(failed))
    }

    /// Signs a checkpoint with both keys of one device; the finished note.
    pub(crate) fn checkpoint(&self, checkpoint: &Checkpoint) -> Result<String, Problem> {
        let wrong = |error: &dyn core::fmt::Display| Problem::fault("checkpoint", &error.to_string());
        let text = checkpoint.text().map_err(|error| wrong(&error))?;
        self.speak(|device, mouth| {
            let signed = text.clone().into_bytes();
            let (ed25519, sm2) = device.ask(move |custody| {
                let ed25519 = custody.sign_ed25519(&KeyName::room(Role::LogEd25519), &signed)?;
                Ok((ed25519, custody.sign_sm2(&KeyName::room(Role::LogSm2), &signed)?))
            })?;
            // Putting the note together verifies both signatures.
            let note = mouth.keys.assemble(checkpoint, &ed25519, &sm2).map_err(|error| wrong(&error))?;
            Ok(note.note.to_text())
        })
    }

    /// Signs a value as canonical JSON in a GB/T 35275 SignedData (DER); what is said may depend on whose certificate
    /// signs it.
    pub(crate) fn statement<T: Serialize>(
        &self,
        value: impl Fn(&Certificate) -> T,
    ) -> Result<Vec<u8>, Problem> {
        self.speak(|device, mouth| {
            let content = to_canonical(&value(&mouth.certificate))
                .map_err(|error| Problem::fault("statement", &error))?;
            SignedData::sign(&content, &mouth.certificate, &signer(device, mouth))
                .map_err(|error| Problem::fault("statement", &error))
        })
    }

    /// Signs a document.
    pub(crate) fn document<T: Serialize + DeserializeOwned + Clone>(
        &self,
        value: &T,
    ) -> Result<SignedDocument<T>, Problem> {
        self.speak(|device, mouth| {
            SignedDocument::sign(value.clone(), &mouth.certificate, &signer(device, mouth))
                .map_err(|error: DocumentError| Problem::fault("document", &error))
        })
    }

    /// Certifies a key from `now` on.
    pub(crate) fn certify(
        &self,
        common_name: &str,
        key: &PublicKey,
        Certified { profile, from, until }: Certified,
        now: At,
    ) -> Result<Certificate, Problem> {
        let main =
            self.devices.devices().first().ok_or_else(|| Problem::fault("custody", &"there is no device"))?;
        let subject = Name::new(self.issuer.holder(), None, common_name);
        let request = Request {
            subject: &subject,
            public_key: key,
            serial: &serial(common_name, key),
            not_before: now.0.saturating_sub(from),
            not_after: self.issuer.not_after().min(now.0.saturating_add(until)),
            profile,
        };
        let issuer =
            DeviceSigner { device: main, name: KeyName::room(Role::Issuer), key: self.issuer.public_key() };
        issue(&self.issuer, &issuer, &request).map_err(|error| Problem::fault("certificate", &error))
    }

    /// The room's time, signed.
    pub(crate) fn clock(&self, at: At, quality: &ClockQuality) -> Result<SignedClock, Problem> {
        let message = SignedClock::message(&self.identity.keys.name, at, quality)
            .map_err(|error| Problem::fault("clock", &error))?;
        self.speak(|device, _| {
            let signature = device.ask(move |custody| {
                custody.sign_ed25519(&KeyName::room(Role::LogEd25519), message.as_bytes())
            })?;
            Ok(SignedClock { at, quality: quality.clone(), signature: Base64Bytes(signature.to_vec()) })
        })
    }
}

fn signer<'a>(device: &'a Device, mouth: &'a Mouth) -> DeviceSigner<'a> {
    DeviceSigner { device, name: KeyName::room(Role::Statements), key: mouth.certificate.public_key() }
}

/// Makes the signing keys of all devices and the certificates for them. All devices must answer: what one of them lacks
/// now it could never sign.
fn make_identity(
    devices: &DeviceSet,
    room: &str,
    organisation: &str,
    now: At,
) -> Result<RoomIdentity, Problem> {
    let mut all = devices.devices().iter();
    let main = all.next().ok_or_else(|| Problem::fault("custody", &"there is no device"))?;
    let issuer = sm2_key(ensure_key(main, &KeyName::room(Role::Issuer))?)?;
    let signer = DeviceSigner { device: main, name: KeyName::room(Role::Issuer), key: &issuer };
    let made = |error| Problem::fault("certificate", &error);
    let (not_before, not_after) =
        (now.0.saturating_sub(DAY_MILLIS), now.0.saturating_add(VALID_MILLIS.saturating_mul(2)));
    let issuer_name = Name::new(organisation, None, &format!("{organisation} 开标室证书签发"));
    let root = self_sign(
        &signer,
        &Request {
            subject: &issuer_name,
            public_key: &issuer,
            serial: &serial("issuer", &issuer),
            not_before,
            not_after,
            profile: Profile::Authority { path_length: 0 },
        },
    )
    .map_err(made)?;
    let certify = |device: &str, statements: &PublicKey| {
        let label = format!("statements{device}");
        let request = Request {
            subject: &Name::new(organisation, None, &format!("{organisation} 开标室 {room}{device}")),
            public_key: statements,
            serial: &serial(&label, statements),
            not_before,
            not_after,
            profile: Profile::Signing,
        };
        issue(&root, &signer, &request)
            .map(|certificate| Base64Bytes(certificate.der().to_vec()))
            .map_err(made)
    };
    let keys = SigningKeys::of(main)?;
    let certificate = certify("", &keys.statements)?;
    let standby = all.next().map(SigningKeys::of).transpose()?;
    let standby_certificate =
        standby.as_ref().map(|standby| certify(" 备用", &standby.statements)).transpose()?;
    Ok(RoomIdentity {
        keys: RoomKeys {
            ed25519: keys.ed25519,
            name: room.to_owned(),
            sm2: keys.log_sm2,
            standby: standby.map(|standby| StandbyKeys { ed25519: standby.ed25519, sm2: standby.log_sm2 }),
        },
        certificate,
        issuer: Base64Bytes(root.der().to_vec()),
        standby_certificate,
    })
}
