//! Custody as a process of its own that is killed after it has unwrapped a share, and before it says so.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::sync::Arc;

use bidroom::demo::play::Script;
use bidroom::demo::site::SiteDevice;
use bidroom_domain::opening::Phase;
use bidroom_tests::room::{DEADLINE, StoryRoom, Turned};
use bidroom_wire::HostCommand;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn custody_dies_after_it_has_unwrapped_and_before_it_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let devices = vec![SiteDevice::Soft, SiteDevice::Soft];
    let (room, custody) = StoryRoom::with_custody(folder.path(), 3, devices).await.unwrap();
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, Script::default(), Arc::new(|_: &str| {})).unwrap();
    play.prepare().await.unwrap();
    room.clock.set(DEADLINE);
    let handle = room.handle().unwrap();
    handle.wait_for(|it| it.state.phase == Phase::Authorise && it.note.is_some()).await.unwrap();
    // Killed with the first part, with the first consent, and with the first bid's shares: each is asked for again, and
    // stands in the log once.
    custody.kill_after_unwrapping("part");
    play.authorise().await.unwrap();
    assert_eq!(custody.deaths(), 2, "killed, and dead after the first part");
    custody.kill_after_unwrapping("consent");
    let host = room.logged_in(&room.world.officers[0].lock).await.unwrap();
    let published = room.published().await.unwrap();
    for bidder in &room.world.bidders {
        let client = room.logged_in(&bidder.main).await.unwrap();
        client.unlock(&published, &bidder.main, None).await.unwrap();
    }
    assert_eq!(custody.deaths(), 4, "killed, and dead after the first consent");
    custody.kill_after_unwrapping("shares");
    host.command(&published, &HostCommand::CloseUnlock).await.unwrap();
    handle.wait_for(|it| it.state.phase == Phase::Announce && it.note.is_some()).await.unwrap();
    assert_eq!(custody.deaths(), 6, "killed, and dead after the first bid's shares");
    let state = room.state().unwrap();
    assert_eq!((state.authorised.len(), state.collected_count()), (2, 3));
    assert!(state.roster.iter().all(|row| row.is_opened()));
    play.whole().await.unwrap();
    room.sound().unwrap();
    room.stop().await.unwrap();
}
