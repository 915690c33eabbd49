//! The one place where the folded state becomes what pages show.

use super::case::case;
use super::facts::{Device, Facts};
use super::row::{ProofState, Row, Standing};
use super::scene::{Clauses, OfficerLine, Project, RefusedLine, Restricted, Scene, Stage, StopLine, Talk};
use super::schedule;
use super::signing;
use super::window::{Window, WindowKind};
use crate::text::{Both, Common};
use bidroom_canon::group4;
use bidroom_domain::opening::{BidAttributed, FailureCause, Outcome, Phase, RowState, State};
use bidroom_domain::{At, LotFacts, ProcurementKind, ScheduleReaders, StaffRole};

/// What a viewer with these facts sees of this state.
pub fn scene(state: &State, facts: &Facts) -> Scene {
    let stage = stage(state.phase);
    // Until the deadline nothing of the log is shown, whatever a page may hold.
    let early = stage == Stage::Before;
    let lot = state.lot.as_ref();
    Scene {
        stage,
        project: lot.map(project),
        clauses: lot.map(clauses).unwrap_or_default(),
        window: window(state, lot, facts),
        own_window: own_window(state, facts),
        rows: state.roster.iter().map(|row| row_of(row, state, facts, stage)).collect(),
        announcing: state.announcing,
        officers: lot.map(|lot| officers(lot, state, facts)).unwrap_or_default(),
        threshold: lot.map_or(0, |lot| usize::from(lot.policy.officers_threshold.value)),
        devices: devices(state, facts),
        stop: state.unlock.as_ref().and_then(|unlock| unlock.stopped.as_ref()).map(|(reason, left)| {
            StopLine { reason: reason.clone(), left: *left, since: facts.marks.stopped.map(|(_, at)| at) }
        }),
        refused: state.refused.as_ref().map(|(bidders, minimum, clause, at)| RefusedLine {
            bidders: *bidders,
            minimum: *minimum,
            clause: clause.clone(),
            at: *at,
        }),
        talks: state.objections.iter().map(|objection| talk(objection, state, facts)).collect(),
        roster_at: state.roster_at,
        unlock_from: state.unlock.as_ref().map(|unlock| unlock.started_at),
        collected_at: state.closed.map(|(at, _)| at),
        opened_at: state.opened.map(|(at, _)| at),
        closed_at: state.session_closed,
        confirm_until: state.confirm_until,
        bodies: bodies(&state.roster),
        link: facts.link,
        seen: facts.seen,
        tamper: facts.tamper.clone(),
        halted: facts.halted.clone(),
        clock: facts.clock.clone(),
        ledger: facts.ledger.clone().filter(|_| !early),
        deadline_digits: facts.deadline_digits.clone(),
        marks: if early { super::Marks::default() } else { facts.marks.clone() },
        staff: facts.staff.clone(),
        readiness: facts.readiness.clone(),
        online: facts.online.filter(|_| !early),
        log: if early { Vec::new() } else { facts.log.clone() },
        own_bid: facts.own_bid.clone(),
        signing: signing::lines(state, facts),
        may_sign: signing::may_sign(state, facts),
        may_judge: lot.is_some_and(|lot| {
            let mut staff = lot.staff.iter().filter(|person| person.role == StaffRole::Supervisor);
            staff.any(|person| facts.person == Some(person.certificate))
        }),
        record_public: stage == Stage::Closed
            && lot.is_some_and(|lot| lot.policy.schedule_readers.value == ScheduleReaders::Public),
        table_digits: state.opened.map(|(_, table)| group4(table.as_bytes(), 2)),
    }
}

const fn stage(phase: Phase) -> Stage {
    match phase {
        Phase::Prepare | Phase::Receive => Stage::Before,
        Phase::Refused => Stage::Refused,
        Phase::Authorise => Stage::Authorise,
        Phase::Unlock => Stage::Unlock,
        Phase::Opening => Stage::Opening,
        Phase::Announce => Stage::Announce,
        Phase::Confirm => Stage::Confirm,
        Phase::Closed => Stage::Closed,
    }
}

fn project(lot: &LotFacts) -> Project {
    let policy = &lot.policy;
    Project {
        title: lot.title.clone(),
        tender: lot.tender.to_string(),
        lot: lot.lot.number(),
        kind: match lot.kind {
            ProcurementKind::OpenTender => Common::OpenTender,
            ProcurementKind::InvitedTender => Common::InvitedTender,
            ProcurementKind::CompetitiveConsultation => Common::Consultation,
        },
        method: lot.method.clone(),
        centre: lot.centre.clone(),
        room: lot.room.clone(),
        tenderer: lot.tenderer.clone(),
        agency: lot.agency.clone(),
        deadline: lot.deadline,
        ceiling: lot.ceiling,
        columns: schedule::other_columns(&lot.columns),
        drill: lot.drill,
        minimum: policy.minimum_bidders.value,
        restricted: (policy.schedule_readers.value != ScheduleReaders::Public).then(|| Restricted {
            readers: policy.schedule_readers.value,
            clause: policy.schedule_readers.clause.clone(),
        }),
        silence: policy.silence_accepts.value.then(|| policy.silence_accepts.clause.clone()),
        unlock_minutes: policy.unlock_window_seconds.value / 60,
        confirm_minutes: policy.confirm_window_seconds.value / 60,
        sign_in: lot.sign_in_opens(),
    }
}

