//! Strict reading: one pass for what JSON itself must not do (floats, members twice, depth), one for the shape.

use core::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::refusal::{Input, Refusal};

/// Largest input in bytes.
pub const MOST_BYTES: usize = 64 * 1024 * 1024;
/// Deepest nesting.
const MOST_DEPTH: usize = 24;

/// Reads a typed value from foreign bytes.
///
/// # Errors
/// [`Refusal`] with the place of the first thing that is wrong.
pub fn read<T: DeserializeOwned>(input: Input, bytes: &[u8]) -> Result<T, Refusal> {
    if bytes.len() > MOST_BYTES {
        return Err(Refusal::of(
            input,
            "too_large",
            "",
            format!("文件超过 {MOST_BYTES} 字节，请拆分标段后再试。"),
            format!("the file is larger than {MOST_BYTES} bytes; split it by lot and try again."),
        ));
    }
    let tree = tree(input, bytes)?;
    serde_path_to_error::deserialize(tree).map_err(|error| {
        let mut path = pointer(error.path());
        let what = error.inner().to_string();
        // The place of a member that should not be there is the member itself.
        if let Some(name) = quoted(&what, "unknown field `") {
            let member = format!("/{}", escaped(name));
            if !path.ends_with(&member) {
                path.push_str(&member);
            }
        }
        let (zh, en) = both(&what);
        Refusal::of(
            input,
            "shape",
            path,
            format!("内容与格式不符：{zh}。请对照 docs/price.md 或 bidroom price --schema 修改。"),
            format!("not of the expected shape: {en}. See docs/price.md or bidroom price --schema."),
        )
    })
}

/// What stands in backticks after `start`.
fn quoted<'a>(what: &'a str, start: &str) -> Option<&'a str> {
    what.strip_prefix(start)?.split('`').next()
}

/// What serde found, in both languages.
fn both(what: &str) -> (String, String) {
    // Our own types say it in both.
    if let Some((zh, en)) = what.split_once(" / ") {
        return (zh.to_owned(), en.to_owned());
    }
    let rest = |start: &str| what.strip_prefix(start).and_then(|rest| rest.split_once(", expected "));
    let zh = if let Some(name) = quoted(what, "unknown field `") {
        return (format!("没有名为 {name} 的成员"), format!("there is no member {name}"));
    } else if let Some(name) = quoted(what, "missing field `") {
        format!("缺少成员 {name}")
    } else if let Some((found, wanted)) = rest("unknown variant ") {
        format!("{found} 不在可选值之内，可选 {wanted}")
    } else if let Some((found, wanted)) = rest("invalid type: ") {
        format!("此处是{}，应为 {wanted}", kind(found))
    } else if let Some((found, wanted)) = rest("invalid value: ") {
        format!("{found} 不在允许范围内，应为 {wanted}")
    } else if what == "amount out of range" {
        "金额超出范围".to_owned()
    } else {
        what.to_owned()
    };
    (zh, what.to_owned())
}

/// A kind of value as serde calls it, in Chinese.
fn kind(found: &str) -> String {
    for (en, zh) in [
        ("string", "字符串"),
        ("integer", "整数"),
        ("boolean", "布尔值"),
        ("sequence", "数组"),
        ("map", "对象"),
        ("null", "空值 null"),
        ("unit", "空值 null"),
    ] {
        if let Some(rest) = found.strip_prefix(en) {
            return format!("{zh}{rest}");
        }
    }
    found.to_owned()
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut out = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => out.push_str(&format!("/{index}")),
            Segment::Map { key } => out.push_str(&format!("/{}", escaped(key))),
            Segment::Enum { variant } => out.push_str(&format!("/{}", escaped(variant))),
            Segment::Unknown => {}
        }
    }
    out
}

fn escaped(member: &str) -> String {
    member.replace('~', "~0").replace('/', "~1")
}

/// What the first pass refuses, and where.
struct Found {
    path: String,
    code: &'static str,
    zh: &'static str,
    en: &'static str,
}

fn tree(input: Input, bytes: &[u8]) -> Result<Value, Refusal> {
    let mut found = None;
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let seed = Strict { path: String::new(), depth: MOST_DEPTH, found: &mut found };
    let read = seed.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    read.map_err(|error| match found {
        Some(Found { path, code, zh, en }) => Refusal::of(input, code, path, zh, en),
        None => Refusal::of(
            input,
            "not_json",
            "",
            format!("不是 JSON（第 {} 行第 {} 列）。请检查文件是否完整。", error.line(), error.column()),
            format!(
                "not JSON (line {}, column {}). Check that the file is complete.",
                error.line(),
                error.column()
            ),
        ),
    })
}

struct Strict<'a> {
    path: String,
    depth: usize,
    found: &'a mut Option<Found>,
}

impl Strict<'_> {
    fn refuse<E: serde::de::Error>(
        self,
        code: &'static str,
        zh: &'static str,
        en: &'static str,
    ) -> Result<Value, E> {
        *self.found = Some(Found { path: self.path, code, zh, en });
        Err(E::custom(en))
    }

    fn deeper(&mut self) -> Option<usize> {
        self.depth.checked_sub(1)
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(Number::from(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(Number::from(value)))
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Value, E> {
        self.refuse(
            "float",
            "含小数、指数或过大的 JSON 数字，其值不精确。金额写整数分，小数写字符串 \"12.5\"，百分比写字符串 \"12.5%\"。",
            "a JSON number with a fraction, an exponent or too many digits is not exact. Write money in whole fen, decimals \
             as strings \"12.5\", percentages as strings \"12.5%\".",
        )
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Value, A::Error> {
        let Some(depth) = self.deeper() else {
            return self.refuse("too_deep", "嵌套过深，请减少层次。", "nested too deeply; use fewer levels.");
        };
        let mut out = Vec::new();
        let found = self.found;
        loop {
            let seed = Strict { path: format!("{}/{}", self.path, out.len()), depth, found: &mut *found };
            match items.next_element_seed(seed)? {
                Some(item) => out.push(item),
                None => return Ok(Value::Array(out)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Value, A::Error> {
        let Some(depth) = self.deeper() else {
            return self.refuse("too_deep", "嵌套过深，请减少层次。", "nested too deeply; use fewer levels.");
        };
        let mut out = Map::new();
        let found = self.found;
        while let Some(name) = members.next_key::<String>()? {
            let path = format!("{}/{}", self.path, escaped(&name));
            if out.contains_key(&name) {
                *found = Some(Found {
                    path,
                    code: "member_twice",
                    zh: "同一对象内成员重复，请只保留一个。",
                    en: "the same member stands twice in one object; keep one.",
                });
                return Err(A::Error::custom("member twice"));
            }
            let value = members.next_value_seed(Strict { path, depth, found: &mut *found })?;
            out.insert(name, value);
        }
        Ok(Value::Object(out))
    }
}
