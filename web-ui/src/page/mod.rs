//! The pages. Each draws a [`crate::model::Scene`] for one kind of reader.

mod console;
mod frame;
mod hall;
mod home;
mod officer;
mod phone;
mod wall;

pub use console::console;
use console::{log as console_log, record_link, top as console_top};
pub use frame::{app_frame, loading, not_found};
pub(crate) use hall::text_wrong as hall_text_wrong;
pub use hall::{Viewer, hall};
pub use home::{Card, Entry, home, import};
pub use officer::officer;
pub use phone::phone;
pub use wall::{heading as wall_heading, wall};
