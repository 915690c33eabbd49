//! EnvelopedData: a small message under an SM4 key, and that key under SM2 keys.

use core::fmt;

use der::Tag;
use der::asn1::ObjectIdentifier;
use zeroize::Zeroizing;

use super::oid;
use super::party::PartyId;
use crate::suite::asn1::{self, Asn1Error, Cursor, context, context_primitive};
use crate::suite::pki::{Certificate, serial_hex};
use crate::suite::sm2::{self, CiphertextError, EncryptError, Sm2Ciphertext, Unwrap, UnwrapError};
use crate::suite::sm4::{CbcError, cbc_decrypt, cbc_encrypt};

/// Recipients of one message that are read.
const MAX_RECIPIENTS: usize = 64;

/// Why a message was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The content key could not be encrypted.
    #[error(transparent)]
    Encrypt(#[from] EncryptError),
}

/// Why bytes are not an EnvelopedData.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopedError {
    /// Not the structure of GB/T 35275 section 9.
    #[error(transparent)]
    Structure(#[from] Asn1Error),
    /// A message of another kind.
    #[error("the message's type is {0}, not enveloped data")]
    NotEnveloped(ObjectIdentifier),
    /// A version that is not defined.
    #[error("version {0} of enveloped data is not known")]
    Version(u8),
    /// No recipient, or more than are read.
    #[error("the message has {0} recipients")]
    Recipients(usize),
    /// A recipient is named by something else than issuer and serial number.
    #[error("a recipient is named by its {0}")]
    RecipientId(PartyId),
    /// The content key is encrypted with something else than SM2.
    #[error("the content key is encrypted with {0}, not with SM2")]
    KeyAlgorithm(ObjectIdentifier),
    /// The encrypted content key is not an SM2 ciphertext in any of the known forms.
    #[error("the encrypted content key: {0}")]
    Key(#[from] CiphertextError),
    /// The content is encrypted with something else than SM4-CBC.
    #[error("the content is encrypted with {0}, not with SM4-CBC")]
    ContentAlgorithm(ObjectIdentifier),
    /// The message is readable, but not in the one encoding that BidRoom writes.
    #[error("the message is not in the encoding that BidRoom writes")]
    NotOwnEncoding,
}

/// Why a message was not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// None of the encrypted content keys opened.
    #[error(transparent)]
    Unwrap(#[from] UnwrapError),
    /// What was decrypted is no SM4 key.
    #[error("the content key has {0} bytes instead of 16")]
    KeyLength(usize),
    /// The content does not decrypt under the content key.
    #[error(transparent)]
    Content(#[from] CbcError),
}

/// One encrypted content key. The raw forms C1‖C3‖C2 and C1‖C2‖C3 cannot be told apart by looking, so there may be
/// two readings, of which at most one opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncryptedKey {
    bytes: Vec<u8>,
    readings: Vec<Sm2Ciphertext>,
}

impl EncryptedKey {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, CiphertextError> {
        let readings = match Sm2Ciphertext::from_der(bytes) {
            Ok(ciphertext) => vec![ciphertext],
            Err(CiphertextError::NotDer) => {
                vec![Sm2Ciphertext::from_c1c3c2(bytes)?, Sm2Ciphertext::from_c1c2c3(bytes)?]
            }
            Err(error) => return Err(error),
        };
        Ok(Self { bytes: bytes.to_vec(), readings })
    }

    /// The bytes as they stand in the message.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What the bytes may mean, likeliest first; C1 is on the curve in each.
    pub fn readings(&self) -> &[Sm2Ciphertext] {
        &self.readings
    }

    /// Opens the first reading that `holder` can open.
    ///
    /// # Errors
    /// [`OpenError`]; a device's failure ends the attempt at once.
    pub fn unwrap_key(&self, holder: &(impl Unwrap + ?Sized)) -> Result<Zeroizing<[u8; 16]>, OpenError> {
        Ok(self.unwrap_reading(holder)?.0)
    }

    /// The same, with the number of the reading that opened.
    pub(super) fn unwrap_reading(
        &self,
        holder: &(impl Unwrap + ?Sized),
    ) -> Result<(Zeroizing<[u8; 16]>, usize), OpenError> {
        for (at, ciphertext) in self.readings.iter().enumerate() {
            match holder.unwrap(ciphertext) {
                Ok(key) => {
                    let bytes = key.as_slice().try_into().map_err(|_| OpenError::KeyLength(key.len()))?;
                    return Ok((Zeroizing::new(bytes), at));
                }
                Err(UnwrapError::Check) => {}
                Err(other) => return Err(other.into()),
            }
        }
        Err(UnwrapError::Check.into())
    }
}

/// To whom a message is enveloped.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient {
    issuer: Vec<u8>,
    serial: Vec<u8>,
    key: EncryptedKey,
}

impl Recipient {
    /// DER of the name of the recipient's certificate's issuer.
    pub fn issuer(&self) -> &[u8] {
        &self.issuer
    }

    /// The content of the DER INTEGER of the recipient's certificate's serial number.
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// The recipient's serial number in upper-case hexadecimal, as certificates write it.
    pub fn serial_hex(&self) -> String {
        serial_hex(&self.serial)
    }

