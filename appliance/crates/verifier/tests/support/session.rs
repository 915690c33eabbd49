//! The session: every command goes through the room's rules, every entry into a signed log.

mod ceremony;

pub use ceremony::Ceremony;

use std::collections::BTreeMap;

use bidroom_canon::{Base64Bytes, Hex32, Sm3Digest, labelled_sm3, to_canonical};
use bidroom_domain::opening::{
    BidAttributed, BidOutcome, BodyVerified, Command, DeviceKeys, Fate, KeysPublished, LockKind, LockTag,
    Outcome, RosterRow, ScheduleRow, SessionCreated, State, Trouble, decide, may_know, may_read,
};
use bidroom_domain::{
    Actor, At, Column, ColumnKind, CreditCode, LotFacts, LotNumber, Officer, Policy, ProcurementKind,
    ReaderClass, ScheduleReaders, Staff, StaffRole,
};
use bidroom_envelope::bid::package::packages_digest;
use bidroom_envelope::bid::schedule::{Schedule, ScheduleField, ScheduleValue};
use bidroom_envelope::bid::seal::{BidPlan, DocumentPlan, Draft, EnvelopePlan, Recipients, measure};
use bidroom_envelope::content::stream::ChunkSize;
use bidroom_envelope::officers::{DealScope, deal_again};
use bidroom_envelope::suite::pki::{Name, Profile};
use bidroom_envelope::suite::sm2::SecretKey;
use bidroom_ledger::checkpoint::{Checkpoint, Origin, RoomKeys};
use bidroom_ledger::entry::{Opening, draft};
use bidroom_ledger::receipt::{RECEIPT_FORMAT, Receipt};
use bidroom_ledger::tree::{Tree, leaf_hashes};
use bidroom_lock::{GivenShare, SignedStatement, Statement, checkpoint_digest};
use bidroom_tender::{
    Authority as Accepted, PackageFormat, Publication, PublicationFormat, PublishedDevice, PublishedOfficers,
    RoomIdentity, SignedDocument, TenderPackage,
};
use bidroom_verifier::{Trust, contents};
use ed25519_dalek::Signer as _;
use rand_core::Rng as _;
use serde::Serialize;

use super::Members;
use super::people::{Authority, CODES, Lock, NOW, Seeded, YEAR};

const DEADLINE: i64 = NOW + 3_600_000;
/// Number of the officers' key.
const OFFICERS_KEY: u8 = 162;

/// What a story may do otherwise than an honest room.
#[derive(Default)]
pub struct Twist {
    /// The schedule that is published for the second bid is another one.
    pub other_price: bool,
    /// The second bid is sealed with a certificate that has expired.
    pub expired: bool,
    /// The consent of the second bidder names another bid.
    pub other_consent: bool,
    /// The host is not in the package.
    pub foreign_host: bool,
    /// The roster leaves the third bidder out.
    pub short_roster: bool,
    /// Only staff may read schedules.
    pub secret_schedules: bool,
    /// What is wrong with the signatures under the record.
    pub signing: Signing,
    /// What happens before the deadline.
    pub ceremony: Ceremony,
    /// The third bidder hands nothing in; how the supervisor answers to its fate.
    pub fate: Option<Agreement>,
}

/// How the supervisor answers to a fate.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// It contests the first decision and agrees with the second.
    Honest,
    /// The agreement was signed with the host's lock.
    OtherLock,
    /// What was signed agrees with another decision.
    OtherDecision,
    /// What was signed agrees with the other fate.
    OtherFate,
    /// What was signed is an agreement; the log shows that it was contested.
    Turned,
    /// The log shows another supervisor's digits.
    OtherDigits,
}

/// How the record is signed.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
pub enum Signing {
    /// The host signs; that the tenderer does not is explained; the supervisor signs.
    #[default]
    Honest,
    /// Nobody signs.
    Nobody,
    /// The supervisor's signature was made with the host's lock.
    OtherLock,
    /// The supervisor signed another table.
    OtherTable,
    /// The supervisor signed before the session was closed.
    Early,
    /// The supervisor's signature is shown with another lock's digits.
    OtherDigits,
    /// The supervisor's certificate had expired.
    Expired,
}

