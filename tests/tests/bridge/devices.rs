//! Locks that do not do their part: a wrong PIN, a locked one, a device that is pulled out or hangs.

use bidroom_bidder::bridge::{Outcome, Wait, serve};
use bidroom_test_device::{Fault, Faults};
use bidroom_tests::window::Kind;
use bidroom_wire::bridge::{Done, Ended, PinLeft, Request};
use bidroom_wire::{Answer, Ask};

use crate::world::{PIN, Site};

/// A login with a fresh challenge.
async fn login(site: &Site) -> Ask {
    Ask::LogIn(site.client().login_challenge(&site.room.app.config.origin).await.unwrap())
}

async fn types(site: &Site, pin: &str, trouble: &str, prompt: &str) {
    let window = site.windows.next().await.unwrap();
    assert_eq!(window.kind, Kind::Pin, "{}", window.text);
    assert!(window.trouble.contains(trouble), "{}", window.trouble);
    assert_eq!(window.trouble.is_empty(), trouble.is_empty(), "{}", window.trouble);
    assert!(window.prompt.contains(prompt), "{}", window.prompt);
    window.pin(pin).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_pin_is_tried_once_and_a_locked_one_never() {
    let site = Site::with(|device| {
        let application = &mut device.applications[0];
        (application.tries, application.left) = (3, 3);
    })
    .await;
    let mut hand = site.hand_of(site.rooms(), Vec::new());
    let (paired, mut page) = site.paired().await;
    let bidder = async {
        let lock = site.choose(&mut page).await;
        assert_eq!(lock.tries, PinLeft::Exact { left: 3, of: 3 });
        let ask = login(&site).await;
        let (no, ()) = tokio::join!(page.act(ask), types(&site, "000000", "", "还可试 3 次"));
        let no = no.unwrap().unwrap_err();
        assert_eq!(
            (no.code.as_str(), no.sentence.zh.title.as_str()),
            ("pin_wrong", "PIN 不正确，还可再试 2 次")
        );
        // One of another shape costs no try.
        let ask = login(&site).await;
        let (no, ()) = tokio::join!(page.act(ask), types(&site, "1", "PIN 不正确", "还可试 2 次"));
        assert_eq!(no.unwrap().unwrap_err().code, "pin_shape");
        let ask = login(&site).await;
        let (no, ()) = tokio::join!(page.act(ask), types(&site, "000000", "PIN 应为", "还可试 2 次"));
        assert_eq!(no.unwrap().unwrap_err().code, "pin_wrong");
        // Before the last try the holder is asked; saying no makes none.
        let ask = login(&site).await;
        let last = async {
            let window = site.windows.next().await.unwrap();
            assert_eq!(window.kind, Kind::Question);
            assert!(window.text.contains("只剩 1 次机会"), "{}", window.text);
            window.no().await.unwrap();
        };
        let (no, ()) = tokio::join!(page.act(ask), last);
        assert_eq!(no.unwrap().unwrap_err().code, "declined");
        let ask = login(&site).await;
        let last = async {
            site.agrees(&["只剩 1 次机会"]).await;
            types(&site, "000000", "PIN 不正确", "还可试 1 次").await;
        };
        let (no, ()) = tokio::join!(page.act(ask), last);
        assert_eq!(no.unwrap().unwrap_err().code, "pin_locked", "that was the last one");
        // Locked: no window opens.
        let ask = login(&site).await;
        let no = page.act(ask).await.unwrap().unwrap_err();
        assert_eq!(no.code, "pin_locked");
        assert!(no.sentence.zh.body.contains("另一把锁"), "{no}");
        page.end().bridge_end().await.unwrap();
    };
    let (outcome, ()) = tokio::join!(serve(&mut hand, &paired), bidder);
    assert!(matches!(outcome, Outcome::Ended(Ended::ByOther)), "{outcome:?}");
    site.room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_is_pulled_out_gives_nothing_and_is_asked_for_its_pin_again() {
    let site = Site::new().await;
    let mut hand = site.hand_of(site.rooms(), Vec::new());
    let (paired, mut page) = site.paired().await;
    let bidder = async {
        site.choose(&mut page).await;
        site.answered(&mut page).await;
        site.bench.remove("usb-1");
        let ask = login(&site).await;
        let told = async {
            let window = site.windows.next().await.unwrap();
            assert_eq!(window.kind, Kind::Message, "{}", window.text);
            window.yes().await.unwrap();
        };
        let (no, ()) = tokio::join!(page.act(ask), told);
        let no = no.unwrap().unwrap_err();
        assert!(["lock_absent", "lock_removed"].contains(&no.code.as_str()), "{no}");
        let ask = login(&site).await;
        assert_eq!(page.act(ask).await.unwrap().unwrap_err().code, "lock_absent");
        site.bench.heal();
        let ask = login(&site).await;
        let (done, ()) = tokio::join!(page.act(ask), types(&site, PIN, "", "还可试 8 次"));
        assert!(matches!(done.unwrap(), Ok(Answer::Said(_))));
        page.end().bridge_end().await.unwrap();
    };
    tokio::join!(serve(&mut hand, &paired), bidder);
    site.room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_hangs_is_told_and_nothing_repeats() {
    let site = Site::new().await;
    let mut hand = site.hand_of(site.rooms(), Vec::new());
    let (paired, mut page) = site.paired().await;
    let gate = site.folder.path().join("gate");
    let slow = Fault { function: "SKF_ECCSignData".to_owned(), gate: Some(gate.clone()), ..Fault::default() };
    let bidder = async {
        site.choose(&mut page).await;
        site.answered(&mut page).await;
        site.bench.inject(&Faults { faults: vec![slow], ..Faults::default() });
        let ask = login(&site).await;
        site.time.turn(Wait::Device);
        assert_eq!(page.act(ask).await.unwrap().unwrap_err().code, "lock_slow");
        // Nothing else is asked of it while it hangs.
        assert_eq!(page.ask(Request::Locks).await.unwrap().unwrap_err().code, "lock_slow");
        std::fs::write(&gate, "").unwrap();
        let mut again = page.ask(Request::Locks).await.unwrap();
        while again.as_ref().is_err_and(|no| no.code == "lock_slow") {
            again = page.ask(Request::Locks).await.unwrap();
        }
        assert!(matches!(again, Ok(Done::Locks(_))), "{again:?}");
        let ask = login(&site).await;
        assert!(matches!(page.act(ask).await.unwrap(), Ok(Answer::Said(_))), "the PIN is still in hand");
        page.end().bridge_end().await.unwrap();
    };
    tokio::join!(serve(&mut hand, &paired), bidder);
    site.room.stop().await.unwrap();
}
