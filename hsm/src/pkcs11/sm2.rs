//! SM2 in a PKCS#11 device, as far as the device knows it: the vendor's mechanisms where there are any, and ECDH for
//! decryption where there are none.
//!
//! PKCS#11 has no common mechanism for SM2. Vendors have numbers of their own and disagree on everything else too:
//! whether the device hashes, whether it wants the signer id, how signatures and ciphertexts are laid out. So all of it
//! is configuration ([`Sm2Profile`]). Used by custody and by locks.

use bidroom_envelope::suite::sm2::{DEFAULT_ID, PublicKey, Signature, Sm2Ciphertext, open_with_shared_x};
use cryptoki::context::Pkcs11;
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::elliptic_curve::{EcKdf, Ecdh1DeriveParams};
use cryptoki::mechanism::vendor_defined::VendorDefinedMechanism;
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use cryptoki::slot::Slot;
use serde::Deserialize;
use zeroize::Zeroizing;

/// What a vendor's device knows of SM2. Without anything it is a stock device: decryption goes by ECDH, and it does not
/// sign.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sm2Profile {
    /// CKA_KEY_TYPE of SM2 keys, where it is not CKK_EC.
    pub key_type: Option<VendorNumber>,
    /// The mechanism that makes SM2 pairs, where it is not CKM_EC_KEY_PAIR_GEN.
    pub generation: Option<VendorNumber>,
    /// How the device signs.
    pub sign: Option<Sm2Signing>,
    /// How the device decrypts.
    pub decrypt: Option<Sm2Decryption>,
}

/// A number of a vendor's own: CKM_VENDOR_DEFINED (0x80000000) or above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u64")]
pub struct VendorNumber(u32);

impl VendorNumber {
    const LEAST: u32 = 0x8000_0000;

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// As a mechanism.
    ///
    /// # Errors
    /// What cryptoki says of numbers below the vendors' range, which this type does not hold.
    pub fn mechanism(self) -> Result<MechanismType, Error> {
        MechanismType::new_vendor_defined(self.0.into())
    }

    /// Whether the token in a slot offers it as a mechanism. Lists of mechanisms leave vendors' numbers out, so it is
    /// asked for by itself.
    ///
    /// # Errors
    /// What the module says, unless that is that there is no such mechanism.
    pub fn is_offered(self, module: &Pkcs11, slot: Slot) -> Result<bool, Error> {
        match module.get_mechanism_info(slot, self.mechanism()?) {
            Ok(_) => Ok(true),
            Err(Error::Pkcs11(RvError::MechanismInvalid, _)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn key_type(self) -> Result<KeyType, Error> {
        KeyType::new_vendor_defined(self.0.into())
    }
}

impl TryFrom<u64> for VendorNumber {
    type Error = String;

    fn try_from(number: u64) -> Result<Self, String> {
        let within = u32::try_from(number).ok().filter(|number| *number >= Self::LEAST);
        within
            .map(Self)
            .ok_or_else(|| format!("{number:#x} is not a vendor's number (0x80000000 to 0xffffffff)"))
    }
}

/// How a device signs with SM2.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sm2Signing {
    /// The mechanism.
    pub mechanism: VendorNumber,
    /// What the device is given.
    #[serde(default)]
    pub input: SigningInput,
    /// What the mechanism's parameter is.
    #[serde(default)]
    pub parameter: SigningParameter,
    /// What the device answers.
    #[serde(default)]
    pub signature: SignatureForm,
}

/// What a device is given to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SigningInput {
    /// SM3(Z ‖ message), computed here.
    #[default]
    Digest,
    /// The message; the device computes Z and SM3.
    Message,
}

/// The parameter of a signing mechanism.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SigningParameter {
    /// None.
    #[default]
    None,
    /// The signer id, 16 bytes.
    SignerId,
}

/// How a device lays out a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureForm {
    /// r ‖ s, 64 bytes.
    #[default]
    Raw,
    /// DER `SEQUENCE { r INTEGER, s INTEGER }`.
    Der,
}

/// How a device decrypts with SM2.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sm2Decryption {
    /// The mechanism.
    pub mechanism: VendorNumber,
    /// What the device is given.
    #[serde(default)]
    pub ciphertext: CiphertextForm,
}

