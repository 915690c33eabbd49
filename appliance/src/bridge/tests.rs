//! Pairing and relaying by the numbers of the test.

use std::net::IpAddr;

use bidroom_wire::bridge::{BridgeRefusal, Ended, MESSAGE_BYTES, Peer, Post};

use super::Pairings;

fn address(number: u32) -> IpAddr {
    IpAddr::from(number.to_be_bytes())
}

fn post(number: u64, body: &str) -> Post {
    Post { number, body: body.to_owned() }
}

/// A made pairing: page, helper.
fn made(room: &Pairings) -> (String, String) {
    let offer = room.offer(address(1), 0).unwrap();
    let page = room.claim(&offer.code, address(2), 0).unwrap();
    (page.token, offer.token)
}

#[test]
fn a_code_pairs_one_page_with_one_helper() {
    let room = Pairings::default();
    let offer = room.offer(address(1), 0).unwrap();
    assert!(offer.code.len() == 8 && offer.code.bytes().all(|b| b.is_ascii_digit()));
    assert_eq!(room.heard_at(&offer.token, 0, 1).unwrap().peer, Peer::Awaited);
    let typed = format!("{} {}", &offer.code[..4], &offer.code[4..]);
    let page = room.claim(&typed, address(2), 2).unwrap();
    assert_eq!(room.heard_at(&offer.token, 0, 3).unwrap().peer, Peer::Here);
    let second = room.claim(&offer.code, address(3), 4).unwrap_err();
    assert_eq!(second, BridgeRefusal::CodeWrong, "a second page learns nothing");
    room.post(&page.token, post(1, "hello"), 5).unwrap();
    assert_eq!(room.heard_at(&offer.token, 0, 6).unwrap().messages, [post(1, "hello")]);
    assert_eq!(room.heard_at(&page.token, 0, 6).unwrap().messages, []);
}

#[test]
fn a_link_is_good_once_and_its_code_opens_nothing() {
    let room = Pairings::default();
    let invitation = room.invite(address(1), 0).unwrap();
    assert_eq!(room.claim(&invitation.code, address(2), 0).unwrap_err(), BridgeRefusal::CodeWrong);
    assert_eq!(room.accept(&invitation.token, 0).unwrap_err(), BridgeRefusal::LinkSpent);
    let helper = room.accept(&invitation.link, 1).unwrap();
    assert_eq!(helper.code, invitation.code);
    assert_eq!(room.accept(&invitation.link, 2).unwrap_err(), BridgeRefusal::LinkSpent);
    room.post(&helper.token, post(1, "here"), 3).unwrap();
    assert_eq!(room.heard_at(&invitation.token, 0, 4).unwrap().messages, [post(1, "here")]);
}

#[test]
fn codes_and_links_expire() {
    let room = Pairings::default();
    let offer = room.offer(address(1), 0).unwrap();
    let invitation = room.invite(address(1), 0).unwrap();
    assert_eq!(room.claim(&offer.code, address(2), 300_000).unwrap_err(), BridgeRefusal::CodeWrong);
    assert_eq!(room.accept(&invitation.link, 300_000).unwrap_err(), BridgeRefusal::LinkSpent);
    assert_eq!(room.heard_at(&offer.token, 0, 300_000).unwrap().ended, Some(Ended::Late));
    assert_eq!(room.heard_at(&offer.token, 0, 421_000).unwrap_err(), BridgeRefusal::NoPairing);
    assert_eq!(room.kept(), (0, 0, 0));
}

#[test]
fn a_broken_connection_loses_nothing_and_repeats_nothing() {
    let room = Pairings::default();
    let (page, helper) = made(&room);
    room.post(&page, post(1, "one"), 1).unwrap();
    room.post(&page, post(1, "one"), 2).unwrap();
    room.post(&page, post(2, "two"), 3).unwrap();
    // The answer to the first asking was lost: asked again it is the same.
    for now in [4, 5] {
        let heard = room.heard_at(&helper, 0, now).unwrap();
        assert_eq!(heard.messages, [post(1, "one"), post(2, "two")]);
    }
    assert_eq!(room.heard_at(&helper, 1, 6).unwrap().messages, [post(2, "two")]);
    assert_eq!(room.heard_at(&helper, 2, 7).unwrap().messages, []);
    assert_eq!(room.post(&page, post(4, "four"), 8).unwrap_err(), BridgeRefusal::Gap { expected: 3 });
    assert_eq!(room.post(&page, post(0, "none"), 8).unwrap_err(), BridgeRefusal::Gap { expected: 3 });
    assert_eq!(room.kept().0, 0);
}

#[test]
fn who_goes_away_may_come_back_and_who_stays_away_has_ended_it() {
    let room = Pairings::default();
    let (page, helper) = made(&room);
    assert_eq!(room.heard_at(&page, 0, 39_000).unwrap().peer, Peer::Here);
    assert_eq!(room.heard_at(&page, 0, 40_000).unwrap().peer, Peer::Away);
    room.post(&page, post(1, "are you there"), 41_000).unwrap();
    let back = room.heard_at(&helper, 0, 50_000).unwrap();
    assert_eq!(back.messages.len(), 1, "what was said meanwhile is there");
    assert_eq!(room.heard_at(&page, 0, 51_000).unwrap().peer, Peer::Here);
    assert_eq!(room.heard_at(&page, 0, 651_000).unwrap().ended, Some(Ended::Silent));
    assert_eq!(room.post(&helper, post(1, "late"), 652_000).unwrap_err(), BridgeRefusal::NoPairing);
    assert_eq!(room.kept().0, 0, "what waited is forgotten");
}

