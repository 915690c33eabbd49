//! How long an event takes to reach all viewers: the real hub, store, soft custody and server on loopback, with
//! WebSocket clients of another make in the same process.
//!
//! `cargo run --release --example fanout -- [VIEWERS] [EVENTS_PER_SECOND] [SECONDS]`, by default 1000 viewers, 10 events
//! per second for 10 seconds. Prints one line of JSON; latencies count from when an event was due. Every viewer needs
//! two descriptors here (`ulimit -n`).

#![allow(clippy::as_conversions, clippy::unwrap_used, clippy::indexing_slicing, reason = "a measurement")]

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::web::{self, Data, Payload};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use bidroom::clock::{RoomClock as _, SystemClock};
use bidroom::live::{Hub, HubParts, PublishedEntry, Update, drop_stalled_peers, websocket};
use bidroom::signer::Signer;
use bidroom::store::{Store, StoredEntry};
use bidroom_canon::{Hex32, Sm3Digest};
use bidroom_custody::clock::MachineClock;
use bidroom_custody::{Custodian, DeviceSet, Keeper, KeeperParts};
use bidroom_domain::opening::{BidAnnounced, DeadlinePassed, Event, OpeningRefused, SessionCreated, State};
use bidroom_domain::{At, LotFacts, LotNumber, Policy, ProcurementKind, ReaderClass, SessionId};
use bidroom_envelope::suite::sm2::SecretKey;
use bidroom_hsm::soft::{DerivationCost, SoftCustody, StoreSecret};
use bidroom_ledger::checkpoint::{Checkpoint, RoomKeys};
use bidroom_ledger::entry::draft;
use bidroom_ledger::tree::{Tree, leaf_hashes};
use futures_util::StreamExt as _;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The room's side: appends, signs and publishes as its actor does.
struct Room {
    session: SessionId,
    store: Arc<Store>,
    keys: Keys,
    clock: Arc<SystemClock>,
    hub: Arc<Hub>,
    tree: Tree,
    state: State,
}

impl Room {
    fn act(&mut self, events: Vec<Event>) {
        let first = self.tree.size();
        let at = self.clock.now();
        let mut entries = Vec::new();
        for event in events {
            let salts = || {
                let mut salt = [0; 32];
                getrandom::fill(&mut salt).unwrap();
                salt
            };
            let by = serde_json::json!({"role": "room"});
            let made = draft(at.0, event.kind(), by, event.fields().unwrap(), &event.private_paths(), salts)
                .unwrap();
            self.tree.append(&leaf_hashes(&made.bytes)).unwrap();
            self.state.apply(&event, at);
            let stored = StoredEntry { bytes: made.bytes, openings: made.openings };
            entries.push(PublishedEntry { at, event, stored });
        }
        let batch: Vec<StoredEntry> = entries.iter().map(|entry| entry.stored.clone()).collect();
        self.store.append(&self.session, first, &batch, &[]).unwrap();
        let origin = "room/T/1".parse().unwrap();
        let checkpoint = Checkpoint::new(origin, self.tree.size(), &self.tree.root(), at.0);
        let note = self.keys.note(&checkpoint);
        self.store.put_note(&self.session, self.tree.size(), &note).unwrap();
        self.hub.publish(Update { entries, state: self.state.clone(), note: Some(note) });
    }
}

/// Signs checkpoints of a log that has no tender behind it; custody would refuse to.
struct Keys {
    ed25519: ed25519_dalek::SigningKey,
    sm2: SecretKey,
}

impl Keys {
    fn note(&self, checkpoint: &Checkpoint) -> String {
        let keys = RoomKeys {
            ed25519: Hex32(self.ed25519.verifying_key().to_bytes()),
            name: "room".to_owned(),
            sm2: *self.sm2.public_key(),
            standby: None,
        };
        let text = checkpoint.text().unwrap();
        let ed25519 = ed25519_dalek::Signer::sign(&self.ed25519, text.as_bytes()).to_bytes();
        let sm2 = self.sm2.sign(text.as_bytes()).unwrap();
        keys.assemble(checkpoint, &ed25519, &sm2).unwrap().note.to_text()
    }
}

fn lot() -> LotFacts {
    LotFacts {
        tender: "T".parse().unwrap(),
        title: "道路".into(),
        lot: LotNumber::FIRST,
        lot_title: "一标段".into(),
        kind: ProcurementKind::OpenTender,
        method: "综合评分法".into(),
        centre: "中心".into(),
        room: "room".into(),
        tenderer: "甲方".into(),
        agency: "代理".into(),
        deadline: At(0),
        ceiling: None,
        columns: Vec::new(),
        officers: Vec::new(),
        staff: Vec::new(),
        policy: Policy::tender_default(),
        drill: true,
        evaluation: None,
    }
}