    /// The content key, encrypted.
    pub fn encrypted_key(&self) -> &EncryptedKey {
        &self.key
    }

    /// Whether this is the holder of `certificate`.
    pub fn is(&self, certificate: &Certificate) -> bool {
        self.issuer == certificate.issuer().der() && self.serial == certificate.serial()
    }
}

/// A message to at least one recipient.
#[derive(Clone, PartialEq, Eq)]
pub struct EnvelopedData {
    recipients: Vec<Recipient>,
    iv: [u8; 16],
    ciphertext: Vec<u8>,
}

impl EnvelopedData {
    /// Envelopes `plaintext` to the holder of `recipient`; the same input gives the same bytes. `content_key`, `iv`
    /// and `candidates` (see [`sm2::encrypt`]) must be fresh or derived for this message alone.
    ///
    /// # Errors
    /// [`SealError`] if no candidate is usable.
    pub fn seal(
        recipient: &Certificate,
        content_key: &[u8; 16],
        iv: &[u8; 16],
        candidates: &[[u8; 32]],
        plaintext: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        let key = sm2::encrypt(recipient.public_key(), content_key, candidates)?.to_der();
        let ciphertext = cbc_encrypt(content_key, iv, plaintext);
        Ok(write(recipient.issuer().der(), recipient.serial(), &key, iv, &ciphertext))
    }

    /// Reads a message of any known dialect.
    ///
    /// # Errors
    /// [`EnvelopedError`].
    pub fn parse(der: &[u8]) -> Result<Self, EnvelopedError> {
        let mut outer = Cursor::only(der, Tag::Sequence, "an enveloped message")?.inside();
        let kind = outer.oid("the message's type")?;
        if kind != oid::ENVELOPED_DATA && kind != oid::PKCS7_ENVELOPED_DATA {
            return Err(EnvelopedError::NotEnveloped(kind));
        }
        let wrapper = outer.take(context(0), "the enveloped data")?;
        outer.end("the message's end")?;
        let mut fields = Cursor::only(wrapper.content, Tag::Sequence, "the enveloped data")?.inside();
        let version = fields.small("the version of the enveloped data")?;
        if version > 2 {
            return Err(EnvelopedError::Version(version));
        }
        let mut infos = fields.take(Tag::Set, "the recipients")?.inside();
        let content = fields.take(Tag::Sequence, "the encrypted content")?;
        fields.end("the end of the enveloped data")?;

        let mut recipients = Vec::new();
        while !infos.is_empty() {
            let info = infos.take(Tag::Sequence, "a recipient by issuer and serial number")?;
            if recipients.len() == MAX_RECIPIENTS {
                return Err(EnvelopedError::Recipients(MAX_RECIPIENTS + 1));
            }
            recipients.push(read_recipient(info.inside())?);
        }
        if recipients.is_empty() {
            return Err(EnvelopedError::Recipients(0));
        }
        let (iv, ciphertext) = read_content(content.inside())?;
        Ok(Self { recipients, iv, ciphertext })
    }

    /// Reads a message in the one encoding that [`EnvelopedData::seal`] writes, to one recipient.
    ///
    /// # Errors
    /// [`EnvelopedError`]; [`EnvelopedError::NotOwnEncoding`] if it is readable but written in another way.
    pub fn parse_own(der: &[u8]) -> Result<Self, EnvelopedError> {
        let message = Self::parse(der)?;
        let [Recipient { issuer, serial, key }] = message.recipients.as_slice() else {
            return Err(EnvelopedError::NotOwnEncoding);
        };
        // The key must be DER as well: the first reading, written again, gives the same bytes.
        let key = key.readings.first().map(Sm2Ciphertext::to_der).unwrap_or_default();
        let again = write(issuer, serial, &key, &message.iv, &message.ciphertext);
        if again == der { Ok(message) } else { Err(EnvelopedError::NotOwnEncoding) }
    }

    /// The recipients, at least one.
    pub fn recipients(&self) -> &[Recipient] {
        &self.recipients
    }

    /// The recipient that is the holder of `certificate`.
    pub fn recipient(&self, certificate: &Certificate) -> Option<&Recipient> {
        self.recipients.iter().find(|recipient| recipient.is(certificate))
    }

    /// The encrypted content key of the first (in our own messages: only) recipient.
    pub fn encrypted_key(&self) -> Option<&EncryptedKey> {
        self.recipients.first().map(Recipient::encrypted_key)
    }

    /// The initialisation vector.
    pub fn iv(&self) -> &[u8; 16] {
        &self.iv
    }

    /// Decrypts the content under `content_key`.
    ///
    /// # Errors
    /// [`OpenError::Content`].
    pub fn open(&self, content_key: &[u8; 16]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        Ok(cbc_decrypt(content_key, &self.iv, &self.ciphertext)?)
    }

