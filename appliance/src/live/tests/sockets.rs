//! The stream over loopback, with a client of another make.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::web::{Data, Payload, Query};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use bidroom_domain::ReaderClass;
use bidroom_wire::Frame;
use futures_util::{SinkExt as _, StreamExt as _};
use serde::Deserialize;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{self, Message, protocol::frame::coding::CloseCode};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::super::{Hub, drop_stalled_peers, frame_once, websocket};
use super::log::{LOG, Store, Time, clock, hub_over};

#[derive(Deserialize)]
struct From {
    from: u64,
}

async fn live(hub: Data<Hub>, from: Query<From>, request: HttpRequest, payload: Payload) -> HttpResponse {
    match websocket(&hub, ReaderClass::Public, from.from, &request, payload).await {
        Ok(response) => response,
        Err(refusal) => HttpResponse::build(refusal.status().try_into().unwrap()).finish(),
    }
}

async fn frames(hub: Data<Hub>, from: Query<From>) -> HttpResponse {
    match frame_once(&hub, ReaderClass::Public, from.from).await {
        Ok(text) => HttpResponse::Ok().body(text),
        Err(refusal) => HttpResponse::build(refusal.status().try_into().unwrap()).finish(),
    }
}

struct Room {
    hub: Hub,
    store: Arc<Store>,
    time: Time,
    address: SocketAddr,
    server: ServerHandle,
}

type Client = WebSocketStream<MaybeTlsStream<TcpStream>>;

impl Room {
    fn open(size: usize, most_viewers: usize) -> Self {
        let store = Arc::new(Store::default());
        store.append(size);
        let time = Time::default();
        let hub = hub_over(&store, &time, most_viewers);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        drop_stalled_peers(&listener).unwrap();
        let address = listener.local_addr().unwrap();
        let data = Data::new(hub.clone());
        let server = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .route("/live", web::get().to(live))
                .route("/frames", web::get().to(frames))
        })
        .workers(1)
        .disable_signals()
        .listen(listener)
        .unwrap()
        .run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { hub, store, time, address, server: handle }
    }

    async fn connect(&self, from: u64) -> Result<Client, tungstenite::Error> {
        connect_async(format!("ws://{}/live?from={from}", self.address)).await.map(|(client, _)| client)
    }

    async fn viewers(&self, expect: usize) {
        let wait = async {
            while self.hub.viewers() != expect {
                tokio::task::yield_now().await;
            }
        };
        within(wait).await;
    }
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), future).await.expect("in time")
}

async fn frame(client: &mut Client) -> Frame {
    loop {
        match within(client.next()).await.unwrap().unwrap() {
            Message::Text(text) => return serde_json::from_str(&text).unwrap(),
            Message::Ping(_) | Message::Pong(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

async fn close_code(client: &mut Client) -> CloseCode {
    loop {
        match within(client.next()).await {
            Some(Ok(Message::Close(Some(close)))) => return close.code,
            Some(Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[actix_web::test]
async fn a_client_gets_the_log_and_then_what_happens() {
    let room = Room::open(LOG.opens_at, 10);
    let mut client = room.connect(0).await.unwrap();
    let first = frame(&mut client).await;
    assert_eq!((first.from, first.leaves.len()), (0, LOG.opens_at));
    let size = LOG.opens_at + 2;
    room.store.append(size);
    room.hub.publish_at(LOG.batch(LOG.opens_at, size), Duration::from_secs(1));
    room.hub.flush_at(Duration::from_secs(1));
    let mut have = first.leaves.len();
    while have < size {
        let next = frame(&mut client).await;
        assert_eq!(next.from, have as u64);
        have += next.leaves.len();
    }
    client.send(Message::Ping(vec![1, 2, 3].into())).await.unwrap();
    let pong = loop {
        if let Message::Pong(payload) = within(client.next()).await.unwrap().unwrap() {
            break payload;
        }
    };
    assert_eq!(&pong[..], [1, 2, 3]);
    room.time.advance(7700);
    room.hub.tick();
    let beat = loop {
        let beat = frame(&mut client).await;
        if beat.clock == clock(7700) {
            break beat;
        }
    };
    assert_eq!((beat.from, beat.leaves.len(), beat.status.online), (size as u64, 0, Some(1)));
    client.close(None).await.unwrap();
    while within(client.next()).await.is_some() {}
    room.viewers(0).await;
    room.server.stop(false).await;
}

#[actix_web::test]
async fn bad_clients_are_shown_the_door_and_leave_no_seat_behind() {
    let room = Room::open(LOG.opens_at, 10);

    let mut flooding = room.connect(0).await.unwrap();
    for _ in 0..100 {
        if flooding.send(Message::Text("x".into())).await.is_err() {
            break;
        }
    }
    assert_eq!(close_code(&mut flooding).await, CloseCode::Policy);

    let mut long = room.connect(0).await.unwrap();
    long.send(Message::Text("x".repeat(5000).into())).await.unwrap();
    assert_eq!(close_code(&mut long).await, CloseCode::Size);

    let mut chatty = room.connect(0).await.unwrap();
    chatty.send(Message::Text("hello?".into())).await.unwrap();
    chatty.send(Message::Binary(vec![0; 100].into())).await.unwrap();
    assert_eq!(frame(&mut chatty).await.from, 0);

    drop((flooding, long, chatty));
    room.viewers(0).await;
    room.server.stop(false).await;
}

async fn status_of(result: Result<Client, tungstenite::Error>) -> u16 {
    match result {
        Err(tungstenite::Error::Http(response)) => response.status().as_u16(),
        other => panic!("{other:?}"),
    }
}

#[actix_web::test]
async fn refusals_are_answered_before_the_upgrade() {
    let room = Room::open(LOG.opens_at, 1);
    let kept = room.connect(0).await.unwrap();
    assert_eq!(status_of(room.connect(0).await).await, 503);
    assert_eq!(status_of(room.connect(9999).await).await, 409);
    room.hub.stop();
    let mut kept = kept;
    assert_eq!(close_code(&mut kept).await, CloseCode::Away);
    room.viewers(0).await;
    room.server.stop(false).await;
}

#[actix_web::test]
async fn the_same_frames_without_a_websocket() {
    let room = Room::open(LOG.leaves.len(), 1);
    let mut have = 0;
    loop {
        let text = frame_once(&room.hub, ReaderClass::Public, have).await.unwrap();
        let frame: Frame = serde_json::from_slice(&text).unwrap();
        assert_eq!(frame.from, have);
        if frame.leaves.is_empty() {
            break;
        }
        have += frame.leaves.len() as u64;
    }
    assert_eq!(have, LOG.leaves.len() as u64);
    assert_eq!(room.hub.viewers(), 0);
    room.server.stop(false).await;
}

#[test]
#[cfg(target_os = "linux")]
fn accepted_sockets_inherit_the_time_limit() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    drop_stalled_peers(&listener).unwrap();
    let _client = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (accepted, _) = listener.accept().unwrap();
    let socket = socket2::SockRef::from(&accepted);
    assert_eq!(socket.tcp_user_timeout().unwrap(), Some(Duration::from_secs(30)));
    assert!(socket.tcp_nodelay().unwrap());
}
