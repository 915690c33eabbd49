//! Components: they draw values of [`crate::model`] in the reader's language and keep focus, nothing else.

mod blank;
mod button;
mod clock;
mod countdown;
mod dialog;
mod helperpane;
mod lockpane;
mod notice;
mod page;
mod part;
mod proof;
mod qr;
mod sprite;
mod steps;
mod tag;
mod written;

pub use blank::{blank, busy_blank};
pub use button::{Button, button};
pub use clock::{clock_text, quality};
pub use countdown::{bar, countdown, reading, share_bar};
pub use dialog::dialog;
pub use lockpane::{lock_card, lock_pane};
pub use notice::{Kind, alarm, drill_band, lagging, notice, trouble};
pub use page::{Page, Theme, Views, each, mark, page, redraw, said, t};
pub use part::Part;
pub use proof::{badge, explanation, popover};
pub use qr::qr;
pub use sprite::sprite;
pub use steps::{rail, steps};
pub use tag::{chip, icon, tag};
pub use written::{Asked, Written, written_dialog};
