//! EnvelopedData and SignedAndEnvelopedData as they stream by.

use core::ops::Range;
use std::io::{self, Read};

use bidroom_canon::Sm3Digest;
use der::Tag;
use der::asn1::ObjectIdentifier;
use sm3::{Digest as _, Sm3};
use zeroize::Zeroizing;

use super::ber::{self, Ber, Octets};
use super::error::StreamError;
use super::signed::Signers;
use crate::suite::asn1::{Asn1Error, Cursor};
use crate::suite::cms::enveloped::{EncryptedKey, RecipientInfo, read_sm4_cbc};
use crate::suite::cms::{EnvelopedError, OpenError, PartyId, oid};
use crate::suite::pki::Certificate;
use crate::suite::sm2::{Unwrap, UnwrapError};
use crate::suite::sm4::{CbcDecryptor, unpadded};

/// Recipients that are read.
const MAX_RECIPIENTS: usize = 64;
/// Longest recipient, bytes of DER.
const MAX_RECIPIENT: usize = 8 * 1024;
/// Longest object identifier, version or algorithm, bytes of DER.
const MAX_SMALL: usize = 256;
/// Longest set of attributes or of an originator's certificates, bytes of DER.
const MAX_EXTRAS: usize = 1024 * 1024;
/// Bytes of a block of SM4.
const BLOCK: usize = 16;
/// Ciphertext that is decrypted at once; whole blocks.
const PIECE: usize = 64 * 1024;

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Data, without protection.
    Data,
    /// Signed.
    Signed,
    /// Enveloped.
    Enveloped,
    /// Signed, then enveloped together.
    SignedAndEnveloped,
}

impl Kind {
    /// By object identifier, of GB/T 35275 or PKCS#7.
    pub(super) fn of(kind: &ObjectIdentifier) -> Option<Self> {
        Some(match *kind {
            oid::DATA | oid::PKCS7_DATA => Self::Data,
            oid::SIGNED_DATA | oid::PKCS7_SIGNED_DATA => Self::Signed,
            oid::ENVELOPED_DATA | oid::PKCS7_ENVELOPED_DATA => Self::Enveloped,
            oid::SIGNED_AND_ENVELOPED_DATA | oid::PKCS7_SIGNED_AND_ENVELOPED_DATA => Self::SignedAndEnveloped,
            _ => return None,
        })
    }
}

/// How a content key stood in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyForm {
    /// DER SM2Cipher, as GB/T 35275 prescribes.
    Der,
    /// C1‖C3‖C2, raw.
    C1C3C2,
    /// C1‖C2‖C3, raw, the order of before 2012.
    C1C2C3,
}

/// One recipient of a message.
#[derive(Debug)]
pub struct LegacyRecipient {
    id: PartyId,
    algorithm: ObjectIdentifier,
    /// Nothing, if it is not an SM2 ciphertext.
    key: Option<EncryptedKey>,
}

impl LegacyRecipient {
    fn read(der: &[u8]) -> Result<Self, StreamError> {
        let info = Cursor::only(der, Tag::Sequence, "a recipient")?.inside();
        let info = RecipientInfo::read(info).map_err(part)?;
        let key = if info.is_sm2() { EncryptedKey::read(info.key).ok() } else { None };
        Ok(Self { id: info.id, algorithm: info.algorithm, key })
    }

    /// How the message names it.
    pub fn id(&self) -> &PartyId {
        &self.id
    }

    /// The key encryption algorithm.
    pub fn algorithm(&self) -> &ObjectIdentifier {
        &self.algorithm
    }

    /// Whether its content key is readable as an SM2 ciphertext.
    pub fn is_sm2(&self) -> bool {
        self.key.is_some()
    }
}

/// A message whose recipients are read and whose content is still to come.
pub struct Envelope<R> {
    ber: Ber<R>,
    kind: Kind,
    recipients: Vec<LegacyRecipient>,
    content_type: ObjectIdentifier,
    iv: [u8; 16],
    content: Octets,
}

/// With what a message was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenedWith {
    /// Enveloped, or signed and enveloped.
    pub kind: Kind,
    /// What the message says of its content.
    pub content: Option<Kind>,
    /// Which of the recipients, from 0.
    pub recipient: usize,
    /// Whether the message names the certificate, or the key opened although it names another one.
    pub named: bool,
    /// How the content key stood there.
    pub form: KeyForm,
}