/// How a device takes a ciphertext.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CiphertextForm {
    /// 04 ‖ x ‖ y ‖ C3 ‖ C2.
    #[default]
    C1c3c2,
    /// 04 ‖ x ‖ y ‖ C2 ‖ C3.
    C1c2c3,
    /// x ‖ y ‖ C3 ‖ C2.
    XyC3c2,
    /// DER `SM2Cipher` (GB/T 35276).
    Der,
}

impl CiphertextForm {
    fn write(self, ciphertext: &Sm2Ciphertext) -> Vec<u8> {
        let (c1, c2, c3) = (ciphertext.c1(), ciphertext.c2(), ciphertext.c3());
        match self {
            Self::C1c3c2 => ciphertext.to_c1c3c2(),
            Self::C1c2c3 => [&c1.to_sec1()[..], c2, c3].concat(),
            Self::XyC3c2 => [&c1.x()[..], &c1.y(), c3, c2].concat(),
            Self::Der => ciphertext.to_der(),
        }
    }
}

/// Why a device did not sign or decrypt.
#[derive(Debug, thiserror::Error)]
pub enum Sm2Failure {
    /// The module failed.
    #[error(transparent)]
    Device(#[from] Error),
    /// The ciphertext is not one that this key opens.
    #[error("the device does not open this ciphertext")]
    Rejected,
    /// The module answered what is none.
    #[error("{0}")]
    Answer(String),
}

impl Sm2Profile {
    /// CKA_KEY_TYPE of SM2 keys.
    ///
    /// # Errors
    /// As [`VendorNumber::mechanism`].
    pub fn key_type(&self) -> Result<KeyType, Error> {
        self.key_type.map_or(Ok(KeyType::EC), VendorNumber::key_type)
    }

    /// The mechanism that makes pairs.
    ///
    /// # Errors
    /// As [`VendorNumber::mechanism`].
    pub fn generation(&self) -> Result<Mechanism<'static>, Error> {
        self.generation.map_or(Ok(Mechanism::EccKeyPairGen), |number| {
            let mechanism = VendorDefinedMechanism::new::<()>(number.mechanism()?, None);
            Ok(Mechanism::VendorDefined(mechanism))
        })
    }

    /// Numbers of the mechanisms that the profile names, with what they are for.
    pub fn mechanisms(&self) -> Vec<(&'static str, VendorNumber)> {
        let generation = self.generation.map(|number| ("SM2 key generation", number));
        let sign = self.sign.as_ref().map(|sign| ("SM2 signing", sign.mechanism));
        let decrypt = self.decrypt.as_ref().map(|decrypt| ("SM2 decryption", decrypt.mechanism));
        generation.into_iter().chain(sign).chain(decrypt).collect()
    }
}

impl Sm2Signing {
    /// Signs `message` with `key`, whose public part is `public`.
    ///
    /// # Errors
    /// [`Sm2Failure::Device`] or [`Sm2Failure::Answer`].
    pub fn sign(
        &self,
        session: &Session,
        key: ObjectHandle,
        public: &PublicKey,
        message: &[u8],
    ) -> Result<Signature, Sm2Failure> {
        let id: &[u8; 16] = DEFAULT_ID
            .as_bytes()
            .try_into()
            .map_err(|_| Sm2Failure::Answer("the signer id has no 16 bytes".to_owned()))?;
        let parameter = match self.parameter {
            SigningParameter::None => None,
            SigningParameter::SignerId => Some(id),
        };
        let mechanism = VendorDefinedMechanism::new(self.mechanism.mechanism()?, parameter);
        let digest;
        let input = match self.input {
            SigningInput::Message => message,
            SigningInput::Digest => {
                digest = public.signing_digest(message);
                &digest[..]
            }
        };
        let answer = session.sign(&Mechanism::VendorDefined(mechanism), key, input)?;
        let signature = match (self.signature, <&[u8; 64]>::try_from(answer.as_slice())) {
            (SignatureForm::Raw, Ok(bytes)) => Signature::from_bytes(bytes),
            (SignatureForm::Raw, Err(_)) => {
                return Err(Sm2Failure::Answer(format!("C_Sign gave {} bytes instead of 64", answer.len())));
            }
            (SignatureForm::Der, _) => Signature::from_der(&answer),
        };
        signature.map_err(|error| Sm2Failure::Answer(format!("C_Sign gave no SM2 signature: {error}")))
    }
}

