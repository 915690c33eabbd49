//! A request to unlock is judged by when it came: who waits in the queue when the window ends has lost nothing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::sync::Arc;

use bidroom::demo::play::Script;
use bidroom_domain::opening::{Phase, Trouble, Voucher};
use bidroom_domain::{At, CreditCode};
use bidroom_tests::raw::Raw;
use bidroom_tests::room::{DEADLINE, StoryRoom, Turned};
use bidroom_unlocking::PublishedRoom;

const PLAIN: Script = Script { replaces: None, wrong_lock: None, objects: None, absent: None, leaves: None };
/// The window of a story's tender.
const WINDOW: u32 = 1800;

fn around_the_end(seconds: i64) -> At {
    DEADLINE.plus_seconds(WINDOW).plus_millis(seconds * 1000)
}

/// Bidder `number` hands in; done once the room has answered.
async fn hands_in(room: &StoryRoom, published: &PublishedRoom, number: usize) -> Result<(), String> {
    let lock = &room.world.bidders[number].main;
    let client = room.logged_in(lock).await.unwrap();
    let done = client.unlock(published, lock, None).await;
    done.map(drop).map_err(|error| error.code().unwrap_or_default().to_owned())
}

/// Waits until the stream shows that this bidder waits.
async fn queued(raw: &Raw, bidder: &CreditCode) {
    let path = format!("sessions/{}/frames?from=0", StoryRoom::session().unwrap());
    loop {
        let (status, frame) = raw.get(&path).await.unwrap();
        assert_eq!(status, 200, "{frame}");
        if frame["status"]["queue"].as_array().unwrap().iter().any(|waits| waits == bidder.as_str()) {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_when_the_window_ends_gets_the_wait_back_and_who_comes_later_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let room = StoryRoom::new(folder.path(), 4).await.unwrap();
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    play.prepare().await.unwrap();
    let published = room.published().await.unwrap();
    room.clock.set(DEADLINE);
    let handle = room.handle().unwrap();
    handle.wait_for(|it| it.state.phase == Phase::Authorise && it.note.is_some()).await.unwrap();
    play.authorise().await.unwrap();
    let raw = Raw::new(&room, &room.world.bidders[3].main).await.unwrap();
    let bidder = |number: usize| room.world.bidders[number].firm.code.clone();

    // Custody is busy with others: both turns are taken.
    let mut busy = [handle.queue_up(&bidder(3)), handle.queue_up(&bidder(3))];
    for place in &mut busy {
        place.turn().await;
    }
    let story = async {
        room.clock.set(around_the_end(-90));
        let long = hands_in(&room, &published, 0);
        let short = async {
            queued(&raw, &bidder(0)).await;
            room.clock.set(around_the_end(-5));
            let short = hands_in(&room, &published, 1);
            let end = async {
                queued(&raw, &bidder(1)).await;
                room.clock.set(around_the_end(3));
                drop(busy);
            };
            tokio::join!(short, end).0
        };
        tokio::join!(long, short)
    };
    let (long, short) = story.await;
    assert_eq!((long, short), (Ok(()), Ok(())));
    assert_eq!(hands_in(&room, &published, 2).await, Err("window_ended".to_owned()));

    let state = room.state().unwrap();
    let facts = |number: usize| {
        let row = state.row(&bidder(number)).unwrap();
        assert_eq!(row.collected.is_some(), number < 2, "{number}");
        row.facts.iter().map(|fact| (fact.trouble.clone(), fact.vouched, fact.made_up)).collect::<Vec<_>>()
    };
    let held = |seconds: u32| Trouble::Held { reason: format!("解密请求排队等待 {seconds} 秒") };
    assert_eq!(
        facts(0),
        [(Trouble::QueueWait { millis: 93_000 }, Voucher::Room, true), (held(93), Voucher::Room, true),],
        "longer than the tender document lets it be: a fact"
    );
    assert_eq!(facts(1), [(held(8), Voucher::Room, true)], "a short wait is given back as well");
    assert_eq!(facts(2), [], "who came after the end is given nothing");
    room.stop().await.unwrap();
}
