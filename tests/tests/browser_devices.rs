//! Whole openings in a real browser with the real parts together: the room's keys in an HSM with a standby behind a
//! custody process of its own, and everybody's lock behind a helper, its PIN typed in the helper's own window.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::path::Path;
use std::sync::Arc;

use bidroom::demo::play::Script;
use bidroom::demo::site::PASSWORD;
use bidroom_domain::opening::Phase;
use bidroom_envelope::suite::pki::Name;
use bidroom_lock::{KdfCost, LockKind, SoftLock};
use bidroom_locks::Drivers;
use bidroom_locks::files::FileLocks;
use bidroom_test_device::Bench;
use bidroom_test_device::skf::{Contents, DeviceSpec};
use bidroom_test_p11::model::Contents as Tokens;
use bidroom_tests::browser::Browser;
use bidroom_tests::devices::{
    P11, PIN, SKF, TOKEN, container, hsm, numbered_lock, p11_driver, skf_driver, token,
};
use bidroom_tests::helper::Helper;
use bidroom_tests::random::CountingRandom;
use bidroom_tests::room::{DEADLINE, StoryRoom, Turned};
use bidroom_unlocking::PublishedRoom;
use bidroom_wire::Demo;
use fantoccini::wd::WindowHandle;

const WALL: (u32, u32) = (1920, 1080);
const DESK: (u32, u32) = (1440, 900);
const HALL: (u32, u32) = (1280, 720);
/// The officers' page, and what it says to whom a lock is open.
const OFFICER: (&str, &str) = ("officer", "换一把锁");
const PLAIN: Script = Script { replaces: None, wrong_lock: None, objects: None, absent: None, leaves: None };

/// A lock as somebody has it at home.
enum Own {
    /// Behind GM/T 0016.
    Usb(Bench),
    /// Behind PKCS#11.
    Token(Bench),
    /// A file, in a folder.
    File(tempfile::TempDir),
}

impl Own {
    fn usb(lock: &SoftLock, number: u8) -> Self {
        let devices = vec![DeviceSpec::with("usb-1", vec![container("main", lock, number)])];
        Self::Usb(Bench::new(SKF, &Contents { devices }))
    }

    fn token(lock: &SoftLock, number: u8) -> Self {
        Self::Token(Bench::new(P11, &Tokens { tokens: vec![token("lock", lock, number)] }))
    }

    fn file(lock: &SoftLock) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = lock.to_file(PASSWORD, KdfCost::LEAST, &mut CountingRandom::new("file")).unwrap();
        std::fs::write(folder.path().join("own.lock"), file).unwrap();
        Self::File(folder)
    }

    fn drivers(&self) -> Drivers {
        match self {
            Self::Usb(bench) => skf_driver(bench).unwrap(),
            Self::Token(bench) => p11_driver(bench).unwrap(),
            Self::File(folder) => Drivers::new(vec![Box::new(FileLocks::new(folder.path()))]),
        }
    }

    const fn pin(&self) -> &'static str {
        match self {
            Self::Usb(_) | Self::Token(_) => PIN,
            Self::File(_) => PASSWORD,
        }
    }
}

/// Somebody at a computer: a page, and a helper that is paired with it.
struct Seat {
    page: WindowHandle,
    helper: Helper,
}

/// Where everybody is.
struct Hall<'a> {
    room: &'a StoryRoom,
    browser: &'a Browser,
    published: &'a PublishedRoom,
}

impl Hall<'_> {
    fn url(&self, page: &str) -> String {
        format!("{}/{page}/{}", self.room.url, self.published.session())
    }

    /// Opens a page, pairs it with a helper and logs in with the lock that the page calls `name`; it says `then`.
    async fn sit(
        &self,
        (page, then): (&str, &str),
        size: (u32, u32),
        own: &Own,
        name: &str,
    ) -> anyhow::Result<Seat> {
        let page = self.browser.open(&self.url(page), size).await?;
        let mut helper = Helper::start(self.room, self.published.clone(), own.drivers())?;
        helper.pair(self.browser).await?;
        helper.open_lock(self.browser, name, own.pin()).await?;
        self.browser.shows(then).await?;
        Ok(Seat { page, helper })
    }

    /// Presses a button, and has the holder agree in the helper's window.
    async fn act(&self, seat: &mut Seat, button: &str, asks: &str, then: &str) -> anyhow::Result<()> {
        self.browser.turn_to(&seat.page).await?;
        self.browser.press(button).await?;
        seat.helper.agree(asks).await?;
        self.browser.shows(then).await
    }
}

