//! Every event is judged again with the room's own rules, in the state before it.

use std::io::{Read, Seek};

use bidroom_canon::{Hex32, Sm3Digest};
use bidroom_domain::opening::{Event, Outcome, Refusal, ScheduleRow, may_read_now};
use bidroom_domain::{Actor, ReaderClass, evaluation};
use bidroom_judging::{Objection, check_created, check_host, decided_again};
use bidroom_outcome::Judged;

use super::{Case, Shown};
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
    let mut sealed = Sealed { from: None, unjudged: 0 };
    while let Some(first) = events.get(at) {
        let place = contents::entry(first.index);
        let Some(by) = &first.by else {
            if sealed.takes(case, first, None) {
                case.state.apply(&first.event, first.at);
                at += 1;
                continue;
            }
            case.findings.broken(RULES, place, "who did it is not shown");
            return case.events = events;
        };
        let (asked, hides_rows) = with_hidden_rows(&first.event);
        let decided = match decided_again(&case.state, by, &asked, first.at) {
            Ok(decided) => decided,
            Err(objection) if sealed.takes(case, first, Some(&objection)) => {
                host(case, first.index, &first.event, by);
                case.state.apply(&first.event, first.at);
                at += 1;
                continue;
            }
            Err(objection) => {
                case.findings.broken(RULES, place, objection);
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
            if !same && sealed.takes(case, shown, None) {
                host(case, shown.index, &shown.event, by);
                case.state.apply(&shown.event, shown.at);
                at += 1;
                break;
            }
            if !same || shown.at != first.at || shown.by != first.by {
                let what = format!("{} is not what the rules give here", shown.event.kind());
                case.findings.broken(RULES, contents::entry(shown.index), what);
                return case.events = events;
            }
            host(case, shown.index, &shown.event, by);
            if sealed.from.is_none() {
                computed(case, shown, by);
            } else if matches!(
                shown.event,
                Event::Evaluation(evaluation::Event::ResultFixed(_) | evaluation::Event::DrawRecorded(_))
            ) {
                sealed.unjudged += 1;
            }
            created(case, &shown.event);
            case.state.apply(&shown.event, shown.at);
            if matches!(shown.event, Event::SessionClosed(_)) {
                case.closed = Some(shown.index);
            }
            at += 1;
        }
    }
    sealed.tell(case);
    disclosed(case, &events);
    case.events = events;
}

/// What an archive from the middle of an evaluation, or for readers who are not inside it, does not show: it cannot be judged
/// again, and neither can what follows from it.
struct Sealed {
    /// The first entry that was not judged for it.
    from: Option<u64>,
    unjudged: usize,
}

impl Sealed {
    /// Whether an event cannot be judged because something is sealed.
    fn takes<R>(&mut self, case: &Case<R>, shown: &Shown, objection: Option<&Objection>) -> bool {
        if !matches!(shown.event, Event::Evaluation(_)) {
            return false;
        }
        // What nothing sealed can excuse.
        let plain = |refusal: &Refusal| match refusal {
            Refusal::Evaluation(no) => matches!(
                **no,
                evaluation::Refusal::NotYourRole
                    | evaluation::Refusal::WrongStage { .. }
                    | evaluation::Refusal::Unsigned
                    | evaluation::Refusal::SaidBefore
            ),
            _ => true,
        };
        let supervisor = case.index.readers == ReaderClass::Supervisor;
        if supervisor && matches!(objection, Some(Objection::Rule { refusal, .. }) if plain(refusal)) {
            return false;
        }
        let sealed = self.from.is_some() || !shown.whole || case.index.readers != ReaderClass::Supervisor;
        if sealed {
            self.from.get_or_insert(shown.index);
            self.unjudged += 1;
        }
        sealed
    }

    fn tell<R: Read + Seek>(&self, case: &mut Case<R>) {
        let Some(from) = self.from else { return };
        let count = self.unjudged;
        let zh = format!(
            "评标阶段有 {count} 条（自第 {from} 条起）对这类读者尚未或不予公开，不能重新判定；其余各条已重新判定"
        );
        let en = format!(
            "{count} entries of the evaluation, from entry {from} on, are sealed from these readers or not yet open, and could \
             not be judged again; all others were"
        );
        case.findings.not_checked(RULES, &zh, &en);
    }
}

/// Whoever leaves out an opening that these readers may have, as the evaluation stands, hides something; whoever opens more
/// betrays a secret.
fn disclosed(case: &mut Case<impl Read + Seek>, events: &[Shown]) {
    let Some(lot) = case.lot().cloned() else { return };
    for shown in events {
        for (path, opened) in case.opened.get(&shown.index).cloned().unwrap_or_default() {
            let may = may_read_now(case.index.readers, &shown.event, &path, &lot, &case.state);
            if opened != may {
                let what = if opened { "is opened to readers who may not" } else { "is not opened" };
                let place = contents::openings(shown.index);
                case.findings.broken(ClaimId::Entries, place, format!("{path} {what}"));
            }
        }
    }
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

/// What the room computed is what the method of the package gives.
fn computed(case: &mut Case<impl Read + Seek>, shown: &Shown, by: &Actor) {
    let Event::Evaluation(event) = &shown.event else { return };
    let place = contents::entry(shown.index);
    match bidroom_outcome::judge(&case.state, by, event) {
        Ok(Judged::NotComputed | Judged::Agrees) => {}
        Ok(Judged::Differs(what)) => case.findings.broken(RULES, place, what),
        Err(error) => case.findings.broken(RULES, place, error),
    }
}

/// The log's first entry is this package's lot, and its origin the one the checkpoints have.
fn created(case: &mut Case<impl Read + Seek>, event: &Event) {
    let Event::SessionCreated(created) = event else { return };
    let Some((package, lot)) = case.package.as_ref().zip(case.lot()) else { return };
    let checked = check_created(created, &package.digest(), lot, &package.value().room.keys.name);
    case.findings.take(ClaimId::Tender, contents::entry(0), checked);
}

/// Whoever runs the opening is one of the package's hosts.
fn host(case: &mut Case<impl Read + Seek>, index: u64, event: &Event, by: &Actor) {
    case.findings.checked(ClaimId::Hosts);
    let checked = check_host(case.lot(), by, event);
    case.findings.take(ClaimId::Hosts, contents::entry(index), checked);
}
