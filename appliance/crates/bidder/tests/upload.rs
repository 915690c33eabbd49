//! Sending over a connection that breaks: a small server that stores what comes and fails when it is told to.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests: a failure is reported by stopping"
)]

#[path = "../../unlocking/tests/world/mod.rs"]
mod world;

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bidroom_bidder::bidfile::BidFile;
use bidroom_bidder::client::{Client, ClientError, ClientOptions, RetryPolicy, UploadError};
use bidroom_bidder::progress::{Progress, Silent};
use bidroom_bidder::schedule::parse_schedule;
use bidroom_bidder::seal::{SealRequest, Signer, seal};
use bidroom_canon::{Base64Bytes, to_canonical};
use bidroom_domain::At;
use bidroom_envelope::suite::cms::SignedData;
use bidroom_ledger::receipt::{RECEIPT_FORMAT, Receipt};
use bidroom_ledger::tree::leaf_hashes;
use bidroom_lock::Lock as _;
use bidroom_wire::promise::{RoomStatement, SubmissionAcknowledgement};
use bidroom_wire::text::Sentence;
use bidroom_wire::{ApiError, ErrorKind, ReceiptBody, UploadOpened, UploadState};
use tempfile::TempDir;
use world::*;

/// More than two pieces of a transfer.
const LENGTH: u64 = 17 << 20;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Trouble {
    /// Takes so many bytes of content and drops the connection.
    BreakAfter(usize),
    /// Answers with a code.
    Say(u16, ErrorKind, &'static str),
    /// A proxy's page.
    BadGateway,
}

struct Fixture {
    world: World,
    bid: Arc<BidFile>,
    _folder: TempDir,
}

impl Fixture {
    fn new() -> Self {
        let (world, folder) = (World::new(), tempfile::tempdir().unwrap());
        let document = folder.path().join("标书.pdf");
        std::fs::File::create(&document).unwrap().set_len(LENGTH).unwrap();
        let (lock, out) = (main_lock(), folder.path().join("a.bid"));
        let json = r#"{"price":"1","days":"60","quality":"合格"}"#;
        let request = SealRequest {
            room: &world.room,
            schedule: &parse_schedule(json.as_bytes(), &columns()).unwrap(),
            documents: &[document],
            locks: &[lock.identity().encryption_certificate().clone()],
            signer: Signer { certificate: lock.identity().signing_certificate(), key: &lock },
            replaces: None,
            out: &out,
            keep: None,
            remedy: false,
            now: NOW,
        };
        seal(&request, &mut Counting(5), &Silent).unwrap();
        Self { bid: Arc::new(BidFile::open(&out).unwrap()), world, _folder: folder }
    }

    fn signed(&self, content: &[u8], honest: bool) -> Base64Bytes {
        let lock = main_lock();
        let der = if honest {
            SignedData::sign(content, &room_certificate(), &room_key())
        } else {
            SignedData::sign(content, lock.identity().signing_certificate(), &lock)
        };
        Base64Bytes(der.unwrap())
    }

    fn receipt(&self, honest: bool) -> ReceiptBody {
        let bid = self.bid.header().bid_digest().0;
        let receipt = Receipt {
            at: NOW.0,
            bid_digest: bid,
            format: RECEIPT_FORMAT.into(),
            leaf: leaf_hashes(b"entry"),
            origin: self.world.room.origin().clone(),
            packages_digest: self.bid.header().packages_digest().0,
            room_certificate: room_certificate().digest(),
            session: self.world.room.session().to_string(),
        };
        let signed = self.signed(&receipt.to_bytes().unwrap(), honest);
        ReceiptBody { receipt: signed, code: receipt.code().unwrap(), at: At(receipt.at), bid }
    }

    fn acknowledgement(&self) -> Base64Bytes {
        let said = RoomStatement::Submission(SubmissionAcknowledgement {
            at: NOW,
            bid: self.bid.header().bid_digest().0,
            bidder: BIDDER.into(),
            packages: self.bid.header().packages_digest().0,
            sequence: 1,
            session: self.world.room.session(),
        });
        self.signed(&to_canonical(&said).unwrap(), true)
    }
}

struct Room {
    fixture: Fixture,
    honest: bool,
    troubles: Mutex<VecDeque<Trouble>>,
    stored: Mutex<Vec<u8>>,
    complete: Mutex<bool>,
}

impl Room {
    fn state(&self) -> UploadState {
        UploadState {
            upload: "a1b2".into(),
            bid: self.fixture.bid.header().bid_digest().0,
            offset: self.stored.lock().unwrap().len().try_into().unwrap(),
            length: self.fixture.bid.content_length(),
        }
    }

    fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let (mut first, mut length, mut offset) = (String::new(), 0, None);
        reader.read_line(&mut first)?;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            let Some((name, value)) = line.trim().split_once(": ") else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().unwrap(),
                "upload-offset" => offset = Some(value.parse::<usize>().unwrap()),
                _ => {}
            }
        }
        let mut parts = first.split(' ');
        let (method, path) = (parts.next().unwrap(), parts.next().unwrap());
        let trouble = if method == "PATCH" { self.troubles.lock().unwrap().pop_front() } else { None };
        if let Some(Trouble::BreakAfter(bytes)) = trouble {
            let mut part = vec![0; bytes.min(length)];
            reader.read_exact(&mut part)?;
            self.stored.lock().unwrap().extend(part);
            return Ok(());
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let (status, answer) = match (trouble, method, path) {
            (Some(Trouble::BadGateway), ..) => (502, b"<html>".to_vec()),
            (Some(Trouble::Say(status, kind, code)), ..) => (status, error(kind, code)),
            (_, "POST", "/api/v1/sessions/YZ2026-0117-1/uploads") => {
                assert_eq!(body, self.fixture.bid.head());
                let receipt = self.complete.lock().unwrap().then(|| self.fixture.receipt(self.honest));
                let acknowledgement = self.fixture.acknowledgement();
                (200, json(&UploadOpened { state: self.state(), acknowledgement, receipt }))
            }
            (_, "GET", "/api/v1/uploads/a1b2") => (200, json(&self.state())),
            (_, "PATCH", "/api/v1/uploads/a1b2") => {
                let mut stored = self.stored.lock().unwrap();
                if offset == Some(stored.len()) {
                    stored.extend(body);
                    drop(stored);
                    (200, json(&self.state()))
                } else {
                    (409, error(ErrorKind::Request, "wrong_offset"))
                }
            }
            (_, "POST", "/api/v1/uploads/a1b2/complete") => {
                *self.complete.lock().unwrap() = true;
                (200, json(&self.fixture.receipt(self.honest)))
            }
            other => panic!("{other:?}"),
        };
        let head =
            format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", answer.len());
        let mut stream = stream;
        stream.write_all(head.as_bytes())?;
        stream.write_all(&answer)
    }
}

