//! The evaluation at the server: who sits at which terminal, what members may read, and acts on their way to the rules.
//!
//! **Architecture invariant.** Nothing is decided here. Whether an act may be done is the domain's question, whether it was
//! signed by whom it should is custody's.

mod acts;
mod committee;
mod documents;
mod papers;
mod polls;
mod reading;
mod reporting;
mod result;
mod seats;
mod similarity;

pub use acts::{ActRefusal, HANDWRITING, act_of, command_of, handwriting_of};
pub use committee::{ListRefusal, import_list, open_list};
pub use documents::{DocumentRefusal, Found, Library, Shelf, read_part};
pub use papers::{PAPER, papers_for};
pub use polls::{Polls, Waits};
pub use reading::{Logs, ReadingError};
pub use reporting::Reporting;
pub use result::{Asked, ResultRefusal, ask_result};
pub use seats::{SeatRefusal, Seats};
pub use similarity::{Analyses, BaselineRefusal, Lot, MOST_BASELINE, keep_baseline};
