//! A small world: a CA, a bidder with locks, officers, a room with two devices, its package and its publication.
//! Everything follows from fixed keys.

#![allow(dead_code, reason = "every program that includes this file uses a part of it")]

use bidroom_canon::{Base64Bytes, Hex32, Sm3Digest};
use bidroom_domain::{
    At, Column, ColumnKind, LotFacts, LotNumber, Officer, Policy, ProcurementKind, Staff, StaffRole,
};
use bidroom_envelope::officers::{DealScope, Dealing, deal};
use bidroom_envelope::suite::pki::{Certificate, Name, Profile, Request, issue, self_sign};
use bidroom_envelope::suite::sm2::SecretKey;
use bidroom_ledger::checkpoint::{Checkpoint, RoomKeys};
use bidroom_ledger::tree::{Tree, leaf_hashes};
use bidroom_lock::{Lock as _, LockIdentity, LockKeys, LockKind, SoftLock};
use bidroom_tender::{
    Authority, PackageFormat, Publication, PublicationFormat, PublishedDevice, PublishedOfficers,
    RoomIdentity, SignedDocument, TenderPackage,
};
use bidroom_unlocking::PublishedRoom;
use ed25519_dalek::{Signer as _, SigningKey};
use rand_core::{TryCryptoRng, TryRng};

pub const DEADLINE: At = At(1_773_799_200_000);
pub const NOW: At = At(DEADLINE.0 - 3_600_000);
pub const BIDDER: &str = "91370000MA3U7K2X1Q";
/// Twenty years: programs that read the computer's clock must find the certificates valid.
const YEARS: i64 = 20 * 365 * 86_400_000;
const ROOM: &str = "room.example.cn";

/// Numbers that follow from a seed; for tests only.
pub struct Counting(pub u64);

