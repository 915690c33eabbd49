//! What the page shows, as plain values. Must not know: components, the browser, the connection.

mod chairing;
mod copy;
mod correct;
mod draft;
#[cfg(test)]
mod fixture;
mod gather;
mod leading;
mod offer;
mod points;
mod price;
mod result;
mod sight;
mod summary;
mod task;
mod time;
mod typed;
mod verdicts;
mod votes;

pub use chairing::{Chairing, chairing};
pub use copy::{Copy, Misfit};
pub use correct::{Finding, Given, findings, given, is_stale};
pub use draft::{Draft, VerdictDraft, Wrong, filled, progress, score, sheet_of, strange};
pub use leading::leading;
pub use offer::{NotNow, Offer, about, askable, earlier, low_price_bids, offers, reopenable};
pub use points::{points, read as points_of};
pub use price::{WrongPrice, corrected_so_far, minutes, price_after, price_before, rules};
pub use result::{ResultRow, result_rows};
pub use sight::{Sight, sitting};
pub use summary::{BidLine, Dots, Summary, summary};
pub use task::{Task, Waiting, open_vote, task};
pub use time::{Time, time};
pub use verdicts::{BidVerdicts, Doubted, No, Reviewed, doubted, may_say, own_verdicts, verdicts};
pub use votes::{may_dissent, outvoted};
