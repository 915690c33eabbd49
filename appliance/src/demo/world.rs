//! The demo's people: authorities, agency, officers, bidders, each with a soft lock; and the tender package.

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::evaluation;
use bidroom_domain::opening::Remedy;
use bidroom_domain::{
    At, Column, ColumnKind, Fen, Figure, LotFacts, LotNumber, Officer, Policy, ProcurementKind, Staff,
    StaffRole,
};
use bidroom_envelope::suite::pki::{
    Certificate, Crl, CrlRequest, IssueError, Name, Profile, Request, Revoked, issue, issue_crl, self_sign,
};
use bidroom_envelope::suite::sm2::SecretKey;
use bidroom_lock::{LockError, LockIdentity, LockKeys, LockKind, SoftLock};
use bidroom_tender::{Authority, DocumentError, PackageFormat, RoomIdentity, SignedDocument, TenderPackage};
use rand_core::CryptoRng;

use super::firms::Firm;

const DAY: i64 = 86_400_000;
const CENTRE: &str = "云州市公共资源交易中心";

/// Why the world could not be made.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// A certificate.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// A lock.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// Certificates of a lock do not fit.
    #[error(transparent)]
    Identity(#[from] bidroom_lock::IdentityError),
    /// The package.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// An identifier.
    #[error(transparent)]
    Id(#[from] bidroom_domain::IdError),
}

/// A certificate authority of the demo.
pub struct Ca {
    /// Name, as people know it.
    pub name: String,
    /// Its root.
    pub root: Certificate,
    key: SecretKey,
    next: u64,
}

impl Ca {
    /// A new authority with a root of its own.
    ///
    /// # Errors
    /// [`WorldError`].
    pub fn new(name: &str, now: At, rng: &mut impl CryptoRng) -> Result<Self, WorldError> {
        let key = SecretKey::generate(rng);
        let root = self_sign(
            &key,
            &Request {
                subject: &Name::new(name, None, &format!("{name} 根证书")),
                public_key: key.public_key(),
                serial: &[0x51, 1],
                not_before: now.0 - 400 * DAY,
                not_after: now.0 + 3650 * DAY,
                profile: Profile::Authority { path_length: 1 },
            },
        )?;
        // Serial numbers look like those of real authorities: their last digits tell locks apart.
        let seed = Sm3Digest::of(name.as_bytes());
        let next = seed.as_bytes().first_chunk::<8>().map_or(1, |bytes| u64::from_be_bytes(*bytes) >> 2);
        Ok(Self { name: name.to_owned(), root, key, next })
    }

    /// Issues a lock: signing and encryption certificate of one holder.
    ///
    /// # Errors
    /// [`WorldError`].
    pub fn lock(
        &mut self,
        kind: LockKind,
        subject: &Name,
        valid: (At, At),
        rng: &mut impl CryptoRng,
    ) -> Result<SoftLock, WorldError> {
        let keys = LockKeys { signing: SecretKey::generate(rng), encryption: SecretKey::generate(rng) };
        let signing = self.certificate(subject, &keys.signing, Profile::Signing, valid)?;
        let encryption = self.certificate(subject, &keys.encryption, Profile::Encryption, valid)?;
        Ok(SoftLock::new(LockIdentity::new(kind, signing, encryption)?, keys)?)
    }

    /// Its revocation list with this number, made at `at` and good for a day.
    ///
    /// # Errors
    /// [`WorldError`].
    pub fn revocation_list(
        &self,
        number: u8,
        at: At,
        revoked: &[(&Certificate, Revoked)],
    ) -> Result<Crl, WorldError> {
        let revoked: Vec<(Vec<u8>, Revoked)> =
            revoked.iter().map(|(certificate, why)| (certificate.serial().to_vec(), *why)).collect();
        let request =
            CrlRequest { this_update: at.0, next_update: at.0 + DAY, number: &[number], revoked: &revoked };
        Ok(issue_crl(&self.root, &self.key, &request)?)
    }

    fn certificate(
        &mut self,
        subject: &Name,
        key: &SecretKey,
        profile: Profile,
        (from, to): (At, At),
    ) -> Result<Certificate, WorldError> {
        self.next = self.next.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let serial = (self.next >> 1 | 1 << 62).to_be_bytes();
        let request = Request {
            subject,
            public_key: key.public_key(),
            serial: &serial,
            not_before: from.0,
            not_after: to.0,
            profile,
        };
        Ok(issue(&self.root, &self.key, &request)?)
    }
}

/// A member of staff with a lock.
pub struct Person {
    /// Name.
    pub name: String,
    /// Role.
    pub role: StaffRole,
    /// Lock.
    pub lock: SoftLock,
}

/// A bidder with its locks and its offer.
pub struct BidderParty {
    /// Firm and offer.
    pub firm: Firm,
    /// Main lock.
    pub main: SoftLock,
    /// Sub lock.
    pub sub: SoftLock,
    /// A lock that was replaced before the bid was sealed: valid, but nothing is sealed to it.
    pub old: SoftLock,
}

/// Everybody.
pub struct World {
    /// Accepted authorities.
    pub cas: Vec<Ca>,
    /// The authority of agencies.
    pub agency_ca: Ca,
    /// The agency's lock.
    pub agency: SoftLock,
    /// Opening officers, by share index from 1; the first is the host.
    pub officers: Vec<Person>,
    /// Bidders.
    pub bidders: Vec<BidderParty>,
}

/// What a demo tender is like.
#[derive(Debug, Clone)]
pub struct TenderPlan {
    /// Deadline and opening time.
    pub deadline: At,
    /// Length of the unlock window, seconds.
    pub unlock_window_seconds: u32,
    /// Grace, seconds.
    pub opening_grace_seconds: u32,
    /// Length of the window to confirm, seconds.
    pub confirm_window_seconds: u32,
    /// Whether a standby device is asked for.
    pub standby_required: bool,
    /// How the lot is evaluated here; none where it is evaluated elsewhere.
    pub evaluation: Option<Box<evaluation::Plan>>,
}

impl World {
    /// Makes everybody, with certificates valid at `now` and keys drawn from `rng`.
    ///
    /// # Errors
    /// [`WorldError`].
    pub fn new(firms: Vec<Firm>, now: At, rng: &mut impl CryptoRng) -> Result<Self, WorldError> {
        let mut cas = vec![Ca::new("云州CA", now, rng)?, Ca::new("海东CA", now, rng)?];
        let mut agency_ca = Ca::new("招标代理机构CA", now, rng)?;
        let valid = (now.plus_millis(-200 * DAY), now.plus_millis(500 * DAY));
        let agency_name =
            Name::new("云州诚达项目管理有限公司", Some("91370000MA3AGENCY1"), "云州诚达项目管理有限公司");
        let agency = agency_ca.lock(LockKind::Main, &agency_name, valid, rng)?;
        let mut officers = Vec::new();
        let mut bidders = Vec::new();
        if let Some(yunzhou) = cas.first_mut() {
            for (name, organisation, role) in [
                ("沈若兰", CENTRE, StaffRole::Host),
                ("顾明远", "云州市水务局", StaffRole::Tenderer),
                ("罗毅", "云州市行政审批服务局", StaffRole::Supervisor),
            ] {
                let lock =
                    yunzhou.lock(LockKind::Officer, &Name::new(organisation, None, name), valid, rng)?;
                officers.push(Person { name: name.to_owned(), role, lock });
            }
        }
        for (place, firm) in firms.into_iter().enumerate() {
            let subject = Name::new(&firm.name, Some(firm.code.as_str()), &firm.name);
            let count = cas.len();
            let Some(ca) = cas.get_mut(place % 3 % count) else { continue };
            let older = (now.plus_millis(-380 * DAY), now.plus_millis(20 * DAY));
            bidders.push(BidderParty {
                main: ca.lock(LockKind::Main, &subject, valid, rng)?,
                sub: ca.lock(LockKind::Sub, &subject, valid, rng)?,
                old: ca.lock(LockKind::Main, &subject, older, rng)?,
                firm,
            });
        }
        Ok(Self { cas, agency_ca, agency, officers, bidders })
    }

    /// The signed tender package of one lot for `room`.
    ///
    /// # Errors
    /// [`WorldError`].
    pub fn package(
        &self,
        room: &RoomIdentity,
        plan: &TenderPlan,
    ) -> Result<SignedDocument<TenderPackage>, WorldError> {
        let package = TenderPackage {
            format: PackageFormat::V1,
            room: room.clone(),
            authorities: self
                .cas
                .iter()
                .map(|ca| Authority {
                    name: ca.name.clone(),
                    root: Base64Bytes(ca.root.der().to_vec()),
                    profile: None,
                })
                .collect(),
            certificates: self
                .officers
                .iter()
                .flat_map(|person| {
                    let identity = bidroom_lock::Lock::identity(&person.lock);
                    [identity.signing_certificate(), identity.encryption_certificate()]
                })
                .map(|certificate| Base64Bytes(certificate.der().to_vec()))
                .collect(),
            documents: Vec::new(),
            lots: vec![self.lot(plan)?],
        };
        let identity = bidroom_lock::Lock::identity(&self.agency);
        Ok(SignedDocument::sign(package, identity.signing_certificate(), &self.agency)?)
    }

    /// The facts of the demo's only lot.
    ///
    /// # Errors
    /// [`WorldError`].
    pub fn lot(&self, plan: &TenderPlan) -> Result<LotFacts, WorldError> {
        let mut policy = Policy::tender_default();
        policy.unlock_window_seconds.value = plan.unlock_window_seconds;
        policy.opening_grace_seconds.value = plan.opening_grace_seconds;
        policy.confirm_window_seconds.value = plan.confirm_window_seconds;
        policy.standby_required.value = plan.standby_required;
        policy.remedies = Some(Figure::new(vec![Remedy::KeptShare], "招标文件 5.5"));
        let officers = (1..).zip(&self.officers).map(|(index, person)| {
            let identity = bidroom_lock::Lock::identity(&person.lock);
            Officer {
                index,
                name: person.name.clone(),
                role: person.role,
                certificate: identity.signing_certificate().digest(),
                encryption_certificate: identity.encryption_certificate().digest(),
            }
        });
        let staff = self.officers.iter().map(|person| Staff {
            name: person.name.clone(),
            role: person.role,
            certificate: bidroom_lock::Lock::identity(&person.lock).signing_certificate().digest(),
        });
        let column = |key: &str, zh: &str, en: &str, kind| Column {
            key: key.into(),
            zh: zh.into(),
            en: en.into(),
            kind,
        };
        Ok(LotFacts {
            tender: "YZZC-2026-G0117".parse()?,
            title: "云州市城区供水管网水质在线监测设备采购项目".into(),
            lot: LotNumber::FIRST,
            lot_title: "第 1 包　监测设备".into(),
            kind: ProcurementKind::OpenTender,
            method: "综合评分法".into(),
            centre: CENTRE.into(),
            room: "开标一室".into(),
            tenderer: "云州市水务局".into(),
            agency: "云州诚达项目管理有限公司".into(),
            deadline: plan.deadline,
            ceiling: Fen::try_from(1_250_000_000).ok(),
            columns: vec![
                column("price", "投标报价（元）", "Bid price (CNY)", ColumnKind::Money),
                column("delivery", "交货期（日历天）", "Delivery (days)", ColumnKind::Number),
                column("warranty", "质保期（年）", "Warranty (years)", ColumnKind::Number),
                column("manager", "项目负责人", "Project manager", ColumnKind::Text),
            ],
            officers: officers.collect(),
            staff: staff.collect(),
            policy,
            drill: true,
            evaluation: plan.evaluation.clone(),
        })
    }
}