struct Bid {
    head: Vec<u8>,
    content: Vec<u8>,
    digest: Sm3Digest,
    packages: Sm3Digest,
    row: ScheduleRow,
}

pub struct Session {
    pub trust: Trust,
    ed25519: ed25519_dalek::SigningKey,
    sm2: SecretKey,
    origin: Origin,
    keys: RoomKeys,
    rng: Seeded,
    tree: Tree,
    state: State,
    entries: Vec<(Vec<u8>, Vec<Opening>, bidroom_domain::opening::Event)>,
    notes: BTreeMap<u64, String>,
    other: Members,
    at: At,
    short_roster: bool,
}

fn session_id() -> String {
    "T-1".to_owned()
}

fn signed<T: Serialize + serde::de::DeserializeOwned>(value: T, lock: &Lock) -> Vec<u8> {
    SignedDocument::sign(value, &lock.signing, &lock.key).unwrap().der().to_vec()
}

impl Session {
    fn act(&mut self, by: &Actor, command: Command) {
        let events = decide(&self.state, by, command, self.at).unwrap();
        self.log(by, events);
    }

    /// Writes events whatever the rules say.
    fn log(&mut self, by: &Actor, mut events: Vec<bidroom_domain::opening::Event>) {
        for event in &mut events {
            if let bidroom_domain::opening::Event::RosterPublished(published) = event
                && self.short_roster
            {
                published.rows.truncate(2);
            }
            let rng = &mut self.rng;
            let salts = || {
                let mut salt = [0; 32];
                rng.fill_bytes(&mut salt);
                salt
            };
            let by = serde_json::to_value(by).unwrap();
            let fields = event.fields().unwrap();
            let made = draft(self.at.0, event.kind(), by, fields, &event.private_paths(), salts).unwrap();
            self.tree.append(&leaf_hashes(&made.bytes)).unwrap();
            self.state.apply(event, self.at);
            self.entries.push((made.bytes, made.openings, event.clone()));
        }
        let checkpoint = Checkpoint::new(self.origin.clone(), self.tree.size(), &self.tree.root(), self.at.0);
        let text = checkpoint.text().unwrap();
        let ed25519 = self.ed25519.sign(text.as_bytes()).to_bytes();
        let sm2 = self.sm2.sign(text.as_bytes()).unwrap();
        let note = self.keys.assemble(&checkpoint, &ed25519, &sm2).unwrap().note.to_text();
        self.notes.insert(self.tree.size(), note);
        self.at = self.at.plus_seconds(1);
    }

    fn statement(&mut self, statement: &Statement, lock: &Lock) -> Sm3Digest {
        let signed = SignedStatement::sign(statement, &lock.signing, &lock.key).unwrap();
        self.other.insert(contents::statement(&signed.digest()), signed.der().to_vec());
        signed.digest()
    }

    fn note_digest(&self) -> Sm3Digest {
        checkpoint_digest(self.notes.values().last().unwrap().as_bytes())
    }

    /// The archive's members for readers of a class.
    pub fn members(&self, readers: ReaderClass) -> Members {
        let mut members = self.other.clone();
        let lot = self.state.lot.as_ref().unwrap();
        for (index, (bytes, openings, event)) in (0..).zip(&self.entries) {
            if may_know(readers, event, &self.state) {
                let openings: Vec<_> =
                    openings.iter().filter(|it| may_read(readers, event, &it.path, lot)).collect();
                members.insert(contents::openings(index), to_canonical(&openings).unwrap());
                members.insert(contents::entry(index), bytes.clone());
            } else {
                members.insert(contents::hidden(index), to_canonical(&leaf_hashes(bytes)).unwrap());
                if let bidroom_domain::opening::Event::BidderSignedIn(signed_in) = event {
                    members.remove(&contents::statement(&signed_in.statement.unwrap()));
                }
            }
        }
        for (size, note) in &self.notes {
            members.insert(contents::note(*size), note.clone().into_bytes());
        }
        members
    }

