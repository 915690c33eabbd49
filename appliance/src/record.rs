//! The opening record 开标记录 of a session, as a document.
//!
//! Owns: what of the log goes where in the record. Must not know how a document is set.

mod notes;

use std::collections::BTreeMap;

use bidroom_canon::Sm3Digest;
use bidroom_domain::opening::{Event, Fate, LockKind, Outcome, Phase, RowState, State};
use bidroom_domain::{At, ColumnKind, Fen, LotFacts, StaffRole};
use bidroom_envelope::bid::schedule::{Schedule, ScheduleValue};
use bidroom_ledger::checkpoint::SignedNote;
use bidroom_report::moment::{Moment, UtcOffsetMinutes};
use bidroom_report::record as doc;
use bidroom_report::record::Language;

use crate::error::{Fault, fault};
use crate::room::event_of;
use crate::store::Store;

/// Numbers of the entries that the record refers to.
struct Entries {
    opened: Option<u64>,
    unlock_from: Option<At>,
    unlock_until: Option<At>,
    stopped_millis: i64,
    notes: Vec<(String, u64)>,
    objections: BTreeMap<u32, Vec<u64>>,
    signatures: BTreeMap<Sm3Digest, u64>,
    absences: BTreeMap<StaffRole, u64>,
    last: (u64, At),
}

/// Puts the opening record together from a session's log.
///
/// # Errors
/// A [`Fault`] if the log cannot be read, or nothing was opened or refused yet.
pub fn opening_record(
    store: &Store,
    session: &bidroom_domain::SessionId,
    lang: Language,
) -> Result<doc::OpeningRecord, Fault> {
    let stored = store.entries(session, 0, usize::MAX)?;
    let mut state = State::default();
    let mut seen = Entries {
        opened: None,
        unlock_from: None,
        unlock_until: None,
        stopped_millis: 0,
        notes: Vec::new(),
        objections: BTreeMap::new(),
        signatures: BTreeMap::new(),
        absences: BTreeMap::new(),
        last: (0, At(0)),
    };
    let mut stopped_at = None;
    for (number, entry) in (0..).zip(&stored) {
        let (at, event) =
            event_of(entry).map_err(|error| fault(&format!("ledger entry {number}"), &error))?;
        state.apply(&event, at);
        seen.last = (number, at);
        seen.notes.extend(notes::note_of(lang, &event, &state, at).map(|text| (text, number)));
        match &event {
            Event::UnlockStarted(_) => seen.unlock_from = Some(at),
            Event::OpeningClosed(_) => seen.unlock_until = Some(at),
            Event::OpeningOpened(_) => seen.opened = Some(number),
            // What was given back afterwards stood still since the fault began.
            Event::ClockStopped(stopped) => stopped_at = Some(stopped.since.unwrap_or(at)),
            Event::ClockResumed(_) => {
                seen.stopped_millis += stopped_at.take().map_or(0, |from| at.millis_since(from));
            }
            Event::ObjectionRaised(raised) => {
                seen.objections.entry(raised.objection).or_default().push(number)
            }
            Event::ObjectionAnswered(answered) => {
                seen.objections.entry(answered.objection).or_default().push(number);
            }
            Event::RecordSigned(signed) => {
                seen.signatures.insert(signed.certificate, number);
            }
            Event::SignatureMissed(missed) => {
                seen.absences.insert(missed.role, number);
            }
            _ => {}
        }
    }
    let size = u64::try_from(stored.len()).unwrap_or(u64::MAX);
    let (noted, note) =
        store.note_up_to(session, size)?.ok_or_else(|| fault("checkpoint", &"none is signed"))?;
    let lot = state.lot.clone().ok_or_else(|| fault("record", &"the session has no lot"))?;
    if state.opened.is_none() && state.refused.is_none() {
        return Err(fault("record", &"nothing was opened yet"));
    }
    fill(&state, &lot, &seen, lang, &note, noted)
}

