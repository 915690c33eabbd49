//! Objects of a PDF (ISO 32000-2, 7.3) as values.

/// An object. Numbers are thousandths: the reader needs them for positions and counts only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Object {
    Null,
    Bool(bool),
    /// Whole number.
    Int(i64),
    /// A number with a fraction, in thousandths.
    Milli(i64),
    Text(Vec<u8>),
    Name(Vec<u8>),
    Array(Vec<Object>),
    Dict(Dict),
    Reference(u32),
}

impl Object {
    pub(crate) fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            Self::Milli(value) => Some(value / 1000),
            _ => None,
        }
    }

    /// A number in thousandths.
    pub(crate) fn as_milli(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(value.saturating_mul(1000)),
            Self::Milli(value) => Some(*value),
            _ => None,
        }
    }

    pub(crate) fn as_name(&self) -> Option<&[u8]> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }

    pub(crate) fn as_text(&self) -> Option<&[u8]> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(crate) fn as_dict(&self) -> Option<&Dict> {
        if let Self::Dict(dict) = self { Some(dict) } else { None }
    }

    pub(crate) fn as_array(&self) -> Option<&[Object]> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }
}

/// A dictionary; where a key stands twice, the later one counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Dict(pub(crate) Vec<(Vec<u8>, Object)>);

impl Dict {
    pub(crate) fn get(&self, key: &[u8]) -> Option<&Object> {
        self.0.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Is this dictionary's `Type` the given name?
    pub(crate) fn is_type(&self, name: &[u8]) -> bool {
        self.get(b"Type").and_then(Object::as_name) == Some(name)
    }
}