fn json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

fn error(kind: ErrorKind, code: &str) -> Vec<u8> {
    json(&ApiError { kind, code: code.into(), sentence: Sentence::new("甲", "乙", "a", "b"), detail: None })
}

/// Sends the bid with these troubles on the way; answers what the client says, what the room stored, and the room.
fn send(honest: bool, troubles: &[Trouble]) -> (Result<ReceiptBody, ClientError>, Arc<Room>) {
    let room = Arc::new(Room {
        fixture: Fixture::new(),
        honest,
        troubles: Mutex::new(troubles.iter().copied().collect()),
        stored: Mutex::default(),
        complete: Mutex::default(),
    });
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    let serving = room.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            // A client that went away is its own business.
            drop(serving.serve(stream.unwrap()));
        }
    });
    let client = Client::new(&ClientOptions { server, trust: vec![] }).unwrap();
    let retry =
        RetryPolicy { attempts: 5, first: Duration::from_millis(1), longest: Duration::from_millis(4) };
    let silent: Arc<dyn Progress> = Arc::new(Silent);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let upload =
        || runtime.block_on(client.upload(&room.fixture.world.room, &room.fixture.bid, retry, &silent));
    let first = upload();
    if let Ok(receipt) = &first {
        // Sending again gives the same receipt and sends nothing.
        let stored = room.stored.lock().unwrap().len();
        assert_eq!(upload().unwrap(), *receipt);
        assert_eq!(room.stored.lock().unwrap().len(), stored);
    }
    (first, room)
}

fn content(room: &Room) -> Vec<u8> {
    let mut content = Vec::new();
    room.fixture.bid.at_content(0).unwrap().read_to_end(&mut content).unwrap();
    content
}

#[test]
fn a_broken_transfer_goes_on_where_it_stopped() {
    let troubles = [
        Trouble::BreakAfter(1_000_003),
        Trouble::BreakAfter(0),
        Trouble::BadGateway,
        Trouble::Say(503, ErrorKind::Fault, "room_fault"),
        Trouble::BreakAfter(7_000_001),
        Trouble::Say(409, ErrorKind::Request, "wrong_offset"),
    ];
    let (receipt, room) = send(true, &troubles);
    assert_eq!(receipt.unwrap(), room.fixture.receipt(true));
    assert!(*room.stored.lock().unwrap() == content(&room), "other bytes were stored");
    assert!(room.troubles.lock().unwrap().is_empty());
}

#[test]
fn without_any_progress_sending_is_given_up_and_says_how_far_it_is() {
    let mut troubles = vec![Trouble::BreakAfter(5_000_000)];
    troubles.extend([Trouble::BadGateway; 10]);
    let (result, room) = send(true, &troubles);
    match result.expect_err("must be given up") {
        ClientError::Upload(UploadError::GivenUp { attempts: 5, stored: 5_000_000, .. }) => {}
        other => panic!("{other}"),
    }
    // The first failure brought progress and counts as one; four more without any end the patience.
    assert_eq!(room.troubles.lock().unwrap().len(), 6);
}

#[test]
fn a_refusal_is_not_tried_again() {
    let (result, room) =
        send(true, &[Trouble::Say(409, ErrorKind::Refusal, "too_late"), Trouble::BadGateway]);
    assert_eq!(result.expect_err("must be refused").code(), Some("too_late"));
    assert_eq!(room.troubles.lock().unwrap().len(), 1);
}

#[test]
fn a_receipt_of_another_key_is_no_receipt() {
    let (result, _) = send(false, &[]);
    assert!(matches!(result, Err(ClientError::Promise(_))));
}
