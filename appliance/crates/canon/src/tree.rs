//! A typed value from a JSON tree.
//!
//! Narrower than `serde_json::from_value`: a type with fields is read from an object only, never from a list; members that
//! the type does not know are refused; there are no fractions. Members are looked up by the type's fields, one after the
//! other, so that each type's reader is a short one: pages hold a reader for each of a hundred types. An absent member
//! is read as null, which optional members take.

use core::fmt;
use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected,
    IntoDeserializer, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value, map};
use std::vec;

/// Where a tree has not the shape of the type that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ShapeError(String);

impl de::Error for ShapeError {
    fn custom<T: fmt::Display>(what: T) -> Self {
        Self(what.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!("found {}, expected {expected}", describe(found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }
}

type Error = ShapeError;

/// What was found, in words; nothing here writes a fraction.
fn describe(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(value) => value.to_string(),
        Unexpected::Unsigned(value) => value.to_string(),
        Unexpected::Signed(value) => value.to_string(),
        Unexpected::Float(_) => "a number with a fraction".to_owned(),
        Unexpected::Str(text) => format!("the string \"{text}\""),
        Unexpected::Unit | Unexpected::Option => "null".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "an object".to_owned(),
        Unexpected::Other(what) => what.to_owned(),
        _ => "another kind of value".to_owned(),
    }
}

/// Reads a typed value from a tree.
///
/// # Errors
/// [`ShapeError`] if the tree has not the type's shape.
pub fn from_tree<T: DeserializeOwned>(tree: Value) -> Result<T, ShapeError> {
    T::deserialize(Tree(tree))
}

/// Takes the member that names the kind of an object out of it, and gives the name and the rest: for types that are
/// told apart by a member among the others.
///
/// # Errors
/// [`ShapeError`] if it is no object, or has no such text.
pub fn take_kind(tree: Value, member: &'static str) -> Result<(String, Value), ShapeError> {
    let Value::Object(mut members) = tree else {
        return Err(wrong(&tree, &"an object"));
    };
    match members.remove(member) {
        Some(Value::String(kind)) => Ok((kind, Value::Object(members))),
        _ => Err(Error::missing_field(member)),
    }
}

struct Tree(Value);

/// What stands where something else was expected.
#[cold]
#[inline(never)]
fn wrong(found: &Value, expected: &dyn Expected) -> Error {
    let found = match found {
        Value::Null => Unexpected::Unit,
        Value::Bool(value) => Unexpected::Bool(*value),
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(value), _) => Unexpected::Unsigned(value),
            (None, Some(value)) => Unexpected::Signed(value),
            (None, None) => Unexpected::Float(0.0),
        },
        Value::String(text) => Unexpected::Str(text),
        Value::Array(_) => Unexpected::Seq,
        Value::Object(_) => Unexpected::Map,
    };
    Error::invalid_type(found, expected)
}

fn list<'de, V: Visitor<'de>>(items: Vec<Value>, visitor: V) -> Result<V::Value, Error> {
    let count = items.len();
    let mut items = Items(items.into_iter());
    let value = visitor.visit_seq(&mut items)?;
    if items.0.as_slice().is_empty() { Ok(value) } else { Err(too_long(count)) }
}

#[cold]
#[inline(never)]
fn too_long(count: usize) -> Error {
    Error::invalid_length(count, &"fewer elements in the list")
}

macro_rules! numbers {
    ($($name:ident)*) => {$(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.number(visitor)
        }
    )*};
}

impl Tree {
    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if let Value::Number(number) = &self.0 {
            if let Some(value) = number.as_u64() {
                return visitor.visit_u64(value);
            }
            if let Some(value) = number.as_i64() {
                return visitor.visit_i64(value);
            }
        }
        Err(wrong(&self.0, &visitor))
    }
}

