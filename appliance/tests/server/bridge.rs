//! The relay between pages and token bridges, from outside.

use bidroom_wire::bridge::{Ended, Heard, Invitation, MESSAGE_BYTES, PairingCode, PairingEnd, Peer, Post};
use serde_json::json;

use crate::client::Client;
use crate::world::World;

const MESSAGES: &str = "/api/v1/bridge/messages";

fn with(client: &Client, token: &str) -> Client {
    Client { token: Some(token.to_owned()), ..client.clone() }
}

async fn heard(end: &Client, after: u64) -> Heard {
    end.get(&format!("{MESSAGES}?after={after}&wait=0")).await.ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_ends_talk_through_the_room() {
    let world = World::receiving().await;
    let room = &world.client;
    let offer: PairingCode = room.post("/api/v1/bridge/offers", b"").await.ok();
    let helper = with(room, &offer.token);
    assert_eq!(heard(&helper, 0).await.peer, Peer::Awaited);
    let page: PairingEnd = room.post_json("/api/v1/bridge/claims", &json!({"code": offer.code})).await.ok();
    let page = with(room, &page.token);
    let hello = json!({"number": 1, "body": "投标"});
    assert_eq!(page.post_json(MESSAGES, &hello).await.status, 204);
    assert_eq!(page.post_json(MESSAGES, &hello).await.status, 204, "again, without effect");
    let said = heard(&helper, 0).await;
    assert_eq!(said.messages, [Post { number: 1, body: "投标".to_owned() }]);
    assert_eq!(said.peer, Peer::Here);
    assert_eq!(heard(&helper, 1).await.messages, []);
    assert_eq!(page.post("/api/v1/bridge/end", b"").await.status, 204);
    assert_eq!(heard(&helper, 1).await.ended, Some(Ended::ByOther));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_accepted_once() {
    let world = World::receiving().await;
    let room = &world.client;
    let invitation: Invitation = room.post("/api/v1/bridge/invitations", b"{}").await.ok();
    let link = json!({"link": invitation.link});
    let accepted: PairingCode = room.post_json("/api/v1/bridge/acceptances", &link).await.ok();
    assert_eq!(accepted.code, invitation.code);
    let again = room.post_json("/api/v1/bridge/acceptances", &link).await;
    again.refused(404, "refusal", "pairing_link_spent");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_named_and_changes_nothing() {
    let world = World::receiving().await;
    let room = &world.client;
    let offer: PairingCode = room.post("/api/v1/bridge/offers", b"").await.ok();
    let page: PairingEnd = room.post_json("/api/v1/bridge/claims", &json!({"code": offer.code})).await.ok();
    let (page, nobody) = (with(room, &page.token), with(room, &"0".repeat(64)));
    for end in [room, &nobody, &with(room, "投标")] {
        end.get(MESSAGES).await.refused(404, "request", "no_pairing");
        end.post_json(MESSAGES, &json!({"number": 1, "body": ""})).await.refused(
            404,
            "request",
            "no_pairing",
        );
    }
    for body in [&b""[..], b"{", b"[]", b"{\"number\":1}", b"{\"number\":-1,\"body\":\"\"}", b"\xff"] {
        page.post(MESSAGES, body).await.refused(400, "request", "malformed");
    }
    page.get(&format!("{MESSAGES}?after=x")).await.refused(400, "request", "malformed");
    page.post_json(MESSAGES, &json!({"number": 1, "body": "", "more": 1})).await.refused(
        400,
        "request",
        "malformed",
    );
    page.post_json(MESSAGES, &json!({"number": 2, "body": ""})).await.refused(409, "request", "message_gap");
    let long = "x".repeat(MESSAGE_BYTES + 1);
    page.post_json(MESSAGES, &json!({"number": 1, "body": long})).await.refused(413, "request", "too_long");
    let huge = vec![b'x'; 1 << 20];
    page.post(MESSAGES, &huge).await.refused(413, "request", "too_long");
    room.post("/api/v1/bridge/claims", &vec![b'1'; 4096]).await.refused(413, "request", "too_long");
    page.send("PUT", MESSAGES, &[], b"").await.refused(405, "request", "wrong_method");
    let longest = "x".repeat(MESSAGE_BYTES);
    assert_eq!(page.post_json(MESSAGES, &json!({"number": 1, "body": longest})).await.status, 204);
    for number in 2..=16 {
        assert_eq!(page.post_json(MESSAGES, &json!({"number": number, "body": "x"})).await.status, 204);
    }
    page.post_json(MESSAGES, &json!({"number": 17, "body": "x"})).await.refused(
        409,
        "fault",
        "messages_unread",
    );
    let helper = with(room, &offer.token);
    assert_eq!(heard(&helper, 0).await.messages.len(), 16);
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_cannot_be_guessed_from_one_address() {
    let world = World::receiving().await;
    let room = &world.client;
    let offer: PairingCode = room.post("/api/v1/bridge/offers", b"").await.ok();
    let wrong = if offer.code == "00000000" { "00000001" } else { "00000000" };
    for _ in 0..8 {
        let answer = room.post_json("/api/v1/bridge/claims", &json!({"code": wrong})).await;
        answer.refused(403, "refusal", "pairing_code_wrong");
    }
    let answer = room.post_json("/api/v1/bridge/claims", &json!({"code": offer.code})).await;
    answer.refused(429, "refusal", "pairing_tries_spent");
    let seconds: u32 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=600).contains(&seconds), "{seconds}");
}
