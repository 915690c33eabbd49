//! The pages. Each draws a [`crate::model::Scene`] for one kind of reader.

mod case;
mod console;
mod frame;
mod hall;
mod health;
mod home;
mod officer;
mod officer_fates;
mod phone;
mod wall;

use console::record_link;
pub use console::{console, log as console_log, top as console_top};
pub use frame::{app_frame, loading, not_found};
pub use hall::{BIDDER, PUBLIC, Viewer, check, hall};
pub use health::health;
pub use home::{Card, Entry, home, import};
pub use officer::officer;
pub use phone::phone;
pub use wall::{heading as wall_heading, wall};
