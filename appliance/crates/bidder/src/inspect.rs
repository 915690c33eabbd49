//! What anybody can see of a sealed bid without a key, and what nobody can.

use bidroom_canon::Sm3Digest;
use bidroom_envelope::bid::header::Header;
use bidroom_envelope::suite::pki::Certificate;
use serde::Serialize;

/// The visible part of a sealed bid. Both signatures were good when a value of this type exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inspection {
    /// The tender.
    pub tender: String,
    /// The lot.
    pub lot: u32,
    /// Credit code of the bidder.
    pub bidder: String,
    /// Digest of the bid.
    pub bid: Sm3Digest,
    /// 1 for the first bid, one more with each replacement.
    pub sequence: u32,
    /// The bid it replaces.
    pub replaces: Option<Sm3Digest>,
    /// Digest of the record of key packages.
    pub packages: Sm3Digest,
    /// Bytes before the content.
    pub head_length: u32,
    /// Bytes of the whole file.
    pub file_length: u64,
    /// Who signed the submission.
    pub signer: SignerView,
    /// Who signed the key packages.
    pub packages_signer: SignerView,
    /// The envelopes.
    pub envelopes: Vec<EnvelopeView>,
}

/// A signer, as its certificate says; whether its CA is accepted is for the room to judge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignerView {
    /// Holder.
    pub holder: String,
    /// The CA, as the certificate names it.
    pub issuer: String,
    /// Serial number, hexadecimal.
    pub serial: String,
}

/// One envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EnvelopeView {
    /// Index, from 1.
    pub envelope: u32,
    /// Hash of the core.
    pub core: Sm3Digest,
    /// Root over the ciphertext.
    pub root: Sm3Digest,
    /// Bytes of ciphertext.
    pub length: u64,
    /// How many documents; their names are sealed.
    pub documents: usize,
    /// The salted commitment to the schedule.
    pub schedule_commitment: Sm3Digest,
    /// To whom the shares are enveloped.
    pub recipients: Vec<RecipientView>,
}

/// To whom a share is enveloped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecipientView {
    /// `lock`, `room`, `officers` or `remedy`.
    pub purpose: &'static str,
    /// Serial number of the certificate, hexadecimal.
    pub serial: String,
    /// SM3 of the certificate.
    pub certificate: Sm3Digest,
}

/// Looks at a head.
pub fn inspect(header: &Header) -> Inspection {
    let submission = header.submission().value();
    let record = header.packages().value();
    let envelope = |it: &bidroom_envelope::bid::header::HeaderEnvelope| EnvelopeView {
        envelope: it.core.envelope.number(),
        core: it.hash.0,
        root: it.submitted.root.0,
        length: it.submitted.length,
        documents: it.core.documents.len(),
        schedule_commitment: it.core.schedule.0,
        recipients: record
            .of_envelope(it.core.envelope)
            .map(|package| RecipientView {
                purpose: package.purpose.name(),
                serial: package.serial.clone(),
                certificate: package.recipient,
            })
            .collect(),
    };
    Inspection {
        tender: submission.tender.as_str().to_owned(),
        lot: submission.lot.number(),
        bidder: submission.bidder.as_str().to_owned(),
        bid: header.bid_digest().0,
        sequence: submission.sequence,
        replaces: submission.replaces.map(|bid| bid.0),
        packages: header.packages_digest().0,
        head_length: submission.head_length,
        file_length: header.file_length(),
        signer: signer(header.submission().signer()),
        packages_signer: signer(header.packages().signer()),
        envelopes: header.envelopes().iter().map(envelope).collect(),
    }
}

fn signer(certificate: &Certificate) -> SignerView {
    SignerView {
        holder: certificate.holder().to_owned(),
        issuer: certificate.issuer().to_string(),
        serial: certificate.serial_hex(),
    }
}
