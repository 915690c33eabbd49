//! Makes bids by hand, step by step, so that one step can go wrong. Written from the specification, with none of the
//! library's sealing: the sound vectors made here are a second implementation of the format.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a test fails by panicking, and its numbers are small"
)]
#![allow(dead_code, reason = "every program that includes this file uses a part of it")]

pub mod vectors;

use bidroom_canon::{Base64Bytes, Hex32, Sm3Digest, to_canonical};
use bidroom_envelope::bid::core::{Core, CoreFormat, CoreHash, SuiteName};
use bidroom_envelope::bid::manifest::{Document, Manifest, ManifestFormat, SaltedSchedule};
use bidroom_envelope::bid::package::{PackageContext, Purpose, seal_package};
use bidroom_envelope::bid::record::{KeyPackage, KeyPackageRecord, RecordFormat};
use bidroom_envelope::bid::scope::BidScope;
use bidroom_envelope::bid::share::{Share, Shares};
use bidroom_envelope::bid::submission::{BidDigest, Submission, SubmissionFormat, SubmittedEnvelope};
use bidroom_envelope::bid::{record, seal};
use bidroom_envelope::content::stream::ChunkSize;
use bidroom_envelope::content::tree::RootHasher;
use bidroom_envelope::suite::cms::SignedData;
use bidroom_envelope::suite::kdf::hkdf_sm3;
use bidroom_envelope::suite::sm4::Sm4Gcm;
use bidroom_id::EnvelopeIndex;
use rand_core::Rng as _;
use sm2::elliptic_curve::ff::PrimeField as _;

use super::world::{self, Holder, Seeded, World};

/// One chunk as it will be sealed.
#[derive(Clone)]
pub struct Chunk {
    pub plain: Vec<u8>,
    pub counter: u32,
    pub last: u8,
    pub core: CoreHash,
}

type Hook<T> = Option<Box<dyn Fn(&mut T)>>;

/// A bid to be made, and where to interfere.
#[derive(Default)]
pub struct Forge {
    pub contents: Vec<Vec<Vec<u8>>>,
    pub sequence: Option<(u32, BidDigest)>,
    /// How many trustees get their part of the lock share.
    pub remedy: usize,
    /// The core before it is written; commitments are made.
    pub core: Hook<Core>,
    pub core_json: Hook<Vec<u8>>,
    /// The manifest after the commitments were made from it.
    pub manifest: Hook<Manifest>,
    pub manifest_json: Hook<Vec<u8>>,
    pub manifest_length: Option<u32>,
    /// All documents of an envelope, one after the other.
    pub plain_documents: Hook<Vec<u8>>,
    pub chunks: Hook<Vec<Chunk>>,
    /// The ciphertext before its root is computed.
    pub ciphertext: Hook<Vec<u8>>,
    pub record: Hook<KeyPackageRecord>,
    pub record_json: Hook<Vec<u8>>,
    pub submission: Hook<Submission>,
    pub submission_json: Hook<Vec<u8>>,
    pub signer: Option<Holder>,
    /// Cores, record and messages as they are put into the head.
    pub parts: Hook<Vec<Vec<u8>>>,
    pub extra_pages: u32,
    /// The finished file.
    pub file: Hook<Vec<u8>>,
}

pub struct Forged {
    pub file: Vec<u8>,
    pub shares: Vec<Shares>,
    pub digest: BidDigest,
    /// Every trustee has its part of the first envelope's lock share.
    pub remedy: bool,
}

fn apply<T>(hook: &Hook<T>, value: &mut T) {
    if let Some(hook) = hook {
        hook(value);
    }
}

impl Forge {
    pub fn of(contents: &[Vec<Vec<u8>>]) -> Self {
        Self { contents: contents.to_vec(), ..Self::default() }
    }

