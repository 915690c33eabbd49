//! The room's disk is full at one point of a session after the other: each time there is a precise answer, nothing has
//! changed, and everything goes on once there is space again.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::fs::File;
use std::io::{BufReader, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use bidroom::archive::read_trust;
use bidroom::demo::play::{Play, Script};
use bidroom_bidder::bidfile::BidFile;
use bidroom_bidder::client::{Client, ClientError, ClientOptions, RetryPolicy};
use bidroom_bidder::locks::AnyLock;
use bidroom_bidder::progress::{Progress, Silent, Stage};
use bidroom_domain::opening::Phase;
use bidroom_tests::disk::{SmallDisk, Space};
use bidroom_tests::raw::Raw;
use bidroom_tests::room::{DEADLINE, StoryRoom, Turned};
use bidroom_unlocking::{PublishedRoom, Seen};
use bidroom_verifier::{Outcome, verify};
use bidroom_wire::{HostCommand, ReceiptBody};

const MIB: u64 = 1 << 20;
const PLAIN: Script = Script { replaces: None, wrong_lock: None, objects: None, absent: None, leaves: None };

/// The disk is taken away at the first byte that is handed over; where a transfer began is kept.
struct TakesTheDisk {
    disk: Option<Arc<Space>>,
    taken: AtomicBool,
    first: AtomicU64,
}

impl TakesTheDisk {
    fn new(disk: Option<Arc<Space>>) -> Arc<Self> {
        Arc::new(Self { disk, taken: AtomicBool::new(false), first: AtomicU64::new(0) })
    }
}

impl Progress for TakesTheDisk {
    fn tell(&self, _: Stage, done: u64, _: u64) {
        if !self.taken.swap(true, Ordering::SeqCst) {
            self.first.store(done, Ordering::SeqCst);
            if let Some(disk) = &self.disk {
                disk.leave(5 * MIB).unwrap();
            }
        }
    }
}

/// What a fault says that hinders the log: a file system names the full disk, a limit on files only fails.
#[track_caller]
fn hindered(disk: &Space, error: &ClientError) {
    let (status, code) = if disk.is_mounted() { (507, "disk_full") } else { (503, "room_fault") };
    let ClientError::Api { status: found, error, .. } = error else { panic!("{error:?}") };
    assert_eq!((*found, error.code.as_str()), (status, code), "{error:?}");
    assert!(error.sentence.zh.body.contains("原因在中心一侧"), "{error:?}");
}

struct Story<'a> {
    room: &'a StoryRoom,
    play: Play<'a>,
    published: PublishedRoom,
    disk: Arc<Space>,
}