    /// Plays the whole opening.
    pub fn play(twist: &Twist) -> Self {
        let (ca, agency_root, issuer) =
            (Authority::new(200, "云州CA"), Authority::new(201, "代理CA"), Authority::new(202, "开标室"));
        let agency = agency_root.lock(100, "正衡招标代理有限公司", None);
        let host = ca.lock(10, "沈若兰", None);
        let officers = [ca.lock(20, "赵明", None), ca.lock(30, "李静", None), ca.lock(40, "王晓", None)];
        let supervised_until = if twist.signing == Signing::Expired { NOW - 1000 } else { NOW + YEAR };
        let supervisor = ca.lock_until(14, "罗毅", None, supervised_until);
        let tenderer = ca.lock(16, "顾明远", None);
        let until = |n: usize| if twist.expired && n == 1 { NOW - 1000 } else { NOW + YEAR };
        let bidders: Vec<Lock> = (0..3)
            .map(|n| ca.lock_until(50 + 4 * n as u8, &format!("第{n}建设"), Some(CODES[n]), until(n)))
            .collect();
        let room = issuer.lock(150, "第一开标室", None);

        let ed25519 = ed25519_dalek::SigningKey::from_bytes(&[3; 32]);
        let sm2 = SecretKey::from_bytes(&[4; 32]).unwrap();
        let keys = RoomKeys {
            ed25519: Hex32(ed25519.verifying_key().to_bytes()),
            name: "room1".into(),
            sm2: *sm2.public_key(),
            standby: None,
        };
        let staff = [(&host, "沈若兰"), (&supervisor, "罗毅"), (&tenderer, "顾明远")];
        let lot = facts(&staff, &officers, twist);
        let der =
            |certificate: &bidroom_envelope::suite::pki::Certificate| Base64Bytes(certificate.der().to_vec());
        let package = TenderPackage {
            format: PackageFormat::V1,
            room: RoomIdentity {
                keys: keys.clone(),
                certificate: der(&room.signing),
                issuer: der(&issuer.certificate),
                standby_certificate: None,
            },
            authorities: vec![Accepted {
                name: "云州CA".into(), root: der(&ca.certificate), profile: None
            }],
            certificates: officers
                .iter()
                .chain(staff.map(|(lock, _)| lock))
                .flat_map(|lock| [der(&lock.signing), der(&lock.encryption)])
                .collect(),
            documents: Vec::new(),
            lots: vec![lot.clone()],
        };
        let package = signed(package, &agency);
        let trust = Trust {
            room: Some(keys.clone()),
            agency_roots: vec![agency_root.certificate.clone()],
            ca_roots: vec![ca.certificate.clone().into()],
            package: Some(Sm3Digest::of(&package)),
        };
        let mut session = Self {
            trust,
            ed25519,
            sm2,
            origin: "room1/T/1".parse().unwrap(),
            keys,
            rng: Seeded(1),
            tree: Tree::new(),
            state: State::default(),
            entries: Vec::new(),
            notes: BTreeMap::new(),
            other: Members::from([(contents::PACKAGE.to_owned(), package.clone())]),
            at: At(NOW),
            short_roster: twist.short_roster,
        };
        let host_actor = Actor::Host { certificate: host.signing.digest(), name: "沈若兰".into() };
        let created = SessionCreated {
            package: Sm3Digest::of(&package),
            origin: "room1/T/1".into(),
            lot: Box::new(lot),
        };
        session.act(&host_actor, Command::CreateSession(Box::new(created)));

        let publication = session.publish(&issuer, &room, &officers, package);
        let bids = session.receive(&bidders, &room, &publication);
        session.ceremony(twist.ceremony, &officers, &bidders, &room, &publication, &bids);
        session.open(&host_actor, &officers, &bidders, &bids, twist);
        session.announce(&host_actor, &host, &supervisor, &bidders, twist);
        session.sign(&host_actor, &host, &supervisor, twist);
        session
    }

