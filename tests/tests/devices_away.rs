//! Both devices are pulled in the middle of an opening: time stands still by itself, everybody reads why and what to do,
//! and when one of them comes back the opening goes on where it was.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::sync::Arc;

use bidroom::demo::play::{Play, Script};
use bidroom::room::Snapshot;
use bidroom_bidder::client::ClientError;
use bidroom_domain::At;
use bidroom_domain::opening::{Phase, State, Trouble};
use bidroom_test_device::Bench;
use bidroom_tests::devices::{TOKEN, hsm};
use bidroom_tests::room::{DEADLINE, StoryRoom, Turned};
use bidroom_unlocking::PublishedRoom;
use bidroom_wire::{HostCommand, text::Sentence};

const PLAIN: Script = Script { replaces: None, wrong_lock: None, objects: None, absent: None, leaves: None };

fn minutes(n: u32) -> At {
    DEADLINE.plus_seconds(60 * n)
}

struct Story<'a> {
    room: &'a StoryRoom,
    play: Play<'a>,
    published: PublishedRoom,
    devices: [&'a Bench; 2],
}

impl Story<'_> {
    async fn until(&self, ready: impl FnMut(&Snapshot) -> bool) -> State {
        self.room.handle().unwrap().wait_for(ready).await.unwrap().state.clone()
    }

    /// What everybody reads who only watches.
    async fn halted(&self) -> Option<Sentence> {
        let frame = self.room.client().unwrap().frame(&self.play.session, 0).await.unwrap();
        frame.status.halted
    }

    async fn unlock(&self, number: usize) -> Result<(), ClientError> {
        let lock = &self.room.world.bidders[number].main;
        self.room.logged_in(lock).await.unwrap().unlock(&self.published, lock, None).await.map(|_| ())
    }

    fn pull_out(&self) {
        self.devices.iter().for_each(|device| device.remove(TOKEN));
    }

    /// Waits until nothing is owed any more.
    async fn goes_on(&self) -> State {
        self.room.app.rooms.tick();
        self.until(|it| it.halted.is_none() && it.note.is_some()).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_devices_are_pulled_while_shares_are_collected_and_one_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let ((main, first), (standby, second)) = (hsm().unwrap(), hsm().unwrap());
    let room = StoryRoom::with_devices(folder.path(), 3, vec![first, second]).await.unwrap();
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    play.prepare().await.unwrap();
    let published = room.published().await.unwrap();
    let story = Story { room: &room, play, published, devices: [&main, &standby] };
    room.clock.set(DEADLINE);
    story.until(|it| it.state.phase == Phase::Authorise && it.note.is_some()).await;
    story.play.authorise().await.unwrap();
    story.unlock(0).await.unwrap();

    // Ten minutes in, while the second one hands in.
    room.clock.set(minutes(10));
    let lock = &room.world.bidders[1].main;
    let second_bidder = room.logged_in(lock).await.unwrap();
    story.pull_out();
    let met = second_bidder.unlock(&story.published, lock, None).await.unwrap_err();
    let ClientError::Api { status: 503, error, .. } = &met else { panic!("{met:?}") };
    assert!(error.sentence.zh.body.contains("原因在中心一侧"), "{error:?}");
    story.until(|it| it.halted.is_some()).await;
    let said = story.halted().await.expect("everybody reads that the opening is halted");
    assert!(said.zh.body.contains("检查") && said.en.body.contains("heck"), "what to do: {said:?}");

    // The window would have ended twenty minutes later. Nothing is closed over the room's own fault, by nobody.
    let before = room.state().unwrap();
    for minute in [15, 29, 30, 31, 50] {
        room.clock.set(minutes(minute));
        room.app.rooms.tick();
        let state = room.state().unwrap();
        assert_eq!((state.phase, state.collected_count()), (Phase::Unlock, 1), "minute {minute}");
    }
    assert!(story.halted().await.is_some());

    // The standby is put back in.
    standby.heal();
    room.app.rooms.tick();
    let state = story
        .until(|it| {
            let all_of_it = it.state.unlock.as_ref().is_some_and(|clock| clock.ends_at == minutes(70));
            all_of_it && it.halted.is_none() && it.note.is_some()
        })
        .await;
    assert_eq!(story.halted().await, None);
    assert!(before.roster[0].collected.is_some() && state.roster[0].collected == before.roster[0].collected);
    let facts = &state.roster[1].facts;
    assert!(
        facts.iter().any(|fact| matches!(&fact.trouble, Trouble::RoomFault { .. }) && fact.made_up),
        "{facts:?}"
    );
    // The host cannot end it while shares are missing and the time stands.
    let host = room.logged_in(&room.world.officers[0].lock).await.unwrap();
    assert!(host.command(&story.published, &HostCommand::CloseUnlock).await.is_err());
    room.app.rooms.tick();
    story.until(|it| it.state.lost.contains_key("main") && !it.state.lost.contains_key("standby")).await;

    for number in [1, 2] {
        story.unlock(number).await.unwrap();
    }
    story.play.whole().await.unwrap();
    let state = room.state().unwrap();
    assert_eq!(state.roster.iter().filter(|row| row.is_opened()).count(), 3);
    assert_eq!(state.phase, Phase::Closed);
    room.sound().unwrap();
    room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_devices_are_pulled_before_the_deadline_and_after_the_close() {
    let folder = tempfile::tempdir().unwrap();
    let ((main, first), (standby, second)) = (hsm().unwrap(), hsm().unwrap());
    let room = StoryRoom::with_devices(folder.path(), 3, vec![first, second]).await.unwrap();
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    play.prepare().await.unwrap();
    let published = room.published().await.unwrap();
    let story = Story { room: &room, play, published, devices: [&main, &standby] };

    // The deadline passes while no device is there: the room says so, and the roster comes when one is back.
    story.pull_out();
    room.clock.set(DEADLINE);
    story.until(|it| it.halted.is_some()).await;
    assert!(story.halted().await.is_some());
    room.clock.set(minutes(1));
    room.app.rooms.tick();
    main.heal();
    standby.heal();
    story.goes_on().await;
    story.until(|it| it.state.phase == Phase::Authorise && it.note.is_some()).await;
    story.play.authorise().await.unwrap();
    for number in 0..3 {
        story.unlock(number).await.unwrap();
    }

    // The close stands, and nothing can be opened: nobody sees anything until everything is.
    let host = room.logged_in(&room.world.officers[0].lock).await.unwrap();
    story.pull_out();
    let closed = host.command(&story.published, &HostCommand::CloseUnlock).await;
    assert!(closed.is_err());
    story.until(|it| it.halted.is_some()).await;
    let state = room.state().unwrap();
    assert!(state.opened.is_none() && state.roster.iter().all(|row| row.schedule.is_none()));
    assert!(story.halted().await.is_some());
    main.heal();
    standby.heal();
    let state = story.goes_on().await;
    if state.phase == Phase::Unlock {
        host.command(&story.published, &HostCommand::CloseUnlock).await.unwrap();
    }
    story.until(|it| it.state.phase == Phase::Announce && it.note.is_some()).await;
    story.play.whole().await.unwrap();
    assert_eq!(room.state().unwrap().roster.iter().filter(|row| row.is_opened()).count(), 3);
    room.sound().unwrap();
    room.stop().await.unwrap();
}