fn clauses(lot: &LotFacts) -> Clauses {
    let policy = &lot.policy;
    Clauses {
        minimum: policy.minimum_bidders.clause.clone(),
        officers: policy.officers_threshold.clause.clone(),
        window: policy.unlock_window_seconds.clause.clone(),
        confirm: policy.confirm_window_seconds.clause.clone(),
    }
}

fn window(state: &State, lot: Option<&LotFacts>, facts: &Facts) -> Window {
    match (state.phase, lot) {
        (Phase::Prepare | Phase::Receive, Some(lot)) => Window::Running {
            kind: WindowKind::BeforeOpening,
            from: lot.sign_in_opens(),
            until: lot.deadline,
        },
        (Phase::Unlock, Some(lot)) => unlock_window(state, lot),
        (Phase::Opening | Phase::Announce, _) => {
            state.closed.map_or(Window::None, |(at, _)| Window::Ended { kind: WindowKind::Unlock, at })
        }
        (Phase::Confirm, Some(lot)) => state.confirm_until.map_or(Window::None, |until| {
            let length = i64::from(lot.policy.confirm_window_seconds.value).saturating_mul(-1000);
            Window::Running {
                kind: WindowKind::Confirm,
                from: facts.marks.announced.unwrap_or(until.plus_millis(length)),
                until,
            }
        }),
        _ => Window::None,
    }
}

fn unlock_window(state: &State, lot: &LotFacts) -> Window {
    let Some(unlock) = &state.unlock else { return Window::None };
    let from = unlock.started_at;
    match unlock.stopped {
        Some((_, left)) => Window::Stopped {
            kind: WindowKind::Unlock,
            from,
            length: i64::from(lot.policy.unlock_window_seconds.value).saturating_mul(1000),
            left,
        },
        None => Window::Running { kind: WindowKind::Unlock, from, until: unlock.ends_at },
    }
}

/// The window of the bidder at this page, where it was stopped or has been given back time.
fn own_window(state: &State, facts: &Facts) -> Option<Window> {
    let (lot, unlock) =
        (state.lot.as_ref()?, state.unlock.as_ref().filter(|_| state.phase == Phase::Unlock)?);
    let row = state.row(facts.me.as_ref()?).filter(|row| row.collected.is_none())?;
    let (from, length) =
        (unlock.started_at, i64::from(lot.policy.unlock_window_seconds.value).saturating_mul(1000));
    match (&row.held, row.own_end, &unlock.stopped) {
        (Some((_, left)), ..) => Some(Window::Stopped { kind: WindowKind::Own, from, length, left: *left }),
        (None, Some(until), None) => Some(Window::Running { kind: WindowKind::Own, from, until }),
        // All stand still: its own end is as much later than theirs as it was.
        (None, Some(until), Some((_, left))) => {
            let left = until.millis_since(unlock.ends_at).saturating_add(*left);
            Some(Window::Stopped { kind: WindowKind::Unlock, from, length, left })
        }
        (None, None, _) => None,
    }
}

/// A place in the queue, and the wait that follows from the room's pace, in whole seconds that are never too short.
fn queued(place: usize, pace_millis: Option<u32>) -> Standing {
    let seconds = pace_millis
        .zip(u32::try_from(place).ok())
        .map(|(pace, place)| pace.saturating_mul(place).div_ceil(1000));
    Standing::Queued { place, seconds }
}

fn row_of(row: &RowState, state: &State, facts: &Facts, stage: Stage) -> Row {
    let number = row.row.number;
    let code = &row.row.bidder.code;
    let columns = state.lot.as_ref().map(|lot| lot.columns.as_slice()).unwrap_or_default();
    let mut standing = standing(row, state, stage);
    if let (Standing::Waiting, Some(place)) =
        (&standing, facts.queue.iter().position(|waits| waits == code.as_str()))
    {
        standing = queued(place + 1, facts.pace_millis);
    }
    let schedule = row.schedule.as_ref().and_then(|sealed| schedule::read(&sealed.schedule, columns));
    let checked = facts.checked.iter().find(|(checked, _)| *checked == number).map(|(_, fits)| *fits);
    let proof = match (stage >= Stage::Announce, row.is_opened(), checked) {
        (false, ..) => ProofState::AfterOpening,
        (true, false, _) => ProofState::Sealed,
        // The room sends a schedule with the event that opens it, or not at all.
        (true, true, None) if row.schedule.is_none() => ProofState::Withheld,
        (true, true, None) => ProofState::Checking,
        (true, true, Some(true)) => ProofState::Verified,
        (true, true, Some(false)) => ProofState::Disagrees,
    };
    Row {
        number,
        name: row.row.bidder.name.clone(),
        code: code.to_string(),
        mine: facts.me.as_ref() == Some(code),
        standing: if proof == ProofState::Disagrees { Standing::Disagrees } else { standing },
        handed: row.collected.as_ref().map(|collected| (collected.lock.clone(), collected.at)),
        // A schedule never reaches a page before all are opened; should it, it is not drawn.
        schedule: schedule.filter(|_| stage >= Stage::Announce),
        announced: row.announced.is_some(),
        confirmed: row.confirmed,
        received: row.row.received_at,
        digits: group4(row.row.bid.as_bytes(), 2),
        proof,
        case: (stage >= Stage::Unlock).then(|| case(row, state, facts.marks.troubles_of(code))).flatten(),
    }
}