    fn sign(&mut self, host: &Actor, host_lock: &Lock, supervisor: &Lock, twist: &Twist) {
        if twist.signing == Signing::Nobody {
            return;
        }
        let by = Actor::Supervisor { certificate: supervisor.signing.digest(), name: "罗毅".into() };
        let closing = self.note_digest();
        let early = checkpoint_digest(self.notes.values().nth_back(1).unwrap().as_bytes());
        let (_, table) = self.state.opened.unwrap();
        let mut sign = |by: &Actor, lock: &Lock, record: Sm3Digest, checkpoint: Sm3Digest, tail: String| {
            let said = Statement::SignRecord { session: session_id(), record, checkpoint };
            let statement = self.statement(&said, lock);
            self.act(by, Command::SignRecord { record: table, lock_tail: tail, statement });
        };
        sign(host, host_lock, table, closing, host_lock.signing.tail());
        let lock = if twist.signing == Signing::OtherLock { host_lock } else { supervisor };
        let record = if twist.signing == Signing::OtherTable { Sm3Digest::of(b"another") } else { table };
        let checkpoint = if twist.signing == Signing::Early { early } else { closing };
        let tail = if twist.signing == Signing::OtherDigits { "0000".into() } else { lock.signing.tail() };
        sign(&by, lock, record, checkpoint, tail);
        let reason = "因公务提前离场".to_owned();
        self.act(host, Command::RecordAbsence { role: StaffRole::Tenderer, reason });
    }

    fn publish(
        &mut self,
        issuer: &Authority,
        room: &Lock,
        officers: &[Lock],
        package: Vec<u8>,
    ) -> Publication {
        let certificates: Vec<_> = officers.iter().map(|lock| lock.encryption.clone()).collect();
        let scope = DealScope {
            tender: "T".parse().unwrap(),
            lot: 1.try_into().unwrap(),
            envelope: 1.try_into().unwrap(),
        };
        let key = SecretKey::from_bytes(&[OFFICERS_KEY; 32]).unwrap();
        let dealing = deal_again(&key, scope, 2, &certificates, &mut self.rng).unwrap();
        let certify = |number: u8| {
            let key = SecretKey::from_bytes(&[number; 32]).unwrap();
            issuer.issue(
                &key,
                number,
                &Name::new("第一开标室", None, &format!("密钥 {number}")),
                Profile::Encryption,
                NOW + YEAR,
            )
        };
        let (tender, opening, group) = (certify(160), certify(161), certify(OFFICERS_KEY));
        let der =
            |certificate: &bidroom_envelope::suite::pki::Certificate| Base64Bytes(certificate.der().to_vec());
        let publication = Publication {
            format: PublicationFormat::V1,
            package: Base64Bytes(package),
            lot: LotNumber::FIRST,
            envelope: 1,
            devices: vec![PublishedDevice {
                device: "main".into(),
                level_zh: "软件".into(),
                level_en: "software".into(),
                tender_certificate: der(&tender),
                opening_certificate: der(&opening),
            }],
            officers: PublishedOfficers { certificate: der(&group), deal: dealing.deal },
            draw: None,
        };
        let bytes = signed(publication.clone(), room);
        let published = KeysPublished {
            publication: Sm3Digest::of(&bytes),
            devices: vec![DeviceKeys {
                device: "main".into(),
                level_zh: "软件".into(),
                level_en: "software".into(),
                tender_certificate: tender.digest(),
                opening_certificate: opening.digest(),
            }],
            officers_certificate: group.digest(),
            draw: None,
        };
        self.other.insert(contents::PUBLICATION.to_owned(), bytes);
        self.act(&Actor::Room, Command::PublishKeys(published));
        publication
    }

    fn receive(&mut self, bidders: &[Lock], room: &Lock, publication: &Publication) -> Vec<Bid> {
        let mut bids = Vec::new();
        for (number, lock) in bidders.iter().enumerate() {
            let bid = seal(lock, CODES[number], 1000 + number as u64, publication, &mut self.rng);
            let command = Command::ReceiveBid {
                bid: bid.digest,
                packages: bid.packages,
                sequence: 1,
                replaces: None,
                length: (bid.head.len() + bid.content.len()) as u64,
            };
            let at = self.at;
            self.act(&bidder(number), command);
            let leaf = leaf_hashes(&self.entries.last().unwrap().0);
            let receipt = Receipt {
                at: at.0,
                bid_digest: bid.digest,
                format: RECEIPT_FORMAT.to_owned(),
                leaf,
                origin: self.origin.clone(),
                packages_digest: bid.packages,
                room_certificate: room.signing.digest(),
                session: session_id(),
            };
            self.other.insert(contents::receipt(&bid.digest), signed(receipt, room));
            self.other.insert(contents::head(&bid.digest), bid.head.clone());
            if number == 0 {
                let whole = [bid.head.clone(), bid.content.clone()].concat();
                self.other.insert(contents::body(&bid.digest), whole);
            }
            bids.push(bid);
        }
        // Somebody who signs in and does not bid stays unknown to the public.
        self.at = At(DEADLINE - 60_000);
        let guest = Authority::new(200, "云州CA").lock(90, "看客公司", Some("91370000MA3U7K2X9Q"));
        let statement = self.statement(&Statement::SignIn { session: session_id() }, &guest);
        let by = Actor::Bidder { code: "91370000MA3U7K2X9Q".parse().unwrap(), name: "看客公司".into() };
        self.act(&by, Command::SignIn { statement });
        bids
    }

