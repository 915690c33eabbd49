//! The evaluation's documents 评标文件, as one reader may read them now.

use std::collections::BTreeMap;

use bidroom_canon::Sm3Digest;
use bidroom_domain::evaluation::{Event, Reader, State, may_know, may_read, statement_of};
use bidroom_domain::{Actor, At, SessionId, opening};
use bidroom_ledger::checkpoint::{Checkpoint as LogCheckpoint, SignedNote};
use bidroom_ledger::entry::{Entry, Opening};
use bidroom_lock::{SignedStatement, Statement};
use bidroom_papers::{Checkpoint, Facts, Logged, Papers, Signer, papers};
use bidroom_report::record::Language;

use super::HANDWRITING;
use crate::error::{Fault, fault};
use crate::room::event_of;
use crate::store::{Store, StoredEntry};
use crate::unlock::kinds;

/// Under what the report that is signed is kept, by its SM3.
pub const PAPER: &str = "paper";

/// What a reader may read of an evaluation, as its documents are made of it.
struct Read {
    opening: opening::State,
    log: Vec<Logged>,
    signers: BTreeMap<Sm3Digest, Signer>,
}

/// The documents of an evaluation that stands so, for a reader. Blocks on the store.
///
/// # Errors
/// A [`Fault`] if the log cannot be read.
pub fn papers_for(
    store: &Store,
    session: &SessionId,
    stands: &opening::State,
    reader: Reader,
    lang: Language,
) -> Result<Papers, Fault> {
    let waiting = State::default();
    let state = stands.evaluation.as_deref().unwrap_or(&waiting);
    let read = read(store, session, state, reader)?;
    // What was computed is read with the result it was fixed as.
    let known = read.opening.evaluation.as_ref().and_then(|known| known.result.as_ref());
    let may_know = known.is_some_and(|fixed| fixed.table.is_some());
    let computed = may_know.then(|| bidroom_outcome::compute(stands).ok()).flatten();
    let facts = Facts {
        opening: &read.opening,
        log: &read.log,
        outcome: computed.as_ref().map(|computed| &computed.outcome),
        signers: &read.signers,
        checkpoint: &checkpoint(store, session)?,
        address: "",
        media: None,
        matters: &[],
        // What is printed twice of the same log is the same, to the byte.
        issued_at: read.log.last().map_or(At(0), |last| last.at),
        lang,
    };
    Ok(papers(&facts))
}

fn read(store: &Store, session: &SessionId, state: &State, reader: Reader) -> Result<Read, Fault> {
    let (mut opening, mut log, mut signers) = (opening::State::default(), Vec::new(), BTreeMap::new());
    for (entry, stored) in (0_u64..).zip(&store.entries(session, 0, usize::MAX)?) {
        let failed =
            |error: &dyn core::fmt::Display| fault(&format!("ledger entry {entry}"), &error.to_string());
        let (at, event) = event_of(stored).map_err(|error| failed(&error))?;
        let opening::Event::Evaluation(event) = event else {
            opening.apply(&event, at);
            continue;
        };
        if !may_know(reader, &event, state) {
            continue;
        }
        let (by, event) = told(stored, &event, reader, state).map_err(|error| failed(&error))?;
        if let Some(statement) = statement_of(&event) {
            signers.extend(signer(store, session, &statement)?.map(|signer| (statement, signer)));
        }
        opening.apply(&opening::Event::Evaluation(event.clone()), at);
        log.push(Logged { entry, at, by, event });
    }
    Ok(Read { opening, log, signers })
}

/// Who caused an event and what happened, without what the reader may not read.
fn told(
    stored: &StoredEntry,
    event: &Event,
    reader: Reader,
    state: &State,
) -> Result<(Actor, Event), String> {
    let may = |opening: &&Opening| may_read(reader, event, &opening.path, state);
    let openings: Vec<Opening> = stored.openings.iter().filter(may).cloned().collect();
    let entry = Entry::parse(&stored.bytes).map_err(|error| error.to_string())?;
    let disclosed = entry.disclose(&openings).map_err(|error| error.to_string())?;
    let by = disclosed.by.and_then(|by| serde_json::from_value(by).ok()).unwrap_or(Actor::Room);
    let event = Event::from_parts(entry.kind(), disclosed.fields).map_err(|error| error.to_string())?;
    Ok((by, event))
}

/// How a statement was signed; none where it is not kept.
fn signer(store: &Store, session: &SessionId, statement: &Sm3Digest) -> Result<Option<Signer>, Fault> {
    let Some(der) = store.record(session, kinds::STATEMENT, &statement.to_string())? else { return Ok(None) };
    // What cannot be read is found by whoever verifies.
    let Ok(signed) = SignedStatement::verify_any(&der) else { return Ok(None) };
    let handwriting = match signed.statement() {
        Statement::Evaluate { handwriting: Some(picture), .. } => {
            store.record(session, HANDWRITING, &picture.to_string())?
        }
        _ => None,
    };
    let certificate = signed.certificate();
    Ok(Some(Signer {
        by_rooms_ca: certificate.document().is_some(),
        certificate: certificate.tail(),
        handwriting,
    }))
}

fn checkpoint(store: &Store, session: &SessionId) -> Result<Checkpoint, Fault> {
    let Some((entries, note)) = store.note_up_to(session, i64::MAX.unsigned_abs())? else {
        return Ok(Checkpoint::default());
    };
    let signed = SignedNote::parse(&note).map_err(|error| fault("checkpoint", &error))?;
    let read = LogCheckpoint::parse(signed.text()).map_err(|error| fault("checkpoint", &error))?;
    Ok(Checkpoint { entries, at: Some(At(read.at)), sm3_root: Some(read.sm3_root) })
}
