//! Bytes to objects and operators (ISO 32000-2, 7.2 and 7.3), for files, object streams and page contents alike.
//!
//! Every step moves forward or ends; depth and number of objects are bounded. `ran_out` tells whether more bytes could
//! have changed the answer, so that a caller with a window of a file knows when to read on.

use super::object::{Dict, Object};

/// Deepest nesting of arrays and dictionaries that is read.
const DEPTH: usize = 64;
/// Most objects inside one object.
const ELEMENTS: usize = 600_000;
/// Longest name or keyword.
const WORD: usize = 4096;

/// An object or a bare word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    Object(Object),
    Word(Vec<u8>),
}

pub(crate) struct Lexer<'a> {
    data: &'a [u8],
    at: usize,
    elements: usize,
    ran_out: bool,
}

pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !is_delimiter(byte)
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(data: &'a [u8], at: usize) -> Self {
        Self { data, at, elements: 0, ran_out: false }
    }

    pub(crate) fn position(&self) -> usize {
        self.at
    }

    pub(crate) fn ran_out(&self) -> bool {
        self.ran_out
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.data.get(self.at..).unwrap_or_default()
    }

    pub(crate) fn skip(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes).min(self.data.len());
    }

    pub(crate) fn peek(&mut self) -> Option<u8> {
        let byte = self.data.get(self.at).copied();
        self.ran_out |= byte.is_none();
        byte
    }

    fn bump(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    pub(crate) fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'%' => while self.bump().is_some_and(|byte| byte != b'\n' && byte != b'\r') {},
                byte if is_space(byte) => self.at += 1,
                _ => return,
            }
        }
    }

    /// The next token at the top level; none at the end. Unexpected delimiters are stepped over.
    pub(crate) fn token(&mut self) -> Option<Token> {
        self.elements = 0;
        loop {
            self.skip_space();
            self.peek()?;
            let before = self.at;
            match self.element(0) {
                Some(Element::Object(object)) => return Some(Token::Object(object)),
                Some(Element::Word(word)) => return Some(Token::Word(word)),
                Some(Element::Close) => {}
                None if self.at == before => self.at += 1,
                None => {}
            }
        }
    }

    /// The object that begins here; an indirect reference counts as one.
    pub(crate) fn object(&mut self) -> Option<Object> {
        self.elements = 0;
        match self.element(0)? {
            Element::Object(Object::Int(number)) => Some(self.maybe_reference(number)),
            Element::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The whole number that begins here.
    pub(crate) fn int(&mut self) -> Option<i64> {
        self.skip_space();
        match self.element(0)? {
            Element::Object(Object::Int(number)) => Some(number),
            _ => None,
        }
    }

    /// Steps over `word`, if it stands here.
    pub(crate) fn word(&mut self, word: &[u8]) -> bool {
        self.skip_space();
        let rest = self.rest();
        self.ran_out |= rest.len() <= word.len();
        let here = rest.starts_with(word) && rest.get(word.len()).is_none_or(|byte| !is_regular(*byte));
        if here {
            self.at += word.len();
        }
        here
    }

    fn element(&mut self, depth: usize) -> Option<Element> {
        self.elements += 1;
        if depth > DEPTH || self.elements > ELEMENTS {
            return None;
        }
        self.skip_space();
        match self.peek()? {
            b'/' => {
                self.at += 1;
                Some(Element::Object(Object::Name(self.name())))
            }
            b'(' => {
                self.at += 1;
                Some(Element::Object(Object::Text(self.literal())))
            }
            b'<' => {
                self.at += 1;
                if self.peek() == Some(b'<') {
                    self.at += 1;
                    return self.dict(depth).map(|dict| Element::Object(Object::Dict(dict)));
                }
                Some(Element::Object(Object::Text(self.hexadecimal())))
            }
            b'[' => {
                self.at += 1;
                self.array(depth).map(|items| Element::Object(Object::Array(items)))
            }
            b'>' => {
                self.at += 1;
                if self.peek() == Some(b'>') {
                    self.at += 1;
                }
                Some(Element::Close)
            }
            b']' | b')' | b'{' | b'}' => {
                self.at += 1;
                Some(Element::Close)
            }
            byte if byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.') => Some(self.number()),
            _ => Some(self.bare()),
        }
    }

    fn bare(&mut self) -> Element {
        match self.regular() {
            b"true" => Element::Object(Object::Bool(true)),
            b"false" => Element::Object(Object::Bool(false)),
            b"null" => Element::Object(Object::Null),
            word => Element::Word(word.to_vec()),
        }
    }

    fn regular(&mut self) -> &'a [u8] {
        let from = self.at;
        while self.at - from < WORD && self.peek().is_some_and(is_regular) {
            self.at += 1;
        }
        self.data.get(from..self.at).unwrap_or_default()
    }

    fn number(&mut self) -> Element {
        let text = self.regular();
        let (mut whole, mut fraction, mut places) = (0_i64, 0_i64, None::<u32>);
        let negative = text.first() == Some(&b'-');
        for byte in text {
            match byte {
                b'0'..=b'9' => {
                    let digit = i64::from(byte - b'0');
                    match &mut places {
                        None => whole = whole.saturating_mul(10).saturating_add(digit),
                        Some(places) if *places < 3 => {
                            fraction = fraction * 10 + digit;
                            *places += 1;
                        }
                        Some(_) => {}
                    }
                }
                b'.' if places.is_none() => places = Some(0),
                b'+' | b'-' => {}
                _ => return Element::Word(text.to_vec()),
            }
        }
        let sign = if negative { -1 } else { 1 };
        Element::Object(match places {
            None => Object::Int(whole.saturating_mul(sign)),
            Some(places) => {
                let fraction = fraction.saturating_mul(10_i64.saturating_pow(3_u32.saturating_sub(places)));
                Object::Milli(whole.saturating_mul(1000).saturating_add(fraction).saturating_mul(sign))
            }
        })
    }

    fn name(&mut self) -> Vec<u8> {
        let raw = self.regular();
        let mut name = Vec::with_capacity(raw.len());
        let mut bytes = raw.iter().copied().enumerate();
        while let Some((index, byte)) = bytes.next() {
            let pair = raw
                .get(index + 1..index + 3)
                .and_then(|pair| Some((hex(*pair.first()?)?, hex(*pair.get(1)?)?)));
            match (byte, pair) {
                (b'#', Some((high, low))) => {
                    name.push(high << 4 | low);
                    let _ = bytes.nth(1);
                }
                _ => name.push(byte),
            }
        }
        name
    }

    fn literal(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        let mut open = 1_usize;
        while let Some(byte) = self.bump() {
            match byte {
                b'(' => {
                    open += 1;
                    text.push(byte);
                }
                b')' => {
                    open -= 1;
                    if open == 0 {
                        break;
                    }
                    text.push(byte);
                }
                b'\\' => self.escape(&mut text),
                _ => text.push(byte),
            }
        }
        text
    }

    fn escape(&mut self, text: &mut Vec<u8>) {
        let Some(byte) = self.bump() else { return };
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(8),
            b'f' => text.push(12),
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.at += 1;
                }
            }
            b'\n' => {}
            b'0'..=b'7' => {
                let mut value = byte - b'0';
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    self.at += 1;
                    value = value.wrapping_mul(8).wrapping_add(digit - b'0');
                }
                text.push(value);
            }
            other => text.push(other),
        }
    }

    fn hexadecimal(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        let mut half = None;
        while let Some(byte) = self.bump() {
            match (byte, hex(byte), half) {
                (b'>', _, _) => break,
                (_, None, _) => {}
                (_, Some(digit), None) => half = Some(digit),
                (_, Some(digit), Some(high)) => {
                    text.push(high << 4 | digit);
                    half = None;
                }
            }
        }
        if let Some(high) = half {
            text.push(high << 4);
        }
        text
    }

    fn array(&mut self, depth: usize) -> Option<Vec<Object>> {
        let mut items = Vec::new();
        loop {
            self.skip_space();
            if self.peek()? == b']' {
                self.at += 1;
                return Some(items);
            }
            match self.element(depth + 1)? {
                Element::Object(object) => items.push(object),
                Element::Word(word) if word == b"R" => reference(&mut items),
                Element::Word(_) | Element::Close => {}
            }
        }
    }

    fn dict(&mut self, depth: usize) -> Option<Dict> {
        let mut entries = Vec::new();
        loop {
            self.skip_space();
            match self.peek()? {
                b'>' => {
                    self.at += 1;
                    if self.peek() == Some(b'>') {
                        self.at += 1;
                    }
                    return Some(Dict(entries));
                }
                b'/' => {
                    self.at += 1;
                    let key = self.name();
                    self.skip_space();
                    if matches!(self.peek()?, b'>') && self.rest().starts_with(b">>") {
                        entries.push((key, Object::Null));
                        continue;
                    }
                    match self.element(depth + 1)? {
                        Element::Object(Object::Int(number)) => {
                            let value = self.maybe_reference(number);
                            entries.push((key, value));
                        }
                        Element::Object(value) => entries.push((key, value)),
                        // A dictionary that is cut off by the end of its object keeps what was read.
                        Element::Word(word) if word == b"endobj" || word == b"stream" => {
                            return Some(Dict(entries));
                        }
                        Element::Word(_) | Element::Close => {}
                    }
                }
                _ => {
                    self.element(depth + 1)?;
                }
            }
        }
    }

    /// `number 0 R`, or the number itself.
    fn maybe_reference(&mut self, number: i64) -> Object {
        let before = self.at;
        self.skip_space();
        if self.peek().is_some_and(|byte| byte.is_ascii_digit())
            && matches!(self.number(), Element::Object(Object::Int(_)))
            && self.word(b"R")
            && let Ok(number) = u32::try_from(number)
        {
            return Object::Reference(number);
        }
        self.at = before;
        Object::Int(number)
    }
}