fn fill(
    state: &State,
    lot: &LotFacts,
    seen: &Entries,
    lang: Language,
    note: &str,
    noted: u64,
) -> Result<doc::OpeningRecord, Fault> {
    let checkpoint = SignedNote::parse(note).map_err(|error| fault("checkpoint", &error))?;
    let checkpoint = bidroom_ledger::checkpoint::Checkpoint::parse(checkpoint.text())
        .map_err(|error| fault("checkpoint", &error))?;
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let opened = state.opened.map(|(at, _)| -> Result<_, Fault> {
        Ok(doc::Opened {
            at: moment(at)?,
            published_at: moment(at)?,
            bids: count(state.roster.iter().filter(|row| row.is_opened()).count()),
            entries: seen.opened.into_iter().collect(),
        })
    });
    let window = match (seen.unlock_from, seen.unlock_until) {
        (Some(from), Some(until)) => Some(doc::Window {
            from: moment(from)?,
            until: moment(until)?,
            stopped_seconds: u32::try_from(seen.stopped_millis / 1000).unwrap_or(u32::MAX),
        }),
        _ => None,
    };
    let people = state.officers.iter().map(|officer| -> Result<_, Fault> {
        let authorised_at = state.authorised.get(&officer.index).map(|it| moment(it.at)).transpose()?;
        Ok(doc::Officer { name: officer.name.clone(), authorised_at })
    });
    let objections = state.objections.iter().map(|objection| -> Result<_, Fault> {
        let reply = objection.answer.as_ref().map(|(text, at)| -> Result<_, Fault> {
            Ok(doc::Reply { at: moment(*at)?, text: text.clone() })
        });
        Ok(doc::Objection {
            bidder: name_of(state, &objection.bidder),
            raised_at: moment(objection.at)?,
            text: objection.text.clone(),
            reply: reply.transpose()?,
            entries: seen.objections.get(&objection.number).cloned().unwrap_or_default(),
        })
    });
    let [host, tenderer, supervisor] = StaffRole::ALL.map(|role| signatories(state, lot, seen, role));
    let (host, other_hosts) = split_first(host?);
    let (supervisor, other_supervisors) = split_first(supervisor?);
    let witness = |role: StaffRole| {
        move |who: doc::Signatory| {
            let role = match lang {
                Language::Zh => role.zh().to_owned(),
                Language::En => capitalised(role.en()),
            };
            doc::Witness { role, who }
        }
    };
    let witnesses = (other_hosts.into_iter().map(witness(StaffRole::Host)))
        .chain(tenderer?.into_iter().map(witness(StaffRole::Tenderer)))
        .chain(other_supervisors.into_iter().map(witness(StaffRole::Supervisor)));
    let (last, last_at) = seen.last;
    let received = if state.roster.is_empty() {
        state.refused.as_ref().map_or(0, |(bidders, ..)| *bidders)
    } else {
        count(state.roster.len())
    };
    Ok(doc::OpeningRecord {
        lang,
        drill: lot.drill,
        utc_offset_minutes: UtcOffsetMinutes::CHINA,
        issued_at: moment(last_at)?,
        centre: lot.centre.clone(),
        number: format!("{}-KB", lot.session()),
        room: lot.room.clone(),
        remote_bidders: received,
        tender: doc::Tender {
            number: lot.tender.to_string(),
            title: lot.title.clone(),
            lot: lot.lot_title.clone(),
            purchaser: lot.tenderer.clone(),
            agency: lot.agency.clone(),
            method: lot.method.clone(),
            ceiling: lot.ceiling.map(Fen::figures),
        },
        deadline: moment(lot.deadline)?,
        window,
        participation: doc::Participation {
            received,
            signed_in: count(state.roster.iter().filter(|row| row.row.signed_in).count()),
            minimum: lot.policy.minimum_bidders.value,
            clause: lot.policy.minimum_bidders.clause.clone(),
        },
        officers: doc::Officers {
            required: lot.policy.officers_threshold.value.into(),
            people: people.collect::<Result<_, _>>()?,
        },
        opened_at: opened.transpose()?,
        columns: columns(lot, lang),
        rows: state.roster.iter().map(|row| document_row(state, lot, row)).collect::<Result<_, _>>()?,
        notes: seen
            .notes
            .iter()
            .map(|(text, entry)| doc::Note { text: text.clone(), entries: vec![*entry] })
            .collect(),
        objections: objections.collect::<Result<_, _>>()?,
        host,
        witnesses: witnesses.collect(),
        supervisor,
        ledger: doc::Ledger {
            entry: last,
            entries: noted,
            at: moment(At(checkpoint.at))?,
            clock: match lang {
                Language::Zh => "本室时钟".to_owned(),
                Language::En => "the room's clock".to_owned(),
            },
            sm3_root: checkpoint.sm3_root.to_string(),
            note: note.trim_end_matches('\n').split('\n').map(str::to_owned).collect(),
        },
    })
}

/// Who signed in a role, each person that did; where nobody did, the person the lot names first, with the reason if
/// there is one.
fn signatories(
    state: &State,
    lot: &LotFacts,
    seen: &Entries,
    role: StaffRole,
) -> Result<Vec<doc::Signatory>, Fault> {
    let signed = state.signatures.iter().filter(|signature| signature.role == role).map(|signature| {
        let entry = seen.signatures.get(&signature.certificate).copied().unwrap_or_default();
        let certificate = signature.lock_tail.clone();
        let signed = doc::Signed { at: moment(signature.at)?, certificate, entry };
        Ok(doc::Signatory { name: signature.name.clone(), signed: Some(signed), absent: None })
    });
    let signed = signed.collect::<Result<Vec<_>, Fault>>()?;
    if !signed.is_empty() {
        return Ok(signed);
    }
    let absent = state.absences.get(&role).map(|(reason, at)| -> Result<_, Fault> {
        let entry = seen.absences.get(&role).copied().unwrap_or_default();
        Ok(doc::Absent { at: moment(*at)?, reason: reason.clone(), entry })
    });
    let named = lot.staff.iter().find(|person| person.role == role).map(|person| person.name.clone());
    Ok(vec![doc::Signatory { name: named.unwrap_or_default(), signed: None, absent: absent.transpose()? }])
}

