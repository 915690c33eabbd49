//! An officer replaces another one and confirms the time, and a supervisor agrees to the remedy key, each through a helper
//! that shows what is signed.

use std::sync::Arc;

use bidroom_bidder::bridge::{Outcome, serve};
use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::At;
use bidroom_envelope::suite::pki::Name;
use bidroom_lock::{Lock as _, LockKind, SignedStatement, SoftLock, Statement, StatementKind};
use bidroom_tests::page::replace;
use bidroom_tests::random::CountingRandom;
use bidroom_tests::raw::Raw;
use bidroom_tests::room::{MORNING, StoryRoom, Turned as Clock};
use bidroom_wire::bridge::{Ended, Stage};
use bidroom_wire::{Answer, Ask, ReplaceMaterial, SuccessorFiles};

use crate::world::{PLAIN, Site, now};

const DAY: i64 = 86_400_000;

/// The certificates of a lock as its holder brings them.
fn files(index: u8, lock: &SoftLock) -> SuccessorFiles {
    let identity = lock.identity();
    SuccessorFiles {
        index,
        signing: Base64Bytes(identity.signing_certificate().to_pem().into_bytes()),
        encryption: Base64Bytes(identity.encryption_certificate().der().to_vec()),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officer_is_replaced_after_the_helper_has_shown_by_whom() {
    let site = Site::new().await;
    let pace = Clock(site.room.clock.clone());
    let play = site.room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    play.prepare().await.unwrap();
    let officers = &site.room.world.officers;
    let mut again = StoryRoom::people(3).unwrap();
    let valid = (MORNING.plus_millis(-DAY), MORNING.plus_millis(300 * DAY));
    let mut lock = |name: &'static str| {
        let subject = Name::new("云州市行政审批服务局", None, name);
        again.cas[0].lock(LockKind::Officer, &subject, valid, &mut CountingRandom::new(name)).unwrap()
    };
    let (found, other) = (lock("罗毅"), lock("另一人"));
    let mut hand = site.hand_with_file(&officers[0].lock).await;
    let (paired, mut page) = site.paired().await;
    let officer = async {
        site.log_in_with_file(&mut page).await;
        let raw = Raw::new(&site.room, &officers[0].lock).await.unwrap();
        let path = format!("sessions/{}/replace", play.session);
        let (status, material) = raw.get(&path).await.unwrap();
        assert_eq!(status, 200, "{material}");
        let material: ReplaceMaterial = serde_json::from_value(material).unwrap();

        // What is no pair of certificates opens no window.
        let swapped = SuccessorFiles { index: 3, ..files(3, &found) };
        let swapped = SuccessorFiles { signing: swapped.encryption.clone(), ..swapped };
        let refused = page.act(replace(material.clone(), swapped)).await.unwrap().unwrap_err();
        assert_eq!(refused.code, "certificates", "{refused:?}");

        let tail = found.identity().signing_certificate().tail();
        let words = ["同意更换这名授权人吗", "罗毅", &tail, &officers[2].name];
        let ask = replace(material.clone(), files(3, &found));
        let (done, ()) = tokio::join!(page.act(ask), site.agrees(&words));
        let Answer::Agreed(body) = done.unwrap().unwrap() else { panic!("an agreement") };
        assert!(page.stages.contains(&Stage::Window));
        let (status, accepted) = raw.post_json(&path, &*body).await.unwrap();
        assert_eq!(status, 200, "{accepted}");

        // Another successor is another question.
        let ask = replace(material, files(3, &other));
        let (done, ()) = tokio::join!(page.act(ask), site.agrees(&["另一人"]));
        assert!(matches!(done.unwrap(), Ok(Answer::Agreed(_))));
        page.end().bridge_end().await.unwrap();
    };
    let (outcome, ()) = tokio::join!(serve(&mut hand, &paired), officer);
    assert!(matches!(outcome, Outcome::Ended(Ended::ByOther)), "{outcome:?}");
    let agreed = &site.room.state().unwrap().agreements;
    assert_eq!(agreed.keys().copied().collect::<Vec<_>>(), [1]);
    site.room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_time_that_is_confirmed_stands_beside_that_of_the_computer() {
    let site = Site::new().await;
    let pace = Clock(site.room.clock.clone());
    let play = site.room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    play.prepare().await.unwrap();
    let mut hand = site.hand_with_file(&site.room.world.officers[1].lock).await;
    let (paired, mut page) = site.paired().await;
    let session = play.session.clone();
    let officer = async {
        site.log_in_with_file(&mut page).await;
        for (apart, word) in [(2_000, "2 秒"), (7_200_000, "超过一分钟")] {
            let at = At(now().0 + apart);
            let ask = Ask::ConfirmTime { session: session.clone(), step: 1, at };
            let words = ["现在是这个时间吗", &at.clock_text(), word];
            let (done, ()) = tokio::join!(page.act(ask), site.agrees(&words));
            let Answer::Said(body) = done.unwrap().unwrap() else { panic!("a statement") };
            let signed = SignedStatement::verify(&body.statement.0, StatementKind::ConfirmTime).unwrap();
            let said = matches!(signed.statement(), Statement::ConfirmTime { step: 1, at: said, .. } if *said == at.0);
            assert!(said, "{:?}", signed.statement());
        }
        page.end().bridge_end().await.unwrap();
    };
    let (outcome, ()) = tokio::join!(serve(&mut hand, &paired), officer);
    assert!(matches!(outcome, Outcome::Ended(Ended::ByOther)), "{outcome:?}");
    site.room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_agrees_to_a_request_that_the_checked_log_does_not_have() {
    let site = Site::new().await;
    let pace = Clock(site.room.clock.clone());
    let play = site.room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    site.collecting(&play).await;
    let mut hand = site.hand_with_file(&site.room.world.officers[2].lock).await;
    let (paired, mut page) = site.paired().await;
    let bidder = site.room.world.bidders[0].firm.code.clone();
    let supervisor = async {
        site.log_in_with_file(&mut page).await;
        let session = play.session.clone();
        let ask = Ask::AgreeRemedyKey { session, bidder, request: Sm3Digest::of(b"nobody asked") };
        let refused = page.act(ask).await.unwrap().unwrap_err();
        assert_eq!(refused.code, "other_record");
        assert!(!page.stages.contains(&Stage::Window), "no window was opened for it");
        page.end().bridge_end().await.unwrap();
    };
    let (outcome, ()) = tokio::join!(serve(&mut hand, &paired), supervisor);
    assert!(matches!(outcome, Outcome::Ended(Ended::ByOther)), "{outcome:?}");
    site.room.stop().await.unwrap();
}
