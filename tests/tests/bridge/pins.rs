//! What vouches for a room: the publication that was given or kept, or the holder's own comparison; nothing else.

use std::sync::Arc;

use bidroom_bidder::bridge::serve;
use bidroom_tests::page::hand_in;
use bidroom_tests::room::Turned as Clock;
use bidroom_tests::window::Kind;
use bidroom_wire::{Answer, Ask};

use crate::world::{PIN, PLAIN, Site};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_publication_the_holder_compares_the_digest_once_and_for_all() {
    let site = Site::new().await;
    let pace = Clock(site.room.clock.clone());
    let play = site.room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    site.collecting(&play).await;
    let digest = site.publication().await.package().digest().to_string().to_uppercase();
    let material = site.material().await;

    // Whoever cannot compare it says no, and nothing is signed.
    let mut hand = site.hand_of(site.rooms(), Vec::new());
    let (paired, mut page) = site.paired().await;
    let declining = async {
        site.choose(&mut page).await;
        let person = async {
            let window = site.windows.next().await.unwrap();
            assert_eq!(window.kind, Kind::Question);
            assert!(
                window.text.contains(&digest[..32]) && window.text.contains(&digest[32..]),
                "{}",
                window.text
            );
            window.no().await.unwrap();
        };
        let (no, ()) = tokio::join!(page.act(hand_in(material.clone())), person);
        assert_eq!(no.unwrap().unwrap_err().code, "unpinned");
        page.end().bridge_end().await.unwrap();
    };
    tokio::join!(serve(&mut hand, &paired), declining);

    // Who has compared it is not asked again, in another run neither.
    for round in 0..2 {
        let mut hand = site.hand_of(site.rooms(), Vec::new());
        let (paired, mut page) = site.paired().await;
        let agreeing = async {
            site.choose(&mut page).await;
            let person = async {
                if round == 0 {
                    site.agrees(&["招标代理机构公布的一样吗"]).await;
                }
                let window = site.windows.next().await.unwrap();
                assert!(
                    window.kind == Kind::Pin && window.text.contains("同意提交解密吗"),
                    "{}",
                    window.text
                );
                window.pin(PIN).await.unwrap();
            };
            let (done, ()) = tokio::join!(page.act(hand_in(material.clone())), person);
            assert!(matches!(done.unwrap(), Ok(Answer::Share(_))));
            page.end().bridge_end().await.unwrap();
        };
        tokio::join!(serve(&mut hand, &paired), agreeing);
    }
    site.room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_publication_of_another_room_vouches_for_nothing_here() {
    let (site, other) = (Site::new().await, Site::new().await);
    for one in [&site, &other] {
        let pace = Clock(one.room.clock.clone());
        let play = one.room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
        play.prepare().await.unwrap();
    }
    // The same tender in another room, and an agency whose root is not the one that the holder trusts.
    let stranger = other.room.world.cas[1].root.clone();
    let mut hand = site.hand_of(site.rooms().with_agency_roots(vec![stranger]), Vec::new());
    let (paired, mut page) = site.paired().await;
    let session = bidroom_tests::room::StoryRoom::session().unwrap();
    let hostile = async {
        site.choose(&mut page).await;
        let no = page.act(Ask::SignIn { session: session.clone() }).await.unwrap();
        assert_eq!(no.unwrap_err().code, "unpinned");
        page.end().bridge_end().await.unwrap();
    };
    tokio::join!(serve(&mut hand, &paired), hostile);

    // With the agency's true root nobody is asked anything but the PIN.
    let root = site.room.world.agency_ca.root.clone();
    let mut hand = site.hand_of(site.rooms().with_agency_roots(vec![root]), Vec::new());
    let (paired, mut page) = site.paired().await;
    let honest = async {
        site.choose(&mut page).await;
        let person = async {
            let window = site.windows.next().await.unwrap();
            assert!(window.kind == Kind::Pin && window.text.contains("签到吗"), "{}", window.text);
            window.pin(PIN).await.unwrap();
        };
        let (done, ()) = tokio::join!(page.act(Ask::SignIn { session }), person);
        assert!(matches!(done.unwrap(), Ok(Answer::Said(_))));
        page.end().bridge_end().await.unwrap();
    };
    tokio::join!(serve(&mut hand, &paired), honest);
    site.room.stop().await.unwrap();
    other.room.stop().await.unwrap();
}
