//! The room's word that it dealt the officers' key again: to whom, and that the key stayed the same.

use std::collections::BTreeMap;

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::{At, Officer, SessionId};
use bidroom_envelope::officers::Deal;
use bidroom_envelope::suite::pki::{Certificate, CertificateError, Usage};
use bidroom_trust::{Judge, Refusal};
use serde::{Deserialize, Serialize};

use crate::{DocumentError, SignedDocument};

/// The one value of a redeal's `format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RedealFormat {
    /// Version 1.
    #[serde(rename = "bidroom-redeal/1")]
    V1,
}

/// What the room signs when it dealt the officers' key again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redeal {
    /// Form and version.
    pub format: RedealFormat,
    /// The session.
    pub session: SessionId,
    /// SM3 of the signed publication whose officers' key this is.
    pub publication: Sm3Digest,
    /// Version of the dealing, from 2.
    pub version: u32,
    /// Digest of the dealing before, which is void.
    pub from: Sm3Digest,
    /// The dealing.
    pub deal: Deal,
    /// All officers, by index.
    pub officers: Vec<Officer>,
    /// Signing and encryption certificates (DER) of the officers that the tender package does not name, any order.
    pub certificates: Vec<Base64Bytes>,
}

/// Why a redeal does not count.
#[derive(Debug, thiserror::Error)]
pub enum RedealError {
    /// Not a signed redeal.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// It is signed by another key than the room's.
    #[error("not signed by the room that the tender package names")]
    Signer,
    /// It is about something else, or contradicts itself.
    #[error("its {0} is not the one that belongs here")]
    Other(&'static str),
    /// A certificate cannot be read.
    #[error("a certificate: {0}")]
    Certificate(#[from] CertificateError),
    /// A new officer's certificate is not accepted.
    #[error("the certificate of {name}: {refusal}")]
    Refused {
        /// The officer.
        name: String,
        /// Which rule said no.
        refusal: Box<Refusal>,
    },
}

/// Checks that new officers' certificates are a pair of one person each, under an accepted CA, that count at
/// `at`. `known` has certificates by SM3; officers whose certificates the package names need no
/// checking and stand in `named`.
///
/// # Errors
/// [`RedealError`].
pub fn check_new_officers(
    officers: &[Officer],
    named: &BTreeMap<Sm3Digest, Certificate>,
    known: &BTreeMap<Sm3Digest, Certificate>,
    judge: &Judge,
    at: At,
) -> Result<(), RedealError> {
    for officer in officers {
        let [signing, encryption] = [officer.certificate, officer.encryption_certificate];
        if named.contains_key(&signing) && named.contains_key(&encryption) {
            continue;
        }
        let find = |digest| {
            known.get(&digest).or_else(|| named.get(&digest)).ok_or(RedealError::Other("certificates"))
        };
        let (signing, encryption) = (find(signing)?, find(encryption)?);
        for (certificate, usage) in [(signing, Usage::Sign), (encryption, Usage::Encrypt)] {
            judge.person(certificate, usage, at).map_err(|refusal| RedealError::Refused {
                name: officer.name.clone(),
                refusal: Box::new(refusal),
            })?;
        }
        let person = |certificate: &Certificate| {
            (certificate.holder().to_owned(), certificate.subject().organisation().map(str::to_owned))
        };
        if person(signing) != person(encryption) || signing.holder() != officer.name {
            return Err(RedealError::Other("pair of certificates"));
        }
    }
    Ok(())
}

/// Certificates by SM3.
///
/// # Errors
/// [`CertificateError`].
pub fn certificates_by_digest(
    certificates: &[Base64Bytes],
) -> Result<BTreeMap<Sm3Digest, Certificate>, CertificateError> {
    let read = |der: &Base64Bytes| Certificate::from_der(&der.0).map(|read| (read.digest(), read));
    certificates.iter().map(read).collect()
}

impl Redeal {
    /// Reads a signed redeal: one of the room's certificates signed it, it belongs to this publication, its dealing is of
    /// the same public key as `first`, the dealing that was published, and its officers are those of the dealing.
    ///
    /// # Errors
    /// [`RedealError`].
    pub fn open(
        der: &[u8],
        room: &[Certificate],
        publication: &Sm3Digest,
        first: &Deal,
    ) -> Result<SignedDocument<Self>, RedealError> {
        let document = SignedDocument::<Self>::parse(der)?;
        if !room.iter().any(|certificate| certificate.digest() == document.signer().digest()) {
            return Err(RedealError::Signer);
        }
        let redeal = document.value();
        let same = |holds: bool, what| if holds { Ok(()) } else { Err(RedealError::Other(what)) };
        same(redeal.publication == *publication, "publication")?;
        same(redeal.version > 1, "version")?;
        let (deal, scope) = (&redeal.deal, |deal: &Deal| (deal.tender.clone(), deal.lot, deal.envelope));
        same(deal.check().is_ok() && scope(deal) == scope(first), "dealing")?;
        same(deal.threshold() == first.threshold(), "number of parts")?;
        same(deal.public_key().is_some() && deal.public_key() == first.public_key(), "public key")?;
        let dealt = deal.officers.iter().map(|officer| (officer.index, officer.certificate));
        let named = redeal.officers.iter().map(|it| (u32::from(it.index), it.encryption_certificate));
        same(dealt.eq(named), "officers")?;
        Ok(document)
    }
}
