//! A room with one tender, its people and its bidders.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use bidroom::app::App;
use bidroom::clock::ManualClock;
use bidroom::config::Config;
use bidroom::http::{Server, serve};
use bidroom_canon::Base64Bytes;
use bidroom_domain::{
    At, Column, ColumnKind, LotFacts, LotNumber, Officer, Policy, ProcurementKind, SessionId, Staff,
    StaffRole,
};
use bidroom_envelope::bid::schedule::{Schedule, ScheduleField, ScheduleValue};
use bidroom_envelope::bid::seal::{BidPlan, DocumentPlan, Draft, EnvelopePlan, Recipients, measure};
use bidroom_envelope::content::stream::ChunkSize;
use bidroom_envelope::suite::pki::{Certificate, Name, Profile, Request, issue, self_sign};
use bidroom_envelope::suite::sm2::SecretKey;
use bidroom_lock::{SignedStatement, Statement};
use bidroom_tender::{Authority, PackageFormat, Publication, RoomIdentity, SignedDocument, TenderPackage};
use bidroom_wire::{Challenge, LoggedIn};
use serde_json::json;
use tempfile::TempDir;

use crate::client::Client;

/// When the tests began: a child process has the machine's clock, and certificates must suit both.
pub fn now() -> At {
    static NOW: OnceLock<At> = OnceLock::new();
    *NOW.get_or_init(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        At(i64::try_from(since.as_secs()).unwrap() * 1000)
    })
}

pub const SESSION: &str = "YZZC-2026-G0117-1";
const YEAR: i64 = 365 * 86_400_000;

pub fn deadline() -> At {
    now().plus_seconds(3600)
}

/// A pair of keys with certificates.
#[derive(Clone)]
pub struct Lock {
    pub signing_key: SecretKey,
    pub signing: Certificate,
    pub encryption: Certificate,
}

pub fn key(number: u8) -> SecretKey {
    SecretKey::from_bytes(&[number; 32]).unwrap()
}

fn request<'a>(
    name: &'a Name,
    key: &'a SecretKey,
    serial: &'a [u8],
    profile: Profile,
    until: i64,
) -> Request<'a> {
    Request {
        subject: name,
        public_key: key.public_key(),
        serial,
        not_before: now().0 - YEAR,
        not_after: until,
        profile,
    }
}

pub fn root(number: u8, name: &str) -> Certificate {
    let key = key(number);
    let name = Name::new(name, None, name);
    self_sign(&key, &request(&name, &key, &[1], Profile::Authority { path_length: 1 }, now().0 + 20 * YEAR))
        .unwrap()
}

pub fn lock(
    root: &Certificate,
    root_key: u8,
    number: u8,
    firm: &str,
    code: Option<&str>,
    until: i64,
) -> Lock {
    lock_of(root, root_key, number, &Name::new(firm, code, &format!("{firm} {number}")), until)
}

/// A lock whose certificates have this subject.
pub fn lock_of(root: &Certificate, root_key: u8, number: u8, name: &Name, until: i64) -> Lock {
    let (signing_key, encryption_key) = (key(number), key(number + 1));
    let make = |key: &SecretKey, serial: u8, profile| {
        issue(root, &self::key(root_key), &request(name, key, &[serial], profile, until)).unwrap()
    };
    Lock {
        signing: make(&signing_key, number, Profile::Signing),
        encryption: make(&encryption_key, number + 1, Profile::Encryption),
        signing_key,
    }
}

pub const CODES: [&str; 3] = ["91370000MA3U7K2X1Q", "91370000MA3U7K2X2Q", "91370000MA3U7K2X3Q"];

/// Everybody.
pub struct People {
    pub authority: Certificate,
    pub agency_root: Certificate,
    pub agency: Lock,
    pub host: Lock,
    pub supervisor: Lock,
    pub tenderer: Lock,
    pub bidders: Vec<Lock>,
    pub expired: Lock,
    /// A lock of the first bidder that has expired.
    pub outdated: Lock,
    pub foreign: Lock,
    /// Authorities that the package accepts besides.
    pub more: Vec<Authority>,
}

