//! Sealed lists of experts: looked into when they come, so that a damaged one is found in time, and given out when the log
//! that custody signed says that the committee assembles by this very list.
//!
//! What is looked into before is erased, and nothing is told of it but whether it will do.

use bidroom_canon::Sm3Digest;
use bidroom_domain::evaluation::{CommitteeList, Stage, check_list};
use bidroom_domain::{SessionId, opening};
use bidroom_envelope::bid::share::Share;
use bidroom_envelope::committee::open_list_secret;
use bidroom_hsm::{KeyName, Role};
use bidroom_tender::{Published, SealedList, SealedListError};

use super::shares::{material, missing, published};
use super::{Keeper, lock};
use crate::devices::{Device, KeyInDevice, lot_key};
use crate::protocol::{Answer, OpenedList, Problem};

impl Keeper {
    /// Looks into a sealed list, and answers it where it is to be opened.
    pub(super) fn committee(
        &self,
        session: &SessionId,
        sealed: &[u8],
        open: bool,
    ) -> Result<Answer, Problem> {
        let docket = self.docket(session)?;
        let (published, state, key) = {
            let docket = lock(&docket);
            if docket.is_reading() {
                return Err(Problem::Phase { what: "opening a list of experts".to_owned() });
            }
            let key = lot_key(&docket.documents.lot, Role::Opening)?;
            (published(&docket.settled)?.clone(), docket.settled.state.clone(), key)
        };
        let sealed = match SealedList::parse(sealed)
            .and_then(|sealed| sealed.check_for(session, &published.document).map(|()| sealed))
        {
            Ok(sealed) => sealed,
            Err(no) => return Ok(Answer::ListRefused(no)),
        };
        if open {
            is_due(&state, &sealed.list)?;
        }
        let list = match self.unsealed(&sealed, &published, &key)? {
            Ok(list) => list,
            Err(no) => return Ok(Answer::ListRefused(no)),
        };
        if open {
            return Ok(Answer::List(OpenedList(Box::new(list))));
        }
        // Why it will not do would tell who is in it; the agency's own command says it to the agency.
        Ok(match check_list(&state, &list) {
            Ok(()) => Answer::ListSealed,
            Err(_) => Answer::ListRefused(SealedListError::Unusable),
        })
    }

    fn unsealed(
        &self,
        sealed: &SealedList,
        published: &Published,
        key: &KeyName,
    ) -> Result<Result<CommitteeList, SealedListError>, Problem> {
        let scope = sealed.scope();
        let secret: Result<Share, String> = self.on_some_device(|place, device: &Device| {
            let found = sealed.packages.get(place).zip(published.opening.get(place));
            let (package, recipient) = found.ok_or_else(missing)?;
            open_list_secret(&package.0, &scope, recipient, &KeyInDevice { device, key }).map_err(material)
        })?;
        Ok(match secret {
            Ok(secret) => sealed.open(&secret, &published.opening),
            Err(why) => {
                tracing::info!(session = %sealed.session, why, "a sealed list of experts does not open");
                Err(SealedListError::Damaged)
            }
        })
    }
}

/// Whether the log, as custody signed it, says that this list is to be opened now.
fn is_due(state: &opening::State, list: &Sm3Digest) -> Result<(), Problem> {
    let objection = |why: &str| Err(Problem::Objection { why: why.to_owned() });
    let Some(evaluation) = state.evaluation.as_deref() else {
        return objection("the evaluation has not begun");
    };
    match &evaluation.committee {
        Some(committee) if committee.list == *list && committee.opened.is_none() => {}
        _ => return objection("the log names no such list, or it is opened already"),
    }
    if evaluation.stage == Stage::Assembly {
        Ok(())
    } else {
        objection("the committee does not assemble yet")
    }
}