fn open(folder: &std::path::Path, viewers: usize) -> Room {
    std::fs::write(folder.join("secret"), [7; 32]).unwrap();
    let secret = StoreSecret::from_credential_file(&folder.join("secret")).unwrap();
    let custody = SoftCustody::create(&folder.join("keys"), &secret, DerivationCost::default()).unwrap();
    let clock = Arc::new(SystemClock::default());
    let keeper = Keeper::open(KeeperParts {
        certificates: Arc::default(),
        devices: DeviceSet::new(Arc::new(custody), None),
        state_dir: folder.join("custody"),
        clock: Arc::new(MachineClock),
        agency_roots: Vec::new(),
        origin: "room".to_owned(),
        centre: "中心".to_owned(),
        drill: true,
    });
    let signer = Signer::open(Custodian::here(Arc::new(keeper.unwrap()))).unwrap();
    let keys = Keys {
        ed25519: ed25519_dalek::SigningKey::from_bytes(&[7; 32]),
        sm2: SecretKey::from_bytes(&[7; 32]).unwrap(),
    };
    let store = Arc::new(Store::open(folder).unwrap());
    let session: SessionId = "T-1".parse().unwrap();
    let hub = Hub::start(HubParts {
        session: session.clone(),
        store: Arc::clone(&store),
        signer,
        clock: clock.clone(),
        most_viewers: viewers,
    });
    let mut room = Room { session, store, keys, clock, hub, tree: Tree::new(), state: State::default() };
    let created =
        SessionCreated { package: Sm3Digest::of(b""), origin: "room/T/1".into(), lot: Box::new(lot()) };
    room.act(vec![created.into()]);
    let refused = OpeningRefused { bidders: 0, minimum: 3, clause: String::new() };
    room.act(vec![DeadlinePassed { deadline: At(0) }.into(), refused.into()]);
    room
}

async fn live(hub: Data<Arc<Hub>>, request: HttpRequest, payload: Payload) -> HttpResponse {
    match websocket(&hub, ReaderClass::Public, 0, &request, payload).await {
        Ok(response) => response,
        Err(refusal) => HttpResponse::build(refusal.status().try_into().unwrap()).finish(),
    }
}

#[derive(Deserialize)]
struct Seen {
    from: u64,
    leaves: Vec<IgnoredAny>,
}

/// Follows the stream until it has `until` leaves; when each leaf came.
async fn view(address: SocketAddr, until: u64) -> Vec<(u64, Instant)> {
    let connected = tokio_tungstenite::connect_async(format!("ws://{address}/live")).await;
    let (mut client, _) = connected.unwrap();
    let mut seen = Vec::new();
    let mut size = 0;
    while size < until
        && let Some(Ok(message)) = client.next().await
    {
        let now = Instant::now();
        let Ok(text) = message.to_text() else { continue };
        let Ok(frame) = serde_json::from_str::<Seen>(text) else { continue };
        assert_eq!(frame.from, size, "a gap or a repetition");
        for _ in frame.leaves {
            seen.push((size, now));
            size += 1;
        }
    }
    seen
}

fn main() {
    let numbers: Vec<u64> = std::env::args().skip(1).map(|text| text.parse().unwrap()).collect();
    let number = |place: usize, default| numbers.get(place).copied().unwrap_or(default);
    let (viewers, rate, seconds) = (number(0, 1000), number(1, 10), number(2, 10));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(run(viewers, rate, seconds));
}

async fn run(viewers: u64, rate: u64, seconds: u64) {
    let folder = tempfile::tempdir().unwrap();
    let mut room = open(folder.path(), viewers as usize);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    drop_stalled_peers(&listener).unwrap();
    let address = listener.local_addr().unwrap();
    let data = Data::new(Arc::clone(&room.hub));
    let server =
        HttpServer::new(move || App::new().app_data(data.clone()).route("/live", web::get().to(live)))
            .workers(1)
            .backlog(4096)
            .max_connections(100_000)
            .disable_signals()
            .listen(listener)
            .unwrap()
            .run();
    let handle = server.handle();
    tokio::spawn(server);

    let before = room.tree.size();
    let events = rate * seconds;
    let mut clients = Vec::new();
    for joined in 1..=viewers {
        clients.push(tokio::spawn(view(address, before + events)));
        // So that connecting is no burst of its own.
        while joined.is_multiple_of(50) && (room.hub.viewers() as u64) < joined {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    while (room.hub.viewers() as u64) < viewers {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }

    let start = Instant::now() + Duration::from_millis(500);
    let due = move |event: u64| start + Duration::from_secs(1) * (event as u32) / (rate as u32);
    let ticking = Arc::clone(&room.hub);
    let ticker = tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(250)).await;
            ticking.tick();
        }
    });
    let actor = std::thread::spawn(move || {
        for event in 0..events {
            std::thread::sleep(due(event).saturating_duration_since(Instant::now()));
            room.act(vec![BidAnnounced { number: event as u32 }.into()]);
        }
        room
    });
    let room = tokio::task::spawn_blocking(move || actor.join().unwrap()).await.unwrap();

    let mut latencies = Vec::new();
    for client in clients {
        let Ok(Ok(seen)) = tokio::time::timeout(Duration::from_secs(30), client).await else { continue };
        let news = seen.iter().filter(|(leaf, _)| *leaf >= before);
        latencies.extend(
            news.map(|(leaf, at)| at.saturating_duration_since(due(leaf - before)).as_micros() as u64),
        );
    }
    ticker.abort();
    room.hub.stop();
    handle.stop(false).await;
    latencies.sort_unstable();
    let missing = viewers * events - latencies.len() as u64;
    let at =
        |share: usize| latencies.get(latencies.len() * share / 1000).copied().unwrap_or(0) as f64 / 1000.0;
    let report = serde_json::json!({
        "viewers": viewers, "events_per_second": rate, "seconds": seconds,
        "p50_ms": at(500), "p99_ms": at(990), "p999_ms": at(999), "missing": missing,
    });
    println!("{report}");
}