fn standing(row: &RowState, state: &State, stage: Stage) -> Standing {
    match (&row.outcome, &row.body) {
        (_, Some(Err(FailureCause::Content | FailureCause::BidderMaterial))) => return Standing::Disagrees,
        (Some(Outcome::Failed { cause }), _) if row.decided.is_none() => return Standing::Unreadable(*cause),
        (Some(Outcome::Opened), _) => return opened_standing(row, state, stage),
        _ => {}
    }
    if let Some(BidAttributed { fate, reason, .. }) = &row.decided {
        return Standing::Settled { fate: *fate, reason: reason.clone() };
    }
    match (&row.collected, &row.mismatch, stage) {
        (Some(_), ..) => Standing::HandedIn,
        (None, _, Stage::Unlock) if row.held.is_some() => {
            Standing::Held { reason: row.held.as_ref().map(|(reason, _)| reason.clone()).unwrap_or_default() }
        }
        (None, _, Stage::Opening | Stage::Announce | Stage::Confirm | Stage::Closed) => Standing::NotHandedIn,
        (None, Some((mismatch, _, tries)), _) => Standing::WrongLock {
            present: mismatch.present.clone(),
            registered: mismatch.sealed_to.clone(),
            tries: *tries,
        },
        (None, None, _) => Standing::Waiting,
    }
}

fn opened_standing(row: &RowState, state: &State, stage: Stage) -> Standing {
    let code = &row.row.bidder.code;
    if stage <= Stage::Announce {
        return match row.announced {
            _ if state.announcing == Some(row.row.number) => Standing::Announcing,
            Some(_) => Standing::Announced,
            None => Standing::Opened,
        };
    }
    if state.open_objection(code).is_some() {
        Standing::ObjectionOpen
    } else if row.confirmed.is_some() {
        Standing::Confirmed
    } else if state.objections.iter().any(|objection| objection.bidder == *code) {
        Standing::ObjectionAnswered
    } else if stage == Stage::Closed {
        Standing::DeemedAccepted
    } else {
        Standing::ToConfirm
    }
}

fn officers(lot: &LotFacts, state: &State, facts: &Facts) -> Vec<OfficerLine> {
    // As they are now: an officer may have been replaced before the deadline.
    let officers = if state.officers.is_empty() { &lot.officers } else { &state.officers };
    officers
        .iter()
        .map(|officer| OfficerLine {
            index: officer.index,
            name: officer.name.clone(),
            role: officer.role,
            authorised: state.authorised.get(&officer.index).map(|done| {
                let entry = facts.marks.authorised.iter().find(|(index, _)| *index == officer.index);
                (done.lock_tail.clone(), done.at, entry.map(|(_, number)| *number))
            }),
            mine: facts.officer == Some(officer.index),
        })
        .collect()
}

fn devices(state: &State, facts: &Facts) -> Vec<Device> {
    let ready = facts.devices_ready.as_deref().unwrap_or_default();
    state
        .devices
        .iter()
        .enumerate()
        .map(|(place, device)| Device {
            standby: device.device == "standby",
            ready: ready.get(place).copied().unwrap_or(true),
            level: Both::new(first_line(&device.level_zh), first_line(&device.level_en)),
            digits: group4(device.tender_certificate.as_bytes(), 2),
        })
        .collect()
}

/// The first line of a description of several: what a page has room for.
pub fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn talk(objection: &bidroom_domain::opening::Objection, state: &State, facts: &Facts) -> Talk {
    let row = state.row(&objection.bidder);
    Talk {
        number: objection.number,
        row: row.map_or(0, |row| row.row.number),
        name: row.map_or_else(|| objection.bidder.to_string(), |row| row.row.bidder.name.clone()),
        mine: facts.me.as_ref() == Some(&objection.bidder),
        text: objection.text.clone(),
        at: objection.at,
        answer: objection.answer.clone(),
    }
}

fn bodies(roster: &[RowState]) -> (u32, u32) {
    let count = |wanted: &dyn Fn(&&RowState) -> bool| {
        u32::try_from(roster.iter().filter(wanted).count()).unwrap_or(u32::MAX)
    };
    (count(&|row| row.is_opened() && matches!(row.body, Some(Ok(_)))), count(&|row| row.is_opened()))
}

/// The scene before anything but the lot is known: what anybody sees until the deadline.
pub fn before(lot: &LotFacts, facts: &Facts) -> Scene {
    let state = State { phase: Phase::Receive, lot: Some(lot.clone()), last: None::<At>, ..State::default() };
    scene(&state, facts)
}
