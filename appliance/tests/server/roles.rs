//! Who may do what: importing, commands, statements, reading.

use bidroom_lock::Statement;
use bidroom_wire::{Accepted, RoomInfo, SessionInfo, Who};
use serde_json::{Value, json};

use crate::world::{SESSION, World, deadline, root};

fn at(path: &str) -> String {
    format!("/api/v1/sessions/{SESSION}/{path}")
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_learns_what_is_public_and_nothing_of_bids() {
    let world = World::receiving().await;
    let room: RoomInfo = world.client.get("/api/v1/room").await.ok();
    assert_eq!((room.sessions.len(), room.custody.len(), room.demo), (1, 2, None));
    let info: SessionInfo = world.client.get(&format!("/api/v1/sessions/{SESSION}")).await.ok();
    assert_eq!(info.lot.deadline, deadline());
    assert!(info.publication.is_some());
    for (lock, staff, officer) in [
        (&world.people.host, "host", 1),
        (&world.people.supervisor, "supervisor", 2),
        (&world.people.tenderer, "tenderer", 3),
    ] {
        let person = world.log_in(lock).await;
        let who: Who = person.get(&at("me")).await.ok();
        assert_eq!(serde_json::to_value(who.staff).unwrap(), staff);
        assert_eq!(who.officer, Some(officer));
        person.get(&at("mine")).await.refused(403, "refusal", "not_your_role");
    }
    world.client.get("/api/v1/sessions/YZZC-2026-G0117-2").await.refused(404, "request", "no_session");
    world.client.get("/api/v1/sessions/..").await.refused(404, "request", "no_session");
    world.client.get(&at("mine")).await.refused(401, "login", "not_logged_in");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_listed_people_import_and_only_good_packages() {
    let world = World::empty("").await;
    let package = world.people.package(world.app.signer.identity());
    world.client.post("/api/v1/tenders", &package).await.refused(401, "login", "not_logged_in");
    let host = world.log_in(&world.people.host).await;
    host.post("/api/v1/tenders", b"%PDF").await.refused(422, "request", "package_form");
    let mut changed = package.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    host.post("/api/v1/tenders", &changed).await.refused(422, "request", "package_form");
    let mut foreign = world.app.signer.identity().clone();
    foreign.keys.name = "room2.example.cn".into();
    host.post("/api/v1/tenders", &world.people.package(&foreign)).await.refused(409, "refusal", "other_room");
    let mut people = crate::world::People::new();
    people.agency =
        crate::world::lock(&root(204, "别的CA"), 204, 120, "别的代理", None, crate::world::now().0 + 1000);
    let answer = host.post("/api/v1/tenders", &people.package(world.app.signer.identity())).await;
    answer.refused(403, "refusal", "unknown_certificate");
    assert!(world.app.rooms.list().is_empty(), "nothing was changed");

    let _: Value = host.post("/api/v1/tenders", &package).await.ok();
    host.post("/api/v1/tenders", &package).await.refused(409, "refusal", "session_exists");
    let supervisor = world.log_in(&world.people.supervisor).await;
    supervisor.post("/api/v1/tenders", &package).await.refused(403, "refusal", "not_your_role");
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_are_the_hosts_and_obey_the_phase() {
    let world = World::receiving().await;
    let start = json!({ "command": "start_unlock" });
    world.client.post_json(&at("commands"), &start).await.refused(401, "login", "not_logged_in");
    let bidder = world.bidder(0).await;
    bidder.post_json(&at("commands"), &start).await.refused(403, "refusal", "not_your_role");
    let supervisor = world.log_in(&world.people.supervisor).await;
    supervisor.post_json(&at("commands"), &start).await.refused(403, "refusal", "not_your_role");
    let host = world.log_in(&world.people.host).await;
    let early = host.post_json(&at("commands"), &start).await;
    assert_eq!(early.status, 409, "{early:?}");
    for body in [
        json!({ "command": "open_now" }),
        json!({}),
        json!([1]),
        json!({ "command": "start_unlock", "force": true }),
    ] {
        host.post_json(&at("commands"), &body).await.refused(400, "request", "malformed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bidder_signs_in_once_and_for_itself() {
    let world = World::receiving().await;
    let bidder = world.bidder(0).await;
    let statement = Statement::SignIn { session: SESSION.into() };
    let early = bidder.post_json(&at("sign-in"), &world.statement(0, &statement)).await;
    early.refused(409, "refusal", "sign_in_closed");
    world.clock.set(deadline().plus_millis(-600_000));
    let other = bidder.post_json(&at("sign-in"), &world.statement(1, &statement)).await;
    other.refused(409, "refusal", "other_bidder");
    let elsewhere = Statement::SignIn { session: "YZZC-2026-G0117-2".into() };
    let elsewhere = bidder.post_json(&at("sign-in"), &world.statement(0, &elsewhere)).await;
    elsewhere.refused(409, "refusal", "other_session");
    let wrong = Statement::Confirm { session: SESSION.into(), record: bidroom_canon::Sm3Digest::of(b"") };
    let wrong = bidder.post_json(&at("sign-in"), &world.statement(0, &wrong)).await;
    wrong.refused(400, "request", "statement_malformed");
    let accepted: Accepted = bidder.post_json(&at("sign-in"), &world.statement(0, &statement)).await.ok();
    assert_eq!(accepted.entry, None, "the log's size is nobody's business before the deadline");
    let again = bidder.post_json(&at("sign-in"), &world.statement(0, &statement)).await;
    again.refused(409, "refusal", "already_signed_in");
    let host = world.log_in(&world.people.host).await;
    let staff = host.post_json(&at("sign-in"), &world.statement(0, &statement)).await;
    staff.refused(403, "refusal", "not_your_role");
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_tell_nothing_before_the_deadline() {
    let world = World::receiving().await;
    let bidder = world.bidder(0).await;
    for client in [&world.client, &bidder] {
        let frame: Value = client.get(&at("frames?from=0")).await.ok();
        assert_eq!(
            (frame["leaves"].as_array().map(Vec::len), &frame["note"]),
            (Some(0), &Value::Null),
            "{frame}"
        );
    }
    world.client.get(&at("frames?from=x")).await.refused(400, "request", "malformed");
    world.client.get(&at("frames?from=7")).await.refused(409, "tamper", "ahead_of_log");
    world.client.get(&at("live?from=0")).await.refused(400, "request", "not_websocket");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_live_stream_answers_in_our_subprotocol_and_knows_its_caller() {
    use futures_util::StreamExt as _;
    use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

    let world = World::receiving().await;
    let supervisor = world.log_in(&world.people.supervisor).await;
    let open = async |protocols: &str| {
        let address = format!("ws://{}{}", world.client.address, at("live?from=0"));
        let mut request = address.into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", protocols.parse().unwrap());
        tokio_tungstenite::connect_async(request).await
    };
    let token = supervisor.token.as_deref().unwrap();
    let (mut stream, answer) = open(&format!("bidroom.v1, bearer.{token}")).await.unwrap();
    assert_eq!(answer.headers().get("sec-websocket-protocol").unwrap(), "bidroom.v1");
    let frame = stream.next().await.unwrap().unwrap();
    let frame: Value = serde_json::from_str(frame.to_text().unwrap()).unwrap();
    assert_eq!(frame["from"], 0, "{frame}");
    assert!(
        open(&format!("bidroom.v1, bearer.{}", "0".repeat(64))).await.is_err(),
        "a token that is not good"
    );
}