#[test]
fn either_end_ends_it_and_both_learn_who_did() {
    let room = Pairings::default();
    let (page, helper) = made(&room);
    room.post(&page, post(1, "goodbye"), 1).unwrap();
    room.post(&helper, post(1, "too late"), 1).unwrap();
    room.end(&page, 1);
    room.end(&page, 2);
    let last = room.heard_at(&helper, 0, 3).unwrap();
    assert_eq!(last.messages, [post(1, "goodbye")], "what was said before the end arrives");
    assert_eq!(room.heard_at(&page, 0, 3).unwrap().messages, []);
    assert_eq!(room.heard_at(&page, 0, 3).unwrap().ended, Some(Ended::BySelf));
    assert_eq!(room.heard_at(&helper, 0, 3).unwrap().ended, Some(Ended::ByOther));
    assert_eq!(room.post(&helper, post(2, "x"), 4).unwrap_err(), BridgeRefusal::NoPairing);
    assert!(room.heard_at(&helper, 0, 121_005).is_err());
    assert_eq!(room.kept(), (0, 0, 0));
}

#[test]
fn guesses_are_bounded_and_a_right_code_needs_a_try_left() {
    let room = Pairings::default();
    let offer = room.offer(address(1), 0).unwrap();
    let wrong = if offer.code == "00000000" { "00000001" } else { "00000000" };
    for _ in 0..8 {
        assert_eq!(room.claim(wrong, address(9), 1).unwrap_err(), BridgeRefusal::CodeWrong);
    }
    assert!(matches!(room.claim(&offer.code, address(9), 2), Err(BridgeRefusal::TriesSpent { .. })));
    assert!(room.claim(&offer.code, address(2), 3).is_ok(), "the user's own page is not kept out");
}

#[test]
fn a_flood_takes_bounded_memory() {
    let room = Pairings::default();
    for _ in 0..16 {
        room.offer(address(1), 0).unwrap();
    }
    assert_eq!(room.offer(address(1), 0).unwrap_err(), BridgeRefusal::Crowded);
    let mut opened = 16;
    for number in 2..150 {
        opened += (0..16).filter(|_| room.invite(address(number), 0).is_ok()).count();
    }
    assert_eq!(opened, 2048);
    assert_eq!(room.kept().1, 2048);
    assert!(room.offer(address(5000), 300_000).is_ok(), "what nobody came for makes room");
}

#[test]
fn an_end_that_does_not_read_stops_the_other_and_no_one_else() {
    let room = Pairings::default();
    let pairs: Vec<_> = (0..40)
        .map(|number| {
            let offer = room.offer(address(number), 0).unwrap();
            (room.claim(&offer.code, address(number), 0).unwrap().token, offer.token)
        })
        .collect();
    let body = "x".repeat(MESSAGE_BYTES);
    let mut taken = 0;
    for (page, _) in &pairs {
        for number in 1.. {
            match room.post(page, post(number, &body), 1) {
                Ok(()) => taken += 1,
                Err(refusal) => {
                    assert_eq!(refusal, BridgeRefusal::Unread);
                    break;
                }
            }
        }
    }
    assert!(taken >= 16 * 20, "{taken}");
    assert!(room.kept().0 <= 32 << 20);
    let (page, helper) = &pairs[0];
    assert_eq!(room.heard_at(helper, 16, 2).unwrap().messages, []);
    room.post(page, post(17, "again"), 3).unwrap();
}

#[test]
fn strange_tokens_belong_to_nothing() {
    let room = Pairings::default();
    made(&room);
    for token in ["", "x", &"0".repeat(64), &"f".repeat(64), "投标"] {
        assert_eq!(room.heard_at(token, 0, 1).unwrap_err(), BridgeRefusal::NoPairing, "{token:?}");
        assert_eq!(room.post(token, post(1, "x"), 1).unwrap_err(), BridgeRefusal::NoPairing);
        room.end(token, 1);
    }
}

#[tokio::test]
async fn news_wakes_who_waits() {
    let room = std::sync::Arc::new(Pairings::default());
    let (page, helper) = made(&room);
    let waiting = tokio::spawn({
        let (room, helper) = (room.clone(), helper.clone());
        async move { room.heard(&helper, 0, 25).await }
    });
    tokio::task::yield_now().await;
    room.post(&page, post(1, "now"), room.now()).unwrap();
    assert_eq!(waiting.await.unwrap().unwrap().messages, [post(1, "now")]);
    let waiting = tokio::spawn({
        let room = room.clone();
        async move { room.heard(&helper, 1, 25).await }
    });
    tokio::task::yield_now().await;
    room.end(&page, room.now());
    assert_eq!(waiting.await.unwrap().unwrap().ended, Some(Ended::ByOther));
}