    /// Decrypts with `holder`'s key, trying all recipients.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open_with(&self, holder: &(impl Unwrap + ?Sized)) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let mut failure = OpenError::Unwrap(UnwrapError::Check);
        for recipient in &self.recipients {
            match recipient.key.unwrap_key(holder) {
                Ok(key) => return self.open(&key),
                Err(OpenError::Unwrap(UnwrapError::Check)) => {}
                Err(other @ OpenError::Unwrap(_)) => return Err(other),
                Err(other) => failure = other,
            }
        }
        Err(failure)
    }
}

impl fmt::Debug for EnvelopedData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (recipients, length) = (self.recipients.len(), self.ciphertext.len());
        write!(f, "EnvelopedData({recipients} recipients, {length} bytes)")
    }
}

/// One recipient's part of a message, of whatever algorithm.
pub(super) struct RecipientInfo<'a> {
    pub(super) id: PartyId,
    pub(super) algorithm: ObjectIdentifier,
    pub(super) key: &'a [u8],
}

impl<'a> RecipientInfo<'a> {
    pub(super) fn read(mut info: Cursor<'a>) -> Result<Self, EnvelopedError> {
        let version = info.small("a recipient's version")?;
        if version > 2 {
            return Err(EnvelopedError::Version(version));
        }
        let id = PartyId::read(&mut info, "a recipient's issuer and serial number")?;
        let algorithm = read_algorithm(&mut info, "a recipient's key encryption algorithm")?;
        let key = info.take(Tag::OctetString, "a recipient's encrypted key")?.content;
        info.end("a recipient's end")?;
        Ok(Self { id, algorithm, key })
    }

    pub(super) fn is_sm2(&self) -> bool {
        [oid::SM2_ENCRYPT, oid::SM2_EXCHANGE, oid::SM2].contains(&self.algorithm)
    }
}

fn read_recipient(info: Cursor<'_>) -> Result<Recipient, EnvelopedError> {
    let info = RecipientInfo::read(info)?;
    if !info.is_sm2() {
        return Err(EnvelopedError::KeyAlgorithm(info.algorithm));
    }
    let key = EncryptedKey::read(info.key)?;
    match info.id {
        PartyId::IssuerAndSerial { issuer, serial } => Ok(Recipient { issuer, serial, key }),
        other => Err(EnvelopedError::RecipientId(other)),
    }
}

fn read_content(mut content: Cursor<'_>) -> Result<([u8; 16], Vec<u8>), EnvelopedError> {
    let kind = content.oid("the content's type")?;
    if kind != oid::DATA && kind != oid::PKCS7_DATA {
        return Err(EnvelopedError::Structure(Asn1Error("the content's type")));
    }
    let iv = read_sm4_cbc(&mut content)?;
    let ciphertext = content.take(context_primitive(0), "the encrypted content")?.content.to_vec();
    content.end("the encrypted content's end")?;
    Ok((iv, ciphertext))
}

/// SM4-CBC with its initialisation vector.
pub(super) fn read_sm4_cbc(fields: &mut Cursor<'_>) -> Result<[u8; 16], EnvelopedError> {
    let mut algorithm = fields.take(Tag::Sequence, "the content's encryption algorithm")?.inside();
    let cipher = algorithm.oid("the content's encryption algorithm")?;
    if cipher != oid::SM4_CBC {
        return Err(EnvelopedError::ContentAlgorithm(cipher));
    }
    let iv = algorithm.take(Tag::OctetString, "the initialisation vector")?.content;
    algorithm.end("the content's encryption algorithm")?;
    Ok(iv.try_into().map_err(|_| Asn1Error("the initialisation vector"))?)
}

/// An algorithm whose parameters are NULL or absent.
pub(super) fn read_algorithm(
    cursor: &mut Cursor<'_>,
    what: &'static str,
) -> Result<ObjectIdentifier, Asn1Error> {
    let mut fields = cursor.take(Tag::Sequence, what)?.inside();
    let oid = fields.oid(what)?;
    if let Some(null) = fields.take_if(Tag::Null, what)?
        && null.raw != asn1::NULL
    {
        return Err(Asn1Error(what));
    }
    fields.end(what)?;
    Ok(oid)
}

fn write(issuer: &[u8], serial: &[u8], key: &[u8], iv: &[u8; 16], ciphertext: &[u8]) -> Vec<u8> {
    let one = asn1::unsigned(&[1]);
    let recipient = asn1::sequence(&[
        &one,
        &asn1::sequence(&[issuer, &asn1::element(Tag::Integer, &[serial])]),
        &asn1::algorithm_null(&oid::SM2_ENCRYPT),
        &asn1::octets(key),
    ]);
    let content = asn1::sequence(&[
        &asn1::oid(&oid::DATA),
        &asn1::sequence(&[&asn1::oid(&oid::SM4_CBC), &asn1::octets(iv)]),
        &asn1::element(context_primitive(0), &[ciphertext]),
    ]);
    let data = asn1::sequence(&[&one, &asn1::set_of_one(&recipient), &content]);
    asn1::sequence(&[&asn1::oid(&oid::ENVELOPED_DATA), &asn1::element(context(0), &[&data])])
}

#[cfg(test)]
#[path = "enveloped_tests.rs"]
mod tests;
