//! A bidder unlocks and confirms, an officer authorises and signs, each through a helper and in its window.

use std::sync::Arc;

use bidroom_bidder::bridge::{Outcome, serve};
use bidroom_bidder::client::Follower;
use bidroom_canon::Base64Bytes;
use bidroom_domain::opening::Phase;
use bidroom_lock::Lock as _;
use bidroom_tests::page::{authorise, hand_in, probe, sign_record};
use bidroom_tests::room::{StoryRoom, Turned as Clock};
use bidroom_wire::bridge::{Done, Ended, LockList, PinLeft, Request, Stage};
use bidroom_wire::{Accepted, Answer, Ask, AuthoriseMaterial, ProbeBody, ProbeMaterial, SignRecordMaterial};

use crate::world::{PLAIN, Site};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_pin_serves_a_bidder_from_login_to_confirmation() {
    let site = Site::new().await;
    let pace = Clock(site.room.clock.clone());
    let play = site.room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    site.collecting(&play).await;
    let mut hand = site.hand(Vec::new()).await;
    let (paired, mut page) = site.paired().await;
    let code = bidroom_wire::bridge::grouped(&paired.code);
    let bidder = async {
        let lock = site.choose(&mut page).await;
        assert_eq!(lock.lock.holder, site.room.world.bidders[0].firm.name);
        assert_eq!(lock.tries, PinLeft::Exact { left: 8, of: 8 });
        assert!(lock.kind_stated && !lock.cannot_sign && !lock.cannot_open);
        let client = site.log_in(&mut page).await;
        let (session, room) = (StoryRoom::session().unwrap(), site.publication().await);

        let material = client.unlock_material(&session).await.unwrap();
        let digest: String = material.bid.to_string().to_uppercase().chars().take(4).collect();
        let words = ["同意提交解密吗", &digest, &code, session.as_str().trim_end_matches("-1")];
        let ask = hand_in(material.clone());
        let (done, ()) = tokio::join!(page.act(ask), site.agrees(&words));
        let Answer::Share(body) = done.unwrap().unwrap() else { panic!("a share") };
        assert_eq!(page.stages, [Stage::Evidence, Stage::Window, Stage::Device]);
        let (accepted, acknowledgement) = client.hand_in(&room, &body).await.unwrap();
        assert!(site.is_collected());
        let request = Request::Acknowledged { statement: acknowledgement.acknowledged.unwrap(), accepted };
        assert!(matches!(page.ask(request).await.unwrap(), Ok(Done::Noted)));
        // Once acknowledged there is nothing to worry about.
        site.time.turn(bidroom_bidder::bridge::Wait::Acknowledgement);

        play.unlock().await.unwrap();
        play.announce().await.unwrap();
        let mut log = Follower::new(&room);
        client.catch_up(&mut log).await.unwrap();
        assert_eq!(log.state().phase, Phase::Confirm);
        let confirm = Ask::Confirm { session: session.clone(), record: log.record().unwrap() };
        let (done, ()) = tokio::join!(page.act(confirm.clone()), site.agrees(&["确认开标记录吗"]));
        assert!(matches!(done.unwrap(), Ok(Answer::Said(_))));
        // The same again is not asked again, and the PIN never was.
        assert!(matches!(page.act(confirm).await.unwrap(), Ok(Answer::Said(_))));
        page.end().bridge_end().await.unwrap();
    };
    let (outcome, ()) = tokio::join!(serve(&mut hand, &paired), bidder);
    assert!(matches!(outcome, Outcome::Ended(Ended::ByOther)), "{outcome:?}");
    site.room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officer_authorises_and_signs_the_record() {
    let site = Site::new().await;
    let pace = Clock(site.room.clock.clone());
    let play = site.room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    play.prepare().await.unwrap();
    let host = &site.room.world.officers[0].lock;
    let mut hand = site.hand_with_file(host).await;
    let (paired, mut page) = site.paired().await;
    let session = StoryRoom::session().unwrap();
    let http = reqwest::Client::new();
    let officer = async {
        let token = site.log_in_with_file(&mut page).await;
        site.room.clock.set(bidroom_tests::room::DEADLINE);
        let handle = site.room.app.rooms.get(&session).unwrap();
        handle.wait_for(|it| it.state.phase == Phase::Authorise && it.note.is_some()).await.unwrap();
        let url = format!("{}/api/v1/sessions/{session}", site.room.url);
        let get = async |what: &str| {
            http.get(format!("{url}/{what}")).bearer_auth(&token).send().await.unwrap().bytes().await.unwrap()
        };
        let post = async |what: &str, body: Vec<u8>| {
            let sent = http.post(format!("{url}/{what}")).bearer_auth(&token).body(body).send().await;
            let answer = sent.unwrap().bytes().await.unwrap();
            serde_json::from_slice::<Accepted>(&answer)
                .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&answer)))
        };
        let material: AuthoriseMaterial = serde_json::from_slice(&get("authorise").await).unwrap();
        // A roster that the log does not say is authorised by nobody.
        let other = AuthoriseMaterial { roster: bidroom_canon::Sm3Digest::of(b"other"), ..material.clone() };
        let refused = page.act(authorise(other)).await.unwrap().unwrap_err();
        assert_eq!(refused.code, "material_wrong");
        let (done, ()) = tokio::join!(page.act(authorise(material)), site.agrees(&["授权开标吗", "份额  1"]));
        let Answer::Part(body) = done.unwrap().unwrap() else { panic!("a part") };
        post("authorise", serde_json::to_vec(&body).unwrap()).await;

        play.authorise().await.unwrap();
        play.unlock().await.unwrap();
        play.announce().await.unwrap();
        play.confirm().await.unwrap();
        play.close().await.unwrap();
        let material: SignRecordMaterial = serde_json::from_slice(&get("sign-record").await).unwrap();
        let (done, ()) = tokio::join!(page.act(sign_record(material)), site.agrees(&["签署开标记录吗"]));
        let Answer::Said(body) = done.unwrap().unwrap() else { panic!("a signature") };
        post("sign-record", serde_json::to_vec(&body).unwrap()).await;
        page.end().bridge_end().await.unwrap();
    };
    let (outcome, ()) = tokio::join!(serve(&mut hand, &paired), officer);
    assert!(matches!(outcome, Outcome::Ended(Ended::ByOther)), "{outcome:?}");
    site.room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_the_bid_is_not_sealed_to_is_told_without_a_pin() {
    let site = Site::new().await;
    let pace = Clock(site.room.clock.clone());
    let play = site.room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    site.collecting(&play).await;
    let old = &site.room.world.bidders[0].old;
    let mut hand = site.hand_with_file(old).await;
    let (paired, mut page) = site.paired().await;
    let bidder = async {
        let Ok(Done::Locks(LockList { locks, .. })) = page.ask(Request::Locks).await.unwrap() else {
            panic!("locks")
        };
        let own = locks.iter().find(|lock| lock.tries == PinLeft::Unlimited).unwrap();
        assert!(page.ask(Request::Choose { lock: own.id.clone() }).await.unwrap().is_ok());
        let done = page.act(hand_in(site.material().await)).await.unwrap();
        let Ok(Answer::NotSealedTo(body)) = done else { panic!("{done:?}") };
        assert_eq!(body.certificate.0, old.identity().encryption_certificate().der());
        page.end().bridge_end().await.unwrap();
    };
    tokio::select! {
        (_, ()) = async { tokio::join!(serve(&mut hand, &paired), bidder) } => {}
        window = site.windows.next() => panic!("a window opened: {}", window.unwrap().text),
    }
    site.room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_is_probed_before_the_deadline_with_one_question() {
    let site = Site::new().await;
    let pace = Clock(site.room.clock.clone());
    let play = site.room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    play.prepare().await.unwrap();
    let mut hand = site.hand(Vec::new()).await;
    let (paired, mut page) = site.paired().await;
    let lock = &site.room.world.bidders[0].main;
    let raw = bidroom_tests::raw::Raw::new(&site.room, lock).await.unwrap();
    let certificate = Base64Bytes(lock.identity().encryption_certificate().der().to_vec());
    let path = format!("sessions/{}/probe", play.session);
    let bidder = async {
        site.choose(&mut page).await;
        for round in 0..2 {
            let body = ProbeBody { certificate: certificate.clone() };
            let (status, material) = raw.post_json(&path, &body).await.unwrap();
            assert_eq!(status, 200, "{material}");
            let material: ProbeMaterial = serde_json::from_value(material).unwrap();
            let person = async {
                if round == 0 {
                    let window = site.windows.next().await.unwrap();
                    assert!(window.text.contains("让开标室验这把锁吗"), "{}", window.text);
                    window.pin(crate::world::PIN).await.unwrap();
                }
            };
            let (done, ()) = tokio::join!(page.act(probe(material)), person);
            let Answer::Probed(body) = done.unwrap().unwrap() else { panic!("an answer") };
            let (status, accepted) = raw.post_json(&format!("{path}-answer"), &body).await.unwrap();
            assert_eq!(status, 200, "{accepted}");
        }
        page.end().bridge_end().await.unwrap();
    };
    let (outcome, ()) = tokio::join!(serve(&mut hand, &paired), bidder);
    assert!(matches!(outcome, Outcome::Ended(Ended::ByOther)), "{outcome:?}");
    site.room.stop().await.unwrap();
}