impl<'de> Deserializer<'de> for Tree {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Number(_) => self.number(visitor),
            Value::String(text) => visitor.visit_string(text),
            Value::Array(items) => list(items, visitor),
            Value::Object(members) => visitor.visit_map(Members::new(members)),
        }
    }

    numbers! { deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
    deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Bool(value) => visitor.visit_bool(value),
            other => Err(wrong(&other, &visitor)),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::String(text) => visitor.visit_string(text),
            other => Err(wrong(&other, &visitor)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            other => visitor.visit_some(Self(other)),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            other => Err(wrong(&other, &visitor)),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(items) => list(items, visitor),
            other => Err(wrong(&other, &visitor)),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Object(members) => visitor.visit_map(Members::new(members)),
            other => Err(wrong(&other, &visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Value::Object(members) => {
                let mut fields = Fields { members, names, absent: None };
                match visitor.visit_seq(&mut fields) {
                    Ok(value) => fields.end().map(|()| value),
                    Err(error) => Err(fields.absent.map_or(error, Error::missing_field)),
                }
            }
            other => Err(wrong(&other, &visitor)),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Value::String(name) => visitor.visit_enum(Variant { name, content: Value::Null }),
            Value::Object(members) if members.len() == 1 => match members.into_iter().next() {
                Some((name, content)) => visitor.visit_enum(Variant { name, content }),
                None => Err(wrong(&Value::Object(Map::new()), &visitor)),
            },
            other => Err(wrong(&other, &visitor)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { i128 u128 f32 f64 char bytes byte_buf unit_struct }
}

struct Items(vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for Items {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        match self.0.next() {
            Some(item) => seed.deserialize(Tree(item)).map(Some),
            None => Ok(None),
        }
    }
}

/// An object's members in the order of a type's fields.
struct Fields {
    members: Map<String, Value>,
    /// Fields that were not asked for yet.
    names: &'static [&'static str],
    /// The field asked for last, if it is absent and nothing but a default can stand for it.
    absent: Option<&'static str>,
}

impl Fields {
    /// The next field and its member, for readers of all types.
    #[inline(never)]
    fn step(&mut self) -> Option<(&'static str, Option<Value>)> {
        self.absent = None;
        let (name, rest) = self.names.split_first()?;
        self.names = rest;
        Some((name, self.members.remove(*name)))
    }

    #[inline(never)]
    fn end(&self) -> Result<(), Error> {
        match self.members.keys().next() {
            None => Ok(()),
            Some(name) => Err(Error::custom(format!("unknown field `{name}`"))),
        }
    }
}

impl<'de> SeqAccess<'de> for Fields {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some((name, member)) = self.step() else { return Ok(None) };
        let absent = member.is_none();
        match seed.deserialize(Tree(member.unwrap_or(Value::Null))) {
            Err(_) if absent => {
                self.absent = Some(name);
                Ok(None)
            }
            read => read.map(Some),
        }
    }
}

struct Members {
    rest: map::IntoIter,
    /// The member whose name was just read.
    value: Value,
}

impl Members {
    fn new(members: Map<String, Value>) -> Self {
        Self { rest: members.into_iter(), value: Value::Null }
    }

    /// Goes to the next member, for readers of all types.
    #[inline(never)]
    fn step(&mut self) -> Option<String> {
        let (name, value) = self.rest.next()?;
        self.value = value;
        Some(name)
    }
}

impl<'de> MapAccess<'de> for Members {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        match self.step() {
            Some(name) => seed.deserialize(Name(&name)).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(Tree(self.value.take()))
    }
}

/// The name of a member; a whole number where the names are numbers.
struct Name<'a>(&'a str);

impl Name<'_> {
    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match whole(self.0) {
            Some(number) => visitor.visit_u64(number),
            None => Err(Error::invalid_type(Unexpected::Str(self.0), &visitor)),
        }
    }
}

/// A whole number in its only spelling.
fn whole(text: &str) -> Option<u64> {
    let number = text.parse::<u64>().ok()?;
    let leading = text.starts_with('+') || (text.len() > 1 && text.starts_with('0'));
    (!leading).then_some(number)
}

impl<'de> Deserializer<'de> for Name<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.0)
    }

    numbers! { deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let name: StrDeserializer<'_, Error> = self.0.into_deserializer();
        visitor.visit_enum(name)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

/// A variant of an enum: its name, and what it holds.
struct Variant {
    name: String,
    content: Value,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Error;
    type Variant = Tree;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Tree), Error> {
        Ok((seed.deserialize(Name(&self.name))?, Tree(self.content)))
    }
}