impl People {
    pub fn new() -> Self {
        let (authority, agency_root) = (root(200, "云州CA"), root(201, "代理机构CA"));
        let until = now().0 + YEAR;
        let person = |number, name| lock(&authority, 200, number, name, None, until);
        Self {
            agency: lock(&agency_root, 201, 100, "正衡招标代理有限公司", None, until),
            host: person(10, "沈若兰"),
            supervisor: person(20, "赵明"),
            tenderer: person(30, "李静"),
            bidders: (0..3_u8)
                .map(|n| {
                    lock(
                        &authority,
                        200,
                        40 + 10 * n,
                        &format!("第{n}建设有限公司"),
                        Some(CODES[usize::from(n)]),
                        until,
                    )
                })
                .collect(),
            expired: lock(
                &authority,
                200,
                80,
                "过期建设有限公司",
                Some("91370000MA3U7K2X4Q"),
                now().0 - 1000,
            ),
            outdated: lock(&authority, 200, 82, "第0建设有限公司", Some(CODES[0]), now().0 - 1000),
            foreign: lock(&root(202, "他州CA"), 202, 90, "外地建设有限公司", Some(CODES[0]), until),
            authority,
            agency_root,
            more: Vec::new(),
        }
    }

    pub fn package(&self, room: &RoomIdentity) -> Vec<u8> {
        let value = TenderPackage {
            format: PackageFormat::V1,
            room: room.clone(),
            authorities: std::iter::once(Authority {
                name: "云州CA".into(),
                root: Base64Bytes(self.authority.der().to_vec()),
                profile: None,
            })
            .chain(self.more.iter().cloned())
            .collect(),
            certificates: [&self.host, &self.supervisor, &self.tenderer]
                .iter()
                .flat_map(|lock| [&lock.signing, &lock.encryption])
                .map(|certificate| Base64Bytes(certificate.der().to_vec()))
                .collect(),
            documents: Vec::new(),
            lots: vec![self.lot()],
        };
        SignedDocument::sign(value, &self.agency.signing, &self.agency.signing_key).unwrap().der().to_vec()
    }

    pub fn lot(&self) -> LotFacts {
        let staff = [
            (&self.host, "沈若兰", StaffRole::Host),
            (&self.supervisor, "赵明", StaffRole::Supervisor),
            (&self.tenderer, "李静", StaffRole::Tenderer),
        ];
        LotFacts {
            tender: "YZZC-2026-G0117".parse().unwrap(),
            title: "云州第一实验学校教学楼".into(),
            lot: LotNumber::FIRST,
            lot_title: "施工".into(),
            kind: ProcurementKind::OpenTender,
            method: "综合评估法".into(),
            centre: "云州市公共资源交易中心".into(),
            room: "第一开标室".into(),
            tenderer: "云州第一实验学校".into(),
            agency: "正衡招标代理有限公司".into(),
            deadline: deadline(),
            ceiling: None,
            columns: vec![Column {
                key: "price".into(),
                zh: "投标总价（元）".into(),
                en: "Price (CNY)".into(),
                kind: ColumnKind::Money,
            }],
            officers: (1..)
                .zip(&staff)
                .map(|(index, (lock, name, role))| Officer {
                    index,
                    name: (*name).into(),
                    role: *role,
                    certificate: lock.signing.digest(),
                    encryption_certificate: lock.encryption.digest(),
                })
                .collect(),
            staff: staff
                .iter()
                .map(|(lock, name, role)| Staff {
                    name: (*name).into(),
                    role: *role,
                    certificate: lock.signing.digest(),
                })
                .collect(),
            policy: Policy::tender_default(),
            drill: true,
            evaluation: None,
        }
    }
}

/// A server in this process.
pub struct World {
    pub people: People,
    pub folder: TempDir,
    pub clock: Arc<ManualClock>,
    pub app: Arc<App>,
    pub server: Server,
    pub client: Client,
}

