//! Shares whose acknowledgement does not come: swallowed or swapped on the way, or with no way left.

use std::sync::Arc;

use bidroom_bidder::bridge::{Rooms, Wait, serve};
use bidroom_bidder::client::{Client, ClientOptions};
use bidroom_tests::page::{Page, hand_in};
use bidroom_tests::room::{StoryRoom, Turned as Clock};
use bidroom_tests::window::Kind;
use bidroom_wire::bridge::{Request, What};
use bidroom_wire::{Accepted, Answer, ConsentBody};

use crate::world::{PLAIN, Site, now};

/// The page logs in and gets a share.
async fn share(site: &Site, page: &mut Page) -> ConsentBody {
    site.choose(page).await;
    site.log_in(page).await;
    let ask = hand_in(site.material().await);
    let (done, ()) = tokio::join!(page.act(ask), site.agrees(&["同意提交解密吗"]));
    let Answer::Share(body) = done.unwrap().unwrap() else { panic!("a share") };
    body
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_swallowed_share_is_handed_in_by_the_helper() {
    let site = Site::new().await;
    let pace = Clock(site.room.clock.clone());
    let play = site.room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    site.collecting(&play).await;
    let mut hand = site.hand(Vec::new()).await;
    let (paired, mut page) = site.paired().await;
    let swallowing = async {
        let body = share(&site, &mut page).await;
        assert!(!site.is_collected());
        site.time.turn(Wait::Acknowledgement);
        let told = loop {
            let told = page.told().await.unwrap();
            if !matches!(told.what, What::Stage(_)) {
                break told;
            }
        };
        let What::Delivered { statement, accepted } = told.what else { panic!("{told:?}") };
        assert_eq!(statement, bidroom_canon::Sm3Digest::of(&body.statement.0));
        site.publication().await.check_acknowledgement(&accepted, Some(statement)).unwrap();
        assert!(site.is_collected());
        page.end().bridge_end().await.unwrap();
    };
    tokio::join!(serve(&mut hand, &paired), swallowing);
    site.room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_swapped_acknowledgement_reassures_nobody() {
    let site = Site::new().await;
    let pace = Clock(site.room.clock.clone());
    let play = site.room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    site.collecting(&play).await;
    let mut hand = site.hand(Vec::new()).await;
    let (paired, mut page) = site.paired().await;
    let room = site.publication().await;
    let swapping = async {
        let body = share(&site, &mut page).await;
        let statement = bidroom_canon::Sm3Digest::of(&body.statement.0);
        // What the room signed for another bidder's share.
        let other = &site.room.world.bidders[1].main;
        let mut client = site.client();
        client.log_in(other, &site.room.app.config.origin).await.unwrap();
        let session = StoryRoom::session().unwrap();
        let material = client.unlock_material(&session).await.unwrap();
        let theirs = bidroom_unlocking::give_share(&room, &material, other, None).unwrap();
        let (accepted, _) = client.hand_in(&room, &theirs).await.unwrap();
        let forged = Accepted { acknowledgement: body.statement.clone(), ..accepted.clone() };
        for accepted in [accepted, forged] {
            let no = page.ask(Request::Acknowledged { statement, accepted }).await.unwrap().unwrap_err();
            assert_eq!(no.code, "other_record", "{no}");
        }
        site.time.turn(Wait::Acknowledgement);
        loop {
            match page.told().await.unwrap().what {
                What::Stage(_) => {}
                What::Delivered { .. } => break,
                other => panic!("{other:?}"),
            }
        }
        assert!(site.is_collected());
        page.end().bridge_end().await.unwrap();
    };
    tokio::join!(serve(&mut hand, &paired), swapping);
    site.room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_any_way_the_holder_is_sent_to_the_counter() {
    let site = Site::new().await;
    let pace = Clock(site.room.clock.clone());
    let play = site.room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    site.collecting(&play).await;
    // Nothing listens where the helper would go by itself; the relay alone works, and swallows.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nowhere = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let path = Client::new(&ClientOptions { server: nowhere, trust: Vec::new() }).unwrap();
    let rooms = Rooms::new(&site.room.url, vec![path], None, now);
    let mut hand = site.hand_of(rooms.with_publication(site.publication().await), Vec::new());
    let (paired, mut page) = site.paired().await;
    let swallowing = async {
        share(&site, &mut page).await;
        site.time.turn(Wait::Acknowledgement);
        let window = site.windows.next().await.unwrap();
        assert_eq!(window.kind, Kind::Message);
        assert!(window.text.contains("带锁到柜台"), "{}", window.text);
        window.yes().await.unwrap();
        loop {
            match page.told().await.unwrap().what {
                What::Stage(_) => {}
                What::Undelivered { .. } => break,
                other => panic!("{other:?}"),
            }
        }
        assert!(!site.is_collected());
        page.end().bridge_end().await.unwrap();
    };
    tokio::join!(serve(&mut hand, &paired), swallowing);
    site.room.stop().await.unwrap();
}