    pub fn make(&self, world: &World) -> Forged {
        let mut rng = Seeded::new("vectors");
        let mut cores = Vec::new();
        let mut submitted = Vec::new();
        let mut packages = Vec::new();
        let mut content = Vec::new();
        let mut all_shares = Vec::new();
        for (number, documents) in (1_u32..).zip(&self.contents) {
            let shares = Shares::generate(&mut rng);
            let (json, hash, ciphertext) = self.envelope(number, documents, &shares, &mut rng);
            packages.extend(self.packages(world, number, &hash, &shares));
            let mut root = RootHasher::new();
            root.push(&ciphertext);
            submitted.push(SubmittedEnvelope {
                core: hash,
                root: root.finish(),
                length: ciphertext.len() as u64,
            });
            content.extend_from_slice(&ciphertext);
            cores.push(json);
            all_shares.push(shares);
        }
        packages.sort_by_key(|package| (package.envelope, package.purpose, package.recipient));
        let mut record = KeyPackageRecord {
            format: RecordFormat,
            version: 1,
            tender: world::TENDER.parse().unwrap(),
            lot: 1.try_into().unwrap(),
            bidder: world::BIDDER.parse().unwrap(),
            cores: submitted.iter().map(|envelope| envelope.core).collect(),
            packages,
        };
        apply(&self.record, &mut record);
        let mut record_json = to_canonical(&record).unwrap();
        apply(&self.record_json, &mut record_json);
        let signer = self.signer.as_ref().unwrap_or(&world.sign);
        let record_der = SignedData::sign(&record_json, &signer.certificate, &signer.key).unwrap();

        let parts_length: usize =
            cores.iter().map(|core| core.len() + 4).sum::<usize>() + record_der.len() + 4;
        let head_length =
            (20 + parts_length + 4 + 3000).next_multiple_of(4096) as u32 + 4096 * self.extra_pages;
        let mut submission = Submission {
            format: SubmissionFormat,
            tender: world::TENDER.parse().unwrap(),
            lot: 1.try_into().unwrap(),
            bidder: world::BIDDER.parse().unwrap(),
            sequence: self.sequence.map_or(1, |(sequence, _)| sequence),
            replaces: self.sequence.map(|(_, digest)| digest),
            envelopes: submitted,
            packages: record::RecordDigest::of(&record_json),
            head_length,
        };
        apply(&self.submission, &mut submission);
        let mut submission_json = to_canonical(&submission).unwrap();
        apply(&self.submission_json, &mut submission_json);
        let submission_der = SignedData::sign(&submission_json, &signer.certificate, &signer.key).unwrap();

        let mut parts = vec![submission_der];
        parts.extend(cores);
        parts.push(record_der);
        apply(&self.parts, &mut parts);
        let mut file = b"bidroom-bid/1\r\n\x1a".to_vec();
        file.extend_from_slice(&head_length.to_be_bytes());
        for part in parts {
            file.extend_from_slice(&(part.len() as u32).to_be_bytes());
            file.extend_from_slice(&part);
        }
        file.resize(head_length as usize, 0);
        file.extend_from_slice(&content);
        apply(&self.file, &mut file);
        Forged {
            file,
            shares: all_shares,
            digest: submission.bid_digest(),
            remedy: self.remedy == world.trustees.len(),
        }
    }