/// Writes the folder a server starts from.
pub fn furnish(folder: &Path, people: &People, more: &str) {
    std::fs::create_dir(folder.join("agencies")).unwrap();
    std::fs::write(folder.join("agencies/root.pem"), people.agency_root.to_pem()).unwrap();
    std::fs::write(folder.join("host.pem"), people.host.signing.to_pem()).unwrap();
    std::fs::write(folder.join("secret"), [7; 32]).unwrap();
    std::fs::write(folder.join("bidroom.toml"), config(more)).unwrap();
}

impl World {
    /// A room without a tender, with more lines in the configuration.
    pub async fn empty(more: &str) -> Self {
        Self::of(People::new(), more).await
    }

    /// A room without a tender, for these people.
    pub async fn of(people: People, more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        furnish(folder.path(), &people, more);
        let config = Config::load(&folder.path().join("bidroom.toml")).unwrap();
        let clock = Arc::new(ManualClock::new(now()));
        let app = bidroom::start::open(config, clock.clone()).await.unwrap();
        let server = serve(app.clone(), false).unwrap();
        let client = Client { address: server.http.unwrap(), token: None };
        Self { people, folder, clock, app, server, client }
    }

    /// A room that receives bids for one lot.
    pub async fn receiving() -> Self {
        Self::receiving_with("").await
    }

    pub async fn receiving_with(more: &str) -> Self {
        let world = Self::empty(more).await;
        import(&world.client, &world.people, world.folder.path()).await;
        world
    }

    pub async fn log_in(&self, lock: &Lock) -> Client {
        log_in(&self.client, lock).await
    }

    pub async fn bidder(&self, number: usize) -> Client {
        self.log_in(&self.people.bidders[number]).await
    }

    pub fn session(&self) -> SessionId {
        SESSION.parse().unwrap()
    }

    pub async fn seal(&self, bidder: usize, length: usize) -> Sealed {
        self.seal_as(bidder, length, 1, None).await
    }

    pub async fn seal_as(
        &self,
        bidder: usize,
        length: usize,
        sequence: u32,
        replaces: Option<&Sealed>,
    ) -> Sealed {
        let publication = publication(&self.client).await;
        seal(&self.people.bidders[bidder], CODES[bidder], length, sequence, replaces, &publication)
    }

    pub fn statement(&self, bidder: usize, statement: &Statement) -> serde_json::Value {
        let lock = &self.people.bidders[bidder];
        let signed = SignedStatement::sign(statement, &lock.signing, &lock.signing_key).unwrap();
        json!({ "statement": Base64Bytes(signed.der().to_vec()) })
    }

    /// Names of the files of unfinished uploads and of received bids.
    pub fn files(&self) -> (usize, usize) {
        let count =
            |name: &str| std::fs::read_dir(self.folder.path().join("data").join(name)).unwrap().count();
        (count("uploads"), count("bids"))
    }
}

/// A server in a process of its own, which can be killed.
pub struct Process {
    child: Child,
    pub client: Client,
}

impl Process {
    pub fn start(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_bidroom"))
            .args(["serve", "--config"])
            .arg(folder.join("bidroom.toml"))
            .env("NO_COLOR", "1")
            .env_remove("BIDROOM_LOG")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut seen = String::new();
        let address = log.by_ref().map(Result::unwrap).find_map(|line| {
            seen.push_str(&line);
            seen.push('\n');
            let (_, rest) = line.split_once("http=Some(")?;
            rest.split_once(')')?.0.parse().ok()
        });
        let address = address.unwrap_or_else(|| panic!("the server did not start:\n{seen}"));
        // Its messages are read to the end, so that it never waits for us.
        std::thread::spawn(move || log.for_each(drop));
        Self { child, client: Client { address, token: None } }
    }

    /// SIGKILL: nothing is told to the process.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub async fn import(client: &Client, people: &People, folder: &Path) {
    let identity = std::fs::read(folder.join("data/identity.json")).unwrap();
    let identity: RoomIdentity = bidroom_canon::from_canonical(&identity).unwrap();
    let host = log_in(client, &people.host).await;
    let imported: serde_json::Value = host.post("/api/v1/tenders", &people.package(&identity)).await.ok();
    assert_eq!(imported["sessions"][0]["phase"], "receive", "{imported}");
}

