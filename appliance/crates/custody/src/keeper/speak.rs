//! Receipts and acknowledgements: custody signs only what its own log bears out.

use bidroom_canon::Sm3Digest;
use bidroom_domain::SessionId;
use bidroom_ledger::receipt::{RECEIPT_FORMAT, Receipt};
use bidroom_wire::promise::RoomStatement;

use super::docket::Docket;
use super::{Keeper, lock};
use crate::protocol::{Answer, Problem};

impl Keeper {
    /// The receipt of a bid that a signed entry records.
    pub(super) fn receipt(&self, session: &SessionId, bid: &Sm3Digest) -> Result<Answer, Problem> {
        let docket = self.docket(session)?;
        let receipt = {
            let docket = lock(&docket);
            match receipt(&docket, bid, self.voice.certificate().digest())? {
                Some(receipt) => receipt,
                None => return Ok(Answer::NoSuchBid),
            }
        };
        self.statement(&receipt)
    }

    /// Signs an acknowledgement.
    pub(super) fn say(&self, statement: &RoomStatement) -> Result<Answer, Problem> {
        let docket = self.docket(statement.session())?;
        match statement {
            RoomStatement::Acknowledgement { acknowledged, at, entry, events, .. } => {
                let docket = lock(&docket);
                let happened = borne_out(&docket, *acknowledged, *at, *entry, events);
                if !happened {
                    let why = "the acknowledgement says something else than the log".to_owned();
                    return Err(Problem::Objection { why });
                }
            }
            // A submission is not in the log: it is acknowledged, and counts only once its content is complete.
            RoomStatement::Submission { at, .. } => self.is_now(*at)?,
        }
        self.statement(statement)
    }
}

fn receipt(docket: &Docket, bid: &Sm3Digest, room: Sm3Digest) -> Result<Option<Receipt>, Problem> {
    let log = &docket.settled;
    let Some(entry) = log.received.get(bid).and_then(|at| log.entries.get(*at)) else { return Ok(None) };
    let Some(packages) = log.packages.get(bid) else { return Ok(None) };
    Ok(Some(Receipt {
        at: entry.at.0,
        bid_digest: *bid,
        format: RECEIPT_FORMAT.to_owned(),
        leaf: entry.leaf,
        origin: log.state.origin.parse().map_err(|error| Problem::fault("origin", &error))?,
        packages_digest: *packages,
        room_certificate: room,
        session: docket.session.to_string(),
    }))
}

/// Whether the log has these events at this time, one after the other, caused by this statement. An acknowledgement
/// without events says that what was asked had happened before.
fn borne_out(
    docket: &Docket,
    acknowledged: Option<Sm3Digest>,
    at: bidroom_domain::At,
    entry: Option<u64>,
    events: &[String],
) -> bool {
    let log = &docket.settled;
    if events.is_empty() {
        return entry.is_none();
    }
    let fits = |first: usize| {
        let run = log.entries.iter().skip(first).take(events.len());
        let same = run.clone().map(|it| it.kind).eq(events.iter().map(String::as_str));
        same && run.clone().all(|it| it.at == at)
            && acknowledged.is_none_or(|digest| run.clone().any(|it| it.statement == Some(digest)))
    };
    match entry.map(usize::try_from) {
        Some(Ok(first)) => fits(first),
        Some(Err(_)) => false,
        // Before the deadline nobody is told which entry it is; custody looks for it.
        None => (0..log.entries.len()).any(fits),
    }
}
