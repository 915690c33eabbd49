//! SignedData as it streams by, and the signers of any message.

use std::io::{self, Read};

use bidroom_canon::Sm3Digest;
use der::asn1::ObjectIdentifier;
use sm3::{Digest as _, Sm3};

use super::ber::{self, Ber, Octets};
use super::enveloped::{Kind, read_kind};
use super::error::StreamError;
use crate::suite::asn1::Cursor;
use crate::suite::cms::signed::{SignerInfo, read_certificates, read_signers};
use crate::suite::cms::verify::{Prepared, check_attributes};
use crate::suite::cms::{SignedBy, SignedParseError, VerifyError};
use crate::suite::pki::Certificate;

/// Longest object identifier, version or algorithm, bytes of DER.
const MAX_SMALL: usize = 256;
/// All certificates, and all signers, bytes of DER.
const MAX_PARTY: usize = 1024 * 1024;
/// Content that is hashed at once.
const PIECE: usize = 64 * 1024;

/// A signed message whose content is still to come: [`Read`] hands it out. Nothing of it is to be believed before
/// [`Signers::verify`].
pub struct SignedMessage<R> {
    ber: Ber<R>,
    content_type: ObjectIdentifier,
    content: Octets,
    digest: Sm3,
    length: u64,
    signers: Option<Signers>,
    failed: bool,
}

impl<R: Read> SignedMessage<R> {
    /// Reads up to the content.
    ///
    /// # Errors
    /// [`StreamError`].
    pub fn begin(input: R) -> Result<Self, StreamError> {
        let mut ber = Ber::new(input);
        ber.enter(ber::SEQUENCE, "a signed message")?;
        let found = read_kind(&mut ber)?;
        if found != Kind::Signed {
            return Err(StreamError::Kind { found });
        }
        ber.enter(ber::CONTEXT_0, "the signed data")?;
        ber.enter(ber::SEQUENCE, "the signed data")?;
        ber.element("the version of the signed data", MAX_SMALL)?;
        ber.enter(ber::SET, "the digest algorithms")?;
        while ber.peek()?.is_some() {
            ber.element("a digest algorithm", MAX_SMALL)?;
        }
        ber.leave("the digest algorithms")?;
        ber.start_tap();
        ber.enter(ber::SEQUENCE, "the content")?;
        let content_type = ber.element("the content's type", MAX_SMALL)?;
        let content_type = Cursor::new(&content_type).oid("the content's type")?;
        if ber.peek()?.is_none() {
            return Err(SignedParseError::NoContent.into());
        }
        ber.enter(ber::CONTEXT_0, "the content")?;
        let content = ber.begin_octets(ber::OCTETS, ber::OCTETS_CONSTRUCTED, "the content")?;
        Ok(Self { ber, content_type, content, digest: Sm3::new(), length: 0, signers: None, failed: false })
    }

    /// Bytes of content handed out so far.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The signers; nothing before the end was reached.
    pub fn signers(&self) -> Option<&Signers> {
        self.signers.as_ref()
    }

    /// Reads what follows the content.
    fn finish(&mut self) -> Result<(), StreamError> {
        let ber = &mut self.ber;
        ber.leave("the content's end")?;
        ber.leave("the content's end")?;
        let content_info = ber.stop_tap();
        let mut signers = Signers::read(ber, self.content_type)?;
        for _ in 0..3 {
            ber.leave("the message's end")?;
        }
        ber.end()?;
        signers.content_digest = Sm3Digest::from_bytes(self.digest.clone().finalize().into());
        signers.content_info = Some(Sm3Digest::from_bytes(content_info));
        self.signers = Some(signers);
        Ok(())
    }

    fn next(&mut self, out: &mut [u8]) -> Result<usize, StreamError> {
        if self.failed {
            return Err(StreamError::Content);
        }
        if self.signers.is_some() {
            return Ok(0);
        }
        let came = self.ber.octets(&mut self.content, out)?;
        self.digest.update(out.get(..came).unwrap_or_default());
        self.length = self.length.saturating_add(u64::try_from(came).unwrap_or(u64::MAX));
        if came == 0 {
            self.finish()?;
        }
        Ok(came)
    }
}

impl<R: Read> Read for SignedMessage<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        self.next(out).map_err(|error| {
            self.failed = true;
            error.into()
        })
    }
}