pub async fn challenge(client: &Client) -> Challenge {
    client.post("/api/v1/login/challenge", b"").await.ok()
}

pub async fn log_in(client: &Client, lock: &Lock) -> Client {
    let body = login_body(&challenge(client).await, lock);
    let logged_in: LoggedIn = client.post_json("/api/v1/login", &body).await.ok();
    Client { token: Some(logged_in.token), ..client.clone() }
}

pub async fn publication(client: &Client) -> Publication {
    let answer = client.get(&format!("/api/v1/sessions/{SESSION}/publication")).await;
    assert_eq!(answer.status, 200);
    SignedDocument::<Publication>::parse(&answer.body).unwrap().value().clone()
}

pub fn login_body(challenge: &Challenge, lock: &Lock) -> serde_json::Value {
    let statement =
        Statement::Login { room: challenge.room.clone(), challenge: challenge.challenge, at: challenge.at.0 };
    let signed = SignedStatement::sign(&statement, &lock.signing, &lock.signing_key).unwrap();
    json!({ "statement": Base64Bytes(signed.der().to_vec()) })
}

pub fn config(more: &str) -> String {
    let reserve =
        if more.contains("disk_reserve_bytes") { "" } else { "limits.disk_reserve_bytes = 1048576" };
    format!(
        r#"
data_dir = "data"
listen = "127.0.0.1:0"
plain_http = "127.0.0.1:0"
centre = "云州市公共资源交易中心"
room = "第一开标室"
origin = "room1.example.cn"
hosts = ["host.pem"]
agency_roots = "agencies"
drill = true
{reserve}
{more}
[custody.main]
backend = "soft"
directory = "main"
credential_file = "secret"
[custody.standby]
backend = "soft"
directory = "standby"
credential_file = "secret"
"#
    )
}

/// A sealed bid: head and content.
pub struct Sealed {
    pub head: Vec<u8>,
    pub content: Vec<u8>,
    pub digest: bidroom_envelope::bid::submission::BidDigest,
}

pub fn seal(
    lock: &Lock,
    code: &str,
    length: usize,
    sequence: u32,
    replaces: Option<&Sealed>,
    publication: &Publication,
) -> Sealed {
    seal_for(("YZZC-2026-G0117", 1), lock, code, length, sequence, replaces, publication)
}

/// The same for any tender and lot.
pub fn seal_for(
    (tender, lot): (&str, u32),
    lock: &Lock,
    code: &str,
    length: usize,
    sequence: u32,
    replaces: Option<&Sealed>,
    publication: &Publication,
) -> Sealed {
    let room = publication.tender_certificates().unwrap();
    let officers = publication.officers_certificate().unwrap();
    let document: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
    let (measured, digest) = measure(&mut document.as_slice()).unwrap();
    let price = ScheduleField { key: "price".into(), value: ScheduleValue::Fen(1_098_652_360) };
    let plan = BidPlan {
        tender: tender.parse().unwrap(),
        lot: lot.try_into().unwrap(),
        bidder: code.parse().unwrap(),
        sequence,
        replaces: replaces.map(|sealed| sealed.digest),
        chunk_size: ChunkSize::STANDARD,
        envelopes: vec![EnvelopePlan {
            schedule: Schedule::new(vec![price]).unwrap(),
            documents: vec![DocumentPlan {
                name: "投标文件.pdf".parse().unwrap(),
                media_type: "application/pdf".parse().unwrap(),
                length: measured,
                digest,
            }],
            recipients: Recipients {
                lock: vec![lock.encryption.clone()],
                room,
                officers: vec![officers],
                remedy: None,
            },
        }],
    };
    let draft = Draft::new(plan, &mut bidroom::random::SystemRandom).unwrap();
    let mut sealer = draft.sign_packages(&lock.signing, &lock.signing_key).unwrap();
    let mut content = Vec::new();
    sealer.seal_content(|_, _| Ok(document.as_slice()), &mut content).unwrap();
    let sealed = sealer.finish(&lock.signing_key).unwrap();
    Sealed { head: sealed.bytes, content, digest: sealed.digest }
}