impl<R: Read> Envelope<R> {
    /// Reads up to the content.
    ///
    /// # Errors
    /// [`StreamError`].
    pub fn begin(input: R) -> Result<Self, StreamError> {
        let mut ber = Ber::new(input);
        ber.enter(ber::SEQUENCE, "an enveloped message")?;
        let kind = read_kind(&mut ber)?;
        if !matches!(kind, Kind::Enveloped | Kind::SignedAndEnveloped) {
            return Err(StreamError::Kind { found: kind });
        }
        ber.enter(ber::CONTEXT_0, "the enveloped data")?;
        ber.enter(ber::SEQUENCE, "the enveloped data")?;
        let version = ber.element("the version of the enveloped data", MAX_SMALL)?;
        if Cursor::new(&version).small("the version of the enveloped data")? > 4 {
            return Err(ber.wrong("a known version of the enveloped data"));
        }
        if kind == Kind::Enveloped {
            ber.element_if(ber::CONTEXT_0, "the originator's certificates", MAX_EXTRAS)?;
        }
        let recipients = read_recipients(&mut ber)?;
        if kind == Kind::SignedAndEnveloped {
            ber.enter(ber::SET, "the digest algorithms")?;
            while ber.peek()?.is_some() {
                ber.element("a digest algorithm", MAX_SMALL)?;
            }
            ber.leave("the digest algorithms")?;
        }
        ber.enter(ber::SEQUENCE, "the encrypted content")?;
        let content_type = ber.element("the content's type", MAX_SMALL)?;
        let content_type = Cursor::new(&content_type).oid("the content's type")?;
        let algorithm = ber.element("the content's encryption algorithm", MAX_SMALL)?;
        let iv = read_sm4_cbc(&mut Cursor::new(&algorithm)).map_err(part)?;
        let content = ber.begin_octets(ber::CONTEXT_0_PRIMITIVE, ber::CONTEXT_0, "the encrypted content")?;
        Ok(Self { ber, kind, recipients, content_type, iv, content })
    }

    /// Enveloped, or signed and enveloped.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The recipients, at least one.
    pub fn recipients(&self) -> &[LegacyRecipient] {
        &self.recipients
    }

    /// Opens the content key with the key of `certificate`. The recipient that names the certificate is tried first,
    /// then the others: a renewed certificate may have the same key.
    ///
    /// # Errors
    /// [`StreamError::NotForHolder`], [`StreamError::Unwrap`] or [`StreamError::Content`].
    pub fn open(
        self,
        certificate: &Certificate,
        holder: &(impl Unwrap + ?Sized),
    ) -> Result<Opened<R>, StreamError> {
        let (key, mut with) = self.unwrap_key(certificate, holder)?;
        with.content = Kind::of(&self.content_type);
        let Self { ber, content, kind, content_type, iv, .. } = self;
        Ok(Opened {
            ber,
            content,
            kind,
            content_type,
            cipher: CbcDecryptor::new(&key, &iv),
            state: State::Reading,
            buffer: Zeroizing::new(vec![0; BLOCK + PIECE]),
            kept: None,
            ready: 0..0,
            digest: Sm3::new(),
            length: 0,
            signers: None,
            with,
        })
    }

    fn unwrap_key(
        &self,
        certificate: &Certificate,
        holder: &(impl Unwrap + ?Sized),
    ) -> Result<(Zeroizing<[u8; 16]>, OpenedWith), StreamError> {
        let numbered = || self.recipients.iter().enumerate();
        let named = numbered().filter(|(_, recipient)| recipient.id.names(certificate));
        let others = numbered().filter(|(_, recipient)| !recipient.id.names(certificate));
        let mut failure = None;
        for (at, recipient) in named.chain(others) {
            let Some(encrypted) = &recipient.key else { continue };
            let is_named = recipient.id.names(certificate);
            match encrypted.unwrap_reading(holder) {
                Ok((key, reading)) => {
                    let form = match (encrypted.readings().len(), reading) {
                        (1, _) => KeyForm::Der,
                        (_, 0) => KeyForm::C1C3C2,
                        _ => KeyForm::C1C2C3,
                    };
                    let with =
                        OpenedWith { kind: self.kind, content: None, recipient: at, named: is_named, form };
                    return Ok((key, with));
                }
                Err(OpenError::Unwrap(UnwrapError::Check)) if !is_named => {}
                Err(OpenError::Unwrap(source)) => {
                    let is_device = source != UnwrapError::Check;
                    let error = StreamError::Unwrap { holder: certificate.serial_hex(), source };
                    if is_device {
                        return Err(error);
                    }
                    failure.get_or_insert(error);
                }
                // What opens to something that is no key is the maker's defect, or changed.
                Err(_) => {
                    failure.get_or_insert(StreamError::Content);
                }
            }
        }
        Err(failure.unwrap_or_else(|| StreamError::NotForHolder {
            holder: certificate.serial_hex(),
            recipients: self.recipients.iter().map(|recipient| recipient.id.to_string()).collect(),
        }))
    }
}

/// The content of an opened message. An end without an error says that the message was whole and its padding right.
pub struct Opened<R> {
    ber: Ber<R>,
    content: Octets,
    kind: Kind,
    content_type: ObjectIdentifier,
    cipher: CbcDecryptor,
    state: State,
    /// The last block of the piece before, decrypted and kept back; then the piece.
    buffer: Zeroizing<Vec<u8>>,
    kept: Option<Zeroizing<[u8; BLOCK]>>,
    /// Plaintext in the buffer that was not handed out.
    ready: Range<usize>,
    digest: Sm3,
    length: u64,
    signers: Option<Signers>,
    with: OpenedWith,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Reading,
    /// Everything was read and is right.
    Ended,
    /// What was handed out must be thrown away.
    Failed,
}

