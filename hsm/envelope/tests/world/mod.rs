//! A small world for the tests, the vectors and the speed measurement: a certificate authority, a bidder with two locks,
//! a room with two devices, officers, and bids sealed in it. Everything follows from a seed.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a test fails by panicking, and its numbers are small"
)]
#![allow(dead_code, reason = "every program that includes this file uses a part of it")]

use std::collections::BTreeMap;
use std::io::Cursor;

use bidroom_envelope::bid::header::{Header, HeaderEnvelope};
use bidroom_envelope::bid::manifest::{DocumentName, MediaType};
use bidroom_envelope::bid::open::Opening;
use bidroom_envelope::bid::package::{Purpose, open_share};
use bidroom_envelope::bid::remedy::Trustees;
use bidroom_envelope::bid::schedule::{Schedule, ScheduleField, ScheduleValue};
use bidroom_envelope::bid::seal::{BidPlan, DocumentPlan, Draft, EnvelopePlan, Recipients, measure};
use bidroom_envelope::bid::share::Shares;
use bidroom_envelope::bid::submission::BidDigest;
use bidroom_envelope::content::stream::ChunkSize;
use bidroom_envelope::officers::{DealScope, Dealing, deal};
use bidroom_envelope::suite::pki::{Certificate, Name, Profile, Request, issue, self_sign};
use bidroom_envelope::suite::sm2::SecretKey;
use bidroom_id::EnvelopeIndex;
use rand_core::{TryCryptoRng, TryRng};
use sm3::Digest as _;

pub const TENDER: &str = "ZB2026-0117";
pub const BIDDER: &str = "91330100MA27XW1D2K";
const FROM: i64 = 1_767_225_600_000;
const TO: i64 = 1_893_456_000_000;

/// SM3 in counter mode: the same bytes for the same seed on every machine.
pub struct Seeded {
    seed: String,
    counter: u64,
    left: Vec<u8>,
}

impl Seeded {
    pub fn new(seed: &str) -> Self {
        Self { seed: seed.to_owned(), counter: 0, left: Vec::new() }
    }
}

impl TryRng for Seeded {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Self::Error> {
        for byte in dst {
            if self.left.is_empty() {
                let hash = sm3::Sm3::new().chain_update(&self.seed).chain_update(self.counter.to_be_bytes());
                self.left = hash.finalize().to_vec();
                self.counter += 1;
            }
            *byte = self.left.pop().unwrap();
        }
        Ok(())
    }
}

impl TryCryptoRng for Seeded {}

/// A certificate with its key.
pub struct Holder {
    pub key: SecretKey,
    pub certificate: Certificate,
}

/// Everybody.
pub struct World {
    pub root: Holder,
    pub sign: Holder,
    pub locks: Vec<Holder>,
    pub room: Vec<Holder>,
    pub opening: Holder,
    pub officer_locks: Vec<Holder>,
    /// By envelope from 0: the dealing, and the officers' key as whoever joined it would have it.
    pub officers: Vec<(Dealing, Certificate)>,
    pub remedy: Holder,
    /// Trustees of the remedy, two of whom suffice.
    pub trustees: Vec<Holder>,
}

