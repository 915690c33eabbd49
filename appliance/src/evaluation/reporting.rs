//! The evaluation report: as soon as a result of what stands is fixed and the stage is reached, the room prints the report, checks it,
//! and records its digest, which members sign.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use bidroom_canon::Sm3Digest;
use bidroom_domain::evaluation::{Command, Finding, Reader, Stage};
use bidroom_domain::{Actor, SessionId, opening};
use bidroom_report::record::Language;

use super::papers::{PAPER, papers_for};
use crate::error::{Fault, fault};
use crate::printing::print_paper;
use crate::room::RoomHandle;
use crate::store::{Record, Store};

/// The document that is signed.
const REPORT: &str = "report";

/// Prints reports, on threads of its own: nobody waits for it.
#[derive(Default)]
pub struct Reporting {
    working: Mutex<BTreeSet<SessionId>>,
}

impl core::fmt::Debug for Reporting {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Reporting").finish_non_exhaustive()
    }
}

/// Whether a report is due: what follows from the state alone is the same after a start.
fn is_due(state: &opening::State) -> bool {
    let evaluation = state.evaluation.as_deref();
    evaluation.is_some_and(|it| it.stage == Stage::Report && it.result.is_some() && it.report.is_none())
}

impl Reporting {
    /// Prints a session's report if it is due. What does not go is tried again with the next look.
    pub fn look(self: &Arc<Self>, store: &Arc<Store>, room: RoomHandle) {
        if !is_due(&room.snapshot().state) || !self.begin(room.session()) {
            return;
        }
        let (reporting, store) = (Arc::clone(self), Arc::clone(store));
        let name = format!("report {}", room.session());
        let working = Working { reporting, session: room.session().clone() };
        let work = move || {
            if let Err(error) = report(&store, &room) {
                tracing::error!(session = %room.session(), %error, "the report was not made; it is tried again");
            }
            drop(working);
        };
        if let Err(error) = std::thread::Builder::new().name(name).spawn(work) {
            tracing::error!(%error, "no thread for the report");
        }
    }

    fn begin(&self, session: &SessionId) -> bool {
        self.working.lock().unwrap_or_else(PoisonError::into_inner).insert(session.clone())
    }

    fn end(&self, session: &SessionId) {
        self.working.lock().unwrap_or_else(PoisonError::into_inner).remove(session);
    }
}

/// A session whose report is being made; also a thread that panics, or does not start, gives it back.
struct Working {
    reporting: Arc<Reporting>,
    session: SessionId,
}

impl Drop for Working {
    fn drop(&mut self) {
        self.reporting.end(&self.session);
    }
}

fn report(store: &Store, room: &RoomHandle) -> Result<(), Fault> {
    let snapshot = room.snapshot();
    let evaluation = snapshot.state.evaluation.as_deref();
    // What all members may read, and no more: they sign it.
    let Some(chair) = evaluation.and_then(|it| it.chair()) else { return Ok(()) };
    let as_member = Reader::Expert(chair);
    let papers = papers_for(store, room.session(), &snapshot.state, as_member, Language::Zh)?;
    let paper = papers.paper(REPORT).ok_or_else(|| fault(REPORT, &"the evaluation has none"))?;
    let bytes = print_paper(REPORT, &paper.data, &papers.pictures)?;
    let digest = Sm3Digest::of(&bytes);
    let command = Command::CheckReport { report: digest, findings: findings(&snapshot.state)? };
    let record = Record { kind: PAPER, key: digest.to_string(), bytes };
    let said = opening::Command::Evaluate(Box::new(command.unsigned()));
    // What happened meanwhile is not in what was printed: then it is printed again.
    room.act_blocking_at(snapshot.size, Actor::Room, said, vec![record])
        .map(drop)
        .map_err(|error| fault("recording the report", &error))
}

/// What the check found (发改法规〔2022〕1117号; 87号令 第六十四条).
fn findings(state: &opening::State) -> Result<Vec<Finding>, Fault> {
    // A result that was computed elsewhere is checked where it was computed.
    let plan = state.lot.as_ref().and_then(|lot| lot.evaluation.as_deref());
    if plan.is_none_or(|plan| plan.method.is_none()) {
        return Ok(Vec::new());
    }
    let computed = bidroom_outcome::compute(state).map_err(|error| fault("the report's check", &error))?;
    let found = computed.outcome.findings.into_iter().map(|finding| {
        let code = serde_json::to_value(finding.kind).ok();
        let code = code.as_ref().and_then(|code| code.as_str()).unwrap_or_default().to_owned();
        Finding { code, text: format!("{}（{}）", finding.text.zh, finding.clause) }
    });
    Ok(found.collect())
}
