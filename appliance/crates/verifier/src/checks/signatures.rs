//! Who signed the record of a closed session. That each signature is what it says is checked with the statements.

use bidroom_domain::StaffRole;
use bidroom_domain::opening::Phase;

use super::Case;
use crate::report::ClaimId;

const ID: ClaimId = ClaimId::Signatures;

/// Names the roles whose signature is awaited still. Nobody is convicted by that: an archive may have been made before
/// the last one signed, or by a room from before records were signed.
pub(crate) fn check<R>(case: &mut Case<R>) {
    if case.state.phase != Phase::Closed {
        case.findings.not_checked(
            ID,
            "开标尚未结束，没有可签署的记录",
            "the opening is not closed, there is no record",
        );
        return;
    }
    case.findings.checked(ID);
    let awaited: Vec<StaffRole> = case.state.awaited_roles().collect();
    if awaited.is_empty() {
        return;
    }
    let names = |name: fn(StaffRole) -> &'static str, between: &str| {
        awaited.iter().map(|role| name(*role)).collect::<Vec<_>>().join(between)
    };
    let zh = format!("{}既没有签署，也没有记明缺席原因", names(StaffRole::zh, "、"));
    let en = format!("neither signed nor explained: {}", names(StaffRole::en, ", "));
    case.findings.not_checked(ID, &zh, &en);
}
