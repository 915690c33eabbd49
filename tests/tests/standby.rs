//! Two devices: the main one is pulled in the middle of an opening, and the standby goes on.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use bidroom::demo::play::Script;
use bidroom_domain::opening::Phase;
use bidroom_tests::devices::{TOKEN, hsm};
use bidroom_tests::room::{DEADLINE, StoryRoom, Turned};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_main_device_is_pulled_in_the_middle_of_an_opening_and_the_standby_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let ((main, first), (_standby, second)) = (hsm().unwrap(), hsm().unwrap());
    let room = StoryRoom::with_devices(folder.path(), 3, vec![first, second]).await.unwrap();
    let identity = room.app.signer.identity().clone();
    assert!(identity.keys.standby.is_some() && identity.standby_certificate.is_some());
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, Script::default(), Arc::new(|_: &str| {})).unwrap();
    play.prepare().await.unwrap();
    room.clock.set(DEADLINE);
    room.handle()
        .unwrap()
        .wait_for(|it| it.state.phase == Phase::Authorise && it.note.is_some())
        .await
        .unwrap();
    play.authorise().await.unwrap();

    main.remove(TOKEN);
    let began = Instant::now();
    play.unlock().await.unwrap();
    let took = began.elapsed();
    println!("three bidders unlocked in {took:?} after the main device was pulled");
    assert!(took < Duration::from_secs(60), "the standby must take over within seconds: {took:?}");
    room.app.rooms.tick();
    let lost = room.handle().unwrap().wait_for(|it| it.state.lost.contains_key("main")).await.unwrap();
    assert!(lost.state.opened.is_some(), "opened without the main device");
    let client = room.logged_in(&room.world.officers[0].lock).await.unwrap();
    let shown = client.ceremony(&StoryRoom::session().unwrap()).await.unwrap();
    assert!(shown.devices[0].lost.is_some() && shown.devices[1].lost.is_none(), "{:?}", shown.devices);

    // It comes back: asking for the devices is a look at them.
    main.heal();
    assert!(room.client().unwrap().room().await.unwrap().custody.iter().all(|device| device.ready));
    room.app.rooms.tick();
    room.handle().unwrap().wait_for(|it| it.state.lost.is_empty()).await.unwrap();
    play.whole().await.unwrap();
    assert_eq!(room.state().unwrap().roster.iter().filter(|row| row.is_opened()).count(), 3);
    room.sound().unwrap();
    room.stop().await.unwrap();
}
