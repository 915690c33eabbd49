//! Garbage, floods, slow senders: a precise answer, and nothing changed.

use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::client::{Client, raw, read};
use crate::world::{SESSION, World};

#[tokio::test(flavor = "multi_thread")]
async fn unknown_addresses_and_methods_are_named() {
    let world = World::receiving().await;
    let client = &world.client;
    for path in
        ["/api/v1/nothing", "/api/v2/room", "/api", "/api/v1/sessions", "/etc/passwd", "/app-nothing.js"]
    {
        client.get(path).await.refused(404, "request", "not_found");
    }
    for (method, path, allow) in [
        ("DELETE", "/api/v1/room".to_owned(), "GET"),
        ("GET", "/api/v1/login".to_owned(), "POST"),
        ("PUT", "/api/v1/uploads/x".to_owned(), "GET, PATCH"),
        ("POST", format!("/api/v1/sessions/{SESSION}"), "GET"),
        ("BREW", format!("/api/v1/sessions/{SESSION}/unlock"), "GET, POST"),
        ("POST", "/".to_owned(), "GET, HEAD"),
    ] {
        let answer = client.send(method, &path, &[], b"").await;
        answer.refused(405, "request", "wrong_method");
        assert_eq!(answer.header("allow"), Some(allow), "{method} {path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_the_security_headers_and_a_number() {
    let world = World::receiving().await;
    let client = &world.client;
    let mut numbers = Vec::new();
    for answer in [
        client.get("/").await,
        client.get("/api/v1/room").await,
        client.get("/api/v1/nothing").await,
        client.post("/api/v1/login", b"{").await,
    ] {
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{name}: {}", answer.head);
        }
        numbers.push(answer.header("x-request-id").unwrap().to_owned());
    }
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_bounded_whether_they_say_so_or_not() {
    let world = World::receiving().await;
    let login = "/api/v1/login";
    for body in [&b""[..], b"{", b"[]", b"\"\"", b"\xff\xfe", b"{\"statement\":1}", b"{\"statement\":\"*\"}"]
    {
        world.client.post(login, body).await.refused(400, "request", "malformed");
    }
    let deep = "[".repeat(100_000);
    world.client.post(login, deep.as_bytes()).await.refused(400, "request", "malformed");
    // Told in advance: refused before a byte of it is taken.
    let head = "POST /api/v1/login HTTP/1.1\r\nhost: room\r\ncontent-length: 999999999999\r\n\r\n";
    raw(world.client.address, head.as_bytes()).await.refused(413, "request", "too_long");
    // In chunks, without saying how long it gets.
    let mut chunked =
        b"POST /api/v1/login HTTP/1.1\r\nhost: room\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..40 {
        chunked.extend_from_slice(b"4000\r\n");
        chunked.extend_from_slice(&[b'x'; 0x4000]);
        chunked.extend_from_slice(b"\r\n");
    }
    raw(world.client.address, &chunked).await.refused(413, "request", "too_long");
    let bidder = world.bidder(0).await;
    let big = vec![0; (1 << 20) + 1];
    bidder
        .post(&format!("/api/v1/sessions/{SESSION}/uploads"), &big)
        .await
        .refused(413, "request", "too_long");
    bidder.send("PATCH", "/api/v1/uploads/x", &[], b"x").await.refused(400, "request", "malformed");
    let offset = [("upload-offset", "-1")];
    bidder.send("PATCH", "/api/v1/uploads/x", &offset, b"x").await.refused(400, "request", "malformed");
    assert_eq!(world.files(), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_on_the_wire_harms_nobody() {
    let world = World::receiving().await;
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /api/v1/login HTTP/1.1\r\nhost: room\r\ncontent-length: -1\r\n\r\n",
        b"POST /api/v1/login HTTP/1.1\r\nhost: room\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"\0\0\0\0\0\0\0\0\r\n\r\n",
    ] {
        let answer = raw(world.client.address, bytes).await;
        assert!(answer.status == 0 || (400..500).contains(&answer.status), "{:?} for {bytes:?}", answer.status);
    }
    let long = format!("GET /{} HTTP/1.1\r\nhost: room\r\n\r\n", "a".repeat(1 << 20));
    let answer = raw(world.client.address, long.as_bytes()).await;
    assert!(answer.status == 0 || (400..500).contains(&answer.status), "{}", answer.status);
    let _: Value = world.client.get("/api/v1/room").await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_cannot_ask_without_end() {
    let world = World::receiving_with("limits.requests_burst = 30\nlimits.requests_per_second = 1").await;
    let mut refused = None;
    for _ in 0..60 {
        let answer = world.client.get("/api/v1/room").await;
        if answer.status != 200 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("the limit must be reached");
    refused.refused(429, "request", "too_many_requests");
    assert!(refused.header("retry-after").unwrap().parse::<u32>().unwrap() >= 1);
    assert!(refused.header("content-security-policy").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_never_read_hold_up_nobody() {
    let world =
        World::receiving_with("limits.requests_burst = 20000\nlimits.requests_per_second = 1000").await;
    let page = String::from_utf8(world.client.get("/").await.body).unwrap();
    let wasm = page.split('"').find(|part| part.ends_with(".wasm")).unwrap();
    let ask = world.client.request("GET", wasm, &[], b"");
    let mut deaf = Vec::new();
    for _ in 0..30 {
        // More than any buffer between here and there takes; not a byte of it is read.
        let mut stream = TcpStream::connect(world.client.address).await.unwrap();
        stream.write_all(&ask.repeat(20)).await.unwrap();
        deaf.push(stream);
        let mut viewer = TcpStream::connect(world.client.address).await.unwrap();
        let upgrade = [
            ("connection", "upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "AAAAAAAAAAAAAAAAAAAAAA=="),
            ("sec-websocket-protocol", "bidroom.v1"),
        ];
        let path = format!("/api/v1/sessions/{SESSION}/live?from=0");
        viewer.write_all(&world.client.request("GET", &path, &upgrade, b"")).await.unwrap();
        deaf.push(viewer);
    }
    let others = async {
        let bidder = world.bidder(0).await;
        let sealed = world.seal(0, 300_000).await;
        let opened: Value =
            bidder.post(&format!("/api/v1/sessions/{SESSION}/uploads"), &sealed.head).await.ok();
        let id = opened["state"]["upload"].as_str().unwrap();
        let _: Value = bidder.patch(id, 0, &sealed.content).await.ok();
        let _: Value = bidder.post(&format!("/api/v1/uploads/{id}/complete"), b"").await.ok();
    };
    tokio::time::timeout(Duration::from_secs(60), others).await.expect("others are served meanwhile");
    drop(deaf);
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_senders_hold_nothing_but_their_own_connection() {
    let world = World::receiving_with("limits.idle_seconds = 1").await;
    let bidder = world.bidder(0).await;
    let sealed = world.seal(0, 300_000).await;
    let opened: Value = bidder.post(&format!("/api/v1/sessions/{SESSION}/uploads"), &sealed.head).await.ok();
    let id = opened["state"]["upload"].as_str().unwrap();
    let path = format!("/api/v1/uploads/{id}");
    let whole = bidder.request("PATCH", &path, &[("upload-offset", "0")], &sealed.content);
    let mut slow = TcpStream::connect(world.client.address).await.unwrap();
    slow.write_all(&whole[..100_000]).await.unwrap();
    let mut heads = Vec::new();
    for _ in 0..50 {
        let mut head = TcpStream::connect(world.client.address).await.unwrap();
        head.write_all(b"GET /api/v1/room HTTP/1.1\r\nx-slow: ").await.unwrap();
        heads.push(head);
    }
    let begun = Instant::now();
    let answer = read(&mut slow).await;
    answer.refused(408, "request", "idle");
    assert!(begun.elapsed().as_secs() < 20);
    let kept: u64 = answer.header("upload-offset").unwrap().parse().unwrap();
    assert!(kept > 90_000, "{kept}");
    let others = Client { token: None, ..world.client.clone() };
    let _: Value = others.get("/api/v1/room").await.ok();
    let _: Value = bidder.patch(id, kept, &sealed.content[usize::try_from(kept).unwrap()..]).await.ok();
}