impl TryRng for Counting {
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
        for part in dst.chunks_mut(32) {
            self.0 += 1;
            part.copy_from_slice(&Sm3Digest::of(&self.0.to_be_bytes()).as_bytes()[..part.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Counting {}

pub fn key(number: u8) -> SecretKey {
    SecretKey::from_bytes(&[number; 32]).unwrap()
}

fn request<'a>(name: &'a Name, key: &'a SecretKey, serial: &'a [u8], profile: Profile) -> Request<'a> {
    let (not_before, not_after) = (NOW.0 - YEARS / 20, NOW.0 + YEARS);
    Request { subject: name, public_key: key.public_key(), serial, not_before, not_after, profile }
}

pub fn root(number: u8, name: &str) -> Certificate {
    let (key, name) = (key(number), Name::new(name, None, name));
    self_sign(&key, &request(&name, &key, &[1], Profile::Authority { path_length: 1 })).unwrap()
}

pub fn certify(issuer: u8, issuer_name: &str, number: u8, name: &Name, profile: Profile) -> Certificate {
    let serial = [0x5a, 0x10, 0xa0, number];
    issue(&root(issuer, issuer_name), &key(issuer), &request(name, &key(number), &serial, profile)).unwrap()
}

pub const CA: (u8, &str) = (101, "云州CA");
pub const OTHER_CA: (u8, &str) = (102, "他州CA");
const ISSUER: (u8, &str) = (103, "云州开标室");

/// A lock with keys `number` and `number + 1`.
pub fn lock(kind: LockKind, number: u8, name: &Name, ca: (u8, &str)) -> SoftLock {
    let signing = certify(ca.0, ca.1, number, name, Profile::Signing);
    let encryption = certify(ca.0, ca.1, number + 1, name, Profile::Encryption);
    let identity = LockIdentity::new(kind, signing, encryption).unwrap();
    SoftLock::new(identity, LockKeys { signing: key(number), encryption: key(number + 1) }).unwrap()
}

pub fn firm() -> Name {
    Name::new("甲建设有限公司", Some(BIDDER), "甲建设有限公司")
}

pub fn main_lock() -> SoftLock {
    lock(LockKind::Main, 10, &firm(), CA)
}

pub fn sub_lock() -> SoftLock {
    lock(LockKind::Sub, 20, &firm(), CA)
}

/// A lock of the same firm that the bid is not sealed to.
pub fn old_lock() -> SoftLock {
    lock(LockKind::Main, 30, &firm(), CA)
}

/// A lock of another firm.
pub fn foreign_lock() -> SoftLock {
    lock(LockKind::Main, 40, &Name::new("乙建设有限公司", Some("91370100MA3U7K2X2B"), "乙"), CA)
}

pub fn officer_lock(index: u8) -> SoftLock {
    lock(
        LockKind::Officer,
        50 + 2 * index,
        &Name::new("云州公共资源交易中心", None, ["张三", "李四", "王五"][usize::from(index - 1)]),
        CA,
    )
}

/// The two private keys of a device: tender and opening.
pub fn device_keys(device: u8) -> (SecretKey, SecretKey) {
    (key(70 + 2 * device), key(71 + 2 * device))
}

pub fn room_key() -> SecretKey {
    key(104)
}

pub fn room_certificate() -> Certificate {
    certify(ISSUER.0, ISSUER.1, 104, &Name::new("云州公共资源交易中心", None, "第一开标室"), Profile::Signing)
}

fn ed25519() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

pub fn room_keys() -> RoomKeys {
    RoomKeys {
        ed25519: Hex32(ed25519().verifying_key().to_bytes()),
        name: ROOM.to_owned(),
        sm2: *key(105).public_key(),
        standby: None,
    }
}

/// A checkpoint note of `origin` at `at` over one entry, signed with both keys.
pub fn note(origin: &str, at: At) -> String {
    let mut tree = Tree::new();
    tree.append(&leaf_hashes(b"entry")).unwrap();
    note_over(&tree, origin, at)
}

/// A checkpoint note over a tree.
pub fn note_over(tree: &Tree, origin: &str, at: At) -> String {
    let (roots, size) = (tree.root(), tree.size());
    let origin = origin.parse().unwrap();
    let checkpoint = Checkpoint { at: at.0, origin, root: roots.sha256, size, sm3_root: roots.sm3 };
    let text = checkpoint.text().unwrap();
    let ed = ed25519().sign(text.as_bytes()).to_bytes();
    let sm2 = key(105).sign(text.as_bytes()).unwrap();
    room_keys().assemble(&checkpoint, &ed, &sm2).unwrap().note.to_text()
}

pub fn columns() -> Vec<Column> {
    let column = |key: &str, zh: &str, kind| Column { key: key.into(), zh: zh.into(), en: key.into(), kind };
    vec![
        column("price", "投标报价（元）", ColumnKind::Money),
        column("days", "工期（日历天）", ColumnKind::Number),
        column("quality", "质量承诺", ColumnKind::Text),
    ]
}

fn facts() -> LotFacts {
    let officer = |index: u8| {
        let lock = officer_lock(index);
        Officer {
            index,
            name: lock.identity().holder().to_owned(),
            role: StaffRole::Host,
            certificate: lock.identity().signing_certificate().digest(),
            encryption_certificate: lock.identity().encryption_certificate().digest(),
        }
    };
    LotFacts {
        tender: "YZ2026-0117".parse().unwrap(),
        title: "云州市第三中学教学楼工程".into(),
        lot: LotNumber::FIRST,
        lot_title: "施工".into(),
        kind: ProcurementKind::OpenTender,
        method: "综合评分法".into(),
        centre: "云州公共资源交易中心".into(),
        room: "第一开标室".into(),
        tenderer: "云州市教育局".into(),
        agency: "云州招标代理有限公司".into(),
        deadline: DEADLINE,
        ceiling: Some(1_200_000_000.try_into().unwrap()),
        columns: columns(),
        officers: (1..=3).map(officer).collect(),
        staff: vec![Staff {
            name: "张三".into(),
            role: StaffRole::Host,
            certificate: officer_lock(1).identity().signing_certificate().digest(),
        }],
        policy: Policy::tender_default(),
        drill: false,
        evaluation: None,
    }
}

/// Room, dealing and signed publication.
pub struct World {
    pub room: PublishedRoom,
    pub dealing: Dealing,
    pub publication: Vec<u8>,
}

impl World {
    pub fn new() -> Self {
        let officers: Vec<SoftLock> = (1..=3).map(officer_lock).collect();
        let certificates = officers.iter().flat_map(|lock| {
            [lock.identity().signing_certificate().clone(), lock.identity().encryption_certificate().clone()]
        });
        let der = |certificate: &Certificate| Base64Bytes(certificate.der().to_vec());
        let package = TenderPackage {
            format: PackageFormat::V1,
            room: RoomIdentity {
                keys: room_keys(),
                certificate: der(&room_certificate()),
                issuer: der(&root(ISSUER.0, ISSUER.1)),
                standby_certificate: None,
            },
            authorities: vec![Authority { name: CA.1.into(), root: der(&root(CA.0, CA.1)), profile: None }],
            certificates: certificates.map(|certificate| der(&certificate)).collect(),
            documents: vec![],
            lots: vec![facts()],
        };
        let agency =
            certify(CA.0, CA.1, 99, &Name::new("云州招标代理有限公司", None, "代理"), Profile::Signing);
        let package = SignedDocument::sign(package, &agency, &key(99)).unwrap();
        let locks: Vec<Certificate> =
            officers.iter().map(|lock| lock.identity().encryption_certificate().clone()).collect();
        let scope = DealScope {
            tender: "YZ2026-0117".parse().unwrap(),
            lot: 1.try_into().unwrap(),
            envelope: 1.try_into().unwrap(),
        };
        let dealing = deal(scope, 2, &locks, &mut Counting(9)).unwrap();
        let room_name = |name: &str| Name::new("云州公共资源交易中心", None, name);
        let (officers_name, unused) = (room_name("授权密钥"), key(1));
        let officers_request = Request {
            public_key: dealing.deal.public_key().unwrap(),
            ..request(&officers_name, &unused, &[0x5b], Profile::Encryption)
        };
        let officers_certificate =
            issue(&root(ISSUER.0, ISSUER.1), &key(ISSUER.0), &officers_request).unwrap();
        let devices = [("main", 0_u8), ("standby", 1)].map(|(device, number)| PublishedDevice {
            device: device.into(),
            level_zh: "演练".into(),
            level_en: "drill".into(),
            tender_certificate: der(&certify(
                ISSUER.0,
                ISSUER.1,
                70 + 2 * number,
                &room_name("招标密钥"),
                Profile::Encryption,
            )),
            opening_certificate: der(&certify(
                ISSUER.0,
                ISSUER.1,
                71 + 2 * number,
                &room_name("开标密钥"),
                Profile::Encryption,
            )),
        });
        let publication = Publication {
            format: PublicationFormat::V1,
            package: Base64Bytes(package.der().to_vec()),
            lot: LotNumber::FIRST,
            envelope: 1,
            devices: devices.into(),
            officers: PublishedOfficers {
                certificate: der(&officers_certificate),
                deal: dealing.deal.clone(),
            },
            draw: None,
        };
        let publication = SignedDocument::sign(publication, &room_certificate(), &room_key()).unwrap();
        let publication = publication.der().to_vec();
        Self { room: PublishedRoom::open(&publication, None, NOW).unwrap(), dealing, publication }
    }

    pub fn origin(&self) -> String {
        self.room.origin().to_string()
    }
}