impl World {
    pub fn new() -> Self {
        let mut rng = Seeded::new("world");
        let key = SecretKey::generate(&mut rng);
        let name = Name::new("试验认证中心", None, "试验根证书");
        let request = Request {
            subject: &name,
            public_key: key.public_key(),
            serial: &[1],
            not_before: FROM,
            not_after: TO,
            profile: Profile::Authority { path_length: 0 },
        };
        let certificate = self_sign(&key, &request).unwrap();
        let root = Holder { key, certificate };
        let mut serial = 0x5A00;
        let mut holder = |organisation: &str, code: Option<&str>, name: &str, profile| {
            serial += 1;
            let key = SecretKey::generate(&mut rng);
            let certificate = certify(&root, &key, organisation, code, name, profile, serial);
            Holder { key, certificate }
        };
        let sign = holder("杭州某建设有限公司", Some(BIDDER), "主锁", Profile::Signing);
        let locks = ["主锁", "副锁"]
            .map(|name| holder("杭州某建设有限公司", Some(BIDDER), name, Profile::Encryption))
            .into();
        let room = ["开标室密码机", "备用密码机"]
            .map(|name| holder("某公共资源交易中心", None, name, Profile::Encryption))
            .into();
        let opening = holder("某公共资源交易中心", None, "开标密钥", Profile::Encryption);
        let officer_locks: Vec<Holder> = ["主持人", "招标人代表", "监督人员"]
            .map(|name| holder("某公共资源交易中心", None, name, Profile::Encryption))
            .into();
        let remedy = holder("某公证处", None, "补救密钥", Profile::Encryption);
        let trustees = ["某公证处", "某仲裁委员会", "某行业协会"]
            .map(|organisation| holder(organisation, None, "受托人", Profile::Encryption))
            .into();
        let certificates: Vec<Certificate> =
            officer_locks.iter().map(|lock| lock.certificate.clone()).collect();
        let officers = (1_u32..=2)
            .map(|envelope| {
                let scope = DealScope {
                    tender: TENDER.parse().unwrap(),
                    lot: 1.try_into().unwrap(),
                    envelope: envelope.try_into().unwrap(),
                };
                let dealing = deal(scope, 2, &certificates, &mut Seeded::new("deal")).unwrap();
                let name = Name::new("某公共资源交易中心", None, "开标人员密钥");
                let request = Request {
                    subject: &name,
                    public_key: dealing.deal.public_key().unwrap(),
                    serial: &[0x5B, u8::try_from(envelope).unwrap()],
                    not_before: FROM,
                    not_after: TO,
                    profile: Profile::Encryption,
                };
                let certificate = issue(&root.certificate, &root.key, &request).unwrap();
                (dealing, certificate)
            })
            .collect();
        Self { root, sign, locks, room, opening, officer_locks, officers, remedy, trustees }
    }

    pub fn recipients(&self, envelope: usize) -> Recipients {
        let certificates =
            |holders: &[Holder]| holders.iter().map(|holder| holder.certificate.clone()).collect();
        Recipients {
            lock: certificates(&self.locks),
            room: certificates(&self.room),
            officers: vec![self.officers[envelope].1.clone()],
            remedy: None,
        }
    }

    /// The trustees as a sealer takes them.
    pub fn remedy_trustees(&self) -> Trustees {
        let certificates = self.trustees.iter().map(|holder| holder.certificate.clone()).collect();
        Trustees::new(2, certificates).unwrap()
    }

    /// A plan with these documents, by envelope.
    pub fn plan(&self, contents: &[Vec<Vec<u8>>], chunk_size: ChunkSize) -> BidPlan {
        let envelopes = contents
            .iter()
            .enumerate()
            .map(|(envelope, documents)| EnvelopePlan {
                schedule: schedule(),
                documents: (1..).zip(documents).map(|(number, bytes)| document(number, bytes)).collect(),
                recipients: self.recipients(envelope),
            })
            .collect();
        BidPlan {
            tender: TENDER.parse().unwrap(),
            lot: 1.try_into().unwrap(),
            bidder: BIDDER.parse().unwrap(),
            sequence: 1,
            replaces: None,
            chunk_size,
            envelopes,
        }
    }

    /// Seals a bid of these documents, by envelope.
    pub fn seal(&self, contents: &[Vec<Vec<u8>>], chunk_size: ChunkSize, seed: &str) -> SealedBid {
        self.seal_plan(self.plan(contents, chunk_size), contents, seed)
    }

    pub fn seal_plan(&self, plan: BidPlan, contents: &[Vec<Vec<u8>>], seed: &str) -> SealedBid {
        let draft = Draft::new(plan, &mut Seeded::new(seed)).unwrap();
        let manifests = draft.manifests().map(|manifest| manifest.to_bytes().unwrap()).collect();
        let mut sealer = draft.sign_packages(&self.sign.certificate, &self.sign.key).unwrap();
        let mut content = Vec::new();
        sealer
            .seal_content(
                |envelope, place| Ok(Cursor::new(&contents[envelope.number() as usize - 1][place])),
                &mut content,
            )
            .unwrap();
        assert_eq!(sealer.content_length(), content.len() as u64);
        let length = sealer.head_length();
        let head = sealer.finish(&self.sign.key).unwrap();
        assert_eq!(head.bytes.len(), length as usize);
        let mut file = head.bytes;
        file.extend_from_slice(&content);
        SealedBid { file, digest: head.digest, manifests }
    }

