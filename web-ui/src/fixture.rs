//! A session told by its events, up to a moment.

use crate::model::probe::SealedTo;
use crate::model::{ClockQuality, Facts, Ledger, Link, LogLine, Marks, OwnBid, Readiness};
use crate::text::Both;
use bidroom_canon::{Hex32, Sm3Digest, from_canonical};
use bidroom_domain::opening::*;
use bidroom_domain::*;
use bidroom_envelope::bid::schedule::Schedule;
use bidroom_envelope::bid::scope::BidScope;
use std::collections::BTreeMap;

/// Moments of the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// Receiving.
    Before,
    /// The roster is published, one officer authorised.
    Authorise,
    /// Collecting.
    Unlock,
    /// The clock is stopped.
    Stopped,
    /// Being read aloud.
    Announce,
    /// Confirm or object.
    Confirm,
    /// The record is fixed.
    Closed,
}

/// 10:00:00 on 2026-03-18.
const DEADLINE: At = At(1_773_799_200_000);

fn clock(hour: i64, minute: i64, second: i64) -> At {
    DEADLINE.plus_millis(((hour - 10) * 3600 + minute * 60 + second) * 1000)
}

type Firm = (&'static str, &'static str, u64, &'static str, &'static str, &'static str, &'static str);

const FIRMS: [Firm; 7] = [
    ("海澜智测科技有限公司", "91370000MA3U7K2X1Q", 548_000_000, "75", "2", "许文博", "6B13"),
    ("东江仪器股份有限公司", "91370000613488205R", 1_098_652_360, "60", "5", "梁静宜", "0D47"),
    ("北辰环境监测技术有限公司", "91370000MA94QH6T3E", 1_123_800_000, "60", "3", "陈书远", "E2A5"),
    ("华岳水务装备集团有限公司", "91370000165420937K", 1_218_000_000, "45", "3", "孙长河", "77F0"),
    ("青禾物联科技有限公司", "91370000MA8N05GW7B", 961_800_000, "90", "3", "周念慈", "42F6"),
    ("瑞川自动化工程有限公司", "91370000728461593H", 0, "", "", "", ""),
    ("中泓水环境设备有限公司", "91370000MA7L2P9D5Y", 1_045_500_000, "50", "4", "何嘉树", "1D9C"),
];

/// Hand-in times of the firms; the sixth never does.
const HANDED: [Option<(i64, i64)>; 7] =
    [Some((5, 18)), Some((7, 32)), Some((8, 55)), Some((24, 5)), Some((16, 40)), None, Some((21, 52))];

fn digest(text: &str) -> Sm3Digest {
    Sm3Digest::of(text.as_bytes())
}

fn id<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().unwrap()
}

/// Staff of the lot, who hold the officers' shares too.
const STAFF: [(&str, StaffRole); 3] =
    [("沈若兰", StaffRole::Host), ("顾明远", StaffRole::Tenderer), ("罗毅", StaffRole::Supervisor)];

fn lot() -> LotFacts {
    let column =
        |key: &str, zh: &str, en: &str, kind| Column { key: key.into(), zh: zh.into(), en: en.into(), kind };
    let officer = |index, name: &str, role| Officer {
        index,
        name: name.into(),
        role,
        certificate: digest(name),
        encryption_certificate: digest(&format!("{name} 加密")),
    };
    LotFacts {
        tender: id("YZZC-2026-G0117"),
        title: "云州市城区供水管网水质在线监测设备采购项目".into(),
        lot: LotNumber::FIRST,
        lot_title: "监测设备".into(),
        kind: ProcurementKind::OpenTender,
        method: "综合评分法".into(),
        centre: "云州市公共资源交易中心".into(),
        room: "开标一室".into(),
        tenderer: "云州市水务局".into(),
        agency: "云州诚达项目管理有限公司".into(),
        deadline: DEADLINE,
        ceiling: Fen::try_from(1_250_000_000).ok(),
        columns: vec![
            column("price", "投标报价（元）", "Price (CNY)", ColumnKind::Money),
            column("delivery", "交货期（日历天）", "Delivery (days)", ColumnKind::Number),
            column("warranty", "质保期（年）", "Warranty (years)", ColumnKind::Number),
            column("manager", "项目负责人", "Project manager", ColumnKind::Text),
        ],
        officers: (1..).zip(STAFF).map(|(index, (name, role))| officer(index, name, role)).collect(),
        staff: STAFF
            .map(|(name, role)| Staff { name: name.into(), role, certificate: digest(name) })
            .to_vec(),
        policy: Policy::tender_default(),
        drill: true,
        evaluation: None,
    }
}