    fn envelope(
        &self,
        number: u32,
        documents: &[Vec<u8>],
        shares: &Shares,
        rng: &mut Seeded,
    ) -> (Vec<u8>, CoreHash, Vec<u8>) {
        let scope = BidScope {
            tender: world::TENDER.parse().unwrap(),
            lot: 1.try_into().unwrap(),
            envelope: EnvelopeIndex::try_from(number).unwrap(),
            bidder: world::BIDDER.parse().unwrap(),
        };
        let mut salt = || {
            let mut salt = Hex32([0; 32]);
            rng.fill_bytes(&mut salt.0);
            salt
        };
        let mut manifest = Manifest {
            format: ManifestFormat,
            schedule: SaltedSchedule { salt: salt(), schedule: world::schedule() },
            documents: (1..)
                .zip(documents)
                .map(|(number, bytes)| {
                    let plan = world::document(number, bytes);
                    let seal::DocumentPlan { name, media_type, .. } = plan;
                    Document {
                        name,
                        media_type,
                        length: bytes.len() as u64,
                        salt: salt(),
                        digest: Sm3Digest::of(bytes),
                    }
                })
                .collect(),
        };
        let mut core = Core {
            format: CoreFormat,
            suite: SuiteName,
            tender: scope.tender.clone(),
            lot: scope.lot,
            envelope: scope.envelope,
            bidder: scope.bidder.clone(),
            chunk_size: ChunkSize::SMALLEST,
            shares: shares.commit(&scope),
            schedule: manifest.schedule.schedule.commit(&manifest.schedule.salt, &scope),
            documents: manifest.document_commitments(&scope),
        };
        apply(&self.core, &mut core);
        let mut core_json = to_canonical(&core).unwrap();
        apply(&self.core_json, &mut core_json);
        let hash = Core::hash(&core_json);

        apply(&self.manifest, &mut manifest);
        let mut manifest_json = to_canonical(&manifest).unwrap();
        apply(&self.manifest_json, &mut manifest_json);
        let claimed = self.manifest_length.unwrap_or(manifest_json.len() as u32);
        let mut plain_documents = documents.concat();
        apply(&self.plain_documents, &mut plain_documents);
        let plain = [claimed.to_be_bytes().as_slice(), &manifest_json, &plain_documents].concat();

        let count = plain.len().div_ceil(1024) as u32;
        let mut chunks: Vec<Chunk> = (0_u32..)
            .zip(plain.chunks(1024))
            .map(|(counter, plain)| Chunk {
                plain: plain.to_vec(),
                counter,
                last: u8::from(counter + 1 == count),
                core: hash,
            })
            .collect();
        apply(&self.chunks, &mut chunks);
        let mut ciphertext = encrypt(&chunks, shares, &hash);
        apply(&self.ciphertext, &mut ciphertext);
        (core_json, hash, ciphertext)
    }

    fn packages(&self, world: &World, number: u32, hash: &CoreHash, shares: &Shares) -> Vec<KeyPackage> {
        let officers = &world.officers[number as usize - 1].1;
        let mut recipients = vec![
            (Purpose::Lock, shares.lock.clone(), &world.locks[0].certificate),
            (Purpose::Room, shares.room.clone(), &world.room[0].certificate),
            (Purpose::Officers, shares.officers.clone(), officers),
        ];
        for (part, trustee) in remedy_parts(&shares.lock).into_iter().zip(&world.trustees).take(self.remedy) {
            recipients.push((Purpose::Remedy, part, &trustee.certificate));
        }
        recipients
            .into_iter()
            .map(|(purpose, share, recipient)| {
                let context = PackageContext { subject: &hash.0, purpose, attempt: 0, recipient };
                KeyPackage {
                    envelope: number.try_into().unwrap(),
                    purpose,
                    recipient: recipient.digest(),
                    serial: recipient.serial_hex(),
                    der: Base64Bytes(seal_package(share.expose(), &context).unwrap()),
                }
            })
            .collect()
    }
}

/// Three parts of a lock share, two of which give it back: f(1), f(2), f(3) of f(x) = share + a·x over the SM2 scalars.
pub fn remedy_parts(lock: &Share) -> [Share; 3] {
    let scalar = |bytes: &[u8; 32]| sm2::Scalar::from_repr((*bytes).into()).unwrap();
    let mut slope = [0; 32];
    Seeded::new("remedy").fill_bytes(&mut slope);
    let (share, slope) = (scalar(lock.expose()), scalar(&slope));
    [1_u64, 2, 3].map(|index| Share::from_bytes(&(share + slope * sm2::Scalar::from(index)).to_repr().into()))
}

fn encrypt(chunks: &[Chunk], shares: &Shares, hash: &CoreHash) -> Vec<u8> {
    let secret = [shares.lock.expose().as_slice(), shares.room.expose(), shares.officers.expose()].concat();
    let mut keys = [0; 23];
    hkdf_sm3(&secret, hash.0.as_bytes(), b"bidroom/bid/v1/content", &mut keys).unwrap();
    let gcm = Sm4Gcm::new(keys[..16].try_into().unwrap());
    let mut ciphertext = Vec::new();
    for chunk in chunks {
        let nonce = [&keys[16..], &chunk.counter.to_be_bytes(), &[chunk.last]].concat();
        let mut data = chunk.plain.clone();
        let tag = gcm.seal_in_place(&nonce.try_into().unwrap(), chunk.core.0.as_bytes(), &mut data).unwrap();
        ciphertext.extend_from_slice(&data);
        ciphertext.extend_from_slice(&tag);
    }
    ciphertext
}
