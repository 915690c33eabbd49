//! Draws a page of the story by its name: `<page>-<moment>`.

use super::{Moment, facts, host, refused, restricted, state, tamper};
use crate::deed::{Doing, OpenLock, Trouble};
use crate::model::{Icon, Link, derive};
use crate::page::{Card, Entry, Viewer, console, hall, home, import, not_found, officer, phone, wall};
use crate::text::{Both, Common, Say};
use crate::ui::{Kind, Page};
use bidroom_domain::opening::Phase;
use bidroom_domain::{At, ScheduleReaders};
use leptos::prelude::*;

fn moment(name: &str) -> Option<Moment> {
    Some(match name {
        "before" | "refused" => Moment::Before,
        "authorise" => Moment::Authorise,
        "unlock" => Moment::Unlock,
        "stopped" => Moment::Stopped,
        "announce" | "restricted" => Moment::Announce,
        "confirm" | "tamper" | "lost" | "trouble" => Moment::Confirm,
        "closed" => Moment::Closed,
        _ => return None,
    })
}

fn lock() -> OpenLock {
    OpenLock {
        kind: Common::MainLock.both(),
        holder: "东江仪器股份有限公司".into(),
        authority: "云州CA".into(),
        serial: "1F3A 88C2 0D47".into(),
        tail: "0D47".into(),
        opens: "0D47".into(),
        valid_until: "2027-05-11".into(),
    }
}

/// Draws the page.
pub fn show(name: &str, page: Page, narrow: bool) -> AnyView {
    if name == "home" {
        return home(Signal::stored(entries()), Signal::stored(cards()));
    }
    if name == "import" {
        return import();
    }
    let Some((kind, when)) = name.split_once('-') else { return not_found(name.to_owned()) };
    let Some(at) = moment(when) else { return not_found(name.to_owned()) };
    let (folded, now) = match when {
        "refused" => refused(),
        "restricted" if kind == "bid" => restricted(at, ScheduleReaders::Staff),
        "restricted" => restricted(at, ScheduleReaders::Bidders),
        _ => state(at),
    };
    let mut known = facts(at, kind == "bid");
    match when {
        "tamper" => known.tamper = Some(tamper()),
        "restricted" => known.checked.clear(),
        "lost" => known.link = Link::Lost { attempt: 3 },
        _ => {}
    }
    let mut doing = Doing::default();
    match kind {
        "console" => {
            known.staff = Some(host());
            doing.signed_in = Some("沈若兰".into());
        }
        "officer" => {
            known.staff = Some(Common::Tenderer.both());
            known.officer = Some(2);
            doing.signed_in = Some("顾明远".into());
            doing.lock =
                Some(OpenLock { kind: Common::OfficerLock.both(), holder: "顾明远".into(), ..lock() });
        }
        "bid" => {
            doing.signed_in = Some("东江仪器股份有限公司".into());
            doing.lock = Some(lock());
        }
        _ => {}
    }
    if when == "trouble" {
        doing.trouble = Some(Trouble {
            kind: Kind::Rule,
            head: Both::new("还不能结束：还有 1 家没有确认", "Not yet: one bidder has not confirmed"),
            text: Both::new(
                "确认时限还剩 10:54。什么都没有改变。",
                "10:54 left to confirm. Nothing was changed.",
            ),
            clause: Some(Common::Basis { clause: "招标文件 5.6".into() }.both()),
        });
    }
    page.doing.set(doing);
    page.now.set(now);
    page.scene.set(derive::scene(&folded, &known));
    match kind {
        "wall" => wall(),
        "hall" => {
            if narrow {
                phone(Viewer::Public)
            } else {
                hall(Viewer::Public)
            }
        }
        "bid" => {
            if narrow {
                phone(Viewer::Bidder)
            } else {
                hall(Viewer::Bidder)
            }
        }
        "console" => console(),
        "officer" => officer(),
        _ => not_found(name.to_owned()),
    }
}

fn entries() -> Vec<Entry> {
    let entry = |session: &str, title: &str, lot, phase| Entry {
        session: session.into(),
        title: title.into(),
        tender: "YZZC-2026-G0117".into(),
        lot,
        deadline: At(1_773_799_200_000),
        phase,
    };
    vec![
        entry("YZZC-2026-G0117-1", "云州市城区供水管网水质在线监测设备采购项目", 1, Phase::Unlock),
        entry("YZZC-2026-G0117-2", "云州市城区供水管网水质在线监测设备采购项目", 2, Phase::Receive),
        entry("YZZC-2026-G0098-1", "云州市图书馆智慧阅览设备采购项目", 1, Phase::Refused),
    ]
}

fn cards() -> Vec<Card> {
    let card = |zh: &str, en: &str, note_zh: &str, note_en: &str, icon| Card {
        name: Both::new(zh, en),
        note: Both::new(note_zh, note_en),
        href: "/".into(),
        icon,
    };
    vec![
        card("主持人 沈若兰", "Host 沈若兰", "控制台", "console", Icon::Speak),
        card("招标人代表 顾明远", "Tenderer 顾明远", "第 2 份授权", "share no. 2", Icon::Key),
        card("监督人员 罗毅", "Supervisor 罗毅", "第 3 份授权", "share no. 3", Icon::Key),
        card("海澜智测科技有限公司", "海澜智测科技有限公司", "投标人，主锁", "bidder, main lock", Icon::Usb),
        card("大屏", "Wall screen", "全屏显示", "full screen", Icon::List),
    ]
}