fn code(number: usize) -> CreditCode {
    id(FIRMS.get(number).map_or("", |firm| firm.1))
}

fn lock(number: usize, sub: bool) -> LockTag {
    LockTag {
        kind: if sub { LockKind::Sub } else { LockKind::Main },
        authority: if number == 4 { "海东CA" } else { "云州CA" }.into(),
        tail: FIRMS.get(number).map_or("", |firm| firm.6).into(),
    }
}

fn schedule(firm: &Firm) -> String {
    format!(
        r#"{{"fields":[{{"key":"price","value":{{"fen":{}}}}},{{"key":"delivery","value":{{"text":"{}"}}}},{{"key":"warranty","value":{{"text":"{}"}}}},{{"key":"manager","value":{{"text":"{}"}}}}]}}"#,
        firm.2, firm.3, firm.4, firm.5
    )
}

fn roster() -> Vec<RosterRow> {
    FIRMS
        .iter()
        .zip(1..)
        .map(|(firm, number)| RosterRow {
            number,
            bidder: Bidder { code: id(firm.1), name: firm.0.into() },
            bid: digest(firm.0),
            received_at: DEADLINE.plus_millis(-61_000 * i64::from(number)),
            signed_in: true,
        })
        .collect()
}

fn share(number: usize, (minute, second): (i64, i64)) -> (At, Event) {
    let event = ShareCollected {
        bidder: code(number),
        lock: lock(number, number == 3 || number == 4),
        attempt: 1,
        statement: digest("同意"),
        packages: digest("份额"),
        remedy: None,
    };
    (clock(10, minute, second), event.into())
}

fn opened() -> OpeningOpened {
    let outcomes = (0..FIRMS.len())
        .zip(1..)
        .map(|(place, number)| BidOutcome {
            number,
            bidder: code(place),
            outcome: if place == 5 { Outcome::NotUnlocked } else { Outcome::Opened },
        })
        .collect();
    let row = |firm: &Firm| {
        let (schedule, salt) = (schedule(firm), Hex32([7; 32]));
        ScheduleRow { commitment: commitment(firm, &schedule, &salt), schedule, salt }
    };
    let rows: BTreeMap<u32, ScheduleRow> =
        (1..).zip(&FIRMS).filter(|(_, firm)| firm.2 > 0).map(|(number, firm)| (number, row(firm))).collect();
    OpeningOpened { attempt: 1, outcomes, table: digest("一览表"), rows }
}

/// The commitment that the firm's sealed bid carries.
fn commitment(firm: &Firm, schedule: &str, salt: &Hex32) -> Sm3Digest {
    let scope = BidScope {
        tender: id("YZZC-2026-G0117"),
        lot: LotNumber::FIRST,
        envelope: EnvelopeIndex::FIRST,
        bidder: id(firm.1),
    };
    let schedule: Schedule = from_canonical(schedule.as_bytes()).unwrap();
    schedule.commit(salt, &scope).0
}

fn authorised(index: u8, name: &str, tail: &str) -> ShareAuthorised {
    ShareAuthorised { index, name: name.into(), lock_tail: tail.into(), statement: digest(name) }
}

/// The events up to a moment, in the order of their times.
pub fn events(moment: Moment) -> Vec<(At, Event)> {
    let mut events = told(moment);
    events.sort_by_key(|(at, _)| *at);
    events
}