    fn open(&mut self, host: &Actor, officers: &[Lock], bidders: &[Lock], bids: &[Bid], twist: &Twist) {
        self.at = At(DEADLINE);
        self.act(&Actor::Room, Command::Tick);
        let deadline_note = self.note_digest();
        let opening: Vec<_> = self.state.devices.iter().map(|device| device.opening_certificate).collect();
        let rows: Vec<RosterRow> = self.state.roster.iter().map(|row| row.row.clone()).collect();
        for index in 1..=2_u8 {
            let statement = self.statement(
                &Statement::Authorise {
                    session: session_id(),
                    envelope: 1,
                    attempt: 1,
                    share_index: index.into(),
                    package_digest: Sm3Digest::of(b"package"),
                    opening_certificates: opening.clone(),
                    roster_digest: Sm3Digest::of(&to_canonical(&rows).unwrap()),
                    deadline_checkpoint: deadline_note,
                },
                &officers[usize::from(index) - 1],
            );
            let name = ["赵明", "李静"][usize::from(index) - 1].to_owned();
            let command = Command::AuthoriseShare { index, lock_tail: "0020".into(), statement };
            self.act(&Actor::Officer { index, name }, command);
        }
        let runs = if twist.foreign_host {
            Actor::Host { certificate: Sm3Digest::of(b"x"), name: "别人".into() }
        } else {
            host.clone()
        };
        self.act(&runs, Command::StartUnlock);
        let checkpoint = self.note_digest();
        let missing = |number: usize| twist.fate.is_some() && number == 2;
        let handing_in = bids.iter().enumerate().take(self.state.roster.len());
        for (number, bid) in handing_in.filter(|(number, _)| !missing(*number)) {
            let packages = packages_digest([b"one".as_slice()]);
            let said = if twist.other_consent && number == 1 { bids[0].digest } else { bid.digest };
            let statement = self.statement(
                &Statement::Consent(GivenShare {
                    session: session_id(),
                    envelope: 1,
                    attempt: 1,
                    bid_digest: said,
                    share_package_digest: packages,
                    opening_certificates: opening.clone(),
                    checkpoint,
                }),
                &bidders[number],
            );
            let lock = LockTag { kind: LockKind::Main, authority: "云州CA".into(), tail: "0033".into() };
            let bid = bid.digest;
            let command = Command::CollectShare { lock, attempt: 1, bid, statement, packages, remedy: None };
            self.act(&bidder(number), command);
        }
        if twist.fate.is_some() {
            let trouble = Trouble::Device { code: "0x0A000001".into() };
            let by = bidder(2);
            self.act(&by, Command::ReportTrouble { bidder: CODES[2].parse().unwrap(), trouble });
            self.at = self.at.plus_seconds(1800);
        }
        self.act(&runs, Command::CloseUnlock);
        self.record(bids, twist);
    }

