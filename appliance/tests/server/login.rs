//! Logging in: who may, who may not, and what they read.

use bidroom_wire::{LoggedIn, Who};
use serde_json::{Value, json};

use crate::client::Client;
use crate::world::{SESSION, World, challenge, lock, log_in, login_body, now, root};

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_logs_in_once_per_challenge() {
    let world = World::receiving().await;
    let body = login_body(&challenge(&world.client).await, &world.people.bidders[0]);
    let logged_in: LoggedIn = world.client.post_json("/api/v1/login", &body).await.ok();
    assert_eq!(logged_in.who.bidder.unwrap().name, "第0建设有限公司");
    let again = world.client.post_json("/api/v1/login", &body).await;
    again.refused(403, "refusal", "challenge_used");

    let bidder = Client { token: Some(logged_in.token), ..world.client.clone() };
    let who: Who = bidder.get(&format!("/api/v1/sessions/{SESSION}/me")).await.ok();
    assert_eq!((who.staff, who.officer, who.may_import), (None, None, false));
    assert_eq!(bidder.post("/api/v1/logout", b"").await.status, 204);
    bidder.get(&format!("/api/v1/sessions/{SESSION}/me")).await.refused(401, "login", "not_logged_in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_is_not_accepted_says_which_rule() {
    let world = World::receiving().await;
    let people = &world.people;
    // A CA that only bears the accepted one's name.
    let namesake = lock(
        &root(203, "云州CA"),
        203,
        110,
        "冒名建设有限公司",
        Some("91370000MA3U7K2X1Q"),
        now().0 + 86_400_000,
    );
    for (lock, code) in [
        (&people.expired, "certificate_expired"),
        (&people.foreign, "unknown_certificate"),
        (&people.agency, "unknown_certificate"),
        (&namesake, "unknown_certificate"),
    ] {
        let body = login_body(&challenge(&world.client).await, lock);
        let answer = world.client.post_json("/api/v1/login", &body).await;
        let said = answer.refused(403, "refusal", code);
        assert!(said["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{said}");
    }
    let late = challenge(&world.client).await;
    world.clock.advance(120_001);
    let answer = world.client.post_json("/api/v1/login", &login_body(&late, &people.bidders[0])).await;
    answer.refused(403, "refusal", "challenge_expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_end_after_twelve_hours_and_are_not_guessed() {
    let world = World::receiving().await;
    let bidder = world.bidder(0).await;
    let mine = format!("/api/v1/sessions/{SESSION}/mine");
    let _: Value = bidder.get(&mine).await.ok();
    for token in ["", "x", &"0".repeat(64), &"f".repeat(100_000)] {
        let guesser = Client { token: Some(token.into()), ..world.client.clone() };
        let answer = guesser.get(&mine).await;
        assert!(matches!(answer.status, 400 | 401 | 431), "{token:.10}: {}", answer.status);
    }
    world.clock.advance(12 * 3_600_000);
    bidder.get(&mine).await.refused(401, "login", "not_logged_in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_challenges_drives_nobody_out() {
    let world = World::receiving_with("limits.requests_burst = 1000000").await;
    let first = challenge(&world.client).await;
    for _ in 0..300 {
        let _ = challenge(&world.client).await;
    }
    let body = login_body(&first, &world.people.bidders[0]);
    let _: LoggedIn = world.client.post_json("/api/v1/login", &body).await.ok();
    let garbage = world.client.post_json("/api/v1/login", &json!({ "statement": "AAAA" })).await;
    garbage.refused(400, "request", "statement_malformed");
    log_in(&world.client, &world.people.host).await;
}
