//! What goes wrong with a lock is told to the room by the helper itself; and a renewed lock is registered through it.

use std::sync::Arc;

use bidroom_bidder::bridge::{Outcome, serve};
use bidroom_domain::opening::{Trouble, Voucher};
use bidroom_lock::Lock as _;
use bidroom_tests::page::{hand_in, rewrap};
use bidroom_tests::raw::Raw;
use bidroom_tests::room::Turned as Clock;
use bidroom_tests::window::Kind;
use bidroom_wire::Answer;
use bidroom_wire::bridge::Ended;

use crate::world::{PLAIN, Site};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_is_gone_and_a_wrong_pin_are_facts_in_the_log_without_the_page() {
    let site = Site::new().await;
    let pace = Clock(site.room.clock.clone());
    let play = site.room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    site.collecting(&play).await;
    let mut hand = site.hand(Vec::new()).await;
    let (paired, mut page) = site.paired().await;
    let code = site.room.world.bidders[0].firm.code.clone();
    let material = site.material().await;
    let bidder = async {
        site.choose(&mut page).await;
        site.log_in(&mut page).await;
        site.bench.remove("usb-1");
        let person = async {
            site.agrees(&["同意提交解密吗"]).await;
            let told = site.windows.next().await.unwrap();
            assert_eq!(told.kind, Kind::Message, "{}", told.text);
            told.yes().await.unwrap();
        };
        let (no, ()) = tokio::join!(page.act(hand_in(material.clone())), person);
        assert!(no.unwrap().is_err());
        assert_eq!(page.troubles, [(Trouble::NoLock {}, true)]);

        site.bench.heal();
        let person = async {
            let asked = site.windows.next().await.unwrap();
            assert_eq!(asked.kind, Kind::Pin, "{}", asked.text);
            asked.pin("000000").await.unwrap();
        };
        let (no, ()) = tokio::join!(page.act(hand_in(material.clone())), person);
        assert_eq!(no.unwrap().unwrap_err().code, "pin_wrong");
        assert_eq!(page.troubles, [(Trouble::PinWrong { left: Some(7) }, true)]);
        page.end().bridge_end().await.unwrap();
    };
    let (outcome, ()) = tokio::join!(serve(&mut hand, &paired), bidder);
    assert!(matches!(outcome, Outcome::Ended(Ended::ByOther)), "{outcome:?}");
    let state = play.state().await.unwrap();
    let facts: Vec<_> =
        state.row(&code).unwrap().facts.iter().map(|fact| (fact.trouble.clone(), fact.vouched)).collect();
    let pin = Trouble::PinWrong { left: Some(7) };
    assert_eq!(facts, [(Trouble::NoLock {}, Voucher::Bidder), (pin, Voucher::Bidder)]);
    site.room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renewed_lock_is_registered_in_the_helpers_window_and_a_strangers_never() {
    let site = Site::new().await;
    let pace = Clock(site.room.clock.clone());
    let play = site.room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    play.prepare().await.unwrap();
    let mut hand = site.hand(Vec::new()).await;
    let (paired, mut page) = site.paired().await;
    let own = &site.room.world.bidders[0];
    let renewed = own.old.identity().encryption_certificate();
    let theirs = site.room.world.bidders[1].main.identity().encryption_certificate();
    let raw = Raw::new(&site.room, &own.main).await.unwrap();
    let path = format!("sessions/{}/packages", play.session);
    let (status, offered) = raw.get(&path).await.unwrap();
    assert_eq!(status, 200, "{offered}");
    let material = offered.to_string();
    let bidder = async {
        site.choose(&mut page).await;
        site.log_in(&mut page).await;
        let no = page.act(rewrap(material.clone(), theirs.der())).await.unwrap().unwrap_err();
        assert_eq!(no.code, "stranger", "no window opened");
        let no = page.act(rewrap("{}".to_owned(), renewed.der())).await.unwrap().unwrap_err();
        assert_eq!(no.code, "material_wrong");
        let serial = renewed.serial_hex();
        let words = ["让这把新锁也能打开投标文件吗", serial.as_str(), own.firm.name.as_str()];
        let ask = rewrap(material.clone(), renewed.der());
        let (done, ()) = tokio::join!(page.act(ask), site.agrees(&words));
        let Answer::Packages(body) = done.unwrap().unwrap() else { panic!("key packages") };
        let (status, accepted) = raw.post_json(&path, &body).await.unwrap();
        assert_eq!(status, 200, "{accepted}");
        page.end().bridge_end().await.unwrap();
    };
    let (outcome, ()) = tokio::join!(serve(&mut hand, &paired), bidder);
    assert!(matches!(outcome, Outcome::Ended(Ended::ByOther)), "{outcome:?}");
    let room = site.publication().await;
    let mut client = site.client();
    client.log_in(&own.old, &site.room.app.config.origin).await.unwrap();
    assert_eq!(client.probe(&room, &own.old).await.unwrap().events, ["lock.probed"]);
    site.room.stop().await.unwrap();
}