    /// The three shares of an envelope, from its packages, with the first lock, the first device and two officers.
    pub fn shares(&self, header: &Header, envelope: &HeaderEnvelope) -> Shares {
        let index = envelope.core.envelope;
        let officers_key = self.officers_key(index);
        let officers = &self.officers[index.number() as usize - 1].1;
        let share = |purpose, certificate: &Certificate, key: &SecretKey| {
            let package = header.packages().value().find(index, purpose, &certificate.digest()).unwrap();
            open_share(&package.der.0, &envelope.core, &envelope.hash, purpose, 0, certificate, key).unwrap()
        };
        Shares {
            lock: share(Purpose::Lock, &self.locks[0].certificate, &self.locks[0].key),
            room: share(Purpose::Room, &self.room[0].certificate, &self.room[0].key),
            officers: share(Purpose::Officers, officers, &officers_key),
        }
    }

    /// The officers' key of an envelope, from the parts of the first two officers.
    pub fn officers_key(&self, envelope: EnvelopeIndex) -> SecretKey {
        use bidroom_envelope::officers::{combine, open_officer_share};
        let dealing = &self.officers[envelope.number() as usize - 1].0;
        let parts: Vec<_> = (1_u32..=2)
            .zip(&self.officer_locks)
            .zip(&dealing.packages)
            .map(|((index, lock), der)| {
                open_officer_share(&dealing.deal, index, der, Purpose::Deal, 0, &lock.certificate, &lock.key)
                    .unwrap()
            })
            .collect();
        combine(&dealing.deal, &parts).unwrap()
    }

    /// Opens everything: the documents by envelope and place.
    pub fn open(&self, file: &[u8]) -> BTreeMap<(u32, usize), Vec<u8>> {
        let mut source = file;
        let header = Header::read(&mut source).unwrap();
        let mut documents = BTreeMap::new();
        for envelope in header.envelopes() {
            let shares = self.shares(&header, envelope);
            let mut opening = Opening::start(envelope, &shares, &mut source).unwrap();
            assert_eq!(opening.manifest().schedule.schedule, schedule());
            let mut out = Vec::new();
            let mut place = 0;
            while opening.next_document(&mut out).unwrap().is_some() {
                documents.insert((envelope.core.envelope.number(), place), std::mem::take(&mut out));
                place += 1;
            }
        }
        assert!(source.is_empty());
        documents
    }
}

/// A sealed bid with what its bidder keeps.
pub struct SealedBid {
    pub file: Vec<u8>,
    pub digest: BidDigest,
    pub manifests: Vec<Vec<u8>>,
}

pub fn certify(
    root: &Holder,
    key: &SecretKey,
    organisation: &str,
    code: Option<&str>,
    name: &str,
    profile: Profile,
    serial: u32,
) -> Certificate {
    let name = Name::new(organisation, code, name);
    let serial = serial.to_be_bytes();
    let request = Request {
        subject: &name,
        public_key: key.public_key(),
        serial: &serial,
        not_before: FROM,
        not_after: TO,
        profile,
    };
    issue(&root.certificate, &root.key, &request).unwrap()
}

pub fn schedule() -> Schedule {
    let field = |key: &str, value| ScheduleField { key: key.into(), value };
    Schedule::new(vec![
        field("price", ScheduleValue::Fen(1_234_567_800)),
        field("duration", ScheduleValue::Text("90 日历天".into())),
        field("quality", ScheduleValue::Text("合格".into())),
    ])
    .unwrap()
}

pub fn document(number: usize, bytes: &[u8]) -> DocumentPlan {
    let (length, digest) = measure(&mut &*bytes).unwrap();
    DocumentPlan {
        name: format!("投标文件 {number}.pdf").parse::<DocumentName>().unwrap(),
        media_type: "application/pdf".parse::<MediaType>().unwrap(),
        length,
        digest,
    }
}

/// Bytes that differ from place to place.
pub fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|n| (n.wrapping_mul(0x9E37_79B1) >> 13) as u8).collect()
}