fn told(moment: Moment) -> Vec<(At, Event)> {
    let created = SessionCreated {
        package: digest("招标包"),
        origin: "开标一室/YZZC-2026-G0117/1".into(),
        lot: Box::new(lot()),
    };
    let device = |device: &str, zh: &str, en: &str| DeviceKeys {
        device: device.into(),
        level_zh: zh.into(),
        level_en: en.into(),
        tender_certificate: digest(&format!("{device} 招标")),
        opening_certificate: digest(&format!("{device} 开启")),
    };
    let keys = KeysPublished {
        publication: digest("公布"),
        devices: vec![
            device("main", "密码机，密钥不可导出", "HSM, not exportable"),
            device("standby", "密码机，密钥不可导出", "HSM, not exportable"),
        ],
        officers_certificate: digest("授权"),
        draw: None,
    };
    let mut all: Vec<(At, Event)> = vec![(clock(8, 0, 0), created.into()), (clock(8, 0, 5), keys.into())];
    if moment == Moment::Before {
        return all;
    }
    all.push((DEADLINE, DeadlinePassed { deadline: DEADLINE }.into()));
    all.push((clock(10, 0, 3), RosterPublished { rows: roster() }.into()));
    all.push((clock(10, 0, 41), authorised(1, "沈若兰", "31C8").into()));
    if moment == Moment::Authorise {
        return all;
    }
    all.push((clock(10, 1, 12), authorised(2, "顾明远", "A09F").into()));
    all.push((clock(10, 2, 0), UnlockStarted { attempt: 1, ends_at: clock(10, 32, 0) }.into()));
    let late = moment >= Moment::Announce;
    for (number, at) in HANDED.iter().enumerate() {
        match at {
            Some(at) if late || at.0 < 19 => all.push(share(number, *at)),
            _ => {}
        }
    }
    if !late {
        let mismatch = LockMismatched {
            bidder: code(3),
            present: LockTag { kind: LockKind::Main, authority: "云州CA".into(), tail: "9E41".into() },
            sealed_to: vec!["55B2".into(), "77F0".into()],
        };
        all.push((clock(10, 16, 12), mismatch.clone().into()));
        all.push((clock(10, 18, 47), mismatch.into()));
    }
    if moment == Moment::Stopped {
        let stopped = ClockStopped {
            reason: "主加密机没有响应，正在换用备用加密机".into(),
            remaining: 767_000,
            since: None,
        };
        all.push((clock(10, 19, 13), stopped.into()));
    }
    if late {
        all.extend(after_opening(moment));
    }
    all
}

fn after_opening(moment: Moment) -> Vec<(At, Event)> {
    let fixed =
        |number: usize| FixedBid { bidder: code(number), bid: digest("标"), consent: digest("同意") };
    let closed = OpeningClosed {
        attempt: 1,
        cause: CloseCause::WindowEnded,
        officers: vec![1, 2],
        opens: [0, 1, 2, 3, 4, 6].map(fixed).to_vec(),
        missing: vec![code(5)],
    };
    let mut all: Vec<(At, Event)> =
        vec![(clock(10, 34, 27), closed.into()), (clock(10, 34, 28), opened().into())];
    for number in [0, 1, 2, 4] {
        all.push((clock(10, 34, 40), BodyVerified { bidder: code(number), documents: 6 }.into()));
    }
    for number in 1..=3 {
        all.push((clock(10, 34, 45), BidAnnounced { number }.into()));
    }
    if moment == Moment::Announce {
        return all;
    }
    for number in [3, 6] {
        all.push((clock(10, 35, 40), BodyVerified { bidder: code(number), documents: 6 }.into()));
    }
    for number in [4, 5, 7] {
        all.push((clock(10, 36, 0), BidAnnounced { number }.into()));
    }
    let settled = BidAttributed {
        bidder: code(5),
        decision: 1,
        fate: Fate::Revoked,
        proposed: Fate::Revoked,
        reason: "时限内未提交解密，中心侧各设备正常".into(),
    };
    all.push((clock(10, 36, 30), settled.into()));
    all.push((clock(10, 37, 0), AnnouncingFinished { confirm_until: clock(10, 52, 0) }.into()));
    let objection = ObjectionRaised {
        objection: 1,
        bidder: code(2),
        text: "第 3 行质保期请核对：本单位投标函写的是 4 年。".into(),
        statement: digest("异议"),
    };
    all.push((clock(10, 38, 2), objection.into()));
    let answer = "已核对：一览表封存的是 3 年，以一览表为准（招标文件 5.4）。答复已记入开标记录。";
    all.push((clock(10, 39, 45), ObjectionAnswered { objection: 1, text: answer.into() }.into()));
    for number in [0, 3, 6] {
        all.push((
            clock(10, 40, 10),
            RecordConfirmed { bidder: code(number), statement: digest("确认") }.into(),
        ));
    }
    if moment == Moment::Closed {
        all.push((clock(10, 40, 40), RecordConfirmed { bidder: code(1), statement: digest("确认") }.into()));
        all.push((clock(10, 53, 0), SessionClosed { silent: vec![code(4)] }.into()));
        let signed = RecordSigned {
            role: StaffRole::Host,
            name: "沈若兰".into(),
            certificate: digest("沈若兰"),
            lock_tail: "31C8".into(),
            statement: digest("签署"),
        };
        all.push((clock(10, 53, 20), signed.into()));
    }
    all
}

/// The state at a moment, and the room's time then.
pub fn state(moment: Moment) -> (State, At) {
    let mut state = State::default();
    for (at, event) in events(moment) {
        state.apply(&event, at);
    }
    let now = match moment {
        Moment::Before => clock(9, 35, 24),
        Moment::Authorise => clock(10, 0, 58),
        Moment::Unlock => clock(10, 19, 13),
        Moment::Stopped => clock(10, 21, 38),
        Moment::Announce => clock(10, 35, 16),
        Moment::Confirm => clock(10, 41, 6),
        Moment::Closed => clock(10, 53, 30),
    };
    (state, now)
}

