//! The first page's list of sessions, and the doors of a drill.

use super::{Live, http};
use crate::deed::Offered;
use crate::model::Icon;
use crate::page::{Card, Entry};
use crate::text::{Both, Home, Say};
use bidroom_wire::{Demo, DemoLock, DemoRole, RoomInfo};
use leptos::prelude::*;
use std::time::Duration;

/// The list is asked for again after so long.
const AGAIN: Duration = Duration::from_secs(5);

/// Sessions of the room and doors of the drill, kept up to date.
pub fn room(live: Live) -> (Signal<Vec<Entry>>, Signal<Vec<Card>>) {
    let entries = RwSignal::new(Vec::new());
    let cards = RwSignal::new(Vec::new());
    let ask = move || {
        leptos::task::spawn_local(async move {
            if let Ok(room) = http::get::<RoomInfo>("/room", None).await {
                live.take_room(&room);
                entries.set(list(&room));
                cards.set(room.demo.as_ref().map(doors).unwrap_or_default());
            }
        });
    };
    ask();
    set_interval(ask, AGAIN);
    // Compared, so that nothing is drawn again while nothing changes.
    let entries = Memo::new(move |_| entries.get());
    let cards = Memo::new(move |_| cards.get());
    (entries.into(), cards.into())
}

fn list(room: &RoomInfo) -> Vec<Entry> {
    room.sessions
        .iter()
        .map(|session| Entry {
            session: session.session.to_string(),
            title: session.title.clone(),
            tender: session.tender.to_string(),
            lot: session.lot.number(),
            deadline: session.deadline,
            phase: session.phase,
        })
        .collect()
}

/// Where the holder of a drill lock goes.
fn folder(lock: &DemoLock) -> &'static str {
    match lock.role {
        DemoRole::Host => "console",
        DemoRole::Supervisor | DemoRole::Tenderer => "officer",
        DemoRole::Bidder => "bid",
    }
}

/// One door per drill lock, the wall first.
pub fn doors(demo: &Demo) -> Vec<Card> {
    let session = demo.session.as_str();
    let plain = |name: Home, folder: &str, icon| Card {
        name: name.both(),
        note: Both::default(),
        href: format!("/{folder}/{session}"),
        icon,
    };
    let mut cards = vec![plain(Home::Wall, "wall", Icon::List), plain(Home::Enter, "hall", Icon::Doc)];
    for (place, lock) in demo.locks.iter().enumerate() {
        // One door per person; a bidder's other locks are offered behind it.
        if demo.locks.iter().take(place).any(|earlier| earlier.holder == lock.holder) {
            continue;
        }
        let role = match lock.role {
            DemoRole::Host => Home::RoleHost,
            DemoRole::Supervisor => Home::RoleSupervisor,
            DemoRole::Tenderer => Home::RoleTenderer,
            DemoRole::Bidder => Home::RoleBidder,
        };
        let note = role.both();
        let card = |folder: &str, icon, note: Both| Card {
            name: Both::same(lock.holder.clone()),
            note,
            href: format!("/{folder}/{session}?lock={place}"),
            icon,
        };
        let labelled =
            Both::new(format!("{}　{}", note.zh, lock.label_zh), format!("{}, {}", note.en, lock.label_en));
        let icon = match lock.role {
            DemoRole::Host => Icon::Speak,
            DemoRole::Supervisor | DemoRole::Tenderer => Icon::Key,
            DemoRole::Bidder => Icon::Usb,
        };
        cards.push(card(folder(lock), icon, labelled));
        if lock.role == DemoRole::Host && lock.officer.is_some() {
            cards.push(card("officer", Icon::Key, Home::RoleOfficer.both()));
        }
    }
    cards
}

/// The drill locks as a page offers them.
pub fn offered(locks: &[DemoLock]) -> Vec<Offered> {
    locks
        .iter()
        .enumerate()
        .map(|(place, lock)| Offered {
            place,
            name: Both::new(
                format!("{}　{}", lock.holder, lock.label_zh),
                format!("{}, {}", lock.holder, lock.label_en),
            ),
            bidder: lock.role == DemoRole::Bidder,
            officer: lock.officer.is_some(),
            host: lock.role == DemoRole::Host,
        })
        .collect()
}
