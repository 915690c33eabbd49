//! JSON Schemas (2020-12) of the three formats, made from the types that read and write them.

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};

use crate::bids::Bids;
use crate::method::Method;
use crate::outcome::Outcome;

/// Which format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// METHOD.json.
    Method,
    /// BIDS.json.
    Bids,
    /// The outcome.
    Outcome,
}

impl Format {
    /// All formats with the names of their files.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Method, "method"), (Self::Bids, "bids"), (Self::Outcome, "outcome")];

    /// The format of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, own)| *own == name).map(|(format, _)| format)
    }
}

/// The schema of a format, as it stands in `docs/price/`.
pub fn schema(format: Format) -> String {
    let schema = match format {
        Format::Method => of::<Method>(),
        Format::Bids => of::<Bids>(),
        Format::Outcome => of::<Outcome>(),
    };
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

fn of<T: JsonSchema>() -> Schema {
    SchemaGenerator::new(SchemaSettings::draft2020_12()).into_root_schema_for::<T>()
}