/// The state of a lot whose schedules go to some readers only, as the room tells it to others.
pub fn restricted(moment: Moment, readers: ScheduleReaders) -> (State, At) {
    let mut state = State::default();
    for (at, mut event) in events(moment) {
        match &mut event {
            Event::SessionCreated(created) => {
                created.lot.policy.schedule_readers = Figure::new(readers, "招标文件 5.7");
            }
            Event::OpeningOpened(opened) => opened.rows.clear(),
            _ => {}
        }
        state.apply(&event, at);
    }
    (state, self::state(moment).1)
}

/// The facts around the story, as seen by the second bidder or by the public.
pub fn facts(moment: Moment, bidder: bool) -> Facts {
    let late = moment >= Moment::Announce;
    let ready = |zh: &str, en: &str, value_zh: &str, value_en: &str| Readiness {
        ready: true,
        name: Both::new(zh, en),
        value: Both::new(value_zh, value_en),
    };
    let lines = [
        (184, (10, 19, 12), "锁不符：第 4 家，锁尾号 9E41", "wrong lock: no. 4, ends 9E41"),
        (183, (10, 16, 40), "已提交解密：第 5 家（副锁）", "handed in: no. 5 (sub lock)"),
        (182, (10, 8, 55), "已提交解密：第 3 家（主锁）", "handed in: no. 3 (main lock)"),
        (181, (10, 7, 32), "已提交解密：第 2 家（主锁）", "handed in: no. 2 (main lock)"),
        (180, (10, 5, 18), "已提交解密：第 1 家（主锁）", "handed in: no. 1 (main lock)"),
        (179, (10, 2, 0), "开始解密，时限 30 分钟", "unlocking started, 30 minutes"),
    ];
    Facts {
        link: Link::Live,
        seen: Some(state(moment).1),
        clock: ClockQuality::Agree {
            names: Both::new("北斗、网络、本机", "BeiDou, network, this machine"),
            sources: 3,
            millis: 2,
        },
        ledger: (moment > Moment::Before).then(|| Ledger {
            size: 231,
            at: clock(10, 19, 12),
            root: "7F3A 91C2 0B6E D458".into(),
            witnesses: (3, 3),
            qr: "开标一室/YZZC-2026-G0117/1\n231\n7F3A91C20B6ED458".into(),
        }),
        deadline_digits: (moment > Moment::Before).then(|| "2B70 E419".to_owned()),
        marks: Marks {
            deadline: Some(154),
            opened: late.then_some(205),
            closed: None,
            stopped: (moment == Moment::Stopped).then(|| (185, clock(10, 19, 13))),
            announced: late.then(|| clock(10, 37, 0)),
            authorised: vec![(1, 157), (2, 160)],
            signed: (moment == Moment::Closed).then(|| (digest("沈若兰"), 232)).into_iter().collect(),
            troubles: vec![(code(3), vec![178, 184])],
        },
        me: bidder.then(|| code(1)),
        own_bid: bidder.then(|| OwnBid {
            receipt: Some(("7C2E 90B4".into(), clock(9, 20, 8))),
            locks: [("1F3A 88C2 0D47", "0D47", Some(clock(9, 21, 30))), ("1F3A 88C2 2B90", "2B90", None)]
                .map(|(serial, tail, probed)| SealedTo {
                    recipient: digest(tail),
                    serial: serial.into(),
                    tail: tail.into(),
                    probed,
                })
                .to_vec(),
            probe_due: Vec::new(),
            signed_in: None,
        }),
        officer: None,
        staff: None,
        person: None,
        queue: if moment == Moment::Unlock {
            vec![FIRMS.get(6).map_or("", |firm| firm.1).to_owned()]
        } else {
            Vec::new()
        },
        pace_millis: Some(1400),
        readiness: vec![
            ready("加密机，主备各一", "HSM, main and standby", "都正常", "both ready"),
            ready("本室时钟", "Room clock", "±2 毫秒", "±2 ms"),
        ],
        devices_ready: None,
        online: Some(41),
        log: lines
            .into_iter()
            .filter(|_| moment > Moment::Before)
            .map(|(number, (h, m, s), zh, en)| LogLine {
                number,
                at: clock(h, m, s),
                text: Both::new(zh, en),
            })
            .collect(),
        checked: (1..=7).filter(|number| *number != 6).map(|number| (number, true)).collect(),
        tamper: None,
        halted: None,
    }
}
