//! What every family of events is: kinds, fields, and which of them are private.

use bidroom_canon::ShapeError;

/// Why kind and fields are no event.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// A kind this version does not know.
    #[error("unknown kind of event {0:?}")]
    Kind(String),
    /// Unknown, missing or wrong fields.
    #[error("fields of {kind}: {source}")]
    Fields {
        /// The kind.
        kind: String,
        /// What is wrong.
        source: ShapeError,
    },
}

/// Makes the enum of a family: `held` names a variant that holds another family, whose kinds are tried after this one's.
macro_rules! events {
    (
        $(#[$outer:meta])*
        $(held $held:ident: $inner:ty;)?
        otherwise $otherwise:path;
        $($kind:literal => $name:ident [$($private:literal),*],)*
    ) => {
        $(#[$outer])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Event {
            $(#[doc = concat!("`", $kind, "`")] $name($name),)*
            $(#[doc = "An event of what follows in the same log."] $held($inner),)?
        }

        $(impl From<$name> for Event {
            fn from(event: $name) -> Self {
                Self::$name(event)
            }
        })*

        $(impl From<$inner> for Event {
            fn from(event: $inner) -> Self {
                Self::$held(event)
            }
        })?

        impl Event {
            /// All kinds of this family, in the order of a session.
            pub const KINDS: &'static [&'static str] = &[$($kind),*];

            /// The event's kind as it stands in the ledger.
            pub fn kind(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => $kind,)*
                    $(Self::$held(event) => <$inner>::kind(event),)?
                }
            }

            /// The event's fields, public and private together.
            ///
            /// # Errors
            /// Never for an event this crate made; serde's signature allows it.
            pub fn fields(&self) -> Result<Map<String, Value>, serde_json::Error> {
                match self {
                    $(Self::$name(event) => serde_json::from_value(serde_json::to_value(event)?),)*
                    $(Self::$held(event) => <$inner>::fields(event),)?
                }
            }

            /// Reads an event from its kind and the fields a reader has.
            ///
            /// # Errors
            /// [`EventError`] for an unknown kind, or unknown, missing or wrong fields.
            pub fn from_parts(kind: &str, fields: Map<String, Value>) -> Result<Self, EventError> {
                match kind {
                    $($kind => from_tree(Value::Object(fields)).map(Self::$name)
                        .map_err(|source| EventError::Fields { kind: kind.to_owned(), source }),)*
                    _ => $otherwise(kind, fields),
                }
            }

            /// Names of the fields that are private in every event of this kind.
            pub(crate) fn private_names(&self) -> &'static [&'static str] {
                match self {
                    $(Self::$name(_) => &[$($private),*],)*
                    $(Self::$held(event) => <$inner>::private_names(event),)?
                }
            }
        }
    };
}

pub(crate) use events;
