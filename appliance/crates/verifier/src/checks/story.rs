//! Every event is judged again with the room's own rules, in the state before it.

use std::io::{Read, Seek};

use bidroom_canon::{Hex32, Sm3Digest};
use bidroom_domain::opening::{Event, Outcome, ScheduleRow, decide};
use bidroom_domain::{Actor, StaffRole};

use super::Case;
use super::command::command_of;
use crate::contents;
use crate::report::ClaimId;

const RULES: ClaimId = ClaimId::Rules;

/// Folds the shown events and decides each again: the room must have come to these very events.
pub(crate) fn judge(case: &mut Case<impl Read + Seek>) {
    if case.events.is_empty() {
        return;
    }
    case.findings.checked(RULES);
    let events = std::mem::take(&mut case.events);
    let mut at = 0;
    while let Some(first) = events.get(at) {
        let place = contents::entry(first.index);
        let Some(by) = &first.by else {
            case.findings.broken(RULES, place, "who did it is not shown");
            return case.events = events;
        };
        let (asked, hides_rows) = with_hidden_rows(&first.event);
        let decided = command_of(&asked, by, &case.state)
            .ok_or_else(|| "it cannot happen by itself".to_owned())
            .and_then(|command| decide(&case.state, by, command, first.at).map_err(|no| no.to_string()));
        let decided = match decided {
            Ok(decided) if !decided.is_empty() => decided,
            Ok(_) => {
                case.findings.broken(RULES, place, format!("{} was not due", first.event.kind()));
                return case.events = events;
            }
            Err(why) => {
                case.findings.broken(RULES, place, format!("{}: {why}", first.event.kind()));
                return case.events = events;
            }
        };
        for expected in &decided {
            let Some(shown) = events.get(at) else {
                let what = format!("{} had to follow", expected.kind());
                case.findings.broken(RULES, "the end of the log", what);
                return case.events = events;
            };
            let same = if hides_rows { *expected == asked } else { *expected == shown.event };
            if !same || shown.at != first.at || shown.by != first.by {
                let what = format!("{} is not what the rules give here", shown.event.kind());
                case.findings.broken(RULES, contents::entry(shown.index), what);
                return case.events = events;
            }
            check_host(case, shown.index, &shown.event, by);
            check_created(case, &shown.event);
            case.state.apply(&shown.event, shown.at);
            at += 1;
        }
    }
    case.events = events;
}

/// Readers who may not read the rows have none: they are filled up, so that the rest can be judged.
fn with_hidden_rows(event: &Event) -> (Event, bool) {
    let Event::OpeningOpened(opened) = event else { return (event.clone(), false) };
    let mut opened = opened.clone();
    let hides = opened.rows.is_empty();
    if hides {
        let unknown = ScheduleRow {
            schedule: String::new(),
            salt: Hex32([0; 32]),
            commitment: Sm3Digest::from_bytes([0; 32]),
        };
        let numbers = opened.outcomes.iter().filter(|outcome| outcome.outcome == Outcome::Opened);
        opened.rows = numbers.map(|outcome| (outcome.number, unknown.clone())).collect();
    }
    (opened.into(), hides)
}

/// The log's first entry is this package's lot, and its origin the one the checkpoints have.
fn check_created(case: &mut Case<impl Read + Seek>, event: &Event) {
    let Event::SessionCreated(created) = event else { return };
    let place = contents::entry(0);
    let package = case.package.as_ref().map(|package| package.digest());
    if package != Some(created.package) {
        case.findings.broken(ClaimId::Tender, &place, "the log was begun with another tender package");
    }
    if case.lot() != Some(&*created.lot) {
        case.findings.broken(ClaimId::Tender, &place, "the lot's facts are not those of the package");
    }
    let room = case.package.as_ref().map(|package| package.value().room.keys.name.clone());
    let origin = room.map(|room| bidroom_tender::package_origin(&room, &created.lot));
    if origin.as_deref() != Some(created.origin.as_str()) {
        case.findings.broken(ClaimId::Tender, &place, "the origin is not the package's");
    }
}

/// Whoever runs the opening is one of the package's hosts. Who imports it is the room's business.
fn check_host(case: &mut Case<impl Read + Seek>, index: u64, event: &Event, by: &Actor) {
    case.findings.checked(ClaimId::Hosts);
    let Actor::Host { certificate, name } = by else { return };
    if matches!(event, Event::SessionCreated(_)) {
        return;
    }
    let known = case.lot().is_some_and(|lot| {
        lot.staff.iter().any(|staff| {
            staff.role == StaffRole::Host && staff.certificate == *certificate && staff.name == *name
        })
    });
    if !known {
        let what = format!("{name} is no host of this lot");
        case.findings.broken(ClaimId::Hosts, contents::entry(index), what);
    }
}
