//! The sealed-bid format: what a `.bid` file is made of, how it is sealed, checked and opened.
//!
//! `docs/sealed-bid.md` specifies every byte. Small parts are canonical JSON, signed parts GB/T 35275 messages, the
//! content is encrypted in chunks. **Architecture invariant:** nothing here draws randomness, reads a clock or knows
//! where a private key lives; files are `std::io` streams given by the caller.

pub mod core;
pub mod header;
pub mod index;
pub mod manifest;
pub mod open;
pub mod package;
pub mod record;
pub mod remedy;
pub mod schedule;
pub mod scope;
pub mod seal;
pub mod share;
pub mod signed;
pub mod submission;

/// A member of a JSON object that has one value only and names form and version.
pub trait Marker {
    /// The one value.
    const TEXT: &'static str;
}

/// Writes and reads unit types with a [`Marker`] as their text.
macro_rules! marker_serde {
    ($($name:ident),+) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(<$name as $crate::bid::Marker>::TEXT)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                if text == <$name as $crate::bid::Marker>::TEXT {
                    Ok($name)
                } else {
                    Err(serde::de::Error::custom(format_args!("expected {:?}", <$name as $crate::bid::Marker>::TEXT)))
                }
            }
        }
    )+};
}
pub(crate) use marker_serde;
