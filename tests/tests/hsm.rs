//! A whole opening whose keys are in an HSM behind a custody process: SoftHSM2, a main token and a standby.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a story that cannot go on has failed")]

use std::sync::Arc;

use bidroom::archive::read_trust;
use bidroom::demo::play::Script;
use bidroom_tests::room::{StoryRoom, Turned};
use bidroom_verifier::{Outcome, verify};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_opening_with_the_keys_in_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let (room, _custody) = StoryRoom::with_hsm(folder.path(), 4).await.unwrap();
    let pace = Turned(room.clock.clone());
    let script =
        Script { replaces: Some(1), wrong_lock: Some(2), objects: Some(0), absent: Some(3), leaves: None };
    let play = room.play(&pace, script, Arc::new(|_: &str| {})).unwrap();
    play.whole().await.unwrap();

    // The log says of each device where its keys live.
    let state = play.state().await.unwrap();
    assert_eq!(state.devices.len(), 2);
    for device in &state.devices {
        assert!(device.level_zh.starts_with("密码设备内"), "{}", device.level_zh);
    }
    assert_eq!(state.roster.iter().filter(|row| row.is_opened()).count(), 3);

    let archive = folder.path().join("archive.zip");
    room.export(&archive).unwrap();
    let trust = read_trust(&folder.path().join("trust")).unwrap();
    let report = verify(std::fs::File::open(&archive).unwrap(), Some(&trust)).unwrap();
    assert_eq!(report.outcome(), Outcome::Sound, "{report:#?}");
    room.stop().await.unwrap();
}