/// Gives everybody but the host a device; whose is whose.
fn equip(room: &mut StoryRoom) -> anyhow::Result<(Vec<Own>, Vec<Own>)> {
    let world = &mut room.world;
    let (usb, token) = (10, 20);
    let subjects: Vec<Name> = world
        .bidders
        .iter()
        .map(|bidder| {
            let firm = &bidder.firm;
            Name::new(&firm.name, Some(firm.code.as_str()), &format!("{}主锁", firm.name))
        })
        .collect();
    world.bidders[0].main = numbered_lock(&mut world.cas[0], LockKind::Main, &subjects[0], usb)?;
    world.bidders[1].main = numbered_lock(&mut world.cas[1], LockKind::Main, &subjects[1], token)?;
    let bidders = vec![
        Own::usb(&world.bidders[0].main, usb),
        Own::token(&world.bidders[1].main, token),
        Own::file(&world.bidders[2].main),
    ];
    let (usb, token) = (30, 40);
    for (index, organisation, number) in [(1, "云州市水务局", usb), (2, "云州市行政审批服务局", token)]
    {
        let subject = Name::new(organisation, None, &world.officers[index].name);
        world.officers[index].lock = numbered_lock(&mut world.cas[0], LockKind::Officer, &subject, number)?;
    }
    let officers = vec![
        Own::file(&world.officers[0].lock),
        Own::usb(&world.officers[1].lock, usb),
        Own::token(&world.officers[2].lock, token),
    ];
    Ok((bidders, officers))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_opening_with_an_hsm_and_everybodys_own_lock() {
    let folder = tempfile::tempdir().unwrap();
    Box::pin(hsm_and_locks(folder.path())).await.unwrap();
}

async fn hsm_and_locks(folder: &Path) -> anyhow::Result<()> {
    let (mut room, _custody) = StoryRoom::with_hsm(folder, 3).await?;
    let (own, officers_own) = equip(&mut room)?;
    let room = room;
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, PLAIN, Arc::new(|_: &str| {}))?;
    play.prepare().await?;
    let published = room.published().await?;
    let browser = Browser::start().await?;
    let hall = Hall { room: &room, browser: &browser, published: &published };
    let names: Vec<&str> = room.world.bidders.iter().map(|bidder| bidder.firm.name.as_str()).collect();

    let wall = browser.open(&hall.url("wall"), WALL).await?;
    browser.shows("投标人名单将在").await?;
    room.clock.set(DEADLINE);
    browser.shows(names[2]).await?;

    // Two officers authorise, each with the own lock; the host starts the unlocking.
    let mut host = hall.sit(OFFICER, DESK, &officers_own[0], "沈若兰").await?;
    hall.act(&mut host, "authorise", "授权开标吗", "已授权").await?;
    let mut tenderer = hall.sit(OFFICER, DESK, &officers_own[1], "顾明远").await?;
    hall.act(&mut tenderer, "authorise", "授权开标吗", "已授权").await?;
    let mut console = hall.sit(("console", "开始解密"), DESK, &officers_own[0], "沈若兰").await?;
    browser.next_step().await?;
    browser.shows("解密剩余时间").await?;

    let mut bidders = Vec::new();
    for (own, name) in own.iter().zip(&names) {
        let mut seat = hall.sit(("bid", "换一把锁"), HALL, own, name).await?;
        hall.act(&mut seat, "hand-in", "同意提交解密吗", "已提交解密").await?;
        bidders.push(seat);
    }
    browser.turn_to(&console.page).await?;
    browser.next_step().await?;
    browser.shows("应唱").await?;
    for row in 1..=names.len() {
        browser.next_step().await?;
        browser.shows(&format!("正在唱第 {row} 家")).await?;
    }
    browser.next_step().await?;
    for seat in &mut bidders {
        hall.act(seat, "confirm-record", "确认开标记录吗", "已确认开标记录").await?;
    }

    // The host closes, and three sign the record.
    browser.turn_to(&console.page).await?;
    browser.next_step().await?;
    browser.shows("签署开标记录").await?;
    browser.next_step().await?;
    console.helper.agree("签署开标记录吗").await?;
    browser.shows("等待签署开标记录").await?;
    browser.turn_to(&tenderer.page).await?;
    browser.press("sign-record").await?;
    tenderer.helper.agree("签署开标记录吗").await?;
    browser.shows("还有 1 方待签署").await?;
    let mut supervisor = hall.sit(OFFICER, DESK, &officers_own[2], "罗毅").await?;
    hall.act(&mut supervisor, "sign-record", "签署开标记录吗", "各方都已签署，或已记明原因").await?;
    browser.turn_to(&wall).await?;
    browser.shows("开标已结束").await?;
    browser.close().await?;

    let state = room.state()?;
    assert_eq!((state.phase, state.devices.len()), (Phase::Closed, 2));
    assert!(state.devices.iter().all(|device| device.level_zh.starts_with("密码设备内")));
    assert_eq!(state.roster.iter().filter(|row| row.is_opened() && row.confirmed.is_some()).count(), 3);
    room.sound()?;
    room.stop().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_everybody_sees_when_no_device_of_the_room_answers() {
    let folder = tempfile::tempdir().unwrap();
    Box::pin(devices_away(folder.path())).await.unwrap();
}

async fn devices_away(folder: &Path) -> anyhow::Result<()> {
    let ((main, first), (standby, second)) = (hsm()?, hsm()?);
    let room = StoryRoom::with_devices(folder, 3, vec![first, second]).await?;
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, PLAIN, Arc::new(|_: &str| {}))?;
    play.prepare().await?;
    let locks = room.site.write_locks(&room.world)?;
    drop(room.app.demo.set(Demo { session: StoryRoom::session()?, locks }));
    room.clock.set(DEADLINE);
    play.authorise().await?;
    let names: Vec<&str> = room.world.bidders.iter().map(|bidder| bidder.firm.name.as_str()).collect();
    let at = |page: &str| format!("{}/{page}/{}", room.url, play.session);
    let (browser, mut found) = (Browser::start().await?, Vec::new());
    let wall = browser.open(&at("wall"), WALL).await?;
    let console = browser.open(&at("console"), DESK).await?;
    browser.click("沈若兰").await?;
    let mut bidders = Vec::new();
    for name in &names {
        bidders.push(browser.open(&at("bid"), HALL).await?);
        browser.click(&format!("{name}　主锁")).await?;
        browser.shows("换一把锁").await?;
    }
    browser.turn_to(&bidders[0]).await?;
    browser.press("hand-in").await?;
    browser.shows("已提交解密").await?;

    // Both are pulled while the second one hands in.
    room.clock.set(DEADLINE.plus_seconds(600));
    main.remove(TOKEN);
    standby.remove(TOKEN);
    browser.turn_to(&bidders[1]).await?;
    browser.press("hand-in").await?;
    browser.shows("系统原因，没有办成").await?;
    room.app.rooms.tick();
    for window in [&wall, &console, &bidders[1], &bidders[2]] {
        browser.turn_to(window).await?;
        browser.shows("开标暂停：本室加密机没有应答").await?;
        browser.shows("请值班人员检查加密机").await?;
    }
    // The window would have ended long ago: it does not, on no page.
    room.clock.set(DEADLINE.plus_seconds(2400));
    room.app.rooms.tick();
    for (window, name) in [(&console, "console-no-device"), (&bidders[2], "bid-no-device")] {
        browser.turn_to(window).await?;
        browser.shows("开标暂停").await?;
        let words = browser.words().await?;
        assert!(!words.contains("时限已到") && !words.contains("已截止"), "{words}");
        browser.look(name, &mut found).await?;
    }
    browser.turn_to(&wall).await?;
    browser.screenshot("wall-no-device-zh").await?;

    // The standby comes back, and the window has all the time that it had.
    standby.heal();
    room.app.rooms.tick();
    let handle = room.handle()?;
    handle.wait_for(|it| it.halted.is_none() && it.note.is_some()).await;
    for number in [1, 2] {
        browser.turn_to(&bidders[number]).await?;
        browser.press("hand-in").await?;
        browser.shows("已提交解密").await?;
    }
    browser.turn_to(&console).await?;
    browser.next_step().await?;
    browser.shows("应唱").await?;
    browser.close().await?;
    play.whole().await?;
    room.sound()?;
    assert!(found.is_empty(), "not accessible: {found:#?}");
    room.stop().await
}