impl<R: Read> Opened<R> {
    /// With what it was opened.
    pub fn with(&self) -> OpenedWith {
        self.with
    }

    /// Bytes of plaintext handed out so far.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// SM3 of the plaintext handed out so far.
    pub fn digest(&self) -> Sm3Digest {
        Sm3Digest::from_bytes(self.digest.clone().finalize().into())
    }

    /// The signers of a SignedAndEnvelopedData, to be verified; nothing before the end was reached, or for another kind.
    pub fn signers(&self) -> Option<&Signers> {
        self.signers.as_ref()
    }

    /// Decrypts until there is plaintext or the end.
    fn advance(&mut self) -> Result<(), StreamError> {
        while self.ready.is_empty() && self.state == State::Reading {
            let read = self.fill()?;
            let had_kept = self.kept.is_some();
            let (first, piece) = self.buffer.split_at_mut(BLOCK);
            if let Some(kept) = self.kept.take() {
                first.copy_from_slice(kept.as_slice());
                if read == 0 {
                    self.ready = 0..unpadded(&kept).map_err(|_| StreamError::Content)?;
                    self.finish()?;
                    return Ok(());
                }
            }
            // Whole blocks, and at least one of them in the message.
            let piece = piece.get_mut(..read).unwrap_or_default();
            let (blocks, []) = piece.as_chunks_mut::<BLOCK>() else { return Err(StreamError::Content) };
            self.cipher.decrypt(blocks);
            self.kept = Some(Zeroizing::new(*blocks.last().ok_or(StreamError::Content)?));
            self.ready = if had_kept { 0 } else { BLOCK }..read;
        }
        Ok(())
    }

    /// Reads ciphertext behind the buffer's first block; less than a piece only at its end.
    fn fill(&mut self) -> Result<usize, StreamError> {
        let mut filled = 0;
        while let Some(rest) = self.buffer.get_mut(BLOCK + filled..).filter(|rest| !rest.is_empty()) {
            match self.ber.octets(&mut self.content, rest)? {
                0 => break,
                came => filled += came,
            }
        }
        Ok(filled)
    }

    /// Reads what follows the content.
    fn finish(&mut self) -> Result<(), StreamError> {
        let ber = &mut self.ber;
        ber.leave("the encrypted content's end")?;
        if self.kind == Kind::SignedAndEnveloped {
            self.signers = Some(Signers::read(ber, self.content_type)?);
        } else {
            ber.element_if(ber::CONTEXT_1, "the unprotected attributes", MAX_EXTRAS)?;
        }
        for _ in 0..3 {
            ber.leave("the message's end")?;
        }
        ber.end()?;
        self.state = State::Ended;
        Ok(())
    }

    fn next(&mut self, out: &mut [u8]) -> Result<usize, StreamError> {
        if self.state == State::Failed {
            return Err(StreamError::Content);
        }
        self.advance()?;
        let ready = self.buffer.get(self.ready.clone()).unwrap_or_default();
        let count = ready.len().min(out.len());
        for (to, from) in out.iter_mut().zip(ready) {
            *to = *from;
        }
        self.digest.update(ready.get(..count).unwrap_or_default());
        self.length = self.length.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        self.ready.start += count;
        if self.state == State::Ended
            && self.ready.is_empty()
            && let Some(signers) = &mut self.signers
        {
            signers.content_digest = Sm3Digest::from_bytes(self.digest.clone().finalize().into());
        }
        Ok(count)
    }
}

impl<R: Read> Read for Opened<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        self.next(out).map_err(|error| {
            self.state = State::Failed;
            error.into()
        })
    }
}

pub(super) fn read_kind<R: Read>(ber: &mut Ber<R>) -> Result<Kind, StreamError> {
    let kind = ber.element("the message's type", MAX_SMALL)?;
    let kind = Cursor::new(&kind).oid("the message's type")?;
    Kind::of(&kind).ok_or(StreamError::UnknownKind(kind))
}

fn read_recipients<R: Read>(ber: &mut Ber<R>) -> Result<Vec<LegacyRecipient>, StreamError> {
    let mut recipients = Vec::new();
    ber.enter(ber::SET, "the recipients")?;
    while ber.peek()?.is_some() {
        if recipients.len() == MAX_RECIPIENTS {
            return Err(StreamError::Recipients(MAX_RECIPIENTS + 1));
        }
        let recipient = ber.element("a recipient", MAX_RECIPIENT)?;
        recipients.push(LegacyRecipient::read(&recipient)?);
    }
    ber.leave("the recipients")?;
    if recipients.is_empty() { Err(StreamError::Recipients(0)) } else { Ok(recipients) }
}

fn part(error: EnvelopedError) -> StreamError {
    match error {
        EnvelopedError::Structure(error) => StreamError::Part(error),
        EnvelopedError::ContentAlgorithm(algorithm) => StreamError::ContentAlgorithm(algorithm),
        _ => StreamError::Part(Asn1Error("a recipient")),
    }
}