impl Story<'_> {
    async fn client(&self, lock: &AnyLock) -> Client {
        let options = ClientOptions { server: self.room.url.clone(), trust: Vec::new() };
        let mut client = Client::new(&options).unwrap();
        client.log_in(lock, &self.room.app.config.origin).await.unwrap();
        client
    }

    fn entries(&self) -> u64 {
        self.room.app.rooms.get(&self.play.session).unwrap().snapshot().size
    }

    fn bid(&self, number: usize) -> Arc<BidFile> {
        let out = self.play.folder.join(format!("bid-{}-1.bid", number + 1));
        self.play.seal(&self.published, number, None, &out).unwrap();
        Arc::new(BidFile::open(&out).unwrap())
    }

    /// What everybody reads of a halt.
    async fn halted(&self) -> Option<String> {
        let options = ClientOptions { server: self.room.url.clone(), trust: Vec::new() };
        let frame = Client::new(&options).unwrap().frame(&self.play.session, 0).await.unwrap();
        frame.status.halted.map(|sentence| sentence.zh.title)
    }

    /// The room goes on by itself: with the next tick.
    async fn goes_on(&self) {
        self.disk.free().unwrap();
        let room = self.room.app.rooms.get(&self.play.session).unwrap();
        room.wait_for(|snapshot| snapshot.halted.is_none() && snapshot.note.is_some()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_changes_nothing_and_holds_up_nothing_longer_than_it_is_full() {
    let folder = tempfile::tempdir().unwrap();
    let people = StoryRoom::people(3).unwrap();
    let site = StoryRoom::lay_out(folder.path(), &people).unwrap();
    let mut config = File::options().append(true).open(&site.config).unwrap();
    writeln!(config, "disk_reserve_bytes = 1048576").unwrap();
    let small_disk = SmallDisk::at(&folder.path().join("room/data"), 32).unwrap();
    let disk = small_disk.space();

    let fills = Arc::new(AtomicBool::new(false));
    let (armed, small) = (fills.clone(), disk.clone());
    let room = StoryRoom::on(folder.path(), 3, |store| {
        store.observed_by(Arc::new(move |_| {
            if armed.swap(false, Ordering::SeqCst) {
                small.leave(0).unwrap();
            }
        }))
    })
    .await
    .unwrap();
    let pace = Turned(room.clock.clone());
    let mut play = room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    let long = folder.path().join("drawings.bin");
    std::fs::write(&long, vec![7; usize::try_from(12 * MIB).unwrap()]).unwrap();
    play.documents[0].push(long);

    let published = import(&room, &play, &disk).await;
    let story = Story { room: &room, play, published, disk };
    in_the_middle_of_a_transfer(&story).await;
    when_the_log_is_appended(&story).await;
    when_the_receipt_is_stored(&story, &fills).await;
    Box::pin(from_the_deadline_to_the_opening(&story, &fills)).await;
    story.play.announce().await.unwrap();
    story.play.confirm().await.unwrap();
    story.play.whole().await.unwrap();
    assert_eq!(story.play.state().await.unwrap().phase, Phase::Closed);
    when_the_archive_is_exported(&story, folder.path());
    drop(story);
    room.stop().await.unwrap();
}

async fn import(room: &StoryRoom, play: &Play<'_>, disk: &Space) -> PublishedRoom {
    let options = ClientOptions { server: room.url.clone(), trust: Vec::new() };
    let mut host = Client::new(&options).unwrap();
    host.log_in(&room.world.officers[0].lock, &room.app.config.origin).await.unwrap();
    disk.leave(0).unwrap();
    hindered(disk, &host.import(play.package.clone()).await.unwrap_err());
    assert!(host.room().await.unwrap().sessions.is_empty(), "nothing was begun");
    disk.free().unwrap();
    host.import(play.package.clone()).await.unwrap();
    let handle = room.app.rooms.get(&play.session).unwrap();
    handle.wait_for(|snapshot| snapshot.state.phase == Phase::Receive).await.unwrap();
    let der = host.publication(&play.session).await.unwrap();
    PublishedRoom::open(&der, None, room.app.now()).unwrap()
}

async fn in_the_middle_of_a_transfer(story: &Story<'_>) {
    let lock = &story.room.world.bidders[0].main;
    let (bid, client, before) = (story.bid(0), story.client(lock).await, story.entries());
    let takes: Arc<dyn Progress> = TakesTheDisk::new(Some(story.disk.clone()));
    let error = client.upload(&story.published, &bid, RetryPolicy::default(), &takes).await.unwrap_err();
    let ClientError::Api { status: 507, error, .. } = error else { panic!("{error:?}") };
    assert_eq!(error.code, "no_space");
    assert_eq!(error.sentence.zh.title, "系统原因，传输中断：本室存储空间不足");
    assert_eq!(story.entries(), before, "the session is what it was");
    let mine = client.mine(&story.published).await.unwrap();
    assert_eq!((mine.sequence, mine.receipt), (0, None));
    let kept = mine.upload.unwrap().offset;
    assert!(kept > MIB && kept < bid.content_length(), "{kept} of {}", bid.content_length());

    story.disk.free().unwrap();
    let resumes = TakesTheDisk::new(None);
    let telling: Arc<dyn Progress> = resumes.clone();
    let receipt = client.upload(&story.published, &bid, RetryPolicy::default(), &telling).await.unwrap();
    assert_eq!(receipt.bid, bid.header().bid_digest().0);
    assert!(resumes.first.load(Ordering::SeqCst) > kept, "it went on where it stood");
    client.sign_in(&story.published, lock).await.unwrap();
}

async fn when_the_log_is_appended(story: &Story<'_>) {
    let lock = &story.room.world.bidders[1].main;
    let (bid, before) = (story.bid(1), story.entries());
    let raw = Raw::new(story.room, lock).await.unwrap();
    let complete = raw.send(&bid).await.unwrap();
    story.disk.leave(0).unwrap();
    let expected = if story.disk.is_mounted() {
        (507, "disk_full", "开标暂停：本室存储空间不足")
    } else {
        (503, "room_fault", "开标暂停：本室设备出现故障")
    };
    for _ in 0..2 {
        let (status, said) = raw.post(&complete, Vec::new()).await.unwrap();
        assert_eq!((status, said["code"].as_str()), (expected.0, Some(expected.1)), "{said}");
        assert_eq!(story.entries(), before, "the session is what it was");
        assert_eq!(story.halted().await.as_deref(), Some(expected.2), "and everybody is told");
    }
    story.disk.free().unwrap();
    let (status, receipt) = raw.post(&complete, Vec::new()).await.unwrap();
    assert_eq!(status, 200, "{receipt}");
    let receipt: ReceiptBody = serde_json::from_value(receipt).unwrap();
    assert_eq!(receipt.bid, bid.header().bid_digest().0);
    assert_eq!(story.halted().await, None);
    assert_eq!(story.entries(), before + 1);
    story.client(lock).await.sign_in(&story.published, lock).await.unwrap();
}

async fn when_the_receipt_is_stored(story: &Story<'_>, fills: &AtomicBool) {
    let lock = &story.room.world.bidders[2].main;
    let (bid, before) = (story.bid(2), story.entries());
    let raw = Raw::new(story.room, lock).await.unwrap();
    let complete = raw.send(&bid).await.unwrap();
    fills.store(true, Ordering::SeqCst);
    let (status, said) = raw.post(&complete, Vec::new()).await.unwrap();
    assert_eq!((status, said["code"].as_str()), (503, Some("receipt_owed")), "{said}");
    assert_eq!(
        said["sentence"]["zh"]["title"], "投标文件已收到并记入账本，回执暂时没有出具",
        "the answer must not say that nothing was recorded"
    );
    assert_eq!(story.entries(), before + 1);
    let mine = format!("sessions/{}/mine", story.play.session);
    let (status, said) = raw.get(&mine).await.unwrap();
    assert_eq!((status, said["code"].as_str()), (503, Some("receipt_owed")), "{said}");

    story.goes_on().await;
    let client = story.client(lock).await;
    let silent: Arc<dyn Progress> = Arc::new(Silent);
    let receipt = client.upload(&story.published, &bid, RetryPolicy::default(), &silent).await.unwrap();
    assert_eq!(client.mine(&story.published).await.unwrap().receipt, Some(receipt));
    assert_eq!(story.entries(), before + 1, "it was received once");
    client.sign_in(&story.published, lock).await.unwrap();
}

async fn from_the_deadline_to_the_opening(story: &Story<'_>, fills: &AtomicBool) {
    let (people, disk) = (&story.room.world, &story.disk);
    let room = story.room.app.rooms.get(&story.play.session).unwrap();
    // The deadline itself cannot be recorded: nobody gets past it, and it is made up for.
    disk.leave(0).unwrap();
    story.room.clock.set(DEADLINE);
    room.wait_for(|snapshot| snapshot.halted.is_some()).await.unwrap();
    let host = story.client(&people.officers[0].lock).await;
    hindered(disk, &host.command(&story.published, &HostCommand::StartUnlock).await.unwrap_err());
    assert_eq!(host.session(&story.play.session).await.unwrap().phase, Phase::Receive);
    story.goes_on().await;
    room.wait_for(|snapshot| snapshot.state.phase == Phase::Authorise && snapshot.note.is_some())
        .await
        .unwrap();

    disk.leave(0).unwrap();
    let authorised = host.authorise(&story.published, &people.officers[0].lock, Seen::default()).await;
    hindered(disk, &authorised.unwrap_err());
    story.goes_on().await;
    story.play.authorise().await.unwrap();

    let lock = &people.bidders[0].main;
    let bidder = story.client(lock).await;
    disk.leave(0).unwrap();
    hindered(disk, &bidder.unlock(&story.published, lock, None).await.unwrap_err());
    story.goes_on().await;

    // The disk fills when collecting is closed: what was opened cannot be recorded, so nobody sees any of it.
    for bidder in &people.bidders {
        story.client(&bidder.main).await.unlock(&story.published, &bidder.main, None).await.unwrap();
    }
    fills.store(true, Ordering::SeqCst);
    // Custody's heads are on the same disk: the close stands, and its acknowledgement is owed.
    let closed = host.command(&story.published, &HostCommand::CloseUnlock).await.unwrap_err();
    assert!(
        matches!(&closed, ClientError::Api { error, .. } if error.code == "acknowledgement_owed"),
        "{closed:?}"
    );
    room.wait_for(|snapshot| snapshot.halted.is_some()).await.unwrap();
    assert_eq!(host.session(&story.play.session).await.unwrap().phase, Phase::Opening);
    disk.free().unwrap();
    room.wait_for(|snapshot| snapshot.state.phase == Phase::Announce && snapshot.note.is_some())
        .await
        .unwrap();
    let state = story.play.state().await.unwrap();
    assert_eq!(state.roster.iter().filter(|row| row.is_opened()).count(), 3);
}

fn when_the_archive_is_exported(story: &Story<'_>, folder: &Path) {
    let data = folder.join("room/data");
    let out = data.join("archive.zip");
    story.disk.leave(16 << 10).unwrap();
    let error = story.room.export(&out).unwrap_err();
    let error = error.downcast::<bidroom::archive::ExportError>().unwrap();
    assert!(error.is_full(), "{error}");
    assert_eq!(error.sentence().zh.title, "没有导出：存放档案的磁盘空间不足");
    assert!(!out.exists() && !out.with_extension("part").exists(), "nothing half is left");
    story.disk.free().unwrap();
    story.room.export(&out).unwrap();
    let trust = read_trust(&story.room.site.trust).unwrap();
    let archive = BufReader::new(File::open(&out).unwrap());
    assert_eq!(verify(archive, Some(&trust)).unwrap().outcome(), Outcome::Sound);
}
