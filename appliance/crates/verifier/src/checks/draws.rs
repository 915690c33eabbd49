//! Draws: each is made again with the value that the room committed to before there was any bid.

use std::io::{Read, Seek};

use bidroom_domain::ReaderClass;
use bidroom_domain::evaluation::{Replayed, replay};
use bidroom_domain::opening::Event;

use super::Case;
use crate::contents;
use crate::report::ClaimId;

const ID: ClaimId = ClaimId::Draws;

/// Makes all draws again whose value these readers may have. That they were due, and followed each other, is judged with the rules.
pub(crate) fn check(case: &mut Case<impl Read + Seek>) {
    let (mut drawn, mut sealed) = (0_usize, 0_usize);
    let mut broken = Vec::new();
    for shown in &case.events {
        let Event::Evaluation(event) = &shown.event else { continue };
        let what = match replay(&case.state, event) {
            Replayed::NoDraw => continue,
            Replayed::Sealed => {
                sealed = sealed.saturating_add(1);
                continue;
            }
            Replayed::Agrees => None,
            Replayed::Differs => Some("what was drawn is not what its value gives".to_owned()),
            Replayed::Not(why) => Some(why.to_string()),
        };
        drawn = drawn.saturating_add(1);
        broken.extend(what.map(|what| (contents::entry(shown.index), what)));
    }
    // Whether there is one, only who knows of the whole evaluation can say.
    let knows = case.index.readers == ReaderClass::Supervisor || case.state.evaluation.is_none();
    if drawn.saturating_add(sealed) == 0 && !knows {
        let (zh, en) = ("账本中没有这类读者可知的抽签", "the log has no draw that these readers may know of");
        return case.findings.not_checked(ID, zh, en);
    }
    case.findings.checked(ID);
    for (place, what) in broken {
        case.findings.broken(ID, place, what);
    }
    if sealed > 0 {
        let zh = format!("有 {sealed} 次抽签对这类读者尚未揭晓，不能重算；其余 {drawn} 次已经重算，结果一致");
        let en =
            format!("{sealed} draws are still sealed from these readers; the other {drawn} were made again");
        case.findings.not_checked(ID, &zh, &en);
    }
}
