//! What the page shows, as plain values. Must not know: components, the browser, the connection.

mod copy;
mod draft;
mod points;
mod summary;
mod task;

pub use copy::{Copy, Misfit};
pub use draft::{Draft, VerdictDraft, Wrong, filled, progress, score, sheet_of, strange};
pub use points::{points, read as points_of};
pub use summary::{BidLine, Dots, Summary, summary};
pub use task::{Chairing, Task, Waiting, chairing, open_vote, sheet_bids, sitting, task};
