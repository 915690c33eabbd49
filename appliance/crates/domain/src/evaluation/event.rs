//! Events: what happened, in the past tense. A bid is named by its roster number, a member by its index in the
//! committee, which nobody else ever gets; names, scores and reasons are private fields.

mod blind;
mod clarify;
mod committee;
mod prices;
mod report;
mod reviews;
mod sheets;
mod stages;
mod votes;

use bidroom_canon::from_tree;
use serde_json::{Map, Value};

pub use blind::*;
pub use clarify::*;
pub use committee::*;
pub use prices::*;
pub use report::*;
pub use reviews::*;
pub use sheets::*;
pub use stages::*;
pub use votes::*;

use crate::evaluation_kinds::with_evaluation_kinds;
use crate::events::{EventError, events};

impl Event {
    /// Paths of the private fields, as the ledger commits to them.
    pub fn private_paths(&self) -> Vec<String> {
        match self {
            Self::ResultPublished(published) => {
                published.own.keys().map(|number| format!("own.{number}")).collect()
            }
            event => event.private_names().iter().map(|&name| name.to_owned()).collect(),
        }
    }
}

fn unknown(kind: &str, _: Map<String, Value>) -> Result<Event, EventError> {
    Err(EventError::Kind(kind.to_owned()))
}

with_evaluation_kinds!(events);