    fn record(&mut self, bids: &[Bid], twist: &Twist) {
        let outcomes: Vec<BidOutcome> = self
            .state
            .roster
            .iter()
            .map(|row| BidOutcome {
                number: row.row.number,
                bidder: row.row.bidder.code.clone(),
                outcome: if row.collected.is_some() { Outcome::Opened } else { Outcome::NotUnlocked },
            })
            .collect();
        let opened = self.state.collected_count();
        let mut rows: BTreeMap<u32, ScheduleRow> =
            (1..).zip(bids).take(opened).map(|(number, bid)| (number, bid.row.clone())).collect();
        if twist.other_price {
            let row = rows.get_mut(&2).unwrap();
            row.schedule = row.schedule.replace("1001", "999");
        }
        #[derive(Serialize)]
        struct Table<'a> {
            outcomes: &'a [BidOutcome],
            rows: &'a BTreeMap<u32, ScheduleRow>,
        }
        let table = to_canonical(&Table { outcomes: &outcomes, rows: &rows }).unwrap();
        let table = labelled_sm3("bidroom/table/v1", &[&table]);
        self.act(&Actor::Room, Command::RecordOpening { outcomes, table, rows });
        let codes: Vec<_> =
            self.state.roster.iter().take(opened).map(|row| row.row.bidder.code.clone()).collect();
        for code in codes {
            let verified = BodyVerified { bidder: code, documents: 1 };
            self.act(&Actor::Room, Command::RecordBody(Ok(verified)));
        }
    }

    fn announce(
        &mut self,
        host: &Actor,
        host_lock: &Lock,
        supervisor: &Lock,
        bidders: &[Lock],
        twist: &Twist,
    ) {
        let foreign = Actor::Host { certificate: Sm3Digest::of(b"x"), name: "别人".into() };
        let host = if twist.foreign_host { &foreign } else { host };
        let rows = self.state.collected_count();
        if let Some(agreement) = twist.fate {
            self.settle(host, host_lock, supervisor, agreement);
        }
        for number in 1..=rows as u32 {
            self.act(host, Command::AnnounceBid { number });
        }
        self.act(host, Command::FinishAnnouncing);
        let (_, record) = self.state.opened.unwrap();
        let session = session_id();
        let confirm = self.statement(&Statement::Confirm { session, record }, &bidders[0]);
        self.act(&bidder(0), Command::ConfirmRecord { record, statement: confirm });
        let text = "唱标价与标书不一致".to_owned();
        let object = Statement::Object { session: session_id(), record, text: text.clone() };
        let statement = self.statement(&object, &bidders[1]);
        self.act(&bidder(1), Command::RaiseObjection { record, text, statement });
        self.act(host, Command::AnswerObjection { objection: 1, text: "已当场核对".into() });
        self.at = self.at.plus_seconds(7200);
        self.act(host, Command::CloseSession);
    }
}

impl Session {
    fn decided(&mut self, host: &Actor, fate: Fate, reason: &str) -> BidAttributed {
        let bidder: CreditCode = CODES[2].parse().unwrap();
        self.act(host, Command::AttributeBid { bidder: bidder.clone(), fate, reason: reason.into() });
        self.state.row(&bidder).unwrap().decided.clone().unwrap()
    }

    fn settle(&mut self, host: &Actor, host_lock: &Lock, supervisor: &Lock, agreement: Agreement) {
        let by = Actor::Supervisor { certificate: supervisor.signing.digest(), name: "罗毅".into() };
        let first = self.decided(host, Fate::Withdrawn, "设备故障");
        let text = "设备是投标人自己的".to_owned();
        let (bidder, decision) = (first.bidder.clone(), first.digest().unwrap());
        let of = |decided: &BidAttributed| {
            (session_id(), bidder.to_string(), decided.fate.word().to_owned(), decided.digest().unwrap())
        };
        let (session, code, fate, digest) = of(&first);
        let said = if agreement == Agreement::Turned {
            Statement::AgreeFate { session, bidder: code, fate, decision: digest }
        } else {
            Statement::ContestFate { session, bidder: code, fate, decision: digest, text: text.clone() }
        };
        let statement = self.statement(&said, supervisor);
        let lock_tail = supervisor.signing.tail();
        let contest = Command::ContestFate {
            bidder: bidder.clone(),
            decision,
            reason: text,
            lock_tail: lock_tail.clone(),
            statement,
        };
        self.act(&by, contest);
        let second = self.decided(host, Fate::Revoked, "投标人设备故障，期间中心侧正常");
        let (session, code, fate, digest) = of(&second);
        let fate = if agreement == Agreement::OtherFate { "withdrawn".to_owned() } else { fate };
        let named = if agreement == Agreement::OtherDecision { decision } else { digest };
        let lock = if agreement == Agreement::OtherLock { host_lock } else { supervisor };
        let said = Statement::AgreeFate { session, bidder: code, fate, decision: named };
        let statement = self.statement(&said, lock);
        let lock_tail = if agreement == Agreement::OtherDigits { "0000".into() } else { lock.signing.tail() };
        self.act(&by, Command::AgreeFate { bidder, decision: digest, lock_tail, statement });
    }
}

