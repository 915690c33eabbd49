//! One page, one helper, and the holder who says whether they belong together.

use std::sync::Arc;

use bidroom_bidder::bridge::keep::Keep;
use bidroom_bidder::bridge::link::PairLink;
use bidroom_bidder::bridge::{Outcome, PairError, Pause, Tongue, pair_by_code, pair_by_link, serve};
use bidroom_tests::page::Page;
use bidroom_tests::window::Kind;
use bidroom_wire::bridge::{Done, Ended, Request};
use bidroom_wire::{Answer, Ask};
use tokio::sync::mpsc::unbounded_channel;

use crate::world::Site;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_pages_on_one_code_are_one_page() {
    let site = Site::new().await;
    let (window, pause): (_, Arc<dyn Pause>) = (site.window(), site.time.clone());
    let (say, mut said) = unbounded_channel();
    let tell = move |code: &str| drop(say.send(code.to_owned()));
    let client = site.client();
    let helper = pair_by_code(&client, &site.room.url, &*window, Tongue::Chinese, &pause, &tell);
    let pages = async {
        let code = said.recv().await.unwrap();
        let shown = site.windows.next().await.unwrap();
        assert_eq!(shown.kind, Kind::Message);
        assert!(shown.text.contains(&format!("配对码 {code}")), "{}", shown.text);
        let first = site.client().bridge_claim(&code).await.unwrap();
        let second = site.client().bridge_claim(&code).await.unwrap_err();
        assert_eq!(second.code(), Some("pairing_code_wrong"));
        // The window with the code closes by itself; the holder is asked whether it was the holder.
        shown.closed().await.unwrap();
        site.agrees(&["是您刚才输入的吗", &code]).await;
        first
    };
    let (paired, first) = tokio::join!(helper, pages);
    let paired = paired.unwrap();
    let mut page = Page::new(first);
    let mut hand = site.hand_of(site.rooms(), Vec::new());
    let talking = async {
        assert!(matches!(page.ask(Request::Locks).await.unwrap(), Ok(Done::Locks(_))));
        page.end().bridge_end().await.unwrap();
    };
    tokio::join!(serve(&mut hand, &paired), talking);
    site.room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_is_not_the_holders_gets_nothing() {
    let site = Site::new().await;
    let (window, pause): (_, Arc<dyn Pause>) = (site.window(), site.time.clone());
    let (say, mut said) = unbounded_channel();
    let tell = move |code: &str| drop(say.send(code.to_owned()));
    let client = site.client();
    let helper = pair_by_code(&client, &site.room.url, &*window, Tongue::Chinese, &pause, &tell);
    let stranger = async {
        let code = said.recv().await.unwrap();
        // The holder closes the window with the code; that ends nothing.
        site.windows.next().await.unwrap().yes().await.unwrap();
        let end = site.client().bridge_claim(&code).await.unwrap();
        let question = site.windows.next().await.unwrap();
        assert!(question.text.contains("是您刚才输入的吗"));
        question.no().await.unwrap();
        Page::new(end).ended().await.unwrap()
    };
    let (paired, ended) = tokio::join!(helper, stranger);
    assert!(matches!(paired, Err(PairError::Declined)), "{paired:?}");
    assert_eq!(ended, Ended::ByOther);
    site.room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_pairs_once_and_both_show_one_code() {
    let site = Site::new().await;
    let (window, client) = (site.window(), site.client());
    let keep = Keep::new(site.folder.path().join("keep"));
    for round in 0..2 {
        let (end, invitation) = site.client().bridge_invite().await.unwrap();
        let link = PairLink { room: site.room.url.clone(), token: invitation.link };
        let link = PairLink::parse(&link.text()).unwrap();
        let helper = pair_by_link(&client, &link, &*window, Tongue::Chinese, Some(&keep));
        let holder = async {
            let question = site.windows.next().await.unwrap();
            let code = bidroom_wire::bridge::grouped(&invitation.code);
            assert!(question.text.contains(&format!("配对码 {code}")), "{}", question.text);
            // An address is marked until the holder has agreed to it once.
            assert_eq!(question.text.contains("第一次连接"), round == 0, "{}", question.text);
            question.yes().await.unwrap();
        };
        let (paired, ()) = tokio::join!(helper, holder);
        assert_eq!(paired.unwrap().code, invitation.code);
        let again = pair_by_link(&client, &link, &*window, Tongue::Chinese, Some(&keep)).await;
        let Err(PairError::Client(error)) = again else { panic!("{again:?}") };
        assert_eq!(error.code(), Some("pairing_link_spent"));
        end.bridge_end().await.unwrap();
    }
    site.room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_leaves_closes_the_window_it_caused() {
    let site = Site::new().await;
    let mut hand = site.hand_of(site.rooms(), Vec::new());
    let (paired, mut page) = site.paired().await;
    let leaving = async {
        site.choose(&mut page).await;
        let challenge = site.client().login_challenge(&site.room.app.config.origin).await.unwrap();
        page.call(Request::Act(Box::new(Ask::LogIn(challenge)))).await.unwrap();
        let window = site.windows.next().await.unwrap();
        assert_eq!(window.kind, Kind::Pin);
        page.end().bridge_end().await.unwrap();
        window.closed().await.unwrap();
    };
    let (outcome, ()) = tokio::join!(serve(&mut hand, &paired), leaving);
    assert!(matches!(outcome, Outcome::Ended(Ended::ByOther)), "{outcome:?}");
    site.room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn windows_that_the_holder_declines_again_and_again_end_the_pairing() {
    let site = Site::new().await;
    let mut hand = site.hand_of(site.rooms(), Vec::new());
    let (paired, mut page) = site.paired().await;
    let pestering = async {
        site.choose(&mut page).await;
        for _ in 0..4 {
            let challenge = site.client().login_challenge(&site.room.app.config.origin).await.unwrap();
            let declined = async { site.windows.next().await.unwrap().no().await.unwrap() };
            let (no, ()) = tokio::join!(page.act(Ask::LogIn(challenge)), declined);
            assert_eq!(no.unwrap().unwrap_err().code, "declined");
        }
        let told = site.windows.next().await.unwrap();
        assert_eq!(told.kind, Kind::Message);
        told.yes().await.unwrap();
    };
    let (outcome, ()) = tokio::join!(serve(&mut hand, &paired), pestering);
    assert!(matches!(outcome, Outcome::Abused), "{outcome:?}");
    site.room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pairing_outlives_a_broken_connection_without_a_new_pin() {
    let site = Site::new().await;
    let proxy = bidroom_tests::proxy::Proxy::before(&site.room.url).await.unwrap();
    let through = bidroom_bidder::client::ClientOptions { server: proxy.url().to_owned(), trust: Vec::new() };
    let through = bidroom_bidder::client::Client::new(&through).unwrap();
    let (end, offer) = through.bridge_offer().await.unwrap();
    let paired = bidroom_bidder::bridge::Paired { end, code: offer.code.clone() };
    let mut page = Page::new(site.client().bridge_claim(&offer.code).await.unwrap());
    let mut hand = site.hand_of(site.rooms(), Vec::new());
    let bidder = async {
        site.choose(&mut page).await;
        site.answered(&mut page).await;
        for _ in 0..3 {
            proxy.cut();
            let challenge = site.client().login_challenge(&site.room.app.config.origin).await.unwrap();
            let done = async {
                // The network's waiting times are over whenever somebody waits.
                loop {
                    site.time.turn(bidroom_bidder::bridge::Wait::Network(1));
                    tokio::task::yield_now().await;
                }
            };
            tokio::select! {
                done = page.act(Ask::LogIn(challenge)) => {
                    assert!(matches!(done.unwrap(), Ok(Answer::Said(_))));
                }
                () = done => {}
            }
        }
        page.end().bridge_end().await.unwrap();
    };
    let (outcome, ()) = tokio::join!(serve(&mut hand, &paired), bidder);
    assert!(matches!(outcome, Outcome::Ended(Ended::ByOther)), "{outcome:?}");
    site.room.stop().await.unwrap();
}
