//! `bidroom ceremony` as officers use it at a terminal, from the first probe to authorising.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bidroom::ceremony_cli::{CeremonyCommand, run};
use bidroom::clock::RoomClock as _;
use bidroom::demo::play::{Script, Told};
use bidroom::demo::site::{PASSWORD, SiteDevice};
use bidroom_domain::opening::Phase;
use bidroom_envelope::suite::pki::Name;
use bidroom_lock::{KdfCost, Lock as _, LockKind};
use bidroom_tests::random::CountingRandom;
use bidroom_tests::room::{DEADLINE, MORNING, StoryRoom, Turned, set_clock};
use clap::Parser;

const DAY: i64 = 86_400_000;

#[derive(Parser)]
struct Line {
    #[command(subcommand)]
    command: CeremonyCommand,
}

/// What stands on an officer's desk.
struct Desk<'a> {
    room: &'a StoryRoom,
    folder: &'a Path,
}

impl Desk<'_> {
    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Runs one command with a lock; its error is what is printed.
    async fn run(&self, step: &str, lock: &str, more: &[&str]) -> Result<(), String> {
        let (lock, pin) = (self.file(&format!("locks/{lock}.lock")), self.file("locks/password.txt"));
        self.run_with(step, &["--lock", lock.to_str().unwrap(), "--pin-file", pin.to_str().unwrap()], more)
            .await
    }

    async fn run_with(&self, step: &str, lock: &[&str], more: &[&str]) -> Result<(), String> {
        let session = StoryRoom::session().unwrap().to_string();
        let words =
            [&["ceremony", step, "--server", &self.room.url, "--session", &session], lock, more].concat();
        let line = Line::try_parse_from(words).unwrap();
        run(line.command, self.room.clock.now()).await.map_err(|error| format!("{error:#}"))
    }
}

#[test]
fn a_pin_is_never_an_argument() {
    let at = ["ceremony", "probe", "--server", "http://x", "--session", "T-1", "--lock", "l"];
    assert!(Line::try_parse_from(at).is_ok());
    for more in [["--pin", "123456"], ["--password", "123456"]] {
        assert!(Line::try_parse_from([at.as_slice(), &more].concat()).is_err(), "{more:?}");
    }
    assert!(Line::try_parse_from(&at[..6]).is_err(), "no lock");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn officers_probe_replace_confirm_and_authorise_at_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let devices = vec![SiteDevice::Soft, SiteDevice::Soft];
    let (room, _custody) = StoryRoom::with_custody(folder.path(), 3, devices).await.unwrap();
    let told: Told = Arc::new(|_: &str| {});
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, Script::default(), told).unwrap();
    play.prepare().await.unwrap();
    room.site.write_locks(&room.world).unwrap();
    let desk = Desk { room: &room, folder: folder.path() };

    desk.run("status", "officer-1", &[]).await.unwrap();
    desk.run("probe", "officer-1", &[]).await.unwrap();
    assert!(room.state().unwrap().probed.contains_key(&1));
    let early = desk.run("authorise", "officer-1", &[]).await.unwrap_err();
    assert!(early.contains("还没有到开标时间"), "{early}");

    // The wrong PIN, no PIN and a lock of somebody else end before anything happened.
    std::fs::write(desk.file("wrong"), "not the PIN\n").unwrap();
    let (lock, wrong) = (desk.file("locks/officer-2.lock"), desk.file("wrong"));
    let lock = lock.to_str().unwrap();
    desk.run_with("probe", &["--lock", lock, "--pin-file", wrong.to_str().unwrap()], &[]).await.unwrap_err();
    let none =
        desk.run_with("probe", &["--lock", lock, "--pinentry", "/does/not/exist"], &[]).await.unwrap_err();
    assert!(none.contains("pinentry") && !none.contains(PASSWORD), "{none}");
    let stranger = desk.run("probe", "bidder-1-main", &[]).await;
    assert!(stranger.is_ok(), "a bidder probes its own lock with it: {stranger:?}");
    let stranger = desk.run("status", "bidder-1-main", &[]).await.unwrap_err();
    assert!(stranger.contains("详情 / details"), "what to do and what it was: {stranger}");
    assert!(!room.state().unwrap().probed.contains_key(&2));

    // The third officer has lost a lock; two agree to the new one.
    let mut again = StoryRoom::people(3).unwrap();
    let subject = Name::new("云州市行政审批服务局", None, "罗毅");
    let valid = (MORNING.plus_millis(-DAY), MORNING.plus_millis(300 * DAY));
    let found =
        again.cas[0].lock(LockKind::Officer, &subject, valid, &mut CountingRandom::new("found")).unwrap();
    let identity = found.identity();
    std::fs::write(desk.file("sign.pem"), identity.signing_certificate().to_pem()).unwrap();
    std::fs::write(desk.file("encrypt.pem"), identity.encryption_certificate().to_pem()).unwrap();
    let file = found.to_file(PASSWORD, KdfCost::DRILL, &mut CountingRandom::new("file")).unwrap();
    std::fs::write(desk.file("locks/found.lock"), file).unwrap();
    let (sign, encrypt) = (desk.file("sign.pem"), desk.file("encrypt.pem"));
    let change = [
        "--index",
        "3",
        "--new-sign-cert",
        sign.to_str().unwrap(),
        "--new-encrypt-cert",
        encrypt.to_str().unwrap(),
        "--yes",
    ];
    let nobody = [&["--index", "9"], &change[2..]].concat();
    assert!(desk.run("replace", "officer-1", &nobody).await.unwrap_err().contains("没有第 9 位"));
    desk.run("replace", "officer-1", &change).await.unwrap();
    desk.run("status", "officer-2", &[]).await.unwrap();
    assert_eq!(room.state().unwrap().dealing, 1);
    desk.run("replace", "officer-2", &change).await.unwrap();
    assert_eq!((room.state().unwrap().dealing, room.state().unwrap().officers[2].name.as_str()), (2, "罗毅"));
    desk.run("probe", "found", &[]).await.unwrap();

    // The clock is set; two officers confirm it.
    desk.run("confirm-time", "officer-1", &["--yes"]).await.unwrap();
    assert_eq!(room.state().unwrap().clock_confirmed, 0, "there was nothing to confirm");
    set_clock(folder.path(), 60_000).unwrap();
    room.app.rooms.tick();
    let handle = room.handle().unwrap();
    handle.wait_for(|it| it.state.clock_in_doubt().is_some()).await.unwrap();
    desk.run("status", "officer-1", &[]).await.unwrap();
    desk.run("confirm-time", "officer-1", &["--yes"]).await.unwrap();
    desk.run("confirm-time", "found", &["--yes"]).await.unwrap();
    assert!(room.state().unwrap().clock_in_doubt().is_none());

    room.clock.set(DEADLINE);
    room.app.rooms.tick();
    handle.wait_for(|it| it.state.phase == Phase::Authorise && it.note.is_some()).await.unwrap();
    desk.run("authorise", "found", &[]).await.unwrap();
    desk.run("authorise", "officer-1", &[]).await.unwrap();
    assert_eq!(room.state().unwrap().authorised.keys().copied().collect::<Vec<_>>(), [1, 3]);
    play.whole().await.unwrap();
    assert_eq!(room.state().unwrap().roster.iter().filter(|row| row.is_opened()).count(), 3);
    room.stop().await.unwrap();
}