/// Who signed a message whose content was read, before anything is verified.
#[derive(Clone)]
pub struct Signers {
    certificates: Vec<Certificate>,
    signers: Vec<SignerInfo>,
    content_type: ObjectIdentifier,
    /// SM3 of the content.
    pub(super) content_digest: Sm3Digest,
    /// SM3 of the content's ContentInfo as it came; a signed-and-enveloped message has none.
    content_info: Option<Sm3Digest>,
}

impl Signers {
    pub(super) fn read<R: Read>(
        ber: &mut Ber<R>,
        content_type: ObjectIdentifier,
    ) -> Result<Self, StreamError> {
        let certificates = ber.element_if(ber::CONTEXT_0, "the certificates", MAX_PARTY)?;
        ber.skip_if(ber::CONTEXT_1, "the revocation lists")?;
        if !ber.next_is(ber::SET)? {
            return Err(ber.wrong("the signers"));
        }
        let signers = ber.element("the signers", MAX_PARTY)?;
        let inside = |der| Cursor::new(der).next("the signers").map(|set| set.inside());
        Ok(Self {
            certificates: read_certificates(certificates.as_deref().map(inside).transpose()?)?,
            signers: read_signers(inside(&signers)?)?,
            content_type,
            content_digest: Sm3Digest::from_bytes([0; 32]),
            content_info: None,
        })
    }

    /// The certificates of SM2 keys in the message, in its order.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// SM3 of the content.
    pub fn content_digest(&self) -> &Sm3Digest {
        &self.content_digest
    }

    /// Whether [`Signers::verify`] must read the content again: a signature without attributes covers SM3(Z ‖ content),
    /// and Z is known only when the certificates behind the content were read.
    pub fn needs_content(&self) -> bool {
        self.signers.iter().any(|signer| signer.attributes.is_none())
    }

    /// Checks the signatures of all signers, of whom there must be at least one. `content` is the content again; it is
    /// read only if [`Signers::needs_content`].
    ///
    /// # Errors
    /// [`StreamError::Verify`], [`StreamError::ContentDiffers`] if `content` is another one, [`StreamError::Read`].
    pub fn verify(&self, content: impl Read) -> Result<Vec<SignedBy>, StreamError> {
        let signers = self.signers.iter().map(|signer| signer.prepare(&self.certificates));
        let signers = signers.collect::<Result<Vec<_>, _>>()?;
        if signers.is_empty() {
            return Err(VerifyError::Signers(0).into());
        }
        let direct = if self.needs_content() { self.digests(&signers, content)? } else { Vec::new() };
        let mut direct = direct.into_iter();
        let bare: Vec<Sm3Digest> = [self.content_digest].into_iter().chain(self.content_info).collect();
        let mut by = Vec::with_capacity(signers.len());
        for signer in signers {
            let digest = match &signer.attributes {
                Some(attributes) => {
                    check_attributes(attributes, &self.content_type, &self.content_digest)?;
                    signer.key().signed_digest(attributes)
                }
                None => direct.next().ok_or(StreamError::ContentDiffers)?,
            };
            by.push(signer.check(&digest, &bare)?);
        }
        Ok(by)
    }

    /// SM3(Z ‖ content) for each signer without attributes.
    fn digests(&self, signers: &[Prepared], mut content: impl Read) -> Result<Vec<Sm3Digest>, StreamError> {
        let direct = signers.iter().filter(|signer| signer.attributes.is_none());
        let mut hashes: Vec<Sm3> =
            direct.map(|signer| Sm3::new_with_prefix(signer.key().signer_z())).collect();
        let (mut plain, mut piece) = (Sm3::new(), vec![0; PIECE]);
        loop {
            match content.read(&mut piece) {
                Ok(0) => break,
                Ok(came) => {
                    let came = piece.get(..came).unwrap_or_default();
                    plain.update(came);
                    hashes.iter_mut().for_each(|hash| hash.update(came));
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(StreamError::from_below(error)),
            }
        }
        if Sm3Digest::from_bytes(plain.finalize().into()) != self.content_digest {
            return Err(StreamError::ContentDiffers);
        }
        Ok(hashes.into_iter().map(|hash| Sm3Digest::from_bytes(hash.finalize().into())).collect())
    }
}
