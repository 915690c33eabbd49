//! The report: checked, its findings answered, signed by all members, then the chair, then the supervisor.

use bidroom_canon::Sm3Digest;

use super::super::event::{
    Event, Finding, FindingsAcknowledged, ReportChecked, ReportSigned, ReportSupervised, ReportUnsigned,
};
use super::super::plan::Rule;
use super::super::refusal::Refusal;
use super::super::state::Report;
use super::super::terms::Stage;
use super::case::{Case, checked_text, count, fits};
use super::results::fresh;

pub(super) fn check(
    case: &Case<'_>,
    report: Sm3Digest,
    findings: Vec<Finding>,
) -> Result<Vec<Event>, Refusal> {
    case.by_room()?;
    case.in_stage(&[Stage::Report])?;
    if case.state.is_signed() {
        return Err(Refusal::ReportSigned { clause: case.clause(Rule::ResultStands) });
    }
    fresh(case)?;
    fits(&findings)?;
    Ok(vec![ReportChecked { report, count: count(findings.len()), findings: Some(findings) }.into()])
}

/// The report that stands, if it is the one that is spoken of and was made of what stands.
fn spoken_of<'a>(case: &Case<'a>, digest: Sm3Digest) -> Result<&'a Report, Refusal> {
    case.in_stage(&[Stage::Report])?;
    fresh(case)?;
    let stands = case.state.report.as_ref();
    let known = stands.filter(|report| report.digest == digest);
    known.ok_or(Refusal::OtherReport { report: stands.map(|report| report.digest) })
}

pub(super) fn acknowledge(case: &Case<'_>, digest: Sm3Digest, text: String) -> Result<Vec<Event>, Refusal> {
    case.chair()?;
    let report = spoken_of(case, digest)?;
    if let Some(at) = report.acknowledged {
        return Err(Refusal::AlreadyDone { at });
    }
    if report.count == 0 {
        return Err(Refusal::GroundNotHere);
    }
    checked_text(&text)?;
    Ok(vec![FindingsAcknowledged { report: digest, text: Some(text), statement: case.signed()? }.into()])
}

/// Whether it is a member's turn: once, with all findings answered, the chair last.
fn turn(case: &Case<'_>, report: &Report, member: u8) -> Result<(), Refusal> {
    if !report.is_answered() {
        return Err(Refusal::FindingsOpen { count: report.count });
    }
    case.quorum()?;
    if case.state.chair().is_none() {
        return Err(Refusal::NoChair { clause: case.clause(Rule::Chair) });
    }
    let mut members = case.state.unsigned();
    if !members.contains(&member) {
        return Err(Refusal::AlreadyDone { at: case.at });
    }
    members.retain(|other| *other != member);
    if case.state.chair() == Some(member) && !members.is_empty() {
        let clause = case.clause(Rule::Signatures);
        return Err(Refusal::SignaturesMissing { members, supervisor: false, clause });
    }
    Ok(())
}

pub(super) fn sign(
    case: &Case<'_>,
    digest: Sm3Digest,
    dissent: Option<String>,
) -> Result<Vec<Event>, Refusal> {
    let member = case.reviewer()?;
    let report = spoken_of(case, digest)?;
    turn(case, report, member)?;
    if let Some(dissent) = &dissent {
        checked_text(dissent)?;
    }
    Ok(vec![ReportSigned { member, report: digest, dissent, statement: case.signed()? }.into()])
}

/// Who refuses to sign and writes no reasons counts as agreeing; chair or host writes that down.
pub(super) fn unsigned(
    case: &Case<'_>,
    member: u8,
    digest: Sm3Digest,
    note: String,
) -> Result<Vec<Event>, Refusal> {
    let own = case.state.chair() == Some(member);
    if case.by_host().is_err() && (own || case.chair().is_err()) {
        return Err(Refusal::NotYourRole);
    }
    let report = spoken_of(case, digest)?;
    case.sitting(member)?;
    turn(case, report, member)?;
    checked_text(&note)?;
    Ok(vec![ReportUnsigned { member, report: digest, note, statement: case.given()? }.into()])
}

pub(super) fn supervise(
    case: &Case<'_>,
    digest: Sm3Digest,
    lock_tail: String,
) -> Result<Vec<Event>, Refusal> {
    let name = case.supervisor()?;
    let report = spoken_of(case, digest)?;
    if let Some((_, at)) = report.supervised {
        return Err(Refusal::AlreadyDone { at });
    }
    let members = case.state.unsigned();
    if !members.is_empty() {
        let clause = case.clause(Rule::Signatures);
        return Err(Refusal::SignaturesMissing { members, supervisor: false, clause });
    }
    Ok(vec![ReportSupervised { report: digest, name, lock_tail, statement: case.signed()? }.into()])
}
