//! Reading JSON (RFC 8259) into a tree: whole numbers only, no member twice, bounded depth.
//!
//! Written here because every page carries it: a reader that knows fractions brings their tables along.

use serde_json::{Map, Value};

use crate::CanonError;

/// Reads one value, with nothing but white space around it; arrays and objects may be nested `depth` deep.
///
/// # Errors
/// [`CanonError::Syntax`] for what is no JSON or repeats a member, [`CanonError::Number`] for a number that is not whole
/// or beyond 64 bits, [`CanonError::Depth`].
pub(crate) fn read(bytes: &[u8], depth: usize) -> Result<Value, CanonError> {
    let Ok(text) = core::str::from_utf8(bytes) else {
        return Err(CanonError::Syntax { what: "text in UTF-8", at: 0 });
    };
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(depth)?;
    reader.skip_space();
    if reader.peek().is_some() { Err(reader.missing("the end")) } else { Ok(value) }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn missing(&self, what: &'static str) -> CanonError {
        CanonError::Syntax { what, at: self.at }
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// Takes this character, after white space, if it is the next.
    fn takes(&mut self, wanted: u8) -> bool {
        self.skip_space();
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, CanonError> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if !rest.starts_with(word) {
            return Err(self.missing("a value"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn value(&mut self, depth: usize) -> Result<Value, CanonError> {
        self.skip_space();
        match self.peek() {
            Some(b'n') => self.word("null", Value::Null),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'"') => {
                self.at += 1;
                self.string().map(Value::String)
            }
            Some(b'[') => {
                self.at += 1;
                self.items(depth.checked_sub(1).ok_or(CanonError::Depth)?)
            }
            Some(b'{') => {
                self.at += 1;
                self.members(depth.checked_sub(1).ok_or(CanonError::Depth)?)
            }
            _ => Err(self.missing("a value")),
        }
    }

    fn items(&mut self, depth: usize) -> Result<Value, CanonError> {
        let mut items = Vec::new();
        if self.takes(b']') {
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.value(depth)?);
            if self.takes(b']') {
                return Ok(Value::Array(items));
            }
            if !self.takes(b',') {
                return Err(self.missing("',' or ']'"));
            }
        }
    }

    fn members(&mut self, depth: usize) -> Result<Value, CanonError> {
        let mut members = Map::new();
        if self.takes(b'}') {
            return Ok(Value::Object(members));
        }
        loop {
            if !self.takes(b'"') {
                return Err(self.missing("the name of a member"));
            }
            let name = self.string()?;
            if !self.takes(b':') {
                return Err(self.missing("':'"));
            }
            if members.insert(name, self.value(depth)?).is_some() {
                return Err(self.missing("a member that is not repeated"));
            }
            if self.takes(b'}') {
                return Ok(Value::Object(members));
            }
            if !self.takes(b',') {
                return Err(self.missing("',' or '}'"));
            }
        }
    }

    /// `-0` is the spelling of a fraction's zero: no whole number is negative and nothing.
    fn number(&mut self) -> Result<Value, CanonError> {
        let start = self.at;
        let minus = self.peek() == Some(b'-');
        self.at += usize::from(minus);
        let first = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        let digits = self.text.get(first..self.at).unwrap_or_default();
        if digits.is_empty() || (digits.len() > 1 && digits.starts_with('0')) {
            return Err(self.missing("a number without leading zeros"));
        }
        if let Some(b'.' | b'e' | b'E') = self.peek() {
            return Err(CanonError::Number);
        }
        let whole = self.text.get(start..self.at).unwrap_or_default();
        let number = match (minus, digits) {
            (true, "0") => None,
            (true, _) => whole.parse::<i64>().ok().map(Value::from),
            (false, _) => whole.parse::<u64>().ok().map(Value::from),
        };
        number.ok_or(CanonError::Number)
    }

    /// The rest of a string whose first quotation mark was taken.
    fn string(&mut self) -> Result<String, CanonError> {
        let mut out = String::new();
        loop {
            let start = self.at;
            while self.peek().is_some_and(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
                self.at += 1;
            }
            out.push_str(self.text.get(start..self.at).unwrap_or_default());
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.at += 1;
                    out.push(self.escaped()?);
                }
                _ => return Err(self.missing("the end of a string")),
            }
        }
    }

    fn escaped(&mut self) -> Result<char, CanonError> {
        let kind = self.peek();
        self.at += 1;
        Ok(match kind {
            Some(plain @ (b'"' | b'\\' | b'/')) => char::from(plain),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => self.unit()?,
            _ => return Err(self.missing("an escape")),
        })
    }

    /// One character by its UTF-16 units: one, or a pair.
    fn unit(&mut self) -> Result<char, CanonError> {
        let first = self.hex4()?;
        let is_pair = (0xd800..0xdc00).contains(&first);
        let mut units = vec![first];
        if is_pair && self.text.get(self.at..).is_some_and(|rest| rest.starts_with("\\u")) {
            self.at += 2;
            units.push(self.hex4()?);
        }
        let mut characters = char::decode_utf16(units);
        match (characters.next(), characters.next()) {
            (Some(Ok(character)), None) => Ok(character),
            _ => Err(self.missing("a whole surrogate pair")),
        }
    }

    fn hex4(&mut self) -> Result<u16, CanonError> {
        let digits =
            self.text.get(self.at..self.at + 4).filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok());
        let unit = unit.ok_or_else(|| self.missing("four hexadecimal digits"))?;
        self.at += 4;
        Ok(unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What another reader says: the tree, if it has whole numbers only and no member twice.
    fn other(bytes: &[u8]) -> Option<Value> {
        fn whole(value: &Value) -> bool {
            match value {
                Value::Number(number) => number.is_u64() || number.is_i64(),
                Value::Array(items) => items.iter().all(whole),
                Value::Object(members) => members.values().all(whole),
                _ => true,
            }
        }
        serde_json::from_slice(bytes).ok().filter(whole)
    }

    #[track_caller]
    fn check(bytes: &[u8]) {
        let (ours, theirs) = (read(bytes, 16), other(bytes));
        match (&ours, &theirs) {
            // The other reader keeps the last of a repeated member.
            (Err(CanonError::Syntax { what: "a member that is not repeated", .. }), _) => {}
            _ => assert_eq!(
                ours.as_ref().ok(),
                theirs.as_ref(),
                "{:?}: {ours:?}",
                String::from_utf8_lossy(bytes)
            ),
        }
    }

    const SEEDS: [&str; 10] = [
        r#" { "a" : [ 1 , -2, 0, null , true,false ] , "b":{} , "" : [] , "名":"开标" } "#,
        r#""\"\\\/\b\f\n\r\t\u0041\u5f00\ud83d\ude00 plain""#,
        r#"{"n":9007199254740993,"m":-9223372036854775808,"k":18446744073709551615}"#,
        r#"[[[[[[[[[[[[[[[["deep"]]]]]]]]]]]]]]]]"#,
        r#"{"a":{"b":{"c":[{"d":"e"},{"f":[0,10,100]}]}}}"#,
        r#"[0,-1,1,12,-12,1.5,2e3,-0,01]"#,
        r#""\ud800""#,
        r#""\udc00\ud800""#,
        "\"tab\there\"",
        "nulltrue",
    ];

    #[test]
    fn another_reader_agrees() {
        for seed in SEEDS {
            check(seed.as_bytes());
        }
        for text in [
            "",
            " ",
            "nul",
            "-",
            "+1",
            "1 2",
            "[1,]",
            "[,1]",
            "{,}",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "'a'",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"\\u+123\"",
            "\"",
            "[",
            "{",
            "]",
            "\u{feff}1",
            "18446744073709551616",
            "-9223372036854775809",
            "1e2",
            "1.0",
            "00",
            "-01",
        ] {
            check(text.as_bytes());
        }
        check(b"\"\xff\"");
        check(b"\"\xed\xa0\x80\"");
    }

    #[test]
    fn another_reader_agrees_on_damaged_texts() {
        const PIECES: &[u8] = b"\"\\u{}[],:-0129eE.ntfals \n\x00\x1f\x80\xe5d8DC";
        let mut state = 7_u64;
        let mut random = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap() % below
        };
        for round in 0..40_000 {
            let mut bytes = SEEDS[round % SEEDS.len()].as_bytes().to_vec();
            for _ in 0..=random(3) {
                let at = random(bytes.len());
                match random(4) {
                    0 => bytes[at] = PIECES[random(PIECES.len())],
                    1 => bytes.insert(at, PIECES[random(PIECES.len())]),
                    2 if bytes.len() > 1 => drop(bytes.remove(at)),
                    _ => bytes.truncate(at + 1),
                }
            }
            check(&bytes);
        }
    }

    #[test]
    fn depth_is_bounded_while_reading() {
        assert!(read(b"[[1]]", 2).is_ok());
        assert!(matches!(read(b"[[[1]]]", 2), Err(CanonError::Depth)));
        assert!(matches!(read("[".repeat(1_000_000).as_bytes(), 16), Err(CanonError::Depth)));
        assert!(matches!(read("{\"a\":".repeat(1_000_000).as_bytes(), 16), Err(CanonError::Depth)));
    }

    #[test]
    fn a_repeated_member_is_refused() {
        let refused = read(b"{\"a\":1,\"\\u0061\":2}", 16);
        assert!(matches!(refused, Err(CanonError::Syntax { what: "a member that is not repeated", .. })));
    }
}
