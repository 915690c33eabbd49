//! Receipts and acknowledgements: custody signs only what its own log bears out.

use bidroom_canon::Sm3Digest;
use bidroom_domain::SessionId;
use bidroom_ledger::receipt::{RECEIPT_FORMAT, Receipt};
use bidroom_wire::promise::{Acknowledgement, RoomStatement};

use super::docket::Docket;
use super::{Keeper, lock};
use crate::protocol::{Answer, Problem};

impl Keeper {
    /// The receipt of a bid, or of later key packages for it, that a signed entry records.
    pub(super) fn receipt(
        &self,
        session: &SessionId,
        bid: &Sm3Digest,
        packages: Option<Sm3Digest>,
    ) -> Result<Answer, Problem> {
        let docket = self.docket(session)?;
        let receipt = {
            let docket = lock(&docket);
            match receipt(&docket, bid, packages)? {
                Some(receipt) => receipt,
                None => return Ok(Answer::NoSuchBid),
            }
        };
        self.statement(|signer| Receipt { room_certificate: signer.digest(), ..receipt.clone() })
    }

    /// Signs an acknowledgement.
    pub(super) fn say(&self, statement: &RoomStatement) -> Result<Answer, Problem> {
        let docket = self.docket(statement.session())?;
        match statement {
            RoomStatement::Acknowledgement(said) => {
                let docket = lock(&docket);
                let happened = borne_out(&docket, said);
                if !happened {
                    let why = "the acknowledgement says something else than the log".to_owned();
                    return Err(Problem::Objection { why });
                }
            }
            // A submission is not in the log: it is acknowledged, and counts only once its content is complete.
            RoomStatement::Submission(said) => self.is_now(said.at)?,
        }
        self.statement(|_| statement.clone())
    }
}

/// Which device signs, and so the certificate in it, is not known yet.
fn receipt(
    docket: &Docket,
    bid: &Sm3Digest,
    packages: Option<Sm3Digest>,
) -> Result<Option<Receipt>, Problem> {
    let log = &docket.settled;
    let (place, packages) = match packages {
        None => (log.received.get(bid), log.packages.get(bid).copied()),
        // A record of key packages names its bid's cores: it belongs to one bid.
        Some(packages) => {
            let stands = log.state.standing.values().any(|it| it.bid == *bid && it.packages == packages);
            (log.rewrapped.get(&packages).filter(|_| stands), Some(packages))
        }
    };
    let Some(entry) = place.and_then(|at| log.entries.get(*at)) else { return Ok(None) };
    let Some(packages) = packages else { return Ok(None) };
    Ok(Some(Receipt {
        at: entry.at.0,
        bid_digest: *bid,
        format: RECEIPT_FORMAT.to_owned(),
        leaf: entry.leaf,
        origin: log.state.origin.parse().map_err(|error| Problem::fault("origin", &error))?,
        packages_digest: packages,
        room_certificate: Sm3Digest::from_bytes([0; 32]),
        session: docket.session.to_string(),
    }))
}

/// Whether the log has these events at this time, one after the other, caused by this statement. An acknowledgement
/// without events says that what was asked had happened before.
fn borne_out(docket: &Docket, said: &Acknowledgement) -> bool {
    let Acknowledgement { acknowledged, at, entry, events, session: _ } = said;
    let log = &docket.settled;
    if events.is_empty() {
        return entry.is_none();
    }
    let fits = |first: usize| {
        let run = log.entries.iter().skip(first).take(events.len());
        let same = run.clone().map(|it| it.kind).eq(events.iter().map(String::as_str));
        same && run.clone().all(|it| it.at == *at)
            && acknowledged.as_ref().is_none_or(|digest| run.clone().any(|it| it.statement == Some(*digest)))
    };
    match entry.map(usize::try_from) {
        Some(Ok(first)) => fits(first),
        Some(Err(_)) => false,
        // Before the deadline nobody is told which entry it is; custody looks for it.
        None => (0..log.entries.len()).any(fits),
    }
}
