//! The result, the report and its signatures.

use super::super::event::Event;
use super::super::state::{Fixed, Report, Signature, State, VoidCause};
use crate::At;

impl State {
    pub(super) fn apply_to_result(&mut self, event: &Event, at: At) {
        match event {
            Event::ResultFixed(fixed) => {
                self.void_result(VoidCause::Replaced, at);
                self.results = fixed.number;
                self.result = Some(Fixed {
                    number: fixed.number,
                    inputs: fixed.inputs,
                    outcome: fixed.outcome,
                    table: fixed.table.clone(),
                    candidates: fixed.candidates.clone(),
                    at,
                });
            }
            Event::ReportChecked(checked) => {
                self.void_report(VoidCause::Replaced, at);
                self.report = Some(Report {
                    digest: checked.report,
                    count: checked.count,
                    findings: checked.findings.clone(),
                    acknowledged: None,
                    signatures: Default::default(),
                    supervised: None,
                });
            }
            Event::FindingsAcknowledged(_) => {
                if let Some(report) = &mut self.report {
                    report.acknowledged = Some(at);
                }
            }
            Event::ReportSigned(signed) => {
                let (dissent, statement) = (signed.dissent.clone(), signed.statement);
                if let Some(report) = &mut self.report {
                    let signature = Signature::Signed { dissent, statement, at };
                    report.signatures.insert(signed.member, signature);
                }
            }
            Event::ReportUnsigned(unsigned) => {
                let note = unsigned.note.clone();
                if let Some(report) = &mut self.report {
                    report.signatures.insert(unsigned.member, Signature::CountsAsAgreeing { note, at });
                }
            }
            Event::ReportSupervised(supervised) => {
                if let Some(report) = &mut self.report {
                    report.supervised = Some((supervised.statement, at));
                }
            }
            _ => {}
        }
    }
}
