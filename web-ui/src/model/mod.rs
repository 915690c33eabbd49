//! What the pages show, as plain values: derived from the folded state, compared, tested, never drawn here.
//!
//! A [`Scene`] is what one viewer may see at one moment; it holds no time that runs: a component reads a
//! [`window::Window`] against the room's clock. Must not know: components, the browser, the connection.

pub mod case;
pub mod ceremony;
pub mod console;
pub mod derive;
pub mod facts;
pub mod figures;
pub mod health;
pub mod officer;
pub mod probe;
pub mod proof;
pub mod row;
pub mod scene;
pub mod schedule;
pub mod signing;
pub mod speech;
pub mod steps;
pub mod tag;
pub mod trial;
pub mod window;

pub use facts::{ClockQuality, Device, Facts, Ledger, Link, LogLine, Marks, OwnBid, Readiness, Tamper};
pub use row::{Row, Standing};
pub use scene::{Project, Restricted, Scene, Stage};
pub use signing::{SignLine, Signing};
pub use tag::{Icon, Tag, Tone};
pub use window::{Reading, Window};
