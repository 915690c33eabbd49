//! What a supervisor says to the fate of a bid: the very decision that it read in the log.

use bidroom_domain::SessionId;
use bidroom_domain::opening::BidAttributed;
use bidroom_lock::{Statement, StatementError};

/// The statement of a supervisor that agrees with a decision, or contests it for the reason `contested`.
///
/// # Errors
/// [`StatementError`] if the decision has no canonical form.
pub fn judge_fate(
    session: &SessionId,
    decided: &BidAttributed,
    contested: Option<&str>,
) -> Result<Statement, StatementError> {
    let (session, bidder) = (session.to_string(), decided.bidder.to_string());
    let (fate, decision) = (decided.fate.word().to_owned(), decided.digest()?);
    Ok(match contested {
        None => Statement::AgreeFate { session, bidder, fate, decision },
        Some(text) => Statement::ContestFate { session, bidder, fate, decision, text: text.to_owned() },
    })
}