/// The first of a list that is never empty, and the others.
fn split_first(mut people: Vec<doc::Signatory>) -> (doc::Signatory, Vec<doc::Signatory>) {
    let others = people.split_off(people.len().min(1));
    let nobody = || doc::Signatory { name: String::new(), signed: None, absent: None };
    (people.pop().unwrap_or_else(nobody), others)
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Columns beside the price; a unit in brackets at the end of a heading becomes the column's unit.
fn columns(lot: &LotFacts, lang: Language) -> Vec<doc::Column> {
    let column = |column: &&bidroom_domain::Column| {
        let heading = match lang {
            Language::Zh => &column.zh,
            Language::En => &column.en,
        };
        let brackets = [('（', '）'), ('(', ')')];
        let split =
            brackets.iter().find_map(|(open, close)| heading.strip_suffix(*close)?.rsplit_once(*open));
        let (label, unit) = split.unwrap_or((heading, ""));
        doc::Column { label: label.trim().to_owned(), unit: unit.to_owned() }
    };
    other_columns(lot).collect::<Vec<_>>().iter().map(column).collect()
}

fn price_key(lot: &LotFacts) -> Option<&str> {
    lot.columns.iter().find(|column| column.kind == ColumnKind::Money).map(|column| column.key.as_str())
}

fn other_columns(lot: &LotFacts) -> impl Iterator<Item = &bidroom_domain::Column> {
    let price = price_key(lot);
    lot.columns.iter().filter(move |column| Some(column.key.as_str()) != price)
}

fn document_row(state: &State, lot: &LotFacts, row: &RowState) -> Result<doc::Row, Fault> {
    let remark = row.decided.as_ref().map(|it| it.reason.clone()).unwrap_or_default();
    let outcome = match (row.outcome, &row.schedule, row.decided.as_ref().map(|it| it.fate)) {
        (Some(Outcome::Opened), Some(schedule), _) => {
            let schedule: Schedule =
                serde_json::from_str(&schedule.schedule).map_err(|error| fault("schedule", &error))?;
            let price = price_key(lot).and_then(|key| match schedule.value(key) {
                Some(ScheduleValue::Fen(fen)) => Fen::try_from(*fen).ok(),
                _ => None,
            });
            let values = other_columns(lot).map(|column| match schedule.value(&column.key) {
                Some(ScheduleValue::Text(text)) => text.clone(),
                Some(ScheduleValue::Fen(fen)) => Fen::try_from(*fen).map(Fen::figures).unwrap_or_default(),
                None => "—".to_owned(),
            });
            doc::Outcome::Opened {
                price: price.map(|price| doc::Price { figures: price.figures(), words: price.words() }),
                values: values.collect(),
            }
        }
        (Some(Outcome::Opened), None, _) => doc::Outcome::Undisclosed,
        (_, _, Some(Fate::Revoked)) => doc::Outcome::Revoked { remark },
        (_, _, Some(Fate::Withdrawn)) => doc::Outcome::Withdrawn { remark },
        (Some(Outcome::Failed { .. }), ..) => doc::Outcome::Unreadable { remark },
        _ => doc::Outcome::Sealed { remark },
    };
    let unlocked = row.collected.as_ref().map(|collected| -> Result<_, Fault> {
        let by = match collected.lock.kind {
            LockKind::Main => doc::UnlockedBy::MainLock,
            LockKind::Sub => doc::UnlockedBy::SubLock,
        };
        Ok(doc::Unlocked { by, at: moment(collected.at)? })
    });
    let objected = state.objections.iter().any(|objection| objection.bidder == row.row.bidder.code);
    let confirmation = match (row.confirmed, state.phase) {
        (Some(_), _) => doc::Confirmation::Confirmed,
        (None, Phase::Closed) if lot.policy.silence_accepts.value && !objected => doc::Confirmation::Accepted,
        (None, Phase::Closed | Phase::Refused) => doc::Confirmation::None,
        (None, _) => doc::Confirmation::Open,
    };
    Ok(doc::Row {
        seq: row.row.number,
        bidder: row.row.bidder.name.clone(),
        credit_code: row.row.bidder.code.to_string(),
        outcome,
        unlocked: unlocked.transpose()?,
        confirmation,
        objected,
    })
}

fn name_of(state: &State, code: &bidroom_domain::CreditCode) -> String {
    state.row(code).map_or_else(|| code.to_string(), |row| row.row.bidder.name.clone())
}

fn moment(at: At) -> Result<Moment, Fault> {
    Moment::try_from(at.0).map_err(|error| fault("record", &error))
}