impl<'de> VariantAccess<'de> for Tree {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        de::Deserialize::deserialize(self)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_struct("", names, visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::{from_value, json};
    use std::collections::BTreeMap;
    use std::fmt::Debug;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Whole {
        number: u32,
        signed: i64,
        text: String,
        maybe: Option<bool>,
        list: Vec<u8>,
        pair: (u8, String),
        rows: BTreeMap<u32, Kind>,
        inner: Newtype,
        #[serde(default)]
        later: u8,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Newtype(u64);

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Plain,
        Held(u8),
        Named { a: u8 },
        Both(u8, u8),
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(tag = "is", deny_unknown_fields)]
    enum Tagged {
        One { a: Option<u8>, b: Vec<Kind> },
        Two,
    }

    /// Reads what serde_json reads, and refuses what it refuses.
    #[track_caller]
    fn same<T: DeserializeOwned + Debug + PartialEq>(tree: Value) {
        match (from_tree::<T>(tree.clone()), from_value::<T>(tree.clone())) {
            (Ok(ours), Ok(theirs)) => assert_eq!(ours, theirs),
            (Err(_), Err(_)) => {}
            (ours, theirs) => panic!("{tree}: {ours:?} and {theirs:?}"),
        }
    }

    fn whole_tree() -> Value {
        json!({
            "number": 7, "signed": -3, "text": "开标", "maybe": null, "list": [1, 2], "pair": [1, "b"],
            "rows": {"1": "plain", "20": {"held": 4}, "3": {"named": {"a": 1}}, "4": {"both": [1, 2]}}, "inner": 9,
        })
    }

    #[test]
    fn it_reads_what_serde_json_reads() {
        let whole = whole_tree();
        assert!(from_tree::<Whole>(whole.clone()).is_ok());
        same::<Whole>(whole.clone());
        same::<Tagged>(json!({"is": "One", "a": 1, "b": ["plain"]}));
        same::<Tagged>(json!({"is": "One", "b": [{"held": 1}]}));
        same::<Tagged>(json!({"is": "Two"}));
        same::<Value>(whole);
    }

    #[test]
    fn it_refuses_what_serde_json_refuses() {
        for (name, value) in [
            ("number", json!(-1)),
            ("number", json!(4_294_967_296_u64)),
            ("number", json!("7")),
            ("number", json!(1.5)),
            ("text", json!(1)),
            ("maybe", json!("true")),
            ("list", json!({})),
            ("list", json!([256])),
            ("pair", json!([1, "b", 3])),
            ("pair", json!([1])),
            ("rows", json!({"01": "plain"})),
            ("rows", json!({"+1": "plain"})),
            ("rows", json!({"-1": "plain"})),
            ("rows", json!({"a": "plain"})),
            ("rows", json!({"1": "unknown"})),
            ("rows", json!({"1": {"held": 1, "named": {"a": 1}}})),
            ("rows", json!({"1": {}})),
            ("rows", json!({"1": {"plain": 1}})),
            ("rows", json!({"1": "held"})),
            ("inner", json!(null)),
            ("more", json!(1)),
        ] {
            let mut tree = whole_tree();
            tree[name] = value.clone();
            assert!(from_tree::<Whole>(tree.clone()).is_err(), "{name}: {value}");
            same::<Whole>(tree);
        }
        same::<Tagged>(json!({"is": "Three"}));
        same::<Tagged>(json!({"is": "Two", "a": 1}));
        same::<Whole>(json!({"number": 7}));
    }

    #[test]
    fn kinds_are_taken_out() {
        let taken = take_kind(json!({"is": "a", "b": 1}), "is").unwrap();
        assert_eq!(taken, ("a".to_owned(), json!({"b": 1})));
        for tree in [json!({"b": 1}), json!({"is": 1}), json!(["is"]), json!(null)] {
            assert!(take_kind(tree.clone(), "is").is_err(), "{tree}");
        }
    }

    #[test]
    fn fields_have_names() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct Pair {
            a: u8,
            b: u8,
        }
        assert_eq!(from_tree::<Pair>(json!({"a": 1, "b": 2})).unwrap(), Pair { a: 1, b: 2 });
        let said = |tree| from_tree::<Pair>(tree).unwrap_err().to_string();
        assert_eq!(said(json!({"a": 1})), "missing field `b`");
        assert_eq!(said(json!({"a": 1, "b": "c"})), "found the string \"c\", expected u8");
        assert_eq!(said(json!({"a": 1, "b": 2, "c": 3})), "unknown field `c`");
        assert!(from_value::<Pair>(json!([1, 2])).is_ok());
        assert!(from_tree::<Pair>(json!([1, 2])).is_err());
    }
}