enum Element {
    Object(Object),
    Word(Vec<u8>),
    Close,
}

fn reference(items: &mut Vec<Object>) {
    if let [.., Object::Int(number), Object::Int(_)] = items.as_slice() {
        let made = u32::try_from(*number).map_or(Object::Null, Object::Reference);
        items.truncate(items.len().saturating_sub(2));
        items.push(made);
    }
}

pub(crate) fn hex(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &Object) {
        assert_eq!(Lexer::new(text.as_bytes(), 0).object().as_ref(), Some(expect), "{text}");
    }

    #[test]
    fn objects() {
        let name = |text: &str| Object::Name(text.as_bytes().to_vec());
        let text = |bytes: &[u8]| Object::Text(bytes.to_vec());
        check("-12", &Object::Int(-12));
        check("3.14159", &Object::Milli(3141));
        check("-.5", &Object::Milli(-500));
        check("99999999999999999999", &Object::Int(i64::MAX));
        check("/A#20B", &name("A B"));
        check("/A#2", &name("A#2"));
        check("(a(b)\\)\\101\\\n)", &text(b"a(b))A"));
        check("<4E2d5>", &text(&[0x4e, 0x2d, 0x50]));
        check("12 0 R", &Object::Reference(12));
        check("12 0 Rx", &Object::Int(12));
        check("[1 2 0 R 3]", &Object::Array(vec![Object::Int(1), Object::Reference(2), Object::Int(3)]));
        check(
            "<</A 1/B 2 0 R/C<</D null>>%c\n/E>>",
            &Object::Dict(Dict(vec![
                (b"A".to_vec(), Object::Int(1)),
                (b"B".to_vec(), Object::Reference(2)),
                (b"C".to_vec(), Object::Dict(Dict(vec![(b"D".to_vec(), Object::Null)]))),
                (b"E".to_vec(), Object::Null),
            ])),
        );
    }

    #[test]
    fn depth_ends_and_no_object_is_invented() {
        let deep = "[".repeat(100_000);
        assert_eq!(Lexer::new(deep.as_bytes(), 0).object(), None);
        let mut lexer = Lexer::new(deep.as_bytes(), 0);
        while lexer.token().is_some() {}
        assert_eq!(lexer.rest(), b"");
    }

    #[test]
    fn a_window_says_that_it_ran_out() {
        let mut lexer = Lexer::new(b"<</A 1", 0);
        assert!(lexer.object().is_none() && lexer.ran_out());
        let mut lexer = Lexer::new(b"<</A 1>> endobj", 0);
        assert!(lexer.object().is_some() && !lexer.ran_out());
    }
}