fn bidder(number: usize) -> Actor {
    Actor::Bidder { code: CODES[number].parse().unwrap(), name: format!("第{number}建设") }
}

fn facts(staff: &[(&Lock, &str)], officers: &[Lock], twist: &Twist) -> LotFacts {
    let mut policy = Policy::tender_default();
    policy.standby_required.value = false;
    if twist.secret_schedules {
        policy.schedule_readers.value = ScheduleReaders::Staff;
    }
    if twist.short_roster {
        policy.minimum_bidders.value = 3;
    }
    let officer = |(index, (lock, name)): (u8, (&Lock, &str))| Officer {
        index,
        name: name.to_owned(),
        role: StaffRole::Supervisor,
        certificate: lock.signing.digest(),
        encryption_certificate: lock.encryption.digest(),
    };
    LotFacts {
        tender: "T".parse().unwrap(),
        title: "教学楼".into(),
        lot: LotNumber::FIRST,
        lot_title: "施工".into(),
        kind: ProcurementKind::OpenTender,
        method: "综合评估法".into(),
        centre: "中心".into(),
        room: "第一开标室".into(),
        tenderer: "学校".into(),
        agency: "正衡".into(),
        deadline: At(DEADLINE),
        ceiling: None,
        columns: vec![Column {
            key: "price".into(),
            zh: "总价".into(),
            en: "Price".into(),
            kind: ColumnKind::Money,
        }],
        officers: (1..).zip(officers.iter().zip(["赵明", "李静", "王晓"])).map(officer).collect(),
        staff: staff
            .iter()
            .zip([StaffRole::Host, StaffRole::Supervisor, StaffRole::Tenderer])
            .map(|((lock, name), role)| Staff {
                name: (*name).to_owned(),
                role,
                certificate: lock.signing.digest(),
            })
            .collect(),
        policy,
        drill: true,
        evaluation: None,
    }
}

fn seal(lock: &Lock, code: &str, price: u64, publication: &Publication, rng: &mut Seeded) -> Bid {
    let document = vec![7_u8; 3000];
    let (length, digest) = measure(&mut document.as_slice()).unwrap();
    let field = ScheduleField { key: "price".into(), value: ScheduleValue::Fen(price) };
    let schedule = Schedule::new(vec![field]).unwrap();
    let plan = BidPlan {
        tender: "T".parse().unwrap(),
        lot: 1.try_into().unwrap(),
        bidder: code.parse().unwrap(),
        sequence: 1,
        replaces: None,
        chunk_size: ChunkSize::SMALLEST,
        envelopes: vec![EnvelopePlan {
            schedule: schedule.clone(),
            documents: vec![DocumentPlan {
                name: "标书.pdf".parse().unwrap(),
                media_type: "application/pdf".parse().unwrap(),
                length,
                digest,
            }],
            recipients: Recipients {
                lock: vec![lock.encryption.clone()],
                room: publication.tender_certificates().unwrap(),
                officers: vec![publication.officers_certificate().unwrap()],
                remedy: None,
            },
        }],
    };
    let draft = Draft::new(plan, rng).unwrap();
    let salt = draft.manifests().next().unwrap().schedule.salt;
    let mut sealer = draft.sign_packages(&lock.signing, &lock.key).unwrap();
    let mut content = Vec::new();
    sealer.seal_content(|_, _| Ok(document.as_slice()), &mut content).unwrap();
    let sealed = sealer.finish(&lock.key).unwrap();
    let header = bidroom_envelope::bid::header::Header::parse(&sealed.bytes).unwrap();
    Bid {
        digest: sealed.digest.0,
        packages: header.packages_digest().0,
        row: ScheduleRow {
            schedule: String::from_utf8(to_canonical(&schedule).unwrap()).unwrap(),
            salt,
            commitment: header.envelopes()[0].core.schedule.0,
        },
        head: sealed.bytes,
        content,
    }
}