impl Sm2Decryption {
    /// Decrypts with `key`.
    ///
    /// # Errors
    /// [`Sm2Failure`].
    pub fn decrypt(
        &self,
        session: &Session,
        key: ObjectHandle,
        ciphertext: &Sm2Ciphertext,
    ) -> Result<Zeroizing<Vec<u8>>, Sm2Failure> {
        let mechanism = VendorDefinedMechanism::new::<()>(self.mechanism.mechanism()?, None);
        let input = self.ciphertext.write(ciphertext);
        let opened = session
            .decrypt(&Mechanism::VendorDefined(mechanism), key, &input)
            .map_err(|error| if is_rejection(&error) { Sm2Failure::Rejected } else { error.into() })?;
        let opened = Zeroizing::new(opened);
        // Of a device that does not compare C3, the length is all that shows a foreign ciphertext.
        if opened.len() == ciphertext.c2().len() { Ok(opened) } else { Err(Sm2Failure::Rejected) }
    }
}

/// Decrypts on a device that knows no SM2: with C1 as the other side's point, ECDH gives the x-coordinate of d·C1, from
/// which the rest is computed here. The private key never leaves the device. Accepts −C1 in place of C1 too.
///
/// # Errors
/// [`Sm2Failure`].
pub fn decrypt_by_ecdh(
    session: &Session,
    key: ObjectHandle,
    ciphertext: &Sm2Ciphertext,
) -> Result<Zeroizing<Vec<u8>>, Sm2Failure> {
    use bidroom_envelope::suite::sm2::UnwrapError;
    let x = shared_x(session, key, ciphertext)?;
    open_with_shared_x(ciphertext, &x).map_err(|error| match error {
        UnwrapError::Check | UnwrapError::Refused(_) => Sm2Failure::Rejected,
        UnwrapError::Shared | UnwrapError::Device(_) => {
            Sm2Failure::Answer("C_DeriveKey gave no coordinate of the curve".to_owned())
        }
    })
}

/// The x-coordinate of d·C1.
fn shared_x(
    session: &Session,
    key: ObjectHandle,
    ciphertext: &Sm2Ciphertext,
) -> Result<Zeroizing<[u8; 32]>, Sm2Failure> {
    let c1 = ciphertext.c1().to_sec1();
    let mechanism = Mechanism::Ecdh1Derive(Ecdh1DeriveParams::new(EcKdf::null(), &c1));
    // The derived secret belongs to this one ciphertext and is read at once: a session object, not a sensitive one.
    let template = [
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(KeyType::GENERIC_SECRET),
        Attribute::Token(false),
        Attribute::Private(true),
        Attribute::Sensitive(false),
        Attribute::Extractable(true),
        Attribute::ValueLen(32.into()),
    ];
    let derived = session.derive_key(&mechanism, key, &template)?;
    let read = session.get_attributes(derived, &[AttributeType::Value]);
    session.destroy_object(derived)?;
    let value = match read?.pop() {
        Some(Attribute::Value(value)) => Zeroizing::new(value),
        _ => return Err(Sm2Failure::Answer("C_GetAttributeValue gave no CKA_VALUE".to_owned())),
    };
    // Some devices drop leading zeros.
    let mut x = Zeroizing::new([0; 32]);
    let start = x.len().checked_sub(value.len());
    let target = start.and_then(|start| x.get_mut(start..));
    target
        .ok_or_else(|| Sm2Failure::Answer("C_DeriveKey gave more than 32 bytes".to_owned()))?
        .copy_from_slice(&value);
    Ok(x)
}

/// Whether the device says that the ciphertext is not what was encrypted. Devices do not agree on the code.
pub(super) const fn is_rejection(error: &Error) -> bool {
    matches!(
        error,
        Error::Pkcs11(
            RvError::EncryptedDataInvalid
                | RvError::EncryptedDataLenRange
                | RvError::SignatureInvalid
                | RvError::DataInvalid
                | RvError::GeneralError
                | RvError::FunctionFailed,
            _
        )
    )
}
